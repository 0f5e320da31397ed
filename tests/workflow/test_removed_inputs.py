"""A claim on every number of a review with inputs of many kinds: without an input none newly differs."""

import hashlib
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.common.claims.measures import TEXTS, family_of
from tests.workflow import tiny_review
from tests.workflow.running import ask, rows, take_out

pytestmark = pytest.mark.thorough("a run of the later stages for each input")

COMPARISON, MEASURES = "results/report/comparison.csv", "results/report/measures.csv"
CHART = "study,coder,country,people\n"
INPUTS = {  # beside those of the tiny review: name -> kind, ending, content
    "chart_a": ("charting", "csv", f"{CHART}1,a,UK,10\n2,a,China,20\n3,a,UK,30\n4,a,UK,40\n"),
    "chart_b": ("charting", "csv", f"{CHART}1,b,UK,10\n2,b,UK,20\n3,b,UK,30\n4,b,UK,41\n"),
    "reports": ("reports", "csv", "study,title,doi\n1,Example protocol,10.5555/protocol.1\n"),
    "before": ("previous", "csv", "study_id,title,doi,pmid\n1,Example trial,10.5555/example.1,\n"),
    "numbers": ("numbers", "csv", "record,doi,pmid\n11,10.5555/example.1,\n12,,99000003\n"),
    "org": ("organisation", "ris", "TY  - JOUR\nTI  - A report about care at home\nPY  - 2020\nER  - \n"),
    "third": (
        "decisions", "csv",
        "record,stage,reviewer,decision,reason\n99000001,title_abstract,cy,include,\n"
        "zotero:2,title_abstract,cy,exclude,wrong design\n",
    ),
}  # fmt: skip
SETTLED = {
    "adjudication": "study_id,code,final,reason,who\n2,falls,absent,read again,Dee\n",
    "charting_adjudication": (
        "study_id,variable,final,reason,who\n2,country,China,read,Dee\n4,people,40,read,Dee\n"
    ),
    "screening": "record,stage,final,reason,who\novid:4,title_abstract,exclude,wrong design,Dee\n",
}
VARIABLES = [
    {
        "id": "country",
        "label": {"en": "Country"},
        "type": "one",
        "values": ["China", "UK"],
        "definition": None,
    },
    {"id": "people", "label": {"en": "People"}, "type": "number", "values": None, "definition": None},
]
OF_THE_TINY_REVIEW = ("archive", "ovid", "zotero", "included", "ann", "bob", "duplicates")


def write_review(folder: Path) -> None:
    tiny_review.write(folder)
    config = folder / "config"
    settings = yaml.safe_load((config / "config.yaml").read_text(encoding="utf-8"))
    lines = []
    for name, (kind, ending, text) in INPUTS.items():
        path = config / f"inputs/{name}.{ending}"
        path.write_text(text, encoding="utf-8")
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        lines.append(f"config/inputs/{path.name}\t{kind}\tx\t-\t2021-07-01\tinvented\t{digest}\tinvented\n")
        settings["inputs"].setdefault(kind, []).append(name)
    with (config / "inputs.tsv").open("a", encoding="utf-8") as table:
        table.writelines(lines)
    for name, text in SETTLED.items():
        (config / f"decisions/{name}.csv").write_text(text, encoding="utf-8")
    settings["inputs"]["rulings"] += SETTLED
    settings["coding"]["consensus"] = "majority"
    (config / "config.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    (config / "charting.yaml").write_text(yaml.safe_dump({"variables": VARIABLES}), encoding="utf-8")


def claims_on(measures: list[dict[str, str]]) -> list[dict[str, Any]]:
    """Return two claims on every number that is known exactly: what it is here, and one more."""
    claims = []
    for row in measures:
        is_number = family_of(row["measure"]) not in TEXTS and re.fullmatch(r"-?\d+(\.\d+)?", row["value"])
        if row["bound"] != "exact" or not is_number:
            continue
        value = float(row["value"]) if "." in row["value"] else int(row["value"])
        share = {"comparison": "share", "of": int(row["of"]), "decimals": 1} if row["of"] else {}
        for printed in (value, value - 1 if row["of"] and value > 99 else value + 1):
            about = {"id": f"K{len(claims)}", "statement": row["measure"], "measure": row["measure"]}
            rest = {"unit": "x", "place": "abstract", "origin": "printed", "confidence": "verified"}
            claims.append({**about, **rest, "value": printed, "source": "x", "comparison": "equal", **share})
    return claims


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A review with a claim on each of its numbers, judged."""
    review = tmp_path_factory.mktemp("every measure") / "review"
    write_review(review)
    for target in (MEASURES, COMPARISON):
        done = ask(review, "--cores", "2", target)
        assert done.returncode == 0, done.stderr
        if target == MEASURES:
            text = yaml.safe_dump(claims_on(rows(review / MEASURES)))
            (review / "config/published.yaml").write_text(text, encoding="utf-8")
    return review


def test_every_other_claim_differs_or_contradicts(judged):
    claims = rows(judged / COMPARISON)
    assert len(claims) > 500
    assert {row["verdict"] for row in claims[1::2]} <= {"differs", "contradictory as printed"}
    # Of two numbers printed for one thing the finding says so, whichever is right.
    right = {row["verdict"] for row in claims[::2] if not row["forensics"]}
    assert right == {"recomputed and equal", "consistent", "transcription only"}


@pytest.mark.parametrize("listed", [True, False], ids=["listed", "without the list"])
@pytest.mark.parametrize("gone", [*OF_THE_TINY_REVIEW, *INPUTS, *SETTLED])
def test_no_claim_newly_differs_or_contradicts_without_an_input(gone, listed, judged, tmp_path):
    review = Path(shutil.copytree(judged, tmp_path / "review"))
    take_out(review, gone)
    if not listed:
        path = review / "config/config.yaml"
        settings = yaml.safe_load(path.read_text(encoding="utf-8"))
        path.write_text(yaml.safe_dump({**settings, "inputs": {}}), encoding="utf-8")
    done = ask(review, "--cores", "2", COMPARISON)
    assert done.returncode == 0, done.stderr
    before = [row["verdict"] for row in rows(judged / COMPARISON)]
    for row, earlier in zip(rows(review / COMPARISON), before, strict=True):
        if row["verdict"] != earlier and not row["forensics"]:
            assert row["verdict"] not in ("differs", "contradictory as printed"), row["measure"]
            assert row["verdict"] == "cannot be checked" or not listed, row["measure"]
