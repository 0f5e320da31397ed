"""Wait for a run and end one that will never end, on a machine that may be slow or busy."""

import time

import psutil

CPU_SECONDS = 600  # processor time of a run with all its jobs; the longest takes a fifth of it
IDLE_SECONDS = 300  # without any processor time: the run waits for something that does not come


def cpu_seconds(process: psutil.Process) -> float:
    """Return the processor time of a process, of its children at work, and of those that have ended."""
    total = 0.0
    for each in (process, *process.children(recursive=True)):
        try:
            total += sum(each.cpu_times()[:4])
        except psutil.NoSuchProcess:
            continue
    return total


def wait(process: psutil.Process) -> int:
    """Return the exit code of a process, which is negative where a signal ended it.

    Limits count processor time, since a sound run may take ten times as long on a busy machine. A run over
    a limit is killed with all that it has started, and ``TimeoutError`` says what it had used.
    """
    used, since = 0.0, time.monotonic()
    while True:
        try:
            return int(process.wait(timeout=5))
        except psutil.TimeoutExpired:
            now = cpu_seconds(process)
        if now > used:
            used, since = now, time.monotonic()
        idle = time.monotonic() - since
        if used > CPU_SECONDS or idle > IDLE_SECONDS:
            for each in (*process.children(recursive=True), process):
                each.kill()
            raise TimeoutError(f"ended after {used:.0f} s of processor time and {idle:.0f} s without any")
