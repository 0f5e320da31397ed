"""Which shared modules a script uses, as one digest: a change in one of them reruns the job.

Snakemake reruns a job when its script changes, not when a module that the script imports does.
"""

import ast
import hashlib
from functools import cache
from pathlib import Path

PACKAGE = "scripts.common."


@cache
def _imports(path: Path) -> frozenset[str]:
    """Return the names of the modules of scripts.common that one file imports."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith(PACKAGE):
            names.add(node.module.removeprefix(PACKAGE))
    return frozenset(names)


def used_modules(repository: Path, script: str) -> list[str]:
    """Return the modules of scripts/common that ``scripts/<script>.py`` imports, also indirectly."""
    found: set[str] = set()
    waiting = set(_imports(repository / "scripts" / f"{script}.py"))
    while waiting:
        name = waiting.pop()
        found.add(name)
        waiting |= _imports(repository / "scripts/common" / f"{name}.py") - found
    return sorted(found)


def digest(repository: Path, script: str) -> str:
    """Return a digest of the shared modules that the script uses, with their tables, and of its template.

    The table of a module has its name: ``export_fields.csv`` stands beside ``export_fields.py``.
    """
    files = [
        path
        for name in used_modules(repository, script)
        for path in sorted((repository / "scripts/common").glob(f"{name}.*"))
        if path.suffix in (".py", ".csv")
    ]
    files += sorted((repository / "scripts").glob(f"{script}.*.j2"))
    total = hashlib.sha256()
    for path in files:
        total.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()[:16]
