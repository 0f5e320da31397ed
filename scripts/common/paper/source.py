"""Which file is the review's own paper, its identifiers, and how its references are named as studies."""

from collections.abc import Collection
from pathlib import Path

from scripts.common.errors import InputError
from scripts.common.paper.article import Article
from scripts.common.paper.references import surname
from scripts.common.review.inputs import INPUTS, Input, of_kind
from scripts.common.review.settings import CONFIG, Paper, Review, Settings


def paper_path(paper: Paper) -> str | None:
    """Return where the paper's full text lies or will lie, None for none; stop if the file is missing."""
    if paper.source == "file":
        if not paper.file:
            raise InputError(f"{CONFIG}: paper.file: is empty, but paper.source is file. Name the JATS XML.")
        if not Path(paper.file).is_file():
            raise InputError(
                f"{CONFIG}: paper.file: {paper.file} is missing. Put it there, or set paper.source: none."
            )
        return paper.file
    return "results/paper/paper.xml" if paper.source == "live" else None


def check_paper(settings: Settings, inputs: Collection[Input]) -> None:
    """Stop at a paper that the settings ask for and that is not listed, no full text, or has no name."""
    source = settings.paper.source
    if source == "file":
        path = str(paper_path(settings.paper))
        if path not in [item.path for item in of_kind(inputs, "paper")]:
            raise InputError(
                f"paper.file: {path} is not listed in {INPUTS}. Add it with kind paper and its licence."
            )
        Article.read(path)
    if source == "live" and not any(paper_ids(settings.paper, settings.review)):
        raise InputError("paper.pmcid: no PMCID, PMID or DOI is given. Name one, or set paper.source: none.")


def paper_ids(paper: Paper, review: Review) -> tuple[str, str, str]:
    """Return PMCID, PMID and DOI to ask for: those of ``paper``, else those of ``review``."""
    return (
        paper.pmcid or "",
        str(paper.pmid or ("" if paper.doi else review.pmid) or ""),
        paper.doi or review.doi or "",
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
