"""Merge the coding sheets of all coders into one table of evidence; show where they differ."""

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from scripts.common.codebook import read_codebook
from scripts.common.coding import EVIDENCE_COLUMNS, LIST_COLUMNS, read_codings, study_order
from scripts.common.job import job, log
from scripts.common.tables import rows_of, write_table

if TYPE_CHECKING:
    snakemake: Any

CONFLICT_COLUMNS = ("study_id", "code", "present", "absent")


def evidence(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row per study, code and coder; a row that stands twice is kept once."""
    frame = rows[rows["study"] != ""].rename(columns={"study": "study_id"})
    frame = frame.drop_duplicates(["study_id", "code", "coder", "stance", "excerpt", "source"])
    order = frame.assign(by=frame["study_id"].map(study_order)).sort_values(
        ["by", "code", "coder", "source", "excerpt"], kind="stable"
    )
    return order[list(EVIDENCE_COLUMNS)]


def whole_lists(rows: pd.DataFrame) -> pd.DataFrame:
    """Return for each code and coder whether the list of studies is whole: in one sheet suffices.

    A sheet that says no lacks some studies; another sheet of the same coder may hold them all.
    """
    ordered = rows[list(LIST_COLUMNS)].sort_values(list(LIST_COLUMNS))  # "yes" comes after "no"
    return ordered.drop_duplicates(["code", "coder"], keep="last")


def conflicts(table: pd.DataFrame) -> pd.DataFrame:
    """Return each study and code on which the coders of that study differ.

    A coder who coded a study and did not give a code there says that it is absent.
    """
    coders: dict[str, set[str]] = defaultdict(set)
    present_by: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in rows_of(table):
        coders[row["study_id"]].add(row["coder"])
        if row["stance"] == "present":
            present_by[row["study_id"], row["code"]].add(row["coder"])
    rows = []
    for (study, code), present in present_by.items():
        absent = coders[study] - present
        if absent:
            rows.append(
                {
                    "study_id": study,
                    "code": code,
                    "present": "; ".join(sorted(present)),
                    "absent": "; ".join(sorted(absent)),
                }
            )
    rows.sort(key=lambda row: (study_order(row["study_id"]), row["code"]))
    return pd.DataFrame(rows, columns=pd.Index(CONFLICT_COLUMNS), dtype=str)


def main(
    *, sheets: Sequence[str], codebook: str, evidence_csv: str, conflicts_csv: str, lists_csv: str
) -> None:
    """Write the evidence, the conflicts, and which lists of studies are not whole."""
    rows = read_codings(sheets, [code.id for code in read_codebook(codebook)])
    table = evidence(rows)
    differ = conflicts(table)
    write_table(table, evidence_csv, EVIDENCE_COLUMNS)
    write_table(differ, conflicts_csv, CONFLICT_COLUMNS)
    write_table(whole_lists(rows), lists_csv, LIST_COLUMNS, sort_by=("code", "coder"))
    log.info(
        "%d rows of evidence on %d studies by %d coders, %d conflicts",
        len(table),
        table["study_id"].nunique(),
        table["coder"].nunique(),
        len(differ),
    )


if __name__ == "__main__":
    with job(snakemake):
        main(
            sheets=snakemake.input.get("sheets", []),
            codebook=snakemake.input.codebook,
            evidence_csv=snakemake.output.evidence,
            conflicts_csv=snakemake.output.conflicts,
            lists_csv=snakemake.output.lists,
        )
