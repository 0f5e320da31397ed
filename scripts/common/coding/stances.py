"""What a cell of a coding sheet says of a code: present, absent, not assessed, or codes that were ticked."""

from collections.abc import Sequence

from scripts.common.coding.collector import Collector, Where
from scripts.common.coding.model import ABSENT_STANCE, NOT_ASSESSED, PRESENT, Plan
from scripts.common.errors import InputError, nearest

STANCES = (PRESENT, ABSENT_STANCE)
MEANING = (
    dict.fromkeys(("1", "1.0", "present", "yes", "y", "x", "true", "✓", "✔", "☑"), PRESENT)
    | dict.fromkeys(("0", "0.0", "absent", "no", "n", "false"), ABSENT_STANCE)
    | dict.fromkeys(("", "na", "n/a", NOT_ASSESSED), NOT_ASSESSED)
)


def stance_of(text: str) -> str | None:
    """Return what a cell means: present, absent, not assessed; None where it is none of these words."""
    return MEANING.get(text) or MEANING.get(text.casefold())


def ticked(
    names: Sequence[str], code: str, below: Sequence[str], plan: Plan, where: Where, collector: Collector
) -> list[tuple[str, str]]:
    """Return (code, stance) for each code of ``below``: present if it is among ``names``, else absent.

    ``InputError`` for a name that is no code, or none below ``code``.
    """
    found = [collector.code(name, plan, where) for name in names]
    strangers = [name for name in found if name and name not in below]
    if strangers:
        raise InputError(f"{where}: {strangers[0]} is no code below {code}. {nearest(strangers[0], below)}")
    return [(name, PRESENT if name in found else ABSENT_STANCE) for name in below]
