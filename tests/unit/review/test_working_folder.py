"""A folder that cannot be written, one that is locked, and what a cluster refuses: one line each."""

import logging
import stat
from pathlib import Path

import pytest

from scripts.common.errors import InputError
from scripts.common.review.cluster import check_slurm
from scripts.common.review.working_folder import check_writable, locked_in_our_words


@pytest.mark.parametrize(
    ("there", "closed", "refused"),
    [
        ((), "", "."),
        ((".snakemake",), ".snakemake", ".snakemake"),
        ((".snakemake", "results/records"), "results/records", "results/records"),
        ((".snakemake", "results"), "", None),
    ],
    ids=["the folder itself", "Snakemake's records", "a stage of the results", "all that is needed is open"],
)
def test_a_folder_that_cannot_be_written_is_named(there, closed, refused, tmp_path, monkeypatch):
    """``os.access`` is asked instead of the disk: root may write wherever modes forbid it."""
    monkeypatch.chdir(tmp_path)
    for name in there:
        Path(name).mkdir(parents=True)
    may_not = Path(closed)
    monkeypatch.setattr("os.access", lambda path, mode: Path(path) != may_not)
    if refused is None:
        check_writable()
        return
    with pytest.raises(InputError) as stopped:
        check_writable()
    assert str(stopped.value).startswith(f"{tmp_path / refused}: this folder cannot be written")


def test_a_locked_folder_is_named_on_one_line_with_what_to_do():
    record = logging.LogRecord("snakemake", logging.ERROR, "", 0, "LockException:\nError: %s", ("x",), None)
    record.exception = "LockException"
    assert locked_in_our_words(record)
    line = record.getMessage()
    assert "\n" not in line
    assert line.startswith(
        f"ERROR {Path.cwd()}: Directory cannot be locked: another run is using this folder"
    )
    assert "snakemake --unlock" in line
    other = logging.LogRecord("snakemake", logging.ERROR, "", 0, "another error", (), None)
    assert locked_in_our_words(other)
    assert other.getMessage() == "another error"


@pytest.fixture
def sbatch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Return a function that puts an sbatch into the path which prints words and ends with a status."""

    def put(status: int, words: str) -> None:
        program = tmp_path / "sbatch"
        (tmp_path / "words").write_text(words)
        program.write_text(f"#!/bin/sh\ncat {tmp_path}/words >&2\nexit {status}\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)

    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("SBATCH_ACCOUNT", "nobody")
    monkeypatch.delenv("SBATCH_PARTITION", raising=False)
    return put


@pytest.mark.parametrize(
    "words",
    [
        "sbatch: error: invalid partition specified: x\nallocation failure: Invalid partition name specified",
        "allocation failure: Invalid account or account/partition combination specified",
        "allocation failure: User's group not permitted to use this partition",
    ],
)
def test_an_account_or_partition_that_slurm_refuses_gives_one_line(words, sbatch):
    sbatch(1, words)
    with pytest.raises(InputError) as refused:
        check_slurm()
    assert "\n" not in str(refused.value)
    assert str(refused.value).startswith("SBATCH_ACCOUNT=nobody, SBATCH_PARTITION=: Slurm refuses this (")
    assert " ".join(words.split()) in str(refused.value)


@pytest.mark.parametrize(
    ("status", "words"),
    [(0, "sbatch: Job 1 to start at 2026-11-26T15:00:00"), (1, "Unable to contact slurm controller")],
    ids=["accepted", "the controller does not answer now"],
)
def test_what_slurm_accepts_or_cannot_answer_now_does_not_stop_the_run(status, words, sbatch):
    sbatch(status, words)
    check_slurm()


def test_a_machine_without_slurm_is_left_to_snakemake(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    check_slurm()
