"""Where a publication is printed: year, ISSN, volume, issue and pages, as numbers."""

import re
from functools import lru_cache

from scripts.common.values.number_words import ROMAN

NUMBERS_KEPT = 10_000  # volumes, issues and years as written, whose numbers are remembered
ISSNS_KEPT = 100_000  # cells of ISSNs that are remembered: a journal comes with many articles
SPREADSHEET_DAY = 10**9  # a page number above it is a day: no journal has a thousand million pages
DAYS_OF_A_MONTH = 100  # numbers for the days of each month, of which the first ones are used
LAST_DAY = 31  # of a month: a higher page number never became a day
# With a letter and from this number on, it is the number of an article ("e0168396", "CD007231"), since few
# volumes have a thousand pages with a letter.
MIN_ARTICLE_NUMBER = 1_000
MAX_ISSUE = 60  # issues of a volume: weeklies have 52; a higher number counts through the years
MAX_DIGITS = 9  # digits of a number that are read: more are a slip, and would not fit into 64 bits

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_DAY = re.compile(r"(\d{1,2})[-/ ]([a-z]{3})[a-z]*|([a-z]{3})[a-z]*[-/ ](\d{1,2})")
_PLAIN_PAGES = re.compile(r"[0-9]+(?:-[0-9]+)?")
_ROMAN_PAGES = re.compile(r"([ivxlc]+)(?:-([ivxlc]+))?")
_ROMAN_DIGITS = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
ROMAN_LETTER = "!"  # in place of the letter before a page: page xii is not page 12
_RANGE = re.compile(r"\d{1,9}-\d{1,9}")
_RANGES = re.compile(rf"[\s\"]*{_RANGE.pattern}(?:\s*[,+;]\s*{_RANGE.pattern})+[\s\"]*")
_IN_SUPPLEMENT = re.compile(r"s(\d{1,2})-(\d+)-s\1-(\d+)")  # "S4-76-S4-101": the fourth supplement
_PAGE = re.compile(r"([a-z]*)\s*(\d+)\s*([a-z]*)")
_IN_VOLUME = re.compile(r"(\w+)\s*\(([^()]*)\)\s*(\(no pagination\))?")
_ARTICLE = re.compile(r"[A-Za-z]{1,3}\d{4,8}")
_NUMBER = re.compile(r"\d+")
_ISSN = re.compile(r"\b(\d{4})-?(\d{3}[\dx])\b", re.IGNORECASE)
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_YEAR_IN_DOI = re.compile(r"(?<=[./-])(?:19|20)\d\d(?=[./-])")
MAX_YEARS_ONLINE = 2  # between online and print; a number further away is no year


def pages_of(text: str) -> tuple[str, int, int]:
    """Return letter, first and last page: ``S123-9`` is ``s``, 123, 129; what is not known is 0.

    A spreadsheet makes days of short ranges (``30-Jun`` was ``6-30`` or ``30-6``): such a page is known to
    be equal to the same day only; its number lies above ``SPREADSHEET_DAY``.
    """
    if _PLAIN_PAGES.fullmatch(text):
        number, _, ending = text.partition("-")
        number = number[:MAX_DIGITS]
        return "", int(number), _last_page(number, ending[:MAX_DIGITS])
    plain = text.casefold().replace("–", "-").replace("—", "-").replace("‐", "-")
    other = _roman_pages(plain) or _day_of_pages(plain)
    if other:
        return other
    if not _NUMBER.search(plain.partition("-")[0]):
        return "", 0, 0
    if _RANGES.fullmatch(plain):  # an article in three languages: each source begins with another one
        plain = min(_RANGE.findall(plain), key=lambda pages: int(pages.partition("-")[0]))
    plain = _IN_SUPPLEMENT.sub(r"s\2-s\3", plain)
    found = _PAGE.findall(plain)
    letters, number, after = found[0]
    number = number[:MAX_DIGITS]
    last = _last_page(number, found[1][1][:MAX_DIGITS]) if len(found) > 1 and "-" in plain else 0
    letter = (letters or after)[:1] if len(letters) < 3 else ""
    return letter if letter != "p" else "", int(number), last


def _roman_pages(plain: str) -> tuple[str, int, int] | None:
    """Return letter, first and last page of ``xii-xv``; None for other pages."""
    roman = _ROMAN_PAGES.fullmatch(plain.partition(";")[0].strip())
    if roman is None:
        return None
    first, last = _roman(roman[1]), _roman(roman[2] or "")
    return ROMAN_LETTER, first, last if last > first else 0


def _roman(text: str) -> int:
    """Return the value of a Roman number in small letters, 0 for none."""
    values = [_ROMAN_DIGITS[sign] for sign in text]
    return sum(-value if value < max(values[n:], default=0) else value for n, value in enumerate(values))


def _day_of_pages(plain: str) -> tuple[str, int, int] | None:
    """Return the number of a day that was a range of pages; None for pages."""
    day = _DAY.fullmatch(plain.strip())
    if not day or (day[2] or day[3]) not in _MONTHS:
        return None
    month = _MONTHS.index(day[2] or day[3])
    return "", SPREADSHEET_DAY + DAYS_OF_A_MONTH * month + int(day[1] or day[4]), 0


def _last_page(first: str, ending: str) -> int:
    """Return the last page of ``123-9``, which is 129; 0 if there is none behind the first."""
    if not ending:
        return 0
    last = int(first[: len(first) - len(ending)] + ending) if len(ending) < len(first) else int(ending)
    return last if last > int(first) else 0


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


def _year_in_doi(doi: str) -> int:
    found = _YEAR_IN_DOI.search(doi, doi.find("/", doi.find("10.")) + 1)
    return int(found[0]) if found else 0


def online_year_of(doi: str, year: int) -> int:
    """Return the year that a DOI names, in which the article went online before ``year``; else 0."""
    online = _year_in_doi(doi) if doi and year else 0
    return online if 0 < year - online <= MAX_YEARS_ONLINE else 0
