"""Find the included study that a row of coding or charting means: by id, number, DOI, PMID or title."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from scripts.common.files.mapped_rows import MappedRow
from scripts.common.values.identifiers import doi_key, pmid_key
from scripts.common.values.words import fold, words

BY = ("record", "doi", "pmid", "title")  # columns that may name a study instead of ``study``, in this order


class StudyNames:
    """The included studies by every name that their list gives them.

    ``studies`` are the rows of the list; ``ids`` are the names of the studies.
    """

    def __init__(self, studies: Iterable[Mapping[str, str]] = ()) -> None:
        self.ids: set[str] = set()
        self._by_name: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._known: dict[str, str] = {}  # name -> what it means, once it was looked for
        for row in studies:
            study = words(row["study_id"])
            self.ids.add(study)
            for kind in BY:
                if key := _key(kind, row.get(kind, "")):
                    self._by_name[kind, key].add(study)

    def of_row(self, row: MappedRow) -> list[str]:
        """Return the studies of a row; none where it names no study, or one that is not in the list."""
        if named := row.fields.get("study"):
            return [self.named(words(name)) for name in named]
        for kind in BY:
            if found := self._found(kind, row.get(kind)):
                return [found]
        return []

    def named(self, name: str) -> str:
        """Return the study that a name means: an id, number, DOI or title of the list, else its own name."""
        if name in self.ids or not self._by_name:
            return name
        if name not in self._known:
            found = (self._found(kind, name) for kind in ("record", "doi", "title"))
            self._known[name] = next(filter(None, found), name)
        return self._known[name]

    def _found(self, kind: str, name: str) -> str:
        """Return the one study of this number, DOI, PMID or title, or ``""``."""
        key = _key(kind, name)
        found = self._by_name.get((kind, key), set()) if key else set[str]()
        return next(iter(found)) if len(found) == 1 else ""


def _key(kind: str, text: str) -> str:
    """Return a name as it is compared."""
    if kind == "doi":
        return doi_key(text)
    if kind == "pmid":
        return pmid_key(text)
    return fold(text) if kind == "title" else words(text)
