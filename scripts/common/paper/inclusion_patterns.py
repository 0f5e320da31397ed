"""How papers say how many studies they included, and where they list them: patterns of words."""

import re

from scripts.common.values.number_words import NUMBER

WORKS = (
    r"(?:stud(?:y|ies)|articles?|papers?|publications?|trials?|RCTs?|reports?|evaluations?|sources?|records?|manuscripts?|"
    r"surveys?|cohorts?|reviews|works|texts|documents?)"
)
PEOPLE = (
    r"(?:patients?|participants?|subjects?|people|persons?|individuals|adults|children|infants|women|men|girls|boys|fe?males?|"
    r"students|nurses|workers|caregivers|respondents|animals?|rats|mice|cases|controls|eyes|hips|knees|teeth)"
)
STUDIES = r"(?:studies|articles|papers|publications|trials|RCTs|reports|evaluations|records|references|documents|works)"
BE = r"(?:were|was|are|is|be|been|being)"
CHOSEN = r"(?:included|selected|retained|reviewed|identified|analy[sz]ed|chosen|judged)"
# What follows the verb in "12 studies included in the review", and not in "12 studies included children".
NO_OBJECT = r"(?=[ ]?[.,;:()\[]|[ ]?$|[ ](?:in|for|by|from|into|after|through|and|were|was|are|is|as|that|which|here|to)\b)"
MEETING = r"(?:(?:met|meet\w*|fulfil\w*|satisf\w+|pass(?:ed|ing)|complied with|match(?:ed|ing))[ ](?=.{0,60}?(?:criteri|includ|inclusion|eligib|requirement))|eligible|remain\w*)"
TAKEN = rf"(?:{BE}[ ](?:[\w-]+[ ]){{0,3}}?{CHOSEN}|{CHOSEN}{NO_OBJECT}|{MEETING})"
GAP = r"(?:[^\s.;:]+[ ]){0,8}?"
REVIEW = r"(?:review|meta[-‐ ]?analys[ei]s|analys[ei]s|synthes[ei]s|map|overview)"
# Before "included 12 studies": the studies did it, or it was done to something else.
SINGLE = r"(?:one|another|an?|each|every|single|second|third)[ ](?:[\w-]+[ ]){0,2}?(?:review|study|trial|article|paper|meta-analysis)"
NOT_OURS = re.compile(
    rf"\b(?:{SINGLE}|{STUDIES}(?:[ ](?:that|which|also|only))?|{BE}|excluded)[ ]$", re.IGNORECASE
)
COUNTS = (
    rf"(?P<n>{NUMBER})[ ]{GAP}{WORKS},?[ ](?:\([^)]*\)[ ])?(?:[^\s.;]+[ ]){{0,9}}?{TAKEN}",
    rf"(?P<verb>\b(?:includ\w+|inclusion of|sample of|reviewed|comprised|retained|selected|left|yielded|reaching the number of|leaving|resulted in|identified)[ ]){GAP}(?P<n>{NUMBER})[ ]{GAP}{WORKS}\b",
    rf"(?P<n>{NUMBER})[ ](?:[^\s.;]+[ ]){{0,3}}?(?:included|eligible|selected|reviewed)[ ]{WORKS}",
    rf"(?P<n>{NUMBER})[ ](?:[^\s.;]+[ ]){{0,4}}?(?:met|fulfilled|satisfied)[ ](?:[^\s.;]+[ ]){{0,4}}?criteria",
    rf"\bfinal[ ](?:selection|sample|set|number|list|dataset|corpus)[ ](?:\w+[ ])?(?:of|comprised|included|contained|was)[ ](?P<n>{NUMBER})[ ]{GAP}{WORKS}\b",
    rf"\b(?P<these>of[ ](?:these|those|them|which)),?[ ](?:only[ ])?(?P<n>{NUMBER})[ ](?:met|fulfilled|satisfied)[ ](?:[^\s.;]+[ ]){{0,4}}?(?:inclusion|eligibility)[ ]criteria",
    rf"\bcriteria[ ]{BE}[ ](?:met|fulfilled|satisfied)[ ]by[ ]{GAP}(?P<n>{NUMBER})[ ]{GAP}{WORKS}\b",
    rf"\b{WORKS}[ ](?:{BE}[ ])?(?:[\w-]+[ ])?included[ ](?:in[ ][^.;()]{{0,30}})?\(n ?= ?(?P<n>\d+)\)",
    rf"(?P<n>{NUMBER})[ ](?:of[ ](?:which|these|them)[ ])?{BE}[ ](?:[\w-]+[ ]){{0,2}}?(?:included|retained)[ ](?:in|for)[ ](?:the|this|our)[ ](?:[\w-]+[ ]){{0,3}}?{REVIEW}",
    rf"(?P<n>{NUMBER})[ ]{GAP}{WORKS}[ ](?:[\w-]+[ ])?(?:form|make|made|constitut|compris)\w*[ ](?:up[ ])?(?:the|this|our)[ ](?:[\w-]+[ ]){{0,4}}?(?:{REVIEW}|sample)\b",
    rf"(?P<n>{NUMBER})[ ]{GAP}{WORKS}[ ](?:[^\s.;]+[ ]){{0,5}}?{BE}[ ](?:considered|used|suitable)[ ](?:for|in)[ ](?:the|this|our)[ ](?:[\w-]+[ ])?{REVIEW}",
    rf"(?P<n>{NUMBER})[ ](?P<these>of[ ](?:these|those|them|which))[ ](?:\w+[ ])?(?:met|fulfilled|satisfied)[ ](?:[^\s.;]+[ ]){{0,4}}?criteria",
    rf"(?P<n>{NUMBER})[ ](?:[\w-]+[ ]){{0,2}}?(?:results|citations|references|items|hits)[ ]{BE}[ ](?:\w+[ ]){{0,2}}?included(?=[ ]?[.;,]|[ ]in[ ](?:the|this|our)[ ])",
    rf"\b{REVIEW}[ ](?:holds?|contains?|contained|comprises?|covers?|covered|(?:is|was)[ ](?:\w+[ ])?based[ ]on|consist\w*[ ]of)[ ]{GAP}(?P<n>{NUMBER})[ ]{GAP}{WORKS}\b",
)
# "17/508 (3.3%) studies were included", "seven of 1,847 articles fulfilled the inclusion criteria": a part of another step.
OUT_OF = rf"(?:/\d[\d,]*|[ ](?:out[ ])?of[ ](?:the[ ])?{NUMBER})"
PARTS_INCLUDED = (
    rf"(?P<n>{NUMBER}){OUT_OF}[ ](?:\([^)]*\)[ ])?(?:(?!included)[\w-]+[ ]){{0,3}}?{WORKS}[ ](?:\([^)]*\)[ ])?(?:[\w-]+[ ]){{0,2}}?"
    rf"(?:(?:met|meeting|fulfilled|satisfied)[ ](?:[\w-]+[ ]){{0,3}}?(?:inclusion|eligibility)[ ]criteria"
    rf"|{BE}[ ](?:\w+[ ])?included(?=[ ]?[.,;]|[ ]?$|[ ]in[ ](?:the|this|our)[ ](?:\w+[ ]){{0,2}}?review))",
    rf"\bfinal[ ](?:selection|sample|set|number)[ ](?:\w+[ ]){{0,2}}?(?:of|comprised|included|contained|was)[ ](?P<n>{NUMBER}){OUT_OF}[ ](?:\([^)]*\)[ ])?{WORKS}",
)
INCLUDED_WORKS = re.compile(
    rf"\b(?:included|eligible|selected|reviewed)[ ](?:[\w-]+[ ])?{WORKS}", re.IGNORECASE
)
BEFORE_A_WHOLE = re.compile(
    rf"{NUMBER}[ ](?:\([^)]*\)[ ])?(?:out[ ])?of[ ](?:the[ ]|these[ ])?$", re.IGNORECASE
)
NEXT_STEP = re.compile(
    r"\s?(?:for|in|to) (?:the |a )?(?:full|second|detailed|next|further|abstract|title|screening)",
    re.IGNORECASE,
)
# "25 met the criteria, and two additional studies were found": no total.
ADDED_LATER = re.compile(
    rf"\b(?:and|plus|with)\s(?:an?\s(?:additional|further|extra)\s)?(?P<more>{NUMBER})\s(?:additional|further|more|extra|other)\b"
    rf"(?P<found>\s(?:[\w-]+\s)?{WORKS}\s(?:{BE}\s)?(?:\w+\s)?(?:identified|found|included|added|located|obtained)\b)?",
    re.IGNORECASE,
)
INCLUSION = re.compile(r"includ|criteria|final|eligible", re.IGNORECASE)
OUR_REVIEW = re.compile(r"\b(?:this|our|the|present|current)[ ](?:[\w-]+[ ])?$", re.IGNORECASE)
LAST = re.compile(
    r"\b(?:final\w*|ultimately|eventually|in the end|included in (?:the|this|our))\b", re.IGNORECASE
)
TOTAL = re.compile(r"\b(?:a total of|in total|altogether|overall)\b", re.IGNORECASE)
NOT_FINAL = re.compile(
    r"\b(?:exclud\w+|duplicat\w+|screen\w+|full[- ]texts?|abstracts?|databases?|hand[- ]search\w*|not includ\w+|initial\w*)\b",
    re.IGNORECASE,
)
NOT_INCLUDED = re.compile(r"\b(?:exclud\w+|not (?:be )?includ\w+|duplicat\w+)\b", re.IGNORECASE)
# "17 of the 90 included studies": a part of them. "24 of 90 were included in the review" is none.
PART_OF = re.compile(
    rf"[ ](?:out[ ])?of[ ](?:the[ ]|these[ ]|those[ ]|our[ ])?(?:{NUMBER}[ ]|included|selected|eligible|reviewed|studies|articles|trials|papers)",
    re.IGNORECASE,
)
SUBSET = re.compile(
    r"\b(?:subset|subgroup|sub-group|other|another|additional|further)[ ](?:of[ ])?(?:the[ ])?$",
    re.IGNORECASE,
)
SHARE = re.compile(r"\d ?%")
NOUN = re.compile(rf"\b{WORKS}\b", re.IGNORECASE)
PERSONS = re.compile(rf"\b{PEOPLE}\b", re.IGNORECASE)
VERB = re.compile(rf"\b{BE}\b", re.IGNORECASE)
# Another number of works behind the noun: "5,727 articles screened, only two studies were retained".
OTHER_COUNT = re.compile(
    rf"{NUMBER}[ ](?:of[ ](?:which|these|those|whom)|(?:[\w-]+[ ]){{0,3}}?{WORKS})\b", re.IGNORECASE
)
CUE = re.compile(
    rf"\b(?:includ(?:ed|es?|ing)|met|fulfil\w*|satisf\w+|eligible|retained|identified|specifically addressed)\b.*\b{WORKS}\b|\b{WORKS}\b.*\b(?:includ(?:ed|ing)|met|fulfil\w*|eligible|identified|specifically addressed)\b",
    re.IGNORECASE,
)
TOOL = re.compile(
    r"\b(?:tool|scale|checklist|instrument|questionnaire|handbook|guidelines?|statement|GRADE|PRISMA|QUADAS|AMSTAR|PEDro|"
    r"Jadad|Newcastle|ROBINS|CASP|JBI|MMAT|software|package|score|criteria)\b",
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
