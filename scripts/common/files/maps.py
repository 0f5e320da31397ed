"""One map per file: how the columns and words of a team's own table become ours (docs/maps.md).

A map is read from ``sheets`` of config.yaml, once checked by the schema. The left side is ours, the right
side theirs. ``like`` and ``each`` are resolved here: what is left is a list of parts, each complete.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from scripts.common.errors import InputError, nearest
from scripts.common.files.sheets import Grid
from scripts.common.files.tool_maps import TOOL, tool_maps

VOTES, CONSENSUS, RULING = "votes", "consensus", "ruling"
TOGETHER = "consensus"  # the reviewer of what was settled together, where the file names nobody
BLANK, ANY = "", "*"
OWN_COLUMN = "{column}"  # as a value: what a ticked box means is the name of its column

# The names that a plain sheet may use as they are; a map is needed only for others.
OURS = (
    "record", "record_id", "study", "title", "authors", "year", "doi", "pmid", "journal", "stage", "round",
    "reviewer", "coder", "decision", "reason", "date", "labels", "note", "code", "stance", "excerpt", "page",
    "variable", "value", "source", "complete", "reports", "withdrawn", "prompt",
)  # fmt: skip
OF_EXPORTS = (  # that only an export has
    "input", "accession", "date", "journal_abbrev", "volume", "issue", "pages", "pmcid", "issn",
    "isbn", "language", "abstract", "keywords", "url", "type", "publisher", "retraction", "extra",
    "first_page", "last_page", "article_number", "month",
)  # fmt: skip
OF_FIXED_TABLES = (  # that only a ranking, a table of verdicts, a codebook and a published flow have
    "member", "group", "finding", "rank", "study_id", "final", "who", "id", "parent", "label", "label_zh",
    "definition", "include", "exclude", "place", "box", "count", "confidence", "version",
)  # fmt: skip
FIXED = ("kind", "codebook")  # that only ``set`` has

MAPPED = (*OURS, *OF_EXPORTS, *OF_FIXED_TABLES)  # all that may be left of ``columns`` and ``set``

Reference = tuple[str, ...]  # columns of the file; the first one that fits, or all of them


def _pattern(word: str) -> re.Pattern[str]:
    """Return what finds a word in which stars are any text; the first star takes as little as it can."""
    first, *rest = map(re.escape, word.split(ANY))
    between = [r"(.*?)" if rest[1:] else r"(.*)", *[r".*"] * (len(rest) - 1)]
    text = first + "".join(star + part for star, part in zip(between, rest, strict=True))
    return re.compile(text, re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class Words:
    """What cells mean, after trimming and without regard to case: their word -> ours.

    ``""`` is a blank cell, ``"*"`` any other that is not blank; a star matches any text, and a star on
    our side repeats what the first one matched. The exact word wins over a star, the longer word over the
    shorter one.
    """

    meaning: Mapping[str, str] = field(default_factory=dict)

    def of(self, cell: str, column: str) -> str | None:
        """Return what a cell means, or None if no word fits."""
        text = " ".join(cell.split())
        ours = self._exact.get(text.casefold())
        if ours is None and text:
            ours = self._by_star(text)
        return column if ours == OWN_COLUMN else ours

    @cached_property
    def _exact(self) -> dict[str, str]:
        return {theirs.casefold(): ours for theirs, ours in self.meaning.items()}

    @cached_property
    def _patterns(self) -> list[tuple[str, re.Pattern[str]]]:
        """The words with a star, the longest first, and what finds them."""
        starred = sorted((theirs for theirs in self.meaning if ANY in theirs), key=lambda word: -len(word))
        return [(theirs, _pattern(theirs)) for theirs in starred]

    def _by_star(self, text: str) -> str | None:
        for theirs, pattern in self._patterns:
            found = pattern.fullmatch(text)
            if found:
                return self.meaning[theirs].replace(ANY, found[1].strip())
        return None

    def by_star(self, cell: str) -> bool:
        """Return whether only a star gives the cell a meaning: then its own words are worth keeping."""
        text = " ".join(cell.split())
        return bool(text) and text.casefold() not in self._exact and self._by_star(text) is not None


@dataclass(frozen=True, kw_only=True)
class Part:
    """One reading of every row: which columns, which fixed words, and what they count for."""

    columns: Mapping[str, Reference] = field(default_factory=dict)  # ours -> theirs
    items: Mapping[str, str] = field(default_factory=dict)  # code or variable -> column; "*": a star
    given: Mapping[str, str] = field(default_factory=dict)  # set: ours -> a fixed word
    values: Mapping[str, Words] = field(
        default_factory=dict
    )  # "" for decisions, codes and items; else by ours
    blank: tuple[str, ...] = ()
    split: Mapping[str, Reference] = field(default_factory=dict)  # their column -> signs between its values
    only: Mapping[str, Reference] = field(default_factory=dict)
    left_out: Mapping[str, Reference] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)  # reason -> the column that gives it
    others: Mapping[str, str] = field(default_factory=dict)  # of: an input; decision: what all others get
    role: str = VOTES

    def names(self, ours: str, grid: Grid) -> bool:
        """Return whether this part, or a table by a column of our own name, says what ``ours`` is."""
        return ours in self.columns or ours in self.given or grid.position(ours) is not None


@dataclass(frozen=True, kw_only=True)
class SheetMap:
    """The map of one input, complete: where its rows are, and its parts."""

    name: str
    sheet: str = ""  # a worksheet; "*" all of them
    header: int = 0  # the line of the column names; 0: it is looked for
    at: str = ""  # YAML or JSON: the list whose members are rows
    ignore: tuple[str, ...] = ()
    parts: tuple[Part, ...] = (Part(),)
    written: bool = False  # whether the review has a map for this input


MAPPINGS = ("columns", "items", "set", "values", "split", "only", "except", "reviewers")


def resolved_maps(sheets: Mapping[str, Mapping[str, Any]], names: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return the words of every map, ``like`` resolved; ``InputError`` lists all that is wrong with them.

    ``sheets`` is the setting, checked by its schema; ``names`` are the names of the inputs.
    """
    known = sorted({*names})
    maps, wrong = {}, []
    for name in sheets:
        where = f"config/config.yaml: sheets, {name}"
        if name not in known:
            wrong.append(f"{where}: no input has this name. {nearest(name, known)}")
            continue
        try:
            maps[name] = _resolved(name, sheets, ())
        except InputError as error:
            wrong.append(f"{where}: {error}")
        wrong += [f"{where}: {problem}" for problem in _unknown_names(sheets[name])]
    if wrong:
        raise InputError(*wrong)
    return maps


def _unknown_names(words: Mapping[str, Any]) -> list[str]:
    """Return a line for each name on the left of ``columns`` and ``set`` that is none of ours."""
    found = []
    for part in (words, *words.get("each", ())):
        for key, known in (("columns", MAPPED), ("set", (*MAPPED, *FIXED))):
            found += [
                f"{key}: {name!r} is none of our columns. {nearest(name, known)}"
                for name in part.get(key, {})
                if name not in known
            ]
    return found


def _resolved(name: str, sheets: Mapping[str, Mapping[str, Any]], seen: tuple[str, ...]) -> dict[str, Any]:
    """Return the words of a map laid over those of the map that it is like."""
    own = {key: value for key, value in sheets[name].items() if key != "like"}
    like = sheets[name].get("like")
    if like is None:
        return own
    if like.startswith(TOOL):
        return laid_over(_shipped(like), own)
    if like not in sheets or like in (*seen, name):
        problem = "has no map" if like not in sheets else "leads back to this map"
        raise InputError(f"like: {like} {problem}. {nearest(like, set(sheets) - {name})}")
    return laid_over(_resolved(like, sheets, (*seen, name)), own)


def _shipped(like: str) -> dict[str, Any]:
    """Return the words of a map that we ship, such as ``tool:colandr``."""
    known = {f"{TOOL}{name}": tool.words for name, tool in tool_maps().items()}
    if like not in known:
        raise InputError(f"like: {like} is none of the maps that we ship. {nearest(like, known)}")
    return known[like]


def laid_over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Return one map laid over another: words that hold names are joined name by name.

    A column of the upper map replaces a fixed word of that name in the lower one, and a fixed word a column.
    """
    below = _without(below, "set", above.get("columns", {}))
    below = _without(below, "columns", above.get("set", {}))
    joined = {**below, **above}
    for key in MAPPINGS:
        if isinstance(below.get(key), Mapping) and isinstance(above.get(key), Mapping):
            joined[key] = {**below[key], **above[key]}
    if isinstance(joined.get("values"), Mapping):
        old, new = below.get("values", {}), above.get("values", {})
        joined["values"] = {
            key: {**old[key], **new[key]}
            if isinstance(old.get(key), Mapping) and isinstance(new.get(key), Mapping)
            else value
            for key, value in joined["values"].items()
        }
    return joined


def _without(words: Mapping[str, Any], key: str, names: Iterable[str]) -> Mapping[str, Any]:
    """Return a map without some names of one of its words, such as ``set``."""
    if not isinstance(words.get(key), Mapping):
        return words
    return {**words, key: {ours: theirs for ours, theirs in words[key].items() if ours not in {*names}}}


def sheet_map(name: str, words: Mapping[str, Any]) -> SheetMap:
    """Return the map of an input from its words, ``like`` resolved; without any word it maps nothing."""
    shared = {key: value for key, value in words.items() if key not in ("each", "reviewers", "final")}
    parts = [laid_over(shared, own) for own in words.get("each", ())]
    for reviewer, column in words.get("reviewers", {}).items():
        parts.append(laid_over(shared, {"columns": {"decision": column}, "set": {"reviewer": reviewer}}))
    if "final" in words:
        final = {"columns": {"decision": words["final"]}, "set": {"reviewer": TOGETHER}, "role": CONSENSUS}
        parts.append(laid_over(shared, final))
    return SheetMap(
        name=name,
        sheet=words.get("sheet", ""),
        header=words.get("header", 0),
        at=words.get("at", ""),
        ignore=tuple(words.get("ignore", ())),
        parts=tuple(_part(part) for part in parts or [shared]),
        written=bool(words),
    )


def _part(words: Mapping[str, Any]) -> Part:
    reasons = words.get("reasons", {})
    given = {key: _text(value) for key, value in words.get("set", {}).items()}
    return Part(
        columns={
            ours: _many(theirs) for ours, theirs in words.get("columns", {}).items() if ours not in given
        },
        items=words.get("items", {}),
        given=given,
        values=_meanings(words.get("values", {})),
        blank=tuple(_text(word).casefold() for word in words.get("blank", ())),
        split=_references(words, "split"),
        only=_references(words, "only"),
        left_out=_references(words, "except"),
        reasons=reasons if isinstance(reasons, Mapping) else {column: column for column in reasons},
        others={key: _text(value) for key, value in words.get("others", {}).items()},
        role=words.get("role", VOTES),
    )


def _meanings(values: Mapping[str, Any]) -> dict[str, Words]:
    """Return what words mean: those of decisions and codes under ``""``, those of other columns by name."""
    direct = {_text(theirs): _text(ours) for theirs, ours in values.items() if not isinstance(ours, Mapping)}
    by_column = {
        ours: Words(meaning={_text(a): _text(b) for a, b in meaning.items()})
        for ours, meaning in values.items()
        if isinstance(meaning, Mapping)
    }
    return {"": Words(meaning=direct), **by_column}


def _references(words: Mapping[str, Any], key: str) -> dict[str, Reference]:
    return {theirs: _many(given) for theirs, given in words.get(key, {}).items()}


def _many(value: Any) -> Reference:
    return (
        tuple(map(_text, value))
        if isinstance(value, Sequence) and not isinstance(value, str)
        else (_text(value),)
    )


def _text(value: Any) -> str:
    """Return a word of YAML as it is in a file: a person writes 1 or true and means the text."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
