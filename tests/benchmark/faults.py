"""Fetch through sequences of faults, as several workflows and users of one machine at once.

    python -m tests.benchmark.faults            # 500 sequences
    python -m tests.benchmark.faults --sequences 40 --seed 7

Each sequence fetches one window of records from a loopback PubMed that fails in ways drawn by the seed:
errors of every kind, answers that stall or drip, jobs that are stopped, kept pages that are cut. Two
workflows share them, each with a TMPDIR of its own and, where this is started by root, a user of its own;
all share one pace. Prints how the sequences ended, and the most requests in any second. Ends with status 1
if one of them ended in another way than with all its records, or with one line that names the cause and,
started again, with all its records.
"""

import argparse
import json
import logging
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from scripts.common.errors import InputError, RetrievalError
from scripts.common.search import entrez
from scripts.common.search.pace import FOLDER, Pace
from scripts.records.parse_pubmed import read_windows
from scripts.search import fetch_window
from tests.paths import REPOSITORY
from tests.pubmed_service.faults import FAULTS, SLOW, Fault
from tests.pubmed_service.made_up import synthetic_records
from tests.pubmed_service.service import EntrezServer

WINDOW = "2020-01-01_2021-12-31"
PAGE, LISTED = 10, 25  # records of one request, of one search
RATE = 40  # requests a second of this test; the real ones would take an hour
TIMEOUT, DEADLINE = 0.3, 0.6  # seconds
QUIET = 0.3  # seconds in which no workflow asks after "too many requests", at most
SLOWEST = 120.0  # seconds of one sequence: eight tries, each at its deadline, for a few requests
NOBODY = 65534
# What asking again does not fix -> what the line says.
STOPS = {
    "400-key": "NCBI_API_KEY: PubMed does not know this key",
    "blocked": "PubMed redirects",
    "redirect-307": "PubMed redirects",
    "429-huge": "wants no request for 1000000000 s",
}
NO_ANSWER = "PubMed did not answer"
OTHER_LINES = (
    "PubMed named",
    "index moved three times",
)  # records left out for good; a search that never adds up
PASSING = sorted(set(FAULTS) - set(STOPS))


class Stopped(BaseException):
    """The job is killed here."""


def plan(chance: random.Random, in_parts: bool) -> list[dict[str, Any]]:
    """Return the faults of one sequence: some that pass, at times one that lasts or that stops the run.

    ``in_parts``: the search is too large for one list. Only then can a record that PubMed's index lacks for a
    moment be noticed: the parts do not add up. An answer that is shorter by itself is what PubMed holds.
    """
    kinds = [kind for kind in PASSING if in_parts or kind != "slice-moves"]
    faults: list[dict[str, Any]] = []
    for _ in range(chance.randint(1, 5)):
        kind = chance.choice(kinds)
        most = 1 if kind in SLOW else 3
        faults.append(
            {"fault": kind, "when": {"nth": chance.randint(1, 8)}, "times": chance.randint(1, most)}
        )
    if chance.random() < 0.15:
        faults.append({"fault": chance.choice(sorted(STOPS)), "when": {"nth": chance.randint(1, 6)}})
    if chance.random() < 0.1:
        lasting = chance.choice(["502", "408", "error-200", "empty-200", "429-date", "reset"])
        faults.append({"fault": lasting, "when": {"nth": chance.randint(1, 6)}, "times": None})
    return faults


@contextmanager
def stopped_after(pages: int | None) -> Iterator[None]:
    """Kill the job when it has kept so many pages."""
    add, left = fetch_window.Pages.add, [pages]

    def counted(self: fetch_window.Pages, content: bytes) -> int:
        number = add(self, content)
        if left[0] is not None:
            left[0] -= 1
            if left[0] <= 0:
                left[0] = None
                raise Stopped
        return number

    fetch_window.Pages.add = counted  # type: ignore[method-assign]
    try:
        yield
    finally:
        fetch_window.Pages.add = add  # type: ignore[method-assign]


def spoil_a_page(folder: Path, chance: random.Random) -> None:
    """Cut, empty or overwrite one of the pages that were kept, as a power loss does."""
    pages = sorted(folder.glob("*.xml.gz"))
    if pages:
        page = chance.choice(pages)
        content = page.read_bytes()
        page.write_bytes(chance.choice([b"", content[: len(content) // 2], bytes(len(content)), b"no page"]))


class Workflow:
    """One workflow of one user: its sequences one after the other, against a service of its own."""

    def __init__(self, pace: str, folder: Path) -> None:
        self.folder, self._pace = folder, pace
        self.server = EntrezServer(
            enforce_rate=False, cap=LISTED, drip_seconds=0.05, stall_seconds=1.0, penalty=0.0, retry_after=0,
            rate=RATE,
        )  # fmt: skip

    def client(self, endpoint: str) -> entrez.Client:
        pace = Pace(self._pace, RATE)
        return entrez.Client(endpoint, pause=0.001, pace=pace, timeout=TIMEOUT, deadline=DEADLINE)

    def fetch(self) -> str:
        """Fetch the window; return "" or the line that the run would end with."""
        try:
            fetch_window.main(
                window_name=WINDOW, query="asthma", date_field="crdt", endpoint=self.server.url, strict=False,
                partial=str(self.folder / "partial"), xml=str(self.folder / f"{WINDOW}.xml.gz"),
                receipt=str(self.folder / f"{WINDOW}.json"),
            )  # fmt: skip
        except (RetrievalError, InputError) as error:
            return str(error)
        return ""

    def fetch_at_times_killed(self, chance: random.Random) -> str:
        """Fetch the window, in some sequences after a first job that was killed and left a damaged page."""
        try:
            with stopped_after(chance.randint(1, 4) if chance.random() < 0.3 else None):
                return self.fetch()
        except Stopped:
            if chance.random() < 0.5:
                spoil_a_page(self.folder / "partial", chance)
            return self.fetch()

    def sequence(self, seed: int) -> dict[str, Any]:
        """Run one sequence; ``ended`` says how, ``wrong`` what is not as promised, or ""."""
        chance, start = random.Random(seed), time.monotonic()
        first_pmid = 10_000_000 + 100 * (seed % 1_000)
        days = date(2020, 1, 1), date(2021, 12, 31)
        number = chance.randint(1, 60)
        self.server.set_world(list(synthetic_records(number, first_pmid, *days, seed=seed)))
        self.server.clear_faults()
        faults = [Fault.read(one) for one in plan(chance, number > LISTED)]
        self.server.add_faults(faults)
        line = self.fetch_at_times_killed(chance)
        fired = [fault for fault in faults if fault.fired]
        wrong = [self.check_line(line, fired)] if line else []
        if line:  # start again later
            self.server.clear_faults()
            wrong.append(self.fetch())
        wrong += [self.check_records(), check_time(time.monotonic() - start)]
        receipt = self.folder / f"{WINDOW}.json"
        left_out = receipt.exists() and json.loads(receipt.read_text(encoding="utf-8"))["not_delivered"]
        receipt.unlink(missing_ok=True)
        return {
            "seed": seed,
            "ended": "one line" if line else "all records, some only named" if left_out else "all records",
            "wrong": next(filter(None, wrong), ""),
            "kinds": sorted({one.kind for one in fired}),
        }

    @staticmethod
    def check_line(line: str, fired: list[Fault]) -> str:
        """Return what is wrong with the line that a run ended with: it has to name what happened."""
        causes = [STOPS[fault.kind] for fault in fired if fault.kind in STOPS]
        if not re.fullmatch(r"[^\n]+", line) or "search.query" in line:
            return f"the line {line!r}"
        if not any(cause in line for cause in (*causes, NO_ANSWER, *OTHER_LINES)):
            return f"the line {line!r} after {[fault.kind for fault in fired]}"
        return ""

    def check_records(self) -> str:
        """Return what is wrong with the window: it has to hold what PubMed holds, each record once."""
        wanted = sorted(self.server.index.find("asthma").pmids)
        if not (self.folder / f"{WINDOW}.json").exists():
            return "started again, it gives no window"
        receipt = json.loads((self.folder / f"{WINDOW}.json").read_text(encoding="utf-8"))
        held = [int(row["pmid"]) for row in read_windows([str(self.folder / f"{WINDOW}.xml.gz")])]
        if sorted(receipt["pmids"] + receipt["not_delivered"]) != wanted:
            return f"the receipt names {len(receipt['pmids'])} of {len(wanted)} records"
        return "" if held == receipt["pmids"] else "receipt and XML differ"


def work(pace: str, folder: Path, user: int, *seeds: int) -> None:
    """Run these sequences as this user; print how each ended, then the times of all requests."""
    logging.getLogger("review").setLevel(logging.ERROR)
    "".encode("idna")  # loaded now: another user may not be able to read Python's own files
    if user != os.geteuid():
        os.setgroups([])
        os.setgid(user)
        os.setuid(user)
    entrez.PAGE = fetch_window.PAGE = PAGE  # type: ignore[misc]
    entrez.LONGEST_PAUSE_SECONDS = QUIET  # type: ignore[misc]
    workflow = Workflow(pace, folder)
    fetch_window.Client = workflow.client  # type: ignore[assignment,misc]
    times: list[float] = []
    with workflow.server:
        for seed in seeds:
            try:
                outcome = workflow.sequence(seed)
            except Exception as error:  # noqa: BLE001  any error is what this looks for
                outcome = {
                    "seed": seed,
                    "ended": "a bug",
                    "wrong": f"{type(error).__name__}: {error}",
                    "kinds": [],
                }
            times += [entry["at"] for entry in workflow.server.log()]
            workflow.server.reset()
            sys.stdout.write(json.dumps(outcome) + "\n")
    sys.stdout.write(json.dumps(times) + "\n")


def check_time(seconds: float) -> str:
    """Return what is wrong with how long a sequence took: every request has a deadline."""
    return f"took {seconds:.0f} s" if seconds > SLOWEST else ""


def most_in_a_second(times: list[float]) -> int:
    """Return the largest number of requests within one second, over all workflows."""
    times, most, first = sorted(times), 0, 0
    for last, at in enumerate(times):
        while at - times[first] >= 1.0:
            first += 1
        most = max(most, last - first + 1)
    return most


def start(pace: str, folder: Path, user: int, seeds: range) -> subprocess.Popen[str]:
    """Start a workflow of a user with these sequences; its folder is its TMPDIR too."""
    folder.mkdir()
    os.chown(folder, user, -1)
    environment = {
        **os.environ, "TMPDIR": str(folder), "PYTHONPATH": str(REPOSITORY), "NCBI_API_KEY": "",
        "NCBI_EMAIL": "somebody@example.org",
    }  # fmt: skip
    own = [sys.executable, "-m", "tests.benchmark.faults", "--work", pace, str(folder), str(user)]
    return subprocess.Popen(
        [*own, *map(str, seeds)], stdout=subprocess.PIPE, text=True, env=environment, cwd=REPOSITORY
    )


def run(sequences: int, seed: int, say: Callable[[str], object] = print) -> bool:
    """Run the sequences as two workflows; print the summary and return whether all is as promised."""
    pace, users = f"faults-{os.getpid()}", (os.geteuid(), NOBODY if os.geteuid() == 0 else os.geteuid())
    first, last = seed * 100_000, seed * 100_000 + sequences
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        jobs = [
            start(pace, Path(name) / str(number), user, range(first + number, last, len(users)))
            for number, user in enumerate(users)
        ]
        printed = [job.communicate()[0].splitlines() for job in jobs]
    (FOLDER / f"{pace}.pace").unlink(missing_ok=True)
    outcomes = [json.loads(line) for lines in printed for line in lines[:-1]]
    most = most_in_a_second([at for lines in printed for at in json.loads(lines[-1])])
    ended = Counter(one["ended"] for one in outcomes)
    kinds = {kind for one in outcomes for kind in one["kinds"]}
    say(f"{len(outcomes)} sequences of two workflows, {len(set(users))} users, two TMPDIRs:")
    say(f"  {'; '.join(f'{how}: {number}' for how, number in sorted(ended.items()))}")
    say(f"  {len(kinds)} kinds of faults; most requests in a second: {most}, allowed {RATE}")
    wrong = [f"  WRONG seed {one['seed']}: {one['wrong']}" for one in outcomes if one["wrong"]]
    for line in wrong:
        say(line)
    return not wrong and most <= RATE and len(outcomes) == sequences


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sequences", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--work", nargs="+", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.work:
        work(given.work[0], Path(given.work[1]), *map(int, given.work[2:]))
    elif not run(given.sequences, given.seed):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
