"""How studies are called in figures."""

from collections.abc import Iterable, Mapping

from scripts.common.figures.plotting import text_width, wrap
from scripts.common.values.words import fold


def called(included: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Return study -> first author and year where they are known, with its number or name behind them.

    A study whose name says its first author has that name alone.

    >>> called([{"study_id": "7", "authors": "Li, X.; Wu, Y.", "year": "2020"}])
    {'7': 'Li 2020 (7)'}
    """
    found = {}
    for row in included:
        study, author = row["study_id"], row["authors"].split(";")[0].split(",")[0].strip()
        known = " ".join(part for part in (author, row["year"]) if part)
        named = author and fold(author) in fold(study)
        found[study] = f"{known} ({study})" if known and not named else study
    return found


def in_one_line(name: str, width_mm: float, points: float) -> str:
    """Return the name of a study in one line, cut off before its number where it is too long."""
    known, bracket, number = name.rpartition(" (")
    end = f"{bracket}{number}" if known else ""
    (first,) = wrap(known or name, width_mm - text_width(end, points), points, most=1)
    return first + end
