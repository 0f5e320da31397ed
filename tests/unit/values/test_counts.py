"""Counts in words."""

import pytest

from scripts.common.values.counts import count_of


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0 coders"), (1, "1 coder"), (2, "2 coders"), (11, "11 coders")]
)
def test_one_thing_is_singular_and_every_other_number_is_plural(number, words):
    assert count_of(number, "coder") == words


def test_a_plural_that_has_no_s_is_given():
    assert [count_of(number, "study", "studies") for number in (1, 3)] == ["1 study", "3 studies"]
