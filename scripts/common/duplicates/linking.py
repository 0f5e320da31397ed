"""From the keys of all records to clusters: block, compare, decide, join; and what a person may look at."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from scripts.common.duplicates.blocking import candidate_pairs
from scripts.common.duplicates.clustering import HeldApart, groups, join
from scripts.common.duplicates.columns import Ints, Table
from scripts.common.duplicates.doubtful import BY_PEOPLE, most_alike, pairs_for_a_person
from scripts.common.duplicates.identical import first_of_identical
from scripts.common.duplicates.likeness import Pairs, compare, worth_comparing
from scripts.common.duplicates.rules import (
    APART,
    DUPLICATE,
    FIRST_WEAK,
    MAYBE,
    NAMES,
    VERSION,
    decide,
    score,
    with_verdict,
)
from scripts.common.duplicates.solved import (
    AT_ONCE,
    Decided,
    Found,
    Given,
    Link,
    Solved,
    links_in_words,
    links_of,
)
from scripts.common.duplicates.verdicts import VERDICTS
from scripts.common.errors import InputError
from scripts.common.job import log
from scripts.common.review.settings import Matching

BY_EARLIER_RUN = "one cluster in the clusters of before"

Verdicts = dict[frozenset[str], bool]  # two record_ids -> whether a person calls them one publication


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
    return found._replace(
        home=home, links=found.links + links_in_words(ids, twins, np.arange(len(followers)))
    )


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
    versions = most_alike(solved, solved.between(VERSION))
    return Found(
        home,
        _used_links(solved),
        _earlier_record_first(solved, versions),
        pairs_for_a_person(solved, versions, home),
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


def _used_links(solved: Solved) -> list[Link]:
    """Return the links that join the clusters: of the rules, of people, of the clusters of an earlier run."""
    ids, cluster = solved.ids(), solved.joined.cluster
    first = solved.number_given()
    used = links_of(solved, [int(solved.order[n - first]) for n in solved.joined.used if n >= first])
    used += [Link(ids[x], ids[y], "verdict", 100.0, BY_PEOPLE) for x, y in solved.given.yes()]
    used += [
        Link(ids[x], ids[y], "before", 100.0, BY_EARLIER_RUN)
        for x, y in solved.given.chain()
        if cluster[x] == cluster[y]
    ]
    return used


def _earlier_record_first(solved: Solved, versions: Sequence[int]) -> list[Link]:
    """Return versions turned so that the preprint, else the earlier record, is the version of the other."""
    keys = solved.table.keys
    row_of = {name: row for row, name in enumerate(solved.ids())}

    def rank(name: str) -> tuple[bool, int, str]:
        row = row_of[name]
        return not keys.preprint[row], int(keys.year[row]), name

    return [
        link if rank(link.a) < rank(link.b) else link._replace(a=link.b, b=link.a)
        for link in links_of(solved, versions)
    ]
