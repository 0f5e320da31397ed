"""Answer "which line lost this paper?": print which parts of the query a record meets, and by which words."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from scripts.common.errors import InputError
from scripts.common.files.tables import read_table, rows_of
from scripts.common.job import job, progress
from scripts.common.screening.passports import search
from scripts.common.search.citations import citations
from scripts.common.search.explain import Strategy, explained, short
from scripts.common.search.mesh import read_mesh

if TYPE_CHECKING:
    snakemake: Any

MOST = 5  # records on one screen


def main(
    *,
    passports: str,
    unique: str,
    clusters: str,
    windows: Sequence[str],
    query: str | None,
    lines: Mapping[int, str],
    mesh_file: str | None,
    asked: str,
    show: Callable[[str], None],
) -> None:
    """Show for the records that a record_id, study, DOI, PMID or words of the title find what they meet."""
    if not query:
        raise InputError("search.query: this review has none, so there is nothing to explain.")
    if not asked:
        raise InputError("record: name one: snakemake explain --config record=10.1000/example.")
    found = search(rows_of(read_table(passports)), asked)
    if not found:
        raise InputError(f"record: no record of any source has the name {asked!r}. Try words of its title.")
    strategy = Strategy(query, read_mesh(mesh_file) if mesh_file else None, lines)
    titles = {row["kept_as"] or row["record_id"]: row["title"] for row in found}
    for name, record in citations(windows, unique, clusters):
        if name not in list(titles)[:MOST]:
            continue
        show(f"{name}: {titles[name]}")
        show(f"  at hand: {', '.join(record.at_hand)}; missing: {', '.join(record.missing) or 'nothing'}")
        for part in explained(strategy, record):
            by = f" by {part['by']}" if part["by"] else ""
            line = f" (line {part['line']})" if part["line"] else ""
            show(f"  part {part['part']}{line}, {short(part['query_part'])}: {part['met']}{by}")
    if len(titles) > MOST:
        show(f"... and {len(titles) - MOST} more. Give more words of the title.")


if __name__ == "__main__":
    with job(snakemake):
        main(
            passports=snakemake.input.passports,
            unique=snakemake.input.unique,
            clusters=snakemake.input.clusters,
            windows=snakemake.input.windows,
            query=snakemake.params.query,
            lines=snakemake.params.lines,
            mesh_file=snakemake.input.get("mesh"),
            asked=snakemake.params.asked,
            show=progress.info,
        )
