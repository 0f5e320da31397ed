"""Decisions as Rayyan exports them, in the notes of its articles; a zip file has a log of them too."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scripts.common.errors import InputError
from scripts.common.screening.decision_file import BIBTEX, RIS, ZIP, DecisionFile, ToolTable
from scripts.common.screening.rayyan_log import FIRST, LOG, Log, Stage, read_log
from scripts.common.screening.rayyan_users import names_of_users
from scripts.common.screening.stages import EXCLUDE, INCLUDE, MAYBE, Plan
from scripts.common.screening.tool_words import chosen
from scripts.common.screening.votes import (
    Row,
    Sheet,
    Vote,
    cell_of,
    names_of_record,
    stage_of,
    without_addresses,
)

RAYYAN = "Rayyan"
ARTICLES = "articles"
ENDINGS = (".csv", ".ris", ".bib", ".xlsx")
WORDS = {"included": INCLUDE, "excluded": EXCLUDE, "maybe": MAYBE, "true": INCLUDE, "false": EXCLUDE}
VOTE = re.compile(r'"((?:[^"\\]|\\.)*)"\s*=>\s*"?(\w+)"?')  # "Emily"=>"Excluded"
# A section ends where the next one begins, behind a bar in most forms and a semicolon in BibTeX.
SECTION = r"RAYYAN-{}:\s*(.*?)(?=\s*[|;]?\s*(?:RAYYAN-[A-Z-]+|USER-NOTES):|$)"
USER_NOTES = re.compile(r"USER-NOTES:\s*(.*)$", re.DOTALL)
INCLUSION = "RAYYAN-INCLUSION:"


@dataclass(frozen=True)
class Article:
    """One article: the row it is read from, its number in Rayyan, and what its notes say of this review."""

    line: int
    row: Mapping[str, str]
    number: str
    notes: str
    votes: Mapping[str, str]  # reviewer -> decision


def is_rayyan(file: DecisionFile) -> bool:
    """Return whether Rayyan wrote the file; of zip files with articles no other tool's are known here."""
    if file.form in (RIS, BIBTEX):
        return any("RAYYAN-" in row["notes"] for _, row in file.rows)
    return file.form == ZIP or file.table(_is_articles) is not None


def _is_articles(table: ToolTable) -> bool:
    """Return whether a table has the columns of Rayyan, and a row that it marked; or no row at all."""
    if not {"key", "notes"} <= table.header:
        return False
    marks = (cell_of(row, name).casefold() for _, row in table.rows for name in ("key", "notes"))
    return not table.rows or any("rayyan-" in mark for mark in marks)


def read_rayyan(file: DecisionFile) -> Sheet:
    """Return the votes of an export of Rayyan; only its zip file has the log, with days and own reasons."""
    if file.form != ZIP:
        table = file.table(_is_articles) if file.form not in (RIS, BIBTEX) else None
        return _read(file.plan, table.rows if table else file.rows, Log())
    packed = file.unpack(ARTICLES, *ENDINGS)
    if packed is None:
        raise InputError(
            f"{file.plan.path}: a zip file without {ARTICLES}.csv (or .ris, .bib, .xlsx), so no export of"
            f" Rayyan. It holds: {', '.join(sorted(file.members)) or 'nothing'}. Save a sheet of another"
            " program as .xlsx or CSV."
        )
    log = file.unpack(LOG, ".csv")
    return _read(file.plan, packed.rows, read_log(log.rows, log.path) if log else Log())


def _article(line: int, row: Mapping[str, str]) -> Article:
    """Read one article; of notes that two reviews wrote one after the other, those of the last count."""
    whole = cell_of(row, "notes")
    notes = whole[whole.rindex(INCLUSION) :] if INCLUSION in whole else whole
    number = re.sub(r"^rayyan-", "", cell_of(row, "key", "accession"), flags=re.IGNORECASE)
    votes = {
        name: WORDS[word.casefold()]
        for name, word in VOTE.findall(_section("INCLUSION", notes))
        if word.casefold() in WORDS
    }
    return Article(line, row, number, notes, votes)


def _section(name: str, notes: str) -> str:
    """Return one section of Rayyan's notes; empty if they have none of this name."""
    found = re.search(SECTION.format(name), notes, re.DOTALL)
    return found[1].strip() if found else ""


def _listed(text: str) -> str:
    """Return what Rayyan separates by commas, separated by semicolons as elsewhere."""
    return "; ".join(part.strip() for part in text.split(",") if part.strip())


def _read(plan: Plan, rows: Iterable[Row], log: Log) -> Sheet:
    """Read the articles (how it ended) and the log (who decided what when), and compare the two."""
    sheet = Sheet(plan.path, RAYYAN)
    articles = [_article(*row) for row in chosen(plan, rows, sheet)]
    ended = {article.number: article.votes for article in articles}
    name_of = names_of_users(ended, log.ended())
    differing, read = 0, set()
    for stage, number in _stages(plan, log):
        held = log.stages[number]
        for article in articles:
            is_last = log.last_stage.get(article.number, FIRST) == number
            if number != FIRST and not is_last and not held.decisions.get(article.number):
                continue  # it never came to this stage
            read.add(article.number)
            logged = held.decisions.get(article.number, {})
            noted = article.votes if is_last else {}
            # A blind export names nobody in the notes: the log alone has the votes.
            votes = noted or {name_of.get(user, user): word for user, word in sorted(logged.items())}
            differing += _differing(noted, logged, name_of) if noted else 0
            sheet.not_seen += not votes
            _add_votes(sheet, plan, stage, article, votes, held, name_of, is_last)
    sheet.records = len(read)
    _warn(sheet, differing, log, ended, name_of)
    return sheet


def _stages(plan: Plan, log: Log) -> list[tuple[str, str]]:
    """Return the stages that are read: our name of each, and its number in the log.

    A log of two stages says itself which is which; with a stage in the settings only that one is read.
    """
    if len(log.later) > 1:
        raise InputError(
            f"{plan.path}: its log has {len(log.later) + 1} stages; two are read. Export the stages of the"
            " review apart."
        )
    if not log.later:
        return [(stage_of(plan, RAYYAN), FIRST)]
    both = [(plan.stages[0], FIRST), (plan.full_text, log.later[0])]
    return [pair for pair in both if plan.stage in ("", pair[0])]


def _differing(noted: Mapping[str, str], logged: Mapping[str, str], name_of: Mapping[str, str]) -> int:
    """Return how many decisions of the log the notes of an article do not have.

    Of users whose names are not known only the decisions as such are compared.
    """
    known = sum(noted.get(name_of[user]) != word for user, word in logged.items() if user in name_of)
    names = set(name_of.values())
    unknown = Counter(word for user, word in logged.items() if user not in name_of)
    return known + (unknown - Counter(word for name, word in noted.items() if name not in names)).total()


def _add_votes(
    sheet: Sheet,
    plan: Plan,
    stage: str,
    article: Article,
    votes: Mapping[str, str],
    held: Stage,
    name_of: Mapping[str, str],
    is_last: bool,
) -> None:
    """Add the votes on one article at one stage; its notes have the reasons of its last stage only."""
    user_of = {name: user for user, name in name_of.items()}
    shared_reasons = _listed(_section("EXCLUSION-REASONS", article.notes)) if is_last else ""
    note = USER_NOTES.search(article.notes)
    for name, decision in votes.items():
        key = (article.number, user_of.get(name, name))
        own_reasons = "; ".join(sorted(held.reasons.get(key, ())))
        sheet.votes.append(
            Vote(
                article.line, **names_of_record(article.row, cell_of(article.row, "notes")), stage=stage,
                reviewer=name, decision=decision,
                reason=(own_reasons or shared_reasons) if decision == EXCLUDE else "",
                date=held.days.get(key, ""), consensus=bool(plan.consensus),
                labels=without_addresses(_listed(_section("LABELS", article.notes))),
                note=without_addresses(note[1]) if note else "",
            ),
        )  # fmt: skip


def _warn(
    sheet: Sheet,
    differing: int,
    log: Log,
    ended: Mapping[str, Mapping[str, str]],
    name_of: Mapping[str, str],
) -> None:
    """Say where log and articles differ, and where it is not known who is who."""
    if differing:
        sheet.warnings.append(
            f"{differing} votes in {LOG}.csv differ from those of the articles. The articles are used:"
            " they show how it ended. Export both at the same time."
        )
    users = {user for votes in log.ended().values() for user in votes} - set(name_of)
    names = {name for votes in ended.values() for name in votes} - set(name_of.values())
    if users and names:
        sheet.warnings.append(
            f"{LOG}.csv does not show which of its {len(users)} users {', '.join(sorted(names))} are: their"
            " votes are the same. Days and own reasons of their votes are left out."
        )
