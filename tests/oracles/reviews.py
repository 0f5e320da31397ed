"""Random reviews as plain data: records, copies, votes, rulings and lists, as a team might have them."""

import csv
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

KINDS = {
    "medline": "database",
    "embase": "database",
    "trials": "register",
    "web": "website",
    "trust": "organisation",
    "cites": "citation",
}
STAGE_LISTS = (
    ("full_text",),
    ("title_abstract", "full_text"),
    ("title_abstract", "full_text"),
    ("title", "abstract", "full_text"),
    ("machine check", "title", "abstract", "reading"),
)
REASONS = ("wrong population", "wrong setting", "no data", "a poster")
NOT_HAD = "no full text"
PEOPLE, MODELS = ("Ann", "Bob", "Cy"), ("model a", "model b")
NOWHERE = "10.5555/nowhere"  # a DOI that no record has


class Row(NamedTuple):
    """A row of a sheet: ``name`` is how it names the record, ``record`` which one it means."""

    sheet: str  # votes, machine, settled, rulings
    name: str
    record: str
    stage: str
    round: str
    who: str
    decision: str
    reason: str


class Ruling(NamedTuple):
    """A row of config/decisions/screening.csv."""

    record: str
    stage: str
    final: str
    reason: str
    exclusion_reason: str


class Previous(NamedTuple):
    """A study of the version before."""

    study: str
    record: str
    reports: int
    withdrawn: str


@dataclass
class Review:
    """All that a random review has; ``kept`` is record -> the copy that is kept, records are by input."""

    inputs: dict[str, str]  # name -> kind
    records: list[str]
    kept: dict[str, str]
    stages: tuple[str, ...]
    rounds: tuple[str, ...]
    consensus: dict[str, str]
    reviewers: dict[str, int]
    reasons: tuple[str, ...]
    list_is: str
    without_decision: str
    other_methods: str
    with_exclusion_reason: bool  # whether the file of rulings has the column
    is_calm: bool  # all agree and decide everything, so that studies and reports can be counted
    rows: list[Row] = field(default_factory=list)
    rulings: list[Ruling] = field(default_factory=list)
    removed: dict[str, str] = field(default_factory=dict)  # kept record -> rule of the machine
    studies: list[tuple[str, str]] = field(default_factory=list)  # study, kept record or nothing
    reports: list[tuple[str, str]] = field(default_factory=list)
    previous: list[Previous] = field(default_factory=list)


def make(seed: int) -> Review:
    """Return the review of that number: the same number gives the same review."""
    chance = random.Random(seed)
    names = chance.sample(sorted(KINDS), chance.randint(1, len(KINDS)))
    sizes = {name: chance.choice((0, 1, 3, 6, 9)) for name in names}
    records = [f"{name}:{number}" for name in names for number in range(1, sizes[name] + 1)]
    stages, is_calm = chance.choice(STAGE_LISTS), chance.random() < 0.4
    review = Review(
        inputs={name: KINDS[name] for name in names},
        records=records,
        kept=_copies(records, chance),
        stages=stages,
        rounds=chance.choice(((), ("pilot", "main"))),
        consensus={
            stage: chance.choice(("unanimous", "majority", *(("inclusive",) if stage != stages[-1] else ())))
            for stage in stages
        },
        reviewers={stage: 1 if is_calm else chance.choice((1, 1, 2, 2, 3)) for stage in stages},
        reasons=chance.choice(((), REASONS, tuple(reversed(REASONS)))),
        list_is=chance.choice(("complete", "partial", "none", *(("none",) * 2 if is_calm else ()))),
        without_decision=chance.choice(("waiting", "never_screened")),
        other_methods=chance.choice(("none", "not_known", *(("none",) * 2 if is_calm else ()))),
        with_exclusion_reason=chance.random() < 0.7,
        is_calm=is_calm,
    )
    publications = sorted(set(review.kept.values()))
    for kept in publications:
        if is_calm:
            _screen_calmly(review, kept, chance)
        elif chance.random() < 0.85:
            _screen(review, kept, chance)
    touched = {review.kept[row.record] for row in review.rows} | {r.record for r in review.rulings}
    for kept in publications:
        if kept not in touched and chance.random() < 0.3:
            review.removed[kept] = chance.choice(("language", "late"))
    _list_studies(review, publications, chance)
    return review


def _copies(records: Sequence[str], chance: random.Random) -> dict[str, str]:
    """Return record -> the copy that is kept: any one of the copies."""
    groups: dict[int, list[str]] = {}
    for record in records:
        groups.setdefault(chance.randint(0, max(1, len(records))), []).append(record)
    return {record: kept for group in groups.values() for kept in [chance.choice(group)] for record in group}


def _screen_calmly(review: Review, kept: str, chance: random.Random) -> None:
    """Let two people decide everything on a publication, and agree."""
    for stage in review.stages:
        word = chance.choice(("include", "include", "include", "exclude"))
        for who in PEOPLE[:2]:
            _vote(review, "votes", kept, stage, who, word, chance)
        if word == "exclude":
            return


def _screen(review: Review, kept: str, chance: random.Random) -> None:
    """Let people and machines vote on a publication, mostly alike, and a third person rule now and then."""
    copies = [record for record, home in review.kept.items() if home == kept]
    for stage in review.stages:
        last = stage == review.stages[-1]
        words = ("include", "exclude", "exclude", "not retrieved" if last else "maybe")
        likely = chance.choice(words if last else ("include", "include", "maybe", "exclude"))
        for who in chance.sample(PEOPLE, chance.choice((0, 1, 2, 2, 3, 3))):
            for turn in range(2 if chance.random() < (0.4 if review.rounds else 0.1) else 1):
                word = chance.choice(words) if chance.random() < (0.5 if turn else 0.15) else likely
                _vote(review, "votes", chance.choice(copies), stage, who, word, chance)
        for who in MODELS:
            if chance.random() < 0.3:
                word = chance.choice(("include", "exclude"))
                _vote(review, "machine", chance.choice(copies), stage, who, word, chance)
        for _ in range(chance.choice((0,) * 9 + (1, 2))):
            _vote(
                review, "settled", chance.choice(copies), stage, "the team", chance.choice(words[:3]), chance
            )
        if chance.random() < 0.06:
            ruled = chance.choice((*words[:3], "maybe"))
            _vote(review, "rulings", chance.choice(copies), stage, "Eve", ruled, chance)
        for _ in range(chance.choice((0,) * 12 + (1, 1, 2))):
            _rule(review, chance.choice(copies), stage, chance)
        if likely == "exclude" and chance.random() < 0.85:
            return


def _vote(
    review: Review, sheet: str, record: str, stage: str, who: str, decision: str, chance: random.Random
) -> None:
    """Add a row: the record by its id, DOI or PMID, and at full text a reason, of which there may be two."""
    reason = ""
    if decision == "exclude" and stage == review.stages[-1]:
        reason = chance.choice((*REASONS, f"{REASONS[0]}; {REASONS[2]}", NOT_HAD))
    elif decision == "exclude":
        reason = chance.choice(("", "", "a letter"))
    round_ = chance.choice(("", *review.rounds)) if sheet != "rulings" else ""
    name = chance.choice((record, doi_of(record), pmid_of(record)))
    review.rows.append(Row(sheet, name, record, stage, round_, who, decision, reason))


def _rule(review: Review, record: str, stage: str, chance: random.Random) -> None:
    """Add a ruling of config/decisions/screening.csv, by the record that is kept."""
    last = stage == review.stages[-1]
    final = chance.choice(("include", "exclude", *(("not retrieved",) if last else ())))
    reason, excluded_for = "both read it again", ""
    if last and final == "exclude" and review.with_exclusion_reason:
        excluded_for = chance.choice(("", *REASONS, NOT_HAD))
    elif last and final == "exclude":
        reason = chance.choice((*REASONS, NOT_HAD))
    review.rulings.append(Ruling(review.kept[record], stage, final, reason, excluded_for))


def _list_studies(review: Review, publications: Sequence[str], chance: random.Random) -> None:
    """Add the list of included studies, further reports of them, and the studies of the version before."""
    if chance.random() < 0.3:
        for number, kept in enumerate(chance.sample(publications, min(len(publications), 2))):
            withdrawn = chance.choice(("", "", "retracted"))
            review.previous.append(Previous(f"P{number}", kept, chance.randint(1, 3), withdrawn))
        review.previous.append(Previous("P9", "", 1, ""))
    free = [kept for kept in publications if kept not in {item.record for item in review.previous}]
    least, most = (1, 2) if review.list_is == "none" else (0, 5)
    names = [f"S{number}" for number in range(chance.randint(least, most))]
    if review.list_is != "none":
        review.studies = [(name, chance.choice(("", *free, *free, *free))) for name in names]
        if review.previous and chance.random() < 0.3:
            review.studies.append(("P9", ""))
    of = names if review.list_is == "none" else [name for name, _ in review.studies]
    included = {
        review.kept[row.record]
        for row in review.rows
        if (row.stage, row.decision) == (review.stages[-1], "include")
    }
    read = [kept for kept in free if kept in included]  # a study has several of them more often
    if of and chance.random() < 0.9:
        for _ in range(chance.randint(1, 8)):
            review.reports.append((chance.choice(of), chance.choice(("", *free, *free, *read * 4))))


def doi_of(record: str) -> str:
    """Return the DOI of a record: each copy has its own."""
    return f"10.5555/{record.replace(':', '.')}"


def pmid_of(record: str) -> str:
    """Return the PMID of a record: each copy has its own."""
    name, _, number = record.partition(":")
    return str(700000 + 1000 * sorted(KINDS).index(name) + int(number))


def write(review: Review, folder: Path) -> None:
    """Write the files of a review: tables of records, sheets, rulings and lists."""
    _write(
        folder / "records.csv",
        ("record_id", "input", "position", "title", "doi", "pmid", "type", "authors", "year", "journal",
         "retraction", "abstract", "keywords", "language", "date"),
        ((r, *r.split(":"), f"Work {r}", doi_of(r), pmid_of(r), *[""] * 9) for r in sorted(review.records)),
    )  # fmt: skip
    _write(folder / "clusters.csv", ("record_id", "cluster_id"), sorted(review.kept.items()))
    _write(folder / "counts.csv", ("input", "kind", "set_aside"), ())
    _write(
        folder / "eligibility.csv",
        ("record_id", "rule", "label", "field", "value", "reason", "removed"),
        (
            (kept, rule, f"the rule {rule}", "", "", "x", "yes")
            for kept, rule in sorted(review.removed.items())
        ),
    )
    for sheet in ("votes", "machine", "settled", "rulings"):
        _write(
            folder / f"{sheet}.csv",
            ("record", "stage", "round", "reviewer", "decision", "reason"),
            (
                (row.name, row.stage, row.round, row.who, row.decision, row.reason)
                for row in review.rows
                if row.sheet == sheet
            ),
        )
    columns = ("record", "stage", "final", "reason", "who", "exclusion_reason")
    shown = columns if review.with_exclusion_reason else columns[:-1]
    _write(
        folder / "screening.csv",
        shown,
        (
            (item.record, item.stage, item.final, item.reason, "Dee", item.exclusion_reason)[: len(shown)]
            for item in review.rulings
        ),
    )
    _write(
        folder / "included.csv",
        ("study_id", "authors", "year", "title", "journal", "doi", "pmid", "confidence", "source"),
        (
            (study, "", "", "", "", doi_of(kept) if kept else f"{NOWHERE}.{study}", "", "sure", "us")
            for study, kept in review.studies
        ),
    )
    _write(
        folder / "reports.csv",
        ("study", "record", "doi"),
        (
            (study, kept, "" if kept else f"{NOWHERE}.{number}")
            for number, (study, kept) in enumerate(review.reports)
        ),
    )
    _write(
        folder / "previous.csv",
        ("study_id", "title", "doi", "pmid", "reports", "withdrawn"),
        (
            (item.study, "", doi_of(item.record) if item.record else "", "", item.reports, item.withdrawn)
            for item in review.previous
        ),
    )


def _write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
