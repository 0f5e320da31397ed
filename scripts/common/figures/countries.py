"""Countries and territories of ISO 3166-1: their names in both languages, and their tiles on the map.

``countries.csv`` holds codes, the row and column of the tile, names (Unicode CLDR, as of Babel 2.18) and
what else people write (``also``, separated by semicolons). Tiles were placed once: each takes the free cell
nearest to its position, half degrees and half rank from west to east and north to south, all together at the
least sum of squared distances; positions are those of the towns of the time zone database, or a rough centre.
"""

from functools import cache
from pathlib import Path
from typing import NamedTuple

from scripts.common.files.tables import read_table, rows_of
from scripts.common.values.words import fold

TABLE = Path(__file__).with_suffix(".csv")
COLUMNS = ("alpha2", "alpha3", "row", "column", "en", "zh", "also")


class Country(NamedTuple):
    """A country or territory. ``row`` and ``column`` of its tile begin at 1, in the north-west."""

    alpha2: str
    alpha3: str
    row: int
    column: int
    en: str
    zh: str


NO_CODES = ("NA", "NR")  # "not available", "not reported" far more often than Namibia and Nauru


@cache
def read_countries() -> dict[str, Country]:
    """Return alpha-3 code -> country, in the order of the file."""
    rows = rows_of(read_table(TABLE, COLUMNS))
    return {
        row["alpha3"]: Country(
            row["alpha2"], row["alpha3"], int(row["row"]), int(row["column"]), row["en"], row["zh"]
        )
        for row in rows
    }


@cache
def _names() -> dict[str, str]:
    """Return folded name -> alpha-3 code, and the codes as they are written: in capitals."""
    found: dict[str, str] = {}
    for row in rows_of(read_table(TABLE, COLUMNS)):
        for name in (row["en"], row["zh"], *filter(None, row["also"].split("; "))):
            found[fold(name)] = row["alpha3"]
        for code in (row["alpha2"], row["alpha3"]):
            if code not in NO_CODES:
                found[code] = row["alpha3"]
    return found


def find_country(text: str) -> Country | None:
    """Return the country that has this name or ISO code (in capitals), or None."""
    text = text.strip()
    code = _names().get(text if text.isupper() else "") or _names().get(fold(text))
    return read_countries()[code] if code else None
