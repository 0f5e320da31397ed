"""A Python that has loaded Snakemake and this repository once, and answers each call in a fork of itself.

Starting Snakemake as a program takes about three seconds of processor time and starting a job half a second,
most of it for imports. A fork shares these and nothing else: it has its own working folder, settings, output
and exit code. Jobs are forks too: of a process that the run starts before it has any thread.
"""

import contextlib
import gc
import json
import os
import pkgutil
import runpy
import signal
import socket
import subprocess
import sys
import traceback
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil

import scripts
from tests.paths import REPOSITORY
from tests.workflow.limits import wait

MODULES = (
    "snakemake.cli", "snakemake.executors.local", "snakemake.report.html_reporter", "snakemake.notebook",
    "snakemake.script", "snakemake.sourcecache", "docutils.core", "nbformat", "requests",
    "matplotlib.backends.backend_agg", "matplotlib.backends.backend_pdf", "matplotlib.backends.backend_svg",
    "matplotlib.style", "fontTools.subset", "PIL.BmpImagePlugin", "PIL.GifImagePlugin", "PIL.JpegImagePlugin",
    "PIL.PngImagePlugin", "PIL.PpmImagePlugin", "font_source_sans_pro", "pylopdf_fonts_zh_cn", "jinja2.ext",
    "pandas.io.formats.csvs", "pandas.core.methods.to_dict",
    *(module.name for module in pkgutil.walk_packages(scripts.__path__, "scripts.")),
)  # fmt: skip


class Preloaded:
    """The process that is kept, for as long as the tests run; it has loaded the repository in ``folder``."""

    def __init__(self, folder: Path = REPOSITORY) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.workflow.preloaded"], cwd=folder,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8",
        )  # fmt: skip

    def run(self, arguments: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
        """Run Snakemake in the folder; return what a process of its own would have returned."""
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


class Jobs:
    """A process that runs the scripts of one run of Snakemake, each in a fork of itself."""

    def __init__(self) -> None:
        self._requests, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._process = os.fork()
        if self._process == 0:
            self._requests.close()
            _run_jobs(theirs)
        theirs.close()

    def execute(self, path: str) -> None:
        """Run a script that Snakemake has written; fail as a command does that Snakemake runs."""
        answer, theirs = os.pipe()
        request = json.dumps({"path": path, "folder": str(Path.cwd())}).encode()
        socket.send_fds(self._requests, [request], [theirs])
        os.close(theirs)
        with os.fdopen(answer, "rb") as stream:
            returncode = int(stream.read() or -signal.SIGKILL)  # whoever is killed says nothing
        if returncode:
            raise subprocess.CalledProcessError(returncode, path)

    def close(self) -> None:
        """End when all jobs have ended, so that their processor time is counted with the run's."""
        self._requests.close()
        os.waitpid(self._process, 0)


def _run_jobs(requests: socket.socket) -> None:
    """Fork for each script until no more can come; then wait for those at work."""
    while True:
        request, descriptors, _, _ = socket.recv_fds(requests, 2**16, 1)
        if not request:
            break
        if os.fork() == 0:
            _run_job(**json.loads(request), answer=descriptors[0])
        os.close(descriptors[0])
    with contextlib.suppress(ChildProcessError):
        while True:
            os.wait()
    os._exit(0)


def _run_job(path: str, folder: str, answer: int) -> None:
    """Become the script, as a Python does that is started with it."""
    os.chdir(folder)
    sys.argv = [path]
    sys.path[0] = str(Path(path).parent)
    status = 1
    try:
        runpy.run_path(path, run_name="__main__")
        status = 0
    except SystemExit as end:
        status = _status(end)
    except Exception:  # noqa: BLE001  the outermost frame, as in a Python of its own
        traceback.print_exc()
    finally:
        _flush()
        os.write(answer, str(status).encode())
        os._exit(status)


def _status(end: SystemExit) -> int:
    """Return the exit code that Python gives."""
    if isinstance(end.code, str):
        sys.stderr.write(f"{end.code}\n")
    return end.code if isinstance(end.code, int) else int(end.code is not None)


def _flush() -> None:
    with contextlib.suppress(ValueError):  # one of them is closed
        sys.stdout.flush()
        sys.stderr.flush()


def _answer(request: dict[str, Any]) -> None:
    """Become the run that was asked for, and end with its exit code."""
    for number, name in ((1, "out"), (2, "err")):
        file = os.open(f"{request['out']}/{name}", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(file, number)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.environ.clear()
    os.environ.update(request["environment"])
    jobs = Jobs()
    from snakemake.cli import main
    from snakemake.script import PythonScript

    PythonScript.execute_script = lambda script, path, edit=False: jobs.execute(path)
    status = 1
    try:
        main(request["arguments"])
    except SystemExit as end:
        status = _status(end)
    finally:
        _flush()
        jobs.close()
        os._exit(status)


def serve() -> None:
    """Answer one request after the other until the input ends."""
    sys.path.append(
        str(REPOSITORY / "profiles/terminal")
    )  # where make finds the plugin that shows the stages
    for name in MODULES:
        __import__(name)
    gc.freeze()  # what is shared is not copied by the first collection in a fork
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
