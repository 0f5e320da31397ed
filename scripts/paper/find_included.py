"""Find the included studies of a review in its own text: by tables, sentences, sections, marks and blocks.

No rule is right for every paper, so each proposes a set, the count that the text states judges them, and
what disagrees is written down. A person's corrections win.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from scripts.common.errors import InputError
from scripts.common.files.tables import write_table
from scripts.common.job import job, log
from scripts.common.paper.article import Article
from scripts.common.paper.article_tables import Study, Table, studies, tables
from scripts.common.paper.corrections import CORRECTIONS, Correction, read_corrections
from scripts.common.paper.references import order_of
from scripts.common.paper.sentences import Sentence
from scripts.common.paper.source import find_reference, study_name
from scripts.common.values.identifiers import doi_key
from scripts.common.values.number_words import NUMBER, value_of

if TYPE_CHECKING:
    snakemake: Any

COLUMNS = (
    "study_id", "ref_id", "authors", "year", "title", "journal", "volume", "issue", "pages", "doi", "pmid",
    "confidence", "source", "rule", "also_found_by", "contradiction",
)  # fmt: skip
CANDIDATE_COLUMNS = ("rule", "place", "size", "score", "chosen", "ref_ids")
CONTRADICTION_COLUMNS = ("what", "place", "says")

WORKS = (
    r"(?:stud(?:y|ies)|articles?|papers?|publications?|trials?|RCTs?|reports?|evaluations?|sources?|records?|manuscripts?|"
    r"surveys?|cohorts?|reviews?|works?|texts?|documents?)"
)
TAKEN = r"(?:includ\w+|met|meet\w*|fulfil\w*|satisf\w+|eligible|selected|retained|remain\w*|review\w*|identified|analy[sz]ed|chosen|judged)"
GAP = r"(?:[^\s.;:]+[ ]){0,8}?"
COUNTS = (  # pattern, and how much it says
    (rf"(?P<n>{NUMBER})[ ]{GAP}{WORKS}[ ](?:\([^)]*\)[ ])?(?:[^\s.;]+[ ]){{0,9}}?{TAKEN}", 1),
    (rf"\b(?:includ\w+|inclusion of|sample of|total of|reviewed|comprised|retained|selected|left|yielded|reaching the number of|leaving|resulted in|identified)[ ]{GAP}(?P<n>{NUMBER})[ ]{GAP}{WORKS}\b", 1),
    (rf"(?P<n>{NUMBER})[ ](?:[^\s.;]+[ ]){{0,3}}?(?:included|eligible|selected|reviewed)[ ]{WORKS}", 1),
    (rf"(?P<n>{NUMBER})[ ](?:[^\s.;]+[ ]){{0,4}}?(?:met|fulfilled|satisfied)[ ](?:[^\s.;]+[ ]){{0,4}}?criteria", 1),
    (rf"\b{WORKS}[ ](?:[^\s.;]+[ ]){{0,4}}?includ\w+[^.;]{{0,30}}\(n ?= ?(?P<n>\d+)\)", 1),
)  # fmt: skip
FINAL = re.compile(
    r"\b(?:final\w*|ultimately|eventually|in the end|a total of|in total|altogether|overall|included in (?:the|this|our))\b",
    re.IGNORECASE,
)
NOT_FINAL = re.compile(
    r"\b(?:exclud\w+|duplicat\w+|screen\w+|full[- ]texts?|abstracts?|databases?|hand[- ]search\w*|not includ\w+|initial\w*)\b",
    re.IGNORECASE,
)
CUE = re.compile(
    rf"\b(?:includ(?:ed|es?|ing)|met|fulfil\w*|satisf\w+|eligible|retained|identified|specifically addressed)\b.*\b{WORKS}\b|\b{WORKS}\b.*\b(?:includ(?:ed|ing)|met|fulfil\w*|eligible|identified|specifically addressed)\b",
    re.IGNORECASE,
)
STUDY_HEADING = re.compile(
    r"characteristic|descripti|included|details of|stud(?:y|ies) (?:details|selection|identified)|search results|results of (?:the )?(?:search|systematic|literature)|overview|selection|retrieved|sample",
    re.IGNORECASE,
)
GOOD_TABLE = re.compile(
    r"(?:characteristic|summar|overview|descripti|details?|features?|profile|design|list|main|included|reviewed|data extraction).*(?:stud|trial|article|paper|includ|literature|evaluation|review|evidence|publication|data)"
    r"|(?:stud(?:y|ies)|trials?|articles?|papers?|literature|evaluations?).*(?:characteristic|summar|overview|includ|descripti|design|details?)",
    re.IGNORECASE,
)
BAD_TABLE = re.compile(
    r"search (?:term|strateg|string)|criteria|quality|risk of bias|\bGRADE\b|checklist|exclu|definition|instrument|apprais|jadad|abbreviation|per database|definitions?|glossary|guideline|tool\b",
    re.IGNORECASE,
)
MARKED = re.compile(r"(?:asterisk|\*|†|‡|•)[^.]{0,120}(?:includ|review|meta-analy|systematic)", re.IGNORECASE)
FAMILY = {  # rules of one nature often see the same thing: they do not confirm each other
    "mark": "mark", "table": "table", "tables together": "table", "sentence": "text", "paragraph": "text",
    "section": "text", "results": "block", "block": "block",
}  # fmt: skip
NEARLY = 0.9  # share of references that two sets have in common from which they support each other
ENOUGH = 4  # points: a stated count that fits, or a table of studies that another rule confirms
MIN_STUDIES = 2  # a set of one is no set


class Candidate(NamedTuple):
    """A set of references that one rule proposes. ``kind`` tells rules of different nature apart."""

    kind: str
    place: str
    ref_ids: frozenset[str]
    weight: int


class Verdict(NamedTuple):
    """The set taken (perhaps none), how sure it is, and all that led to it or speaks against it."""

    ref_ids: list[str]
    confidence: str
    rule: str
    place: str
    also: list[str]
    stated: int
    contradictions: list[tuple[str, str, str]]
    candidates: list[tuple[Candidate, int]]


def stated_counts(sentences: Iterable[Sentence], most: int) -> dict[int, int]:
    """Return count -> points: how often, and how plainly, the text says that so many were included."""
    points: Counter[int] = Counter()
    for sentence in sentences:
        if sentence.part not in ("abstract", "methods", "results", ""):
            continue
        for count, weight in counts_in(sentence.text):
            if MIN_STUDIES <= count <= most:
                points[count] += weight
    return dict(points)


def counts_in(text: str) -> list[tuple[int, int]]:
    """Return the counts of included works that one sentence states, with points."""
    found: dict[int, int] = {}
    for pattern, weight in COUNTS:
        for match in re.finditer(pattern, text, flags=re.IGNORECASE):
            words = match[0]
            if re.search(r"\b(?:exclud\w+|not (?:be )?includ\w+|duplicat\w+)\b", words):
                continue
            count = value_of(match["n"])
            if re.fullmatch(r"(?:19|20)\d\d", match["n"]):
                continue
            points = weight
            if re.search(r"includ|criteria|final|eligible", words, flags=re.IGNORECASE):
                points += 1
            before = text[max(0, match.start() - 60) : match.start()]
            if (
                FINAL.search(before)
                or FINAL.search(words)
                or FINAL.search(text[match.end() : match.end() + 50])
            ):
                points += 2
            if NOT_FINAL.search(words):
                points -= 1
            found[count] = max(found.get(count, 0), points)
    return [(count, points) for count, points in found.items() if points > 0]


def candidates(article: Article, rows: Sequence[tuple[Table, list[Study]]]) -> list[Candidate]:
    """Return the sets that the rules propose, in the order of the rules."""
    return [
        candidate
        for rule in (_marks, lambda a: _from_tables(a, rows), _from_sentences, _from_sections, _from_blocks)
        for candidate in rule(article)
        if len(candidate.ref_ids) >= MIN_STUDIES
    ]


def _marks(article: Article) -> Iterable[Candidate]:
    """References marked with an asterisk, where the text says that such a mark means included."""
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


def _from_tables(article: Article, rows: Sequence[tuple[Table, list[Study]]]) -> Iterable[Candidate]:
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
            near = counts_in(sentence.text)
            own = any(count == len(refs) for count, _ in near)
            yield Candidate(
                "sentence", f"{sentence.place}: {sentence.text[:80]}", frozenset(refs), 3 if own else 1
            )


def _from_sections(article: Article) -> Iterable[Candidate]:
    """Works cited in one paragraph or one section (with those inside it) of the results."""
    results = [section for section in article.sections if section.part == "results"]
    for section in results:
        cue = bool(STUDY_HEADING.search(section.path[-1]))
        inside = [one for one in results if one.path[: len(section.path)] == section.path]
        own = frozenset(section.ref_ids)
        whole = frozenset(ref for one in inside for ref in one.ref_ids)
        place = " > ".join(section.path)
        for number, passage in enumerate(section.passages, start=1):
            yield Candidate(
                "paragraph", f"{place}, paragraph {number}", frozenset(passage.ref_ids), 1 if cue else 0
            )
        yield Candidate("section", place, own, 2 if cue else 0)
        if len(section.path) > 1 and whole != own:
            yield Candidate("section", f"{place} and below", whole, 1 if cue else 0)
        for number in range(2, len(section.passages) + 1):
            start = {ref for passage in section.passages[:number] for ref in passage.ref_ids}
            if cue and frozenset(start) != own:
                yield Candidate("section", f"{place}, first {number} paragraphs", frozenset(start), 1)


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
        numbers = sorted(article.reference[ref].number for ref in new)
        runs: list[list[int]] = []
        for number in numbers:
            if runs and number == runs[-1][-1] + 1:
                runs[-1].append(number)
            else:
                runs.append([number])
        by_number = {entry.number: entry.ref_id for entry in article.references}
        for run in sorted(runs, key=len, reverse=True)[:2]:
            yield Candidate(
                "block", f"numbers {run[0]} to {run[-1]}", frozenset(by_number[number] for number in run), 1
            )


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return one != other and len(one & other) >= NEARLY * len(one | other)


def decide(article: Article) -> Verdict:
    """Choose a set, or none; the stated count and the agreement of rules of different kinds decide."""
    rows = [(table, studies(article, table)) for table in tables(article)]
    proposed = candidates(article, rows)
    counts = stated_counts(article.sentences, max(len(article.references), 2) * 10)
    best = max(counts.values(), default=0)
    plain = sorted(count for count, points in counts.items() if points == best)
    kinds: dict[frozenset[str], set[str]] = defaultdict(set)
    weight: Counter[frozenset[str]] = Counter()
    for one in proposed:
        kinds[one.ref_ids].add(FAMILY[one.kind])
        weight[one.ref_ids] = max(weight[one.ref_ids], one.weight)
    new = next((one.ref_ids for one in proposed if one.kind == "block"), frozenset[str]())
    scores: dict[frozenset[str], int] = {}
    for refs in kinds:
        points = counts.get(len(refs), 0)
        fits = 4 if points and points >= 0.99 * best else 2 if points and 2 * points >= best else 0
        agree = len(kinds[refs]) - 1 or any(
            _alike(refs, other) and kinds[other] != kinds[refs] for other in kinds
        )
        few = kinds[refs] == {"text"} and 2 * len(refs) < len(new)  # a part of the results, not all studies
        scores[refs] = weight[refs] + fits + 2 * agree - 2 * few
    ranked = sorted(proposed, key=lambda one: (-scores[one.ref_ids], -len(one.ref_ids), -one.weight))
    table_says = [
        (f"row {study.row} of {table.label or table.table_id}", study.doubt)
        for table, found in rows
        for study in found
        if study.doubt
    ]
    shown = [(one, scores[one.ref_ids]) for one in ranked]
    stated = plain[0] if len(plain) == 1 else 0
    told = [
        one
        for one in ranked
        if scores[one.ref_ids] >= ENOUGH
        or (
            one.kind == "table" and one.weight >= ENOUGH - 1 and 2 * len(one.ref_ids) >= max(plain, default=0)
        )
    ]
    if not told:
        says = f"no set of references can be told to be the included studies; the text states {stated or 'no count'}"
        return Verdict([], "none", "", "", [], stated, [("included", "whole text", says)], shown)
    top = told[0]
    contradictions: list[tuple[str, str, str]] = []
    if counts and len(top.ref_ids) not in counts:
        contradictions.append(
            (
                "included",
                top.place,
                f"{len(top.ref_ids)} references found, the text states {' or '.join(map(str, plain))}",
            )
        )
    elif len(top.ref_ids) not in plain and plain:
        contradictions.append(
            (
                "included",
                top.place,
                f"{len(top.ref_ids)} references found, the text states {' or '.join(map(str, plain))} more often",
            )
        )
    for other, score in shown:
        if other.ref_ids != top.ref_ids and len(other.ref_ids) == len(top.ref_ids) and score >= ENOUGH:
            differ = [
                study_name(article, ref)
                for ref in order_of(article.reference, list(top.ref_ids ^ other.ref_ids))
            ]
            contradictions.append(
                ("included", other.place, f"as many, but not the same references: {'; '.join(differ[:10])}")
            )
    contradictions += [("table row", place, says) for place, says in table_says]
    fits = len(top.ref_ids) in plain
    strong = len(kinds[top.ref_ids]) > 1 or weight[top.ref_ids] >= 3
    serious = any(what == "included" for what, _, _ in contradictions)
    if fits and strong and not serious:
        confidence = "high"
    else:
        confidence = "medium" if fits and (strong or weight[top.ref_ids]) else "low"
    also = sorted({one.kind for one in proposed if one.ref_ids == top.ref_ids} - {top.kind})
    return Verdict(
        order_of(article.reference, list(top.ref_ids)), confidence, top.kind, top.place, also, stated,
        list(dict.fromkeys(contradictions)), shown,
    )  # fmt: skip


def included_rows(
    article: Article, verdict: Verdict, corrections: Sequence[Correction]
) -> list[dict[str, str]]:
    """Return the rows of included.csv; a person's yes adds a study, a person's no takes one away."""
    said: dict[str, Correction] = {}
    for one in corrections:
        ref = find_reference(article, one.item)
        if not ref:
            raise InputError(
                f"{CORRECTIONS} line {one.line}: {one.item!r} is no reference of {article.name}."
                " Write its printed number or its ref_id."
            )
        said[ref] = one
    kept = {ref for ref in verdict.ref_ids if ref not in said or said[ref].value == "yes"}
    kept |= {ref for ref, one in said.items() if one.value == "yes"}
    serious = "; ".join(says for what, _, says in verdict.contradictions if what == "included")
    rows = []
    for ref in order_of(article.reference, list(kept)):
        entry, person = article.reference[ref], said.get(ref)
        rows.append(
            {
                "study_id": study_name(article, ref),
                **{name: getattr(entry, name) for name in COLUMNS[1 : COLUMNS.index("confidence")]},
                "confidence": "confirmed" if person else verdict.confidence,
                "source": f"{article.name}: {verdict.place}"
                if not person
                else f"{CORRECTIONS}: {person.reason}",
                "rule": "correction" if person else verdict.rule,
                "also_found_by": "; ".join(verdict.also),
                "contradiction": "" if person else serious,
            }
        )
    return rows


def checked(article: Article, verdict: Verdict, number: int, doi: str) -> list[tuple[str, str, str]]:
    """Return the contradictions, with those of the whole: another article, and the count after corrections."""
    found = list(verdict.contradictions)
    own = doi_key(article.identifier("doi"))
    if doi and own and own != doi_key(doi):
        found.append(
            ("paper", article.name, f"its DOI is {own}, that of the review is {doi_key(doi)} (review.doi)")
        )
    if verdict.stated and verdict.stated != number and not any(what == "included" for what, _, _ in found):
        found.append(("included", "corrected list", f"{number} studies, the text states {verdict.stated}"))
    return found


def main(
    *, paper: str, corrections: str | None, doi: str, included: str, candidates_csv: str, contradictions: str
) -> None:
    """Write the included studies as proposed, all that was proposed, and what speaks against it."""
    article = Article.read(paper)
    verdict = decide(article)
    rows = included_rows(article, verdict, read_corrections(corrections, "included"))
    against = checked(article, verdict, len(rows), doi)
    write_table(rows, included, COLUMNS)
    write_table(
        [
            {
                "rule": one.kind, "place": one.place, "size": len(one.ref_ids), "score": score,
                "chosen": "yes" if list(order_of(article.reference, list(one.ref_ids))) == verdict.ref_ids else "no",
                "ref_ids": " ".join(order_of(article.reference, list(one.ref_ids))),
            }
            for one, score in verdict.candidates
        ],
        candidates_csv,
        CANDIDATE_COLUMNS,
    )  # fmt: skip
    write_table(
        [dict(zip(CONTRADICTION_COLUMNS, one, strict=True)) for one in against],
        contradictions,
        CONTRADICTION_COLUMNS,
    )
    for what, place, says in against:
        if what != "table row":
            log.warning("%s: %s: %s", paper, place, says)
    log.info("%d included studies (%s), %d contradictions", len(rows), verdict.confidence, len(against))


if __name__ == "__main__":
    with job(snakemake):
        main(
            paper=snakemake.input.paper,
            corrections=snakemake.input.get("corrections"),
            doi=snakemake.params.doi,
            included=snakemake.output.included,
            candidates_csv=snakemake.output.candidates,
            contradictions=snakemake.output.contradictions,
        )
