"""What every reader of an input writes: its records, what it set aside, and the counts of both."""

from collections.abc import Iterable, Sequence

from scripts.common.records import COLUMNS, SET_ASIDE_COLUMNS, Record, SetAside
from scripts.common.tables import write_table

COUNT_COLUMNS = (
    "input",
    "kind",
    "source",
    "platform",
    "announced",
    "records",
    "set_aside",
    "without_title",
    "without_year",
    "without_doi",
)


def write_parsed(
    rows: Iterable[Record],
    aside: Sequence[SetAside],
    item: dict[str, str],
    announced: int,
    *,
    records: str,
    set_aside: str,
    counts: str,
) -> None:
    """Write the three tables of one input. ``announced`` is what a plain count of the file found."""
    named = [
        {
            **row,
            "record_id": f"{item['name']}:{row['position']}",
            "input": item["name"],
            "source": item["source"],
            "platform": item["platform"],
        }
        for row in rows
    ]
    write_table(named, records, COLUMNS)
    write_table(({"input": item["name"], **piece._asdict()} for piece in aside), set_aside, SET_ASIDE_COLUMNS)
    count = {
        "input": item["name"],
        "kind": item["kind"],
        "source": item["source"],
        "platform": item["platform"],
        "announced": announced,
        "records": len(named),
        "set_aside": len(aside),
        **{
            f"without_{field}": sum(not row.get(field) for row in named) for field in ("title", "year", "doi")
        },
    }
    write_table([count], counts, COUNT_COLUMNS)
