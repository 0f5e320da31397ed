"""Compare the versions of the codebook: what was added, moved, merged, renamed, and whether declared."""

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from scripts.common.coding.codebook import Codebook
from scripts.common.coding.codebook_changes import Change, check_version, read_changes, version_key
from scripts.common.coding.codebook_forms import load_codebook
from scripts.common.errors import InputError
from scripts.common.files.tables import write_table
from scripts.common.job import job, log

if TYPE_CHECKING:
    snakemake: Any

COLUMNS = ("version", "before", "code", "change", "from", "to", "declared", "reason", "who", "date")


def compare(old: Codebook, new: Codebook, changes: Sequence[Change]) -> list[dict[str, str]]:
    """Return what differs between two versions, by code.

    A code that is gone was renamed, merged, split or removed as declared; where nothing is declared it
    counts as renamed if one new code has its label, else as removed.
    """
    before, after = ({code.id: code for code in book.codes} for book in (old, new))
    told = {
        item.code: item
        for item in changes
        if version_key(old.version) < version_key(item.version) <= version_key(new.version)
    }
    rows: list[dict[str, str]] = []

    def add(code: str, change: str, was: str, now: str) -> None:
        item = told.get(code)
        declared = item is not None and (item.change == change or change in ("relabelled", "redefined"))
        rows.append(
            {
                "version": new.version,
                "before": old.version,
                "code": code,
                "change": change,
                "from": was,
                "to": now,
                "declared": "yes" if declared else "no",
                **{
                    name: getattr(item, name) if item and declared else ""
                    for name in ("reason", "who", "date")
                },
            }
        )

    came_by_name = set()
    for code in before.values():
        if code.id in after:
            now = after[code.id]
            if now.parent != code.parent:
                add(code.id, "moved", code.parent, now.parent)
            if (now.label, now.label_zh) != (code.label, code.label_zh):
                add(code.id, "relabelled", code.label, now.label)
            rules = ("definition", "include", "exclude")
            if [getattr(now, name) for name in rules] != [getattr(code, name) for name in rules]:
                add(code.id, "redefined", code.definition, now.definition)
            continue
        item = told.get(code.id)
        same = [other.id for other in after.values() if other.id not in before and other.label == code.label]
        if item is not None and item.change in ("renamed", "merged", "split", "removed"):
            add(code.id, item.change, code.id, item.to)
            came_by_name |= {item.to} if item.change == "renamed" else set()
        elif len(same) == 1:
            add(code.id, "renamed", code.id, same[0])
            came_by_name.add(same[0])
        else:
            add(code.id, "removed", code.parent, "")
    for code in after.values():
        if code.id not in before and code.id not in came_by_name:
            add(code.id, "added", "", code.parent)
    return sorted(rows, key=lambda row: (row["code"], row["change"]))


def main(*, codebook: str, older: Sequence[str], changes_csv: str) -> None:
    """Write what came with each version, oldest first."""
    today = load_codebook(codebook)
    books = {check_version(path, book.version): book for path in older for book in [load_codebook(path)]}
    check_version(codebook, today.version)
    if today.version in books or len(books) < len(older):
        raise InputError(f"{codebook}: two codebooks have one version. Count version up in {codebook}.")
    order = [*sorted(books.values(), key=lambda book: version_key(book.version)), today]
    if version_key(order[-2].version if len(order) > 1 else "0") > version_key(today.version):
        raise InputError(
            f"{codebook}: version {today.version} is older than {order[-2].version} among the inputs."
        )
    changes = read_changes(code.id for code in today.codes)
    rows = [row for old, new in pairwise(order) for row in compare(old, new, changes)]
    write_table(rows, changes_csv, COLUMNS)
    log.info(
        "%d versions, %d changes, %d not declared",
        len(order),
        len(rows),
        sum(r["declared"] == "no" for r in rows),
    )


if __name__ == "__main__":
    with job(snakemake):
        main(
            codebook=snakemake.input.codebook,
            older=snakemake.input.older,
            changes_csv=snakemake.output.changes,
        )
