"""Write a drafted review: a whole config folder, and the list of what a person has to confirm in it."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from scripts.common.drafts.from_paper import DraftCode
from scripts.common.errors import InputError
from scripts.common.files.digests import sha256

CHECKLIST = "DRAFT.md"
MARK = "# Drafted by the workflow, not confirmed by anybody: see DRAFT.md.\n"
INPUT_COLUMNS = (
    "path", "kind", "source", "platform", "date", "licence", "sha256", "provenance", "name",
)  # fmt: skip
STUDY_COLUMNS = ("study_id", "authors", "year", "title", "journal", "doi", "pmid", "confidence", "source")
FLOW_COLUMNS = ("box", "count", "place", "confidence", "source")
CODING_COLUMNS = ("study", "code", "coder", "stance", "source", "complete")


class DraftFolder:
    """A folder of a review that is being drafted; nothing that is there already is ever written over."""

    def __init__(self, folder: str | Path, today: str) -> None:
        """Begin a folder; ``today`` is the day that inputs get, YYYY-MM-DD."""
        self.folder, self.today = Path(folder), today
        if self.folder.exists() and any(self.folder.iterdir()):
            raise InputError(
                f"to: {folder} is there already and not empty. A draft never writes over anything: name a new"
                " folder."
            )
        self.inputs: list[dict[str, str]] = []
        self.to_do: list[tuple[str, list[str]]] = []

    def write(self, path: str, content: str | bytes) -> Path:
        """Write a file of the folder, and those above it."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("xb") as stream:
            stream.write(content if isinstance(content, bytes) else content.encode("utf-8"))
        return file

    def write_yaml(self, path: str, value: object, comment: str = "") -> None:
        """Write a YAML file, marked as a draft."""
        text = yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=110)
        self.write(path, MARK + comment + text)

    def add(self, path: str, content: str | bytes, kind: str, **cells: str) -> None:
        """Write an input and note its line of inputs.tsv, with its digest."""
        file = self.write(path, content)
        usual = {"source": "not known", "platform": "-", "licence": "not known", "provenance": "drafted"}
        line = {"path": path, "kind": kind, "date": self.today, "sha256": sha256(file), **usual, **cells}
        self.inputs.append(line)

    def inputs_by_kind(self) -> dict[str, list[str]]:
        """Return the names of the inputs of each kind: what the setting ``inputs`` says."""
        found: dict[str, list[str]] = {}
        for line in self.inputs:
            found.setdefault(line["kind"], []).append(line.get("name") or Path(line["path"]).stem)
        return found

    def check(self, heading: str, lines: Iterable[str]) -> None:
        """Add what a person has to confirm to the list."""
        if found := list(lines):
            self.to_do.append((heading, found))

    def finish(self) -> str:
        """Write inputs.tsv and the list; return the list."""
        if self.inputs:
            self.write("config/inputs.tsv", table(INPUT_COLUMNS, self.inputs, "\t"))
        lines = [
            "# Draft",
            "",
            "Everything here was drafted by the workflow. Go through it, correct what is wrong, tick it off.",
        ]
        for heading, items in self.to_do:
            lines += ["", f"## {heading}", *(f"- [ ] {' '.join(item.split())}" for item in items)]
        text = "\n".join(lines) + "\n"
        self.write(CHECKLIST, text)
        return text


def table(columns: Sequence[str], rows: Iterable[Mapping[str, Any]], sep: str = ",") -> str:
    """Return rows as the text of a table; cells that are missing are empty."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(
        text, columns, restval="", delimiter=sep, lineterminator="\n", extrasaction="ignore"
    )
    writer.writeheader()
    writer.writerows(
        {name: _one_line(cell) if sep == "\t" else cell for name, cell in row.items()} for row in rows
    )
    return text.getvalue()


def _one_line(cell: object) -> str:
    return " ".join(str(cell).split())


def codebook(codes: Sequence[DraftCode], source: str) -> dict[str, Any]:
    """Return a codebook of drafted codes, which may not be all codes; labels in Chinese are missing."""

    def below(parent: str) -> list[dict[str, Any]]:
        return [
            {
                "id": code.id, "label": {"en": code.label}, "definition": None, "place": code.place or None,
                "children_known": "some",
                **({"children": inner} if (inner := below(code.id)) else {}),
            }
            for code in codes
            if code.parent == parent
        ]  # fmt: skip

    return {"version": 1, "source": source, "children_known": "some", "codes": below("")}
