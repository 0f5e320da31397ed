"""Find the included studies among the records: the recall of the search, study by study."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from scripts.common.identifiers import doi_key, pmid_key
from scripts.common.job import job, log
from scripts.common.joining import Catalogue
from scripts.common.screening import LIST_COLUMNS, read_included
from scripts.common.similarity import fold
from scripts.common.tables import read_table, rows_of, write_table

if TYPE_CHECKING:
    snakemake: Any

INCLUDED_COLUMNS = ("study_id", "record_id", "matched_by", *LIST_COLUMNS[1:])
RECALL_COLUMNS = ("study_id", "record_id", "retrieved", "databases", "other_methods")


def combine(people: pd.DataFrame, paper: pd.DataFrame) -> pd.DataFrame:
    """Return the studies of the paper and of the list that people wrote, each once.

    A study of both (same DOI, PMID or title) keeps the paper's name, under which the evidence cites
    it, and takes what people wrote for the rest. What only people list stays, under their name.
    """
    written = rows_of(people)
    named = {key: number for number, row in enumerate(written) for key in _keys(row)}
    rows, used = [], set()
    for row in rows_of(paper):
        number = next((named[key] for key in _keys(row) if key in named), None)
        if number is not None:
            used.add(number)
            theirs = written[number]
            row = {name: theirs[name] or row[name] for name in LIST_COLUMNS} | {"study_id": row["study_id"]}
            row["source"] = f"{theirs['source']} | {theirs['study_id']} in the list of included studies"
        rows.append(row)
    rows += [row for number, row in enumerate(written) if number not in used]
    return pd.DataFrame(rows, columns=pd.Index(LIST_COLUMNS), dtype=str)


def _keys(row: dict[str, str]) -> list[tuple[str, str]]:
    keys = (("doi", doi_key(row["doi"])), ("pmid", pmid_key(row["pmid"])), ("title", fold(row["title"])))
    return [key for key in keys if key[1]]


def match(studies: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Return the studies with the unique record that reports each, and by what it was found."""
    found = [catalogue.find_work(row["doi"], row["pmid"], row["title"]) for row in rows_of(studies)]
    return studies.assign(record_id=[record for record, _ in found], matched_by=[how for _, how in found])


def recall(matched: pd.DataFrame, clusters: pd.DataFrame, databases: Sequence[str]) -> pd.DataFrame:
    """Return for each study whether a database search retrieved it, and which inputs hold it.

    ``databases`` names the inputs that are database or register searches; what only other methods
    brought (websites, citations) was not retrieved by a search.
    """
    inputs = clusters.assign(input=clusters["record_id"].str.split(":").str[0]).groupby("cluster_id")["input"]
    held = {str(name): sorted(set(group)) for name, group in inputs}
    rows = []
    for row in rows_of(matched):
        sources = held.get(row["record_id"], [])
        by_search = [name for name in sources if name in databases]
        rows.append(
            {
                "study_id": row["study_id"],
                "record_id": row["record_id"],
                "retrieved": "yes" if by_search else "no",
                "databases": "; ".join(by_search),
                "other_methods": "; ".join(name for name in sources if name not in databases),
            }
        )
    return pd.DataFrame(rows, columns=pd.Index(RECALL_COLUMNS), dtype=str)


def main(
    *,
    studies_csv: str | None,
    unique: str,
    clusters: str,
    databases: Sequence[str],
    included: str,
    recall_csv: str,
    paper_csv: str | None = None,
) -> None:
    """Write the known included studies with their records, and which search found them."""
    table = read_table(clusters)
    studies = combine(read_included(studies_csv), read_included(paper_csv))
    matched = match(studies, Catalogue(read_table(unique), table))
    found = recall(matched, table, databases)
    write_table(matched, included, INCLUDED_COLUMNS, sort_by=("study_id",))
    write_table(found, recall_csv, RECALL_COLUMNS, sort_by=("study_id",))
    log.info(
        "%d included studies known, %d retrieved by a search",
        len(matched),
        int((found["retrieved"] == "yes").sum()),
    )


if __name__ == "__main__":
    with job(snakemake):
        main(
            studies_csv=snakemake.input.get("studies"),
            paper_csv=snakemake.input.get("paper_included"),
            unique=snakemake.input.unique,
            clusters=snakemake.input.clusters,
            databases=snakemake.params.databases,
            included=snakemake.output.included,
            recall_csv=snakemake.output.recall,
        )
