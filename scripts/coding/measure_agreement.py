"""Measure how far the coders agree, per code, level and pair, on their votes before discussion."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scripts.common.coding.codebook import Code
from scripts.common.coding.codebook_forms import read_codebook
from scripts.common.coding.cube import read_voted, roll_up, votes_of
from scripts.common.files.tables import read_table, write_table
from scripts.common.job import job, log
from scripts.common.review.settings import Agreement
from scripts.common.statistics.agreement import (
    MISSING,
    ac1,
    alpha_of,
    alpha_parts,
    cohen,
    count_votes,
    fleiss,
    observed,
    on_category,
    pabak,
)
from scripts.common.statistics.alpha_intervals import Drawing, alpha_interval, usual_raters
from scripts.common.statistics.verdicts import printed, verdict
from scripts.common.values.counts import count_of

if TYPE_CHECKING:
    snakemake: Any

COLUMNS = (
    "code",
    "coder_a",
    "coder_b",
    "n",
    "both",
    "only_a",
    "only_b",
    "neither",
    "percent",
    "kappa",
    "pabak",
    "ac1",
    "alpha",
    "ci_low",
    "ci_high",
    "note",
    "round",
    "level",
    "coders",
    "mixed",
    "positive",
    "negative",
    "status",
    "verdict",
    "coefficient",
)
EVERYONE, ALL_CODES, LEVEL = "(all)", "(all codes)", "(level {})"
FIRST = "first"
RARE = 0.1  # share of presences from which on kappa and alpha suffer from rarity, for the words beside them
RARE_PRESENCES = (
    "Presences are rare. Chance alone makes coders agree often then, so that few disagreements lower kappa"
    " and alpha much (the paradox of kappa); AC1 and PABAK hardly fall. Look at the agreement on presences"
    " (positive)."
)
RARE_ABSENCES = (
    "Absences are rare. Chance alone makes coders agree often then, so that few disagreements lower kappa and"
    " alpha much (the paradox of kappa); AC1 and PABAK hardly fall. Look at the agreement on absences"
    " (negative)."
)
ALL_ABSENT = (
    "Nobody found it: agreement on absences only. Kappa and alpha are undefined, which is neither 0 nor 1."
)
ALL_PRESENT = (
    "All found it always: agreement on presences only. Kappa and alpha are undefined, which is neither 0 nor"
    " 1."
)
POSSIBLE = "The interval says which values of alpha such votes leave possible."
COEFFICIENTS = ("kappa", "pabak", "ac1", "alpha")


class Group(NamedTuple):
    """What is measured together: one code, the codes of a level, or all codes that have none below them."""

    name: str
    level: str
    columns: list[int]


def groups(codes: Sequence[Code]) -> list[Group]:
    """Return every code, every level of the tree, and all codes without codes below them together."""
    parents = {code.parent for code in codes}
    single = [Group(code.id, str(code.level), [i]) for i, code in enumerate(codes)]
    levels = sorted({code.level for code in codes})
    together = [
        Group(LEVEL.format(level), str(level), [i for i, code in enumerate(codes) if code.level == level])
        for level in levels
    ]
    leaves = [i for i, code in enumerate(codes) if code.id not in parents]
    return [*single, *together, Group(ALL_CODES, "", leaves)]


def figures(votes: NDArray[np.int8], counts: NDArray[np.int64]) -> dict[str, NDArray[Any]]:
    """Return every figure but alpha, of many groups at once: votes (coder, group, unit), counts of them.

    A unit is a study and a code. It counts if two coders or more judged it.
    """
    raters = counts.sum(axis=0)
    judged = raters >= 2
    both = (judged & (counts[1] == raters)).sum(axis=-1)
    neither = (judged & (counts[0] == raters)).sum(axis=-1)
    first, second = votes[0], votes[1]
    two = len(votes) == 2
    return {
        "n": judged.sum(axis=-1),
        "both": both,
        "neither": neither,
        "mixed": judged.sum(axis=-1) - both - neither,
        "presences": (counts[1] * judged).sum(axis=-1),
        "votes": (raters * judged).sum(axis=-1),
        "observed": observed(counts),
        "positive": on_category(counts, 1),
        "negative": on_category(counts, 0),
        "pabak": pabak(counts),
        "ac1": ac1(counts),
        "kappa": cohen(first, second) if two else fleiss(counts),
        "only_a": ((first == 1) & (second == 0)).sum(axis=-1) if two else np.full(both.shape, ""),
        "only_b": ((first == 0) & (second == 1)).sum(axis=-1) if two else np.full(both.shape, ""),
    }


def rows_for(votes: NDArray[np.int8], tree: Sequence[Group], drawing: Drawing) -> Iterator[dict[str, Any]]:
    """Yield a row of figures for each group: votes are (coder, study, code).

    For the interval of a level, a study is drawn with all its codes, because what one coder thinks of one
    study hangs together.
    """
    by_code = np.ascontiguousarray(np.moveaxis(votes, -1, 0))  # code, coder, study
    counts = count_votes(by_code)
    parts = alpha_parts(counts)
    summed = np.stack([parts[:, group.columns].sum(axis=1) for group in tree], axis=1)
    alphas = alpha_of(summed.sum(axis=-1))
    low, high = alpha_interval(summed, usual_raters(counts), drawing)
    by_code = by_code.swapaxes(0, 1)
    of_codes = figures(by_code, counts)
    for i, group in enumerate(tree):
        if len(group.columns) == 1:
            found, at = of_codes, group.columns[0]
        else:
            flat = by_code[:, group.columns].reshape(len(votes), 1, -1)
            found, at = figures(flat, counts[:, group.columns].reshape(2, 1, -1)), 0
        row = {name: values[at].item() for name, values in found.items()}
        ends = {"alpha": float(alphas[i]), "low": float(low[i]), "high": float(high[i])}
        yield {"group": group, **row, **ends}


def status_of(row: Mapping[str, Any]) -> str:
    """Return whether the coders had anything to agree on."""
    if not row["n"]:
        return "no common study"
    return "exercised" if row["presences"] else "not exercised"


def note_of(row: Mapping[str, Any]) -> str:
    """Return what the figures of a row mean, in words: why some are undefined, low or high.

    Several remarks are divided by " | ". None holds a number: those are in the columns.
    """
    status = status_of(row)
    if status == "no common study":
        return "No study was judged by two of these coders: nothing can be said."
    if status == "not exercised":
        return f"{ALL_ABSENT} | {POSSIBLE}"
    if np.isnan(row["alpha"]):
        return f"{ALL_PRESENT} | {POSSIBLE}"
    share = row["presences"] / row["votes"]
    remarks = []
    if row["both"] == 0 and row["positive"] == 0:
        remarks.append(
            "The coders never agreed on a presence. AC1 and PABAK are high all the same, because they count"
            " the many agreed absences."
        )
    elif min(share, 1 - share) < RARE and row["observed"] >= 0.8 and row["alpha"] < 0.8:
        remarks.append(RARE_PRESENCES if share < 0.5 else RARE_ABSENCES)
    if row["high"] - row["low"] > 0.4:
        remarks.append("The interval is wide: too few studies or presences to say more.")
    return " | ".join(remarks)


def as_printed(
    row: Mapping[str, Any], pair: tuple[str, str], round_: str, coders: int, how: Agreement
) -> dict[str, object]:
    """Return a row of agreement.csv."""
    group: Group = row["group"]
    return {
        "code": group.name,
        "coder_a": pair[0],
        "coder_b": pair[1],
        "n": row["n"],
        "both": row["both"],
        "only_a": row["only_a"],
        "only_b": row["only_b"],
        "neither": row["neither"],
        "percent": printed(100 * row["observed"], 1),
        **{name: printed(row[name]) for name in COEFFICIENTS},
        "ci_low": "" if np.isnan(row["low"]) else printed(row["low"]),
        "ci_high": "" if np.isnan(row["high"]) else printed(row["high"]),
        "note": note_of(row),
        "round": round_,
        "level": group.level,
        "coders": coders,
        "mixed": row["mixed"],
        "positive": printed(row["positive"]),
        "negative": printed(row["negative"]),
        "status": status_of(row),
        "verdict": verdict(row[how.coefficient], how.threshold, how.tentative),
        "coefficient": how.coefficient,
    }


def main(
    *,
    codebook: str | None,
    evidence_csv: str,
    assessed_csv: str,
    lists_csv: str,
    rounds: Sequence[str],
    how: Agreement,
    agreement_csv: str,
) -> None:
    """Write agreement.csv: for the first votes, then round by round where there are several."""
    codes = read_codebook(codebook)
    votes = votes_of(
        read_voted(evidence_csv),
        read_table(assessed_csv),
        read_table(lists_csv),
        codes,
        rounds,
    )
    tree = groups(codes)
    layers = [(FIRST, votes.first())]
    if len(votes.rounds) > 1:
        layers += list(zip(votes.rounds, votes.cube, strict=True))
    drawing = Drawing(how.resamples, how.seed, how.confidence / 100)
    rows = []
    for round_, layer in layers:
        took_part = [i for i in range(len(votes.coders)) if (layer[i] != MISSING).any()]
        if len(took_part) < 2:
            continue
        rolled = roll_up(layer[took_part], codes)
        coders = [votes.coders[i] for i in took_part]
        for row in rows_for(rolled, tree, drawing):
            rows.append(as_printed(row, (EVERYONE, EVERYONE), round_, len(coders), how))
        if len(coders) > 2:
            for a in range(len(coders)):
                for b in range(a + 1, len(coders)):
                    for row in rows_for(rolled[[a, b]], tree, drawing):
                        rows.append(as_printed(row, (coders[a], coders[b]), round_, 2, how))
        else:
            rows += [
                {**row, "coder_a": coders[0], "coder_b": coders[1]} for row in rows if row["round"] == round_
            ]
    write_table(rows, agreement_csv, COLUMNS)
    log.info(
        "%s, %s, %s of agreement",
        count_of(len(votes.coders), "coder"),
        count_of(len(votes.rounds), "round"),
        count_of(len(rows), "row"),
    )


if __name__ == "__main__":
    with job(snakemake):
        main(
            codebook=snakemake.input.get("codebook"),
            evidence_csv=snakemake.input.evidence,
            assessed_csv=snakemake.input.assessed,
            lists_csv=snakemake.input.lists,
            rounds=snakemake.params.rounds,
            how=Agreement(**snakemake.params.how),
            agreement_csv=snakemake.output.agreement,
        )
