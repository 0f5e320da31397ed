"""Read REFI-QDA codebooks and projects, whatever the version of their namespace: programs differ."""

import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from lxml import etree

from scripts.common.coding.refi import STUDY, RefiCode, RefiCoding, RefiProject, RefiSource, fields_of, guid
from scripts.common.errors import InputError


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


def is_project(path: str) -> bool:
    """Return whether a file is a project: by its ending, or as a zip file that holds a project.qde."""
    if PurePosixPath(path).suffix.casefold() == ".qdpx":
        return True
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return any(name.casefold().endswith(".qde") for name in archive.namelist())


def read_qdpx(path: str, nobody: str = "") -> RefiProject:
    """Return what a project holds; ``nobody`` is the user of a coding that names none.

    A coding of a passage carries it as its excerpt, one of a page its number. A code given to a whole
    source is a coding without excerpt.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return _Project(path, archive, nobody).read()
    except FileNotFoundError:
        raise InputError(f"{path}: this file is missing.") from None
    except (zipfile.BadZipFile, KeyError, UnicodeDecodeError):
        raise InputError(f"{path}: cannot be read as REFI-QDA project. Export it again.") from None


class _Project:
    """An open project: its XML, and what the sources and codings in it refer to by GUID."""

    def __init__(self, path: str, archive: zipfile.ZipFile, nobody: str) -> None:
        self.path, self.archive, self.nobody = path, archive, nobody
        self.members = {PurePosixPath(name).name.casefold(): name for name in archive.namelist()}
        xml = next((name for name in sorted(self.members.values()) if name.casefold().endswith(".qde")), None)
        if xml is None:
            raise InputError(f"{path}: holds no project.qde. Export it as REFI-QDA project.")
        self.root = _parse(path, archive.read(xml))
        self.users = {
            _id(item.get("guid")): item.get("name") or item.get("id") or ""
            for item in _all(self.root, "User")
        }
        self.notes = {_id(item.get("guid")): self.text(item) for item in _all(self.root, "Note")}
        self.variables = {
            _id(item.get("guid")): item.get("name") or "" for item in _all(self.root, "Variable")
        }
        self.codes = _codes(path, self.root)
        self.without_text: list[str] = []

    def read(self) -> RefiProject:
        """Return the whole project."""
        sources: list[RefiSource] = []
        codings: list[RefiCoding] = []
        for element in (item for group in _all(self.root, "Sources") for item in group if _tag(item)):
            description, fields = fields_of(_content(element, "Description"))
            source = RefiSource(
                fields.get(STUDY) or (element.get("name") or "").strip(),
                self.text(element),
                description,
                self.values(element),
            )
            if not source.text and _all(element, "PlainTextSelection"):
                self.without_text.append(source.name)
            sources.append(source)
            codings += self.codings(element, source)
        users = [name or self.nobody for name in self.users.values()]
        variables = list(self.variables.values())
        name = self.root.get("name") or ""
        return RefiProject(name, users, self.codes, variables, sources, codings, self.without_text)

    def text(self, element: etree._Element) -> str:
        """Return the plain text of a source or note: inside the XML, or a file beside it."""
        inside = _content(element, "PlainTextContent")
        name = PurePosixPath((element.get("plainTextPath") or "").partition("://")[2]).name.casefold()
        if inside or name not in self.members:
            return inside
        return self.archive.read(self.members[name]).decode("utf-8-sig")

    def values(self, element: etree._Element) -> dict[str, str]:
        """Return the values of a source by the names of their variables."""
        values = {}
        for item in _below(element, "VariableValue"):
            references = _below(item, "VariableRef")
            if len(references) != 1:
                raise InputError(
                    f"{self.path}: {element.get('name')} has a value of a variable that it does not name."
                    " Export it again."
                )
            name = self.variables.get(_id(references[0].get("targetGUID")), "")
            values[name] = next((child.text or "" for child in item if _tag(child).endswith("Value")), "")
        return values

    def codings(self, element: etree._Element, source: RefiSource) -> Iterator[RefiCoding]:
        """Yield the codings of a source, each with what its passage and its notes say."""
        known = {code.id for code in self.codes}
        for coding in _all(element, "Coding"):
            user = self.users.get(_id(coding.get("creatingUser")), "") or self.nobody
            for target in _below(coding, "CodeRef"):
                code = _id(target.get("targetGUID"))
                if code not in known:
                    raise InputError(
                        f"{self.path}: {source.name} has a coding whose code is not in the project."
                    )
                yield RefiCoding(source.name, code, user, _fields(coding, source.text, self.notes))


def _fields(coding: etree._Element, text: str, notes: Mapping[str, str]) -> dict[str, str]:
    """Return what a coding says of itself (excerpt, page, note, source); its notes win over its passage."""
    written = [fields_of(notes.get(_id(item.get("targetGUID")), "")) for item in _below(coding, "NoteRef")]
    fields = {name: value for _, found in written for name, value in found.items()}
    remarks = [remark for remark, _ in written]
    selection: Any = coding.getparent()
    if _tag(selection).endswith("Selection"):
        fields = {**_selected(selection, text), **fields}
        remarks.append(_content(selection, "Description"))
    if any(remarks):
        fields.setdefault("note", "\n".join(remark for remark in remarks if remark))
    return {name: value.strip() for name, value in fields.items() if value.strip()}


def _selected(selection: etree._Element, text: str) -> dict[str, str]:
    """Return the passage of a selection of text, the page of a selection in a PDF."""
    fields = {}
    start, end, page = (selection.get(name) for name in ("startPosition", "endPosition", "page"))
    if start is not None and end is not None:
        fields["excerpt"] = _slice(text, int(start), int(end), selection.get("name") or "")
    if page is not None:
        fields["page"] = page
    return fields


def _slice(text: str, start: int, end: int, name: str) -> str:
    """Return a passage. Programs count a line end as one sign or as two: the passage's name shows which.

    Without a text it is the name, as far as the program wrote it.
    """
    if not text:
        return name
    both = text[start:end], re.sub("\r\n?", "\n", text)[start:end]
    begins = " ".join(name.rstrip("….").split())
    fits = [passage for passage in both if begins and " ".join(passage.split()).startswith(begins)]
    return (fits or both)[0]
