"""The boxes of the PRISMA 2020 flow diagram (doi:10.1136/bmj.n71), keys as in PRISMA2020's template."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from scripts.common.errors import InputError, Mistakes, nearest
from scripts.common.files.fixed_tables import rows_by_map
from scripts.common.files.refusals import answered
from scripts.common.files.table_kinds import FLOW

FLOW_COLUMNS = ("box", "label", "count", "basis", "source", "place", "confidence", "set_aside")
PUBLISHED_COLUMNS = ("box", "count", "place", "confidence", "source")

# Box -> label, in the order of the flow. A part of a box is "<box>:<part>", with its own label.
BOXES = {
    "previous_studies": "Studies included in the previous version of the review",
    "previous_reports": "Reports of studies included in the previous version",
    "database_results": "Records identified from databases and registers",
    "duplicates": "Duplicate records removed",
    "excluded_automatic": "Records removed by automation",
    "excluded_other": "Records removed for other reasons: of studies in the previous version",
    "records_waiting": "Records awaiting a decision",
    "records_never_screened": "Records that were never screened",
    "records_screened": "Records screened",
    "records_excluded": "Records excluded",
    "dbr_sought_reports": "Reports sought for retrieval",
    "dbr_notretrieved_reports": "Reports not retrieved",
    "dbr_waiting": "Reports awaiting a decision",
    "dbr_assessed": "Reports assessed for eligibility",
    "dbr_excluded": "Reports excluded",
    "dbr_included": "Reports included from databases and registers",
    "website_results": "Records identified from websites",
    "organisation_results": "Records identified from organisations",
    "citations_results": "Records identified from citations",
    "other_known": "Records that the databases hold too, or that appear twice",
    "other_records_waiting": "Records awaiting a decision (other methods)",
    "other_records_never_screened": "Records that were never screened (other methods)",
    "other_records_excluded": "Records excluded (other methods)",
    "other_sought_reports": "Reports sought for retrieval (other methods)",
    "other_notretrieved_reports": "Reports not retrieved (other methods)",
    "other_waiting": "Reports awaiting a decision (other methods)",
    "other_assessed": "Reports assessed for eligibility (other methods)",
    "other_excluded": "Reports excluded (other methods)",
    "other_included": "Reports included from other methods",
    "new_studies": "Studies included in the review",
    "new_reports": "Reports of included studies",
    "total_studies": "Studies included in all versions",
    "total_reports": "Reports of studies included in all versions",
}
LATE, LATE_LABEL = "published_after_search", "published after the search"  # a rule of ours, not of the review
UNDECIDED = {  # box -> its label before the first decision
    "records_waiting": "Records to screen: no decision is known here",
    "other_records_waiting": "Records to screen: no decision is known here (other methods)",
    "dbr_waiting": "Reports to assess: no decision on a full text is known here",
    "other_waiting": "Reports to assess: no decision on a full text is known here (other methods)",
}
# Any other label is the review's own.
OUR_LABELS = frozenset((*BOXES.values(), *UNDECIDED.values(), LATE_LABEL))
TWIN_BOXES = ("duplicates", "other_known")  # where a record ends whose twin was screened
UPDATE_BOXES = ("previous_studies", "previous_reports", "total_studies", "total_reports")
KIND_BOX = {  # kind of an input of other methods -> the box of its records
    "website": "website_results",
    "organisation": "organisation_results",
    "citation": "citations_results",
}
OTHER_RESULTS = tuple(KIND_BOX.values())


class Arm(NamedTuple):
    """The boxes of one arm of the flow: where records go that nobody decided on, and where those excluded."""

    waiting: str
    never_screened: str
    excluded: str
    reports: str  # what the names of the boxes of its reports begin with


DATABASE_BOXES = list(BOXES)[list(BOXES).index("database_results") : list(BOXES).index("website_results")]
OTHER_BOXES = list(BOXES)[list(BOXES).index("website_results") : list(BOXES).index("new_studies")]
DATABASE_ARM = Arm("records_waiting", "records_never_screened", "records_excluded", "dbr")
OTHER_ARM = Arm("other_records_waiting", "other_records_never_screened", "other_records_excluded", "other")

# The source of a box that is not known, and what it needs.
NEEDS_RECORDS = "not known here: needs the records (an export or a search in config/inputs.tsv)"
NEEDS_DECISIONS = "not known here: needs the screening decisions (kind decisions in config/inputs.tsv)"
NEEDS_ALL_DECISIONS = "not known here: needs a decision on every record; some still await one"
NEEDS_LIST = "not known here: needs the list of included studies (kind included in config/inputs.tsv)"
NEEDS_OTHER = (
    "not known here: needs a source of this kind (website, organisation or citation in config/inputs.tsv), or"
    " screening.other_methods: none"
)
NEEDS_PREVIOUS = (
    "not known here: needs the studies of the version before (kind previous in config/inputs.tsv)"
)
NEEDED = {
    NEEDS_RECORDS: "the records (an export or a search in config/inputs.tsv)",
    NEEDS_DECISIONS: "the screening decisions (kind decisions in config/inputs.tsv)",
    NEEDS_ALL_DECISIONS: "a decision on every record; some still await one",
    NEEDS_LIST: "the list of included studies (kind included in config/inputs.tsv)",
    NEEDS_OTHER: (
        "a source of this kind (website, organisation or citation in config/inputs.tsv), or"
        " screening.other_methods: none"
    ),
    NEEDS_PREVIOUS: "the studies of the version before (kind previous in config/inputs.tsv)",
}

# The arithmetic of PRISMA 2020: a box is the one before it less what is taken out on the way. Records that
# still
# await a decision are a box of their own, so that "screened" counts what was screened.
EQUATIONS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (
        ("database_results",),
        (
            "duplicates",
            "excluded_automatic",
            "excluded_other",
            "records_waiting",
            "records_never_screened",
            "records_screened",
        ),
    ),
    (("records_screened",), ("records_excluded", "dbr_sought_reports")),
    (("dbr_sought_reports",), ("dbr_notretrieved_reports", "dbr_waiting", "dbr_assessed")),
    (("dbr_assessed",), ("dbr_excluded", "dbr_included")),
    (
        OTHER_RESULTS,
        (
            "other_known",
            "other_records_waiting",
            "other_records_never_screened",
            "other_records_excluded",
            "other_sought_reports",
        ),
    ),
    (("other_sought_reports",), ("other_notretrieved_reports", "other_waiting", "other_assessed")),
    (("other_assessed",), ("other_excluded", "other_included")),
    (("new_reports",), ("dbr_included", "other_included")),
)

# Box of what waits -> the boxes that can still grow while anything is in it: their numbers are lower bounds.
_REPORTS = ("notretrieved_reports", "assessed", "excluded", "included")
GROWS = {
    "dbr_waiting": tuple(f"dbr_{name}" for name in _REPORTS),
    "other_waiting": tuple(f"other_{name}" for name in _REPORTS),
    "records_waiting": (
        "records_never_screened",
        "records_screened",
        "records_excluded",
        "dbr_sought_reports",
        *(f"dbr_{name}" for name in _REPORTS),
    ),
    "other_records_waiting": (
        "other_records_never_screened",
        "other_records_excluded",
        "other_sought_reports",
        *(f"other_{name}" for name in _REPORTS),
    ),
}

# Boxes that a published diagram does not draw where they are empty: 0 if it does not print them.
NOT_DRAWN = ("records_waiting", "dbr_waiting", "other_records_waiting", "other_waiting", "excluded_other",
             "other_records_excluded", "records_never_screened", "other_records_never_screened")  # fmt: skip


def never_screened(final: Mapping[str, str], judged: Collection[str] = ()) -> dict[str, str]:
    """Return record -> final box, records that nobody judged (none of ``judged``) as never screened.

    A record on which people differ, or too few voted, was screened and awaits a decision. Only in an arm
    where somebody decided: without any decision nobody knows what was screened.
    """
    result = dict(final)
    for arm in (DATABASE_ARM, OTHER_ARM):
        reports = tuple(f"{arm.reports}_{name}" for name in ("waiting", *_REPORTS))
        if any(box == arm.excluded or box.startswith(reports) for box in final.values()):
            result |= {
                name: arm.never_screened
                for name, box in final.items()
                if box == arm.waiting and name not in judged
            }
    return result


class Count(NamedTuple):
    """A number in a box; ``number`` is None where it is not known."""

    number: int | None
    source: str
    label: str = ""


def check_equations(numbers: Mapping[str, int | None]) -> None:
    """Raise ``InputError`` for an equation of PRISMA 2020 that does not hold; ``numbers`` is box -> number.

    An equation in which a number is not known (None) is not looked at.
    """
    for wholes, parts in EQUATIONS:
        left, right = [numbers[box] for box in wholes], [numbers[box] for box in parts]
        if None not in left and None not in right and _sum(left) != _sum(right):
            raise InputError(
                f"flow: {' + '.join(wholes)} is {_sum(left)}, its parts {', '.join(parts)} sum up to"
                f" {_sum(right)}, another number."
            )


def check_named_parts(numbers: Mapping[str, int | None]) -> None:
    """Raise ``InputError`` for a box whose named parts ("<box>:<part>") do not sum up to its number."""
    for box, number in numbers.items():
        parts = [numbers[name] for name in numbers if name.startswith(f"{box}:")]
        if parts and number is not None and _sum(parts) != number:
            raise InputError(f"flow: {box} is {number}, its named parts sum up to {_sum(parts)}.")


def _sum(numbers: Iterable[int | None]) -> int:
    return sum(number for number in numbers if number is not None)


class Printed(NamedTuple):
    """A number that a paper prints in its flow: the file that says so, the place in the paper, how sure."""

    number: int
    source: str
    place: str
    confidence: str


def read_published_flow(
    path: str | None, words: Mapping[str, Any] | None = None, name: str = "flow"
) -> dict[str, Printed]:
    """Return box -> its published number and where that is printed, from an input of kind ``flow``.

    ``words`` are those of its map, ``name`` is that of the input. ``InputError`` lists every wrong row.
    """
    if path is None:
        return {}
    with answered(path, name, words, FLOW):
        return _published_numbers(path, words, name)


def _published_numbers(path: str, words: Mapping[str, Any] | None, name: str) -> dict[str, Printed]:
    numbers: dict[str, Printed] = {}
    mistakes = Mistakes()
    for where, _, row in rows_by_map(path, FLOW, PUBLISHED_COLUMNS, name=name, words=words):
        with mistakes.noted():
            if row["box"].split(":")[0] not in BOXES:
                raise InputError(
                    f"{where}: box {row['box']!r} is unknown. {nearest(row['box'], BOXES)} Correct it, or add"
                    f' to its map, values: {{box: {{"{row["box"]}": ?}}}}.'
                )
            if not row["count"].isdigit():
                raise InputError(f"{where}: count {row['count']!r} is no whole number. Write one.")
            if row["box"] in numbers:
                raise InputError(f"{where}: box {row['box']} appears twice. Keep one.")
            numbers[row["box"]] = Printed(int(row["count"]), path, row["place"], row["confidence"])
    mistakes.stop()
    return numbers
