"""Searches of PubMed that were recorded with its answer: what PubMed searched for, and what it listed."""

import gzip
import html
import json
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from scripts.common.records.pubmed_xml import articles, pmid
from scripts.common.search.citation import Citation, from_article

_TOKENS = re.compile(r"[()]|[^\s()]+")
_BARE = re.compile(r"(?<![\w\"*])([\w-]+)(?=\[All Fields\])")


class Recorded(NamedTuple):
    """One answer: the query with a field after each term, as PubMed read it, the PMIDs, their number."""

    query: str
    pmids: frozenset[str]
    count: int


def read_search(path: Path) -> Recorded:
    """Return a recorded answer of esearch, XML or JSON."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".json":
        answer = json.loads(text)["esearchresult"]
        return Recorded(answer["querytranslation"], frozenset(answer["idlist"]), int(answer["count"]))
    translated = html.unescape(_between("QueryTranslation", text)[0])
    words = dict(zip(_between("From", text), map(html.unescape, _between("To", text)), strict=True))
    query = translated if "[" in translated else _mapped(translated, words)
    return Recorded(
        _BARE.sub(r'"\1"', query), frozenset(_between("Id", text)), int(_between("Count", text)[0])
    )


def _between(name: str, text: str) -> list[str]:
    return re.findall(rf"<{name}>(.*?)</{name}>", text, re.DOTALL)


def _mapped(query: str, words: dict[str, str]) -> str:
    """Return a query that PubMed repeats as it was sent, with each word as PubMed says that it mapped it.

    Words side by side belong together, also where the second is in brackets.
    """
    mapped = {before.casefold(): after for before, after in words.items()}
    out: list[str] = []
    depth: list[bool] = []  # for each open bracket, whether it was opened right after a word
    for token in _grouped(_TOKENS.findall(query)):
        after_word = bool(out) and out[-1] not in ("(", "AND", "OR")
        if token == "(":
            depth.append(after_word)
            if after_word:
                out[-1] = f"({out[-1]} AND"
            out.append("(")
        elif token == ")":
            out.append("))" if depth.pop() else ")")
        elif token in ("AND", "OR"):
            out.append(token)
        else:
            out.append(f"({_run(token.split(), mapped)})")
    return " ".join(out)


def _grouped(tokens: list[str]) -> list[str]:
    """Return brackets, operators, and the words between them as one."""
    text = " ".join(token.upper() if token in ("or", "and") else token for token in tokens)
    return [part.strip() for part in re.split(r"([()]|\bAND\b|\bOR\b)", text) if part.strip()]


def _run(words: list[str], mapped: dict[str, str]) -> str:
    """Return words side by side: the longest that PubMed mapped together first, all joined by AND."""
    found = []
    while words:
        length = next((n for n in range(len(words), 0, -1) if " ".join(words[:n]).casefold() in mapped), 0)
        if length:
            found.append(f"({mapped[' '.join(words[:length]).casefold()]})")
        elif words[0].endswith("*"):
            found.append(f"{words[0]}[All Fields]")
        else:
            found.append(f'"{words[0]}"[All Fields]')
        words = words[length or 1 :]
    return " AND ".join(found)


@cache
def all_records(folder: Path) -> dict[str, list[Citation]]:
    """Return PMID -> each recorded version of that record, from all recorded answers of efetch."""
    found: dict[str, list[Citation]] = {}
    for path in sorted([*folder.glob("records/*"), *folder.glob("exchanges/*.efetch.xml")]):
        opened = gzip.open if path.suffix == ".gz" else open
        with opened(path, "rb") as stream:
            for article in articles(stream, path.name):  # type: ignore[arg-type]
                found.setdefault(pmid(article), []).append(from_article(article))
    return found
