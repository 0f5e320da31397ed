"""What is behind a number on the page: studies and excerpts of a code, records of a box of the flow."""

from collections.abc import Iterable, Mapping
from typing import Any

from scripts.common.screening.flow import EQUATIONS, KIND_BOX
from scripts.common.values.words import fold

Row = dict[str, Any]
PRESENT = "present"


def names_of_studies(included: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Return study -> its first author and year, as far as they are known and its name does not say so."""
    names = {}
    for row in included:
        authors = [name for name in row["authors"].split(";") if name.strip()]
        first = authors[0].partition(",")[0].strip() if authors else ""
        if first and fold(first) not in fold(row["study_id"]):
            names[row["study_id"]] = f"{first}{' et al.' if len(authors) > 1 else ''} {row['year']}".strip()
    return names


def excerpts_of(evidence: Iterable[Mapping[str, str]]) -> dict[tuple[str, str], list[Row]]:
    """Return (study, code) -> its excerpts, each once, with the coders who chose it and where it is."""
    found: dict[tuple[str, str], dict[tuple[str, str, str], list[str]]] = {}
    for row in evidence:
        if row["stance"] == PRESENT and row["excerpt"]:
            passage = (row["excerpt"], row["source"], row["page"])
            coders = found.setdefault((row["study_id"], row["code"]), {}).setdefault(passage, [])
            if row["coder"] not in coders:
                coders.append(row["coder"])
    return {
        cell: [
            {"text": text, "place": ", ".join(filter(None, (source, page))), "coders": coders}
            for (text, source, page), coders in passages.items()
        ]
        for cell, passages in found.items()
    }


def behind_codes(themes: Iterable[Mapping[str, str]], evidence: Iterable[Mapping[str, str]]) -> list[Row]:
    """Return the codes that have studies, as the codebook orders them, with studies and excerpts."""
    excerpts = excerpts_of(evidence)
    found = []
    for row in themes:
        studies = [name for name in row["study_ids"].split("; ") if name]
        if studies:
            cells = [{"study": name, "excerpts": excerpts.get((name, row["code"]), [])} for name in studies]
            found.append({**row, "cells": cells})
    return found


def ends_of(box: str) -> list[str]:
    """Return where the records of a box end: in boxes that no other comes after.

    >>> ends_of("dbr_assessed")
    ['dbr_excluded', 'dbr_included']
    """
    after = next((parts for wholes, parts in EQUATIONS if box in wholes), ())
    return [end for part in after for end in ends_of(part)] or [box]


def records_of_boxes(flow: Iterable[Row], sources: Iterable[Row]) -> dict[str, dict[str, list[str]]]:
    """Return box -> which records are behind it: where they end, and of which inputs (none named: any).

    ``sources`` have ``input`` and ``kind``. A part of the records that were identified is an input; any
    other part is a place where records end. Numbers of studies and of the version before have no records.
    """
    kinds = {row["input"]: row["kind"] for row in sources}
    found = {}
    for row in flow:
        whole, _, part = row["box"].partition(":")
        if whole.endswith("_studies") or whole.startswith(("previous_", "total_")):
            continue
        of_kind = [name for name, kind in kinds.items() if KIND_BOX.get(kind) == whole]
        if part in kinds:
            found[row["box"]] = {"ends": ends_of(whole), "inputs": [part]}
        else:
            found[row["box"]] = {"ends": [row["box"]] if part else ends_of(whole), "inputs": of_kind}
    return found
