"""Fill the digests that inputs.tsv leaves empty, on purpose: from then on these very files are meant."""

from typing import TYPE_CHECKING, Any

from scripts.common.files.downloads import Limits
from scripts.common.job import job, progress
from scripts.common.review.cache import Cache, cache_folder
from scripts.common.review.fetching import Fetcher, stop_at
from scripts.common.review.inputs import INPUTS, read_inputs
from scripts.common.review.inputs_table import fill_digests

if TYPE_CHECKING:
    snakemake: Any


def main() -> None:
    """Write the digests that are found, then name each file that has none."""
    found, failures = Fetcher(Cache(cache_folder()), Limits(), progress.info).find_digests(read_inputs())
    for path, digest in found.items():
        progress.info("%s: sha256 %s", path, digest)
    progress.info("%s: %d digests filled", INPUTS, fill_digests(found))
    stop_at(failures)


if __name__ == "__main__":
    with job(snakemake):
        main()
