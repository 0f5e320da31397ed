"""Everything that people wrote for screening, checked before any work starts."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from scripts.common.errors import InputError, Mistakes, run_all
from scripts.common.review.inputs import INPUTS, Input, of_kind
from scripts.common.review.settings import Screening, ScreeningRules
from scripts.common.screening.eligibility import ELIGIBILITY, read_eligibility
from scripts.common.screening.numbers import numbers_of, read_rows
from scripts.common.screening.reports import read_reports
from scripts.common.screening.rulings import read_rulings, rulings_file
from scripts.common.screening.sample import read_sample
from scripts.common.screening.sheets import read_decisions
from scripts.common.screening.stages import plans
from scripts.common.screening.studies import read_included, read_previous

Maps = Mapping[str, Mapping[str, Any]]  # name of an input -> the words of its map


def check_screening(screening: Screening, maps: Maps, inputs: Sequence[Input]) -> None:
    """Stop at decisions, rulings, rules of eligibility and earlier studies that cannot be used."""
    rules = screening.rules
    steps: list[Callable[[], object]] = [
        *(partial(_check_decisions, item, maps, rules) for item in of_kind(inputs, "decisions")),
        *(partial(read_rows, one) for one in numbers_of(inputs, maps)),
        *(
            partial(read_sample, item.path, maps.get(item.name, {}), item.name)
            for item in of_kind(inputs, "sample")
        ),
        lambda: read_rulings(rulings_file(), rules),
        lambda: read_eligibility(ELIGIBILITY if Path(ELIGIBILITY).is_file() else None),
        *(
            partial(read_previous, item.path, maps.get(item.name), item.name)
            for item in of_kind(inputs, "previous")
        ),
    ]
    run_all(steps)


def _check_decisions(item: Input, maps: Maps, rules: ScreeningRules) -> None:
    (plan,) = plans([item], maps, rules.stages)
    read_decisions(plan, rules)


def check_included(included_list: str, maps: Maps, inputs: Sequence[Input]) -> None:
    """Stop at a list of included studies that is missing or not announced; at any that cannot be read."""
    listed = of_kind(inputs, "included")
    mistakes = Mistakes()
    with mistakes.noted():
        if (included_list == "none") == bool(listed):
            raise InputError(
                f"screening.included_list: {included_list}, but {INPUTS} names"
                f" {listed[0].path if listed else 'no file of kind included'}. Make the two agree."
            )
    for item in listed:
        with mistakes.noted():
            read_included(item.path, maps.get(item.name), item.name)
    for item in of_kind(inputs, "reports"):
        with mistakes.noted():
            read_reports(item.path, maps.get(item.name), item.name)
    mistakes.stop()
