"""What comes before anything is read: our own modules, and settings that can be read at all."""

import shlex
import sys
from pathlib import Path

# Not workflow.basedir: that of workflow/Snakefile, which includes the workflow, is another folder.
REPOSITORY = Path(workflow.current_basedir.get_path_or_uri(secret_free=True)).parent
sys.path.insert(0, str(REPOSITORY))

# Snakemake 9 hands this path to a shell without quotes, and a blank in it would end every job.
if " " in sys.executable and not sys.executable.startswith("'"):
    sys.executable = shlex.quote(sys.executable)

from snakemake.logging import logger as snakemake_log

from scripts.common.errors import InputError
from scripts.common.files.yaml_files import read_yaml
from scripts.common.review.working_folder import check_writable, locked_in_our_words
from scripts.common.shared_code import digest

snakemake_log.addFilter(locked_in_our_words)


def shared_code(script):
    """Return a digest of the modules that a script shares with others: a change reruns the job."""
    return digest(REPOSITORY, script)


def stop(error):
    """Say what is wrong with the input, one line for each mistake, and end without a trace."""
    sys.stderr.writelines(f"ERROR {message}\n" for message in error.args)
    raise SystemExit(1)


DRAFTING = bool({"from", "to"} & set(config))  # snakemake draft: no review is here yet

try:
    check_writable()
    # Snakemake shows a trace for a date that is none, and for a file that is empty.
    if not DRAFTING and not isinstance(read_yaml("config/config.yaml"), dict):
        raise InputError("config/config.yaml: settings are needed here: names with values.")
except InputError as error:
    from scripts.inputs.check_inputs import every_mistake

    stop(every_mistake({}, REPOSITORY / "config/config.schema.yaml", error))
