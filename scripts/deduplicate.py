"""Link records that describe one publication; keep one of each, lose none."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from scripts.common.errors import InputError
from scripts.common.inputs import PUBMED
from scripts.common.job import job, log
from scripts.common.records import COLUMNS
from scripts.common.ris import ris_text
from scripts.common.similarity import Keys, authors_agree, held_apart, keys, title_score
from scripts.common.tables import read_table, rows_of, write_table
from scripts.common.verdicts import check_verdicts

if TYPE_CHECKING:
    snakemake: Any

LINK_COLUMNS = ("record_id", "duplicate_of", "rule", "score", "evidence")
VERSION_COLUMNS = ("record_id", "version_of", "rule", "score", "evidence")
MAYBE_COLUMNS = ("record_a", "record_b", "score", "reason", "title_a", "title_b")
RULES = ("verdict", "pmid", "doi", "title", "preprint")  # the order in which links are made

RARE_WORDS = 3  # a title is compared with the titles that share one of its rarest words
MAX_BLOCK = 500  # records; larger blocks are cut into overlapping runs of the sorted titles


class Link(NamedTuple):
    """Two records, why they are one publication (or look like it), and how alike their titles are."""

    a: str
    b: str
    rule: str
    score: float
    evidence: str


def candidate_pairs(table: list[Keys]) -> Iterator[tuple[Keys, Keys]]:
    """Yield each pair that shares a DOI, a PMID or a rare word of the title, once."""
    frequency = Counter(word for item in table for word in set(item.title.split()))
    blocks: dict[tuple[str, str], list[Keys]] = defaultdict(list)
    for item in table:
        if item.doi:
            blocks["doi", item.doi].append(item)
        if item.pmid:
            blocks["pmid", item.pmid].append(item)
        words = sorted(set(item.title.split()), key=lambda word: (frequency[word], word))
        for word in words[:RARE_WORDS]:
            blocks["word", word].append(item)
    seen: set[tuple[str, str]] = set()
    for (kind, word), block in blocks.items():
        if len(block) > MAX_BLOCK:
            log.warning(
                "%d titles share %s %r: each is compared with %d neighbours",
                len(block),
                kind,
                word,
                MAX_BLOCK,
            )
        block.sort(key=lambda item: (item.title, item.record_id))
        for position, a in enumerate(block):
            for b in block[position + 1 : position + MAX_BLOCK]:
                first, second = sorted((a, b))
                if (first.record_id, second.record_id) not in seen:
                    seen.add((first.record_id, second.record_id))
                    yield first, second


def compare(a: Keys, b: Keys, settings: dict[str, Any]) -> Link | None:
    """Return the link between two records: rule pmid, doi, title or preprint, or ``maybe``, or none.

    A DOI counts only if the titles agree or one is missing: chapters can share the DOI of their
    book. A title counts only with an author or a journal in common and years that fit.
    """
    score = title_score(a, b)
    apart = held_apart(a, b)
    alike = score >= settings["similar_title"]
    if a.pmid and a.pmid == b.pmid:
        return Link(a.record_id, b.record_id, "pmid", score, f"same PMID {a.pmid}")
    same_doi = bool(a.doi) and a.doi == b.doi
    if apart:
        return Link(a.record_id, b.record_id, "maybe", score, f"held apart: {apart}") if same_doi else None
    if same_doi:
        if alike or not a.title or not b.title:
            return Link(a.record_id, b.record_id, "doi", score, f"same DOI {a.doi}")
        return Link(a.record_id, b.record_id, "maybe", score, f"same DOI {a.doi}, but the titles differ")
    if not alike:
        return None
    authors = authors_agree(a, b)
    far = a.year is not None and b.year is not None and abs(a.year - b.year) > settings["year_distance"]
    if (
        authors is False
        or far
        or min(len(a.title.split()), len(b.title.split())) < settings["min_title_words"]
    ):
        return Link(a.record_id, b.record_id, "maybe", score, _why_not(authors, far))
    if a.preprint or b.preprint:
        what = "two versions of a preprint" if a.preprint and b.preprint else "a preprint and its article"
        return Link(a.record_id, b.record_id, "preprint", score, f"{what}: titles {score:.0f} % alike")
    support = [
        word
        for word, holds in (
            ("an author", authors),
            ("the journal", bool(a.journal & b.journal)),
            ("the first page", bool(a.first_page) and a.first_page == b.first_page),
        )
        if holds
    ]
    doubt = _doubt(a, b)
    if score >= settings["same_title"] and support and doubt:
        return Link(a.record_id, b.record_id, "maybe", score, f"titles {score:.0f} % alike, but {doubt}")
    if score >= settings["same_title"] and support:
        shared = ", ".join(support)
        return Link(
            a.record_id, b.record_id, "title", score, f"titles {score:.0f} % alike; in common: {shared}"
        )
    return Link(a.record_id, b.record_id, "maybe", score, f"titles {score:.0f} % alike, too little in common")


def _doubt(a: Keys, b: Keys) -> str:
    """Return what speaks against a link by title: yearly reports, numbered studies, meeting abstracts."""
    bare_a, bare_b = (re.sub(r"\bpart \w+", "", item.title) for item in (a, b))  # parts agree already
    numbers_a, numbers_b = (sorted(re.findall(r"\d+", title)) for title in (bare_a, bare_b))
    if numbers_a != numbers_b:
        return "other numbers in them"
    if a.journal and b.journal and not a.journal & b.journal and _pages_differ(a, b):
        return "another journal and another page"
    if not a.journal and not b.journal and None not in (a.year, b.year) and a.year != b.year:
        return "no journal and other years"
    return ""


def _pages_differ(a: Keys, b: Keys) -> bool:
    page_a, page_b = (re.sub(r"\D", "", item.first_page) for item in (a, b))
    return bool(page_a) and bool(page_b) and page_a != page_b


def _why_not(authors: bool | None, far: bool) -> str:
    if authors is False:
        return "titles alike, other authors"
    return "titles alike, years too far apart" if far else "titles alike, but too short to tell"


def cluster(
    table: list[Keys], links: list[Link], verdicts: dict[frozenset[str], bool]
) -> tuple[dict[str, str], list[Link], list[Link]]:
    """Join linked records; return record -> cluster, the links used, and those refused.

    Links are taken in the order of ``RULES``, the most alike first. Two clusters are not joined
    if a rule, or a person's verdict, holds any of their records apart; so a chain never does.
    """
    by_id = {item.record_id: item for item in table}
    members = {item.record_id: [item.record_id] for item in table}
    home = {item.record_id: item.record_id for item in table}
    used: list[Link] = []
    refused: list[Link] = []
    for link in sorted(links, key=lambda item: (RULES.index(item.rule), -item.score, item.a, item.b)):
        left, right = home[link.a], home[link.b]
        if left == right:
            continue
        why = _apart(members[left], members[right], by_id, verdicts)
        if link.rule == "verdict":
            if why.startswith("a person's verdict"):
                raise InputError(
                    f"config/decisions/duplicates.csv: {link.a} and {link.b} are said to be one,"
                    f" but {why} says no. Mend one line."
                )
        elif why:
            refused.append(link._replace(rule="maybe", evidence=f"{link.evidence}; held apart: {why}"))
            continue
        keep, gone = sorted((left, right))
        for record_id in members[gone]:
            home[record_id] = keep
        members[keep] += members.pop(gone)
        used.append(link)
    return home, used, refused


def _apart(
    left: Sequence[str], right: Sequence[str], by_id: dict[str, Keys], verdicts: dict[frozenset[str], bool]
) -> str:
    pairs = [(a, b) for a in left for b in right]
    for a, b in pairs:
        if verdicts.get(frozenset((a, b))) is False:
            return f"a person's verdict on {a}, {b}"
    for a, b in pairs:
        why = "" if verdicts.get(frozenset((a, b))) else held_apart(by_id[a], by_id[b])
        if why:
            return f"{why}: {a}, {b}"
    return ""


def keep_one(records: pd.DataFrame, home: dict[str, str]) -> pd.DataFrame:
    """Return one row per cluster, named by its cluster_id, gaps filled from the twins.

    Kept is the PubMed record, else the one with most fields, else the first by record_id.
    ``sources`` and ``twins`` name where it was found; ``kept`` names the record it is.
    """
    facts = [
        name
        for name in COLUMNS
        if name not in ("record_id", "source", "platform", "input", "position", "extra")
    ]
    frame = records.assign(cluster_id=records["record_id"].map(home))
    frame["filled"] = (frame[facts] != "").sum(axis=1)
    frame["first"] = frame["input"] != PUBMED
    frame = frame.sort_values(
        ["cluster_id", "first", "filled", "record_id"], ascending=[True, True, False, True]
    )
    rows = []
    for cluster_id, group in frame.groupby("cluster_id", sort=True):
        best = group.iloc[0].to_dict()
        for name in facts:
            best[name] = next((value for value in group[name] if value), "")
        best["kept"], best["record_id"] = best["record_id"], cluster_id
        best["sources"] = "; ".join(sorted(set(group["source"])))
        best["twins"] = "; ".join(sorted(set(group["record_id"]) - {best["kept"]}))
        rows.append(best)
    return pd.DataFrame(rows, columns=pd.Index([*COLUMNS, "kept", "sources", "twins"]))


def read_verdicts(path: str | None, known: set[str]) -> dict[frozenset[str], bool]:
    """Return the verdicts of people on pairs; pairs whose records are not here today are named."""
    if path is None:
        return {}
    verdicts: dict[frozenset[str], bool] = {}
    for number, pair, same in check_verdicts(path):
        if pair <= known and len(pair) == 2:
            verdicts[pair] = same
        else:
            log.warning(
                "%s line %d: %s is not among the records of this run; not used",
                path,
                number,
                ", ".join(sorted(pair - known)) or "the pair",
            )
    return verdicts


def find_links(
    table: list[Keys], settings: dict[str, Any], verdicts: dict[frozenset[str], bool]
) -> tuple[list[Link], list[Link], list[Link]]:
    """Return the links to join by, the versions (preprints), and the pairs for a person."""
    pairs = sorted(tuple(sorted(pair)) for pair, same in verdicts.items() if same)
    links = [Link(a, b, "verdict", 100.0, "a person's verdict") for a, b in pairs]
    versions: list[Link] = []
    maybe: list[Link] = []
    for a, b in candidate_pairs(table):
        link = None if frozenset((a.record_id, b.record_id)) in verdicts else compare(a, b, settings)
        if link is None:
            continue
        if link.rule == "maybe":
            maybe.append(link)
        elif link.rule == "preprint" and settings["preprints"] == "link":
            versions.append(link if a.preprint else link._replace(a=link.b, b=link.a))
        else:
            links.append(link)
    return links, versions, maybe


def main(
    *,
    records_csv: str,
    verdicts_csv: str | None,
    settings: dict[str, Any],
    clusters: str,
    links_csv: str,
    versions_csv: str,
    maybe_csv: str,
    unique_csv: str,
    unique_ris: str,
) -> None:
    """Write clusters, links, versions, doubtful pairs, and the unique records as CSV and RIS."""
    records = read_table(records_csv, COLUMNS)
    table = sorted(keys(row) for row in rows_of(records))
    verdicts = read_verdicts(verdicts_csv, set(records["record_id"]))
    links, versions, maybe = find_links(table, settings, verdicts)
    home, used, refused = cluster(table, links, verdicts)
    unique = keep_one(records, home)
    if set(home) != set(records["record_id"]) or set(unique["record_id"]) != set(home.values()):
        raise InputError(f"{records_csv}: a record is in no cluster or a cluster has no record.")

    write_table(
        [{"record_id": name, "cluster_id": home[name]} for name in sorted(home)],
        clusters,
        ("record_id", "cluster_id"),
    )
    write_table(
        (
            {
                "record_id": max(x.a, x.b),
                "duplicate_of": min(x.a, x.b),
                "rule": x.rule,
                "score": f"{x.score:.1f}",
                "evidence": x.evidence,
            }
            for x in used
        ),
        links_csv,
        LINK_COLUMNS,
        sort_by=("record_id", "duplicate_of"),
    )
    write_table(
        (
            {
                "record_id": x.a,
                "version_of": x.b,
                "rule": x.rule,
                "score": f"{x.score:.1f}",
                "evidence": x.evidence,
            }
            for x in versions
            if home[x.a] != home[x.b]
        ),
        versions_csv,
        VERSION_COLUMNS,
        sort_by=("record_id", "version_of"),
    )
    titles = dict(zip(records["record_id"], records["title"], strict=True))
    doubtful = [x for x in maybe + refused if home[x.a] != home[x.b]]
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
            for x in sorted(doubtful, key=lambda x: (-x.score, x.a, x.b))
        ),
        maybe_csv,
        MAYBE_COLUMNS,
    )
    write_table(unique, unique_csv, [*COLUMNS, "kept", "sources", "twins"])
    with open(unique_ris, "w", encoding="utf-8", newline="\n") as stream:
        stream.writelines(ris_text(row) for row in rows_of(unique))
    log.info(
        "%d records in, %d linked as duplicates, %d unique, %d pairs for a person",
        len(records),
        len(used),
        len(unique),
        len(doubtful),
    )


if __name__ == "__main__":
    with job(snakemake):
        main(
            records_csv=snakemake.input.records,
            verdicts_csv=snakemake.input.get("verdicts"),
            settings=snakemake.params.settings,
            clusters=snakemake.output.clusters,
            links_csv=snakemake.output.links,
            versions_csv=snakemake.output.versions,
            maybe_csv=snakemake.output.maybe,
            unique_csv=snakemake.output.unique,
            unique_ris=snakemake.output.ris,
        )
