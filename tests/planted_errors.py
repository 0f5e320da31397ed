"""Plant errors in papers and count how many of them the findings name.

``python -m tests.planted_errors FOLDER --papers 20 --seed 1`` takes papers of a folder of JATS files and
plants in each, one after the other, one error of each kind that it offers: a share, a number of the flow, a
number of the abstract, a count in front of its own list. An error is named if the changed paper has a finding
that quotes the changed sentence, is of a kind that fits, and is not one of the untouched paper.
"""

import argparse
import random
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from scripts.common.paper.all_printed import printed_numbers, printed_rows
from scripts.common.paper.article import Article
from scripts.common.paper.finding import Finding
from scripts.common.paper.findings import check, fits
from scripts.common.paper.same_words import numbers_with_neighbours
from scripts.common.values.number_words import NUMBER, value_of

NAMES = {  # kind of error -> kinds of findings that name it
    "share": ("share", "part", "abstract"),
    "flow": ("flow", "sum", "part", "abstract"),
    "abstract": ("abstract", "share", "flow", "sum", "part", "own"),
    "list": ("own", "sum", "part", "abstract"),
}
Place = tuple[str, str]  # the sentence that prints a number, and the number as it is printed there
WORDS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


class Planted(NamedTuple):
    """An error: the paper, the sentence, the number before and after, and whether a finding names it."""

    paper: str
    sentence: str
    value: str
    other: str
    named: bool


@cache
def article_of(path: Path) -> Article:
    return Article.read(path)


@cache
def rows_of(article: Article) -> list[dict[str, str]]:
    return printed_rows(printed_numbers(article))


@cache
def findings(article: Article) -> list[Finding]:
    return check(rows_of(article), article)


def _what(one: Finding) -> tuple[object, ...]:
    return one.kind, one.reason, one.values, one.here.place


def _quotes(one: Finding) -> set[str]:
    return {spot.sentence for spot in (one.here, one.there) if spot}


@cache
def _texts(article: Article) -> frozenset[str]:
    return frozenset(one.text for one in (*article.sentences, *article.asides))


def shares(article: Article) -> Iterator[Place]:
    """Yield the percentages of shares that follow from their count and a whole or the included studies."""
    rows = rows_of(article)
    included = next((row for row in rows if row["chosen"] == "yes" and row["name"] == "included"), None)
    for row in rows:
        if row["kind"] == "share" and row["part"] not in ("table", "discussion"):
            whole = int(row["of"] or (included["value"] if included else 0))
            if whole and fits(int(row["value"]), whole, row["percent"]):
                yield row["sentence"], row["percent"]


def flow(article: Article) -> Iterator[Place]:
    """Yield the numbers of the flow that are what other numbers leave: before less taken away is after."""
    rows = rows_of(article)
    chosen = {row["name"]: row for row in reversed(rows) if row["kind"] == "flow" and row["chosen"] == "yes"}
    for names in (
        ("identified", "duplicates_removed", "after_duplicates"),
        ("identified", "duplicates_removed", "screened"),
        ("screened", "excluded_title_abstract", "full_text_assessed"),
        ("full_text_assessed", "excluded_full_text", "included"),
    ):
        if all(name in chosen for name in names):
            before, taken, after = (int(chosen[name]["value"]) for name in names)
            if before - taken == after:
                yield chosen[names[1]]["sentence"], chosen[names[1]]["value"]


def abstract(article: Article) -> Iterator[Place]:
    """Yield the numbers of the abstract that the text prints too, from ten on."""
    body = {
        number.value
        for sentence in article.sentences
        if sentence.part != "abstract"
        for number in numbers_with_neighbours(sentence)
    }
    for sentence in article.sentences:
        if sentence.part == "abstract":
            for number in numbers_with_neighbours(sentence):
                year = re.fullmatch(r"(?:19|20)\d\d", number.value)
                if number.value in body and float(number.value) >= 10 and not year:
                    yield sentence.text, number.value


def lists(article: Article) -> Iterator[Place]:
    """Yield the counts that agree with their own list of citations."""
    for row in rows_of(article):
        if (
            row["kind"] == "count"
            and len(row["cited"].split()) == int(row["value"]) >= 2
            and article.numbered
        ):
            yield row["sentence"], row["value"]


KINDS: dict[str, Callable[[Article], Iterator[Place]]] = {
    "share": shares,
    "flow": flow,
    "abstract": abstract,
    "list": lists,
}


def plant(content: bytes, place: Place, chance: random.Random) -> tuple[bytes, str] | None:
    """Return the paper with another number at one place, and that number; None if the text is in pieces."""
    sentence, value = place
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True)
    root = etree.fromstring(content, parser)
    found = [
        (node, name, number)
        for node in root.iter()
        if isinstance(node.tag, str)
        for name in ("text", "tail")
        for number in re.finditer(rf"\d+\.\d+(?=\s?%)|{NUMBER}", getattr(node, name) or "", re.IGNORECASE)
        if _is_at(number, sentence, value)
    ]
    if not found:
        return None
    node, name, number = chance.choice(found)
    other = other_number(number[0], chance)
    setattr(node, name, number.string[: number.start()] + other + number.string[number.end() :])
    return etree.tostring(root), other


def _is_at(number: re.Match[str], sentence: str, value: str) -> bool:
    """Return whether a number of a piece of text is this one of a sentence, by the words around it."""
    printed = number[0] if "." in value else str(value_of(number[0]))
    before, behind = number.string[: number.start()], number.string[number.end() :]
    if re.match(r"\s?[–-]\s?\d", behind) or re.search(r"\d\s?[–-]\s?$", before):
        return False  # a range is no count
    around = " ".join(number.string[max(number.start() - 15, 0) : number.end() + 15].split())
    return printed == value and len(around) > len(number[0]) and around in " ".join(sentence.split())


def other_number(printed: str, chance: random.Random) -> str:
    """Return a number that a slip would print: one digit changed, two swapped, or another word."""
    word = printed.casefold()
    if word in WORDS:
        place = WORDS.index(word) + chance.choice((-1, 1, 2))
        other = WORDS[place if 0 <= place < len(WORDS) else WORDS.index(word) ^ 1]
        return other.capitalize() if printed[0].isupper() else other
    places = [place for place, character in enumerate(printed) if character.isdigit()]
    if not places:
        other = "fifty-three" if word != "fifty-three" else "fifty-two"
        return other.capitalize() if printed[0].isupper() else other
    while True:
        place = chance.choice(places[:2])
        digit = chance.choice([digit for digit in "123456789" if digit != printed[place]])
        changed = printed[:place] + digit + printed[place + 1 :]
        if changed != printed:
            return changed


def _planted(
    name: str, content: bytes, article: Article, place: Place, chance: random.Random, kind: str
) -> Planted | None:
    """Return the error planted at a place; None where another sentence with the same words was changed."""
    planted = plant(content, place, chance)
    if planted is None:
        return None
    changed = Article(planted[0], name)
    if place[0] in _texts(changed):
        return None
    known, wrong = {_what(one) for one in findings(article)}, _texts(changed) - _texts(article)
    new = [one for one in findings(changed) if one.kind in NAMES[kind] and _what(one) not in known]
    return Planted(name, *place, planted[1], any(_quotes(one) & wrong for one in new))


def run(files: Sequence[Path], seed: int) -> dict[str, list[Planted]]:
    """Return for each kind the errors planted, and whether a new finding quotes the sentence of each."""
    results: dict[str, list[Planted]] = {kind: [] for kind in KINDS}
    for path in files:
        chance = random.Random(f"{seed} {path.stem}")
        content = path.read_bytes()
        article = article_of(path)
        for kind, offered in KINDS.items():
            places = sorted(set(offered(article)))
            chance.shuffle(places)
            planted = (_planted(path.stem, content, article, place, chance, kind) for place in places)
            first = next((one for one in planted if one is not None), None)
            results[kind] += [first] if first else []
    return results


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--papers", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    files = sorted(arguments.folder.glob("*.xml"))
    chosen = sorted(random.Random(arguments.seed).sample(files, min(arguments.papers, len(files))))
    results = run(chosen, arguments.seed)
    for kind, planted in results.items():
        print(f"{kind}: {sum(one.named for one in planted)} of {len(planted)} named")
        for one in planted:
            if not one.named:
                print(f"  not named: {one.paper}: {one.value} as {one.other} in {one.sentence[:100]!r}")
    every = [one.named for planted in results.values() for one in planted]
    print(f"all: {sum(every)} of {len(every)} named")
    untouched = {path.stem: len(findings(article_of(path))) for path in chosen}
    print(f"findings in the {len(chosen)} untouched papers: {sum(untouched.values())}")


if __name__ == "__main__":
    main()
