"""The abstract with its marks: which number belongs to which claim, and which licence allows it."""

import pytest

from scripts.common.files.tables import read_table, rows_of, write_table
from scripts.common.paper.licences import may_be_annotated
from scripts.report.annotate_abstract import annotated, main, numbers_of
from scripts.report.compare_published import COLUMNS as COMPARISON_COLUMNS
from tests.papers import paper, sentence, xref

ABSTRACT = (
    "We searched on 5 May. Of 61 studies [" + xref(1) + "], 12 (19.7%) were trials. Sixty-one is many,"
    " and 12 teams took part in all."
)


def claim(name, value, place="abstract", unit="studies", statement="", origin="printed"):
    return {
        "claim_id": name, "origin": origin, "published_value": value, "unit": unit, "place": place,
        "statement": statement,
    }  # fmt: skip


def marks(*claims, printed=(), findings=()):
    """Return the pieces of the abstract that are marked."""
    article = paper("<sec><title>Results</title><p>Text.</p></sec>", abstract=ABSTRACT)
    sentences = [one for one in article.sentences if one.part == "abstract"]
    rows = annotated(sentences, claims, printed, findings)
    assert "".join(row["text"] for row in rows) == " ".join(one.text for one in sentences)
    return [
        (row["text"], row["claim_ids"] or row["printed_ids"])
        for row in rows
        if row["claim_ids"] or row["printed_ids"]
    ]


def test_a_claim_marks_the_number_of_its_value_in_the_sentence_that_its_place_names():
    assert marks(claim("a", "61", "abstract, paragraph 1, sentence 3")) == [("Sixty-one", "a")]


def test_where_a_value_is_printed_twice_the_words_of_the_statement_decide():
    assert marks(claim("a", "12", statement="12 teams took part")) == [("12", "a")]
    both = (claim("a", "12", statement="12 were trials"), claim("b", "12", statement="teams took part"))
    assert marks(*both) == [("12", "a"), ("12", "b")]


@pytest.mark.parametrize(
    ("why", "other"),
    [
        ("a number is no percentage", claim("a", "19.7")),
        ("a percentage is no number", claim("a", "61", unit="%")),
        ("printed in a table", claim("a", "61", "table 1")),
        ("of another paper", claim("a", "61", origin="other_paper")),
        ("a citation is no number", claim("a", "1")),
        ("not in that sentence", claim("a", "5", "abstract, paragraph 1, sentence 2")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_another_number_is_not_marked(why, other):
    assert marks(other) == []


def test_a_percentage_and_a_number_without_a_claim_are_marked_each_by_itself():
    row = {"place": "abstract:1:2", "value": "12", "percent": "19.7", "printed_id": "P4"}
    assert marks(claim("a", "19.7", unit="%"), printed=[row]) == [("12", "P4"), ("19.7", "a")]


def test_a_finding_is_shown_at_its_sentence_whichever_of_its_two_places_it_is():
    article = paper("<sec><title>Results</title><p>Text.</p></sec>", abstract=ABSTRACT)
    findings = [
        {"finding_id": "F1", "place": "s1:1:1", "other_place": "abstract:1:3"},
        {"finding_id": "F2", "place": "s1:1:1", "other_place": ""},
    ]
    rows = annotated([one for one in article.sentences if one.part == "abstract"], [], [], findings)
    assert [row["finding_ids"] for row in rows] == ["", "", "F1"]


def test_a_year_in_a_code_and_a_decimal_are_no_numbers_of_their_own():
    (one,) = sentence("Of 1,204 records, I2 was 0.83 and 4.5 % were new.")
    assert [(number.value, number.percent) for number in numbers_of(one)] == [("1204", False), ("4.5", True)]


@pytest.mark.parametrize(
    ("licence", "allowed"),
    [
        ("https://creativecommons.org/licenses/by/4.0/", True),
        ("http://creativecommons.org/licenses/by-sa/3.0/", True),
        ("https://creativecommons.org/publicdomain/zero/1.0/", True),
        ("distributed under the terms of the Creative Commons Attribution License, which permits", True),
        ("https://creativecommons.org/licenses/by-nc/4.0/", False),
        ("https://creativecommons.org/licenses/by-nd/4.0/", False),
        ("https://creativecommons.org/licenses/by-nc-nd/4.0/", False),
        ("under the Creative Commons Attribution Non-Commercial License", False),
        ("Creative Commons Attribution-NoDerivs", False),
        ("CC BY-NC-ND 4.0", False),
        ("All rights reserved. Ask the publisher by mail.", False),
        ("", False),
    ],
)
def test_only_a_licence_that_allows_changed_copies_for_any_purpose_shows_the_abstract(licence, allowed):
    assert may_be_annotated(licence) == allowed


@pytest.mark.parametrize(("licence", "shown"), [("by", True), ("by-nc", False)])
def test_nothing_of_an_abstract_is_written_without_such_a_licence(licence, shown, tmp_path):
    source = (
        "<article><front><article-meta><permissions><license><p>https://creativecommons.org/licenses/"
        f"{licence}/4.0/</p></license></permissions><abstract><p>{ABSTRACT}</p></abstract></article-meta></front>"
        "<body><p>Text.</p></body></article>"
    )
    (tmp_path / "paper.xml").write_text(source, encoding="utf-8")
    write_table([], tmp_path / "comparison.csv", COMPARISON_COLUMNS)
    write_table([], tmp_path / "printed.csv", ("printed_id", "place", "value", "percent"))
    write_table([], tmp_path / "findings.csv", ("finding_id", "place", "other_place"))
    main(
        paper=str(tmp_path / "paper.xml"),
        comparison=str(tmp_path / "comparison.csv"),
        printed=str(tmp_path / "printed.csv"),
        findings=str(tmp_path / "findings.csv"),
        abstract=str(tmp_path / "abstract.csv"),
    )
    assert bool(rows_of(read_table(tmp_path / "abstract.csv"))) == shown
