"""Screening decisions as people's tools export them: Rayyan, Covidence, ASReview, or a plain sheet.

What each file means is told in docs/screening.md. A record that nobody decided on is not an excluded one: it
is counted apart and gives no vote.
"""

import csv
import io
import re
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from scripts.common.errors import InputError, nearest
from scripts.common.exports.ris import read_ris
from scripts.common.files.sheets import Grid, read_grids
from scripts.common.records.record import Raw
from scripts.common.screening.stages import (
    EXCLUDE,
    FULL_TEXT,
    INCLUDE,
    MAYBE,
    NO_REASON,
    NOT_RETRIEVED,
    STAGES,
    Plan,
)
from scripts.common.values.dates import is_day

RAYYAN, COVIDENCE, ASREVIEW, PLAIN = "Rayyan", "Covidence", "ASReview", "sheet"
AGREEMENT = "Covidence agreement"
RAYYAN_WORDS = {"included": INCLUDE, "excluded": EXCLUDE, "maybe": MAYBE, "true": INCLUDE, "false": EXCLUDE}
RAYYAN_LOG = {"1": INCLUDE, "0": MAYBE, "-1": EXCLUDE}
RAYYAN_LOG_COLUMNS = ("created_at", "user_email", "article_id", "key", "value")
ASREVIEW_LABELS = ("asreview_label", "included", "label_included", "included_label")  # version 2, then 1
ASREVIEW_NOTES = {"ASReview_relevant": INCLUDE, "ASReview_irrelevant": EXCLUDE}
IS_RIS = re.compile(r"^\s*TY {1,2}-", re.MULTILINE)
OURS = re.compile(r"\brecord_id: (\S+)")  # written into the notes of to_screen.ris, kept by the tools
E_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
PAIR = re.compile(r'"((?:[^"\\]|\\.)*)"\s*=>\s*"?(\w+)"?')
SECTION = r"RAYYAN-{}:\s*(.*?)(?=\s*\|\s*(?:RAYYAN-[A-Z-]+|USER-NOTES):|$)"


class Vote(NamedTuple):
    """One decision of one person, and every name of the record that the file gives.

    ``line`` is the line of the file (of a workbook: the row). ``consensus`` marks what was settled together.
    """

    line: int
    record: str
    stage: str
    reviewer: str
    decision: str
    reason: str = ""
    date: str = ""
    consensus: bool = False
    labels: str = ""
    note: str = ""
    doi: str = ""
    pmid: str = ""
    title: str = ""
    year: str = ""
    authors: str = ""


class Pair(NamedTuple):
    """A table of two reviewers that Covidence counted itself: both yes, only a, only b, both no."""

    stage: str
    reviewer_a: str
    reviewer_b: str
    both: int
    only_a: int
    only_b: int
    neither: int


@dataclass
class Sheet:
    """What was read of one file: its votes, how many records nobody decided on, and what is set aside."""

    path: str
    tool: str
    records: int = 0
    not_seen: int = 0
    votes: list[Vote] = field(default_factory=list)
    aside: list[tuple[int, str, str]] = field(default_factory=list)  # line, record, reason
    warnings: list[str] = field(default_factory=list)
    pairs: list[Pair] = field(default_factory=list)


Row = tuple[int, dict[str, str]]


def read_decisions(plan: Plan, not_retrieved: Iterable[str] = (), reasons: Sequence[str] = ()) -> Sheet:
    """Return the votes of one file; which tool wrote it is told from its content.

    ``not_retrieved`` are reasons of exclusion that mean: the full text could not be had. ``reasons`` are all
    others that an exclusion at full text may have; none given: any. ``InputError`` names the file, the line
    and what to do; what a tool's export does not say must stand in screening.sheets.
    """
    missing, known = ({reason.casefold() for reason in some} for some in (not_retrieved, reasons))
    sheet = _read(plan)
    for i, vote in enumerate(sheet.votes):
        if vote.stage != FULL_TEXT or vote.decision != EXCLUDE:
            continue
        if vote.reason.casefold() in missing:
            sheet.votes[i] = vote._replace(decision=NOT_RETRIEVED)
            continue
        strangers = [
            part
            for text in vote.reason.split(";")
            if known and (part := text.strip()).casefold() not in known
        ]
        if strangers:
            raise InputError(
                f"{plan.path} line {vote.line}: reason {strangers[0]!r} is not among screening.reasons of"
                f" config/config.yaml. {nearest(strangers[0], reasons)} Mend it there or here."
            )
    return sheet


def _read(plan: Plan) -> Sheet:
    if not Path(plan.path).is_file():
        raise InputError(f"{plan.path}: this file is missing.")
    raw = Path(plan.path).read_bytes()
    if zipfile.is_zipfile(io.BytesIO(raw)):
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            members = [name for name in archive.namelist() if not name.endswith("/")]
            if "[Content_Types].xml" not in members:
                return _rayyan_zip(plan, archive, members)
        return _workbook(plan)
    text = decode(raw, plan.path)
    if IS_RIS.search(text):
        return _ris(plan, text)
    header = {name.casefold() for name in next(iter(_csv(text)), (0, {}))[1]}
    if "notes" in header and "key" in header and "rayyan-" in text.casefold():
        return _rayyan(plan, list(_csv(text)), [])
    if "covidence #" in header:
        return _covidence(plan, list(_csv(text)))
    if _pair_columns(header):
        return _agreement(plan, list(_csv(text)))
    if "decision" not in header and any(label in header for label in ASREVIEW_LABELS):
        return _asreview(plan, list(_csv(text)))
    return _plain(plan, read_grids(plan.path))


def decode(raw: bytes, name: str) -> str:
    """Return the text of a sheet: by byte-order mark, as UTF-8, else as Windows-1252, as Excel saves it."""
    try:
        if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
            return raw.decode("utf-16")
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        if b"\0" in raw:
            raise InputError(f"{name}: a binary file, not an export of decisions. Export it again.") from None
        return raw.decode("cp1252", errors="replace")


def _csv(text: str) -> Iterator[Row]:
    """Yield line and cells by column name of a CSV parted by commas, semicolons or tabs.

    A row that is too short lacks its last cells; what stands behind the last column is dropped: tools write
    both, and the decision stands under its name.
    """
    first = text.split("\n", 1)[0]
    separator = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    header = [name.strip() for name in next(reader, [])]
    before = reader.line_num
    for cells in reader:
        begins, before = before + 1, reader.line_num
        if any(cell.strip() for cell in cells):
            padded = cells + [""] * (len(header) - len(cells))
            yield begins, {name: cell.strip() for name, cell in zip(header, padded, strict=False) if name}


def _get(row: Mapping[str, str], *names: str) -> str:
    """Return the first filled cell of the columns with these names, whatever their capitals."""
    lower = {name.casefold(): cell for name, cell in row.items()}
    return next((lower[name] for name in names if lower.get(name)), "")


def _works(row: Mapping[str, str], notes: str) -> dict[str, str]:
    """Return every name of the record that a row gives; our own name, if the tool has kept it, wins."""
    ours = OURS.search(notes)
    return {
        "record": ours[1] if ours else _get(row, "record_id"),
        "doi": _get(row, "doi"),
        "pmid": _get(row, "pmid", "pubmed_id"),
        "title": _get(row, "title", "primary_title"),
        "year": _get(row, "year", "published year", "publication_year"),
        "authors": _get(row, "authors", "author"),
    }


def _stage(plan: Plan, tool: str) -> str:
    if not plan.stage:
        raise InputError(
            f"{plan.path}: an export of {tool} does not say at which stage its decisions were made. Add to"
            f" config/config.yaml, screening.sheets: {{file: {plan.name}, stage: title_abstract}}, or"
            " full_text."
        )
    return plan.stage


def _private(text: str) -> str:
    """Return a note without addresses of people."""
    return E_MAIL.sub("[e-mail]", text)


def _add(sheet: Sheet, vote: Vote) -> None:
    """Take a vote of a tool: a maybe counts as include by title, and decides nothing at full text."""
    if vote.stage == FULL_TEXT and vote.decision == MAYBE:
        name = vote.record or vote.title or vote.doi
        sheet.aside.append(
            (vote.line, name, f"{vote.reviewer or 'somebody'} says maybe at full text: no decision")
        )
        return
    if vote.stage == FULL_TEXT and vote.decision == EXCLUDE and not vote.reason:
        vote = vote._replace(reason=NO_REASON)
    sheet.votes.append(vote)


# Rayyan -----------------------------------------------------------------------------------------------------


def _rayyan_zip(plan: Plan, archive: zipfile.ZipFile, members: Sequence[str]) -> Sheet:
    def rows(ending: str) -> list[Row]:
        found = [name for name in members if Path(name).name.casefold() == ending]
        if len(found) > 1:
            raise InputError(f"{plan.path}: holds {len(found)} files {ending}. Export the review again.")
        try:
            return list(_csv(decode(archive.read(found[0]), f"{plan.path}, {found[0]}"))) if found else []
        except (zipfile.BadZipFile, RuntimeError) as error:
            raise InputError(
                f"{plan.path}: {ending} cannot be unpacked ({error}). Export it again."
            ) from None

    articles = rows("articles.csv")
    if not articles:
        raise InputError(
            f"{plan.path}: a zip file without articles.csv, so no export of Rayyan. It holds:"
            f" {', '.join(sorted(members)) or 'nothing'}."
        )
    return _rayyan(plan, articles, rows("customizations_log.csv"))


def _section(name: str, notes: str) -> str:
    """Return one section of Rayyan's notes."""
    found = re.search(SECTION.format(name), notes, re.DOTALL)
    return found[1].strip() if found else ""


def _listed(text: str) -> str:
    """Return what Rayyan lists by commas, parted by semicolons as elsewhere."""
    return "; ".join(part.strip() for part in text.split(",") if part.strip())


def _rayyan(plan: Plan, articles: Sequence[Row], log: Sequence[Row]) -> Sheet:
    """Read the articles (how it ended) and the log (who said what when), and compare the two."""
    stage = _stage(plan, RAYYAN)
    sheet = Sheet(plan.path, RAYYAN, records=len(articles))
    last, reasons, days = _rayyan_log(log)
    ended = {}
    for _, row in articles:
        ended[_article(row)] = {
            name: RAYYAN_WORDS[word.casefold()]
            for name, word in PAIR.findall(_section("INCLUSION", _get(row, "notes")))
            if word.casefold() in RAYYAN_WORDS
        }
    called = _who_is_who(ended, last)
    unlike = 0
    for line, row in articles:
        notes, article = _get(row, "notes"), _article(row)
        votes = dict(ended[article])
        for user, decision in sorted(last.get(article, {}).items()):
            name = called.get(user, user)
            if not ended[article]:
                votes[name] = decision  # a blind export tells no names: the log alone has the votes
            elif votes.get(name) != decision:
                unlike += 1
        if not votes:
            sheet.not_seen += 1
        users = {name: user for user, name in called.items()}
        shared = _listed(_section("EXCLUSION-REASONS", notes))
        labels = _listed(_section("LABELS", notes))
        said = re.search(r"USER-NOTES:\s*(.*)$", notes, re.DOTALL)
        for name, decision in votes.items():
            key = (article, str(users.get(name, name)))
            own = "; ".join(sorted(reasons.get(key, ())))
            _add(
                sheet,
                Vote(
                    line, **_works(row, notes), stage=stage, reviewer=name, decision=decision,
                    reason=(own or shared) if decision == EXCLUDE else "", date=days.get(key, ""),
                    consensus=bool(plan.consensus), labels=_private(labels),
                    note=_private(said[1]) if said else "",
                ),
            )  # fmt: skip
    if unlike:
        sheet.warnings.append(
            f"{unlike} votes stand otherwise in customizations_log.csv than in the articles. The"
            " articles are taken:"
            " they are how it ended. Export both at the same time."
        )
    return sheet


def _article(row: Mapping[str, str]) -> str:
    return re.sub(r"^rayyan-", "", _get(row, "key", "accession"), flags=re.IGNORECASE)


def _rayyan_log(
    log: Sequence[Row],
) -> tuple[dict[str, dict[str, str]], dict[tuple[str, str], set[str]], dict[tuple[str, str], str]]:
    """Return article -> user -> last decision; (article, user) -> reasons that stand, and -> its day."""
    last: dict[str, dict[str, str]] = defaultdict(dict)
    reasons: dict[tuple[str, str], set[str]] = defaultdict(set)
    days: dict[tuple[str, str], str] = {}
    for line, row in log:
        missing = [name for name in RAYYAN_LOG_COLUMNS if name not in row]
        if missing:
            raise InputError(
                f"customizations_log.csv line {line}: column {missing[0]} is missing. Export it again."
            )
    for _, row in sorted(log, key=lambda item: (item[1]["created_at"], item[0])):
        article, user = row["article_id"], row["user_email"] or row.get("user_id", "")
        key, value = row["key"].strip('"'), row["value"].strip('"')
        reason = next((text for text in (key, value) if text.startswith("__EXR__")), "")
        if key == "included":
            if value in RAYYAN_LOG:
                last[article][user] = RAYYAN_LOG[value]
                day = row["created_at"][:10]
                days[article, user] = day if is_day(day) else ""
            else:  # taken back
                last[article].pop(user, None)
                days.pop((article, user), None)
        elif reason:
            name = reason.removeprefix("__EXR__").strip()
            taken_back = reason == key and value not in ("1", "")
            (reasons[article, user].discard if taken_back else reasons[article, user].add)(name)
    return last, reasons, days


def _who_is_who(
    ended: Mapping[str, Mapping[str, str]], last: Mapping[str, Mapping[str, str]]
) -> dict[str, str]:
    """Return user of the log -> name in the articles, where their votes tell them apart.

    The pairs that agree most often are matched first; a pair that agrees no oftener than another one that
    is still free is left open. The last user and the last name that are left are each other's.
    """
    score: Counter[tuple[str, str]] = Counter()
    for article, votes in last.items():
        for user, decision in votes.items():
            for name, word in ended.get(article, {}).items():
                score[user, name] += 1 if word == decision else -1
    called: dict[str, str] = {}
    for (user, name), agreed in sorted(score.items(), key=lambda item: (-item[1], item[0])):
        rivals = [
            other
            for (u, n), other in score.items()
            if (u == user) != (n == name) and u not in called and n not in called.values()
        ]
        if user not in called and name not in called.values() and agreed > max([0, *rivals]):
            called[user] = name
    users = sorted({user for votes in last.values() for user in votes} - set(called))
    names = sorted({name for votes in ended.values() for name in votes} - set(called.values()))
    if len(users) == len(names) == 1:
        called[users[0]] = names[0]
    return called


# Covidence --------------------------------------------------------------------------------------------------


def _covidence(plan: Plan, rows: Sequence[Row]) -> Sheet:
    """Read a list of one stage: its records share the decision of the list that was exported."""
    sheet = Sheet(plan.path, COVIDENCE, records=len(rows))
    stage = _stage(plan, COVIDENCE)
    if not plan.decision:
        raise InputError(
            f"{plan.path}: a list of Covidence does not say what was decided on its records. Add to"
            " config/config.yaml,"
            f" screening.sheets: {{file: {plan.name}, stage: {stage}, decision: exclude}}, or what"
            " the list holds."
        )
    for line, row in rows:
        notes = _get(row, "notes")
        reason = re.search(r"Exclusion reason:\s*([^;\n]*)", notes)
        _add(
            sheet,
            Vote(
                line, **_works(row, notes), stage=stage, reviewer=plan.reviewer or COVIDENCE,
                decision=plan.decision,
                reason=reason[1].strip() if reason and plan.decision == EXCLUDE else "",
                consensus=plan.consensus is not False, labels=_get(row, "tags"), note=_private(notes),
            ),
        )  # fmt: skip
    return sheet


def _letters(name: str) -> str:
    return re.sub(r"[^a-z]", "", name.casefold())


def _pair_columns(header: Iterable[str]) -> dict[str, str]:
    """Return a, b, both, only_a, only_b, neither -> column, if the header is that of a table of agreement."""
    shapes = {
        "a": ("reviewera", "firstreviewer", "reviewer"),
        "b": ("reviewerb", "secondreviewer"),
        "both": ("ayesbyes", "bothyes", "yesyes"),
        "only_a": ("ayesbno", "yesno"),
        "only_b": ("anobyes", "noyes"),
        "neither": ("anobno", "bothno", "nono"),
    }
    found = {
        part: next((name for name in header if _letters(name) in words), "") for part, words in shapes.items()
    }
    return found if all(found.values()) else {}


def _agreement(plan: Plan, rows: Sequence[Row]) -> Sheet:
    """Read Covidence's own table of agreement: a maybe is a yes in it, and only final votes count."""
    sheet = Sheet(plan.path, AGREEMENT)
    stage = _stage(plan, AGREEMENT)
    for line, row in rows:
        at = _pair_columns(row)
        cells = [row[at[name]] for name in ("both", "only_a", "only_b", "neither")]
        if not all(cell.isascii() and cell.isdigit() for cell in cells):
            raise InputError(
                f"{plan.path} line {line}: {', '.join(cells)} are no four counts. Export it again."
            )
        sheet.pairs.append(Pair(stage, row[at["a"]], row[at["b"]], *map(int, cells)))
    return sheet


# ASReview ---------------------------------------------------------------------------------------------------


def _asreview(plan: Plan, rows: Sequence[Row]) -> Sheet:
    """Read ASReview's table: 1 relevant, 0 irrelevant, empty not seen."""
    stage = _stage(plan, ASREVIEW)
    sheet = Sheet(plan.path, ASREVIEW, records=len(rows))
    for line, row in rows:
        label = _get(row, *ASREVIEW_LABELS).removesuffix(".0")
        if label in ("", "-1"):
            sheet.not_seen += 1
            continue
        if label not in ("0", "1"):
            raise InputError(
                f"{plan.path} line {line}: label {label!r} is neither 1, 0 nor empty. Export it again."
            )
        note = _get(row, "asreview_note", "exported_notes_1", "notes")
        _add(
            sheet,
            Vote(
                line, **_works(row, _get(row, "notes")), stage=stage,
                decision=INCLUDE if label == "1" else EXCLUDE,
                reviewer=_get(row, "asreview_user_name", "asreview_user_email") or plan.reviewer or plan.name,
                date=_day(_get(row, "asreview_time")), consensus=bool(plan.consensus),
                labels=_get(row, "asreview_tags"), note=_private(note),
            ),
        )  # fmt: skip
    return sheet


def _day(text: str) -> str:
    """Return the day of a time as ASReview writes it: ISO, or seconds since 1970; what is none is empty."""
    if re.fullmatch(r"\d{9,10}(\.\d+)?", text):
        return datetime.fromtimestamp(float(text), tz=UTC).date().isoformat()
    return text[:10] if is_day(text[:10]) else ""


# RIS of Rayyan or ASReview ----------------------------------------------------------------------------------


def _ris(plan: Plan, text: str) -> Sheet:
    """Read decisions from the notes (N1) of a RIS file."""
    whole = text.replace("\r\n", "\n").replace("\r", "\n")
    records = [piece for piece in read_ris([whole]) if isinstance(piece, Raw)]
    found = [(one.line, one.tags, " | ".join(one.tags.get("N1", []))) for one in records]
    rows = [
        (
            line,
            {
                "key": _first(tags, "AN", "ID"),
                "notes": notes,
                "doi": _first(tags, "DO", "L3"),
                "pmid": (re.search(r"\bPMID:?\s*(\d{1,9})\b", notes) or ["", ""])[1],
                "title": _first(tags, "TI", "T1"),
                "year": _first(tags, "PY", "Y1", "DA")[:4],
                "authors": "; ".join(tags.get("AU", tags.get("A1", []))),
            },
        )
        for line, tags, notes in found
    ]
    everything = "\n".join(notes for _, _, notes in found)
    if "RAYYAN-" in everything:
        return _rayyan(plan, rows, [])
    if "ASReview_" in everything:
        labelled = []
        for line, row in rows:
            said = {label for label in ASREVIEW_NOTES if re.search(rf"\b{label}\b", row["notes"])}
            if len(said) > 1:
                raise InputError(
                    f"{plan.path} line {line}: the record is relevant and irrelevant. Export it again."
                )
            decision = ASREVIEW_NOTES[said.pop()] if said else ""
            labelled.append((line, {**row, "asreview_label": {INCLUDE: "1", EXCLUDE: "0"}.get(decision, "")}))
        return _asreview(plan, labelled)
    raise InputError(
        f"{plan.path}: no decision stands in the notes (N1) of its {len(found)} records: neither"
        " RAYYAN-INCLUSION nor"
        " ASReview_relevant. Export it with its decisions."
    )


def _first(tags: Mapping[str, Sequence[str]], *names: str) -> str:
    return next((tags[name][0] for name in names if tags.get(name)), "")


# A plain sheet ----------------------------------------------------------------------------------------------


def _workbook(plan: Plan) -> Sheet:
    grids = read_grids(plan.path)
    for grid in grids:
        names = [name.casefold() for name in grid.header]
        if "decision" not in names and any(label in names for label in ASREVIEW_LABELS):
            return _asreview(
                plan, [(n, dict(zip(grid.header, cells, strict=True))) for n, cells in grid.rows]
            )
    return _plain(plan, grids)


def _plain(plan: Plan, grids: Sequence[Grid]) -> Sheet:
    """Read a sheet with the columns record, stage, reviewer, decision, reason, and if need be others."""
    sheet = Sheet(plan.path, PLAIN)
    fitting = [
        grid
        for grid in grids
        if grid.column("record", "record_id") is not None and grid.column("decision") is not None
    ]
    if not fitting:
        header = ", ".join(grids[0].header) if grids else "empty"
        raise InputError(
            f"{plan.path} line 1: no export of a tool that is known here, and a plain sheet needs the"
            " columns record,"
            f" stage, reviewer, decision, reason. The header is: {header}."
        )
    for grid in fitting:
        for name, told in (("stage", plan.stage), ("reviewer", plan.reviewer), ("reason", "-")):
            if grid.column(name) is None and not told:
                raise InputError(
                    f"{grid.place(1)}: column {name} stands 0 times, once is needed, or say it in"
                    " config/config.yaml,"
                    f" screening.sheets. The header is: {', '.join(grid.header)}."
                )
        for number, cells in grid.rows:
            row = {name.casefold(): cell for name, cell in zip(grid.header, cells, strict=True)}
            sheet.records += 1
            if not row["decision"]:
                sheet.not_seen += 1
                continue
            sheet.votes.append(_plain_vote(plan, grid.place(number), number, row))
    return sheet


def _plain_vote(plan: Plan, where: str, number: int, row: Mapping[str, str]) -> Vote:
    stage, decision = row.get("stage", "") or plan.stage, row["decision"].casefold()
    record, reviewer = _get(row, "record", "record_id"), row.get("reviewer", "") or plan.reviewer
    if stage not in STAGES:
        raise InputError(f"{where}: stage {stage!r} is unknown. {nearest(stage, STAGES)}")
    if decision not in STAGES[stage]:
        raise InputError(
            f"{where}: decision {row['decision']!r} is unknown in stage {stage}."
            f" {nearest(decision, STAGES[stage])}"
        )
    if not record or not reviewer:
        raise InputError(f"{where}: a record and a reviewer are needed.")
    reason = row.get("reason", "")
    if stage == FULL_TEXT and decision == EXCLUDE and not reason:
        raise InputError(f"{where}: {record} is excluded at full text without a reason. Give one.")
    if row.get("date") and not is_day(row["date"]):
        raise InputError(f"{where}: date {row['date']!r} is no day. Write YYYY-MM-DD, or leave it blank.")
    names = {name: _get(row, name) for name in ("doi", "pmid", "title", "year", "authors")}
    return Vote(
        number, record, stage, reviewer, decision, reason, row.get("date", ""), bool(plan.consensus),
        labels=row.get("labels", ""), note=_private(row.get("note", "")), **names,
    )  # fmt: skip
