"""Flow numbers of one half of the papers with only the rules that the other half needs.

``python -m tests.benchmark.halves ../shared/jats``: each way of saying something that can be taken out of the
patterns without a loss on one half is taken out; then the other half is measured, and the other way round.
That is about how rules written on one half would do on papers that they have not seen. Words of one meaning
stay, and so do the patterns of how many studies were included. It takes about two minutes of processor time.
"""

import argparse
import json
import re
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from scripts.common.paper import (
    flow_labels,
    flow_mentions,
    flow_patterns,
    flow_places,
    flow_sentences,
    stated_counts,
)
from scripts.common.paper.article import Article
from scripts.common.paper.flow_sentences import flow_of
from scripts.common.paper.flow_stages import STAGES, choose
from scripts.common.paper.marked_text import without_citations
from scripts.common.paper.sentences import Sentence
from scripts.common.values.number_words import NUMBER
from tests.paths import DATA

MODULES = (flow_labels, flow_mentions, flow_places, flow_sentences)
READ = DATA / "paper/flow_read.json"  # values that the readers' lists leave out, looked up in the text
# The parts of a pattern have no public name.
BRANCH = re._constants.BRANCH  # type: ignore[attr-defined]
STRUCTURE = (re._constants.ASSERT, re._constants.ASSERT_NOT, re._constants.AT)  # type: ignore[attr-defined]
REPEATS = (re._constants.MAX_REPEAT, re._constants.MIN_REPEAT)  # type: ignore[attr-defined]
ABOUT_WORKS = re.compile(
    r"stud|artic|paper|trial|record|source|cit|title|abstract|text|duplic|report|public|referenc|docum|result|hits|RCT|"
    r"n ?=|exclu|includ|remain",
    re.IGNORECASE,
)


class Paper(NamedTuple):
    """The sentences of a paper with a number, the stages that a reader lists, and others that are right."""

    sentences: list[Sentence]
    wanted: frozenset[tuple[str, int]]
    also: frozenset[tuple[str, int]]


class Score(NamedTuple):
    """Listed stages that were found, of how many; values chosen, and how many of them are right."""

    found: int
    of: int
    right: int
    chosen: int

    def as_good_as(self, other: "Score") -> bool:
        """Return whether nothing is lost against another score of the same papers."""
        wrong, others = self.chosen - self.right, other.chosen - other.right
        return self.found >= other.found and self.right >= other.right and wrong <= others


def read(path: Path) -> Paper:
    article = Article.read(path)
    expected = json.loads(path.with_suffix(".expected.json").read_text(encoding="utf-8"))
    about_itself = [one for one in article.sentences if one.part != "introduction"]
    sentences = [one for one in (*about_itself, *article.asides) if _may_matter(one)]
    wanted = {(one["stage"], one["value"]) for one in expected["flow"] if one["stage"] in STAGES}
    also = json.loads(READ.read_text(encoding="utf-8")).get(path.stem, {})
    return Paper(sentences, frozenset(wanted), frozenset(also.items()))


def _may_matter(sentence: Sentence) -> bool:
    """Return whether a sentence prints a number of works or names a phase: others only take time."""
    text = without_citations(sentence)
    if flow_patterns.TITLES.search(text) or flow_patterns.FULL_TEXTS.search(text):
        return True
    return bool(re.search(NUMBER, text, re.IGNORECASE) and ABOUT_WORKS.search(text))


def score(papers: Sequence[Paper]) -> Score:
    found = of = right = chosen = 0
    for paper in papers:
        proposed = list(flow_of(paper.sentences))
        picked = set(choose(proposed).items())
        found += len(paper.wanted & {(one.stage, one.value) for one in proposed})
        of += len(paper.wanted)
        right += len((paper.wanted | paper.also) & picked)
        chosen += len(picked)
    return Score(found, of, right, chosen)


def branches(parsed: Any) -> Iterator[list[Any]]:
    """Yield the list of alternatives of each branch of a parsed pattern, the outer ones first.

    Words of one meaning ("screened", "scrutinised") are left out: who writes a rule adds them anyway.
    """
    for operator, value in parsed:
        if operator is BRANCH and any(_is_structure(one) for one in value[1]):
            yield value[1]
        yield from (inner for part in _patterns_in(value) for inner in branches(part))


def _patterns_in(value: Any) -> Iterator[Any]:
    if isinstance(value, re._parser.SubPattern):  # type: ignore[attr-defined]
        yield value
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _patterns_in(one)


def _is_structure(alternative: Any) -> bool:
    """Return whether an alternative is more than words: it lets other words be in between, or looks ahead."""
    return any(
        operator in STRUCTURE or any(_is_structure(part) for part in _patterns_in(value))
        for operator, value in alternative
    ) or any(
        operator in REPEATS and any(_patterns_in(value[2])) and value[1] > 1 and len(value[2]) > 1
        for operator, value in alternative
    )


def patterns() -> Iterator[str]:
    """Yield the name of each pattern of words that decides about the flow."""
    everywhere = {name: value for module in MODULES for name, value in vars(module).items()}
    for name, value in sorted(everywhere.items()):
        if isinstance(value, re.Pattern) and NUMBER not in value.pattern:
            yield name


def pattern_of(name: str) -> re.Pattern[str]:
    pattern: re.Pattern[str] = next(vars(module)[name] for module in MODULES if name in vars(module))
    return pattern


def use(name: str, pattern: re.Pattern[str]) -> None:
    """Let every module that knows a pattern by this name use another one."""
    for module in MODULES:
        if name in vars(module):
            setattr(module, name, pattern)


def _parsed(pattern: re.Pattern[str]) -> Any:
    return re._parser.parse(pattern.pattern, pattern.flags)  # type: ignore[attr-defined]


def _compiled(parsed: Any, flags: int) -> re.Pattern[str]:
    pattern: re.Pattern[str] = re._compiler.compile(parsed, flags)  # type: ignore[attr-defined]
    return pattern


def pruned(papers: Sequence[Paper]) -> int:
    """Take out of the patterns what the papers do not need; return how many alternatives were taken out."""
    best, gone = score(papers), 0
    for name in list(patterns()):
        whole = pattern_of(name)
        parsed = _parsed(whole)
        for alternatives in branches(parsed):
            for one in list(alternatives):
                if len(alternatives) == 1:
                    break
                place = alternatives.index(one)
                del alternatives[place]
                use(name, _compiled(parsed, whole.flags))
                if score(papers).as_good_as(best):
                    gone += 1
                else:
                    alternatives.insert(place, one)
        use(name, _compiled(parsed, whole.flags))
    return gone


def main(folder: Path) -> None:
    papers = [read(path) for path in sorted(folder.glob("*.xml"))]
    flow_sentences.counts_in = cache(stated_counts.counts_in)  # type: ignore[attr-defined]
    whole = {name: pattern_of(name) for name in patterns()}
    for first, words in ((0, "1st, 3rd, ..."), (1, "2nd, 4th, ...")):
        for name, pattern in whole.items():
            use(name, pattern)
        ours, others = papers[first::2], papers[1 - first :: 2]
        sys.stdout.write(f"all rules, {words} paper: {score(ours)}\n")
        gone = pruned(ours)
        sys.stdout.write(
            f"rules that these need, {gone} alternatives fewer: {score(ours)}, others {score(others)}\n"
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    main(parser.parse_args().folder)
