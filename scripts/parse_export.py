"""Read the records of one export, as its source wrote them, and set aside what is no record."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts.common.errors import InputError
from scripts.common.job import job, log
from scripts.common.parsed import write_parsed
from scripts.common.records import Record, SetAside
from scripts.common.ris import count_records, decode, read, split_lines, unended

if TYPE_CHECKING:
    snakemake: Any


def split(path: str) -> tuple[list[Record], list[SetAside], int]:
    """Return the records of a RIS file, the pieces set aside, and how many records it announces.

    A record set aside still counts as announced; so announced = records + records set aside.
    """
    rows: list[Record] = []
    aside: list[SetAside] = []
    for piece in read(path):
        if isinstance(piece, SetAside):
            aside.append(piece)
        else:
            rows.append(piece)
    text, encoding = decode(Path(path).read_bytes(), path)
    if encoding == "cp1252":
        log.warning("%s: not UTF-8, read as Windows-1252. Look at the accents in it.", path)
    for block in unended(path):
        log.warning(
            "%s: record %d (line %d) has no end (ER); read as far as it goes.",
            path,
            block.position,
            block.line,
        )
    return rows, aside, count_records(split_lines(text))


def main(*, path: str, item: dict[str, str], records: str, set_aside: str, counts: str) -> None:
    """Write the records of one export; stop if a record of the file is in neither table."""
    rows, aside, announced = split(path)
    empty = {piece.position for piece in aside} - {0}
    missing = set(range(1, announced + 1)) - {int(row["position"]) for row in rows} - empty
    if missing:
        raise InputError(f"{path}: record {min(missing)} was neither read nor set aside. Export it again.")
    write_parsed(rows, aside, item, announced, records=records, set_aside=set_aside, counts=counts)
    log.info("%s: %d records announced, %d read, %d pieces set aside", path, announced, len(rows), len(aside))


if __name__ == "__main__":
    with job(snakemake):
        main(
            path=snakemake.input.export,
            item=snakemake.params.item,
            records=snakemake.output.records,
            set_aside=snakemake.output.set_aside,
            counts=snakemake.output.counts,
        )
