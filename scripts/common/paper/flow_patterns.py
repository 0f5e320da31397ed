"""How papers say what was done with records: patterns of words on the left and on the right of a number."""

import re

from scripts.common.paper.inclusion_patterns import BE, PEOPLE
from scripts.common.values.number_words import NUMBER

RECORDS = (
    r"(?:records?|articles?|papers?|publications?|citations?|studies|study|titles?|abstracts?|references?|results?|documents?|"
    r"sources?|items?|hits|reports?|trials?|RCTs?|manuscripts?|evaluations?|texts?|full[-‐ ]texts?|duplicates?|works|entries|theses)"
)
VERB = rf"(?:{BE}|met|remained|fulfilled|satisfied|had|did|could|that|which|who|with|in|of|to|from|by)"
NOUN = re.compile(rf"\s(?:(?!{VERB}\b|{PEOPLE}\b)[\w'’&/-]+\s){{0,5}}?{RECORDS}\b", re.IGNORECASE)
IMPLIED = re.compile(rf"\s(?:\([^)]*\)\s)?(?:{BE}|remained|met|fulfilled|did not|could not)\b", re.IGNORECASE)
PART_OF = re.compile(
    rf"\s(?:\([^)]*\)\s)?(?:out\s)?of\s(?:the\s|these\s|those\s)?(?:included|{NUMBER})", re.IGNORECASE
)
SHARE = re.compile(r"\s?(?:%|\(\d+(?:[.,·]\d+)? ?%)")
IN_BRACKETS = re.compile(r"\(\s*n\s?[=:]\s?$|\[\s*n\s?[=:]\s?$", re.IGNORECASE)
REDUCED = re.compile(r"\b(?:reduced|narrowed|down|decreased)\s(?:down\s)?to\s$", re.IGNORECASE)

TITLES = re.compile(
    r"\b(?:titles?|abstracts?|first (?:stage|round|screening)|initial screening)\b", re.IGNORECASE
)
FULL_TEXTS = re.compile(
    r"\b(?:full[-‐– ]?texts?|full articles?|full papers?|in full|second (?:stage|round|screening)|in detail|"
    r"remaining \w+ were (?:\w+ )?(?:analy|read|assess|evaluat|review|examin)\w*)\b",
    re.IGNORECASE,
)
DUPLICATES = re.compile(r"\bduplic\w+|\bde-?duplic\w+", re.IGNORECASE)
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
EXCLUDED_BEFORE = re.compile(
    r"\b(?:exclu\w+|remov\w+|discard\w+|reject\w+|eliminat\w+)\s(?:of\s)?(?:a total of\s|another\s|a further\s|the\s)?$",
    re.IGNORECASE,
)
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
    r"|\b(?:titles|abstracts)\sof\s(?:the\s)?(?:remaining\s)?$",
    re.IGNORECASE,
)
INCLUDED = re.compile(r"\bincluded\b", re.IGNORECASE)
SOUGHT = re.compile(r"^[^,;:]{0,60}?\bsought\b", re.IGNORECASE)
FULL_AFTER = re.compile(
    r"^[^,;:]{0,90}?(?:full[-‐– ]?texts?|in full\b|assess\w+ (?:for|of) (?:their )?eligib|for eligib|eligibility assess|in detail\b|"
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
    r"\b(?:leaving|left|leaves|resulting in|resulted in|yield\w*|reduced to|down to|retain\w*|obtain\w*)\s"
    r"(?:(?:a|the|total|of|us|with|only)\s){0,4}$",
    re.IGNORECASE,
)
FOUND_AFTER = re.compile(
    rf"^[^,;:]{{0,60}}?{BE}\s(?:\w+\s){{0,2}}?(?:identified|retrieved|found|obtained|located|yielded|collected|returned|generated)\b"
    r"|^[^,;:]{0,45}?\b(?:identified|retrieved|found|obtained)\s(?:in|from|through|by|via|across)\b"
    r"|^[^,;:]{0,45}?\b(?:initially|originally|first)\s(?:identified|retrieved|found|obtained)\b"
    r"|^[^,;:]{0,30}?\b(?:from|by|through)\s(?:the|this|our|an)\s(?:\w+\s){0,3}?search",
    re.IGNORECASE,
)
FOUND_BEFORE = re.compile(
    r"\b(?:identif\w+|yield\w*|retriev\w+|found|obtained|return\w*|produc\w+|generat\w+|locat\w+|sample of|starting from|"
    r"result(?:ed|ing)? (?:in|of))\s(?:(?:a|an|the|total|of|initial|about|approximately|over|some|from|following)\s){0,5}$",
    re.IGNORECASE,
)
SEARCH = re.compile(
    r"search|databas|PubMed|MEDLINE|Embase|Scopus|Web of Science|CINAHL|initial|retriev|records|citations|literature|screen|"
    r"full[-‐– ]?text|identification|selection|hits",
    re.IGNORECASE,
)
