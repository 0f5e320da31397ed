"""Freeze a search: its windows and receipts become the archive that every later run replays."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts.common.errors import InputError
from scripts.common.files.digests import sha256
from scripts.common.job import job, progress
from scripts.common.review.inputs import INPUTS
from scripts.common.review.inputs_table import read_cells, write_cells
from scripts.common.review.settings import Search
from scripts.common.search.archive import check_archive, json_text, read_json
from scripts.common.search.replay import Replay
from scripts.common.search.windows import Window

if TYPE_CHECKING:
    snakemake: Any

ARCHIVE = "config/inputs/pubmed"
NOTES = {
    "live": "Answers of PubMed to the query, limited to each window of days; each receipt names its day.",
    "baseline": "What NLM's files of PubMed hold for the query, cut into windows of days; each receipt names"
    " the first and last file, and the day of the last revision in them as the day of the search.",
}
PLATFORMS = {"live": "NCBI E-utilities", "baseline": "NLM's annual files"}


def archive_of(search: Search, receipts: Sequence[Path]) -> dict[str, Any]:
    """Return archive.json over these receipts."""
    days = sorted(json.loads(path.read_text(encoding="utf-8"))["searched_on"] for path in receipts)
    if not days[0]:
        raise InputError(
            "search.files: up to which day the files go is not known, because no record in them has a day of"
            " revision. An archive needs the day of its search: nothing is frozen."
        )
    return {
        "origin": "pubmed",
        "note": NOTES[search.mode],
        "query": search.query,
        "date_field": search.date_field,
        "start": search.start,
        "end": search.end,
        "searched_from": days[0],
        "searched_to": days[-1],
        "windows": {path.stem: sha256(path) for path in receipts},
    }


def check_replay(archive_json: Path, search: Search, receipts: Sequence[Path]) -> None:
    """Replay each window and compare it with its receipt; name records whose dates do not fit it."""
    home: dict[int, str] = {}
    for path in receipts:
        receipt = read_json(path)
        wanted = receipt["pmids"]
        if not receipt.get("window_over"):
            progress.warning(
                "window %s: it was still open on the day of the search (%s). What PubMed added later that day"
                " is not in the archive.",
                path.stem, receipt["searched_on"],
            )  # fmt: skip
        found = []
        for record in Replay(
            archive_json, Window.parse(path.stem), search.query, search.date_field
        ).records():
            found.append(record.pmid)
            if record.unclear:
                progress.warning(
                    "PMID %d: PubMed found it in window %s, its own %s: %s. It is kept there.",
                    record.pmid, path.stem, search.date_field, record.unclear,
                )  # fmt: skip
            if home.setdefault(record.pmid, path.stem) != path.stem:
                progress.warning(
                    "PMID %d: PubMed found it in the windows %s and %s. It is kept in the first.",
                    record.pmid, home[record.pmid], path.stem,
                )  # fmt: skip
        if found != sorted(wanted):
            differs = ", ".join(map(str, sorted(set(found) ^ set(wanted))[:5]))
            raise InputError(
                f"{path}: replaying the new archive gives {len(found)} records, the run gave"
                f" {len(wanted)} (PMID {differs}). The old archive is kept; run the search again."
            )


def list_archive(path: str, archive_json: str, day: str, mode: str) -> None:
    """Write the archive's line in inputs.tsv, or bring its date and digest up to date."""
    line = {
        "path": archive_json,
        "kind": "search",
        "source": "PubMed",
        "platform": PLATFORMS[mode],
        "date": day,
        "licence": "NLM: no licence fee; abstracts may be protected",
        "sha256": sha256(archive_json),
        "provenance": f"frozen from a {mode} run (snakemake freeze)",
    }
    header, *rows = read_cells(path)
    names = [name.strip() for name in header]
    others = [cells for cells in rows if cells and cells[names.index("kind")].strip() != "search"]
    write_cells([header, [line.get(name, "") for name in names], *others], path)


def main(*, windows: Sequence[str], receipts: Sequence[str], search: Search) -> None:
    """Copy the windows beside the old archive, check the copy, then take the old one's place."""
    if search.mode not in NOTES:
        raise InputError(
            f"search.mode: {search.mode}, so there is nothing new to freeze. Set it to live or baseline"
            " first."
        )
    folder, fresh = Path(ARCHIVE), Path(f"{ARCHIVE}.new")
    if fresh.exists():
        shutil.rmtree(fresh)
    fresh.mkdir(parents=True)
    for path in (*windows, *receipts):
        shutil.copyfile(path, fresh / Path(path).name)
    archive = archive_of(search, sorted(fresh.glob("*.json")))
    (fresh / "archive.json").write_text(json_text(archive), encoding="utf-8")
    check_archive(fresh / "archive.json", archive)
    check_replay(fresh / "archive.json", search, sorted(fresh / Path(path).name for path in receipts))
    if folder.exists():
        old = Path(f"{ARCHIVE}.old")
        folder.rename(old)
        fresh.rename(folder)
        shutil.rmtree(old)
    else:
        fresh.rename(folder)
    list_archive(INPUTS, f"{ARCHIVE}/archive.json", archive["searched_to"], search.mode)
    progress.info("%d windows frozen into %s. Now set search.mode: archive.", len(receipts), ARCHIVE)


if __name__ == "__main__":
    with job(snakemake):
        main(
            windows=snakemake.input.windows,
            receipts=snakemake.input.receipts,
            search=Search(**snakemake.params.search),
        )
