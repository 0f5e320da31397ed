"""A review folder of an older version runs, or one run names all that it must change."""

import re
import shutil
from pathlib import Path

import pytest
import yaml

from scripts.common.claims.published import read_claims
from scripts.common.coding.codebook_forms import read_codebook
from scripts.common.errors import InputError
from scripts.common.review.inputs import read_inputs
from scripts.common.review.settings_checks import check_settings
from scripts.inputs.check_inputs import check_review, every_mistake
from tests.paths import REPOSITORY, SPECIMENS

SCHEMA = REPOSITORY / "config/config.schema.yaml"
FOLDERS = SPECIMENS / "reviews"
OLDER = ("moran", "snhl", "genai")  # folders made with the version of November 2026 (51ece3c)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("config").mkdir()
    return tmp_path


def maps_of(message):
    """Return the maps of a message, as a person copies them."""
    return yaml.safe_load(message.partition("Write:\n")[2])["sheets"]


@pytest.mark.skipif(not FOLDERS.is_dir(), reason=f"{FOLDERS} is not here")
@pytest.mark.parametrize("name", OLDER)
def test_a_folder_of_that_version_passes_once_it_changes_what_was_named(folder, name):
    shutil.copytree(FOLDERS / name / "config", "config", dirs_exist_ok=True, copy_function=shutil.copyfile)
    settings = yaml.safe_load(Path("config/config.yaml").read_text(encoding="utf-8"))
    try:
        check_settings(settings, SCHEMA)
    except InputError as error:
        if "sheets: replaced" in str(error):
            settings["sheets"] = maps_of(str(error))
            del settings["screening"]["sheets"]
    published = Path("config/published.yaml")
    claims = yaml.safe_load(published.read_text(encoding="utf-8"))
    with pytest.raises(InputError, match=r"check is no longer a name\. Write origin instead"):
        read_claims(read_codebook("config/codebook.yaml"), "config/published.yaml")
    for claim in claims:
        claim.pop("check", None)
        claim["origin"] = "printed"
    published.write_text(yaml.safe_dump(claims, allow_unicode=True), encoding="utf-8")
    assert check_settings(settings, SCHEMA).review.name
    assert len(read_claims(read_codebook("config/codebook.yaml"), "config/published.yaml")) == len(claims)


OLD_SCREENING = "  sheets:\n  - {file: screening, reviewer: Ann}\n"
OLD_CODING = "  sheets:\n  - {file: ann, coder: ann}\n  - {file: bob, coder: bob, study_column: study}\n"


def test_one_run_names_all_that_a_folder_must_change_and_doing_so_is_enough(folder):
    """The tiny review with settings and claims of that version; every step is one that a message names."""
    shutil.copytree(REPOSITORY / "tests/data/tiny_review/config", "config", dirs_exist_ok=True)
    config, published = Path("config/config.yaml"), Path("config/published.yaml")
    text = config.read_text(encoding="utf-8")
    text = text.replace("screening:\n", f"screening:\n{OLD_SCREENING}", 1)
    config.write_text(text.replace("coding:\n", f"coding:\n{OLD_CODING}", 1), encoding="utf-8")
    claims = published.read_text(encoding="utf-8")
    published.write_text(claims.replace("  origin: printed\n", "  check: recomputed\n"), encoding="utf-8")
    first = check_error(config)
    lines = str(every_mistake(yaml.safe_load(config.read_text(encoding="utf-8")), SCHEMA, first)).split("\n")
    assert lines[0].startswith("config/config.yaml: screening.sheets and coding.sheets: replaced by sheets")
    assert sum(
        "check is no longer a name. Write origin instead: printed" in line for line in lines
    ) == claims.count("  origin: printed\n")
    maps = maps_of("\n".join(line for line in lines if not line.startswith("config/published.yaml")))
    settings = yaml.safe_load(config.read_text(encoding="utf-8"))
    for stage in ("screening", "coding"):
        del settings[stage]["sheets"]
    written = published.read_text(encoding="utf-8")
    published.write_text(re.sub("check: recomputed", "origin: printed", written), encoding="utf-8")
    check_review(check_settings({**settings, "sheets": maps}, SCHEMA), read_inputs())


def check_error(config):
    """Return what stops the reading of a review's settings."""
    with pytest.raises(InputError) as stopped:
        check_settings(yaml.safe_load(config.read_text(encoding="utf-8")), SCHEMA)
    return stopped.value
