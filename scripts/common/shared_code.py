"""Which shared modules a script uses, as one digest: a change in one of them reruns the job.

Snakemake reruns a job when its script changes, not when a module that the script imports does.
"""

import hashlib
import re
from functools import cache
from pathlib import Path

# The only spelling that a test allows. Parsing every file instead cost half a second at each start.
IMPORT = re.compile(r"^\s*from scripts\.common\.([\w.]+) import ", flags=re.MULTILINE)


@cache
def _imports(path: Path) -> frozenset[str]:
    """Return the names of the modules of scripts.common that one file imports, such as ``files.tables``."""
    return frozenset(IMPORT.findall(path.read_text(encoding="utf-8")))


@cache
def _beside(path: Path) -> tuple[Path, ...]:
    """Return the files with the name of a module or script, it among them, and any ending."""
    return tuple(sorted(path.parent.glob(f"{path.stem}.*")))


@cache
def _content(path: Path) -> bytes:
    return path.read_bytes()


@cache
def script_path(repository: Path, script: str) -> Path:
    """Return the one file ``scripts/*/<script>.py``; raise ``ValueError`` if there is none or several.

    Scripts lie in one folder per stage; modules of scripts/common are not scripts.
    """
    found = [path for path in (repository / "scripts").glob(f"*/{script}.py") if path.parent.name != "common"]
    if len(found) != 1:
        raise ValueError(f"scripts/*/{script}.py: found {len(found)} files, need exactly one")
    return found[0]


def _module_path(repository: Path, name: str) -> Path:
    return repository / "scripts/common" / f"{name.replace('.', '/')}.py"


def used_modules(repository: Path, script: str) -> list[str]:
    """Return the modules of scripts/common that a script imports, also indirectly, as dotted names."""
    found: set[str] = set()
    waiting = set(_imports(script_path(repository, script)))
    while waiting:
        name = waiting.pop()
        found.add(name)
        waiting |= _imports(_module_path(repository, name)) - found
    return sorted(found)


def digest(repository: Path, script: str) -> str:
    """Return a digest of the shared modules that the script uses, and of the files beside them and it.

    Such a file has the name of its module or script and another ending: a table, a template, a style.
    The digest knows a file by its path in the repository: two rooms may hold files of one name.
    A process that has asked once does not see later changes of files.
    """
    own = script_path(repository, script)
    modules = [_module_path(repository, name) for name in used_modules(repository, script)]
    total = hashlib.sha256()
    for path in (*modules, own):
        for file in _beside(path):
            if file != own:
                name = file.relative_to(repository).as_posix()
                total.update(name.encode() + b"\0" + _content(file) + b"\0")
    return total.hexdigest()[:16]
