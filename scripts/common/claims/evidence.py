"""The records and studies that one of our numbers counts: what is behind it when a claim differs from it."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from scripts.common.claims.inputs_behind import parts_of
from scripts.common.claims.measures import JOINED, Measure
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
        names = _studies(part, known)
        if names is not None:
            found.append(Behind(STUDIES, tuple(names), known[part].file if part in known else ""))
            continue
        records, file = _records(part, final_boxes, decisions)
        if records:
            found.append(Behind(RECORDS, tuple(sorted(records)), file))
    return found


def differs_with_the_list(measure: str) -> bool:
    """Return whether a number depends on which reports and studies were included."""
    return any(part.removeprefix("flow:").startswith(OF_THE_LIST) for part in parts_of(measure))


def _studies(measure: str, known: Mapping[str, Measure]) -> list[str] | None:
    """Return the studies that a measure counts, None if it counts no studies of a list."""
    family, _, name = measure.partition(":")
    if family in OF_A_CODE:
        return _list(f"study_ids:{name}", known)
    if family in OF_A_VALUE:
        return _list(f"value_ids:{name}", known)
    if family in JOINED:
        lists = [
            set(_list(f"value_ids:{part}" if ":" in part else f"study_ids:{part}", known) or ())
            for part in name.split("+")
        ]
        return sorted(set.union(*lists) if family == "union" else set.intersection(*lists))
    return None


def _list(name: str, known: Mapping[str, Measure]) -> list[str] | None:
    return [study for study in known[name].value.split("; ") if study] if name in known else None


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
