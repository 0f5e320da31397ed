"""What make shows of a run: one line for each stage, and the warnings last.

Snakemake finds this package by its name on PYTHONPATH and uses it with ``--logger review``. What Snakemake
itself says of the run is in .snakemake/log, as always.
"""

import logging
import os
import re
import sys
import time
from collections import Counter
from pathlib import Path

from snakemake_interface_logger_plugins.base import LogHandlerBase
from snakemake_interface_logger_plugins.common import LogEvent

SCRIPTS = Path(__file__).parents[3] / "scripts"
STAGES = {path.stem: path.parent.name for path in SCRIPTS.glob("*/*.py")}  # rule -> stage
# The rules whose last line in the log says what came of their stage.
TELLING = frozenset(
    {
        "check_inputs", "find_included", "log_search", "keep_unique", "match_included", "merge_codings",
        "compare_published",
    }
)  # fmt: skip
MOST_WARNINGS = 15  # lines; the rest is counted
# Of a job that failed Snakemake says these too; the job itself has shown what was wrong.
REPEATED = re.compile(
    "CalledProcessError in file|^Exiting because a job execution failed|At least one job did not complete"
)


def lines_of_log(path: Path, level: str) -> list[str]:
    """Return the lines of one level in the log of a job; none where the job wrote no log."""
    if not path.is_file():
        return []
    text = path.read_text(encoding="utf-8", errors="replace")
    return re.findall(rf"^{level} (.*)$", text, flags=re.MULTILINE)


def jobs(count: int) -> str:
    """Return a number of jobs in words."""
    return "1 job" if count == 1 else f"{count} jobs"


class LogHandler(LogHandlerBase):
    """Counts the jobs of each stage, and keeps the warnings until the end of the run."""

    writes_to_stream = True
    writes_to_file = False
    has_filter = True
    has_formatter = True
    needs_rulegraph = False

    def __post_init__(self) -> None:
        os.environ["REVIEW_SCREEN"] = "ERROR"  # scripts.common.job: warnings wait in the logs
        self.started = time.monotonic()
        self.planned: Counter[str] = Counter()  # jobs of each stage
        self.finished: Counter[str] = Counter()
        self.jobs: dict[int, tuple[str, Path | None]] = {}  # id -> rule and log
        self.summaries: dict[str, str] = {}
        self.warnings: dict[str, None] = {}  # in the order of their coming, each once

    def emit(self, record: logging.LogRecord) -> None:
        """Show what a reader needs of one message of Snakemake."""
        event = getattr(record, "event", None)
        if event == LogEvent.RUN_INFO:
            self._plan(vars(record)["stats"])
        elif event == LogEvent.JOB_INFO:
            entry = vars(record)
            self.jobs[entry["jobid"]] = (entry["rule_name"], next(map(Path, entry["log"]), None))
        elif event == LogEvent.JOB_FINISHED:
            self._finish(vars(record)["job_id"])
        elif event == LogEvent.JOB_ERROR:
            self._fail(vars(record)["jobid"])
        elif record.levelno >= logging.ERROR:
            if not REPEATED.search(record.getMessage()):
                self._show(record.getMessage())
        elif record.levelno == logging.WARNING:
            self.warnings[record.getMessage()] = None
        elif event is None and str(record.msg).startswith("Nothing to be done"):
            self._show(record.getMessage())

    def close(self) -> None:
        """Show the warnings of the whole run."""
        shown = list(self.warnings)
        if shown:
            self._show(f"Warnings ({len(shown)}):")
            for text in shown[:MOST_WARNINGS]:
                self._show(f"  {text}")
            if len(shown) > MOST_WARNINGS:
                self._show(f"  and {len(shown) - MOST_WARNINGS} more: grep -r WARNING results/logs")
            self.warnings.clear()
        super().close()

    def _plan(self, jobs_of_rules: dict[str, int]) -> None:
        if not self.planned:
            count = sum(count for rule, count in jobs_of_rules.items() if rule in STAGES)
            self._show(f"{jobs(count)} to do")
        for rule, count in jobs_of_rules.items():
            if rule in STAGES:
                self.planned[STAGES[rule]] += count

    def _finish(self, number: int) -> None:
        rule, log = self.jobs[number]
        stage = STAGES.get(rule)
        if stage is None:  # rule all has no work of its own
            return
        self._keep_warnings(log)
        if log and rule in TELLING:
            self.summaries[stage] = next(reversed(lines_of_log(log, "INFO")), "")
        self.finished[stage] += 1
        if self.finished[stage] == self.planned[stage]:
            done, summary = jobs(self.planned[stage]), self.summaries.get(stage, "")
            line = f"{self._seconds():4.0f} s  {stage:<10} {done:>8}  {summary}"
            self._show(line.rstrip())

    def _fail(self, number: int) -> None:
        rule, log = self.jobs[number]
        self._keep_warnings(log)
        self._show(f"{self._seconds():4.0f} s  {rule} failed. Its log: {log}. The whole run: .snakemake/log")

    def _keep_warnings(self, log: Path | None) -> None:
        if log:
            self.warnings |= dict.fromkeys(lines_of_log(log, "WARNING"))

    def _seconds(self) -> float:
        return time.monotonic() - self.started

    @staticmethod
    def _show(text: str) -> None:
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()
