"""A map may leave out rows of a known tool's export and say what its words mean; it is never ignored."""

import pytest

from scripts.common.errors import InputError
from tests.unit.screening.examples import ARTICLES, ASREVIEW, COVIDENCE, LOG, RIS, decided, table, zipped

TI, FT = "title_abstract", "full_text"


def test_only_some_records_of_a_list_of_covidence_are_read(sheet):
    words = {"set": {"stage": FT, "decision": "exclude"}, "only": {"Covidence #": "#2"}}
    found = sheet("excluded.csv", COVIDENCE, words=words)
    assert (found.tool, found.records, len(found.votes)) == ("Covidence", 1, 1)
    assert found.warnings == ["1 rows are not read (only and except of its map)."]


def test_words_of_reasons_are_those_of_the_map_each_of_several(sheet):
    head = ("Title", "Covidence #", "Notes", "Tags")
    notes = "Exclusion reason: Wrong design; Exclusion reason: No data; "
    words = {
        "set": {"stage": FT, "decision": "exclude"},
        "values": {"reason": {"wrong design": "design", "no data": "no outcome"}},
    }
    found = sheet("excluded.csv", table(head, ("One", "#1", notes, "")), words=words)
    assert decided(found) == [("Covidence", "exclude", "design; no outcome")]


@pytest.mark.parametrize("name", ["rayyan.csv", "rayyan.zip"])
def test_a_maybe_of_rayyan_can_mean_include_and_an_article_can_be_left_out(sheet, name):
    content = zipped(articles=ARTICLES, customizations_log=LOG) if name.endswith("zip") else table(*ARTICLES)
    words = {
        "set": {"stage": TI},
        "values": {"maybe": "include", "reviewer": {"Max M.": "Max"}},
        "except": {"title": ARTICLES[2][1]},
    }
    found = sheet(name, content, words=words)
    assert [(vote.reviewer, vote.decision) for vote in found.votes] == [
        ("Emily", "exclude"),
        ("Max", "include"),
    ]


@pytest.mark.parametrize(
    ("name", "content", "more"),
    [
        ("rayyan.csv", table(*ARTICLES), {}),
        ("excluded.csv", COVIDENCE, {"decision": "exclude"}),
        ("asreview.csv", ASREVIEW, {"reviewer": "model a"}),
    ],
)
def test_every_export_can_be_one_of_a_machine_in_a_round(sheet, name, content, more):
    given = {"stage": TI, "kind": "Machine", "prompt": "appendix 3", **more}
    found = sheet(name, content, words={"set": given})
    assert {(vote.kind, vote.prompt) for vote in found.votes} == {("machine", "appendix 3")}
    with pytest.raises(InputError, match=r"round 'pilot' is not among screening\.rounds"):
        sheet(name, content, words={"set": {**given, "round": "pilot"}})
    with pytest.raises(InputError, match="kind 'robot' is unknown"):
        sheet(name, content, words={"set": {**given, "kind": "robot"}})
    with pytest.raises(InputError, match=r"set: date 'May' is no day\. Write YYYY-MM-DD"):
        sheet(name, content, words={"set": {**given, "date": "May"}})
    with pytest.raises(InputError, match="set: note: of this export of a known tool, set may say: stage"):
        sheet(name, content, words={"set": {**given, "note": "x"}})


def test_the_day_of_a_map_is_that_of_votes_without_one(sheet):
    found = sheet(
        "asreview.csv", ASREVIEW, words={"set": {"stage": TI, "reviewer": "Ann", "date": "2020-01-01"}}
    )
    days = [vote.date[:10] for vote in found.votes]
    assert days[0] == "2024-03-01"
    found = sheet(
        "excluded.csv", COVIDENCE, words={"set": {"stage": TI, "decision": "exclude", "date": "2020-01-01"}}
    )
    assert {vote.date for vote in found.votes} == {"2020-01-01"}


def test_a_decision_that_means_nothing_in_the_review_is_no_vote(sheet):
    found = sheet("rayyan.csv", table(*ARTICLES), words={"set": {"stage": TI}, "values": {"maybe": ""}})
    assert [vote.decision for vote in found.votes] == ["exclude", "include", "include"]


def test_only_some_records_of_asreview_are_read_from_a_table_and_from_ris(sheet):
    words = {"set": {"stage": TI, "reviewer": "Ann"}, "only": {"title": "Nothing like it*"}}
    with pytest.raises(InputError, match=r"a\.csv: only and except of its map leave none of its \d rows"):
        sheet("a.csv", ASREVIEW, words=words)
    words = {"set": {"stage": TI, "reviewer": "Ann"}, "except": {"notes": "ASReview_irrelevant"}}
    labels = "".join(RIS.format(f"ASReview_{word}") for word in ("relevant", "irrelevant"))
    found = sheet("asreview.ris", labels, words=words)
    assert [vote.decision for vote in found.votes] == ["include"]


def test_a_map_that_names_columns_reads_the_table_whichever_tool_wrote_it(sheet):
    rows = (("title", "asreview_label", "batch"), ("One", "1", "a"), ("Two", "0", "a"), ("Three", "1", "b"))
    words = {
        "columns": {"decision": "asreview_label"},
        "values": {"1": "include", "0": "exclude"},
        "set": {"stage": TI, "reviewer": "Ann"},
        "only": {"batch": "a"},
    }
    assert sheet("a.csv", table(*rows), stage=TI, reviewer="Ann").tool == "ASReview"
    found = sheet("a.csv", table(*rows), words=words)
    assert (found.tool, [(vote.title, vote.decision) for vote in found.votes]) == (
        "map", [("One", "include"), ("Two", "exclude")],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content", "words", "message"),
    [
        (
            "r.csv",
            table(*ARTICLES),
            {"only": {"titel": "x"}},
            r"there is no column 'titel'\. Did you mean title",
        ),
        (
            "r.ris",
            RIS.format('RAYYAN-INCLUSION: {"A"=>"Included"}'),
            {"columns": {"title": "TI"}},
            r"sheets, r: columns: this export of a known tool is read by itself\. Its map may have: set",
        ),
    ],
)
def test_a_map_that_does_not_fit_a_tool_is_refused(sheet, name, content, words, message):
    with pytest.raises(InputError, match=message):
        sheet(name, content, words={"set": {"stage": TI}, **words})
