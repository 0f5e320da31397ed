"""The forms of a codebook: YAML, CSV (or XLSX) and REFI-QDA (.qdc), each read and written."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from scripts.common.coding.codebook import Code, Codebook, children
from scripts.common.coding.codebook_by_map import codes_by_map, codes_of_program
from scripts.common.coding.refi import RefiCode, fields_of, with_fields
from scripts.common.coding.refi_reading import read_qdc
from scripts.common.coding.refi_writing import qdc_bytes
from scripts.common.errors import InputError, Mistakes
from scripts.common.files.first_map import not_understood, tables_of
from scripts.common.files.fixed_tables import grid_of, records_of
from scripts.common.files.guesses import guessed_columns
from scripts.common.files.maps import sheet_map
from scripts.common.files.refusals import answered
from scripts.common.files.sheets import CONTROL, Grid, the_one_of
from scripts.common.files.table_kinds import CODEBOOK
from scripts.common.files.tables import write_table
from scripts.common.files.yaml_files import check_names, read_yaml
from scripts.common.values.words import words

FORMS = (".yaml", ".csv", ".qdc")
BY_MAP = "results/coding/codebook_by_map.yaml"  # a codebook that is read by a map, in our form
LANGUAGES = ("en", "zh")
KNOWN = ("all", "some")
CSV_COLUMNS = (
    "id", "parent", "label_en", "label_zh", "definition", "include", "exclude", "place", "children_known",
    "version", "source", "categories_known",
)  # fmt: skip

# As programs export a codebook: the column of names, that of descriptions. Taguette; MAXQDA and others.
OF_PROGRAMS = (("tag", "description"), ("code", "memo"))


def codebook_path() -> str | None:
    """Return the codebook of the review: the one of its three forms that is there, or None."""
    return the_one_of("config/codebook", FORMS)


def read_codebook(path: str | None, given: Mapping[str, Any] | None = None) -> list[Code]:
    """Return the codes, parents before their children, in the order of the file; none without a file.

    ``given`` are the words of its map.
    """
    return list(load_codebook(path, given).codes) if path else []


def categories_known(path: str | None) -> bool:
    """Return whether the codebook lists all categories; without a file they are not known."""
    return path is not None and load_codebook(path).known


def load_codebook(path: str, given: Mapping[str, Any] | None = None, name: str = "codebook") -> Codebook:
    """Return the codebook in a file, by its ending: .csv, .xlsx, .qdc, else YAML. Wrong codes are named.

    ``given`` are the words of the map of a table, ``name`` is what ``sheets`` calls it.
    """
    ending = Path(path).suffix.casefold()
    if ending in (".csv", ".xlsx"):
        with answered(path, name, given, CODEBOOK):
            return _with_own_ids(path, _by_map(path, name, given) if given else _from_grid(path, name))
    if given:
        raise InputError(f"{path}: only a codebook in CSV or XLSX takes a map. Take {name} out of sheets.")
    return _with_own_ids(path, _from_qdc(path) if ending == ".qdc" else _from_yaml(path))


def _with_own_ids(path: str, book: Codebook) -> Codebook:
    """Return a codebook; one without any code, or with two of one id, raises ``InputError``."""
    if not book.codes:
        raise InputError(f"{path}: codes is empty. A review needs at least one code.")
    ids = Counter(code.id for code in book.codes)
    twice = [f"{path}: the id {name} appears twice. Give each code its own." for name in ids if ids[name] > 1]
    if twice:
        raise InputError(*twice)
    return book


def _identity(where: str, text: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", text):
        raise InputError(f"{where}: an id is lower-case letters, digits and underscores.")
    return text


def _label(where: str, name: str, text: str) -> str:
    if not text:
        raise InputError(f"{where}: {name} is empty. Give the code a name.")
    return " ".join(text.split())


def _all_known(where: str, value: object) -> bool:
    if value not in KNOWN:
        raise InputError(f"{where}: children_known is {value!r}; it must be all or some.")
    return value == "all"


# YAML


def _from_yaml(path: str) -> Codebook:
    book = read_yaml(path)
    check_names(path, book, ("version", "source", "children_known", "codes"))
    return Codebook(
        version=_text(path, "version", str(book["version"])),
        source=_text(path, "source", book["source"]),
        known=_all_known(path, book["children_known"]),
        codes=_all_codes(path, book["codes"]),
    )


def _all_codes(path: str, items: Any) -> tuple[Code, ...]:
    mistakes = Mistakes()
    codes = tuple(_walk(path, items, "", 1, mistakes))
    mistakes.stop()
    return codes


def _walk(path: str, items: Any, parent: str, level: int, mistakes: Mistakes) -> Iterator[Code]:
    """Yield the codes below a parent; a code that is wrong is noted, and those below it are read still."""
    with mistakes.noted():
        if not isinstance(items, list):
            raise InputError(f"{path}: below {parent or 'codes'} a list of codes is needed.")
    for item in items if isinstance(items, list) else []:
        where = f"{path}: code {item.get('id') if isinstance(item, dict) else item!r}"
        with mistakes.noted():
            yield _code(where, item, parent, level)
        if isinstance(item, dict):
            yield from _walk(path, item.get("children", []), str(item.get("id")), level + 1, mistakes)


def _code(where: str, item: Any, parent: str, level: int) -> Code:
    """Return a code of a YAML file, checked. A label in Chinese is optional."""
    check_names(
        where,
        item,
        ("id", "label", "definition", "place"),
        ("include", "exclude", "children", "children_known"),
    )
    identity = _text(where, "id", item["id"])
    check_names(f"{where}, label", item["label"], ("en",), ("zh",))
    label, label_zh = (_text(where, f"label.{name}", item["label"].get(name)) for name in LANGUAGES)
    return Code(
        id=_identity(where, identity),
        parent=parent,
        level=level,
        label=_label(where, "label.en", label),
        label_zh=" ".join(label_zh.split()),
        definition=_text(where, "definition", item["definition"]),
        place=_text(where, "place", item["place"]),
        children_known=_all_known(where, item.get("children_known", "all")),
        include=_text(where, "include", item.get("include")),
        exclude=_text(where, "exclude", item.get("exclude")),
    )


def _text(where: str, name: str, value: object) -> str:
    """Return a text, ``""`` for null; an unquoted no, 3 or 2022-01-01 is no text in YAML."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise InputError(f"{where}: {name} is {value!r}, which is no text. Put it in quotes.")
    if CONTROL.search(value):
        raise InputError(f"{where}: {name} holds a control character. Type it again.")
    return value.strip()


def yaml_text(book: Codebook) -> str:
    """Return the codebook as YAML; reading it gives the same codebook."""

    def tree(parent: str) -> list[dict[str, Any]]:
        return [
            {
                "id": code.id,
                "label": {"en": code.label, **({"zh": code.label_zh} if code.label_zh else {})},
                "definition": code.definition or None,
                **({"include": code.include} if code.include else {}),
                **({"exclude": code.exclude} if code.exclude else {}),
                "place": code.place or None,
                "children_known": "all" if code.children_known else "some",
                **({"children": below} if (below := tree(code.id)) else {}),
            }
            for code in children(book.codes, parent)
        ]

    whole = {
        "version": book.version,
        "source": book.source,
        "children_known": "all" if book.known else "some",
        "codes": tree(""),
    }
    return yaml.safe_dump(whole, allow_unicode=True, sort_keys=False, width=110)


# CSV


def _from_grid(path: str, name_of_map: str) -> Codebook:
    grids = tables_of(path, sheet_map(name_of_map, {}), CODEBOOK)
    for name, memo in OF_PROGRAMS:
        fitting = [grid for grid in grids if None not in (grid.position(name), grid.position(memo))]
        others = ("id", "parent")
        if len(fitting) == 1 and not set(others) & set(guessed_columns(fitting[0], CODEBOOK.hints)):
            return _of_program(fitting[0].unmerged(), name, memo)
    needed = CSV_COLUMNS[:4]
    if not any(all(grid.column(name) is not None for name in needed) for grid in grids):
        raise InputError(not_understood(name_of_map, path, grids, CODEBOOK))
    return _of_our_columns(grid_of(grids, path, needed))


def _by_map(path: str, name: str, given: Mapping[str, Any]) -> Codebook:
    found, version = codes_by_map(path, name, given)
    return _of_refi(path, _in_order(found), with_fields("", {"version": version} if version else {}))


def _of_our_columns(grid: Grid) -> Codebook:
    path = grid.path
    rows = records_of(grid, CSV_COLUMNS)
    places = {row["id"]: grid.place(number) for number, row in rows}
    items: dict[str, list[Code]] = {}
    for number, row in rows:
        where = grid.place(number)
        if row["parent"] and row["parent"] not in places:
            raise InputError(
                f"{where}: the parent {row['parent']!r} is no code of this file. Add it, or correct it."
            )
        code = Code(
            id=_identity(where, row["id"]),
            parent=row["parent"],
            level=0,
            label=_label(where, "label_en", row["label_en"]),
            label_zh=" ".join(row["label_zh"].split()),
            definition=row["definition"],
            place=row["place"],
            children_known=_all_known(where, row["children_known"] or "all"),
            include=row["include"],
            exclude=row["exclude"],
        )
        items.setdefault(row["parent"], []).append(code)
    codes = list(_below(items, "", 1))
    if len(codes) < len(rows):
        left = sorted(set(places) - {code.id for code in codes}) or [rows[-1][1]["id"]]
        raise InputError(
            f"{places[left[0]]}: {left[0]} is below itself, or appears twice. Correct its parent."
        )
    shared = [
        _one(path, name, {row[name] for _, row in rows}) for name in ("version", "source", "categories_known")
    ]
    return Codebook(shared[0] or "1", shared[1] or path, _all_known(path, shared[2] or "all"), tuple(codes))


def _of_program(grid: Grid, name: str, memo: str) -> Codebook:
    """Return the codebook that a program exports; ids are made from the names."""
    return _of_refi(grid.path, _in_order(codes_of_program(grid, name, memo)), "")


def _in_order(found: Mapping[tuple[str, ...], RefiCode]) -> list[RefiCode]:
    """Return codes after the code above them, else in the order of the file."""
    place = {path: number for number, path in enumerate(found)}

    def key(path: tuple[str, ...]) -> tuple[int, ...]:
        return tuple(place[path[: depth + 1]] for depth in range(len(path)))

    return [found[path] for path in sorted(found, key=key)]


def _below(items: Mapping[str, Sequence[Code]], parent: str, level: int) -> Iterator[Code]:
    for code in items.get(parent, ()):
        yield code._replace(level=level)
        yield from _below(items, code.id, level + 1)


def _one(path: str, name: str, values: set[str]) -> str:
    if len(values) > 1:
        raise InputError(
            f"{path}: {name} is {' and '.join(map(repr, sorted(values)[:2]))}; it must be one for all."
        )
    return next(iter(values), "")


def write_codebook_csv(book: Codebook, path: str | Path) -> None:
    """Write the codebook as a flat table; reading it gives the same codebook."""
    known = {True: "all", False: "some"}
    rows = [
        {
            **code._asdict(),
            "label_en": code.label,
            "children_known": known[code.children_known],
            "version": book.version,
            "source": book.source,
            "categories_known": known[book.known],
        }
        for code in book.codes
    ]
    write_table(rows, path, CSV_COLUMNS)


# REFI-QDA


def refi_codes(codes: Sequence[Code], codable: set[str] | None = None) -> list[RefiCode]:
    """Return the codes as REFI-QDA has them: a name and a description that holds all else, readable.

    A category with codes below it cannot be applied to a text unless ``codable`` names it.
    """
    parents = {code.parent for code in codes}
    return [
        RefiCode(
            id=code.id,
            parent=code.parent,
            name=code.label,
            codable=code.level > 1 or code.id not in parents or code.id in (codable or ()),
            description=with_fields(
                code.definition,
                {
                    "id": code.id,
                    "label (zh)": code.label_zh,
                    "include": code.include,
                    "exclude": code.exclude,
                    "place": code.place,
                    "children known": "" if code.children_known else "some",
                },
            ),
        )
        for code in codes
    ]


def codebook_qdc(book: Codebook) -> bytes:
    """Return the codebook as REFI-QDA codebook (.qdc); reading it gives the same codebook."""
    about = with_fields(
        "",
        {"version": book.version, "source": book.source, "children known": "all" if book.known else "some"},
    )
    return qdc_bytes(refi_codes(book.codes), about)


def _from_qdc(path: str) -> Codebook:
    found, about = read_qdc(path)
    return _of_refi(path, found, about)


def _of_refi(path: str, found: Sequence[RefiCode], about: str) -> Codebook:
    """Return a codebook from codes as programs have them, parents first; ``about``: what our files add."""
    ids = refi_ids(found)
    levels: dict[str, int] = {"": 0}
    codes = []
    for item in found:
        definition, fields = fields_of(item.description)
        parent = ids[item.parent] if item.parent else ""
        levels[ids[item.id]] = levels[parent] + 1
        codes.append(
            Code(
                id=ids[item.id],
                parent=parent,
                level=levels[parent] + 1,
                label=_label(path, f"name of {ids[item.id]}", item.name),
                label_zh=fields.get("label (zh)", "") or words(item.name),
                definition=definition,
                place=fields.get("place", ""),
                children_known=fields.get("children known", "all") == "all",
                include=fields.get("include", ""),
                exclude=fields.get("exclude", ""),
            )
        )
    _, shared = fields_of(about)
    return Codebook(
        shared.get("version", "1"), shared.get("source", path), shared.get("children known", "all") == "all",
        tuple(codes),
    )  # fmt: skip


def refi_ids(found: Sequence[RefiCode]) -> dict[str, str]:
    """Return GUID -> id: the one described, else made from the name; equal names take the parent's too."""
    ids: dict[str, str] = {}
    for item in found:
        own = fields_of(item.description)[1].get("id", "")
        name = own if re.fullmatch(r"[a-z][a-z0-9_]*", own) else _slug(item.name)
        name = name or f"code_{re.sub('[^0-9a-f]', '', item.id.casefold())[:8]}"
        if name in ids.values() and item.parent:
            name = f"{ids[item.parent]}_{name}"
        ids[item.id] = name
    return ids


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    slug = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    letters = sum(sign.isalpha() for sign in name)
    if letters > 2 * sum(
        sign.isalpha() for sign in slug
    ):  # a name in another script: its remains say nothing
        return ""
    return slug if slug[:1].isalpha() else f"code_{slug}" if slug else ""
