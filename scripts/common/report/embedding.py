"""The files that travel inside the page: tables and drawings, packed, each with the address that saves it."""

import base64
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from scripts.common.files.tables import stream_table
from scripts.common.search.archive import gzip_bytes

MOST_BYTES = 10_000_000  # of a file, before it is packed; a larger one stays in the folder of the results


class Carried(NamedTuple):
    """A file of the results as the page knows it. ``rows`` is None for a drawing."""

    path: str
    element: str  # id of its row on the page
    name: str  # under which a reader saves it
    bytes: int
    rows: int | None
    travels: bool  # inside the page


def element_of(path: str) -> str:
    """Return the id of the row of a file.

    >>> element_of("results/coding/agreement.csv")
    'file-coding-agreement-csv'
    """
    return "file-" + re.sub(r"[^a-z0-9]+", "-", path.removeprefix("results/").lower())


def number_of_rows(path: str) -> int:
    """Return how many rows a table has, below its header."""
    return sum(1 for _ in stream_table(path)) - 1


def carried(paths: Iterable[str]) -> dict[str, Carried]:
    """Return path -> what the page says of that file; names of files are those of the results.

    Two files of one name (coding/agreement.csv, screening/agreement.csv) get that of their folder before it.
    """
    files = sorted(set(paths))
    names = Counter(PurePosixPath(path).name for path in files)
    found = {}
    for path in files:
        place, size = PurePosixPath(path), Path(path).stat().st_size
        name = place.name if names[place.name] == 1 else f"{place.parent.name}-{place.name}"
        rows = number_of_rows(path) if place.suffix == ".csv" else None
        found[path] = Carried(path, element_of(path), name, size, rows, size <= MOST_BYTES)
    return found


def address(content: bytes) -> str:
    """Return content as a packed data address; the same content gives the same one."""
    return "data:application/gzip;base64," + base64.b64encode(gzip_bytes(content)).decode()


def addresses(files: Mapping[str, Carried]) -> dict[str, str]:
    """Return element -> data address of the files that travel."""
    return {file.element: address(Path(file.path).read_bytes()) for file in files.values() if file.travels}


def filled(page: str, known: Mapping[str, str]) -> str:
    """Return the page with the data of each file in its link, which is written ``href="data:,<element>"``."""
    return re.sub(
        r'href="data:,([\w-]+)"',
        lambda found: f'href="{known[found[1]]}"' if found[1] in known else found[0],
        page,
    )
