"""Fetch 100,000 records from a loopback PubMed with faults, and read its XML beside Bio.Entrez.

    python -m tests.benchmark.search            # both
    python -m tests.benchmark.search --records 20000

Prints, for the search: PMIDs found, requests against the least possible number, peak memory of a job; for
the reading: records a second and peak memory of ours and of Bio.Entrez.read, in turn on the same file.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from urllib.request import Request, urlopen

from scripts.common.search.entrez import PAGE
from scripts.common.search.windows import cut
from tests.paths import REPOSITORY
from tests.pubmed_service.made_up import synthetic_records

WALLED = (2019, 2020, 2021)  # years with more records than PubMed lists for one search
FIRST, LAST = date(2010, 1, 1), date(2022, 12, 31)
ROUNDS = 3

DOCTYPE = (  # Bio.Entrez.read needs it
    '<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN"'
    ' "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">'
)

JOB = """
import json, resource, sys
from scripts.search import fetch_window
from scripts.common.search import entrez
from scripts.common.search.pace import Pace
client = entrez.Client
fetch_window.Client = lambda url: client(url, pause=0.01, pace=Pace("bench", 10_000, folder=sys.argv[3]))
fetch_window.main(window_name=sys.argv[2], query="asthma", date_field="crdt", endpoint=sys.argv[1],
                  strict=False, partial=f"{sys.argv[3]}/partial", xml=f"{sys.argv[3]}/{sys.argv[2]}.xml.gz",
                  receipt=f"{sys.argv[3]}/{sys.argv[2]}.json")
sys.stdout.write(str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024))
"""
OURS = """
import sys
from scripts.common.records.pubmed_xml import articles, record
with open(sys.argv[1], "rb") as stream:
    n = sum(1 for article in articles(stream, "bench") if record(article, "bench"))
"""
THEIRS = """
import sys
from Bio import Entrez
with open(sys.argv[1], "rb") as stream:
    n = len(Entrez.read(stream)["PubmedArticle"])
"""
MEASURE = """
import resource
sys.stdout.write(f"{n} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}")
"""


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def python(code: str, *arguments: str, folder: str | None = None) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "PYTHONPATH": str(REPOSITORY),
        "NCBI_EMAIL": "bench@example.org",
        "NCBI_API_KEY": "k",
    }
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        env=environment,
        check=True,
        cwd=folder,
    )


def world(records: int, path: Path) -> None:
    """Write a PubmedArticleSet: the walled years hold 15 % of the records each, the others share the rest."""
    next_pmid = 10_000_000
    others = [year for year in range(FIRST.year, LAST.year + 1) if year not in WALLED]
    rest = records - sum(records * 15 // 100 for _ in WALLED)
    with path.open("wb") as stream:
        stream.write(f'<?xml version="1.0" ?>\n{DOCTYPE}\n<PubmedArticleSet>\n'.encode())
        for year in range(FIRST.year, LAST.year + 1):
            share = rest // len(others) + (rest % len(others) if year == others[-1] else 0)
            number = records * 15 // 100 if year in WALLED else share
            made = synthetic_records(
                number, next_pmid, date(year, 1, 1), date(year, 12, 31), seed=year, set_back=0.0,
            )  # fmt: skip
            stream.writelines(made)
            next_pmid += 1_000_000
        stream.write(b"</PubmedArticleSet>\n")


def search(path: Path, records: int, folder: Path) -> None:
    """Fetch all windows with 5 % faults, a process each, from a service of its own."""
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.pubmed_service", "--records", str(path), "--rate", "0",
         "--random-faults", "0.05"],
        stdout=subprocess.PIPE, text=True, cwd=REPOSITORY, env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
    )  # fmt: skip
    assert server.stdout is not None
    url = server.stdout.readline().strip()
    start, peak, found, least = time.monotonic(), 0, set(), 0
    for window in cut(FIRST, LAST, "year"):
        peak = max(peak, int(python(JOB, url, str(window), str(folder)).stdout))
        receipt = json.loads((folder / f"{window}.json").read_text(encoding="utf-8"))
        found |= set(receipt["pmids"])
        walled = len(receipt["slices"]) - 1
        least += 1 + 2 * walled + (1 if walled else 0) + -(-receipt["count"] // PAGE)
    seconds = time.monotonic() - start
    root = url.split("/entrez/")[0]
    with urlopen(Request(f"{root}/_test/log")) as answer:
        log = json.load(answer)
    server.terminate()
    entries = log if isinstance(log, list) else log["log"]
    requests = [entry for entry in entries if entry["endpoint"] in ("esearch", "efetch")]
    faults = sum(bool(entry["fault"]) for entry in requests)
    say(f"search   {len(found):,} of {records:,} PMIDs in {seconds:.0f} s, {faults} faults")
    say(
        f"         {len(requests)} requests, {len(requests) / least:.2f} x the least ({least});"
        f" peak {peak} MB a job"
    )


def reading(path: Path) -> None:
    """Read one file in turn with ours and with Bio.Entrez.read; print the median of the pairs' ratios."""
    ratios, peaks = [], {}
    for _ in range(ROUNDS):
        seconds = {}
        for name, code in (("ours", OURS), ("Bio.Entrez", THEIRS)):
            empty = time.monotonic()
            python(code.split("with open")[0] + "n = 0" + MEASURE, str(path))
            start = time.monotonic()
            count, peak = python(code + MEASURE, str(path)).stdout.split()
            seconds[name] = (time.monotonic() - start) - (start - empty)
            peaks[name] = (int(count), int(peak), int(count) / seconds[name])
        ratios.append(seconds["Bio.Entrez"] / seconds["ours"])
    for name, (count, peak, speed) in peaks.items():
        say(f"reading  {name}: {count:,} records, {speed:,.0f} a second, peak {peak} MB")
    say(
        f"         ours is {statistics.median(ratios):.1f} times as fast"
        f" ({min(ratios):.1f} to {max(ratios):.1f})"
    )


def main() -> None:
    """Run both benchmarks in a temporary folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--read", type=Path, help="a PubmedArticleSet to read instead of a made one")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        world(options.records, folder / "world.xml")
        search(folder / "world.xml", options.records, folder)
        small = folder / "small.xml"
        if options.read is None:
            world(10_000, small)
        reading(options.read or small)
    say(f"this process: peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


if __name__ == "__main__":
    main()
