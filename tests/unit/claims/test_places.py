"""Places of a paper: a claim compared with its own place is only a check of our copy."""

import pytest

from scripts.common.claims.places import apart, places


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("abstract", {"abstract"}),
        ("Abstract, first sentence", {"abstract"}),
        ("abstract; headings 3.3 to 3.5", {"abstract", "section 3.3", "section 3.4", "section 3.5"}),
        ("headings 3.5.1 and 3.5.2", {"section 3.5.1", "section 3.5.2"}),
        ("heading 3.5.2, cut off", {"section 3.5.2"}),
        ("section 3.3.1, quoted passage (cut off)", {"section 3.3.1"}),
        ("table 1", {"table 1"}),
        ("Table S3", {"table s3"}),
        ("tables 1-3, column 2", {"table 1", "table 2", "table 3"}),
        ("figures 1, 2 and 4", {"figure 1", "figure 2", "figure 4"}),
        ("figure 1, last box", {"figure 1"}),
        ("heading 2.9 to 3.1", {"section 2.9", "section 3.1"}),
        ("", set()),
    ],
)
def test_a_text_names_its_places(text, expected):
    assert places(text) == expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("abstract", "heading 3.3", True),
        ("heading 3.3.1", "section 3.3.1, list", False),
        ("headings 3.3.1 to 3.3.4", "heading 3.3.2", False),
        ("table 1", "table 2", True),
        ("abstract", "", False),
        ("", "", False),
    ],
)
def test_two_texts_name_different_places_only_if_they_surely_do(one, other, expected):
    assert apart(one, other) == apart(other, one) == expected
