"""Journals are compared in full, abbreviated, and by acronym."""

import pytest

from scripts.common.duplicates.journals import journal_names, journals_alike


@pytest.mark.parametrize(
    ("a", "b", "alike"),
    [
        ("J Med Internet Res", "Journal of Medical Internet Research", True),
        ("Proc Natl Acad Sci", "Proceedings of the National Academy of Sciences", True),
        ("The Lancet", "Lancet", True),
        ("Stroke; a journal of cerebral circulation", "Stroke (00392499)", True),
        ("VLDB", "Very Large Data Bases", True),
        ("Diabetes", "Diabetes Care", False),
        ("Lancet", "BMJ", False),
    ],
)
def test_journals_are_alike_in_full_and_abbreviated(a, b, alike):
    assert any(journals_alike(*sorted((x, y))) for x in journal_names(a) for y in journal_names(b)) == alike
