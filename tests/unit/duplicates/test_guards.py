"""Each guard of each rule has a pair in duplicates.json that only it decides: without it, one falls out."""

import ast
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from scripts.common.duplicates import rules
from scripts.common.duplicates.likeness import Pairs, compare
from tests.linking import table_of
from tests.paths import DATA
from tests.settings import MATCHING

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
    tree = ast.parse(Path(rules.__file__).read_text(encoding="utf-8"))
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


@pytest.fixture(scope="module")
def evidence(record) -> rules.Evidence:
    pairs = [
        compare(
            table_of([record("m:1", **case["a"]), record("m:2", **case["b"])]), np.array([0]), np.array([1])
        )
        for case in CASES
    ]
    return rules.Evidence(Pairs(*map(np.concatenate, zip(*pairs, strict=True))), MATCHING)


@pytest.mark.parametrize(("name", "condition"), list(conditions()), ids=rules.NAMES)
def test_without_an_operand_of_a_rule_a_pair_is_decided_otherwise(name, condition, evidence):
    place = rules.NAMES.index(name)
    before = np.logical_or.reduce([rule.holds(evidence) for rule in rules.RULES[:place]] or [False])
    now = rules.RULES[place].holds(evidence) & ~before
    idle = [operand for operand, holds in weakened(condition) if (now == (holds(evidence) & ~before)).all()]
    assert idle == []
