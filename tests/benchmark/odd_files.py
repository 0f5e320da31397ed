"""Read files that are odd on purpose, each at two sizes: no reader may take long, or more than linear time.

    python -m tests.benchmark.odd_files             # all
    python -m tests.benchmark.odd_files columns     # those whose name has this word

Prints for each file its size, seconds of CPU time and peak memory of the whole rule (records, pieces set
aside and counts are written), and how much longer it took than a file of half the size. A file that takes
more than 10 s or 300 MB, or more than three times as long as its half, makes the exit code 1.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.benchmark.search import python, say

MOST_SECONDS, MOST_MB, MOST_GROWTH = 10, 300, 3.0
SURE_SECONDS = 0.5  # below this the start of a reader hides how it grows
READ = """
import resource, sys
from scripts.common.errors import InputError
from scripts.records.parse_export import main
used = resource.getrusage(resource.RUSAGE_SELF)
before = used.ru_utime + used.ru_stime
item = {"name": "odd", "kind": "database", "source": "x", "platform": "x"}
try:
    out = {"records": "records.csv", "set_aside": "aside.csv", "counts": "counts.csv"}
    main(path=sys.argv[1], item=item, words={}, **out)
    outcome = "read"
except InputError:
    outcome = "refused"
used = resource.getrusage(resource.RUSAGE_SELF)
sys.stdout.write(f"{used.ru_utime + used.ru_stime - before} {used.ru_maxrss // 1024} {outcome}")
"""
WORDS = "night buses and sleep "

Parts = Iterator[str]  # the text of a file, piece by piece


def columns(size: int) -> Parts:
    """A CSV of many columns and 5 rows."""
    yield ",".join(["Title", "Authors", "Year", *(f"c{i}" for i in range(size))]) + "\n"
    for row in range(5):
        yield ",".join([f"Study {row}", "Quill A", "2020", *(str(i) for i in range(size))]) + "\n"


def macros(size: int) -> Parts:
    """BibTeX of many macros and as many entries, each of which uses one."""
    for i in range(size):
        yield f"@string{{j{i} = {{Journal {i}}}}}\n"
    for i in range(size):
        yield f"@article{{k{i},\n author = {{Quill, Ada}},\n title = {{Study {i}}},\n journal = j{i}\n}}\n"


def blanks(begin: str, end: str) -> Callable[[int], Parts]:
    def made(size: int) -> Parts:
        yield f"{begin}Night{' ' * size}buses{end}"

    return made


def long_line(begin: str, end: str, text: str = WORDS) -> Callable[[int], Parts]:
    def made(size: int) -> Parts:
        yield begin
        for _ in range(size // len(text) // 1000):
            yield text * 1000
        yield end

    return made


def braces(size: int) -> Parts:
    """BibTeX with a title in nested braces."""
    yield f"@article{{k,\n year = 2020,\n title = {'{' * size}Night buses{'}' * size}\n}}\n"


def open_quotes(size: int) -> Parts:
    """A CSV in which no quote is closed."""
    yield "Title,Authors,Year\n"
    for row in range(size):
        yield f'"Study {row},Quill A,2020\n'


def wrapped(size: int) -> Parts:
    """RIS with a note over many untagged lines."""
    yield "TY  - JOUR\nTI  - Night buses\nN1  - References\n"
    for i in range(size):
        yield f"Finch B. ({i}) Lamps in towns\n"
    yield "ER  - \n"


def nested(size: int) -> Parts:
    """CSL JSON with a list inside a list inside a list."""
    yield f'[{{"type": "book", "title": "Night buses", "x": {"[" * size}1{"]" * size}}}]'


RIS, OVID = ("TY  - JOUR\nTI  - ", "\nER  - \n"), ("<1. >\nVN  - Ovid Technologies\nTI  - ", "\nYR  - 2020\n")
BIB, CSV = ("@article{k,\n title = {", "},\n year = 2020\n}\n"), ('Title,Authors,Year\n"', '",Quill A,2020\n')
NBIB, REFER = ("PMID- 7\nTI  - ", "\nDP  - 2020\n"), ("%0 Journal Article\n%T ", "\n%D 2020\n")
XML = ("<xml><records><record><titles><title>", "</title></titles></record></records></xml>")
CSL = ('[{"type": "book", "title": "', '"}]')
FILES: dict[str, tuple[Callable[[int], Parts], int]] = {
    "20,000 columns of a CSV": (columns, 20_000),
    "1,000 macros of BibTeX": (macros, 1_000),
    "60,000 blanks in a title: RIS": (blanks(*RIS), 60_000),
    "60,000 blanks in a title: Ovid": (blanks(*OVID), 60_000),
    "60,000 blanks in a title: nbib": (blanks(*NBIB), 60_000),
    "60,000 blanks in a title: BibTeX": (blanks(*BIB), 60_000),
    "60,000 blanks in a title: CSV": (blanks(*CSV), 60_000),
    "a line of 50 MB: RIS": (long_line(*RIS), 50_000_000),
    "a line of 50 MB: nbib": (long_line(*NBIB), 50_000_000),
    "a line of 50 MB: Refer": (long_line(*REFER), 50_000_000),
    "a line of 50 MB: BibTeX": (long_line(*BIB), 50_000_000),
    "a line of 50 MB: CSV": (long_line(*CSV), 50_000_000),
    "a line of 50 MB: EndNote XML": (long_line(*XML), 50_000_000),
    "a line of 50 MB: CSL JSON": (long_line(*CSL), 50_000_000),
    "1,200 nested braces of BibTeX": (braces, 1_200),
    "100,000 nested braces of BibTeX": (braces, 100_000),
    "20,000 quotes that are never closed": (open_quotes, 20_000),
    "200,000 untagged lines in a note: RIS": (wrapped, 200_000),
    "100,000 nested lists in JSON": (nested, 100_000),
}


def measured(make: Callable[[int], Parts], size: int, folder: str) -> tuple[float, int, str, int]:
    """Return CPU seconds, peak memory in MB, what became of the file, and its size in bytes."""
    path = Path(folder) / "odd.txt"
    with path.open("w", encoding="utf-8") as stream:
        stream.writelines(make(size))
    seconds, peak, outcome = python(READ, str(path), folder=folder).stdout.split()
    return float(seconds), int(peak), outcome, path.stat().st_size


def main() -> int:
    """Read every file at half its size and whole, and print what it took."""
    wanted, wrong = sys.argv[1:], 0
    with tempfile.TemporaryDirectory() as folder:
        for name, (make, size) in FILES.items():
            if wanted and not any(word in name for word in wanted):
                continue
            half, _, _, _ = measured(make, size // 2, folder)
            seconds, peak, outcome, length = measured(make, size, folder)
            growth = seconds / half if half else 1.0
            fault = (
                seconds > MOST_SECONDS or peak > MOST_MB or (growth > MOST_GROWTH and seconds > SURE_SECONDS)
            )
            wrong += fault
            took = f"{length / 1e6:6.1f} MB  {seconds:5.2f} s  {peak:4d} MB  {growth:4.1f} times  {outcome}"
            say(f"{name:38} {took}{'  TOO MUCH' if fault else ''}")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
