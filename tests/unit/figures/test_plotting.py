"""How figures look: the same bytes everywhere, labels that fit, and a letter for every sign."""

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
    assert wrap("Gesundheitsversorgungsforschung", 5, 8) == ["Gesundheitsversorgungsforschung"]


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
