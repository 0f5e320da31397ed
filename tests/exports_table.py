"""Write the table of fields in docs/exports.md anew from scripts/common/exports/fields.csv.

python -m tests.exports_table
"""

from scripts.common.exports.fields import read_fields
from tests.paths import REPOSITORY

PAGE = REPOSITORY / "docs/exports.md"
MARK = "<!-- table -->\n"


def table() -> str:
    """Return the mapping as a table of Markdown."""
    lines = [
        "| format | platform | field | tags | part at | marked | note |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in read_fields():
        tags, split = (row[name].replace("|", r"\|") for name in ("tags", "split"))
        split = f"`{split}`" if split else ""
        lines.append(
            f"| {row['format']} | {row['platform'] or 'all'} | {row['field']} | `{tags}` | {split}"
            f" | {row['label']} | {row['note']} |"
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    head = PAGE.read_text(encoding="utf-8").split(MARK)[0]
    PAGE.write_text(head + MARK + table(), encoding="utf-8")
