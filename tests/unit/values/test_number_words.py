"""Numbers as an article writes them."""

import re

import pytest

from scripts.common.values.number_words import NUMBER, value_of


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("61", 61),
        ("1,204", 1204),
        ("sixty-one", 61),
        ("Twenty seven", 27),
        ("three hundred and five", 305),
        ("twelve", 12),
        ("one hundred", 100),
        ("a hundred and two", 102),
        ("one thousand seven hundred", 1700),
        ("two thousand three hundred and forty-one", 2341),
        ("twelve hundred", 1200),
        ("1 204", 1204),
        ("1\u2009204", 1204),
    ],
)
def test_numbers_in_digits_and_words(text, value):
    found = re.fullmatch(NUMBER, text, flags=re.IGNORECASE)
    assert found
    assert value_of(text) == value


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1.204 records and 3.156.001 hits", [1204, 3156001]),
        ("a mean of 1.204 mm, p = 0.001", []),
        ("31 of 48 (64.6%)", [31, 48]),
        ("IL-6 and PMC123", []),
        ("thousands of people", []),
    ],
)
def test_points_separate_thousands_only_where_something_is_counted(text, numbers):
    assert [value_of(found[0]) for found in re.finditer(NUMBER, text, flags=re.IGNORECASE)] == numbers
