"""Coding sheets in all their forms: who found which code in which study, in which round."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from scripts.common.coding.codebook import Code, refi_ids
from scripts.common.coding.codebook_changes import Change, added_after, follow
from scripts.common.coding.model import (
    ABSENT_STANCE,
    CONSENSUS,
    COVIDENCE,
    NOT_ASSESSED,
    PRESENT,
    REVIEWER,
    Coding,
    Plan,
    Verdict,
    Vote,
    Where,
    in_order,
)
from scripts.common.coding.refi import ABSENT, fields_of, read_qdpx
from scripts.common.errors import InputError, nearest
from scripts.common.files.sheets import Grid, read_grids
from scripts.common.values.words import words

STANCES = (PRESENT, ABSENT_STANCE)
LONG = ("study", "code", "stance", "coder", "round", "excerpt", "page", "note", "source", "complete")
BESIDE = ("coder", "round", "note", "source", "page")  # columns of a wide sheet that are no code
SAYS_PRESENT = ("1", "present", "yes", "y", "x", "true")
SAYS_ABSENT = ("0", "absent", "no", "n", "false")
SAYS_NOTHING = ("", "na", "n/a", NOT_ASSESSED)
ENDINGS = (".pdf", ".txt", ".docx", ".doc", ".rtf", ".html", ".md")  # of texts in qualitative programs


class Finder:
    """Finds a code by its id, its label in either language, or what it was called in older versions."""

    def __init__(self, codes: Sequence[Code], changes: Sequence[Change] = ()) -> None:
        self.codes = {code.id: code for code in codes}
        self.changes = changes
        self._labels: dict[str, set[str]] = defaultdict(set)
        for code in codes:
            for label in (code.label, code.label_zh):
                self._labels[words(label).casefold()].add(code.id)
        self._known: dict[tuple[str, str], tuple[str, str]] = {}

    def find(self, name: str, version: str = "") -> tuple[str, str]:
        """Return today's id, or ``""`` and why: gone by a declared change; else raise ``LookupError``."""
        key = (name, version)
        if key not in self._known:
            self._known[key] = self._find(words(name), version)
        return self._known[key]

    def _find(self, name: str, version: str) -> tuple[str, str]:
        if version or name not in self.codes:
            today, told = follow(name, self.changes, version)
            if told:
                return today, told
        if name in self.codes:
            return name, ""
        labelled = self._labels.get(name.casefold(), set())
        if len(labelled) == 1:
            return next(iter(labelled)), ""
        if labelled:
            raise LookupError(f"is the label of {' and '.join(sorted(labelled))}. Use the id.")
        labels = [code.label for code in self.codes.values()]
        raise LookupError(f"is not in the codebook. {nearest(name, [*self.codes, *labels])}")


class _Reader:
    """Collects what the sheets say; what contradicts itself stops it."""

    def __init__(self, finder: Finder, studies: Iterable[str] | None, unmarked: str) -> None:
        self.finder = finder
        self.studies = None if studies is None else {words(study) for study in studies}
        self.unmarked = unmarked
        self.coding = Coding([], {}, {}, {}, [])
        self._said: dict[tuple[str, str, str, str], tuple[str, Where]] = {}
        self._agreed: dict[tuple[str, str], Vote] = {}
        self._overruled: set[tuple[str, str, str, str]] = set()

    def code(self, name: str, plan: Plan, where: Where) -> str:
        """Return today's id of a code, ``""`` if it is gone: then the row is set aside with the reason."""
        try:
            code, told = self.finder.find(name, plan.version)
        except LookupError as error:
            raise InputError(f"{_place(where)}: code {name!r} {error}") from None
        if not code:
            self.aside(where, name, told)
        return code

    def aside(self, where: Where, value: str, reason: str) -> None:
        """Set a piece of a sheet aside."""
        grid, row, column = where
        sheet, title = (grid, "") if isinstance(grid, str) else (_sheet(grid), grid.header[column or 0])
        self.coding.aside.append(
            {"sheet": sheet, "row": row or "", "column": title, "value": value, "reason": reason}
        )

    def look(self, study: str, coder: str, round_: str, unmarked: str, plan: Plan, where: Any) -> None:
        """Note that a coder looked at a study in a round; a study that is none of the review's stops."""
        if self.studies is not None and study not in self.studies:
            raise InputError(
                f"{_place(where)}: study {study!r} is none of the included studies, and their list is"
                f" complete (screening.included_list). {nearest(study, self.studies)}"
            )
        without = tuple(added_after(self.finder.changes, plan.version))
        before = self.coding.looked.setdefault((study, coder, round_), (unmarked, without))
        if before != (unmarked, without):  # a wide sheet beside a long one: what was not marked is not known
            both = NOT_ASSESSED if unmarked != before[0] else unmarked
            self.coding.looked[study, coder, round_] = (both, tuple(sorted({*without, *before[1]})))

    def vote(self, vote: Vote, renamed: bool, where: Where) -> None:
        """Take a vote. Two that contradict stop; of codes that were merged, present wins."""
        key = (vote.study_id, vote.code, vote.coder, vote.round)
        before = self._said.get(key)
        if before is None:
            self._said[key] = (vote.stance, (None, 0, None) if renamed else where)
        elif before[0] != vote.stance:
            if not renamed and before[1][0] is not None:
                raise InputError(
                    f"{_place(where)}: {vote.coder} says present and absent of {vote.code},"
                    f" {vote.study_id}. Keep one. The other stands at {_place(before[1])}."
                )
            self._said[key] = (PRESENT, (None, 0, None))
            self._overruled.add(key)
        self.coding.votes.append(vote)

    def done(self) -> Coding:
        """Return all sheets together, in their order.

        The absent parts of codes that were merged are no votes any more. A consensus is a verdict where the
        coders' own votes are there, else it is the vote.
        """
        votes = [
            vote
            for vote in self.coding.votes
            if vote.stance == PRESENT
            or (vote.study_id, vote.code, vote.coder, vote.round) not in self._overruled
        ]
        looked = {study for study, _, _ in self.coding.looked}
        for (study, code), vote in self._agreed.items():
            if study in looked:
                verdict = Verdict(vote.stance, "consensus in Covidence", vote.coder, "")
                self.coding.verdicts[study, code] = verdict
            else:  # the export holds nobody's own votes: what was agreed on is the vote
                self.coding.looked[study, vote.coder, vote.round] = (NOT_ASSESSED, ())
                votes.append(vote)
        return _in_order(self.coding._replace(votes=votes))

    def agreed(self, vote: Vote, where: Where) -> None:
        """Take what coders agreed on in another program; two that differ stop."""
        before = self._agreed.setdefault((vote.study_id, vote.code), vote)
        if before.stance != vote.stance:
            raise InputError(
                f"{_place(where)}: {vote.code}, {vote.study_id} is {vote.stance} here and {before.stance}"
                " elsewhere. Keep one."
            )


def _sheet(grid: Grid) -> str:
    return f"{grid.path}#{grid.sheet}" if grid.sheet else grid.path


def _place(where: Where) -> str:
    grid, row, column = where
    return grid if isinstance(grid, str) else str(grid.place(row, column))


def read_codings(
    sheets: Sequence[Plan],
    codes: Sequence[Code],
    changes: Sequence[Change] = (),
    studies: Iterable[str] | None = None,
    unmarked: str = ABSENT_STANCE,
) -> Coding:
    """Return what all sheets say, independent of the order of sheets and rows.

    A file is read by what it holds: a REFI-QDA project (.qdpx), or tables, each in long form (a row per
    study and code), in wide form (a column per code), or as Covidence exports it. ``studies`` are the
    included studies where their list is complete. Raises ``InputError`` for the first wrong cell.
    """
    reader = _Reader(Finder(codes, changes), studies, unmarked)
    for plan in sheets:
        if Path(plan.path).suffix.casefold() == ".qdpx":
            _read_project(plan, reader)
            continue
        grids = read_grids(plan.path)
        fitting = 0
        for grid in grids:
            study = grid.column(plan.study.casefold(), "study", "study_id")
            if grid.column(COVIDENCE) is not None and grid.column(REVIEWER) is not None:
                _read_covidence(plan, grid.unmerged(), reader)
            elif study is None:
                reader.aside((grid, 0, 0), ", ".join(grid.header), "no column study: no coding sheet")
                continue
            elif grid.column("code") is not None:
                _read_long(plan, grid.unmerged(), study, reader)
            else:
                _read_wide(plan, grid.unmerged(), study, reader)
            fitting += 1
        if not fitting:
            header = ", ".join(grids[0].header) if grids else "empty"
            raise InputError(
                f"{plan.path}: has no column study (coding.sheets may name another). It has: {header}."
            )
    return reader.done()


def _in_order(coding: Coding) -> Coding:
    by_study: dict[str, list[Vote]] = defaultdict(list)
    for vote in coding.votes:
        by_study[vote.study_id].append(vote)
    votes = [vote for study in in_order(by_study) for vote in sorted(by_study[study])]
    # what stands in two sheets word for word is one vote; the two are neighbours now
    votes = [vote for i, vote in enumerate(votes) if not i or vote[:-1] != votes[i - 1][:-1]]
    aside = sorted(
        coding.aside, key=lambda row: (row["sheet"], int(str(row["row"] or 0)), row["column"], row["value"])
    )
    return coding._replace(votes=votes, aside=aside)


def _read_long(plan: Plan, grid: Grid, study: int, reader: _Reader) -> None:
    columns = {name: grid.column(name) for name in LONG}
    columns["study"] = study
    if columns["stance"] is None:
        raise InputError(f"{grid.place(1)}: a sheet with the column code needs the column stance. Add it.")
    sheet = _sheet(grid)
    whole: dict[tuple[str, str], str] = {}
    for number, cells in grid.rows:
        row = {name: cells[at] if at is not None else "" for name, at in columns.items()}
        name = words(row["study"])
        coder = words(row["coder"]) if columns["coder"] is not None else _told(plan.coder, grid)
        round_ = words(row["round"]) or _told(plan.round, grid)
        where = (grid, number, columns["code"] if grid.sheet else None)
        line = (grid, number, None)
        stance = row["stance"].casefold()
        if not row["code"] and name and not stance and coder:  # looked at, and nothing found
            reader.look(
                name, coder, round_, reader.unmarked, plan, (grid, number, study if grid.sheet else None)
            )
            continue
        code = reader.code(row["code"], plan, where)
        if not coder:
            raise InputError(f"{grid.place(number)}: coder is empty. Name who coded.")
        complete = row["complete"].casefold() if columns["complete"] is not None else "yes"
        if complete not in ("yes", "no"):
            raise InputError(f"{grid.place(number)}: complete is {row['complete']!r}; it must be yes or no.")
        if not code:
            continue
        if whole.setdefault((code, coder), complete) != complete:
            raise InputError(
                f"{grid.place(number)}: complete is yes and no for one list ({code}, {coder}). Choose one."
            )
        lists = reader.coding.lists  # a list is whole if one sheet of that coder holds all of it
        lists[code, coder] = "yes" if "yes" in (complete, lists.get((code, coder))) else "no"
        if not name:
            if complete == "yes" or stance:
                raise InputError(
                    f"{grid.place(number)}: study is empty. Only a list not known at all may: complete no,"
                    " no stance."
                )
            continue
        reader.look(name, coder, round_, reader.unmarked, plan, (grid, number, study if grid.sheet else None))
        if stance in SAYS_NOTHING:
            reader.aside(line, f"{name}, {code}, {coder}", "no stance: not assessed")
            continue
        if stance not in SAYS_PRESENT + SAYS_ABSENT:
            raise InputError(
                f"{grid.place(number)}: stance {row['stance']!r} is unknown. {nearest(stance, STANCES)}"
            )
        said = PRESENT if stance in SAYS_PRESENT else ABSENT_STANCE
        vote = Vote(
            name, code, coder, said, row["excerpt"], row["source"], row["page"], row["note"], round_, sheet
        )
        reader.vote(vote, code != words(row["code"]), line)


def _told(text: str, grid: Grid) -> str:
    return words(text.replace("{sheet}", grid.sheet))


def _read_wide(plan: Plan, grid: Grid, study: int, reader: _Reader) -> None:
    beside = {name: grid.column(name) for name in BESIDE}
    taken = {study, *(at for at in beside.values() if at is not None)}
    columns = [
        (at, code, code != words(grid.header[at]))
        for at in range(len(grid.header))
        if at not in taken and (code := reader.code(grid.header[at], plan, (grid, 1, at)))
    ]
    sheet = _sheet(grid)
    for number, cells in grid.rows:
        about = {name: cells[at] if at is not None else "" for name, at in beside.items()}
        name = words(cells[study])
        coder = words(about["coder"]) if beside["coder"] is not None else _told(plan.coder, grid)
        if not name or not coder:
            raise InputError(f"{grid.place(number)}: a study and a coder are needed. Fill them in.")
        round_ = words(about["round"]) or _told(plan.round, grid)
        reader.look(name, coder, round_, NOT_ASSESSED, plan, (grid, number, study))
        tail = (about["source"], about["page"], about["note"], round_, sheet)
        for at, code, renamed in columns:
            text = cells[at]
            if not text:
                continue
            said = _says(text)
            if said is None:
                raise InputError(
                    f"{grid.place(number, at)}: {text!r} is unknown. Write 1 (found), 0 (absent) or leave"
                    " it blank (not assessed)."
                )
            if said != NOT_ASSESSED:
                reader.vote(Vote(name, code, coder, said, "", *tail), renamed, (grid, number, at))


def _says(text: str) -> str | None:
    if text == "1":  # by far the most frequent
        return PRESENT
    if text == "0":
        return ABSENT_STANCE
    text = text.casefold()
    if text in SAYS_PRESENT:
        return PRESENT
    if text in SAYS_ABSENT:
        return ABSENT_STANCE
    return NOT_ASSESSED if text in SAYS_NOTHING else None


def _read_covidence(plan: Plan, grid: Grid, reader: _Reader) -> None:
    """Read an extraction export: a column named after a code, with yes or no, or with codes ticked below it.

    In a column named after a code that has codes below it, the cell lists those that were ticked, with
    semicolons between; the others are absent. Columns that are no code are set aside. Rows of the reviewer
    Consensus are verdicts.
    """
    study = grid.column(plan.study.casefold()) if plan.study != "study" else grid.column("study id")
    reviewer = grid.column(REVIEWER)
    if study is None or reviewer is None:
        raise InputError(
            f"{grid.place(1)}: an export of Covidence needs the columns Study ID and Reviewer Name."
        )
    columns = []
    for at, title in enumerate(grid.header):
        try:
            code, told = reader.finder.find(title, plan.version)
        except LookupError:
            code, told = "", "no code of this name"
        if code:
            columns.append((at, code))
        elif at not in (study, reviewer):
            reader.aside((grid, 1, at), title, told)
    sheet = _sheet(grid)
    for number, cells in grid.rows:
        name, coder = words(cells[study]), words(cells[reviewer])
        if not name or not coder:
            raise InputError(f"{grid.place(number)}: a study and a reviewer are needed. Export it again.")
        round_ = _told(plan.round, grid)
        consensus = coder.casefold() == CONSENSUS
        if not consensus:
            reader.look(name, coder, round_, NOT_ASSESSED, plan, (grid, number, study))
        for at, code in columns:
            for found, said in _ticked(cells[at], code, plan, (grid, number, at), reader):
                vote = Vote(name, found, coder, said, "", "", "", "", round_, sheet)
                if consensus:
                    reader.agreed(vote, (grid, number, at))
                else:
                    reader.vote(vote, False, (grid, number, at))


def _ticked(text: str, code: str, plan: Plan, where: Where, reader: _Reader) -> list[tuple[str, str]]:
    said = _says(text) if text else NOT_ASSESSED
    if said == NOT_ASSESSED:
        return []
    if said is not None:
        return [(code, said)]
    below = [item.id for item in reader.finder.codes.values() if item.parent == code]
    ticked = [reader.code(part, plan, where) for part in text.split(";") if part.strip()]
    strangers = [name for name in ticked if name and name not in below]
    if strangers:
        raise InputError(
            f"{_place(where)}: {strangers[0]} is no code below {code}. {nearest(strangers[0], below)}"
        )
    return [(name, PRESENT if name in ticked else ABSENT_STANCE) for name in below]


def _read_project(plan: Plan, reader: _Reader) -> None:
    """Read a REFI-QDA project: users are coders, texts are studies, codes are found by id or name."""
    project = read_qdpx(plan.path, plan.coder)
    own = refi_ids(project.codes)
    names = {item.id: item.name for item in project.codes}
    today: dict[str, str] = {}
    for identity in dict.fromkeys(coding.code for coding in project.codings):
        where = (f"{plan.path}: {names[identity]}", 0, None)
        told = fields_of(next(item.description for item in project.codes if item.id == identity))[1].get(
            "id", ""
        )
        known = told in reader.finder.codes or own[identity] in reader.finder.codes
        name = (told if told in reader.finder.codes else own[identity]) if known else names[identity]
        today[identity] = reader.code(name, plan, where)
    texts = {source.name: _study(source.name) for source in project.sources}
    for coding in project.codings:
        code, study = today[coding.code], texts[coding.source]
        if not code:
            continue
        fields = coding.fields
        where = (f"{plan.path}: {coding.source}", 0, None)
        round_ = words(plan.round)
        reader.look(study, words(coding.user), round_, reader.unmarked, plan, where)
        vote = Vote(
            study, code, words(coding.user), PRESENT, fields.get("excerpt", ""), fields.get("source", ""),
            fields.get("page", ""), fields.get("note", ""), round_, plan.path,
        )  # fmt: skip
        reader.vote(vote, False, where)
    for source in project.sources:
        for user in sorted(set(project.users)):
            names_absent = source.variables.get(ABSENT.format(user))
            if names_absent is None:
                continue
            where = (f"{plan.path}: {source.name}", 0, None)
            study = texts[source.name]
            reader.look(study, words(user), words(plan.round), reader.unmarked, plan, where)
            for name in filter(None, names_absent.split("; ")):
                code = reader.code(name, plan, where)
                if code:
                    vote = Vote(
                        study, code, words(user), ABSENT_STANCE, "", "", "", "", words(plan.round), plan.path
                    )
                    reader.vote(vote, False, where)


def _study(name: str) -> str:
    """Return the study that a text is named after: programs keep the ending of the file."""
    path = Path(name)
    return words(path.stem if path.suffix.casefold() in ENDINGS else name)
