"""config/reporting.yaml: what only the authors know of how the review was done, under closed names."""

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from scripts.common.errors import InputError
from scripts.common.files.yaml_files import check_names, read_yaml

REPORTING = "config/reporting.yaml"
NONE = "none"  # the answer that there was none, which results can contradict
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
Answer = str | int | tuple[str, ...]

PRISMA_S = (
    *("databases", "platforms", "registers", "websites", "citations", "contacts", "other_methods"),
    *("strategies", "limits", "filters", "prior_work", "updates", "search_date", "peer_review"),
    *("total_records", "deduplication"),
)
PRISMA_SCR = (
    *("title", "summary", "rationale", "objectives", "protocol", "eligibility", "sources", "search"),
    *("selection", "charting", "data_items", "appraisal", "synthesis", "included", "characteristics"),
    *("appraisal_results", "results_of_sources", "results", "main_results", "limitations"),
    *("conclusions", "funding"),
)
LIVING = ("living_plan", "changes_of_methods", "changes_of_results", "people")
PARTS = {"prisma_s": PRISMA_S, "prisma_scr": PRISMA_SCR, "prisma_lsr": LIVING}


def read_reporting(path: str | None = REPORTING) -> dict[str, dict[str, Answer]]:
    """Return part -> name -> answer of a person; names without an answer are left out.

    An answer is a text, a whole number, a list of texts or a day (as ``YYYY-MM-DD``). A review without
    the file has no answers.
    """
    answers: dict[str, dict[str, Answer]] = {part: {} for part in PARTS}
    if path is None or not Path(path).is_file():
        return answers
    found = read_yaml(path)
    check_names(path, found, (), tuple(PARTS))
    for part, items in found.items():
        if items is None:
            continue
        check_names(f"{path}: {part}", items, (), PARTS[part])
        for name, value in items.items():
            if value is not None and value != "":
                answers[part][name] = _answer(f"{path}: {part}.{name}", value)
    return answers


def _answer(where: str, value: Any) -> Answer:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list) and value and all(isinstance(item, str) and item.strip() for item in value):
        return tuple(value)
    if (isinstance(value, int) and not isinstance(value, bool) and value >= 0) or isinstance(value, str):
        return value
    raise InputError(
        f"{where}: {value!r} must be a text, a whole number, a day or a list of texts."
        " Correct it, or leave it empty."
    )


def contradiction(where: str, stated: Answer, ours: Answer | None, evidence: str) -> str:
    """Return in one line how a person's answer contradicts the results; empty if it does not.

    ``none`` contradicts any result. A number or a day must be ours; a list must name all that we have.
    Another text is not judged.
    """
    problem = "" if ours is None else _problem(stated, ours)
    return f"{where}: {problem}. Correct the answer, or the results behind {evidence}." if problem else ""


def _problem(stated: Answer, ours: Answer) -> str:
    shown = "; ".join(ours) if isinstance(ours, tuple) else str(ours)
    if isinstance(stated, tuple):
        unnamed = _first_unnamed(stated, ours) if isinstance(ours, tuple) else ""
        return f"does not name {unnamed!r}, which the results have" if unnamed else ""
    if isinstance(stated, str):
        if stated.strip().casefold() == NONE:
            return f"says none, but the results have: {shown}"
        wrong = DAY.fullmatch(stated) is not None and stated != ours
    else:
        wrong = isinstance(ours, int) and stated != ours
    return f"says {stated}, but the results have {shown}" if wrong else ""


def _first_unnamed(stated: Sequence[str], ours: Sequence[str]) -> str:
    """Return the first of our names that the answer leaves out, capitals aside; empty if it names all."""
    known = {name.casefold() for name in stated}
    return next((name for name in ours if name.casefold() not in known), "")
