"""A synthetic review whose truth is known: everything a review brings, and the answers beside it.

    python -m tests.simulate FOLDER --works 1000 --seed 1

Nothing in it is real. People are made of syllables, DOIs stand below 10.5555 (kept for examples), PMIDs
begin at 90,000,000. A work depends on seed and number alone, so that a million of them are written as a
stream; the same seed gives the same bytes. ``FOLDER/config`` is a review that the workflow runs on,
``FOLDER/truth`` holds the answers, which ``python -m tests.check_twin FOLDER`` compares with a run:

- ``records.csv``: input, position, work. Two records of one work are duplicates.
- ``relations.csv``: work_a, work_b, relation. Works that look alike and are not one.
- ``works.csv``: work, relevance, first, second, reason, box, study_id: what is true, and what people decided.
- ``flow.csv``, ``screening_agreement.csv``: boxes of the flow; the table of the two screeners by stage.
- ``codes.csv``: study_id, code, true, agreed. ``coding_agreement.csv``: tables of two coders, first votes.
- ``points.csv``: group, finding, points of the committee.
- ``claims.csv``: claim_id, verdict that is right. ``slips.csv``: the claims that are wrong, and in what.
- ``declared.yaml``: the error rates, and the shares of each code.
"""

import argparse
import csv
import gzip
import hashlib
import io
import random
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from scripts.common.search.archive import json_text
from tests.paths import DATA
from tests.twin import claims, coding, screening
from tests.twin.sources import EXPORTS, PUBMED, Fields, fields_of, holders
from tests.twin.works import FIRST_YEAR, LAST_YEAR, Work, later_works, works

SETTINGS = DATA / "simulated_review.yaml"
LEAST_WORKS = 150  # fewer give too few studies for all kinds of slips
LATER_SHARE = 0.02  # works of the year after the search, beside those that it finds
TODAY = f"{LAST_YEAR + 1}-01-31"  # of the synthetic review: nothing takes a day from the clock
ARCHIVE = "config/inputs/pubmed"

README = """# A synthetic review: nothing in it is real
Works, people, journals, decisions, codes and numbers of this folder are invented, to try the workflow on a
review whose truth is known. `python -m tests.simulate` wrote it.
The answers lie in `truth/`. Do not cite any of it.
"""

CONFIG = """# A synthetic review: nothing in it is real. Written by python -m tests.simulate.
review:
  name: Synthetic review
  title: A synthetic review of {works:,} invented works. Nothing in it is real
  citation: Written by python -m tests.simulate with seed {seed}; do not cite
  doi: null
  pmid: null

search:
  mode: archive
  endpoint: http://127.0.0.1/entrez/eutils/   # nobody is asked
  strict: true
  start: {first}-01-01
  end: {last}-12-31          # the archive holds a year more: move it and see what is new
  date_field: crdt
  windows: year
  query: >-
    {query}

deduplicate:
  min_title_words: 4
  same_title: 94
  similar_title: 85
  year_distance: 1
  preprints: link

screening:
  included_list: complete
  published_after_search: remove
  consensus: {{title_abstract: unanimous, full_text: unanimous}} # arbiter: config/decisions/screening.csv
  reviewers: {{title_abstract: 2, full_text: 2}}
  reasons: [{reasons}]
  eligibility: remove        # config/eligibility.csv: another language than English

coding:
  consensus: majority
  unmarked: absent
  rounds: ['1', '2']
  sheets:
    - {{file: coder_b_1, coder: coder_b, round: '1'}}
    - {{file: coder_b_2, coder: coder_b, round: '2'}}
    - {{file: coder_c, coder: coder_c, round: '{{sheet}}'}}   # a worksheet per round
"""

ELIGIBILITY = """rule,field,test,values,reason
language,language,is not,eng; English,the screeners read no other language
"""


class Archive:
    """The archive of an invented search of PubMed, window by window, as a live run would have frozen it."""

    def __init__(self, folder: Path, years: Iterable[int], query: str, stack: ExitStack) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._query = folder, query
        self._files: dict[int, tuple[gzip.GzipFile, Any, array[int]]] = {}
        for year in years:
            raw = stack.enter_context((folder / f"{_window(year)}.xml.gz").open("wb"))
            packed = gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=raw, mtime=0)
            self._files[year] = (packed, hashlib.sha256(), array("L"))
            self._add(year, '<?xml version="1.0" encoding="UTF-8"?>\n<PubmedArticleSet>\n')

    def _add(self, year: int, text: str) -> None:
        packed, digest, _ = self._files[year]
        packed.write(text.encode())
        digest.update(text.encode())

    def write(self, work: Work, fields: Fields) -> None:
        """Add the record of a work to the window in which it was created."""

        text = io.StringIO()
        PUBMED.write(text, work.pmid, fields)
        self._add(work.year, text.getvalue())
        self._files[work.year][2].append(work.pmid)

    def close(self) -> None:
        """Write the receipts, and archive.json over them."""
        windows: dict[str, str] = {}
        for year, (packed, digest, pmids) in self._files.items():
            self._add(year, "</PubmedArticleSet>\n")
            packed.close()
            window = _window(year)
            receipt = {
                "window": window,
                "count": len(pmids),
                "pmids": list(pmids),
                "sha256": digest.hexdigest(),
            }
            text = json_text(receipt)
            (self._folder / f"{window}.json").write_text(text, encoding="utf-8")
            windows[window] = hashlib.sha256(text.encode()).hexdigest()
        about = {
            "origin": "transcription",
            "note": "Invented records. Nothing in them is real.",
            "query": self._query,
            "date_field": "crdt",
            "start": f"{min(self._files)}-01-01",
            "end": f"{max(self._files)}-12-31",
            "windows": windows,
        }
        (self._folder / "archive.json").write_text(json_text(about), encoding="utf-8")


def _window(year: int) -> str:
    return f"{year}-01-01_{year}-12-31"


class Study(NamedTuple):
    """An included study: its first report, and whether a database holds that."""

    work: Work
    by_database: bool


class Tables:
    """CSV files that are open side by side, each written row by row."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack

    def open(self, path: Path, header: Sequence[str]) -> Callable[[Sequence[object]], object]:
        """Return a function that writes a row."""
        path.parent.mkdir(parents=True, exist_ok=True)
        stream = self._stack.enter_context(path.open("w", encoding="utf-8", newline=""))
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        return writer.writerow


def write_review(folder: Path, number: int, seed: int) -> None:
    """Write a whole review of ``number`` works with its truth; only PMIDs are kept in memory."""
    told = yaml.safe_load(SETTINGS.read_text(encoding="utf-8"))
    included, tally = write_records(folder, number, seed, told)
    studies = {name: study.work.number for name, study in included.items()}
    tree = list(coding.nodes(told["codebook"]))
    leaves = [node for node in tree if node.share is not None]
    coded = coding.code(studies, leaves, told, seed)
    flow = tally.flow(len(included))
    write_coding(folder, coded, tree, told, seed)
    retrieved = sum(study.by_database for study in included.values())
    write_claims(folder, claims.Counts(flow, retrieved, coded, tree))
    with ExitStack() as stack:
        tables = Tables(stack)
        boxes = tables.open(folder / "truth/flow.csv", ("box", "count"))
        for box, count in flow.items():
            boxes((box, count))
        cells = tables.open(folder / "truth/screening_agreement.csv", ("stage", *screening.CELLS))
        for stage in (screening.TITLE_ABSTRACT, screening.FULL_TEXT):
            cells((stage, *(tally.votes[stage, cell] for cell in screening.CELLS)))
    write_settings(folder, number, seed, told)


def write_records(
    folder: Path, number: int, seed: int, told: dict[str, Any]
) -> tuple[dict[str, Study], screening.Tally]:
    """Write exports, archive and decisions; return the studies by study_id, and the counts."""
    config, truth = folder / "config", folder / "truth"
    exports = config / "inputs/exports"
    exports.mkdir(parents=True, exist_ok=True)
    share = screening.eligible_share(number, told)
    included: dict[str, Study] = {}
    study_of: dict[int, str] = {}
    tally = screening.Tally()
    with ExitStack() as stack:
        tables = Tables(stack)
        streams = {
            source.name: stack.enter_context(
                open(exports / f"{source.name}{source.suffix}", "w", encoding="utf-8", newline="\n")
            )
            for source in EXPORTS
        }
        archive = Archive(folder / ARCHIVE, range(FIRST_YEAR, LAST_YEAR + 2), told["query"], stack)
        header = ("record", "stage", "reviewer", "decision", "reason", "date")
        sheets = {
            who["name"]: tables.open(config / f"inputs/{who['name']}.csv", header)
            for who in told["screeners"]
        }
        rulings = tables.open(
            config / "decisions/screening.csv", ("record", "stage", "final", "reason", "who", "date")
        )
        records = tables.open(truth / "records.csv", ("input", "position", "work"))
        relations = tables.open(truth / "relations.csv", ("work_a", "work_b", "relation"))
        outcomes = tables.open(
            truth / "works.csv",
            ("work", "relevance", "first", "second", "reason", "box", "study_id"),
        )
        position = dict.fromkeys(streams, 0)
        for work, relation in works(number, seed):
            if relation:
                relations((work.number - 1, work.number, relation))
            rng = random.Random(f"{seed}/{work.number}/records")
            names, written = [], []
            for source in holders(work, rng):
                fields = fields_of(work, source, rng)
                written.append(fields)
                if source is PUBMED:
                    archive.write(work, fields)
                    place = work.pmid
                else:
                    place = position[source.name] = position[source.name] + 1
                    source.write(streams[source.name], place, fields)
                records((source.name, place, work.number))
                names.append((source, f"{source.name}:{place}"))
            elsewhere = sum(source.kind == "citation" for source, _ in names)
            rng = random.Random(f"{seed}/{work.number}/screening")
            judged = screening.judge(work, elsewhere < len(names), share, told, rng)
            tally.add(judged, len(names) - elsewhere, elsewhere)
            name = _called([name for _, name in names], written, rng)
            day = f"{LAST_YEAR + 1}-01-{rng.randint(2, 20):02d}"
            for stage, who, decision, reason in judged.votes:
                sheets[who]((name, stage, who, decision, reason, day))
            for stage, final, reason in judged.rulings:
                rulings((name, stage, final, reason, told["arbiter"]["name"], TODAY))
            study = ""
            if judged.second == screening.INCLUDE:
                further = study_of.get(work.number - 1) if relation == "protocol and results" else None
                study = study_of[work.number] = further or str(len(included) + 1)
                included.setdefault(study, Study(work, elsewhere < len(names)))
            outcomes((
                work.number, judged.relevance, judged.first, judged.second, judged.reason,
                judged.box(elsewhere < len(names)), study,
            ))  # fmt: skip
        for work in later_works(round(number * LATER_SHARE), number, seed):
            archive.write(work, fields_of(work, PUBMED, random.Random(f"{seed}/{work.number}/records")))
        archive.close()
        listed = tables.open(
            config / "inputs/included.csv",
            ("study_id", "authors", "year", "title", "journal", "doi", "pmid", "confidence", "source"),
        )
        for study, (work, _) in included.items():
            rng = random.Random(f"{seed}/{work.number}/included")
            authors = "; ".join(f"{family}, {given}" for family, given in work.authors)
            listed((
                study, authors, work.year, work.title, work.journal, work.doi if rng.random() < 0.8 else "",
                "", "verified", "invented",
            ))  # fmt: skip
    return included, tally


def _called(names: Sequence[str], written: Sequence[Fields], rng: random.Random) -> str:
    """Return the name by which screeners call a work: one of its records, sometimes its DOI."""
    at = rng.randrange(len(names))
    return written[at]["doi"] if written[at]["doi"] and rng.random() < 0.1 else names[at]


def write_coding(
    folder: Path, coded: coding.Coding, tree: Sequence[coding.Node], told: dict[str, Any], seed: int
) -> None:
    """Write codebook, sheets, verdicts, and what the committee said."""
    config, truth = folder / "config", folder / "truth"
    leaves = [node for node in tree if node.share is not None]
    first, second, third = (coded.votes[who["name"]] for who in told["coders"])
    coding.write_long(config / "inputs/coder_a.csv", "coder_a", first)
    for round_, sheet in enumerate(second, 1):
        coding.write_wide(config / f"inputs/coder_b_{round_}.csv", sheet, leaves)
    coding.write_workbook(config / "inputs/coder_c.xlsx", third, leaves)
    book = {
        "version": 1,
        "source": "invented",
        "children_known": "all",
        "codes": coding.codebook(told["codebook"]),
    }
    _write_yaml(config / "codebook.yaml", book)
    with ExitStack() as stack:
        tables = Tables(stack)
        who = told["adjudicator"]["name"]
        verdicts = tables.open(
            config / "decisions/adjudication.csv", ("study_id", "code", "final", "reason", "who", "date")
        )
        for (study, code), found in coded.verdicts.items():
            verdicts(
                (study, code, coding.PRESENT if found else coding.ABSENT, "read again together", who, TODAY)
            )
        codes = tables.open(truth / "codes.csv", ("study_id", "code", "true", "agreed"))
        for (study, code), there in coded.true.items():
            said = (
                coding.PRESENT if found else coding.ABSENT for found in (there, coded.agreed[study, code])
            )
            codes((study, code, *said))
        cells = tables.open(truth / "coding_agreement.csv", ("coder_a", "coder_b", *screening.CELLS))
        for a, b, counts in coded.agreement():
            cells((a, b, *counts.values()))
        group, label, label_zh = told["regroup"]["group"]
        regroup = tables.open(
            config / "decisions/regroup.csv",
            ("code", "new_parent", "label", "label_zh", "reason", "who", "date"),
        )
        regroup((group, "", label, label_zh, "what patients asked for", "committee", TODAY))
        for code in told["regroup"]["moved"]:
            regroup((code, group, "", "", "it is about fairness", "committee", TODAY))
        themes = sorted(
            {leaf.parent for leaf in leaves}, key=lambda name: (-len(coded.studies_of(name, tree)), name)
        )
        ranking = tables.open(config / "inputs/committee.csv", ("member", "group", *themes))
        points: dict[tuple[str, str], int] = defaultdict(int)
        for member, group, ranks in coding.rankings(themes, told["committee"], seed):
            ranking((member, group, *ranks))
            for theme, rank in zip(themes, ranks, strict=True):
                points[group, theme] += len(themes) - rank
        borda = tables.open(truth / "points.csv", ("group", "finding", "points"))
        for (group, theme), number in points.items():
            borda((group, theme, number))


def write_claims(folder: Path, counts: claims.Counts) -> None:
    """Write published.yaml, and which verdict is right for each claim."""
    printed = claims.published(counts)
    with ExitStack() as stack:
        tables = Tables(stack)
        right = tables.open(folder / "truth/claims.csv", ("claim_id", "verdict"))
        slips = tables.open(
            folder / "truth/slips.csv", ("claim_id", "kind", "printed", "right", "verdict", "forensics")
        )
        for claim in printed:
            item = claim.pop("expected")
            right((claim["id"], item.verdict))
            if item.kind:
                slips((claim["id"], item.kind, claim["value"], item.right, item.verdict, item.finding))
    _write_yaml(folder / "config/published.yaml", printed)


def _write_yaml(path: Path, value: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=110)
    path.write_text(f"# A synthetic review: nothing in it is real.\n{text}", encoding="utf-8")


def write_settings(folder: Path, number: int, seed: int, told: dict[str, Any]) -> None:
    """Write config.yaml, inputs.tsv and what else names the files; the digests come last."""
    config = folder / "config"
    text = CONFIG.format(
        works=number, seed=seed, first=FIRST_YEAR, last=LAST_YEAR, reasons=", ".join(told["reasons"]),
        query=told["query"],
    )  # fmt: skip
    (config / "config.yaml").write_text(text, encoding="utf-8")
    (config / "eligibility.csv").write_text(ELIGIBILITY, encoding="utf-8")
    for place in (folder, config / "inputs"):
        (place / "README.md").write_text(README, encoding="utf-8")
    reporting = {
        "prisma_s": {"search_date": f"{LAST_YEAR}-12-31"},
        "prisma_scr": {"limitations": "Nothing of this review is real.", "funding": "none"},
    }
    _write_yaml(config / "reporting.yaml", reporting)
    _write_yaml(folder / "truth/declared.yaml", told)
    rows = [
        (f"{ARCHIVE}/archive.json", PUBMED.kind, PUBMED.source, PUBMED.platform),
        *(
            (
                f"config/inputs/exports/{source.name}{source.suffix}",
                source.kind,
                source.source,
                source.platform,
            )
            for source in EXPORTS
        ),
        *((f"config/inputs/{who['name']}.csv", "decisions", who["name"], "-") for who in told["screeners"]),
        ("config/inputs/included.csv", "included", "The synthetic review", "-"),
        *(
            (f"config/inputs/{name}", "coding", name.partition(".")[0], "-")
            for name in ("coder_a.csv", "coder_b_1.csv", "coder_b_2.csv", "coder_c.xlsx")
        ),
        ("config/inputs/committee.csv", "ranking", "The committee", "-"),
    ]
    with open(config / "inputs.tsv", "w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter="\t", lineterminator="\n")
        writer.writerow(("path", "kind", "source", "platform", "date", "licence", "sha256", "provenance"))
        for path, *about in rows:
            with open(folder / path, "rb") as content:
                digest = hashlib.file_digest(content, "sha256").hexdigest()
            writer.writerow(
                (path, *about, TODAY, "invented", digest, "Invented: written by tests/simulate.py")
            )


def main() -> None:
    """Write the synthetic review into a folder that is empty or not there."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--works", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if options.works < LEAST_WORKS:
        parser.error(f"--works {options.works}: at least {LEAST_WORKS} are needed for all kinds of slips.")
    if options.folder.exists() and any(options.folder.iterdir()):
        parser.error(f"{options.folder} is not empty. Name another folder.")
    write_review(options.folder, options.works, options.seed)


if __name__ == "__main__":
    main()
