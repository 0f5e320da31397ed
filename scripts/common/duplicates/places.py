"""Where a publication is printed: year, ISSN, volume, issue and pages, as numbers."""

import re
from functools import lru_cache

from scripts.common.values.number_words import ROMAN

NUMBERS_KEPT = 10_000  # volumes, issues and years as written, whose numbers are remembered
ISSNS_KEPT = 100_000  # cells of ISSNs that are remembered: a journal comes with many articles
SPREADSHEET_DAY = 10**9  # a page number above it is a day: no journal has a thousand million pages
LAST_DAY = 31  # of a month: a higher page number never became a day
MAX_ISSUE = 60  # issues of a volume: weeklies have 52; a higher number counts through the years
MAX_DIGITS = 9  # digits of a number that are read: more are a slip, and would not fit into 64 bits

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_DAY = re.compile(r"(\d{1,2})[-/ ]([a-z]{3})[a-z]*|([a-z]{3})[a-z]*[-/ ](\d{1,2})")
_PLAIN_PAGES = re.compile(r"[0-9]+(?:-[0-9]+)?")
_PAGE = re.compile(r"([a-z]*)\s*(\d+)\s*([a-z]*)")
_IN_VOLUME = re.compile(r"(\w+)\s*\(([^()]*)\)\s*(\(no pagination\))?")
_ARTICLE = re.compile(r"[A-Za-z]{1,3}\d{4,8}")
_NUMBER = re.compile(r"\d+")
_ISSN = re.compile(r"\b(\d{4})-?(\d{3}[\dx])\b", re.IGNORECASE)
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")


def pages_of(text: str) -> tuple[str, int, int]:
    """Return letter, first and last page: ``S123-9`` is ``s``, 123, 129; what is not known is 0.

    A spreadsheet makes days of short ranges (``30-Jun`` was ``6-30`` or ``30-6``): such a page is known to
    be equal to the same day only; its number lies above ``SPREADSHEET_DAY``.
    """
    if _PLAIN_PAGES.fullmatch(text):
        number, _, ending = text.partition("-")
        return "", int(number[:MAX_DIGITS]), _last_page(number, ending[:MAX_DIGITS])
    plain = text.casefold().replace("–", "-").replace("—", "-").replace("‐", "-")
    if not _NUMBER.search(plain):
        return "", 0, 0
    day = _DAY.fullmatch(plain.strip())
    if day and (day[2] or day[3]) in _MONTHS:
        return "", SPREADSHEET_DAY + 100 * _MONTHS.index(day[2] or day[3]) + int(day[1] or day[4]), 0
    found = _PAGE.findall(plain)
    if not _NUMBER.search(plain.partition("-")[0]):
        return "", 0, 0
    letters, number, after = found[0]
    last = _last_page(number, found[1][1][:MAX_DIGITS]) if len(found) > 1 and "-" in plain else 0
    letter = (letters or after)[:1] if len(letters) < 3 else ""
    return letter if letter != "p" else "", int(number[:MAX_DIGITS]), last


def _last_page(first: str, ending: str) -> int:
    """Return the last page of ``123-9``, which is 129; 0 if there is none behind the first."""
    if not ending:
        return 0
    last = int(first[: len(first) - len(ending)] + ending) if len(ending) < len(first) else int(ending)
    return last if last > int(first[:MAX_DIGITS]) else 0


@lru_cache(maxsize=NUMBERS_KEPT)
def number_of(text: str) -> int:
    """Return the first number of a volume or issue, 0 if it has none."""
    found = _NUMBER.search(text)
    if found and not (")" in text and "(" not in text):  # "1)" is the rest of "64 (Suppl 1)"
        return int(found[0][:MAX_DIGITS])
    return int(ROMAN.get(text.strip().casefold(), 0))


def place_of(volume: str, issue: str, pages: str) -> tuple[str, str, str]:
    """Return volume, issue and pages, each from the field where it was put.

    Exports of Ovid write ``11 (1) (no pagination)`` for the volume and the article's number for the issue;
    an issue such as ``CD007231`` is an article's number too.
    """
    if "(" not in volume and (pages or not issue):
        return volume, issue, pages
    inside = _IN_VOLUME.fullmatch(volume.strip())
    number = issue
    if inside:
        volume, issue = inside[1], inside[2]
    if (
        not pages.strip()
        and number
        and ("no pagination" in volume or (inside and inside[3]) or _ARTICLE.fullmatch(number.strip()))
    ):
        return volume, "" if issue == number else issue, number
    return volume, issue, pages


def issue_of(text: str) -> int:
    """Return the number of an issue in its volume; a running number, as some journals give, is 0."""
    number = number_of(text)
    return number if number <= MAX_ISSUE else 0


@lru_cache(maxsize=ISSNS_KEPT)
def issns_of(issn: str, isbn: str) -> tuple[int, int]:
    """Return up to two ISSNs as numbers, 0 for none; many exports put them among the ISBNs."""
    if not issn and not isbn:
        return 0, 0
    found = _ISSN.findall(issn) + _ISSN.findall(isbn)
    numbers = list(dict.fromkeys(int(f"{a}{b}".casefold().replace("x", "10")) for a, b in found))
    return (numbers[0] if numbers else 0), (numbers[1] if len(numbers) > 1 else 0)


@lru_cache(maxsize=NUMBERS_KEPT)
def year_of(text: str) -> int:
    """Return the first year between 1500 and 2099 in ``text``, or 0."""
    found = _YEAR.search(text)
    return int(found[0]) if found else 0
