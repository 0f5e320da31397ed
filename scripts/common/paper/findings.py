"""Check the printed numbers against each other: shares, sums, lists, the flow, the abstract and the text.

A finding quotes the sentence and what it disagrees with. Nothing is reported where the paper can be read so
that its numbers agree: another whole, another source of records, one study in two papers.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product
from typing import NamedTuple

from scripts.common.paper.article import Article
from scripts.common.paper.article_tables import tables
from scripts.common.paper.designs import by_design
from scripts.common.paper.printed_counts import DIRECTLY, IN_CLAUSE, ONE_BY_ONE
from scripts.common.paper.same_words import number_in_the_same_words, numbers_with_neighbours
from scripts.common.values.number_words import NUMBER, value_of

KINDS = ("share", "sum", "part", "own", "flow", "abstract")
Row = Mapping[str, str]

MIN_SHARES = 3  # shares of the included studies from which another share is expected to be one of them too
MOST = Fraction(4, 5)  # of the shares without a whole that must fit the included studies for that
SLIP = 2  # studies by which a misprinted count differs from the right one at most
MIN_LIST = 2  # a single study may be cited with several papers, and a single review for many studies
LIST_SLIP = 5  # studies by which a count differs at most from a list at the end of its clause
FLOW_SLIP = Fraction(1, 10)  # of what a step leaves, if its numbers are not in sentences beside each other
SEVERAL_PAPERS = re.compile(  # one study in several papers: a longer list is no error
    r"\b(?:across|in|by|as) (?:two|three|several|multiple|more than one|separate|different)"
    r" (?:papers|articles|publications|reports)\b|\bcompanion (?:papers?|articles?|reports?)\b",
    re.IGNORECASE,
)
EXTRA_PAPER = re.compile(  # the references of it are often not linked
    r"\b(?:additional|further|second|another) (?:paper|article|report|publication)s?\b[^.]{0,60}\b"
    r"(?:already|previously|same|included) (?:included )?(?:study|trial)",
    re.IGNORECASE,
)


class Finding(NamedTuple):
    """What does not agree, how sure that is, and both places."""

    kind: str
    says: str
    confidence: str
    printed_id: str
    place: str
    sentence: str
    other_place: str = ""
    other_sentence: str = ""


def _finding(kind: str, row: Row, says: str, confidence: str, other: Row | None = None) -> Finding:
    """Return a finding about a row of printed.csv, and the other row that it disagrees with."""
    return Finding(
        kind, says, confidence, row["printed_id"], row["place"], row["sentence"],
        other["place"] if other else "", other["sentence"] if other else "",
    )  # fmt: skip


# -- shares ------------------------------------------------------------------------------------


def fits(count: int, whole: int, percent: str) -> bool:
    """Return whether a count of a whole is this percentage, rounded or cut off at its last digit."""
    unit = Fraction(1, 10 ** len(percent.partition(".")[2]))
    exact = Fraction(100 * count, whole)
    return Fraction(percent) - unit / 2 <= exact < Fraction(percent) + unit


def rounds(count: int, whole: int, percent: str) -> bool:
    """Return whether a count of a whole is this percentage, rounded; cut off is not enough."""
    half = Fraction(1, 2 * 10 ** len(percent.partition(".")[2]))
    return abs(Fraction(100 * count, whole) - Fraction(percent)) <= half


def possible_wholes(count: int, percent: str) -> range:
    """Return the whole numbers of which a count can be this percentage."""
    unit = Fraction(1, 10 ** len(percent.partition(".")[2]))
    low, high = Fraction(percent) - unit / 2, Fraction(percent) + unit
    least = int(100 * count / high) + 1  # the percentage is below ``high``
    most = int(100 * count / low) if low > 0 else 10 * 100 * max(count, 1)
    return range(least, most + 1)


def check_shares(rows: Sequence[Row]) -> Iterator[Finding]:
    """Yield shares that do not follow from count and whole, or that no whole number gives."""
    shares = [row for row in rows if row["kind"] == "share" and row["confidence"] != "low"]
    of_another_whole = _cells_of_another_whole(shares)
    for row in shares:
        count, percent = int(row["value"]), row["percent"]
        whole = int(row["of"]) if row["of"] else 0
        if whole and not fits(count, whole, percent) and row["printed_id"] not in of_another_whole:
            right = float(Fraction(100 * count, whole))
            says = f"{count} of {whole} is {right:.1f} %, printed is {percent} %"
            yield _finding("share", row, says, "high" if row["confidence"] == "high" else "medium")
        elif not whole and count > 1 and not possible_wholes(count, percent):
            yield _finding("share", row, f"no whole number gives {percent} % for {count}", "high")
    yield from _shares_of_the_included(shares, chosen_flow(rows).get("included"))


def _cells_of_another_whole(shares: Iterable[Row]) -> set[str]:
    """Return the cells of tables that miss the whole of their column, but are shares of one other whole."""
    outside: dict[str, list[Row]] = {}
    for row in shares:
        if row["part"] == "table" and not fits(int(row["value"]), int(row["of"]), row["percent"]):
            outside.setdefault(" ".join((row["path"], row["name"])), []).append(row)
    found: set[str] = set()
    for cells in outside.values():
        wholes = [set(possible_wholes(int(row["value"]), row["percent"])) for row in cells]
        if len(cells) > 1 and set.intersection(*wholes):
            found |= {row["printed_id"] for row in cells}
    return found


def _shares_of_the_included(shares: Sequence[Row], included: Row | None) -> Iterator[Finding]:
    """Yield a share that misses the included studies by a slip, where nearly all others are of them."""
    open_shares = [row for row in shares if not row["of"] and row["part"] not in ("discussion", "table")]
    if included is None:
        return
    whole = int(included["value"])
    outside = [row for row in open_shares if not fits(int(row["value"]), whole, row["percent"])]
    inside = len(open_shares) - len(outside)
    if inside < MIN_SHARES or inside < MOST * len(open_shares):
        return
    for row in outside:
        if _is_a_slip(row, whole) and not _is_of_another_number(row):
            right = float(Fraction(100 * int(row["value"]), whole))
            says = f"{row['value']} of the {whole} included studies is {right:.1f} %"
            yield _finding("share", row, f"{says}, printed is {row['percent']} %", "medium", included)


def _is_of_another_number(row: Row) -> bool:
    """Return whether a share is one of another number in its sentence."""
    numbers = {value_of(found[0]) for found in re.finditer(NUMBER, row["sentence"], re.IGNORECASE)}
    count = int(row["value"])
    return any(fits(count, number, row["percent"]) for number in numbers if number >= max(count, 1))


def _is_a_slip(row: Row, whole: int) -> bool:
    """Return whether a share would fit with another count close by, or with one digit changed."""
    count, percent = int(row["value"]), row["percent"]
    return abs(Fraction(percent) * whole / 100 - count) <= SLIP or _one_digit(percent, count, whole)


def _one_digit(percent: str, count: int, whole: int) -> bool:
    """Return whether a percentage differs in one digit from the right one, or has two of them swapped."""
    digits = len(percent.partition(".")[2])
    right = f"{float(Fraction(100 * count, whole)):.{digits}f}"
    if len(right) != len(percent):
        return False
    differing = [place for place, pair in enumerate(zip(right, percent, strict=True)) if pair[0] != pair[1]]
    return len(differing) == 1 or (len(differing) == 2 and sorted(right) == sorted(percent))


# -- sums and lists ----------------------------------------------------------------------------


def check_sums(rows: Iterable[Row]) -> Iterator[Finding]:
    """Yield totals that are not the sum of their parts, and remainders that are not what is left."""
    for row in rows:
        parts = [int(part) for part in row["parts"].split()]
        if row["kind"] == "sum" and sum(parts) != int(row["value"]):
            says = f"{' + '.join(row['parts'].split())} is {sum(parts)}, printed is {row['value']}"
            yield _finding("sum", row, says, "medium" if row["part"] == "table" else "high")
        if row["kind"] == "remainder" and int(row["of"]) - sum(parts) != int(row["value"]):
            says = f"{row['of']} less {parts[0]} is {int(row['of']) - parts[0]}, printed is {row['value']}"
            yield _finding("part", row, says, "high")


def _with_lists(rows: Sequence[Row]) -> list[Row]:
    """Return the counts whose citations are surely their own list."""
    return [row for row in rows if row["kind"] == "count" and row["rule"] not in (IN_CLAUSE, ONE_BY_ONE)]


def check_lists(rows: Sequence[Row], article: Article) -> Iterator[Finding]:
    """Yield counts of studies that differ from their own list of citations.

    Citations by author and year are left out, since some of them are often not linked. A study in several
    papers may explain a longer list: then nothing is reported.
    """
    if not article.numbered:
        return
    several = [one for one in article.sentences if SEVERAL_PAPERS.search(one.text)]
    in_several = {ref for sentence in several for ref in sentence.ref_ids}
    explained = {sentence.text for sentence in several}
    extra = any(EXTRA_PAPER.search(one.text) for one in article.sentences)
    for row in _with_lists(rows):
        cited = row["cited"].split()
        gap = len(cited) - int(row["value"])
        if row["sentence"] in explained or (extra and gap == 1) or not _misses_its_list(row, cited):
            continue
        if gap < 0 or len(in_several & set(cited)) < 2 * gap:
            says = f"{row['value']} by the words, {len(cited)} references in the list behind them"
            yield _finding("own", row, says, row["confidence"])


def _misses_its_list(row: Row, cited: Sequence[str]) -> bool:
    """Return whether a count differs from its list by so little that it is about the same works."""
    count, gap = int(row["value"]), abs(len(cited) - int(row["value"]))
    slip = gap if row["rule"] == DIRECTLY else LIST_SLIP
    return min(count, len(cited)) >= MIN_LIST and 0 < gap <= slip


# -- the flow ----------------------------------------------------------------------------------


def chosen_flow(rows: Iterable[Row]) -> dict[str, Row]:
    """Return the row of the value chosen for each stage: the first of the results, else the first."""
    chosen: dict[str, Row] = {}
    for row in rows:
        if row["chosen"] == "yes":
            known = chosen.get(row["name"])
            if known is None or (known["part"] != "results" and row["part"] == "results"):
                chosen[row["name"]] = row
    return chosen


NOT_MORE_THAN = (  # a number of records taken away, and the records that it was taken from
    ("duplicates_removed", "identified"),
    ("excluded_title_abstract", "screened"),
    ("excluded_full_text", "full_text_assessed"),
)
LESS_IS = (  # before, what was taken away, and the stages that may come next
    ("identified", "duplicates_removed", ("after_duplicates", "screened")),
    ("screened", "excluded_title_abstract", ("sought_for_retrieval", "full_text_assessed", "included")),
    ("full_text_assessed", "excluded_full_text", ("included",)),
)


def check_flow(rows: Sequence[Row], several_papers: bool) -> Iterator[Finding]:
    """Yield steps of the flow that take away more than there was, or that miss what is left by a little.

    Reports become studies in the last step: it is left out where one study is in several papers.
    """
    flow = chosen_flow(rows)
    for taken, before in NOT_MORE_THAN:
        if taken in flow and before in flow and int(flow[taken]["value"]) > int(flow[before]["value"]):
            says = f"{flow[taken]['value']} {_words(taken)}, of {flow[before]['value']} {_words(before)}"
            yield _finding("flow", flow[taken], says, "high", flow[before])
    for before, taken, after in LESS_IS:
        name = next((name for name in after if name in flow), None)
        if name is None or before not in flow or taken not in flow or (name == "included" and several_papers):
            continue
        if not _any_agrees(rows, before, taken, after):
            yield from _step(flow[before], flow[taken], flow[name])


def _step(before: Row, taken: Row, after: Row) -> Iterator[Finding]:
    """Yield a step whose numbers disagree: by a little, or in one sentence or two beside each other.

    Fewer records than a step leaves may have been lost on the way (reports that could not be had), but not
    where duplicates are removed; more of them cannot.
    """
    left, printed = int(before["value"]) - int(taken["value"]), int(after["value"])
    certain = _beside(before, taken, after) and (printed > left or taken["name"] == "duplicates_removed")
    if left > 0 and (certain or abs(left - printed) <= FLOW_SLIP * left):
        numbers = [f"{row['value']} {_words(row['name'])}" for row in (before, taken, after)]
        says = f"{numbers[0]} less {numbers[1]} is {left}, printed is {numbers[2]}"
        yield _finding("flow", taken, says, "medium", after)


def _beside(*rows: Row) -> bool:
    """Return whether the sentences of rows are the same, or follow each other in one paragraph."""
    places = [row["place"].rpartition(":") for row in rows]
    numbers = [int(number) for _, _, number in places]
    return len({paragraph for paragraph, _, _ in places}) == 1 and max(numbers) - min(numbers) <= 1


def _any_agrees(rows: Iterable[Row], before: str, taken: str, after: Sequence[str]) -> bool:
    """Return whether any proposed numbers of three stages agree, with or without those of other sources."""
    values: dict[str, set[int]] = {}
    for row in rows:
        if row["kind"] in ("flow", "correction") and row["value"].isdecimal():
            values.setdefault(row["name"], set()).add(int(row["value"]))
    left = {name: values.get(name, set()) for name in (before, taken)}
    others = {0, *values.get("identified_other", set())}
    return any(
        start + other - out == end
        for start, out, other in product(left[before], left[taken], others)
        for name in after
        for end in values.get(name, set())
    )


def _words(stage: str) -> str:
    return stage.replace("_", " ")


# -- abstract and text -------------------------------------------------------------------------


def check_abstract(article: Article) -> Iterator[Finding]:
    """Yield numbers of the abstract where the text prints another number in the same words."""
    body = [
        number
        for sentence in (*article.sentences, *article.captions)
        if sentence.part != "abstract"
        for number in numbers_with_neighbours(sentence)
    ]
    printed = {number.value for number in body} | _numbers_of_tables(article)
    for sentence in article.sentences:
        if sentence.part == "abstract":
            for number in numbers_with_neighbours(sentence):
                other = number_in_the_same_words(number, body, printed)
                if other is not None:
                    says = f"{number.value} in the abstract, {other.value} in the text"
                    yield Finding(
                        "abstract", says, "high" if number.value not in printed else "medium", "",
                        sentence.place, sentence.text, other.sentence.place, other.sentence.text,
                    )  # fmt: skip


def _numbers_of_tables(article: Article) -> set[str]:
    cells = [cell.passage.text for table in tables(article) for cell in table.cells]
    return {number for text in cells for number in re.findall(r"\d+(?:\.\d+)?", text.replace(",", ""))}


def _numbers_of(text: str) -> set[str]:
    return {str(value_of(number[0])) for number in re.finditer(NUMBER, text, re.IGNORECASE)}


def check_included(rows: Sequence[Row]) -> Iterator[Finding]:
    """Yield the number of included studies of the abstract, where the text names only other ones."""
    included = [row for row in rows if row["kind"] == "flow" and row["name"] == "included"]
    in_abstract = [row for row in included if row["part"] == "abstract"]
    in_text = [row for row in included if row["part"] in ("results", "methods")]
    if len({row["value"] for row in in_abstract}) != 1 or not in_text:
        return
    if _numbers_of(in_abstract[0]["sentence"]) & {row["value"] for row in in_text}:
        return  # in "63 reports of 51 studies" the text may count the reports
    other = next((row for row in in_text if row["chosen"] == "yes"), in_text[0])
    says = f"{in_abstract[0]['value']} in the abstract, {other['value']} in the text"
    yield _finding("abstract", in_abstract[0], says, "medium", other)


def check_designs(rows: Sequence[Row], article: Article) -> Iterator[Finding]:
    """Yield designs of which the abstract names another number than the text.

    Only where the designs are together all included studies, in the abstract and in a paragraph of the text.
    """
    stated = chosen_flow(rows).get("included")
    if stated is None:
        return
    included = int(stated["value"])
    for ours in by_design(article.sentences, included, "abstract"):
        for theirs in by_design(article.sentences, included, "results"):
            for name, count in ours.counts.items():
                if theirs.counts.get(name, count) != count:
                    here, there = ours.where[name], theirs.where[name]
                    says = f"{count} {name} in the abstract, {theirs.counts[name]} in the text"
                    yield Finding(
                        "abstract", says, "high", "", here.place, here.text, there.place, there.text
                    )


def check(rows: Sequence[Row], article: Article) -> list[Finding]:
    """Return all findings, in the order of their kinds."""
    several = any(SEVERAL_PAPERS.search(sentence.text) for sentence in article.sentences)
    in_abstract = list(check_abstract(article))
    known = {one.sentence for one in in_abstract}
    return [
        *check_shares(rows),
        *check_sums(rows),
        *check_lists(rows, article),
        *check_flow(rows, several),
        *in_abstract,
        *(one for one in check_designs(rows, article) if one.sentence not in known),
        *(one for one in check_included(rows) if one.sentence not in known),
    ]
