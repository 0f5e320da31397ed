"""The names of coders: two that differ in capitals alone are perhaps one person."""

from collections.abc import Iterable

from scripts.common.job import log
from scripts.common.screening.people import one_spelling


def warn_of_capitals(coders: Iterable[str]) -> None:
    """Name the coders whose names differ in capitals alone: one person would count as two."""
    for name, other in one_spelling(sorted(set(coders))).items():
        log.warning(
            "The coders %s and %s differ in capitals alone and count as two. If they are one person, write"
            " the name alike, or name it in the map of a sheet: set: {reviewer: %s}",
            *(name, other, other),
        )
