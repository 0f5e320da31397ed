"""Which inputs a measure rests on, and which of them are known to be missing: a verdict needs them all.

That an input is missing is known in three ways: ``inputs`` in config.yaml names it, a claim prints a number
of it, or a decision names a record of it.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from scripts.common.claims.expressions import names, parse
from scripts.common.claims.measures import CODINGS, EXACT, JOINED, LIST, Measure, family_of, is_expression
from scripts.common.claims.published import Claim
from scripts.common.review.inputs import DATABASES, EXPORTS, RULINGS, Declared, not_at_hand
from scripts.common.screening.catalogue import UNKNOWN as NO_SUCH_RECORD
from scripts.common.screening.flow import KIND_BOX

OF_RECORDS = frozenset(("search", *EXPORTS))
OF_SCREENING = OF_RECORDS | {"decisions", "numbers", "previous"}
OF_STUDIES = frozenset(("included", "reports", "paper"))
OF_ALL = OF_STUDIES | {"previous"}  # the number of included studies, but those of an earlier version
OF_CODING = OF_ALL | {"coding"}
OF_CHARTING = OF_STUDIES | {"charting"}
DECISIONS, CODES = frozenset(("decisions",)), frozenset(("coding",))
# Family of measures -> the kinds of inputs that decide their values; the others rest on the codebook.
BEHIND = {
    **dict.fromkeys(("records", "unique", "duplicates"), OF_RECORDS),
    **dict.fromkeys(("votes", "decided"), OF_SCREENING),
    "flow": OF_SCREENING | OF_STUDIES,
    **dict.fromkeys(("recall", "included_retrieved"), OF_RECORDS | OF_STUDIES | {"numbers", "previous"}),
    **dict.fromkeys(("included_known", "year"), OF_STUDIES),
    "printed_percent": OF_ALL,
    "printed": frozenset(("paper",)),
    **dict.fromkeys(
        ("studies", "study_ids", "percent", "rank", "order", "most", "least", "studies_with_evidence",
         "study_numbers"), OF_CODING,
    ),
    **dict.fromkeys(
        ("value", "value_ids", "percent_value", "most_value", "least_value", "sum", "mean", "sd", "q1",
         "median", "q3", "lowest", "highest"), OF_CHARTING,
    ),
    **dict.fromkeys(("agreement", *JOINED), OF_SCREENING | OF_CODING | OF_CHARTING),
}  # fmt: skip
# Boxes of the flow that are counted before anybody decides.
BOXES_BEHIND: Mapping[str, frozenset[str]] = {
    "flow:database_results": frozenset(DATABASES),
    "flow:duplicates": OF_RECORDS,
    **{f"flow:{box}": frozenset((kind,)) for kind, box in KIND_BOX.items()},
}
# A file in which people settled something -> the kinds of inputs on which they did: what rests on one of
# these kinds rests on it.
SETTLED = {
    "screening": "decisions",
    "eligibility": "decisions",
    "duplicates": "database",
    "clusters": "database",
    "corrections": "paper",
    "adjudication": "coding",
    "codebook_changes": "coding",
    "charting_adjudication": "charting",
}
OF_ONE_EXPORT = re.compile(r"(?:records|flow:database_results):(.+)")
OF_ONE_SHEET = re.compile(r"votes:([^:]+):[^:]+")
RECORD_ID = re.compile(r"([^:;,/{}\s]+):\S+")
NO_INPUT = ("doi", "pmid", "pmcid", "http", "https")  # what a name with a colon may begin with as well


class Missing(NamedTuple):
    """An input that is known to be missing."""

    kind: str
    name: str


def kind_of(kind: str, name: str) -> str:
    """Return the kind of an input; of a file in which people settled something, the kind that it settles."""
    return SETTLED.get(name, kind) if kind == RULINGS else kind


def parts_of(measure: str) -> list[str]:
    """Return the measures that an expression is made of, or the one measure itself."""
    return [*names(parse(measure, measure))] if is_expression(measure) else [measure]


def kinds_behind(measure: str, known: Mapping[str, Measure]) -> frozenset[str]:
    """Return the kinds of inputs that decide the value of a measure."""
    return frozenset().union(*(_kinds_behind_one(part, known) for part in parts_of(measure)))


def _kinds_behind_one(measure: str, known: Mapping[str, Measure]) -> frozenset[str]:
    family, found = measure.partition(":")[0], known.get(measure)
    if family == "agreement" and found:
        return OF_CODING if found.rests_on == CODINGS else OF_SCREENING
    if family == "printed_percent" and found and found.place != LIST:
        return BEHIND["printed"]
    kinds = BOXES_BEHIND.get(measure, BEHIND.get(family, frozenset()))
    return kinds | _kinds_of_people(known) if found and _counts_as_the_papers(found) else kinds


def _counts_as_the_papers(measure: Measure) -> bool:
    """Return whether a measure rests on the list of included studies as a place of the paper.

    It would be data if people had decided or coded in it, or decided as it says (``basis_of_list``).
    """
    return measure.rests_on == LIST and family_of(measure.measure) != "year"


def _kinds_of_people(known: Mapping[str, Measure]) -> frozenset[str]:
    """Return the kinds of inputs that could make the list of included studies data.

    Coding sheets do so as the very file of the list: where one is at hand, another one is no reason.
    """
    decided = any(name.startswith("votes:") for name in known)
    coded = known.get("studies_with_evidence")
    is_coded = coded is not None and coded.rests_on == CODINGS
    return (OF_SCREENING if decided else DECISIONS) | (frozenset() if is_coded else CODES)


def kinds_that_could_change(measure: str, known: Mapping[str, Measure]) -> frozenset[str]:
    """Return the kinds behind a measure, and those that decide how far it is known.

    Without a complete list of the included studies, decisions or the printed flow say how many there are:
    codes and charted values are known for all of them, or not.
    """
    kinds = kinds_behind(measure, known)
    listed = "included_known" in known and known["included_known"].bound == EXACT
    return kinds if listed or not kinds & {"coding", "charting"} else kinds | OF_SCREENING | {"flow"}


def missing_behind(measure: str, known: Mapping[str, Measure], missing: Iterable[Missing]) -> list[str]:
    """Return the names of the missing inputs that a measure rests on, each once."""
    return _missing_among(measure, known, missing, _kinds_behind_one)


def missing_that_could_change(
    measure: str, known: Mapping[str, Measure], missing: Iterable[Missing]
) -> list[str]:
    """Return the names of the missing inputs that could change a measure, each once."""
    return _missing_among(measure, known, missing, kinds_that_could_change)


def _missing_among(
    measure: str,
    known: Mapping[str, Measure],
    missing: Iterable[Missing],
    kinds_of: Callable[[str, Mapping[str, Measure]], frozenset[str]],
) -> list[str]:
    found = {
        item.name
        for part in parts_of(measure)
        for item in missing
        if ((one := OF_ONE_EXPORT.fullmatch(part)) and item.name == one[1])
        or (not one and item.kind in kinds_of(part, known))
    }
    return sorted(found)


def known_to_be_missing(
    declared: Declared,
    present: Collection[tuple[str, str]],
    known: Mapping[str, Measure],
    claims: Iterable[Claim],
    set_aside: Iterable[Mapping[str, str]],
) -> list[Missing]:
    """Return the inputs that are known to be missing; ``present`` are (kind, name) of those at hand.

    ``known`` are the measures by name, ``set_aside`` the decisions that join no record (rows of
    screening/set_aside.csv).
    """
    at_hand = {name for _, name in present}
    named = [*_named_by_claims(claims, known), *_named_by_decisions(set_aside)]
    found = [Missing(kind_of(kind, name), name) for kind, name in not_at_hand(declared, present)]
    return [*found, *sorted({item for item in named if item.name not in at_hand})]


def _named_by_claims(claims: Iterable[Claim], known: Mapping[str, Measure]) -> Iterator[Missing]:
    """Yield the inputs of which a claim prints a number, and nothing is measured."""
    sheets = {one[1] for name in known if (one := OF_ONE_SHEET.fullmatch(name))}
    for claim in claims:
        for part in parts_of(claim.measure) if claim.measure else ():
            if (one := OF_ONE_EXPORT.fullmatch(part)) and part not in known:
                yield Missing("database", one[1])
            elif (one := OF_ONE_SHEET.fullmatch(part)) and one[1] not in sheets:
                yield Missing("decisions", one[1])


def _named_by_decisions(set_aside: Iterable[Mapping[str, str]]) -> Iterator[Missing]:
    """Yield the inputs of which a decision names a record, as ``to_screen.csv`` does: ``embase:12``."""
    for row in set_aside:
        found = RECORD_ID.fullmatch(row["record"])
        if row["reason"] == NO_SUCH_RECORD and found and found[1].casefold() not in NO_INPUT:
            yield Missing("database", found[1])
