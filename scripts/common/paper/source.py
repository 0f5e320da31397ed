"""What the rules on the review's own paper share: its file, names of studies, corrections by people."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from scripts.common.errors import InputError, nearest
from scripts.common.files.tables import read_table, rows_of
from scripts.common.paper.article import Article, surname
from scripts.common.review.inputs import INPUTS, Input, of_kind
from scripts.common.review.settings import CONFIG

CORRECTIONS = "config/decisions/corrections.csv"
CORRECTION_COLUMNS = ("table", "item", "field", "value", "reason")
CORRECTED = {  # table of results/paper -> what its corrections may say; None: anything
    "included": ("yes", "no"),
    "evidence": ("present", "absent"),
    "numbers": None,
}


class Correction(NamedTuple):
    """What a person says instead of the machine; ``line`` is its line in corrections.csv."""

    line: int
    table: str
    item: str
    field: str
    value: str
    reason: str


def read_corrections(path: str | None, table: str = "") -> list[Correction]:
    """Return the corrections, of one table if it is named; ``InputError`` names a wrong line."""
    if path is None:
        return []
    found: list[Correction] = []
    for line, row in enumerate(rows_of(read_table(path, CORRECTION_COLUMNS)), start=2):
        one = Correction(line, *(row[name].strip() for name in CORRECTION_COLUMNS))
        where = f"{path} line {line}"
        if one.table not in CORRECTED:
            raise InputError(f"{where}: table {one.table!r} is unknown. {nearest(one.table, CORRECTED)}")
        allowed = CORRECTED[one.table]
        if allowed and one.value not in allowed:
            raise InputError(f"{where}: value is {one.value!r}; write {' or '.join(allowed)}.")
        if not one.item or not one.field or not one.reason:
            raise InputError(f"{where}: item, field and reason are needed: say what is corrected, and why.")
        if any((one.table, one.item, one.field) == (other.table, other.item, other.field) for other in found):
            raise InputError(f"{where}: {one.item} {one.field} stands twice. Keep one line.")
        found.append(one)
    return [one for one in found if table in ("", one.table)]


def paper_path(settings: Mapping[str, Any]) -> str | None:
    """Return where the paper's full text lies or will lie, None for none; stop if the file is missing."""
    paper = settings.get("paper", {"source": "none"})
    if paper["source"] == "file":
        path = paper.get("file")
        if not path:
            raise InputError(f"{CONFIG}: paper.file: is empty, but paper.source is file. Name the JATS XML.")
        if not Path(path).is_file():
            raise InputError(
                f"{CONFIG}: paper.file: {path} is missing. Put it there, or set paper.source: none."
            )
        return str(path)
    return "results/paper/paper.xml" if paper["source"] == "live" else None


def check_paper(settings: Mapping[str, Any], inputs: Collection[Input]) -> None:
    """Stop at a paper that the settings ask for and that is not listed, no full text, or has no name."""
    source = settings.get("paper", {"source": "none"})["source"]
    if source == "file":
        path = str(paper_path(settings))
        if path not in [item.path for item in of_kind(inputs, "paper")]:
            raise InputError(
                f"paper.file: {path} stands in no line of {INPUTS}. Add it with kind paper and its licence."
            )
        Article.read(path)
    if source == "live" and not any(paper_ids(settings)):
        raise InputError("paper.pmcid: no PMCID, PMID or DOI is given. Name one, or set paper.source: none.")


def paper_ids(settings: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return PMCID, PMID and DOI to ask for: those of ``paper``, else those of ``review``."""
    paper, review = settings.get("paper", {}), settings["review"]
    return (
        str(paper.get("pmcid") or ""),
        str(paper.get("pmid") or ("" if paper.get("doi") else review["pmid"]) or ""),
        str(paper.get("doi") or review["doi"] or ""),
    )


def study_name(article: Article, ref_id: str) -> str:
    """Return the printed number of a reference; where the text cites by author and year, those."""
    entry = article.reference[ref_id]
    if article.numbered:
        return entry.label or str(entry.number)
    name = f"{surname(entry) or entry.ref_id} {entry.year}".strip()
    same = [one for one in article.references if f"{surname(one) or one.ref_id} {one.year}".strip() == name]
    return name if len(same) < 2 else f"{name} ({ref_id})"


def find_reference(article: Article, name: str) -> str:
    """Return the ref_id that a person means by a printed number, a ref_id or a study's name, or ``""``."""
    if name in article.reference:
        return name
    return next(
        (entry.ref_id for entry in article.references if study_name(article, entry.ref_id) == name), ""
    )
