"""Write the review and its truth: records, decisions, coding and claims, work by work."""

import csv
import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from tests.paths import DATA
from tests.twin import claims, coding, screening
from tests.twin.archive import Archive
from tests.twin.settings import ARCHIVE, TODAY, write_settings, write_yaml
from tests.twin.sources import EXPORTS, PUBMED, Fields, fields_of, holders
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


def write_records(
    folder: Path, number: int, seed: int, settings: dict[str, Any]
) -> tuple[dict[str, Study], screening.Tally]:
    """Write exports, archive and decisions; return the studies by study_id, and the counts."""
    config, truth = folder / "config", folder / "truth"
    exports = config / "inputs/exports"
    exports.mkdir(parents=True, exist_ok=True)
    share = screening.eligible_share(number, settings)
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
        archive = Archive(folder / ARCHIVE, range(FIRST_YEAR, LAST_YEAR + 2), settings["query"], stack)
        header = ("record", "stage", "reviewer", "decision", "reason", "date")
        sheets = {
            who["name"]: tables.open(config / f"inputs/{who['name']}.csv", header)
            for who in settings["screeners"]
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
            judged = screening.judge(work, elsewhere < len(names), share, settings, rng)
            tally.add(judged, len(names) - elsewhere, elsewhere)
            name = _called([name for _, name in names], written, rng)
            day = f"{LAST_YEAR + 1}-01-{rng.randint(2, 20):02d}"
            for stage, who, decision, reason in judged.votes:
                sheets[who]((name, stage, who, decision, reason, day))
            for stage, final, reason in judged.rulings:
                rulings((name, stage, final, reason, settings["arbiter"]["name"], TODAY))
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
        themes = sorted(
            {leaf.parent for leaf in leaves}, key=lambda name: (-len(coded.studies_of(name, tree)), name)
        )
        ranking = tables.open(config / "inputs/committee.csv", ("member", "group", *themes))
        points: dict[tuple[str, str], int] = defaultdict(int)
        for member, group, ranks in coding.rankings(themes, settings["committee"], seed):
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
    write_yaml(folder / "config/published.yaml", printed)
