"""What the claims of the synthetic paper say, in both languages, codes by their labels."""

from collections.abc import Sequence
from typing import NamedTuple

from scripts.common.report.phrases import phrases
from scripts.common.screening.flow import BOXES
from tests.twin.coding import Node


class Words(NamedTuple):
    """What a claim says, in both languages."""

    en: str
    zh: str


STUDIES = Words("Studies on {0}", "涉及{0}的研究")
STUDY_LIST = Words("The studies on {0}", "涉及{0}的各项研究")
NUMBERS = Words("Lowest and highest number of a study", "研究编号的最小值与最大值")
OWN_WORDS = (
    Words("of a paper that does not exist", "（出自一篇不存在的论文）"),
    Words("invented", "虚构"),
    Words("the minutes of the committee", "委员会的会议记录"),
)


def about(tree: Sequence[Node], words: Words, *codes: str) -> Words:
    """Return a statement about codes: {0}, {1} in ``words`` are their labels."""
    named = {node.id: node for node in tree}
    return Words(
        words.en.format(*(f"“{named[code].label}”" for code in codes)),
        words.zh.format(*(f"“{named[code].label_zh}”" for code in codes)),
    )


def box_words(box: str) -> Words:
    """Return the label of a box of the flow."""
    return Words(BOXES[box], phrases()[BOXES[box]]["zh"])


def shares(number: int, of: int) -> Words:
    """Return the words of a number of studies with a code, {0}, and of how many."""
    return Words(f"{number} of {of} studies are on {{0}}", f"{of} 项研究中有 {number} 项涉及{{0}}")


def at_least(number: int) -> Words:
    """Return the words of a lower bound of the studies with a code, {0}."""
    return Words(f"At least {number} studies on {{0}}", f"至少 {number} 项研究涉及{{0}}")
