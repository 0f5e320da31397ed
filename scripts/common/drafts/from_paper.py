"""What a review folder takes from the paper: its names, search, codes, studies and flow, all as drafts."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from lxml import etree

from scripts.common.paper.article import Article, Section
from scripts.common.paper.places import place_of, place_of_heading
from scripts.common.paper.printed import Printed
from scripts.common.paper.xml_text import clean, text_of
from scripts.common.values.identifiers import doi_key
from scripts.common.values.words import fold

MAX_ID = 48  # letters of an id that is made from a heading
MAX_AUTHORS = 6  # named in a citation; then "et al"
BOX_OF = {  # stage of the flow in sentences -> box of PRISMA 2020
    "identified": "database_results", "duplicates_removed": "duplicates", "screened": "records_screened",
    "excluded_title_abstract": "records_excluded", "sought_for_retrieval": "dbr_sought_reports",
    "full_text_assessed": "dbr_assessed", "excluded_full_text": "dbr_excluded", "included": "new_studies",
}  # fmt: skip
NO_THEME = re.compile(  # headings of the results that say how the review went, or describe its studies
    r"search|selection|screening|flow|included stud|study inclusion|characteristic|descripti|overview|quality"
    r"|risk of bias|bias|heterogene|sensitivity|meta-?regression|publication (?:bias|year)|apprais|general"
    r"|study design|demographic|limitation|summary|^results?$|^findings?$",
    re.IGNORECASE,
)


PROTOCOL = re.compile(r"\bprotocol\b", re.IGNORECASE)
REVIEW = re.compile(r"review|meta-?\s?analys|overview|synthes|\bmap(?:ping)?\b|guideline", re.IGNORECASE)


class DraftCode(NamedTuple):
    """A code of the drafted codebook; ``parent`` is its id, ``""`` for a category."""

    id: str
    parent: str
    label: str
    place: str


def doubts_of_kind(article: Article) -> Iterator[str]:
    """Yield a line where a paper may be no finished review: what it prints is then about something else."""
    kind = article.root.get("article-type") or ""
    if PROTOCOL.search(f"{article.title} {kind}"):
        yield "the paper calls itself a protocol: few of its numbers are results"
    elif not REVIEW.search(" ".join((article.title, kind, *(one.text for one in article.abstract)))):
        yield "neither title nor abstract calls the paper a review: its numbers may be of something else"


def review_of(article: Article) -> dict[str, Any]:
    """Return the settings ``review`` of a paper: what it does not say is null."""
    meta = article.root.find("front/article-meta")
    people = _authors(meta)
    year = _year(meta)
    first = text_of(meta.find(".//contrib//surname")) if people and meta is not None else ""
    title = article.title or article.name
    name = f"{first}{' et al.' if len(people) > 1 else ''} {year}".strip() or title
    doi, pmid = doi_key(article.identifier("doi")), article.identifier("pmid")
    return {
        "name": name,
        "title": title,
        "citation": _citation(meta, people, title, year),
        "doi": doi if re.match(r"10\.\d{4,9}/\S+$", doi) else None,
        "pmid": int(pmid) if pmid.isdigit() and int(pmid) else None,
    }


def _authors(meta: etree._Element | None) -> list[str]:
    """Return the authors as "Walsh L", in their order."""
    if meta is None:
        return []
    found = []
    for node in meta.iterfind("contrib-group/contrib"):
        if node.get("contrib-type") not in (None, "author"):
            continue
        given = "".join(word[0] for word in text_of(node.find(".//given-names")).split() if word[0].isalpha())
        family = text_of(node.find(".//surname")) or text_of(node.find(".//collab"))
        if family:
            found.append(f"{family} {given}".strip())
    return found


def _year(meta: etree._Element | None) -> str:
    years = [] if meta is None else [text_of(node) for node in meta.iterfind("pub-date/year")]
    return min((year for year in years if re.fullmatch(r"(?:19|20)\d\d", year)), default="")


def _citation(meta: etree._Element | None, people: Sequence[str], title: str, year: str) -> str:
    """Return the reference in one line, of what the paper says of itself."""
    authors = ", ".join([*people[:MAX_AUTHORS], *(["et al"] if len(people) > MAX_AUTHORS else [])])
    if meta is None:
        return title
    front = meta.getparent()
    journal = "" if front is None else text_of(front.find("journal-meta//journal-title"))
    volume, issue = text_of(meta.find("volume")), text_of(meta.find("issue"))
    pages = text_of(meta.find("elocation-id")) or "-".join(
        filter(None, (text_of(meta.find("fpage")), text_of(meta.find("lpage"))))
    )
    place = f"{year};{volume}{f'({issue})' if issue else ''}{f':{pages}' if pages else ''}".strip(";")
    return clean(". ".join(filter(None, (authors, title.rstrip("."), f"{journal} {place}".strip()))))


def codes_of(article: Article, included: Sequence[str]) -> list[DraftCode]:
    """Return a code for each heading under which included studies are cited, and for those above it.

    Headings that say how the review went or describe its studies are no themes, nor is that of the results.
    """
    wanted = set(included)
    carrying = {section.path for section in article.sections if _is_theme(section, wanted)}
    titles = {section.path: section for section in article.sections}
    found: dict[tuple[str, ...], DraftCode] = {}
    for section in article.sections:
        inside = any(path[: len(section.path)] == section.path for path in carrying)
        if section.path and inside and not NO_THEME.search(section.title):
            parent = next(
                (found[path].id for path in _above(section.path) if path in found and path in titles), ""
            )
            taken = {code.id for code in found.values()}
            found[section.path] = DraftCode(
                identity(section.title, taken), parent, section.title, place_of_heading(section.path[-1])
            )
    return list(found.values())


def _is_theme(section: Section, included: set[str]) -> bool:
    return (
        section.part == "results"
        and bool(section.title)
        and not NO_THEME.search(section.title)
        and bool(included.intersection(section.ref_ids))
    )


def _above(path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    return (path[:length] for length in range(len(path) - 1, 0, -1))


def identity(title: str, taken: set[str]) -> str:
    """Return an id made from a name that no other code has: letters, digits and underscores."""
    letters = re.sub(r"[^a-z0-9]+", "_", fold(title)).strip("_")[:MAX_ID].strip("_")
    own = letters if re.match(r"[a-z]", letters) else f"theme_{letters}".strip("_")
    number = 2
    name = own
    while name in taken:
        name, number = f"{own}_{number}", number + 1
    return name


def flow_rows(found: Sequence[Printed]) -> list[dict[str, str]]:
    """Return the rows of a published flow: the chosen value of each stage that is a box of PRISMA 2020."""
    rows: dict[str, dict[str, str]] = {}
    for one in found:
        box = BOX_OF.get(one.name) if one.kind == "flow" and one.chosen == "yes" else None
        if box and box not in rows:
            rows[box] = {
                "box": box, "count": one.value, "place": place_of(one.sentence), "confidence": "inferred",
                "source": "drafted from the paper; not confirmed",
            }  # fmt: skip
    return list(rows.values())


def search_day(found: Sequence[Printed]) -> str:
    """Return the last day of the search, ``""`` where no whole day is printed or two sentences differ."""
    days = {one.value for one in found if one.kind == "search_date" and len(one.value) == len("2022-08-16")}
    return days.pop() if len(days) == 1 else ""


def databases(found: Sequence[Printed]) -> list[str]:
    """Return the databases, platforms and registries that the paper names as searched."""
    return [one.value for one in found if one.kind == "database"]
