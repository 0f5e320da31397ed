"""How papers say how many studies they included, and where they list them: patterns of words."""

import re

from scripts.common.values.number_words import NUMBER

WORKS = (
    r"(?:stud(?:y|ies)|articles?|papers?|publications?|trials?|RCTs?|reports?|evaluations?|sources?|records?|manuscripts?|"
    r"surveys?|cohorts?|reviews?|works?|texts?|documents?)"
)
TAKEN = r"(?:includ\w+|met|meet\w*|fulfil\w*|satisf\w+|eligible|selected|retained|remain\w*|review\w*|identified|analy[sz]ed|chosen|judged)"
GAP = r"(?:[^\s.;:]+[ ]){0,8}?"
COUNTS = (  # pattern, and how much it says
    (rf"(?P<n>{NUMBER})[ ]{GAP}{WORKS}[ ](?:\([^)]*\)[ ])?(?:[^\s.;]+[ ]){{0,9}}?{TAKEN}", 1),
    (rf"\b(?:includ\w+|inclusion of|sample of|total of|reviewed|comprised|retained|selected|left|yielded|reaching the number of|leaving|resulted in|identified)[ ]{GAP}(?P<n>{NUMBER})[ ]{GAP}{WORKS}\b", 1),
    (rf"(?P<n>{NUMBER})[ ](?:[^\s.;]+[ ]){{0,3}}?(?:included|eligible|selected|reviewed)[ ]{WORKS}", 1),
    (rf"(?P<n>{NUMBER})[ ](?:[^\s.;]+[ ]){{0,4}}?(?:met|fulfilled|satisfied)[ ](?:[^\s.;]+[ ]){{0,4}}?criteria", 1),
    (rf"\b{WORKS}[ ](?:[^\s.;]+[ ]){{0,4}}?includ\w+[^.;]{{0,30}}\(n ?= ?(?P<n>\d+)\)", 1),
)  # fmt: skip
FINAL = re.compile(
    r"\b(?:final\w*|ultimately|eventually|in the end|a total of|in total|altogether|overall|included in (?:the|this|our))\b",
    re.IGNORECASE,
)
NOT_FINAL = re.compile(
    r"\b(?:exclud\w+|duplicat\w+|screen\w+|full[- ]texts?|abstracts?|databases?|hand[- ]search\w*|not includ\w+|initial\w*)\b",
    re.IGNORECASE,
)
CUE = re.compile(
    rf"\b(?:includ(?:ed|es?|ing)|met|fulfil\w*|satisf\w+|eligible|retained|identified|specifically addressed)\b.*\b{WORKS}\b|\b{WORKS}\b.*\b(?:includ(?:ed|ing)|met|fulfil\w*|eligible|identified|specifically addressed)\b",
    re.IGNORECASE,
)
STUDY_HEADING = re.compile(
    r"characteristic|descripti|included|details of|stud(?:y|ies) (?:details|selection|identified)|search results|results of (?:the )?(?:search|systematic|literature)|overview|selection|retrieved|sample",
    re.IGNORECASE,
)
GOOD_TABLE = re.compile(
    r"(?:characteristic|summar|overview|descripti|details?|features?|profile|design|list|main|included|reviewed|data extraction).*(?:stud|trial|article|paper|includ|literature|evaluation|review|evidence|publication|data)"
    r"|(?:stud(?:y|ies)|trials?|articles?|papers?|literature|evaluations?).*(?:characteristic|summar|overview|includ|descripti|design|details?)",
    re.IGNORECASE,
)
BAD_TABLE = re.compile(
    r"search (?:term|strateg|string)|criteria|quality|risk of bias|\bGRADE\b|checklist|exclu|definition|instrument|apprais|jadad|abbreviation|per database|definitions?|glossary|guideline|tool\b",
    re.IGNORECASE,
)
MARKED = re.compile(r"(?:asterisk|\*|†|‡|•)[^.]{0,120}(?:includ|review|meta-analy|systematic)", re.IGNORECASE)
