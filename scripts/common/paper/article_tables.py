"""The tables of an article as grids of cells, wherever they are; and the rows that are studies."""

import itertools
import re
from functools import lru_cache
from typing import NamedTuple

from lxml import etree

from scripts.common.paper.article import Article
from scripts.common.paper.citations import Passage
from scripts.common.paper.references import Reference, surname
from scripts.common.paper.running_text import NOT_TEXT
from scripts.common.values.words import fold

IN_CELLS = frozenset(NOT_TEXT - {"table-wrap", "alternatives"})
YEAR_ALONE = re.compile(r"\(?(?:19|20)\d\d[a-z]?\)?")
YEAR = re.compile(r"\b(?:19|20)\d\d[a-zA-Z]?\b")
MANY = 60  # cells; half as many cells that name works make a column of studies, however long the table is
LONGEST_NAME = 120  # characters of a cell that names a study; a longer one is running text
MAX_SPAN = 1_000  # rows or columns that one cell may cover


class Cell(NamedTuple):
    """One cell: where it begins (rows and columns from 1), what it covers, its text and citations."""

    row: int
    column: int
    rows: int
    columns: int
    head: bool
    passage: Passage


class Table(NamedTuple):
    """One table. ``grid`` holds for each row (from 0) the cell that covers each column."""

    table_id: str
    label: str
    caption: str
    cells: tuple[Cell, ...]
    grid: tuple[tuple[Cell | None, ...], ...]
    head_rows: int
    footnotes: tuple[Passage, ...]

    def column_name(self, column: int) -> str:
        """Return the heading of a column (from 0): the cells of the head above it, once each."""
        names = [
            cell.passage.text
            for row in self.grid[: self.head_rows]
            if column < len(row) and (cell := row[column]) is not None and cell.passage.text
        ]
        return " / ".join(dict.fromkeys(names))


class Study(NamedTuple):
    """A row (or a column) of a table that is a study, and the references found for it.

    ``doubt`` is the reason why the reference may be another work, or ``""``.
    """

    table_id: str
    row: int
    text: str
    ref_ids: tuple[str, ...]
    by: str
    doubt: str


@lru_cache(maxsize=2)  # the printed numbers, the findings and the included set ask for the same tables
def tables(article: Article) -> tuple[Table, ...]:
    """Return the tables in their order; a table that is an image has no cells."""
    found: list[Table] = []
    for wrap in article.root.iter("table-wrap"):
        caption = wrap.find("caption")
        label = wrap.find("label")
        words = "" if caption is None else article.passage(caption, set()).text
        notes = tuple(
            passage
            for foot in wrap.iter("table-wrap-foot", "tfoot")
            if (passage := article.passage(foot, set())).text
        )
        grids = [node for node in wrap.iter("table") if not _nested(node)]
        for number, node in enumerate(grids or [None], start=1):
            name = str(wrap.get("id") or f"table-{len(found) + 1}") + (f"-{number}" if len(grids) > 1 else "")
            cells, grid, head = ((), (), 0) if node is None else _grid(article, node)
            printed = "" if label is None else article.passage(label).text
            found.append(Table(name, printed, words, cells, grid, head, notes))
    return tuple(found)


def _nested(node: etree._Element) -> bool:
    return any(above.tag == "table" for above in node.iterancestors())


def _span(node: etree._Element, name: str) -> int:
    text = (node.get(name) or "").strip()
    return min(max(int(text), 1), MAX_SPAN) if text.isdecimal() else 1


def _grid(
    article: Article, node: etree._Element
) -> tuple[tuple[Cell, ...], tuple[tuple[Cell | None, ...], ...], int]:
    """Return cells, grid and number of head rows of a table, laid out as HTML does, spans filled in."""
    lines = [line for line in node.iter("tr") if _table_of(line) is node]
    taken: dict[tuple[int, int], Cell] = {}
    cells: list[Cell] = []
    head_rows = 0
    for number, line in enumerate(lines):
        placed = _place_row(article, line, number, len(lines), taken)
        cells += placed
        end = placed[-1].column - 1 + placed[-1].columns if placed else 0
        all_head = all(taken[number, column].head for column in range(end) if (number, column) in taken)
        if placed and all_head and head_rows == number:
            head_rows = number + 1
    width = max((cell.column - 1 + cell.columns for cell in cells), default=0)
    grid = tuple(tuple(taken.get((row, column)) for column in range(width)) for row in range(len(lines)))
    return tuple(cells), grid, head_rows or _unmarked_head_rows(grid)


def _place_row(
    article: Article, line: etree._Element, number: int, rows: int, taken: dict[tuple[int, int], Cell]
) -> list[Cell]:
    """Return the cells of one row (from 0 of ``rows``), and enter in ``taken`` what they cover."""
    above = line.getparent()
    items = [one for one in line if one.tag in ("td", "th")]
    in_head = above is not None and above.tag == "thead"
    only_headings = all(one.tag == "th" for one in items)
    placed: list[Cell] = []
    column = 0
    for item in items:
        while (number, column) in taken:
            column += 1
        down, right = min(_span(item, "rowspan"), rows - number), _span(item, "colspan")
        cell = Cell(
            number + 1, column + 1, down, right, in_head or only_headings, article.passage(item, IN_CELLS)
        )
        placed.append(cell)
        for place in itertools.product(range(number, number + down), range(column, column + right)):
            taken.setdefault(place, cell)
        column += right
    return placed


def _unmarked_head_rows(grid: tuple[tuple[Cell | None, ...], ...]) -> int:
    """Return 1 if the first row of a table without marked headings cites nothing, else 0."""
    return 1 if len(grid) > 1 and not any(cell and cell.passage.citations for cell in grid[0]) else 0


def _table_of(line: etree._Element) -> etree._Element | None:
    return next((above for above in line.iterancestors() if above.tag == "table"), None)


# -- studies -----------------------------------------------------------------------------------


def names_work(text: str, entry: Reference) -> bool:
    """Does a text name this work as author and year? Years may differ by one: online and printed."""
    years = [int(year[:4]) for year in YEAR.findall(text)]
    name = fold(surname(entry))
    if not name or not entry.year[:4].isdecimal():
        return False
    near = not years or any(abs(year - int(entry.year[:4])) <= 1 for year in years)
    return near and re.search(rf"\b{re.escape(name)}\b", fold(text)) is not None


def find_work(text: str, references: list[Reference]) -> list[Reference]:
    """Return the works that a text like "Shanahan and Hopkins (2019)" can mean; the year must be there.

    Works of the exact year and letter win over those of the year before or after. A name counts only
    where the text begins with it, so that a co-author is not taken for a first author.
    """
    years = [year.casefold() for year in YEAR.findall(text)]
    if not years:
        return []
    start = fold(text)
    fitting = [
        entry
        for entry in references
        if (name := fold(surname(entry)))
        and re.match(rf"{re.escape(name)}\b", start)
        and names_work(text, entry)
    ]
    for length in (None, 4):  # the year with its letter, then without
        exact = [entry for entry in fitting if entry.year[:length] in {year[:length] for year in years}]
        if exact:
            return exact
    return fitting


_FIRST = re.compile(
    r"\s*((?:(?:de|da|van|von|der|den|del|la|le|el|al|di|dos)\s+){0,3}[A-Z\u00c0-\u024f][\w'’\-]{2,})",
    re.IGNORECASE,
)


def _contradiction(text: str, cited: list[str], article: Article) -> tuple[list[str], str]:
    """Return what a row should cite, and why: the link may lead to another work than the row names."""
    first = _FIRST.match(text)
    if len(cited) != 1 or first is None or not YEAR.search(text):
        return cited, ""
    entry = article.reference[cited[0]]
    if (
        not surname(entry)
        or fold(surname(entry)).split()[-1] in fold(text)
        or fold(first[1]) in fold(entry.raw)
    ):
        return cited, ""
    named = find_work(text, article.references)
    printed = f"{entry.label or entry.number} ({surname(entry)} {entry.year})"
    if len(named) == 1:
        return [named[0].ref_id], (
            f"the row names {text[:60]!r} but is linked to {printed}; read as"
            f" {named[0].label or named[0].number} ({surname(named[0])} {named[0].year})"
        )
    return cited, f"the row names {text[:60]!r} but is linked to {printed}"


def studies(article: Article, table: Table) -> list[Study]:
    """Return the rows of a table that are studies: by their links, else by author and year.

    Of each row the first cell with a citation counts in the column that most rows cite in. A table
    whose head row cites, and no first column, has its studies in the columns.
    """
    body = table.grid[table.head_rows :]
    if not body:
        return []
    column = _study_column(body, article)
    if column is None:
        return _across(article, table)
    found: list[Study] = []
    seen: set[Cell] = set()
    for index, row in enumerate(body, start=table.head_rows + 1):
        cell = _study_cell(row, column)
        if cell is None or cell in seen:
            continue
        seen.add(cell)
        read = _linked_study if cell.passage.ref_ids else _named_study
        found += read(article, table, index, row, cell)
    return found


def _study_cell(row: tuple[Cell | None, ...], column: int) -> Cell | None:
    """Return the cell of the column of studies; where it is empty, the first cell of the row with a text."""
    cells = [row[column], *row[:column]]
    return next((cell for cell in cells if cell is not None and cell.passage.text), None)


def _linked_study(
    article: Article, table: Table, index: int, row: tuple[Cell | None, ...], cell: Cell
) -> list[Study]:
    """Return the study of a row whose cell cites it."""
    text = cell.passage.text
    name = text if YEAR.search(text) else _row_name(row, text)
    refs, doubt = _contradiction(name, list(cell.passage.ref_ids), article)
    return [Study(table.table_id, index, text, tuple(refs), "link", doubt)]


def _named_study(
    article: Article, table: Table, index: int, row: tuple[Cell | None, ...], cell: Cell
) -> list[Study]:
    """Return the study of a row that names it by author and year; a name without its work is doubtful."""
    text = _with_year(row, cell)
    if not YEAR.search(text):
        before = [one.passage.text for one in row[: row.index(cell)] if one is not None]
        text = " ".join([*before, text])
    named = find_work(text, article.references)
    if len(named) == 1:
        return [Study(table.table_id, index, text, (named[0].ref_id,), "author and year", "")]
    if not (YEAR.search(text) and _FIRST.match(text) and len(text) < LONGEST_NAME):
        return []
    how_many = f"{len(named)} references" if named else "no reference"
    doubt = f"the row names {text[:60]!r}: {how_many} of that name and year"
    return [Study(table.table_id, index, text, (), "", doubt)]


def _with_year(row: tuple[Cell | None, ...], cell: Cell) -> str:
    """Return the text of a cell; where it has no year, with the year that is alone in a cell beside it."""
    text, place = cell.passage.text, row.index(cell)
    beside = [one.passage.text for one in row[max(place - 1, 0) : place + 3] if one is not None]
    year = next((words for words in beside if YEAR_ALONE.fullmatch(words)), "")
    return text if YEAR.search(text) or not year else f"{text} {year}"


def _row_name(row: tuple[Cell | None, ...], text: str) -> str:
    """Return author and year of a row whose citation is alone in its cell."""
    for cell in row[:3]:
        if cell is not None and YEAR.search(cell.passage.text) and len(cell.passage.text) < 80:
            return cell.passage.text
    return text


def _study_column(body: tuple[tuple[Cell | None, ...], ...], article: Article) -> int | None:
    """Return the column whose cells cite or name works in most rows; the leftmost of equals."""
    best, most = None, 0.0
    for column in range(len(body[0])):
        rows = {cell: row for row in reversed(body) if (cell := row[column]) is not None}
        cells = [cell for cell in rows if cell.passage.text and cell.columns < len(body[0])]
        score = sum(
            bool(cell.passage.citations or find_work(_with_year(rows[cell], cell), article.references))
            for cell in cells
        )
        if score > most * 1.2 and 2 * score >= min(len(cells), MANY):
            best, most = column, score
    return best


def _across(article: Article, table: Table) -> list[Study]:
    """Return the studies of a table that holds one in each column: the head row cites them."""
    rows = [
        row
        for row in table.grid[: max(table.head_rows, 1)]
        if sum(1 for c in row if c and c.passage.citations) >= 2
    ]
    return [
        Study(table.table_id, cell.row, cell.passage.text, tuple(cell.passage.ref_ids), "link", "")
        for row in rows[:1]
        for cell in dict.fromkeys(row)
        if cell is not None and cell.passage.citations
    ]
