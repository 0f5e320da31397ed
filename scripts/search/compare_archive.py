"""Compare a live search with the archive: the same, new and gone, with the cause as far as PubMed tells."""

import gzip
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts.common.files.tables import write_table
from scripts.common.job import job, log
from scripts.common.records.pubmed_xml import articles, history_date, pmid, revised
from scripts.common.search.archive import read_json
from scripts.common.search.windows import Window

if TYPE_CHECKING:
    snakemake: Any

COLUMNS = ("pmid", "window", "status", "cause", "created", "entered", "mesh_added", "revised")
COUNTS = ("archive", "live", "same", "new", "gone")
SUMMARY_COLUMNS = (
    *COUNTS, "difference_percent", "within_10_percent", "translation", "mesh_archive", "mesh_live",
)  # fmt: skip
QUERY_COLUMNS = (
    "window", "translation", "mesh_archive", "mesh_live", "translation_archive", "translation_live",
)  # fmt: skip
WITHIN_PERCENT = 10  # Rethlefsen 2024, J Clin Epidemiol 166:111229: a search counts as reproduced within 10 %
GONE = "PubMed gives no reason: deleted, merged, or its index terms changed"
SAME, DIFFERS, NOT_KNOWN = "same", "differs", "not known"
REREAD = "PubMed reads the query differently now"
# The limit to days that ends a translation, as in: (...) AND 2020/01/01:2020/12/31[Date - Create]
DAYS = re.compile(r'\s+AND\s+\(*"?\d{4}/[\d/]+"?(?:\[[^\]]+\])?\s*:\s*"?\d{4}/[\d/]+"?\[[^\]]+\]\)*\s*$')


def cause(dates: Mapping[str, str], searched_on: str, reread: bool) -> str:
    """Return why a record can be new, from its dates and the day of the archive's search.

    ``reread``: PubMed translates the query otherwise than then, which may explain what no date explains.
    """
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
    if dates["revised"] > searched_on:
        return "revised since"
    return REREAD if reread else "PubMed gives no reason"


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
    live: Mapping[int, tuple[str, dict[str, str]]],
    archived: Mapping[int, str],
    searched_on: str,
    reread: bool = False,
) -> list[dict[str, object]]:
    """Return one row per PMID of either side, in their order."""
    gone = f"{GONE}; {REREAD}" if reread else GONE
    rows: list[dict[str, object]] = []
    for number in sorted(live.keys() | archived.keys()):
        window, dates = live.get(number, (archived.get(number, ""), {}))
        status = "same" if number in live and number in archived else "new" if number in live else "gone"
        why = "" if status == "same" else gone if status == "gone" else cause(dates, searched_on, reread)
        rows.append({"pmid": number, "window": window, "status": status, "cause": why, **dates})
    return rows


def read_as(receipts: Sequence[Mapping[str, Any]]) -> str:
    """Return how PubMed read the query in these windows, without the limit to days; "" if not known."""
    shown = {DAYS.sub("", receipt.get("translation") or "") for receipt in receipts}
    return "" if "" in shown else " | ".join(sorted(shown))


def mesh_years(receipts: Sequence[Mapping[str, Any]]) -> str:
    """Return the years of MeSH by the days of the search: PubMed takes a new MeSH at the turn of the year."""
    return "; ".join(
        sorted({receipt["searched_on"][:4] for receipt in receipts if receipt.get("searched_on")})
    )


def compare_queries(
    live: Sequence[Mapping[str, Any]], archived: Sequence[Mapping[str, Any]]
) -> list[dict[str, str]]:
    """Return one row per window of the live search: how PubMed read the query then and now."""
    rows = []
    for receipt in sorted(live, key=lambda receipt: str(receipt["window"])):
        window = Window.parse(receipt["window"])
        then = [part for part in archived if Window.parse(part["window"]).overlaps(window)]
        before, now = read_as(then), read_as([receipt])
        rows.append(
            {
                "window": str(window),
                "translation": NOT_KNOWN if not before or not now else SAME if before == now else DIFFERS,
                "mesh_archive": mesh_years(then),
                "mesh_live": mesh_years([receipt]),
                "translation_archive": before,
                "translation_live": now,
            }
        )
    return rows


def over_all(queries: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Return what the rows of all windows say together: one that differs decides, then one not known."""
    found = {row["translation"] for row in queries}
    years = {
        side: sorted({year for row in queries for year in row[side].split("; ") if year})
        for side in ("mesh_archive", "mesh_live")
    }
    return {
        "translation": next(
            (verdict for verdict in (DIFFERS, NOT_KNOWN, SAME) if verdict in found), NOT_KNOWN
        ),
        **{side: "; ".join(known) for side, known in years.items()},
    }


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


def main(
    *,
    windows: Sequence[str],
    receipts: Sequence[str],
    archive_json: str,
    end: str,
    drift: str,
    drift_summary: str,
    drift_query: str,
) -> None:
    """Write drift.csv, its summary and drift_query.csv; the archive counts with its windows up to ``end``."""
    live = {
        number: (Path(path).name.removesuffix(".xml.gz"), dates)
        for path in windows
        for number, dates in live_dates(path)
    }
    archive = read_json(Path(archive_json))
    before = {
        name: read_json(Path(archive_json).with_name(f"{name}.json"))
        for name in sorted(archive["windows"])
        if name.split("_")[0] <= end
    }
    archived = {int(number): name for name, receipt in before.items() for number in receipt["pmids"]}
    queries = compare_queries([read_json(Path(path)) for path in receipts], list(before.values()))
    reading = over_all(queries)
    rows = compare(live, archived, archive.get("searched_to", ""), reading["translation"] == DIFFERS)
    total = summary(rows) | reading
    write_table(rows, drift, COLUMNS)
    write_table([total], drift_summary, SUMMARY_COLUMNS)
    write_table(queries, drift_query, QUERY_COLUMNS)
    log.info("archive %s, live %s: %s the same, %s new, %s gone", *(total[name] for name in COUNTS))
    if reading["translation"] == DIFFERS:
        log.warning(
            "PubMed reads the query differently than when the archive was frozen: see %s", drift_query
        )


if __name__ == "__main__":
    with job(snakemake):
        main(
            windows=snakemake.input.windows,
            receipts=snakemake.input.receipts,
            archive_json=snakemake.input.archive,
            end=snakemake.params.end,
            drift=snakemake.output.drift,
            drift_summary=snakemake.output.summary,
            drift_query=snakemake.output.query,
        )
