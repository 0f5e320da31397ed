"""Write REFI-QDA codebooks and projects.

GUIDs come from our own names and zip files carry no time, so that the same project gives the same bytes.
"""

import io
import zipfile
from collections.abc import Mapping, Sequence

from lxml import etree

from scripts.common.coding.refi import (
    CODEBOOK,
    PROJECT,
    STUDY,
    RefiCode,
    RefiCoding,
    RefiProject,
    RefiSource,
    guid,
    with_fields,
)

ORIGIN = "review workflow"
NO_TIME = (1980, 1, 1, 0, 0, 0)  # the first that a zip file can hold
NAME_SIGNS = 60  # of a passage: its name in lists of programs
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00")  # Okabe and Ito, by category


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
    """Return a project file: studies as texts, coders as users, values of studies as variables."""
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
    """Add a source; a coding whose excerpt is in its text is at that passage, any other at the whole text."""
    identity = guid("source", source.name)
    element = _element(
        sources,
        "TextSource",
        guid=identity,
        name=source.label or source.name,
        plainTextPath=f"internal://{identity}.txt",
    )
    about = with_fields(source.description, {STUDY: source.name} if source.label else {})
    if about:
        _element(element, "Description", about)
    passages: dict[str, list[RefiCoding]] = {}
    for coding in codings:
        excerpt = coding.fields.get("excerpt", "")
        passages.setdefault(excerpt if excerpt in source.text else "", []).append(coding)
    whole = passages.pop("", [])
    for passage in sorted(passages, key=lambda text: (source.text.index(text), text)):
        start = source.text.index(passage)
        selection = _element(
            element,
            "PlainTextSelection",
            guid=guid("passage", source.name, passage),
            name=passage[:NAME_SIGNS],
            startPosition=str(start),
            endPosition=str(start + len(passage)),
        )
        for coding in passages[passage]:
            rest = {name: value for name, value in coding.fields.items() if name != "excerpt"}
            _add_coding(selection, coding, rest, notes)
    for coding in whole:
        _add_coding(element, coding, coding.fields, notes)
    for name, value in source.variables.items():
        given = _element(element, "VariableValue")
        _element(given, "VariableRef", targetGUID=guid("variable", name))
        _element(given, "TextValue", value)


def _add_coding(
    parent: etree._Element, coding: RefiCoding, fields: Mapping[str, str], notes: dict[str, str]
) -> None:
    """Add a coding to a passage or a source; what its fields say becomes a note."""
    own = guid("coding", coding.source, coding.code, coding.user, with_fields("", coding.fields))
    given = _element(parent, "Coding", guid=own, creatingUser=guid("user", coding.user))
    _element(given, "CodeRef", targetGUID=guid("code", coding.code))
    note = with_fields("", fields)
    if note:
        note_id = guid("note", own)
        notes[note_id] = note
        _element(given, "NoteRef", targetGUID=note_id)


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
