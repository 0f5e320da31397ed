"""Find the included studies among the records: the recall of the search, study by study."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from scripts.common.errors import InputError
from scripts.common.files.refusals import answered
from scripts.common.files.table_kinds import REPORTS
from scripts.common.files.tables import read_table, rows_of, stream_rows, write_table
from scripts.common.job import job, log
from scripts.common.review.inputs import PUBMED
from scripts.common.review.settings import Matching
from scripts.common.screening.catalogue import NAMED, Catalogue
from scripts.common.screening.list_differences import NONE
from scripts.common.screening.numbers import read_numbers
from scripts.common.screening.reports import (
    REPORT_COLUMNS,
    check_studies,
    match_reports,
    read_reports,
    records_of_studies,
)
from scripts.common.screening.studies import LIST_COLUMNS, read_included, read_previous
from scripts.common.search.citation import from_record
from scripts.common.search.explain import PAGE, Strategy, anchor, readable, unmet
from scripts.common.statistics.intervals import exact_interval
from scripts.common.values.dates import earliest_day
from scripts.common.values.identifiers import doi_key, pmid_key
from scripts.common.values.words import fold

if TYPE_CHECKING:
    snakemake: Any

INCLUDED_COLUMNS = ("study_id", "record_id", "matched_by", *LIST_COLUMNS[1:], "note")
RECALL_COLUMNS = (
    "study_id", "record_id", "retrieved", "databases", "other_methods", "status", "pmid", "why", "final",
    "explanation",
)  # fmt: skip
SUMMARY_COLUMNS = ("source", "denominator", "found", "of", "percent", "ci_low", "ci_high")
PREVIOUS_COLUMNS = ("study_id", "record_id", "matched_by", "title", "doi", "pmid", "reports", "withdrawn")
NOT_KNOWN = "not known here"
RETRIEVED, MISSED = "retrieved", "in PubMed, not retrieved"
NOT_IN_PUBMED, NOT_IDENTIFIED = "not in PubMed as far as known", "not identified"
FACTS = ("record_id", "title", "abstract", "keywords", "language", "type", "date", "year", "pmid")
ALL_SEARCHES = "all searches"


def combine(people: pd.DataFrame, paper: pd.DataFrame) -> pd.DataFrame:
    """Return the studies of the paper and of the list that people wrote, each once.

    A study of both (same DOI, PMID or title) keeps the paper's name, under which the evidence cites
    it, and takes what people wrote for the rest. What only people list stays, under their name. ``record``
    is the team's own number of its record, where the map of the list names one.
    """
    written, in_both = rows_of(people), _in_both(people, paper)
    rows = []
    for number, row in enumerate(rows_of(paper)):
        if number in in_both:
            theirs = written[in_both[number]]
            row = {name: theirs[name] or row[name] for name in LIST_COLUMNS} | {"study_id": row["study_id"]}
            row["source"] = f"{theirs['source']} | {theirs['study_id']} in the list of included studies"
            row["record"] = theirs.get("record", "")
        rows.append(row)
    used = set(in_both.values())
    rows += [row for number, row in enumerate(written) if number not in used]
    columns = ("record", *LIST_COLUMNS)
    return pd.DataFrame([{"record": "", **row} for row in rows], columns=pd.Index(columns), dtype=str)


def names_in_paper(people: pd.DataFrame, paper: pd.DataFrame) -> dict[str, str]:
    """Return the name of a study in the list that people wrote -> its name in the paper, of those in both."""
    ours, theirs = people["study_id"].tolist(), paper["study_id"].tolist()
    return {ours[number]: theirs[place] for place, number in _in_both(people, paper).items()}


def _in_both(people: pd.DataFrame, paper: pd.DataFrame) -> dict[int, int]:
    """Return place of a study in the paper's list -> its place in the list that people wrote."""
    named = {key: number for number, row in enumerate(rows_of(people)) for key in _keys(row)}
    found = (
        (place, [named[key] for key in _keys(row) if key in named])
        for place, row in enumerate(rows_of(paper))
    )
    return {place: numbers[0] for place, numbers in found if numbers}


def _keys(row: dict[str, str]) -> list[tuple[str, str]]:
    keys = (("doi", doi_key(row["doi"])), ("pmid", pmid_key(row["pmid"])), ("title", fold(row["title"])))
    return [key for key in keys if key[1]]


def match(studies: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Return the studies with the unique record that reports each, and by what it was found.

    Two studies with one record stay two studies: PRISMA 2020 lets one report describe several. It is rare,
    and often a slip, so each is named in ``note``.
    """
    found = [
        catalogue.find(row["record"])
        if row.get("record") and catalogue.knows(row["record"])
        else catalogue.find_work(
            *(row.get(name, "") for name in ("doi", "pmid", "title", "year", "authors", "journal"))
        )
        for row in rows_of(studies)
    ]
    result = studies.assign(record_id=[name for name, _ in found], matched_by=[how for _, how in found])
    shared: dict[str, list[str]] = defaultdict(list)
    for row in rows_of(result):
        shared[row["record_id"]].append(row["study_id"])
    return result.assign(
        note=[
            f"its record is that of study {', '.join(name for name in shared[record] if name != study)} too"
            if record and len(shared[record]) > 1
            else ""
            for record, study in zip(result["record_id"], result["study_id"], strict=True)
        ]
    )


def recall(
    matched: pd.DataFrame,
    clusters: pd.DataFrame,
    databases: Sequence[str],
    records: pd.DataFrame,
    search: Mapping[str, str],
    reports: pd.DataFrame,
) -> pd.DataFrame:
    """Return for each study whether a database search retrieved it, which inputs hold it, and if not, why.

    ``databases`` names the inputs that are database or register searches; what only other methods
    brought (websites, citations) was not retrieved by a search. ``search`` holds query, start and end of the
    search of PubMed; it is empty for a review without one.

    A study is retrieved by a search that finds one of its ``reports``. Without a search nothing is known.
    """
    inputs = clusters.assign(input=clusters["record_id"].str.split(":").str[0]).groupby("cluster_id")["input"]
    held = {str(name): sorted(set(group)) for name, group in inputs}
    facts = _facts(records, clusters)
    records_of = records_of_studies(matched, reports)
    rows = []
    for row in rows_of(matched):
        sources = sorted({source for name in records_of[row["study_id"]] for source in held.get(name, ())})
        by_search = [name for name in sources if name in databases]
        known = facts.get(row["record_id"], {})
        pmid = pmid_key(row["pmid"]) or pmid_key(known.get("pmid", ""))
        missed = bool(pmid and search and PUBMED not in by_search)
        rows.append(
            {
                "study_id": row["study_id"],
                "record_id": row["record_id"],
                "retrieved": _retrieved(by_search, databases),
                "databases": "; ".join(by_search),
                "other_methods": "; ".join(name for name in sources if name not in databases),
                "status": _status(row, pmid, by_search, databases),
                "pmid": pmid,
                "why": why_missed({**row, **known}, search) if missed else "",
            }
        )
    return pd.DataFrame(rows, columns=pd.Index(RECALL_COLUMNS[:-2]), dtype=str)


def _retrieved(by_search: Sequence[str], databases: Sequence[str]) -> str:
    """Return whether one of the database searches holds a study; without any search it is not known."""
    if not databases:
        return NOT_KNOWN
    return "yes" if by_search else "no"


def _status(row: Mapping[str, str], pmid: str, by_search: Sequence[str], databases: Sequence[str]) -> str:
    """Return whether a database search retrieved a study, and if not, what is known about it."""
    if not databases:
        return NOT_KNOWN
    if by_search:
        return RETRIEVED
    if pmid:
        return MISSED
    return NOT_IN_PUBMED if row["record_id"] or doi_key(row["doi"]) else NOT_IDENTIFIED


def explanations(found: pd.DataFrame, query: str) -> list[str]:
    """Return for each missed study the place of the page that explains it, "" for all others."""
    explained = readable(query)
    return [
        f"{PAGE}#{anchor(row['study_id'])}" if explained and row["retrieved"] == "no" else ""
        for row in rows_of(found)
    ]


def _facts(records: pd.DataFrame, clusters: pd.DataFrame) -> dict[str, dict[str, str]]:
    """Return cluster -> what its records say together: of each field the first that is filled."""
    home = dict(zip(clusters["record_id"], clusters["cluster_id"], strict=True))
    facts: dict[str, dict[str, str]] = defaultdict(dict)
    for row in rows_of(records):
        kept = facts[home[row["record_id"]]]
        for name in FACTS[1:]:
            if row.get(name) and not kept.get(name):
                kept[name] = row[name]
    return facts


def why_missed(record: Mapping[str, str], search: Mapping[str, str]) -> str:
    """Return which part of the search a work in PubMed does not meet: its dates, or terms of the query.

    Only what is known here counts: where there is no abstract, it may hold the missing term.
    """
    reasons = []
    known = record.get("date") or record.get("year", "")
    if known:
        first = earliest_day(known)
        if first > date.fromisoformat(search["end"]):
            reasons.append(f"dates: it appeared in {known}, the search ends on {search['end']}")
        elif first.year < date.fromisoformat(search["start"]).year:
            reasons.append(f"dates: it appeared in {known}, the search begins on {search['start']}")
    try:
        parts = unmet(Strategy(search["query"]), from_record(record))
    except InputError as error:
        reasons.append(f"terms: {error}")
    else:
        words = (
            "title, abstract and keywords"
            if record.get("abstract")
            else "the title (no abstract is known here)"
        )
        if parts:
            reasons.append(f"terms: {words} do not meet {' / '.join(parts)}")
    return "; ".join(reasons) or "its dates and words as known here meet the search"


def summarise(found: pd.DataFrame, databases: Sequence[str]) -> list[dict[str, object]]:
    """Return the recall of each search and of all, with the exact (Clopper-Pearson) 95 % interval.

    Of all studies, and for PubMed of those indexed there too: a study that PubMed does not hold says nothing
    of a query. An empty denominator has no recall; a review without a search has no row.
    """
    rows = rows_of(found)
    counts: list[tuple[str, str, int, int]] = []
    for name in (*databases, ALL_SEARCHES) if databases else ():
        has = [
            name in row["databases"].split("; ") or (name == ALL_SEARCHES and bool(row["databases"]))
            for row in rows
        ]
        if name == PUBMED:
            indexed = [bool(row["pmid"]) for row in rows]
            both = sum(a and b for a, b in zip(has, indexed, strict=True))
            counts.append((name, "studies indexed in PubMed", both, sum(indexed)))
        counts.append((name, "all studies known here", sum(has), len(rows)))
    table: list[dict[str, object]] = []
    for source, denominator, hits, of in counts:
        low, high = exact_interval(hits, of) if of else (0.0, 0.0)
        numbers = (f"{100 * hits / of:.1f}", f"{100 * low:.1f}", f"{100 * high:.1f}") if of else ("", "", "")
        table.append(dict(zip(SUMMARY_COLUMNS, (source, denominator, hits, of, *numbers), strict=True)))
    return table


def _warn(matched: pd.DataFrame, reports: pd.DataFrame) -> None:
    """Name on screen the studies that share a record, what joins none or two, and reports declared twice."""
    for name, number in sorted(Counter(matched["record_id"]).items()):
        if name and number > 1:
            studies = ", ".join(matched.loc[matched["record_id"] == name, "study_id"])
            log.warning(
                "%s is the record of %d included studies: %s. One report can describe several studies; if"
                " this one does not, correct the list.",
                name,
                number,
                studies,
            )
    for row in rows_of(matched):
        if not row["record_id"] and row["matched_by"] != "no record has this name":
            log.warning("study %s joins no record: %s", row["study_id"], row["matched_by"])
    for row in rows_of(reports):
        name = row["record"] or row["doi"] or row["pmid"] or row["title"]
        if not row["record_id"]:
            log.warning("report %s of study %s joins no record: %s", name, row["study_id"], row["matched_by"])
        elif row["note"]:
            log.warning("report %s of study %s is counted once: %s", name, row["study_id"], row["note"])


def declared_reports(
    path: str | None,
    words: Mapping[str, Any],
    names: Mapping[str, str],
    studies: Collection[str],
    list_is: str,
) -> pd.DataFrame:
    """Return the declared reports, under the names of the paper where it has the study too (``names``).

    With a list of included studies, ``studies`` are its names and those of the version before: a report must
    be of one of them.
    """
    reports = read_reports(path, words)
    if path is not None and list_is != NONE:
        with answered(path, "reports", words, REPORTS):
            check_studies(reports, [*studies, *names], path)
    return reports.assign(study_id=[names.get(name, name) for name in reports["study_id"]])


def main(
    *,
    lists: Mapping[str, str | None],
    tables: Mapping[str, str],
    words: Mapping[str, Mapping[str, Any]],
    included_list: str,
    databases: Sequence[str],
    search: Mapping[str, str],
    query: str,
    matching: Matching,
    stages: Sequence[str],
    numbers: Sequence[Sequence[Any]],
    out: Mapping[str, str],
) -> None:
    """Write the known included studies and reports with their records, and which search found them.

    ``lists`` are the files studies, reports, previous and paper, None where the review has none; ``words``
    the maps of studies, reports and previous; ``tables`` the results records, clusters and decisions.
    ``query`` is the one that is explained, "" if the review has none.
    """
    table = read_table(tables["clusters"])
    catalogue = Catalogue(read_table(tables["records"], only=NAMED), table, matching)
    catalogue.take_numbers(read_numbers(numbers, catalogue))
    people, paper = read_included(lists["studies"], words["studies"]), read_included(lists["paper"])
    matched = match(combine(people, paper), catalogue)
    before = match(read_previous(lists["previous"], words["previous"]), catalogue)
    declared = declared_reports(
        lists["reports"],
        words["reports"],
        names_in_paper(people, paper),
        {*matched["study_id"], *before["study_id"]},
        included_list,
    )
    reports = match_reports(declared, catalogue, matched)
    members = {*matched["record_id"], *reports["record_id"]} - {""}
    held = table[table["cluster_id"].isin(members)]
    ours = set(held["record_id"])
    every = [row for row in stream_rows(tables["records"], FACTS) if row["record_id"] in ours]
    facts = pd.DataFrame(every, columns=pd.Index(FACTS), dtype=str)
    found = recall(matched, held, databases, facts, search, reports)
    judged = {
        (row["record_id"], row["stage"]): row["decision"]
        for row in stream_rows(tables["decisions"], ("record_id", "stage", "decision"))
        if row["record_id"] in members
    }
    found["final"] = [
        next((judged[name, stage] for stage in reversed(stages) if (name, stage) in judged), "")
        for name in found["record_id"]
    ]
    found["explanation"] = explanations(found, query)
    write_table(matched, out["included"], INCLUDED_COLUMNS, sort_by=("study_id",))
    write_table(reports, out["reports"], REPORT_COLUMNS, sort_by=("study_id", "record_id"))
    write_table(before, out["previous"], PREVIOUS_COLUMNS, sort_by=("study_id",))
    write_table(found, out["recall"], RECALL_COLUMNS, sort_by=("study_id",))
    write_table(summarise(found, databases) if len(found) else [], out["summary"], SUMMARY_COLUMNS)
    _warn(matched, reports)
    retrieved = int((found["retrieved"] == "yes").sum())
    log.info("%d included studies known, %d retrieved by a search", len(matched), retrieved)


if __name__ == "__main__":
    with job(snakemake):
        main(
            lists={
                "studies": snakemake.input.get("studies"),
                "reports": snakemake.input.get("reports"),
                "previous": snakemake.input.get("previous"),
                "paper": snakemake.input.get("paper_included"),
            },
            tables={name: snakemake.input[name] for name in ("records", "clusters", "decisions")},
            words=snakemake.params.words,
            included_list=snakemake.params.included_list,
            databases=snakemake.params.databases,
            search=snakemake.params.search,
            query=snakemake.params.query,
            matching=Matching(**snakemake.params.matching),
            stages=snakemake.params.stages,
            numbers=snakemake.params.numbers,
            out=dict(snakemake.output.items()),
        )
