"""Word every difference as a question to the authors, with the records or studies behind our number."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from scripts.common.claims.evidence import RECORDS, STUDIES, Behind, behind, differs_with_the_list
from scripts.common.claims.judging import CONTRADICTORY, DIFFERS
from scripts.common.claims.measures import Measure, from_row
from scripts.common.claims.published import PRINTED
from scripts.common.claims.sentences import Phrase, Sentence, Value, english, from_data, sentence, to_cell
from scripts.common.files.tables import read_table, rows_of, stream_rows, write_table
from scripts.common.job import job, log
from scripts.common.values.counts import count_of

if TYPE_CHECKING:
    snakemake: Any

COLUMNS = (
    "claim_id", "statement", "place", "verdict", "published", "reproduced", "because", "question", "number",
    "names", "file", "data",
)  # fmt: skip
MOST_NAMES = 30  # of one number in a sentence; beyond that the column names, and the table, have them
# The sentences on what a number counts: with names, and without.
COUNTED = {RECORDS: ("behind_records", "many_records"), STUDIES: ("behind_studies", "many_studies")}

Row = Mapping[str, str]


def in_words(names: Sequence[str], ids: Mapping[str, Row]) -> Value:
    """Return names of records or studies with their DOI, else PMID; no title: it may not be ours to print."""
    said: Value = ""
    for name in names:
        one = _with_id(name, ids.get(name, {}))
        said = sentence("name_next", before=said, next=one) if said else one
    return said


def _with_id(name: str, row: Row) -> Value:
    if row.get("doi"):
        return sentence("name_doi", name=name, doi=row["doi"])
    return sentence("name_pmid", name=name, pmid=row["pmid"]) if row.get("pmid") else name


def because(found: Iterable[Behind], listed: Iterable[Row], ids: Mapping[str, Row]) -> tuple[Sentence, ...]:
    """Return where list and decisions differ, then the records or studies that our number counts."""
    by_kind: dict[str, list[str]] = {}
    for row in listed:
        by_kind.setdefault(row["difference"], []).append(row["study_id"] or row["record_id"])
    said = [
        sentence("behind_list", difference=Phrase(kind), names=in_words(names, ids))
        for kind, names in by_kind.items()
    ]
    return (*said, *(_counted(one, ids) for one in found if one.names))


def _counted(one: Behind, ids: Mapping[str, Row]) -> Sentence:
    """Return what one number counts, by name; of many only how many, and the table that names them."""
    few, many = COUNTED[one.kind]
    number = str(len(one.names))
    if len(one.names) > MOST_NAMES:
        return sentence(many, number=number, file=one.file)
    return sentence(few, number=number, names=in_words(one.names, ids))


def question_row(
    claim: Row, known: Mapping[str, Measure], tables: Mapping[str, Sequence[Row]], ids: Mapping[str, Row]
) -> dict[str, str]:
    """Return the row of one claim: it differs, or what is printed contradicts itself."""
    found: list[Behind] = []
    says = {name: from_data(value) for name, value in json.loads(claim["data"]).items()}
    if claim["verdict"] == DIFFERS:
        found = behind(claim["measure"], known, tables["final_boxes"], tables["decisions"])
        listed = tables["list_differences"] if differs_with_the_list(claim["measure"]) else ()
        why: Value = because(found, listed, ids) or sentence("behind_table", where=claim["measured_in"])
        asked = sentence("ask_count", reproduced=says["reproduced"], published=says["published"])
    else:
        why, asked = says["reason"], sentence("ask_meant")
    names = [name for one in found for name in one.names]
    return {
        **{name: claim[name] for name in COLUMNS[:6]},
        "because": english(why),
        "question": english(asked),
        "number": str(len(names)) if names else "",
        "names": "; ".join(names),
        "file": "; ".join(dict.fromkeys(one.file for one in found)),
        "data": to_cell((why, asked) if claim["verdict"] == DIFFERS else asked),
    }


def main(*, tables: Mapping[str, str], questions: str) -> None:
    """Write questions.csv: a row for every printed claim that differs or is contradictory as printed."""
    rows = {
        name: rows_of(read_table(tables[name]))
        for name in ("comparison", "final_boxes", "decisions", "list_differences", "included")
    }
    known = {row["measure"]: from_row(row) for row in rows_of(read_table(tables["measures"]))}
    asked = [
        row
        for row in rows["comparison"]
        if row["origin"] == PRINTED and row["verdict"] in (DIFFERS, CONTRADICTORY)
    ]
    ids = {row["study_id"]: row for row in rows["included"]}
    if asked:
        ids |= {row["record_id"]: row for row in stream_rows(tables["unique"], ("record_id", "doi", "pmid"))}
    write_table([question_row(row, known, rows, ids) for row in asked], questions, COLUMNS, for_people=True)
    log.info("%s to the authors", count_of(len(asked), "question"))


if __name__ == "__main__":
    with job(snakemake):
        main(tables=dict(snakemake.input.items()), questions=snakemake.output.questions)
