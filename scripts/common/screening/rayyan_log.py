"""Rayyan's log of customizations: who decided what when, at each stage of a review that has several."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from scripts.common.errors import InputError
from scripts.common.screening.stages import EXCLUDE, INCLUDE, MAYBE
from scripts.common.screening.votes import Row
from scripts.common.values.dates import is_day

LOG = "customizations_log"
LOG_COLUMNS = ("created_at", "user_email", "article_id", "key", "value")
WORDS_OF_LOG = {"1": INCLUDE, "0": MAYBE, "-1": EXCLUDE}  # any other value takes a decision back
DECISION = re.compile(r"included(?:__SYSTEM__STAGE__(\w+))?")  # the first stage has no number
MOVED = re.compile(r"__SYSTEM__STAGE__(\w+)")  # Rayyan itself moves an article to a later stage
REASON_IN_LOG = "__EXR__"
FIRST = ""  # the number of the first stage


@dataclass
class Stage:
    """What the log holds of one stage: the last decisions, the reasons not taken back, the days.

    ``decisions`` is article -> user -> decision; the keys of the other two are (article, user).
    """

    decisions: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    reasons: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    days: dict[tuple[str, str], str] = field(default_factory=dict)


@dataclass
class Log:
    """The log: number of the stage -> what it holds of it, and article -> the last stage it came to."""

    stages: dict[str, Stage] = field(default_factory=lambda: {FIRST: Stage()})
    last_stage: dict[str, str] = field(default_factory=dict)

    @property
    def later(self) -> list[str]:
        """The numbers of the stages behind the first."""
        return [number for number in self.stages if number != FIRST]

    def ended(self) -> dict[str, Mapping[str, str]]:
        """Return article -> user -> decision at the last stage that the article came to."""
        articles = sorted({article for stage in self.stages.values() for article in stage.decisions})
        return {
            article: self.stages[self.last_stage.get(article, FIRST)].decisions.get(article, {})
            for article in articles
        }


def read_log(entries: Sequence[Row], path: str) -> Log:
    """Return what the log holds in the end, its entries applied in the order of their times."""
    log = Log()
    for line, row in entries:
        missing = [name for name in LOG_COLUMNS if name not in row]
        if missing:
            raise InputError(f"{path} line {line}: column {missing[0]} is missing. Export it again.")
    for _, row in sorted(entries, key=lambda entry: (entry[1]["created_at"], entry[0])):
        article, user = row["article_id"], row["user_email"] or row.get("user_id", "")
        key, value = row["key"].strip('"'), row["value"].strip('"')
        if decision := DECISION.fullmatch(key):
            number = decision[1] or FIRST
            if number != FIRST:
                log.last_stage[article] = number
            stage = log.stages.setdefault(number, Stage())
            _take_decision(stage, article, user, value, row["created_at"][:10])
        elif moved := MOVED.fullmatch(key):
            _move(log, article, moved[1], value)
        else:
            _take_reason(log.stages[log.last_stage.get(article, FIRST)], article, user, key, value)
    return log


def _move(log: Log, article: str, number: str, value: str) -> None:
    """Enter that an article came to a stage, or was taken back from it."""
    log.stages.setdefault(number, Stage())
    if value == "1":
        log.last_stage[article] = number
    elif log.last_stage.get(article) == number:
        del log.last_stage[article]


def _take_decision(stage: Stage, article: str, user: str, value: str, day: str) -> None:
    """Enter a decision, or take the earlier one back."""
    if value in WORDS_OF_LOG:
        stage.decisions[article][user] = WORDS_OF_LOG[value]
        stage.days[article, user] = day if is_day(day) else ""
    else:
        stage.decisions[article].pop(user, None)
        stage.days.pop((article, user), None)


def _take_reason(stage: Stage, article: str, user: str, key: str, value: str) -> None:
    """Enter a reason of exclusion, or take it back; versions of Rayyan write it as key or as value."""
    reason = next((text for text in (key, value) if text.startswith(REASON_IN_LOG)), "")
    if not reason:
        return
    name = reason.removeprefix(REASON_IN_LOG).strip()
    if reason == key and value not in ("1", ""):
        stage.reasons[article, user].discard(name)
    else:
        stage.reasons[article, user].add(name)
