"""Codes and codebooks as tests make them up: one small tree, as data and as YAML."""

from scripts.common.coding.codebook import Code

HEAD = "version: 1\nsource: made\nchildren_known: all\ncodes:\n"
# The tree that most tests of coding use: gains (with speed and reach below it) and risks.
BOOK = f"""{HEAD}\
  - {{id: gains, label: {{en: Gains, zh: 益处}}, definition: null, place: null, children: [
      {{id: speed, label: {{en: Speed, zh: 快}}, definition: null, place: null}},
      {{id: reach, label: {{en: Reach, zh: 广}}, definition: null, place: null}}]}}
  - {{id: risks, label: {{en: Risks, zh: 风险}}, definition: null, place: null}}
"""
# A codebook of one code, where it does not matter which.
ONE_CODE = f"{HEAD}  - {{id: risks, label: {{en: Risks, zh: 风险}}, definition: null, place: null}}\n"


def code(name: str, parent: str = "", level: int = 0, label: str = "", label_zh: str = "") -> Code:
    """Return a code; its level is 1, or 2 below a parent, where none is given."""
    label = label or name.title()
    return Code(
        name, parent, level or (2 if parent else 1), label, label_zh or f"{label}（译）", "", "", True
    )


CODES = (
    code("gains", label_zh="益处"),
    code("speed", "gains", label_zh="快"),
    code("reach", "gains", label_zh="广"),
    code("risks", label_zh="风险"),
)
