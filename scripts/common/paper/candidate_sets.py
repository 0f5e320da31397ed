"""Sets of references that may be the included studies: of tables, sentences, sections and marks."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from scripts.common.paper.article import Article, Section
from scripts.common.paper.article_tables import Study, Table
from scripts.common.paper.inclusion_patterns import BAD_TABLE, CUE, GOOD_TABLE, MARKED, STUDY_HEADING, TOOL
from scripts.common.paper.marked_text import without_citations
from scripts.common.paper.stated_counts import MIN_STUDIES, counts_in

BEFORE_TOOL = 60  # characters before a citation in which a tool is named


class Candidate(NamedTuple):
    """A set of references that one rule proposes. ``kind`` is the rule, ``weight`` its strength."""

    kind: str
    place: str
    ref_ids: frozenset[str]
    weight: int


def candidates(article: Article, rows: Sequence[tuple[Table, list[Study]]]) -> list[Candidate]:
    """Return the sets that the rules propose, in the order of the rules."""
    tools = tools_cited(article)
    proposed = [
        *_marks(article),
        *_from_tables(rows),
        *_from_sentences(article),
        *_without_tools(_from_sections(article), tools),
        *_without_tools(_from_blocks(article), tools),
    ]
    return [candidate for candidate in proposed if len(candidate.ref_ids) >= MIN_STUDIES]


def tools_cited(article: Article) -> frozenset[str]:
    """Return the references that are cited only behind words like "scale" or "checklist"."""
    places: dict[str, list[bool]] = defaultdict(list)
    for sentence in article.sentences:
        for citation in sentence.citations:
            before = sentence.text[max(citation.start - BEFORE_TOOL, 0) : citation.start]
            for ref in citation.ref_ids:
                places[ref].append(len(citation.ref_ids) == 1 and bool(TOOL.search(before)))
    return frozenset(ref for ref, found in places.items() if all(found))


def _without_tools(proposed: Iterable[Candidate], tools: frozenset[str]) -> Iterable[Candidate]:
    """Yield each set, and the same set without the tools in it."""
    for candidate in proposed:
        yield candidate
        if candidate.ref_ids & tools:
            place = f"{candidate.place}, without cited tools"
            yield candidate._replace(place=place, ref_ids=candidate.ref_ids - tools)


def _marks(article: Article) -> Iterable[Candidate]:
    """References marked with an asterisk, where the text explains that the mark means included."""
    marked = [
        r.ref_id
        for r in article.references
        if re.match(r"\s*[*†‡•]|\s*\[\*\]", r.label + r.raw) or "*" in r.label
    ]
    near = [
        " ".join("".join(map(str, node.itertext())).split())
        for node in article.root.iter("p", "note", "title", "fn")
    ]
    if marked and len(marked) < len(article.references) and any(MARKED.search(text) for text in near):
        yield Candidate("mark", "reference list", frozenset(marked), 4)


def _from_tables(rows: Sequence[tuple[Table, list[Study]]]) -> Iterable[Candidate]:
    """Studies of each table, and of all tables together that may list studies."""
    together: set[str] = set()
    good: set[str] = set()
    for table, found in rows:
        refs = {ref for study in found for ref in study.ref_ids}
        words = f"{table.label} {table.caption}"
        if not refs or BAD_TABLE.search(table.caption):
            continue
        is_good = bool(GOOD_TABLE.search(table.caption))
        yield Candidate("table", words[:100], frozenset(refs), 3 if is_good else 1)
        together |= refs
        good |= refs if is_good else set()
    yield Candidate("tables together", "all tables of studies", frozenset(together), 2)
    if good and good != together:
        yield Candidate("tables together", "tables of study characteristics", frozenset(good), 2)


def _from_sentences(article: Article) -> Iterable[Candidate]:
    """Works cited in one sentence that says what was included, up to where it turns to exclusions."""
    for sentence in article.sentences:
        if sentence.part in ("results", "methods", "abstract", "") and CUE.search(sentence.text):
            stop = re.search(r"\bexclud", sentence.text)
            end = stop.start() if stop else len(sentence.text)
            refs = {ref for c in sentence.citations if c.start < end for ref in c.ref_ids}
            near = counts_in(without_citations(sentence))
            own = any(count == len(refs) for count, _ in near)
            yield Candidate(
                "sentence", f"{sentence.place}: {sentence.text[:80]}", frozenset(refs), 3 if own else 1
            )


def _from_sections(article: Article) -> Iterable[Candidate]:
    """Works cited in one paragraph or one section (with those inside it) of the results."""
    results = [section for section in article.sections if section.part == "results"]
    for section in results:
        below = [one for one in results if one.path[: len(section.path)] == section.path]
        whole = frozenset(ref for one in below for ref in one.ref_ids)
        yield from _from_section(section, whole)


def _from_section(section: Section, whole: frozenset[str]) -> Iterable[Candidate]:
    """Works of each paragraph, of the first paragraphs, and of the section with and without those below."""
    on_studies = bool(STUDY_HEADING.search(section.path[-1]))
    place = " > ".join(section.path)
    own = frozenset(section.ref_ids)
    weight = 1 if on_studies else 0
    for number, passage in enumerate(section.passages, start=1):
        yield Candidate("paragraph", f"{place}, paragraph {number}", frozenset(passage.ref_ids), weight)
    yield Candidate("section", place, own, 2 * weight)
    if len(section.path) > 1 and whole != own:
        yield Candidate("section", f"{place} and below", whole, weight)
    if on_studies:
        for number in range(2, len(section.passages) + 1):
            first = frozenset(ref for passage in section.passages[:number] for ref in passage.ref_ids)
            if first != own:
                yield Candidate("section", f"{place}, first {number} paragraphs", first, 1)


def _from_blocks(article: Article) -> Iterable[Candidate]:
    """Works that the results cite and nothing before them, all or those with numbers in one row."""
    before: set[str] = set()
    inside: list[str] = []
    for section in article.sections:
        if section.part in ("introduction", "methods"):
            before |= set(section.ref_ids)
        elif section.part == "results":
            inside += section.ref_ids
    everything = frozenset(inside)
    new = everything - before
    yield Candidate("results", "all of the results", everything, 1)
    yield Candidate("block", "cited first in the results", new, 1)
    if article.numbered:
        by_number = {entry.number: entry.ref_id for entry in article.references}
        for run in _longest_runs([article.reference[ref].number for ref in new]):
            refs = frozenset(by_number[number] for number in run)
            yield Candidate("block", f"numbers {run[0]} to {run[-1]}", refs, 1)


def _longest_runs(numbers: Iterable[int]) -> list[list[int]]:
    """Return the two longest runs of numbers that follow each other, the longest first."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return sorted(runs, key=len, reverse=True)[:2]
