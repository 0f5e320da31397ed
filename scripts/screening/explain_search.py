"""Explain the query: why each included study was found or missed, and what each term contributes."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from scripts.common.errors import InputError
from scripts.common.files.tables import read_table, rows_of, write_table
from scripts.common.job import job, log
from scripts.common.search.citation import Citation, from_record
from scripts.common.search.citations import citations
from scripts.common.search.evaluate import notes
from scripts.common.search.explain import Strategy, as_far_as_known, explained
from scripts.common.search.mesh import Mesh, read_mesh
from scripts.common.values.counts import count_of

if TYPE_CHECKING:
    snakemake: Any

EXPLAIN_COLUMNS = (
    "study_id", "record_id", "retrieved", "part", "line", "query_part", "met", "by", "at_hand", "missing",
)  # fmt: skip
TERM_COLUMNS = (
    "term", "query_term", "part", "records", "records_only", "included", "included_only", "note",
)  # fmt: skip


class Counts:
    """What each term of the query contributes, counted record by record."""

    def __init__(self, strategy: Strategy) -> None:
        self._strategy = strategy
        size = len(strategy.terms)
        self.records, self.records_only = [0] * size, [0] * size
        self.included, self.included_only = [0] * size, [0] * size

    def add(self, record: Citation, *, included: bool) -> None:
        """Count one record; what is not at hand of it counts as not there."""
        answers = self._strategy.answers(as_far_as_known(record))
        only = self._strategy.only_by(answers) if self._strategy.meets(answers) else []
        for number, answer in enumerate(answers):
            self.records[number] += bool(answer)
            self.included[number] += bool(answer) and included
        for number in only:
            self.records_only[number] += 1
            self.included_only[number] += included

    def rows(self, mesh: Mesh | None) -> Iterator[dict[str, object]]:
        """Yield a row per term, in the order of the query."""
        strategy = self._strategy
        parts = {term: number for number, found in enumerate(strategy.terms_by_part(), 1) for term in found}
        remarks = dict(notes(strategy.node, mesh))
        for number, term in enumerate(strategy.terms):
            counts = (self.records, self.records_only, self.included, self.included_only)
            values = (number + 1, strategy.text(term), parts[term], *(count[number] for count in counts))
            yield dict(zip(TERM_COLUMNS, (*values, remarks.get(term, "")), strict=True))


def _strategy(query: str | None, mesh: Mesh | None, lines: Mapping[int, str]) -> Strategy | None:
    """Return the query as it can be asked about a record, or None, with a warning where it cannot be read."""
    try:
        return Strategy(query, mesh, lines) if query else None
    except InputError as error:
        log.warning("The query is not explained. %s", error)
        return None


def main(
    *,
    recall: str,
    included: str,
    unique: str,
    clusters: str,
    windows: Sequence[str],
    query: str | None,
    lines: Mapping[int, str],
    mesh_file: str | None,
    explain_csv: str,
    terms_csv: str,
) -> None:
    """Write explain.csv and search_terms.csv; both are empty where the query cannot be read here.

    ``lines`` are those that the query was published with, number -> text.
    """
    mesh = read_mesh(mesh_file) if mesh_file else None
    strategy = _strategy(query, mesh, lines)
    if strategy is None:
        write_table([], explain_csv, EXPLAIN_COLUMNS)
        write_table([], terms_csv, TERM_COLUMNS)
        return
    studies = rows_of(read_table(recall))
    facts = {row["study_id"]: row for row in rows_of(read_table(included))}
    wanted = {row["record_id"] for row in studies} - {""}
    counts, known = Counts(strategy), {}
    for name, record in citations(windows, unique, clusters):
        counts.add(record, included=name in wanted)
        if name in wanted:
            known[name] = record
    rows: list[dict[str, object]] = []
    for study in studies:
        record = known.get(study["record_id"]) or from_record(facts[study["study_id"]])
        at_hand = {"at_hand": "; ".join(record.at_hand), "missing": "; ".join(record.missing)}
        for part in explained(strategy, record):
            rows.append({**study, **part, **at_hand})
    write_table(rows, explain_csv, EXPLAIN_COLUMNS)
    write_table(list(counts.rows(mesh)), terms_csv, TERM_COLUMNS)
    log.info(
        "%s; %s explained", count_of(len(strategy.terms), "term"), count_of(len(studies), "study", "studies")
    )


if __name__ == "__main__":
    with job(snakemake):
        main(
            recall=snakemake.input.recall,
            included=snakemake.input.included,
            unique=snakemake.input.unique,
            clusters=snakemake.input.clusters,
            windows=snakemake.input.get("windows", []),
            query=snakemake.params.query,
            lines=snakemake.params.lines,
            mesh_file=snakemake.input.get("mesh"),
            explain_csv=snakemake.output.explain,
            terms_csv=snakemake.output.terms,
        )
