"""The files of a team: what each is, by its content, and the map of each table, drafted and tried.

What cannot be read is laid aside in a folder named raw, with the reason and a map to start from.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from scripts.common.coding.codebook_forms import load_codebook
from scripts.common.drafts.coded_sheets import CodedSheets
from scripts.common.drafts.folder import DraftFolder
from scripts.common.errors import InputError
from scripts.common.exports.export import Export, check_export
from scripts.common.exports.formats import find_format
from scripts.common.files.first_map import first_map
from scripts.common.files.guesses import columns_of_votes, is_of_votes
from scripts.common.files.likely_words import UNSURE, stage_in
from scripts.common.files.sheets import Grid, read_grids
from scripts.common.files.table_kinds import DECISIONS, INCLUDED, Kind
from scripts.common.paper.article import Article
from scripts.common.review.inputs import EXPORTS, Input
from scripts.common.screening.decision_file import DecisionFile
from scripts.common.screening.sheets import READERS, read_decisions
from scripts.common.screening.stages import Plan, plans
from scripts.common.screening.studies import read_included

Words = dict[str, Any]
SKIPPED = ("README.md", "DRAFT.md")
CODEBOOKS = (".yaml", ".csv", ".qdc")
NAMES_OF_THE_DRAFT = ("paper", "flow", "citations")  # inputs that a draft makes from the paper
STAGES = (("full_text", r"full|second|text"), ("title_abstract", r"title|abstract|first|screen|ti_?ab"))
NAMES_INCLUDED = re.compile(r"includ|studies|characteristic", re.IGNORECASE)


UNFINISHED = "unfinished"  # a table whose map only a person can complete
MEANING_UNKNOWN = (
    "Columns of decisions, but what is marked ? in the map is not known. Complete it, move the file to"
    " config/inputs, add its line to config/inputs.tsv and the map under sheets in config/config.yaml:"
)


class Guess(NamedTuple):
    """What a file is taken for, and the words of its map."""

    kind: str
    words: Words
    because: str


class DraftedFiles(NamedTuple):
    """What was made of the files: maps by name of an input, and lines for the list."""

    sheets: dict[str, Words]
    to_do: list[str]
    kinds: set[str]
    coded: CodedSheets
    codebook: bool  # whether the team's own codebook is among them

    @property
    def included(self) -> bool:
        """Whether the team's own list of included studies is among them."""
        return "included" in self.kinds

    @property
    def exports(self) -> bool:
        """Whether exports of databases are among them."""
        return bool(self.kinds.intersection(EXPORTS))


def files_of(sources: str, folder: str) -> tuple[Path | None, list[Path]]:
    """Return the paper and the other files of what a user names: paths, divided by commas."""
    paper: list[Path] = []
    files: list[Path] = []
    for source in (Path(part.strip()) for part in sources.split(",") if part.strip()):
        if not source.exists():
            raise InputError(f"from: {source} is not there. Name a JATS file, a folder of files, or both.")
        if source.is_dir() and Path(folder).resolve().is_relative_to(source.resolve()):
            raise InputError(f"to: {folder} is inside {source}, the folder to draft from. Name another one.")
        for path in _inside(source):
            (paper if _is_paper(path) else files).append(path)
    if len(paper) > 1:
        names = ", ".join(map(str, paper))
        raise InputError(f"from: {len(paper)} papers in JATS: {names}. A review has one: take others out.")
    if not paper and not files:
        raise InputError(f"from: {sources}: there is no file. Name a JATS file, a folder of files, or both.")
    return (paper[0] if paper else None), files


def _inside(source: Path) -> list[Path]:
    """Return the files of a folder, or the one file; what is hidden or written by a draft is left out."""
    paths = sorted(source.rglob("*")) if source.is_dir() else [source]
    return [
        path
        for path in paths
        if path.is_file()
        and path.name not in SKIPPED
        and not any(part.startswith(".") for part in path.relative_to(source).parts)
    ]


def _is_paper(path: Path) -> bool:
    """Return whether a file is the full text of an article; one without its text is none."""
    if path.suffix.casefold() not in (".xml", ".nxml"):
        return False
    with path.open("rb") as stream:
        if b"<article" not in stream.read(20_000):
            return False
    Article.read(path)
    return True


def draft_files(files: Sequence[Path], folder: DraftFolder) -> DraftedFiles:
    """Copy the files into the folder, each as an input of the kind that reads it."""
    codebooks = [path for path in files if _is_codebook(path)]
    declared = load_codebook(str(codebooks[0])).codes if codebooks else None
    found = DraftedFiles({}, [], set(), CodedSheets(declared), bool(codebooks))
    taken = set(NAMES_OF_THE_DRAFT)
    for path in files:
        if codebooks and path == codebooks[0]:
            folder.write(f"config/codebook{path.suffix.casefold()}", path.read_bytes())
            found.to_do.append(f"{path.name}: taken as the codebook")
            continue
        name = _name(path, taken)
        taken.add(name)
        guess, tried = _guess(path, name, found.coded)
        if guess is None:
            folder.write(f"config/inputs/raw/{name}{path.suffix}", path.read_bytes())
            found.to_do.append(f"{path.name}: not read, laid aside in config/inputs/raw. {tried}")
            continue
        folder.add(
            f"config/inputs/{name}{path.suffix}", path.read_bytes(), guess.kind, source=path.stem,
            provenance=f"drafted from the file {path.name}",
        )  # fmt: skip
        found.kinds.add(guess.kind)
        if guess.words:
            found.sheets[name] = guess.words
        map_ = f"; its map: {_in_one_line(guess.words)}" if guess.words else ""
        found.to_do.append(
            f"{path.name}: taken as kind {guess.kind} ({guess.because}); day and source are not known{map_}"
        )
    return found


def _in_one_line(words: Words) -> str:
    return yaml.safe_dump(words, default_flow_style=True, width=10**6)


def _name(path: Path, taken: set[str]) -> str:
    """Return a name for an input that no other has, without signs that names of records may not have."""
    own = re.sub(r"[^\w-]+", "_", path.stem).strip("_") or "file"
    own = f"{own}_file" if own.casefold() == "pubmed" else own
    name, number = own, 2
    while name.casefold() in {one.casefold() for one in taken}:
        name, number = f"{own}_{number}", number + 1
    return name


def _is_codebook(path: Path) -> bool:
    if path.suffix.casefold() not in CODEBOOKS or "codebook" not in path.stem.casefold():
        return False
    try:
        load_codebook(str(path))
    except InputError:
        return False
    return True


def _guess(path: Path, name: str, coded: CodedSheets) -> tuple[Guess | None, str]:
    """Return what a file is, or None and why not; the first guess by which it can be read counts."""
    reasons = []
    for guess in _guesses(path, name, coded):
        if guess.kind == UNFINISHED:
            return None, f"{guess.because} {_in_one_line(guess.words)}"
        try:
            if guess.kind in ("coding", "charting"):
                coded.read(guess.kind, path, name, guess.words)
            else:
                READ[guess.kind](path, name, guess.words)
        except InputError as error:
            reasons.append(f"As {guess.kind}: {error}")
            continue
        return guess, ""
    return None, " ".join(reasons) or "Nothing in it is known: no records, no decisions, no studies."


def _guesses(path: Path, name: str, coded: CodedSheets) -> Iterator[Guess]:
    """Yield what a file may be: by the marks of a tool, as a table of decisions or studies, as an export."""
    grids = _grids(path)
    stage = next((one for one, words in STAGES if re.search(words, path.stem, re.IGNORECASE)), "")
    if tool := _tool(path):
        yield Guess("decisions", {}, tool)
        yield Guess(
            "decisions", {"set": {"stage": stage or "title_abstract"}}, f"{tool}; its stage is a guess"
        )
    if grids:
        grid = max(grids, key=lambda one: len(one.rows))
        for kind, mapped in coded.guesses(grid, name, path):
            yield Guess(kind, mapped, "its name and columns")
        yield from _of_table(grid, name, stage, path)
    if form := _form(path):
        yield Guess("database", {}, f"an export: {form}; it may be a register or another method")


def _of_table(grid: Grid, name: str, stage: str, path: Path) -> Iterator[Guess]:
    if "decision" in (title.casefold() for title in grid.header):
        yield Guess("decisions", {}, "our own names of columns")
    decisions = _words(name, grid, DECISIONS)
    voted = columns_of_votes(grid)
    if len(grid.rows) > 1 and (voted or "each" in decisions):
        stage = stage or _stage_of_columns(decisions.get("columns", {}))
        given = decisions.get("set", {})
        filled = {
            **given,
            **{key: _fill(key, stage, name) for key, value in given.items() if value == UNSURE},
        }
        words = {**decisions, **({"set": filled} if filled else {})}
        if UNSURE not in str(words):
            yield Guess("decisions", words, "columns of decisions; stage and reviewer may be guesses")
        elif any(map(is_of_votes, voted)) and not _platform(path):
            yield Guess(UNFINISHED, words, MEANING_UNKNOWN)
    if NAMES_INCLUDED.search(path.stem):
        yield Guess("included", {}, "its name and columns")
        words = _words(name, grid, INCLUDED)
        if UNSURE not in str(words):
            yield Guess("included", words, "its name and columns")


def _stage_of_columns(columns: Mapping[str, str]) -> str:
    """Return the stage that the columns of decisions, of reviewers or of reasons are named after."""
    stages = (stage_in(columns[ours]) for ours in ("decision", "reviewer", "reason") if ours in columns)
    return next(filter(None, stages), "")


def _fill(key: str, stage: str, name: str) -> str:
    """Return a word that a table does not say: the stage by the file's name, the reviewer by it too."""
    return (stage or "title_abstract") if key == "stage" else name


def _words(name: str, grid: Grid, kind: Kind) -> Words:
    drafted: dict[str, dict[str, Words]] = yaml.safe_load(first_map(name, grid, kind))
    return next(iter(drafted["sheets"].values()))


def _grids(path: Path) -> list[Grid]:
    try:
        return [grid for grid in read_grids(str(path)) if grid.rows]
    except InputError:
        return []


def _tool(path: Path) -> str:
    """Return which screening tool wrote a file, ``""`` for none that is known."""
    file = DecisionFile(Plan(str(path), path.stem))
    for looks_like, _ in READERS:
        try:
            if looks_like(file):
                return looks_like.__name__.removeprefix("is_").replace("_", " ")
        except InputError:
            return ""
    return ""


def _platform(path: Path) -> str:
    """Return the platform that wrote an export, ``""`` for none that is known."""
    try:
        export = Export(path)
        next(iter(export), None)
    except InputError:
        return ""
    return export.platform


def _form(path: Path) -> str:
    try:
        return find_format(path)
    except InputError:
        return ""


def _read_decisions(path: Path, name: str, words: Words) -> object:
    item = Input(name, str(path), "decisions", "", "", "", "", "", "")
    (plan,) = plans([item], {name: words})
    return read_decisions(plan)


READ: dict[str, Callable[[Path, str, Words], object]] = {
    "decisions": _read_decisions,
    "included": lambda path, _, words: read_included(str(path), words or None),
    "database": lambda path, _, words: check_export(path),
}
