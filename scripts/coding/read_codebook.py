"""Write a team's own table of codes in our form: what its map says is then known to every other rule."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts.common.coding.codebook_forms import load_codebook, yaml_text
from scripts.common.job import job, log
from scripts.common.values.counts import count_of

if TYPE_CHECKING:
    snakemake: Any


def main(*, codebook: str, words: Mapping[str, Any], written: str) -> None:
    """Write the codebook as YAML; ``words`` are those of its map."""
    book = load_codebook(codebook, words)
    Path(written).write_text(yaml_text(book), encoding="utf-8")
    log.info("%s read from %s by its map", count_of(len(book.codes), "code"), codebook)


if __name__ == "__main__":
    with job(snakemake):
        main(
            codebook=snakemake.input.codebook,
            words=snakemake.params.words,
            written=snakemake.output.codebook,
        )
