"""Where the results of another run lie, and which of their tables are compared."""

from pathlib import Path

from scripts.common.errors import InputError

# What two runs are compared by, in the order of the text that comes of it.
COMPARED = (
    "report/comparison.csv",
    "screening/included.csv",
    "coding/themes.csv",
    "screening/flow.csv",
    "search/log.csv",
    "records/counts.csv",
    "records/unique.csv",
    "inputs/checked.csv",
)


def results_in(folder: str | None) -> list[str]:
    """Return those of the compared tables that ``folder`` has: a results folder, or a review with one."""
    if not folder:
        raise InputError(
            "other: names no results to compare with. Run: snakemake --cores all compare --config"
            " other=<results folder>"
        )
    root = Path(str(folder))
    root = root / "results" if (root / "results").is_dir() else root
    found = [(root / name).as_posix() for name in COMPARED if (root / name).is_file()]
    if not found:
        raise InputError(
            f"other: {folder} holds no results (such as {COMPARED[0]}). Name the results folder of a run."
        )
    return found
