"""The frame of every script: a log file, one line for wrong input, a trace for our own bugs."""

import errno
import logging
import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

from scripts.common.errors import InputError, RetrievalError

log = logging.getLogger("review")
progress = logging.getLogger("review.progress")  # shown on screen too: how far a long job is

# What the machine refuses, and what a user can do about it.
REFUSALS = {
    errno.ENOSPC: "Make room, then run again",
    errno.EDQUOT: "Make room, then run again",
    errno.EROFS: "Let this folder be written, then run again",
    errno.EACCES: "Let this file be read or written, then run again",
}


class _LogFile(logging.FileHandler):
    """A log that stops the job when it cannot be written, where logging would print a trace and go on."""

    def handleError(self, record: logging.LogRecord) -> None:
        raise  # the error of writing, which is being handled


@contextmanager
def job(snakemake: Any) -> Iterator[None]:
    """Run the body of a rule's script; log to the rule's log file, and warnings to the screen too.

    An ``InputError`` or ``RetrievalError`` ends the job with exit code 1 and a line for each mistake on
    screen and in the log; a full disk, or one that must not be written, with one line on screen. Any other
    exception is a bug of ours: its trace goes to the log, and the screen says where it is.
    """
    log_path = str(snakemake.log[0])
    to_file = _LogFile(log_path, mode="w", encoding="utf-8", delay=True)
    to_file.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    to_screen = logging.StreamHandler(sys.stderr)
    to_screen.setLevel(
        os.environ.get("REVIEW_SCREEN", "WARNING")
    )  # make shows the warnings last, from the logs
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
        for message in error.args:
            log.error("%s", message)
        sys.exit(1)
    except OSError as error:
        if error.errno not in REFUSALS:
            _bug(snakemake.rule, log_path)
        log.handlers = [to_screen]  # the log may lie on the same disk
        log.error("%s: %s. %s.", error.filename or Path.cwd(), error.strerror, REFUSALS[error.errno])
        sys.exit(1)
    except Exception:  # noqa: BLE001  the outermost frame: nothing is swallowed, the job fails with exit code 1
        _bug(snakemake.rule, log_path)
    finally:
        logging.shutdown()


def _bug(rule: str, log_path: str) -> NoReturn:
    """Write the trace of the error that is handled to the log, and end the job."""
    log.debug("%s", traceback.format_exc())
    log.error("%s: this is a bug of ours; please report it with %s", rule, log_path)
    sys.exit(1)
