"""A change of shared code reruns the jobs that use it, and no others."""

import pytest

from scripts.common.shared_code import digest, script_path, used_modules


def scripts(tmp_path):
    """Write a repository with two scripts; one uses a module that uses another of the same name."""
    for name, text in {
        "common/exports/ris.py": "from scripts.common.values.ris import x\n",
        "common/values/ris.py": "x = 1\n",
        "common/values/other.py": "y = 1\n",
        "records/parse.py": "from scripts.common.exports.ris import x\n",
        "records/count.py": "import json\n",
    }.items():
        path = tmp_path / "scripts" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def test_a_script_depends_on_shared_code_also_at_second_hand(tmp_path):
    repository = scripts(tmp_path)
    assert used_modules(repository, "parse") == ["exports.ris", "values.ris"]
    assert used_modules(repository, "count") == []


@pytest.mark.parametrize(
    ("changed", "reruns"),
    [
        ("common/values/ris.py", True),
        ("common/values/other.py", False),
        ("records/parse.page.j2", True),
        ("common/exports/ris.csv", True),
    ],
    ids=[
        "shared code at second hand",
        "code that it does not use",
        "its template",
        "a table beside shared code",
    ],
)
def test_a_change_of_shared_code_reruns_the_jobs_that_use_it(tmp_path, changed, reruns):
    before, after = scripts(tmp_path / "before"), scripts(tmp_path / "after")
    (after / "scripts" / changed).write_text("z = 2\n", encoding="utf-8")
    assert (digest(after, "parse") != digest(before, "parse")) == reruns


def test_two_files_of_one_name_in_two_rooms_change_the_digest_when_they_swap(tmp_path):
    before, after = scripts(tmp_path / "before"), scripts(tmp_path / "after")
    (before / "scripts/common/exports/ris.csv").write_text("a", encoding="utf-8")
    (after / "scripts/common/values/ris.csv").write_text("a", encoding="utf-8")
    assert digest(after, "parse") != digest(before, "parse")


@pytest.mark.parametrize("twin", ["records", "coding"], ids=["missing", "in two folders"])
def test_a_script_is_exactly_one_file(tmp_path, twin):
    repository = scripts(tmp_path)
    (repository / "scripts/coding").mkdir()
    count = repository / "scripts/records/count.py"
    (repository / "scripts" / twin / "count.py").write_bytes(count.read_bytes())
    if twin == "records":
        count.unlink()
    with pytest.raises(ValueError, match=r"scripts/\*/count\.py: found [02] files"):
        used_modules(repository, "count")


def test_a_shared_module_may_have_the_name_of_a_script(tmp_path):
    repository = scripts(tmp_path)
    for name in ("count.py", "exports/count.py"):
        (repository / "scripts/common" / name).write_text("z = 1\n", encoding="utf-8")
    assert script_path(repository, "count") == repository / "scripts/records/count.py"
