"""Write the passport of every record: where it came from, who decided what on it, and where it ended."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from scripts.common.decoding import find_encoding, read_lines
from scripts.common.exports import find_format
from scripts.common.flow import BOXES
from scripts.common.inputs import PUBMED
from scripts.common.job import job, log
from scripts.common.passports import COLUMNS
from scripts.common.records import Raw
from scripts.common.ris import read_ris
from scripts.common.tables import read_table, rows_of, write_table

if TYPE_CHECKING:
    snakemake: Any

TWIN_BOXES = ("duplicates", "other_known")  # where a record ends whose twin stands for it


def lines_of(path: str) -> dict[str, int]:
    """Return position of a record -> the line of its RIS file on which it begins; none for other formats."""
    if find_format(path) != "ris":
        return {}
    lines = read_lines(path, find_encoding(path))
    records = (piece for piece in read_ris(lines) if isinstance(piece, Raw))
    return {str(one.position): one.line for one in records}


def origin(
    row: Mapping[str, str], files: Mapping[str, str], windows: Mapping[str, str], line: int | None
) -> str:
    """Return where a record stands: the file, its place in it and the line; of the search, the window."""
    path = files.get(row["input"], "")
    if not path or row["input"] == PUBMED:
        window = windows.get(row["pmid"], "")
        return (
            f"results/search/windows/{window}.xml.gz, PMID {row['pmid']}" if window else f"PMID {row['pmid']}"
        )
    return f"{path}, record {row['position']}" + (f", line {line}" if line else "")


def by_key(rows: Iterable[Mapping[str, str]], key: str) -> dict[str, list[Mapping[str, str]]]:
    """Return the rows by the value of one column."""
    groups: dict[str, list[Mapping[str, str]]] = defaultdict(list)
    for row in rows:
        groups[row[key]].append(row)
    return groups


def joined(parts: Iterable[str]) -> str:
    """Return what is not empty, in one cell."""
    return " | ".join(part for part in parts if part)


def ending(record_id: str, twins: Iterable[str], box: Mapping[str, str]) -> str:
    """Return in words where a record ended; of a twin that was set aside also where the one kept did."""

    def words(name: str) -> str:
        whole, _, part = box[name].partition(":")
        return BOXES[whole] + (": " + part.replace("_", " ") if part else "")

    stands = [name for name in twins if box[name] not in TWIN_BOXES]
    kept = f" ({stands[0]}: {words(stands[0])})" if stands and box[record_id] in TWIN_BOXES else ""
    return words(record_id) + kept


def main(*, tables: Mapping[str, str], files: Mapping[str, str], passports: str) -> None:
    """Write passports.csv: a row per record of every source, twins with what was decided on the one kept."""
    rows = {name: rows_of(read_table(path)) for name, path in tables.items()}
    home = {row["record_id"]: row["cluster_id"] for row in rows["clusters"]}
    members = defaultdict(list)
    for record_id, cluster_id in sorted(home.items()):
        members[cluster_id].append(record_id)
    links = by_key(rows["links"], "record_id")
    votes, studies = by_key(rows["votes"], "record_id"), by_key(rows["included"], "record_id")
    decided = by_key([*rows["decisions"], *rows["conflicts"]], "record_id")
    machine = by_key(rows["ineligible"], "record_id")
    codes = by_key((row for row in rows["evidence"] if row["stance"] == "present"), "study_id")
    box = {row["record_id"]: row["box"] for row in rows["final_boxes"]}
    windows = {row["pmid"]: row["window"] for row in rows["pmids"]}
    lines = {name: lines_of(path) for name, path in files.items() if path and name != PUBMED}
    table = []
    for row in rows["records"]:
        record_id = row["record_id"]
        kept = home[record_id]
        own = [study["study_id"] for study in studies.get(kept, [])]
        table.append(
            {
                **{name: row[name] for name in ("record_id", "title", "authors", "year", "doi", "pmid")},
                "from": origin(row, files, windows, lines.get(row["input"], {}).get(row["position"])),
                "kept_as": kept,
                "twins": joined(name for name in members[kept] if name != record_id),
                "linked_by": joined(
                    f"{link['record_id']} is {link['duplicate_of']} ({link['rule']}: {link['evidence']})"
                    for name in members[kept]
                    for link in links.get(name, [])
                ),
                "machine": joined(
                    f"{said['label']}: {said['reason']} (removed: {said['removed']})"
                    for said in machine.get(kept, [])
                ),
                "votes": joined(
                    f"{vote['stage']}: {vote['reviewer']} {vote['decision']}"
                    + (f" ({vote['reason']})" if vote["reason"] else "")
                    + f", {vote['sheet']} line {vote['line']}"
                    for vote in votes.get(kept, [])
                ),
                "decisions": joined(
                    f"{said['stage']}: {said['decision']}"
                    + (f", {said['how']}" if said.get("how") else "")
                    + (f" ({said['reason']})" if said["reason"] else "")
                    + (f": {said['why']}" if said.get("why") else "")
                    for said in decided.get(kept, [])
                ),
                "studies": joined(own),
                "codes": joined(sorted({code["code"] for name in own for code in codes.get(name, [])})),
                "final_box": box[record_id],
                "final_label": ending(record_id, members[kept], box),
            }
        )
    write_table(table, passports, COLUMNS, sort_by=("record_id",))
    log.info("%d passports", len(table))


if __name__ == "__main__":
    with job(snakemake):
        main(
            tables={name: path for name, path in snakemake.input.items() if name != "exports"},
            files=snakemake.params.files,
            passports=snakemake.output.passports,
        )
