"""The files that people wrote for a review beside its inputs: settings, codebook, rulings, copied numbers."""

from collections.abc import Collection, Iterable
from pathlib import PurePosixPath

from scripts.common.files.digests import sha256

LISTED_ELSEWHERE = ("inputs", "captions")  # folders of config/: the inputs have a table of their own
NO_FILE_OF_THE_REVIEW = ("README.md", "config.schema.yaml")
RULINGS = "rulings of people"
WHAT = {  # name of a file without its ending -> what it holds
    "config": "settings of the review",
    "inputs": "the list of inputs",
    "codebook": "the codebook",
    "published": "claims and numbers, copied from the paper by a person",
    "reporting": "answers that only the authors can give",
    "translations": "translations of the review's own texts",
    "charting": "the charted variables",
    "eligibility": "rules of eligibility",
}
OTHER = "another file of the review"


def own_files(brought: Iterable[str], listed: Collection[str]) -> list[str]:
    """Return the files of config/ that people wrote, without those ``listed`` as inputs.

    >>> own_files(["config/config.yaml", "config/inputs/a.ris", "config/decisions/rulings.csv"], [])
    ['config/config.yaml', 'config/decisions/rulings.csv']
    """
    found = []
    for path in brought:
        parts = PurePosixPath(path).parts
        ours = parts[:1] == ("config",) and parts[1] not in LISTED_ELSEWHERE and not parts[-1].startswith(".")
        if ours and parts[-1] not in NO_FILE_OF_THE_REVIEW and path not in listed:
            found.append(path)
    return found


def described(paths: Iterable[str]) -> list[dict[str, str]]:
    """Return path, what the file holds (a phrase) and its digest."""
    return [{"path": path, "what": what_of(path), "sha256": sha256(path)} for path in paths]


def what_of(path: str) -> str:
    """Return what a file of config/ holds.

    >>> what_of("config/decisions/adjudication.csv"), what_of("config/codebook.csv")
    ('rulings of people', 'the codebook')
    """
    place = PurePosixPath(path)
    return RULINGS if place.parent.name == "decisions" else WHAT.get(place.stem, OTHER)
