"""The boxes of the PRISMA 2020 flow diagram (doi:10.1136/bmj.n71), keys as in PRISMA2020's template."""

from scripts.common.errors import InputError, nearest
from scripts.common.tables import numbered, read_table

FLOW_COLUMNS = ("box", "label", "count", "basis", "source")
PUBLISHED_COLUMNS = ("box", "count", "place", "confidence", "source")

# Box -> label, in the order of the flow. A part of a box is "<box>:<part>", with its own label.
BOXES = {
    "database_results": "Records identified from databases and registers",
    "duplicates": "Duplicate records removed",
    "excluded_automatic": "Records removed by automation: published after the search",
    "records_screened": "Records screened",
    "records_excluded": "Records excluded",
    "records_waiting": "Records awaiting a decision",
    "dbr_sought_reports": "Reports sought for retrieval",
    "dbr_notretrieved_reports": "Reports not retrieved",
    "dbr_waiting": "Reports awaiting a decision",
    "dbr_assessed": "Reports assessed for eligibility",
    "dbr_excluded": "Reports excluded",
    "dbr_included": "Reports included from databases and registers",
    "website_results": "Records identified from websites",
    "organisation_results": "Records identified from organisations",
    "citations_results": "Records identified from citations",
    "other_known": "Records that the databases hold too, or that stand twice",
    "other_sought_reports": "Reports sought for retrieval (other methods)",
    "other_notretrieved_reports": "Reports not retrieved (other methods)",
    "other_waiting": "Reports awaiting a decision (other methods)",
    "other_assessed": "Reports assessed for eligibility (other methods)",
    "other_excluded": "Reports excluded (other methods)",
    "other_included": "Reports included from other methods",
    "new_studies": "Studies included in the review",
    "new_reports": "Reports of included studies",
}

# What the boxes add up to: the sum of the first equals the sum of the second.
EQUATIONS = (
    (("database_results",), ("duplicates", "excluded_automatic", "records_screened")),
    (("records_screened",), ("records_excluded", "records_waiting", "dbr_sought_reports")),
    (("dbr_sought_reports",), ("dbr_notretrieved_reports", "dbr_waiting", "dbr_assessed")),
    (("dbr_assessed",), ("dbr_excluded", "dbr_included")),
    (
        ("website_results", "organisation_results", "citations_results"),
        ("other_known", "other_sought_reports"),
    ),
    (("other_sought_reports",), ("other_notretrieved_reports", "other_waiting", "other_assessed")),
    (("other_assessed",), ("other_excluded", "other_included")),
    (("dbr_included", "other_included"), ("new_reports",)),
)
WAITING = ("records_waiting", "dbr_waiting", "other_waiting")  # 0 in a review that is published


def read_published_flow(path: str | None) -> dict[str, tuple[int, str]]:
    """Return box -> (published number, where it stands), from an input of kind ``flow``."""
    if path is None:
        return {}
    numbers: dict[str, tuple[int, str]] = {}
    for line, row in numbered(read_table(path, PUBLISHED_COLUMNS)):
        where = f"{path} line {line}"
        if row["box"].split(":")[0] not in BOXES:
            raise InputError(f"{where}: box {row['box']!r} is unknown. {nearest(row['box'], BOXES)}")
        if not row["count"].isdigit():
            raise InputError(f"{where}: count {row['count']!r} is no whole number.")
        if row["box"] in numbers:
            raise InputError(f"{where}: box {row['box']} stands twice. Keep one.")
        numbers[row["box"]] = (int(row["count"]), f"{path} ({row['place']}, {row['confidence']})")
    return numbers
