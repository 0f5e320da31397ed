"""Deduplicate gold-labelled sets and invented records; beside it BibDedupe, where it is there.

    python -m tests.benchmark.dedup                                 # ours on all sets in ../shared/dedup
    python -m tests.benchmark.dedup --peer /path/to/its/bin/python  # and BibDedupe 0.11, set by set
    python -m tests.benchmark.dedup --second-peer /its/bin/python   # and deduplicate-it 1.2: DOI and title
    python -m tests.benchmark.dedup ... --docs    # and write the table of docs/deduplication.md, set by set
    python -m tests.benchmark.dedup --records 10000 100000 1000000  # invented records: seconds, memory
    python -m tests.benchmark.dedup --sets /other/folder --errors wrong.csv

A set is a folder with records.csv.gz (record_id, author, year, title, journal, ...) and gold.csv (record_id,
cluster_id); evaluate.py stands beside the sets. BibDedupe needs another numpy than ours, hence an interpreter
of its own: `python3 -m venv peer && peer/bin/pip install bib-dedupe==0.11.0 'numpy<2.2'`; the second peer
likewise: `pip install deduplicate-it==1.2.0 pandas`. It joins records of one DOI and one title, both
normalised by its own functions.

Measured is what turns a table of records in memory into clusters, imports left out, for both, by the clock
and in seconds of all processors (cpu s). With --records it is both jobs of ours (deduplicate, keep_unique),
from records.csv to all their tables. Both tools may use all cores.
"""

import argparse
import importlib.util
import json
import math
import os
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from scripts.common.files.tables import write_table
from scripts.common.records.record import COLUMNS
from scripts.common.review.settings_checks import check_settings
from tests.benchmark.synthetic_records import write
from tests.paths import REPOSITORY

NAMES = {"database": "source", "entry_type": "type", "author": "authors", "number": "issue"}

OURS = """
import json, os, resource, sys, time
from scripts.records import deduplicate, keep_unique
from scripts.common.duplicates.columns import COMPARED, cells, keys_of
from scripts.common.duplicates.linking import find
from scripts.common.review.settings import Matching
folder, settings, threads = sys.argv[1], json.loads(sys.argv[2]), int(sys.argv[3])
matching = Matching(**{name: value for name, value in settings.items() if name != "keep_first"})
files = {name: f"{folder}/{name}" for name in ("clusters", "links_csv", "versions_csv", "maybe_csv")}
found = None
rows = list(cells(f"{folder}/records.csv", COMPARED)) if sys.argv[4] == "clusters" else []
start, begin = time.perf_counter(), sum(os.times()[:4])
if sys.argv[4] == "clusters":
    table = keys_of(rows, threads)
    found = find(table, matching, threads=threads)
    seconds, cpu = time.perf_counter() - start, sum(os.times()[:4]) - begin
else:
    deduplicate.main(records_csv=f"{folder}/records.csv", verdicts_csv=None, before_csv=None,
                     matching=matching, threads=threads, **files)
    keep_unique.main(records_csv=f"{folder}/records.csv", clusters_csv=files["clusters"],
                     keep_first=settings["keep_first"], year_distance=matching.year_distance,
                     unique_csv=f"{folder}/unique.csv", unique_ris=f"{folder}/unique.ris")
    seconds, cpu = time.perf_counter() - start, sum(os.times()[:4])
if found is not None:
    with open(f"{folder}/clusters", "w", encoding="utf-8") as stream:
        stream.write("record_id,cluster_id\\n" + "".join(f"{a},{b}\\n" for a, b in found.home.items()))
own, child = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
memory = (own.ru_maxrss + threads * child.ru_maxrss) // 1024
print(json.dumps({"seconds": seconds, "cpu": cpu, "memory": memory}))
"""

THEIRS = """
import json, os, resource, sys, time
import pandas as pd
from bib_dedupe import bib_dedupe
if __name__ == "__main__":
    table = pd.read_csv(sys.argv[1], dtype=str, keep_default_na=False)
    table = table.rename(columns={"record_id": "ID", "entry_type": "ENTRYTYPE"})
    start, begin = time.perf_counter(), sum(os.times()[:4])
    prepared = bib_dedupe.prep(table)
    clusters = bib_dedupe.cluster(bib_dedupe.match(bib_dedupe.block(prepared)))
    seconds, cpu = time.perf_counter() - start, sum(os.times()[:4]) - begin
    rows = [(record, f"k{n}") for n, group in enumerate(clusters) for record in group]
    pd.DataFrame(rows, columns=["record_id", "cluster_id"]).to_csv(sys.argv[2], index=False)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"seconds": seconds, "cpu": cpu, "memory": memory}))
"""


SECOND = """
import json, os, resource, sys, time
import pandas as pd
from deduplicate_it.core import normalize_doi, normalize_title
table = pd.read_csv(sys.argv[1], dtype=str, keep_default_na=False)
start, begin = time.perf_counter(), sum(os.times()[:4])
dois = table["doi"] if "doi" in table else pd.Series("", index=table.index)
keys = list(zip(map(normalize_doi, dois), map(normalize_title, table["title"])))
clusters = [f"{doi} {title}" if doi and title else f"alone {n}" for n, (doi, title) in enumerate(keys)]
seconds, cpu = time.perf_counter() - start, sum(os.times()[:4]) - begin
table.assign(cluster_id=clusters)[["record_id", "cluster_id"]].to_csv(sys.argv[2], index=False)
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print(json.dumps({"seconds": seconds, "cpu": cpu, "memory": memory}))
"""
TOOLS = ("ours", "BibDedupe", "deduplicate-it")
DOCS = REPOSITORY / "docs/deduplication.md"
TABLE = re.compile(r"(?<=<!-- tests.benchmark.dedup -->\n).*?(?=<!-- end -->)", re.DOTALL)


def write_docs(measured: Mapping[str, Mapping[str, str]]) -> None:
    """Write the lines of the sets that were measured into the table of docs/deduplication.md.

    ``measured`` is set -> column -> cell; a tool that did not run this time keeps its cell.
    """
    text = DOCS.read_text(encoding="utf-8")
    found = TABLE.search(text)
    assert found is not None, f"{DOCS} has no table to fill"
    rows = {
        cells[0]: dict(zip(("records", *TOOLS), cells[1:], strict=True))
        for line in found[0].splitlines()[2:]
        if (cells := [cell.strip() for cell in line.strip("|").split("|")])
    }
    for name, cells in measured.items():
        rows[name] = {**rows.get(name, dict.fromkeys(TOOLS, "not run")), **cells}
    lines = [f"| set | records | {' | '.join(TOOLS)} |", "|---" * (2 + len(TOOLS)) + "|"]
    lines += [
        f"| {name} | {' | '.join(rows[name][column] for column in ('records', *TOOLS))} |"
        for name in sorted(rows)
    ]
    DOCS.write_text(TABLE.sub("\n".join(lines) + "\n", text), encoding="utf-8")


def evaluator(folder: Path) -> Any:
    """Return evaluate.py of the sets as a module."""
    spec = importlib.util.spec_from_file_location("evaluate", folder / "evaluate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def as_records(path: Path) -> pd.DataFrame:
    """Return a set in the form of records.csv; proceedings stand in for a missing journal."""
    table = pd.read_csv(path, dtype=str, keep_default_na=False).rename(columns=NAMES)
    if "booktitle" in table:
        table["journal"] = table["journal"].where(table["journal"] != "", table["booktitle"])
    return table.reindex(columns=pd.Index(COLUMNS), fill_value="")


def run(interpreter: str, program: str, *arguments: str) -> dict[str, float]:
    """Run a program that prints its seconds and peak memory (MB) as its last line."""
    with tempfile.NamedTemporaryFile("w", suffix=".py") as script:  # BibDedupe's processes import it again
        script.write(program)
        script.flush()
        done = subprocess.run(
            [interpreter, script.name, *arguments],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONPATH": str(REPOSITORY), "PATH": os.defpath},
        )
    measured: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return measured


def say(*cells: object) -> None:
    widths = (20, 9, 7, 7, 7, 8, 8, 9, 9, 9, 9, 8)
    sys.stdout.write("".join(f"{cell!s:>{width}}" for cell, width in zip(cells, widths, strict=False)) + "\n")
    sys.stdout.flush()


def measure_sets(
    folder: Path,
    settings: str,
    threads: int,
    peers: Mapping[str, str],
    errors: Path | None,
    only: Iterable[str],
    docs: bool,
) -> None:
    evaluate = evaluator(folder)
    say("set", "of", "wrong", "lost", "missed", "P", "R", "F1", "F1 pairs", "seconds", "cpu s", "MB")
    ratios: list[list[float]] = []
    for gold_csv in sorted(folder.glob("*/gold.csv")):
        name = gold_csv.parent.name
        if only and name not in only:
            continue
        gold = evaluate.read_clusters(gold_csv)
        spent, cells = {}, {}
        with tempfile.TemporaryDirectory() as work:
            write_table(as_records(gold_csv.parent / "records.csv.gz"), f"{work}/records.csv", COLUMNS)
            runs = [
                (
                    "ours",
                    Path(work) / "clusters",
                    (sys.executable, OURS, work, settings, str(threads), "clusters"),
                )
            ]
            for who, peer in peers.items():
                theirs = Path(work) / f"{who}.csv"
                program = THEIRS if who == "BibDedupe" else SECOND
                command = (peer, program, str(gold_csv.parent / "records.csv.gz"), str(theirs))
                runs.append((who, theirs, command))
            for who, clusters, command in runs:
                used = run(*command)
                predicted = evaluate.read_clusters(clusters)
                result = evaluate.evaluate(gold, predicted)
                level = result["record_level"]
                spent[who] = used
                cells[who] = f"{result['wrongly_merged_records']} / {result['missed_duplicates']}"
                say(
                    name if who == "ours" else "", who,
                    result["wrongly_merged_records"], result["works_lost"],
                    result["missed_duplicates"], f"{level['precision']:.4f}", f"{level['recall']:.4f}",
                    f"{level['f1']:.4f}", f"{result['pairwise']['f1']:.4f}",
                    f"{used['seconds']:.2f}", f"{used['cpu']:.2f}", f"{used['memory']:.0f}",
                )  # fmt: skip
                if errors and who == "ours":
                    pairs = evaluate.error_pairs(evaluate.join(gold, predicted)).assign(set=name)
                    pairs.to_csv(errors, index=False, mode="a", header=not errors.exists())
        if docs:
            write_docs({name: {"records": f"{len(gold):,}", **cells}})
        if "BibDedupe" in peers:
            ratios.append([spent["BibDedupe"][what] / spent["ours"][what] for what in ("seconds", "cpu")])
            say("", "", "", "", "", "", "", "", "times", *(f"{ratio:.0f}" for ratio in ratios[-1]))
    if ratios:
        clock, processors = map(statistics.median, zip(*ratios, strict=True))
        sys.stdout.write(
            f"median: {clock:.0f} times as fast by the clock, {processors:.0f} times in processor time\n"
        )


def measure_growth(sizes: Iterable[int], settings: str, threads: int) -> None:
    """Print seconds and memory of the whole job, and the exponent of n log n between two sizes."""
    before: tuple[int, float] | None = None
    for size in sizes:
        with tempfile.TemporaryDirectory() as work:
            truth = write(Path(work) / "records.csv", size)
            used = run(sys.executable, OURS, work, settings, str(threads), "all")
            found = pd.read_csv(f"{work}/clusters", dtype=str)
        table = found.assign(work=found["record_id"].map(truth))
        wrong = int((table.groupby("cluster_id")["work"].nunique() - 1).sum())
        missed = int((table.groupby("work")["cluster_id"].nunique() - 1).sum())
        grown = ""
        if before:
            expected = size * math.log(size) / (before[0] * math.log(before[0]))
            grown = f", processors grew {used['cpu'] / before[1]:.1f} times, n log n {expected:.1f} times"
        before = size, used["cpu"]
        sys.stdout.write(
            f"{size:>9,} invented records: {used['seconds']:.1f} s ({used['cpu']:.1f} s of"
            f" processors), {used['memory']:.0f} MB,"
            f" {wrong} wrongly merged, {missed} missed{grown}\n"
        )
        sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sets", type=Path, default=REPOSITORY.parent / "shared/dedup")
    parser.add_argument("--only", nargs="*", default=())
    parser.add_argument("--peer", help="an interpreter with bib-dedupe")
    parser.add_argument("--second-peer", help="an interpreter with deduplicate-it")
    parser.add_argument("--docs", action="store_true", help="write the table of docs/deduplication.md")
    parser.add_argument("--errors", type=Path, help="write our wrong and missed pairs to this CSV")
    parser.add_argument(
        "--records", type=int, nargs="*", help="numbers of invented records instead of the sets"
    )
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    config = yaml.safe_load((REPOSITORY / "config/config.yaml").read_text(encoding="utf-8"))
    checked = check_settings(config, REPOSITORY / "config/config.schema.yaml")
    settings = json.dumps(checked.written["deduplicate"])
    given = {"BibDedupe": options.peer, "deduplicate-it": options.second_peer}
    peers = {who: interpreter for who, interpreter in given.items() if interpreter}
    if options.records:
        measure_growth(options.records, settings, options.threads)
    else:
        measure_sets(
            options.sets, settings, options.threads, peers, options.errors, options.only, options.docs
        )


if __name__ == "__main__":
    main()
