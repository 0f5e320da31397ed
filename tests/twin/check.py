"""Compare a finished run on a synthetic review with its truth, stage by stage.

Lines are of two kinds. What must hold exactly begins with ``ok`` or ``WRONG``: that no record is lost, that
decisions, final codes, counts and verdicts are those that follow from what people did. What is measured
begins with ``--``: duplicates missed or wrongly merged, errors that people made and the workflow cannot know.
Works with such a duplicate are left out of the exact comparison of decisions; the flow and the claims on it
are then only measured.
"""

import csv
import math
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import yaml

from tests.twin.results import Results, rows
from tests.twin.screening import CELLS, FULL_TEXT, TITLE_ABSTRACT

NEAR = 4  # standard errors within which a rate counts as the declared one
COPIES = ("duplicates", "other_known")  # boxes of records that another record of the same cluster represents
CLAIMED = ("differs", "contradictory as printed")  # verdicts that call a claim a slip


class Check:
    """Prints lines, and remembers whether one of them is wrong."""

    def __init__(self) -> None:
        self.wrong = 0

    def exact(self, what: str, faults: Sequence[object], value: object = "") -> None:
        """Print a line on what must hold; ``faults`` are the first things that contradict it."""
        self.wrong += bool(faults)
        shown = f": {', '.join(map(str, faults[:5]))}{' ...' if len(faults) > 5 else ''}" if faults else ""
        print(f"{'WRONG' if faults else 'ok':5} {what}{f' ({value})' if value != '' else ''}{shown}")  # noqa: T201

    def measured(self, what: str, value: object) -> None:
        """Print a line on what is only measured."""
        print(f"--    {what}: {value}")  # noqa: T201

    def near(self, what: str, found: int, of: int, expected: float, error: float) -> None:
        """Print a rate beside the one that follows from the declared errors; far away is wrong."""
        share = found / of if of else math.nan
        far = abs(share - expected) > NEAR * error
        self.exact(
            what, [f"{share:.4f}"] if far else [], f"{share:.4f}, declared {expected:.4f} +- {error:.4f}"
        )


def check_records(run: Results, check: Check) -> None:
    """Records read are records written; duplicates wrongly merged and missed."""
    missing = [name for name, n in run.number.items() if n not in run.home]
    check.exact(
        "every record written is read, once", missing + run.unknown, f"{run.read:,} of {len(run.work):,}"
    )
    aside = [tuple(row[:4]) for row in rows(run.results / "records/set_aside.csv")]
    check.exact("nothing is set aside", aside)
    true, found, both = (Counter[Any]() for _ in range(3))
    for record, cluster in run.home.items():
        true[run.work[record]] += 1
        found[cluster] += 1
        both[run.work[record], cluster] += 1
    pairs, linked, right = (sum(math.comb(n, 2) for n in sizes.values()) for sizes in (true, found, both))
    lost = sum(len(works) - 1 for works in run.mixed.values())
    check.measured(
        "pairs of duplicates", f"{pairs:,}, missed {pairs - right:,}, wrongly merged {linked - right:,}"
    )
    check.measured(
        "works", f"{len(true):,}, lost in another one {lost:,}, in two clusters or more {len(run.split):,}"
    )
    related = [
        f"{a} and {b} ({relation})"
        for a, b, relation in rows(run.truth / "relations.csv")
        if any({int(a), int(b)} <= works for works in run.mixed.values())
    ]
    check.measured("works that look alike and were merged", related or "none")


def check_screening(run: Results, check: Check) -> None:
    """Decisions are the consensus, boxes follow from them, and agreement is that of the votes."""
    truth = {int(row[0]): row[1:] for row in rows(run.truth / "works.csv")}
    check_decisions(run, check, truth)
    check_boxes(run, check, truth)
    ideal = Counter((relevance, bool(study)) for relevance, _, _, _, _, study in truth.values())
    lost, kept = ideal["eligible", False], ideal["eligible", True]
    intruders = sum(n for (relevance, study), n in ideal.items() if study and relevance != "eligible")
    check.measured("eligible works", f"{lost + kept:,}, of which people included {kept:,}")
    check.measured("included works that are not eligible", f"{intruders:,}")
    check_screeners(run, check, truth)


def check_decisions(run: Results, check: Check, truth: dict[int, list[str]]) -> None:
    """Decisions are the consensus of the screeners, and no vote is lost."""
    expected = {
        (work, stage): (decision, reason if stage == FULL_TEXT else "")
        for work, (_, first, second, reason, _, _) in truth.items()
        for stage, decision in ((TITLE_ABSTRACT, first), (FULL_TEXT, second))
        if decision and work not in run.unsure
    }
    found = {}
    for record, stage, decision, reason in rows(
        run.results / "screening/decisions.csv", "record_id", "stage", "decision", "reason"
    ):
        work = run.work[run.number[record]]
        if work not in run.unsure:
            found[work, stage] = (decision, reason if stage == FULL_TEXT else "")
    faults = [key for key in expected.keys() | found.keys() if expected.get(key) != found.get(key)]
    check.exact("decisions are the consensus of the screeners", sorted(faults), f"{len(expected):,}")
    aside = list(rows(run.results / "screening/set_aside.csv", "sheet", "line", "record"))
    if run.unsure:
        check.measured("votes that join no record, or two", len(aside))
    else:
        check.exact("every vote joins its record", aside)


def check_boxes(run: Results, check: Check, truth: dict[int, list[str]]) -> None:
    """Each record ends in the box of its work, and the boxes count what they count in truth."""
    wrong_box = []
    for record, box in rows(run.results / "screening/final_boxes.csv", "record_id", "box"):
        work = run.work[run.number[record]]
        kind = "excluded_automatic" if box.startswith("excluded_automatic:") else box
        if box not in COPIES and work not in run.unsure and kind != truth[work][4]:
            wrong_box.append(f"{record} in {box}, not {truth[work][4]}")
    check.exact("every record ends in its box", wrong_box)
    boxes = dict(rows(run.results / "screening/flow.csv", "box", "count"))
    differ = {
        box: f"{box} {boxes.get(box) or 'unknown'}, not {count}"
        for box, count in rows(run.truth / "flow.csv")
        if (boxes.get(box) or "0") != count
    }
    if run.unsure:
        check.measured(
            f"boxes of the flow that differ, with {len(run.unsure)} works split or mixed",
            list(differ.values()) or "none",
        )
    else:
        check.exact("the flow is that of the truth", list(differ.values()), f"{len(boxes)} boxes")


def check_screeners(run: Results, check: Check, truth: dict[int, list[str]]) -> None:
    """The table of the two screeners is that of their votes, and lies near the declared errors."""
    declared = yaml.safe_load((run.truth / "declared.yaml").read_text(encoding="utf-8"))["screeners"]
    table = rows(run.results / "screening/agreement.csv", "stage", *CELLS)
    agreement = {stage: [int(n) for n in cells] for stage, *cells in table}
    for stage, *cells in rows(run.truth / "screening_agreement.csv"):
        true, found = [int(n) for n in cells], agreement[stage]
        if run.unsure:
            check.measured(f"screeners, {stage}: table of votes", f"{found}, in truth {true}")
        else:
            check.exact(f"screeners, {stage}: the table of votes", [found] if found != true else [], true)
        right = Counter(
            relevance in (("eligible", "excluded by full text") if stage == TITLE_ABSTRACT else ("eligible",))
            for relevance, first, second, *_ in truth.values()
            if (first if stage == TITLE_ABSTRACT else second not in ("", "not retrieved"))
        )
        a, b = (who[stage] for who in declared)
        rates = {True: _agree(a["miss"], b["miss"]), False: _agree(a["invent"], b["invent"])}
        near(check, f"screeners, {stage}: agreement", found[0] + found[3], sum(found), right, rates)


def _agree(a: float, b: float) -> float:
    """Return how often two people agree who err with these probabilities, each on their own."""
    return a * b + (1 - a) * (1 - b)


def near(
    check: Check, what: str, agreed: int, of: int, cells: Counter[bool], rates: dict[bool, float]
) -> None:
    """Check a share of agreement against the one that declared errors give on so many yes and no."""
    total = cells.total()
    expected = sum(rates[kind] * n for kind, n in cells.items()) / total
    error = math.sqrt(sum(rates[kind] * (1 - rates[kind]) * n for kind, n in cells.items())) / total
    check.near(what, agreed, of, expected, error)


def check_included(run: Results, check: Check) -> None:
    """Each included study is found in the cluster of its own work."""
    works_of: dict[str, set[int]] = defaultdict(set)
    for work, study in rows(run.truth / "works.csv", "work", "study_id"):
        if study:
            works_of[study].add(int(work))
    faults, none = [], []
    for study, record in rows(run.results / "screening/included.csv", "study_id", "record_id"):
        if not record:
            none.append(study)
        elif run.work[run.number[record]] not in works_of[study]:
            faults.append(f"{study} is {record}")
    check.exact("no included study is taken for another work", faults, f"{len(works_of)} studies")
    check.measured("included studies that are found in no record", none or "none")


def check_coding(run: Results, check: Check) -> None:
    """Final codes follow from votes and verdicts; their error against the truth is measured."""
    final = {
        (study, code): state
        for study, code, state in rows(run.results / "coding/final.csv", "study_id", "code", "final")
    }
    cells: Counter[tuple[str, str]] = Counter()
    faults = []
    for study, code, true, agreed in rows(run.truth / "codes.csv"):
        cells[true, agreed] += 1
        if final.get((study, code)) != agreed:
            faults.append(f"study {study}, {code}: {final.get((study, code))}, not {agreed}")
    check.exact("final codes follow from votes and verdicts", faults, f"{cells.total():,}")
    present, absent = (
        sum(n for (true, _), n in cells.items() if true == kind) for kind in ("present", "absent")
    )
    missed, invented = cells["present", "absent"], cells["absent", "present"]
    check.measured(
        "final codes against the truth", f"{missed} of {present} missed, {invented} of {absent} invented"
    )
    check_coders(run, check, present, absent)
    check_points(run, check)


def check_coders(run: Results, check: Check, present: int, absent: int) -> None:
    """The table of each two coders is that of their first votes, and lies near the declared errors.

    ``present`` and ``absent`` are the numbers of true and of false pairs of study and code.
    """
    declared = yaml.safe_load((run.truth / "declared.yaml").read_text(encoding="utf-8"))["coders"]
    errors = {who["name"]: who for who in declared}
    table = {
        (a, b): counts
        for code, a, b, round_, *counts in rows(
            run.results / "coding/agreement.csv", "code", "coder_a", "coder_b", "round", *CELLS
        )
        if code == "(all codes)" and round_ == "first"
    }
    for a, b, *counts in rows(run.truth / "coding_agreement.csv"):
        check.exact(
            f"{a} and {b}: the table of first votes", [table[a, b]] if table[a, b] != counts else [], counts
        )
        rates = {
            True: _agree(errors[a]["miss"], errors[b]["miss"]),
            False: _agree(errors[a]["invent"], errors[b]["invent"]),
        }
        both, only_a, only_b, neither = map(int, counts)
        shares = Counter({True: present, False: absent})
        near(
            check, f"{a} and {b}: agreement", both + neither, both + only_a + only_b + neither, shares, rates
        )


def check_points(run: Results, check: Check) -> None:
    """The points of each finding are those that the rankings of the committee give."""
    table_of_points = rows(run.results / "coding/priority.csv", "group", "finding", "borda")
    points = {(group, name): n for group, name, n in table_of_points}
    faults = [
        f"{group}, {name}: {points.get((group, name))}, not {n}"
        for group, name, n in rows(run.truth / "points.csv")
        if float(points.get((group, name), "nan")) != float(n)
    ]
    check.exact("the points of the committee", faults)


def check_claims(run: Results, check: Check) -> None:
    """Each planted slip is named for what it is, and nothing else is called one."""
    verdicts = dict(rows(run.results / "report/comparison.csv", "claim_id", "verdict"))
    measures = rows(run.results / "report/comparison.csv", "claim_id", "measure")
    slips = {row[0]: row for row in rows(run.truth / "slips.csv")}
    follows = {name for name, measure in measures if run.unsure and measure.startswith(("flow:", "included"))}
    blamed = _blamed(run)
    checks = defaultdict(set)
    for kind, names in blamed.values():
        for name in names:
            checks[name].add(kind)
    for name, kind, _, _, verdict, finding in slips.values():
        missed = verdicts[name] != verdict or (finding and finding not in checks[name])
        if missed and name in follows and verdicts[name] not in CLAIMED:
            check.measured(f"slip {name}, {kind}: not decidable, as works are split or mixed", verdicts[name])
        else:
            check.exact(
                f"slip {name}, {kind}", [f"{verdicts[name]}, not {verdict}"] if missed else [], verdict
            )
    check_other_claims(run, check, verdicts, slips.keys(), follows)
    check_blame(check, blamed, slips.keys())


def _blamed(run: Results) -> dict[str, tuple[str, list[str]]]:
    """Return each finding of an inconsistency -> the check that made it, and the claims that it blames."""
    found = rows(run.results / "report/forensics.csv", "check", "outcome", "claims", "finding")
    return {
        finding: (kind, names.split("; "))
        for kind, outcome, names, finding in found
        if outcome == "inconsistent"
    }


def check_blame(check: Check, blamed: dict[str, tuple[str, list[str]]], slips: Collection[str]) -> None:
    """No printed number is called inconsistent where no slip was planted."""
    unfounded = [text for text, (_, names) in blamed.items() if not set(slips) & set(names)]
    check.exact("no printed number is blamed without a slip", unfounded)


def check_other_claims(
    run: Results, check: Check, verdicts: dict[str, str], slips: Collection[str], follows: set[str]
) -> None:
    """No right claim is called a slip; those that follow from works split or mixed are only measured."""
    others = [
        f"{name}: {verdicts[name]}, not {verdict}"
        for name, verdict in rows(run.truth / "claims.csv")
        if name not in slips and verdicts[name] != verdict and name not in follows
    ]
    check.exact("no other claim is called a slip", others, f"{len(verdicts) - len(slips)} claims")
    shifted = [
        f"{name} {verdicts[name]}"
        for name in sorted(follows - set(slips))
        if verdicts[name] not in ("recomputed and equal", "consistent")
    ]
    if shifted:
        check.measured("claims that differ since works are split or mixed", ", ".join(shifted))


def answer(folder: Path) -> int:
    """Write how a person who knows the truth answers each pair in maybe.csv; return how many pairs."""
    run = Results(folder)
    path = folder / "config/decisions/duplicates.csv"
    pairs = list(rows(run.results / "records/maybe.csv", "record_a", "record_b"))
    known = list(rows(path)) if path.is_file() else []
    with open(path, "w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(("record_a", "record_b", "duplicate", "reason"))
        writer.writerows(known)
        for a, b in pairs:
            same = run.work[run.number[a]] == run.work[run.number[b]]
            writer.writerow((a, b, "yes" if same else "no", "invented: the truth of the synthetic review"))
    return len(pairs)


def check(folder: Path) -> bool:
    """Print what holds in the run in a folder; return whether all that must hold does."""
    run, lines = Results(folder), Check()
    for stage, look in (
        ("records", check_records),
        ("screening", check_screening),
        ("included studies", check_included),
        ("coding", check_coding),
        ("claims", check_claims),
    ):
        print(f"\n{stage}")  # noqa: T201
        look(run, lines)
        if run.unknown:
            print("\nThese records are not of this truth: was the search moved, or a file added?")  # noqa: T201
            return False
    print(f"\n{lines.wrong} things that must hold do not." if lines.wrong else "\nAll that must hold does.")  # noqa: T201
    return lines.wrong == 0
