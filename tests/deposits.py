"""Put the deposited bytes of the published reviews into a cache, from the copies beside the repository.

    python -m tests.deposits CACHE

With it, `make gallery` needs no network. Without the copies it says so and does nothing.
"""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from scripts.common.files.digests import sha256
from tests.paths import SPECIMENS

DEPOSITS = SPECIMENS / "reviews/deposits"


def deposited() -> Iterator[tuple[Path, str]]:
    """Yield each deposited file with its digest."""
    for path in sorted(DEPOSITS.rglob("*")):
        if path.is_file() and path.name != "manifest.tsv":
            yield path, sha256(path)


def fill(cache: Path) -> int:
    """Copy the files into the cache, named by their digests; return how many."""
    cache.mkdir(parents=True, exist_ok=True)
    (cache / ".gitignore").write_text("*\n", encoding="utf-8")
    files = list(deposited())
    for path, digest in files:
        shutil.copyfile(path, cache / digest)
    return len(files)


if __name__ == "__main__":
    if not DEPOSITS.is_dir():
        sys.exit(f"{DEPOSITS}: this folder is missing, so the cache stays as it is")
    sys.stdout.write(f"{fill(Path(sys.argv[1]))} files are in the cache\n")
