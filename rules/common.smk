"""What several rules need: the checked settings, the inputs, and the digest of shared code."""

import re
from datetime import date
from importlib.metadata import version
from pathlib import Path

from scripts.common.search.archive import window_files
from scripts.common.coding.codebook_forms import codebook_path
from scripts.common.review.earlier_results import check_earlier_results
from scripts.common.errors import InputError
from scripts.common.review.inputs import DATABASES, EXPORTS, PUBMED_LIVE, need_files, of_kind, read_inputs
from scripts.common.paper.corrections import CORRECTIONS
from scripts.common.paper.source import paper_ids, paper_path
from scripts.common.report.phrases import TRANSLATIONS, other
from scripts.common.report.other_run import results_in
from scripts.common.review.settings import check_settings
from scripts.common.shared_code import digest
from scripts.common.search.windows import Window, cut

ASKED_RECORD = str(config.pop("record", "")).strip()  # of snakemake passport --config record=...: no setting
OTHER = config.pop("other", None)  # of snakemake compare --config other=...: no setting of the review

try:
    check_earlier_results()
    SETTINGS = check_settings(config, REPOSITORY / "config/config.schema.yaml")
    INPUTS = read_inputs()
    PAPER = paper_path(SETTINGS)
    CODEBOOK = codebook_path()
    need_files(CODEBOOK, "config/published.yaml")
except InputError as error:
    stop(error)


def shared_code(script):
    """Return a digest of the modules that a script shares with others: a change reruns the job."""
    return digest(REPOSITORY, script)


def paths(*kinds):
    """Return the paths of the inputs of these kinds, in the order of their names."""
    return [item.path for item in of_kind(INPUTS, *kinds)]


def caption(name):
    """Return the caption of a result in Snakemake's report: the review's own, else the general one."""
    own = Path("config/captions") / f"{name}.rst"
    return str(own.resolve() if own.is_file() else REPOSITORY / own)


def journal_columns(figure):
    """Return over how many columns of a journal a figure is drawn."""
    return 1 if figure in SETTINGS["report"]["one_column"] else 2


def optional(**files):
    """Return those of the named files that the review has: a rule's inputs that may be absent."""
    return {name: path for name, path in files.items() if path and Path(path).is_file()}


def only(kind):
    """Return the path of the one input of a kind, or None."""
    return next(iter(paths(kind)), None)


LIVE = SETTINGS["search"]["mode"] == "live"
SOURCES = [item for kind in ("search", *EXPORTS) for item in of_kind(INPUTS, kind)]  # of records
if LIVE:
    SOURCES = [PUBMED_LIVE, *(item for item in SOURCES if item.kind != "search")]
EXPORT_NAMES = [item.name for item in SOURCES if item.kind != "search"]
PARSED = [item.name for item in SOURCES]
START, END = (date.fromisoformat(SETTINGS["search"][name]) for name in ("start", "end"))
WINDOWS = [str(window) for window in cut(START, END, SETTINGS["search"]["windows"]) if LIVE or only("search")]


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
    """Return what inputs.tsv says of an input that its records carry on."""
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


def from_paper(name):
    """Return a table of the paper as a named input, or nothing where there is no paper."""
    return {f"paper_{name}": f"results/paper/{name}.csv"} if PAPER else {}


def other_tables(wildcards):
    """Return the tables of the other results that `compare` reads; older results may lack some."""
    try:
        return results_in(OTHER)
    except InputError as error:
        stop(error)
