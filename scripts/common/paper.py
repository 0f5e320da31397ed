"""What the rules on the review's own paper share: names of studies, and corrections by people."""

from scripts.common.jats import Article, surname


def study_name(article: Article, ref_id: str) -> str:
    """Return the printed number of a reference; where the text cites by author and year, those."""
    entry = article.reference[ref_id]
    if article.numbered:
        return entry.label or str(entry.number)
    return f"{surname(entry) or entry.ref_id} {entry.year}".strip()


def corrections_of() -> None: ...
