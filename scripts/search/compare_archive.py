"""Compare a search that is made here with the archive: the same, new and gone, with the cause if known.

The search is live or in NLM's files, and so was the one that the archive was frozen from. Columns named
"live" are of the search made here.
"""

import gzip
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from scripts.common.files.tables import write_table
from scripts.common.job import job, log
from scripts.common.records.pubmed_xml import articles, history_date, pmid, revised
from scripts.common.search.archive import read_json
from scripts.common.search.file_records import keys_among
from scripts.common.search.windows import Window

if TYPE_CHECKING:
    snakemake: Any

COLUMNS = ("pmid", "window", "status", "cause", "created", "entered", "mesh_added", "revised")
COUNTS = ("archive", "live", "same", "new", "gone")
SUMMARY_COLUMNS = (
    *COUNTS, "difference_percent", "within_10_percent", "translation", "mesh_archive", "mesh_live",
    "mode_archive", "mode_live",
)  # fmt: skip
QUERY_COLUMNS = (
    "window", "translation", "mesh_archive", "mesh_live", "translation_archive", "translation_live",
)  # fmt: skip
WITHIN_PERCENT = 10  # Rethlefsen 2024, J Clin Epidemiol 166:111229: a search counts as reproduced within 10 %
GONE = "PubMed gives no reason: deleted, merged, or its index terms changed"
SAME, DIFFERS, NOT_KNOWN = "same", "differs", "not known"
LIVE, BASELINE = "live", "baseline"
REREAD = "PubMed reads the query differently now"
NO_REASON = "PubMed gives no reason"
HEADINGS = "no date explains it: NLM has assigned headings again for the annual files of another year"
OTHER_WAY = "no date explains it: PubMed and its files are each asked in their own way"
FILES_END = "created after the last revision in the files"
NOT_HELD = "in none of the files: deleted, or not given to them"
NO_ANSWER = "in the files, and does not meet the query there, or not in this period"
# The limit to days that ends a translation, as in: (...) AND 2020/01/01:2020/12/31[Date - Create]
DAYS = re.compile(r'\s+AND\s+\(*"?\d{4}/[\d/]+"?(?:\[[^\]]+\])?\s*:\s*"?\d{4}/[\d/]+"?\[[^\]]+\]\)*\s*$')


def cause(dates: Mapping[str, str], searched_on: str, unexplained: str) -> str:
    """Return why a record can be new, from its dates and the day of the archive's search.

    ``unexplained`` is said where no date explains it.
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
    return unexplained


def cause_of_gone(dates: Mapping[str, str], here: "Here", number: int) -> str:
    """Return why a record of the archive can be gone; ``dates`` are those that it has in the archive."""
    if here.files_end and dates.get("created", "") > here.files_end:
        return FILES_END
    if number in here.held:
        return here.held[number] or NO_ANSWER
    if here.files_end:
        return NOT_HELD
    return f"{GONE}; {here.unexplained}" if here.unexplained in (REREAD, OTHER_WAY) else GONE


class Here(NamedTuple):
    """The search that is made here beside that of the archive.

    ``files_end``: the last day of revision in the files, "" in a live search; ``held``: PMID -> "" if the
    files hold it, or what became of it there.
    """

    unexplained: str
    files_end: str = ""
    held: Mapping[int, str] = {}


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
    archived: Mapping[int, tuple[str, dict[str, str]]],
    searched_on: str,
    here: Here,
) -> list[dict[str, object]]:
    """Return one row per PMID of either side, in their order."""
    rows: list[dict[str, object]] = []
    for number in sorted(live.keys() | archived.keys()):
        window, dates = live.get(number) or archived[number]
        if number not in live:
            status, why = "gone", cause_of_gone(dates, here, number)
        elif number not in archived:
            status, why = "new", cause(dates, searched_on, here.unexplained)
        else:
            status, why = "same", ""
        rows.append({"pmid": number, "window": window, "status": status, "cause": why, **dates})
    return rows


def read_as(receipts: Sequence[Mapping[str, Any]]) -> str:
    """Return how PubMed read the query in these windows, without the limit to days; "" if not known."""
    shown = {DAYS.sub("", receipt.get("translation") or "") for receipt in receipts}
    return "" if "" in shown else " | ".join(sorted(shown))


def mesh_years(receipts: Sequence[Mapping[str, Any]]) -> str:
    """Return the years of MeSH: of files that in their names, of a live search that of its day.

    PubMed takes a new MeSH at the turn of the year.
    """
    years = {
        f"20{receipt['files']['first'][6:8]}" if "files" in receipt else receipt.get("searched_on", "")[:4]
        for receipt in receipts
    }
    return "; ".join(sorted(years - {""}))


def modes(receipts: Iterable[Mapping[str, Any]]) -> str:
    """Return how the windows were searched: live, baseline, or "" for facts copied by hand."""
    return "; ".join(sorted({receipt.get("mode", "") for receipt in receipts} & {LIVE, BASELINE}))


def translations(then: Sequence[Mapping[str, Any]], now: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return whether the query was read in the same way, and how it was read in the archive and here."""
    before, after = read_as(then), read_as([now])
    if modes(then) == modes([now]) == BASELINE:
        return SAME, before, after  # nothing is mapped: the archive answers this query as it is written
    verdict = NOT_KNOWN if not before or not after else SAME if before == after else DIFFERS
    return verdict, before, after


def compare_queries(
    live: Sequence[Mapping[str, Any]], archived: Sequence[Mapping[str, Any]]
) -> list[dict[str, str]]:
    """Return one row per window of the live search: how PubMed read the query then and now."""
    rows = []
    for receipt in sorted(live, key=lambda receipt: str(receipt["window"])):
        window = Window.parse(receipt["window"])
        then = [part for part in archived if Window.parse(part["window"]).overlaps(window)]
        verdict, before, now = translations(then, receipt)
        rows.append(
            {
                "window": str(window),
                "translation": verdict,
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


def unexplained(reading: Mapping[str, str], then: str, now: str) -> str:
    """Return what may explain what no date explains; ``then`` and ``now`` are the modes of both searches."""
    if reading["translation"] == DIFFERS:
        return REREAD
    if {then, now} == {LIVE, BASELINE}:
        return OTHER_WAY
    if then == now == BASELINE and reading["mesh_archive"] != reading["mesh_live"]:
        return HEADINGS
    return NO_REASON


def held_in(lists: Sequence[str], files: Sequence[Mapping[str, Any]], numbers: set[int]) -> dict[int, str]:
    """Return those of the PMIDs that the files hold, with what became of each, or ""."""
    texts = {str(number) for number in numbers}
    found: dict[int, str] = {}
    for path, receipt in zip(lists, files, strict=True):
        with gzip.open(path, "rt", encoding="ascii") as stream:
            found |= {key.pmid: "" for key in keys_among(stream.read(), texts)}
        for number, _ in receipt["deleted"]:
            if number in found:
                found[number] = f"deleted by {receipt['file']}"
    return found


def main(
    *,
    windows: Sequence[str],
    receipts: Sequence[str],
    archive_json: str,
    end: str,
    drift: str,
    drift_summary: str,
    drift_query: str,
    pmids: Sequence[str] = (),
    files: Sequence[str] = (),
) -> None:
    """Write drift.csv, its summary and drift_query.csv; the archive counts with its windows up to ``end``.

    ``pmids`` and ``files``: of a search in files the PMIDs of each file, and its receipt.
    """
    live = dated(windows)
    archive = read_json(Path(archive_json))
    names = [name for name in sorted(archive["windows"]) if name.split("_")[0] <= end]
    beside = {name: Path(archive_json).with_name(name) for name in names}
    before = [read_json(path.with_name(f"{path.name}.json")) for path in beside.values()]
    archived = dated([f"{path}.xml.gz" for path in beside.values()])
    asked = [read_json(Path(path)) for path in receipts]
    queries = compare_queries(asked, before)
    reading = over_all(queries) | {"mode_archive": modes(before), "mode_live": modes(asked)}
    gone = archived.keys() - live.keys()
    here = Here(
        unexplained(reading, reading["mode_archive"], reading["mode_live"]),
        max((receipt["searched_on"] for receipt in asked), default="") if files else "",
        held_in(pmids, [read_json(Path(path)) for path in files], gone) if gone else {},
    )
    rows = compare(live, archived, archive.get("searched_to", ""), here)
    total = summary(rows) | reading
    write_table(rows, drift, COLUMNS)
    write_table([total], drift_summary, SUMMARY_COLUMNS)
    write_table(queries, drift_query, QUERY_COLUMNS)
    log.info("archive %s, here %s: %s the same, %s new, %s gone", *(total[name] for name in COUNTS))
    if here.unexplained in (REREAD, HEADINGS):
        log.warning("compared with the archive: %s: see %s and %s", here.unexplained, drift, drift_query)


def dated(windows: Sequence[str]) -> dict[int, tuple[str, dict[str, str]]]:
    """Return PMID -> window and dates of the records of some windows."""
    return {
        number: (Path(path).name.removesuffix(".xml.gz"), dates)
        for path in windows
        for number, dates in live_dates(path)
    }


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
            pmids=snakemake.input.get("pmids", ()),
            files=snakemake.input.get("files", ()),
        )
