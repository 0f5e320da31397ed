"""Read 100,000 real-like RIS records with ours and with rispy, in turn, each in a process of its own.

    python -m tests.benchmark.records                 # 100,000 made records
    python -m tests.benchmark.records --file big.ris  # your own file

Prints records a second of CPU time, the median over the rounds, and peak memory. "ours" finds format and
encoding, counts, splits, maps and dates every record; "parse_export" also writes the tables, as the rule
does; "rispy" only reads tags; "rispy per record" is our splitter with rispy behind it, unmapped.
"""

import argparse
import random
import statistics
import tempfile
from pathlib import Path

from tests.benchmark.search import python, say

ROUNDS = 5
SENTENCE = (
    "social media patient engagement health service design quality improvement review of online communities"
    " qualitative study Twitter feedback outcomes participation experience é ü “care” methods results"
)
WORDS = SENTENCE.split()

MEASURE = """
import resource, sys
used = resource.getrusage(resource.RUSAGE_SELF)
sys.stdout.write(f"{n} {used.ru_utime + used.ru_stime - before} {used.ru_maxrss // 1024}")
"""
BEFORE = """
import resource, sys
used = resource.getrusage(resource.RUSAGE_SELF)
before = used.ru_utime + used.ru_stime
"""
READERS = {
    "ours": "from scripts.common.exports.export import read"
    + BEFORE
    + "n = sum(1 for _ in read(sys.argv[1]))",
    "parse_export": "import csv\nfrom scripts.records.parse_export import main"
    + BEFORE
    + """
item = {"name": "big", "kind": "database", "source": "x", "platform": "x"}
main(path=sys.argv[1], item=item, words={}, records="records.csv", set_aside="aside.csv", counts="counts.csv")
n = next(csv.DictReader(open("counts.csv", encoding="utf-8")))["records"]
""",
    "rispy": "import rispy"
    + BEFORE
    + """
with open(sys.argv[1], encoding="utf-8-sig") as stream:
    n = len(rispy.load(stream))
""",
    "rispy per record": "import rispy\nfrom scripts.common.exports.export import Export"
    + BEFORE
    + """
n = 0
for piece in Export(sys.argv[1])._raw():
    lines = (f"{tag}  - {value}" for tag, values in piece.tags.items() for value in values)
    n += len(rispy.loads("\\n".join([*lines, "ER  - "])))
""",
}


def write_records(path: Path, number: int) -> None:
    """Write RIS records like those of Scopus and Zotero: about 30 lines and 2,500 signs each."""
    chance = random.Random(2022)

    def text(words: int) -> str:
        return " ".join(chance.choices(WORDS, k=words))

    with path.open("w", encoding="utf-8", newline="\n") as stream:
        for place in range(number):
            year = 2000 + place % 24
            lines = ["TY  - JOUR", f"TI  - {text(14)}"]
            lines += [f"AU  - {name}, {name[0]}." for name in chance.sample(WORDS, k=5)]
            lines += [f"T2  - {text(3)}", f"VL  - {place % 90}", f"IS  - {place % 12}", f"SP  - {place}"]
            lines += [f"EP  - {place + 9}", f"PY  - {year}", f"DA  - {year}/0{1 + place % 9}//"]
            lines += [
                f"DO  - 10.1000/example.{place}",
                f"UR  - https://example.org/{place}?from=export",
            ]
            lines += [f"AD  - {text(12)}" for _ in range(3)]
            lines += [f"AB  - {text(190)}", *(f"KW  - {text(2)}" for _ in range(6))]
            lines += ["SN  - 1234-567X", "LA  - English", f"N1  - Export Date: 7 December 2022; {text(9)}"]
            stream.write("\n".join([*lines, "DB  - Scopus", "ER  - ", "", ""]))


def main() -> None:
    """Run all readers in turn and print their medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--file", type=Path, help="a RIS file to read instead of a made one")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        path = options.file or Path(name) / "big.ris"
        if options.file is None:
            write_records(path, options.records)
        speeds: dict[str, list[float]] = {reader: [] for reader in READERS}
        peaks = dict.fromkeys(READERS, 0)
        for _ in range(ROUNDS):
            for reader, code in READERS.items():
                count, seconds, peak = python(code + MEASURE, str(path.resolve()), folder=name).stdout.split()
                speeds[reader].append(int(count) / float(seconds))
                peaks[reader] = max(peaks[reader], int(peak))
    for reader, found in speeds.items():
        least, most = min(found), max(found)
        say(f"{reader}: {statistics.median(found):,.0f} records a second ({least:,.0f} to {most:,.0f})")
        say(f"    peak {peaks[reader]} MB")
    times = statistics.median(speeds["ours"]) / statistics.median(speeds["rispy"])
    say(f"ours is {times:.2f} times as fast as rispy")


if __name__ == "__main__":
    main()
