"""A measure: one number or text of our results that a claim can name, with what it rests on."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from scripts.common.claims.sentences import Sentence, Value, english, from_cell, to_cell
from scripts.common.coding.codebook import Code
from scripts.common.screening.flow import BOXES

COLUMNS = (
    "measure", "what", "value", "bound", "unit", "file", "rows", "note", "number", "of", "rests_on",
    "place", "note_data", "rows_data",
)  # fmt: skip
EXACT, AT_LEAST, UNKNOWN = "exact", "at least", "unknown"

# What a measure rests on: data that people or databases made, or what the paper itself prints.
RECORDS, DECISIONS, CODINGS = "records", "decisions", "codings"
LIST, PAPER = "list of included studies", "the paper"
DATA = (RECORDS, DECISIONS, CODINGS)
PUBLISHED_CODER = "published"  # the coder of a sheet that holds the paper's own lists (docs/claims.md)

# Measures of the whole review; those of codes are "<family>:<code>", of the flow "flow:<box>".
SINGLE = (
    "categories", "included_known", "included_retrieved", "recall", "studies_with_evidence", "study_numbers",
    "records", "unique", "duplicates",
)  # fmt: skip
FAMILIES = ("themes", "children", "studies", "study_ids", "percent", "rank", "order", "most", "least")
# Families whose names depend on the data: inputs, sheets, stages, people, years, charted and printed numbers.
OPEN = (
    "records", "votes", "decided", "agreement", "year", "value", "value_ids", "percent_value", "sum", "mean",
    "sd", "q1", "median", "q3", "lowest", "highest", "most_value", "least_value", "printed",
    "printed_percent",
)  # fmt: skip
JOINED = ("union", "both")  # of the studies of several codes or charted values: "union:a+b"
SHARES = (
    "percent",
    "percent_value",
    "printed_percent",
    "recall",
)  # percentages, compared from their whole numbers
# Statistics, which are printed rounded; so are quotients (``is_rounded``).
STATISTICS = ("agreement", "mean", "sd", "q1", "median", "q3")
TEXTS = (  # no numbers
    "study_numbers", "children", "study_ids", "value_ids", "order", "most", "least", "most_value",
    "least_value",
)  # fmt: skip
WHAT = {
    "flow": "number in the box of the flow: {name}",
    "themes": "number of codes right below {name}",
    "children": "codes right below {name}",
    "studies": "studies with {name}",
    "study_ids": "the studies with {name}",
    "percent": "percentage of studies with {name}",
    "rank": "rank of {name} among the codes beside it; 1 has most studies",
    "order": "codes below {name}, most studies first",
    "most": "codes below {name} with most studies, ties included",
    "least": "codes below {name} with fewest studies, ties included",
    "categories": "number of top-level codes",
    "included_known": "included studies known by name",
    "included_retrieved": "included studies that a database search retrieved",
    "recall": "percentage of the included studies that a database search retrieved",
    "studies_with_evidence": "studies in the coding sheets",
    "study_numbers": "lowest and highest number of a study in the coding sheets",
    "records": "records of {name}",
    "unique": "records after duplicates were linked",
    "duplicates": "records that duplicate another one",
    "votes": "records with this decision of a sheet, or of a reviewer at a stage: {name}",
    "decided": "records with this final decision of a stage: {name}",
    "agreement": "agreement, by coefficient, of a stage or code (and a pair of people): {name}",
    "year": "of the years of the included studies: {name}",
    "value": "studies charted with {name}",
    "value_ids": "the studies charted with {name}",
    "percent_value": "percentage of the studies charted with {name}",
    "sum": "sum of the charted number {name}",
    "mean": "mean of the charted number {name}",
    "sd": "standard deviation (n - 1) of the charted number {name}",
    "q1": "first quartile of the charted number {name}, as Excel and R compute it",
    "median": "median of the charted number {name}",
    "q3": "third quartile of the charted number {name}, as Excel and R compute it",
    "lowest": "lowest charted number {name}",
    "highest": "highest charted number {name}",
    "most_value": "values of {name} that most studies are charted with, ties included",
    "least_value": "values of {name} that fewest studies are charted with, ties included",
    "printed": "a number that the paper prints: {name} of printed.csv",
    "printed_percent": "percentage from the count that the paper prints: {name} of printed.csv",
}
# An operator has a blank on both sides, so that names may hold signs: "flow:dbr_excluded:non-human".
OPERATOR = re.compile(r"\s+([+*/-])\s+")


class Measure(NamedTuple):
    """A value with its bound (exact, at least, unknown), and the file and rows it comes from.

    ``number`` and ``of`` are those of a percentage. ``rests_on`` is one of the names above, ``place`` where
    the paper prints it if it rests on the paper. ``note`` says with whom a rank is shared or,
    where the bound is unknown, what is missing.
    """

    measure: str
    value: str
    bound: str
    unit: str
    file: str
    rows: Value
    number: str = ""
    of: str = ""
    rests_on: str = ""
    place: str = ""
    note: Value = ""


class Source(NamedTuple):
    """Where measures come from: their unit and file, and what they rest on."""

    unit: str
    file: str
    rests_on: str = ""
    place: str = ""

    def known(self, measure: str, value: object, bound: str, rows: Value, note: Value = "") -> Measure:
        """Return a measure with its value."""
        return Measure(
            measure, str(value), bound, self.unit, self.file, rows,
            rests_on=self.rests_on, place=self.place, note=note,
        )  # fmt: skip

    def unknown(self, measure: str, rows: Value, needs: Value) -> Measure:
        """Return a measure that is not known, with what it needs."""
        return Measure(measure, "", UNKNOWN, self.unit, self.file, rows, note=needs)


def is_expression(measure: str) -> bool:
    """Return whether a measure is made of others by + - * / and brackets."""
    return measure.startswith("(") or OPERATOR.search(measure.strip()) is not None


def is_rounded(measure: str) -> bool:
    """Return whether a paper prints a measure rounded: a percentage, a statistic, or a quotient."""
    if is_expression(measure):
        return "/" in OPERATOR.findall(measure)
    return family_of(measure) in (*SHARES, *STATISTICS)


def family_of(measure: str) -> str:
    """Return the family of a measure; empty for an expression, which is a number."""
    return "" if is_expression(measure) else measure.partition(":")[0]


def what(measure: str, labels: Mapping[str, str]) -> str:
    """Return in words what a measure is; ``labels`` is code -> label."""
    family, _, name = measure.partition(":")
    box, _, part = name.partition(":")
    shown = f"{BOXES[box]}{': ' * bool(part)}{part}" if family == "flow" else labels.get(name, name)
    return WHAT[family].format(name=shown or "all inputs")


def to_row(measure: Measure, labels: Mapping[str, str]) -> dict[str, str]:
    """Return a measure as a row of measures.csv."""
    return {
        **measure._asdict(),
        "what": what(measure.measure, labels),
        "rows": english(measure.rows),
        "rows_data": to_cell(measure.rows),
        "note": english(measure.note),
        "note_data": to_cell(measure.note),
    }


def from_row(row: Mapping[str, str]) -> Measure:
    """Return the measure that a row of measures.csv holds."""
    values = {name: row[name] for name in Measure._fields if name not in ("rows", "note")}
    return Measure(**values, rows=from_cell(row["rows_data"]), note=from_cell(row["note_data"]))


def where(measure: Measure) -> Sentence:
    """Return where a measure comes from: its file and the rows in it."""
    return Sentence("where", {"file": measure.file, "rows": measure.rows})


def measure_names(codes: Sequence[Code]) -> list[str]:
    """Return the names of the measures that every run of this review computes, in their order."""
    of_codes = [f"{family}:{code.id}" for family in FAMILIES for code in codes]
    return [*(f"flow:{box}" for box in BOXES), *SINGLE, *of_codes]
