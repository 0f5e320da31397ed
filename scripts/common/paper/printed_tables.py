"""Numbers that tables print as shares and sums: "32 (66.7%)" in a column of 48, and rows of totals."""

import re
from collections.abc import Iterator, Sequence

from scripts.common.paper.article_tables import Cell, Table
from scripts.common.paper.printed import Printed
from scripts.common.paper.sentences import Sentence

SHARE = re.compile(r"(?P<n>\d+)\s?[(\[](?P<p>\d{1,3}(?:\.\d+)?)\s?(?P<sign>%?)[)\]]")
WHOLE = re.compile(r"\b(?:n|N|total)\s?=\s?(?P<N>\d+)\b")
WHOLE_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+|\d+")
TOTAL = re.compile(r"\s*(?:total|sum|all)\s*", re.IGNORECASE)
MIN_PARTS = 3  # rows above a total that are added up


def table_numbers(tables: Sequence[Table]) -> Iterator[Printed]:
    """Yield the shares whose column says of how many, and the totals of columns."""
    for table in tables:
        for column in range(len(table.grid[0]) if table.grid else 0):
            yield from _shares(table, column)
            yield from _total(table, column)


def _body(table: Table, column: int) -> list[Cell]:
    """Return the cells of a column below its heading, each once."""
    cells = (row[column] for row in table.grid[table.head_rows :])
    return list(dict.fromkeys(cell for cell in cells if cell is not None))


def _shares(table: Table, column: int) -> Iterator[Printed]:
    heading = table.column_name(column)
    whole = WHOLE.search(heading) or WHOLE.search(table.caption)
    for cell in _body(table, column):
        found = SHARE.fullmatch(cell.passage.text)
        if whole and found and (found["sign"] or "%" in heading):
            yield Printed(
                "share", heading, found["n"], cell_as_sentence(table, cell), of=whole["N"],
                percent=found["p"], rule="cell of a table",
            )  # fmt: skip


def _total(table: Table, column: int) -> Iterator[Printed]:
    """Yield the total of a column of whole numbers; the row is called total, and is the last."""
    cells = _body(table, column)
    last = table.grid[-1]
    name = last[0].passage.text if last[0] is not None else ""
    if column == 0 or not TOTAL.fullmatch(name) or len(cells) <= MIN_PARTS:
        return
    texts = [cell.passage.text for cell in cells]
    if all(WHOLE_NUMBER.fullmatch(text) for text in texts):
        *parts, total = (int(text.replace(",", "")) for text in texts)
        yield Printed(
            "sum", table.column_name(column), str(total), cell_as_sentence(table, cells[-1]),
            parts=tuple(parts), rule="last row of a table",
        )  # fmt: skip


def cell_as_sentence(table: Table, cell: Cell) -> Sentence:
    """Return a cell as the sentence that prints its number."""
    place = f"{table.table_id}:{cell.row}:{cell.column}"
    path = (table.label or table.table_id,)
    return Sentence(cell.passage.text, tuple(cell.passage.ref_ids), "table", path, place, ())
