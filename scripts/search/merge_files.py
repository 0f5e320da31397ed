"""Merge what was found in NLM's files of PubMed: the last version of each record, in windows of days."""

import gzip
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any, NamedTuple, cast

from lxml import etree

from scripts.common.errors import InputError
from scripts.common.files.digests import sha256
from scripts.common.files.tables import write_table
from scripts.common.job import job, log
from scripts.common.records.pubmed_xml import article_date, articles, history_date, revised, search_dates
from scripts.common.search.archive import json_text, read_json
from scripts.common.search.citation import from_article
from scripts.common.search.evaluate import Test, compile_query, notes
from scripts.common.search.file_records import Key, article_key, keys_among
from scripts.common.search.mesh import read_mesh
from scripts.common.search.pubmed_files import pubmed_files
from scripts.common.search.syntax import Node, Term, parse, written
from scripts.common.search.time_travel import COLUMNS, Dates, known_then, without_headings
from scripts.common.search.window_files import WindowWriter, article_bytes, precisions, write_receipt
from scripts.common.search.windows import Window
from scripts.common.values.dates import earliest_day, is_day

if TYPE_CHECKING:
    snakemake: Any

SHOWN = 5  # records that a warning names


class Held(NamedTuple):
    """A record in one of the files (their numbers count from 0), and what became of it since, or ""."""

    file: int
    key: Key
    since: str = ""


def last_versions(receipts: Sequence[Mapping[str, Any]], lists: Sequence[str]) -> list[Held]:
    """Return the last version of each PMID of which any version met the query, in the order of the PMIDs.

    Of a PMID the record of the last file counts, and inside a file that of the highest version. A deletion
    takes away the version that it names and those before it. Where the last version does not meet the query,
    or the record was deleted, the last one that met it is returned with what happened ``since``. ``lists``
    are the PMIDs of all records of each file.
    """
    pmids = {str(number) for receipt in receipts for number, _ in receipt["matches"]}
    held: dict[int, dict[Key, tuple[int, bool]]] = {int(number): {} for number in pmids}
    met: dict[int, Held] = {}
    deleted: dict[int, str] = {}
    for number, (receipt, path) in enumerate(zip(receipts, lists, strict=True)):
        matches = {Key(*key) for key in receipt["matches"]}
        for key in sorted(keys_among(_unpacked(path), pmids)):
            held[key.pmid][key] = (number, key in matches)
            if key in matches:
                met[key.pmid] = Held(number, key)
        for key in (Key(*key) for key in receipt["deleted"]):
            if held.get(key.pmid):
                held[key.pmid] = {one: at for one, at in held[key.pmid].items() if one > key}
                deleted[key.pmid] = receipt["file"]
    return [_last(met[pmid], held[pmid], deleted, receipts) for pmid in sorted(held)]


def _last(
    met: Held,
    held: Mapping[Key, tuple[int, bool]],
    deleted: Mapping[int, str],
    receipts: Sequence[Mapping[str, Any]],
) -> Held:
    if not held:
        return met._replace(since=f"deleted by {deleted[met.key.pmid]}")
    key, (file, matches) = max(held.items(), key=lambda one: (one[1][0], one[0]))
    if matches:
        return Held(file, key)
    return met._replace(
        since=f"replaced by a version that does not meet the query ({receipts[file]['file']})"
    )


def _unpacked(path: str) -> str:
    with gzip.open(path, "rt", encoding="ascii") as stream:
        return stream.read()


def read_matches(path: str, wanted: set[Key]) -> Iterator[tuple[Key, etree._Element]]:
    """Yield the wanted records of a file of matches."""
    with gzip.open(path) as stream:
        for article in articles(cast(IO[bytes], stream), path):
            key = article_key(article, path)
            if key in wanted:
                yield key, article


class Kept(NamedTuple):
    """A record of the answer: its place in the store, and its date as written."""

    pmid: int
    begin: int
    length: int
    known: str


class Store:
    """Records on disk, because an answer can be larger than the memory of a job; gone when it is closed."""

    def __init__(self, folder: Path) -> None:
        self._file = TemporaryFile(dir=folder)  # noqa: SIM115  closed with the job

    def add(self, pmid: int, content: bytes, known: str) -> Kept:
        """Keep a record."""
        begin = self._file.seek(0, 2)
        self._file.write(content)
        return Kept(pmid, begin, len(content), known)

    def read(self, kept: Kept) -> bytes:
        """Return a record."""
        self._file.seek(kept.begin)
        return self._file.read(kept.length)


class Answer:
    """The records of the answer by window, and what is known of each on the last day of the search."""

    def __init__(
        self, windows: Sequence[Window], date_field: str, end: str, test: Test, folder: Path
    ) -> None:
        self._store = Store(folder)
        self._date_field, self._end, self._test = date_field, end, test
        self.windows: dict[Window, dict[int, Kept]] = {window: {} for window in windows}
        self.without_date: list[int] = []
        self.outside = 0
        self.last_day = ""
        self.then: dict[int, dict[str, object]] = {}

    def add(self, held: Held, article: etree._Element, file: str) -> None:
        """Put a record into each window that one of its dates lies in; one that is gone is only described."""
        days = [earliest_day(known) for known in search_dates(article, self._date_field)]
        inside = [
            window for window in self.windows if any(window.first <= day <= window.last for day in days)
        ]
        pmid = held.key.pmid
        self.last_day = max(self.last_day, *(history_date(article, name) for name in ("entrez", "pubmed")))
        if inside:
            self.then[pmid] = self._described(held, article, file)
        if held.since:
            return
        if not days:
            self.without_date.append(pmid)
        elif not inside:
            self.outside += 1
        else:
            known = article_date(article, self._date_field)
            kept = self._store.add(pmid, article_bytes(article), known)
            for window in inside:
                self.windows[window][pmid] = kept

    def _described(self, held: Held, article: etree._Element, file: str) -> dict[str, object]:
        dates = Dates(history_date(article, "entrez"), history_date(article, "medline"), revised(article))
        by_text = bool(self._test(without_headings(from_article(article))))
        then, reason = known_then(dates, self._end, held.since, by_text=by_text)
        return {
            "pmid": held.key.pmid, "version": held.key.version, "file": file, "then": then, "reason": reason,
            **dates._asdict(),
        }  # fmt: skip

    def write(self, window: Window, xml: str) -> dict[str, Any]:
        """Write the records of a window in the order of their PMIDs; return what its receipt says of them."""
        writer = WindowWriter(xml)
        kept = [record for _, record in sorted(self.windows[window].items())]
        for record in kept:
            writer.add(self._store.read(record))
        return {
            "count": len(kept),
            "pmids": [record.pmid for record in kept],
            "dates": precisions(record.known for record in kept),
            "sha256": writer.close(),
        }


def tree(node: Node) -> dict[str, Any]:
    """Return a query as it was understood: nested operators, and terms with their fields."""
    if isinstance(node, Term):
        found = node._asdict()
        del found["start"], found["end"]
        return found
    return {"operator": node.operator, "parts": [tree(part) for part in node.parts]}


def last_day(answer: Answer, receipts: Sequence[Mapping[str, Any]]) -> str:
    """Return the day up to which the files tell: the last one on which any of their records was revised.

    Where none has such a day, the last one on which a record that meets the query was created; else "".
    """
    return max(receipt["last_revised"] for receipt in receipts) or answer.last_day


def fill(
    answer: Answer, receipts: Sequence[Mapping[str, Any]], matches: Sequence[str], last: Sequence[Held]
) -> int:
    """Read the records that count out of the matches of each file; return how many of them are gone since."""
    by_file: dict[int, dict[Key, Held]] = defaultdict(dict)
    for one in last:
        by_file[one.file][one.key] = one
    for number, held in sorted(by_file.items()):
        missing = set(held)
        for key, article in read_matches(matches[number], set(held)):
            answer.add(held[key], article, receipts[number]["file"])
            missing.discard(key)
        if missing:
            raise InputError(
                f"{matches[number]}: PMID {min(missing).pmid} is missing. Remove this file and run again."
            )
    return sum(bool(one.since) for one in last)


def about_files(answer: Answer, receipts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what the receipt of each window says of the files; nothing was mapped and nothing left out."""
    return {
        "mode": "baseline",
        "origin": "pubmed",
        "files": {"first": receipts[0]["file"], "last": receipts[-1]["file"]},
        "searched_on": last_day(answer, receipts),
        "translation": "",
        "not_delivered": [],
        "errors": [],
    }


def totals(answer: Answer, receipts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the files with their digests, the counts over all of them, and the programs that read them."""
    listed = ("file", "md5", "records", "last_revised", "sha256")
    files = [
        {name: receipt[name] for name in listed}
        | {name: len(receipt[name]) for name in ("matches", "deleted")}
        for receipt in receipts
    ]
    return {
        "files": files,
        "records": sum(receipt["records"] for receipt in receipts),
        "searched_on": last_day(answer, receipts),
        "answer": len({pmid for kept in answer.windows.values() for pmid in kept}),
        "outside_the_period": answer.outside,
        "without_date": sorted(answer.without_date),
        "programs": {"python": sys.version.split()[0], "lxml": version("lxml")},
    }


def warn(
    answer: Answer, receipts: Sequence[Mapping[str, Any]], folder: str, end: str, beside: set[str]
) -> None:
    """Warn of what a reader of the answer has to know; ``beside``: all files that were searched here."""
    names = {receipt["file"] for receipt in receipts}
    until = last_day(answer, receipts)
    if not until:
        log.warning(
            "search.files: no record has a day of revision: up to which day the files go is not known"
        )
    elif until < end:
        log.warning(
            "search.end: %s, but the files go up to %s: later records are in files that are not here. Add the"
            " newer update files.", end, until,
        )  # fmt: skip
    if answer.without_date:
        log.warning(
            "%d records meet the query and have no date by which the period is cut; they are in no window"
            " (PMID %s)",
            len(answer.without_date), ", ".join(map(str, sorted(answer.without_date)[:SHOWN])),
        )  # fmt: skip
    year = min(names)[6:8]
    others = sorted({name[6:8] for name in beside} - {year})
    if others:
        log.warning(
            "search.files: the annual files of 20%s take the place of those of 20%s. NLM has assigned"
            " headings again: records may be found or lost without any change of their own. With the old"
            " answer frozen, results/search/drift.csv names each (docs/baseline.md).", year, others[-1],
        )  # fmt: skip
    try:
        came = {file.name for file in pubmed_files(folder)} - names
    except InputError as error:
        log.warning("the folder has changed while it was searched: %s", error.args[0])
        return
    if came:
        log.warning(
            "search.files: %d files came while the others were searched (%s is the first). Run again to"
            " search them too.", len(came), min(came),
        )  # fmt: skip


def main(
    *,
    query: str,
    date_field: str,
    end: str,
    mesh_file: str | None,
    folder: str,
    matches: Sequence[str],
    pmids: Sequence[str],
    receipts: Sequence[str],
    windows_xml: Sequence[str],
    windows_json: Sequence[str],
    overall: str,
    then_csv: str,
) -> None:
    """Write the windows of the search, the receipt over all files, and what is known of each record then."""
    node, mesh = parse(query), read_mesh(mesh_file) if mesh_file else None
    read = [read_json(Path(path)) for path in receipts]
    windows = [Window.parse(Path(path).stem) for path in windows_json]
    answer = Answer(windows, date_field, end, compile_query(node, mesh), Path(overall).parent)
    gone = fill(answer, read, matches, last_versions(read, pmids))
    remarks = [f"{written(query, term)}: {reason}" for term, reason in notes(node, mesh)]
    asked = {"query": query, "date_field": date_field}
    about = {**asked, **about_files(answer, read), "warnings": remarks}
    until = about["searched_on"]
    for window, xml, receipt in zip(windows, windows_xml, windows_json, strict=True):
        over = window.is_over(date.fromisoformat(until)) if is_day(until) else None
        write_receipt(
            receipt, {**about, "window": str(window), "window_over": over, **answer.write(window, xml)}
        )
    write_table(list(answer.then.values()), then_csv, COLUMNS, sort_by=("pmid",))
    total = {
        **asked,
        "tree": tree(node),
        "mesh_sha256": sha256(mesh_file) if mesh_file else "",
        "remarks": remarks,
        **totals(answer, read),
        "deleted_or_changed_since": gone,
    }
    Path(overall).write_text(json_text(total), encoding="utf-8")
    beside = {path.stem for path in Path(receipts[0]).parent.glob("pubmed*.json")}
    warn(answer, read, folder, end, beside)
    for remark in remarks:
        log.warning("%s", remark)
    log.info(
        "%d files, %d records: %d in the answer, %d outside the period, %d deleted or changed since",
        len(read), total["records"], total["answer"], answer.outside, gone,
    )  # fmt: skip


if __name__ == "__main__":
    with job(snakemake):
        main(
            query=snakemake.params.query,
            date_field=snakemake.params.date_field,
            end=snakemake.params.end,
            mesh_file=snakemake.input.get("mesh"),
            folder=snakemake.config["search"]["files"],
            matches=snakemake.input.matches,
            pmids=snakemake.input.pmids,
            receipts=snakemake.input.receipts,
            windows_xml=snakemake.output.windows,
            windows_json=snakemake.output.receipts,
            overall=snakemake.output.overall,
            then_csv=snakemake.output.then,
        )
