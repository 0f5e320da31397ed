"""Parts of a review: its inputs and settings decide which tables and figures it has, and no other."""

import re
from dataclasses import asdict

import pytest

from scripts.common.review.inputs import EXPORTS, KINDS, PUBMED_LIVE, Input
from scripts.common.review.parts import (
    FIGURES,
    FIGURES_OF,
    TABLES,
    TABLES_OF,
    figure_files,
    matching_of,
    parts_of,
    sources_of_records,
)
from tests.paths import REPOSITORY
from tests.settings import settings

RULES = "\n".join(path.read_text(encoding="utf-8") for path in sorted((REPOSITORY / "rules").glob("*.smk")))
DRAWN = set(re.findall(r"^rule (plot_\w+):", RULES, re.MULTILINE))  # listed by the names of their figures
APPRAISAL = {"domains": ["missing"], "judgements": {"Low": "low"}}
LIVE = settings(search={"mode": "live"})
PLAIN = {
    "codebook": False,
    "paper": False,
    "several_coders": False,
    "second_tree": False,
    "codebook_changes": False,
}


def an_input(kind, name="one"):
    return Input(name, f"config/inputs/{name}.csv", kind, "a source", "", "2022-08-16", "", "", "by hand")


def parts(*kinds, stages=None, **given):
    """Return the parts of a review with one input of each of these kinds."""
    return parts_of([an_input(kind) for kind in kinds], stages or settings(), **PLAIN | given)


def test_a_review_with_exports_and_decisions_only_has_no_further_part():
    plain = parts(*EXPORTS, "search", "decisions", "included", "coding")
    assert plain.present() == []
    assert plain.tables() == TABLES
    assert plain.figures() == FIGURES


@pytest.mark.parametrize(
    ("part", "found"),
    [
        ("paper", parts(paper=True)),
        ("sampled_rest", parts("sample")),
        ("search_drift", parts("search", stages=LIVE)),
        ("ranked_records", parts(stages=settings(screening={"ranking": True}))),
        ("several_coders", parts(several_coders=True)),
        ("second_tree", parts(second_tree=True)),
        ("codebook_versions", parts("codebook")),
        ("codebook_versions", parts(codebook_changes=True)),
        ("ranked_findings", parts("ranking")),
        ("charting", parts("charting")),
        ("countries", parts(stages=settings(coding={"country": "country"}))),
        ("gap_map", parts(stages=settings(coding={"gap_map": "setting"}))),
        ("appraisal", parts(stages=settings(coding={"appraisal": APPRAISAL}))),
    ],
)
def test_one_input_or_setting_brings_one_part_with_its_tables_and_figures(part, found):
    assert found.present() == [part]
    assert found.tables() == TABLES | TABLES_OF.get(part, {})
    assert found.figures() == (*FIGURES, *FIGURES_OF.get(part, ()))


@pytest.mark.parametrize(
    ("why", "found"),
    [
        ("a live search without an archive has nothing to differ from", parts(stages=LIVE)),
        ("an archive that is replayed cannot differ from itself", parts("search")),
        ("the ranking is switched off", parts(stages=settings(screening={"ranking": False}))),
        ("no map is asked for", parts(stages=settings(coding={"country": None, "gap_map": None}))),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_part_that_its_setting_does_not_ask_for_is_absent(why, found):
    assert found.present() == []


def test_the_tables_of_a_part_are_outputs_only_where_the_review_has_it():
    assert parts(second_tree=True).tables_of("second_tree") == TABLES_OF["second_tree"]
    assert parts().tables_of("second_tree") == {}
    with pytest.raises(KeyError):
        parts().tables_of("second_three")


def test_with_every_part_no_table_has_two_names_and_no_figure_is_drawn_twice():
    whole = parts(
        *KINDS,
        stages=settings(
            search={"mode": "live"},
            screening={"ranking": True},
            coding={"country": "country", "gap_map": "setting", "appraisal": APPRAISAL},
        ),
        **dict.fromkeys(PLAIN, True),
    )
    assert set(asdict(whole).values()) == {True}
    assert len(set(whole.tables().values())) == len(whole.tables()) == len(TABLES) + 17
    assert len(set(whole.figures())) == len(whole.figures()) == 14


def test_every_table_and_figure_is_the_output_of_a_rule_and_every_figure_has_a_part():
    made = set(re.findall(r"\"(results/[\w/]+\.csv)\"", RULES))
    drawn = set(re.findall(r"\*\*figure\(\"(\w+)\", \"\w+\"\)", RULES))
    by_part = [path for tables in TABLES_OF.values() for path in tables.values()]
    second_tree = set(TABLES_OF["second_tree"].values())  # the rule takes these outputs from here
    assert {*TABLES.values(), *by_part} - second_tree <= made
    assert drawn == {*FIGURES, *(name for names in FIGURES_OF.values() for name in names)}


def test_no_rule_is_forgotten_in_the_lists_of_results():
    by_path = {"fetch_window", "replay_window"}  # the windows, whichever of the two made them
    by_file = {
        "scan_file",
        "read_codebook",
    }  # of PubMed, for the merge; a codebook with a map
    by_pattern = {"parse_pubmed"}  # its files are those of parse_export, for the input pubmed
    by_name = {"freeze", "passport", "explain", "measures", "compare", "letter", "fetch", "digests", "draft"}
    no_result = by_name | {"fetch_paper"}  # which is an input
    last = {"write_checksums"}
    listed = set(re.findall(r"\brules\.(\w+)", RULES))
    assert set(re.findall(r"^rule (\w+):", RULES, re.MULTILINE)) - listed == (
        by_path | by_file | by_pattern | no_result | last | DRAWN
    )


def test_every_part_that_adds_something_is_one_that_a_review_can_have():
    assert {*TABLES_OF, *FIGURES_OF} <= set(asdict(parts()))


def test_records_come_from_the_search_first_and_then_from_exports_by_kind_and_name():
    listed = [
        an_input("citation", "a"),
        an_input("decisions", "b"),
        an_input("database", "d"),
        an_input("search", "pubmed"),
        an_input("database", "c"),
    ]
    names = [item.name for item in sources_of_records(listed, settings())]
    assert names == ["pubmed", "c", "d", "a"]
    assert [item.name for item in sources_of_records(listed[:3], settings())] == ["d", "a"]


def test_the_workbook_has_each_table_once_and_those_of_the_report_first():
    files = parts().workbook()
    assert len(files) == len(set(files))
    first = [path.startswith("results/report/") for path in files]
    assert first == sorted(first, reverse=True)
    assert "results/coding/evidence.csv" in files


def test_a_live_search_takes_the_place_of_the_archive():
    listed = [an_input("search", "pubmed"), an_input("database", "c")]
    assert sources_of_records(listed, LIVE) == [PUBMED_LIVE, listed[1]]
    assert sources_of_records([], LIVE) == [PUBMED_LIVE]


def test_a_figure_has_three_formats_in_each_language_and_its_table():
    assert figure_files("themes", "zh") == {
        "svg": "results/figures/themes.svg",
        "png": "results/figures/themes.png",
        "pdf": "results/figures/themes.pdf",
        "other_svg": "results/figures/themes.zh.svg",
        "other_png": "results/figures/themes.zh.png",
        "other_pdf": "results/figures/themes.zh.pdf",
        "table": "results/figures/themes.csv",
    }


@pytest.mark.parametrize(
    ("kinds", "written", "expected"),
    [
        ((), "", "merge"),
        (("decisions",), "", "link"),
        (("decisions",), "merge", "merge"),
        ((), "link", "link"),
    ],
)
def test_versions_are_linked_where_people_screened_and_nothing_else_is_said(kinds, written, expected):
    given = settings(deduplicate={"updates": written})
    assert matching_of(given, [an_input(kind) for kind in kinds]).updates == expected
