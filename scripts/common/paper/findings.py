"""Check the printed numbers against each other: shares, sums, lists, the flow, the abstract and the text.

A finding quotes the sentence and what it disagrees with. Nothing is reported where the paper can be read so
that its numbers agree: another whole, another source of records, one study in two papers.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import product
from typing import NamedTuple

from scripts.common.paper.article import Article
from scripts.common.paper.finding import Finding, Row, chosen_flow, finding, finding_of
from scripts.common.paper.findings_abstract import check_abstract
from scripts.common.paper.marked_text import without_citations
from scripts.common.paper.printed_counts import DIRECTLY, IN_CLAUSE, ONE_BY_ONE, is_no_count
from scripts.common.paper.printed_patterns import PART_OF_ALL
from scripts.common.paper.printed_plain import IN_BRACKETS_RULE
from scripts.common.paper.slips import one_digit_apart
from scripts.common.values.number_words import NUMBER, value_of

KINDS = ("share", "sum", "part", "own", "flow", "abstract")

MIN_SHARES = 3  # shares of the included studies from which another share is expected to be one of them too
MOST = Fraction(4, 5)  # of the shares without a whole that must fit the included studies for that
SLIP = 2  # studies by which a misprinted count differs from the right one at most
MIN_LIST = 2  # a single study may be cited with several papers, and a single review for many studies
LIST_SLIP = 5  # studies by which a count differs at most from a list at the end of its clause
AT_A_TIME = re.compile(  # "at week 24 of two trials": no part of them
    r"\b(?:weeks?|months?|days?|years?|hours?|visits?|sessions?|waves?|age[ds]?|score|mean|median|dose|item|question)\s$",
    re.IGNORECASE,
)
MOST_LISTS = Fraction(3, 4)  # of the numbers of one rule that agree with their lists, where they count works
MIN_SINGLE = 3  # single studies cited with one paper that show that each study is one paper
RIGHT_BEFORE = (DIRECTLY, IN_BRACKETS_RULE)  # rules of counts with nothing between them and their list
FLOW_SLIP = Fraction(1, 10)  # of what a step leaves, if its numbers are not in sentences beside each other
WIDE = Fraction(1, 5)  # of what a step leaves: so many reports are hardly lost without a word
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
            yield finding(
                "share", "share_whole", row, "high" if row["confidence"] == "high" else "medium",
                count=count, whole=whole, right=f"{right:.1f}", percent=percent,
            )  # fmt: skip
        elif not whole and count > 1 and not possible_wholes(count, percent):
            yield finding("share", "share_none", row, "high", percent=percent, count=count)
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
            yield finding(
                "share", "share_included", row, "medium", included,
                count=row["value"], whole=whole, right=f"{right:.1f}", percent=row["percent"],
            )  # fmt: skip


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
    return one_digit_apart(right, percent)


# -- sums and lists ----------------------------------------------------------------------------


def check_sums(rows: Iterable[Row]) -> Iterator[Finding]:
    """Yield totals that are not the sum of their parts, and remainders that are not what is left."""
    for row in rows:
        parts = [int(part) for part in row["parts"].split()]
        if row["kind"] == "sum" and sum(parts) != int(row["value"]):
            yield finding(
                "sum", "sum_differs", row, "medium" if row["part"] == "table" else "high",
                parts=" + ".join(row["parts"].split()), sum=sum(parts), value=row["value"],
            )  # fmt: skip
        if row["kind"] == "remainder" and int(row["of"]) - sum(parts) != int(row["value"]):
            left = int(row["of"]) - parts[0]
            yield finding(
                "part",
                "rest_differs",
                row,
                "high",
                of=row["of"],
                part=parts[0],
                left=left,
                value=row["value"],
            )


def check_parts(article: Article) -> Iterator[Finding]:
    """Yield parts of a number of works that are larger than it: "19 of the 12 included trials"."""
    for sentence in (*article.sentences, *article.asides):
        text = without_citations(sentence)
        for found in PART_OF_ALL.finditer(text):
            count, whole = value_of(found["n"]), value_of(found["N"])
            of_time = AT_A_TIME.search(text[: found.start()])
            if count > whole and not of_time and not is_no_count(text, found):
                yield finding_of("part", "part_of_all", sentence, None, "high", count=count, whole=whole)


def _with_lists(rows: Sequence[Row]) -> list[Row]:
    """Return the counts whose citations are surely their own list, each once."""
    found = {
        (row["place"], row["value"], row["cited"]): row
        for row in rows
        if row["kind"] in ("count", "works") and row["cited"] and row["rule"] not in (IN_CLAUSE, ONE_BY_ONE)
    }
    return [row for row in found.values() if row["kind"] == "count" or _counts_works(row, found.values())]


def _counts_works(row: Row, others: Iterable[Row]) -> bool:
    """Return whether a number without a noun counts works: "four by phone [5, 6]" may count sessions.

    It does if another number of its sentence agrees with its list, or nearly all of its rule do.
    """
    agree = [(one, int(one["value"]) == len(one["cited"].split())) for one in others]
    beside = any(
        right and int(one["value"]) >= MIN_LIST and one["sentence"] == row["sentence"] for one, right in agree
    )
    alike = [right for one, right in agree if one["rule"] == row["rule"]]
    return beside or (sum(alike) >= MIN_SINGLE and sum(alike) >= MOST_LISTS * len(alike))


class SeveralPapers(NamedTuple):
    """What a paper says of studies in several papers: the sentences, their references, one paper more."""

    sentences: frozenset[str]
    ref_ids: frozenset[str]
    extra: bool

    def explain(self, row: Row, cited: Sequence[str]) -> bool:
        """Return whether a list may be longer than its count because a study is in several papers."""
        gap = len(cited) - int(row["value"])
        if row["sentence"] in self.sentences or (self.extra and gap == 1):
            return True
        return gap > 0 and len(self.ref_ids & set(cited)) >= 2 * gap


def several_papers_of(article: Article) -> SeveralPapers:
    """Return what a paper says of studies in several papers."""
    several = [one for one in article.sentences if SEVERAL_PAPERS.search(one.text)]
    return SeveralPapers(
        frozenset(one.text for one in several),
        frozenset(ref for one in several for ref in one.ref_ids),
        any(EXTRA_PAPER.search(one.text) for one in article.sentences),
    )


def check_lists(rows: Sequence[Row], article: Article) -> Iterator[Finding]:
    """Yield counts of studies that differ from their own list of citations.

    Citations by author and year are left out, since some of them are often not linked. A study in several
    papers may explain a longer list: then nothing is reported.
    """
    if not article.numbered:
        return
    several, with_lists = several_papers_of(article), _with_lists(rows)
    one_paper_each = not several.sentences and _one_paper_each(with_lists)
    for row in with_lists:
        cited = row["cited"].split()
        misses = _misses_its_list(row, cited) or (one_paper_each and _is_one_of_several(row, cited))
        if misses and not several.explain(row, cited):
            sure = "medium" if row["value"] == "1" else row["confidence"]
            yield finding("own", "list_differs", row, sure, count=row["value"], cited=len(cited))


def _misses_its_list(row: Row, cited: Sequence[str]) -> bool:
    """Return whether a count differs from its list by so little that it is about the same works."""
    count, gap = int(row["value"]), abs(len(cited) - int(row["value"]))
    slip = gap if row["rule"] == DIRECTLY else LIST_SLIP
    if min(count, len(cited)) < MIN_LIST or not gap:
        return False
    return gap <= slip or one_digit_apart(str(count), str(len(cited)))


def _one_paper_each(rows: Sequence[Row]) -> bool:
    """Return whether a single study is cited with one paper, wherever the paper counts one right before."""
    single = [row for row in rows if row["value"] == "1" and row["rule"] in RIGHT_BEFORE]
    alone = sum(len(row["cited"].split()) == 1 for row in single)
    return alone >= MIN_SINGLE and not any(len(row["cited"].split()) == 2 for row in single)


def _is_one_of_several(row: Row, cited: Sequence[str]) -> bool:
    """Return whether a paper counts one study right before a list of three and more."""
    return row["value"] == "1" and row["rule"] in RIGHT_BEFORE and len(cited) > MIN_LIST


# -- the flow ----------------------------------------------------------------------------------


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
            yield finding(
                "flow", "flow_more", flow[taken], "high", flow[before],
                taken=flow[taken]["value"], taken_stage=taken,
                before=flow[before]["value"], before_stage=before,
            )  # fmt: skip
    for before, taken, after in LESS_IS:
        name = next((name for name in after if name in flow), None)
        if name is None or before not in flow or taken not in flow or (name == "included" and several_papers):
            continue
        step = (flow[before], flow[taken], flow[name])
        if not _any_agrees(rows, before, taken, after):
            yield from _step(*step)
        else:
            yield from _printed_twice(rows, step)


def _step(before: Row, taken: Row, after: Row) -> Iterator[Finding]:
    """Yield a step whose numbers disagree: by a little, or in one sentence or two beside each other.

    Fewer records than a step leaves may have been lost on the way (reports that could not be had), but not
    where duplicates are removed; more of them cannot.
    """
    left, printed = int(before["value"]) - int(taken["value"]), int(after["value"])
    certain = _beside(before, taken, after) and (printed > left or taken["name"] == "duplicates_removed")
    if left > 0 and (certain or abs(left - printed) <= FLOW_SLIP * left or _by_a_slip(before, taken, after)):
        yield finding(
            "flow", "flow_step", taken, "medium", after,
            before=before["value"], before_stage=before["name"], taken=taken["value"],
            taken_stage=taken["name"], left=left, after=after["value"], after_stage=after["name"],
        )  # fmt: skip


def _printed_twice(rows: Sequence[Row], step: tuple[Row, Row, Row]) -> Iterator[Finding]:
    """Yield a number of a step that another place prints with another digit, so that the step is right."""
    start, out, end = (int(row["value"]) for row in step)
    for row, right in zip(step, (out + end, start - end, start - out), strict=True):
        there = (other for other in rows if other["name"] == row["name"] and other["value"] == str(right))
        other = next((one for one in there if one["kind"] == "flow"), None)
        if other and one_digit_apart(row["value"], other["value"]):
            yield finding(
                "flow", "flow_twice", row, "medium", other,
                ours=row["value"], theirs=other["value"], of_stage=row["name"],
            )  # fmt: skip


def _by_a_slip(before: Row, taken: Row, after: Row) -> bool:
    """Return whether another digit in one of three numbers would make the step right.

    Fewer reports than a step leaves may have been lost: then the last digit is no slip, and the gap is wide.
    """
    start, out, end = (int(row["value"]) for row in (before, taken, after))
    pairs = ((start, out + end), (out, start - end), (end, start - out))
    slips = [right for number, right in pairs if one_digit_apart(str(number), str(right)) and right > 9]
    gap = start - out - end
    return bool(slips) and (gap < 0 or (gap % 10 == 0 and gap > WIDE * (start - out)))


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


def check(rows: Sequence[Row], article: Article) -> list[Finding]:
    """Return all findings, in the order of their kinds."""
    return [
        *check_shares(rows),
        *check_sums(rows),
        *check_parts(article),
        *check_lists(rows, article),
        *check_flow(rows, bool(several_papers_of(article).sentences)),
        *check_abstract(rows, article),
    ]
