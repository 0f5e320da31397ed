"""What PubMed complained of in an answer to a search: words of the query that it left out."""

from collections.abc import Sequence

from scripts.common.errors import InputError


def stop_at_lost_words(errors: Sequence[str], warnings: Sequence[str], what: str) -> None:
    """Raise ``InputError`` if PubMed did not find a word or a quoted phrase of the query."""
    lost = [*errors, *(text for text in warnings if text.startswith("QuotedPhraseNotFound"))]
    if lost:
        raise InputError(
            f"search.query: PubMed did not find {lost[0].partition(': ')[2]!r} ({what})."
            " Correct it, or set search.strict: false to search without it."
        )
