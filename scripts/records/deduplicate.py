"""Link records that describe one publication; every record gets a cluster, none is lost.

What happens, in this order, is in the room scripts/common/duplicates: keys made for comparison (columns),
which pairs are compared (blocking), how alike they are (likeness), what that means (rules, to be read
first), clusters (clustering), and all of it together (linking). Which record of a cluster is kept is
decided by the rule keep_unique.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from scripts.common.duplicates.columns import Table, read_keys
from scripts.common.duplicates.likeness import compare
from scripts.common.duplicates.linking import Verdicts, find
from scripts.common.duplicates.rules import APART, NAMES, RULES, decide, with_verdict
from scripts.common.duplicates.solved import Link
from scripts.common.duplicates.verdicts import BEFORE, VERDICTS, check_verdicts, read_before
from scripts.common.errors import InputError
from scripts.common.files.tables import row_writer, rows_named, write_table
from scripts.common.job import job, log
from scripts.common.review.settings import Matching

if TYPE_CHECKING:
    snakemake: Any

LINK_COLUMNS = ("record_id", "duplicate_of", "rule", "score", "evidence")
VERSION_COLUMNS = ("record_id", "version_of", "rule", "score", "evidence")
MAYBE_COLUMNS = ("record_a", "record_b", "rule", "score", "look_at", "reason", "title_a", "title_b")
BY_IDENTIFIER = ("pmid", "doi", "pmcid", "accession")  # rules that a person seldom contradicts on purpose


def read_verdicts(path: str | None, known: set[str]) -> Verdicts:
    """Return the verdicts of people on pairs; pairs whose records are not here today are named."""
    verdicts: Verdicts = {}
    if path is None:
        return verdicts
    for number, pair, same in check_verdicts(path):
        if pair <= known:
            verdicts[pair] = same
        else:
            strangers = ", ".join(sorted(pair - known))
            log.warning(
                "%s line %d: %s is not among the records of this run; not used", path, number, strangers
            )
    return verdicts


def warn_of_contradictions(table: Table, matching: Matching, verdicts: Verdicts) -> None:
    """Warn of verdicts of people that contradict a rule: each may be a slip.

    That is a yes on a pair that a rule holds apart, and a no on a pair with one identifier.
    """
    row_of = {name: row for row, name in enumerate(table.keys.record_id.tolist())}
    asked = sorted(tuple(sorted(pair)) for pair in verdicts)
    a = np.array([row_of[x] for x, _ in asked], dtype=np.int64)
    b = np.array([row_of[y] for _, y in asked], dtype=np.int64)
    rule = decide(compare(table, a, b), matching)
    apart = with_verdict(rule, APART, matching)
    for number, (x, y) in enumerate(asked):
        same = verdicts[frozenset((x, y))]
        if same and apart[number]:
            log.warning(
                "%s says yes on %s, %s, which a rule holds apart: %s. The verdict is used.",
                VERDICTS, x, y, RULES[rule[number]].why,
            )  # fmt: skip
        elif not same and rule[number] >= 0 and NAMES[rule[number]] in BY_IDENTIFIER:
            log.warning(
                "%s says no on %s, %s, which have %s. The verdict is used.",
                VERDICTS, x, y, RULES[rule[number]].why,
            )  # fmt: skip


def still_here(before: Mapping[str, str], known: set[str]) -> dict[str, str]:
    """Return the clusters of before without the records that are gone, which are counted in the log."""
    kept = {name: cluster_id for name, cluster_id in before.items() if name in known}
    if len(kept) < len(before):
        log.warning(
            "%s: %d of its %d records are not here any more", BEFORE, len(before) - len(kept), len(before)
        )
    return kept


def log_what_changed(home: Mapping[str, str], before: Mapping[str, str]) -> None:
    """Log which clusters of before were joined by new records."""
    members: dict[str, list[str]] = defaultdict(list)
    for name, cluster_id in home.items():
        members[cluster_id].append(name)
    grown = 0
    for group in members.values():
        new = sorted(name for name in group if name not in before)
        known = sorted(name for name in group if name in before)
        if new and known:
            grown += 1
            log.info("the cluster of %s was joined by %s", known[0], ", ".join(new))
    log.info("%d of %d clusters of before were joined by new records", grown, len(set(before.values())))


def link_rows(links: Iterable[Link], columns: Sequence[str]) -> Iterator[dict[str, str]]:
    """Yield links as rows of links.csv or versions.csv."""
    for x in links:
        yield dict(zip(columns, (x.a, x.b, x.rule, f"{x.score:.1f}", x.evidence), strict=True))


def maybe_rows(links: Sequence[Link], records_csv: str) -> Iterator[dict[str, str]]:
    """Yield pairs for a person with their titles."""
    names = {name for x in links for name in (x.a, x.b)}
    titles = {row["record_id"]: row["title"] for row in rows_named(records_csv, names)}
    for x in links:
        cells = (x.a, x.b, x.rule, f"{x.score:.1f}", x.look_at, x.evidence, titles[x.a], titles[x.b])
        yield dict(zip(MAYBE_COLUMNS, cells, strict=True))


def main(
    *,
    records_csv: str,
    verdicts_csv: str | None,
    before_csv: str | None,
    matching: Matching,
    threads: int,
    clusters: str,
    links_csv: str,
    versions_csv: str,
    maybe_csv: str,
) -> None:
    """Write clusters, links, versions and doubtful pairs."""
    table = read_keys(records_csv, threads)
    ids = table.keys.record_id.tolist()
    known = set(ids)
    verdicts = read_verdicts(verdicts_csv, known)
    before = still_here(read_before(before_csv), known) if before_csv else {}
    warn_of_contradictions(table, matching, verdicts)
    found = find(table, matching, verdicts, before, threads)
    del table
    if set(found.home) != known:
        raise InputError(f"{records_csv}: a record is in no cluster.")
    if before:
        log_what_changed(found.home, before)

    with row_writer(clusters, ("record_id", "cluster_id")) as write:
        for name in ids:
            write({"record_id": name, "cluster_id": found.home[name]})
    duplicates = (x._replace(a=max(x.a, x.b), b=min(x.a, x.b)) for x in found.links)
    write_table(link_rows(duplicates, LINK_COLUMNS), links_csv, LINK_COLUMNS, sort_by=LINK_COLUMNS[:2])
    versions = link_rows(found.versions, VERSION_COLUMNS)
    write_table(versions, versions_csv, VERSION_COLUMNS, sort_by=VERSION_COLUMNS[:2])
    write_table(maybe_rows(found.maybe, records_csv), maybe_csv, MAYBE_COLUMNS)
    log.info(
        "%d records in, %d linked as duplicates, %d unique, %d pairs for a person",
        len(ids),
        len(found.links),
        len(set(found.home.values())),
        len(found.maybe),
    )


if __name__ == "__main__":
    with job(snakemake):
        main(
            records_csv=snakemake.input.records,
            verdicts_csv=snakemake.input.get("verdicts"),
            before_csv=snakemake.input.get("before"),
            matching=Matching(**snakemake.params.matching),
            threads=snakemake.threads,
            clusters=snakemake.output.clusters,
            links_csv=snakemake.output.links,
            versions_csv=snakemake.output.versions,
            maybe_csv=snakemake.output.maybe,
        )
