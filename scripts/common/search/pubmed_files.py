"""NLM's files of PubMed in a folder: the annual files and the updates after them, as one series of numbers.

Each file has its MD5 digest in a second file beside it (``pubmed26n0001.xml.gz.md5``).
"""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from scripts.common.errors import InputError, Mistakes

FOLDERS = (".", "baseline", "updatefiles")  # NLM keeps annual and update files in two folders
SHOWN = 5  # files that a message names
SHOWN_LETTERS = 50  # of a file that is no digest
_NAME = re.compile(r"(pubmed(\d\d)n(\d{4,}))\.xml\.gz(\.md5)?")
_DIGEST = re.compile(r"\b[0-9a-f]{32}\b")


class PubmedFile(NamedTuple):
    """One file of the series; ``name`` is without its ending, as in pubmed26n0001."""

    number: int
    name: str
    path: Path

    @property
    def year(self) -> int:
        """Return the year of the annual files that this one belongs to."""
        return 2000 + int(self.name[6:8])

    @property
    def md5(self) -> Path:
        """Return the file that holds its digest."""
        return self.path.with_name(f"{self.path.name}.md5")


def pubmed_files(folder: str) -> list[PubmedFile]:
    """Return the files of a folder in the order of their numbers, from 1 on without a gap.

    ``InputError`` names everything that is wrong: a missing number, a file without digest or the other way
    round (a download that goes on), files of two years, a number that appears twice.
    """
    if not Path(folder).is_dir():
        raise InputError(
            f"search.files: {folder} is no folder. Name the one that holds NLM's files of PubMed"
            " (docs/baseline.md)."
        )
    files, digests = _listed(Path(folder))
    if not files:
        raise InputError(
            f"search.files: {folder} holds no file with a name like pubmed26n0001.xml.gz. Download NLM's"
            " files of PubMed (docs/baseline.md)."
        )
    mistakes = Mistakes()
    for message in (*_mixed(folder, files), *_without_other_half(files, digests)):
        with mistakes.noted():
            raise InputError(message)
    mistakes.stop()
    return files


def _listed(folder: Path) -> tuple[list[PubmedFile], set[Path]]:
    """Return the files of PubMed below a folder, sorted, and the files that digests are there for."""
    files, digests = [], set()
    for place in FOLDERS:
        for path in (folder / place).glob("pubmed*"):
            if found := _NAME.fullmatch(path.name):
                if found[4]:
                    digests.add(path.with_suffix(""))
                else:
                    files.append(PubmedFile(int(found[3]), found[1], path))
    return sorted(files), digests


def _mixed(folder: str, files: list[PubmedFile]) -> Iterator[str]:
    """Yield what keeps the files from being one series."""
    years = sorted({file.year for file in files})
    if len(years) > 1:
        yield (
            f"search.files: {folder} holds files of {' and '.join(map(str, years))}. The annual files of a"
            " year replace all that came before: keep those of one year."
        )
        return
    numbers = [file.number for file in files]
    for before, file in pairwise(files):
        if before.number == file.number:
            yield f"search.files: {before.path} and {file.path} have one number. Keep one of them."
    gaps = sorted(set(range(1, numbers[-1] + 1)) - set(numbers))
    if gaps:
        first = files[0].name[:9]
        yield (
            f"search.files: {folder}: {_named(f'{first}{number:04d}.xml.gz' for number in gaps)} missing. The"
            " series must be whole: download what is missing, or wait until the download has ended."
        )


def _without_other_half(files: list[PubmedFile], digests: set[Path]) -> Iterator[str]:
    """Yield files without digest, and digests without file: signs of a download that goes on."""
    bare = [file.md5 for file in files if file.path not in digests]
    if bare:
        yield (
            f"{_named(map(str, bare))} missing: without it damage is not noticed. Download it, or wait until"
            " the download has ended."
        )
    alone = sorted(digests - {file.path for file in files})
    last = files[-1].number
    alone = [path for path in alone if int(path.name[9:].split(".")[0]) > last]  # others are gaps already
    if alone:
        yield (
            f"{_named(map(str, alone))} missing, its .md5 is there. Download it, or wait until the download"
            " has ended."
        )


def _named(names: Iterable[str]) -> str:
    """Return the first of some names and how many there are, with the verb."""
    listed = list(names)
    more = len(listed) - SHOWN
    shown = ", ".join(listed[:SHOWN])
    if more > 0:
        shown += f" and {more:,} more"
    return f"{shown} {'is' if len(listed) == 1 else 'are'}"


def expected_digest(path: Path) -> str:
    """Return the digest that a .md5 file names, as NLM or md5sum writes it."""
    text = path.read_text(encoding="utf-8", errors="replace").lower()
    found = _DIGEST.search(text)
    if not found:
        raise InputError(f"{path}: holds no MD5 digest ({text[:SHOWN_LETTERS]!r}). Download it again.")
    return found[0]
