"""Titles are compared by what they say, not by how a database writes them."""

import pytest

from scripts.common.duplicates.titles import (
    bare_title,
    count_words,
    is_recurring,
    is_yearly,
    numbers_of,
    part_of,
)
from scripts.common.values.words import fold


@pytest.mark.parametrize(
    ("written", "bare"),
    [
        ("RETRACTED ARTICLE: Blogs", "Blogs"),
        ("Blogs of patients. [Chinese]", "Blogs of patients."),
        ("Blogs of patients. Polish Blogi pacjentow", "Blogs of patients."),
        ("Blogs of patients. [Review] [53 refs]", "Blogs of patients."),
        ("Blogs.[Erratum appears in BMJ. 2011;2(3):4]", "Blogs"),
        ("Blogs of patients (vol 49, pg 931, 2019)", "Blogs of patients"),
        ("#NAME?", ""),
        ("Blogs in Polish hospitals", "Blogs in Polish hospitals"),
        ("[Blogs of patients]", "[Blogs of patients]"),
    ],
)
def test_what_a_database_adds_is_no_part_of_the_title(written, bare):
    assert bare_title(written) == bare


@pytest.mark.parametrize(
    ("title", "part"),
    [
        ("Wikis in care. Part II: costs", "2"),
        ("Wikis in care, part 2", "2"),
        ("Wikis in care (Part IV)", "4"),
        ("Temporal databases, I: algebra", "1"),
        ("Wikis in care II", "2"),
        ("Patients as part of the team", ""),
        ("Wikis in care", ""),
        ("Vitamin C", ""),
    ],
)
def test_the_part_of_a_series_is_read_in_roman_and_arabic_figures(title, part):
    assert part_of(fold(title), title) == part


def test_figures_in_a_title_count_but_not_those_of_its_part():
    assert numbers_of("type ii diabetes 12 months") == "2 12"
    assert numbers_of("wikis part 2") == ""


def test_reports_that_appear_each_year_are_known():
    assert is_yearly("annual report of the registry of burns")
    assert is_yearly("the hospital s quarterly activity reports")
    assert not is_yearly("annual rates of burns in children a report")


def test_no_title_has_no_words_and_two_signs_without_blanks_are_one():
    assert count_words("") == 0
    assert count_words("letters to parents") == 3
    assert count_words("社交媒体") == 1 + 2


def test_titles_that_journals_print_again_are_known():
    assert is_recurring("editorial")
    assert is_recurring("remarks from the editor")
    assert is_recurring("book review column")
    assert is_recurring("response to the letter to the editor")
    assert not is_recurring("letter to the editor wikis in care")
    assert not is_recurring("a systematic literature review")
