"""The frame of every script: a log file, one line for wrong input, a trace for our own bugs."""

import logging
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from scripts.common.errors import InputError, RetrievalError

log = logging.getLogger("review")
progress = logging.getLogger("review.progress")  # shown on screen too: how far a long job is


@contextmanager
def job(snakemake: Any) -> Iterator[None]:
    """Run the body of a rule's script; log to the rule's log file, and warnings to the screen too.

    An ``InputError`` or ``RetrievalError`` ends the job with exit code 1 and one line on screen and in
    the log. Any other exception is a bug of ours: its trace goes to the log, and the screen says where it is.
    """
    log_path = str(snakemake.log[0])
    to_file = logging.FileHandler(log_path, mode="w", encoding="utf-8")
    to_file.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    to_screen = logging.StreamHandler(sys.stderr)
    to_screen.setLevel(logging.WARNING)
    to_screen.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    log.setLevel(logging.DEBUG)
    log.propagate = False
    log.handlers = [to_file, to_screen]
    on_the_way = logging.StreamHandler(sys.stderr)
    on_the_way.addFilter(lambda entry: entry.levelno < logging.WARNING)
    progress.handlers = [on_the_way]
    try:
        yield
    except (InputError, RetrievalError) as error:
        log.error("%s", error)
        sys.exit(1)
    except Exception:  # noqa: BLE001  the outermost frame: nothing is swallowed, the job fails with exit code 1
        log.debug("%s", traceback.format_exc())
        log.error("%s: this is a bug of ours; please report it with %s", snakemake.rule, log_path)
        sys.exit(1)
    finally:
        logging.shutdown()
