"""What a cluster refuses, found out before anything is submitted."""

import os
import re
import subprocess

from scripts.common.errors import InputError

# A job as small as ours are at least; --test-only submits nothing.
ASK = ("sbatch", "--test-only", "--mem=1000M", "--time=10", "--wrap", "true")
ABOUT = re.compile(r"account|partition", re.IGNORECASE)
WAIT_SECONDS = 60


def check_slurm() -> None:
    """Raise ``InputError`` if Slurm refuses the account or the partition of the environment.

    A controller that does not answer now is left to Snakemake, which waits for it.
    """
    try:
        asked = subprocess.run(ASK, capture_output=True, text=True, timeout=WAIT_SECONDS)
    except (FileNotFoundError, subprocess.TimeoutExpired):
        return
    words = " ".join(asked.stderr.split())
    if asked.returncode and ABOUT.search(words):
        given = ", ".join(
            f"{name}={os.environ.get(name, '')}" for name in ("SBATCH_ACCOUNT", "SBATCH_PARTITION")
        )
        raise InputError(
            f"{given}: Slurm refuses this ({words}). Set both to what your cluster gives you"
            " (sacctmgr show associations user=$USER; sinfo --summarize)."
        )
