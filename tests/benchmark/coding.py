"""Merge 200 studies x 300 codes x 6 coders x 3 rounds, with agreement and bootstrap; print the time.

    python -m tests.benchmark.coding
    python -m tests.benchmark.coding --studies 61 --codes 30 --coders 2 --rounds 1

Each step runs in a process of its own, as in the workflow, on wide sheets with gaps and disagreements.
"""

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from scripts.common.coding.codebook_forms import CSV_COLUMNS
from tests.paths import REPOSITORY

FOUND, ASSESSED, DISAGREE = (
    0.08,
    0.97,
    0.05,
)  # shares: of codes present, of cells filled, of votes that differ
STEPS = {
    "read and merge": """
from scripts.coding.merge_codings import main
from scripts.common.coding.model import Plan
from scripts.common.review.settings import CodingRule
import json, sys
plans = [Plan(*plan) for plan in json.loads(sys.argv[2])]
main(sheets=plans, codebook="config/codebook.csv", adjudication=None,
     rule=CodingRule(consensus="majority"), unmarked="absent", texts="all", rounds=rounds,
     evidence_csv="evidence.csv", assessed_csv="assessed.csv", lists_csv="lists.csv", final_csv="final.csv",
     conflicts_csv="conflicts.csv", conflicts_xlsx="conflicts.xlsx", set_aside="set_aside.csv")
""",
    "agreement and bootstrap": """
from scripts.coding.measure_agreement import main
from scripts.common.review.settings import Agreement
main(codebook="config/codebook.csv", evidence_csv="evidence.csv", assessed_csv="assessed.csv",
     lists_csv="lists.csv", rounds=rounds, how=Agreement(), agreement_csv="agreement.csv")
""",
    "count themes": """
from scripts.coding.count_themes import main
main(codebook="config/codebook.csv", final_csv="final.csv", lists_csv="lists.csv", flow_csv="flow.csv",
     assessed_csv="assessed.csv", intervals=False,
     themes_csv="themes.csv", matrix_csv="matrix.csv")
""",
    "write REFI-QDA": """
from scripts.coding.export_coding import main
main(name="benchmark", codebook="config/codebook.csv", evidence_csv="evidence.csv",
     assessed_csv="assessed.csv", included_csv="included.csv", unique_csv="unique.csv",
     charting_csv=None, rounds=rounds,
     out={"yaml": "out.yaml", "csv": "out.csv", "qdc": "out.qdc", "qdpx": "out.qdpx"})
""",
}
HEAD = """
import json, resource, sys
rounds = json.loads(sys.argv[1])
"""
FOOT = """
sys.stdout.write(str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024))
"""


def write_review(folder: Path, studies: int, codes: int, coders: int, rounds: int) -> list[list[str]]:
    """Write a codebook of three levels and a wide sheet per coder and round; return how each is read."""
    chance = random.Random(8)
    (folder / "config").mkdir()
    names = [f"code_{i:03d}" for i in range(codes)]
    parents = [
        "" if i % 30 == 0 else names[i - i % 30] if i % 6 == 0 or i % 30 < 6 else names[i - i % 6]
        for i in range(codes)
    ]
    rows = [
        f"{name},{parent},{name},码{i},,,,,all,1,made,all"
        for i, (name, parent) in enumerate(zip(names, parents, strict=True))
    ]
    head = ",".join(CSV_COLUMNS)
    (folder / "config/codebook.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    truth = [[chance.random() < FOUND for _ in names] for _ in range(studies)]
    plans = []
    for coder in range(coders):
        for round_ in range(1, rounds + 1):
            path = folder / f"coder{coder}_{round_}.csv"
            with path.open("w", encoding="utf-8") as stream:
                stream.write(",".join(["study", *names]) + "\n")
                for study in range(studies):
                    cells = [
                        ""
                        if chance.random() > ASSESSED
                        else str(int(truth[study][i] != (chance.random() < DISAGREE)))
                        for i in range(codes)
                    ]
                    stream.write(",".join([str(study + 1), *cells]) + "\n")
            plans.append([path.stem, str(path), f"coder{coder}", str(round_), "", "study"])
    (folder / "flow.csv").write_text(f"box,count\nnew_studies,{studies}\n", encoding="utf-8")
    (folder / "included.csv").write_text(
        "study_id,record_id,authors,year,title,journal,doi\n", encoding="utf-8"
    )
    (folder / "unique.csv").write_text("record_id,abstract\n", encoding="utf-8")
    return plans


def used() -> float:
    """Return the seconds that our processes were busy: they tell more than the clock of a shared machine."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    """Print the seconds and the peak memory of each step, and the sum."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, number in (("studies", 200), ("codes", 300), ("coders", 6), ("rounds", 3)):
        parser.add_argument(f"--{name}", type=int, default=number)
    size = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plans = write_review(folder, size.studies, size.codes, size.coders, size.rounds)
        rounds = [str(i + 1) for i in range(size.rounds)]
        total = 0.0
        for step, code in STEPS.items():
            begun, busy = time.perf_counter(), used()
            done = subprocess.run(
                [sys.executable, "-c", HEAD + code + FOOT, json.dumps(rounds), json.dumps(plans)],
                cwd=folder,
                env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                sys.exit(done.stderr)
            seconds = time.perf_counter() - begun
            total += seconds
            sys.stdout.write(
                f"{step:26} {seconds:6.1f} s, {used() - busy:5.1f} s of them busy, {done.stdout} MB\n"
            )
        rows = (folder / "agreement.csv").read_text(encoding="utf-8").count("\n") - 1
        sys.stdout.write(f"{'together':26} {total:6.1f} s, {rows} rows of agreement\n")


if __name__ == "__main__":
    main()
