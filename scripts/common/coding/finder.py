"""Find a code by any name that a sheet may give it."""

from collections import defaultdict
from collections.abc import Sequence

from scripts.common.coding.codebook import Code
from scripts.common.coding.codebook_changes import Change, follow
from scripts.common.errors import nearest
from scripts.common.values.words import words

PATH_SIGNS = (">", "\\", "::")  # between the labels of a path, as programs write them


class Finder:
    """Finds a code by its id, its label in either language, or what it was called in older versions."""

    def __init__(self, codes: Sequence[Code], changes: Sequence[Change] = ()) -> None:
        self.codes = {code.id: code for code in codes}
        self.changes = changes
        self._labels: dict[str, set[str]] = defaultdict(set)
        for code in codes:
            for label in filter(None, (code.label, code.label_zh)):
                self._labels[words(label).casefold()].add(code.id)
        self._known: dict[tuple[str, str], tuple[str, str]] = {}

    def find(self, name: str, version: str = "") -> tuple[str, str]:
        """Return today's id and what happened to the code, in words; the id is ``""`` if the code is gone.

        ``version`` is the version of the codebook in which ``name`` was used, ``""`` for today's. Raises
        ``LookupError`` for a name that is no code, or the label of several.
        """
        key = (name, version)
        if key not in self._known:
            self._known[key] = self._find(words(name), version)
        return self._known[key]

    def has(self, name: str, version: str = "") -> bool:
        """Return whether a name is that of one code, also of one that is gone."""
        try:
            self.find(name, version)
        except LookupError:
            return False
        return True

    def names(self) -> list[str]:
        """Return the ids and labels of all codes."""
        return [*self.codes, *(code.label for code in self.codes.values())]

    def _find(self, name: str, version: str) -> tuple[str, str]:
        if version or name not in self.codes:
            today, happened = follow(name, self.changes, version)
            if happened:
                return today, happened
        if name in self.codes:
            return name, ""
        labelled = self._labels.get(name.casefold(), set())
        if len(labelled) == 1:
            return next(iter(labelled)), ""
        if labelled:
            raise LookupError(f"is the label of {' and '.join(sorted(labelled))}. Use the id.")
        on_path = self._by_path(name)
        if len(on_path) == 1:
            return on_path[0], ""
        raise LookupError(f"is not in the codebook. {nearest(name, self.names())}")

    def _by_path(self, name: str) -> list[str]:
        r"""Return the codes at a path of labels, such as ``Benefits > Speed`` or ``Benefits\Speed``."""
        for sign in PATH_SIGNS:
            steps = [words(step).casefold() for step in name.split(sign) if step.strip()]
            if len(steps) > 1:
                return [code for code in self._labels.get(steps[-1], ()) if self._leads(code, steps[:-1])]
        return []

    def _leads(self, code: str, steps: Sequence[str]) -> bool:
        """Return whether these labels, the last of them nearest, are those of the codes above one."""
        above = self.codes[code].parent
        if not steps or not above:
            return not steps
        labels = {words(label).casefold() for label in (self.codes[above].label, self.codes[above].label_zh)}
        return steps[-1] in labels and self._leads(above, steps[:-1])
