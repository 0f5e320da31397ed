"""Say in a reader's words what differs between these results and those of another run."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from scripts.common.coding.model import in_order
from scripts.common.files.tables import read_table, rows_of, write_table
from scripts.common.job import job, log
from scripts.common.report.markdown import plain
from scripts.common.report.other_run import COMPARED

if TYPE_CHECKING:
    snakemake: Any

COLUMNS = ("part", "name", "change", "before", "after", "in_words")
HEADINGS = {
    "claim": "Claims",
    "study": "Included studies",
    "theme": "Themes",
    "flow": "Flow of records",
    "search": "Searches",
    "source": "Sources of records",
    "retraction": "Retractions",
    "input": "Inputs",
}

Row = dict[str, str]


class Change(NamedTuple):
    """One difference: ``new``, ``gone`` or ``changed``, with the values before and after."""

    part: str
    name: str
    change: str
    before: str
    after: str
    in_words: str


class Part(NamedTuple):
    """How one table is compared: rows are paired by ``key``, and differ if ``value`` does."""

    part: str
    key: Callable[[Row], str]
    value: Callable[[Row], str]
    title: Callable[[Row], str]
    new: str
    gone: str
    changed: str


def _count(row: Row) -> str:
    number = f"at least {row['studies']}" if row["bound"] == "at least" else row["studies"] or "not known"
    return f"{number} ({row['percent']}%)" if row["percent"] else number


PARTS = {
    "report/comparison.csv": Part(
        "claim",
        lambda row: row["claim_id"],
        lambda row: f"{row['verdict']} ({row['reproduced']})" if row["reproduced"] else row["verdict"],
        lambda row: f"{row['claim_id']}, {row['statement']}",
        "The claim “{title}” is new: {after}.",
        "The claim “{title}” is no longer made: it was {before}.",
        "The verdict on “{title}” was: {before}; it is now: {after}.",
    ),
    "screening/included.csv": Part(
        "study",
        lambda row: row["study_id"],
        lambda row: row["doi"] or row["pmid"] or row["title"],
        lambda row: f"{row['study_id']}: {row['title'] or row['authors']} ({row['year'] or 'no year'})",
        "The study {title} is now included.",
        "The study {title} is no longer included.",
        "The study {title} is another publication now: {after}, before {before}.",
    ),
    "coding/themes.csv": Part(
        "theme",
        lambda row: row["code"],
        _count,
        lambda row: row["label"],
        "The theme “{title}” is new, with this number of studies: {after}.",
        "The theme “{title}” is gone; its number of studies was {before}.",
        "The theme “{title}” had this number of studies: {before}; it has now {after}{more}.",
    ),
    "screening/flow.csv": Part(
        "flow",
        lambda row: row["box"],
        lambda row: f"{row['count']} ({row['basis']})" if row["count"] else "not known",
        lambda row: row["label"],
        "{title}: {after}; this box was not there before.",
        "{title}: {before} before; this box is not there any more.",
        "{title}: {before} before, {after} now.",
    ),
    "search/log.csv": Part(
        "search",
        lambda row: row["window"],
        lambda row: f"{row['records']} records"
        + (f", searched on {row['searched_on']}" if row["searched_on"] else ""),
        lambda row: f"{row['first_day']} to {row['last_day']}",
        "The search now covers {title}: {after}.",
        "The search no longer covers {title} by itself, which had {before}.",
        "The search of {title} had {before}; it has now {after}.",
    ),
    "records/counts.csv": Part(
        "source",
        lambda row: row["input"],
        lambda row: f"{row['records']} records",
        lambda row: f"{row['source']} ({row['input']})",
        "The source {title} is new: {after}.",
        "The source {title} is gone; it had {before}.",
        "The source {title} had {before}; it has now {after}.",
    ),
    "records/unique.csv": Part(
        "retraction",
        lambda row: row["record_id"],
        lambda row: row["retraction"],
        lambda row: f"{row['title'] or 'without title'} ({row['record_id']})",
        "The record {title} is marked now: {after}.",
        "The record {title} is no longer marked: {before}.",
        "The record {title} was marked {before}; it is now marked {after}.",
    ),
    "inputs/checked.csv": Part(
        "input",
        lambda row: row["path"],
        lambda row: row["sha256"],
        lambda row: row["path"],
        "The input {title} is new.",
        "The input {title} is gone.",
        "The input {title} has other content.",
    ),
}  # fmt: skip


def _studies(before: Row, after: Row) -> str:
    """Return which studies of a theme came and went."""
    old, new = (set(filter(None, row["study_ids"].split("; "))) for row in (before, after))
    words = [
        f"{word} {', '.join(in_order(found))}"
        for word, found in (("in:", new - old), ("out:", old - new))
        if found
    ]
    return f" ({'; '.join(words)})" if words else ""


def changes(part: Part, before: Sequence[Row], after: Sequence[Row]) -> Iterator[Change]:
    """Yield the differences of one table, in the order of the rows now, what is gone last."""
    old, new = ({part.key(row): row for row in rows} for rows in (before, after))
    for name, now in new.items():
        if name not in old:
            yield _change(part, name, "new", now, after=part.value(now))
        else:
            was = old[name]
            values = part.value(was), part.value(now)
            more = _studies(was, now) if part.part == "theme" else ""
            if values[0] != values[1] or more:
                yield _change(part, name, "changed", now, *values, more=more)
    for name, was in old.items():
        if name not in new:
            yield _change(part, name, "gone", was, before=part.value(was))


def _change(
    part: Part, name: str, kind: str, row: Row, before: str = "", after: str = "", more: str = ""
) -> Change:
    sentence = {"new": part.new, "gone": part.gone, "changed": part.changed}[kind]
    words = sentence.format(title=part.title(row), before=before, after=after, more=more)
    return Change(part.part, name, kind, before, after, words)


def compare(before: Mapping[str, Sequence[Row]], after: Mapping[str, Sequence[Row]]) -> list[Change]:
    """Return all differences of the tables that both runs have; retractions compare marked records only."""
    found: list[Change] = []
    for name, part in PARTS.items():
        if name in before:
            tables = [before[name], after[name]]
            if part.part == "retraction":
                tables = [[row for row in rows if row["retraction"]] for rows in tables]
            found += changes(part, *tables)
    return found


def text(found: Sequence[Change], missing: Sequence[str]) -> str:
    """Return the differences as Markdown: a heading per part, a line per change."""
    lines = ["# What changed", ""]
    if not found:
        lines += ["Nothing that a reader would notice: all compared results are the same.", ""]
    for part, heading in HEADINGS.items():
        of_part = [change for change in found if change.part == part]
        if of_part:
            lines += [f"## {heading}", "", *(f"- {plain(change.in_words)}" for change in of_part), ""]
    if missing:
        names = ", ".join(f"`{name}`" for name in missing)
        lines += [f"Not compared, because the other results do not have it: {names}.", ""]
    return "\n".join(lines)


def _found_in(paths: Sequence[str]) -> dict[str, list[Row]]:
    """Return name below the results folder -> rows."""
    return {
        name: rows_of(read_table(path))
        for name in COMPARED
        for path in paths
        if Path(path).parts[-2:] == Path(name).parts
    }


def main(*, ours: Sequence[str], theirs: Sequence[str], changes_csv: str, text_md: str) -> None:
    """Write the differences as a table and as a text; the other run counts as the earlier one."""
    before, after = _found_in(theirs), _found_in(ours)
    found = compare(before, after)
    write_table([change._asdict() for change in found], changes_csv, COLUMNS, for_people=True)
    missing = [name for name in COMPARED if name not in before]
    Path(text_md).write_text(text(found, missing), encoding="utf-8")
    log.info("%d differences", len(found))


if __name__ == "__main__":
    with job(snakemake):
        main(
            ours=snakemake.input.ours,
            theirs=snakemake.input.theirs,
            changes_csv=snakemake.output.changes,
            text_md=snakemake.output.text,
        )
