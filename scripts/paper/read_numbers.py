"""Read the numbers of the flow, the databases and the day of the search out of the paper's sentences."""

import calendar
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from scripts.common.files.tables import write_table
from scripts.common.job import job, log
from scripts.common.paper.article import Article
from scripts.common.paper.corrections import CORRECTIONS, Correction, read_corrections
from scripts.common.paper.sentences import Sentence
from scripts.common.values.dates import partial_date
from scripts.common.values.number_words import NUMBER, value_of

if TYPE_CHECKING:
    snakemake: Any

COLUMNS = ("name", "value", "confidence", "rule", "path", "place", "sentence")

RECORDS = r"(?:records?|articles?|papers?|publications?|citations?|studies|study|titles?|abstracts?|references?|results?|documents?|sources?|items?|hits|reports?|trials?|RCTs?|evaluations?|texts?|full[- ]texts?)"
TO = r"(?:(?![.;]\s)[^;\d]){0,80}?"  # any words without a number, within one clause
NEAR = r"(?:[^\s.;\d]+\s){0,6}?"  # a few words, no other number
STAGES = {  # stage of the flow -> how sentences say it; {n} is the number
    "identified": (
        rf"(?:identif\w+|yield\w*|retriev\w+|found|obtained|return\w+|search\w* (?:resulted|results)|sample of|starting from the)\s{NEAR}(?:a total of |the )?{{n}}\s{NEAR}{RECORDS}",
        rf"{{n}}\s{NEAR}{RECORDS}\s{TO}(?:initially|were|was)\s(?:initially\s)?(?:identified|retrieved|found|obtained|located)",
        rf"among the {{n}}\s{NEAR}{RECORDS} initially",
        rf"{{n}} (?:results|{RECORDS}) from (?:this|the) (?:initial )?\w* ?search",
    ),
    "identified_other": (
        rf"{{n}}\s{NEAR}(?:{RECORDS}\s)?(?:from|through|via|by) (?:reviewing |screening |checking |other |additional )?(?:reference lists|sources|references|methods|hand|grey|citation)",
        rf"manually added {TO}n ?= ?{{n}}",
        rf"additional {{n}}\s{NEAR}{RECORDS}",
    ),
    "duplicates_removed": (
        rf"{{n}}\s{NEAR}duplicat\w+",
        r"duplicat\w+\s(?:[^\s.;]+\s){0,4}?\(n ?= ?{n}\)",
    ),
    "after_duplicates": (
        rf"(?:after|following|removal of|remov\w+) (?:the )?{TO}duplicat{TO}{{n}}\s{NEAR}{RECORDS}\s(?:remain|left|were left)",
        rf"duplicat{TO}left {{n}}\s{NEAR}{RECORDS}",
    ),
    "screened": (
        rf"{{n}}\s{NEAR}(?:{RECORDS}\s)(?:(?:and|or) {RECORDS} )?{TO}(?:were|was) (?:then |subsequently )?screened",
        rf"screen(?:ed|ing)\s{NEAR}{{n}}\s{NEAR}{RECORDS}",
        r"(?:titles and )?abstracts of (?:the )?(?:remaining )?{n}\s",
        rf"{{n}}\s{NEAR}{RECORDS}\s(?:[^\s.;]+\s){{0,5}}?(?:for|prepared for|to)\s(?:further )?(?:title|screening|abstract)",
        r"on {n} titles and abstracts",
    ),
    "excluded_title_abstract": (
        rf"{{n}}\s{NEAR}(?:{RECORDS}\s)?(?:were |was )?(?:excluded|removed|discarded)\s{TO}(?:titles?|abstracts?|irrelevant|inadequate)",
        rf"(?:titles?|abstracts?){TO}(?:exclu\w+|discard\w+) {NEAR}{{n}}\s{NEAR}{RECORDS}?",
        rf"abstracts?,\s{{n}}\s{NEAR}(?:were )?excluded",
    ),
    "sought_for_retrieval": (rf"{{n}}\s{NEAR}{RECORDS} (?:were )?sought",),
    "full_text_assessed": (
        rf"{{n}}\s{NEAR}(?:full[- ]?texts?)\b(?! {RECORDS} were excluded)",
        rf"{{n}}\s{NEAR}{RECORDS}\s(?:[^\s.;]+\s){{0,8}}?(?:full[- ]?text|assessed|considered in detail|obtained in full|eligibility)",
        r"full[- ]texts? of {n}",
        rf"(?:resulting in|leaving) {{n}}\s{NEAR}{RECORDS}\s{TO}full[- ‐]text",
    ),
    "excluded_full_text": (
        rf"full[- ‐]?texts?{TO}(?:exclusion of|excluded|removal of) {{n}}\b",
        rf"(?:excluded|exclusion of|removal of) {{n}}\s{NEAR}{RECORDS}",
        rf"full[- ‐]?texts?{TO},? (?:and )?{{n}}\s{NEAR}(?:{RECORDS} )?(?:were )?excluded",
        r"of which {n} (?:were|was) excluded",
    ),
    "included": (
        rf"{{n}}\s{NEAR}{RECORDS}\s(?:[^\s.;]+\s){{0,9}}?(?:included|met|fulfilled|satisfied|selected)",
        rf"(?:included|reaching the number of|left a total of|finally selected)\s{NEAR}{{n}}\s{NEAR}{RECORDS}",
        r"{n}\s(?:[^\s.;]+\s){0,5}?(?:included|met (?:the|our|all) (?:[^\s.;]+\s){0,3}?criteria)",
        rf"criteria were fulfilled by {{n}}\s{RECORDS}",
    ),
}  # fmt: skip
WRONG = {  # words inside a match that make it another stage's number
    "included": r"exclu|not includ|duplicat|screened",
    "identified": r"duplicat|exclu|screen",
    "full_text_assessed": r"exclu",
    "identified_other": r"exclu",
    "screened": r"duplicat",
}
DATABASES = {  # name -> how papers write it
    "AMED": r"\bAMED\b", "African Journals Online": r"African Journals? Online|\bAJOL\b", "ASSIA": r"\bASSIA\b",
    "bioRxiv": r"\bbioRxiv\b", "CAB Abstracts": r"CAB Abstracts", "ChemRxiv": r"\bChemRxiv\b",
    "CENTRAL": r"\bCENTRAL\b|Cochrane (?:Central|Controlled)", "CINAHL": r"\bCINAHL\b|Cumulative Index (?:to|for) Nursing",
    "CNKI": r"\bCNKI\b|China National Knowledge Infrastructure", "Cochrane Library": r"\bCochrane(?:[ -](?:Library|Database)|\b(?! (?:risk|CENTRAL|Central|Collab|hand)))",
    "Dimensions": r"\bDimensions\b", "EBSCOhost": r"\bEBSCO(?:host)?\b", "Embase": r"\bEMBASE\b|Excerpta Medica Database",
    "ERIC": r"\bERIC\b", "Europe PMC": r"Europe PMC", "Global Health": r"\bGlobal Health\b(?= database|,| \(|;)",
    "Google Scholar": r"Google[ -]Scholar", "IEEE Xplore": r"IEEE ?Xplore", "LILACS": r"\bLILACS\b", "MEDLINE": r"\bMEDLINE\b",
    "medRxiv": r"\bmedRxiv\b", "OpenSIGLE": r"OpenSIGLE|OpenGrey", "ProQuest": r"ProQuest", "PsycINFO": r"Psych? ?INFO", "PubMed": r"\bPubMed\b",
    "SciELO": r"\bSciELO\b", "ScienceDirect": r"Science ?Direct", "Scopus": r"\bScopus\b", "Sociological Abstracts": r"Sociological Abstracts",
    "SPORTDiscus": r"SPORT ?Discus", "VIP": r"\bVIP\b", "Wanfang": r"Wan ?fang", "Web of Science": r"Web of (?:Science|Knowledge)|\bWoS\b",
    "Wiley": r"\bWiley(?: Online)?\b",
    # platforms
    "ACM Digital Library": r"ACM Digital Library", "JSTOR": r"\bJSTOR\b", "Ovid": r"\bOVID\b(?! (?:MEDLINE|Embase|Psyc))",
    "SpringerLink": r"Springer ?Link", "Taylor & Francis": r"Taylor (?:&|and) Francis", "SAGE": r"\bSAGE\b", "Emerald": r"\bEmerald\b",
    "arXiv": r"\barXiv\b", "SSRN": r"\bSSRN\b", "OpenAlex": r"\bOpenAlex\b", "Semantic Scholar": r"Semantic Scholar",
    # more databases
    "AGRICOLA": r"\bAGRICOLA\b", "AgeLine": r"\bAgeLine\b", "BIOSIS": r"\bBIOSIS\b", "CBM": r"\bCBM\b|SinoMed|Chinese Biomedical",
    "CiNii": r"\bCiNii\b", "EconLit": r"\bEconLit\b", "Epistemonikos": r"Epistemonikos", "KoreaMed": r"KoreaMed", "OATD": r"\bOATD\b|Open Access Theses",
    "PEDro": r"\bPEDro\b(?! (?:scale|score))", "POPLINE": r"\bPOPLINE\b", "PsycARTICLES": r"PsycARTICLES", "Trip": r"\bTRIP (?:medical )?database",
    # registries of trials
    "ClinicalTrials.gov": r"Clinical ?Trials?\.gov", "ISRCTN": r"\bISRCTN\b", "WHO ICTRP": r"\bICTRP\b|International Clinical Trials? Registry Platform",
    "EU Clinical Trials Register": r"EU Clinical Trials Register|EudraCT", "ANZCTR": r"\bANZCTR\b", "ChiCTR": r"\bChiCTR\b|Chinese Clinical Trial Reg",
}  # fmt: skip
CAPITALS = ("CENTRAL", "ERIC", "VIP", "AMED", "SAGE", "CBM", "Emerald")  # else other words are found
SEARCHED = re.compile(r"search|databas|retriev|identified (?:in|from|through)|consulted", re.IGNORECASE)
MONTH = "|".join([*calendar.month_name[1:], *(rf"{name}\.?" for name in calendar.month_abbr[1:]), r"Sept\.?"])
DATES = (
    rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{MONTH}),?\s+(?P<year>(?:19|20)\d\d)",
    rf"(?P<month>{MONTH})\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>(?:19|20)\d\d)",
    rf"(?P<month>{MONTH}),?\s+(?:of\s+)?(?P<year>(?:19|20)\d\d)",
)
SEARCH_DAY = re.compile(
    r"search\w*|updated?|until|up to|through|inception|performed|conducted|carried out|run\b|completed",
    re.IGNORECASE,
)


def flow_numbers(sentences: Sequence[Sentence]) -> Iterator[dict[str, str]]:
    """Yield each number that a sentence gives for a stage of the flow; none is chosen among several."""
    for sentence in sentences:
        if sentence.part not in ("results", "methods", "abstract", ""):
            continue
        seen: set[tuple[str, int]] = set()
        for stage, patterns in STAGES.items():
            for pattern in patterns:
                whole = pattern.replace("{n}", f"(?P<n>{NUMBER})")
                for match in re.finditer(whole, sentence.text, flags=re.IGNORECASE):
                    value = value_of(match["n"])
                    wrong = WRONG.get(stage)
                    if wrong and re.search(wrong, match[0], flags=re.IGNORECASE):
                        continue
                    if (stage, value) in seen or value < 2 or re.fullmatch(r"(?:19|20)\d\d", match["n"]):
                        continue
                    cited = any(c.start <= match.start("n") < c.end for c in sentence.citations)
                    if cited:
                        continue
                    seen.add((stage, value))
                    yield _row(
                        stage,
                        str(value),
                        "medium" if sentence.part == "results" else "low",
                        "sentence",
                        sentence,
                    )


def databases(sentences: Sequence[Sentence]) -> Iterator[dict[str, str]]:
    """Yield each database that a sentence on the search names, at its first place."""
    seen: set[str] = set()
    for sentence in sentences:
        if sentence.part not in ("methods", "abstract", "results", "") or not SEARCHED.search(
            " ".join((sentence.text, *sentence.path))
        ):
            continue
        for name, pattern in DATABASES.items():
            flags = 0 if name in CAPITALS else re.IGNORECASE
            if name not in seen and re.search(pattern, sentence.text, flags=flags):
                seen.add(name)
                yield _row(
                    "database", name, "medium" if sentence.part == "methods" else "low", "name", sentence
                )


def search_dates(sentences: Sequence[Sentence]) -> Iterator[dict[str, str]]:
    """Yield the days up to which, or on which, the search ran: the last date of each such sentence."""
    for sentence in sentences:
        if sentence.part not in ("methods", "abstract") or not SEARCH_DAY.search(sentence.text):
            continue
        about = re.search(
            r"search|databas|updat|inception|literature",
            " ".join((sentence.text, *sentence.path)),
            re.IGNORECASE,
        )
        days = []
        for pattern in DATES:
            for match in re.finditer(pattern, sentence.text):
                parts = match.groupdict()
                days.append(partial_date(parts["year"], parts["month"], parts.get("day") or ""))
        if about and days:
            last = max(days, key=lambda day: (day[:7], len(day), day))
            yield _row("search_date", last, "medium", "date in a sentence on the search", sentence)


def _row(name: str, value: str, confidence: str, rule: str, sentence: Sentence) -> dict[str, str]:
    return {
        "name": name, "value": value, "confidence": confidence, "rule": rule, "path": " > ".join(sentence.path),
        "place": sentence.place, "sentence": sentence.text,
    }  # fmt: skip


def corrected(rows: list[dict[str, str]], corrections: Sequence[Correction]) -> list[dict[str, str]]:
    """Return the rows; where a person gives the value of a name, it replaces all proposals."""
    given = {one.item: one for one in corrections}
    kept = [row for row in rows if row["name"] not in given]
    return kept + [
        {
            "name": one.item, "value": one.value, "confidence": "confirmed", "rule": "correction", "path": "",
            "place": f"{CORRECTIONS} line {one.line}", "sentence": one.reason,
        }
        for one in given.values()
    ]  # fmt: skip


def main(*, paper: str, corrections: str | None, numbers: str) -> None:
    """Write the numbers as proposals, each with its sentence."""
    sentences = Article.read(paper).sentences
    rows = [*flow_numbers(sentences), *databases(sentences), *search_dates(sentences)]
    rows = corrected(rows, read_corrections(corrections, "numbers"))
    write_table(rows, numbers, COLUMNS)
    log.info("%d numbers, databases and dates proposed", len(rows))


if __name__ == "__main__":
    with job(snakemake):
        main(
            paper=snakemake.input.paper,
            corrections=snakemake.input.get("corrections"),
            numbers=snakemake.output.numbers,
        )
