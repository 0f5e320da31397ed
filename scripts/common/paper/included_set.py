"""The included studies of a paper: by tables, sentences, sections, marks and blocks.

No rule is right for every paper, so each proposes a set, the count that the text states judges them, and
what disagrees is written down.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from scripts.common.paper.article import Article
from scripts.common.paper.article_tables import Study, Table, studies, tables
from scripts.common.paper.candidate_sets import Candidate, candidates
from scripts.common.paper.references import order_of
from scripts.common.paper.source import study_name
from scripts.common.paper.stated_counts import StatedCounts, stated_counts

FAMILY = {  # rules of one nature often see the same thing: they do not confirm each other
    "mark": "mark", "table": "table", "tables together": "table", "sentence": "text", "paragraph": "text",
    "section": "text", "results": "block", "block": "block",
}  # fmt: skip
NEARLY = 0.9  # share of references that two sets have in common from which they support each other
STATED_PLAINLY = 4  # points for a set whose size no count is stated more plainly than
STATED = 2  # points for a set whose size is stated at least half as plainly
AGREEMENT = 2  # points for each rule of another nature that gives the set, or nearly
PART_OF_THE_RESULTS = 2  # points that a text loses which lists less than half of the works new in the results
ENOUGH = 4  # points: a stated count that fits, or a table of studies that another rule confirms
GOOD_WEIGHT = (
    3  # weight of a rule that is strong evidence alone: a table of studies, a sentence with its count
)
MAX_NAMES = 10  # studies that one contradiction names


class Support(NamedTuple):
    """What supports one set: the natures of the rules that give it, its best weight, and its points."""

    families: frozenset[str]
    weight: int
    points: int


class Verdict(NamedTuple):
    """The set chosen (perhaps none), how sure it is, and all that led to it or speaks against it."""

    ref_ids: list[str]
    confidence: str
    rule: str
    place: str
    also: list[str]
    stated: int | None
    doubts: list[tuple[str, str, str]]
    candidates: list[tuple[Candidate, int]]


def decide(article: Article) -> Verdict:
    """Choose a set, or none; the stated count and the agreement of rules of different kinds decide."""
    rows = [(table, studies(article, table)) for table in tables(article)]
    proposed = candidates(article, rows)
    counts = stated_counts(article.sentences, len(article.references))
    support = supports(proposed, counts)
    ranked = sorted(proposed, key=lambda one: (-support[one.ref_ids].points, -len(one.ref_ids), -one.weight))
    shown = [(one, support[one.ref_ids].points) for one in ranked]
    top = next((one for one in ranked if convinces(one, support[one.ref_ids], counts)), None)
    if top is None:
        stated = " or ".join(map(str, counts.plainest)) or "no count"
        says = f"the paper does not show which references are the included studies; the text states {stated}"
        return Verdict([], "none", "", "", [], counts.only, [("included", "whole text", says)], shown)
    against = [
        *count_disagrees(top, counts),
        *other_sets_as_large(article, top, shown),
        *doubtful_rows(rows),
    ]
    return Verdict(
        order_of(article.reference, list(top.ref_ids)),
        confidence_in(top, support[top.ref_ids], counts, against),
        top.kind,
        top.place,
        sorted({one.kind for one in proposed if one.ref_ids == top.ref_ids} - {top.kind}),
        counts.only,
        list(dict.fromkeys(against)),
        shown,
    )


def supports(proposed: Sequence[Candidate], counts: StatedCounts) -> dict[frozenset[str], Support]:
    """Return for each set which natures of rules propose it, its best weight, and its points."""
    families: dict[frozenset[str], set[str]] = defaultdict(set)
    weight: Counter[frozenset[str]] = Counter()
    for one in proposed:
        families[one.ref_ids].add(FAMILY[one.kind])
        weight[one.ref_ids] = max(weight[one.ref_ids], one.weight)
    new = next((one.ref_ids for one in proposed if one.kind == "block"), frozenset[str]())
    found = {}
    for refs, own in families.items():
        agreeing = len(own) - 1 or any(
            _nearly_same(refs, other) and families[other] != own for other in families
        )
        # A text that lists a part of what the results cite for the first time does not list all studies.
        is_part = own == {"text"} and 2 * len(refs) < len(new)
        points = weight[refs] + _points_of_size(len(refs), counts)
        points += AGREEMENT * agreeing - PART_OF_THE_RESULTS * is_part
        found[refs] = Support(frozenset(own), weight[refs], points)
    return found


def _points_of_size(size: int, counts: StatedCounts) -> int:
    """Return the points of a set whose size the text states: as plainly as any count, or half as plainly."""
    points = counts.points.get(size, 0)
    if points and points >= counts.most:
        return STATED_PLAINLY
    return STATED if points and 2 * points >= counts.most else 0


def _nearly_same(one: frozenset[str], other: frozenset[str]) -> bool:
    return one != other and len(one & other) >= NEARLY * len(one | other)


def convinces(candidate: Candidate, support: Support, counts: StatedCounts) -> bool:
    """Return whether a set may be given: it has enough points, or is a good table of half the studies."""
    good_table = candidate.kind == "table" and candidate.weight >= GOOD_WEIGHT
    return support.points >= ENOUGH or (
        good_table and 2 * len(candidate.ref_ids) >= max(counts.plainest, default=0)
    )


def count_disagrees(top: Candidate, counts: StatedCounts) -> list[tuple[str, str, str]]:
    """Return the contradiction between the size of the set and the counts that the text states."""
    size, plainest = len(top.ref_ids), counts.plainest
    stated = " or ".join(map(str, plainest))
    if plainest and size not in plainest:
        how_often = " more plainly" if size in counts.points else ""
        return [("included", top.place, f"{size} references found, the text states {stated}{how_often}")]
    if len(plainest) > 1:
        return [("included", top.place, f"{size} references found, the text states {stated} equally plainly")]
    if larger := counts.far_above(size):
        says = f"{size} references found, the text also states {' or '.join(map(str, larger))}"
        return [("included", top.place, says)]
    return []


def other_sets_as_large(
    article: Article, top: Candidate, shown: Sequence[tuple[Candidate, int]]
) -> Iterator[tuple[str, str, str]]:
    """Yield the contradiction of each other set of the same size that convinces by its points too."""
    for other, points in shown:
        if other.ref_ids != top.ref_ids and len(other.ref_ids) == len(top.ref_ids) and points >= ENOUGH:
            differing = order_of(article.reference, list(top.ref_ids ^ other.ref_ids))
            names = "; ".join([study_name(article, ref) for ref in differing][:MAX_NAMES])
            yield "included", other.place, f"another set has as many references, but not the same: {names}"


def doubtful_rows(rows: Sequence[tuple[Table, list[Study]]]) -> list[tuple[str, str, str]]:
    """Return the doubts about rows of tables: a link may lead to another work than the row names."""
    return [
        ("table row", f"row {study.row} of {table.label or table.table_id}", study.doubt)
        for table, found in rows
        for study in found
        if study.doubt
    ]


def confidence_in(
    top: Candidate, support: Support, counts: StatedCounts, against: Sequence[tuple[str, str, str]]
) -> str:
    """Return high, medium or low, from the stated count, the support and what speaks against the set."""
    size = len(top.ref_ids)
    fits = size in counts.plainest and not counts.far_above(size)
    strong = len(support.families) > 1 or support.weight >= GOOD_WEIGHT
    if fits and strong and not any(what == "included" for what, _, _ in against):
        return "high"
    return "medium" if fits and (strong or support.weight) else "low"
