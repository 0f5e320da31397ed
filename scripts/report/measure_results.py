"""Measure the results: every number that a published claim can be compared with, with its file."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from scripts.common.claims.measures import (
    AT_LEAST,
    CODINGS,
    COLUMNS,
    DECISIONS,
    EXACT,
    LIST,
    PAPER,
    PUBLISHED_CODER,
    RECORDS,
    UNKNOWN,
    Measure,
    Source,
    measure_names,
    to_row,
)
from scripts.common.claims.measuring import (
    agreement_measures,
    basis_of_list,
    charting_measures,
    decision_measures,
    extreme_measures,
    printed_measures,
    recall_measure,
    record_measures,
    year_measures,
)
from scripts.common.claims.sentences import Codes, Phrase, Sentence, sentence
from scripts.common.coding.codebook import Code, children
from scripts.common.coding.codebook_forms import categories_known, read_codebook
from scripts.common.files.tables import read_table, rows_of, write_table
from scripts.common.job import job, log
from scripts.common.review.inputs import DATABASES, PUBMED
from scripts.common.screening.flow import (
    BOXES,
    GROWS,
    NEEDED,
    NEEDS_LIST,
    NEEDS_OTHER,
    NEEDS_PREVIOUS,
    NEEDS_RECORDS,
)
from scripts.common.search.archive import read_json
from scripts.common.values.counts import count_of

if TYPE_CHECKING:
    snakemake: Any

Row = Mapping[str, Any]
THEMES, FLOW = "results/coding/themes.csv", "results/screening/flow.csv"
INCLUDED, RECALL = "results/screening/included.csv", "results/screening/recall.csv"
REPORTS = "results/screening/reports.csv"
EVIDENCE, DECIDED = "results/coding/evidence.csv", "results/screening/decisions.csv"
# Boxes of records of the search, before people decide.
OF_THE_SEARCH = (
    "database_results", "duplicates", "excluded_automatic", "excluded_other", "records_waiting",
    "records_never_screened", "other_known",
)  # fmt: skip
NEEDS_WHOLE = Phrase(
    "the list of included studies (kind included in config/inputs.tsv) with included_list: complete"
)
NEEDS_CODEBOOK = Phrase("a codebook (config/codebook.yaml)")
NEEDS_TOTAL = Phrase("the number of included studies (kind included or flow in config/inputs.tsv)")
NEEDS_DATA = Phrase("the data behind it; only the published number itself is known")

READ_AS_ROWS = (
    "counts", "votes", "decisions", "list_differences", "screening_agreement", "agreement", "charting",
    "printed",
)  # fmt: skip


def flow_measures(
    flow: pd.DataFrame,
    transcribed: bool = False,
    included_list: str = "complete",
    reports_declared: bool = False,
    list_rests_on: str = LIST,
) -> Iterator[Measure]:
    """Yield a measure per box. A published number is no result of ours, so it is unknown here.

    While records wait for a decision, the boxes behind are lower bounds. Records of an archive that is
    ``transcribed`` are no answer of a database: no number of records is known. Where ``reports_declared``, a
    study may have several reports. ``list_rests_on`` is what the list of included studies rests on.
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
            yield Source("studies or reports", FLOW).unknown(
                f"flow:{box}", box_rows(box), Phrase(NEEDED[NEEDS_PREVIOUS])
            )
    for box, row in rows.items():
        whole = box.partition(":")[0]
        bound = AT_LEAST if whole in growing else EXACT
        measure = _box(box, row, bound, transcribed, list_rests_on)
        a_study_each = included_list == "none" and not reports_declared
        yield _included_so_far(rows, measure, a_study_each) or measure


def _included_so_far(rows: Mapping[str, Row], measure: Measure, a_study_each: bool) -> Measure | None:
    """Return the reports included so far while others wait, as a lower bound; None where it is none.

    They are one too where no source of other methods is known, which may have brought more. Without any
    list of studies and of reports a report counts as ``a_study_each``, as in the flow.
    """
    boxes = ("flow:new_reports", *(("flow:new_studies",) if a_study_each else ()))
    arms = [rows.get(f"{arm}_included", {}) for arm in ("dbr", "other")]
    if measure.bound != UNKNOWN or measure.measure not in boxes:
        return None
    known = [int(row["count"]) for row in arms if row.get("basis") == "computed"]
    other_is_open = arms[1].get("source") == NEEDS_OTHER
    if len(known) < (1 if other_is_open else 2):
        return None
    number = sum(known)
    source = Source("records or reports", FLOW, DECISIONS)
    return source.known(measure.measure, number, AT_LEAST, sentence("rows_arms"))


def box_rows(box: str) -> Sentence:
    """Return which row of the flow is meant: a box by its label, or a part of one."""
    whole, _, part = box.partition(":")
    label = Phrase(BOXES[whole])
    return sentence("rows_part", box=label, part=part) if part else sentence("rows_box", box=label)


def _box(box: str, row: dict[str, Any], bound: str, transcribed: bool, list_rests_on: str) -> Measure:
    name, where = f"flow:{box}", box_rows(box)
    listed = row["source"] in (INCLUDED, REPORTS)
    rests_on = list_rests_on if listed else DECISIONS if row["source"] == DECIDED else RECORDS
    source = Source("records or reports", FLOW, rests_on, LIST if rests_on == LIST else "")
    if row["basis"] == UNKNOWN:
        return source.unknown(name, where, Phrase(NEEDED[row["source"]]))
    if row["basis"] != "computed":
        return source.unknown(name, where, NEEDS_WHOLE if box == "new_studies" else NEEDS_DATA)
    if transcribed and counts_the_search(box):
        return source.unknown(name, where, sentence("need_answers"))
    return source.known(name, row["count"], bound, where)


def counts_the_search(box: str) -> bool:
    """Return whether records of the PubMed search are among those of a box, or of a part of one."""
    whole, _, part = box.partition(":")
    return whole in OF_THE_SEARCH and (whole != "database_results" or part in ("", PUBMED))


def rests_on(codes: Sequence[Code], code: Code, evidence: pd.DataFrame) -> tuple[str, str]:
    """Return what the studies of a code rest on, and its place in the paper if they rest on that.

    They rest on the paper if nobody but the coder ``published``, who holds the paper's own lists, coded it or
    a code below it.
    """
    within = {code.id}
    for other in codes:
        if other.parent in within:
            within.add(other.id)
    coders = set(evidence.loc[evidence["code"].isin(within), "coder"])
    return (CODINGS, "") if coders - {PUBLISHED_CODER} else (PAPER, code.place)


def code_measures(
    codes: Sequence[Code], themes: pd.DataFrame, evidence: pd.DataFrame, codebook: str = ""
) -> Iterator[Measure]:
    """Yield for each code: number and list of children, studies, percentage, rank, order, extremes."""
    rows = {row["code"]: row for row in rows_of(themes)}
    sources: dict[str, Source] = {}
    for code in codes:
        below = children(codes, code.id)
        headings = Source("codes", codebook, PAPER, "; ".join(filter(None, (x.place for x in below))))
        bound, where = (
            EXACT if code.children_known else AT_LEAST,
            sentence("rows_below", code=Codes((code.id,))),
        )
        if below or code.children_known:
            yield headings.known(f"themes:{code.id}", len(below), bound, where)
            yield headings.known(f"children:{code.id}", "; ".join(x.id for x in below), bound, where)
        else:
            needs = sentence("need_codes", codes=Codes((code.id,)), number="0")
            yield headings.unknown(f"themes:{code.id}", where, needs)
            yield headings.unknown(f"children:{code.id}", where, needs)
        studies = Source("studies", THEMES, *rests_on(codes, code, evidence))
        sources[code.id] = studies
        yield from _study_counts(code, rows[code.id], studies)
        yield _rank(codes, code, rows, studies._replace(unit="rank"))
        yield _order(codes, code, rows, studies._replace(unit="order"))
    below_each = {code.id: [x.id for x in children(codes, code.id)] for code in codes}
    yield from extreme_measures(rows, below_each, sources)


def _study_counts(code: Code, row: dict[str, Any], source: Source) -> Iterator[Measure]:
    """Yield number, list and percentage of the studies of a code."""
    where = sentence("rows_code", code=Codes((code.id,)))
    if row["bound"] == UNKNOWN:
        needs = sentence("need_list", codes=Codes((code.id,)))
        for family in ("studies", "study_ids", "percent"):
            yield source.unknown(f"{family}:{code.id}", where, needs)
        return
    yield source.known(f"studies:{code.id}", row["studies"], row["bound"], where)
    yield source.known(f"study_ids:{code.id}", row["study_ids"], row["bound"], where)
    share = source._replace(unit=f"% of {row['of']} studies" if row["of"] else "%")
    if not row["percent"]:
        yield share.unknown(f"percent:{code.id}", where, NEEDS_TOTAL)
        return
    percent = share.known(f"percent:{code.id}", row["percent"], row["bound"], where)
    yield percent._replace(number=row["studies"], of=row["of"])


def _order(codes: Sequence[Code], code: Code, rows: dict[str, Any], source: Source) -> Measure:
    """The codes below ``code``, most studies first: ``a > b = c``; those not counted whole are left out."""
    name, where = f"order:{code.id}", sentence("rows_below", code=Codes((code.id,)))
    below = [child for child in children(codes, code.id) if rows[child.id]["bound"] == EXACT]
    missing = tuple(x.id for x in children(codes, code.id) if rows[x.id]["bound"] != EXACT)
    counts = sorted((-int(rows[child.id]["studies"]), child.id) for child in below)
    groups = [[name for n, name in counts if n == number] for number in sorted({n for n, _ in counts})]
    text = " > ".join(" = ".join(group) for group in groups)
    if text:
        return source.known(name, text, AT_LEAST if missing else EXACT, where)
    needs = sentence("need_lists", codes=Codes(missing)) if missing else sentence("no_codes_below")
    return source.unknown(name, where, needs)


def _rank(codes: Sequence[Code], code: Code, rows: dict[str, Any], source: Source) -> Measure:
    """Rank 1 has the most studies; it is known only if all siblings are known and counted whole."""
    siblings = [other for other in codes if other.parent == code.parent]
    name = f"rank:{code.id}"
    where = sentence("rows_below", code=Codes((code.parent,))) if code.parent else sentence("rows_top")
    missing = _missing_for_rank(codes, code, siblings, rows)
    if missing:
        return source.unknown(name, where, missing)
    studies = {other.id: int(rows[other.id]["studies"]) for other in siblings}
    more = sum(number > studies[code.id] for number in studies.values())
    beside = tuple(
        other for other, number in studies.items() if other != code.id and number == studies[code.id]
    )
    tie = sentence("shared", codes=Codes(beside)) if beside else ""
    return source.known(name, more + 1, EXACT, where, tie)


def _missing_for_rank(
    codes: Sequence[Code], code: Code, siblings: Sequence[Code], rows: dict[str, Any]
) -> Sentence | None:
    """Return what a rank needs that is not known; None if it is known."""
    parent = next((other for other in codes if other.id == code.parent), None)
    if parent is not None and not parent.children_known:
        return sentence("need_codes", codes=Codes((parent.id,)), number=str(len(siblings)))
    open_lists = tuple(other.id for other in siblings if rows[other.id]["bound"] != EXACT)
    return sentence("need_lists", codes=Codes(open_lists)) if open_lists else None


def single_measures(
    codes: Sequence[Code],
    all_categories: bool,
    included: pd.DataFrame,
    recall: pd.DataFrame,
    evidence: pd.DataFrame,
    included_list: str = "complete",
    codebook: str = "",
    has_records: bool = True,
    list_rests_on: str = LIST,
) -> Iterator[Measure]:
    """Yield the measures of the review as a whole. A partial list of studies gives lower bounds."""
    categories, bound = children(codes, ""), EXACT if all_categories else AT_LEAST
    headings = Source("codes", codebook, PAPER, "; ".join(filter(None, (x.place for x in categories))))
    if categories:
        yield headings.known("categories", len(categories), bound, sentence("rows_top"))
    else:
        yield headings.unknown("categories", sentence("rows_top"), NEEDS_CODEBOOK)
    yield from _included_measures(included, recall, included_list, has_records, list_rests_on)
    yield from _study_measures(evidence)


def _included_measures(
    included: pd.DataFrame, recall: pd.DataFrame, included_list: str, has_records: bool, list_rests_on: str
) -> Iterator[Measure]:
    """Yield how many included studies are known by name, and how many of them a search retrieved."""
    found = int((recall["retrieved"] == "yes").sum())
    bound = {"complete": EXACT, "partial": AT_LEAST, "none": UNKNOWN}[included_list]
    listed = Source("studies", INCLUDED, list_rests_on, LIST if list_rests_on == LIST else "")
    for name, number, source, where in (
        ("included_known", len(included), listed, sentence("rows_all")),
        ("included_retrieved", found, Source("studies", RECALL, RECORDS), "retrieved = yes"),
    ):
        if name == "included_retrieved" and not has_records:
            yield source.unknown(name, where, Phrase(NEEDED[NEEDS_RECORDS]))
        elif bound == UNKNOWN:
            yield source.unknown(name, where, Phrase(NEEDED[NEEDS_LIST]))
        else:
            yield source.known(name, number, bound, where)


def _study_measures(evidence: pd.DataFrame) -> Iterator[Measure]:
    """Yield the number of studies that evidence was coded for, and the range of their numbers."""
    studies = set(evidence["study_id"])
    basis = CODINGS if set(evidence["coder"]) - {PUBLISHED_CODER} else PAPER
    source = Source("studies", EVIDENCE, basis, "")
    if studies:
        yield source.known("studies_with_evidence", len(studies), EXACT, sentence("rows_studies"))
    else:
        yield source.unknown("studies_with_evidence", sentence("rows_studies"), Phrase("a coding sheet"))
    source = source._replace(unit="study numbers")
    numbers = [int(study) for study in studies if study.isascii() and study.isdigit()]
    if studies and len(numbers) == len(studies):
        span = f"{min(numbers)}-{max(numbers)}"
        yield source.known("study_numbers", span, EXACT, sentence("rows_numbers"))
    else:
        yield source.unknown("study_numbers", "study_id", Phrase("studies named by number"))


def is_transcribed(archive: str | None) -> bool:
    """Return whether the search replays an archive of facts that people transcribed."""
    return archive is not None and read_json(Path(archive))["origin"] == "transcription"


def main(
    *,
    tables: Mapping[str, str],
    codebook: str | None,
    included_list: str,
    included_file: str | None,
    archive: str | None,
    measures: str,
) -> None:
    """Write measures.csv: what every claim can name, then what depends on inputs, people and values.

    ``tables`` are the results by name; ``charting`` is one of them only where values were charted.
    ``included_file`` is the list of included studies that the review brings.
    """
    codes, transcribed = read_codebook(codebook), is_transcribed(archive)
    read = ("flow", "included", "reports", "recall", "evidence", "themes")
    frames = {name: read_table(tables[name]) for name in read}
    rows = {name: rows_of(read_table(tables[name])) for name in READ_AS_ROWS if name in tables}
    has_records = any(row["kind"] in DATABASES for row in rows["counts"])
    list_rests_on = basis_of_list(
        included_file, rows["votes"], rows_of(frames["evidence"]), rows_of(frames["flow"]),
        rows["list_differences"], included_list,
    )  # fmt: skip
    several_reports = not frames["reports"].empty
    found = [
        *flow_measures(frames["flow"], transcribed, included_list, several_reports, list_rests_on),
        *single_measures(
            codes,
            categories_known(codebook),
            frames["included"],
            frames["recall"],
            frames["evidence"],
            included_list,
            codebook or "",
            has_records,
            list_rests_on,
        ),
        recall_measure(rows_of(frames["recall"]), included_list, has_records),
        *code_measures(codes, frames["themes"], frames["evidence"], codebook or ""),
        *record_measures(rows["counts"], len(read_table(tables["unique"], only=("record_id",))), transcribed),
        *decision_measures(rows["votes"], rows["decisions"]),
        *agreement_measures(rows["screening_agreement"], rows["agreement"]),
        *year_measures(rows_of(frames["included"]), included_list),
        *charting_measures(rows.get("charting", [])),
    ]
    by_name = {item.measure: item for item in found}
    elsewhere = printed_measures(rows.get("printed", []), by_name.get("flow:new_studies"))
    by_name |= {item.measure: item for item in elsewhere}
    always = measure_names(codes)
    labels = {code.id: code.label for code in codes}
    written = [to_row(by_name[name], labels) for name in (*always, *(x for x in by_name if x not in always))]
    write_table(written, measures, COLUMNS)
    unknown = sum(row["bound"] == UNKNOWN for row in written)
    log.info("%s, %d of them not known", count_of(len(written), "measure"), unknown)


if __name__ == "__main__":
    with job(snakemake):
        main(
            tables={
                name: path for name, path in snakemake.input.items() if name not in ("codebook", "archive")
            },
            codebook=snakemake.input.get("codebook"),
            included_list=snakemake.params.included_list,
            included_file=snakemake.params.included_file,
            archive=snakemake.input.get("archive"),
            measures=snakemake.output.measures,
        )
