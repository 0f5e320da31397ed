"""Figures as files: the same bytes everywhere, letters as text that travel with the file, named marks."""

import base64
import io
import locale
import re

import pytest
from fontTools.ttLib import TTFont
from lxml import etree

from scripts.common.figures.plotting import new_figure
from scripts.common.figures.saving import name_mark, save_figure, save_svg

SVG = "{http://www.w3.org/2000/svg}"


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


@pytest.fixture
def mixed():
    """A figure with letters of three faces and two scripts, and a mark that has a name."""
    figure = new_figure(60, 20)
    axes = figure.add_axes((0.1, 0.3, 0.8, 0.6))
    (bar,) = axes.bar([1], [3])
    name_mark(bar, 'Gains & "losses": 3 studies')
    figure.text(0.1, 0.1, "Übersicht <1>")
    figure.text(0.5, 0.1, "综述 PRISMA", fontweight="semibold")
    figure.text(0.8, 0.1, "known", fontstyle="italic")
    return figure


def faces_of(svg):
    """Return the fonts in an SVG as (its rule without the data, the signs it has)."""
    found = re.findall(r"@font-face\{([^}]*?);src:url\(data:font/ttf;base64,([^)]*)\)\}", svg)
    return {rule: set(TTFont(io.BytesIO(base64.b64decode(data))).getBestCmap()) for rule, data in found}


def test_the_text_of_an_svg_is_text_and_its_letters_are_in_the_file_and_no_others(mixed, tmp_path):
    save_svg(mixed, tmp_path / "a.svg")
    svg = (tmp_path / "a.svg").read_text(encoding="utf-8")
    shown = [text.text for text in etree.fromstring(svg.encode()).iter(f"{SVG}text")]
    assert {"Übersicht <1>", "综述 PRISMA", "known"} <= set(shown)
    faces = faces_of(svg)
    assert len(faces) == 4
    signs = {sign for text in shown for sign in text}
    assert {chr(code) for codes in faces.values() for code in codes} == signs
    (chinese,) = [codes for rule, codes in faces.items() if "-zh;" in rule]
    assert chinese == {ord("综"), ord("述")}
    (semibold,) = [codes for rule, codes in faces.items() if "weight:600" in rule]
    assert semibold == set(map(ord, " PRISMA"))


def test_a_mark_has_its_name_where_a_reader_points_at_it(mixed, tmp_path):
    save_svg(mixed, tmp_path / "a.svg")
    root = etree.parse(tmp_path / "a.svg").getroot()
    assert [title.text for title in root.iter(f"{SVG}title")] == ['Gains & "losses": 3 studies']
    (mark,) = [title.getparent() for title in root.iter(f"{SVG}title")]
    assert mark.find(f"{SVG}path") is not None


def test_a_pdf_has_its_letters_as_true_type_also_the_chinese_ones(mixed, tmp_path):
    paths = [tmp_path / f"a.{end}" for end in ("svg", "png", "pdf")]
    save_figure(mixed, *paths)
    pdf = paths[2].read_bytes()
    assert b"/Subtype /Type3" not in pdf
    assert pdf.count(b"/FontFile2") == 4, "normal, semibold, italic, Chinese"
    assert b"/FontFile3" not in pdf


def test_two_figures_of_one_page_do_not_share_the_name_of_their_letters(tmp_path):
    names = []
    for text in ("abc", "abd"):
        figure = new_figure(60, 20)
        figure.text(0.1, 0.5, text)
        save_svg(figure, tmp_path / "a.svg")
        names += re.findall(r"font-family:(letters-\w+)", (tmp_path / "a.svg").read_text(encoding="utf-8"))
    assert len(set(names)) == 2
