"""Damage the real exports and the cases beside the repository, and look for words that are lost.

    python -m tests.benchmark.mutants           # 5,000 files, each with one thing wrong
    python -m tests.benchmark.mutants 500 7     # how many, and the seed

Each mutant is refused in one line (and a map to start from), or every word of it is in a record, in extra, or
in what was set aside (tests/word_by_word.py). A trace or a lost word is printed with the number of the
mutant; the exit code is 1.
"""

import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

from scripts.common.errors import InputError
from tests.benchmark.search import say
from tests.damage import damaged
from tests.paths import SPECIMENS
from tests.word_by_word import lost_words

MOST_BYTES = 60_000  # of a file that is damaged; XML stays whole, cut it would always be refused


def real_files() -> list[Path]:
    """Return the exports and the cases, without what is expected of them."""
    found = sorted([*SPECIMENS.glob("exports/*/*"), *SPECIMENS.glob("cases/exports/*.*")])
    return [path for path in found if not path.name.endswith((".expected.json", ".md"))]


def mutant(chance: random.Random, number: int, folder: Path) -> tuple[Path, bytes]:
    """Write a damaged copy of one of the files; return it and its content."""
    files = real_files()
    path = files[(number * 37 + chance.randrange(len(files))) % len(files)]
    content = path.read_bytes()
    content = damaged(content if b"<?xml" in content[:100] else content[:MOST_BYTES], chance)
    copy = folder / "mutant.txt"
    copy.write_bytes(content)
    return copy, content


def outcome(path: Path) -> str:
    """Return what became of a file: read, refused, or what is wrong."""
    try:
        lost = lost_words(path)
    except InputError as error:
        message = str(error).partition("Start from:\n")[0]  # of a table: a map of several lines
        return "refused" if "\n" not in message else f"refused in several lines: {error}"
    return f"lost: {', '.join(lost[:5])}" if lost else "read"


def main() -> int:
    """Print how many mutants were read and refused, and each in which something is wrong."""
    number, seed = (int(word) for word in [*sys.argv[1:], *("5000", "17")[len(sys.argv) - 1 :]])
    chance, outcomes = random.Random(seed), Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        for place in range(number):
            path, content = mutant(chance, place, Path(folder))
            found = outcome(path)
            outcomes[found if found in ("read", "refused") else "wrong"] += 1
            if found not in ("read", "refused"):
                say(f"mutant {place} ({len(content)} bytes): {found}")
    say(
        f"{number} mutants: {outcomes['read']} read, {outcomes['refused']} refused, {outcomes['wrong']} wrong"
    )
    return int(outcomes["wrong"] > 0)


if __name__ == "__main__":
    sys.exit(main())
