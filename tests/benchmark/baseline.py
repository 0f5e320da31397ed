"""Search NLM's files of PubMed with the shipped query, beside zcat and beside a parse of every record.

Files of 30,000 records as PubMed wrote them (specimens, repeated with other PMIDs), whole and without their
lists of references, as most records are; 0.8 % meet the query. Processor time of programs, start of Python
included, in turn in one run. What is said of 40 million records is an extrapolation, not a measurement.

    python -m tests.benchmark.baseline whole            # a file of 30,000 records; short: without references
    python -m tests.benchmark.baseline merge            # the answers of 1,334 files of 30,000 records
    python -m tests.benchmark.baseline short --records 3000
"""

import argparse
import gzip
import json
import multiprocessing
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import yaml

from scripts.common.search.archive import gzip_bytes, json_text
from tests.paths import REPOSITORY, SPECIMENS
from tests.pubmed_files import PROLOG, name_of, write_file
from tests.pubmed_service.made_up import synthetic_records

ROUNDS = 3
KINDS = {"whole": "as they are", "short": "without references"}
CORES = (1, 2, 64)
MATCHES = 0.008  # share of records that meet the query
ALL_OF_PUBMED = 40_000_000  # records
QUERY = yaml.safe_load((REPOSITORY / "config/config.yaml").read_text(encoding="utf-8"))["search"]["query"]
HIT = (
    b"<ArticleTitle>Patients engage in quality improvement on Facebook and other social media</ArticleTitle>"
)
ARTICLE = re.compile(rb"<PubmedArticle>.*?</PubmedArticle>", re.DOTALL)
TITLE = re.compile(rb"<ArticleTitle>.*?</ArticleTitle>", re.DOTALL)
REFERENCES = re.compile(rb"<ReferenceList>.*</ReferenceList>", re.DOTALL)
PMID = re.compile(rb"(<PMID[^>]*>)\d+")

SCAN = """
import sys
from scripts.search import scan_file
file, folder, query, parse_all = sys.argv[1:]
scan_file.main(path=file, query=query, mesh_file=None, matches_xml=f"{folder}/matches{parse_all}.xml.gz",
               pmids_gz=f"{folder}/pmids.gz", receipt=f"{folder}/receipt{parse_all}.json",
               parse_all=bool(parse_all))
"""
PARSE = """
import gzip, sys
from scripts.common.records.pubmed_xml import articles
with gzip.open(sys.argv[1]) as stream:
    n = sum(1 for article in articles(stream, "file"))
"""
MERGE = """
import sys
from pathlib import Path
from scripts.search import merge_files
folder, files, query = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
receipts = sorted(map(str, files.glob("*.json")))
bases = [path.removesuffix(".json") for path in receipts]
windows = [str(folder / f"{year}-01-01_{year}-12-31") for year in range(2004, 2024)]
merge_files.main(query=query, date_field="crdt", end="2023-12-31", mesh_file=None, folder=str(files),
                 matches=[f"{base}.xml.gz" for base in bases], pmids=[f"{base}.pmids.gz" for base in bases],
                 receipts=receipts, windows_xml=[f"{name}.xml.gz" for name in windows],
                 windows_json=[f"{name}.json" for name in windows], overall=str(folder / "baseline.json"),
                 then_csv=str(folder / "then.csv"))
"""


class Cost(NamedTuple):
    """Processor seconds and peak memory in MB of a program."""

    seconds: float
    megabytes: float


def cost(*command: str) -> Cost:
    """Run a program; its output goes nowhere."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=REPOSITORY)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command[:3]} failed")
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def records(kind: str) -> list[bytes]:
    """Return records as PubMed wrote them, or made-up ones where there are no specimens."""
    found: list[bytes] = []
    for path in sorted((SPECIMENS / "entrez/records").glob("*.xml*")):
        content = path.read_bytes()
        found += ARTICLE.findall(gzip.decompress(content) if path.suffix == ".gz" else content)
    found = found or list(synthetic_records(200))
    return found if kind == KINDS["whole"] else [REFERENCES.sub(b"", record) for record in found]


def write(folder: Path, kind: str, number: int) -> None:
    """Write a file of so many records, each with a PMID of its own."""
    base = records(kind)
    chance = random.Random(1)
    made = []
    for pmid in range(30_000_000, 30_000_000 + number):
        record = PMID.sub(rb"\g<1>%d" % pmid, chance.choice(base), count=1)
        made.append(TITLE.sub(HIT, record, count=1) if chance.random() < MATCHES else record)
    folder.mkdir()
    write_file(folder, 1, made)


def apart(function: Callable[..., None], *arguments: object) -> None:
    """Run a function in a process of its own: peak memory of a program counts from that of who starts it."""
    process = multiprocessing.get_context("spawn").Process(target=function, args=arguments)
    process.start()
    process.join()
    assert process.exitcode == 0


def unpacked_bytes(file: Path) -> int:
    """Return how many bytes a file unpacks to."""
    with gzip.open(file) as stream:
        return sum(map(len, iter(lambda: stream.read(1 << 20), b"")))


def scan(folder: Path, kind: str, number: int) -> None:
    """Print what a file costs, and what as many records as PubMed has would cost."""
    own = folder / "files"
    apart(write, own, kind, number)
    file = own / name_of(1)
    python = (sys.executable, "-c")
    programs = {
        "zcat": (ROUNDS, ("zcat", str(file))),
        "this workflow": (ROUNDS, (*python, SCAN, str(file), str(folder), QUERY, "")),
        "the same, every record parsed": (1, (*python, SCAN, str(file), str(folder), QUERY, "all")),
        "gzip and lxml's iterparse alone": (1, (*python, PARSE, str(file))),
    }
    found: dict[str, list[Cost]] = {name: [] for name in programs}
    for turn in range(ROUNDS):
        for name, (rounds, command) in programs.items():
            if turn < rounds:
                found[name].append(cost(*command))
    same = (folder / "receipt.json").read_bytes() == (folder / "receiptall.json").read_bytes()
    assert same, "the fast path gives another answer"
    unpacked = unpacked_bytes(file)
    matches = len(json.loads((folder / "receipt.json").read_text(encoding="utf-8"))["matches"])
    show(
        f"{number:,} records {kind}, {unpacked / number / 1000:.1f} kB each: {unpacked / 1e6:,.0f} MB of XML,"
        f" {file.stat().st_size / 1e6:,.0f} MB packed, {matches} meet the query"
    )
    peer = statistics.median(one.seconds for one in found["zcat"])
    for name, costs in found.items():
        seconds = statistics.median(one.seconds for one in costs)
        show(
            f"  {name:33}{seconds:7.2f} s  {seconds / peer:5.2f} times zcat "
            f" {max(one.megabytes for one in costs):5.0f} MB"
        )
    total = statistics.median(one.seconds for one in found["this workflow"]) / number * ALL_OF_PUBMED / 60
    cores = ", ".join(f"{total / number:,.0f} min on {number}" for number in CORES)
    show(f"Extrapolated, not measured: 40 million such records take {cores} cores, the merge apart")


def write_answers(held: Path, files: int, number: int) -> None:
    """Write the answers of so many files, each of so many records, of which three meet the query."""
    held.mkdir()
    made = list(synthetic_records(files * 3, first_pmid=1, seed=1))
    for file in range(files):
        name = name_of(file + 1).removesuffix(".xml.gz")
        first = 1 + file * number
        own = [
            PMID.sub(rb"\g<1>%d" % (first + place), record, count=1)
            for place, record in enumerate(made[file * 3 : file * 3 + 3])
        ]
        content = PROLOG + b"".join(own) + b"</PubmedArticleSet>"
        (held / f"{name}.xml.gz").write_bytes(gzip_bytes(content))
        (held / f"{name}.pmids.gz").write_bytes(
            gzip.compress("".join(f"{pmid}\n" for pmid in range(first, first + number)).encode(), 1)
        )
        receipt = {
            "file": name, "md5": "0" * 32, "records": number, "last_revised": "2023-12-31", "sha256": "",
            "matches": [[first + place, 1] for place in range(3)], "deleted": [],
        }  # fmt: skip
        (held / f"{name}.json").write_text(json_text(receipt), encoding="utf-8")


def merge(folder: Path, files: int, number: int) -> None:
    """Print what merging so many files costs, each with so many records."""
    (folder / "merge").mkdir(exist_ok=True)
    held = folder / f"files{files}"
    apart(write_answers, held, files, number)
    used = cost(sys.executable, "-c", MERGE, str(folder / "merge"), str(held), QUERY)
    show(
        f"Merging {files:,} files with {files * number:,} records, {files * 3:,} matches:"
        f" {used.seconds:.1f} s, {used.megabytes:.0f} MB"
    )


def show(line: str) -> None:
    print(line, flush=True)  # noqa: T201


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("part", choices=(*KINDS, "merge"))
    parser.add_argument("--records", type=int, default=30_000)
    parser.add_argument("--files", type=int, default=1_334)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        if options.part == "merge":
            for files in (options.files // 4, options.files):
                merge(Path(place), files, options.records)
        else:
            scan(Path(place), KINDS[options.part], options.records)


if __name__ == "__main__":
    main()
