"""Dates are known as far as a source tells them, and never further."""

from datetime import date

import pytest

from scripts.common.values.dates import earliest_day, is_day, month_number, partial_date


@pytest.mark.parametrize(
    ("why", "parts", "known"),
    [
        ("day, month and year", ("2022", "8", "16"), "2022-08-16"),
        ("the month as PubMed writes it", ("2022", "Aug", "16"), "2022-08-16"),
        ("the month in full", ("2022", "August"), "2022-08"),
        ("a year alone", ("2022",), "2022"),
        ("a season is no month", ("2022", "Winter", "1"), "2022"),
        ("no thirteenth month", ("2022", "13", "1"), "2022"),
        ("no 30 February: the month is still known", ("2022", "2", "30"), "2022-02"),
        ("29 February of a leap year", ("2020", "02", "29"), "2020-02-29"),
        ("29 February of another year", ("2021", "02", "29"), "2021-02"),
        ("a day without a month tells nothing", ("2022", "", "16"), "2022"),
        ("zeros mean not known", ("2005", "00", "00"), "2005"),
        ("in press is no year", ("in press",), ""),
        ("a year of two digits could be any century", ("22",), ""),
    ],
    ids=lambda value: value if isinstance(value, str) and " " in value else None,
)
def test_a_date_is_as_exact_as_its_source(why, parts, known):
    assert partial_date(*parts) == known


def test_a_missing_month_or_day_sorts_as_the_first_as_in_pubmed():
    assert earliest_day("2022") == date(2022, 1, 1)
    assert earliest_day("2022-08") == date(2022, 8, 1)
    assert earliest_day("2022-08-16") == date(2022, 8, 16)


@pytest.mark.parametrize(
    "text", ["2022-13-45", "2022-8-16", "16.08.2022", "20220816", "2022-02-30", "", "2022"]
)
def test_what_is_no_day_of_the_calendar_is_refused(text):
    assert not is_day(text)


def test_a_day_of_the_calendar_is_accepted():
    assert is_day("2022-08-16")
    assert is_day("2020-02-29")


@pytest.mark.parametrize(
    ("text", "number"), [("Sept", 9), ("DEC", 12), ("07", 7), ("0", None), ("Spring", None)]
)
def test_months_are_distinguished_from_other_words(text, number):
    assert month_number(text) == number
