"""File systems that are small, or that nobody may write, for as long as a test needs them."""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

IS_ROOT = os.geteuid() == 0
needs_root = pytest.mark.skipif(not IS_ROOT, reason="only root can mount a small or read-only file system")


@contextlib.contextmanager
def mounted(folder: Path, *options: str) -> Iterator[None]:
    """Mount something on a folder."""
    subprocess.run(["mount", *options, str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextlib.contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Make a folder and all in it read-only: by a mount for root, whom permissions do not stop."""
    with contextlib.ExitStack() as stack:
        if IS_ROOT:
            stack.enter_context(mounted(folder, "--bind", str(folder)))
            subprocess.run(["mount", "-o", "remount,bind,ro", str(folder)], check=True)
        else:
            stack.callback(_set_modes, folder, 0o755, 0o644)
            _set_modes(folder, 0o555, 0o444)
        with pytest.raises(OSError, match=r"Read-only|denied"):
            (folder / "new").touch()
        yield


def _set_modes(folder: Path, folders: int, files: int) -> None:
    for path in (folder, *folder.rglob("*")):
        path.chmod(folders if path.is_dir() else files)
