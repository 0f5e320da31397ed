"""From the keys of all records to clusters: block, compare, decide, join; and what a person may look at."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scripts.common.duplicates.blocking import candidate_pairs
from scripts.common.duplicates.clustering import HeldApart, Joined, groups, join
from scripts.common.duplicates.columns import Ints, Table
from scripts.common.duplicates.identical import first_of_identical
from scripts.common.duplicates.likeness import Bools, Pairs, compare, worth_comparing
from scripts.common.duplicates.rules import (
    APART,
    DUPLICATE,
    FIRST_WEAK,
    MAYBE,
    NAMES,
    RULES,
    VERSION,
    decide,
    in_words,
    score,
    with_verdict,
)
from scripts.common.duplicates.verdicts import VERDICTS
from scripts.common.errors import InputError
from scripts.common.job import log
from scripts.common.review.settings import Matching

AT_ONCE = 500_000  # pairs compared at once: what bounds the memory
BY_PEOPLE = "a person's verdict"
BY_EARLIER_RUN = "one cluster in the clusters of before"

Verdicts = dict[frozenset[str], bool]  # two record_ids -> whether a person calls them one publication


class Link(NamedTuple):
    """Two records, by which rule they are linked, how alike they are (0 to 100), and why in words."""

    a: str
    b: str
    rule: str
    score: float
    evidence: str


class Found(NamedTuple):
    """The cluster of each record (its smallest record_id), the links, and what a person may look at."""

    home: dict[str, str]
    links: list[Link]
    versions: list[Link]
    maybe: list[Link]


class Decided(NamedTuple):
    """Pairs on which a rule decided, the position of the rule, the score."""

    pairs: Pairs
    rule: NDArray[np.int8]
    score: NDArray[np.float32]


class Given(NamedTuple):
    """What is not left to the rules, in rows of the table.

    ``asked`` holds the verdicts of people on pairs (the smaller row first), ``earlier`` the number of the
    cluster of an earlier run for each row, -1 for none.
    """

    asked: dict[tuple[int, int], bool]
    earlier: Ints

    def yes(self) -> list[tuple[int, int]]:
        """Return the pairs that people joined."""
        return sorted(pair for pair, same in self.asked.items() if same)

    def no(self) -> dict[int, set[int]]:
        """Return for each row those from which people hold it apart."""
        apart: dict[int, set[int]] = defaultdict(set)
        for (x, y), same in self.asked.items():
            if not same:
                apart[x].add(y)
                apart[y].add(x)
        return apart

    def chain(self) -> list[tuple[int, int]]:
        """Return links that hold the earlier clusters together: each row with the first of its cluster."""
        first: dict[int, int] = {}
        return [
            (first[cluster], row)
            for row, cluster in enumerate(self.earlier.tolist())
            if cluster >= 0 and first.setdefault(cluster, row) != row
        ]


class Solved(NamedTuple):
    """All that is known when the clusters are made; ``order`` are the decided pairs that were to join."""

    table: Table
    matching: Matching
    given: Given
    decided: Decided
    order: Ints
    joined: Joined

    def ids(self) -> list[str]:
        """Return the record_id of each row."""
        ids: list[str] = self.table.keys.record_id.tolist()
        return ids

    def number_given(self) -> int:
        """Return how many links come before those of the rules."""
        return len(self.given.yes()) + len(self.given.chain())

    def between(self, verdict: str) -> Bools:
        """Return which decided pairs have this verdict and lie in two clusters."""
        cluster, pairs = self.joined.cluster, self.decided.pairs
        two: Bools = cluster[pairs.a] != cluster[pairs.b]
        return two & with_verdict(self.decided.rule, verdict, self.matching)

    def clusters_of(self, number: int) -> tuple[int, int]:
        """Return the clusters of a decided pair, the smaller first."""
        pairs = self.decided.pairs
        return _sorted_pair(self.joined.cluster, int(pairs.a[number]), int(pairs.b[number]))


def _sorted_pair(cluster: Ints, x: int, y: int) -> tuple[int, int]:
    one, two = int(cluster[x]), int(cluster[y])
    return min(one, two), max(one, two)


def find(
    table: Table,
    matching: Matching,
    verdicts: Verdicts | None = None,
    before: Mapping[str, str] | None = None,
    threads: int = 1,
) -> Found:
    """Return clusters, links, versions and doubtful pairs of a table of keys.

    ``verdicts`` of people win over every rule. ``before`` maps records to their clusters of an earlier
    run: these clusters stay as they are, but for new records that join them. Records that are identical in
    all fields are one, and only the first of them is compared with others.
    """
    verdicts, before = verdicts or {}, before or {}
    check_consistent(verdicts)
    named = {name for pair in verdicts for name in pair} | set(before)
    first = first_of_identical(table, matching, named)
    alone = first == np.arange(len(table))
    if alone.all():
        return _find_among_different(table, matching, verdicts, before, threads)
    found = _find_among_different(table.take(np.flatnonzero(alone)), matching, verdicts, before, threads)
    return _with_identical(found, table, first, matching)


def _with_identical(found: Found, table: Table, first: Ints, matching: Matching) -> Found:
    """Return what was found among different records, and the records that are identical to one of them."""
    ids = table.keys.record_id.tolist()
    home = {name: found.home[ids[row]] for name, row in zip(ids, first.tolist(), strict=True)}
    followers = np.flatnonzero(first != np.arange(len(table)))
    pairs = compare(table, first[followers], followers)
    twins = Decided(pairs, decide(pairs, matching), score(pairs))
    return found._replace(home=home, links=found.links + _in_words(ids, twins, np.arange(len(followers))))


def _find_among_different(
    table: Table, matching: Matching, verdicts: Verdicts, before: Mapping[str, str], threads: int
) -> Found:
    """Return what ``find`` does, each row compared with each other that shares a block."""
    given = _in_rows(table, verdicts, before)
    decided = _left_to_rules(decide_all(table, matching, threads), given)
    order = _strongest_first(decided, table.keys.content, matching)
    links = [*given.yes(), *given.chain()]
    a = np.array([x for x, _ in links] + decided.pairs.a[order].tolist(), dtype=np.int64)
    b = np.array([y for _, y in links] + decided.pairs.b[order].tolist(), dtype=np.int64)
    apart = _hold_apart(table, matching, given.earlier, threads)
    weak = len(links) + int(np.searchsorted(decided.rule[order], NAMES.index(FIRST_WEAK)))
    joined = join(len(table), a, b, len(given.yes()), weak, apart, given.no())
    if joined.uncompared:
        log.warning(
            "%d pairs inside very large clusters were not compared with each other", joined.uncompared
        )
    solved = Solved(table, matching, given, decided, order, joined)
    ids = solved.ids()
    home = {name: ids[row] for name, row in zip(ids, joined.cluster.tolist(), strict=True)}
    versions = _most_alike(solved, solved.between(VERSION))
    return Found(
        home,
        _used_links(solved),
        _earlier_record_first(solved, versions),
        _one_for_two_clusters(_refused_links(solved) + _doubtful_links(solved, versions), home),
    )


def check_consistent(verdicts: Verdicts) -> None:
    """Stop where people say over several lines that two records are one, and in another that they are not."""
    by_name = sorted((tuple(sorted(pair)), same) for pair, same in verdicts.items())
    row = {name: number for number, name in enumerate(sorted({name for pair in verdicts for name in pair}))}
    yes = [pair for pair, same in by_name if same]
    no = [pair for pair, same in by_name if not same]
    for number, (a, b) in enumerate(yes, start=1):
        home, _ = groups(len(row), [row[x] for x, _ in yes[:number]], [row[y] for _, y in yes[:number]])
        for c, d in no:
            if home[row[c]] == home[row[d]]:
                raise InputError(
                    f"{VERDICTS}: {a} and {b} are said to be one, but a person's verdict on {c}, {d} says no."
                    " Correct one line."
                )


def _in_rows(table: Table, verdicts: Verdicts, before: Mapping[str, str]) -> Given:
    """Return verdicts and earlier clusters in rows of the table instead of record_ids."""
    ids = table.keys.record_id.tolist()
    row_of = {name: row for row, name in enumerate(ids)}
    asked = {}
    for pair, same in verdicts.items():
        rows = [row_of[name] for name in pair]
        asked[min(rows), max(rows)] = same
    codes = {name: number for number, name in enumerate(sorted(set(before.values())))}
    earlier = [codes[before[name]] if name in before else -1 for name in ids]
    return Given(asked, np.array(earlier, dtype=np.int64))


def decide_all(table: Table, matching: Matching, threads: int) -> Decided:
    """Compare the candidate pairs of a table, ``AT_ONCE`` at a time; keep those on which a rule decided."""
    candidates, cut = candidate_pairs(table)
    kept: list[Decided] = []
    compared = 0
    for start in range(0, max(len(candidates), 1), AT_ONCE):
        a, b = np.divmod(candidates[start : start + AT_ONCE], len(table) or 1)
        worth = worth_comparing(table, a, b, matching.similar_title, threads)
        pairs = compare(table, a[worth], b[worth], threads)
        compared += len(pairs.a)
        rule = decide(pairs, matching)
        some = (rule >= 0) & ~with_verdict(rule, APART, matching)
        pairs = pairs.take(some)
        kept.append(Decided(pairs, rule[some], score(pairs)))
    log.info("%d pairs share a block, %d of them were compared field by field", len(candidates), compared)
    for name, number in sorted(cut.items()):
        log.info(
            "large blocks (%s): %d pairs were not compared there, but neighbours by title",
            name,
            number,
        )
    pairs = Pairs(*map(np.concatenate, zip(*(part.pairs for part in kept), strict=True)))
    return Decided(
        pairs, np.concatenate([part.rule for part in kept]), np.concatenate([part.score for part in kept])
    )


def _left_to_rules(decided: Decided, given: Given) -> Decided:
    """Return the pairs on which neither people nor the clusters of an earlier run decide."""
    size = np.int64(len(given.earlier) or 1)
    a, b = decided.pairs.a, decided.pairs.b
    names = np.array([x * size + y for x, y in given.asked], dtype=np.int64)
    rest = ~np.isin(a * size + b, names)
    rest &= (given.earlier[a] < 0) | (given.earlier[b] < 0)
    if rest.all():
        return decided
    return Decided(decided.pairs.take(rest), decided.rule[rest], decided.score[rest])


def _strongest_first(decided: Decided, content: Ints, matching: Matching) -> Ints:
    """Return the positions of the duplicates: by rule, then the most alike, then by what they say."""
    pairs = decided.pairs
    one, two = content[pairs.a], content[pairs.b]
    order = np.lexsort((np.maximum(one, two), np.minimum(one, two), -decided.score.round(2), decided.rule))
    strongest: Ints = order[with_verdict(decided.rule, DUPLICATE, matching)[order]]
    return strongest


def _hold_apart(
    table: Table, matching: Matching, earlier: Ints, threads: int
) -> Callable[[Ints, Ints], HeldApart]:
    """Return a function that says which of many pairs a rule or an earlier run holds apart."""

    def apart(left: Ints, right: Ints) -> HeldApart:
        always, in_doubt = np.zeros(len(left), dtype=bool), np.zeros(len(left), dtype=bool)
        for start in range(0, len(left), AT_ONCE):
            some = slice(start, start + AT_ONCE)
            a, b = left[some], right[some]
            rule = decide(compare(table, a, b, threads), matching)
            held = with_verdict(rule, APART, matching) | with_verdict(rule, VERSION, matching)
            both = (earlier[a] >= 0) & (earlier[b] >= 0)
            always[some] = np.where(both, earlier[a] != earlier[b], held)
            in_doubt[some] = ~both & with_verdict(rule, MAYBE, matching)
        return HeldApart(np.flatnonzero(always), np.flatnonzero(in_doubt))

    return apart


def _links(solved: Solved, which: Sequence[int] | Ints) -> list[Link]:
    """Return decided pairs, in this order, as links with their evidence in words."""
    return _in_words(solved.ids(), solved.decided, np.array(which, dtype=np.int64))


def _in_words(ids: Sequence[str], decided: Decided, which: Ints) -> list[Link]:
    links: list[Link] = []
    for start in range(0, len(which), AT_ONCE):
        some = which[start : start + AT_ONCE]
        pairs = decided.pairs.take(some)
        for x, y, rule, points, words in zip(
            pairs.a.tolist(), pairs.b.tolist(), decided.rule[some].tolist(), decided.score[some].tolist(),
            in_words(pairs), strict=True,
        ):  # fmt: skip
            links.append(Link(ids[x], ids[y], NAMES[rule], points, f"{RULES[rule].why}: {words}"))
    return links


def _used_links(solved: Solved) -> list[Link]:
    """Return the links that join the clusters: of the rules, of people, of the clusters of an earlier run."""
    ids, cluster = solved.ids(), solved.joined.cluster
    first = solved.number_given()
    used = _links(solved, [int(solved.order[n - first]) for n in solved.joined.used if n >= first])
    used += [Link(ids[x], ids[y], "verdict", 100.0, BY_PEOPLE) for x, y in solved.given.yes()]
    used += [
        Link(ids[x], ids[y], "before", 100.0, BY_EARLIER_RUN)
        for x, y in solved.given.chain()
        if cluster[x] == cluster[y]
    ]
    return used


def _refused_links(solved: Solved) -> list[Link]:
    """Return the links of rules that would join two records which are held apart, and which two."""
    ids, first = solved.ids(), solved.number_given()
    refused = [(number - first, x, y) for number, x, y in solved.joined.refused if number >= first]
    links = _links(solved, [int(solved.order[number]) for number, _, _ in refused])
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


def _most_alike(solved: Solved, which: Bools) -> list[int]:
    """Return of each two clusters the pair that is most alike: a person looks once."""
    chosen = np.flatnonzero(which)
    pairs, scores = solved.decided.pairs, solved.decided.score
    order = chosen[np.lexsort((pairs.b[chosen], pairs.a[chosen], -scores[chosen].round(2)))]
    best: dict[tuple[int, int], int] = {}
    for number in order.tolist():
        best.setdefault(solved.clusters_of(number), number)
    return list(best.values())


def _doubtful_links(solved: Solved, versions: Sequence[int]) -> list[Link]:
    """Return the pairs for a person; a version settles its two clusters, and so does a no of a person.

    A no on two records answers for all their twins.
    """
    settled = {solved.clusters_of(number) for number in versions}
    for (x, y), same in solved.given.asked.items():
        if not same:
            settled.add(_sorted_pair(solved.joined.cluster, x, y))
    doubtful = _most_alike(solved, solved.between(MAYBE))
    return _links(solved, [number for number in doubtful if solved.clusters_of(number) not in settled])


def _earlier_record_first(solved: Solved, versions: Sequence[int]) -> list[Link]:
    """Return versions turned so that the preprint, else the earlier record, is the version of the other."""
    keys = solved.table.keys
    row_of = {name: row for row, name in enumerate(solved.ids())}

    def rank(name: str) -> tuple[int, int, str]:
        row = row_of[name]
        return int(keys.preprint[row] == 0), int(keys.year[row]), name

    return [
        link if rank(link.a) < rank(link.b) else link._replace(a=link.b, b=link.a)
        for link in _links(solved, versions)
    ]


def _one_for_two_clusters(links: Iterable[Link], home: Mapping[str, str]) -> list[Link]:
    """Return doubtful pairs, the most alike first, one for each two clusters."""
    best: dict[frozenset[str], Link] = {}
    for link in sorted(links, key=lambda item: (-round(item.score, 1), item.a, item.b)):
        pair = frozenset((home[link.a], home[link.b]))
        if len(pair) == 2:
            best.setdefault(pair, link)
    return list(best.values())
