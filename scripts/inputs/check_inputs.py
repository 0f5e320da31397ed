"""Check everything that people wrote or brought in, before any work starts."""

import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts.common.claims.published import read_claims
from scripts.common.coding.adjudication import (
    ADJUDICATION,
    CHARTING_ADJUDICATION,
    code_checker,
    read_verdicts,
)
from scripts.common.coding.charting import (
    CHARTING,
    Variable,
    read_variables,
    variable_checker,
)
from scripts.common.coding.charting_sheets import read_chartings
from scripts.common.coding.codebook_changes import read_changes
from scripts.common.coding.codebook_forms import categories_known, load_codebook, read_codebook
from scripts.common.coding.finder import Finder
from scripts.common.coding.model import order_of_rounds
from scripts.common.coding.plans import plans
from scripts.common.coding.ranking import read_rankings
from scripts.common.coding.second_tree import read_regroup
from scripts.common.coding.sheets import read_codings
from scripts.common.duplicates.verdicts import BEFORE, VERDICTS, check_verdicts, read_before
from scripts.common.errors import InputError, nearest
from scripts.common.exports.export import check_export
from scripts.common.files.digests import sha256
from scripts.common.files.maps import resolved_maps
from scripts.common.files.sheets import the_one_of
from scripts.common.files.tables import write_table
from scripts.common.job import job, log
from scripts.common.paper.corrections import CORRECTIONS, read_corrections
from scripts.common.paper.source import check_paper
from scripts.common.report.author_answers import read_reporting
from scripts.common.report.phrases import TRANSLATIONS, read_translations
from scripts.common.review.inputs import (
    EXPORTS,
    INPUTS,
    PUBMED,
    Declared,
    Input,
    check_declared,
    missing,
    names_of,
    need_fetch,
    of_kind,
    read_inputs,
    unlisted,
)
from scripts.common.review.parts import is_live
from scripts.common.review.settings import Coding, Screening, Settings, typed
from scripts.common.screening.eligibility import ELIGIBILITY, read_eligibility
from scripts.common.screening.flow import read_published_flow
from scripts.common.screening.numbers import numbers_of, read_rows
from scripts.common.screening.reports import read_reports
from scripts.common.screening.rulings import read_rulings, rulings_file
from scripts.common.screening.sample import read_sample
from scripts.common.screening.sheets import read_decisions
from scripts.common.screening.stages import plans as screening_plans
from scripts.common.screening.studies import read_included, read_previous
from scripts.common.search.archive import check_archive, open_archive, read_json

if TYPE_CHECKING:
    snakemake: Any

Maps = Mapping[str, Mapping[str, Any]]  # name of an input -> the words of its map

READ_BY_MAPS = (*EXPORTS, "decisions", "numbers", "included", "reports", "sample", "coding", "charting")
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
    """Stop at a file that is not here, not the one inputs.tsv describes, or that it does not name."""
    if absent := missing(inputs):
        raise need_fetch(absent)
    for item in inputs:
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
    for path in unlisted(inputs):
        raise InputError(
            f"{path}: lies among the inputs, but {INPUTS} does not name it. Add a line, or move it away."
        )


def check_coding(inputs: Sequence[Input], settings: Coding, maps: Maps, included_list: str) -> None:
    """Stop at what is wrong in coding, charting and ranking sheets, and in what was decided on them.

    A study that a complete list of included studies lacks is wrong, too.
    """
    codes = read_codebook()
    changes = read_changes(code.id for code in codes)
    listed = {
        str(name)
        for item in of_kind(inputs, "included")
        for name in read_included(item.path, maps.get(item.name))["study_id"]
    }
    studies = listed if included_list == "complete" else None
    coding = read_codings(
        plans(inputs, settings, maps), codes, changes, studies, settings.unmarked, settings.texts
    )
    order_of_rounds((round_ for _, _, round_ in coding.looked), settings.rounds)
    coded = {study for study, _, _ in coding.looked}
    read_verdicts(the_one_of(ADJUDICATION), "code", code_checker(Finder(codes, changes)), coded)
    read_regroup(codes)
    for item in of_kind(inputs, "codebook"):
        load_codebook(item.path)
    read_rankings([item.path for item in of_kind(inputs, "ranking")], codes)
    sheets = plans(inputs, settings, maps, "charting")
    check_drawn(settings, read_variables() if sheets else [])
    if sheets:
        variables = read_variables()
        charting = read_chartings(sheets, variables, studies)
        order_of_rounds((vote.round for vote in charting.votes), settings.rounds)
        charted = {vote.study_id for vote in charting.votes}
        read_verdicts(the_one_of(CHARTING_ADJUDICATION), "variable", variable_checker(variables), charted)


def check_drawn(settings: Coding, variables: Sequence[Variable]) -> None:
    """Stop at a figure of a charted variable that is not charted, or has no values to compare."""
    types = {item.id: item.type for item in variables}
    for name, variable, allowed in (
        ("country", settings.country, ("one", "many", "text")),
        ("gap_map", settings.gap_map, ("one", "many")),
    ):
        if variable is None:
            continue
        where = f"config/config.yaml: coding.{name}: {variable!r}"
        if not types:
            raise InputError(
                f"{where} needs charting sheets (kind charting in {INPUTS}). Add one, or set null."
            )
        if variable not in types:
            raise InputError(f"{where} is no variable of {CHARTING}. {nearest(variable, types)}")
        if types[variable] not in allowed:
            raise InputError(
                f"{where} is of type {types[variable]} in {CHARTING}. Name one of type"
                f" {' or '.join(allowed)}."
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


def check_screening(screening: Screening, maps: Maps, inputs: Sequence[Input]) -> None:
    """Stop at a decision, ruling, rule of eligibility or study of the version before that cannot be used."""
    rules = screening.rules
    for plan in screening_plans(inputs, maps, rules.stages):
        read_decisions(plan, rules)
    for one in numbers_of(inputs, maps):
        read_rows(one)
    for item in of_kind(inputs, "sample"):
        read_sample(item.path, maps.get(item.name, {}))
    read_rulings(rulings_file(), rules)
    read_eligibility(ELIGIBILITY if Path(ELIGIBILITY).is_file() else None)
    for item in of_kind(inputs, "previous"):
        read_previous(item.path)


def check_live(end: str) -> None:
    """Stop a live search that the calendar does not allow."""
    today = datetime.now(UTC).date().isoformat()
    if end > today:
        raise InputError(
            f"search.end: {end} lies in the future (today is {today}). Choose a day that is over."
        )


def check_search(settings: Settings, inputs: Sequence[Input]) -> None:
    """Stop at a live search that cannot be made, or at an archive that does not answer the search."""
    search, live = settings.search, is_live(settings)
    if live or settings.paper.source == "live":
        check_email()
    if live:
        check_live(search.end)
    elif not of_kind(inputs, "search"):
        log.info("no search archive: the review has no PubMed search")
    for item in of_kind(inputs, "search"):
        if live:  # compared with the live search, whatever it answers
            check_archive(item.path, read_json(Path(item.path)))
            continue
        archive = open_archive(item.path, search.query, search.date_field, search.start, search.end)
        check_archive(item.path, archive)


def check_included(included_list: str, maps: Maps, inputs: Sequence[Input]) -> None:
    """Stop at a list of included studies that is missing or not announced, and at one of reports or studies
    that cannot be read."""
    listed = of_kind(inputs, "included")
    if (included_list == "none") == bool(listed):
        raise InputError(
            f"screening.included_list: {included_list}, but {INPUTS} names"
            f" {listed[0].path if listed else 'no file of kind included'}. Make the two agree."
        )
    for item in listed:
        read_included(item.path, maps.get(item.name))
    for item in of_kind(inputs, "reports"):
        read_reports(item.path, maps.get(item.name))


def check_keep_first(keep_first: Sequence[str], declared: Declared, inputs: Sequence[Input]) -> None:
    """Stop at an input whose record is to be kept before others, and that is no source of records."""
    sources = [PUBMED, *(item.name for item in of_kind(inputs, *EXPORTS))]
    sources += [name for kind in EXPORTS for name in declared.get(kind, ())]
    for name in keep_first:
        if name not in sources:
            raise InputError(
                f"deduplicate.keep_first: {name!r} is none of the inputs. {nearest(name, sources)}"
            )


def check_review(settings: Settings, inputs: Sequence[Input]) -> None:
    """Check all inputs, decisions, codes and claims of a review; ``InputError`` names the first fault."""
    check_declared(settings.inputs, inputs)
    check_digests(inputs)
    check_search(settings, inputs)
    maps = resolved_maps(settings.sheets, [item.name for item in inputs])
    for item in of_kind(inputs, *EXPORTS):
        check_export(item.path)
    maps = resolved_maps(settings.sheets, names_of(settings.inputs, inputs))
    check_maps(inputs, maps)
    for item in of_kind(inputs, *EXPORTS):
        check_export(item.path, item.name, maps.get(item.name))
    check_screening(settings.screening, maps, inputs)
    check_included(settings.screening.included_list, maps, inputs)
    for item in of_kind(inputs, "flow"):
        read_published_flow(item.path)
    check_keep_first(settings.deduplicate.keep_first, settings.inputs, inputs)
    if Path(VERDICTS).is_file():
        check_verdicts(VERDICTS)
    if Path(CORRECTIONS).is_file():
        read_corrections(CORRECTIONS)
    check_paper(settings, inputs)
    check_coding(inputs, settings.coding, maps, settings.screening.included_list)
    if Path(BEFORE).is_file():
        read_before(BEFORE)
    if Path(TRANSLATIONS).is_file():
        read_translations(TRANSLATIONS)
    categories_known()
    read_claims(read_codebook())
    read_reporting()


def main(*, settings: Settings, checked: str) -> None:
    """Write the inputs with their digests, after all checks have passed."""
    inputs = read_inputs()
    check_review(settings, inputs)
    rows = [{**item._asdict(), "bytes": Path(item.path).stat().st_size} for item in inputs]
    write_table(rows, checked, COLUMNS, sort_by=("path",))
    log.info("%d inputs checked", len(rows))


if __name__ == "__main__":
    with job(snakemake):
        main(settings=typed(snakemake.params.settings), checked=snakemake.output.checked)
