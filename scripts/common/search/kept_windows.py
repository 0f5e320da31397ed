"""Windows of a live search that were fetched before: one that holds another need not be asked for again."""

import gzip
import hashlib
import zlib
from pathlib import Path
from typing import Any, NamedTuple

from scripts.common.errors import InputError
from scripts.common.search.archive import read_json
from scripts.common.search.windows import Window


class Kept(NamedTuple):
    """A window that was fetched and is still there."""

    window: Window
    xml: Path
    receipt: dict[str, Any]


def kept_around(folder: Path, window: Window, search: dict[str, str]) -> Kept | None:
    """Return a longer window around this one that answers the same search, or None.

    It counts only if it was fetched when this window was over, if PubMed delivered every record that it
    named, and if its XML is whole. ``search`` are the entries of the receipt that must be the same.
    """
    for path in sorted(folder.glob("*.json")):
        try:
            longer, receipt = Window.parse(path.stem), read_json(path)
        except InputError:
            continue
        kept = Kept(longer, path.with_name(f"{path.stem}.xml.gz"), receipt)
        if longer != window and window.within(longer) and _answers(kept, window, search) and _is_whole(kept):
            return kept
    return None


def _answers(kept: Kept, window: Window, search: dict[str, str]) -> bool:
    receipt = kept.receipt
    return (
        all(receipt.get(name) == value for name, value in search.items())
        and str(window.last) < receipt.get("searched_on", "")
        and receipt.get("not_delivered") == []
    )


def _is_whole(kept: Kept) -> bool:
    try:
        with gzip.open(kept.xml) as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
    except (OSError, EOFError, zlib.error):
        return False
    return bool(found == kept.receipt["sha256"])
