"""How figures look: the same bytes everywhere, labels that fit, and a letter for every sign."""

import pytest
from matplotlib.font_manager import get_font

from scripts.common.figures.faces import face_files
from scripts.common.figures.plotting import (
    text_width,
    wrap,
)
from scripts.common.report.phrases import phrases


def test_a_label_is_broken_between_words_and_fits():
    label = "Records removed by automation: published after the search"
    lines = wrap(label, 30, 8)
    assert " ".join(lines) == label
    assert len(lines) > 1
    assert all(text_width(line, 8) <= 30 for line in lines)


def test_a_word_that_is_wider_than_a_line_is_broken_behind_a_hyphen_or_anywhere_and_loses_no_letter():
    lines = wrap("Care: Gesundheitsversorgungs-Forschungsinstitut", 18, 8)
    assert lines[0] == "Care:"
    assert "".join(lines[1:]) == "Gesundheitsversorgungs-Forschungsinstitut"
    assert any(line.endswith("-") for line in lines)
    assert all(text_width(line, 8) <= 18 for line in lines)
    assert wrap("abc", 0.1, 8) == ["a", "b", "c"], "a line has one letter at least"


@pytest.mark.parametrize(
    "text", ["A label of many words that has no end", "编码的名称很长很长很长很长很长很长"]
)
def test_a_text_that_needs_too_many_lines_ends_in_three_dots(text):
    lines = wrap(text, 20, 8, most=2)
    assert len(lines) == 2
    assert lines[1].endswith("…")
    assert text.replace(" ", "").startswith("".join(lines).replace(" ", "").removesuffix("…"))
    assert all(text_width(line, 8) <= 20 for line in lines)
    assert wrap("short", 20, 8, most=1) == ["short"]


def test_a_chinese_label_is_broken_between_signs_but_not_before_a_full_stop():
    lines = wrap("自动剔除的记录：发表于检索之后，未经筛选。", 14, 8)
    assert "".join(lines) == "自动剔除的记录：发表于检索之后，未经筛选。"
    assert len(lines) > 2
    assert not [line for line in lines if line[0] in "：，。"]
    assert wrap("PubMed 检索 log", 200, 8) == ["PubMed 检索 log"]


def test_every_sign_of_every_phrase_is_in_a_face_that_the_lock_installs():
    known = set().union(*(get_font(path).get_charmap() for path in face_files().values()))
    signs = {sign for row in phrases().values() for text in row.values() for sign in text}
    assert not {sign for sign in signs if ord(sign) not in known}
