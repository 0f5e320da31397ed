"""REFI-QDA 1.0, the exchange format of qualitative programs: codebooks (.qdc) and projects (.qdpx).

Standard and schema: https://www.qdasoftware.org (MIT licence). Here is what reading (refi_reading.py) and
writing (refi_writing.py) share. What the format has no place for (id, second label, rules, page) is written
to descriptions and notes as readable lines, and is read back from there.
"""

import uuid
from collections.abc import Mapping, Sequence
from typing import NamedTuple

PROJECT, CODEBOOK = "urn:QDA-XML:project:1.0", "urn:QDA-XML:codebook:1.0"
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, PROJECT)
MARK = "[review]"
STUDY = "study"  # field of a source: the study's id, where people see another name
ABSENT = "absent: {}"  # variable of a study: the codes that this coder looked for and did not find


class RefiCode(NamedTuple):
    """A code: ``id`` and ``parent`` are our ids when written, GUIDs when read; parents come first."""

    id: str
    parent: str
    name: str
    codable: bool
    description: str


class RefiSource(NamedTuple):
    """A text that was coded, named after its study; ``variables`` are its values by name.

    ``label`` is the name that people see where it is not the study's id.
    """

    name: str
    text: str
    description: str
    variables: Mapping[str, str]
    label: str = ""


class RefiCoding(NamedTuple):
    """A code given to a source by a user; ``fields`` may hold excerpt, page, note and source."""

    source: str
    code: str
    user: str
    fields: Mapping[str, str]


class RefiProject(NamedTuple):
    """What a project holds."""

    name: str
    users: Sequence[str]
    codes: Sequence[RefiCode]
    variables: Sequence[str]
    sources: Sequence[RefiSource]
    codings: Sequence[RefiCoding]
    without_text: Sequence[str] = ()  # sources whose text is not in the file: passages are known by name


def guid(kind: str, *names: str) -> str:
    """Return the GUID of one of our things: the same name gives the same GUID on every machine."""
    return str(uuid.uuid5(NAMESPACE, "\0".join((kind, *names))))


def with_fields(text: str, fields: Mapping[str, str]) -> str:
    """Return a description: the text, then the fields that are not empty, a line each, for people to read."""
    lines = [f"{name}: " + value.replace("\n", "\n    ") for name, value in fields.items() if value]
    return "\n\n".join(part for part in (text, "\n".join([MARK, *lines]) if lines else "") if part)


def fields_of(description: str) -> tuple[str, dict[str, str]]:
    """Return the text and the fields that ``with_fields`` joined; any other description is text alone."""
    description = description.replace("\r\n", "\n").strip()
    head, mark, tail = ("\n" + description).rpartition(f"\n{MARK}\n")
    if not mark:
        return description, {}
    fields: dict[str, str] = {}
    name = ""
    for line in tail.split("\n"):
        if line.startswith("    ") and name:
            fields[name] += "\n" + line[4:]
        elif ": " in line:
            name, _, value = line.partition(": ")
            fields[name] = value
    return head.strip(), fields
