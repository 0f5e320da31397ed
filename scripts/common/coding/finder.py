"""Find a code by any name that a sheet may give it."""

from collections import defaultdict
from collections.abc import Sequence

from scripts.common.coding.codebook import Code
from scripts.common.coding.codebook_changes import Change, follow
from scripts.common.errors import nearest
from scripts.common.values.words import words


class Finder:
    """Finds a code by its id, its label in either language, or what it was called in older versions."""

    def __init__(self, codes: Sequence[Code], changes: Sequence[Change] = ()) -> None:
        self.codes = {code.id: code for code in codes}
        self.changes = changes
        self._labels: dict[str, set[str]] = defaultdict(set)
        for code in codes:
            for label in (code.label, code.label_zh):
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
        labels = [code.label for code in self.codes.values()]
        raise LookupError(f"is not in the codebook. {nearest(name, [*self.codes, *labels])}")
