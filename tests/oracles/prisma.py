"""The boxes of PRISMA 2020 of a review, counted publication by publication as docs/flow.md says.

Nothing of the stage is imported: this file reads the same rules and takes another way to the same numbers.
"""

from collections import Counter
from collections.abc import Iterable

from tests.oracles.reviews import KINDS, NOT_HAD, Review, Row

DATABASES = ("database", "register")
BOX_OF_KIND = {
    "website": "website_results",
    "organisation": "organisation_results",
    "citation": "citations_results",
}
OPEN = "conflict"
Numbers = dict[str, int | None]


def ballot(review: Review, row: Row) -> str:
    """Return what a vote counts as."""
    if row.stage != review.stages[-1]:
        return "include" if row.decision == "maybe" else row.decision
    had_not = row.decision == "exclude" and row.reason == NOT_HAD
    return "not retrieved" if had_not else row.decision


def counted_votes(review: Review, kept: str, stage: str) -> list[Row]:
    """Return the votes of people on a publication that count: of each person those of their last round."""
    given = [
        row
        for row in review.rows
        if review.kept[row.record] == kept and row.stage == stage and row.sheet in ("votes", "settled")
    ]
    order = [*review.rounds, ""]
    latest = {
        who: max(order.index(row.round) for row in given if row.who == who)
        for who in {row.who for row in given}
    }
    return [row for row in given if order.index(row.round) == latest[row.who]]


def decision(review: Review, kept: str, stage: str) -> str:
    """Return include, exclude, not retrieved, conflict, or nothing where nobody or too few decided."""
    ruled = {final for final, _ in rulings(review, kept, stage)}
    if ruled:
        return ruled.pop() if len(ruled) == 1 else OPEN
    votes = counted_votes(review, kept, stage)
    settled = {ballot(review, row) for row in votes if row.sheet == "settled"}
    if settled:
        return settled.pop() if len(settled) == 1 else OPEN
    by_person = {
        who: {ballot(review, row) for row in votes if row.who == who} for who in {r.who for r in votes}
    }
    if any(len(said) > 1 for said in by_person.values()):
        return OPEN
    said = Counter(next(iter(words)) for words in by_person.values())
    number = sum(said.values())
    if number < review.reviewers[stage]:
        return ""
    word, most = said.most_common(1)[0]
    if most == number:
        return word
    rule = review.consensus[stage]
    if rule == "inclusive" and said["include"]:
        return "include"
    return word if rule == "majority" and most > number / 2 else OPEN


def rulings(review: Review, kept: str, stage: str) -> list[tuple[str, str]]:
    """Return (final, reason of the exclusion) of every ruling, of the file and of a sheet of rulings."""
    found = [
        (item.final, item.exclusion_reason if review.with_exclusion_reason else item.reason)
        for item in review.rulings
        if (item.record, item.stage) == (kept, stage)
    ]
    found += [
        (row.decision, row.reason)
        for row in review.rows
        if row.sheet == "rulings" and review.kept[row.record] == kept and row.stage == stage
    ]
    if stage != review.stages[-1]:
        return [("include" if final == "maybe" else final, "") for final, _ in found]
    had_not = [(final, reason) == ("exclude", NOT_HAD) for final, reason in found]
    return [
        ("not retrieved", "") if not_had else (final, reason if final == "exclude" else "")
        for (final, reason), not_had in zip(found, had_not, strict=True)
        if final != "maybe"
    ]


def way(review: Review, kept: str) -> dict[str, str]:
    """Return stage -> what holds: rulings of exclusion settle, what crosses is in conflict, nothing else."""
    found: dict[str, str] = {}
    for stage in review.stages:
        word = decision(review, kept, stage)
        if word:
            found[stage] = word
        finals = {final for final, _ in rulings(review, kept, stage)}
        if finals == {"exclude"} and stage != review.stages[-1]:
            return found  # whatever comes later does not count, and no earlier exclusion crosses it
    stages = list(found)
    for at, stage in enumerate(stages):
        if found[stage] == "exclude" and stages[at + 1 :]:
            return found | dict.fromkeys(stages[at:], OPEN)
    return found


def main_reason(review: Review, kept: str) -> str:
    """Return the one reason for which a report is excluded at full text."""
    stage = review.stages[-1]
    given = {reason for final, reason in rulings(review, kept, stage) if final == "exclude"} - {""}
    if not given:
        votes = counted_votes(review, kept, stage)
        given = {row.reason for row in votes if ballot(review, row) == "exclude"} - {""}
    parts = {part.strip() for reason in given for part in reason.split(";")} or {"no reason given"}
    ranked = [reason for reason in review.reasons if reason in parts]
    return ranked[0] if ranked else "; ".join(sorted(parts))


def is_database(review: Review, record: str) -> bool:
    """Return whether a record came from a database or register."""
    return KINDS[record.partition(":")[0]] in DATABASES


def end_of(review: Review, kept: str, by_list: bool) -> str:
    """Return how a publication ended, whichever arm it is in."""
    found, last = way(review, kept), review.stages[-1]
    before = [found[stage] for stage in review.stages[:-1] if stage in found]
    if "exclude" in before:
        return "out"
    judged = found.get(last, "")
    if judged in ("include", "not retrieved"):
        return judged
    if judged == "exclude":
        return f"exclude:{main_reason(review, kept)}"
    if by_list:
        return "include"
    sent_on = len(review.stages) > 1 and found.get(review.stages[-2]) == "include"
    return "unread" if sent_on else "unseen"


def listed(review: Review) -> set[str]:
    """Return the publications that a list includes without a decision, where people judged any record."""
    if review.list_is == "none" or not any(_seen(review, record) for record in review.records):
        return set()
    return {kept for _, kept in (*review.studies, *review.reports) if kept}


def ends(review: Review) -> dict[str, str]:
    """Return record -> the name of its last box."""
    before, by_list = {item.record for item in review.previous}, listed(review)
    result: dict[str, str] = {}
    for kept in sorted(set(review.kept.values())):
        copies = sorted(record for record, home in review.kept.items() if home == kept)
        first = min(copies, key=lambda record: (not is_database(review, record), record))
        for record in copies:
            result[record] = "duplicates" if is_database(review, record) else "other_known"
        arm = "dbr" if is_database(review, first) else "other"
        if kept in before:
            result[first] = "excluded_other" if arm == "dbr" else "other_known"
        elif kept in review.removed and arm == "dbr":
            result[first] = f"excluded_automatic:{review.removed[kept]}"
        else:
            result[first] = _named(arm, end_of(review, kept, kept in by_list))
    return _never_screened(review, result) if review.without_decision == "never_screened" else result


def _named(arm: str, end: str) -> str:
    """Return the key of the box of an end in an arm."""
    records = "records" if arm == "dbr" else "other_records"
    kind, _, reason = end.partition(":")
    return {
        "out": f"{records}_excluded",
        "unseen": f"{records}_waiting",
        "unread": f"{arm}_waiting",
        "not retrieved": f"{arm}_notretrieved_reports",
        "include": f"{arm}_included",
        "exclude": f"{arm}_excluded:{reason}",
    }[kind]


def _seen(review: Review, record: str) -> bool:
    """Return whether a person voted or ruled on the publication of a record."""
    kept = review.kept[record]
    return any(
        review.kept[row.record] == kept
        and row.sheet != "machine"
        and (row.decision, row.stage) != ("maybe", review.stages[-1])  # no decision at full text
        for row in review.rows
    ) or any(item.record == kept for item in review.rulings)


def _never_screened(review: Review, found: dict[str, str]) -> dict[str, str]:
    """Return the ends where screening is over: in an arm in which somebody decided, nobody reads the rest.

    What people differ on, or too few of them voted on, was screened and awaits a decision.
    """
    result = dict(found)
    for arm, records in (("dbr", "records"), ("other", "other_records")):
        reports = {f"{arm}_waiting", f"{arm}_notretrieved_reports", f"{arm}_included", f"{records}_excluded"}
        if any(box in reports or box.startswith(f"{arm}_excluded:") for box in found.values()):
            for record, box in found.items():
                if box == f"{records}_waiting" and not _seen(review, record):
                    result[record] = f"{records}_never_screened"
    return result


def boxes(review: Review) -> Numbers:
    """Return box -> its number, None where it is not known; boxes of parts where there are any."""
    last = ends(review)
    numbers = _database_arm(review, last) | _other_arm(review, last)
    if not review.records:
        numbers = dict.fromkeys(numbers, None)
    return numbers | _studies(review, last, numbers)


def _parts(found: Iterable[str], box: str) -> dict[str, int | None]:
    parts = Counter(name for name in found if name.startswith(f"{box}:"))
    return {box: sum(parts.values()), **parts}


def _reports(last: dict[str, str], arm: str, records: str) -> tuple[Numbers, int, int]:
    """Return the boxes of reports of an arm, and how many records were excluded and sought."""
    size = Counter(last.values())
    judged = _parts(last.values(), f"{arm}_excluded")
    lost, unread = size[f"{arm}_notretrieved_reports"], size[f"{arm}_waiting"]
    included, out = size[f"{arm}_included"], size[f"{records}_excluded"]
    assessed = included + (judged[f"{arm}_excluded"] or 0)
    sought = assessed + lost + unread
    seen = bool(sought or out or not size[f"{records}_waiting"])  # somebody decided, or nothing was to decide
    read = seen and (not sought or sought > unread)
    numbers: Numbers = {
        f"{records}_waiting": size[f"{records}_waiting"],
        f"{records}_never_screened": size[f"{records}_never_screened"] if seen else None,
        f"{records}_excluded": out if seen else None,
        f"{arm}_sought_reports": sought if seen else None,
        f"{arm}_waiting": unread if seen else None,
        f"{arm}_notretrieved_reports": lost if read else None,
        f"{arm}_assessed": assessed if read else None,
        f"{arm}_included": included if read else None,
        **(judged if read else {f"{arm}_excluded": None}),
    }
    return numbers, out, sought


def _database_arm(review: Review, last: dict[str, str]) -> Numbers:
    held = [record for record in review.records if is_database(review, record)]
    numbers, out, sought = _reports(last, "dbr", "records")
    numbers["records_screened"] = None if numbers["records_excluded"] is None else out + sought
    numbers |= {
        "database_results": len(held),
        "duplicates": sum(box == "duplicates" for box in last.values()),
        "excluded_other": sum(box == "excluded_other" for box in last.values()),
        **_parts(last.values(), "excluded_automatic"),
    }
    if not held:
        return dict.fromkeys(numbers, None)
    by_input = Counter(record.partition(":")[0] for record in held)
    return numbers | {f"database_results:{name}": number for name, number in by_input.items()}


def _other_arm(review: Review, last: dict[str, str]) -> Numbers:
    numbers, _, _ = _reports(last, "other", "other_records")
    numbers["other_known"] = sum(box == "other_known" for box in last.values())
    used = set(BOX_OF_KIND) if review.other_methods == "none" else set(review.inputs.values())
    for kind, box in BOX_OF_KIND.items():
        size = sum(KINDS[record.partition(":")[0]] == kind for record in review.records)
        numbers[box] = size if kind in used or kind in review.inputs.values() else None
    return numbers if used & set(BOX_OF_KIND) else dict.fromkeys(numbers, None)


def _studies(review: Review, last: dict[str, str], numbers: Numbers) -> Numbers:
    """Return studies and reports of studies, and those of the version before where there is one."""
    counts = [numbers["dbr_included"], numbers["other_included"]]
    known = [number for number in counts if number is not None]
    waiting = ("records_waiting", "dbr_waiting", "other_records_waiting", "other_waiting")
    over = len(known) == 2 and not any(numbers[box] for box in waiting)
    before = {item.study for item in review.previous}
    studies = reports = None
    if review.list_is == "complete":
        studies = len({study for study, _ in review.studies} - before)
    elif review.list_is == "none" and over:
        studies = _grouped(review, last)
    if over:
        reports = sum(known)
    elif review.list_is == "complete" and review.reports and len(known) < 2:
        declared = _declared(review)
        reports = declared if declared > sum(known) else None
    found: Numbers = {"new_studies": studies, "new_reports": reports}
    if review.previous:
        stay = [item for item in review.previous if not item.withdrawn]
        found["previous_studies"] = len(review.previous)
        found["previous_reports"] = sum(item.reports for item in review.previous)
        found["total_studies"] = None if studies is None else studies + len(stay)
        found["total_reports"] = None if reports is None else reports + sum(item.reports for item in stay)
    return found


def _grouped(review: Review, last: dict[str, str]) -> int:
    """Return the studies of included publications: those declared as one study are one."""
    names: set[str] = set()
    for record, box in last.items():
        if box in ("dbr_included", "other_included"):
            kept = review.kept[record]
            names |= {f"study {study}" for study, of in review.reports if of == kept} or {f"record {kept}"}
    return len(names)


def _declared(review: Review) -> int:
    """Return the reports that the list and the declared ones name, but those of the version before."""
    before = {item.study for item in review.previous}
    lines = [(study, kept, f"list {study}") for study, kept in review.studies if study not in before]
    lines += [(study, kept, f"line {number}") for number, (study, kept) in enumerate(review.reports)]
    return len({kept or other for _, kept, other in lines})
