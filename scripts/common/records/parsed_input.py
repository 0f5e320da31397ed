"""What every reader of an input writes: its records, what it set aside, and the counts of both."""

from collections.abc import Iterable

from scripts.common.files.tables import row_writer, write_table
from scripts.common.records.record import COLUMNS, SET_ASIDE_COLUMNS, Record, SetAside

COUNT_COLUMNS = (
    "input",
    "kind",
    "source",
    "platform",
    "platform_guessed",
    "format",
    "encoding",
    "announced",
    "records",
    "set_aside",
    "outside",
    "left_out",
    "without_title",
    "without_year",
    "without_doi",
)
COUNTED_EMPTY = ("title", "year", "doi")


class Parsed:
    """Counts of one input: records read, set aside, text outside of records, records without a field.

    ``left_out`` is the number of rows of the file that its map does not take.
    """

    def __init__(self, left_out: int = 0) -> None:
        self.counts = dict.fromkeys(("records", "set_aside", "outside"), 0)
        self.counts["left_out"] = left_out
        self.counts |= {f"without_{field}": 0 for field in COUNTED_EMPTY}
        self.first_unread: SetAside | None = None  # the first record that could not be read

    def write(
        self, pieces: Iterable[Record | SetAside], item: dict[str, str], *, records: str, set_aside: str
    ) -> None:
        """Write the records and the pieces set aside of one input, as they come."""
        named = {"input": item["name"], "source": item["source"], "platform": item["platform"]}
        with row_writer(records, COLUMNS) as keep, row_writer(set_aside, SET_ASIDE_COLUMNS) as put_aside:
            for piece in pieces:
                if isinstance(piece, SetAside):
                    self.counts["set_aside" if piece.position else "outside"] += 1
                    if piece.position and self.first_unread is None:
                        self.first_unread = piece
                    put_aside({"input": item["name"], **piece._asdict()})
                    continue
                self.counts["records"] += 1
                for field in COUNTED_EMPTY:
                    self.counts[f"without_{field}"] += not piece.get(field)
                keep({**piece, **named, "record_id": f"{item['name']}:{piece['position']}"})

    def write_counts(self, item: dict[str, str], announced: int, path: str, **found: str) -> None:
        """Write the counts; ``announced`` is the plain count of the file, ``found`` what it turned out."""
        about = {name: item[name] for name in ("kind", "source", "platform")}
        row = {"input": item["name"], **about, **found, "announced": announced, **self.counts}
        write_table([row], path, COUNT_COLUMNS)
