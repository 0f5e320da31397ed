"""Linked records form groups, which are cut at their weakest link where two of them are held apart."""

import numpy as np

from scripts.common.duplicates.clustering import HeldApart, groups, join


def test_groups_are_named_by_their_smallest_row_and_need_no_link_twice():
    home, needed = groups(5, [3, 1, 3], [4, 3, 1])
    assert home == [0, 1, 2, 1, 1]
    assert needed == [0, 1]


def apart(always, in_doubt):
    """Return a function that holds these pairs of rows apart, and those in doubt."""

    def answer(a, b):
        pairs = list(zip(a.tolist(), b.tolist(), strict=True))
        chosen = (
            np.array([n for n, pair in enumerate(pairs) if pair in held], dtype=np.int64)
            for held in (always, in_doubt)
        )
        return HeldApart(*chosen)

    return answer


def test_a_chain_is_cut_at_its_weakest_link():
    links = np.array([0, 1]), np.array([1, 2])  # the stronger first
    joined = join(3, *links, fixed=0, weak=2, apart=apart({(0, 2)}, set()), people_apart={})
    assert joined.cluster.tolist() == [0, 0, 2]
    assert joined.used == [0]
    assert joined.refused == [(1, 0, 2)]


def test_a_link_of_few_fields_joins_no_two_in_doubt_a_strong_one_does():
    links = np.array([0, 1]), np.array([1, 2])
    few = join(3, *links, fixed=0, weak=1, apart=apart(set(), {(0, 2)}), people_apart={})
    assert (few.cluster.tolist(), few.refused) == ([0, 0, 2], [(1, 0, 2)])
    strong = join(3, *links, fixed=0, weak=2, apart=apart(set(), {(0, 2)}), people_apart={})
    assert (strong.cluster.tolist(), strong.refused) == ([0, 0, 0], [])
