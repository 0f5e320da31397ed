"""How two screeners and an arbiter judge the works of the synthetic review, and where each work ends."""

import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tests.twin.works import Work

TITLE_ABSTRACT, FULL_TEXT = "title_abstract", "full_text"
INCLUDE, EXCLUDE, NOT_RETRIEVED = "include", "exclude", "not retrieved"
ELIGIBLE, CLOSE, FAR, FOREIGN = "eligible", "excluded by full text", "excluded by title", "other language"


@dataclass
class Judged:
    """What people decided about one work: votes (stage, screener, decision, reason), rulings of the arbiter.

    ``first`` and ``second`` are the decisions that follow by title and at full text; empty for none.
    """

    relevance: str
    votes: list[tuple[str, str, str, str]] = field(default_factory=list)
    rulings: list[tuple[str, str, str]] = field(default_factory=list)  # stage, final, reason
    first: str = ""
    second: str = ""
    reason: str = ""

    def box(self, by_database: bool) -> str:
        """Return the box of the flow in which the work ends."""
        reports = "dbr" if by_database else "other"
        if not self.first:
            return "excluded_automatic"
        if self.first == EXCLUDE:
            return "records_excluded" if by_database else "other_records_excluded"
        if self.second == INCLUDE:
            return f"{reports}_included"
        if self.second == NOT_RETRIEVED:
            return f"{reports}_notretrieved_reports"
        return f"{reports}_excluded:{self.reason}"


def eligible_share(number: int, settings: dict[str, Any]) -> float:
    """Return the share of eligible works: in a large review they are rare."""
    return min(float(settings["eligible_share"]), settings["studies"] / number)


def judge(
    work: Work, by_database: bool, share: float, settings: dict[str, Any], rng: random.Random
) -> Judged:
    """Return what comes of one work; ``share`` of the works is eligible.

    A work in another language is taken out by the machine, but for one that only other methods found: then
    people exclude it. Where screeners differ the arbiter decides.
    """
    chance = rng.random()
    relevance = (
        ELIGIBLE if chance < share else CLOSE if chance < share * (1 + settings["look_relevant"]) else FAR
    )
    if work.language != "eng":
        relevance = FOREIGN
        if by_database:
            return Judged(relevance)
    judged = Judged(relevance)
    judged.first, _ = _decide(judged, TITLE_ABSTRACT, relevance in (ELIGIBLE, CLOSE), settings, rng)
    if judged.first == INCLUDE:
        if rng.random() < settings["not_retrieved"]:
            judged.second = NOT_RETRIEVED
            judged.votes += [(FULL_TEXT, who["name"], NOT_RETRIEVED, "") for who in settings["screeners"]]
        else:
            judged.second, judged.reason = _decide(judged, FULL_TEXT, relevance == ELIGIBLE, settings, rng)
    return judged


def _decide(
    judged: Judged, stage: str, right: bool, settings: dict[str, Any], rng: random.Random
) -> tuple[str, str]:
    """Add the votes on one stage, and the ruling if they differ; return the decision and its one reason."""
    reasons = settings["reasons"] if stage == FULL_TEXT else ["not about the question"]
    true_reason = rng.choice(reasons)
    given: dict[str, list[str]] = {INCLUDE: [], EXCLUDE: []}
    for who in settings["screeners"]:
        errs = rng.random() < who[stage]["miss" if right else "invent"]
        decision = INCLUDE if right != errs else EXCLUDE
        other = rng.random() < who["other_reason"]
        reason = "" if decision == INCLUDE else rng.choice(reasons) if other else true_reason
        judged.votes.append((stage, who["name"], decision, reason))
        given[decision].append(reason)
    if given[INCLUDE] and given[EXCLUDE]:
        errs = rng.random() < settings["arbiter"]["error"]
        final = INCLUDE if right != errs else EXCLUDE
        reason = true_reason if final == EXCLUDE else "it answers the question"
        judged.rulings.append((stage, final, reason))
        return final, reason if final == EXCLUDE else ""
    final = INCLUDE if given[INCLUDE] else EXCLUDE
    return final, min(given[EXCLUDE], key=reasons.index) if final == EXCLUDE else ""


class Tally:
    """Counts of the flow and of the screeners' agreement, work by work."""

    def __init__(self) -> None:
        self.size: Counter[str] = Counter()
        self.votes: Counter[tuple[str, str]] = Counter()  # stage, cell of the table of two screeners

    def add(self, judged: Judged, in_databases: int, elsewhere: int) -> None:
        """Count one work with its records in databases and in other sources."""
        self.size["database_results"] += in_databases
        self.size["citations_results"] += elsewhere
        self.size["duplicates"] += max(in_databases - 1, 0)
        self.size["other_known"] += elsewhere - (not in_databases)
        self.size[judged.box(in_databases > 0)] += 1
        for stage in (TITLE_ABSTRACT, FULL_TEXT):
            decisions = [decision for at, _, decision, _ in judged.votes if at == stage]
            if decisions and NOT_RETRIEVED not in decisions:
                self.votes[stage, _cell(decisions[0] == INCLUDE, decisions[1] == INCLUDE)] += 1

    def flow(self, studies: int) -> dict[str, int]:
        """Return box -> count, sums included."""
        size = {
            name: self.size[name]
            for name in ("database_results", "citations_results", "duplicates", "other_known")
        }
        size["excluded_automatic"] = self.size["excluded_automatic"]
        for arm, excluded in (("dbr", "records_excluded"), ("other", "other_records_excluded")):
            parts = {name: n for name, n in sorted(self.size.items()) if name.startswith(f"{arm}_excluded:")}
            lost, included = self.size[f"{arm}_notretrieved_reports"], self.size[f"{arm}_included"]
            assessed = sum(parts.values()) + included
            size |= {
                excluded: self.size[excluded],
                f"{arm}_sought_reports": assessed + lost,
                f"{arm}_notretrieved_reports": lost,
                f"{arm}_assessed": assessed,
                f"{arm}_excluded": sum(parts.values()),
                **parts,
                f"{arm}_included": included,
            }
        size["records_screened"] = size["records_excluded"] + size["dbr_sought_reports"]
        return size | {"new_studies": studies, "new_reports": size["dbr_included"] + size["other_included"]}


def _cell(first: bool, second: bool) -> str:
    return {(True, True): "both", (True, False): "only_a", (False, True): "only_b"}.get(
        (first, second), "neither"
    )


CELLS = ("both", "only_a", "only_b", "neither")
