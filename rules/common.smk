"""What several rules need: the checked settings, the inputs, the parts of the review, and helpers."""

import re
from dataclasses import asdict
from datetime import date
from importlib.metadata import version
from pathlib import Path

from scripts.common.claims.published import claims_path
from scripts.common.coding.adjudication import ADJUDICATION, CHARTING_ADJUDICATION
from scripts.common.coding.charting import need_variables
from scripts.common.coding.codebook_changes import CHANGES
from scripts.common.coding.codebook_forms import BY_MAP, codebook_path
from scripts.common.coding.plans import plan_of_paper, plans, several_coders
from scripts.common.coding.second_tree import REGROUP
from scripts.common.errors import InputError
from scripts.common.files.archives import check_unpacked
from scripts.common.files.maps import resolved_maps
from scripts.common.files.sheets import the_one_of
from scripts.common.paper.corrections import CORRECTIONS
from scripts.common.paper.source import paper_ids, paper_path
from scripts.common.report.other_run import results_in
from scripts.common.report.own_files import own_files
from scripts.common.report.phrases import TRANSLATIONS, other
from scripts.common.review.earlier_results import check_earlier_results
from scripts.common.review.inputs import (
    DATABASES,
    MAPPED_TABLES,
    at_hand,
    missing,
    not_at_hand,
    names_of,
    need_fetch,
    of_kind,
    read_inputs,
)
from scripts.common.review.parts import (
    figure_files,
    is_live,
    list_of_studies,
    matching_of,
    parts_of,
    searches_itself,
    sources_of_records,
)
from scripts.common.review.settings_checks import check_settings
from scripts.common.screening.numbers import numbers_of
from scripts.common.screening.rulings import rulings_file
from scripts.common.screening.stages import plans as screening_plans
from scripts.common.search.archive import window_files
from scripts.common.search.strategies import FOLDER as STRATEGIES_FOLDER
from scripts.common.search.strategies import line_texts, read_strategies, with_strategy
from scripts.common.search.windows import Window, cut
from scripts.inputs.check_inputs import every_mistake

SCHEMA = REPOSITORY / "config/config.schema.yaml"
ASKED_WORD = str(config.pop("word", "")).strip()  # of snakemake measures --config word=...: no setting
ASKED_RECORD = str(config.pop("record", "")).strip()  # of snakemake passport --config record=...: no setting
OTHER = config.pop("other", None)  # of snakemake compare --config other=...: no setting of the review


def optional(**files):
    """Return those of the named files that the review has: a rule's inputs that may be absent."""
    return {name: path for name, path in files.items() if path and Path(path).is_file()}


def from_paper(name):
    """Return a table of the paper as a named input, or nothing where there is no paper."""
    return {f"paper_{name}": f"results/paper/{name}.csv"} if PAPER else {}


def brought_files(listed):
    """Return every file of the review's config/, and the listed ones that are elsewhere, if they are there."""
    found = [*Path("config").rglob("*"), *map(Path, listed)]
    return sorted({path.as_posix() for path in found if path.is_file()})


try:
    check_earlier_results()
    SETTINGS = check_settings(config, SCHEMA)
    STRATEGIES = read_strategies()
    QUERY_LINES = line_texts(SETTINGS.search.query, STRATEGIES)
    SETTINGS = with_strategy(SETTINGS, STRATEGIES)
    INPUTS = read_inputs()
    check_unpacked(brought_files(item.path for item in INPUTS), SETTINGS.limits.unpacked_mb)
    PAPER = paper_path(SETTINGS.paper)
    PUBLISHED = {"published": path for path in [claims_path()] if path}
    MAPS = resolved_maps(SETTINGS.sheets, [*names_of(SETTINGS.inputs, INPUTS), *MAPPED_TABLES])
    BROUGHT_CODEBOOK = codebook_path()
    AS_READ = BY_MAP if BROUGHT_CODEBOOK and "codebook" in MAPS else BROUGHT_CODEBOOK
    CODEBOOK = {"codebook": path for path in [AS_READ] if path}  # named inputs: one, or none
    STAGES = SETTINGS.screening.rules.stages
    DECISION_SHEETS = [tuple(plan) for plan in screening_plans(INPUTS, MAPS, STAGES)]
    NUMBERS = [tuple(one) for one in numbers_of(INPUTS, MAPS)]
    INCLUDED_WORDS = next((MAPS.get(item.name, {}) for item in of_kind(INPUTS, "included")), {})
    RULINGS = rulings_file()
    CODING_PLANS = [
        *plans(INPUTS, SETTINGS.coding, MAPS),
        *plan_of_paper(from_paper("evidence").values(), SETTINGS.coding),
    ]
    CHARTING_PLANS = plans(INPUTS, SETTINGS.coding, MAPS, "charting")
    RANKING_PLANS = plans(INPUTS, SETTINGS.coding, MAPS, "ranking")
    ADJUDICATED = optional(adjudication=the_one_of(ADJUDICATION))
    CHARTING_ADJUDICATED = optional(adjudication=the_one_of(CHARTING_ADJUDICATION))
    need_variables(INPUTS)
except InputError as error:
    stop(every_mistake(config, SCHEMA, error))

PARTS = parts_of(
    INPUTS,
    SETTINGS,
    codebook=bool(CODEBOOK),
    paper=PAPER is not None,
    several_coders=several_coders(CODING_PLANS),
    second_tree=Path(REGROUP).is_file(),
    codebook_changes=Path(CHANGES).is_file(),
)
LANGUAGE = SETTINGS.report.language
OTHER_LANGUAGE = other(LANGUAGE)
TRANSLATED = optional(translations=TRANSLATIONS)  # of the review's own texts


def paths(*kinds):
    """Return the paths of the inputs of these kinds, in the order of their names."""
    return [item.path for item in of_kind(INPUTS, *kinds)]


def only(kind):
    """Return the path of the one input of a kind, or None."""
    return next(iter(paths(kind)), None)


def map_of(kind):
    """Return the words of the map of the one input of a kind; none where it has no map."""
    return next((MAPS.get(item.name, {}) for item in of_kind(INPUTS, kind)), {})


def caption(name):
    """Return the caption of a result in Snakemake's report: the review's own, else the general one."""
    own = Path("config/captions") / f"{name}.rst"
    return str(own.resolve() if own.is_file() else REPOSITORY / own)


def figure(name, category):
    """Return the seven outputs of a figure; the SVG is shown in Snakemake's report, in that category."""
    files = figure_files(name, OTHER_LANGUAGE)
    return {**files, "svg": report(files["svg"], caption=caption(name), category=category)}


def journal_columns(figure):
    """Return over how many columns of a journal a figure is drawn."""
    return 1 if figure in SETTINGS.report.one_column else 2


LIVE = is_live(SETTINGS)
SEARCHED_HERE = searches_itself(SETTINGS)
AT_HAND = at_hand(INPUTS, live=SEARCHED_HERE)
SOURCES = sources_of_records(INPUTS, SETTINGS)
EXPORT_NAMES = [item.name for item in SOURCES if item.kind != "search"]
PARSED = [item.name for item in SOURCES]
SEARCHED = any(item.kind == "search" for item in SOURCES)
DAYS = map(date.fromisoformat, (SETTINGS.search.start, SETTINGS.search.end)) if SEARCHED else ()
WINDOWS = [str(window) for window in cut(*DAYS, SETTINGS.search.windows)] if SEARCHED else []
INCLUDED_LIST = list_of_studies(SETTINGS, INPUTS)
MATCHING = asdict(matching_of(SETTINGS, INPUTS))


def archived_windows(wildcards):
    """Return the windows of the archive that share days with one window of the search."""
    try:
        files = window_files(only("search"), Window.parse(wildcards.window))
    except InputError as error:
        stop(error)
    return [
        str(path.with_name(path.name.replace(".xml.gz", end)))
        for path in files
        for end in (".xml.gz", ".json")
    ]


def row(name):
    """Return the cells of inputs.tsv that the records of an input carry on."""
    item = next(item for item in SOURCES if item.name == name)
    return {key: getattr(item, key) for key in ("name", "kind", "source", "platform")}


def export_path(wildcards):
    """Return the file of an export."""
    return next(item.path for item in INPUTS if item.name == wildcards.input)


def paper_xml(wildcards):
    """Return the paper's file, or stop where the settings name none."""
    if PAPER is None:
        stop(InputError("paper.source: none, so there is no paper to read. Set it to file or live."))
    return PAPER


def other_tables(wildcards):
    """Return the tables of the other results that `compare` reads; older results may lack some."""
    try:
        return results_in(OTHER)
    except InputError as error:
        stop(error)
