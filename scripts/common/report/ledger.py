"""The claims as the page shows them: in groups, each with its checks and with what would overturn it."""

import json
from collections.abc import Collection, Sequence
from itertools import accumulate
from typing import Any
from unicodedata import east_asian_width

from markupsafe import Markup

from scripts.common.claims.judging import TRANSCRIBED
from scripts.common.claims.published import ORIGINS, PRINTED
from scripts.common.claims.sentences import from_cell, from_data

Row = dict[str, Any]
SHORT = 16  # letters, a Chinese sign counted twice: so much of a value fits into one line of the ledger


def claims_by_group(claims: Sequence[Row]) -> dict[str, list[Row]]:
    """Return group -> claims: by origin, and of the printed ones those that check our transcription only."""
    groups: dict[str, list[Row]] = {name: [] for name in (PRINTED, TRANSCRIBED, *ORIGINS[1:])}
    for row in claims:
        only_our_copy = row["origin"] == PRINTED and row["verdict"] == TRANSCRIBED
        says = {name: from_data(data) for name, data in json.loads(row["data"]).items()}
        groups[TRANSCRIBED if only_our_copy else row["origin"]].append({**row, "says": says})
    return groups


def checks_by_claim(forensics: Sequence[Row], claims: Collection[str]) -> Row:
    """Return the checks of printed numbers: of each claim, and those that concern no claim."""
    checks: dict[str, list[Row]] = {}
    others: list[Row] = []
    for row in forensics:
        check = {**row, "says": from_cell(row["finding_data"]), "where": from_cell(row["place_data"])}
        own = [name for name in row["claims"].split("; ") if name in claims]
        for name in own:
            checks.setdefault(name, []).append(check)
        if not own:
            others.append(check)
    return {"checks": checks, "other_checks": others}


def fragility_by_claim(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """Return claim -> its least numbers of changes, those that some number of changes can overturn."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        if row["changes"]:
            found.setdefault(row["claim_id"], []).append(row)
    return found


def shortened(text: str) -> str:
    """Return a text of a few words; of a longer one its beginning, which ends in three dots."""
    plain = text.striptags() if isinstance(text, Markup) else text
    widths = list(accumulate(2 if east_asian_width(sign) in "WF" else 1 for sign in plain))
    if not widths or widths[-1] <= SHORT:
        return text
    fits = plain[: sum(width < SHORT for width in widths)]
    words = fits if plain[len(fits)] == " " else fits.rpartition(" ")[0]
    return f"{words if len(words) > len(fits) / 2 else fits}…"
