"""Write the SHA-256 of every result: two rebuilds are the same if this file is."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts.common.files.digests import sha256
from scripts.common.job import job, log
from scripts.common.values.counts import count_of

if TYPE_CHECKING:
    snakemake: Any


def main(*, results: Sequence[str], checksums: str) -> None:
    """Write lines as ``sha256sum --check`` reads them, sorted by path."""
    lines = [f"{sha256(path)}  {path}\n" for path in sorted(set(results))]
    Path(checksums).write_text("".join(lines), encoding="utf-8")
    log.info("%s", count_of(len(lines), "result"))


if __name__ == "__main__":
    with job(snakemake):
        main(results=snakemake.input.results, checksums=snakemake.output.checksums)
