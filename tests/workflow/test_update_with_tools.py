"""The tiny review as an update: a third reviewer with Rayyan, a model, a ruling in XLSX, earlier studies."""

import csv
import hashlib
import io
import zipfile

import openpyxl
import pytest

from tests.workflow.running import ask, edit, rows

PREVIOUS = """study_id,title,doi,pmid,reports,withdrawn
3,<script>alert(1)</script> Example of text messages for carers & families,,,2,
9,Example that was taken back,,,1,retracted
"""
SETTINGS = """other_methods: none
  reasons: [wrong population, wrong outcome]
  reviewers: {title_abstract: 2}
  eligibility: remove

sheets:
  rayyan: {set: {stage: title_abstract}}
  model: {set: {stage: title_abstract, kind: machine, reviewer: model, prompt: appendix 3, date: 2021-07-02}}
"""
MODEL = "record,decision\novid:4,exclude\novid:6,exclude\novid:7,include\n"  # it decides nothing
ARTICLES = (
    ("key", "title", "year", "doi", "notes"),
    ("rayyan-1", "any title", "", "", 'record_id: ovid:4 | RAYYAN-INCLUSION: {"Cy"=>"Included"}'),
    ("rayyan-2", "Example of telecare", "2019", "", 'RAYYAN-INCLUSION: {"Cy"=>"Excluded"}'),
    ("rayyan-3", "Nowhere in the list", "2019", "", 'RAYYAN-INCLUSION: {"Cy"=>"Excluded"}'),
    ("rayyan-4", "Example rehabilitation from home", "2020", "10.5555/example.4", ""),
)
LOG = (
    ("created_at", "user_id", "user_email", "article_id", "key", "value"),
    ("2021-07-02 10:00:00 UTC", "1", "cy@example.org", "1", "included", "1"),
    ("2021-07-02 10:01:00 UTC", "1", "cy@example.org", "2", "included", "-1"),
)


def as_csv(table):
    stream = io.StringIO()
    csv.writer(stream).writerows(table)
    return stream.getvalue()


def make_update(review):
    """Add the sheets of a third reviewer, a ruling, and the studies of the review before."""
    inputs = review / "config/inputs"
    with zipfile.ZipFile(inputs / "rayyan.zip", "w") as archive:
        archive.writestr("articles.csv", as_csv(ARTICLES))
        archive.writestr("customizations_log.csv", as_csv(LOG))
    (inputs / "previous.csv").write_text(PREVIOUS, encoding="utf-8")
    (inputs / "model.csv").write_text(MODEL, encoding="utf-8")
    book = openpyxl.Workbook()
    book.active.append(("record", "stage", "final", "reason", "who", "date"))
    book.active.append(("10.5555/example.20", "title_abstract", "include", "fits", "Dee", "2021-07-03"))
    book.save(review / "config/decisions/screening.xlsx")
    (review / "config/eligibility.csv").write_text(
        "rule,field,test,values,reason\nlanguage,language,is not,eng,no translator\n", encoding="utf-8"
    )
    edit(review / "config/config.yaml", "other_methods: none\n", SETTINGS)
    config = review / "config/config.yaml"
    edit(
        config,
        "  decisions: [screening]\n",
        "  decisions: [screening, rayyan, model]\n  previous: [previous]\n",
    )
    edit(config, "  rulings: [duplicates]\n", "  rulings: [duplicates, screening, eligibility]\n")
    with (review / "config/inputs.tsv").open("a", encoding="utf-8") as table:
        for name, kind in (
            ("rayyan.zip", "decisions"),
            ("previous.csv", "previous"),
            ("model.csv", "decisions"),
        ):
            digest = hashlib.sha256((inputs / name).read_bytes()).hexdigest()
            table.write(f"config/inputs/{name}\t{kind}\tCy\t-\t2021-07-02\tinvented\t{digest}\tInvented\n")


@pytest.mark.thorough("every stage again; tests/unit/screening reads each tool and counts updates")
def test_an_update_screened_with_several_tools_accounts_for_every_record(tiny):
    make_update(tiny)
    done = ask(tiny, "--cores", "2")
    assert done.returncode == 0, done.stderr
    screening = tiny / "results/screening"
    flow = {row["box"]: row["count"] for row in rows(screening / "flow.csv")}
    counted = {name: flow[name] for name in (
        "previous_studies", "previous_reports", "database_results", "duplicates", "excluded_automatic",
        "excluded_other", "records_waiting", "records_screened", "dbr_waiting", "new_studies",
        "total_studies", "total_reports",
    )}  # fmt: skip
    assert counted == {
        "previous_studies": "2", "previous_reports": "3", "database_results": "14", "duplicates": "3",
        "excluded_automatic": "1", "excluded_other": "1", "records_waiting": "0", "records_screened": "9",
        "dbr_waiting": "1", "new_studies": "3", "total_studies": "4", "total_reports": "",
    }  # fmt: skip
    sheets = {row["tool"]: row for row in rows(screening / "sheets.csv")}
    assert [sheets["Rayyan"][name] for name in ("records", "not_seen", "votes", "joined", "set_aside")] == [
        "4", "1", "3", "2", "1",
    ]  # fmt: skip
    (aside,) = rows(screening / "set_aside.csv")
    assert (aside["record"], aside["line"]) == ("Nowhere in the list", "4")
    assert rows(screening / "conflicts.csv") == []
    votes = [row for row in rows(screening / "votes.csv") if row["reviewer"] == "Cy"]
    assert [(row["record_id"], row["matched_by"], row["date"]) for row in votes] == [
        ("ovid:4", "record_id", "2021-07-02"), ("ovid:7", "title", "2021-07-02"),
    ]  # fmt: skip
    (model,) = rows(screening / "machines.csv")
    assert list(model.values()) == [
        "model", "title_abstract", "", "appendix 3", "2021-07-02", "2021-07-02", "3", "1", "2",
        "config/inputs/model.csv",
    ]  # fmt: skip
    assert "they decide nothing" in (tiny / "results/report/index.html").read_text("utf-8")
    assert "person, machine" in {row["kinds"] for row in rows(screening / "agreement.csv")}
    assert "@" not in "".join(path.read_text("utf-8") for path in sorted(screening.glob("*.csv")))
    final = {row["record_id"]: row["box"] for row in rows(screening / "final_boxes.csv")}
    assert (final["ovid:4"], final["ovid:6"]) == ("dbr_waiting", "excluded_other")
    assert len(final) == 18
