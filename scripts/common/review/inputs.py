"""config/inputs.tsv: every file brought in, with where it comes from and its digest."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from scripts.common.errors import InputError, Mistakes, nearest, run_all
from scripts.common.files.connections import refused_address
from scripts.common.files.fixed_tables import rows_with
from scripts.common.values.dates import is_day, latest_day

INPUTS = "config/inputs.tsv"
COLUMNS = ("path", "kind", "source", "platform", "date", "licence", "sha256", "provenance")
OPTIONAL = ("name", "url", "member", "version")
DIGEST = re.compile(r"[0-9a-f]{64}")

# kind -> what it is. PRISMA 2020 counts databases and registers apart from other methods.
KINDS = {
    "search": "the archive of the PubMed search (its archive.json)",
    "database": "an export of a database",
    "register": "an export of a register",
    "website": "records found on websites",
    "organisation": "records given by organisations or experts",
    "citation": "records found by following citations",
    "decisions": "a sheet of screening decisions",
    "numbers": "a list that says which record a number of the team means",
    "included": "the table of included studies",
    "reports": "further reports of the included studies",
    "sample": "the records that were drawn at random from those that nobody screened",
    "previous": "the studies of the version of the review before this one (updates)",
    "flow": "numbers of the published flow diagram",
    "coding": "a coding sheet",
    "paper": "the full text of the review itself, as JATS XML",
    "charting": "a charting sheet",
    "codebook": "an older version of the codebook",
    "ranking": "a ranking sheet of committee members",
}
EXPORTS = ("database", "register", "website", "organisation", "citation")
DATABASES = ("search", "database", "register")
SHARED = ("decisions", "coding", "charting", "ranking")  # kinds of which several files may have one name
PUBMED = "pubmed"  # the name of the search among the inputs
RAW = "raw"  # a folder below config/inputs with what the inputs were made from
MAPPED_TABLES = ("codebook", "adjudication", "charting_adjudication")  # in config/, and may have a map
RULINGS = "rulings"  # beside the kinds: files of config/decisions and config/eligibility.csv

Declared = Mapping[str, Sequence[str]]  # kind -> the names of all inputs of it that the review rests on


class Input(NamedTuple):
    """One row of inputs.tsv: one use of a file.

    ``name`` is that of its column ``name``, else the file's name without ending; the search is ``pubmed``.
    A file with a ``url`` is fetched from there (``member``: out of the zip file there); ``version`` is the
    commit, release or day of what lies there. ``sha256`` is that of the file at ``path``, in small letters.
    """

    name: str
    path: str
    kind: str
    source: str
    platform: str
    date: str
    licence: str
    sha256: str
    provenance: str
    url: str = ""
    member: str = ""
    version: str = ""


# A search that is made here, among the sources of records: it is no input file.
PUBMED_LIVE = Input(PUBMED, "", "search", "PubMed", "NCBI E-utilities", "", "", "", "asked live")
PUBMED_FILES = Input(PUBMED, "", "search", "PubMed", "NLM's annual files", "", "", "", "searched here")


def read_inputs(path: str = INPUTS) -> list[Input]:
    """Return the rows of inputs.tsv; raise ``InputError`` for wrong rows and missing files.

    A review without this file has no inputs. A file that has a url may be missing: ``missing`` names it.
    """
    mistakes = Mistakes()
    inputs = right_inputs(mistakes, path)
    mistakes.stop()
    return inputs


def right_inputs(mistakes: Mistakes, path: str = INPUTS, broken: set[str] | None = None) -> list[Input]:
    """Return the rows of inputs.tsv that can be used; what is wrong with others is added to ``mistakes``.

    If there is anything wrong, the part "inputs" is added to those that are ``broken``.
    """
    inputs: list[Input] = []
    if not Path(path).is_file():
        return inputs
    rows: list[tuple[int, dict[str, str]]] = []
    with mistakes.noted("inputs", broken):
        rows = rows_with(path, COLUMNS, OPTIONAL)
    searched = any(row["kind"] == "search" for _, row in rows)
    for number, row in rows:
        with mistakes.noted("inputs", broken):
            inputs.append(_input(row, inputs, f"{path} line {number}", searched))
    for kind in ("search", "included", "reports", "sample", "previous", "flow", "paper"):
        with mistakes.noted("inputs", broken):
            if len(of_kind(inputs, kind)) > 1:
                raise InputError(f"{path}: kind {kind} is in more than one line. Keep one.")
    return inputs


def _input(row: dict[str, str], others: Sequence[Input], where: str, searched: bool) -> Input:
    """Return one row of inputs.tsv, checked; ``searched``: whether the review has an archive of a search."""
    cells = {name: row[name] for name in COLUMNS}
    cells["sha256"] = cells["sha256"].lower()
    more = {name: row[name] for name in OPTIONAL}
    given = more.pop("name")
    name = PUBMED if cells["kind"] == "search" else given or Path(cells["path"]).stem
    item = Input(name, **cells, **more)
    run_all(
        [
            lambda: _check_description(item, where),
            lambda: _check_path(item, where),
            lambda: _check_address(item, others, where),
            lambda: _check_name(item, others, where, searched),
        ]
    )
    return item


def _check_description(item: Input, where: str) -> None:
    """Stop at an unknown kind, at a file without a source, and at an impossible day."""
    if item.kind not in KINDS:
        raise InputError(f"{where}: kind {item.kind!r} is unknown. {nearest(item.kind, KINDS)}")
    if not item.source or not item.provenance:
        raise InputError(f"{where}: {item.path} needs a source and a provenance: say where it is from.")
    if not is_day(item.date):
        raise InputError(
            f"{where}: date {item.date!r} is no day. Write YYYY-MM-DD: the day of the search or export."
        )
    if item.date > latest_day():
        raise InputError(
            f"{where}: date {item.date} lies in the future. Write the day of the search or export."
        )


def _check_path(item: Input, where: str) -> None:
    """Stop at a file that is missing or lies outside the folder of the review, also by a symbolic link."""
    path = Path(item.path)
    leads_out = not path.resolve().is_relative_to(Path.cwd().resolve())
    if path.is_absolute() or ".." in path.parts or leads_out:
        raise InputError(
            f"{where}: {item.path} lies outside the review's folder. Copy it to config/inputs/"
            " and name it so: the folder must hold all that the review needs."
        )
    if not item.url and not Path(item.path).is_file():
        raise InputError(f"{where}: the file {item.path} is missing. Put it there or take the line out.")


def _check_address(item: Input, others: Iterable[Input], where: str) -> None:
    """Stop at a digest that is none, an address that must not be asked, and at two origins of one file."""
    if item.sha256 and not DIGEST.fullmatch(item.sha256):
        raise InputError(
            f"{where}: sha256 {item.sha256!r} is none: it has 64 hexadecimal digits. Leave it empty and run:"
            " snakemake digests --cores 1"
        )
    if item.url and (reason := refused_address(item.url)):
        raise InputError(f"{where}: url {item.url!r}: {reason}.")
    if item.member and not item.url:
        raise InputError(f"{where}: member {item.member!r} is a file in the zip file at url: give the url.")
    if item.url and item.kind == "search":
        raise InputError(f"{where}: the archive of the search is many files. Copy it here; a url brings one.")
    for other in others:
        if other.path == item.path and _origin(other) != _origin(item):
            raise InputError(
                f"{where}: {item.path} has another url, member, version, licence or sha256 in a line above."
                " Make them the same."
            )


def _origin(item: Input) -> tuple[str, ...]:
    return item.url, item.member, item.version, item.licence, item.sha256


def missing(inputs: Iterable[Input]) -> list[Input]:
    """Return the inputs whose files are not here; each file once. They have a url."""
    absent = {item.path: item for item in inputs if not Path(item.path).is_file()}
    return list(absent.values())


def need_fetch(absent: Sequence[Input]) -> InputError:
    """Return the error for files that are not here: one line that names the first and what brings them."""
    files = "1 file is" if len(absent) == 1 else f"{len(absent):,} files are"
    return InputError(
        f"{INPUTS}: {files} not here, the first is {absent[0].path}. Fetch what has a url:"
        " snakemake fetch --cores 1"
    )


def _check_name(item: Input, others: Iterable[Input], where: str, searched: bool) -> None:
    """Stop at a name that records cannot have, or that another input has: pubmed, if there is a search.

    Sheets of one kind may share a name: several files are then read one after another by one map.
    """
    if item.kind in EXPORTS and not re.fullmatch(r"[^:;,/{}\s]+", item.name):
        raise InputError(
            f"{where}: {item.path} would give its records the name {item.name!r}. Rename the file:"
            " no blank, colon, semicolon, comma or brace."
        )
    if item.kind in EXPORTS and item.name == PUBMED and searched:
        raise InputError(_name_of_search(where, item))
    for other in others:
        if other.kind == item.kind and item.kind in SHARED and other.path != item.path:
            continue
        if other.name.casefold() == item.name.casefold():  # one file where names ignore capitals
            raise InputError(
                f"{where}: {item.path} would have the name {item.name}, as {other.path} has."
                " Rename the file, or give each its own in the column name: records are named after it."
            )


def not_at_hand(declared: Declared, present: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return (kind, name) of the inputs that the review rests on and that are not among those ``present``.

    Sheets may share a name: it is then declared once per file.
    """
    wanted = Counter((kind, name) for kind, names in declared.items() for name in names)
    return sorted((wanted - Counter(present)).elements())


def at_hand(inputs: Iterable[Input], *, live: bool) -> list[tuple[str, str]]:
    """Return (kind, name) of the inputs, and of what people settled; ``live``: a search is made here."""
    found = [*((item.kind, item.name) for item in inputs), *((RULINGS, name) for name in ruled())]
    search = ("search", PUBMED)
    return found if not live or search in found else [*found, search]


def ruled(config: str = "config") -> list[str]:
    """Return the names of the files in which people settled something, in order."""
    files = sorted(Path(config, "decisions").glob("*.*")) + sorted(Path(config).glob("eligibility.csv"))
    return sorted({path.stem for path in files if not path.name.startswith(".")})


def names_of(declared: Declared, inputs: Iterable[Input]) -> list[str]:
    """Return the names of all inputs, at hand or not: what settings may speak of."""
    return [*(item.name for item in inputs), *(name for names in declared.values() for name in names)]


def check_declared(declared: Declared, inputs: Iterable[Input]) -> None:
    """Stop at an input of a declared kind that is not declared itself: the list must be whole."""
    present = Counter((kind, name) for kind, name in at_hand(inputs, live=False) if kind in declared)
    wanted = Counter((kind, name) for kind, names in declared.items() for name in names)
    wrong = [
        f"config/config.yaml: inputs.{kind}: does not name {name}, which is there. Add it: the list must be"
        " whole."
        for kind, name in sorted((present - wanted).elements())
    ]
    if wrong:
        raise InputError(*wrong)


def check_names_beside_search(inputs: Iterable[Input]) -> None:
    """Stop at an export with the name of the search, in a review that searches PubMed itself."""
    for item in of_kind(inputs, *EXPORTS):
        if item.name == PUBMED:
            raise InputError(_name_of_search(INPUTS, item))


def _name_of_search(where: str, item: Input) -> str:
    return (
        f"{where}: {item.path} would have the name {PUBMED}, which is that of the search. Rename the file, or"
        " give it another name in the column name."
    )


def of_kind(inputs: Iterable[Input], *kinds: str) -> list[Input]:
    """Return the inputs of the given kinds, in the order of their names."""
    return sorted(item for item in inputs if item.kind in kinds)


def unlisted(inputs: Iterable[Input], folder: str = "config/inputs") -> Iterator[str]:
    """Yield files below ``folder`` that no line of inputs.tsv names, not even a wrong one.

    Not meant are README.md, hidden files, the archive's windows, and folders named ``raw``, which hold what
    the inputs were made from.
    """
    table = Path(INPUTS).read_text(encoding="utf-8", errors="replace") if Path(INPUTS).is_file() else ""
    named = {Path(cell.strip()) for line in table.splitlines() for cell in line.split("\t")}
    archives = {Path(item.path).parent for item in inputs if item.kind == "search"}
    for path in sorted(Path(folder).rglob("*")):
        aside = any(part.startswith(".") or part == RAW for part in path.parts[:-1])
        aside = aside or path.name.startswith(".") or path.name == "README.md"
        if path.is_dir() or path in named or aside:
            continue
        if path.parent not in archives:
            yield path.as_posix()
