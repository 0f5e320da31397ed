"""Results that lie here already: only those whose making Snakemake has recorded can be trusted."""

from pathlib import Path

from scripts.common.errors import InputError


def check_earlier_results(folder: Path = Path()) -> None:
    """Stop at results without Snakemake's records of them: it would take any file for an up-to-date one.

    This happens to a results folder that was copied, unpacked or kept without its ``.snakemake``.
    """
    made = (folder / "results/report/checksums.txt").is_file()
    recorded = any((folder / ".snakemake").glob("metadata*"))
    if made and not recorded:
        raise InputError(
            "results: Snakemake has no record of how these were made (.snakemake/metadata is missing), so"
            " they may be of another version or other inputs. Move the folder results away, and run again."
        )
