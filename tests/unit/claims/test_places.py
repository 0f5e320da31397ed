"""Places of a paper: a claim compared with its own place is only a check of our copy."""

import pytest

from scripts.common.claims.places import apart, one_after_another, place_in_words, places
from scripts.common.claims.sentences import ENGLISH, Own, Voice, sentence
from scripts.common.report.phrases import Speaker


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
        ("heading 3.1, paragraph 1, sentence 2", "heading 3.1, paragraph 1, sentence 3", True),
        ("heading 3.1, paragraph 1, sentence 2", "heading 3.1, paragraph 1, sentence 2; abstract", False),
        ("heading 3.1, paragraph 1, sentence 2", "heading 3.1", False),
        ("heading 3.1, paragraph 1, sentence 2", "heading 3.1, paragraph 2, sentence 2; heading 3.1", False),
        ("", "", False),
    ],
)
def test_two_texts_name_different_places_only_if_they_surely_do(one, other, expected):
    assert apart(one, other) == apart(other, one) == expected


CHINESE = ENGLISH._replace(language="zh", phrase=Speaker("zh"))


@pytest.mark.parametrize(
    ("text", "chinese"),
    [
        ("abstract", "摘要"),
        ("Abstract, first sentence", "摘要, first sentence"),
        ("abstract; headings 3.3 to 3.5", "摘要；标题 3.3 至 3.5"),
        ("headings 3.5.1 and 3.5.2", "标题 3.5.1 和 3.5.2"),
        ("Table S3", "表 S3"),
        ("figures 1, 2 and 4; table 2", "图 1, 2 和 4；表 2"),
        ("section 3.3.1, quoted passage", "章节 3.3.1, quoted passage"),
        ("computed from C08 and C01; table 2", "computed from C08 and C01; table 2"),
        ("", ""),
    ],
)
def test_a_place_of_known_parts_is_said_in_both_languages(text, chinese):
    assert ENGLISH.say(place_in_words(text)) == text.replace("Abstract", "abstract").replace("Table", "table")
    assert CHINESE.say(place_in_words(text)) == chinese


def test_places_of_several_claims_are_divided_in_both_languages():
    row = [sentence("place_of", claim=name, place=Own(name.upper())) for name in ("a", "b", "c")]
    assert Voice("en").say(one_after_another(row)) == "a: A; b: B; c: C"
    assert Voice("zh").say(one_after_another(row)) == "a：A；b：B；c：C"
    assert one_after_another(row[:1]) == row[0]
