"""A claim for each printed number: what it is, where it is printed, and the measure that may check it.

A measure is suggested by the words of the sentence, never because its value is the printed one.
"""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from scripts.common.drafts.from_paper import BOX_OF, DraftCode
from scripts.common.drafts.other_places import OtherPlaces
from scripts.common.paper.all_printed import printed_rows
from scripts.common.paper.article import Article
from scripts.common.paper.finding import chosen_flow
from scripts.common.paper.findings import fits, rounds
from scripts.common.paper.marked_text import without_citations
from scripts.common.paper.places import place_of
from scripts.common.paper.printed import Printed
from scripts.common.paper.source import study_name
from scripts.common.values.number_words import NUMBER, value_of

KINDS = (  # the more telling first
    "flow", "share", "count", "years", "works", "items", "percent", "sum", "remainder",
)  # fmt: skip
UNITS = {
    "flow": "records or reports", "share": "%", "percent": "%", "count": "studies", "works": "studies",
    "years": "year",
}  # fmt: skip
YEARS_OF_ALL = ("first", "last")  # years of publication of all included studies
CITED = "cited_lists"  # the category of the codes below
CITED_LABEL = "Studies that the text cites for a printed number"
BEHIND = "citations behind the number"
MAX_STATEMENT = 400  # characters of a sentence that a claim quotes
NEEDS = {
    "share": "codings or charted values of the studies; its arithmetic is checked among the printed numbers",
    "percent": "codings or charted values of the studies",
    "flow": "a person: the sentence may mean a part, or another stage of the flow",
    "count": "codings or charted values of the studies: the text cites no list of them here",
    "items": "a list of what is counted, for example charted values of the studies",
    "sum": "its parts as records of the sources",
    "remainder": "the decisions behind it",
}
INCLUDED = re.compile(
    r"\b(?:were|was|are|been|finally|be) (?:finally |eventually |ultimately )?(?:includ|retain|select)|"
    r"\bincluded in (?:this|the|our|final)|met (?:the|our|all) (?:inclusion|eligibility)",
    re.IGNORECASE,
)
WITH_PEOPLE = re.compile(  # "12 trials with a total of 900 people met the inclusion criteria"
    r"(?:with|of|involving|comprising|enrolling)\b[^.;:]{0,120}?\b"
    r"(?:met (?:the|our|all)|were (?:finally )?included)\b",
    re.IGNORECASE,
)


class DraftClaims(NamedTuple):
    """Claims as published.yaml has them, the codes that they need, and the rows of their coding sheet."""

    claims: list[dict[str, Any]]
    codes: list[DraftCode]
    codings: list[dict[str, str]]


class AtHand(NamedTuple):
    """What a team's files bring: records, from which the flow can be counted, and a codebook of its own."""

    records: bool = False
    codebook: bool = False


def draft_claims(
    article: Article, found: Sequence[Printed], included: Sequence[str], whole: bool, files: AtHand
) -> DraftClaims:
    """Return one claim for each number of a sentence, in the order of the text.

    ``included`` are the references of the included studies; ``whole``: whether they are all of them.
    """
    made = DraftClaims([], [], [])
    rows = printed_rows(found)
    elsewhere = OtherPlaces(article, found, rows)
    studies = len(included) if whole else 0
    stated = chosen_flow(rows).get("included", {}).get("value", "")
    for number, one in _one_each(found):
        cited = _cited_for(one, found)
        # A list that is longer or shorter, with no finding about it, counts papers and not studies.
        surely = (one.kind != "percent" and len(cited) == int(one.value)) or elsewhere.is_named(number, "own")
        possible = not stated or one.kind == "percent" or max(len(cited), int(one.value)) <= int(stated)
        code = (
            _code(article, number, one, cited, included, whole, made)
            if surely and possible and not files.codebook
            else ""
        )
        measure = _of_the_paper(number, one, elsewhere, studies, files.records) if not code else ()
        made.claims.append(_claim(number, one, measure or _measure(one, code, stated), studies))
    return made


def _one_each(found: Sequence[Printed]) -> list[tuple[int, Printed]]:
    """Return number and printed number, of those of one number in a sentence only the most telling kind."""
    best: dict[tuple[str, bool, int], tuple[int, Printed]] = {}
    for number, one in enumerate(found, start=1):
        if one.kind not in KINDS or one.sentence.part == "table":
            continue
        key = (one.sentence.place, bool(one.percent), _token(one))
        if key not in best or _telling(one) > _telling(best[key][1]):
            best[key] = (number, one)
    return sorted(best.values())


def _token(one: Printed) -> int:
    """Return which number of its sentence one is; where that is not known, the first of its value."""
    if one.token >= 0:
        return one.token
    text = without_citations(one.sentence)
    values = [str(value_of(found[0])) for found in re.finditer(NUMBER, text, re.IGNORECASE)]
    return values.index(one.value) if one.value in values else -1


def _telling(one: Printed) -> tuple[bool, bool, bool, int]:
    """Return how much the kind of a number tells; a stage that is not chosen may be that of a part."""
    chosen = one.kind == "flow" and one.chosen == "yes"
    return chosen, one.kind == "share", bool(one.cited), -KINDS.index(one.kind)


def _cited_for(one: Printed, found: Sequence[Printed]) -> tuple[str, ...]:
    """Return the references cited for a number; of a share those of its count, which is read apart.

    The second share of a value in a sentence is that of the second count of this value.
    """
    if one.kind != "share":
        return one.cited
    here = [x for x in found if x.value == one.value and x.sentence.place == one.sentence.place]
    shares = [other for other in here if other.kind == one.kind]
    for kind in ("count", "works"):
        counts = [other for other in here if other.kind == kind]
        if len(counts) == len(shares):
            return counts[shares.index(one)].cited
    return ()


def _code(
    article: Article,
    number: int,
    one: Printed,
    cited: tuple[str, ...],
    included: Sequence[str],
    whole: bool,
    made: DraftClaims,
) -> str:
    """Draft a code and its codings for a number with its own list of citations; return its id, or ``""``.

    A list with works that are none of the included studies counts something else.
    """
    if not cited or (whole and not set(cited) <= set(included)):
        return ""
    if not made.codes:
        made.codes.append(DraftCode(CITED, "", CITED_LABEL, BEHIND))
    name = f"p{number}"
    label = f"{one.value} {one.name or 'studies'} (P{number})"
    made.codes.append(DraftCode(name, CITED, label, BEHIND))
    made.codings.extend(
        {
            "study": study_name(article, ref), "code": name, "coder": "published", "stance": "present",
            "source": f"drafted from the paper, {place_of(one.sentence)}", "complete": "yes",
        }
        for ref in cited
    )  # fmt: skip
    return name


def _claim(number: int, one: Printed, check: tuple[str, ...], studies: int) -> dict[str, Any]:
    """Return a claim with the measure and the comparison to check it by; () where there are none."""
    text = one.sentence.text
    claim: dict[str, Any] = {
        "id": f"P{number}",
        "statement": text if len(text) <= MAX_STATEMENT else text[:MAX_STATEMENT] + " ...",
        **_value(one, studies),
        "place": place_of(one.sentence),
        "origin": "printed",
        "confidence": "inferred",
        "source": "drafted from the paper; not confirmed",
        "note": f"draft, confidence {one.confidence}: {one.kind}{f' ({one.name})' if one.name else ''}",
    }
    if check:
        return claim | dict(zip(("measure", "comparison"), check, strict=True))
    return claim | {"needs": NEEDS.get(one.kind, NEEDS["count"])}


def _value(one: Printed, included: int) -> dict[str, Any]:
    """Return the value with its unit; of a share the percentage, with its number and what it is of.

    A percentage that was cut off and not rounded goes without these: claims take rounded ones.
    """
    if one.kind not in ("share", "percent"):
        return {"value": int(one.value), "unit": UNITS.get(one.kind, one.name or "number")}
    decimals = len(one.percent.partition(".")[2])
    value: dict[str, Any] = {"value": float(one.percent) if decimals else int(one.percent), "unit": "%"}
    if one.kind == "percent" or not one.of or (count := int(one.value)) > (of := int(one.of)) or of == 0:
        return value
    if rounds(count, of, one.percent) or not fits(count, of, one.percent):
        value |= {"of": of, "number": count, "decimals": decimals}
    return value


def _measure(one: Printed, code: str, stated: str) -> tuple[str, ...]:
    """Return the measure that data may give for a number, and the comparison; () where there is none."""
    if one.kind == "flow" and one.name in BOX_OF and one.chosen == "yes":
        return f"flow:{BOX_OF[one.name]}", "equal"
    if one.kind == "years" and one.name in YEARS_OF_ALL:
        return f"year:{one.name}", "equal"
    if code and one.kind == "share" and one.of:
        return f"percent:{code}", "share"
    if code and one.kind in ("count", "works"):
        return f"studies:{code}", "equal"
    if one.kind == "count" and not code and _is_number_included(one, stated):
        return "flow:new_studies", "equal"
    return ()


def _of_the_paper(
    number: int, one: Printed, elsewhere: OtherPlaces, studies: int, records: bool
) -> tuple[str, ...]:
    """Return the measure from what the paper prints elsewhere, where nothing better can check a number.

    The included studies and their years are better where all are known (``studies`` is their number), and
    records of databases for the flow.
    """
    if studies and (one.kind == "years" or (one.kind == "flow" and one.name == "included")):
        return ()
    if studies and one.kind == "count" and _is_number_included(one, str(studies)):
        return ()
    if one.kind == "flow" and one.chosen == "yes":
        found = "" if records else elsewhere.flow(number, one)
    elif studies and elsewhere.is_of_the_included(number, one, studies):
        found = f"printed_percent:P{number}"
    else:
        found = elsewhere.twin(number, one, bool(studies))
    return (found, "equal") if found else ()


def _is_number_included(one: Printed, stated: str) -> bool:
    """Return whether the words behind a count say that so many studies were included.

    One that differs from the ``stated`` number of included studies is that of another step: "initially
    selected".
    """
    if stated and one.value != stated:
        return False
    behind = one.sentence.text.partition(one.name)[2] if one.name else ""
    included = INCLUDED.match(one.name) or WITH_PEOPLE.match(f"{one.name}{behind}")
    return bool(included) and one.sentence.part in ("abstract", "results")
