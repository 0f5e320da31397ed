"""Titles and authors are compared by what they say, not by how a database writes them."""

import pytest

from scripts.common.similarity import authors_agree, fold, held_apart, keys, title_score


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Café «Zoë»: a Study!", "cafe zoe a study"),
        ("CO<sub>2</sub> &amp; <i>H. pylori</i>", "co2 h pylori"),
        ("p &lt; 0.05 and p<0.01", "p 0 05 and p 0 01"),
        ("Straße", "strasse"),
        ("社交媒体", "社交媒体"),
        ("  two   blanks ", "two blanks"),
        ("…", ""),
    ],
)
def test_signs_markup_and_accents_do_not_tell_titles_apart(written, folded):
    assert fold(written) == folded


@pytest.mark.parametrize(
    ("title", "part"),
    [
        ("Wikis in care. Part II: costs", "2"),
        ("Wikis in care, part 2", "2"),
        ("Wikis in care (Part IV)", "4"),
        ("Patients as part of the team", ""),
        ("Wikis in care", ""),
    ],
)
def test_the_part_of_a_series_is_read_in_roman_and_arabic_figures(record, title, part):
    assert keys(record(title=title)).part == part


@pytest.mark.parametrize(
    ("title", "notice"),
    [
        ("Erratum: Blogs of patients", "erratum"),
        ("Author Correction: Blogs of patients", "erratum"),
        ("Comment on “Blogs of patients”", "comment"),
        ("Authors' response to: Blogs of patients", "reply"),
        ("Comments of patients on blogs", ""),
        ("Responses of nurses to tweets", ""),
    ],
)
def test_notices_are_told_from_articles(record, title, notice):
    assert keys(record(title=title)).notice == notice


def test_the_same_mark_of_retraction_is_no_part_of_the_title(record):
    assert keys(record(title="RETRACTED ARTICLE: Blogs", retraction="retracted")).title == "blogs"


def test_authors_agree_by_family_name_of_the_shorter_list_s_first(record):
    def agree(a, b):
        return authors_agree(keys(record(authors=a)), keys(record(authors=b)))

    assert agree("Müller, Zoë; Doe, J", "Muller, Z") is True
    assert agree("Doe, J; Müller, Zoë", "Muller, Z") is True  # a list that another database sorts
    assert agree("Müller, Zoë", "Doe, Jane") is False
    assert agree("", "Doe, Jane") is None


def test_titles_that_are_missing_are_not_alike(record):
    empty = keys(record(title=""))
    assert title_score(empty, empty) == 0


@pytest.mark.parametrize(
    ("a", "b", "why"),
    [
        ({"pmid": "1"}, {"pmid": "2"}, "different PMIDs (1, 2)"),
        ({"pmid": "1"}, {"pmid": "001"}, ""),
        ({"pmid": "1"}, {}, ""),
        ({"title": "Wikis, part 1"}, {"title": "Wikis"}, "different parts (1, none)"),
        ({"type": "Protocol"}, {}, "a protocol and its results"),
        ({"doi": "10.1000/a", "pages": "1"}, {"doi": "10.1000/b", "pages": "9"}, "different pages"),
        ({"doi": "10.1000/a", "title": "A"}, {"doi": "10.1000/b", "title": "B"}, "different titles"),
        ({"doi": "10.1000/a"}, {"doi": "10.2000/b"}, ""),
    ],
)
def test_what_holds_two_records_apart_is_said_in_words_both_ways(record, a, b, why):
    first, second = keys(record("a:1", **a)), keys(record("b:1", **b))
    assert why in held_apart(first, second)
    assert bool(held_apart(second, first)) == bool(why)


@pytest.mark.parametrize(
    ("fields", "preprint"),
    [
        ({"doi": "10.1101/2020.05.01"}, True),
        ({"doi": "https://doi.org/10.2196/PREPRINTS.123"}, True),
        ({"type": "Preprint"}, True),
        ({"doi": "10.2196/12345"}, False),
        ({"type": "Journal Article"}, False),
    ],
)
def test_a_preprint_is_known_by_its_registrant_or_type(record, fields, preprint):
    assert keys(record(**fields)).preprint is preprint
