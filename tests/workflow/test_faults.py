"""Runs that are killed, lack room or meet another one: one more run ends well, or a line says what to do.

Half a dozen kills by default; REVIEW_KILLS=50 makes it fifty. Each kill is logged with the stage that it hit.
"""

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.paths import REPOSITORY
from tests.workflow import limits, tiny_review
from tests.workflow.mounts import mounted, needs_root, read_only
from tests.workflow.running import ask, command, edit, environment_of, planned, snakemake
from tests.workflow.tiny_review import digests

KILLS = int(os.environ.get("REVIEW_KILLS", "6"))
KILLS_IN_A_ROW = 6  # of one review; then it is run to its end
ALL, ALONE, ONE_JOB = "Snakemake and its jobs", "Snakemake alone", "one job"


class Run:
    """Snakemake at work, in a session of its own so that it can be killed with all it started."""

    def __init__(self, review: Path, *arguments: str) -> None:
        self._log = review.with_name(f"{review.name}.log")
        with self._log.open("w", encoding="utf-8") as stream:
            self._process = psutil.Popen(
                command(review, "--cores", "2", *arguments), env=environment_of(review),
                stdin=subprocess.DEVNULL, stdout=stream, stderr=stream, start_new_session=True,
            )  # fmt: skip

    @property
    def log(self) -> str:
        return self._log.read_text(encoding="utf-8")

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    @property
    def done(self) -> int:
        """Return how many jobs have ended."""
        return self.log.count("Finished jobid: ")

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Let Snakemake start and end nothing meanwhile; jobs that have begun go on."""
        self._process.suspend()
        try:
            yield
        finally:
            self._process.resume()

    def until(self, jobs: int) -> None:
        """Wait until so many jobs have ended, or the run has."""
        while self.alive and self.done < jobs:
            time.sleep(0.01)

    def jobs(self) -> list[tuple[psutil.Process, str]]:
        """Return process and rule of every script at work."""
        found = []
        with contextlib.suppress(psutil.NoSuchProcess):
            for process in self._process.children(recursive=True):
                with contextlib.suppress(psutil.NoSuchProcess):
                    script = next(
                        (word for word in process.cmdline() if "/.snakemake/scripts/" in word), None
                    )
                    if script and "python" in process.name():
                        found.append((process, script.split(".")[-2]))
        return found

    def kill(self, what: str) -> str:
        """Kill and return what was killed; wait until nothing of it is at work.

        Where one job is to be killed and none is at work, Snakemake is killed with all it has.
        """
        jobs = self.jobs()
        if what == ONE_JOB and jobs:
            with contextlib.suppress(psutil.NoSuchProcess):
                jobs[0][0].kill()
        elif what == ALONE:
            self._process.kill()
        else:
            what = ALL
            os.killpg(self._process.pid, signal.SIGKILL)
        psutil.wait_procs([self._process, *(process for process, _ in jobs)], timeout=limits.IDLE_SECONDS)
        return what

    def wait(self) -> int:
        return limits.wait(self._process)


def locked(review: Path) -> bool:
    """Say whether a killed run left its lock."""
    return any((review / ".snakemake/locks").glob("*"))


def one_more_run(review: Path, *targets: str) -> None:
    """Do what README asks for after a killed run."""
    done = ask(review, "--cores", "2", *targets)
    if "Directory cannot be locked" in done.stderr:
        assert locked(review)
        assert ask(review, "--unlock").returncode == 0
        done = ask(review, "--cores", "2", *targets)
    assert done.returncode == 0, done.stderr


def stage_of(run: Run) -> str:
    """Return what a run is at, in words for the log."""
    at_work = sorted({rule for _, rule in run.jobs()})
    if at_work:
        return f"in {', '.join(at_work)}"
    return f"between jobs, after {run.done}" if run.done else "before the first job"


@pytest.mark.thorough("kills six runs")
def test_a_run_killed_at_any_moment_needs_one_more_run_and_nothing_else(tiny_built, tmp_path, capsys):
    right, chance = digests(tiny_built), random.Random(20220816)
    review, hits = tmp_path / "killed", []
    while len(hits) < KILLS:
        shutil.rmtree(review, ignore_errors=True)
        tiny_review.write(review)
        jobs, done = sum(planned(ask(review, "--cores", "2", "--dry-run")).values()), 0
        in_a_row = min(KILLS_IN_A_ROW, KILLS - len(hits))
        for moment in sorted(chance.sample(range(jobs), in_a_row)):  # so that every stage is hit
            what, pause = chance.choice((ALL, ALONE, ONE_JOB)), chance.random()
            shutil.rmtree(review / ".snakemake/locks", ignore_errors=True)  # all that --unlock does
            run = Run(review)
            run.until(max(0, moment - done))
            time.sleep(pause * (2.5 if moment <= done else 0.4))
            if not run.alive:
                break
            stage = stage_of(run)
            hits.append(f"kill -9 of {run.kill(what)}: {stage}")
            done += run.done
        one_more_run(review)
        assert digests(review) == right, "\n".join(hits)
    with capsys.disabled():
        sys.stdout.write("\n" + "".join(f"  {number:2} {hit}\n" for number, hit in enumerate(hits, 1)))


def test_a_second_run_at_once_is_refused_with_a_reason_and_harms_nothing(tiny, tiny_built):
    first = Run(tiny, "--forcerun", "write_report")
    first.until(1)
    with first.held():  # however long the second takes to start
        second = ask(tiny, "--cores", "1")
    assert second.returncode == 1
    (line,) = [text for text in second.stderr.splitlines() if "ERROR" in text]
    assert f"ERROR {tiny}: Directory cannot be locked: another run is using this folder" in line
    assert "snakemake --unlock" in line
    assert "Traceback" not in second.stderr
    assert first.wait() == 0, first.log
    assert digests(tiny) == digests(tiny_built)


def test_a_folder_that_cannot_be_written_is_named_on_one_line(tmp_path):
    tiny_review.write(tmp_path)
    with read_only(tmp_path):
        done = ask(tmp_path, XDG_CACHE_HOME=str(tmp_path.parent / "cache"))
    assert done.returncode == 1
    (line,) = [text for text in done.stderr.splitlines() if text.startswith("ERROR ")]
    assert line.startswith(f"ERROR {tmp_path}: this folder cannot be written")
    assert "Traceback" not in done.stderr


@needs_root
def test_a_full_disk_stops_the_run_and_room_lets_it_end_well(tiny_built, tmp_path):
    review = tmp_path / "small"
    review.mkdir()
    with mounted(review, "-t", "tmpfs", "-o", "size=30m", "tmpfs"):
        shutil.copytree(tiny_built, review, dirs_exist_ok=True)
        shutil.rmtree(review / "results/report")
        (review / "results/figures/themes.png").unlink()
        free = shutil.disk_usage(review).free
        subprocess.run(["mount", "-o", f"remount,size={30 * 2**20 - free + 2**16}", str(review)], check=True)
        full = ask(review, "--cores", "2", XDG_CACHE_HOME=str(tmp_path / "cache"))
        assert full.returncode == 1
        assert "No space left on device" in full.stderr + full.stdout
        assert "bug of ours" not in full.stderr + full.stdout
        subprocess.run(["mount", "-o", "remount,size=30m", str(review)], check=True)
        one_more_run(review)
        assert digests(review) == digests(tiny_built)


def test_results_of_an_older_version_are_replaced(tiny, tiny_built, tmp_path):
    """Those of a script that has changed since, and those of every script whose shared code has changed."""
    older = tmp_path / "older"
    for part in ("Snakefile", "CITATION.cff", "rules", "scripts", "config", "profiles", "envs"):
        source = REPOSITORY / part
        older.mkdir(exist_ok=True)
        shutil.copytree(source, older / part) if source.is_dir() else shutil.copy2(source, older / part)
    edit(older / "scripts/report/write_checksums.py", "{sha256(path)}  {path}\\n", "{path}\\n")
    edit(older / "scripts/common/report/markdown.py", "| {' | '.join(cells)} |", "|{'|'.join(cells)}|")
    done = snakemake(tiny, "--cores", "2", repository=older)
    assert done.returncode == 0, done.stderr
    right, old = digests(tiny_built), digests(tiny)
    for name in ("prisma_s.md", "checksums.txt"):
        assert old[f"results/report/{name}"] != right[f"results/report/{name}"]
    one_more_run(tiny)
    assert digests(tiny) == right


def test_results_that_came_without_their_records_are_not_trusted(tiny):
    shutil.rmtree(tiny / ".snakemake")
    (tiny / "results/records/records.csv").write_text("of another version\n", encoding="utf-8")
    done = ask(tiny, "--cores", "2")
    assert done.returncode == 1
    (line,) = [text for text in done.stderr.splitlines() if text.startswith("ERROR ")]
    assert line.startswith("ERROR results: Snakemake has no record of how these were made")
    (tiny / "results").rename(tiny / "old results")
    target = "results/search/log.csv"
    one_more_run(tiny, target)
    assert not planned(ask(tiny, "--cores", "1", "--dry-run", target))
