"""The tiny and the shipped review on a real Slurm: the local bytes, also when jobs die on the way."""

import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests.paths import REPOSITORY
from tests.slurm.cluster import NODES, Cluster
from tests.workflow import limits, tiny_review
from tests.workflow.running import ask
from tests.workflow.tiny_review import digests

# The first look at a job after 3 s instead of 20: these jobs are short, and a test should not wait.
ON_SLURM = ("--profile", str(REPOSITORY / "profiles/slurm"), "--slurm-init-seconds-before-status-checks", "3")
# Far too little for Python at first, and enough at the second attempt.
TOO_LITTLE = ("--set-resources", "deduplicate:mem_mb=80 * attempt ** 4")
HUNG = "parse_export_wildcards_zotero"
LATE = "results/records/clusters.csv"
TROUBLED = pytest.mark.thorough("minutes by the clock; test_search_files.py runs a review on Slurm as well")
SILENT_SECONDS = 600  # without a new line in Snakemake's log: jobs of a second have ended long before


def submitted(slurm: Cluster, review: Path, rule: str = "") -> list[dict[str, str]]:
    """Return the submissions of a review, or of one of its rules, the first one first."""
    mine = [job for job in slurm.history() if job["WorkDir"] == str(review)]
    return [job for job in mine if job["Comment"].startswith(f"rule_{rule}")] if rule else mine


class Run:
    """Snakemake at work on a review through Slurm."""

    def __init__(self, slurm: Cluster, review: Path, *arguments: str, partition: str = "second") -> None:
        self.slurm, self.review = slurm, review
        self._log = review / "snakemake.log"
        with self._log.open("w", encoding="utf-8") as stream:
            self._process = psutil.Popen(
                [sys.executable, "-m", "snakemake", "--snakefile", str(REPOSITORY / "Snakefile"),
                 "--directory", str(review), *ON_SLURM, *arguments],
                env={**slurm.environment, "XDG_CACHE_HOME": str(review / ".cache"),
                     "SBATCH_ACCOUNT": "review", "SBATCH_PARTITION": partition},
                stdin=subprocess.DEVNULL, stdout=stream, stderr=stream, start_new_session=True,
            )  # fmt: skip

    def until(self, true: Callable[[], object]) -> None:
        """Wait for something to be true while the run goes on and prints something now and then."""
        size, since = 0, time.monotonic()
        while not true():
            assert self._process.poll() is None, f"the run ended too early:\n{self.log}"
            if self._log.stat().st_size != size:
                size, since = self._log.stat().st_size, time.monotonic()
            assert time.monotonic() - since < SILENT_SECONDS, f"nothing happens any more:\n{self.log}"
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

    def freeze(self, rule: str) -> None:
        """Stop the processes of a running job of this rule, so that it never ends by itself.

        Another worker's cluster may have a job of the same number: that has another folder.
        """
        wanted = self.running(rule), str(self.review)
        for process in psutil.process_iter():
            with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                about = process.environ()
                job = about.get("SLURM_JOB_ID"), about.get("SLURM_SUBMIT_DIR")
                if job == wanted and process.name() != "slurmstepd":
                    process.suspend()

    def finish(self, status: int = 0) -> None:
        assert limits.wait(self._process) == status, self.log

    def kill(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    @property
    def log(self) -> str:
        return self._log.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def troubled(slurm: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """The tiny review after a run in which jobs were cancelled, hung, and lacked memory, without controller
    for a while; a result was seen late on the side of Snakemake.
    """
    review = tmp_path_factory.mktemp("troubled")
    tiny_review.write(review)
    run = Run(slurm, review, *TOO_LITTLE)
    try:
        run.until(lambda: run.running(HUNG))
        run.freeze(HUNG)
        slurm.end_time_now(str(run.running(HUNG)))
        run.until(lambda: run.running("parse_pubmed"))
        slurm.ask("scancel", str(run.running("parse_pubmed")))
        # In the middle of the job's step: one that has yet to begin waits a minute for the controller.
        steps = ("squeue", "--noheader", "--steps", "--format", "%i")
        run.until(lambda: f"{run.running('collect_records')}.0" in slurm.ask(*steps))
        slurm.stop_controller()
        time.sleep(6)  # long enough for the job to end and for Snakemake to ask in vain
        slurm.start_controller()
        hidden = slurm.show_late("deduplicate", review / LATE)
        run.until(lambda: "Waiting at most 60 seconds for missing files" in run.log and hidden.exists())
        hidden.rename(review / LATE)
        run.finish()
        yield run
    finally:
        run.kill()


@TROUBLED
def test_the_tiny_review_on_slurm_has_the_local_bytes_whatever_happened_to_its_jobs(troubled, tiny_built):
    assert digests(troubled.review) == digests(tiny_built)


@TROUBLED
def test_a_cancelled_job_is_submitted_again(slurm, troubled):
    states = [job["JobState"] for job in submitted(slurm, troubled.review, "parse_pubmed")]
    assert states == ["CANCELLED", "COMPLETED"]


@TROUBLED
def test_a_job_killed_for_its_memory_is_submitted_again_with_more(slurm, troubled):
    jobs = submitted(slurm, troubled.review, "deduplicate")
    assert [job["JobState"] for job in jobs] == ["FAILED", "COMPLETED"]
    assert [job["MinMemoryNode"] for job in jobs] == ["80M", "1280M"]
    assert {job["NumCPUs"] for job in jobs} == {"1"}, "whatever the processors of the login node"
    log = "".join(path.read_text(encoding="utf-8") for path in slurm.folder.glob("slurmd.*.log"))
    assert f"StepId={jobs[0]['JobId']}.batch exceeded memory limit" in log


@TROUBLED
def test_a_job_out_of_time_is_submitted_again_with_more(slurm, troubled):
    jobs = submitted(slurm, troubled.review, HUNG)
    assert [job["JobState"] for job in jobs] == ["TIMEOUT", "COMPLETED"]
    (in_time,) = submitted(slurm, troubled.review, "parse_export_wildcards_ovid")
    assert (in_time["TimeLimit"], jobs[1]["TimeLimit"]) == ("00:10:00", "00:20:00")


@TROUBLED
def test_jobs_run_on_both_nodes_and_a_result_that_is_seen_late_is_waited_for(slurm, troubled):
    mine = submitted(slurm, troubled.review)
    assert {job["NodeList"] for job in mine} >= set(NODES)
    assert LATE in troubled.log.partition("Waiting at most 60 seconds for missing files")[2][:500]


def test_a_partition_that_slurm_refuses_gives_one_line_and_submits_nothing(slurm, tmp_path):
    tiny_review.write(tmp_path)
    run = Run(slurm, tmp_path, partition="nowhere")
    run.finish(1)
    (line,) = [text for text in run.log.splitlines() if text.startswith("ERROR ")]
    assert line.startswith("ERROR SBATCH_ACCOUNT=review, SBATCH_PARTITION=nowhere: Slurm refuses this (")
    assert "Traceback" not in run.log
    assert not submitted(slurm, tmp_path)


@TROUBLED
def test_a_job_that_ends_while_the_controller_is_away_is_not_lost(slurm, troubled):
    states = [job["JobState"] for job in submitted(slurm, troubled.review, "collect_records")]
    assert states == ["COMPLETED"]


@TROUBLED
def test_small_jobs_share_a_submission_and_the_search_runs_where_snakemake_runs(slurm, troubled):
    mine = submitted(slurm, troubled.review)
    names = {job["Comment"].split("_wildcards_")[0] for job in mine}
    assert len([job for job in mine if job["JobState"] == "COMPLETED"]) == 8, names
    assert not {name for name in names if "replay_window" in name}
    assert {job["Partition"] for job in mine} == {"second"}
    assert {job["Account"] for job in mine} == {"review"}


@TROUBLED
def test_nothing_is_left_to_do_on_slurm_or_without(troubled):
    for where in (("--cores", "1"), ON_SLURM):
        done = ask(troubled.review, *where, "--dry-run", **troubled.slurm.environment)
        assert "Nothing to be done" in done.stdout + done.stderr


@TROUBLED
def test_a_run_killed_with_jobs_on_the_cluster_is_unlocked_and_started_again(slurm, shipped_built, tmp_path):
    """As docs/hpc.md says it; the shipped review then has the local bytes."""
    review = tmp_path / "review"
    shutil.copytree(REPOSITORY / "config", review / "config")
    run = Run(slurm, review, "--local-cores", "2")
    try:
        run.until(lambda: run.running("parse_export") or run.running("parse_pubmed"))
    finally:
        run.kill()
    assert slurm.queue(), "its jobs run on"
    refused = ask(review)
    assert f"ERROR {review}: Directory cannot be locked" in refused.stderr
    slurm.until_empty()
    assert ask(review, "--unlock").returncode == 0
    run = Run(slurm, review, "--local-cores", "2")
    try:
        run.finish()
    finally:
        run.kill()
    assert digests(review) == digests(shipped_built)
    states = [job["JobState"] for job in submitted(slurm, review)]
    assert states == ["COMPLETED"] * 9, "each once: what the jobs finished alone was kept"
