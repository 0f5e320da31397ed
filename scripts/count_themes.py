"""Count the studies behind each code; a parent counts the union of its children's studies."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from scripts.common.codebook import Code, children, read_codebook
from scripts.common.coding import in_order
from scripts.common.job import job, log
from scripts.common.tables import read_table, rows_of, write_table

if TYPE_CHECKING:
    snakemake: Any

THEME_COLUMNS = (
    "code",
    "parent",
    "level",
    "label",
    "studies",
    "percent",
    "study_ids",
    "of",
    "bound",
    "label_zh",
    "source",
)
EVIDENCE = "results/coding/evidence.csv"
EXACT, AT_LEAST, UNKNOWN = "exact", "at least", "unknown"


def agreed(evidence: pd.DataFrame, consensus: str) -> dict[str, set[str]]:
    """Return code -> studies in which enough of the study's coders found it.

    any: one coder; majority: more than half; all: every coder of that study.
    """
    coders: dict[str, set[str]] = defaultdict(set)
    votes: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in rows_of(evidence):
        coders[row["study_id"]].add(row["coder"])
        if row["stance"] == "present":
            votes[row["code"], row["study_id"]].add(row["coder"])
    found: dict[str, set[str]] = defaultdict(set)
    for (code, study), present in votes.items():
        of = len(coders[study])
        if len(present) >= {"any": 1, "majority": of // 2 + 1, "all": of}[consensus]:
            found[code].add(study)
    return found


def unions(codes: Sequence[Code], direct: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """Return code -> its own studies and those of all codes below it."""
    result = {code.id: set(direct.get(code.id, ())) for code in codes}
    for code in reversed(codes):  # children come after their parents
        if code.parent:
            result[code.parent] |= result[code.id]
    return result


def bounds(
    codes: Sequence[Code], studies: Mapping[str, set[str]], open_lists: set[str], declared: set[str]
) -> dict[str, str]:
    """Return code -> exact, at least or unknown.

    A code is exact if a sheet gives its whole list, or if all its children are known and exact;
    ``open_lists`` are codes of which a list is cut off; a code without any evidence whose list
    is not known is unknown, not 0.
    """
    result: dict[str, str] = {}
    for code in reversed(codes):
        below = children(codes, code.id)
        whole = (
            code.id not in open_lists
            and all(result[child.id] == EXACT for child in below)
            and code.children_known
        )
        if code.id in declared - open_lists or whole:
            result[code.id] = EXACT
        else:
            result[code.id] = AT_LEAST if studies[code.id] else UNKNOWN
    return result


def theme_rows(
    codes: Sequence[Code], studies: Mapping[str, set[str]], bound: Mapping[str, str], of: int | None
) -> list[dict[str, object]]:
    """Return the rows of themes.csv; ``of`` is the number of included studies, None if not known."""
    rows = []
    for code in codes:
        known = bound[code.id] != UNKNOWN
        found = in_order(studies[code.id])
        rows.append(
            {
                "code": code.id,
                "parent": code.parent,
                "level": code.level,
                "label": code.label,
                "label_zh": code.label_zh,
                "studies": len(found) if known else "",
                "percent": f"{100 * len(found) / of:.1f}" if known and of else "",
                "study_ids": "; ".join(found),
                "of": of if of else "",
                "bound": bound[code.id],
                "source": EVIDENCE,
            }
        )
    return rows


def matrix(codes: Sequence[Code], studies: Mapping[str, set[str]], bound: Mapping[str, str]) -> pd.DataFrame:
    """Return study x code: 1 found, 0 not found, empty where the code's list is not whole."""
    everyone = in_order(study for found in studies.values() for study in found)
    table: dict[str, list[str]] = {"study_id": everyone}
    for code in codes:
        missing = "0" if bound[code.id] == EXACT else ""
        table[code.id] = ["1" if study in studies[code.id] else missing for study in everyone]
    return pd.DataFrame(table, dtype=str)


def main(
    *,
    codebook: str,
    evidence_csv: str,
    lists_csv: str,
    flow_csv: str,
    consensus: str,
    themes_csv: str,
    matrix_csv: str,
) -> None:
    """Write the theme counts and the matrix of studies and codes."""
    codes = read_codebook(codebook)
    evidence, lists = read_table(evidence_csv), read_table(lists_csv)
    open_lists = set(lists.loc[lists["complete"] == "no", "code"])
    declared = set(lists["code"])
    if not evidence.empty and not open_lists:  # sheets that leave nothing open are whole for every code
        declared |= {code.id for code in codes}
    studies = unions(codes, agreed(evidence, consensus))
    bound = bounds(codes, studies, open_lists, declared)
    flow = read_table(flow_csv).set_index("box")["count"].to_dict()
    of = int(flow["new_studies"]) if flow["new_studies"] else None
    write_table(theme_rows(codes, studies, bound, of), themes_csv, THEME_COLUMNS)
    table = matrix(codes, studies, bound)
    write_table(table, matrix_csv, list(table.columns))
    log.info(
        "%d codes, %d of them with evidence, on %d studies",
        len(codes),
        sum(map(bool, studies.values())),
        len(table),
    )


if __name__ == "__main__":
    with job(snakemake):
        main(
            codebook=snakemake.input.codebook,
            evidence_csv=snakemake.input.evidence,
            lists_csv=snakemake.input.lists,
            flow_csv=snakemake.input.flow,
            consensus=snakemake.params.consensus,
            themes_csv=snakemake.output.themes,
            matrix_csv=snakemake.output.matrix,
        )
