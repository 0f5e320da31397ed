"""Random codings against an independent count; python -m tests.benchmark.oracle compares 150 of them."""

import pytest

from tests.oracles import themes
from tests.oracles.codings import Code, Coding, Sheet
from tests.oracles.themes_of_coding import differences


@pytest.mark.parametrize("seed", range(1000, 1024))
def test_no_code_category_or_bound_of_a_random_coding_differs_from_the_oracle(seed, tmp_path):
    assert differences(seed, tmp_path) == []


@pytest.mark.parametrize(("rule", "studies"), [("any", {"1", "2"}), ("majority", {"1"}), ("all", {"1"})])
def test_a_category_counted_by_hand_is_what_the_oracle_says(rule, studies):
    """In study 1 Ann saw speed and Bob reach, in study 2 Ann saw speed and Bob nothing."""
    codes = [Code("gains", "", True), Code("speed", "gains", True), Code("reach", "gains", True)]
    ann = Sheet("ann", "1", False, ["1", "2"], {("1", "speed"): 1, ("2", "speed"): 1})
    bob = Sheet("bob", "1", False, ["1", "2"], {("1", "reach"): 1})
    found = themes.themes(Coding(codes, ("1",), [ann, bob], "absent", rule, "ann", 2))
    assert (found["gains"].studies, found["gains"].bound) == (studies, "exact")
    assert found["speed"].studies == (studies if rule == "any" else set())
