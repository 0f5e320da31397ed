"""The period of a search is cut into windows that lose no day and hold none twice."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.common.errors import InputError
from scripts.common.search.windows import MONTHS, Window, cut, open_on

DAYS = st.dates(min_value=date(1966, 1, 1), max_value=date(2035, 12, 31))
LENGTHS = st.sampled_from(sorted(MONTHS))


@given(DAYS, st.integers(0, 3000), LENGTHS)
def test_every_day_of_the_period_falls_into_exactly_one_window(start, days, length):
    end = start + timedelta(days=days)
    windows = list(cut(start, end, length))
    assert windows[0].first == start
    assert windows[-1].last == end
    for before, after in pairwise(windows):
        assert after.first == before.last + timedelta(days=1)
    assert all(window.first <= window.last for window in windows)


@given(DAYS, st.integers(0, 2000), st.integers(1, 1000), LENGTHS)
def test_a_later_end_of_the_search_replaces_at_most_the_last_window(start, days, more, length):
    end = start + timedelta(days=days)
    before = list(cut(start, end, length))
    after = list(cut(start, end + timedelta(days=more), length))
    assert after[: len(before) - 1] == before[:-1]
    assert after[len(before) - 1].first == before[-1].first


@given(DAYS, st.integers(0, 2000), LENGTHS)
def test_no_window_reaches_over_the_turn_of_its_part_of_the_year(start, days, length):
    parts = {"year": 1, "half": 2, "quarter": 4, "month": 12}[length]
    for window in cut(start, start + timedelta(days=days), length):
        assert window.first.year == window.last.year
        assert (window.first.month - 1) * parts // 12 == (window.last.month - 1) * parts // 12


def test_the_period_of_a_review_in_half_years():
    windows = [str(window) for window in cut(date(2021, 3, 5), date(2022, 8, 16), "half")]
    assert windows == [
        "2021-03-05_2021-06-30",
        "2021-07-01_2021-12-31",
        "2022-01-01_2022-06-30",
        "2022-07-01_2022-08-16",
    ]


def test_february_of_a_leap_year_ends_on_the_29th():
    assert [w.last for w in cut(date(2020, 2, 1), date(2020, 3, 1), "month")] == [
        date(2020, 2, 29),
        date(2020, 3, 1),
    ]


def test_a_search_of_one_day_is_one_window():
    assert list(cut(date(2022, 8, 16), date(2022, 8, 16), "year")) == [
        Window(date(2022, 8, 16), date(2022, 8, 16))
    ]


@given(DAYS, st.integers(0, 400))
def test_a_window_is_read_back_from_its_name(first, days):
    window = Window(first, first + timedelta(days=days))
    assert Window.parse(str(window)) == window


@pytest.mark.parametrize("text", ["2022", "2022-08-16", "2022-08-16_", "2022-13-01_2022-13-02", "README"])
def test_what_is_no_window_is_not_read_as_one(text):
    with pytest.raises(InputError, match=r"two days are needed"):
        Window.parse(text)


def test_windows_that_share_one_day_overlap_and_neighbours_do_not():
    june = Window(date(2022, 6, 1), date(2022, 6, 30))
    assert june.overlaps(Window(date(2022, 6, 30), date(2022, 7, 31)))
    assert june.overlaps(Window(date(2022, 5, 1), date(2022, 6, 1)))
    assert not june.overlaps(Window(date(2022, 7, 1), date(2022, 7, 31)))
    assert not june.overlaps(Window(date(2022, 5, 1), date(2022, 5, 31)))


def test_a_window_is_asked_for_again_each_day_until_it_is_over_and_never_after():
    window = Window(date(2026, 11, 1), date(2026, 11, 26))
    days = [date(2026, 11, 25), date(2026, 11, 26), date(2026, 11, 27), date(2030, 1, 1)]
    assert [open_on(window, day) for day in days] == ["2026-11-25", "2026-11-26", "", ""]
