"""No file, function or branching of the code is larger than a reader can hold in mind."""

import ast
from pathlib import Path

from radon.complexity import cc_visit

from tests.paths import REPOSITORY

MOST_LINES_OF_A_FILE = 400
MOST_LINES_OF_A_FUNCTION = 60  # a table of literals in it does not count
MOST_COMPLEX = 15  # independent paths through a function, as radon counts them
FILES = sorted((REPOSITORY / "scripts").rglob("*.py"))


def lines_of_tables(function: ast.AST) -> int:
    """Return how many lines of a function are inside tables that hold nothing but literals."""
    lines: set[int] = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Dict | ast.List | ast.Set | ast.Tuple):
            try:
                ast.literal_eval(node)
            except ValueError:
                continue
            lines |= set(range(node.lineno + 1, (node.end_lineno or node.lineno) + 1))
    return len(lines)


def long_functions(path: Path) -> list[str]:
    """Return the name and length of each function of a file that is too long."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1 - lines_of_tables(node)
            if lines > MOST_LINES_OF_A_FUNCTION:
                found.append(f"{path.name}: {node.name} has {lines} lines")
    return found


def complex_functions(path: Path) -> list[str]:
    """Return the name and complexity of each function or method of a file with too many paths through it."""
    waiting, found = list(cc_visit(path.read_text(encoding="utf-8"))), set()
    while waiting:
        block = waiting.pop()
        inner = [*getattr(block, "methods", []), *getattr(block, "closures", [])]
        waiting += inner
        if not hasattr(block, "methods") and block.complexity > MOST_COMPLEX:
            found.add(f"{path.name}: {block.name} has complexity {block.complexity}")
    return sorted(found)


def test_no_file_is_too_long():
    lengths = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in FILES}
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES_OF_A_FILE} == {}


def test_no_function_is_too_long():
    assert [line for path in FILES for line in long_functions(path)] == []


def test_no_function_has_too_many_paths_through_it():
    assert [line for path in FILES for line in complex_functions(path)] == []


def test_what_is_too_large_is_named(tmp_path):
    path = tmp_path / "large.py"
    branches = "".join(f"    if number == {n}:\n        return {n}\n" for n in range(35))
    table = "".join(f"        {n}: 'a row',\n" for n in range(80))
    path.write_text(
        f"def branching(number):\n{branches}\ndef tabular():\n    return {{\n{table}    }}\n",
        encoding="utf-8",
    )
    assert long_functions(path) == ["large.py: branching has 71 lines"]
    assert complex_functions(path) == ["large.py: branching has complexity 36"]
