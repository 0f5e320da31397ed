"""A synthetic review from the search to the claims, compared with its truth; and that the check can fail."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.twin.__main__ import main
from tests.workflow.running import ask, rows, take_out


@pytest.fixture(scope="module")
def twin(demo_built: Path) -> Path:
    return demo_built


def test_the_workflow_finds_the_truth_and_every_planted_slip(twin, capsys):
    status = main(["--check", str(twin)])
    printed = capsys.readouterr().out
    assert status == 0, printed
    assert "WRONG" not in printed
    slips = rows(twin / "truth/slips.csv")
    assert printed.count("ok    slip") == len(slips) == 19


def test_the_page_says_that_nothing_is_real(twin):
    page = (twin / "results/report/index.html").read_text(encoding="utf-8")
    assert "Nothing in it is real" in page


def changed(name: str, part: str, new: str = "") -> Callable[[Path], None]:
    """Return a change of the first line of a result that holds ``part``: it changes, or goes."""

    def change(twin: Path) -> None:
        path = twin / "results" / name
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        at = next(number for number, line in enumerate(lines) if number and part in line)
        lines[at] = lines[at].replace(part, new) if new else ""
        path.write_text("".join(lines), encoding="utf-8")

    return change


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (changed("records/clusters.csv", ","), "WRONG every record written is read, once"),
        (changed("screening/decisions.csv", ","), "WRONG decisions are the consensus of the screeners"),
        (changed("screening/flow.csv", "database_results"), "WRONG the flow is that of the truth"),
        (changed("coding/final.csv", "fewer_journeys"), "WRONG final codes follow from votes and verdicts"),
        (
            changed("report/comparison.csv", ",recomputed and equal,", ",differs,"),
            "WRONG no other claim is called a slip",
        ),
        (changed("report/comparison.csv", ",differs,", ",recomputed and equal,"), "WRONG slip"),
    ],
)
def test_the_check_names_what_does_not_hold(change, line, twin, tmp_path, capsys):
    for part in ("truth", "results"):
        shutil.copytree(twin / part, tmp_path / part)
    change(tmp_path)
    assert main(["--check", str(tmp_path)]) == 1
    assert line in capsys.readouterr().out


@pytest.mark.parametrize(
    "gone",
    [
        *(("archive",), ("medline",), ("embase",), ("scopus",), ("wos",), ("library",)),
        *(("screener_a",), ("screener_b",), ("included",)),
        *(("coder_a",), ("coder_b_1",), ("coder_b_2",), ("coder_c",), ("committee",)),
        *(("screening",), ("adjudication",), ("regroup",), ("eligibility",)),
        *(("screener_b", "library"), ("wos", "coder_a", "included")),
        ("archive", "medline", "embase", "scopus", "wos"),
    ],
    ids=", ".join,
)
def test_no_claim_newly_differs_without_an_input(gone, twin, tmp_path):
    review = tmp_path / "review"
    for part in ("config", "results", ".snakemake"):  # with its records, so that every stage notices
        shutil.copytree(twin / part, review / part)
    take_out(review, *gone)
    done = ask(review, "--cores", "2", "results/report/comparison.csv")
    assert done.returncode == 0, done.stderr
    before = {row["claim_id"]: row["verdict"] for row in rows(twin / "results/report/comparison.csv")}
    after = {row["claim_id"]: row for row in rows(review / "results/report/comparison.csv")}
    for name, row in after.items():
        # What is wrong with the print alone is seen without any input. The list of included studies is
        # still there, but without all decisions on all records it counts as a place of the paper.
        of_the_list = row["measure"] == "included_known" and row["verdict"] == "consistent"
        if row["verdict"] != before[name] and not of_the_list:
            assert row["verdict"] == "cannot be checked" or row["forensics"], name
    lost = [row for row in after.values() if row["verdict"] == "cannot be checked"]
    assert len(lost) > (2 if gone not in (("committee",), ("regroup",)) else 1)


def test_a_person_who_knows_answers_every_doubtful_pair(twin, tmp_path, capsys):
    for part in ("truth", "results", "config"):
        shutil.copytree(twin / part, tmp_path / part)
    assert main(["--answer", str(tmp_path)]) == 0
    pairs = rows(tmp_path / "results/records/maybe.csv")
    verdicts = rows(tmp_path / "config/decisions/duplicates.csv")
    assert [(row["record_a"], row["record_b"]) for row in verdicts] == [
        (row["record_a"], row["record_b"]) for row in pairs
    ]
    assert {row["duplicate"] for row in verdicts} <= {"yes", "no"}
    assert f"{len(pairs)} verdicts" in capsys.readouterr().out
