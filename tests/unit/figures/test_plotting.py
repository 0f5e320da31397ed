"""How figures look: the same bytes everywhere, labels that fit, and a letter for every sign."""

import locale

import pytest
from matplotlib.font_manager import get_font

from scripts.common.figures.plotting import face_files, new_figure, save_figure, text_width, wrap
from scripts.common.report.phrases import phrases


@pytest.mark.parametrize("kind", ["svg", "png", "pdf"])
def test_a_figure_drawn_twice_has_the_same_bytes(tmp_path, kind):
    found = []
    for turn in ("one", "two"):
        figure = new_figure(60, 20)
        axes = figure.add_axes((0.1, 0.1, 0.8, 0.8))
        axes.bar([1, 2], [3, 4])
        axes.set_title("Studies per year")
        paths = {name: tmp_path / f"{turn}.{name}" for name in ("svg", "png", "pdf")}
        save_figure(figure, **paths)
        found.append(paths[kind].read_bytes())
    assert found[0] == found[1]


@pytest.mark.parametrize("place", ["tr_TR.UTF-8", "zh_CN.UTF-8", "C.UTF-8"])
def test_a_figure_has_the_same_bytes_in_every_locale_and_leaves_the_locale_as_it_was(tmp_path, place):
    before = locale.setlocale(locale.LC_CTYPE)
    found = []
    for name in ("C", place):
        try:
            locale.setlocale(locale.LC_CTYPE, name)
        except locale.Error:
            pytest.skip(f"no locale {name} here")
        try:
            figure = new_figure(60, 20)
            figure.text(0.1, 0.5, "编码 fi i", fontweight="semibold")
            save_figure(figure, *(tmp_path / f"figure.{end}" for end in ("svg", "png", "pdf")))
            assert locale.setlocale(locale.LC_CTYPE) == name
        finally:
            locale.setlocale(locale.LC_CTYPE, before)
        found.append([(tmp_path / f"figure.{end}").read_bytes() for end in ("svg", "png", "pdf")])
    assert found[0] == found[1]


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
    known = set().union(*(get_font(path).get_charmap() for path in face_files()))
    signs = {sign for row in phrases().values() for text in row.values() for sign in text}
    assert not {sign for sign in signs if ord(sign) not in known}
