"""Linked records form groups, which are cut at their weakest link where two of them are held apart."""

import numpy as np

from scripts.common.duplicates.clustering import groups, join


def test_groups_are_named_by_their_smallest_row_and_need_no_link_twice():
    home, needed = groups(5, [3, 1, 3], [4, 3, 1])
    assert home == [0, 1, 2, 1, 1]
    assert needed == [0, 1]


def test_a_chain_is_cut_at_its_weakest_link():
    links = np.array([0, 1]), np.array([1, 2])  # the stronger first
    joined = join(3, *links, fixed=0, apart=lambda a, b: np.flatnonzero((a == 0) & (b == 2)), people_apart={})
    assert joined.cluster.tolist() == [0, 0, 2]
    assert joined.used == [0]
    assert joined.refused == [(1, 0, 2)]
