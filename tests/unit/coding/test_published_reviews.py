"""The review folders read the files as their authors deposited them, every vote and code, by maps alone."""

import csv
import shutil
from collections import Counter
from pathlib import Path

import pytest
import yaml

from scripts.common.coding.charting import read_variables
from scripts.common.coding.charting_sheets import read_chartings
from scripts.common.coding.codebook_forms import load_codebook
from scripts.common.coding.plans import plans as coding_plans
from scripts.common.coding.sheets import read_codings
from scripts.common.files.maps import resolved_maps
from scripts.common.review.inputs import read_inputs
from scripts.common.screening.sheets import read_decisions
from scripts.common.screening.stages import USUAL_STAGES, plans
from tests.paths import REPOSITORY, SPECIMENS
from tests.settings import coding_settings, screening_rules

DEPOSITS = SPECIMENS / "reviews/deposits"
pytestmark = pytest.mark.skipif(not DEPOSITS.is_dir(), reason=f"{DEPOSITS} is not here")


def deposited():
    """Return digest -> file of everything that was deposited."""
    found = {}
    for manifest in DEPOSITS.glob("*/manifest.tsv"):
        with manifest.open(encoding="utf-8") as stream:
            for row in csv.DictReader(stream, delimiter="\t"):
                found[row["sha256"]] = manifest.parent / row["path"]
    return found


@pytest.fixture
def review(tmp_path, monkeypatch):
    """Return a function that puts a review and its files into an empty folder; its inputs and maps."""

    def place(name):
        monkeypatch.chdir(tmp_path)
        Path("source").symlink_to(REPOSITORY / "reviews" / name / "config")
        files = deposited()
        Path("config").mkdir()
        with open("source/inputs.tsv", encoding="utf-8") as stream:
            for row in csv.DictReader(stream, delimiter="\t"):
                path = Path(row["path"])
                path.parent.mkdir(parents=True, exist_ok=True)
                if not path.exists():
                    shutil.copyfile(files[row["sha256"]], path)
        settings = yaml.safe_load(Path("source/config.yaml").read_text(encoding="utf-8"))
        inputs = read_inputs("source/inputs.tsv")
        return inputs, resolved_maps(settings["sheets"], [item.name for item in inputs]), settings

    return place


def votes(place):
    """Return input -> how many votes of each decision it holds, rulings counted apart."""
    inputs, maps, settings = place
    stages = tuple(settings["screening"].get("stages", USUAL_STAGES))
    rules = screening_rules(stages=list(stages)) if stages != USUAL_STAGES else screening_rules()
    sheets = [read_decisions(plan, rules) for plan in plans(inputs, maps, stages)]
    return {
        sheet.name: (Counter(vote.decision for vote in sheet.votes), len(sheet.rulings)) for sheet in sheets
    }


def coded(place):
    inputs, maps, _ = place
    book = load_codebook("source/codebook.yaml").codes
    coding = read_codings(coding_plans(inputs, coding_settings(), maps), book)
    return Counter(vote.code for vote in coding.votes if vote.stance == "present"), coding


def test_moran_is_read_as_deposited(review):
    place = review("moran2022")
    found = votes(place)
    abstracts, rulings = found["abstracts"]
    assert (sum(abstracts.values()), rulings) == (821, 140)
    assert found["full_texts"][0] == {"exclude": 111, "include": 81}
    codes, coding = coded(place)
    assert codes == {
        "consumer_resource": 12,
        "host_symbiont": 19,
        "competition_cooperation": 63,
        "male_female": 19,
        "parent_offspring": 5,
    }
    assert len({study for study, _, _ in coding.looked}) == 96
    inputs, maps, _ = place
    charting = read_chartings(
        coding_plans(inputs, coding_settings(), maps, "charting"), read_variables("source/charting.yaml")
    )
    kinds = Counter(
        part for v in charting.votes if v.variable == "study_type" for part in v.value.split("; ")
    )
    assert (kinds["Review"], kinds["Modelling/theory"]) == (20, 34)


def test_dimitrov_is_read_as_deposited(review):
    found = votes(review("dimitrov2025"))
    assert found["LB"][0] == {"exclude": 1481, "include": 17}
    assert sum(found["LD"][0].values()) == 1498
    assert sum(found["full_text"][0].values()) == 54  # two reviewers and what was settled, of 18 reports


def test_kondo_is_read_as_deposited(review):
    place = review("kondo2026")
    found = votes(place)
    assert {name: sum(counted.values()) for name, (counted, _) in found.items()} == {
        "titles": 1414,
        "abstracts": 819,
        "full_texts": 70,
        "rulings": 0,
        "settled": 35,
    }
    assert found["rulings"][1] == 23
    codes, coding = coded(place)
    assert len(coding.votes) == 234
    assert (codes["expert_review"], codes["reasoning"], codes["inter_model"]) == (9, 5, 0)
