"""Run the workflow on a review in a folder, as a user does, and look at what came of it."""

import csv
import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

from tests.paths import REPOSITORY


def snakemake(
    review: Path, *arguments: str, repository: Path = REPOSITORY, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "snakemake",
            "--snakefile",
            str(repository / "Snakefile"),
            "--directory",
            str(review),
            *arguments,
        ],
        env={**os.environ, "XDG_CACHE_HOME": str(review / ".cache"), **environment},
        capture_output=True,
        encoding="utf-8",  # whatever locale a test before this one has set
        timeout=300,
    )


def planned(done: subprocess.CompletedProcess[str]) -> dict[str, int]:
    """Return rule -> number of jobs, from the table of jobs that Snakemake prints."""
    table = re.search(r"Job stats:\n(.*?)\n\n", done.stdout + done.stderr, flags=re.DOTALL)
    rows = [line.split() for line in table[1].splitlines()[2:]] if table else []
    return {name: int(number) for name, number in rows if name not in ("total", "all")}


def groups_fit(review: Path) -> bool:
    """Say whether no group of jobs of the Slurm profile waits for a job that waits for the group."""
    done = snakemake(review, "--profile", str(REPOSITORY / "profiles/slurm"), "--dry-run", "--forceall")
    assert "Error in group" not in done.stdout + done.stderr, done.stdout + done.stderr
    return done.returncode == 0


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path.name}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def seal(review: Path, name: str) -> None:
    """Write the digest of an input anew, as a user who meant the change does."""
    table = review / "config/inputs.tsv"
    digest = hashlib.sha256((review / name).read_bytes()).hexdigest()
    lines = [
        re.sub(r"\b[0-9a-f]{64}\b", digest, line) if line.startswith(f"{name}\t") else line
        for line in table.read_text(encoding="utf-8").splitlines(keepends=True)
    ]
    table.write_text("".join(lines), encoding="utf-8")
