"""Numbers of works that are not named, numbers of other things, years and bare percentages.

"(n = 6)", "eleven employed surveys", "10 quantitative, 5 qualitative and 3 mixed studies", "17 countries",
"59 % were conducted in Asia", "published between 2019 and 2025".
"""

import re
from collections.abc import Iterator, Sequence

from scripts.common.paper.marked_text import MARK, marked, without_citations
from scripts.common.paper.printed import Printed, number_at, percentage_at
from scripts.common.paper.printed_counts import IN_CLAUSE, ONE_BY_ONE, cited_for
from scripts.common.paper.printed_patterns import PERCENT, WORKS
from scripts.common.paper.sentences import Sentence
from scripts.common.values.number_words import NUMBER, value_of

MAX_NAME = 8  # words behind a number that name what is counted
PARTS = ("abstract", "results")
IN_BRACKETS_RULE = "n ="
UNSURE = (IN_CLAUSE, ONE_BY_ONE)  # rules of citations that need not be the whole list of a number
VERB = (
    r"(?:were|was|are|used|employed|adopted|addressed|focus(?:ed|sed)|examined|assessed|reported|evaluated|investigated|"
    r"explored|had|found|described|studied|measured|tested|showed|recruited|involved|compared|scored|presented|"
    r"discussed|mentioned|applied|came|took place|did not)"
)
IN_BRACKETS = re.compile(r"\b(?-i:n)\s?=\s?(?P<n>\d{1,3}(?:,\d{3})+|\d+)(?!\s?(?:/|,\d))")
BEHIND_BRACKETS = re.compile(rf"\s?[)\]]?\s?[(\[]?{MARK}")
IMPLIED = re.compile(
    rf"(?:^|[;,]\s|\b(?:and|while|whereas|but)\s)(?:(?:only|and|while|whereas|but|the|other|remaining|another)\s){{0,3}}"
    rf"(?P<n>{NUMBER})\s(?:\([^()]*\)\s)?{VERB}\b",
    re.IGNORECASE,
)
IN_A_ROW = re.compile(  # two trials in Peru [1, 2], one in Chile [3] and one by post [4]
    rf"(?:[;,]\s?|{MARK}\s?|\band\s|\bwhile\s)(?:another\s|the other\s)?(?P<n>{NUMBER})"
    r"(?=\s(?:in|on|by|from|during|at|with|for|about|after|among|using|involv\w+|concern\w+|due to)\s"
    r"|\s(?:quantitative|qualitative|mixed|randomi[sz]ed|cohort|cross-|case-|quasi-|observational|experimental))",
    re.IGNORECASE,
)
LISTED = re.compile(  # 10 quantitative, 5 qualitative, and 3 mixed-methods studies
    rf"(?:{NUMBER}\s[\w-]+(?:\s[\w-]+)?,\s){{0,6}}{NUMBER}\s[\w-]+(?:\s[\w-]+)?,?\sand\s{NUMBER}\s(?:[\w-]+\s){{1,3}}{WORKS}\b",
    re.IGNORECASE,
)
THINGS = re.compile(
    rf"(?P<n>{NUMBER})\s(?:(?!of\b|in\b)[\w-]+\s){{0,3}}?(?P<what>databases|countries|continents|journals|languages|themes|"
    r"sub-?themes|categories|domains|reviewers)\b",
    re.IGNORECASE,
)
YEARS = re.compile(
    r"\bpublished\s(?:\w+\s)?(?:between|from)\s(?P<first>(?:19|20)\d\d)\s?(?:and|to|-|–|until)\s?(?P<last>(?:19|20)\d\d)\b",
    re.IGNORECASE,
)
NOT_THE_STUDIES = re.compile(  # years that limit the search, not those of what was found
    r"\b(?:search|limit|restrict|eligib|criteria|were included if|that included|broad|review of)\w*",
    re.IGNORECASE,
)
# "Most studies were published between 2019 and 2024": not the years of all of them.
OF_A_PART = re.compile(
    r"\b(?:most|majority|many|some|few|several|half|third|quarter|remaining|others?|only|mainly|mostly)\b|%|"
    rf"(?<!\bthe )(?<!\ball )(?<!\bthese )\b(?:{NUMBER})\s(?:of\s|(?:[\w-]+\s){{0,2}}?{WORKS}\b)",
    re.IGNORECASE,
)
INCLUDED = re.compile(r"\bincluded\b", re.IGNORECASE)
LISTED_SHARES = re.compile(r"\(\d+(?:\.\d+)?\s?%\)")
MIN_LISTED = 3  # percentages in brackets that make a list
BARE = re.compile(rf"(?<![\d./–-]){PERCENT}", re.IGNORECASE)
OF_WORKS = re.compile(rf"\b{WORKS}\b", re.IGNORECASE)
RESULT = re.compile(  # a percentage of what a study measured
    r"reduc|increas|decreas|improv|heterogen|accura|sensitiv|specific|prevalen|mortality|\bpower|\brisk|\brates?\b|"
    r"inciden|confiden|\bCI\b|\bI2\b|I²|patients|participants|children|women|men\b|people|change|higher|lower|error",
    re.IGNORECASE,
)


def plain_numbers(sentences: Sequence[Sentence]) -> Iterator[Printed]:
    """Yield the numbers of abstract and results that no other rule reads; each number of a sentence once."""
    for sentence in sentences:
        text = without_citations(sentence)
        if sentence.part in PARTS:
            yield from _works(text, sentence)
            yield from _things(text, sentence)
            yield from _years(text, sentence)
            yield from _percentages(text, sentence)


def _works(text: str, sentence: Sentence) -> Iterator[Printed]:
    seen: set[str] = set()
    with_marks, groups = marked(sentence)
    for one in IN_BRACKETS.finditer(with_marks):
        behind = BEHIND_BRACKETS.match(with_marks, one.end())
        cited = groups[with_marks[: behind.end()].count(MARK) - 1] if behind else ()
        name = _words(with_marks[: one.start()].replace(MARK, ""), last=True)
        yield _work(one, with_marks, name, sentence, IN_BRACKETS_RULE, cited)
    for one in IMPLIED.finditer(with_marks):
        if not re.fullmatch(r"(?:19|20)\d\d", one["n"]):
            cited, list_rule = cited_for(with_marks, groups, one)
            rule = list_rule if list_rule in UNSURE else "number and verb"
            seen.add(one["n"])
            name = _words(with_marks[one.end("n") :].replace(MARK, ""))
            yield _work(one, with_marks, name, sentence, rule, cited)
    if OF_WORKS.search(text):
        for one in IN_A_ROW.finditer(with_marks):
            cited, list_rule = cited_for(with_marks, groups, one)
            if cited and not re.fullmatch(r"(?:19|20)\d\d", one["n"]):
                name = _words(with_marks[one.end("n") :].replace(MARK, ""))
                rule = list_rule if list_rule in UNSURE else "number in a row"
                yield _work(one, with_marks, name, sentence, rule, cited)
    for whole in LISTED.finditer(text):
        for one in re.finditer(rf"(?P<n>{NUMBER})", text[: whole.end()], re.IGNORECASE):
            if one.start() >= whole.start() and one["n"] not in seen:
                name = _words(text[one.end() : whole.end()])
                yield _work(one, text, name, sentence, "list of kinds")


def _work(
    found: re.Match[str], text: str, name: str, sentence: Sentence, rule: str, cited: tuple[str, ...] = ()
) -> Printed:
    token = number_at(text, found.start("n"))
    return Printed("works", name, str(value_of(found["n"])), sentence, cited=cited, rule=rule, token=token)


def _things(text: str, sentence: Sentence) -> Iterator[Printed]:
    for found in THINGS.finditer(text):
        token = number_at(text, found.start("n"))
        name = found["what"].casefold()
        yield Printed("items", name, str(value_of(found["n"])), sentence, rule="things", token=token)


def _years(text: str, sentence: Sentence) -> Iterator[Printed]:
    """Yield first and last year of publication of the studies, not those that limit the search.

    Years of a part of the studies have a name of their own, so that nothing compares them with all studies.
    """
    for found in YEARS.finditer(text):
        before = text[: found.start()]
        if NOT_THE_STUDIES.search(before) and not INCLUDED.search(before.rpartition(",")[2]):
            continue
        part = " of a part" if OF_A_PART.search(re.split(r"[;:]", before)[-1]) else ""
        for name in ("first", "last"):
            token = number_at(text, found.start(name))
            yield Printed(
                "years", name + part, found[name], sentence, rule="years of publication", token=token
            )


def _percentages(text: str, sentence: Sentence) -> Iterator[Printed]:
    """Yield percentages without a count: of works that the sentence names, or several in brackets."""
    listed = len(LISTED_SHARES.findall(text)) >= MIN_LISTED
    if RESULT.search(text) or not (listed or OF_WORKS.search(text)):
        return
    for found in BARE.finditer(text):
        percent = found["p"].replace("·", ".")
        name = _words(text[found.end() :])
        token = percentage_at(text, found.start("p"))
        yield Printed("percent", name, percent, sentence, percent=percent, rule="percentage", token=token)


def _words(text: str, last: bool = False) -> str:
    """Return the words beside a number, up to the end of the clause: those behind it, or the last before."""
    if last:
        return " ".join(re.split(r"[,;.:()\d]", text.rstrip(" (["))[-1].split()[-MAX_NAME:])
    return " ".join(re.split(r"[,;.(]|\d", text.lstrip(" )];,"))[0].split()[:MAX_NAME])
