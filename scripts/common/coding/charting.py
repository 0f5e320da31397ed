"""Charting: what is noted of each study (country, year, population ...), with declared allowed values."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from scripts.common.coding.model import OPEN
from scripts.common.errors import InputError, nearest
from scripts.common.files.yaml_files import check_names, read_yaml
from scripts.common.statistics.scales import INTERVAL, NOMINAL, ORDINAL, SCALES
from scripts.common.values.words import words

CHARTING = "config/charting.yaml"
TYPES = ("one", "many", "number", "text")  # one of the values, several of them, a number, any words
SEPARATOR = "; "
NOT_REPORTED = "not reported"  # noted of a study that does not say it: it is charted and has no value
OTHER = re.compile(r"other\s*:\s*(?=\S)", re.IGNORECASE)  # as forms write a value that is not among theirs
NOT_REPORTED_WORDS = (NOT_REPORTED, "nr", "n.r.", "n/r", "na", "n/a", "not stated")


class Variable(NamedTuple):
    """A column of the charting sheet. ``values`` are those allowed; empty where any will do.

    ``scale`` is how agreement on it is measured; on an ordinal scale ``values`` are in ascending order, but
    for those ``apart``, which have no place in it ("no information").
    """

    id: str
    label: str
    label_zh: str
    type: str
    values: tuple[str, ...]
    definition: str
    scale: str = NOMINAL
    apart: tuple[str, ...] = ()


class Cell(NamedTuple):
    """A cell of a charting sheet: where it is, who charted which study in which round, what it says."""

    where: str
    study: str
    coder: str
    round: str
    variable: Variable
    text: str
    note: str
    settled: str = ""  # why it is a verdict and no vote
    of_form: bool = False  # a form with a field "Other: ..." beside the declared values
    row: int = 0  # its number in the file


def read_variables(path: str = CHARTING) -> list[Variable]:
    """Return the declared variables, in the order of the file."""
    book = read_yaml(path)
    check_names(path, book, ("variables",))
    if not isinstance(book["variables"], list) or not book["variables"]:
        raise InputError(f"{path}: variables must be a list with at least one variable.")
    found: dict[str, Variable] = {}
    for item in book["variables"]:
        where = f"{path}: variable {item.get('id') if isinstance(item, dict) else item!r}"
        variable = _variable(where, item)
        if variable.id in found:
            raise InputError(f"{where}: this id appears twice. Give each variable its own.")
        found[variable.id] = variable
    return list(found.values())


def _variable(where: str, item: Any) -> Variable:
    """Return one declared variable; raise ``InputError`` for what is wrong in it."""
    check_names(where, item, ("id", "label", "type", "values", "definition"), ("scale", "apart"))
    check_names(f"{where}, label", item["label"], ("en",), ("zh",))
    if not isinstance(item["id"], str) or not re.fullmatch(r"[a-z][a-z0-9_]*", item["id"]):
        raise InputError(
            f"{where}: an id is lower-case letters, digits and underscores, in quotes if need be."
        )
    if item["type"] not in TYPES:
        raise InputError(f"{where}: type {item['type']!r} is unknown. {nearest(item['type'], TYPES)}")
    label, label_zh, definition = item["label"]["en"], item["label"].get("zh") or "", item["definition"] or ""
    texts = (label, label_zh, definition)
    if not all(isinstance(text, str) for text in texts) or not label.strip():
        raise InputError(f"{where}: label and definition must be texts, in quotes if need be.")
    values = _allowed_values(where, item["type"], item["values"] or [])
    scale = _scale(where, item["type"], values, item.get("scale"))
    apart = _apart(where, scale, values, item.get("apart") or [])
    return Variable(
        item["id"], words(label), words(label_zh), item["type"], values, definition.strip(), scale, apart
    )


def _apart(where: str, scale: str, values: Sequence[str], apart: Any) -> tuple[str, ...]:
    """Return the values without a place on an ordinal scale; raise ``InputError`` for any other."""
    if apart and scale != ORDINAL:
        raise InputError(f"{where}: apart needs scale: ordinal; on other scales no value has a place.")
    if not isinstance(apart, list) or not all(isinstance(value, str) for value in apart):
        raise InputError(f"{where}: apart must be a list of texts; put no and yes in quotes.")
    for value in map(words, apart):
        if value not in values:
            raise InputError(f"{where}: apart: {value!r} is none of its values. {nearest(value, values)}")
    return tuple(map(words, apart))


def _scale(where: str, kind: str, values: Sequence[str], scale: Any) -> str:
    """Return the scale of a variable: interval for numbers and nominal for others where none is given."""
    allowed: Sequence[str] = (NOMINAL,)
    if kind == "number":
        allowed = (INTERVAL, *SCALES)
    elif kind == "one" and values:
        allowed = (NOMINAL, ORDINAL)
    if scale is None:
        return allowed[0]
    if scale not in allowed:
        need = " An ordinal scale needs its values, the lowest first." if scale == ORDINAL else ""
        fitting = ", ".join(sorted({*allowed}))
        raise InputError(f"{where}: scale {scale!r} does not fit type {kind}; it can be {fitting}.{need}")
    return str(scale)


def _allowed_values(where: str, kind: str, values: Any) -> tuple[str, ...]:
    """Return the declared values of a variable of type ``kind``; raise ``InputError`` if they cannot be."""
    if not isinstance(values, list) or not all(isinstance(value, str) and value.strip() for value in values):
        raise InputError(
            f"{where}: values must be null or a list of texts; put no, yes and numbers in quotes."
        )
    if kind in ("number", "text") and values:
        raise InputError(f"{where}: type {kind} has no list of values. Set values: null.")
    if any(SEPARATOR.strip() in value for value in values):
        raise InputError(f"{where}: a value holds a semicolon, which separates values. Write a comma.")
    return tuple(map(words, values))


def value_of(variable: Variable, text: str, of_form: bool = False) -> str:
    """Return a value as it is kept: allowed ones as declared, several sorted in the declared order.

    ``of_form``: ``Other: Brazil`` is the value Brazil, though it is not declared; such values come last.

    Several are divided by semicolons; by commas or line ends where every part is an allowed value. The words
    for "not reported" are one value, unless the variable declares the word itself. Raises ``LookupError``
    with what is wrong.
    """
    lines, text = text, words(text)
    declared = {value.casefold(): value for value in variable.values}
    if text.casefold() in NOT_REPORTED_WORDS and text.casefold() not in declared:
        return NOT_REPORTED
    if variable.type == "number":
        return _number(variable, text)
    if variable.type == "text":
        return text
    parts = _parts(lines, declared)
    if variable.type == "one" and len(parts) > 1:
        raise LookupError(f"{variable.id} has {len(parts)} values, one is allowed (type one): {text!r}.")
    if not variable.values:
        return SEPARATOR.join(sorted(set(parts)))
    kept = {_declared(variable, part, declared, of_form) for part in parts}
    return SEPARATOR.join(_in_declared_order(variable, kept))


def _declared(variable: Variable, part: str, declared: Mapping[str, str], of_form: bool) -> str:
    """Return one value as it is declared; one of the field "Other" of a form as it is written."""
    written = OTHER.sub("", part, count=1) if of_form and OTHER.match(part) else ""
    value = declared.get((written or part).casefold(), written)
    if not value:
        raise LookupError(f"{variable.id} {part!r} is not allowed. {nearest(part, variable.values)}")
    return value


def _in_declared_order(variable: Variable, values: Collection[str]) -> list[str]:
    """Return values in the order in which they are declared, others after them."""
    return [value for value in variable.values if value in values] + sorted(
        value for value in values if value not in variable.values
    )


def undeclared(variable: Variable, value: str) -> list[str]:
    """Return the single values of a cell that are not declared, where the variable declares any."""
    if not variable.values or value == NOT_REPORTED:
        return []
    return [part for part in parts_of(variable, value) if part not in variable.values]


def _parts(text: str, declared: Mapping[str, str]) -> list[str]:
    """Return the single values of a cell as they are written; ``declared`` are the allowed ones, folded."""
    for signs in (";", ";|\n", ";|\n|,"):
        parts = [part for part in map(words, re.split(signs, text)) if part]
        if all(part.casefold() in declared for part in parts):
            return parts
    return [part for part in map(words, text.split(SEPARATOR.strip())) if part]


def _number(variable: Variable, text: str) -> str:
    if re.fullmatch(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?", text):  # 1,234: commas between thousands
        text = text.replace(",", "")
    if not re.fullmatch(r"[-+]?\d+(\.\d+)?", text):
        raise LookupError(f"{variable.id} {text!r} is no number. Write digits, with a point for decimals.")
    return f"{float(text):.10g}" if "." in text else str(int(text))


def variable_names(names: Mapping[str, Variable]) -> list[str]:
    """Return the ids and labels of variables; ``names`` are these, folded."""
    found = dict.fromkeys(names.values())
    return list(dict.fromkeys(name for item in found for name in (item.id, item.label, item.label_zh)))


def parts_of(variable: Variable, value: str) -> list[str]:
    """Return the single values of a cell: several where the variable allows several."""
    return value.split(SEPARATOR) if variable.type == "many" else [value]


def decide_value(
    variable: Variable, values: Mapping[str, str], consensus: str, decisive: str | None
) -> tuple[str, str]:
    """Return the final value of a study, and by what; ``values`` are the last ones of each coder.

    Where coders differ: majority takes what more than half noted; coder what the decisive one noted; of a
    variable with several values any takes those that one coder noted (so "not reported" only where nobody
    noted a value), all those that everyone noted. What no rule settles is open.
    """
    if consensus == "coder":
        own = values.get(str(decisive), "")
        return own, f"coder {decisive}" if own else ""
    if len(set(values.values())) == 1:
        return next(iter(values.values())), "all coders"
    needed = {"any": 1, "majority": len(values) // 2 + 1, "all": len(values)}.get(consensus)
    if needed is None or (variable.type != "many" and consensus != "majority"):
        return OPEN, ""
    coders = Counter(part for value in values.values() for part in parts_of(variable, value))
    noted = [part for part in coders if coders[part] >= needed]
    if len(noted) > 1:
        noted = [part for part in noted if part != NOT_REPORTED]
    found = _in_declared_order(variable, noted)
    return (SEPARATOR.join(found), consensus) if found else (OPEN, "")


def variable_checker(variables: Sequence[Variable]) -> Callable[[str, str, str], tuple[str, str]]:
    """Return the check of verdicts on variables: the value must be allowed."""
    by_id = {item.id: item for item in variables}

    def check(name: str, final: str, study: str) -> tuple[str, str]:
        if name not in by_id:
            raise LookupError(f"variable {name!r} is unknown. {nearest(name, by_id)}")
        return name, value_of(by_id[name], final, of_form=True)

    return check


def need_variables(inputs: Iterable[Any]) -> None:
    """Stop where there are charting sheets and nothing declares what they may hold."""
    sheets = [item.path for item in inputs if item.kind == "charting"]
    if sheets and not Path(CHARTING).is_file():
        raise InputError(f"{CHARTING}: this file is missing; {sheets[0]} (kind charting) needs it.")
