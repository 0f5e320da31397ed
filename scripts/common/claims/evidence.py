"""The records and studies that one of our numbers counts: what is behind it when a claim differs from it."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from scripts.common.claims.inputs_behind import parts_of
from scripts.common.claims.measures import JOINED, Measure
from scripts.common.coding.model import in_order
from scripts.common.screening.flow import EQUATIONS

OF_A_CODE = ("studies", "study_ids", "percent", "rank")
OF_A_VALUE = ("value", "value_ids", "percent_value")
# Boxes of reports and studies: a list of included studies that differs from the decisions may be behind them.
OF_THE_LIST = ("dbr_", "other_", "new_", "included_", "decided:")
RECORDS, STUDIES = "records", "studies"

Row = Mapping[str, str]


class Behind(NamedTuple):
    """What one number counts: records or studies, by their names in order; and the table that has them."""

    kind: str
    names: tuple[str, ...]
    file: str


def behind(
    measure: str, known: Mapping[str, Measure], final_boxes: Sequence[Row], decisions: Sequence[Row]
) -> list[Behind]:
    """Return what each part of a measure counts; nothing for a part whose records or studies are not listed.

    ``final_boxes`` and ``decisions`` are the rows of the tables of these names.
    """
    found = []
    for part in parts_of(measure):
        if studies := _studies(part, known):
            found.append(studies)
            continue
        records, file = _records(part, final_boxes, decisions)
        if records:
            found.append(Behind(RECORDS, tuple(sorted(records)), file))
    return found


def differs_with_the_list(measure: str) -> bool:
    """Return whether a number depends on which reports and studies were included."""
    return any(part.removeprefix("flow:").startswith(OF_THE_LIST) for part in parts_of(measure))


def _lists(measure: str) -> list[str]:
    """Return the measures that name the studies which a measure counts; none if it counts no studies."""
    family, _, name = measure.partition(":")
    if family in OF_A_CODE:
        return [f"study_ids:{name}"]
    if family in OF_A_VALUE:
        return [f"value_ids:{name}"]
    if family in JOINED:
        return [f"value_ids:{part}" if ":" in part else f"study_ids:{part}" for part in name.split("+")]
    return []


def _studies(measure: str, known: Mapping[str, Measure]) -> Behind | None:
    """Return the studies that a measure counts, None if it counts none or one of its lists is not known."""
    lists = _lists(measure)
    if not lists or any(name not in known for name in lists):
        return None
    sets = [{study for study in known[name].value.split("; ") if study} for name in lists]
    found = set.intersection(*sets) if measure.startswith("both:") else set.union(*sets)
    return Behind(STUDIES, tuple(in_order(found)), known[lists[0]].file)


def _records(measure: str, final_boxes: Sequence[Row], decisions: Sequence[Row]) -> tuple[list[str], str]:
    """Return the records that a measure counts, and the table that has them."""
    family, _, name = measure.partition(":")
    if family == "decided":
        stage, _, decision = name.partition(":")
        rows = [row for row in decisions if (row["stage"], row["decision"]) == (stage, decision)]
        return [row["record_id"] for row in rows], "results/screening/decisions.csv"
    if family != "flow":
        return [], ""
    boxes = within(name)
    return [
        row["record_id"]
        for row in final_boxes
        if row["box"] in boxes or row["box"].partition(":")[0] in boxes
    ], "results/screening/final_boxes.csv"


def within(box: str) -> set[str]:
    """Return a box and those that it is the sum of, down to those in which records end.

    >>> sorted(within("dbr_assessed"))
    ['dbr_assessed', 'dbr_excluded', 'dbr_included']
    """
    found = {box}
    for wholes, parts in EQUATIONS:
        if wholes == (box,):
            found |= {name for part in parts for name in within(part)}
    return found
