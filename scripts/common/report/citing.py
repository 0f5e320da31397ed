"""How the review and its report are cited: as text and as BibTeX."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import yaml

from scripts.common.review.settings import Review
from scripts.common.values.words import fold

# "Walsh L, Hyett N, Li C. Journal 2022": names as NLM writes them, up to the first full stop.
NAME = r"[^\W\d_][\w'’ -]*? [A-Z]{1,4}"
NAMES = re.compile(rf"({NAME}(?:, {NAME})*)(, et al)?\.\s")

TEX = {sign: f"\\{sign}" for sign in "{}$&#%_"} | {
    "\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip


class Workflow(NamedTuple):
    """The program that made the report, as its CITATION.cff describes it."""

    title: str
    version: str
    authors: str


def about(citation_cff: Path) -> Workflow:
    """Return title, version and authors of the workflow."""
    read = yaml.safe_load(citation_cff.read_text(encoding="utf-8"))
    names = [
        one["name"] if "name" in one else f"{one['family-names']}, {one['given-names']}"
        for one in read["authors"]
    ]
    return Workflow(str(read["title"]), str(read["version"]), " and ".join(names))


def authors_in(citation: str) -> list[str]:
    """Return the authors that a citation begins with, "Walsh, L" each; none where it begins otherwise.

    >>> authors_in("Walsh L, Li C, et al. Int J 2022;19:1")
    ['Walsh, L', 'Li, C', 'others']
    """
    found = NAMES.match(citation)
    if not found:
        return []
    names = [", ".join(name.rsplit(" ", 1)) for name in found[1].split(", ")]
    return [*names, *(["others"] if found[2] else [])]


def year_in(citation: str) -> str:
    """Return the one year that a citation names; nothing where it names none or several."""
    years = set(re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", citation))
    return years.pop() if len(years) == 1 else ""


def bibtex(kind: str, key: str, fields: Mapping[str, str]) -> str:
    """Return an entry; fields that are empty are left out, signs that TeX reads are written as text."""
    lines = [f"  {name} = {{{_for_tex(name, text)}}}" for name, text in fields.items() if text]
    return f"@{kind}{{{re.sub(r'[^a-z0-9]+', '', fold(key))},\n" + ",\n".join(lines) + "\n}"


def _for_tex(name: str, text: str) -> str:
    """Return a text with the signs that TeX reads as commands written as text; addresses stay as they are."""
    if name in ("doi", "url"):
        return text
    plain = "".join(TEX.get(sign, sign) for sign in text)
    return f"{{{plain}}}" if name in ("title", "organization") else plain  # kept as one


def bibtex_of_review(review: Review) -> str:
    """Return the entry of the published review, with what its settings say; nothing is guessed."""
    return bibtex(
        "article",
        review.name,
        {
            "author": " and ".join(authors_in(review.citation)),
            "title": review.title,
            "year": year_in(review.citation),
            "doi": review.doi or "",
            "note": review.citation,
        },
    )


def bibtex_of_report(review: Review, made_by: Workflow, last_input: str) -> str:
    """Return the entry of the report: the program that made it, its version, the day of the latest input."""
    day = f", from inputs up to {last_input}" if last_input else ""
    return bibtex(
        "misc",
        f"{review.name} re-executed",
        {
            "author" if "," in made_by.authors else "organization": made_by.authors,
            "title": f"{review.name}, re-executed: report",
            "year": last_input[:4],
            "note": f"Made by “{made_by.title}”, version {made_by.version}{day}",
        },
    )


def text_of_review(review: Review) -> str:
    """Return the published review as a reference in one line."""
    parts = (review.title, review.citation, f"https://doi.org/{review.doi}" if review.doi else "")
    return ". ".join(part.rstrip(".") for part in parts if part)


def text_of_report(review: Review, made_by: Workflow, last_input: str) -> str:
    """Return the report as a reference in one line: the program, its version, the day of the latest input."""
    day = f", from inputs up to {last_input}" if last_input else ""
    return (
        f"{made_by.authors}. {review.name}, re-executed: report. Made by “{made_by.title}”, version"
        f" {made_by.version}{day}."
    )


def cited(review: Review, made_by: Workflow, last_input: str) -> dict[str, dict[str, str]]:
    """Return review and report -> each as a text and as a BibTeX entry."""
    return {
        "review": {"text": text_of_review(review), "bibtex": bibtex_of_review(review)},
        "report": {
            "text": text_of_report(review, made_by, last_input),
            "bibtex": bibtex_of_report(review, made_by, last_input),
        },
    }


def days_of(inputs: Iterable[Mapping[str, str]]) -> list[str]:
    """Return the days of the inputs, the earliest first."""
    return sorted({row["date"] for row in inputs if re.fullmatch(r"\d{4}-\d\d-\d\d", row["date"])})
