"""A review folder of an older version runs, or one run names all that it must change."""

import shutil
from pathlib import Path

import pytest
import yaml

from scripts.common.claims.published import read_claims
from scripts.common.coding.codebook_forms import read_codebook
from scripts.common.errors import InputError
from scripts.common.review.settings_checks import check_settings
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
