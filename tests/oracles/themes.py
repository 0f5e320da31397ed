"""What a coding comes to, study by study and code by code, as docs/coding.md says.

Nothing of the stage is imported.
"""

from collections.abc import Sequence
from typing import NamedTuple

from tests.oracles.codings import Code, Coding

Key = tuple[str, str]  # study, code


class Theme(NamedTuple):
    """The studies of a code, and whether their number is exact, at least, or unknown."""

    studies: frozenset[str]
    bound: str


def below(codes: Sequence[Code], parent: str) -> list[str]:
    """Return the codes right below a code."""
    return [code.id for code in codes if code.parent == parent]


def lists(coding: Coding) -> dict[tuple[str, str], bool]:
    """Return (coder, code) -> whether the list of studies that a long sheet gives is whole; one suffices."""
    found: dict[tuple[str, str], bool] = {}
    for sheet in coding.sheets:
        if not sheet.wide:
            for code in {code for _, code in sheet.marks} | sheet.unknown:
                whole = code not in sheet.cut_off | sheet.unknown
                found[sheet.coder, code] = found.get((sheet.coder, code), False) or whole
    return found


def votes(coding: Coding) -> dict[str, dict[Key, int]]:
    """Return coder -> (study, code) -> 1 or 0: the last vote; a blank that means absent is a 0."""
    declared = lists(coding)
    found: dict[str, dict[Key, int]] = {sheet.coder: {} for sheet in coding.sheets}
    for round_ in coding.rounds:
        for sheet in coding.sheets:
            if sheet.round != round_:
                continue
            cut = any(not whole for (coder, _), whole in declared.items() if coder == sheet.coder)
            for study in sheet.studies:
                for code in (code.id for code in coding.codes):
                    whole = declared.get((sheet.coder, code), not cut)
                    if (study, code) in sheet.marks:
                        found[sheet.coder][study, code] = sheet.marks[study, code]
                    elif not sheet.wide and coding.unmarked == "absent" and whole:
                        found[sheet.coder][study, code] = 0
    return found


def rule(coding: Coding, cast: dict[str, int]) -> str:
    """Return what the votes of one study and code come to; nothing where nobody who counts judged it."""
    if coding.rule == "coder":
        cast = {coder: vote for coder, vote in cast.items() if coder == coding.decisive}
    yes, number = sum(cast.values()), len(cast)
    if not number:
        return ""
    if coding.rule == "adjudicated" and 0 < yes < number:
        return "open"
    needed = {"any": 1, "coder": 1, "majority": number // 2 + 1, "all": number, "adjudicated": number}
    return "present" if yes >= needed[coding.rule] else "absent"


def finals(coding: Coding) -> dict[Key, str]:
    """Return (study, code) -> present, absent or open, of what somebody judged or a person decided."""
    cast = votes(coding)
    found: dict[Key, str] = {}
    for key in {key for own in cast.values() for key in own} | set(coding.verdicts):
        final = rule(coding, {coder: own[key] for coder, own in cast.items() if key in own})
        final = coding.verdicts.get(key, final)
        if final:
            found[key] = final
    return found | dict.fromkeys(categories(coding, cast, found), "present")


def categories(coding: Coding, cast: dict[str, dict[Key, int]], found: dict[Key, str]) -> list[Key]:
    """Return the studies and categories that the rule finds as a whole and that follow from no code below."""
    result = []
    for study in sorted({study for own in cast.values() for study, _ in own}):
        for code in coding.codes:
            key = study, code.id
            if (
                not below(coding.codes, code.id)
                or key in coding.verdicts
                or _follows(coding, study, code.id, found)
            ):
                continue
            seen = {}
            for coder, own in cast.items():
                settled = {k: int(coding.verdicts.get(k, "") == "present") if k in coding.verdicts else vote
                           for k, vote in own.items() if k[0] == study}  # fmt: skip
                if settled:
                    seen[coder] = _of_category(coding.codes, study, code.id, settled)
            known = {coder: vote for coder, vote in seen.items() if vote is not None}
            if len(known) == len(seen) and rule(coding, known) == "present":
                result.append(key)
    return result


def _follows(coding: Coding, study: str, code: str, found: dict[Key, str]) -> bool:
    """Return whether a code or any below it is present."""
    return found.get((study, code)) == "present" or any(
        _follows(coding, study, child, found) for child in below(coding.codes, code)
    )


def _of_category(codes: Sequence[Code], study: str, code: str, own: dict[Key, int]) -> int | None:
    """Return whether a coder found a code or any below it: 1, 0, or None where that is not known."""
    vote, children = own.get((study, code)), below(codes, code)
    under = [_of_category(codes, study, child, own) for child in children]
    if vote == 1 or 1 in under:
        return 1
    if vote == 0 or (children and all(one == 0 for one in under)):
        return 0
    return None


def looked_at(coding: Coding) -> set[str]:
    """Return the studies that somebody looked at: the rows of the matrix."""
    return {study for sheet in coding.sheets for study in sheet.studies}


def themes(coding: Coding) -> dict[str, Theme]:
    """Return code -> its studies and their bound."""
    found = finals(coding)
    studies = {
        code.id: frozenset(study for study in looked_at(coding) if _follows(coding, study, code.id, found))
        for code in coding.codes
    }
    left_open = _left_open(coding, found)
    whole = _whole_lists(coding, found, left_open)
    exact: dict[str, bool] = {}
    for code in reversed(coding.codes):
        follows = code.whole and all(exact[child] for child in below(coding.codes, code.id))
        exact[code.id] = code.id not in left_open and (follows or code.id in whole)
    return {
        code.id: Theme(
            studies[code.id], "exact" if exact[code.id] else "at least" if studies[code.id] else "unknown"
        )
        for code in coding.codes
    }


def _left_open(coding: Coding, found: dict[Key, str]) -> set[str]:
    """Return the codes with a list that is cut off, a conflict that is open, or studies not assessed."""
    if not found:
        return {code.id for code in coding.codes}
    declared = lists(coding)
    all_as_lists = coding.unmarked == "absent" and not any(
        sheet.wide and sheet.studies for sheet in coding.sheets
    )
    result = {code for (_, code), whole in declared.items() if not whole}
    for code in (code.id for code in coding.codes):
        is_list = all_as_lists or code in {name for _, name in declared}
        needed = len(looked_at(coding)) if is_list else max(len(looked_at(coding)), coding.of or 0)
        own = [final for (_, name), final in found.items() if name == code]
        judged = len(own) - own.count("open")
        if "open" in own or (judged < needed and not below(coding.codes, code)):
            result.add(code)
    return result


def _whole_lists(coding: Coding, found: dict[Key, str], left_open: set[str]) -> set[str]:
    """Return the codes whose list of studies is whole by itself, whether or not those below are known."""
    declared = lists(coding)
    if not found:
        return set()
    named = {code for _, code in declared}
    if not all(declared.values()):
        return named
    return named | {code.id for code in coding.codes if not _holds_open(coding.codes, code.id, left_open)}


def _holds_open(codes: Sequence[Code], code: str, left_open: set[str]) -> bool:
    """Return whether a code or any below it is left open."""
    return code in left_open or any(_holds_open(codes, child, left_open) for child in below(codes, code))
