"""The PRISMA flow diagram: it adds up, and says of each number whether it is computed here."""

import re

import pandas as pd
import pytest

from scripts.common.figures.flow_boxes import entries
from scripts.common.report.phrases import Speaker
from scripts.common.screening.flow import BOXES, UPDATE_BOXES
from scripts.figures.plot_flow import draw
from tests.drawings import CHINESE, ENGLISH, LANGUAGES, texts

NONE = {"set_aside": ""}


def flow(**known):
    """Return flow.csv: box=(count, basis); other boxes unknown."""
    rows = []
    for box, label in BOXES.items():
        number, basis = known.get(box, ("", "unknown"))
        rows.append({"box": box, "label": label, "count": number, "basis": basis, "source": "x"} | NONE)
    part = {
        "box": "database_results:embase",
        "label": "Embase",
        "count": "7",
        "basis": "computed",
        "source": "x",
        **NONE,
    }
    return pd.DataFrame([*rows, part])


def test_a_number_says_whether_it_is_computed_published_or_unknown():
    drawn = entries(flow(database_results=("1204", "computed"), new_studies=("61", "published")), ENGLISH)
    assert [(entry.label, entry.number) for entry in drawn["identified"]] == [
        ("Records identified from:", ""),
        ("Databases and registers", "(n = 1,204)"),
        ("Embase", "(n = 7)"),
    ]
    assert [entry.number for entry in drawn["included"]] == ["(n = 61), as published", "(not known here)"]


def test_a_box_of_sources_says_how_many_records_could_not_be_read():
    table = flow(database_results=("1204", "computed"))
    table.loc[table["box"] == "database_results", "set_aside"] = "2"
    assert [(entry.label, entry.number) for entry in entries(table, ENGLISH)["identified"]] == [
        ("Records identified from:", ""),
        ("Databases and registers", "(n = 1,204)"),
        ("Could not be read, in no box", "(n = 2)"),
        ("Embase", "(n = 7)"),
    ]


def test_other_methods_are_drawn_only_where_they_brought_records():
    assert "other_identified" not in entries(flow(website_results=("0", "computed")), ENGLISH)
    drawn = entries(flow(website_results=("3", "computed"), citations_results=("0", "computed")), ENGLISH)
    assert [entry.label for entry in drawn["other_identified"]] == ["Records identified from:", "Websites"]


def test_records_that_wait_are_drawn_and_none_is_left_out():
    labels = [entry.label for entry in entries(flow(records_waiting=("0", "computed")), ENGLISH)["removed"]]
    assert labels == [
        "Records removed before screening:",
        "Duplicate records removed",
        "Records marked as ineligible by automation tools",
    ]
    waiting = entries(flow(records_waiting=("5", "computed")), ENGLISH)["removed"]
    assert (waiting[3].label, waiting[3].number) == ("Records awaiting a decision", "(n = 5)")
    assert [entry.added for entry in waiting] == [False, False, False, True], "the template has no such line"


def number_of(text):
    found = re.search(r"n = ([\d,]+)", text)
    return int(found[1].replace(",", "")) if found else 0


@pytest.mark.parametrize("update", [False, True], ids=["a new review", "an update"])
@pytest.mark.parametrize("other", [False, True], ids=["databases only", "with other methods"])
@pytest.mark.parametrize("reasons", [0, 1, 2, 12])
def test_the_diagram_adds_up_for_any_number_of_reasons_and_no_text_leaves_its_box(reasons, other, update):
    known = {
        "database_results": 1481, "duplicates": 300, "excluded_automatic": 21, "excluded_other": 60,
        "records_waiting": 0,
        "records_screened": 1100, "records_excluded": 1000, "dbr_sought_reports": 100,
        "dbr_notretrieved_reports": 3,
        "dbr_waiting": 0, "dbr_assessed": 97, "dbr_excluded": 3 * reasons, "dbr_included": 97 - 3 * reasons,
        "website_results": 12 if other else 0, "organisation_results": 0,
        "citations_results": 7 if other else 0,
        "new_studies": 90, "new_reports": 97,
    }  # fmt: skip
    table = flow(**{box: (str(number), "computed") for box, number in known.items()})
    if not update:
        table = table[~table["box"].isin(UPDATE_BOXES)]
    parts = [
        {"box": f"dbr_excluded:{n}", "label": f"a reason of many words, number {n}", "count": "3",
         "basis": "computed", "source": "x", **NONE}
        for n in range(reasons)
    ]  # fmt: skip
    table = pd.concat([table, pd.DataFrame(parts)], ignore_index=True)
    drawn = entries(table, ENGLISH)
    assert ("other_identified" in drawn, "previous" in drawn, "total" in drawn) == (other, update, update)
    rejected = drawn["rejected"]
    assert [entry.part for entry in rejected] == [False] + [True] * reasons
    assert (
        sum(number_of(entry.number) for entry in rejected[1:]) == number_of(rejected[0].number) == 3 * reasons
    )
    for box, beside, left in (("identified", "removed", "screened"), ("sought", "lost", "assessed")):
        taken = sum(number_of(entry.number) for entry in drawn[beside] if not entry.part)
        (whole,) = [number_of(entry.number) for entry in drawn[box] if entry.number and not entry.part]
        assert whole - taken == number_of(drawn[left][0].number)
    figure = draw(table, ENGLISH)
    figure.canvas.draw()
    (axes,) = figure.axes
    boxes = [patch.get_window_extent() for patch in axes.patches]
    for text in axes.texts:
        if "n = " in text.get_text() or "reason" in text.get_text():
            extent = text.get_window_extent()
            assert any(
                box.x0 <= extent.x0 and extent.x1 <= box.x1 and box.y0 <= extent.y0 and extent.y1 <= box.y1
                for box in boxes
            ), text.get_text()


def test_the_drawing_shows_every_number_of_the_flow():
    figure = draw(
        flow(
            database_results=("1204", "computed"),
            website_results=("3", "computed"),
            new_studies=("61", "published"),
        ),
        ENGLISH,
    )
    shown = texts(figure)
    for text in (
        "(n = 1,204)",
        "Embase (n = 7)",
        "(n = 3)",
        "(n = 61), as",
        "(not known here)",
    ):
        assert text in shown


def test_the_diagram_speaks_chinese_and_takes_names_of_the_review_from_its_translations():
    assert "未知" in "".join(texts(draw(flow(), CHINESE)))
    assert "荷兰医学文摘 (n = 7)" in texts(draw(flow(), Speaker("zh", {"Embase": "荷兰医学文摘"})))


@pytest.mark.parametrize("language", **LANGUAGES)
def test_the_diagram_has_the_words_of_the_template_of_prisma_2020_and_names_it(language):
    shown = " ".join(" ".join(texts(draw(flow(website_results=("3", "computed")), language))).split())
    new = " ".join(texts(draw(flow()[lambda table: ~table["box"].isin(UPDATE_BOXES)], language)))
    if language is ENGLISH:
        for words in (
            "Identification of studies via databases and registers", "Previous studies", "Records marked as",
            "New studies included in review", "Total studies included in review",
        ):  # fmt: skip
            assert words in shown, words
        assert "updated systematic reviews" in shown
        assert "new systematic reviews" in new
        assert "Studies included in review" in new
        assert "New studies" not in new
    assert "10.1136/bmj.n71" in shown


@pytest.mark.parametrize("reasons", [30, 60])
def test_reasons_that_have_no_room_on_a_page_are_counted_and_are_in_the_table(reasons):
    parts = [
        {"box": f"dbr_excluded:{n}", "label": f"reason {n}", "count": "1", "basis": "computed", "source": "x"}
        | NONE
        for n in range(reasons)
    ]
    figure = draw(pd.concat([flow(dbr_excluded=(str(reasons), "computed")), pd.DataFrame(parts)]), ENGLISH)
    assert figure.get_size_inches()[1] * 25.4 <= 225
    shown = [text for text in texts(figure) if text.startswith("reason ")]
    (rest,) = re.findall(r"(\d+) more, in", " ".join(texts(figure))) or ["0"]
    assert len(shown) + int(rest) == reasons
    assert len(shown) >= 8
