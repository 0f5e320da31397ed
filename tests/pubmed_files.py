"""Small folders of files as NLM gives them, with the truth about them: for tests, and for a trial run.

python -m tests.pubmed_files FOLDER                     # 20 annual files, 3 updates, invented records
python -m tests.pubmed_files FOLDER --review REVIEW     # records of the review's archive among others
python -m tests.pubmed_files REVIEW/pubmed --review REVIEW --use    # and the review searches them
"""

import argparse
import gzip
import hashlib
import os
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from tests import random_queries, slow_evaluator

PROLOG = (
    b'<?xml version="1.0" encoding="utf-8"?>\n'
    b'<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2026//EN"'
    b' "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_260101.dtd">\n<PubmedArticleSet>\n'
)
ANNUAL, UPDATES = 20, 3
Key = tuple[int, int]  # PMID, version


def name_of(number: int, year: int = 26) -> str:
    return f"pubmed{year}n{number:04d}.xml.gz"


def write_file(
    folder: Path, number: int, records: Iterable[bytes], deleted: Iterable[Key] = (), year: int = 26
) -> Path:
    """Write one file and its digest as NLM writes them."""
    content = PROLOG + b"".join(record + b"\n" for record in records)
    gone = "".join(f'<PMID Version="{version}">{pmid}</PMID>\n' for pmid, version in deleted)
    if gone:
        content += f"<DeleteCitation>\n{gone}</DeleteCitation>\n".encode()
    path = folder / name_of(number, year)
    path.write_bytes(gzip.compress(content + b"</PubmedArticleSet>\n", compresslevel=6, mtime=0))
    write_digest(path)
    return path


def write_digest(path: Path, digest: str | None = None) -> None:
    """Write the digest of a file, or another one, into the file beside it."""
    found = digest or hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()
    path.with_name(f"{path.name}.md5").write_text(f"MD5({path.name})= {found}\n", encoding="utf-8")


def versioned(record: str, version: int, revised: date | None) -> bytes:
    """Return an invented record with a version, and with the day of its last revision."""
    record = record.replace("'", '"')
    number = re.search(r"<PMID>(\d+)</PMID>", record)[1]
    day = ""
    if revised:
        day = (
            f"<DateRevised><Year>{revised.year}</Year><Month>{revised.month:02}</Month>"
            f"<Day>{revised.day:02}</Day></DateRevised>"
        )
    entered = '<PubMedPubDate PubStatus="pubmed">'
    text = record.replace(f"<PMID>{number}</PMID>", f'<PMID Version="{version}">{number}</PMID>{day}')
    history = re.search(r'<PubMedPubDate PubStatus="entrez">(.*?)</PubMedPubDate>', record)[1]
    return text.replace("</History>", f"{entered}{history}</PubMedPubDate></History>").encode()


class File(NamedTuple):
    """What one file of a set holds."""

    records: list[bytes]
    deleted: list[Key]


class FileSet:
    """Files in their order, and what PubMed holds after the last of them."""

    def __init__(self, files: Sequence[File]) -> None:
        self.files = list(files)

    def write(self, folder: Path, year: int = 26) -> None:
        """Write all files into a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        for number, file in enumerate(self.files, 1):
            write_file(folder, number, file.records, file.deleted, year)

    def present(self) -> dict[int, bytes]:
        """Return PMID -> its last version, taken file by file, as plainly as possible."""
        held: dict[int, dict[int, tuple[int, bytes]]] = {}
        for number, file in enumerate(self.files):
            for record in file.records:
                pmid, version = key_of(record)
                held.setdefault(pmid, {})[version] = (number, record)
            for pmid, version in file.deleted:
                for one in [one for one in held.get(pmid, {}) if one <= version]:
                    del held[pmid][one]
        last = {}
        for pmid, versions in held.items():
            if versions:
                newest = max(number for number, _ in versions.values())
                last[pmid] = versions[max(one for one, (at, _) in versions.items() if at == newest)][1]
        return last

    def answer(self, query: str) -> list[int]:
        """Return the PMIDs that answer a query by the slow evaluator."""
        present = sorted(self.present().items())
        return [pmid for pmid, xml in present if slow_evaluator.finds(query, ElementTree.fromstring(xml))]


def key_of(record: bytes) -> Key:
    found = re.search(rb'<PMID(?: Version="(\d+)")?>(\d+)</PMID>', record)
    return int(found[2]), int(found[1] or 1)


def invented(
    per_file: int = 30, seed: int = 1, annual: int = ANNUAL, updates: int = UPDATES, first: int = 1
) -> FileSet:
    """Return a set: annual files, some records of which have a second version, and updates.

    An update brings new records, others again (changed, or with a higher version), and deletes some.
    """
    chance = random.Random(seed)
    files: list[File] = []
    pmid = first
    versions: dict[int, int] = {}
    for number in range(annual + updates):
        day = date(2019, 1, 1) + timedelta(days=50 * number)
        again = chance.sample(sorted(versions), min(len(versions), 6)) if number >= annual else []
        records = []
        for one in [*range(pmid, pmid + per_file), *again]:
            version = versions.get(one, 0) + chance.choice((0, 0, 1)) if one in versions else 1
            versions[one] = version
            records.append(versioned(random_queries.record(chance, one), version, day))
            if one not in again and chance.random() < 0.05:
                versions[one] = 2
                records.append(versioned(random_queries.record(chance, one), 2, day))
        deleted = []
        if number >= annual:
            deleted = [(one, versions[one]) for one in chance.sample(sorted(versions), 4)]
        pmid += per_file + chance.randint(0, 3)
        chance.shuffle(records)
        files.append(File(records, deleted))
    return FileSet(files)


def archived(review: Path) -> Iterator[bytes]:
    """Yield the records of a review's archive."""
    for path in sorted((review / "config/inputs/pubmed").glob("*.xml.gz")):
        content = gzip.decompress(path.read_bytes())
        yield from re.findall(rb"<PubmedArticle>.*?</PubmedArticle>", content, flags=re.DOTALL)


def revised(record: bytes, number: int) -> bytes:
    """Return a record that has no day of revision with one: every second was revised in 2023."""
    if b"<DateRevised>" in record:
        return record
    year = 2023 if number % 2 else 2022
    day = f"<DateRevised><Year>{year}</Year><Month>12</Month><Day>30</Day></DateRevised>"
    return record.replace(b"</PMID>", f"</PMID>{day}".encode(), 1)


def use(review: Path, folder: Path) -> None:
    """Let a review that replays an archive search files instead."""
    path = review / "config/config.yaml"
    text, changed = re.subn(
        r"(?m)^  mode: archive$",
        f"  mode: baseline\n  files: {os.path.relpath(folder, review)}",
        path.read_text(encoding="utf-8"),
    )
    if not changed:
        raise SystemExit(f"{path}: holds no line with mode: archive alone. Set mode and files by hand.")
    path.write_text(text, encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Write a small folder of files as NLM gives them.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--review", type=Path, help="a review whose archived records are put into the files")
    parser.add_argument("--use", action="store_true", help="let the review search the files")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    own = list(archived(given.review)) if given.review else []
    first = max((key_of(record)[0] for record in own), default=0) + 1
    made = invented(seed=given.seed, first=first)
    for number, record in enumerate(own):
        made.files[number % ANNUAL].records.append(revised(record, number))
    made.write(given.folder)
    if given.use:
        use(given.review, given.folder)


if __name__ == "__main__":
    main()
