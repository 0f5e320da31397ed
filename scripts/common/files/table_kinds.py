"""What a table of each kind must say, and the names that teams give to its columns."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Kind(NamedTuple):
    """What a table of one kind must say, and the names that teams give to its columns."""

    lacks: str
    hints: Mapping[str, Sequence[str]]  # our column -> words in the names of theirs, the likeliest first
    names: Sequence[str]  # any of these columns says what a row is about; the first is the usual one
    fixed: Sequence[str] = ()  # what a map may set for all rows where no column says it
    decides: bool = False  # whether cells hold decisions
    wide: bool = False  # whether columns may be codes or variables, and others need ignore


WORK = {
    "title": ("title", "titel", "titre", "título", "titulo", "标题", "题名", "篇名"),
    "authors": ("authors", "author", "autor", "auteur", "creator", "verfasser", "作者"),
    "year": ("year", "published", "jahr", "année", "annee", "año", "ano", "年"),
    "journal": ("journal", "source title", "zeitschrift", "revue", "revista", "刊名"),
    "doi": ("doi",), "pmid": ("pmid", "pubmed"),
}  # fmt: skip
_PERSON = (
    "reviewer", "screener", "rater", "coder", "coded by", "created by", "user name", "users", "user",
    "excerpt creator", "who", "initial", "gutachter", "erstellt von", "评审",
)  # fmt: skip
_REASON = (
    "reason", "rationale", "exclusion", "why", "grund", "begründung", "raison", "motif", "motivo", "razón",
    "原因", "理由",
)  # fmt: skip
_STAGE = ("stage", "level", "phase", "阶段")
_DATE = ("date", "day", "datum", "fecha", "日期")
DECISIONS = Kind(
    "no table says who decided what on which record at which stage",
    {
        "record": ("record", "study_id", "study id", "refid", "ref", "number", "nr", "id", "编号"),
        "doi": WORK["doi"], "pmid": WORK["pmid"], "title": WORK["title"],
        "decision": (
            "decision", "include", "response", "vote", "label", "verdict", "status", "entscheidung",
            "décision", "decisión", "decisão", "判断", "决定",
        ),
        "reviewer": _PERSON,
        "stage": _STAGE,
        "reason": _REASON,
    },
    ("title", "record", "doi", "pmid"),
    ("stage", "reviewer"),
    decides=True,
)  # fmt: skip
CODING = Kind(
    "no table says who found which code in which study",
    {
        "study": (
            "study", "paper", "article", "document name", "document", "dokumentname", "dokument", "documento",
            "file", "media title", "source", "reference", "citation", "title", "id", "studie", "étude",
            "estudio", "estudo", "研究", "文献", "nr",
        ),
        "code": (
            "code", "codes applied", "tag", "theme", "category", "node", "thema", "kategorie", "thème",
            "tema", "主题",
        ),
        "stance": ("stance", "present", "value"),
        "excerpt": ("excerpt", "quote", "segment", "passage", "content", "text"),
        "reviewer": _PERSON, "page": ("page",), "note": ("note", "comment", "memo"),
    },
    ("study",),
    wide=True,
)  # fmt: skip
CHARTING = Kind(
    "no table says who noted what of which study",
    {
        "study": CODING.hints["study"], "variable": ("variable", "field", "item"),
        "value": ("value", "answer"),
        "reviewer": _PERSON, "note": CODING.hints["note"],
    },
    ("study",),
    wide=True,
)  # fmt: skip
INCLUDED = Kind(
    "no table names the included studies",
    {
        "study": ("study", "id", "number", "ref", "key", "label", "nr", "studie", "étude", "编号", "研究"),
        "record": ("record",),
        **WORK,
    },
    ("study",),
)
REPORTS = Kind(
    "no table says of which study a report is",
    {**INCLUDED.hints, "record": ("record", "report")},
    ("study",),
)
SAMPLE = Kind("no table says which records were drawn", DECISIONS.hints, ("title", "record", "doi", "pmid"))
NUMBERS = Kind(
    "no table says which record a number means",
    {"record": ("record", "number", "id", "ref", "key"), **WORK, "input": ("database", "source", "input")},
    ("record",),
)
RANKING = Kind(
    "no table says who ranked what (column member, and one for each finding; or member, finding, rank)",
    {
        "member": (
            "member", "participant", "person", "panelist", "panellist", "expert", "respondent", "rater",
            "name", "mitglied", "teilnehmer", "membre", "participante", "成员", "专家",
        ),
        "group": ("group", "role", "stakeholder", "gruppe", "groupe", "grupo", "组"),
        "finding": ("finding", "theme", "statement", "item", "code", "befund", "aussage"),
        "rank": ("rank", "priority", "position", "place", "rang", "rating", "排名"),
    },
    ("member",),
)  # fmt: skip
CODEBOOK = Kind(
    "no table lists the codes (columns id, parent, label_en and label_zh)",
    {
        "label": ("label", "label_en", "code name", "code", "tag", "name", "theme", "node", "kode", "代码"),
        "parent": ("parent", "category", "group", "higher", "kategorie", "catégorie", "类别"),
        "id": ("id", "short", "abbreviation"),
        "definition": ("definition", "description", "meaning", "memo", "beschreibung", "定义"),
        "include": ("inclusion", "include", "when to use", "use when"),
        "exclude": ("exclusion", "exclude", "when not to use"),
    },
    ("label",),
)
FLOW = Kind(
    "no table says which box of the flow has which number (columns box, count, place, confidence, source)",
    {
        "box": ("box", "step", "stage", "key", "item"),
        "count": ("count", "number", "records", "n", "anzahl", "nombre", "数量"),
        "place": ("place", "where", "page", "location"),
        "confidence": ("confidence", "certainty"),
        "source": ("source",),
    },
    ("box",),
    ("place", "confidence", "source"),
)


def verdicts_of(item: str) -> Kind:
    """Return what a table of verdicts must say; ``item`` is what was judged: code, variable."""
    judged = CODING.hints["code"] if item == "code" else CHARTING.hints["variable"]
    return Kind(
        f"no table says how it was decided (columns study_id, {item}, final, reason, who)",
        {
            "study_id": ("study_id", *CODING.hints["study"]), item: judged,
            "final": (
                "final", "decision", "verdict", "consensus", "agreed", "outcome", "entscheidung", "result",
            ),
            "reason": (*_REASON, "note", "comment"),
            "who": ("who", "by", "adjudicator", "decided by", "judge", *_PERSON),
            "date": _DATE,
        },
        ("study_id",),
        ("who", "reason"),
    )  # fmt: skip


RULINGS = Kind(
    "no table says how it was settled",
    {**DECISIONS.hints, "decision": ("final", *DECISIONS.hints["decision"], "outcome"), "date": _DATE},
    DECISIONS.names,
    DECISIONS.fixed,
    decides=True,
)
# Tables that have our columns and no map: our column -> words in the names that people give it.
OWN_TABLES = {
    "code": CODING.hints["code"], "new_parent": ("parent", "category", "moved to", "group", "to"),
    "reason": (*_REASON, "note", "comment"), "who": ("by", *_PERSON), "date": _DATE,
    "version": ("version",), "change": ("change", "kind", "what"), "to": ("new", "becomes"),
    "record_a": ("first", "record 1", "a", "id 1"), "record_b": ("second", "record 2", "b", "id 2"),
    "duplicate": ("verdict", "same", "match", "decision"), "record_id": ("record", "id"),
    "cluster_id": ("cluster", "group"), "table": ("file",), "item": ("record", "study", "what"),
    "field": ("column", "variable"), "value": ("new", "correct"), "rule": ("name", "id"),
    "test": ("operator", "condition"), "values": ("value", "words"), "en": ("english",),
    "zh": ("chinese", "中文"), "path": ("file", "name"), "kind": ("type",), "source": ("origin", "database"),
    "platform": ("interface", "provider"), "licence": ("license",), "sha256": ("digest", "checksum", "hash"),
    "provenance": ("note", "how", "origin"), "box": FLOW.hints["box"], "count": FLOW.hints["count"],
    "place": FLOW.hints["place"], "confidence": FLOW.hints["confidence"],
}  # fmt: skip
