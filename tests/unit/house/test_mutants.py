"""The faults that tests.mutants puts into code change one thing each, and stay out of what does not run."""

import pytest

from tests.mutants.faults import mutants

SOURCE = '''"""At least 3 studies."""

LEAST: int = 3


def enough(studies: int = 0) -> bool:
    """Say whether 3 are there."""
    return studies >= LEAST and not is_pilot(studies)


if __name__ == "__main__":
    enough(7 + 1)
'''


def test_every_operator_number_and_condition_is_changed_once():
    changes = [(mutant.line, mutant.function, mutant.old, mutant.new) for mutant in mutants(SOURCE)]
    whole = "studies >= LEAST and (not is_pilot(studies))"
    assert changes == [
        (3, "", "3", "4"),
        (6, "enough", "0", "1"),
        (8, "enough", "not is_pilot(studies)", "is_pilot(studies)"),
        (8, "enough", "studies >= LEAST", "studies > LEAST"),
        (8, "enough", whole, "studies >= LEAST or not is_pilot(studies)"),
    ]


@pytest.mark.parametrize("text", ["é = 1\nx = 'ü' if y < 2 else 'z'\n", "x = (a +\n     b)\n"])
def test_a_changed_text_is_the_old_one_but_for_the_change(text):
    for mutant in mutants(text):
        changed = mutant.text.replace(f"({mutant.new})", mutant.old, 1)
        assert "".join(changed.split()) == "".join(text.split())
