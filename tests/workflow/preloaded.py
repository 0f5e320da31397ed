"""A Python that has loaded Snakemake and this repository once, and answers each call in a fork of itself.

Starting Snakemake as a program takes about three seconds of processor time, most of it for imports. A fork
shares these and nothing else: it has its own working folder, settings, output and exit code.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil

from tests.paths import REPOSITORY
from tests.workflow.limits import wait

MODULES = (
    "snakemake.cli", "snakemake.executors.local", "snakemake.report.html_reporter", "snakemake.notebook",
    "snakemake.script", "snakemake.sourcecache", "docutils.core", "nbformat", "requests", "pandas",
    "scripts.inputs.check_inputs", "scripts.common.shared_code",
)  # fmt: skip


class Preloaded:
    """The process that is kept, for as long as the tests run."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.workflow.preloaded"], cwd=REPOSITORY,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8",
        )  # fmt: skip

    def run(self, arguments: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
        """Run Snakemake with these arguments; return what a process of its own would have returned."""
        with TemporaryDirectory() as folder:
            request = {"arguments": arguments, "environment": environment, "out": folder}
            assert self._process.stdin
            assert self._process.stdout
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            returncode = int(self._process.stdout.readline())
            out, err = ((Path(folder) / name).read_text(encoding="utf-8") for name in ("out", "err"))
        return subprocess.CompletedProcess(arguments, returncode, out, err)

    def close(self) -> None:
        self._process.communicate()


def _answer(request: dict[str, Any]) -> None:
    """Become the run that was asked for, and end with its exit code."""
    for number, name in ((1, "out"), (2, "err")):
        file = os.open(f"{request['out']}/{name}", os.O_WRONLY | os.O_CREAT)
        os.dup2(file, number)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.environ.clear()
    os.environ.update(request["environment"])
    from snakemake.cli import main

    status = 1
    try:
        main(request["arguments"])
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    finally:
        with contextlib.suppress(ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status)


def serve() -> None:
    """Answer one request after the other until the input ends."""
    for name in MODULES:
        __import__(name)
    for line in sys.stdin:
        request = json.loads(line)
        child = os.fork()
        if child == 0:
            _answer(request)
        try:
            returncode = wait(psutil.Process(child))
        except TimeoutError as error:
            returncode = -signal.SIGKILL
            with open(f"{request['out']}/err", "a", encoding="utf-8") as stream:
                stream.write(str(error))
        sys.stdout.write(f"{returncode}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve()
