"""The shipped review with its paper: an artificial file in its structure, and a loopback PubMed Central."""

import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.paths import REPOSITORY
from tests.pubmed_service.service import EntrezServer
from tests.workflow.artificial_paper import ARTIFICIAL, article
from tests.workflow.running import ask, edit, groups_fit, planned, rows

CONFIG = "config/config.yaml"


def config_of_shipped(folder: Path) -> Path:
    shutil.copytree(REPOSITORY / "config", folder / "config")
    return folder


def add_paper(review: Path, content: bytes) -> None:
    """Put the paper among the inputs and switch it on, as docs/paper.md says."""
    (review / "config/inputs/paper.xml").write_bytes(content)
    edit(review / CONFIG, "  source: none ", "  source: file ")
    edit(review / CONFIG, "  file: null ", "  file: config/inputs/paper.xml ")
    with (review / "config/inputs.tsv").open("a", encoding="utf-8") as table:
        cells = ("config/inputs/paper.xml", "paper", "the review", "JATS XML", "2022-11-11", "CC BY")
        table.write("\t".join((*cells, hashlib.sha256(content).hexdigest(), "artificial")) + "\n")


def verdicts(review: Path) -> dict[str, tuple[str, str]]:
    return {
        row["claim_id"]: (row["verdict"], row["reproduced"])
        for row in rows(review / "results/report/comparison.csv")
    }


@pytest.fixture(scope="module")
def with_paper(shipped_built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The finished shipped review after its paper was added; the comparison of its claims was run again."""
    review = Path(shutil.copytree(shipped_built, tmp_path_factory.mktemp("paper") / "a review – 综述"))
    add_paper(review, ARTIFICIAL.read_bytes())
    done = ask(review, "--cores", "2", "results/report/comparison.csv")
    assert done.returncode == 0, done.stderr
    return review


def test_the_paper_gives_all_included_studies_and_the_four_lists(with_paper):
    paper = with_paper / "results/paper"
    assert [row["study_id"] for row in rows(paper / "included.csv")] == [str(n) for n in range(37, 98)]
    assert {row["confidence"] for row in rows(paper / "included.csv")} == {"high"}
    themes = {row["code"]: row for row in rows(with_paper / "results/coding/themes.csv")}
    lists = ("communication_efficiency", "communication_speed", "face_to_face_barriers", "people_reached")
    assert [themes[code]["studies"] for code in lists] == ["31", "11", "4", "4"]
    assert {themes[code]["bound"] for code in lists} == {"exact"}
    assert themes["relationships"]["studies"] == "6"
    included = rows(with_paper / "results/screening/included.csv")
    assert len(included) == 61
    (known,) = [row for row in included if row["doi"] == "10.2196/21266"]
    assert known["study_id"] == "69"
    assert "Ramirez 2021" in known["source"]


def test_the_paper_decides_claims_that_could_not_be_checked(with_paper):
    found = verdicts(with_paper)
    assert found["C01"] == ("consistent", "61"), "its list of studies against its abstract"
    assert [found[claim][0] for claim in ("C08", "C09", "C10", "C11")] == ["transcription only"] * 4
    assert "differs" not in {verdict for verdict, _ in found.values()}


@pytest.mark.thorough("every figure and the page again; test_draft.py runs a paper to its page")
def test_the_page_shows_a_verdict_in_the_abstract_and_nothing_is_left_to_do(with_paper):
    done = ask(with_paper, "--cores", "2")
    assert done.returncode == 0, done.stderr
    page = (with_paper / "results/report/index.html").read_text(encoding="utf-8")
    assert "results/paper/included.csv" in page
    assert "paper.source: none" not in page
    assert 'href="#claim-C01" title="C01: consistent">Sixty-one <' in page, "in the abstract"
    assert "results/paper/evidence.csv" in (with_paper / "results/report/checksums.txt").read_text("utf-8")
    again = ask(with_paper, "--cores", "1", "--dry-run")
    assert planned(again) == {}, again.stdout


@pytest.mark.thorough("every stage behind the paper again; unit tests correct each of its tables")
def test_a_correction_wins_and_is_shown(with_paper, tmp_path):
    review = tmp_path / "copy"
    shutil.copytree(with_paper, review)
    (review / "config/decisions").mkdir(exist_ok=True)
    (review / "config/decisions/corrections.csv").write_text(
        "table,item,field,value,reason\n"
        "included,97,included,no,an artificial reason\n"
        "evidence,37,relationships,present,seen in the PDF\n"
        "printed,screened,value,100,read in figure 1\n",
        encoding="utf-8",
    )
    done = ask(review, "--cores", "2", "results/report/index.html")
    assert done.returncode == 0, done.stderr
    assert "97" not in {row["study_id"] for row in rows(review / "results/paper/included.csv")}
    (against,) = rows(review / "results/paper/doubts.csv")
    assert against["says"] == "60 studies, the text states 61"
    themes = {row["code"]: row for row in rows(review / "results/coding/themes.csv")}
    assert "37" in themes["relationships"]["study_ids"].split("; ")
    (number,) = [row for row in rows(review / "results/paper/printed.csv") if row["name"] == "screened"]
    assert (number["value"], number["confidence"]) == ("100", "confirmed")
    assert "an artificial reason" in (review / "results/report/index.html").read_text(encoding="utf-8")
    assert verdicts(review)["C01"][0] != "consistent"


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b'<!DOCTYPE article [<!ENTITY a "b">]><article>&a;</article>', "declares entities"),
        (b"<article><front/></article>", "no full text"),
        (b"<article><body>", "no well-formed XML"),
    ],
    ids=["entities", "front matter only", "cut off"],
)
def test_a_file_that_is_no_full_text_stops_before_work_in_one_line(content, line, tmp_path):
    review = config_of_shipped(tmp_path / "review")
    add_paper(review, content)
    done = ask(review, "--cores", "1")
    assert done.returncode == 1
    (error,) = [text for text in done.stderr.splitlines() if text.startswith("ERROR ")]
    assert "config/inputs/paper.xml" in error
    assert line in error
    assert "Traceback" not in done.stderr
    assert not (review / "results/paper").exists()


# -- PubMed Central ----------------------------------------------------------------------------


def live(review: Path, url: str, *arguments: str, pmid: int = 36429570) -> subprocess.CompletedProcess[str]:
    path = review / CONFIG
    text = re.sub(r"(?m)^(  endpoint: )\S+", rf"\g<1>{url}", path.read_text(encoding="utf-8"))
    path.write_text(re.sub(r"(?m)^(  pmid: )null", rf"\g<1>{pmid}", text, count=1), encoding="utf-8")
    return ask(
        review, "--cores", "2", *arguments, "--config", "paper={source: live}",
        NCBI_EMAIL="somebody@example.org", NCBI_API_KEY="",
    )  # fmt: skip


LINKS = {36429570: 1001, 11: 1002, 12: 1003, 13: 1004}
PMC = {
    1001: article(1001),
    1002: article(1002, licence=False),
    1003: article(1003, body=False),
    1004: "The following PMCID is not available",
}


def test_the_live_paper_is_fetched_by_its_pmid(tmp_path):
    review = config_of_shipped(tmp_path / "review")
    with EntrezServer(pmc=PMC, pmc_links=LINKS) as pubmed:
        done = live(review, pubmed.url, "results/paper/included.csv")
        assert done.returncode == 0, done.stderr
        assert [entry["endpoint"] for entry in pubmed.log()] == ["elink", "efetch"]
    assert len(rows(review / "results/paper/included.csv")) == 61
    receipt = json.loads((review / "results/paper/paper.json").read_text(encoding="utf-8"))
    assert receipt["pmcid"] == "PMC1001"
    assert receipt["licence"] == "https://creativecommons.org/licenses/by/4.0/"
    files = [path for path in review.rglob("*") if path.is_file()]
    assert not [path for path in files if b"somebody@example.org" in path.read_bytes()]


@pytest.mark.parametrize(
    ("pmid", "line"),
    [
        (10, "paper.pmid: 10 is not in PubMed Central"),
        (11, "PMC1002 may be read but not reused here"),
        (12, "PMC1003: no full text (The publisher of this article does not allow"),
        (13, "PubMed Central does not give PMC1004"),
    ],
    ids=["not in PMC", "no licence to reuse", "abstract only", "embargo"],
)
def test_a_paper_that_cannot_be_had_gives_one_line(pmid, line, tmp_path):
    review = config_of_shipped(tmp_path / "review")
    with EntrezServer(pmc=PMC, pmc_links=LINKS) as pubmed:
        done = live(review, pubmed.url, "results/paper/included.csv", pmid=pmid)
        assert len(pubmed.log()) <= 2, "a refusal is not asked for again"
    assert done.returncode == 1
    (error,) = {text for text in done.stderr.splitlines() if text.startswith("ERROR ")}
    assert line in error
    assert "Traceback" not in done.stderr
    assert not (review / "results/paper/paper.xml").exists()


def test_the_groups_of_the_cluster_profile_fit(with_paper):
    assert groups_fit(with_paper)
