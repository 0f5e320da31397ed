"""Read the records of one export, as its source wrote them, and set aside what is no record."""

from typing import TYPE_CHECKING, Any

from scripts.common.exports.export import FORMATS, Export
from scripts.common.job import job, log
from scripts.common.records.parsed_input import Parsed

if TYPE_CHECKING:
    snakemake: Any


def warn(export: Export, outside: int) -> None:
    """Say what a person should look at: a guessed encoding, records without end, text in no record."""
    path, encoding = export.path, export.encoding
    if encoding.guessed:
        log.warning("%s: not UTF-8, read as %s. Look at the accents in it.", path, encoding.name)
    for oddity, (number, position, line) in sorted(export.oddities.items()):
        log.warning(
            "%s: record %d (line %d) has %s%s; read as far as it goes.",
            path,
            position,
            line,
            oddity,
            f", and so have {number - 1} more" if number > 1 else "",
        )
    if outside:
        log.warning("%s: %d pieces of text belong to no record; see set_aside.csv.", path, outside)


def main(*, path: str, item: dict[str, str], records: str, set_aside: str, counts: str) -> None:
    """Write the records of one export; stop if a record of the file is in neither table."""
    export, parsed = Export(path), Parsed()
    parsed.write(export, item, records=records, set_aside=set_aside)
    found = {
        "platform_guessed": export.platform,
        "format": export.format,
        "encoding": export.encoding.name,
    }
    parsed.write_counts(item, export.announced, counts, **found)
    warn(export, parsed.counts["outside"])
    log.info("%s: %s, %s, %s", path, FORMATS[export.format], export.encoding.name, export.platform or "-")
    log.info(
        "%d records announced, %d read, %d set aside; %d pieces of text in no record",
        export.announced,
        *(parsed.counts[name] for name in ("records", "set_aside", "outside")),
    )


if __name__ == "__main__":
    with job(snakemake):
        main(
            path=snakemake.input.export,
            item=snakemake.params.item,
            records=snakemake.output.records,
            set_aside=snakemake.output.set_aside,
            counts=snakemake.output.counts,
        )
