"""Write the passport of every record: where it came from, who decided what on it, and where it ended."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from itertools import chain
from typing import TYPE_CHECKING, Any

from scripts.common.exports.formats import is_ris
from scripts.common.exports.ris import read_ris
from scripts.common.files.decoding import find_encoding, read_chunks
from scripts.common.files.spreadsheet_copies import copy_for_spreadsheets
from scripts.common.files.tables import row_writer, stream_rows
from scripts.common.job import job, log
from scripts.common.records.record import Raw
from scripts.common.review.inputs import PUBMED
from scripts.common.screening.flow import TWIN_BOXES
from scripts.common.screening.passports import COLUMNS
from scripts.common.screening.votes import MACHINE
from scripts.common.values.counts import count_of

if TYPE_CHECKING:
    snakemake: Any

FACTS = ("title", "authors", "year", "doi", "pmid")


def lines_of(path: str) -> dict[str, int]:
    """Return position of a record -> the line of its RIS file on which it begins; none for other formats."""
    if not is_ris(path):
        return {}
    texts = read_chunks(path, find_encoding(path))
    records = (piece for piece in read_ris(texts) if isinstance(piece, Raw))
    return {str(one.position): one.line for one in records}


def origin(
    row: Mapping[str, str], files: Mapping[str, str], windows: Mapping[str, str], line: int | None
) -> str:
    """Return where a record came from: file, place in it and line; of the search of PubMed, the window."""
    path = files.get(row["input"], "")
    if not path or row["input"] == PUBMED:
        window = windows.get(row["pmid"], "")
        return (
            f"results/search/windows/{window}.xml.gz, PMID {row['pmid']}" if window else f"PMID {row['pmid']}"
        )
    return f"{path}, record {row['position']}" + (f", line {line}" if line else "")


def in_words(
    rows: Iterable[Mapping[str, str]], words: Callable[[Mapping[str, str]], str], key: str = "record_id"
) -> dict[str, str]:
    """Return the rows of each key in words, in one cell: a million rows are held as text only."""
    found: dict[str, str] = {}
    for row in rows:
        found[row[key]] = joined((found.get(row[key], ""), words(row)))
    return found


def joined(parts: Iterable[str]) -> str:
    """Return what is not empty, in one cell."""
    return " | ".join(part for part in parts if part)


def ending(record_id: str, twins: Iterable[str], box: Mapping[str, str], labels: Mapping[str, str]) -> str:
    """Return in words where a record ended; of a twin that was set aside also where the one kept did.

    ``labels`` is box -> the name that it has in this review's flow.
    """

    def words(name: str) -> str:
        whole, _, part = box[name].partition(":")
        return labels[whole] + (": " + part.replace("_", " ") if part else "")

    if box[record_id] not in TWIN_BOXES:
        return words(record_id)
    screened = next((name for name in twins if box[name] not in TWIN_BOXES), None)
    return words(record_id) + (f" ({screened}: {words(screened)})" if screened else "")


def link_in_words(link: Mapping[str, str]) -> str:
    """Return a row of links.csv: which record is which, and by what rule."""
    return f"{link['record_id']} is {link['duplicate_of']} ({link['rule']}: {link['evidence']})"


def vote_in_words(vote: Mapping[str, str]) -> str:
    """Return a row of votes.csv: who decided what and why, and where it is written."""
    reason = f" ({vote['reason']})" if vote["reason"] else ""
    kind = " (machine)" if vote["kind"] == MACHINE else ""
    where = f"{vote['sheet']} line {vote['line']}"
    return f"{vote['stage']}: {vote['reviewer']}{kind} {vote['decision']}{reason}, {where}"


def decision_in_words(row: Mapping[str, str]) -> str:
    """Return a row of decisions.csv or of conflicts.csv: what came of the votes, how or why."""
    return (
        f"{row['stage']}: {row['decision']}"
        + (f", {row['how']}" if row.get("how") else "")
        + (f" ({row['reason']})" if row["reason"] else "")
        + (f": {row['why']}" if row.get("why") else "")
    )


def removal_in_words(row: Mapping[str, str]) -> str:
    """Return a row of eligibility.csv: which rule the record meets, and whether it was removed."""
    return f"{row['label']}: {row['reason']} (removed: {row['removed']})"


def codes_of_studies(evidence: Iterable[Mapping[str, str]]) -> dict[str, set[str]]:
    """Return study -> the codes that the evidence says are present in it."""
    codes: dict[str, set[str]] = defaultdict(set)
    for row in evidence:
        if row["stance"] == "present":
            codes[row["study_id"]].add(row["code"])
    return codes


def facts_of_records(tables: Mapping[str, str], files: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Return record -> its ``FACTS``, and last where it came from."""
    windows = {row["pmid"]: row["window"] for row in stream_rows(tables["pmids"])}
    lines = {name: lines_of(path) for name, path in files.items() if path and name != PUBMED}
    facts = {}
    for row in stream_rows(tables["records"], ("record_id", "input", "position", *FACTS)):
        line = lines.get(row["input"], {}).get(row["position"])
        facts[row["record_id"]] = (*(row[name] for name in FACTS), origin(row, files, windows, line))
    return facts


def main(*, tables: Mapping[str, str], files: Mapping[str, str], passports: str) -> None:
    """Write passports.csv: a row per record of every source, twins with what was decided on the one kept."""
    home = {row["record_id"]: row["cluster_id"] for row in stream_rows(tables["clusters"])}
    members = defaultdict(list)
    for record_id, cluster_id in sorted(home.items()):
        members[cluster_id].append(record_id)
    links = in_words(stream_rows(tables["links"]), link_in_words)
    votes = in_words(stream_rows(tables["votes"]), vote_in_words)
    decisions = in_words(
        chain(stream_rows(tables["decisions"]), stream_rows(tables["conflicts"])), decision_in_words
    )
    removals = in_words(stream_rows(tables["ineligible"]), removal_in_words)
    studies = in_words(
        chain(
            stream_rows(tables["included"]),
            (row for row in stream_rows(tables["reports"]) if not row["note"]),
        ),
        lambda row: row["study_id"],
    )
    codes = codes_of_studies(stream_rows(tables["evidence"]))
    box = {row["record_id"]: row["box"] for row in stream_rows(tables["final_boxes"])}
    labels = {row["box"]: row["label"] for row in stream_rows(tables["flow"])}
    facts = facts_of_records(tables, files)
    with row_writer(passports, COLUMNS) as write:
        for record_id in sorted(facts):
            kept = home[record_id]
            own = studies.get(kept, "")
            write(
                {
                    "record_id": record_id,
                    **dict(zip((*FACTS, "from"), facts[record_id], strict=True)),
                    "kept_as": kept,
                    "twins": joined(name for name in members[kept] if name != record_id),
                    "linked_by": joined(links.get(name, "") for name in members[kept]),
                    "machine": removals.get(kept, ""),
                    "votes": votes.get(kept, ""),
                    "decisions": decisions.get(kept, ""),
                    "studies": own,
                    "codes": joined(sorted({code for name in own.split(" | ") for code in codes[name]})),
                    "final_box": box[record_id],
                    "final_label": ending(record_id, members[kept], box, labels),
                }
            )
    log.info("%s", count_of(len(facts), "passport"))


if __name__ == "__main__":
    with job(snakemake):
        main(
            tables={name: path for name, path in snakemake.input.items() if name != "exports"},
            files=snakemake.params.files,
            passports=snakemake.output.passports,
        )
        copy_for_spreadsheets(snakemake.output.passports, snakemake.output.passports_copy)
