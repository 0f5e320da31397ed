"""Coding files as other programs and teams write them, with the votes that they hold (expected.json)."""

import json
from pathlib import Path

import pytest
import yaml

from scripts.coding import chart_studies, count_themes, measure_agreement, merge_codings
from scripts.common.coding.charting import read_variables, value_of
from scripts.common.coding.charting_sheets import read_chartings
from scripts.common.coding.codebook_forms import load_codebook
from scripts.common.coding.model import Plan
from scripts.common.coding.sheets import read_codings
from scripts.common.errors import InputError
from scripts.common.files.tables import read_table, rows_of
from scripts.common.review.settings import Agreement, CodingRule
from tests.paths import SPECIMENS

CASES = SPECIMENS / "cases/coding"
pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason=f"{CASES} is not here")
ALL = json.loads((CASES / "expected.json").read_text(encoding="utf-8")) if CASES.is_dir() else {}
CODEBOOKS = {name: case.get("parents", {}) for name, case in ALL.items() if "codes" in case}


def expected(name):
    return ALL[name]


MAPS = yaml.safe_load("""
columns_beside.csv: {ignore: [column 1, title, year, Comments, Comments (2)]}
words_in_cells.csv: {values: {"-": "", "*": present}}
coders_as_columns.csv: {reviewers: {ann: ann, bob: bob}}
taguette_highlights.csv: {}
rqda_coding_table.csv: {}
nvivo_matrix.xlsx: {}
maxqda_segments.xlsx: {}
floats.csv: {}
charting/columns_beside.csv: {ignore: [title]}
""")


def read(name, **how):
    plan = Plan(name, str(CASES / name), "ann", "1", words=MAPS.get(name, {}))
    return read_codings([plan], load_codebook(str(CASES / "codebook.csv")).codes, **how)


@pytest.fixture
def merged(folder):
    """Return a function that merges files and measures agreement; it returns code -> row of agreement.csv."""

    def run(names, **rule):
        files = {
            f"{name}_csv": f"{name}.csv" for name in ("evidence", "assessed", "lists", "final", "conflicts")
        }
        book = str(CASES / "codebook.csv")
        merge_codings.main(
            sheets=[Plan(name, str(CASES / name), name.partition("/")[2][:3], "1") for name in names],
            codebook=book,
            adjudication=None,
            rule=CodingRule(**{"consensus": "any"} | rule),
            unmarked="absent",
            texts="all",
            rounds=(),
            conflicts_xlsx="conflicts.xlsx",
            set_aside="set_aside.csv",
            **files,
        )
        measure_agreement.main(
            codebook=book,
            evidence_csv="evidence.csv",
            assessed_csv="assessed.csv",
            lists_csv="lists.csv",
            rounds=(),
            how=Agreement(),
            agreement_csv="agreement.csv",
        )
        return {row["code"]: row for row in rows_of(read_table("agreement.csv"))}

    return run


def test_a_text_in_which_a_user_coded_nothing_was_looked_at(merged):
    right = expected("texts_without_codings.qdpx")["privacy"]
    row = merged(["texts_without_codings.qdpx"])["privacy"]
    assert {name: float(row[name]) for name in right} == right
    assert len(set(read_table("assessed.csv")["study_id"])) == 10


def test_where_texts_were_shared_out_only_coded_ones_were_looked_at():
    looked = read("texts_without_codings.qdpx", texts="coded").looked
    assert {study for study, coder, _ in looked if coder == "bob"} == {"P1", "P2", "P3", "P7"}


def test_an_uncoded_text_that_is_no_included_study_is_set_aside():
    studies = [f"P{number}" for number in range(1, 9)]
    coding = read("texts_without_codings.qdpx", studies=studies)
    assert {row["value"] for row in coding.aside} == {"P9", "P10"}


def test_the_name_of_a_selection_is_its_passage_where_the_text_is_not_in_the_file():
    coding = read("text_missing.qdpx")
    found = [[vote.study_id, vote.code, vote.coder, vote.stance, vote.excerpt] for vote in coding.votes]
    assert found == expected("text_missing.qdpx")["votes"]
    assert [row["value"] for row in coding.aside] == ["P1"]


def test_a_project_that_was_renamed_zip_is_a_project(tmp_path):
    renamed = tmp_path / "project.zip"
    renamed.write_bytes((CASES / "text_missing.qdpx").read_bytes())
    plan = Plan("project", str(renamed), "ann", "1")
    coding = read_codings([plan], load_codebook(str(CASES / "codebook.csv")).codes)
    assert [vote.study_id for vote in coding.votes] == ["P1"]


@pytest.mark.parametrize("rule", ["majority", "all"])
def test_a_category_that_all_coders_found_by_different_codes_is_found(merged, rule, caplog):
    right = expected("category_agreed")
    agreement = merged(["category_agreed/ann.csv", "category_agreed/bob.csv"], consensus=rule)
    row = agreement["benefits"]
    assert {name: float(row[name]) for name in right["agreement of benefits"]} == right[
        "agreement of benefits"
    ]
    Path("flow.csv").write_text("box,count\nnew_studies,10\n", encoding="utf-8")
    count_themes.main(
        codebook=str(CASES / "codebook.csv"),
        final_csv="final.csv",
        lists_csv="lists.csv",
        assessed_csv="assessed.csv",
        flow_csv="flow.csv",
        themes_csv="themes.csv",
        matrix_csv="matrix.csv",
        intervals=False,
    )
    themes = {row["code"]: (row["studies"], row["bound"]) for row in rows_of(read_table("themes.csv"))}
    assert themes["benefits"] == ("8", "exact")
    assert themes["speed"] == ("0", "exact")
    assert len(read_table("matrix.csv")) == right["matrix rows"]
    assert "benefits is found in 8 studies in which no code below it is" in caplog.text


TABLES = [name for name, case in ALL.items() if "votes" in case and name.endswith((".csv", ".xlsx"))]
# What a vote is shown as in expected.json, by the number of its parts.
SHOWN = {
    3: lambda vote: [vote.study_id, vote.code, vote.stance],
    4: lambda vote: [vote.study_id, vote.code, vote.stance, vote.excerpt],
    5: lambda vote: [vote.study_id, vote.code, vote.coder, vote.stance, vote.excerpt],
}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_of_a_program_or_a_team_gives_its_votes(name):
    votes = ALL[name]["votes"]
    shown = SHOWN[len(votes[0])]
    if name == "coders_as_columns.csv":
        shown = lambda vote: [vote.study_id, vote.code, vote.coder, vote.stance]  # noqa: E731
    assert sorted(map(shown, read(name).votes)) == sorted(votes)


@pytest.mark.parametrize(("name", "parents"), CODEBOOKS.items())
def test_a_codebook_of_a_program_gives_its_codes(name, parents):
    codes = load_codebook(str(CASES / name)).codes
    labels = {code.id: code.label for code in codes}
    assert [code.label for code in codes] == ALL[name]["codes"]
    assert {code.label: labels[code.parent] for code in codes if code.parent} == parents


def test_floats_are_votes_and_halves_are_refused():
    found = {(vote.study_id, vote.code, vote.stance) for vote in read("floats.csv").votes}
    assert found == {tuple(vote) for vote in expected("floats.csv")["votes"]}
    with pytest.raises(InputError, match=r"line 2, column speed: '0\.5' is unknown.*there is no half vote"):
        read("half_votes.csv")


def charted(name):
    variables = read_variables(str(CASES / "charting/charting.yaml"))
    words = MAPS.get(f"charting/{name}", {})
    plan = Plan(name, str(CASES / "charting" / name), "ann", "1", words=words)
    votes = read_chartings([plan], variables).votes
    return {(vote.study_id, vote.variable): vote.value for vote in votes}


def test_what_a_study_does_not_report_is_a_value_of_its_own():
    assert charted("not_reported.csv") == {
        ("P1", "country"): "not reported",
        ("P1", "platform"): "Facebook; Twitter",
        ("P1", "people"): "52",
        ("P2", "country"): "China",
        ("P2", "platform"): "not reported",
        ("P2", "people"): "not reported",
    }


def test_thousands_and_point_zero_are_numbers_and_ranges_are_not():
    found = charted("numbers.csv")
    assert (found["P1", "people"], found["P2", "people"]) == ("1234", "52")
    people = read_variables(str(CASES / "charting/charting.yaml"))[2]
    for text in ("12-15", "~50", "1,23"):
        with pytest.raises(LookupError, match="is no number"):
            value_of(people, text)


def test_commas_and_line_ends_divide_values_where_each_part_is_allowed():
    found = charted("list_signs.csv")
    assert found["P1", "platform"] == found["P2", "platform"] == "Facebook; Twitter"


def test_a_column_that_is_no_variable_is_ignored_where_the_map_says_so():
    assert charted("columns_beside.csv") == {
        ("P1", "country"): "China",
        ("P1", "platform"): "Facebook",
        ("P1", "people"): "52",
    }


def test_what_a_form_of_covidence_has_under_other_is_kept_and_named():
    variables = read_variables(str(CASES / "charting/charting.yaml"))
    plan = Plan("form", str(CASES / "charting/other_of_covidence.csv"), "ann", "1")
    charting = read_chartings([plan], variables)
    assert {(vote.variable, vote.value) for vote in charting.votes} == {
        ("country", "Brazil"),
        ("platform", "Facebook"),
    }
    assert [row["value"] for row in charting.aside if row["column"] == "country"] == ["Brazil"]
    rule = CodingRule(consensus="any")
    rows = chart_studies.finals(
        variables, chart_studies.latest(charting.votes, ["1"]), charting.verdicts, rule
    )
    counted = {row["value"]: row["studies"] for row in chart_studies.counts(variables, rows, False)}
    assert counted["Brazil"] == 1
    assert counted["China"] == 0


def test_numbers_that_differ_by_one_nearly_agree():
    variables = read_variables(str(CASES / "charting/charting.yaml"))
    plan = Plan("people", str(CASES / "charting/numbers_nearly_alike.csv"), "ann", "1")
    first = chart_studies.first_votes(read_chartings([plan], variables).votes, ["1"])
    right = expected("charting/numbers_nearly_alike.csv")["alpha"]
    for scale, alpha in right.items():
        people = variables[2]._replace(scale=scale)
        (row,) = chart_studies.agreement([people], first, Agreement(resamples=100))
        assert round(float(row["alpha"]), 3) == alpha, scale
    (row,) = chart_studies.agreement([variables[2]], first, Agreement(resamples=100))
    assert row["scale"] == "interval"
