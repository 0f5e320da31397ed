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
    ],
)
def test_numbers_in_digits_and_words(text, value):
    found = re.fullmatch(NUMBER, text, flags=re.IGNORECASE)
    assert found
    assert value_of(text) == value
