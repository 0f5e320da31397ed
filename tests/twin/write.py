"""Write the review and its truth: records, decisions, coding and claims, work by work."""

import csv
import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from tests.paths import DATA
from tests.twin import claims, coding, screening
from tests.twin.archive import Archive
from tests.twin.settings import ARCHIVE, TODAY, write_settings, write_yaml
from tests.twin.sources import EXPORTS, PUBMED, Fields, Source, fields_of, holders
from tests.twin.works import FIRST_YEAR, LAST_YEAR, Work, later_works, works

SETTINGS = DATA / "simulated_review.yaml"
LEAST_WORKS = 150  # fewer give too few studies for all kinds of slips
LATER_SHARE = 0.02  # works of the year after the search, beside those that it finds


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
    settings = yaml.safe_load(SETTINGS.read_text(encoding="utf-8"))
    included, tally = write_records(folder, number, seed, settings)
    studies = {name: study.work.number for name, study in included.items()}
    tree = list(coding.nodes(settings["codebook"]))
    leaves = [node for node in tree if node.share is not None]
    coded = coding.code(studies, leaves, settings, seed)
    flow = tally.flow(len(included))
    write_coding(folder, coded, tree, settings, seed)
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
    write_settings(folder, number, seed, settings)


class RecordFiles:
    """Exports, archive and decisions of a review, and their truth, all open at once."""

    def __init__(self, folder: Path, settings: dict[str, Any], stack: ExitStack) -> None:
        config, truth = folder / "config", folder / "truth"
        exports = config / "inputs/exports"
        exports.mkdir(parents=True, exist_ok=True)
        tables = Tables(stack)
        paths = {source.name: exports / f"{source.name}{source.suffix}" for source in EXPORTS}
        self._streams = {
            name: stack.enter_context(path.open("w", encoding="utf-8", newline="\n"))
            for name, path in paths.items()
        }
        self._position = dict.fromkeys(self._streams, 0)
        self.archive = Archive(folder / ARCHIVE, range(FIRST_YEAR, LAST_YEAR + 2), settings["query"], stack)
        header = ("record", "stage", "reviewer", "decision", "reason", "date")
        self._sheets = {
            who["name"]: tables.open(config / f"inputs/{who['name']}.csv", header)
            for who in settings["screeners"]
        }
        self._arbiter = settings["arbiter"]["name"]
        self._rulings = tables.open(
            config / "decisions/screening.csv", ("record", "stage", "final", "reason", "who", "date")
        )
        self._records = tables.open(truth / "records.csv", ("input", "position", "work"))
        self.relations = tables.open(truth / "relations.csv", ("work_a", "work_b", "relation"))
        self.outcomes = tables.open(
            truth / "works.csv",
            ("work", "relevance", "first", "second", "reason", "box", "study_id"),
        )

    def add_records(self, work: Work, rng: random.Random) -> list[tuple[Source, str, Fields]]:
        """Write the records of a work; return of each its source, its record_id and its fields."""
        written = []
        for source in holders(work, rng):
            fields = fields_of(work, source, rng)
            if source is PUBMED:
                self.archive.write(work, fields)
                place = work.pmid
            else:
                place = self._position[source.name] = self._position[source.name] + 1
                source.write(self._streams[source.name], place, fields)
            self._records((source.name, place, work.number))
            written.append((source, f"{source.name}:{place}", fields))
        return written

    def add_decisions(self, name: str, judged: screening.Judged, day: str) -> None:
        """Write what the screeners and the arbiter decided on the work that they call ``name``."""
        for stage, who, decision, reason in judged.votes:
            self._sheets[who]((name, stage, who, decision, reason, day))
        for stage, final, reason in judged.rulings:
            self._rulings((name, stage, final, reason, self._arbiter, TODAY))


def write_records(
    folder: Path, number: int, seed: int, settings: dict[str, Any]
) -> tuple[dict[str, Study], screening.Tally]:
    """Write exports, archive and decisions; return the studies by study_id, and the counts."""
    share = screening.eligible_share(number, settings)
    included: dict[str, Study] = {}
    study_of: dict[int, str] = {}
    tally = screening.Tally()
    with ExitStack() as stack:
        files = RecordFiles(folder, settings, stack)
        for work, relation in works(number, seed):
            if relation:
                files.relations((work.number - 1, work.number, relation))
            written = files.add_records(work, random.Random(f"{seed}/{work.number}/records"))
            elsewhere = sum(source.kind == "citation" for source, _, _ in written)
            by_database = elsewhere < len(written)
            rng = random.Random(f"{seed}/{work.number}/screening")
            judged = screening.judge(work, by_database, share, settings, rng)
            tally.add(judged, len(written) - elsewhere, elsewhere)
            name = _called([name for _, name, _ in written], [fields for _, _, fields in written], rng)
            files.add_decisions(name, judged, f"{LAST_YEAR + 1}-01-{rng.randint(2, 20):02d}")
            study = ""
            if judged.second == screening.INCLUDE:
                further = study_of.get(work.number - 1) if relation == "protocol and results" else None
                study = study_of[work.number] = further or str(len(included) + 1)
                included.setdefault(study, Study(work, by_database))
            files.outcomes((
                work.number, judged.relevance, judged.first, judged.second, judged.reason,
                judged.box(by_database), study,
            ))  # fmt: skip
        for work in later_works(round(number * LATER_SHARE), number, seed):
            fields = fields_of(work, PUBMED, random.Random(f"{seed}/{work.number}/records"))
            files.archive.write(work, fields)
        files.archive.close()
    write_included(folder / "config/inputs/included.csv", included, seed)
    return included, tally


def write_included(path: Path, included: Mapping[str, Study], seed: int) -> None:
    """Write the list of included studies, some without their DOI."""
    with ExitStack() as stack:
        listed = Tables(stack).open(
            path,
            ("study_id", "authors", "year", "title", "journal", "doi", "pmid", "confidence", "source"),
        )
        for study, (work, _) in included.items():
            rng = random.Random(f"{seed}/{work.number}/included")
            authors = "; ".join(f"{family}, {given}" for family, given in work.authors)
            listed((
                study, authors, work.year, work.title, work.journal, work.doi if rng.random() < 0.8 else "",
                "", "verified", "invented",
            ))  # fmt: skip


def _called(names: Sequence[str], written: Sequence[Fields], rng: random.Random) -> str:
    """Return the name by which screeners call a work: one of its records, sometimes its DOI."""
    at = rng.randrange(len(names))
    return written[at]["doi"] if written[at]["doi"] and rng.random() < 0.1 else names[at]


def write_coding(
    folder: Path, coded: coding.Coding, tree: Sequence[coding.Node], settings: dict[str, Any], seed: int
) -> None:
    """Write codebook, sheets, verdicts, and the rankings of the committee."""
    config, truth = folder / "config", folder / "truth"
    leaves = [node for node in tree if node.share is not None]
    first, second, third = (coded.votes[who["name"]] for who in settings["coders"])
    coding.write_long(config / "inputs/coder_a.csv", "coder_a", first)
    for round_, sheet in enumerate(second, 1):
        coding.write_wide(config / f"inputs/coder_b_{round_}.csv", sheet, leaves)
    coding.write_workbook(config / "inputs/coder_c.xlsx", third, leaves)
    book = {
        "version": 1,
        "source": "invented",
        "children_known": "all",
        "codes": coding.codebook(settings["codebook"]),
    }
    write_yaml(config / "codebook.yaml", book)
    with ExitStack() as stack:
        tables = Tables(stack)
        who = settings["adjudicator"]["name"]
        verdicts = tables.open(
            config / "decisions/adjudication.csv", ("study_id", "code", "final", "reason", "who", "date")
        )
        for (study, code), found in coded.verdicts.items():
            verdicts(
                (study, code, coding.PRESENT if found else coding.ABSENT, "read again together", who, TODAY)
            )
        codes = tables.open(truth / "codes.csv", ("study_id", "code", "true", "agreed"))
        for (study, code), there in coded.true.items():
            states = (
                coding.PRESENT if found else coding.ABSENT for found in (there, coded.agreed[study, code])
            )
            codes((study, code, *states))
        cells = tables.open(truth / "coding_agreement.csv", ("coder_a", "coder_b", *screening.CELLS))
        for a, b, counts in coded.agreement():
            cells((a, b, *counts.values()))
        group, label, label_zh = settings["regroup"]["group"]
        regroup = tables.open(
            config / "decisions/regroup.csv",
            ("code", "new_parent", "label", "label_zh", "reason", "who", "date"),
        )
        regroup((group, "", label, label_zh, "what patients asked for", "committee", TODAY))
        for code in settings["regroup"]["moved"]:
            regroup((code, group, "", "", "it is about fairness", "committee", TODAY))
    write_committee(folder, coded, tree, settings, seed)


def write_committee(
    folder: Path, coded: coding.Coding, tree: Sequence[coding.Node], settings: dict[str, Any], seed: int
) -> None:
    """Write the rankings of the committee, and the points that follow from them."""
    parents = {node.parent for node in tree if node.share is not None}
    themes = sorted(parents, key=lambda name: (-len(coded.studies_of(name, tree)), name))
    with ExitStack() as stack:
        tables = Tables(stack)
        ranking = tables.open(folder / "config/inputs/committee.csv", ("member", "group", *themes))
        points: dict[tuple[str, str], int] = defaultdict(int)
        for member, group, ranks in coding.rankings(themes, settings["committee"], seed):
            ranking((member, group, *ranks))
            for theme, rank in zip(themes, ranks, strict=True):
                points[group, theme] += len(themes) - rank
        borda = tables.open(folder / "truth/points.csv", ("group", "finding", "points"))
        for (group, theme), number in points.items():
            borda((group, theme, number))


def write_claims(folder: Path, counts: claims.Counts) -> None:
    """Write published.yaml, and which verdict is right for each claim."""
    printed = claims.published(counts)
    with open(folder / "config/translations.csv", "w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows(
            (claims.Words._fields, *claims.translations(printed))
        )
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
    write_yaml(folder / "config/published.yaml", printed)
