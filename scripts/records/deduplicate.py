"""Link records that describe one publication; keep one of each, lose none.

normalise (common/comparison_keys) -> block (common/blocking) -> compare (common/comparison) -> decide
(common/duplicate_rules, to be read first) -> cluster (common/clustering) -> keep one, here.
"""

import csv
import io
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import IO, TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scripts.common.duplicates.blocking import candidate_pairs
from scripts.common.duplicates.clustering import groups, join
from scripts.common.duplicates.columns import Ints, Table, read_keys
from scripts.common.duplicates.likeness import Pairs, compare, worth_comparing
from scripts.common.duplicates.rules import (
    APART,
    DUPLICATE,
    MAYBE,
    NAMES,
    RULES,
    VERSION,
    decide,
    in_words,
    score,
    with_verdict,
)
from scripts.common.duplicates.verdicts import BEFORE, VERDICTS, check_verdicts, read_before
from scripts.common.errors import InputError
from scripts.common.exports.ris import ris_text
from scripts.common.files.tables import stream_table, write_table
from scripts.common.job import job, log
from scripts.common.records.record import COLUMNS, Record

if TYPE_CHECKING:
    snakemake: Any

LINK_COLUMNS = ("record_id", "duplicate_of", "rule", "score", "evidence")
VERSION_COLUMNS = ("record_id", "version_of", "rule", "score", "evidence")
MAYBE_COLUMNS = ("record_a", "record_b", "score", "reason", "title_a", "title_b")
UNIQUE_COLUMNS = (*COLUMNS, "kept", "sources", "twins", "filled")
OWN = ("record_id", "source", "platform", "input", "position", "extra")  # of a record, not of its publication

AT_ONCE = 500_000  # pairs compared at once: what bounds the memory
NO_EVIDENCE = {"verdict": "a person's verdict", "before": "one cluster in the clusters of before"}
PEOPLE = "a person's verdict"

Verdicts = dict[frozenset[str], bool]


class Link(NamedTuple):
    """Two records, by which rule they are linked, how alike they are (0 to 100), and why in words."""

    a: str
    b: str
    rule: str
    score: float
    evidence: str


class Found(NamedTuple):
    """The cluster of each record (its smallest record_id), the links, and what a person may look at."""

    home: dict[str, str]
    links: list[Link]
    versions: list[Link]
    maybe: list[Link]


class Decided(NamedTuple):
    """Pairs on which a rule decided, the position of the rule, the score."""

    pairs: Pairs
    rule: NDArray[np.int8]
    score: NDArray[np.float32]


def decide_all(table: Table, settings: Mapping[str, Any], threads: int) -> Decided:
    """Compare the candidate pairs of a table, ``AT_ONCE`` at a time; keep those on which a rule decided."""
    candidates, cut = candidate_pairs(table)
    kept: list[Decided] = []
    compared = 0
    for start in range(0, max(len(candidates), 1), AT_ONCE):
        a, b = np.divmod(candidates[start : start + AT_ONCE], len(table) or 1)
        worth = worth_comparing(table, a, b, settings["similar_title"], threads)
        pairs = compare(table, a[worth], b[worth], threads)
        compared += len(pairs.a)
        rule = decide(pairs, settings)
        some = (rule >= 0) & ~with_verdict(rule, APART, settings)
        pairs = pairs.take(some)
        kept.append(Decided(pairs, rule[some], score(pairs)))
    log.info("%d pairs share a block, %d of them were compared field by field", len(candidates), compared)
    for name, number in sorted(cut.items()):
        log.info(
            "large blocks (%s): %d pairs were not compared there, but neighbours by title",
            name,
            number,
        )
    pairs = Pairs(*map(np.concatenate, zip(*(part.pairs for part in kept), strict=True)))
    return Decided(
        pairs, np.concatenate([part.rule for part in kept]), np.concatenate([part.score for part in kept])
    )


def check_consistent(verdicts: Verdicts) -> None:
    """Stop where people say over several lines that two records are one, and in another that they are not."""
    names = sorted({name for pair in verdicts for name in pair})
    row = {name: number for number, name in enumerate(names)}
    yes = [
        tuple(sorted(pair))
        for pair, same in sorted(verdicts.items(), key=lambda item: sorted(item[0]))
        if same
    ]
    for number, (a, b) in enumerate(yes, start=1):
        home, _ = groups(len(names), [row[x] for x, _ in yes[:number]], [row[y] for _, y in yes[:number]])
        for pair, same in sorted(verdicts.items(), key=lambda item: sorted(item[0])):
            c, d = sorted(pair)
            if not same and home[row[c]] == home[row[d]]:
                raise InputError(
                    f"{VERDICTS}: {a} and {b} are said to be one, but a person's verdict on {c}, {d} says no."
                    " Mend one line."
                )


def find(
    table: Table,
    settings: Mapping[str, Any],
    verdicts: Verdicts | None = None,
    before: Mapping[str, str] | None = None,
    threads: int = 1,
) -> Found:
    """Return clusters, links, versions and doubtful pairs of a table of keys.

    ``verdicts`` of people win over every rule. ``before`` maps records to their clusters of an earlier
    run: these clusters stay as they are, but for new records that join them.
    """
    verdicts, before = verdicts or {}, before or {}
    check_consistent(verdicts)
    ids: list[str] = table.keys.record_id.tolist()
    row_of = {name: row for row, name in enumerate(ids)}
    found = decide_all(table, settings, threads)
    asked = {
        (min(rows), max(rows)): same
        for pair, same in verdicts.items()
        if (rows := [row_of[name] for name in pair])
    }
    old = _old_clusters(ids, before)
    machine = _rest(found, asked, old)
    duplicates = with_verdict(machine.rule, DUPLICATE, settings)
    rows_a, rows_b = machine.pairs.a, machine.pairs.b
    order = np.lexsort((rows_b, rows_a, -machine.score.round(2), machine.rule))
    order = order[duplicates[order]]
    said = sorted(pair for pair, same in asked.items() if same)
    kept = _chain(old)
    a = np.array([x for x, _ in (*said, *kept)] + rows_a[order].tolist(), dtype=np.int64)
    b = np.array([y for _, y in (*said, *kept)] + rows_b[order].tolist(), dtype=np.int64)

    def apart(left: Ints, right: Ints) -> Ints:
        held = []
        for start in range(0, len(left), AT_ONCE):
            one, two = left[start : start + AT_ONCE], right[start : start + AT_ONCE]
            rule = decide(compare(table, one, two, threads), settings)
            is_held = with_verdict(rule, APART, settings) | with_verdict(rule, VERSION, settings)
            both = (old[one] >= 0) & (old[two] >= 0)
            is_held = np.where(both, old[one] != old[two], is_held)
            held.append(np.flatnonzero(is_held) + start)
        return np.concatenate(held) if held else np.zeros(0, dtype=np.int64)

    people: dict[int, set[int]] = defaultdict(set)
    for (x, y), same in asked.items():
        if not same:
            people[x].add(y)
            people[y].add(x)
    joined = join(len(ids), a, b, len(said), apart, people)
    if joined.uncompared:
        log.warning(
            "%d pairs inside very large clusters were not compared with each other", joined.uncompared
        )
    home = {name: ids[row] for name, row in zip(ids, joined.cluster.tolist(), strict=True)}

    first = len(said) + len(kept)
    used = _links(ids, machine, order[[n - first for n in joined.used if n >= first]])
    used += [Link(ids[x], ids[y], "verdict", 100.0, NO_EVIDENCE["verdict"]) for x, y in said]
    used += [
        Link(ids[x], ids[y], "before", 100.0, NO_EVIDENCE["before"])
        for x, y in kept if joined.cluster[x] == joined.cluster[y]
    ]  # fmt: skip
    refused = _links(ids, machine, order[[n - first for n, _, _ in joined.refused if n >= first]])
    held = [(x, y) for number, x, y in joined.refused if number >= first]
    refused = [
        link._replace(evidence=f"{link.evidence}; but held apart: {why} ({ids[x]}, {ids[y]})")
        for link, (x, y) in zip(refused, held, strict=True)
        for why in [_why_apart(table, settings, x, y, asked, old)]
    ]
    other = machine.rule >= 0
    other &= joined.cluster[rows_a] != joined.cluster[rows_b]
    versions = _best(machine, joined.cluster, other & with_verdict(machine.rule, VERSION, settings))
    doubtful = _best(machine, joined.cluster, other & with_verdict(machine.rule, MAYBE, settings))
    settled = {_clusters(joined.cluster, machine, n) for n in versions.tolist()}
    for (x, y), same in asked.items():
        if not same:  # a no on two records answers for all their twins
            one, two = int(joined.cluster[x]), int(joined.cluster[y])
            settled.add((min(one, two), max(one, two)))
    doubtful = np.array(
        [n for n in doubtful.tolist() if _clusters(joined.cluster, machine, n) not in settled],
        dtype=np.int64,
    )
    _contradictions(found, asked, ids, settings)
    return Found(
        home,
        used,
        [_later(link, table, row_of) for link in _links(ids, machine, versions)],
        _once(refused + _links(ids, machine, doubtful), home),
    )


def _rest(found: Decided, asked: Mapping[tuple[int, int], bool], old: Ints) -> Decided:
    """Return the pairs left to the rules: neither people nor the clusters of before decide on them."""
    size = np.int64(len(old) or 1)
    a, b = found.pairs.a, found.pairs.b
    names = np.array([x * size + y for x, y in asked], dtype=np.int64)
    rest = ~np.isin(a * size + b, names)
    rest &= (old[a] < 0) | (old[b] < 0)
    return found if rest.all() else Decided(found.pairs.take(rest), found.rule[rest], found.score[rest])


def _old_clusters(ids: Sequence[str], before: Mapping[str, str]) -> Ints:
    codes = {name: number for number, name in enumerate(sorted(set(before.values())))}
    return np.array([codes[before[name]] if name in before else -1 for name in ids], dtype=np.int64)


def _chain(old: Ints) -> list[tuple[int, int]]:
    """Return links that hold the clusters of before together: each row with the first of its cluster."""
    first: dict[int, int] = {}
    return [
        (first[cluster], row)
        for row, cluster in enumerate(old.tolist())
        if cluster >= 0 and first.setdefault(cluster, row) != row
    ]


def _links(ids: Sequence[str], decided: Decided, which: Ints) -> list[Link]:
    """Return decided pairs, in this order, as links with their evidence in words."""
    links: list[Link] = []
    for start in range(0, len(which), AT_ONCE):
        some = which[start : start + AT_ONCE]
        pairs = decided.pairs.take(some)
        for x, y, rule, points, said in zip(
            pairs.a.tolist(), pairs.b.tolist(), decided.rule[some].tolist(), decided.score[some].tolist(),
            in_words(pairs), strict=True,
        ):  # fmt: skip
            links.append(Link(ids[x], ids[y], NAMES[rule], points, f"{RULES[rule].why}: {said}"))
    return links


def _clusters(cluster: Ints, decided: Decided, number: int) -> tuple[int, int]:
    a, b = int(cluster[decided.pairs.a[number]]), int(cluster[decided.pairs.b[number]])
    return min(a, b), max(a, b)


def _best(decided: Decided, cluster: Ints, which: NDArray[np.bool_]) -> Ints:
    """Return of each two clusters the pair that is most alike: a person looks once."""
    chosen = np.flatnonzero(which)
    a, b = decided.pairs.a[chosen], decided.pairs.b[chosen]
    order = chosen[np.lexsort((b, a, -decided.score[chosen].round(2)))]
    best: dict[tuple[int, int], int] = {}
    for number in order.tolist():
        best.setdefault(_clusters(cluster, decided, number), number)
    return np.array(list(best.values()), dtype=np.int64)


def _once(links: Iterable[Link], home: Mapping[str, str]) -> list[Link]:
    """Return doubtful pairs, the most alike first, one for each two clusters."""
    best: dict[frozenset[str], Link] = {}
    for link in sorted(links, key=lambda item: (-round(item.score, 1), item.a, item.b)):
        pair = frozenset((home[link.a], home[link.b]))
        if len(pair) == 2:
            best.setdefault(pair, link)
    return list(best.values())


def _why_apart(
    table: Table,
    settings: Mapping[str, Any],
    x: int,
    y: int,
    asked: Mapping[tuple[int, int], bool],
    old: Ints,
) -> str:
    if asked.get((min(x, y), max(x, y))) is False:
        return PEOPLE
    if old[x] >= 0 and old[y] >= 0:
        return "two clusters of before"
    return RULES[int(decide(compare(table, np.array([x]), np.array([y])), settings)[0])].why


def _later(link: Link, table: Table, row_of: Mapping[str, int]) -> Link:
    """Turn a version so that the preprint, else the earlier record, is the version of the other."""
    keys = table.keys

    def rank(name: str) -> tuple[int, int, str]:
        row = row_of[name]
        return int(keys.preprint[row] == 0), int(keys.year[row]), name

    return link if rank(link.a) < rank(link.b) else link._replace(a=link.b, b=link.a)


def _contradictions(
    found: Decided, asked: Mapping[tuple[int, int], bool], ids: Sequence[str], settings: Mapping[str, Any]
) -> None:
    """Warn of a "no" of a person on a pair with one identifier: it may be a slip."""
    strong = np.isin(found.rule, [NAMES.index(name) for name in ("pmid", "doi", "pmcid", "accession")])
    for number in np.flatnonzero(strong).tolist():
        pair = int(found.pairs.a[number]), int(found.pairs.b[number])
        if asked.get(pair) is False:
            log.warning(
                "%s says no on %s, %s, which have %s. The verdict stands.",
                VERDICTS, ids[pair[0]], ids[pair[1]], RULES[found.rule[number]].why,
            )  # fmt: skip


def warn_of_yes(table: Table, settings: Mapping[str, Any], verdicts: Verdicts) -> None:
    """Warn of a "yes" of a person on a pair that a rule holds apart: it may be a slip."""
    row_of = {name: row for row, name in enumerate(table.keys.record_id.tolist())}
    said = sorted(tuple(sorted(pair)) for pair, same in verdicts.items() if same)
    a = np.array([row_of[x] for x, _ in said], dtype=np.int64)
    b = np.array([row_of[y] for _, y in said], dtype=np.int64)
    rule = decide(compare(table, a, b), settings)
    for number in np.flatnonzero(with_verdict(rule, APART, settings)).tolist():
        log.warning(
            "%s says yes on %s, %s, which a rule holds apart: %s. The verdict stands.",
            VERDICTS, *said[number], RULES[rule[number]].why,
        )  # fmt: skip


def fullest_first(group: Sequence[Record], settings: Mapping[str, Any], preprints: set[str]) -> list[Record]:
    """Return the records of a cluster in the order in which they are kept and fill gaps.

    First those of the inputs that ``keep_first`` names, in its order; an article before its preprint; of
    versions that lie further apart than ``year_distance``, the latest; then the fullest; then by record_id.
    """
    years = [int(row["year"]) for row in group if row["year"].isdigit()]
    versions = bool(years) and max(years) - min(years) > settings["year_distance"]
    first = {name: place for place, name in enumerate(settings["keep_first"])}

    def rank(row: Record) -> tuple[int, bool, int, int, str]:
        year = int(row["year"]) if versions and row["year"].isdigit() else 0
        filled = sum(1 for name in COLUMNS if name not in OWN and row[name])
        return (
            first.get(row["input"], len(first)),
            row["record_id"] in preprints,
            -year,
            -filled,
            row["record_id"],
        )

    return sorted(group, key=rank)


def keep_one(
    cluster_id: str, group: Sequence[Record], settings: Mapping[str, Any], preprints: set[str]
) -> Record:
    """Return one record for a cluster, named by its cluster_id, gaps filled from the twins.

    ``sources`` and ``twins`` name where it was found, ``kept`` the record it is, ``filled`` each field
    that comes from a twin, and which: ``abstract: embase:7``.
    """
    ordered = fullest_first(group, settings, preprints) if len(group) > 1 else list(group)
    best = dict(ordered[0])
    filled = []
    for row in ordered[1:]:
        for name in COLUMNS:
            if name not in OWN and not best[name] and row[name]:
                best[name] = row[name]
                filled.append(f"{name}: {row['record_id']}")
    best["kept"], best["record_id"] = best["record_id"], cluster_id
    best["sources"] = "; ".join(sorted({row["source"] for row in group}))
    best["twins"] = "; ".join(sorted(row["record_id"] for row in group if row["record_id"] != best["kept"]))
    best["filled"] = "; ".join(sorted(filled))
    return best


def unique_records(
    rows: Iterable[Record], home: Mapping[str, str], settings: Mapping[str, Any], preprints: set[str]
) -> Iterator[Record]:
    """Yield one record for each cluster as soon as its last record was read: few are held at a time."""
    waiting = Counter(home.values())
    open_groups: dict[str, list[Record]] = defaultdict(list)
    for row in rows:
        cluster_id = home[row["record_id"]]
        open_groups[cluster_id].append(row)
        waiting[cluster_id] -= 1
        if not waiting[cluster_id]:
            yield keep_one(cluster_id, open_groups.pop(cluster_id), settings, preprints)
    if open_groups:
        raise InputError(f"records: {min(open_groups)} lacks records of its cluster. Run the rule again.")


def write_unique(unique: Iterable[Record], unique_csv: str, unique_ris: str) -> int:
    """Write the unique records as CSV and RIS, sorted by record_id; return how many.

    They come in the order of their last twin, so they are laid down in a file and fetched in order: the
    memory does not grow with the abstracts.
    """
    places: dict[str, tuple[int, int]] = {}
    with tempfile.TemporaryFile("w+b") as laid_down:
        for row in unique:
            line = _csv_line([row[name] for name in UNIQUE_COLUMNS]).encode()
            places[row["record_id"]] = (laid_down.tell(), len(line))
            laid_down.write(line)
        with (
            open(unique_csv, "w", encoding="utf-8", newline="") as table,
            open(unique_ris, "w", encoding="utf-8", newline="\n") as ris,
        ):
            table.write(_csv_line(UNIQUE_COLUMNS))
            for name in sorted(places):
                line_text = _fetch(laid_down, *places[name])
                table.write(line_text)
                (values,) = csv.reader(
                    [line_text.removesuffix("\n")]
                    if "\n" not in line_text[:-1]
                    else io.StringIO(line_text, newline="")
                )
                ris.write(ris_of(dict(zip(UNIQUE_COLUMNS, values, strict=True))))
    return len(places)


def _csv_line(values: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(values)
    return line.getvalue()


def _fetch(stream: IO[bytes], place: int, length: int) -> str:
    stream.seek(place)
    return stream.read(length).decode()


def ris_of(row: Record) -> str:
    """Return a unique record as RIS, with the databases of all its twins."""
    return ris_text(row).removesuffix("ER  - \n\n") + f"DB  - {row['sources']}\nER  - \n\n"


def read_records(path: str) -> Iterator[Record]:
    """Yield the rows of records.csv one by one."""
    rows = stream_table(path, COLUMNS)
    header = next(rows)
    for row in rows:
        yield dict(zip(header, row, strict=True))


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


def still_here(before: Mapping[str, str], known: set[str]) -> dict[str, str]:
    """Return the clusters of before without the records that are gone, which are counted in the log."""
    kept = {name: cluster_id for name, cluster_id in before.items() if name in known}
    if len(kept) < len(before):
        log.warning(
            "%s: %d of its %d records are not here any more", BEFORE, len(before) - len(kept), len(before)
        )
    return kept


def say_what_changed(home: Mapping[str, str], before: Mapping[str, str]) -> None:
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


def _table_rows(links: Iterable[Link], columns: Sequence[str]) -> Iterator[dict[str, str]]:
    for x in links:
        yield dict(zip(columns, (x.a, x.b, x.rule, f"{x.score:.1f}", x.evidence), strict=True))


def main(
    *,
    records_csv: str,
    verdicts_csv: str | None,
    before_csv: str | None,
    settings: Mapping[str, Any],
    threads: int,
    clusters: str,
    links_csv: str,
    versions_csv: str,
    maybe_csv: str,
    unique_csv: str,
    unique_ris: str,
) -> None:
    """Write clusters, links, versions, doubtful pairs, and the unique records as CSV and RIS."""
    table = read_keys(records_csv, threads)
    ids = table.keys.record_id.tolist()
    known = set(ids)
    verdicts = read_verdicts(verdicts_csv, known)
    before = still_here(read_before(before_csv), known) if before_csv else {}
    warn_of_yes(table, settings, verdicts)
    found = find(table, settings, verdicts, before, threads)
    if set(found.home) != known:
        raise InputError(f"{records_csv}: a record is in no cluster.")
    if before:
        say_what_changed(found.home, before)

    write_table(
        ({"record_id": name, "cluster_id": found.home[name]} for name in ids),
        clusters,
        ("record_id", "cluster_id"),
    )
    duplicates = (x._replace(a=max(x.a, x.b), b=min(x.a, x.b)) for x in found.links)
    write_table(_table_rows(duplicates, LINK_COLUMNS), links_csv, LINK_COLUMNS, sort_by=LINK_COLUMNS[:2])
    write_table(
        _table_rows(found.versions, VERSION_COLUMNS),
        versions_csv,
        VERSION_COLUMNS,
        sort_by=VERSION_COLUMNS[:2],
    )
    titles = dict.fromkeys((name for x in found.maybe for name in (x.a, x.b)), "")
    preprints = set(table.keys.record_id[table.keys.preprint > 0].tolist())
    del table

    def rows() -> Iterator[Record]:
        for row in read_records(records_csv):
            if row["record_id"] in titles:
                titles[row["record_id"]] = row["title"]
            yield row

    unique = write_unique(unique_records(rows(), found.home, settings, preprints), unique_csv, unique_ris)
    if unique != len(set(found.home.values())):
        raise InputError(f"{records_csv}: a cluster has no record.")
    write_table(
        (
            {
                "record_a": x.a,
                "record_b": x.b,
                "score": f"{x.score:.1f}",
                "reason": x.evidence,
                "title_a": titles[x.a],
                "title_b": titles[x.b],
            }
            for x in found.maybe
        ),
        maybe_csv,
        MAYBE_COLUMNS,
    )
    log.info(
        "%d records in, %d linked as duplicates, %d unique, %d pairs for a person",
        len(ids),
        len(found.links),
        unique,
        len(found.maybe),
    )


if __name__ == "__main__":
    with job(snakemake):
        main(
            records_csv=snakemake.input.records,
            verdicts_csv=snakemake.input.get("verdicts"),
            before_csv=snakemake.input.get("before"),
            settings=snakemake.params.settings,
            threads=snakemake.threads,
            clusters=snakemake.output.clusters,
            links_csv=snakemake.output.links,
            versions_csv=snakemake.output.versions,
            maybe_csv=snakemake.output.maybe,
            unique_csv=snakemake.output.unique,
            unique_ris=snakemake.output.ris,
        )
