"""Compare a live search with the archive: the same, new and gone, with the cause as far as PubMed tells."""

import gzip
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts.common.files.tables import write_table
from scripts.common.job import job, log
from scripts.common.records.pubmed_xml import articles, history_date, pmid, revised
from scripts.common.search.archive import read_json

if TYPE_CHECKING:
    snakemake: Any

COLUMNS = ("pmid", "window", "status", "cause", "created", "entered", "mesh_added", "revised")
SUMMARY_COLUMNS = ("archive", "live", "same", "new", "gone", "difference_percent", "within_10_percent")
WITHIN_PERCENT = 10  # Rethlefsen 2024, J Clin Epidemiol 166:111229: a search counts as reproduced within 10 %
GONE = "PubMed gives no reason: deleted, merged, or its index terms changed"


def cause(dates: Mapping[str, str], searched_on: str) -> str:
    """Return why a record can be new, from its dates and the day of the archive's search."""
    if not searched_on:
        return "not known: the archive names no day of search"
    created, entered = dates["created"], dates["entered"]
    if created > searched_on:
        return (
            "entered late: created after the archive's search, dated back"
            if entered <= searched_on
            else "created later"
        )
    if dates["mesh_added"] > searched_on:
        return "MeSH added later"
    return "revised since" if dates["revised"] > searched_on else "PubMed gives no reason"


def live_dates(xml_gz: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield PMID and dates of every record of a window."""
    with gzip.open(xml_gz) as stream:
        for article in articles(stream, xml_gz):  # type: ignore[arg-type]
            yield (
                int(pmid(article)),
                {
                    "created": history_date(article, "entrez"),
                    "entered": history_date(article, "pubmed"),
                    "mesh_added": history_date(article, "medline"),
                    "revised": revised(article),
                },
            )


def compare(
    live: Mapping[int, tuple[str, dict[str, str]]], archived: Mapping[int, str], searched_on: str
) -> list[dict[str, object]]:
    """Return one row per PMID of either side, in their order."""
    rows: list[dict[str, object]] = []
    for number in sorted(live.keys() | archived.keys()):
        window, dates = live.get(number, (archived.get(number, ""), {}))
        status = "same" if number in live and number in archived else "new" if number in live else "gone"
        why = "" if status == "same" else GONE if status == "gone" else cause(dates, searched_on)
        rows.append({"pmid": number, "window": window, "status": status, "cause": why, **dates})
    return rows


def summary(rows: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """Return the counts, their difference in percent of the archive, and the 10 % verdict."""
    counts = {status: sum(row["status"] == status for row in rows) for status in ("same", "new", "gone")}
    archive, live = counts["same"] + counts["gone"], counts["same"] + counts["new"]
    percent = 100 * (live - archive) / archive if archive else None
    return {
        "archive": archive,
        "live": live,
        **counts,
        "difference_percent": "" if percent is None else f"{percent:.1f}",
        "within_10_percent": "" if percent is None else "yes" if abs(percent) <= WITHIN_PERCENT else "no",
    }


def main(*, windows: Sequence[str], archive_json: str, end: str, drift: str, drift_summary: str) -> None:
    """Write drift.csv and its summary; of the archive counts what its windows hold up to ``end``."""
    live = {
        number: (Path(path).name.removesuffix(".xml.gz"), dates)
        for path in windows
        for number, dates in live_dates(path)
    }
    archive = read_json(Path(archive_json))
    receipts = {
        name: read_json(Path(archive_json).with_name(f"{name}.json")) for name in sorted(archive["windows"])
    }
    archived = {
        int(number): name
        for name, receipt in receipts.items()
        if name.split("_")[0] <= end
        for number in receipt["pmids"]
    }
    rows = compare(live, archived, archive.get("searched_to", ""))
    total = summary(rows)
    write_table(rows, drift, COLUMNS)
    write_table([total], drift_summary, SUMMARY_COLUMNS)
    log.info(
        "archive %s, live %s: %s the same, %s new, %s gone", *(total[name] for name in SUMMARY_COLUMNS[:5])
    )


if __name__ == "__main__":
    with job(snakemake):
        main(
            windows=snakemake.input.windows,
            archive_json=snakemake.input.archive,
            end=snakemake.params.end,
            drift=snakemake.output.drift,
            drift_summary=snakemake.output.summary,
        )
