"""Numbers of the abstract against those of the text: in the same words, the included studies, designs."""

import re
from collections.abc import Iterator, Sequence

from scripts.common.paper.article import Article
from scripts.common.paper.article_tables import tables
from scripts.common.paper.designs import Parts, by_design
from scripts.common.paper.finding import Finding, Row, chosen_flow, finding, finding_of
from scripts.common.paper.same_words import Text, number_in_the_same_words, numbers_with_neighbours
from scripts.common.paper.slips import is_a_slip
from scripts.common.values.number_words import NUMBER, value_of

IN_TEXT = ("results", "methods")
MIN_WORKS = 10  # a smaller number in the abstract is rarely that of all included studies
MET = re.compile(
    r"\bmet (?:the|our|all) (?:\w+ )?(?:inclusion|eligibility|selection)"
    r"|\b(?:were|was) included in (?:this|the|our)\b",
    re.IGNORECASE,
)
MIN_STATED = 2  # sentences of the text with the number of included studies that the abstract must print too


def check_abstract(rows: Sequence[Row], article: Article) -> list[Finding]:
    """Return what the abstract prints otherwise than the text; each sentence of it by the surest rule."""
    found: list[Finding] = []
    for more in (same_words(article), designs(rows, article), included(rows)):
        known = {one.here.sentence for one in found}
        found += [one for one in more if one.here.sentence not in known]
    return found


def same_words(article: Article) -> Iterator[Finding]:
    """Yield numbers of the abstract where the text prints another number in the same words."""
    ours, theirs = (
        [
            number
            for sentence in (*article.sentences, *article.asides)
            if (sentence.part == "abstract") is here
            for number in numbers_with_neighbours(sentence)
        ]
        for here in (True, False)
    )
    printed = frozenset({number.value for number in theirs} | _numbers_of_tables(article))
    text = Text(theirs, printed, frozenset(number.value for number in ours))
    for number in ours:
        other = number_in_the_same_words(number, text)
        if other is not None:
            yield finding_of(
                "abstract", "abstract_differs", number.sentence, other.sentence,
                "high" if number.value not in printed else "medium", ours=number.value, theirs=other.value,
            )  # fmt: skip


def _numbers_of_tables(article: Article) -> set[str]:
    cells = [cell.passage.text for table in tables(article) for cell in table.cells]
    return {number for text in cells for number in re.findall(r"\d+(?:\.\d+)?", text.replace(",", ""))}


def _numbers_of(text: str) -> set[str]:
    return {str(value_of(number[0])) for number in re.finditer(NUMBER, text, re.IGNORECASE)}


def included(rows: Sequence[Row]) -> Iterator[Finding]:
    """Yield the number of included studies of the abstract, where the text names only other ones."""
    stated = [row for row in rows if row["kind"] == "flow" and row["name"] == "included"]
    in_abstract = [row for row in stated if row["part"] == "abstract"]
    in_text = [row for row in stated if row["part"] in IN_TEXT]
    if not in_text:
        return
    other = next((row for row in in_text if row["chosen"] == "yes"), in_text[0])
    if not in_abstract:
        yield from _works_instead(rows, other)
    elif _is_another_number(in_abstract, in_text):
        ours, theirs = in_abstract[0]["value"], other["value"]
        yield finding(
            "abstract", "abstract_differs", in_abstract[0], "medium", other, ours=ours, theirs=theirs
        )


def _is_another_number(in_abstract: Sequence[Row], in_text: Sequence[Row]) -> bool:
    """Return whether the abstract states one number of included studies, and the text never that one.

    In "63 reports of 51 studies" the text may count the reports.
    """
    if len({row["value"] for row in in_abstract}) != 1:
        return False
    return not _numbers_of(in_abstract[0]["sentence"]) & {row["value"] for row in in_text}


def _works_instead(rows: Sequence[Row], other: Row) -> Iterator[Finding]:
    """Yield a number of works of the abstract that misses the included studies.

    Only where the text counts so many works more than once, the abstract never prints that number, and its
    own one is included by its words, or a slip away.
    """
    stated = other["value"]
    abstract = [row for row in rows if row["part"] == "abstract"]
    printed = {number for row in abstract for number in _numbers_of(row["sentence"])}
    if stated in printed or other["chosen"] != "yes" or not _is_stated_often(rows, stated):
        return
    for row in abstract:
        if _counts_works(row) and (MET.search(_behind(row)) or is_a_slip(row["value"], stated)):
            ours = row["value"]
            yield finding("abstract", "abstract_differs", row, "medium", other, ours=ours, theirs=stated)
            return


def _is_stated_often(rows: Sequence[Row], value: str) -> bool:
    in_text = [row for row in rows if row["part"] in IN_TEXT and _counts_works(row, value)]
    return len({row["sentence"] for row in in_text}) >= MIN_STATED


def _counts_works(row: Row, value: str = "") -> bool:
    """Return whether a row counts so many works, or any number of them that may be all included studies."""
    of_works = row["kind"] in ("count", "works", "flow")
    return of_works and (row["value"] == value if value else int(row["value"]) >= MIN_WORKS)


def _behind(row: Row) -> str:
    """Return the words of a sentence behind a number of works, up to the end of its clause."""
    return re.split(r"[.;:]|\bexclu", row["sentence"].rpartition(row["name"])[2])[0] if row["name"] else ""


def designs(rows: Sequence[Row], article: Article) -> Iterator[Finding]:
    """Yield designs of which the abstract names another number than the text.

    Only where those of a paragraph of the text are together all included studies, and those of the abstract
    are so too, or are the same designs in a sentence on what was included.
    """
    stated = chosen_flow(rows).get("included")
    if stated is None:
        return
    whole = int(stated["value"])
    in_text = [one for one in by_design(article.sentences, "results") if sum(one.counts.values()) == whole]
    for ours in by_design(article.sentences, "abstract"):
        for theirs in in_text:
            if sum(ours.counts.values()) == whole or _are_the_same(ours, theirs):
                yield from _differing(ours, theirs)


def _are_the_same(ours: Parts, theirs: Parts) -> bool:
    """Return whether one sentence on what was included names the same designs, with one equal number."""
    sentences = {sentence.text for sentence in ours.where.values()}
    if ours.counts.keys() != theirs.counts.keys() or len(sentences) > 1:
        return False
    equal = any(ours.counts[name] == theirs.counts[name] for name in ours.counts)
    return equal and all("includ" in text.casefold() for text in sentences)


def _differing(ours: Parts, theirs: Parts) -> Iterator[Finding]:
    for name, count in ours.counts.items():
        if theirs.counts.get(name, count) != count:
            yield finding_of(
                "abstract", "abstract_design", ours.where[name], theirs.where[name], "high",
                ours=count, design=name, theirs=theirs.counts[name],
            )  # fmt: skip
