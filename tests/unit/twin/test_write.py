"""The synthetic review: one seed gives the same bytes, readers read all of it back, its truth adds up."""

import csv
import hashlib
import json
import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from itertools import islice
from pathlib import Path

import pytest
import yaml

from scripts.common.claims.published import COMPARISONS, read_claims
from scripts.common.coding.codebook_forms import read_codebook
from scripts.common.exports.export import Export
from scripts.common.records.record import SetAside
from scripts.common.screening.flow import EQUATIONS
from scripts.common.search.replay import Replay
from scripts.common.search.windows import Window
from tests.paths import REPOSITORY
from tests.twin import works
from tests.twin.__main__ import main
from tests.twin.write import write_review
from tests.workflow.running import rows

NUMBER = 200


@pytest.fixture(scope="module")
def twin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("twin") / "review"
    write_review(folder, NUMBER, 1)
    return folder


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_seed_gives_the_same_bytes_and_another_one_others(twin, tmp_path):
    command = [sys.executable, "-m", "tests.twin", "--works", str(NUMBER), "--seed"]
    for seed in ("1", "2"):
        subprocess.run(
            [*command, seed, str(tmp_path / seed)], cwd=REPOSITORY, check=True,
            env={**os.environ, "PYTHONHASHSEED": "11", "TZ": "America/St_Johns", "LC_ALL": "C"},
        )  # fmt: skip
    assert digests(tmp_path / "1") == digests(twin)
    same = digests(tmp_path / "2").items() & digests(twin).items()
    fixed = {"README.md", "config/inputs/README.md", "config/eligibility.csv", "config/codebook.yaml"}
    assert fixed <= {name for name, _ in same}
    assert not [name for name, _ in same if name.startswith("config/inputs/exports/")]


def test_a_work_does_not_depend_on_how_many_follow():
    assert list(works.works(50, 1))[:49] == list(islice(works.works(5_000, 1), 49))


def test_it_is_written_into_an_empty_folder_only_and_is_never_too_small(tmp_path, capsys):
    (tmp_path / "mine").write_text("precious", encoding="utf-8")
    for arguments, message in (
        ([str(tmp_path)], "is not empty"),
        ([str(tmp_path / "new"), "--works", "20"], "at least 150 are needed"),
    ):
        with pytest.raises(SystemExit):
            main(arguments)
        assert message in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_every_record_of_every_dialect_is_read_back(twin):
    written = Counter(row["input"] for row in rows(twin / "truth/records.csv"))
    assert len(written) == 6
    for path in sorted((twin / "config/inputs/exports").iterdir()):
        pieces = list(Export(str(path)))
        assert not [piece for piece in pieces if isinstance(piece, SetAside)]
        assert len(pieces) == written.pop(path.stem), path.name
        assert all(piece["title"] and piece["authors"] and piece["year"] for piece in pieces)
        assert any(piece["doi"] for piece in pieces)
    in_search = 0
    for path in sorted((twin / "config/inputs/pubmed").glob("*.xml.gz")):
        receipt = json.loads(path.with_name(path.name.replace("xml.gz", "json")).read_text("utf-8"))
        window = Window.parse(path.name.removesuffix(".xml.gz"))
        archive = path.with_name("archive.json")
        query = json.loads(archive.read_text("utf-8"))["query"]
        found = list(Replay(str(archive), window, query, "crdt").records())
        assert [record.known[:4] for record in found] == [path.name[:4]] * receipt["count"]
        in_search += receipt["count"] * (path.name[:4] <= str(works.LAST_YEAR))
    assert written == {"pubmed": in_search}


def test_the_truth_adds_up(twin):
    flow = defaultdict(int, {row["box"]: int(row["count"]) for row in rows(twin / "truth/flow.csv")})
    for wholes, parts in EQUATIONS:
        assert sum(flow[box] for box in wholes) == sum(flow[box] for box in parts), wholes
    records = rows(twin / "truth/records.csv")
    assert flow["database_results"] + flow["citations_results"] == len(records)
    assert {int(row["work"]) for row in records} == set(range(NUMBER))
    outcomes = rows(twin / "truth/works.csv")
    boxes = Counter(row["box"] for row in outcomes)
    assert boxes["dbr_included"] + boxes["other_included"] == flow["new_reports"]
    studies = {row["study_id"] for row in outcomes} - {""}
    assert len(studies) == flow["new_studies"] == len(rows(twin / "config/inputs/included.csv"))
    for stage, column in (("title_abstract", "first"), ("full_text", "second")):
        (cells,) = [row for row in rows(twin / "truth/screening_agreement.csv") if row["stage"] == stage]
        judged = sum(row[column] not in ("", "not retrieved") for row in outcomes)
        assert sum(int(n) for name, n in cells.items() if name != "stage") == judged


def test_votes_and_rulings_give_the_decision(twin):
    votes = defaultdict(set)
    for name in ("screener_a", "screener_b"):
        for row in rows(twin / f"config/inputs/{name}.csv"):
            votes[row["record"], row["stage"]].add(row["decision"])
    ruled = {(row["record"], row["stage"]) for row in rows(twin / "config/decisions/screening.csv")}
    assert ruled == {key for key, decisions in votes.items() if len(decisions) > 1}
    decided = Counter(row["first"] for row in rows(twin / "truth/works.csv"))
    assert sum(stage == "title_abstract" for _, stage in votes) == decided["include"] + decided["exclude"]


def test_blank_is_not_absent_in_wide_sheets(twin):
    with (twin / "config/inputs/coder_b_1.csv").open(encoding="utf-8", newline="") as stream:
        cells = Counter(cell for row in list(csv.reader(stream, delimiter=";"))[1:] for cell in row[1:])
    assert set(cells) == {"0", "1", ""}
    assert 0 < cells[""] < cells["1"] < cells["0"]


def test_slips_of_every_kind_are_planted_beside_right_claims(twin, monkeypatch):
    monkeypatch.chdir(twin)
    codes = read_codebook("config/codebook.yaml")
    claims = {claim.id: claim for claim in read_claims(codes, "config/published.yaml")}
    slips = {row["claim_id"]: row for row in rows(twin / "truth/slips.csv")}
    right = {row["claim_id"]: row["verdict"] for row in rows(twin / "truth/claims.csv")}
    assert right.keys() == claims.keys()
    assert {claims[name].comparison for name in slips} == set(COMPARISONS)
    checks = {"share", "flow", "part", "twice", "list", "range"}
    assert {row["forensics"] for row in slips.values()} == {"", *checks}
    assert {right[name] for name in slips} == {"differs", "contradictory as printed"}
    others = Counter(verdict for name, verdict in right.items() if name not in slips)
    assert others.keys() == {"recomputed and equal", "consistent", "within tolerance", "cannot be checked"}
    assert others["recomputed and equal"] > len(slips)


def test_nothing_of_it_can_be_taken_for_real(twin):
    settings = yaml.safe_load((twin / "config/config.yaml").read_text(encoding="utf-8"))
    assert "Nothing in it is real" in settings["review"]["title"]
    assert (
        (twin / "README.md")
        .read_text(encoding="utf-8")
        .startswith("# A synthetic review: nothing in it is real")
    )
    assert {row["provenance"][:8] for row in _inputs(twin)} == {"Invented"}
    text = "".join(path.read_text(encoding="utf-8") for path in (twin / "config/inputs/exports").iterdir())
    assert set(re.findall(r"10\.\d{4,9}/", text)) == {"10.5555/"}


def _inputs(twin: Path) -> list[dict[str, str]]:
    with (twin / "config/inputs.tsv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter="\t"))
