"""A review drafted from a paper alone runs to its page without an edit, and no zero is invented."""

import pytest

from tests.paths import REPOSITORY, SPECIMENS
from tests.workflow.running import ask, rows

PAPERS = [
    REPOSITORY / "tests/data/paper/artificial.xml",
    *(
        pytest.param(SPECIMENS / name, marks=pytest.mark.thorough("another paper drafted and run whole"))
        for name in ("cases/jats/13_a_paper_alone.xml", "jats/PMC5889786.xml")
    ),
]


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: path.stem)
def test_the_draft_of_a_paper_runs_to_its_page_without_an_edit(paper, tmp_path):
    if not paper.is_file():
        pytest.skip(f"no {paper.name} here")
    empty, review = tmp_path / "empty", tmp_path / "my review"
    empty.mkdir()
    made = ask(empty, "--cores", "1", "draft", "--config", f"from={paper}", f"to={review}")
    assert made.returncode == 0, made.stderr
    assert "- [ ] title: " in made.stdout + made.stderr, "the list is shown"
    done = ask(review, "--cores", "2")
    assert done.returncode == 0, done.stderr
    flow = {row["box"]: row for row in rows(review / "results/screening/flow.csv")}
    known = {box for box, row in flow.items() if row["count"] and row["basis"] != "published"}
    assert known <= {"new_studies"}
    for row in rows(review / "results/report/measures.csv"):
        if row["value"] in ("0", "0.0"):
            assert row["measure"].startswith("year:"), row["measure"]
    assert rows(review / "results/screening/recall_summary.csv") == []
    if paper.stem == "13_a_paper_alone":
        assert flow["new_studies"]["count"] == "8"
        assert {row["count"] for box, row in flow.items() if box != "new_studies"} == {""}
        assert len(rows(review / "results/report/comparison.csv")) >= 2


def test_the_draft_of_coding_and_charting_sheets_runs_to_its_page_without_an_edit(tmp_path):
    team, empty, review = tmp_path / "team", tmp_path / "empty", tmp_path / "review"
    team.mkdir()
    empty.mkdir()
    (team / "coding ann.csv").write_text("Author,Faster,Cheaper\nLi 2010,1,0\nWu 2012,1,\n", encoding="utf-8")
    (team / "charting.csv").write_text(
        "Study,Country,People\nLi 2010,Peru,12\nWu 2012,Peru,30\n", encoding="utf-8"
    )
    made = ask(empty, "--cores", "1", "draft", "--config", f"from={team}", f"to={review}")
    assert made.returncode == 0, made.stderr
    done = ask(review, "--cores", "2")
    assert done.returncode == 0, done.stderr
    themes = {row["code"]: row["studies"] for row in rows(review / "results/coding/themes.csv")}
    assert themes == {"faster": "2", "cheaper": ""}, "nobody looked for it in one of the studies"
    counts = {
        (row["variable"], row["value"]): row["studies"]
        for row in rows(review / "results/coding/charting_counts.csv")
    }
    assert counts["country", "Peru"] == "2"
