"""Measure the results: every number that a published claim can be compared with, with its file."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from scripts.common.claims.published import measure_names
from scripts.common.coding.codebook import Code, children
from scripts.common.coding.codebook_forms import CODEBOOK, categories_known, read_codebook
from scripts.common.files.tables import read_table, rows_of, write_table
from scripts.common.job import job, log
from scripts.common.screening.flow import BOXES, GROWS

if TYPE_CHECKING:
    snakemake: Any

COLUMNS = ("measure", "value", "bound", "unit", "file", "rows", "note", "number", "of")
THEMES, FLOW = "results/coding/themes.csv", "results/screening/flow.csv"
INCLUDED, RECALL = "results/screening/included.csv", "results/screening/recall.csv"
EVIDENCE = "results/coding/evidence.csv"
UNKNOWN = "unknown"


class Measure(NamedTuple):
    """A value with its bound (exact, at least, unknown), and the file and rows it comes from."""

    measure: str
    value: object
    bound: str
    unit: str
    file: str
    rows: str
    note: str = ""
    number: str = ""  # of a percentage: its number
    of: str = ""  # and its n


def flow_measures(flow: pd.DataFrame) -> Iterator[Measure]:
    """Yield a measure per box. A published number is no result of ours, so it is unknown here.

    While records wait for a decision, the boxes behind are lower bounds.
    """
    rows = {row["box"]: row for row in rows_of(flow)}
    growing = {
        box
        for name, boxes in GROWS.items()
        if rows.get(name, {}).get("count", "") not in ("", "0")
        for box in boxes
    }
    for box in BOXES:
        if box not in rows:
            note = "needs the studies of the version before (kind previous in config/inputs.tsv)"
            yield Measure(f"flow:{box}", "", UNKNOWN, "studies or reports", FLOW, f"box {box}", note)
    for box, row in rows.items():
        if ":" in box:
            continue
        if row["basis"] == "computed":
            bound = "at least" if box in growing else "exact"
            yield Measure(f"flow:{box}", row["count"], bound, "records or reports", FLOW, f"box {box}")
        else:
            note = (
                row["source"]
                if row["basis"] == UNKNOWN
                else (
                    "only the published number itself is known; needs the list of included studies"
                    " (kind included in config/inputs.tsv) with included_list: complete"
                    if box == "new_studies"
                    else "only the published number itself is known"
                )
            )
            yield Measure(f"flow:{box}", "", UNKNOWN, "records or reports", FLOW, f"box {box}", note)


def code_measures(codes: Sequence[Code], themes: pd.DataFrame, codebook: str = CODEBOOK) -> Iterator[Measure]:
    """Yield for each code: number and list of children, studies, percentage, rank among siblings."""
    rows = {row["code"]: row for row in rows_of(themes)}
    for code in codes:
        below = children(codes, code.id)
        bound = "exact" if code.children_known else "at least"
        where = f"children of {code.id}"
        yield Measure(f"themes:{code.id}", len(below), bound, "codes", codebook, where)
        yield Measure(
            f"children:{code.id}", "; ".join(child.id for child in below), bound, "codes", codebook, where
        )
        row = rows[code.id]
        note = "" if row["bound"] != UNKNOWN else f"needs the list of studies for {code.id} (a coding sheet)"
        yield Measure(
            f"studies:{code.id}", row["studies"], row["bound"], "studies", THEMES, f"code {code.id}", note
        )
        yield Measure(
            f"study_ids:{code.id}", row["study_ids"], row["bound"], "studies", THEMES, f"code {code.id}", note
        )
        no_total = "needs the number of included studies (kind included or flow in config/inputs.tsv)"
        yield Measure(
            f"percent:{code.id}",
            row["percent"],
            row["bound"] if row["percent"] else UNKNOWN,
            f"% of {row['of']} studies" if row["of"] else "%",
            THEMES,
            f"code {code.id}",
            note or ("" if row["of"] else no_total),
            row["studies"],
            row["of"],
        )
        yield _rank(codes, code, rows)
        yield _order(codes, code, rows)


def _order(codes: Sequence[Code], code: Code, rows: dict[str, Any]) -> Measure:
    """The codes below ``code``, most studies first: ``a > b = c``; those not counted whole are left out."""
    name, where = f"order:{code.id}", f"codes below {code.id}"
    below = [child for child in children(codes, code.id) if rows[child.id]["bound"] == "exact"]
    missing = [child.id for child in children(codes, code.id) if rows[child.id]["bound"] != "exact"]
    counts = sorted((-int(rows[child.id]["studies"]), child.id) for child in below)
    groups = [[name for n, name in counts if n == number] for number in sorted({n for n, _ in counts})]
    text = " > ".join(" = ".join(group) for group in groups)
    if not text:
        lists = f"needs the whole list of studies for: {', '.join(missing)} (a coding sheet)"
        return Measure(name, "", UNKNOWN, "order", THEMES, where, lists if missing else "has no codes below")
    return Measure(name, text, "at least" if missing else "exact", "order", THEMES, where)


def _rank(codes: Sequence[Code], code: Code, rows: dict[str, Any]) -> Measure:
    """Rank 1 has the most studies; it is known only if all siblings are known and counted whole."""
    siblings = [other for other in codes if other.parent == code.parent]
    name, where = f"rank:{code.id}", f"codes below {code.parent or 'the root'}"
    missing = _missing_for_rank(codes, code, siblings, rows)
    if missing:
        return Measure(name, "", UNKNOWN, "rank", THEMES, where, missing)
    studies = {other.id: int(rows[other.id]["studies"]) for other in siblings}
    more = sum(number > studies[code.id] for number in studies.values())
    beside = [other for other, number in studies.items() if other != code.id and number == studies[code.id]]
    tie = f"shared with {', '.join(beside)}" if beside else ""
    return Measure(name, more + 1, "exact", "rank", THEMES, where, tie)


def _missing_for_rank(
    codes: Sequence[Code], code: Code, siblings: Sequence[Code], rows: dict[str, Any]
) -> str:
    """Return what a rank needs that is not known; empty if it is known."""
    parent = next((other for other in codes if other.id == code.parent), None)
    if parent is not None and not parent.children_known:
        return f"needs all codes below {parent.id}; only {len(siblings)} known here"
    open_lists = [other.id for other in siblings if rows[other.id]["bound"] != "exact"]
    return f"needs the whole list of studies for: {', '.join(open_lists)}" if open_lists else ""


def single_measures(
    codes: Sequence[Code],
    all_categories: bool,
    included: pd.DataFrame,
    recall: pd.DataFrame,
    evidence: pd.DataFrame,
    included_list: str = "complete",
) -> Iterator[Measure]:
    """Yield the measures of the review as a whole. A partial list of studies gives lower bounds."""
    categories, bound = len(children(codes, "")), "exact" if all_categories else "at least"
    yield Measure("categories", categories, bound, "codes", CODEBOOK, "codes of level 1")
    yield from _included_measures(included, recall, included_list)
    yield from _study_measures(set(evidence["study_id"]))


def _included_measures(included: pd.DataFrame, recall: pd.DataFrame, included_list: str) -> Iterator[Measure]:
    """Yield how many included studies are known by name, and how many of them a search retrieved."""
    found = int((recall["retrieved"] == "yes").sum())
    bound = {"complete": "exact", "partial": "at least", "none": UNKNOWN}[included_list]
    no_list = "needs the list of included studies (kind included in config/inputs.tsv)"
    for name, number, file, where in (
        ("included_known", len(included), INCLUDED, "all rows"),
        ("included_retrieved", found, RECALL, "retrieved = yes"),
    ):
        if bound == UNKNOWN:
            yield Measure(name, "", UNKNOWN, "studies", file, where, no_list)
        else:
            yield Measure(name, number, bound, "studies", file, where)


def _study_measures(studies: set[str]) -> Iterator[Measure]:
    """Yield the number of studies that evidence was coded for, and the range of their numbers."""
    name, where = "studies_with_evidence", "distinct study_id"
    if studies:
        yield Measure(name, len(studies), "exact", "studies", EVIDENCE, where)
    else:
        yield Measure(name, "", UNKNOWN, "studies", EVIDENCE, where, "needs a coding sheet")
    name, unit = "study_numbers", "study numbers"
    numbers = [int(study) for study in studies if study.isascii() and study.isdigit()]
    if studies and len(numbers) == len(studies):
        span = f"{min(numbers)}-{max(numbers)}"
        yield Measure(name, span, "exact", unit, EVIDENCE, "lowest and highest study_id")
    else:
        yield Measure(name, "", UNKNOWN, unit, EVIDENCE, "study_id", "needs studies named by number")


def main(
    *,
    codebook: str,
    flow: str,
    themes: str,
    included: str,
    recall: str,
    evidence: str,
    included_list: str,
    measures: str,
) -> None:
    """Write measures.csv: exactly the measures that a claim may name."""
    codes = read_codebook(codebook)
    found = [
        *flow_measures(read_table(flow)),
        *single_measures(
            codes,
            categories_known(codebook),
            read_table(included),
            read_table(recall),
            read_table(evidence),
            included_list,
        ),
        *code_measures(codes, read_table(themes), codebook),
    ]
    by_name = {item.measure: item for item in found}
    rows = [by_name[name]._asdict() for name in measure_names(codes)]
    write_table(rows, measures, COLUMNS)
    log.info("%d measures, %d of them not known", len(rows), sum(row["bound"] == UNKNOWN for row in rows))


if __name__ == "__main__":
    with job(snakemake):
        main(
            codebook=snakemake.input.codebook,
            flow=snakemake.input.flow,
            themes=snakemake.input.themes,
            included=snakemake.input.included,
            recall=snakemake.input.recall,
            evidence=snakemake.input.evidence,
            included_list=snakemake.params.included_list,
            measures=snakemake.output.measures,
        )
