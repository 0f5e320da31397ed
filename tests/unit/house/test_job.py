"""A stop says on one line what people can mend; only our own bugs leave a trace, and that in the log."""

import logging
from pathlib import Path
from types import SimpleNamespace

import pytest

from scripts.common.errors import InputError
from scripts.common.job import job, log
from scripts.common.shared_code import _imports, digest, used_modules
from tests.paths import REPOSITORY


@pytest.fixture
def rule(tmp_path, monkeypatch):
    """Return a stand-in for Snakemake's object; the logger is put back after the test."""
    monkeypatch.setattr(log, "handlers", [])
    monkeypatch.setattr(log, "propagate", True)
    level = log.level
    yield SimpleNamespace(rule="parse_export", log=[str(tmp_path / "parse_export.log")])
    log.setLevel(level)


def run(rule, action):
    with job(rule):
        action()


def stop():
    raise InputError("embase.ris: 412 records begin (TY), 411 were read.")


def bug():
    raise ZeroDivisionError("division by zero")


def test_wrong_input_ends_the_job_with_one_line_on_screen_and_in_the_log(rule, capsys):
    with pytest.raises(SystemExit) as ended:
        run(rule, stop)
    line = "ERROR embase.ris: 412 records begin (TY), 411 were read.\n"
    assert ended.value.code == 1
    assert capsys.readouterr().err == line
    assert Path(rule.log[0]).read_text(encoding="utf-8") == line


def test_a_bug_of_ours_is_called_one_and_its_trace_goes_to_the_log_only(rule, capsys):
    with pytest.raises(SystemExit) as ended:
        run(rule, bug)
    assert ended.value.code == 1
    screen = capsys.readouterr().err
    assert screen.count("\n") == 1
    assert f"parse_export: this is a bug of ours; please report it with {rule.log[0]}" in screen
    text = Path(rule.log[0]).read_text(encoding="utf-8")
    assert "Traceback" in text
    assert "ZeroDivisionError: division by zero" in text


def test_counts_go_to_the_log_and_only_warnings_to_the_screen_too(rule, capsys):
    def work():
        log.info("1,204 records in")
        log.warning("look at the accents")

    run(rule, work)
    assert capsys.readouterr().err == "WARNING look at the accents\n"
    text = Path(rule.log[0]).read_text(encoding="utf-8")
    assert text == "INFO 1,204 records in\nWARNING look at the accents\n"
    assert logging.getLogger("review") is log


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
    repository = scripts(tmp_path)
    before = digest(repository, "parse")
    (repository / "scripts" / changed).write_text("z = 2\n", encoding="utf-8")
    _imports.cache_clear()
    assert (digest(repository, "parse") != before) == reruns


def test_two_files_of_one_name_in_two_rooms_change_the_digest_when_they_swap(tmp_path):
    repository = scripts(tmp_path)
    exports, values = (repository / "scripts/common" / room / "ris.csv" for room in ("exports", "values"))
    exports.write_text("a", encoding="utf-8")
    before = digest(repository, "parse")
    exports.rename(values)
    assert digest(repository, "parse") != before


@pytest.mark.parametrize("twin", ["records", "coding"], ids=["missing", "in two folders"])
def test_a_script_is_exactly_one_file(tmp_path, twin):
    repository = scripts(tmp_path)
    (repository / "scripts/coding").mkdir()
    count = repository / "scripts/records/count.py"
    (repository / "scripts" / twin / "count.py").write_bytes(count.read_bytes())
    if twin == "records":
        count.unlink()
    with pytest.raises(ValueError, match=r"scripts/count\.py: [02] files, one is needed"):
        used_modules(repository, "count")


def test_no_script_imports_another_and_shared_code_imports_no_script():
    for path in (REPOSITORY / "scripts").rglob("*.py"):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith(("from scripts", "import scripts")):
                assert line.startswith("from scripts.common"), f"{path.name}: {line}"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here, a disk that is always full")
@pytest.mark.parametrize("action", [lambda: log.info("a line"), lambda: Path("/dev/full").write_text("a")])
def test_a_full_disk_is_named_and_is_no_bug_of_ours(rule, capsys, action):
    rule.log = ["/dev/full"]
    with pytest.raises(SystemExit) as ended:
        run(rule, action)
    assert ended.value.code == 1
    line = f"ERROR {Path.cwd()}: No space left on device. Make room, then run again.\n"
    assert capsys.readouterr().err == line


def test_a_result_that_must_not_be_written_is_named(rule, capsys):
    def write():
        raise PermissionError(13, "Permission denied", "results/coding/themes.csv")

    with pytest.raises(SystemExit):
        run(rule, write)
    what = "Permission denied. Let this file be read or written, then run again."
    assert capsys.readouterr().err == f"ERROR results/coding/themes.csv: {what}\n"
