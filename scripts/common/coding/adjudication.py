"""What was decided after coders had differed: config/decisions/adjudication.csv or .xlsx, read back."""

from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from scripts.common.coding.finder import Finder
from scripts.common.coding.model import ABSENT_STANCE, PRESENT, Verdict
from scripts.common.errors import InputError, Mistakes, nearest
from scripts.common.files.fixed_tables import FixedRow, rows_by_map
from scripts.common.files.refusals import answered
from scripts.common.files.table_kinds import verdicts_of
from scripts.common.values.dates import is_day
from scripts.common.values.words import words

ADJUDICATION = "config/decisions/adjudication"
CHARTING_ADJUDICATION = "config/decisions/charting_adjudication"


def read_verdicts(
    path: str | None,
    item: str,
    check: Callable[[str, str, str], tuple[str, str]],
    studies: Iterable[str],
    words_of_map: Mapping[str, Any] | None = None,
) -> dict[tuple[str, str], Verdict]:
    """Return (study, item) -> verdict; a row whose ``final`` is blank is not decided yet.

    ``item`` is the column that names what was judged (code, variable); ``check`` returns its name and the
    verdict as they are kept, or raises ``LookupError`` with what is wrong. ``studies`` are those that
    somebody coded: a verdict on any other study is a slip. ``words_of_map`` are those of the table's map,
    which is named like the file without ending. ``InputError`` lists every wrong row.
    """
    if path is None:
        return {}
    name, kind = Path(path).stem, verdicts_of(item)
    with answered(path, name, words_of_map, kind):
        rows = rows_by_map(
            path, kind, ("study_id", item, "final", "reason", "who"), ("date",), name, words_of_map
        )
        return _verdicts(rows, item, check, set(studies))


def _verdicts(
    rows: Iterable[FixedRow],
    item: str,
    check: Callable[[str, str, str], tuple[str, str]],
    known: Collection[str],
) -> dict[tuple[str, str], Verdict]:
    verdicts: dict[tuple[str, str], Verdict] = {}
    mistakes = Mistakes()
    for where, _, row in rows:
        with mistakes.noted():
            if row["final"]:
                key, verdict = _verdict(where, row, item, check, known)
                if verdicts.setdefault(key, verdict).final != verdict.final:
                    raise InputError(
                        f"{where}: {key[1]}, {key[0]} is decided twice, and differently. Keep one."
                    )
    mistakes.stop()
    return verdicts


def _verdict(
    where: str,
    row: Mapping[str, str],
    item: str,
    check: Callable[[str, str, str], tuple[str, str]],
    known: Collection[str],
) -> tuple[tuple[str, str], Verdict]:
    """Return (study, item) and the verdict of one row; ``known`` are the studies that somebody coded."""
    study = words(row["study_id"])
    if study not in known:
        raise InputError(f"{where}: nobody coded the study {study!r}. {nearest(study, known)}")
    try:
        name, final = check(words(row[item]), words(row["final"]), study)
    except LookupError as error:
        raise InputError(f"{where}: {error.args[0]}") from None
    if not row["reason"] or not row["who"]:
        raise InputError(
            f"{where}: {name}, {study} is decided without a reason or a name. Fill in reason and who."
        )
    if row["date"] and not is_day(row["date"]):
        raise InputError(f"{where}: date {row['date']!r} is no day. Write YYYY-MM-DD, or leave it blank.")
    return (study, name), Verdict(final, row["reason"], words(row["who"]), row["date"])


def code_checker(finder: Finder) -> Callable[[str, str, str], tuple[str, str]]:
    """Return the check of verdicts on codes: present or absent."""

    def check(name: str, final: str, study: str) -> tuple[str, str]:
        try:
            code, happened = finder.find(name)
        except LookupError as error:
            raise LookupError(f"code {name!r} {error}") from None
        if not code:
            raise LookupError(f"code {happened}. Take the row out.")
        if final.casefold() not in (PRESENT, ABSENT_STANCE):
            raise LookupError(f"final {final!r} is unknown. Write present or absent, or leave it blank.")
        return code, final.casefold()

    return check
