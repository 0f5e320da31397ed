"""Mark the printed numbers of the paper's abstract with the claims, and its sentences with the findings."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from scripts.common.claims.places import places
from scripts.common.claims.published import PRINTED
from scripts.common.files.tables import read_table, rows_of, write_table
from scripts.common.job import job, log
from scripts.common.paper.article import Article
from scripts.common.paper.licences import may_be_annotated
from scripts.common.paper.sentences import Sentence
from scripts.common.values.number_words import NUMBER, value_of
from scripts.common.values.words import fold

if TYPE_CHECKING:
    snakemake: Any

COLUMNS = ("place", "paragraph", "text", "claim_ids", "printed_ids", "finding_ids")
ABSTRACT = "abstract"
PRINTED_NUMBER = re.compile(rf"(?<![\w.,/–-])\d{{1,3}}(?:[.·]\d+)?(?=\s?%)|{NUMBER}", re.IGNORECASE)
SENTENCE_OF = re.compile(r"abstract, paragraph (\d+), sentence (\d+)")

Row = Mapping[str, str]


class Number(NamedTuple):
    """A number of a sentence: where its characters are, its value, and whether it is a percentage."""

    start: int
    end: int
    value: str
    percent: bool
    sentence: Sentence


def numbers_of(sentence: Sentence) -> Iterator[Number]:
    """Yield the numbers of a sentence that are no citations."""
    cited = [(one.start, one.end) for one in sentence.citations]
    for found in PRINTED_NUMBER.finditer(sentence.text):
        if not any(start <= found.start() < end for start, end in cited):
            percent = sentence.text[found.end() :].lstrip().startswith("%")
            value = found[0].replace("·", ".") if percent else str(value_of(found[0]))
            yield Number(*found.span(), value, percent, sentence)


def claims_of(numbers: Sequence[Number], comparison: Sequence[Row]) -> dict[Number, list[str]]:
    """Return number -> the printed claims about it.

    A claim is about the number of its value in the sentence that its place names. Where its place is only
    the abstract, and the value is there several times, its statement decides: the most words in common.
    """
    found: dict[Number, list[str]] = {}
    for claim in comparison:
        if claim["origin"] != PRINTED or ABSTRACT not in places(claim["place"]):
            continue
        named = SENTENCE_OF.search(claim["place"])
        of_value = [
            one
            for one in numbers
            if one.value == claim["published_value"]
            and one.percent == (claim["unit"] == "%")
            and (named is None or one.sentence.place == f"{ABSTRACT}:{named[1]}:{named[2]}")
        ]
        if of_value:
            best = max(of_value, key=lambda one: _in_common(one.sentence.text, claim["statement"]))
            found.setdefault(best, []).append(claim["claim_id"])
    return found


def _in_common(text: str, other: str) -> int:
    return len({fold(word) for word in text.split()} & {fold(word) for word in other.split()})


def annotated(
    sentences: Sequence[Sentence], comparison: Sequence[Row], printed: Sequence[Row], findings: Sequence[Row]
) -> list[dict[str, str]]:
    """Return the abstract in pieces, in its order; joined, their texts are the abstract.

    A piece is a number that is printed about the review, or the words up to the next one. Findings are at
    the last piece of their sentence.
    """
    numbers = {sentence.place: list(numbers_of(sentence)) for sentence in sentences}
    claims = claims_of([number for found in numbers.values() for number in found], comparison)
    rows: list[dict[str, str]] = []
    before = ""
    for sentence in sentences:
        paragraph = sentence.place.split(":")[1]
        pieces = list(_pieces(sentence, numbers[sentence.place], claims, printed))
        pieces[-1]["finding_ids"] = "; ".join(_about(sentence, findings))
        if paragraph == before:
            pieces[0]["text"] = f" {pieces[0]['text']}"
        rows += [{**piece, "place": sentence.place, "paragraph": paragraph} for piece in pieces]
        before = paragraph
    return [{name: row.get(name, "") for name in COLUMNS} for row in rows]


def _pieces(
    sentence: Sentence,
    numbers: Sequence[Number],
    claims: Mapping[Number, Sequence[str]],
    printed: Sequence[Row],
) -> Iterator[dict[str, str]]:
    """Yield the pieces of a sentence: the words before each marked number, the number, and the last words."""
    end = 0
    for number in numbers:
        ids = [row["printed_id"] for row in printed if _is_printed_as(row, number)]
        if number in claims or ids:
            yield {"text": sentence.text[end : number.start]}
            yield {
                "text": sentence.text[number.start : number.end],
                "claim_ids": "; ".join(claims.get(number, ())),
                "printed_ids": "; ".join(ids),
            }
            end = number.end
    yield {"text": sentence.text[end:]}


def _about(sentence: Sentence, findings: Sequence[Row]) -> list[str]:
    """Return the findings in whose places a sentence is."""
    return [row["finding_id"] for row in findings if sentence.place in (row["place"], row["other_place"])]


def _is_printed_as(row: Row, number: Number) -> bool:
    """Return whether a row of printed.csv is about a number."""
    value = row["percent"] if number.percent else row["value"]
    return row["place"] == number.sentence.place and value == number.value


def main(*, paper: str, comparison: str, printed: str, findings: str, abstract: str) -> None:
    """Write the abstract with its marks; nothing of it where the licence of the paper does not allow it."""
    article = Article.read(paper)
    rows: list[dict[str, str]] = []
    if may_be_annotated(article.licence):
        rows = annotated(
            [sentence for sentence in article.sentences if sentence.part == ABSTRACT],
            rows_of(read_table(comparison)),
            rows_of(read_table(printed)),
            rows_of(read_table(findings)),
        )
    else:
        log.info("The abstract is not shown: its licence is %s", article.licence or "not stated")
    write_table(rows, abstract, COLUMNS)
    log.info("%d numbers of the abstract are marked", sum(bool(row["printed_ids"]) for row in rows))


if __name__ == "__main__":
    with job(snakemake):
        main(
            paper=snakemake.input.paper,
            comparison=snakemake.input.comparison,
            printed=snakemake.input.printed,
            findings=snakemake.input.findings,
            abstract=snakemake.output.abstract,
        )
