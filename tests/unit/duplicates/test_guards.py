"""Each guard of each rule has a pair in duplicates.json that only it decides: without it, one falls out.

So has each part of what a word of the rules (``Evidence``) means.
"""

import ast
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scripts.common.duplicates import rules
from scripts.common.duplicates.likeness import Pairs, compare
from tests.linking import table_of
from tests.paths import DATA
from tests.settings import MATCHING

SOURCE = Path(rules.__file__).read_text(encoding="utf-8")
CASES = json.loads((DATA / "duplicates.json").read_text(encoding="utf-8"))


class Without(ast.NodeTransformer):
    """Takes one operand of "and" or "or" out of a condition."""

    def __init__(self, operation: ast.BinOp, kept: ast.expr) -> None:
        self._operation, self._kept = operation, kept

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        if node is self._operation:
            return self._kept
        return self.generic_visit(node)


def conditions() -> Iterator[tuple[str, str]]:
    """Yield the name and the condition of each rule, as they are written."""
    tree = ast.parse(SOURCE)
    (table,) = (
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        and node.targets[0].id == "RULES"
    )  # fmt: skip
    assert isinstance(table, ast.Tuple)
    for rule in table.elts:
        assert isinstance(rule, ast.Call)
        yield ast.literal_eval(rule.args[0]), ast.unparse(rule.args[3])


def weakened(condition: str) -> Iterator[tuple[str, Callable[[rules.Evidence], np.ndarray]]]:
    """Yield each operand of a condition, and the condition without it."""
    for place in range(sum(isinstance(node, ast.BinOp) for node in ast.walk(ast.parse(condition)))):
        for side in ("left", "right"):
            tree = ast.parse(condition, mode="eval")
            operation = [node for node in ast.walk(tree) if isinstance(node, ast.BinOp)][place]
            kept, dropped = operation.left, operation.right
            if side == "right":
                kept, dropped = dropped, kept
            changed = ast.fix_missing_locations(Without(operation, kept).visit(tree))
            yield ast.unparse(dropped), eval(compile(changed, "rules.py", "eval"))


def and_or(tree: ast.AST) -> list[ast.BinOp]:
    """Return the places where a word of the rules is put together from others."""
    (words,) = (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and node.name == "Evidence")
    return [
        node
        for node in ast.walk(words)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitAnd | ast.BitOr)
    ]


def without_an_operand(place: int, side: str) -> tuple[str, dict[str, Any]]:
    """Return one operand of a word of the rules, and what rules.py defines without it."""
    tree = ast.parse(SOURCE)
    operation = and_or(tree)[place]
    kept, dropped = operation.left, operation.right
    if side == "right":
        kept, dropped = dropped, kept
    changed = ast.fix_missing_locations(Without(operation, kept).visit(tree))
    names: dict[str, Any] = {"__name__": "weakened"}
    exec(compile(changed, "rules.py", "exec"), names)
    return f"{ast.unparse(dropped)} in {ast.unparse(operation)}", names


@pytest.fixture(scope="module")
def pairs(record) -> Pairs:
    found = [
        compare(
            table_of([record("m:1", **case["a"]), record("m:2", **case["b"])]), np.array([0]), np.array([1])
        )
        for case in CASES
    ]
    return Pairs(*map(np.concatenate, zip(*found, strict=True)))


@pytest.fixture(scope="module")
def evidence(pairs) -> rules.Evidence:
    return rules.Evidence(pairs, MATCHING)


@pytest.mark.parametrize(("name", "condition"), list(conditions()), ids=rules.NAMES)
def test_without_an_operand_of_a_rule_a_pair_is_decided_otherwise(name, condition, evidence):
    place = rules.NAMES.index(name)
    before = np.logical_or.reduce([rule.holds(evidence) for rule in rules.RULES[:place]] or [False])
    now = rules.RULES[place].holds(evidence) & ~before
    idle = [operand for operand, holds in weakened(condition) if (now == (holds(evidence) & ~before)).all()]
    assert idle == []


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("place", range(len(and_or(ast.parse(SOURCE)))))
def test_without_an_operand_of_a_word_of_the_rules_a_pair_is_decided_otherwise(place, side, pairs):
    operand, weakened_rules = without_an_operand(place, side)
    settings = (MATCHING, replace(MATCHING, one_database="ignore"))
    changed = [(weakened_rules["decide"](pairs, x) != rules.decide(pairs, x)).any() for x in settings]
    assert any(changed), operand
