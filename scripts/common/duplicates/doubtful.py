"""The pairs that a person may look at: bounded, the most promising first, with the field that decides."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from scripts.common.duplicates.likeness import Bools, compare
from scripts.common.duplicates.rules import MAYBE, RULES, decide
from scripts.common.duplicates.solved import Link, Solved, links_of, sorted_pair

BY_PEOPLE = "a person's verdict"
# Publications that share a DOI, an abstract or a title: of more than these only one pair is shown. The talks
# of a meeting share the DOI of its volume and columns their title: nobody looks at each two of them.
MAX_SHARING = 5


def pairs_for_a_person(solved: Solved, versions: Sequence[int], home: Mapping[str, str]) -> list[Link]:
    """Return doubtful pairs, one for each two clusters: the most alike first, one pair of many sharers last.

    A version (positions of decided pairs) settles its two clusters, and so does a no of a person.
    """
    best: dict[frozenset[str], Link] = {}
    links = _refused_links(solved) + _doubtful_links(solved, versions)
    for link in sorted(links, key=lambda item: (-round(item.score, 1), item.a, item.b)):
        pair = frozenset((home[link.a], home[link.b]))
        if len(pair) == 2:
            best.setdefault(pair, link)
    return _bounded(solved, list(best.values()))


def _refused_links(solved: Solved) -> list[Link]:
    """Return the links of rules that would join two records which are held apart, and which two."""
    ids, first = solved.ids(), solved.number_given()
    refused = [(number - first, x, y) for number, x, y in solved.joined.refused if number >= first]
    links = links_of(solved, [int(solved.order[number]) for number, _, _ in refused])
    return [
        link._replace(
            evidence=f"{link.evidence}; but held apart: {_why_apart(solved, x, y)} ({ids[x]}, {ids[y]})"
        )
        for link, (_, x, y) in zip(links, refused, strict=True)
    ]


def _why_apart(solved: Solved, x: int, y: int) -> str:
    if solved.given.asked.get((min(x, y), max(x, y))) is False:
        return BY_PEOPLE
    if solved.given.earlier[x] >= 0 and solved.given.earlier[y] >= 0:
        return "two clusters of before"
    rule = decide(compare(solved.table, np.array([x]), np.array([y])), solved.matching)
    return RULES[int(rule[0])].why


def most_alike(solved: Solved, which: Bools) -> list[int]:
    """Return of each two clusters the pair that is most alike: a person looks once."""
    chosen = np.flatnonzero(which)
    pairs, scores = solved.decided.pairs, solved.decided.score
    order = chosen[np.lexsort((pairs.b[chosen], pairs.a[chosen], -scores[chosen].round(2)))]
    best: dict[tuple[int, int], int] = {}
    for number in order.tolist():
        best.setdefault(solved.clusters_of(number), number)
    return list(best.values())


def _doubtful_links(solved: Solved, versions: Sequence[int]) -> list[Link]:
    """Return the pairs on which the rules are in doubt and nobody else decided.

    A no of a person on two records answers for all their twins.
    """
    settled = {solved.clusters_of(number) for number in versions}
    for (x, y), same in solved.given.asked.items():
        if not same:
            settled.add(sorted_pair(solved.joined.cluster, x, y))
    doubtful = most_alike(solved, solved.between(MAYBE))
    return links_of(solved, [number for number in doubtful if solved.clusters_of(number) not in settled])


def _bounded(solved: Solved, links: Sequence[Link]) -> list[Link]:
    """Return the links, but of more than ``MAX_SHARING`` clusters that share a field only the first, last."""
    row_of = {name: row for row, name in enumerate(solved.ids())}
    cluster = solved.joined.cluster.tolist()
    groups: dict[tuple[str, int], list[Link]] = defaultdict(list)
    sharing: dict[tuple[str, int], set[int]] = defaultdict(set)
    for number, link in enumerate(links):
        a, b = row_of[link.a], row_of[link.b]
        shared = _shared(solved, a, b) or ("", number)
        groups[shared].append(link)
        sharing[shared] |= {cluster[a], cluster[b]}
    many = {shared for shared, clusters in sharing.items() if len(clusters) > MAX_SHARING}
    few = {id(link) for shared, group in groups.items() if shared not in many for link in group}
    one_of_many = [
        groups[shared][0]._replace(
            evidence=f"{groups[shared][0].evidence}; {len(sharing[shared])} publications share this"
            f" {shared[0]}, of which only these two are listed"
        )
        for shared in groups
        if shared in many
    ]
    return [link for link in links if id(link) in few] + one_of_many


def _shared(solved: Solved, a: int, b: int) -> tuple[str, int] | None:
    """Return the first of DOI, abstract and title that two rows have in common, and its code."""
    keys = solved.table.keys
    for name, column in (("DOI", keys.doi), ("abstract", keys.abstract_code), ("title", keys.title_code)):
        if column[a] > 0 and column[a] == column[b]:
            return name, int(column[a])
    return None
