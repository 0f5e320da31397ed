"""A measure: one number or text of our results that a claim can name, with what it rests on."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from scripts.common.claims.sentences import Sentence, Value, english, from_cell, to_cell
from scripts.common.coding.codebook import Code
from scripts.common.screening.flow import BOXES

COLUMNS = (
    "measure", "value", "bound", "unit", "file", "rows", "note", "number", "of", "rests_on", "place",
    "note_data",
)  # fmt: skip
EXACT, AT_LEAST, UNKNOWN = "exact", "at least", "unknown"

# What a measure rests on: data that people or databases made, or what the paper itself prints.
RECORDS, DECISIONS, CODINGS = "records", "decisions", "codings"
LIST, PAPER = "list of included studies", "the paper"
DATA = (RECORDS, DECISIONS, CODINGS)
PUBLISHED_CODER = "published"  # the coder of a sheet that holds the paper's own lists (docs/coding.md)

# Measures of the whole review; those of codes are "<family>:<code>", of the flow "flow:<box>".
SINGLE = ("categories", "included_known", "included_retrieved", "studies_with_evidence", "study_numbers")
TEXTS = ("study_numbers", "children", "study_ids", "order")  # measured in words, not as a number
FAMILIES = ("themes", "children", "studies", "study_ids", "percent", "rank", "order")


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
    rows: str
    number: str = ""
    of: str = ""
    rests_on: str = ""
    place: str = ""
    note: Value = ""


def to_row(measure: Measure) -> dict[str, str]:
    """Return a measure as a row of measures.csv."""
    return {**measure._asdict(), "note": english(measure.note), "note_data": to_cell(measure.note)}


def from_row(row: Mapping[str, str]) -> Measure:
    """Return the measure that a row of measures.csv holds."""
    values = {name: row[name] for name in Measure._fields if name != "note"}
    return Measure(**values, note=from_cell(row["note_data"]))


def where(measure: Measure) -> Sentence:
    """Return where a measure comes from: its file and the rows in it."""
    return Sentence("where", {"file": measure.file, "rows": measure.rows})


def measure_names(codes: Sequence[Code]) -> list[str]:
    """Return the names of all measures that a run of this review computes, in their order."""
    of_codes = [f"{family}:{code.id}" for family in FAMILIES for code in codes]
    return [*(f"flow:{box}" for box in BOXES), *SINGLE, *of_codes]
