"""How papers print shares, counts and sums: patterns of words around a number."""

import re

from scripts.common.paper.inclusion_patterns import PEOPLE
from scripts.common.paper.marked_text import MARK
from scripts.common.values.number_words import NUMBER

WORKS = r"(?:stud(?:y|ies)|articles?|papers?|publications?|trials?|RCTs?|reports?|evaluations?|surveys|reviews|documents|records?|citations?|titles|abstracts|references|results|hits)(?!\s(?:registers?|registr(?:y|ies)|databases?|lists?)\b)"
ANY_NUMBER = re.compile(rf"{NUMBER}|\d", re.IGNORECASE)

# -- shares: n is the count, N the whole, p the percentage

PERCENT = r"(?P<p>\d{1,3}(?:[.·]\d+)?)\s?%(?!\s?(?:CI|confidence|CrI|credible|prediction|power|level))"
WHOLE = re.compile(  # at the beginning of a clause: "Of the 48 studies, most (32; 66.7 %) were good"
    rf"(?:^|[.;:]\s)(?:of|among|from)\s(?:(?:the|these|those|our|all)\s){{0,2}}(?P<N>{NUMBER})\s(?:[\w-]+\s){{0,3}}?{WORKS}\b",
    re.IGNORECASE,
)
SHARES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # 32 of the 48 studies (66.7 %)
        rf"(?P<n>{NUMBER})\s(?:out\s)?of\s(?:(?:the|these|a\stotal\sof)\s)?(?P<N>{NUMBER})\s?(?:[^\s\d()%]+\s){{0,5}}?[(\[]{PERCENT}",
        # 32/48 (66.7 %)
        rf"(?<![\d/.])(?P<n>\d+)\s?/\s?(?P<N>\d+)(?![\d/]);?,?\s[^\d()%]{{0,30}}?[(\[]?{PERCENT}",
        # (32/48, 66.7 %), (32 of 48; 66.7 %) and (n = 32; 66.7 %)
        rf"[(\[](?:n\s?=\s?)?(?P<n>\d+)(?:(?:\s?/\s?|\sof\s)(?P<N>\d+))?\s?[;,]\s?{PERCENT}\s?[)\];,]",
        # 32 studies (66.7 %)
        rf"(?P<n>{NUMBER})\s(?:[^\s\d()%,;:]+\s){{0,5}}?[(\[]{PERCENT}\s?[)\];,]",
    )
)
# 66.7 % (n = 32), 66.7 % (32/48) and (66.7 %, n = 32): the percentage is first, no whole before it belongs to it
SHARE_FIRST = re.compile(
    rf"(?<![\d.–-]){PERCENT}(?:[;,]?\s?(?:[^\s\d()%]+\s){{0,3}}?[(\[]|[;,]\s?)(?:n\s?=\s?|(?=\d+(?:\s?/|\sof\s)))(?P<n>\d+)(?:(?:\s?/\s?|\sof\s)(?P<N>\d+))?\s?[)\];,]",
    re.IGNORECASE,
)
UNIT = re.compile(
    r"\s?(?:%|years?|months?|weeks?|days?|hours?|minutes?|min|h|mg|kg|g|ml|mL|cm|mm|points?|times|fold|sessions?|±)(?!\w)"
)
NOT_COUNTED_BEFORE = re.compile(
    r"(?:tables?|figs?\.?|figures?|box(?:es)?|appendix|section|stage|step|phase|since|until|scored? (?:\w+ )?out of|and out of)\s$",
    re.IGNORECASE,
)

# -- counts: of works, with the mark of the citations behind them

UNITS = r"(?:years?|months?|weeks?|days?|hours?|minutes?|min|km|kg|mg|g|m|cm|mm|ml|points?|arms?|databases?|reviewers?|authors?)"
WORDS = rf"(?:(?!(?:{PEOPLE}|{UNITS}|of|in|to|and|were|was|with|that)\b)[\w'’/-]+\s)"
COUNTS = (
    # 15 of the 24 included studies
    re.compile(
        rf"(?P<n>{NUMBER})\s(?:out\s)?of\s(?:(?:the|these|all)\s){{0,2}}(?:{NUMBER}\s)?{WORDS}{{0,3}}?{WORKS}\b",
        re.IGNORECASE,
    ),
    # 14 small trials
    re.compile(rf"(?P<n>{NUMBER})\s{WORDS}{{0,4}}?{WORKS}\b", re.IGNORECASE),
    # (n = 13) and n = 13 fortified dairy products, with citations right behind
    re.compile(rf"\b(?-i:n)\s?=\s?(?P<n>\d+)\)?(?:\s{WORDS}{{0,3}}[\w-]+)?(?=\s?{MARK})", re.IGNORECASE),
)
# A superscript may be behind the comma: "one in Japan,1 one in Iran2".
CITED_DIRECTLY = re.compile(rf"\s?(?:\([^()]{{0,30}}\)\s?)?,?\s?{MARK}")
CITED_AT_THE_END = re.compile(rf"(?P<between>\s[^{MARK}.;:]{{3,220}}?)\s?\.?{MARK}\s?(?:[.;]|$)")
# Citations in the clause of a count, of which it is not sure that they are its whole list.
CITED_IN_CLAUSE = re.compile(
    rf"(?P<between>(?:\s?[(\[][^()\[\]{MARK}]*[)\]])?(?:\s[^{MARK}.;:,]{{0,160}}?)?)[,.]?\s?[(\[]?{MARK}"
)
# Each work of a count by itself: "(Li 2010; Wu 2012)", "including care at home [3], schools [4] and clinics [5]".
CITED_ONE_BY_ONE = re.compile(
    rf"\s?\((?P<brackets>[^(){MARK}]*{MARK}[^()]*{MARK}[^()]*)\)"
    rf"|[^{MARK}.;:()]{{0,160}}?(?::|\b(?:including|namely|being))(?P<rest>[^{MARK}]*{MARK}.*{MARK}.*)$"
)
# A number of something else: it is no other count in the clause.
WITH_UNIT = re.compile(
    rf"(?:{NUMBER}|\d[\d.]*)[\s-](?:{UNITS}|%)(?!\w)|\b(?:study|type|grade|phase|arm)\s\d", re.IGNORECASE
)

# A part and its whole: 10 of the 12 included trials, 10/12 trials
PART_OF_ALL = re.compile(
    rf"(?P<n>{NUMBER})(?:\s(?:out\s)?of\s(?:(?:the|these|all|our)\s){{0,2}}|\s?/\s?)(?P<N>{NUMBER}|(?<=/)\d+(?![\d./]))"
    rf"\s(?:(?!of\b)[\w-]+\s){{0,2}}?{WORKS}\b",
    re.IGNORECASE,
)

# -- sums

ITEM = re.compile(
    r"[(\[]\s?(?-i:n)\s?[=:]\s?(?P<n>\d{1,3}(?:[,\u00a0\u2009\u202f ]\d{3})+|\d+)\s?[,;)\]]", re.IGNORECASE
)
# A total in front of its parts: "76 articles were excluded for the following reasons: ... (n = 38), ..."
TOTAL_BEFORE = re.compile(
    rf"(?P<n>{NUMBER})\s(?:[\w'’/-]+\s){{0,4}}?{WORKS}\b[^.;:]{{0,80}}?(?::|reasons?|because|due to|as follows|from)[^.;]{{0,80}}$",
    re.IGNORECASE,
)
# A total behind its parts: "PubMed (n = 3,156), Embase (n = 3,990) ... yielded a total of 7,146 reports"
TOTAL_BEHIND = re.compile(
    rf"^[^.;(]{{0,60}}?\b(?:yield\w*|identif\w+|retriev\w+|result\w* in|for|gave|found|were|provided)\s(?:[\w'’-]+\s){{0,2}}?(?:a\s)?total\sof\s(?P<n>{NUMBER})\b",
    re.IGNORECASE,
)
# Words of a list that is not the whole list, or whose items overlap.
OPEN_LIST = re.compile(
    r"\b(?:such as|includ\w+|e\.g\.|for example|mainly|mostly|most|some|among (?:others|which)|one or more|more than one|multiple reasons|respectively)\b",
    re.IGNORECASE,
)
# Of the 70 eligible articles, four could not be retrieved while the remaining 66 were read.
REMAINDER = re.compile(
    rf"\b(?:of|from|among)\s(?:(?:the|these|all|a\stotal\sof)\s){{0,2}}(?P<N>{NUMBER})\s(?P<first>[^.;]{{3,120}}?),\s(?:only\s)?(?P<a>{NUMBER})\s"
    rf"(?P<second>[^.;]{{3,120}}?)\b(?:the\s)?(?:remaining|other|rest,?)\s(?:of\sthe\s)?(?P<r>{NUMBER})\b",
    re.IGNORECASE,
)
# 685 records, of which 665 were identified from databases and 20 from other sources
TWO_SOURCES = re.compile(
    rf"(?P<n>{NUMBER})\s(?:[\w-]+\s){{0,2}}?{WORKS},?\s(?:of which\s)?(?:\(\s?)?(?P<a>{NUMBER})\s(?:[\w-]+\s){{0,3}}?(?:from|in|through|via|by)\s[^.;:\d]{{0,60}}?\b"
    rf"and\s(?P<b>{NUMBER})\s(?:[\w-]+\s){{0,3}}?(?:from|in|through|via|by)\s(?:other|additional|manual|hand|reference|citation|gr[ea]y)",
    re.IGNORECASE,
)
