"""The tiny and the shipped review on a real Slurm: the local bytes, also when jobs die on the way."""

import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.paths import REPOSITORY
from tests.slurm.cluster import Cluster
from tests.workflow import tiny_review
from tests.workflow.running import snakemake
from tests.workflow.tiny_review import digests

# The first look at a job after 8 s instead of 20: these jobs are short, and a test should not wait.
ON_SLURM = ("--profile", str(REPOSITORY / "profiles/slurm"), "--slurm-init-seconds-before-status-checks", "8")
# Far too little for Python at first, and enough at the second attempt.
TOO_LITTLE = ("--set-resources", "deduplicate:mem_mb=80 * attempt ** 4")


def local(review: Path) -> dict[str, str]:
    """Run a review without Slurm; return the digests of its results."""
    done = snakemake(review, "--cores", "2")
    assert done.returncode == 0, done.stderr
    return digests(review)


def submitted(slurm: Cluster, review: Path, rule: str) -> list[dict[str, str]]:
    """Return the submissions of a rule of a review, the first one first."""
    return [
        job
        for job in slurm.history()
        if job["WorkDir"] == str(review) and job["Comment"].startswith(f"rule_{rule}")
    ]


class Run:
    """Snakemake at work on a review through Slurm."""

    def __init__(self, slurm: Cluster, review: Path, *arguments: str) -> None:
        self.slurm, self.review = slurm, review
        self._log = review / "snakemake.log"
        with self._log.open("w", encoding="utf-8") as stream:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "snakemake", "--snakefile", str(REPOSITORY / "Snakefile"),
                 "--directory", str(review), *ON_SLURM, *arguments],
                env={**slurm.environment, "XDG_CACHE_HOME": str(review / ".cache"),
                     "SBATCH_ACCOUNT": "review", "SBATCH_PARTITION": "second"},
                stdin=subprocess.DEVNULL, stdout=stream, stderr=stream, start_new_session=True,
            )  # fmt: skip

    def until(self, true: Callable[[], object], seconds: float = 300) -> None:
        """Wait for something to be true while the run goes on."""
        end = time.monotonic() + seconds
        while not true():
            assert self._process.poll() is None, f"the run ended too early:\n{self.log}"
            assert time.monotonic() < end, f"not within {seconds} s:\n{self.log}"
            time.sleep(0.2)

    def running(self, rule: str) -> str | None:
        """Return the number of a job of this rule that runs, if there is one."""
        return next(
            (
                job["JobId"]
                for job in submitted(self.slurm, self.review, rule)
                if job["JobState"] == "RUNNING"
            ),
            None,
        )

    def finish(self) -> None:
        assert self._process.wait(600) == 0, self.log

    def kill(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    @property
    def log(self) -> str:
        return self._log.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def troubled(slurm: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """The tiny review after a run with a cancelled job, one without enough memory, and no controller."""
    review = tmp_path_factory.mktemp("troubled")
    tiny_review.write(review)
    run = Run(slurm, review, *TOO_LITTLE)
    try:
        run.until(lambda: run.running("parse_pubmed"))
        slurm.ask("scancel", str(run.running("parse_pubmed")))
        # In the middle of the job's step: one that has yet to begin waits a minute for the controller.
        steps = ("squeue", "--noheader", "--steps", "--format", "%i")
        run.until(lambda: f"{run.running('collect_records')}.0" in slurm.ask(*steps))
        slurm.stop_controller()
        time.sleep(6)  # long enough for the job to end and for Snakemake to ask in vain
        slurm.start_controller()
        run.finish()
        yield run
    finally:
        run.kill()


def test_the_tiny_review_on_slurm_has_the_local_bytes_whatever_befell_its_jobs(troubled, tmp_path):
    tiny_review.write(tmp_path)
    assert digests(troubled.review) == local(tmp_path)


def test_a_cancelled_job_is_submitted_again(slurm, troubled):
    states = [job["JobState"] for job in submitted(slurm, troubled.review, "parse_pubmed")]
    assert states == ["CANCELLED", "COMPLETED"]


def test_a_job_killed_for_its_memory_is_submitted_again_with_more(slurm, troubled):
    jobs = submitted(slurm, troubled.review, "deduplicate")
    assert [job["JobState"] for job in jobs] == ["FAILED", "COMPLETED"]
    assert [job["MinMemoryNode"] for job in jobs] == ["80M", "1280M"]
    told = (slurm.folder / "slurmd.log").read_text(encoding="utf-8")
    assert f"StepId={jobs[0]['JobId']}.batch exceeded memory limit" in told


def test_a_job_that_ends_while_the_controller_is_away_is_not_lost(slurm, troubled):
    states = [job["JobState"] for job in submitted(slurm, troubled.review, "collect_records")]
    assert states == ["COMPLETED"]


def test_small_jobs_share_a_submission_and_the_search_runs_where_snakemake_runs(slurm, troubled):
    mine = [job for job in slurm.history() if job["WorkDir"] == str(troubled.review)]
    names = {job["Comment"].split("_wildcards_")[0] for job in mine}
    assert len([job for job in mine if job["JobState"] == "COMPLETED"]) == 8, names
    assert not {name for name in names if "replay_window" in name}
    assert {job["Partition"] for job in mine} == {"second"}
    assert {job["Account"] for job in mine} == {"review"}


def test_nothing_is_left_to_do_on_slurm_or_without(troubled):
    for where in (("--cores", "1"), ON_SLURM):
        done = snakemake(troubled.review, *where, "--dry-run", **troubled.slurm.environment)
        assert "Nothing to be done" in done.stdout + done.stderr


def test_the_shipped_review_on_slurm_has_the_local_bytes(slurm, tmp_path):
    here, there = tmp_path / "here", tmp_path / "there"
    for review in (here, there):
        shutil.copytree(REPOSITORY / "config", review / "config")
    run = Run(slurm, there, "--local-cores", "2")
    try:
        run.finish()
    finally:
        run.kill()
    assert digests(there) == local(here)
