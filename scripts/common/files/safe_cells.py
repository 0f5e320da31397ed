"""Cells that a spreadsheet takes for text."""

import re

# What OWASP names as the beginning of a formula, also in its wide form; a number with a sign is none.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠](?<![+-](?=[\d.]+(e[+-]?\d+)?%?$))")


def harmless(cell: str) -> str:
    """Return a cell that a spreadsheet takes for text: an apostrophe before what it would calculate."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def as_written(cell: str) -> str:
    """Return the cell that ``harmless`` was given."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell[1:]) else cell
