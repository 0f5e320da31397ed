"""A stop says on one line what people can fix; only our own bugs leave a trace, and that in the log."""

import logging
from pathlib import Path
from types import SimpleNamespace

import pytest

from scripts.common.errors import InputError
from scripts.common.job import job, log


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


def test_under_make_warnings_wait_in_the_log_and_errors_are_shown(rule, capsys, monkeypatch):
    def work():
        log.warning("look at the accents")
        raise InputError("a.csv: empty")

    monkeypatch.setenv("REVIEW_SCREEN", "ERROR")
    with pytest.raises(SystemExit):
        run(rule, work)
    assert capsys.readouterr().err == "ERROR a.csv: empty\n"
    assert Path(rule.log[0]).read_text(encoding="utf-8").startswith("WARNING look at the accents\n")


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
