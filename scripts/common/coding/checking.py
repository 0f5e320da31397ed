"""Everything that people wrote for coding and charting, checked before any work starts."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from scripts.common.coding.adjudication import (
    ADJUDICATION,
    CHARTING_ADJUDICATION,
    code_checker,
    read_verdicts,
)
from scripts.common.coding.appraisal import check_appraisal
from scripts.common.coding.charting import (
    CHARTING,
    Variable,
    need_variables,
    read_variables,
    variable_checker,
)
from scripts.common.coding.charting_sheets import read_chartings
from scripts.common.coding.codebook import Code
from scripts.common.coding.codebook_changes import read_changes
from scripts.common.coding.codebook_forms import load_codebook, read_codebook
from scripts.common.coding.finder import Finder
from scripts.common.coding.model import Coding as CodedSheets
from scripts.common.coding.model import Plan, order_of_rounds
from scripts.common.coding.plans import plans
from scripts.common.coding.ranking import read_rankings
from scripts.common.coding.second_tree import read_regroup
from scripts.common.coding.sheets import read_codings
from scripts.common.coding.study_names import StudyNames
from scripts.common.errors import InputError, Mistakes, nearest
from scripts.common.files.sheets import the_one_of
from scripts.common.files.tables import rows_of
from scripts.common.review.inputs import INPUTS, Input, of_kind
from scripts.common.review.settings import Coding
from scripts.common.screening.studies import read_included

Maps = Mapping[str, Mapping[str, Any]]  # name of an input -> the words of its map


def each_apart(read: Callable[[Sequence[Plan]], Any], sheets: Sequence[Plan]) -> Any:
    """Return what all sheets together are read as; if they cannot be, stop at the mistakes of each."""
    mistakes = Mistakes()
    with mistakes.noted():
        return read(sheets)
    for sheet in sheets:
        with mistakes.noted():
            read([sheet])
    raise InputError(*mistakes.found)


def check_coding(
    inputs: Sequence[Input], settings: Coding, maps: Maps, included_list: str, codebook: str | None
) -> None:
    """Stop at what is wrong in coding, charting and ranking sheets, and in what was decided on them.

    A study that a complete list of included studies lacks is wrong, too.
    """
    codes = read_codebook(codebook, maps.get("codebook"))
    listed = StudyNames(
        row
        for item in of_kind(inputs, "included")
        for row in rows_of(read_included(item.path, maps.get(item.name)))
    )
    studies = listed.ids if included_list == "complete" else None
    mistakes = Mistakes()
    with mistakes.noted():
        _check_codings(inputs, settings, maps, codes, studies, listed)
    for item in of_kind(inputs, "codebook"):
        with mistakes.noted():
            if codebook is None:
                raise InputError(
                    f"{item.path}: an older version of a codebook, but config/codebook.yaml is missing."
                    " Put today's there."
                )
            load_codebook(item.path, maps.get(item.name), item.name)
    with mistakes.noted():
        read_rankings(plans(inputs, settings, maps, "ranking"), codes)
    with mistakes.noted():
        _check_charting(inputs, settings, maps, studies, listed)
    mistakes.stop()


def _check_codings(
    inputs: Sequence[Input],
    settings: Coding,
    maps: Maps,
    codes: Sequence[Code],
    studies: set[str] | None,
    listed: StudyNames,
) -> None:
    changes = read_changes(code.id for code in codes)

    def read(sheets: Sequence[Plan]) -> CodedSheets:
        return read_codings(sheets, codes, changes, studies, settings.unmarked, settings.texts, listed)

    coding = each_apart(read, plans(inputs, settings, maps))
    order_of_rounds((round_ for _, _, round_ in coding.looked), settings.rounds)
    coded = {study for study, _, _ in coding.looked}
    mistakes = Mistakes()
    with mistakes.noted():
        check = code_checker(Finder(codes, changes))
        read_verdicts(the_one_of(ADJUDICATION), "code", check, coded, maps.get("adjudication"))
    with mistakes.noted():
        read_regroup(codes)
    mistakes.stop()


def _check_charting(
    inputs: Sequence[Input], settings: Coding, maps: Maps, studies: set[str] | None, listed: StudyNames
) -> None:
    sheets = plans(inputs, settings, maps, "charting")
    need_variables(inputs)
    variables = read_variables() if sheets else []
    check_drawn(settings, variables)
    check_appraisal(settings.appraisal, variables)
    if sheets:
        charting = each_apart(lambda some: read_chartings(some, variables, studies, listed), sheets)
        order_of_rounds((vote.round for vote in charting.votes), settings.rounds)
        charted = {vote.study_id for vote in charting.votes}
        ruled, words = the_one_of(CHARTING_ADJUDICATION), maps.get("charting_adjudication")
        read_verdicts(ruled, "variable", variable_checker(variables), charted, words)


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
