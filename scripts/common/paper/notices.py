"""Retractions and corrections, as far as the paper itself tells: of the review, and of works it lists."""

import re
from collections.abc import Collection, Iterator

from scripts.common.paper.article import Article
from scripts.common.paper.references import Reference
from scripts.common.paper.source import study_name
from scripts.common.paper.xml_text import text_of

KINDS = {  # what is said -> the words that say it
    "retracted": re.compile(r"\bretract(?:ed|ion)\b", re.IGNORECASE),
    "of concern": re.compile(r"\bexpressions? of concern\b", re.IGNORECASE),
    "corrected": re.compile(
        r"\b(?:errat(?:um|a)|corrigend(?:um|a)|(?:published|author) correction|correction (?:to|in))\b",
        re.IGNORECASE,
    ),
}
RELATED = re.compile(r"retract|correct|errat|concern", re.IGNORECASE)
MARKED_TITLE = re.compile(r"^\W*(?:retracted|retraction)(?:\s+article)?\s*[:\])–-]\s*", re.IGNORECASE)
MAX_QUOTE = 160  # characters of a reference that are quoted

Notice = tuple[str, str, str]  # what it is about, where it is printed, what it says


def notices(article: Article, included: Collection[str]) -> list[Notice]:
    """Return what the paper tells of a retraction or correction of itself and of the included studies."""
    return [*_of_review(article), *_of_studies(article, included)]


def _of_review(article: Article) -> Iterator[Notice]:
    for node in article.root.iterfind("front/article-meta/related-article"):
        kind = str(node.get("related-article-type") or "")
        if RELATED.search(kind):
            other = str(node.get("href") or "") or text_of(node)
            yield "review", "front matter", f"{kind.replace('-', ' ')}: {other}".rstrip(": ")


def _of_studies(article: Article, included: Collection[str]) -> Iterator[Notice]:
    for entry in (one for one in article.references if one.ref_id in included):
        if said := _said_of(entry):
            quote = entry.raw if len(entry.raw) <= MAX_QUOTE else entry.raw[:MAX_QUOTE] + " ..."
            name = study_name(article, entry.ref_id)
            yield "included study", f"reference list, {name}", f"the list calls it {said}: {quote}"


def _said_of(entry: Reference) -> str:
    """Return what the list says of a work beside its title: a study about retractions is not retracted."""
    title = MARKED_TITLE.sub("", entry.title)
    beside = entry.raw.replace(title, " ")
    return next((said for said, pattern in KINDS.items() if pattern.search(beside)), "")
