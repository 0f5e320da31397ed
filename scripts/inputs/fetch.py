"""Fetch the inputs that have a url and are not here yet; nothing else in a run asks for them."""

from typing import TYPE_CHECKING, Any

from scripts.common.files.downloads import Limits
from scripts.common.job import job, progress
from scripts.common.review.cache import Cache, cache_folder
from scripts.common.review.fetching import Fetcher, stop_at
from scripts.common.review.inputs import read_inputs

if TYPE_CHECKING:
    snakemake: Any


def main() -> None:
    """Bring the files of this review, and name each that cannot be brought."""
    stop_at(Fetcher(Cache(cache_folder()), Limits(), progress.info).fetch(read_inputs()))


if __name__ == "__main__":
    with job(snakemake):
        main()
