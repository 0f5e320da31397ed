"""REFI-QDA 1.0, the exchange format of qualitative programs: codebooks (.qdc) and projects (.qdpx).

Standard and schema: https://www.qdasoftware.org (MIT licence). GUIDs come from our own names and zip files
carry no time, so that the same project gives the same bytes. What the format has no place for (id, second
label, rules, page) stands in descriptions and notes as readable lines, and is read back from there.
"""

import io
import re
import uuid
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from lxml import etree

from scripts.common.errors import InputError

PROJECT, CODEBOOK = "urn:QDA-XML:project:1.0", "urn:QDA-XML:codebook:1.0"
ORIGIN = "review workflow"
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, PROJECT)
MARK = "[review]"
NO_TIME = (1980, 1, 1, 0, 0, 0)  # the first that a zip file can hold
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00")  # Okabe and Ito, by category
ABSENT = "absent: {}"  # variable of a study: the codes that this coder looked for and did not find


class RefiCode(NamedTuple):
    """A code: ``id`` and ``parent`` are our ids when written, GUIDs when read; parents come first."""

    id: str
    parent: str
    name: str
    codable: bool
    description: str


class RefiSource(NamedTuple):
    """A text that was coded, named after its study; ``variables`` are its values by name."""

    name: str
    text: str
    description: str
    variables: Mapping[str, str]


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


# Writing


def _element(parent: etree._Element, tag: str, text: str = "", **attributes: str) -> etree._Element:
    """Add an element in the namespace of its parent."""
    space = etree.QName(parent).namespace
    element = etree.SubElement(parent, f"{{{space}}}{tag}", attributes)
    if text:
        element.text = text
    return element


def _root(tag: str, space: str, **attributes: str) -> etree._Element:
    return etree.Element(f"{{{space}}}{tag}", attributes, nsmap={None: space})  # type: ignore[dict-item]


def _bytes(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)


def _add_codes(parent: etree._Element, codes: Sequence[RefiCode]) -> None:
    places = {"": _element(parent, "Codes")}
    categories = [code.id for code in codes if not code.parent]
    colours = {name: COLOURS[i % len(COLOURS)] for i, name in enumerate(categories)}
    for code in codes:
        colours.setdefault(code.id, colours.get(code.parent, ""))
        places[code.id] = _element(
            places[code.parent],
            "Code",
            guid=guid("code", code.id),
            name=code.name,
            isCodable="true" if code.codable else "false",
            color=colours[code.id],
        )
        if code.description:
            _element(places[code.id], "Description", code.description)


def qdc_bytes(codes: Sequence[RefiCode], about: str) -> bytes:
    """Return a codebook file; ``about`` describes it as a whole, in a set of all its codes."""
    root = _root("CodeBook", CODEBOOK, origin=ORIGIN)
    _add_codes(root, codes)
    whole = _element(_element(root, "Sets"), "Set", guid=guid("set", "codebook"), name="Codebook")
    _element(whole, "Description", about)
    for code in codes:
        _element(whole, "MemberCode", guid=guid("code", code.id))
    return _bytes(root)


def qdpx_bytes(project: RefiProject) -> bytes:
    """Return a project file: studies as texts coded as a whole, coders as users, values as variables."""
    root = _root("Project", PROJECT, name=project.name, origin=ORIGIN)
    if project.users:
        users = _element(root, "Users")
        for name in project.users:
            _element(users, "User", guid=guid("user", name), name=name)
    _add_codes(_element(root, "CodeBook"), project.codes)
    if project.variables:
        variables = _element(root, "Variables")
        for name in project.variables:
            _element(variables, "Variable", guid=guid("variable", name), name=name, typeOfVariable="Text")
    notes: dict[str, str] = {}
    codings: dict[str, list[RefiCoding]] = {}
    for coding in project.codings:
        codings.setdefault(coding.source, []).append(coding)
    if project.sources:
        sources = _element(root, "Sources")
        for source in project.sources:
            _add_source(sources, source, codings.get(source.name, []), notes)
    if notes:
        group = _element(root, "Notes")
        for identity, text in notes.items():
            _element(_element(group, "Note", guid=identity, name="evidence"), "PlainTextContent", text)
    files = {"project.qde": _bytes(root)}
    for source in project.sources:
        files[f"sources/{guid('source', source.name)}.txt"] = source.text.encode()
    return zip_bytes(files)


def _add_source(
    sources: etree._Element, source: RefiSource, codings: Sequence[RefiCoding], notes: dict[str, str]
) -> None:
    identity = guid("source", source.name)
    element = _element(
        sources, "TextSource", guid=identity, name=source.name, plainTextPath=f"internal://{identity}.txt"
    )
    if source.description:
        _element(element, "Description", source.description)
    for coding in codings:
        said = with_fields("", coding.fields)
        own = guid("coding", source.name, coding.code, coding.user, said)
        given = _element(element, "Coding", guid=own, creatingUser=guid("user", coding.user))
        _element(given, "CodeRef", targetGUID=guid("code", coding.code))
        if said:
            note = guid("note", own)
            notes[note] = said
            _element(given, "NoteRef", targetGUID=note)
    for name, value in source.variables.items():
        given = _element(element, "VariableValue")
        _element(given, "VariableRef", targetGUID=guid("variable", name))
        _element(given, "TextValue", value)


def zip_bytes(files: Mapping[str, bytes]) -> bytes:
    """Return a zip file of these members, without the time and the user of the machine."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            member = zipfile.ZipInfo(name, NO_TIME)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system = 3
            member.external_attr = 0o644 << 16
            archive.writestr(member, content)
    return stream.getvalue()


# Reading: whatever the version of the namespace, for programs differ


def _parse(path: str, content: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True, remove_comments=True)
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise InputError(f"{path}: not the XML of REFI-QDA ({error.msg}). Export it again.") from None


def _tag(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _all(element: etree._Element, tag: str) -> list[etree._Element]:
    return [item for item in element.iter() if _tag(item) == tag]


def _below(element: etree._Element, tag: str) -> list[etree._Element]:
    return [item for item in element if _tag(item) == tag]


def _content(element: etree._Element, tag: str) -> str:
    return next((item.text or "" for item in _below(element, tag)), "")


def _id(text: str | None) -> str:
    """Return a GUID as it is compared: some programs write braces or capitals."""
    return (text or "").strip("{} ").casefold()


def _codes(path: str, root: etree._Element) -> list[RefiCode]:
    found: list[RefiCode] = []

    def walk(element: etree._Element, parent: str) -> None:
        for item in _below(element, "Code"):
            identity = _id(item.get("guid"))
            if not identity or not (item.get("name") or "").strip():
                raise InputError(f"{path}: a code has no guid or no name. Export it again.")
            if identity in {code.id for code in found}:
                raise InputError(
                    f"{path}: the code {item.get('name')!r} has the guid of another. Export it again."
                )
            found.append(
                RefiCode(
                    identity, parent, item.get("name") or "", item.get("isCodable") != "false",
                    _content(item, "Description"),
                )
            )  # fmt: skip
            walk(item, identity)

    for group in _all(root, "Codes"):
        walk(group, "")
    return found


def read_qdc(path: str) -> tuple[list[RefiCode], str]:
    """Return the codes of a codebook file, parents first, and what our own files say of the whole."""
    try:
        with open(path, "rb") as stream:
            root = _parse(path, stream.read())
    except FileNotFoundError:
        raise InputError(f"{path}: this file is missing.") from None
    if _tag(root) not in ("CodeBook", "Project"):
        raise InputError(f"{path}: begins with {_tag(root)}, not with CodeBook. Export the codebook as .qdc.")
    about = [
        _content(item, "Description")
        for item in _all(root, "Set")
        if _id(item.get("guid")) == guid("set", "codebook")
    ]
    return _codes(path, root), about[0] if about else ""


def read_qdpx(path: str, nobody: str = "") -> RefiProject:
    """Return what a project holds; ``nobody`` is the user of a coding that names none.

    A coding of a passage carries it as its excerpt, one of a page its number. A code given to a whole
    source is a coding without excerpt.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = {PurePosixPath(name).name.casefold(): name for name in archive.namelist()}
            project = next(
                (name for name in sorted(members.values()) if name.casefold().endswith(".qde")), None
            )
            if project is None:
                raise InputError(f"{path}: holds no project.qde. Export it as REFI-QDA project.")
            root = _parse(path, archive.read(project))
            users = {
                _id(item.get("guid")): item.get("name") or item.get("id") or "" for item in _all(root, "User")
            }
            notes = {_id(item.get("guid")): _text(archive, members, item) for item in _all(root, "Note")}
            variables = {_id(item.get("guid")): item.get("name") or "" for item in _all(root, "Variable")}
            codes = _codes(path, root)
            known = {code.id for code in codes}
            sources, codings = [], []
            for element in (item for group in _all(root, "Sources") for item in group if _tag(item)):
                name = (element.get("name") or "").strip()
                text = _text(archive, members, element)
                sources.append(
                    RefiSource(name, text, _content(element, "Description"), _values(element, variables))
                )
                for coding in _all(element, "Coding"):
                    for target in _below(coding, "CodeRef"):
                        code = _id(target.get("targetGUID"))
                        if code not in known:
                            raise InputError(f"{path}: {name} has a coding whose code is not in the project.")
                        fields = _passage(coding, text, notes)
                        user = users.get(_id(coding.get("creatingUser")), "") or nobody
                        codings.append(RefiCoding(name, code, user, fields))
    except FileNotFoundError:
        raise InputError(f"{path}: this file is missing.") from None
    except (zipfile.BadZipFile, KeyError, UnicodeDecodeError):
        raise InputError(f"{path}: cannot be read as REFI-QDA project. Export it again.") from None
    return RefiProject(
        root.get("name") or "", [name or nobody for name in users.values()], codes, list(variables.values()),
        sources, codings,
    )  # fmt: skip


def _text(archive: zipfile.ZipFile, members: Mapping[str, str], element: etree._Element) -> str:
    """Return the plain text of a source or note: inside the project, or a file beside it."""
    inside = _content(element, "PlainTextContent")
    name = PurePosixPath((element.get("plainTextPath") or "").partition("://")[2]).name.casefold()
    if inside or name not in members:
        return inside
    return archive.read(members[name]).decode("utf-8-sig")


def _values(element: etree._Element, variables: Mapping[str, str]) -> dict[str, str]:
    values = {}
    for item in _below(element, "VariableValue"):
        (reference,) = _below(item, "VariableRef")
        name = variables.get(_id(reference.get("targetGUID")), "")
        values[name] = next((child.text or "" for child in item if _tag(child).endswith("Value")), "")
    return values


def _passage(coding: etree._Element, text: str, notes: Mapping[str, str]) -> dict[str, str]:
    said = [notes.get(_id(item.get("targetGUID")), "") for item in _below(coding, "NoteRef")]
    parsed = [fields_of(note) for note in said]
    fields = {name: value for _, found in parsed for name, value in found.items()}
    remarks = [note for note, _ in parsed if note]
    selection: Any = coding.getparent()
    if _tag(selection).endswith("Selection"):
        start, end = selection.get("startPosition"), selection.get("endPosition")
        if start is not None and end is not None:
            fields.setdefault("excerpt", _slice(text, int(start), int(end), selection.get("name") or ""))
        if selection.get("page") is not None:
            fields.setdefault("page", selection.get("page"))
        remarks.append(_content(selection, "Description"))
    if any(remarks):
        fields.setdefault("note", "\n".join(remark for remark in remarks if remark))
    return {name: value.strip() for name, value in fields.items() if value.strip()}


def _slice(text: str, start: int, end: int, name: str) -> str:
    """Return a passage. Programs count a line end as one sign or as two: the passage's name tells which."""
    both = text[start:end], re.sub("\r\n?", "\n", text)[start:end]
    said = " ".join(name.rstrip("….").split())
    fits = [passage for passage in both if said and " ".join(passage.split()).startswith(said)]
    return (fits or both)[0]
