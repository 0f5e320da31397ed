"""Run the workflow on a review in a folder, as a user does, and look at what came of it."""

import csv
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import psutil

from tests.paths import REPOSITORY
from tests.workflow.limits import wait
from tests.workflow.preloaded import Preloaded


def command(review: Path, *arguments: str, repository: Path = REPOSITORY) -> list[str]:
    """Return the command line of Snakemake for a review."""
    snakefile = str(repository / "Snakefile")
    own = ["--snakefile", snakefile, "--directory", str(review), *arguments]
    return [sys.executable, "-m", "snakemake", *own]


def environment_of(review: Path, **changes: str) -> dict[str, str]:
    """Return the environment of a run: ours, with caches inside the review."""
    return {**os.environ, "XDG_CACHE_HOME": str(review / ".cache"), "REVIEW_CACHE": "", **changes}


def run_program(command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a program to its end, within the limits of processor time, and keep what it prints."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = psutil.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        returncode = wait(process)
        texts = []
        for stream in (out, err):
            stream.seek(0)
            texts.append(stream.read().decode("utf-8"))  # whatever locale a test before this one has set
    return subprocess.CompletedProcess(command, returncode, *texts)


def snakemake(
    review: Path, *arguments: str, repository: Path = REPOSITORY, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Start Snakemake as a program, as a user does."""
    line = command(review, *arguments, repository=repository)
    return run_program(line, environment_of(review, **environment))


@cache
def _preloaded() -> Preloaded:
    return Preloaded()


def end_preloaded() -> None:
    """End the process behind ``ask``, if there is one, so that its processor time is counted with ours."""
    if _preloaded.cache_info().currsize:
        _preloaded().close()
        _preloaded.cache_clear()


def ask(review: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Do the same without the three seconds that a start of Python and Snakemake takes.

    For plans, questions, mistakes, and runs of a few jobs. It is the same Snakefile in the same Snakemake,
    but not the program that a shell starts: what Python reads when it starts (a locale, a hash seed) changes
    only the jobs. Where that matters take ``snakemake``.
    """
    own = command(review, *arguments)[3:]
    return _preloaded().run(own, environment_of(review, **environment))


def planned(done: subprocess.CompletedProcess[str]) -> dict[str, int]:
    """Return rule -> number of jobs, from the table of jobs that Snakemake prints."""
    table = re.search(r"Job stats:\n(.*?)\n\n", done.stdout + done.stderr, flags=re.DOTALL)
    rows = [line.split() for line in table[1].splitlines()[2:]] if table else []
    return {name: int(number) for name, number in rows if name not in ("total", "all")}


def groups_fit(review: Path) -> bool:
    """Say whether no group of jobs of the Slurm profile waits for a job that waits for the group."""
    done = ask(review, "--profile", str(REPOSITORY / "profiles/slurm"), "--dry-run", "--forceall")
    assert "Error in group" not in done.stdout + done.stderr, done.stdout + done.stderr
    return done.returncode == 0


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} appears {text.count(old)} times in {path.name}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def seal(review: Path, name: str) -> None:
    """Write the new digest of an input, as a user who meant the change does."""
    table = review / "config/inputs.tsv"
    digest = hashlib.sha256((review / name).read_bytes()).hexdigest()
    lines = [
        re.sub(r"\b[0-9a-f]{64}\b", digest, line) if line.startswith(f"{name}\t") else line
        for line in table.read_text(encoding="utf-8").splitlines(keepends=True)
    ]
    table.write_text("".join(lines), encoding="utf-8")


def take_out(review: Path, *names: str) -> None:
    """Take inputs, and files of config/decisions, out of the folder, as a user does who lacks them."""
    table, settings = review / "config/inputs.tsv", review / "config/config.yaml"
    lines = table.read_text(encoding="utf-8").splitlines(keepends=True)
    for line in [line for line in lines if Path(line.split("\t")[0]).stem in names]:
        lines.remove(line)
        path = review / line.split("\t")[0]
        shutil.rmtree(path.parent) if path.name == "archive.json" else path.unlink()
        if line.split("\t")[1] == "included":
            edit(settings, "included_list: complete", "included_list: none")
    table.write_text("".join(lines), encoding="utf-8")
    for name in names:
        for path in (review / f"config/decisions/{name}.csv", review / f"config/{name}.csv"):
            path.unlink(missing_ok=True)
