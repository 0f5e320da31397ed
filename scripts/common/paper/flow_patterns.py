"""How papers say what was done with records: patterns of words on the left and on the right of a number."""

import re

from scripts.common.paper.inclusion_patterns import BE, PEOPLE
from scripts.common.values.number_words import NUMBER

RECORDS = (
    r"(?:records?|articles?|papers?|publications?|citations?|studies|study|titles?|abstracts?|references?|results?|documents?|"
    r"sources?|items?|hits|reports?|trials?|RCTs?|manuscripts?|evaluations?|texts?|full[-‐ ]texts?|duplicates?|works|entries|theses|reviews?)"
)
VERB = rf"(?:{BE}|met|remained|fulfilled|satisfied|had|did|could|that|which|who|with|in|of|to|from|by)"
NOUN = re.compile(rf"\s(?:(?!{VERB}\b|{PEOPLE}\b)[\w'’&/-]+\s){{0,5}}?{RECORDS}\b", re.IGNORECASE)
IMPLIED = re.compile(
    rf"\s(?:\([^)]*\)\s)?(?:of\s(?:them|these|those|which)\s)?(?:{BE}|remained|met|fulfilled|did not|could not|excluded|removed)\b",
    re.IGNORECASE,
)
PART_OF = re.compile(
    rf"\s(?:\([^)]*\)\s)?(?:out\s)?of\s(?:the\s|these\s|those\s)?(?:included|{NUMBER})", re.IGNORECASE
)
SHARE = re.compile(r"\s?(?:%|\(\d+(?:[.,·]\d+)? ?%)")
NO_NUMBER_BEFORE = re.compile(
    r"\b(?:at least|any|no|every|not)\s$", re.IGNORECASE
)  # "at least one criterion"
IN_BRACKETS = re.compile(r"\(\s*n\s?[=:]\s?$|\[\s*n\s?[=:]\s?$", re.IGNORECASE)
REDUCED = re.compile(
    r"\b(?:reduc\w+|narrow\w+|down|decreas\w+)\s(?:(?:down|the|this|our|these|sample|number|list|set|pool|it|them)\s){0,3}to\s$",
    re.IGNORECASE,
)
# "Five articles and two abstracts were excluded": neither number is that of the stage.
SECOND_OF_TWO = re.compile(
    rf"(?:^|[.;,:]\s|\btotal of\s|\b(?:where|and|while)\s)(?:{NUMBER})\s(?:(?!{VERB}\b)[\w-]+\s){{0,4}}?{RECORDS}\sand\s$",
    re.IGNORECASE,
)

TITLES = re.compile(
    r"\b(?:titles?|abstracts?|(?:first|initial)[- ](?:stage|round|step|phase|level|screening))\b",
    re.IGNORECASE,
)
FULL_TEXTS = re.compile(
    r"\b(?:full[-‐– ]?texts?|full articles?|full papers?|in full|second (?:stage|round|step|phase|level|screening)|in details?|"
    r"remaining \w+ were (?:\w+ )?(?:analy|read|assess|evaluat|review|examin)\w*)\b",
    re.IGNORECASE,
)
DUPLICATES = re.compile(r"\bduplic\w+|\bde-?duplic\w+", re.IGNORECASE)
# The number that is left, named before duplicates are: "identified 247 records after removal of duplicates".
AFTER_DUPLICATES = re.compile(
    r"^\s(?:(?!and\b|which\b|that\b|were\b|was\b)[^\s,;:.]+\s){0,5}?(?:(?:were|was|have been)\s\w+\s)?(?:after|following|once|excluding|without)\s(?:\w+\s){0,3}?"
    r"(?:de-?)?duplicat\w+",
    re.IGNORECASE,
)
AFTER_DUPLICATES_BEFORE = re.compile(
    r"\(\s?(?:after|without)\s[^()\d]{0,30}?duplicat\w+[:,]?\s$", re.IGNORECASE
)
REMOVED_IN_BRACKETS = re.compile(r"^\s(?:\w+\s)?(?:removed|excluded|deleted)\s?[);,]", re.IGNORECASE)
OTHER_SOURCES = re.compile(
    r"reference lists?|bibliograph|hand[- ]?search|manual\w* |snowball|gr[ea]y literature|other (?:sources?|methods?)|citation"
    r" (?:search|track|chas)|\bexperts\b|references of|reviewing references|additional sources|unpublished|other searching",
    re.IGNORECASE,
)
ADDED = re.compile(
    r"^[^,;:]{0,80}?\b(?:identified|found|retrieved|added|obtained|located|from|through|via|by|after)\b[^,;:]{0,60}?"
    rf"(?:{OTHER_SOURCES.pattern})",
    re.IGNORECASE,
)
ADDED_BEFORE = re.compile(rf"(?:{OTHER_SOURCES.pattern})[^;]*\(", re.IGNORECASE)
DATABASE = re.compile(r"databas|electronic|search strategy|bibliographic review", re.IGNORECASE)
EXCLUDED = re.compile(
    r"\b(?:exclu(?:ded|sion)|removed|discarded|rejected|eliminated|ineligible|irrelevant|not (?:meet|relevant|eligible|satisfy|fulfil\w*))\b",
    re.IGNORECASE,
)
EXCLUDED_AFTER = re.compile(
    r"^[^,;:]{0,70}?\b(?:excluded|removed|discarded|rejected|eliminated|ineligible|(?:not|n't) (?:meet|relevant|eligible|satisfy|fulfil\w*))\b",
    re.IGNORECASE,
)
# "We read 55 reports and excluded 38": the verb is about the next number.
EXCLUDED_NEXT = re.compile(r"\band\s(?:then\s)?(?:excluded|removed|discarded|rejected)\s$", re.IGNORECASE)
EXCLUDED_BEFORE = re.compile(
    r"\b(?:exclu\w+|remov\w+|discard\w+|reject\w+|eliminat\w+)\s(?:of\s)?(?:a total of\s|another\s|a further\s|the\s)?$",
    re.IGNORECASE,
)
REST = re.compile(r"\b(?:remaining|other|rest)\s$", re.IGNORECASE)  # what is left of a number, not the whole
FULL_TEXT_WORDS = re.compile(r"full|in details?|read in", re.IGNORECASE)
REASONS = re.compile(r"\b(?:reasons?|as follows|because|due to|owing to)\b", re.IGNORECASE)
SCREENED_AFTER = re.compile(
    rf"^(?:(?!reference list)[^,;:]){{0,60}}?{BE}\s(?:\w+\s){{0,2}}?(?:screened|scrutini[sz]ed)"
    r"|^[^,;:]{0,45}?\bunderwent\s(?:titles?|abstracts?|screening|initial)\b"
    r"|^[^,;:]{0,60}?\b(?:for|to)\s(?:further\s|initial\s)?(?:be\s)?(?:screen\w*|titles?|abstracts?)\b"
    r"|^\s(?:unique\s|remaining\s)?(?:titles?\s(?:and|or)\sabstracts?|abstracts?\s(?:were|for))\b",
    re.IGNORECASE,
)
SCREENED_BEFORE = re.compile(
    r"\bscreen(?:ed|ing)?\s(?:(?:the|of|all|titles?|abstracts?|and|for|remaining|a total of)\s){0,7}$"
    r"|\bscreening\s(?:was|were)\s(?:\w+\s){1,2}(?:for|with|on|of)\s(?:(?:the|all|a|total|of|remaining)\s){0,4}$"
    r"|\b(?:titles|abstracts)\sof\s(?:the\s)?(?:remaining\s)?$",
    re.IGNORECASE,
)
INCLUDED = re.compile(r"\bincluded\b", re.IGNORECASE)
SOUGHT = re.compile(r"^[^,;:]{0,60}?\bsought\b", re.IGNORECASE)
SOUGHT_BEFORE = re.compile(
    r"\bsought\s(?:for|from|of)\s(?:(?:the|all|remaining|these)\s){0,3}$", re.IGNORECASE
)
AFTER_SCREENING = re.compile(r"^[^,;:]{0,60}?\bafter\s(?:\w+\s){0,3}?screening\b", re.IGNORECASE)
FULL_AFTER = re.compile(
    r"^[^,;:]{0,90}?(?:full[-‐– ]?texts?|in full\b|assess\w+ (?:for|of) (?:their )?eligib|for eligib|eligibility assess|in details?\b|"
    r"assess (?:their )?eligib|read in|(?:judged|considered|deemed)[^,;:]{0,20} potentially (?:relevant|eligible))",
    re.IGNORECASE,
)
FULL_BEFORE = re.compile(
    r"full[-‐– ]?text(?:s|\s(?:articles?|papers?|versions?|assessments?|reviews?|screening|reading|analysis))*\s"
    r"(?:(?:assessments?|reviews?|of|for|the|all|remaining|were|obtained)\s){1,4}$",
    re.IGNORECASE,
)
REMAINED = re.compile(r"^[^,;:]{0,60}?\b(?:remain\w*|were left|left|unique)\b", re.IGNORECASE)
LEFT_BEFORE = re.compile(
    r"(?:\b(?:leaving|left|leaves|resulting in|resulted in|yield\w*|retain\w*|obtain\w*)\s"
    rf"(?:(?:a|the|total|of|us|with|only)\s){{0,4}}$)|{REDUCED.pattern}",
    re.IGNORECASE,
)
FOUND_AFTER = re.compile(
    rf"^[^,;:]{{0,60}}?{BE}\s(?:\w+\s){{0,2}}?(?:identified|retrieved|found|obtained|located|yielded|collected|returned|generated|recogni[sz]ed)\b"
    r"|^[^,;:]{0,45}?\b(?:identified|retrieved|found|obtained)\s(?:in|from|through|by|via|across)\b"
    r"|^[^,;:]{0,45}?\b(?:initially|originally|first)\s(?:identified|retrieved|found|obtained)\b"
    r"|^[^,;:]{0,30}?\b(?:from|by|through)\s(?:the|this|our|an)\s(?:\w+\s){0,3}?search"
    rf"|^\s(?:[\w-]+\s){{0,2}}?{RECORDS}\s(?:initially\s)?(?:identified|retrieved|found|yielded|returned|obtained),",
    re.IGNORECASE,
)
FOUND_BEFORE = re.compile(
    r"\b(?:identif\w+|yield\w*|retriev\w+|found|obtained|return\w*|produc\w+|generat\w+|locat\w+|sample of|starting from|"
    r"result(?:ed|ing)? (?:in|of))\s(?:(?:a|an|the|total|of|initial|about|approximately|over|some|from|following)\s){0,5}$",
    re.IGNORECASE,
)
SEARCH = re.compile(
    r"search|databas|PubMed|MEDLINE|Embase|Scopus|Web of Science|CINAHL|initial|retriev|records|citations|literature|screen|"
    r"full[-‐– ]?text|identification|selection|hits|duplicat",
    re.IGNORECASE,
)
