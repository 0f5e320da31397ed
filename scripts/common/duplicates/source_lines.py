"""Journal cells that hold the whole source line: journal, meeting, volume, issue, pages and day.

Exports that went through Ovid or Embase write, in the cell of the journal,
``Brain.Conference: 4th Meeting Rome.Conference Publication: (var.pagings).24 (3) ()(pp S287) 2014.Date of
Publication: Oct 2014.`` Other tools write ``Brain. 2014 Oct;24(3):287-9``.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from scripts.common.duplicates.journals import JOURNALS_KEPT

_NUMBER = r"(?P<volume>[A-Za-z]{0,2}\d{1,5}(?:[-/]\d{1,5})?(?: Suppl\.?(?: \d+)?)?)"
_ISSUE = r"(?:\s*\((?P<issue>(?!pp\b|no pagination)[^()]*)\))?"
_YEAR = r"(?P<year>(?:1[89]|20)\d\d)"
_PAGES = r"(?P<pages>[A-Za-z]?\d+(?:-[A-Za-z]?\d+)?)"
_CITATIONS = (
    # "24 (3) ()(pp S287-S290) 2014", "8 (no pagination) 2014"
    re.compile(
        rf"[.,\s]\s*{_NUMBER}{_ISSUE}\s*(?:\(\)\s*)?\((?:pp?\.? (?P<pages>[^()]+)|no pagination)\)"
        rf"[\s,.]*{_YEAR}?"
    ),
    # "2014 Oct;24(3):287-9", "Oct2014; 24(3): 287-9"
    re.compile(
        rf"[.,\s(]\s*(?:[A-Z][a-z]{{2,8}})?{_YEAR}\)?(?: [A-Za-z]{{3,9}}(?: \d{{1,2}})?)?\s*;"
        rf"\s*{_NUMBER}{_ISSUE}\s*:\s*{_PAGES}"
    ),
    # "24(3):287-9, 2014 Oct"
    re.compile(rf"[.,]\s*{_NUMBER}{_ISSUE}\s*:\s*{_PAGES},\s*{_YEAR}"),
    # "Vol.24(3), Oct 2014, pp. 287-289"
    re.compile(
        rf"[.,]\s*Vol(?:ume)?\b\.?\s*{_NUMBER}{_ISSUE},\s*(?:[A-Za-z-]{{3,9}}\.?\s+)?{_YEAR},\s*pp?\.?\s*{_PAGES}",
        re.IGNORECASE,
    ),
    # "vol. 24, no. 3, pp. 287-289, Oct. 2014"
    re.compile(
        rf"[.,]\s*vol(?:ume)?\b\.?\s*{_NUMBER},\s*(?:no|iss|issue)\b\.?\s*(?P<issue>[\w-]+),"
        rf"\s*pp?\.?\s*{_PAGES}(?:,\s*(?:[A-Za-z-]{{3,9}}\.?\s+)?{_YEAR})?",
        re.IGNORECASE,
    ),
)
_ARTICLE_NUMBER = re.compile(r"Article Number:\s*(\w+)", re.IGNORECASE)
# What ends the name of the journal and of the meeting, beside volume and pages.
_AFTER_NAME = re.compile(
    r"[.;,\s]*\b(?:Conference (?:Start|End|Publication)|Date of Publication|Article Number):.*$"
)
_MEETING = re.compile(r"[.;,\s]*\bConference:\s*")
_MONTH = re.compile(
    r"\s*\((?:(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\W*)+(?:19|20)\d\d\)\.?$",
    re.IGNORECASE,
)
_NO_ISSUE = re.compile(r"\(?(?:var\. ?pagings|no pagination)\)?", re.IGNORECASE)
_PAGES_IN_ISSUE = re.compile(r"pp?\.? (?=\w*\d)", re.IGNORECASE)


class SourceLine(NamedTuple):
    """What the cell of a journal holds; what it does not say is ``""``."""

    journal: str
    volume: str
    issue: str
    pages: str
    year: str


@lru_cache(maxsize=JOURNALS_KEPT)
def source_line(text: str) -> SourceLine:
    """Return the name of the journal in a cell, and the place behind the name.

    A meeting is a second name, as a translation is: ``Brain = 4th Meeting Rome``.
    """
    if "Conference:" not in text and not any(map(str.isdigit, text)):
        return SourceLine(text, "", "", "", "")
    found = next(filter(None, (pattern.search(text) for pattern in _CITATIONS)), None)
    number = _ARTICLE_NUMBER.search(text)
    name = _AFTER_NAME.sub("", text[: found.start()] if found else text)
    name = _MEETING.sub(" = ", _MONTH.sub("", name)).strip(" .,;")
    place = found.groupdict("") if found else {"volume": "", "issue": "", "pages": "", "year": ""}
    return SourceLine(
        name or text,
        place["volume"],
        place["issue"].strip(),
        number[1] if number else place["pages"].strip(),
        place["year"],
    )


def place_with_line(
    journal: str, volume: str, issue: str, pages: str, year: str
) -> tuple[str, str, str, str, str]:
    """Return journal, volume, issue, pages and year, read from the source line where there is one.

    The line comes before the other cells, which were cut out of it: ``var.pagings`` in the cell of the issue
    is no issue, and a page that a spreadsheet made a day is whole in the line.
    """
    if issue and not issue.isdigit():
        if _NO_ISSUE.fullmatch(issue):
            issue = ""
        in_issue = _PAGES_IN_ISSUE.match(issue)
        if in_issue:  # the cells are shifted by one: the pages are in the issue, the year in the pages
            issue, pages = "", issue[in_issue.end() :]
    line = source_line(journal)
    return (
        line.journal,
        line.volume or volume,
        line.issue or issue,
        line.pages or pages,
        year or line.year,
    )
