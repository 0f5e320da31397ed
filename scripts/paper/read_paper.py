"""Read the review's own paper: its references, its headings and its tables as data."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts.common.files.tables import write_table
from scripts.common.job import job, log
from scripts.common.paper.article import Article
from scripts.common.paper.article_tables import Study, Table, studies, tables
from scripts.common.paper.references import Reference
from scripts.common.paper.source import study_name
from scripts.common.values.counts import count_of

if TYPE_CHECKING:
    snakemake: Any

REFERENCE_COLUMNS = (
    "ref_id", "number", "label", "authors", "year", "title", "journal", "volume", "issue", "pages", "doi",
    "pmid", "pmcid", "raw",
)  # fmt: skip
HEADING_COLUMNS = (
    "order", "sec_id", "number", "title", "level", "part", "path", "paragraphs", "cited", "ref_ids",
)  # fmt: skip
TABLE_COLUMNS = ("table_id", "part", "row", "column", "rows", "columns", "text", "ref_ids")
CHARTING_COLUMNS = ("study_id", "ref_id", "item", "value", "heading", "table_id", "row")
SET_ASIDE_COLUMNS = ("place", "reason", "raw")

ITEMS = {  # item of a charting sheet -> how its column is headed
    "author": r"\bauthor|\bfirst author|^stud(?:y|ies)$|^ref|citation",
    "year": r"\byear\b|\bdate\b",
    "country": r"countr|location|setting|region|\bsite\b|\bplace\b",
    "design": r"design|stud(?:y|ies) type|type of (?:stud|article)|method",
    "population": r"population|participant|sample(?! size)|subjects|patients|species",
    "sample_size": r"sample size|^n$|\bn ?=|number of (?:participants|patients|subjects)|^size$",
    "intervention": r"intervention|exposure|treatment|programme|program\b|platform|dose|training",
    "comparison": r"comparat|comparison|control",
    "outcome": r"outcome|measure|endpoint|result|finding|effect|conclusion",
    "aim": r"\baims?\b|objective|purpose",
}


def heading_rows(article: Article) -> list[dict[str, object]]:
    """Return the sections in their order, each with the references that its own paragraphs cite."""
    return [
        {
            "order": order, "sec_id": one.sec_id, "number": one.number, "title": one.title,
            "level": len(one.path), "part": one.part, "path": " > ".join(one.path),
            "paragraphs": len(one.passages), "cited": len(one.ref_ids), "ref_ids": " ".join(one.ref_ids),
        }
        for order, one in enumerate(article.sections, start=1)
    ]  # fmt: skip


def table_rows(table: Table) -> list[dict[str, object]]:
    """Return the cells and footnotes of a table, one row each; places count from 1."""
    rows: list[dict[str, object]] = [
        {
            "table_id": table.table_id,
            "part": "head" if cell.row <= table.head_rows else "body",
            "row": cell.row,
            "column": cell.column,
            "rows": cell.rows,
            "columns": cell.columns,
            "text": cell.passage.text,
            "ref_ids": " ".join(cell.passage.ref_ids),
        }
        for cell in table.cells
    ]
    for part, text, refs in (
        ("label", table.label, []),
        ("caption", table.caption, []),
        *(("footnote", note.text, note.ref_ids) for note in table.footnotes),
    ):
        if text:
            rows.append({"table_id": table.table_id, "part": part, "text": text, "ref_ids": " ".join(refs)})
    return [{"row": "", "column": "", "rows": "", "columns": "", **row} for row in rows]


def item_of(heading: str) -> str:
    """Return the item of a charting sheet that a column holds, or ``""``."""
    words = heading.casefold().strip()
    return next((item for item, pattern in ITEMS.items() if re.search(pattern, words)), "")


def charting(article: Article, all_tables: Sequence[Table]) -> list[dict[str, object]]:
    """Return what the tables say of each study, of columns that can be recognised."""
    return [row for table in all_tables for row in _charting_of(article, table)]


def _charting_of(article: Article, table: Table) -> list[dict[str, object]]:
    """Return the recognised cells of the studies of one table; none unless it has two of each or more."""
    headings = [table.column_name(column) for column in range(len(table.grid[0]) if table.grid else 0)]
    known = {column: item for column, heading in enumerate(headings) if (item := item_of(heading))}
    found = [study for study in studies(article, table) if study.ref_ids]
    if len(known) < 2 or len(found) < 2:
        return []
    return [
        {
            "study_id": study_name(article, ref), "ref_id": ref, "item": item, "value": value,
            "heading": headings[column], "table_id": table.table_id, "row": study.row,
        }
        for study in found
        for column, item in known.items()
        if (value := _value_of(table, study, column))
        for ref in study.ref_ids
    ]  # fmt: skip


def _value_of(table: Table, study: Study, column: int) -> str:
    """Return what a column (from 0) says of a study; ``""`` for a study that is a column itself."""
    cell = table.grid[study.row - 1][column] if study.row > table.head_rows else None
    return "" if cell is None else cell.passage.text


def set_aside(article: Article, all_tables: Sequence[Table]) -> list[dict[str, str]]:
    """Return what was seen and not understood: with its place and the reason."""
    rows = [
        *_references_set_aside(article),
        *_links_set_aside(article),
        *(row for table in all_tables for row in _rows_set_aside(article, table)),
    ]
    return [{"place": place, "reason": reason, "raw": raw} for place, reason, raw in rows]


def _references_set_aside(article: Article) -> Iterator[tuple[str, str, str]]:
    """Yield each reference that cannot be found again by its fields."""
    for entry in article.references:
        if lacking := missing(entry):
            yield f"reference {entry.number} ({entry.ref_id})", f"no {lacking} could be read", entry.raw


def _links_set_aside(article: Article) -> Iterator[tuple[str, str, str]]:
    """Yield each citation whose link leads to nothing."""
    elements = [node for node in article.root.iter() if isinstance(node.tag, str)]
    ids = {str(node.get("id")) for node in elements if node.get("id")}
    for node in article.root.iter("xref"):
        lost = [name for name in (node.get("rid") or "").split() if name not in ids]
        if lost and node.get("ref-type") == "bibr":
            text = "".join(map(str, node.itertext()))
            yield f"citation {text!r}", f"leads to {' '.join(lost)}, which is nowhere", text


def _rows_set_aside(article: Article, table: Table) -> Iterator[tuple[str, str, str]]:
    """Yield a table without cells, and each row whose study is doubtful."""
    place = table.label or table.table_id
    if not table.cells:
        yield place, "the table is an image or empty", table.caption
    for study in studies(article, table):
        if study.doubt:
            yield f"{place}, row {study.row}", study.doubt, study.text


def missing(entry: Reference) -> str:
    """Return what a reference lacks to be found again, or ``""``."""
    lacks = [name for name in ("authors", "year", "title") if not getattr(entry, name)]
    return " and no ".join(lacks) if not entry.doi and not entry.pmid else ""


def main(
    *,
    paper: str,
    references: str,
    headings: str,
    tables_csv: str,
    tables_folder: str,
    charting_csv: str,
    set_aside_csv: str,
) -> None:
    """Write all that the later rules and a reader need of the paper."""
    article = Article.read(paper)
    found = tables(article)
    write_table([entry._asdict() for entry in article.references], references, REFERENCE_COLUMNS)
    write_table(heading_rows(article), headings, HEADING_COLUMNS)
    rows = [table_rows(table) for table in found]
    write_table([row for part in rows for row in part], tables_csv, TABLE_COLUMNS)
    Path(tables_folder).mkdir(parents=True, exist_ok=True)
    for table, part in zip(found, rows, strict=True):
        name = re.sub(r"[^\w.-]", "_", table.table_id)
        write_table(part, Path(tables_folder) / f"{name}.csv", TABLE_COLUMNS)
    write_table(charting(article, found), charting_csv, CHARTING_COLUMNS)
    aside = set_aside(article, found)
    write_table(aside, set_aside_csv, SET_ASIDE_COLUMNS)
    log.info(
        "%s, %s, %s, %s set aside; licence %s",
        count_of(len(article.references), "reference"),
        count_of(len(article.sections), "heading"),
        count_of(len(found), "table"),
        count_of(len(aside), "piece"),
        article.licence or "not stated",
    )


if __name__ == "__main__":
    with job(snakemake):
        main(
            paper=snakemake.input.paper,
            references=snakemake.output.references,
            headings=snakemake.output.headings,
            tables_csv=snakemake.output.tables,
            tables_folder=snakemake.output.folder,
            charting_csv=snakemake.output.charting,
            set_aside_csv=snakemake.output.set_aside,
        )
