"""An invented review of a dozen records that passes through every stage, small enough to count by hand."""

import hashlib
from pathlib import Path

from scripts.common.archive import gzip_bytes, json_text

QUERY = "physiotherapy[tiab] AND telehealth[tiab]"

# PMID, date, title, first author, type; the DOI is 10.5555/p<PMID>
PUBMED = (
    (101, "2019-03-01", "Telehealth physiotherapy after knee surgery: a trial", "Adams", "Journal Article"),
    (102, "2019-06", "Home exercise by video, part I: design", "Baker", "Journal Article"),
    (103, "2020-02", "Home exercise by video, part II: results", "Baker", "Journal Article"),
    (104, "2020-05-05", "Remote rehabilitation in rural clinics", "Chen", "Journal Article"),
    (105, "2020-11", "Retraction: Remote rehabilitation in rural clinics", "Chen", "Retraction of Publication"),
    (106, "2021-04-09", "Balance training by phone in older adults", "Diaz", "Journal Article"),
)  # fmt: skip

EMBASE = """\
TY  - JOUR
T1  - Telehealth Physiotherapy After Knee Surgery. A Trial
A1  - Adams, A.
Y1  - 2019//
DO  - https://dx.doi.org/10.5555/P101
ER  - 

TY  - JOUR
T1  - Remote rehabilitation in rural clinics
A1  - Chen, C.
Y1  - 2020//
JF  - Journal of Examples
ER  - 

TY  - JOUR
T1  - Group classes over the internet: a cohort
A1  - Evans, E.
Y1  - 2018//
DO  - https://dx.doi.org/10.5555/e3
ER  - 

TY  - UNPB
T1  - Home exercise by video, part II: results
A1  - Baker, B.
Y1  - 2019//
DO  - https://dx.doi.org/10.1101/2019.12.01.123
ER  - 
"""
WEB = """\
TY  - JOUR
TI  - Balance training by phone in older adults
AU  - Diaz, D.
PY  - 2021
DO  - 10.5555/p106
ER  - 

TY  - JOUR
TI  - Group classes over the internet: a cohort
AU  - Evans, E.
PY  - 2018
DO  - 10.5555/e3
ER  - 
"""
DECISIONS = """\
record,stage,reviewer,decision,reason
101,title_abstract,ann,include,
101,title_abstract,bob,include,
102,title_abstract,ann,include,
103,title_abstract,ann,include,
104,title_abstract,ann,include,
10.5555/p105,title_abstract,ann,exclude,a notice
embase:3,title_abstract,ann,include,
embase:3,title_abstract,bob,exclude,wrong design
embase:4,title_abstract,ann,exclude,a preprint
101,full_text,ann,include,
102,full_text,ann,exclude,wrong outcome
103,full_text,ann,include,
embase:2,full_text,ann,not retrieved,
10.5555/p106,full_text,ann,exclude,wrong population
"""
INCLUDED = """\
study_id,authors,year,title,journal,doi,pmid,confidence,source
S1,"Adams, A",2019,Telehealth physiotherapy after knee surgery: a trial,,10.5555/p101,101,verified,invented
S2,"Baker, B",2020,"Home exercise by video, part II: results",,,103,verified,invented
"""
ANN = """\
study,code,coder,stance,excerpt,source
S1,speed,ann,present,"came sooner",p. 3
S2,comfort,ann,present,"at home",p. 5
"""
BOB = """\
study,code,coder,stance,excerpt,source
S1,speed,bob,present,"weeks earlier",p. 3
S1,harm,bob,present,"one fall",p. 7
S2,harm,bob,absent,,p. 6
"""
CONFIG = f"""\
review: {{name: Example 2021, title: An invented review, citation: Example E. 2021, doi: null, pmid: null}}
search:
  mode: archive
  endpoint: http://127.0.0.1/entrez/eutils/
  strict: true
  start: 2019-01-01
  end: 2020-12-31
  date_field: pdat
  windows: year
  query: {QUERY}
deduplicate:
  min_title_words: 4
  same_title: 94
  similar_title: 85
  year_distance: 1
  preprints: link
screening:
  included_list: complete
  published_after_search: remove
coding:
  consensus: any
"""
CODEBOOK = """\
version: 1
source: invented
children_known: all
codes:
  - id: gain
    label: {en: Gains, zh: 收益}
    definition: what got better
    place: heading 1
    children:
      - {id: speed, label: {en: Sooner, zh: 更快}, definition: null, place: heading 1.1}
      - {id: comfort, label: {en: At home, zh: 在家}, definition: null, place: heading 1.2}
  - {id: harm, label: {en: Harms, zh: 伤害}, definition: null, place: heading 2}
"""
PUBLISHED = """\
- {id: studies, statement: Studies included, value: 2, unit: studies, place: abstract, measure: "flow:new_studies",
   comparison: equal, tolerance: 0, check: recomputed, confidence: verified, source: invented}
- {id: screened, statement: Records screened, value: 8, unit: records, place: figure 1, measure: "flow:records_screened",
   comparison: equal, tolerance: 0, check: recomputed, confidence: verified, source: invented}
- {id: gains, statement: Share with gains, value: 99.6, unit: percent, place: table 2, measure: "percent:gain",
   comparison: equal, tolerance: 0.5, check: recomputed, confidence: verified, source: invented}
- {id: first, statement: Gains come first, value: 1, unit: rank, place: text, measure: "rank:gain",
   comparison: equal, tolerance: 0, check: recomputed, confidence: verified, source: invented}
- {id: some, statement: Some harms, value: 1, unit: studies, place: text, measure: "studies:harm",
   comparison: at_least, check: recomputed, confidence: verified, source: invented}
- {id: kinds, statement: Two kinds of gain, value: [speed, comfort], unit: codes, place: text, measure: "children:gain",
   comparison: includes, check: recounted, confidence: inferred, source: invented}
- {id: reports, statement: Reports of studies, value: 3, unit: reports, place: figure 1, measure: "flow:new_reports",
   comparison: equal, tolerance: 0, check: recomputed, confidence: verified, source: invented}
- {id: costs, statement: It was cheap, value: 12, unit: euro, place: text, needs: the bills, confidence: inferred,
   source: invented}
"""

# Counted by hand. Database records: PubMed 101 to 105 and four of Embase; Embase 1 is PMID 101, Embase 2 is 104.
FLOW = {
    "database_results": 9, "database_results:pubmed": 5, "database_results:embase": 4, "duplicates": 2,
    "excluded_automatic": 0, "records_screened": 7, "records_excluded": 2, "records_waiting": 1,
    "dbr_sought_reports": 4, "dbr_notretrieved_reports": 1, "dbr_assessed": 3, "dbr_excluded": 1,
    "dbr_excluded:wrong outcome": 1, "dbr_included": 2, "website_results": 2, "other_known": 1,
    "other_sought_reports": 1, "other_assessed": 1, "other_excluded": 1, "other_excluded:wrong population": 1,
    "other_included": 0, "new_studies": 2, "new_reports": None,
}  # fmt: skip
THEMES = {"gain": "S1; S2", "speed": "S1", "comfort": "S2", "harm": "S1"}
VERDICTS = {
    "studies": "reproduced", "screened": "differs", "gains": "reproduced", "first": "reproduced",
    "some": "reproduced", "kinds": "reproduced", "reports": "cannot be checked", "costs": "cannot be checked",
}  # fmt: skip


def _article(number: int, day: str, title: str, author: str, kind: str) -> str:
    names = ("Year", "Month", "Day")
    date = "".join(f"<{name}>{part}</{name}>" for name, part in zip(names, day.split("-"), strict=False))
    return (
        f"<PubmedArticle><MedlineCitation><PMID>{number}</PMID><Article><Journal><JournalIssue><PubDate>{date}"
        f"</PubDate></JournalIssue><Title>Journal of Examples</Title></Journal><ArticleTitle>{title}</ArticleTitle>"
        f'<ELocationID EIdType="doi">10.5555/p{number}</ELocationID><AuthorList><Author><LastName>{author}'
        f"</LastName><Initials>{author[0]}</Initials></Author></AuthorList><PublicationTypeList><PublicationType>"
        f"{kind}</PublicationType></PublicationTypeList></Article></MedlineCitation></PubmedArticle>"
    )


def _archive(folder: Path) -> None:
    receipts = {}
    for year in ("2019", "2020", "2021"):
        found = [item for item in PUBMED if item[1].startswith(year)]
        xml = f"<PubmedArticleSet>{''.join(_article(*item) for item in found)}</PubmedArticleSet>".encode()
        name = f"{year}-01-01_{year}-12-31"
        (folder / f"{name}.xml.gz").write_bytes(gzip_bytes(xml))
        receipt = {"pmids": [item[0] for item in found], "sha256": hashlib.sha256(xml).hexdigest()}
        (folder / f"{name}.json").write_text(json_text(receipt), encoding="utf-8")
        receipts[name] = hashlib.sha256(json_text(receipt).encode()).hexdigest()
    about = {
        "origin": "pubmed", "note": "invented", "query": QUERY, "date_field": "pdat", "start": "2019-01-01",
        "end": "2021-12-31", "windows": receipts,
    }  # fmt: skip
    (folder / "archive.json").write_text(json_text(about), encoding="utf-8")


def write(review: Path) -> None:
    """Write the review's config/ with all inputs and their digests."""
    inputs = review / "config/inputs"
    (inputs / "pubmed").mkdir(parents=True)
    _archive(inputs / "pubmed")
    files = {
        "pubmed/archive.json": "search", "embase.ris": "database", "web.ris": "website", "screening.csv": "decisions",
        "included.csv": "included", "ann.csv": "coding", "bob.csv": "coding",
    }  # fmt: skip
    texts = {"embase.ris": EMBASE, "web.ris": WEB, "screening.csv": DECISIONS, "included.csv": INCLUDED,
             "ann.csv": ANN, "bob.csv": BOB}  # fmt: skip
    for name, text in texts.items():
        (inputs / name).write_text(text, encoding="utf-8")
    lines = ["path\tkind\tsource\tplatform\tdate\tlicence\tsha256\tprovenance"]
    for name, kind in files.items():
        digest = hashlib.sha256((inputs / name).read_bytes()).hexdigest()
        lines.append(f"config/inputs/{name}\t{kind}\t{name}\tinvented\t2021-01-02\tnone\t{digest}\tinvented")
    (review / "config/inputs.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    for name, text in {"config.yaml": CONFIG, "codebook.yaml": CODEBOOK, "published.yaml": PUBLISHED}.items():
        (review / "config" / name).write_text(text, encoding="utf-8")
