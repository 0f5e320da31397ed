"""A zip file is opened only if what it holds has a reasonable size, and damage is named."""

import io
import zipfile

import pytest

from scripts.common.errors import InputError
from scripts.common.files.archives import check_unpacked, open_archive, unpack
from scripts.common.review.settings import Limits
from tests.paths import SPECIMENS

SPECIMEN = SPECIMENS / "cases/faults/bombs/bomb.qdpx"


def packed(**members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


MEGABYTE = b"0" * 1_000_000
BOMBS = {
    "one member": {"project.qde": 3 * MEGABYTE},
    "many members": {f"sources/{number}.txt": MEGABYTE for number in range(3)},
    "a zip file inside": {"articles.zip": packed(articles=3 * MEGABYTE)},
    "a zip file inside, with another ending": {"articles.csv": packed(articles=packed(inner=3 * MEGABYTE))},
    "a damaged member beside": {"a.csv": b"PK\x03\x04 no zip", "b.csv": 3 * MEGABYTE},
}


@pytest.mark.parametrize("members", BOMBS.values(), ids=BOMBS)
@pytest.mark.parametrize("ending", ["qdpx", "xlsx", "zip", "asreview", "csv"])
def test_a_small_file_that_unpacks_to_too_much_is_refused_by_name(members, ending, tmp_path):
    bomb, harmless = tmp_path / f"bomb.{ending}", tmp_path / "notes.csv"
    bomb.write_bytes(packed(**members))
    harmless.write_bytes(4 * MEGABYTE)
    assert bomb.stat().st_size < 10_000
    with pytest.raises(InputError, match=rf"bomb\.{ending} unpacks to 3 MB; limits.unpacked_mb allows 2 MB"):
        check_unpacked([harmless, bomb], max_mb=2)
    check_unpacked([harmless, bomb], max_mb=4)


@pytest.mark.skipif(not SPECIMEN.is_file(), reason="no shared/cases/faults/bombs here")
def test_the_specimen_of_a_project_of_300_kb_is_refused_by_the_default_limit():
    with pytest.raises(InputError, match=r"bomb\.qdpx unpacks to 315 MB; limits.unpacked_mb allows 250 MB"):
        check_unpacked([SPECIMEN], Limits().unpacked_mb)


def test_all_files_that_are_too_large_are_named_at_once(tmp_path):
    for name in ("a.qdpx", "b.xlsx", "c.zip"):
        (tmp_path / name).write_bytes(packed(text=b"0" * (3_000_000 if name != "c.zip" else 10)))
    with pytest.raises(InputError) as refused:
        check_unpacked(sorted(tmp_path.iterdir()), max_mb=2)
    assert [name in str(refused.value) for name in ("a.qdpx", "b.xlsx", "c.zip")] == [True, True, False]
    assert "\n" not in str(refused.value)


def test_what_the_model_of_asreview_has_learned_is_not_looked_into(tmp_path):
    project = tmp_path / "project.asreview"
    project.write_bytes(packed(**{"features.npz": packed(matrix=3 * MEGABYTE)}))
    check_unpacked([project], max_mb=2)


def test_what_is_no_archive_or_is_damaged_is_named():
    with pytest.raises(InputError, match=r"review\.zip: cannot be opened as a zip file"):
        open_archive(b"PK no zip", "review.zip")
    damaged = packed(articles=b"one two three" * 99).replace(b"articles", b"Articles", 1)
    with pytest.raises(InputError, match=r"review\.zip: articles cannot be unpacked"):
        unpack(open_archive(damaged, "review.zip"), "articles", "review.zip")
    assert unpack(open_archive(packed(articles=b"one"), "x"), "articles", "x") == b"one"
