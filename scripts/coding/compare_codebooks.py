"""Compare the versions of the codebook: what was added, moved, merged, renamed, and whether declared."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from scripts.common.coding.codebook import Code, Codebook
from scripts.common.coding.codebook_changes import Change, check_version, read_changes, version_key
from scripts.common.coding.codebook_forms import load_codebook
from scripts.common.errors import InputError
from scripts.common.files.tables import write_table
from scripts.common.job import job, log
from scripts.common.values.counts import count_of

if TYPE_CHECKING:
    snakemake: Any

COLUMNS = ("version", "before", "code", "change", "from", "to", "declared", "reason", "who", "date")
RULES = ("definition", "include", "exclude")  # what says when a code applies


class Difference(NamedTuple):
    """What happened to one code between two versions; ``was`` and ``now`` are parents, labels or codes."""

    code: str
    change: str
    was: str
    now: str


def differences(before: Code, after: Code) -> Iterator[Difference]:
    """Yield what differs in a code that is in both versions."""
    if after.parent != before.parent:
        yield Difference(before.id, "moved", before.parent, after.parent)
    if (after.label, after.label_zh) != (before.label, before.label_zh):
        yield Difference(before.id, "relabelled", before.label, after.label)
    if [getattr(after, name) for name in RULES] != [getattr(before, name) for name in RULES]:
        yield Difference(before.id, "redefined", before.definition, after.definition)


def what_became_of(code: Code, declared: Change | None, new_codes: Sequence[Code]) -> Difference:
    """Return where a code went that the new version lacks.

    It was renamed, merged, split or removed as declared; where nothing is declared it counts as renamed if
    one new code has its label, else as removed.
    """
    if declared is not None and declared.change in ("renamed", "merged", "split", "removed"):
        return Difference(code.id, declared.change, code.id, declared.to)
    same_label = [other.id for other in new_codes if other.label == code.label]
    if len(same_label) == 1:
        return Difference(code.id, "renamed", code.id, same_label[0])
    return Difference(code.id, "removed", code.parent, "")


def as_row(item: Difference, old: Codebook, new: Codebook, change: Change | None) -> dict[str, str]:
    """Return a row of codebook_changes.csv; ``change`` is what was declared of the code, if anything.

    A new label or definition counts as declared with any other change of its code.
    """
    same = change is not None and (item.change == change.change or item.change in ("relabelled", "redefined"))
    return {
        "version": new.version,
        "before": old.version,
        "code": item.code,
        "change": item.change,
        "from": item.was,
        "to": item.now,
        "declared": "yes" if same else "no",
        **{name: getattr(change, name) if same else "" for name in ("reason", "who", "date")},
    }


def declared_between(old: str, new: str, changes: Sequence[Change]) -> dict[str, Change]:
    """Return code -> the last change that was declared after version ``old`` and up to version ``new``."""
    after, until = version_key(old), version_key(new)
    return {item.code: item for item in changes if after < version_key(item.version) <= until}


def compare(old: Codebook, new: Codebook, changes: Sequence[Change]) -> list[dict[str, str]]:
    """Return what differs between two versions, by code."""
    before, after = ({code.id: code for code in book.codes} for book in (old, new))
    declared = declared_between(old.version, new.version, changes)
    new_codes = [code for code in new.codes if code.id not in before]
    kept = [item for code in old.codes if code.id in after for item in differences(code, after[code.id])]
    gone = [
        what_became_of(code, declared.get(code.id), new_codes) for code in old.codes if code.id not in after
    ]
    renamed_to = {item.now for item in gone if item.change == "renamed"}
    added = [Difference(code.id, "added", "", code.parent) for code in new_codes if code.id not in renamed_to]
    rows = [as_row(item, old, new, declared.get(item.code)) for item in (*kept, *gone, *added)]
    return sorted(rows, key=lambda row: (row["code"], row["change"]))


def main(*, codebook: str, older: Mapping[str, Mapping[str, Any]], changes_csv: str) -> None:
    """Write what came with each version, oldest first; ``older`` is file -> the words of its map."""
    today = load_codebook(codebook)
    older_books = [(path, load_codebook(path, words)) for path, words in older.items()]
    books = {check_version(path, book.version): book for path, book in older_books}
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
        "%s, %s, %d not declared",
        count_of(len(order), "version"),
        count_of(len(rows), "change"),
        sum(r["declared"] == "no" for r in rows),
    )


if __name__ == "__main__":
    with job(snakemake):
        main(
            codebook=snakemake.input.codebook,
            older=snakemake.params.older,
            changes_csv=snakemake.output.changes,
        )
