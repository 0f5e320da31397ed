"""Decisions as Rayyan exports them: a zip file with a log, a CSV, or RIS; the votes are in the notes."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from scripts.common.errors import InputError
from scripts.common.screening.decision_file import RIS, ZIP, DecisionFile
from scripts.common.screening.stages import EXCLUDE, INCLUDE, MAYBE, Plan
from scripts.common.screening.votes import (
    Row,
    Sheet,
    Vote,
    cell_of,
    names_of_record,
    stage_of,
    without_addresses,
)
from scripts.common.values.dates import is_day

RAYYAN = "Rayyan"
ARTICLES, LOG = "articles.csv", "customizations_log.csv"
LOG_COLUMNS = ("created_at", "user_email", "article_id", "key", "value")
WORDS = {"included": INCLUDE, "excluded": EXCLUDE, "maybe": MAYBE, "true": INCLUDE, "false": EXCLUDE}
WORDS_OF_LOG = {"1": INCLUDE, "0": MAYBE, "-1": EXCLUDE}  # any other value takes a decision back
REASON_IN_LOG = "__EXR__"
VOTE = re.compile(r'"((?:[^"\\]|\\.)*)"\s*=>\s*"?(\w+)"?')  # "Emily"=>"Excluded"
SECTION = r"RAYYAN-{}:\s*(.*?)(?=\s*\|\s*(?:RAYYAN-[A-Z-]+|USER-NOTES):|$)"
USER_NOTES = re.compile(r"USER-NOTES:\s*(.*)$", re.DOTALL)


class Log(NamedTuple):
    """What the log holds of a user and an article: the last decision, the reasons not taken back, the day.

    ``decisions`` is article -> user -> decision; the keys of the other two are (article, user).
    """

    decisions: dict[str, dict[str, str]]
    reasons: dict[tuple[str, str], set[str]]
    days: dict[tuple[str, str], str]


def is_rayyan(file: DecisionFile) -> bool:
    """Return whether Rayyan wrote the file; of zip files no other tool's are known here."""
    if file.form == RIS:
        return "RAYYAN-" in file.notes
    return file.form == ZIP or (
        "notes" in file.header and "key" in file.header and "rayyan-" in file.text.casefold()
    )


def read_rayyan(file: DecisionFile) -> Sheet:
    """Return the votes of an export of Rayyan; only its zip file has the log, with days and own reasons."""
    if file.form != ZIP:
        return _read(file.plan, file.rows, [])
    articles = file.unpack(ARTICLES)
    if not articles:
        raise InputError(
            f"{file.plan.path}: a zip file without {ARTICLES}, so no export of Rayyan. It holds:"
            f" {', '.join(sorted(file.members)) or 'nothing'}."
        )
    return _read(file.plan, articles, file.unpack(LOG))


def _read(plan: Plan, articles: Sequence[Row], entries: Sequence[Row]) -> Sheet:
    """Read the articles (how it ended) and the log (who decided what when), and compare the two."""
    stage = stage_of(plan, RAYYAN)
    sheet = Sheet(plan.path, RAYYAN, records=len(articles))
    log = _read_log(entries)
    ended = {_article(row): _votes_in_notes(cell_of(row, "notes")) for _, row in articles}
    name_of = _names_of_users(ended, log.decisions)
    user_of = {name: user for user, name in name_of.items()}
    differing = 0
    for line, row in articles:
        notes, article = cell_of(row, "notes"), _article(row)
        logged = {
            name_of.get(user, user): decision
            for user, decision in sorted(log.decisions.get(article, {}).items())
        }
        votes = ended[article] or logged  # a blind export names nobody: the log alone has the votes
        differing += sum(votes.get(name) != decision for name, decision in logged.items())
        if not votes:
            sheet.not_seen += 1
        shared_reasons = _listed(_section("EXCLUSION-REASONS", notes))
        labels = _listed(_section("LABELS", notes))
        note = USER_NOTES.search(notes)
        for name, decision in votes.items():
            key = (article, user_of.get(name, name))
            own_reasons = "; ".join(sorted(log.reasons.get(key, ())))
            sheet.add(
                Vote(
                    line, **names_of_record(row, notes), stage=stage, reviewer=name, decision=decision,
                    reason=(own_reasons or shared_reasons) if decision == EXCLUDE else "",
                    date=log.days.get(key, ""), consensus=bool(plan.consensus),
                    labels=without_addresses(labels), note=without_addresses(note[1]) if note else "",
                ),
            )  # fmt: skip
    if differing:
        sheet.warnings.append(
            f"{differing} votes in {LOG} differ from those of the articles. The articles are used:"
            " they show how it ended. Export both at the same time."
        )
    return sheet


def _article(row: Mapping[str, str]) -> str:
    return re.sub(r"^rayyan-", "", cell_of(row, "key", "accession"), flags=re.IGNORECASE)


def _votes_in_notes(notes: str) -> dict[str, str]:
    """Return reviewer -> decision, as the notes of an article list them."""
    return {
        name: WORDS[word.casefold()]
        for name, word in VOTE.findall(_section("INCLUSION", notes))
        if word.casefold() in WORDS
    }


def _section(name: str, notes: str) -> str:
    """Return one section of Rayyan's notes; empty if they have none of this name."""
    found = re.search(SECTION.format(name), notes, re.DOTALL)
    return found[1].strip() if found else ""


def _listed(text: str) -> str:
    """Return what Rayyan separates by commas, separated by semicolons as elsewhere."""
    return "; ".join(part.strip() for part in text.split(",") if part.strip())


def _read_log(entries: Sequence[Row]) -> Log:
    """Return what the log holds in the end, its entries applied in the order of their times."""
    log = Log(defaultdict(dict), defaultdict(set), {})
    for line, row in entries:
        missing = [name for name in LOG_COLUMNS if name not in row]
        if missing:
            raise InputError(f"{LOG} line {line}: column {missing[0]} is missing. Export it again.")
    for _, row in sorted(entries, key=lambda entry: (entry[1]["created_at"], entry[0])):
        article, user = row["article_id"], row["user_email"] or row.get("user_id", "")
        key, value = row["key"].strip('"'), row["value"].strip('"')
        if key == "included":
            _take_decision(log, article, user, value, row["created_at"][:10])
        else:
            _take_reason(log, article, user, key, value)
    return log


def _take_decision(log: Log, article: str, user: str, value: str, day: str) -> None:
    """Enter a decision, or take the earlier one back."""
    if value in WORDS_OF_LOG:
        log.decisions[article][user] = WORDS_OF_LOG[value]
        log.days[article, user] = day if is_day(day) else ""
    else:
        log.decisions[article].pop(user, None)
        log.days.pop((article, user), None)


def _take_reason(log: Log, article: str, user: str, key: str, value: str) -> None:
    """Enter a reason of exclusion, or take it back; versions of Rayyan write it as key or as value."""
    reason = next((text for text in (key, value) if text.startswith(REASON_IN_LOG)), "")
    if not reason:
        return
    name = reason.removeprefix(REASON_IN_LOG).strip()
    if reason == key and value not in ("1", ""):
        log.reasons[article, user].discard(name)
    else:
        log.reasons[article, user].add(name)


def _names_of_users(
    ended: Mapping[str, Mapping[str, str]], logged: Mapping[str, Mapping[str, str]]
) -> dict[str, str]:
    """Return user of the log -> name in the articles, as far as their votes show who is who.

    The pairs that agree most often are matched first; a pair that agrees no more often than another one that
    is still free is left open. The last user and the last name that are left are each other's.
    """
    agreed = _agreements(ended, logged)
    name_of: dict[str, str] = {}
    for user, name in sorted(agreed, key=lambda pair: (-agreed[pair], pair)):
        if user in name_of or name in name_of.values():
            continue
        rivals = [
            times
            for (other_user, other_name), times in agreed.items()
            if (other_user == user) != (other_name == name)
            and other_user not in name_of
            and other_name not in name_of.values()
        ]
        if agreed[user, name] > max([0, *rivals]):
            name_of[user] = name
    users = {user for votes in logged.values() for user in votes} - set(name_of)
    names = {name for votes in ended.values() for name in votes} - set(name_of.values())
    if len(users) == len(names) == 1:
        name_of[users.pop()] = names.pop()
    return name_of


def _agreements(
    ended: Mapping[str, Mapping[str, str]], logged: Mapping[str, Mapping[str, str]]
) -> Counter[tuple[str, str]]:
    """Return (user of the log, name in the articles) -> how many votes agree, less those that differ."""
    agreed: Counter[tuple[str, str]] = Counter()
    for article, votes in logged.items():
        for user, decision in votes.items():
            for name, word in ended.get(article, {}).items():
                agreed[user, name] += 1 if word == decision else -1
    return agreed
