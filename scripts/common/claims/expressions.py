"""A measure made of others: sums, differences, products and ratios, read here and never run as code."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from scripts.common.claims.measures import (
    AT_LEAST,
    DATA,
    EXACT,
    JOINED,
    OPEN,
    OPERATOR,
    PAPER,
    UNKNOWN,
    Measure,
    is_expression,
)
from scripts.common.claims.numbers import number_text
from scripts.common.claims.sentences import Value, sentence
from scripts.common.errors import InputError, nearest
from scripts.common.screening.flow import BOXES

PIECE = re.compile(rf"{OPERATOR.pattern}|([()])")
NUMBER = re.compile(r"\d+(?:\.\d+)?")
# Operator -> those of the term on its left, and on its right, that need brackets.
LEFT_NEEDS_BRACKETS = {"+": "", "-": "", "*": "+-", "/": "+-"}
RIGHT_NEEDS_BRACKETS = {"+": "", "-": "+-", "*": "+-", "/": "+-*/"}
DECIMALS = 6  # behind the point of a ratio that does not end: give such a claim a tolerance


class Term(NamedTuple):
    """A number, the name of a measure, or two terms with an operator between them."""

    text: str = ""
    operator: str = ""
    left: "Term | None" = None
    right: "Term | None" = None


class Bounds(NamedTuple):
    """The least and the greatest value of a term; the greatest is None where there is none."""

    low: Fraction
    high: Fraction | None


def parse(where: str, text: str) -> Term:
    """Return the expression as a tree: products bind stronger than sums, from left to right.

    Raise ``InputError`` at what is no expression; ``where`` opens the message.
    """
    pieces = [piece.strip() for piece in PIECE.split(text.strip()) if piece and piece.strip()]
    if not pieces:
        raise InputError(f"{where}: {text!r} is no expression. Write names of measures between + - * /.")
    tree, rest = _sum(where, text, pieces)
    if rest:
        raise _wrong(where, text, rest)
    return tree


def names(term: Term) -> Iterator[str]:
    """Yield the names of the measures in an expression."""
    for part in (term.left, term.right):
        if part is not None:
            yield from names(part)
    if term.text and not NUMBER.fullmatch(term.text):
        yield term.text


def _sum(where: str, text: str, pieces: Sequence[str]) -> tuple[Term, Sequence[str]]:
    return _chain(where, text, pieces, "+-", _product)


def _product(where: str, text: str, pieces: Sequence[str]) -> tuple[Term, Sequence[str]]:
    return _chain(where, text, pieces, "*/", _atom)


def _chain(
    where: str,
    text: str,
    pieces: Sequence[str],
    operators: str,
    inner: Callable[[str, str, Sequence[str]], tuple[Term, Sequence[str]]],
) -> tuple[Term, Sequence[str]]:
    left, pieces = inner(where, text, pieces)
    while pieces and pieces[0] in operators:
        right, rest = inner(where, text, pieces[1:])
        left, pieces = Term(operator=pieces[0], left=left, right=right), rest
    return left, pieces


def _atom(where: str, text: str, pieces: Sequence[str]) -> tuple[Term, Sequence[str]]:
    if pieces and pieces[0] == "(":
        inner, rest = _sum(where, text, pieces[1:])
        if not rest or rest[0] != ")":
            raise InputError(f"{where}: {text!r}: a bracket is not closed.")
        return inner, rest[1:]
    if not pieces or pieces[0][0] in "+-*/)" or pieces[0][-1] in "+-*/(":
        raise _wrong(where, text, pieces)
    return Term(pieces[0]), pieces[1:]


def _wrong(where: str, text: str, rest: Sequence[str]) -> InputError:
    found = f"{rest[0]!r} is" if rest else "its end is"
    return InputError(
        f"{where}: {text!r}: {found} not expected there. Write names between + - * /, or brackets."
    )


def check_name(where: str, measure: str, known: Sequence[str]) -> None:
    """Stop unless a measure is one of ``known``, of a family whose names depend on data, or made of such."""
    if measure in known:
        return
    if is_expression(measure):
        for name in names(parse(where, measure)):
            check_name(where, name, known)
        return
    family, _, name = measure.partition(":")
    if family in JOINED:
        for part in name.split("+"):
            if f"study_ids:{part}" not in known and ":" not in part:
                raise InputError(
                    f"{where}: measure {measure!r}: {part!r} is neither a code nor a charted"
                    " <variable>:<value>."
                )
        return
    if not (name and family in OPEN) and not (family == "flow" and name.split(":")[0] in BOXES):
        raise InputError(f"{where}: measure {measure!r} is not computed. {nearest(measure, known)}")


def resolve(measure: str, known: Mapping[str, Measure]) -> Measure:
    """Return a measure by its name: as measured, or made of others; else unknown, with what it needs."""
    if measure in known:
        return known[measure]
    if is_expression(measure):
        return measure_of(measure, parse(measure, measure), known)
    family, _, name = measure.partition(":")
    if family in JOINED:
        return _joined(measure, family, name.split("+"), known)
    return Measure(measure, "", UNKNOWN, "", "", "", note=sentence("need_measure", name=measure))


def _joined(measure: str, family: str, parts: Sequence[str], known: Mapping[str, Measure]) -> Measure:
    """Return how many studies have any (union) or all (both) of several codes or charted values."""
    lists = []
    for part in parts:
        name = f"value_ids:{part}" if ":" in part else f"study_ids:{part}"
        if name not in known:
            return Measure(measure, "", UNKNOWN, "", "", "", note=sentence("need_measure", name=name))
        if known[name].bound == UNKNOWN:
            return Measure(measure, "", UNKNOWN, "", "", "", note=known[name].note)
        lists.append(known[name])
    sets = [set(filter(None, item.value.split("; "))) for item in lists]
    found = set.union(*sets) if family == "union" else set.intersection(*sets)
    rows = lists[-1].rows
    for item in reversed(lists[:-1]):
        rows = sentence("or" if family == "union" else "and", first=item.rows, second=rows)
    return _made(measure, str(len(found)), all(item.bound == EXACT for item in lists), lists, rows)


def _made(measure: str, value: str, exact: bool, parts: Sequence[Measure], rows: Value) -> Measure:
    """Return a measure made of others. It rests on the paper as soon as one of them does."""
    paper = [part for part in parts if part.rests_on not in DATA]
    return Measure(
        measure,
        value,
        EXACT if exact else AT_LEAST,
        "",
        "; ".join(dict.fromkeys(part.file for part in parts)),
        rows,
        rests_on=PAPER if paper else parts[0].rests_on if parts else "",
        place="; ".join(part.place for part in paper) if all(part.place for part in paper) else "",
    )


def measure_of(text: str, term: Term, known: Mapping[str, Measure]) -> Measure:
    """Return the measure that an expression gives: exact, at least, or unknown with what is missing."""
    parts = [resolve(name, known) for name in dict.fromkeys(names(term))]
    for part in parts:
        if part.bound == UNKNOWN:
            return part._replace(measure=text)
    by_name = {part.measure: part for part in parts}
    bounds = _bounds(term, by_name)
    if bounds is None:
        return Measure(text, "", UNKNOWN, "", "", text, note=sentence("need_whole_lists", name=text))
    value = number_text(bounds.low) if _ends(bounds.low) else f"{float(bounds.low):.{DECIMALS}f}"
    return _made(text, value, bounds.high == bounds.low, parts, _in_words(term, by_name))


def _inside(term: Term, words: Value, operators: str) -> Value:
    return sentence("in_brackets", inner=words) if term.operator and term.operator in operators else words


def _in_words(term: Term, known: Mapping[str, Measure]) -> Value:
    """Return an expression as a reader sees it: each measure by its rows, brackets where they are needed."""
    if term.left is None or term.right is None:
        return known[term.text].rows if term.text in known else term.text
    left = _inside(term.left, _in_words(term.left, known), LEFT_NEEDS_BRACKETS[term.operator])
    right = _inside(term.right, _in_words(term.right, known), RIGHT_NEEDS_BRACKETS[term.operator])
    return sentence("computed", left=left, operator=term.operator, right=right)


def _ends(number: Fraction) -> bool:
    """Return whether a number has finitely many decimals."""
    rest = number.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1


def _bounds(term: Term, known: Mapping[str, Measure]) -> Bounds | None:
    """Return the bounds of a term; None where nothing is known, or where it divides by 0."""
    if term.left is None or term.right is None:
        return _bounds_of_name(term.text, known)
    left, right = _bounds(term.left, known), _bounds(term.right, known)
    if left is None or right is None:
        return None
    if term.operator == "+":
        return Bounds(left.low + right.low, _or_none(left.high, right.high, lambda a, b: a + b))
    if term.operator == "-":
        return None if right.high is None else Bounds(
            left.low - right.high, _or_none(left.high, right.low, lambda a, b: a - b)
        )  # fmt: skip
    if term.operator == "*":
        if min(left.low, right.low) < 0:
            return None
        return Bounds(left.low * right.low, _or_none(left.high, right.high, lambda a, b: a * b))
    if right.low <= 0 or right.high != right.low:
        return None
    return Bounds(left.low / right.low, None if left.high is None else left.high / right.low)


def _or_none(
    one: Fraction | None, other: Fraction | None, join: Callable[[Fraction, Fraction], Fraction]
) -> Fraction | None:
    return None if one is None or other is None else join(one, other)


def _bounds_of_name(text: str, known: Mapping[str, Measure]) -> Bounds | None:
    if NUMBER.fullmatch(text):
        return Bounds(Fraction(text), Fraction(text))
    measure = known[text]
    if measure.number and measure.of and measure.unit.startswith("%"):
        value = Fraction(100 * int(measure.number), int(measure.of))
    elif re.fullmatch(r"-?\d+(\.\d+)?", measure.value):
        value = Fraction(measure.value)
    else:
        return None
    return Bounds(value, value if measure.bound == EXACT else None)
