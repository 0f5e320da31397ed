"""Write what the search of each window gave, and which PMIDs it found."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts.common.errors import InputError
from scripts.common.files.tables import write_table
from scripts.common.job import job, log
from scripts.common.search.complaints import stop_at_lost_words
from scripts.common.search.windows import Window
from scripts.common.values.counts import count_of

if TYPE_CHECKING:
    snakemake: Any

LOG_COLUMNS = (
    "window",
    "first_day",
    "last_day",
    "records",
    "dated_to_the_day",
    "dated_to_the_month",
    "dated_to_the_year",
    "mode",
    "origin",
    "sha256",
    "searched_on",
    "not_delivered",
    "complaints",
    "translation",
)
PMID_COLUMNS = ("pmid", "window", "also_in")


def collect(receipts: Sequence[dict[str, Any]]) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """Return the rows of log.csv and pmids.csv; a PMID of two windows is kept in the first of them.

    By publication date PubMed finds a record by its print and by its electronic date.
    """
    rows: list[dict[str, object]] = []
    home: dict[int, list[str]] = {}
    for receipt in sorted(receipts, key=lambda receipt: str(receipt["window"])):
        window = Window.parse(receipt["window"])
        if receipt["count"] != len(receipt["pmids"]):
            raise InputError(
                f"window {window}: counts {receipt['count']} records and names {len(receipt['pmids'])}."
            )
        rows.append(
            {
                "window": str(window),
                "first_day": window.first,
                "last_day": window.last,
                "records": receipt["count"],
                **{f"dated_{name.replace(' ', '_')}": number for name, number in receipt["dates"].items()},
                "mode": receipt["mode"],
                "origin": receipt["origin"],
                "sha256": receipt["sha256"],
                "searched_on": receipt["searched_on"],
                "not_delivered": len(receipt["not_delivered"]),
                "complaints": "; ".join(receipt["errors"] + receipt["warnings"]),
                "translation": receipt["translation"],
            }
        )
        for pmid in receipt["pmids"]:
            home.setdefault(pmid, []).append(str(window))
    pmids = [
        {"pmid": pmid, "window": windows[0], "also_in": "; ".join(windows[1:])}
        for pmid, windows in sorted(home.items())
    ]
    return rows, pmids


def main(*, receipts: Sequence[str], strict: bool, log_csv: str, pmids_csv: str) -> None:
    """Write log.csv and pmids.csv; if ``strict``, stop where PubMed left out a word of the query."""
    read = [json.loads(Path(path).read_text(encoding="utf-8")) for path in receipts]
    if strict:
        for receipt in read:
            stop_at_lost_words(receipt["errors"], receipt["warnings"], f"window {receipt['window']}")
    rows, pmids = collect(read)
    for receipt in read:
        if receipt.get("window_over") is False and receipt["mode"] != "baseline":  # its merge said it
            log.warning(
                "window %s: it was still open when PubMed was asked (%s), and may hold more records by now",
                receipt["window"], receipt["searched_on"],
            )  # fmt: skip
    write_table(rows, log_csv, LOG_COLUMNS)
    write_table(pmids, pmids_csv, PMID_COLUMNS)
    for row in pmids:
        if row["also_in"]:
            log.warning("PMID %(pmid)s is kept in window %(window)s; PubMed found it in %(also_in)s too", row)
    log.info("%s, %s", count_of(len(rows), "window"), count_of(len(pmids), "record"))


if __name__ == "__main__":
    with job(snakemake):
        main(
            receipts=snakemake.input.receipts,
            strict=snakemake.params.strict,
            log_csv=snakemake.output.log,
            pmids_csv=snakemake.output.pmids,
        )
