"""A synthetic review from the search to the claims, compared with its truth; and that the check can fail."""

import re
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


OFTEN = (
    ("archive",), ("embase",), ("screener_a",), ("included",), ("coder_a",), ("adjudication",),
    ("archive", "medline", "embase", "scopus", "wos"),
)  # fmt: skip
THE_OTHERS = (
    ("medline",), ("scopus",), ("wos",), ("library",), ("screener_b",), ("coder_b_1",), ("coder_b_2",),
    ("coder_c",), ("committee",), ("screening",), ("regroup",), ("eligibility",), ("screener_b", "library"),
    ("wos", "coder_a", "included"),
)  # fmt: skip
LIKE_THOSE = pytest.mark.thorough("an input of a kind of which another one is taken out")


@pytest.mark.parametrize(
    "gone", [*OFTEN, *(pytest.param(gone, marks=LIKE_THOSE) for gone in THE_OTHERS)], ids=", ".join
)
def test_no_claim_newly_differs_without_an_input(gone, twin, tmp_path):
    after = judged_without(twin, tmp_path / "review", gone)
    lost = [row for row in after if row["verdict"] == "cannot be checked"]
    assert len(lost) > (2 if gone not in (("committee",), ("regroup",)) else 1)


@pytest.mark.thorough("seven more runs of a stage or more")
@pytest.mark.parametrize("gone", [(), ("embase",), ("screener_a",), ("coder_a",), ("adjudication",)], ids=str)
def test_without_the_list_of_inputs_no_claim_differs_whatever_is_taken_out(gone, twin, tmp_path):
    after = judged_without(twin, tmp_path / "review", gone, listed=False)
    lost = [row for row in after if "inputs: {" in row["needs"]]
    assert lost
    for row in lost:
        assert (row["verdict"], bool(row["reproduced"])) == ("cannot be checked", True)
    page = ask(tmp_path / "review", "--cores", "2", "results/report/index.html")
    assert page.returncode == 0, page.stderr
    text = (tmp_path / "review/results/report/index.html").read_text(encoding="utf-8")
    assert f"In {len(lost)} of these claims our number is not the printed one" in text


def judged_without(
    twin: Path, review: Path, gone: tuple[str, ...], listed: bool = True
) -> list[dict[str, str]]:
    """Return comparison.csv without some inputs; a verdict that is another one must be *cannot be checked*.

    What is wrong with the print alone is seen without any input. ``listed``: the settings list all inputs.
    """
    for part in ("config", "results", ".snakemake"):  # with its records, so that every stage notices
        shutil.copytree(twin / part, review / part)
    take_out(review, *gone)
    settings = review / "config/config.yaml"
    if not listed:
        text = settings.read_text(encoding="utf-8")
        settings.write_text(re.sub(r"(?m)^inputs:.*\n(?:  .*\n)+", "", text), encoding="utf-8")
    done = ask(review, "--cores", "2", "results/report/comparison.csv")
    assert done.returncode == 0, done.stderr
    before = {row["claim_id"]: row["verdict"] for row in rows(twin / "results/report/comparison.csv")}
    after = rows(review / "results/report/comparison.csv")
    for row in after:
        if row["verdict"] != before[row["claim_id"]] and not row["forensics"]:
            assert row["verdict"] not in ("differs", "contradictory as printed"), row["claim_id"]
            # Without the list nobody knows what is missing: what is left may agree.
            assert row["verdict"] == "cannot be checked" or not listed, row["claim_id"]
    return after


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
