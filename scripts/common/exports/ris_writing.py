"""RIS that we write for screening tools, and what we noted in it for ourselves."""

import json
from functools import cache

from scripts.common.exports.fields import Fields, Tags, fields_of
from scripts.common.exports.mapping import record
from scripts.common.exports.ris import RIS_TYPES
from scripts.common.records.record import COLUMNS, Record

NOTE = "U5"  # of the RIS we write: what RIS itself cannot hold, as JSON; other tools keep or ignore it
NOTE_BEGINS = "review record: "
KEPT = tuple(name for name in COLUMNS if name not in ("position", "extra"))


@cache
def _written_fields() -> Fields:
    """Return which tags hold which field in the RIS that we write ourselves."""
    return fields_of("ris", "")


def ris_text(row: Record) -> str:
    """Return one row of records.csv as a RIS record, ready for a screening tool.

    Read back, it gives the same row but for its position: what the tags of RIS cannot hold exactly
    (a type of PubMed, a date of two parts, a line break) is repeated in one line for ourselves.
    """
    kind = row["type"] if row["type"] in RIS_TYPES else "JOUR" if row["journal"] else "GEN"
    first_page, _, last_page = row["pages"].partition("-")
    tags: Tags = {"TY": [kind]}
    for tag, values in (
        ("ID", [row.get("record_id", "")]),
        ("TI", [row["title"]]),
        ("AU", row["authors"].split(";")),
        ("PY", [row["year"]]),
        ("DA", [row["date"].replace("-", "/")]),
        ("T2", [row["journal"]]),
        ("J2", [row["journal_abbrev"]]),
        ("VL", [row["volume"]]),
        ("IS", [row["issue"]]),
        ("SP", [first_page]),
        ("EP", [last_page]),
        ("DO", [row["doi"]]),
        ("N1", [f"PMID: {row['pmid']}" if row["pmid"] else "", row["pmcid"]]),
        ("SN", [row["issn"], row["isbn"]]),
        ("LA", [row["language"]]),
        ("AB", [row["abstract"]]),
        ("KW", row["keywords"].split(";")),
        ("UR", [row["url"]]),
        ("AN", [row["accession"]]),
    ):
        folded = [" ".join(value.split()) for value in values]
        if any(folded):
            tags[tag] = [value for value in folded if value]
    back = record(tags, _written_fields())
    kept = {name: row[name] for name in KEPT if row.get(name, "") != back.get(name, "")}
    if kept:
        tags[NOTE] = [NOTE_BEGINS + json.dumps(kept)]
    lines = (f"{tag}  - {value}\n" for tag, values in tags.items() for value in values)
    return "".join(lines) + "ER  - \n\n"


def with_note(row: Record, tags: Tags) -> Record:
    """Return a record that was read, with what ``ris_text`` noted where RIS could not hold it."""
    for value in tags.get(NOTE, ()):
        if value.startswith(NOTE_BEGINS):
            try:
                kept = json.loads(value.removeprefix(NOTE_BEGINS))
            except json.JSONDecodeError:
                continue  # another tool cut or changed it: it stays in extra as it is
            if isinstance(kept, dict) and set(kept) <= set(KEPT):
                extra = json.loads(row["extra"])
                extra[NOTE].remove(value)
                left = {tag: values for tag, values in extra.items() if values}
                row |= {name: str(text) for name, text in kept.items()}
                row["extra"] = json.dumps(left, ensure_ascii=False) if left else ""
    return row
