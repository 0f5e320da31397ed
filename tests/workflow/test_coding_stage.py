"""The tiny review with all that a coding can bring: workbook, versions, verdicts, committee, charting."""

import hashlib
import shutil
from pathlib import Path

import openpyxl
import pytest

from scripts.common.coding.codebook_forms import load_codebook, yaml_text
from tests.workflow import tiny_review
from tests.workflow.running import ask, edit, groups_fit, rows

OLD_CODEBOOK = "config/inputs/codebook_1.yaml"
# Rules that the tiny review does not have; tests of the tiny review build the other ones twice.
OWN_RULES = ("chart_studies", "rank_findings", "compare_codebooks", "export_coding")


def add_input(review: Path, name: str, kind: str) -> None:
    digest = hashlib.sha256((review / name).read_bytes()).hexdigest()
    with (review / "config/inputs.tsv").open("a", encoding="utf-8") as stream:
        stream.write(f"{name}\t{kind}\tThe team\t-\t2021-07-01\tinvented\t{digest}\tInvented for the tests\n")


def enrich(review: Path) -> None:
    """Add to the tiny review a third coder, a second round, and what a committee decided."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = "cy"
    for row in (["study", "Less travel", "falls", "comfort"], [1, 1, 0, 1], [2, 0, None, 0], [3, 0, 0, 1]):
        page.append(row)
    book.save(review / "config/inputs/cy.xlsx")
    (review / "config/inputs/ann_2.csv").write_text(
        "study,code,stance,excerpt\n1,travel,present,=no journey\n1,at_home,present,chair\n", encoding="utf-8"
    )
    whole = load_codebook(str(review / "config/codebook.yaml"))
    older = [
        code._replace(id={"distance": "travel", "comfort": "at_home"}.get(code.id, code.id))
        for code in whole.codes
        if code.id != "privacy"
    ]
    (review / OLD_CODEBOOK).write_text(yaml_text(whole._replace(codes=tuple(older))), encoding="utf-8")
    edit(review / "config/codebook.yaml", "version: 1\n", "version: 2\n")
    (review / "config/decisions/codebook_changes.csv").write_text(
        "version,change,code,to,reason,who,date\n2,renamed,travel,distance,clearer,ann,2021-06-01\n"
        "2,renamed,at_home,comfort,clearer,ann,2021-06-01\n2,added,privacy,,came up in the"
        " pilot,ann,2021-06-01\n",
        encoding="utf-8",
    )
    (review / "config/decisions/adjudication.csv").write_text(
        "Study;Theme;Agreed;Why\n1;falls;no;a near fall only\n",
        encoding="utf-8",
    )
    (review / "config/decisions/regroup.csv").write_text(
        "code,new_parent,reason,who,date\nprivacy,access,who can listen decides who can use"
        " it,committee,2021-08-01\n",
        encoding="utf-8",
    )
    (review / "config/inputs/ranking.csv").write_text(
        "Respondent,Role,Time,access,comfort,harms\nA,consumers,9:00,1,2,3\nB,consumers,9:10,1,3,2\n"
        "C,providers,9:20,3,2,1\nD,providers,9:30,2,3,1\n",
        encoding="utf-8",
    )
    (review / "config/charting.yaml").write_text(
        "variables:\n- {id: country, label: {en: Country, zh: 国家}, type: one, values: [Canada, Côte"
        " d’Ivoire], definition: null}\n"
        "- {id: year, label: {en: Year, zh: 年份}, type: number, values: null, definition: null}\n"
        "- {id: missing, label: {en: Missing data, zh: 缺失数据}, type: one, values: [Low, High],"
        " definition: null, scale: ordinal}\n",
        encoding="utf-8",
    )
    (review / "config/inputs/chart.csv").write_text(
        "study,coder,country,year,missing\n1,ann,Canada,2019,Low\n1,bob,Canada,2019,Low\n2,ann,Côte"
        " d’Ivoire,2020,Low\n2,bob,Canada,2020,High\n",
        encoding="utf-8",
    )
    for name, kind in (
        ("config/inputs/cy.xlsx", "coding"),
        ("config/inputs/ann_2.csv", "coding"),
        (OLD_CODEBOOK, "codebook"),
        ("config/inputs/ranking.csv", "ranking"),
        ("config/inputs/chart.csv", "charting"),
    ):
        add_input(review, name, kind)
    edit(
        review / "config/config.yaml",
        "  consensus: any\n",
        "  consensus: any\n  country: country\n  gap_map: country\n  rounds: ['1', '2']\n"
        "  appraisal: {domains: [missing], judgements: {Low: low, High: high}}\n",
    )
    config = review / "config/config.yaml"
    edit(config, "  coding: [ann, bob]\n", "  coding: [ann, bob, ann_2, cy]\n")
    edit(
        config,
        "  rulings: [duplicates]\n",
        "  rulings: [duplicates, adjudication, codebook_changes, regroup]\n",
    )
    with (review / "config/config.yaml").open("a", encoding="utf-8") as stream:
        stream.write(
            "sheets:\n  cy: {set: {reviewer: '{sheet}'}}\n"
            "  ann_2: {set: {reviewer: ann, round: '2', codebook: '1'}}\n"
            "  ranking: {columns: {member: Respondent, group: Role}, ignore: [Time]}\n"
            "  adjudication: {columns: {study_id: Study, code: Theme, final: Agreed, reason: Why},"
            " values: {'no': absent}, set: {who: dee}}\n"
        )


@pytest.fixture(scope="module")
def rich(tiny_built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The finished tiny review, run again after its coding became rich."""
    review = Path(shutil.copytree(tiny_built, tmp_path_factory.mktemp("rich") / "review"))
    enrich(review)
    done = ask(review, "--cores", "2")
    assert done.returncode == 0, done.stderr
    return review


def test_an_older_sheet_joins_by_the_declared_changes_and_a_verdict_wins(rich):
    final = {(r["study_id"], r["code"]): r for r in rows(rich / "results/coding/final.csv")}
    assert (final["1", "falls"]["final"], final["1", "falls"]["by"]) == ("absent", "adjudication")
    assert (final["1", "comfort"]["final"], final["1", "comfort"]["absent"]) == ("present", "bob")
    assert final["1", "distance"]["present"] == "ann; bob; cy"
    changes = {
        (r["code"], r["change"], r["to"]): r["declared"]
        for r in rows(rich / "results/coding/codebook_changes.csv")
    }
    assert changes == {
        ("travel", "renamed", "distance"): "yes",
        ("at_home", "renamed", "comfort"): "yes",
        ("privacy", "added", "harms"): "yes",
    }


def test_a_codebook_with_the_columns_of_its_team_is_the_same_codebook_by_its_map(tiny_built, tmp_path):
    review = Path(shutil.copytree(tiny_built, tmp_path / "review"))
    whole = load_codebook(str(review / "config/codebook.yaml"))
    labels = {code.id: code.label for code in whole.codes}
    lines = [f"{code.id};{code.label};{labels.get(code.parent, '')}" for code in whole.codes]
    (review / "config/codebook.yaml").unlink()
    (review / "config/codebook.csv").write_text("\n".join(["Short;Theme;Category", *lines]), encoding="utf-8")
    refused = ask(review, "results/inputs/checked.csv", "--cores", "1")
    assert "config/codebook.csv line 1: no table lists the codes" in refused.stderr
    assert "columns: {label: Theme, parent: Category, id: Short}" in refused.stderr
    with (review / "config/config.yaml").open("a", encoding="utf-8") as stream:
        stream.write("sheets:\n  codebook:\n    columns: {label: Theme, parent: Category, id: Short}\n")
    done = ask(review, "results/coding/codebook_by_map.yaml", "--cores", "1")
    assert done.returncode == 0, done.stderr
    read = load_codebook(str(review / "results/coding/codebook_by_map.yaml"))
    assert [(one.id, one.parent, one.label) for one in read.codes] == [
        (one.id, one.parent, one.label) for one in whole.codes
    ]


def test_agreement_of_three_coders_is_in_the_table_and_on_the_page(rich):
    table = rows(rich / "results/coding/agreement.csv")
    assert {(r["coder_a"], r["coder_b"]) for r in table if r["round"] == "first"} == {
        ("(all)", "(all)"),
        ("ann", "bob"),
        ("ann", "cy"),
        ("bob", "cy"),
    }
    page = (rich / "results/report/index.html").read_text(encoding="utf-8")
    for words in (
        "Agreement of the coders",
        "The committee&#39;s second tree",
        "who can listen decides who can use it",
        "What the committee holds important",
        "Characteristics of the studies",
        "Changes between versions of the codebook",
    ):
        assert words.replace("&#39;", "'") in page, words
    moved = page.partition('id="second-tree"')[2].partition("<h3")[0]
    assert "studies: " in moved
    assert "#study-" not in moved, "a number of studies is no study"


def test_the_second_tree_leaves_the_first_alone(rich):
    first = {r["code"]: r["parent"] for r in rows(rich / "results/coding/themes.csv")}
    second = {r["code"]: r["parent"] for r in rows(rich / "results/coding/regrouped.csv")}
    assert (first.pop("privacy"), second.pop("privacy")) == ("harms", "access")
    assert first == second


def test_all_results_are_in_the_checksums(rich):
    sums = (rich / "results/report/checksums.txt").read_text(encoding="utf-8")
    for name in (
        "coding/conflicts.xlsx",
        "coding/review.qdpx",
        "coding/codebook.qdc",
        "coding/charting_conflicts.xlsx",
        "coding/priority.csv",
        "coding/moved.csv",
        "figures/priority.svg",
        "figures/charting.pdf",
        "figures/countries.zh.svg",
        "figures/evidence_gap_map.zh.svg",
        "figures/appraisal.zh.svg",
        "figures/appraisal.csv",
    ):
        assert f"results/{name}" in sums, name


@pytest.mark.thorough("draws all figures of coding again; the tiny review is built twice as well")
def test_a_second_run_changes_no_byte(rich):
    before = tiny_review.digests(rich)
    done = ask(rich, "--cores", "2", "--forcerun", *OWN_RULES)
    assert done.returncode == 0, done.stderr
    assert tiny_review.digests(rich) == before


def test_the_groups_of_the_cluster_profile_fit(rich):
    assert groups_fit(rich)
