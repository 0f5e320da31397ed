"""Check the search strategies for faults, and keep them as a structured record beside the checklists."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts.common.files.tables import write_table
from scripts.common.job import job, log
from scripts.common.search.lint import ERROR, Finding, lint
from scripts.common.search.strategies import Strategy, read_strategies, split_lines
from scripts.common.values.counts import count_of

if TYPE_CHECKING:
    snakemake: Any

STRATEGY_COLUMNS = ("strategy", "platform", "interface", "date", "line", "text", "hits", "source")
OURS = "search.query"  # the query of config.yaml, where it names no strategy


def record(strategy: Strategy) -> dict[str, Any]:
    """Return a strategy with the field names of search-query's JSON files, and its lines."""
    return {
        "search_string": strategy.text,
        "platform": strategy.platform,
        "authors": [],
        "record_info": {"source": strategy.source} if strategy.source else {},
        "date": {"search_conducted": strategy.date} if strategy.date else {},
        "interface": strategy.interface,
        "lines": [{"number": line.number, "text": line.text, "hits": line.hits} for line in strategy.lines],
    }


def main(
    *, query: str | None, strategies: Sequence[Strategy], lint_csv: str, table: str, json_file: str
) -> None:
    """Write lint.csv, strategies.csv and strategies.json; warn of what would stop a live search."""
    every, found = with_ours(query, strategies)
    write_table([finding._asdict() for finding in found], lint_csv, Finding._fields)
    write_table([row for strategy in every for row in rows(strategy)], table, STRATEGY_COLUMNS)
    records = {strategy.name: record(strategy) for strategy in every if readable(strategy, found)}
    text = json.dumps(records, ensure_ascii=False, indent=2, sort_keys=True)
    Path(json_file).write_text(text + "\n", encoding="utf-8")
    errors = [finding for finding in found if finding.level == ERROR]
    for one in errors:
        log.warning("strategy %s, line %d: %s. %s", one.strategy, one.line, one.says or one.what, one.advice)
    log.info("%s, %s", count_of(len(every), "strategy", "strategies"), count_of(len(errors), "fault"))


def with_ours(query: str | None, strategies: Sequence[Strategy]) -> tuple[list[Strategy], list[Finding]]:
    """Return the strategies, the query of config.yaml among them unless it is one of them, and all faults."""
    found = [finding for strategy in strategies for finding in lint(strategy)]
    texts = [strategy.text for strategy in strategies if readable(strategy, found)]
    if not query or query in texts:
        return list(strategies), found
    ours = Strategy(OURS, "PubMed", "", "", "", tuple(split_lines(query)))
    return [*strategies, ours], [*found, *lint(ours)]


def rows(strategy: Strategy) -> Iterator[dict[str, object]]:
    """Yield a row per line of a strategy."""
    where = (strategy.name, strategy.platform, strategy.interface, strategy.date)
    for line in strategy.lines:
        hits = "" if line.hits is None else line.hits
        yield dict(
            zip(STRATEGY_COLUMNS, (*where, line.number, line.text, hits, strategy.source), strict=True)
        )


def readable(strategy: Strategy, found: Sequence[Finding]) -> bool:
    """Return whether all lines that a strategy names are there."""
    return not any(one.strategy == strategy.name and one.kind == "line-reference" for one in found)


if __name__ == "__main__":
    with job(snakemake):
        main(
            query=snakemake.params.query,
            strategies=read_strategies(),
            lint_csv=snakemake.output.lint,
            table=snakemake.output.table,
            json_file=snakemake.output.record,
        )
