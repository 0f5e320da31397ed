"""Read the records of one export, as its source wrote them, and set aside what is no record."""

from typing import TYPE_CHECKING, Any

from scripts.common.errors import InputError
from scripts.common.exports.export import Export, Words
from scripts.common.exports.first_map import RECORDS as OF_RECORDS
from scripts.common.exports.formats import FORMATS, MAPPED, TABLES
from scripts.common.files.refusals import answered
from scripts.common.job import job, log
from scripts.common.records.parsed_input import Parsed

if TYPE_CHECKING:
    snakemake: Any


def warn(export: Export, parsed: Parsed) -> None:
    """Say what a person should look at: a guessed encoding, records not read or odd, text in no record."""
    path, encoding, counts = export.path, export.encoding, parsed.counts
    if encoding.guessed:
        log.warning("%s: not UTF-8, read as %s. Look at the accents in it.", path, encoding.name)
    if encoding.zero_line:
        log.warning("%s line %d: a zero byte, left out. Look at the text there.", path, encoding.zero_line)
    for oddity, (number, position, line) in sorted(export.oddities.items()):
        log.warning(
            "%s: record %d (line %d) has %s%s; read as far as it goes.",
            path,
            position,
            line,
            oddity,
            f", and so have {number - 1} more" if number > 1 else "",
        )
    if first := parsed.first_unread:
        unread = counts["set_aside"]
        log.warning(
            "%s: %s could not be read (%d announced, %d read); the first, line %d: %s. See set_aside.csv.",
            path,
            "1 record" if unread == 1 else f"{unread} records",
            export.announced,
            counts["records"],
            first.line,
            first.reason,
        )
    if outside := counts["outside"]:
        what = "1 piece of text belongs" if outside == 1 else f"{outside} pieces of text belong"
        log.warning("%s: %s to no record; see set_aside.csv.", path, what)


def need_records(export: Export, parsed: Parsed) -> None:
    """Stop at a file of which no record could be read."""
    if parsed.counts["records"]:
        return
    remedy = "Export it again, or take its line out of inputs.tsv."
    if first := parsed.first_unread:
        raise InputError(
            f"{export.path}: {export.announced} records announced, none could be read; the first, line"
            f" {first.line}: {first.reason}. {remedy}"
        )
    raise InputError(f"{export.path}: no record in it. {remedy}")


def main(*, path: str, item: dict[str, str], words: Words, records: str, set_aside: str, counts: str) -> None:
    """Write the records of one export; stop if a record of the file is in neither table.

    ``words`` are those of the map of a team's own table; without any its columns are known by their names.
    """
    export = Export(path, item["name"], words)
    parsed = Parsed(export.left_out.total())
    parsed.write(export, item, records=records, set_aside=set_aside)
    is_table = export.format in (*TABLES, MAPPED)
    with answered(path if is_table else None, item["name"], words, OF_RECORDS):
        need_records(export, parsed)
    found = {
        "platform_guessed": export.platform,
        "format": export.format,
        "encoding": export.encoding.name,
    }
    parsed.write_counts(item, export.announced, counts, **found)
    warn(export, parsed)
    for condition, number in sorted(export.left_out.items()):
        log.info("%s: %d rows are left out by the map (%s)", path, number, condition)
    kind = "table read by its map" if export.format == MAPPED else FORMATS[export.format]
    log.info("%s: %s, %s, %s", path, kind, export.encoding.name, export.platform or "-")
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
            words=snakemake.params.words,
            records=snakemake.output.records,
            set_aside=snakemake.output.set_aside,
            counts=snakemake.output.counts,
        )
