"""Check everything that people wrote or brought in, before any work starts."""

import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts.common.archive import check_archive, open_archive, read_json
from scripts.common.claims import read_claims
from scripts.common.codebook import categories_known, read_codebook
from scripts.common.coding import read_coding
from scripts.common.errors import InputError, nearest
from scripts.common.flow import read_published_flow
from scripts.common.inputs import EXPORTS, INPUTS, PUBMED, Input, of_kind, read_inputs, sha256, unlisted
from scripts.common.job import job, log
from scripts.common.screening import read_included, read_sheet
from scripts.common.tables import write_table
from scripts.common.verdicts import BEFORE, VERDICTS, check_verdicts, read_before

if TYPE_CHECKING:
    snakemake: Any

COLUMNS = ("path", "kind", "source", "platform", "date", "licence", "bytes", "sha256", "provenance")


def check_digests(inputs: Sequence[Input]) -> None:
    """Stop at a file that is not the one inputs.tsv describes, or that it does not name."""
    for item in inputs:
        found = sha256(item.path)
        if not item.sha256:
            raise InputError(f"{INPUTS}: {item.path} has no sha256. It is {found}: write it there.")
        if found != item.sha256.lower():
            raise InputError(
                f"{item.path}: was changed: its sha256 is {found}, {INPUTS} says {item.sha256}."
                " Restore the file, or write the new value if the change is meant."
            )
    for path in unlisted(inputs):
        raise InputError(
            f"{path}: lies among the inputs, but {INPUTS} does not name it. Add a line, or move it away."
        )


def check_coding(inputs: Sequence[Input], included_list: str) -> None:
    """Stop at a code that the codebook lacks, or a study that a complete list of studies lacks."""
    codes = [code.id for code in read_codebook()]
    studies = {
        str(name) for item in of_kind(inputs, "included") for name in read_included(item.path)["study_id"]
    }
    for item in of_kind(inputs, "coding"):
        sheet = read_coding(item.path, codes)
        strangers = sorted(set(sheet["study"]) - studies - {""}) if included_list == "complete" else []
        if strangers:
            raise InputError(
                f"{item.path}: study {strangers[0]!r} is none of the included studies, and their list"
                " is complete (screening.included_list). Mend the name, or add the study."
            )


def check_live(end: str) -> None:
    """Stop a live search that NCBI's rules or the calendar do not allow."""
    if not os.environ.get("NCBI_EMAIL", "").strip():
        raise InputError("NCBI_EMAIL: NCBI asks who is calling. Set it: export NCBI_EMAIL=you@example.org")
    today = datetime.now(UTC).date().isoformat()
    if end > today:
        raise InputError(
            f"search.end: {end} lies in the future (today is {today}). Choose a day that is over."
        )


def check_review(settings: Mapping[str, Any], inputs: Sequence[Input]) -> None:
    """Check all inputs, decisions, codes and claims of a review; ``InputError`` names the first fault."""
    check_digests(inputs)
    search, screening = settings["search"], settings["screening"]
    live = search["mode"] == "live"
    if live:
        check_live(search["end"])
    elif not of_kind(inputs, "search"):
        log.info("no search archive: the review has no PubMed search")
    for item in of_kind(inputs, "search"):
        if live:  # compared with the live search, whatever it answers
            check_archive(item.path, read_json(Path(item.path)))
            continue
        archive = open_archive(
            item.path, search["query"], search["date_field"], search["start"], search["end"]
        )
        check_archive(item.path, archive)
    for item in of_kind(inputs, "decisions"):
        read_sheet(item.path)
    listed = [item.path for item in of_kind(inputs, "included")]
    if (screening["included_list"] == "none") == bool(listed):
        raise InputError(
            f"screening.included_list: {screening['included_list']}, but {INPUTS} names"
            f" {listed[0] if listed else 'no file of kind included'}. Make the two agree."
        )
    for path in listed:
        read_included(path)
    for item in of_kind(inputs, "flow"):
        read_published_flow(item.path)
    sources = [PUBMED, *(item.name for item in of_kind(inputs, *EXPORTS))]
    for name in settings["deduplicate"]["keep_first"]:
        if name not in sources:
            raise InputError(
                f"deduplicate.keep_first: {name!r} is none of the inputs. {nearest(name, sources)}"
            )
    if Path(VERDICTS).is_file():
        check_verdicts(VERDICTS)
    if Path(BEFORE).is_file():
        read_before(BEFORE)
    check_coding(inputs, screening["included_list"])
    categories_known()
    read_claims(read_codebook())


def main(*, settings: Mapping[str, Any], checked: str) -> None:
    """Write the inputs with their digests, after all checks have passed."""
    inputs = read_inputs()
    check_review(settings, inputs)
    rows = [{**item._asdict(), "bytes": Path(item.path).stat().st_size} for item in inputs]
    write_table(rows, checked, COLUMNS, sort_by=("path",))
    log.info("%d inputs checked", len(rows))


if __name__ == "__main__":
    with job(snakemake):
        main(settings=snakemake.params.settings, checked=snakemake.output.checked)
