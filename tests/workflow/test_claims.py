"""Claims through the workflow: a missing input, changes between two runs, a contradicted answer."""

import html
import re

import pytest
import yaml

from scripts.common.screening.flow import BOXES
from tests.paths import REPOSITORY
from tests.workflow.running import ask, edit, rows, take_out

COMPARISON = "results/report/comparison.csv"
CANNOT = "cannot be checked"


ALL = ("archive", "ovid", "zotero", "screening", "included", "ann", "bob", "duplicates")
TOGETHER = ("archive", "ann")
OTHERS_TOGETHER = (("ovid", "zotero", "bob"), ("included", "screening"), ("archive", "ovid"))
LIKE_THAT = pytest.mark.thorough("two others are taken out together")
# Family of measures -> the inputs that decide their values; those of the codebook rest on none.
REST_ON = {
    "flow": {"archive", "ovid", "zotero", "screening", "included", "duplicates"},
    "included_retrieved": {"archive", "ovid", "zotero", "included", "duplicates"},
    **{family: {"ann", "bob", "included"} for family in ("studies", "rank", "percent", "study_numbers")},
    "themes": set(),
    "children": set(),
    "": set(),
}


@pytest.mark.parametrize(
    "gone",
    [
        *((name,) for name in ALL),
        TOGETHER,
        *(pytest.param(gone, marks=LIKE_THAT) for gone in OTHERS_TOGETHER),
    ],
    ids=", ".join,
)
def test_without_an_input_its_claims_cannot_be_checked_and_none_newly_differs(tiny, gone):
    before = {row["claim_id"]: row for row in rows(tiny / COMPARISON)}
    published = tiny / "config/published.yaml"
    names = re.compile(r"^  inputs: .*\n", flags=re.MULTILINE)
    published.write_text(names.sub("", published.read_text(encoding="utf-8")), encoding="utf-8")
    take_out(tiny, *gone)
    done = ask(tiny, "--cores", "2", COMPARISON)
    assert done.returncode == 0, done.stderr
    for claim in rows(tiny / COMPARISON):
        if REST_ON[claim["measure"].split(":")[0]] & set(gone):
            assert claim["verdict"] == CANNOT, claim["claim_id"]
            assert claim["rests_on"] == ""
            assert claim["needs"]
            assert claim["command"]
        else:
            assert claim["verdict"] == before[claim["claim_id"]]["verdict"]


def test_two_runs_are_compared_in_words_and_the_other_must_be_named(tiny, tiny_built):
    done = ask(tiny, "--cores", "2", "compare")
    assert done.returncode == 1
    assert "ERROR other: names no results to compare with." in done.stderr
    edit(
        tiny / "config/published.yaml",
        "value: 74.6\n  unit: percent\n",
        "value: 75.0\n  unit: percent\n  of: 4\n  decimals: 1\n",
    )
    done = ask(tiny, "--cores", "2", "compare", "--config", f"other={tiny_built}")
    assert done.returncode == 0, done.stderr
    text = (tiny / "results/report/changes.md").read_text(encoding="utf-8")
    assert "was: within tolerance (75.00 (3 of 4)); it is now: recomputed and equal (75.00 (3 of 4))." in text
    assert [row["part"] for row in rows(tiny / "results/report/changes.csv")] == ["claim"]


def test_a_contradicted_answer_fails_the_build_with_one_line(tiny):
    (tiny / "config/reporting.yaml").write_text("prisma_scr: {included: 60}\n", encoding="utf-8")
    done = ask(tiny, "--cores", "2", "results/report/prisma_s.md")
    assert done.returncode == 1
    message = "config/reporting.yaml: prisma_scr.included: says 60, but the results have 4"
    assert f"ERROR {message}" in done.stderr


def test_differences_are_worded_as_questions_and_sent_as_a_letter(tiny):
    edit(
        tiny / "config/published.yaml", "Eleven records were screened\n  value: 11", "Eight were\n  value: 8"
    )
    done = ask(tiny, "--cores", "2", "letter")
    assert done.returncode == 0, done.stderr
    asked = {row["claim_id"]: row for row in rows(tiny / "results/report/questions.csv")}
    assert asked.keys() == {"screened", "falls_some", "privacy_none"}
    assert len(asked["screened"]["names"].split("; ")) == int(asked["screened"]["number"]) == 9
    assert asked["privacy_none"]["because"].startswith("Studies behind our number: 1 (")
    letter = (tiny / "results/report/letter.md").read_text(encoding="utf-8")
    assert (
        "**Eight were** (invented): printed 8; from the files at least 9. Records behind our number" in letter
    )
    assert "Did you count others, or is a file missing here?" in letter
    titles = [record["title"] for record in rows(tiny / "results/records/unique.csv") if record["title"]]
    assert not [title for title in titles if title in letter]


def test_a_printed_number_that_cannot_be_is_called_inconsistent(tiny):
    edit(
        tiny / "config/published.yaml",
        "  value: 74.6\n  unit: percent\n",
        "  value: 74.6\n  unit: percent\n  of: 4\n",
    )
    done = ask(tiny, "--cores", "2", COMPARISON)
    assert done.returncode == 0, done.stderr
    claim = next(row for row in rows(tiny / COMPARISON) if row["claim_id"] == "access_share")
    assert claim["verdict"] == "contradictory as printed"
    assert "74.6% of 4 is no whole number" in claim["forensics"]


def texts_of_the_shipped_review() -> set[str]:
    """Return what only the shipped review may say: its settings, its query, its claims and its codebook."""
    config = REPOSITORY / "config"
    settings, claims, codebook = (
        yaml.safe_load((config / name).read_text(encoding="utf-8"))
        for name in ("config.yaml", "published.yaml", "codebook.yaml")
    )
    texts = {str(value) for value in settings["review"].values()} | {
        settings["search"]["query"],
        codebook["source"],
    }
    texts |= {
        claim[name] for claim in claims for name in ("statement", "source", "needs", "note") if name in claim
    }
    return {" ".join(text.split()) for text in texts} - set(BOXES.values())


def test_nothing_of_the_shipped_review_appears_in_another_one(tiny_built):
    own = texts_of_the_shipped_review()
    assert len(own) > 30
    kinds = (".csv", ".html", ".json", ".md", ".svg", ".yaml", ".yml")
    files = [path for path in sorted(tiny_built.glob("results/**/*")) if path.suffix in kinds]
    assert len(files) > 50
    found = {
        (path.name, text)
        for path in files
        for text in own
        if text in " ".join(html.unescape(path.read_text(encoding="utf-8")).split())
    }
    assert found == set()
