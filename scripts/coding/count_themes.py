"""Count the studies behind each code; a parent counts the union of its children's studies."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from scripts.common.coding.categories import OF_CATEGORY
from scripts.common.coding.codebook import Code, children
from scripts.common.coding.codebook_forms import read_codebook
from scripts.common.coding.model import ABSENT_STANCE, OPEN, PRESENT, in_order
from scripts.common.coding.second_tree import Move, read_regroup, regrouped
from scripts.common.files.tables import read_table, write_table
from scripts.common.job import job, log
from scripts.common.statistics.intervals import exact_interval
from scripts.common.values.counts import count_of

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
    "ci_low",
    "ci_high",
)
MOVED_COLUMNS = (
    "code",
    "label",
    "kind",
    "old_parent",
    "new_parent",
    "studies",
    "old_parent_studies",
    "new_parent_studies",
    "reason",
    "who",
    "date",
)
EVIDENCE = "results/coding/evidence.csv"
EXACT, AT_LEAST, UNKNOWN = "exact", "at least", "unknown"


def agreed(final: pd.DataFrame) -> dict[str, set[str]]:
    """Return code -> studies in which it was finally found (final.csv)."""
    found: dict[str, set[str]] = defaultdict(set)
    for code, study in final.loc[final["final"] == PRESENT, ["code", "study_id"]].itertuples(index=False):
        found[code].add(study)
    return found


def of_second_tree(final: pd.DataFrame, codes: Sequence[Code], second: Sequence[Code]) -> pd.DataFrame:
    """Return final.csv without categories that a rule found as a whole and that have other codes now."""
    gathered = [_below(codes), _below(second)]
    changed = {code.id for code in codes if gathered[0][code.id] != gathered[1].get(code.id)}
    return final[~(final["by"].str.endswith(OF_CATEGORY.format("")) & final["code"].isin(changed))]


def _below(codes: Sequence[Code]) -> dict[str, set[str]]:
    """Return code -> all codes below it."""
    return unions(codes, {code.id: {code.id} for code in codes})


def undecided(codes: Sequence[Code], final: pd.DataFrame, needed: Mapping[str, int]) -> set[str]:
    """Return the codes that are open in a study, or that were judged in fewer studies than ``needed``.

    A code with codes below it need not be judged itself: it follows from them.
    """
    judged = final[final["final"] != OPEN].groupby("code").size().to_dict()
    parents = {code.parent for code in codes}
    left_open = set(final.loc[final["final"] == OPEN, "code"])
    return left_open | {
        code.id for code in codes if code.id not in parents and judged.get(code.id, 0) < needed[code.id]
    }


def unions(codes: Sequence[Code], direct: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """Return code -> its own studies and those of all codes below it."""
    result = {code.id: set(direct.get(code.id, ())) for code in codes}
    for code in reversed(codes):  # children come after their parents
        if code.parent:
            result[code.parent] |= result[code.id]
    return result


def known_lists(
    codes: Sequence[Code], final: pd.DataFrame, lists: pd.DataFrame, assessed: pd.DataFrame, of: int | None
) -> tuple[set[str], set[str]]:
    """Return the codes whose list of studies is cut off or undecided, and those whose list is whole.

    A list that a coder gave is complete in itself: studies outside it are without the code. Of codes in wide
    sheets, where a blank is not assessed, every included study must have been judged (``of`` of them).
    """
    if final.empty:
        return {code.id for code in codes}, set()
    coded = assessed["study_id"].nunique()
    listed = set(lists["code"])
    as_lists = bool((assessed["unmarked"] == ABSENT_STANCE).all())
    needed = {code.id: coded if as_lists or code.id in listed else max(coded, of or 0) for code in codes}
    cut_off = set(lists.loc[lists["complete"] == "no", "code"])
    left_open = cut_off | undecided(codes, final, needed)
    if cut_off:
        return left_open, listed
    follows = set(left_open)  # a code above one that is left open is no whole list either
    for code in reversed(codes):
        if code.id in follows:
            follows.add(code.parent)
    return left_open, listed | {code.id for code in codes if code.id not in follows}


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
    codes: Sequence[Code],
    studies: Mapping[str, set[str]],
    bound: Mapping[str, str],
    of: int | None,
    intervals: bool = False,
) -> list[dict[str, object]]:
    """Return the rows of themes.csv; ``of`` is the number of included studies, None if not known.

    ``intervals``: whether a share has its exact interval, as if the studies were a random sample.
    """
    rows: list[dict[str, object]] = []
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
                **_interval(len(found), of if intervals and bound[code.id] == EXACT else None),
            }
        )
    return rows


def _interval(found: int, of: int | None) -> dict[str, str]:
    """Return the exact 95 % interval of a share in percent; empty if ``of`` is None or too small."""
    if not of or found > of:
        return {"ci_low": "", "ci_high": ""}
    low, high = exact_interval(found, of)
    return {"ci_low": f"{100 * low:.1f}", "ci_high": f"{100 * high:.1f}"}


def matrix(
    codes: Sequence[Code], studies: Mapping[str, set[str]], bound: Mapping[str, str], looked: Iterable[str]
) -> pd.DataFrame:
    """Return study x code: 1 found, 0 not found, empty where the code's list is not whole.

    A study that somebody looked at (``looked``) has a row, whether or not a code was found in it.
    """
    everyone = in_order([*looked, *(study for found in studies.values() for study in found)])
    table: dict[str, list[str]] = {"study_id": everyone}
    for code in codes:
        missing = "0" if bound[code.id] == EXACT else ""
        table[code.id] = ["1" if study in studies[code.id] else missing for study in everyone]
    return pd.DataFrame(table, dtype=str)


def moved_rows(
    codes: Sequence[Code],
    second: Sequence[Code],
    moves: Sequence[Move],
    before: Mapping[str, set[str]],
    after: Mapping[str, set[str]],
) -> list[dict[str, object]]:
    """Return what the committee moved and why, with the studies behind the old and the new parent."""
    parents = {code.id: code.parent for code in codes}
    labels = {code.id: code.label for code in second}

    def change(code: str) -> str:
        return f"{len(before.get(code, ()))} -> {len(after.get(code, ()))}" if code else ""

    return [
        {
            **move._asdict(),
            "label": labels[move.code],
            "old_parent": parents.get(move.code, ""),
            "kind": "moved" if move.code in parents else "new group",
            "studies": len(after[move.code]),
            "old_parent_studies": change(parents.get(move.code, "")),
            "new_parent_studies": change(move.new_parent),
        }
        for move in moves
    ]


def main(
    *,
    codebook: str | None,
    final_csv: str,
    lists_csv: str,
    assessed_csv: str,
    flow_csv: str,
    intervals: bool,
    themes_csv: str,
    matrix_csv: str,
    regrouped_csv: str | None = None,
    moved_csv: str | None = None,
) -> None:
    """Write the theme counts, the matrix of studies and codes, and the committee's second tree if any."""
    codes = read_codebook(codebook)
    final, lists, assessed = (read_table(path) for path in (final_csv, lists_csv, assessed_csv))
    flow = read_table(flow_csv).set_index("box")["count"].to_dict()
    of = int(flow["new_studies"]) if flow["new_studies"] else None
    direct = agreed(final)
    studies = unions(codes, direct)
    bound = bounds(codes, studies, *known_lists(codes, final, lists, assessed, of))
    write_table(theme_rows(codes, studies, bound, of, intervals), themes_csv, THEME_COLUMNS)
    table = matrix(codes, studies, bound, assessed["study_id"])
    write_table(table, matrix_csv, list(table.columns))
    moves = read_regroup(codes)
    if moves and regrouped_csv and moved_csv:
        second = regrouped(codes, moves)
        after = unions(second, agreed(of_second_tree(final, codes, second)))
        bound_after = bounds(second, after, *known_lists(second, final, lists, assessed, of))
        write_table(theme_rows(second, after, bound_after, of, intervals), regrouped_csv, THEME_COLUMNS)
        write_table(moved_rows(codes, second, moves, studies, after), moved_csv, MOVED_COLUMNS)
    log.info(
        "%s, %d of them with evidence, on %s",
        count_of(len(codes), "code"),
        sum(map(bool, studies.values())),
        count_of(len(table), "study", "studies"),
    )


if __name__ == "__main__":
    with job(snakemake):
        main(
            codebook=snakemake.input.get("codebook"),
            final_csv=snakemake.input.final,
            lists_csv=snakemake.input.lists,
            assessed_csv=snakemake.input.assessed,
            flow_csv=snakemake.input.flow,
            intervals=snakemake.params.intervals == "exact",
            themes_csv=snakemake.output.themes,
            matrix_csv=snakemake.output.matrix,
            regrouped_csv=snakemake.output.get("regrouped"),
            moved_csv=snakemake.output.get("moved"),
        )
