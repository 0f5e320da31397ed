"""Replay the archived answer of the search for one window of days, with the checks of a live run."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from scripts.common.job import job, log
from scripts.common.search.replay import Replay
from scripts.common.search.window_files import WindowWriter, precisions, write_receipt
from scripts.common.search.windows import Window
from scripts.common.values.counts import count_of

if TYPE_CHECKING:
    snakemake: Any


def was_over(window: Window, receipts: Sequence[Mapping[str, Any]]) -> bool | None:
    """Return whether the days of a window were over when PubMed was asked for them; None if not known."""
    if not receipts or not all(receipt.get("searched_on") for receipt in receipts):
        return None
    last_days = [min(window.last, Window.parse(receipt["window"]).last) for receipt in receipts]
    return all(str(day) < receipt["searched_on"] for day, receipt in zip(last_days, receipts, strict=True))


def gathered(receipts: Sequence[Mapping[str, Any]], name: str) -> list[Any]:
    """Return what the lists of this name in several receipts hold, once each."""
    return sorted({value for receipt in receipts for value in receipt.get(name, [])})


def main(*, archive_json: str, window_name: str, query: str, date_field: str, xml: str, receipt: str) -> None:
    """Write the window's articles in the order of their PMIDs, and a receipt that counts them.

    A window of the archive that is asked for whole is replayed as its receipt names it. Where the archive
    was asked in other windows, the dates of the records decide, and those whose dates do not are named.
    """
    replay = Replay(archive_json, Window.parse(window_name), query, date_field)
    archived = replay.receipts
    pmids: list[int] = []
    dates: list[str] = []
    writer = WindowWriter(xml)
    for record in replay.records():
        pmids.append(record.pmid)
        dates.append(record.known)
        writer.add(record.content)
    kept = set(pmids)
    for number, unclear in sorted(replay.unclear.items()):
        log.warning(
            "window %s: PMID %d has no %s inside the archive's window (%s); it is %s",
            window_name, number, date_field, unclear, "kept here" if number in kept else "not in this window",
        )  # fmt: skip
    write_receipt(
        receipt,
        {
            "window": window_name,
            "mode": "archive",
            "origin": replay.archive["origin"],
            "query": query,
            "date_field": date_field,
            "count": len(pmids),
            "pmids": pmids,
            "unclear_dates": {str(number): unclear for number, unclear in sorted(replay.unclear.items())},
            "not_delivered": gathered(archived, "not_delivered"),
            "window_over": was_over(replay.window, archived),
            "searched_on": max((part.get("searched_on", "") for part in archived), default=""),
            "translation": " | ".join(
                sorted({part["translation"] for part in archived if part.get("translation")})
            ),
            "errors": gathered(archived, "errors"),
            "warnings": gathered(archived, "warnings"),
            "dates": precisions(dates),
            "sha256": writer.close(),
        },
    )
    log.info("window %s: %s replayed from %s", window_name, count_of(len(pmids), "record"), archive_json)


if __name__ == "__main__":
    with job(snakemake):
        main(
            archive_json=snakemake.input.archive,
            window_name=snakemake.wildcards.window,
            query=snakemake.params.query,
            date_field=snakemake.params.date_field,
            xml=snakemake.output.xml,
            receipt=snakemake.output.receipt,
        )
