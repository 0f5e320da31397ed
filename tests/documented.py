"""The commands that README and docs show: lines of code blocks, and code within a sentence."""

import re
from collections.abc import Iterator
from pathlib import Path

from tests.paths import REPOSITORY

PAGES = (REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").glob("*.md")))
PROGRAMS = (
    "snakemake", ".venv/bin/snakemake", "make", "python", "python3", "pip", "npm", "git", "export", "mkdir",
    "cp", "touch", "sha256sum", ".", "podman", "docker", "apptainer", "squeue", "scontrol", "rm", "apt-get",
    "conda", "cd", "NCBI_EMAIL=you@example.org",
)  # fmt: skip
NAMED_ONLY = {"git", "python", "squeue", "podman", "docker", "apptainer", "pip", "conda", "npm", "export"}
NO_COMMANDS = ("text", "yaml", "csv", "json", "python", "mermaid")  # languages of code blocks


def commands(page: Path) -> Iterator[str]:
    """Yield each command of a page in its order, without what comes after ``#``."""
    fence = None
    for line in page.read_text(encoding="utf-8").splitlines():
        if mark := re.match(r"\s*```(\w*)", line):
            fence = None if fence is not None else mark[1]
        elif fence is not None or line.startswith("    "):
            text = line.strip().removeprefix("$ ").partition("  #")[0].strip()
            if fence not in NO_COMMANDS and text.split(" ")[0] in PROGRAMS:
                yield text
        else:
            for text in re.findall(r"(?<!`)`([^`]+)`(?!`)", line):
                if text.split(" ")[0] in PROGRAMS and text not in NAMED_ONLY and "…" not in text:
                    yield text


def all_commands() -> dict[str, list[str]]:
    """Return command -> the pages that show it, in the order of their first appearance."""
    found: dict[str, list[str]] = {}
    for page in PAGES:
        for command in commands(page):
            found.setdefault(command, []).append(page.name)
    return found
