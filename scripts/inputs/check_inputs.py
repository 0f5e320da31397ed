"""Check everything that people wrote or brought in, before any work starts."""

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts.common.claims.published import claims_path, read_claims
from scripts.common.coding.checking import check_coding
from scripts.common.coding.codebook_forms import codebook_path, read_codebook
from scripts.common.duplicates.verdicts import BEFORE, VERDICTS, check_verdicts, read_before
from scripts.common.errors import InputError, Mistakes, nearest, run_all
from scripts.common.exports.export import check_export
from scripts.common.files.digests import sha256
from scripts.common.files.maps import resolved_maps
from scripts.common.files.tables import write_table
from scripts.common.job import job, log
from scripts.common.paper.corrections import CORRECTIONS, read_corrections
from scripts.common.paper.source import check_paper
from scripts.common.report.author_answers import read_reporting
from scripts.common.report.phrases import TRANSLATIONS, read_translations
from scripts.common.review.inputs import (
    EXPORTS,
    INPUTS,
    MAPPED_TABLES,
    PUBMED,
    RAW,
    Declared,
    Input,
    check_declared,
    check_names_beside_search,
    missing,
    names_of,
    need_fetch,
    of_kind,
    read_inputs,
    right_inputs,
    unlisted,
)
from scripts.common.review.parts import is_live, list_of_studies, searches_itself
from scripts.common.review.settings import (
    NO_SEARCH,
    Settings,
    typed,
)
from scripts.common.review.settings_checks import check_settings, usable_settings
from scripts.common.screening.checking import check_included, check_screening
from scripts.common.screening.flow import read_published_flow
from scripts.common.search.archive import check_archive, open_archive, read_json
from scripts.common.search.pubmed_files import pubmed_files
from scripts.common.search.query_check import check_answerable
from scripts.common.values.counts import count_of

if TYPE_CHECKING:
    snakemake: Any

Maps = Mapping[str, Mapping[str, Any]]  # name of an input -> the words of its map

UNKNOWN_LIST = ""  # whether all included studies are listed cannot be said yet
READ_BY_MAPS = (
    *EXPORTS, "decisions", "numbers", "included", "reports", "sample", "previous", "flow", "coding",
    "charting", "ranking", "codebook",
)  # fmt: skip
COLUMNS = (
    "path",
    "kind",
    "source",
    "platform",
    "date",
    "licence",
    "bytes",
    "sha256",
    "provenance",
    "url",
    "member",
    "version",
)


def check_digests(inputs: Sequence[Input]) -> None:
    """Stop at files that are not those inputs.tsv describes, or that it does not name."""
    mistakes = Mistakes()
    for item in inputs:
        with mistakes.noted():
            _check_digest(item)
    others = list(unlisted(inputs))
    if others and not Path(INPUTS).is_file():
        raise InputError(
            f"{INPUTS}: this file is missing; {len(others)} files lie in config/inputs. List them."
        )
    for path in others:
        with mistakes.noted():
            raise InputError(
                f"{path}: lies among the inputs, but {INPUTS} does not name it. Add a line, or move it away"
                f" (a folder named {RAW} is not looked at)."
            )
    mistakes.stop()


def _check_digest(item: Input) -> None:
    found = sha256(item.path)
    if not item.sha256:
        raise InputError(
            f"{INPUTS}: {item.path} has no sha256. It is {found}: write it there, or fill all that are"
            " empty with: snakemake digests --cores 1"
        )
    if found != item.sha256:
        raise InputError(
            f"{item.path}: was changed: its sha256 is {found}, {INPUTS} says {item.sha256}."
            " Restore the file, or write the new value if the change is meant."
        )


def check_email() -> None:
    """Stop before NCBI is asked by somebody who does not say who they are."""
    if not os.environ.get("NCBI_EMAIL", "").strip():
        raise InputError("NCBI_EMAIL: NCBI asks who is calling. Set it: export NCBI_EMAIL=you@example.org")


def check_maps(inputs: Sequence[Input], maps: Maps) -> None:
    """Stop at a map of an input whose kind is not read by maps: it would change nothing."""
    for item in inputs:
        if item.name in maps and item.kind not in READ_BY_MAPS:
            raise InputError(
                f"config/config.yaml: sheets, {item.name}: an input of kind {item.kind} takes no map."
                f" Kinds that do: {', '.join(READ_BY_MAPS)}."
            )


def check_over(end: str) -> None:
    """Stop a search of days to come."""
    today = datetime.now(UTC).date().isoformat()
    if end > today:
        raise InputError(
            f"search.end: {end} lies in the future (today is {today}). Choose a day that is over."
        )


def check_search(settings: Settings, inputs: Sequence[Input]) -> None:
    """Stop at a search that cannot be made here, or at an archive that does not answer the search."""
    search, made_here = settings.search, searches_itself(settings)
    archives = of_kind(inputs, "search")
    if made_here:
        check_names_beside_search(inputs)
        check_over(search.end)
        if not is_live(settings):
            run_all([lambda: check_answerable(search.query, search.mesh), lambda: pubmed_files(search.files)])
    elif search.mode == NO_SEARCH and archives:
        raise InputError(
            f"search.mode: {NO_SEARCH}, but {INPUTS} names {archives[0].path}. Set it to archive, or take the"
            " line out."
        )
    elif not archives:
        log.info("no search archive: the review has no PubMed search")
    for item in archives:
        if made_here:  # compared with the search, whatever it answers
            check_archive(item.path, read_json(Path(item.path)))
            continue
        archive = open_archive(item.path, search.query, search.date_field, search.start, search.end)
        check_archive(item.path, archive)


def check_asking(settings: Settings) -> None:
    """Stop where NCBI is to be asked by somebody who does not say who they are."""
    if is_live(settings) or settings.paper.source == "live":
        check_email()


def check_keep_first(keep_first: Sequence[str], declared: Declared, inputs: Sequence[Input]) -> None:
    """Stop at an input whose record is to be kept before others, and that is no source of records."""
    sources = [PUBMED, *(item.name for item in of_kind(inputs, *EXPORTS))]
    sources += [name for kind in EXPORTS for name in declared.get(kind, ())]
    for name in keep_first:
        if name not in sources:
            raise InputError(
                f"deduplicate.keep_first: {name!r} is none of the inputs. {nearest(name, sources)}"
            )


Step = tuple[tuple[str, ...], Callable[[], object]]  # what it needs, and what it does


def check_review(settings: Settings, inputs: Sequence[Input], broken: Collection[str] = ()) -> None:
    """Check all inputs, decisions, codes and claims of a review; ``InputError`` holds all that is wrong.

    What needs a part that is ``broken`` is not checked: a part of the settings, or the list of inputs.
    """
    mistakes, left_out = Mistakes(), set(broken)
    maps: Maps = {}
    codebook: str | None = None
    here = [item for item in inputs if Path(item.path).is_file()]
    with mistakes.noted("inputs", left_out):
        if absent := missing(inputs):
            raise need_fetch(absent)
    with mistakes.noted("codebook", left_out):
        codebook = codebook_path()
        if codebook is None and (sheets := of_kind(here, "coding")):
            raise InputError(f"config/codebook.yaml: is missing, and {sheets[0].path} gives codes. Write it.")
    with mistakes.noted("sheets", left_out):
        others = settings.sheets if "inputs" in left_out else ()
        maps = resolved_maps(settings.sheets, [*names_of(settings.inputs, inputs), *MAPPED_TABLES, *others])
    with mistakes.noted("codebook", left_out):
        read_codebook(codebook, maps.get("codebook"))
    included_list = list_of_studies(settings, inputs)
    if left_out & {"inputs", "screening"}:
        included_list = UNKNOWN_LIST
    for needs, step in (
        *_steps(settings, here, maps, included_list),
        *_steps_of_codes(settings, here, maps, included_list, codebook),
    ):
        if not left_out.intersection(needs):
            with mistakes.noted():
                step()
    mistakes.stop()


def _steps(settings: Settings, inputs: Sequence[Input], maps: Maps, included_list: str) -> Iterator[Step]:
    """Yield the checks of everything but codes and claims."""
    yield ("inputs",), lambda: check_declared(settings.inputs, inputs)
    yield (), lambda: check_digests(inputs)
    yield ("search",), lambda: check_search(settings, inputs)
    yield ("search", "paper"), lambda: check_asking(settings)
    for item in of_kind(inputs, *EXPORTS):
        yield ("sheets",), partial(check_export, item.path, item.name, maps.get(item.name))
    yield ("sheets", "inputs"), lambda: check_maps(inputs, maps)
    yield ("screening", "sheets"), lambda: check_screening(settings.screening, maps, inputs)
    yield ("screening", "sheets", "inputs"), lambda: check_included(included_list, maps, inputs)
    for item in of_kind(inputs, "flow"):
        yield ("sheets",), partial(read_published_flow, item.path, maps.get(item.name), item.name)
    yield (
        ("deduplicate", "inputs"),
        lambda: check_keep_first(settings.deduplicate.keep_first, settings.inputs, inputs),
    )
    for path, read in READ_IF_THERE.items():
        if Path(path).is_file():
            yield (), partial(read, path)
    yield ("paper", "inputs"), lambda: check_paper(settings, inputs)
    yield (), read_reporting


def _steps_of_codes(
    settings: Settings, inputs: Sequence[Input], maps: Maps, included_list: str, codebook: str | None
) -> Iterator[Step]:
    """Yield the checks of codes and claims."""
    yield (
        ("codebook", "coding", "sheets"),
        lambda: check_coding(inputs, settings.coding, maps, included_list, codebook),
    )
    yield (
        ("codebook", "sheets"),
        lambda: read_claims(read_codebook(codebook, maps.get("codebook")), claims_path()),
    )


READ_IF_THERE: dict[str, Callable[[str], object]] = {
    VERDICTS: check_verdicts,
    CORRECTIONS: lambda path: read_corrections(path),
    BEFORE: read_before,
    TRANSLATIONS: read_translations,
}


def every_mistake(config: Mapping[str, Any], schema: Path, first: InputError) -> InputError:
    """Return all that is wrong with a folder, of which ``first`` stopped its reading.

    ``config`` is empty if the settings cannot be read at all.
    """
    mistakes = Mistakes()
    with mistakes.noted():
        raise first
    broken = set() if config else {part.name for part in fields(Settings)}
    with mistakes.noted():
        if config:
            check_settings(config, schema)
    inputs = right_inputs(mistakes, broken=broken)
    settings, wrong = usable_settings(config, schema)
    with mistakes.noted():
        check_review(settings, inputs, broken | wrong)
    return InputError(*mistakes.found)


def main(*, settings: Settings, checked: str) -> None:
    """Write the inputs with their digests, after all checks have passed."""
    inputs = read_inputs()
    check_review(settings, inputs)
    rows = [{**item._asdict(), "bytes": Path(item.path).stat().st_size} for item in inputs]
    write_table(rows, checked, COLUMNS, sort_by=("path",))
    log.info("%s checked", count_of(len(rows), "input"))


if __name__ == "__main__":
    with job(snakemake):
        main(settings=typed(snakemake.params.settings), checked=snakemake.output.checked)
