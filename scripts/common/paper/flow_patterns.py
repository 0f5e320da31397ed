"""How papers say what was done with records: patterns of words on the left and on the right of a number.

A pattern names what was done by the stem of its verb, in any form: "screened", "for screening", "to screen".
"""

import re

from scripts.common.paper.inclusion_patterns import BE, PEOPLE
from scripts.common.values.number_words import NUMBER

RECORDS = (
    r"(?:records?|articles?|papers?|publications?|citations?|studies|study|titles?|abstracts?|references?|results?|documents?|"
    r"sources?|items?|hits|matches|reports?|trials?|RCTs?|manuscripts?|evaluations?|texts?|full[-‐ ]texts?|duplicates?|doublets?|works|"
    r"entries|theses|reviews?|citings?|bibliographic (?:records|entries))"
)
VERB = rf"(?:{BE}|met|remained|fulfilled|satisfied|had|did|could|that|which|who|whose|with|in|of|to|from|by)"
# The words of a clause between a number and a verb.
CLAUSE = r"[^,;:]{0,60}?"
# What follows a verb that has no object: "12 records screened by title", not "12 studies screened adults".
NO_OBJECT = (
    r"(?=\s?[.,;:()\[]|\s(?:in|for|by|from|via|into|after|through|and|were|was|are|is|as|that|which|to|using|with|on|at|against|across|"
    r"based|during|until|between|once|initially)\b)"
)
# Words between a verb and the number that it is about: "we screened the titles and abstracts of 340 records".
FILLER = (
    r"(?:(?:a|an|the|total|of|all|these|those|this|our|us|with|only|some|about|approximately|over|around|nearly|almost|initial|"
    r"final|remaining|other|another|further|from|for|following|just|as many as|up to|list|set|number|sample|pool|amount|in)\s){0,6}"
)
NOUN = re.compile(rf"\s(?:(?!{VERB}\b|{PEOPLE}\b)[\w'’&/-]+\s){{0,5}}?{RECORDS}\b", re.IGNORECASE)
OF_PEOPLE = re.compile(rf"{NUMBER}\s(?:(?!{VERB}\b)[\w-]+\s){{0,2}}?{PEOPLE}\b", re.IGNORECASE)
OF_RECORDS = re.compile(rf"{NUMBER}\s(?:(?!{VERB}\b|{PEOPLE}\b)[\w-]+\s){{0,3}}?{RECORDS}\b", re.IGNORECASE)
IMPLIED = re.compile(
    rf"\s(?:\([^)]*\)\s)?(?:of\s(?:them|these|those|which)\s)?(?:(?:more|others?|further|additional)\s)?"
    rf"(?:{BE}|had|have|has|remain\w*|met|fulfilled|did not|could not|excluded|removed|left|that\swe|(?:that|which)\s{BE}|for|at|by|on|in\sall|after)\b",
    re.IGNORECASE,
)
PART_OF = re.compile(
    rf"\s(?:\([^)]*\)\s)?(?:out\s)?of\s(?:the\s|these\s|those\s)?(?:included|{NUMBER})", re.IGNORECASE
)
SHARE = re.compile(r"\s?(?:%|\(\d+(?:[.,·]\d+)? ?%)")
NO_NUMBER_BEFORE = re.compile(
    r"\b(?:at least|any|no|every|not|tables?|figures?|figs?\.?|appendix|box|section|chapter|phase|step|level)\s$",
    re.IGNORECASE,
)  # "at least one criterion", "Table 7"
IN_BRACKETS = re.compile(r"[(\[]\s*n\s?[=:]\s?$", re.IGNORECASE)
REDUCED = re.compile(
    rf"\b(?:reduc\w+|narrow\w+|down|decreas\w+|cut)\s(?:down\s)?{FILLER}to\s{FILLER}$", re.IGNORECASE
)
# "Narrowed to 88 by title and to 26 by full text".
REDUCED_AGAIN = re.compile(r"\b(?:reduc|narrow)\w+\b.{0,200}\band\sto\s$", re.IGNORECASE)
# "Five articles and two abstracts were excluded": neither number is that of the stage.
SECOND_OF_TWO = re.compile(
    rf"(?:^|[.;,:]\s|\btotal of\s|\b(?:where|and|while)\s)(?:{NUMBER})\s(?:(?!{VERB}\b)[\w-]+\s){{0,4}}?{RECORDS}\sand\s$",
    re.IGNORECASE,
)
# "82 articles, six reports and 26 guidelines": the first of several kinds, no total.
FIRST_OF_SEVERAL = re.compile(
    rf"^\s(?:(?!{VERB}\b|duplic)[\w-]+\s){{0,4}}?(?!duplic){RECORDS}(?:,|\sand)\s(?:{NUMBER})\s(?!further|additional|other|more|new|duplicat)"
    rf"(?:(?!{VERB}\b)[\w/-]+\s){{0,4}}?(?:{RECORDS}|guidelines|books|chapters)\b(?!\s(?:{BE}|remain|met|underwent|left|\w+ed)\b)",
    re.IGNORECASE,
)
# "685 records, of which 665 came from databases": a part of the number before.
OF_THE_NUMBER_BEFORE = re.compile(
    r"\b(?:of (?:which|these|them|those)|including|comprising|comprised|namely|among (?:which|these|them))[,\s]+(?:\w+\s){0,2}$"
    r"|\([^()]*$",
    re.IGNORECASE,
)
RANDOM_SAMPLE = re.compile(r"\b(?:random|pilot|test|sub-?)\s?(?:sample|set|selection)? of\s$", re.IGNORECASE)

TITLES = re.compile(
    r"\b(?:titles?|(?<!conference )(?<!meeting )abstracts?|(?:first|initial)[- ](?:stage|round|step|phase|level|screening|examination))\b",
    re.IGNORECASE,
)
FULL_WORDS = (
    r"(?:(?:full|entire|complete|whole)[-‐– ]?(?:text|article|paper|report|manuscript|publication)s?|in full|in (?:its|their) (?:entirety|full)|full[- ](?:length|review)|"
    r"in details?|(?:detailed|in-depth|thorough|closer) (?:evaluation|assessment|review|analysis|reading|examination|inspection))"
)
FULL_TEXTS = re.compile(
    rf"\b(?:{FULL_WORDS}|second (?:stage|round|step|phase|level|screening)|"
    r"remaining \w+ were (?:\w+ )?(?:analy|read|assess|evaluat|review|examin)\w*)\b",
    re.IGNORECASE,
)
DUPLICATE = (
    r"(?:(?:de-?)?duplica\w+|doublets?|double (?:hits|entries|records|counts)|"
    r"(?:replicated|repeated|redundant) (?:records?|articles?|studies|papers|references|citations|titles|hits|entries))"
)
DUPLICATES = re.compile(rf"\b{DUPLICATE}", re.IGNORECASE)
DUPLICATES_NEXT = re.compile(rf"\s(?:[\w-]+\s){{0,3}}?{DUPLICATE}(?!\w* report)", re.IGNORECASE)
# The number that is left, named before duplicates are: "identified 247 records after removal of duplicates".
AFTER_DUPLICATES = re.compile(
    r"^\s(?:(?!and\b|which\b|that\b|were\b|was\b)[^\s,;:.]+\s){0,5}?(?:(?:were|was|have been)\s\w+\s)?(?:after|following|once|excluding|without)\s"
    rf"(?:\w+\s){{0,3}}?{DUPLICATE}|^[^,;:()]{{0,60}}?\((?:after|without)\s(?:\w+\s){{0,3}}?{DUPLICATE}\)",
    re.IGNORECASE,
)
AFTER_DUPLICATES_BEFORE = re.compile(
    rf"\(\s?(?:after|without)\s[^()\d]{{0,30}}?{DUPLICATE}[:,]?\s$", re.IGNORECASE
)
# "After excluding 37 duplicates, 866 articles were retrieved".
WITHOUT_DUPLICATES = re.compile(
    rf"\b(?:after|following|once)\b[^.;]{{0,60}}{DUPLICATE}[^.;\d]{{0,60}}$", re.IGNORECASE
)
REMOVED_IN_BRACKETS = re.compile(r"^\s(?:\w+\s)?(?:removed|excluded|deleted)\s?[);,]", re.IGNORECASE)
OTHER_SOURCES = re.compile(
    r"reference lists?|bibliograph(?:y|ies)\b|hand[- ]?search|manual\w* |snowball|gr[ea]y literature|other (?:sources?|methods?)|citation"
    r" (?:search|track|chas)|\bexperts\b|references of|reviewing references|additional sources|unpublished|other searching",
    re.IGNORECASE,
)
ADDED = re.compile(
    r"^[^,;:]{0,80}?\b(?:identified|found|retrieved|added|obtained|located|from|through|via|by|after)\b[^,;:]{0,60}?"
    rf"(?:{OTHER_SOURCES.pattern})",
    re.IGNORECASE,
)
ADDED_BEFORE = re.compile(rf"(?:{OTHER_SOURCES.pattern})[^;]*\(", re.IGNORECASE)
# "Hand searching added 37."
ADDED_A_NUMBER = re.compile(
    rf"(?:{OTHER_SOURCES.pattern})[^.;]{{0,50}}?\b(?:added|yielded|identified|found|provided|contributed|produced|gave)\s{FILLER}$",
    re.IGNORECASE,
)
MORE = re.compile(r"\s(?:additional|further|other|more|new|extra)\b", re.IGNORECASE)
MORE_BEFORE = re.compile(r"\b(?:additional|further|another|extra)\s(?:\w+\s)?$", re.IGNORECASE)
DATABASE = re.compile(r"databas|electronic|search strategy|bibliographic review", re.IGNORECASE)
DATABASES = (
    r"(?:PubMed|MEDLINE|Embase|Scopus|Web of Science|CINAHL|PsycINFO|Cochrane|CENTRAL|ERIC|Google Scholar|LILACS|SciELO|ProQuest|EBSCO|"
    r"IEEE|ACM|ScienceDirect|Springer|Wiley|Ovid)"
)
# "1,310 hits in MEDLINE and 1,100 in Embase": what one database gave, no total.
ONE_DATABASE = re.compile(
    rf"^(?:\s[\w-]+){{0,3}}?\s(?:in|from|on|via|through|by|using)\s(?:the\s)?{DATABASES}", re.IGNORECASE
)
NOT_ELIGIBLE = r"(?:not|n't|un-?able to|fail\w* to) (?:(?:fully|clearly|deemed|considered|judged|be) )?(?:meet|relevant|eligible|satisfy|fulfil\w*|match|suitable|related)"
LEFT_OUT = (
    r"(?:excluded|removed|discarded|rejected|eliminated|ineligible|irrelevant|non-?relevant|dismissed|disqualified|omitted|dropped|"
    rf"filtered out|(?:ruled|left|sorted|screened|taken|weeded|cut) out|set aside|{NOT_ELIGIBLE})"
)
EXCLUDE = rf"(?:exclu\w+|remov(?:ing|al)|discard\w*|reject\w*|eliminat\w*|dismiss\w*|{LEFT_OUT})"
EXCLUDED = re.compile(rf"\b(?:exclusion|{LEFT_OUT})\b", re.IGNORECASE)
EXCLUDED_AFTER = re.compile(rf"^[^,;:]{{0,70}}?\b{LEFT_OUT}\b", re.IGNORECASE)
# "4,100 were excluded by title, a further 1,290 by abstract": neither is the number of the stage.
EXCLUDED_MORE = re.compile(
    rf"\b{LEFT_OUT}\b(?:(?!identif|found|retriev|includ).){{0,200}}\b(?:an?\s(?:further|additional)|another|further)\s(?:{NUMBER})\b",
    re.IGNORECASE,
)
# "1,000 by their titles, 70 by their abstracts".
TITLES_THEN_ABSTRACTS = re.compile(
    rf"\btitles?,?\s(?:and\s)?(?:a\sfurther\s|another\s)?(?:{NUMBER})\s[^.;]{{0,50}}?\babstracts?\b",
    re.IGNORECASE,
)
# The next half of a sentence: "651 were excluded and the full text of 49 was read".
NEXT_HALF = re.compile(r";|\band\s(?:the|a|full|then)\b", re.IGNORECASE)
# "Deduplication took away 402 of them".
DUPLICATES_BEFORE = re.compile(
    rf"\b{DUPLICATE}\s(?:\w+\s)?(?:remov|took|exclud|eliminat|delet|discard)\w*\s(?:away\s|out\s)?{FILLER}$",
    re.IGNORECASE,
)
# "We read 55 reports and excluded 38": the verb is about the next number.
EXCLUDED_NEXT = re.compile(rf"\band\s(?:then\s)?{EXCLUDE}\s{FILLER}$", re.IGNORECASE)
EXCLUDED_BEFORE = re.compile(rf"\b{EXCLUDE}\s{FILLER}$", re.IGNORECASE)
# What could not be had is not excluded by its full text.
NOT_HAD = re.compile(
    r"\b(?:inaccessible|unavailab\w+|not (?:be )?(?:\w+ )?(?:available|accessible|accessed|retriev\w+|obtain\w+|located|found))\b",
    re.IGNORECASE,
)
REST = re.compile(r"\b(?:remaining|other|rest)\s$", re.IGNORECASE)  # what is left of a number, not the whole
FULL_TEXT_WORDS = re.compile(r"full|in details?|read in", re.IGNORECASE)
REASONS = re.compile(r"\b(?:reasons?|as follows|because|due to|owing to)\b", re.IGNORECASE)
SCREEN = r"(?:screen(?:ed|ing)?|scrutini[sz]\w*)"
LOOKED_AT = (
    r"(?:screen|scrutini[sz]|review|read|check|view|examin|assess|evaluat|inspect|consider|analy[sz])\w*"
)
SCREENED_AFTER = re.compile(
    rf"^{CLAUSE}\b(?:{BE}\s(?:\w+\s){{0,2}}?{SCREEN}\b|{SCREEN}{NO_OBJECT}|underwent\s(?:titles?|abstracts?|initial)"
    rf"|(?:to|for)\s(?:(?:be|further|initial|first|title|abstract|the)\s)?(?:{SCREEN}{NO_OBJECT}|titles?\b|abstracts?\b)"
    rf"|(?:titles?|abstracts?)\b[^,;:]{{0,30}}?\b{BE}\s(?:\w+\s){{0,2}}?{LOOKED_AT})"
    rf"|^\s(?:\w+\s){{0,2}}?{RECORDS},?\swhose\s(?:titles?|abstracts?)\b"
    r"|^\s(?:unique\s|remaining\s)?(?:titles?\s(?:and|or)\sabstracts?|abstracts?\sfor)\b",
    re.IGNORECASE,
)
ABSTRACTS = r"(?:titles?|abstracts?)(?:(?:\sand\s|\sor\s|/)(?:titles?|abstracts?))?"
SCREENED_BEFORE = re.compile(
    rf"\b{SCREEN}\s(?:(?:was|were)\s(?:\w+\s){{1,2}})?(?:(?:the\s)?{ABSTRACTS}\s)?{FILLER}$|\b{ABSTRACTS}\sof\s{FILLER}$",
    re.IGNORECASE,
)
# "1,326 records were screened": by title, where nothing else is named.
SCREENED_RECORDS = re.compile(
    rf"{NUMBER}\s(?:(?!{VERB}\b)[\w-]+\s){{0,3}}?{RECORDS}\s(?:{BE}\s(?:\w+\s)?)?screened\b", re.IGNORECASE
)
# What an earlier step left, or the references of a record: "97 were selected by abstract screening".
LEFT_BY = re.compile(
    r"\b(?:select|retain|kept|chosen|after|reference list|relevant|eligible|includ)\w*\b", re.IGNORECASE
)
LEFT_BY_FULL_TEXTS = re.compile(
    r"^\s(?:\w+\s){0,2}?(?:on the basis of|based on)\s|\b(?:select|retain|kept|chosen|remain)\w*\s(?:\w+\s){0,2}?(?:after|based on|following|by|from|on the basis)\b",
    re.IGNORECASE,
)
KEPT = re.compile(r"\b(?:kept|retained|selected)\s$", re.IGNORECASE)
INCLUDED = re.compile(r"\bincluded\b", re.IGNORECASE)
# Not "excluded 1,480 records and sought 120 reports": that is the next number.
SOUGHT = re.compile(rf"^{CLAUSE}\bsought\b(?!\s{FILLER}(?:{NUMBER}|$))", re.IGNORECASE)
SOUGHT_BEFORE = re.compile(rf"\bsought\s{FILLER}$", re.IGNORECASE)
AFTER_SCREENING = re.compile(
    rf"^{CLAUSE}\bafter\s(?:\w+\s){{0,3}}?(?:screening|(?:titles?|abstracts?)[-\s](?:and\s\w+\s)?(?:review|reading|assessment))\b",
    re.IGNORECASE,
)
AFTER_FULL_TEXTS = re.compile(rf"^{CLAUSE}\bafter\s(?:\w+\s){{0,3}}?{FULL_WORDS}", re.IGNORECASE)
FOR_INCLUSION = r"for (?:\w+ )?(?:inclusion|consideration|evaluation|assessment|examination)"
FULL_AFTER = re.compile(
    rf"^[^,;:]{{0,90}}?(?:\b{FULL_WORDS}|for eligib|{LOOKED_AT} (?:(?:of|for) )?(?:their )?eligib|{LOOKED_AT} {FOR_INCLUSION}|"
    r"eligibility assess|"
    r"read in|(?:judged|considered|deemed)[^,;:]{0,20} potentially (?:relevant|eligible))",
    re.IGNORECASE,
)
FULL_BEFORE = re.compile(
    rf"\b{FULL_WORDS}(?:\s(?:articles?|papers?|versions?|assessments?|reviews?|screening|reading|analysis))*\s"
    rf"(?:(?:assessments?|reviews?|of|for|the|all|remaining|were|was|obtained|done|performed|conducted|completed|undertaken|on)\s){{1,4}}$",
    re.IGNORECASE,
)
# A text that is only called a full text was not read for that.
READING = re.compile(
    rf"\b(?:{LOOKED_AT}|retriev\w*|obtain\w*|access\w*|procur\w*|order\w*|acquir\w*|download\w*|eligib\w*|qualif\w*|remain\w*|select\w*|"
    r"potential\w*|left|leav\w*|exclu\w*|full[- ]text (?:review|reading|screening|assessment|analysis))\b",
    re.IGNORECASE,
)
REMAINED = re.compile(rf"^{CLAUSE}\b(?:remain\w*|were left|left|unique)\b", re.IGNORECASE)
LEAVING = re.compile(rf"\b(?:leaving|left|leaves|remained)\s{FILLER}$", re.IGNORECASE)
# "Of these, 4,300 were unique".
UNIQUE = re.compile(
    r"^\s(?:of\s(?:them|these|which)\s(?:were\s)?|(?:were|being)\s)unique\b|^\sunique(?=\s?[.,;)])",
    re.IGNORECASE,
)
# "In these studies, 900 records ...": not the records of the review.
OF_STUDIES = re.compile(
    rf"^(?:In|Across|Among|Within)\s(?:these|those|the|all|both|most|{NUMBER})\s(?:(?:the|included|of)\s)?(?:\w+\s)?(?:studies|trials|papers)\b,?",
    re.IGNORECASE,
)
# "35 included", "and included 41", where the sentence names the step before.
INCLUDED_NEXT = re.compile(
    r"^\s(?:(?:were|was|being)\s)?(?:finally\s|ultimately\s)?included\s?(?:[.,;)]|$|in\s(?:the|this|our)\s(?:\w+\s){0,2}?review)",
    re.IGNORECASE,
)
INCLUDED_BEFORE = re.compile(rf"\b(?:and|we|finally)\sincluded\s{FILLER}$", re.IGNORECASE)
START = re.compile(r"^(?:From|Out\sof|Of)\s(?:(?:a|an|the|initial|total|of)\s){0,4}$", re.IGNORECASE)
SEARCHED = re.compile(r"^\s(?:\w+\s){0,2}?(?:records|citations|hits|references|results)\b", re.IGNORECASE)
LEFT_BEFORE = re.compile(
    rf"(?:\b(?:leaving|left|leaves|result(?:ed|ing) in|yield\w*|retain\w*|obtain\w*|remained|kept)\s{FILLER}$)|{REDUCED.pattern}",
    re.IGNORECASE,
)
# "This left 24 studies to be reviewed".
FOR_THE_REVIEW = re.compile(
    rf"^\s(?:[\w-]+\s){{0,4}}?{RECORDS}\s(?:to\sbe|for|in)\s(?:(?:final|data|the|our|this|further)\s){{0,2}}(?:reviewed|review\b|includ|inclusion|synthes|analy|extract)",
    re.IGNORECASE,
)
FIND = (
    r"(?:identif\w+|retriev(?!al)\w*|found|obtain\w*|locat\w+|yield\w*|collect\w*|return\w*|generat\w+|produc\w+|captur\w+|gather\w*|"
    r"import\w*|recogni[sz]ed|reveal\w*|detect\w*|recover\w*|deliver\w*|extracted|compil\w+|uncover\w*|discover\w*|elicit\w*)"
)
FOUND_AFTER = re.compile(
    rf"^{CLAUSE}\b(?:{FIND}{NO_OBJECT}|(?:from|by|through)\s(?:the|this|our|an)\s(?:\w+\s){{0,3}}?search|from\s(?:\w+\s)?databases\b)",
    re.IGNORECASE,
)
FOUND_BEFORE = re.compile(
    rf"\b(?:{FIND}|gave|giving|brought|led to|provided|sample of|(?:initial|combined|total)\s(?:pool|list|set|number|sample)\s(?:of|held|comprised|contained|was)|starting from|result(?:ed|ing)? (?:in|of)|search\w* resulted)\s{FILLER}$",
    re.IGNORECASE,
)
SEARCH = re.compile(
    r"search|databas|PubMed|MEDLINE|Embase|Scopus|Web of Science|CINAHL|initial|retriev|records|citations|literature|screen|"
    r"full[-‐– ]?text|identification|selection|hits|duplicat",
    re.IGNORECASE,
)
DATABASES = (
    r"(?:PubMed|MEDLINE|Embase|Scopus|Web of Science|CINAHL|PsycINFO|Cochrane|CENTRAL|ERIC|Google Scholar|LILACS|SciELO|ProQuest|EBSCO|"
    r"IEEE|ACM|ScienceDirect|Springer|Wiley|Ovid)"
)
# "1,310 hits in MEDLINE and 1,100 in Embase (2,410 in all)": the total of the search.
IN_ALL = re.compile(r"^\s(?:in\s(?:all|total)|altogether|together|overall)\s?[);,.:]", re.IGNORECASE)
# Headings of the sections that tell the flow, and not what the studies found.
OF_THE_FLOW = re.compile(
    r"search|select|identif|\bflow|PRISMA|inclusion|eligib|screening|literature|retriev|included studies",
    re.IGNORECASE,
)
