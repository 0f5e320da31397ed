"""Collect what coding sheets say, whatever their form; what contradicts itself stops the run."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from scripts.common.coding.codebook_changes import added_after
from scripts.common.coding.coders import warn_of_capitals
from scripts.common.coding.finder import Finder
from scripts.common.coding.model import (
    ALL_TEXTS,
    NOT_ASSESSED,
    PRESENT,
    Coding,
    Plan,
    Verdict,
    Vote,
    in_order,
)
from scripts.common.coding.study_names import StudyNames
from scripts.common.errors import InputError, nearest
from scripts.common.files.likely_words import is_total
from scripts.common.files.sheets import Grid
from scripts.common.job import log
from scripts.common.values.words import words


class Where(NamedTuple):
    """Where something is written: in a table and there in a row and column, or in a file as a whole."""

    source: Grid | str
    row: int = 0
    column: int | None = None

    def __str__(self) -> str:
        return self.source if isinstance(self.source, str) else self.source.place(self.row, self.column)


def sheet_name(grid: Grid) -> str:
    """Return how results name a sheet: its file, and the worksheet if it is one of a workbook."""
    return f"{grid.path}#{grid.sheet}" if grid.sheet else grid.path


class Collector:
    """Collects votes, lists, verdicts and what is set aside, from all sheets of a review.

    ``studies`` are the included studies where their list is complete and sheets are checked against it, else
    None. ``unmarked`` is what it means that a coder looked at a study and did not mark a code in it;
    ``texts`` which texts of a project its users looked at; ``names`` how the list of included studies names
    each, ``whole_list`` whether that list is complete.
    """

    def __init__(
        self,
        finder: Finder,
        studies: Iterable[str] | None,
        unmarked: str,
        texts: str = ALL_TEXTS,
        names: StudyNames | None = None,
        whole_list: bool = False,
    ) -> None:
        self.finder = finder
        self.whole_list = whole_list
        self.names = names or StudyNames()
        self.texts = texts
        self.studies = None if studies is None else {words(study) for study in studies}
        self.unmarked = unmarked
        self.coding = Coding([], {}, {}, {}, [])
        # the stance of each vote and where it is; nowhere if a code was renamed: such votes need not agree
        self._stances: dict[tuple[str, str, str, str], tuple[str, Where | None]] = {}
        self._agreed: dict[tuple[str, str], tuple[Vote, str]] = {}
        self._overruled: set[tuple[str, str, str, str]] = set()
        self._projects: dict[tuple[str, str], str] = {}  # user, round -> the project in which they coded

    def note_project(self, path: str, users: Iterable[str], round_: str) -> None:
        """Note who coded in a project; the run names a user of two of them, who may be two people."""
        for user in sorted(users):
            before = self._projects.setdefault((user, round_), path)
            if before != path:
                log.warning(
                    "%s coded in %s and in %s and counts as one coder; if these are two people, name each in"
                    " the map of the project: set: {reviewer: ...}",
                    *(user, before, path),
                )

    def code(self, name: str, plan: Plan, where: Where) -> str:
        """Return today's id of a code, ``""`` if it is gone: then it is set aside with the reason."""
        try:
            code, happened = self.finder.find(name, plan.version)
        except LookupError as error:
            raise InputError(f"{where}: code {name!r} {error}") from None
        if not code:
            self.aside(where, name, happened)
        return code

    def aside(self, where: Where, value: str, reason: str) -> None:
        """Set a piece of a sheet aside."""
        source = where.source
        sheet, title = (
            (source, "")
            if isinstance(source, str)
            else (sheet_name(source), source.header[where.column or 0])
        )
        self.coding.aside.append(
            {"sheet": sheet, "row": where.row or "", "column": title, "value": value, "reason": reason}
        )

    def includes(self, study: str) -> bool:
        """Return whether a study may be one of the review's: it is listed, or the list is not complete."""
        if self.studies is None:
            return not self.whole_list or study in self.names.ids
        return study in self.studies

    def look(self, study: str, coder: str, round_: str, unmarked: str, plan: Plan, where: Where) -> None:
        """Note that a coder looked at a study in a round; a study that is none of the review's stops."""
        if is_total(study):
            raise InputError(f"{where}: {study!r} is no study but a sum of rows. Take it out.")
        if self.studies is not None and not self.includes(study):
            raise InputError(
                f"{where}: study {study!r} is none of the included studies, and their list is"
                f" complete (screening.included_list). {nearest(study, self.studies)}"
            )
        without = tuple(added_after(self.finder.changes, plan.version))
        before = self.coding.looked.setdefault((study, coder, round_), (unmarked, without))
        if before != (unmarked, without):  # a wide sheet beside a long one: what was not marked is not known
            both = NOT_ASSESSED if unmarked != before[0] else unmarked
            self.coding.looked[study, coder, round_] = (both, tuple(sorted({*without, *before[1]})))

    def vote(self, vote: Vote, renamed: bool, where: Where) -> None:
        """Take a vote. Two that contradict each other stop; of codes that were merged, present wins.

        ``renamed`` says that the sheet names the code otherwise than by its id of today.
        """
        key = (vote.study_id, vote.code, vote.coder, vote.round)
        before = self._stances.get(key)
        if before is None:
            self._stances[key] = (vote.stance, None if renamed else where)
        elif before[0] != vote.stance:
            if not renamed and before[1] is not None:
                raise InputError(
                    f"{where}: {vote.coder} says present and absent of {vote.code}, {vote.study_id}."
                    f" Keep one. The other is at {before[1]}."
                )
            self._stances[key] = (PRESENT, None)
            self._overruled.add(key)
        self.coding.votes.append(vote)

    def agreed(self, vote: Vote, where: Where, reason: str) -> None:
        """Take what was settled together or by a third person, and why; two that differ stop."""
        before, _ = self._agreed.setdefault((vote.study_id, vote.code), (vote, reason))
        if before.stance != vote.stance:
            raise InputError(
                f"{where}: {vote.code}, {vote.study_id} is {vote.stance} here and {before.stance}"
                " elsewhere. Keep one."
            )

    def done(self) -> Coding:
        """Return all sheets together, in their order.

        The absent parts of codes that were merged are no votes any more. A consensus is a verdict where the
        coders' own votes are there, else it is the vote.
        """
        warn_of_capitals(coder for _, coder, _ in self.coding.looked)
        votes = [
            vote
            for vote in self.coding.votes
            if vote.stance == PRESENT
            or (vote.study_id, vote.code, vote.coder, vote.round) not in self._overruled
        ]
        looked = {study for study, _, _ in self.coding.looked}
        for (study, code), (vote, reason) in self._agreed.items():
            if study in looked:
                verdict = Verdict(vote.stance, reason, vote.coder, "")
                self.coding.verdicts[study, code] = verdict
            else:  # the export holds nobody's own votes: what was agreed on is the vote
                self.coding.looked[study, vote.coder, vote.round] = (NOT_ASSESSED, ())
                votes.append(vote)
        return _in_order(self.coding._replace(votes=votes))


def _in_order(coding: Coding) -> Coding:
    """Return the coding sorted; a vote that two sheets hold word for word is kept once."""
    by_study: dict[str, list[Vote]] = defaultdict(list)
    for vote in coding.votes:
        by_study[vote.study_id].append(vote)
    votes = [vote for study in in_order(by_study) for vote in sorted(by_study[study])]
    votes = [vote for i, vote in enumerate(votes) if not i or vote[:-1] != votes[i - 1][:-1]]
    aside = sorted(
        coding.aside, key=lambda row: (row["sheet"], int(str(row["row"] or 0)), row["column"], row["value"])
    )
    return coding._replace(votes=votes, aside=aside)
