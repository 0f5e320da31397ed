"""Merge the charting sheets, by the rules of the coding; count the studies behind each value."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scripts.common.coding.adjudication import read_verdicts
from scripts.common.coding.charting import (
    CHARTING,
    NOT_REPORTED,
    Variable,
    decide_value,
    parts_of,
    read_variables,
    variable_checker,
)
from scripts.common.coding.charting_sheets import VOTE_COLUMNS, Charted, read_chartings
from scripts.common.coding.model import ASIDE_COLUMNS, OPEN, Plan, Verdict, in_order, order_of_rounds
from scripts.common.coding.study_names import StudyNames
from scripts.common.files.tables import read_table, rows_of, write_table
from scripts.common.files.worksheets import write_worksheet
from scripts.common.job import job, log
from scripts.common.review.settings import Agreement, CodingRule
from scripts.common.screening.studies import read_included
from scripts.common.statistics.agreement import MISSING, cohen, count_votes, observed
from scripts.common.statistics.alpha_intervals import Drawing
from scripts.common.statistics.intervals import exact_interval
from scripts.common.statistics.scales import (
    LINEAR,
    NOMINAL,
    ORDINAL,
    QUADRATIC,
    scale_alpha,
    scale_interval,
    weighted_kappa,
)
from scripts.common.statistics.verdicts import printed, verdict

if TYPE_CHECKING:
    snakemake: Any

FINAL_COLUMNS = ("study_id", "variable", "final", "by", "values", "reason", "who", "date")
CONFLICT_COLUMNS = ("study_id", "variable", "label", "values", "final", "reason", "who", "date")
COUNT_COLUMNS = (
    "variable",
    "label",
    "label_zh",
    "value",
    "studies",
    "of",
    "percent",
    "ci_low",
    "ci_high",
    "study_ids",
)
AGREEMENT_COLUMNS = (
    "variable", "coders", "n", "percent", "alpha", "ci_low", "ci_high", "status", "verdict", "scale", "kappa",
    "kappa_linear", "kappa_quadratic",
)  # fmt: skip
THEME_COLUMNS = ("variable", "value", "code", "label", "studies", "of", "study_ids")
WIDTHS = {
    "study_id": 12,
    "variable": 18,
    "label": 26,
    "values": 60,
    "final": 24,
    "reason": 42,
    "who": 14,
    "date": 12,
}
EXPLANATION = """Each row is a study and a variable that coders noted differently.
Choose the value that holds in the column final (several with a semicolon where the variable allows several).
Give the reason and your name (who); the date, if you give one, as YYYY-MM-DD.
Save the workbook as config/decisions/charting_adjudication.xlsx and run the workflow again."""


def latest(votes: Sequence[Charted], rounds: Sequence[str]) -> dict[tuple[str, str], dict[str, str]]:
    """Return (study, variable) -> coder -> the value of the coder's last round."""
    order = {name: i for i, name in enumerate(rounds)}
    values: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for vote in sorted(votes, key=lambda vote: (order[vote.round], vote.coder)):
        values[vote.study_id, vote.variable][vote.coder] = vote.value
    return values


def first_votes(votes: Sequence[Charted], rounds: Sequence[str]) -> dict[tuple[str, str, str], str]:
    """Return (study, variable, coder) -> the value of the coder's first round on that study."""
    order = {name: i for i, name in enumerate(rounds)}
    began: dict[tuple[str, str], int] = {}
    for vote in votes:
        key = vote.study_id, vote.coder
        began[key] = min(began.get(key, len(rounds)), order[vote.round])
    return {
        (vote.study_id, vote.variable, vote.coder): vote.value
        for vote in votes
        if order[vote.round] == began[vote.study_id, vote.coder]
    }


def finals(
    variables: Sequence[Variable],
    values: Mapping[tuple[str, str], Mapping[str, str]],
    verdicts: Mapping[tuple[str, str], Verdict],
    rule: CodingRule,
) -> list[dict[str, str]]:
    """Return the final value of each charted study and variable, what decided it, and who noted what."""
    rows = []
    for study in in_order(study for study, _ in values):
        for variable in variables:
            noted = values.get((study, variable.id), {})
            ruling = verdicts.get((study, variable.id))
            if not noted and ruling is None:
                continue
            final, by = (
                decide_value(variable, noted, rule.consensus, rule.decisive_coder) if noted else ("", "")
            )
            rows.append(
                {
                    "study_id": study,
                    "variable": variable.id,
                    "final": ruling.final if ruling else final,
                    "by": "adjudication" if ruling else by,
                    "values": " | ".join(f"{coder}: {noted[coder]}" for coder in sorted(noted)),
                    "reason": ruling.reason if ruling else "",
                    "who": ruling.who if ruling else "",
                    "date": ruling.date if ruling else "",
                    "differ": "yes" if len(set(noted.values())) > 1 else "",
                }
            )
    return rows


def studies_by_value(
    variables: Sequence[Variable], rows: Sequence[Mapping[str, str]]
) -> dict[str, dict[str, list[str]]]:
    """Return variable -> value -> studies, allowed values without a study too; open cells do not count."""
    by_id = {item.id: item for item in variables}
    found: dict[str, dict[str, list[str]]] = {
        item.id: {value: [] for value in item.values} for item in variables
    }
    for row in rows:
        if row["final"] == NOT_REPORTED:
            found[row["variable"]].setdefault(NOT_REPORTED, []).append(row["study_id"])
        elif row["final"] not in ("", OPEN):
            for value in parts_of(by_id[row["variable"]], row["final"]):
                found[row["variable"]].setdefault(value, []).append(row["study_id"])
    return found


def counts(
    variables: Sequence[Variable], rows: Sequence[Mapping[str, str]], intervals: bool
) -> list[dict[str, object]]:
    """Return the studies behind each value; percentages are of the studies charted for the variable.

    ``intervals``: whether a share has its exact interval of 95 %.
    """
    found = studies_by_value(variables, rows)
    table: list[dict[str, object]] = []
    for variable in variables:
        if variable.type == "text":
            continue
        of = len({study for studies in found[variable.id].values() for study in studies})
        values = list(found[variable.id])
        if not variable.values:
            values.sort(key=lambda value: _order_of(variable, value))
        for value in values:
            studies = in_order(found[variable.id][value])
            low, high = exact_interval(len(studies), of) if of and intervals else (None, None)
            table.append(
                {
                    "variable": variable.id,
                    "label": variable.label,
                    "label_zh": variable.label_zh,
                    "value": value,
                    "studies": len(studies),
                    "of": of,
                    "percent": f"{100 * len(studies) / of:.1f}" if of else "",
                    "ci_low": "" if low is None else f"{100 * low:.1f}",
                    "ci_high": "" if high is None else f"{100 * high:.1f}",
                    "study_ids": "; ".join(studies),
                }
            )
    return table


def _order_of(variable: Variable, value: str) -> tuple[bool, float, str]:
    """Return the sort key of a value: numbers by size, words by letters, not reported at the end."""
    if value == NOT_REPORTED:
        return True, 0.0, value
    return (False, float(value), "") if variable.type == "number" else (False, 0.0, value)


def agreement(
    variables: Sequence[Variable], first: Mapping[tuple[str, str, str], str], how: Agreement
) -> list[dict[str, object]]:
    """Return agreement, alpha by the scale, and kappa of two coders per variable, on first votes.

    Several values of one study count as one.
    """
    studies = in_order(study for study, _, _ in first)
    coders = sorted({coder for _, _, coder in first})
    return [
        {
            "variable": variable.id,
            "coders": len(coders),
            **agreement_on(variable, first_values(variable, first, studies, coders), how),
        }
        for variable in variables
    ]


class FirstValues(NamedTuple):
    """What coders noted first: (coder, study) as places in ``values``, or ``MISSING``."""

    votes: NDArray[np.int16]
    values: list[str]


def first_values(
    variable: Variable,
    first: Mapping[tuple[str, str, str], str],
    studies: Sequence[str],
    coders: Sequence[str],
) -> FirstValues:
    """Return the values that coders noted first, in the order of the variable's scale.

    "Not reported" is a value like others on a nominal scale; on others it has no place and is missing, as are
    the values of an ordinal scale that are declared apart.
    """
    noted = {value for (_, name, _), value in first.items() if name == variable.id}
    if variable.scale != NOMINAL:
        noted.discard(NOT_REPORTED)
    if variable.scale == ORDINAL and variable.values:
        values = [value for value in variable.values if value not in variable.apart]
    else:
        values = sorted(noted, key=lambda value: _order_of(variable, value))
    places = {value: i for i, value in enumerate(values)}
    votes = [
        [places.get(first.get((study, variable.id, coder), ""), MISSING) for study in studies]
        for coder in coders
    ]
    return FirstValues(np.array(votes, dtype=np.int16).reshape(len(coders), len(studies)), values)


def agreement_on(variable: Variable, noted: FirstValues, how: Agreement) -> dict[str, object]:
    """Return how far the coders agree on one variable, as it is printed."""
    votes, values = noted
    metric = variable.type == "number" and variable.scale != NOMINAL
    numbers = [float(value) for value in values] if metric else range(len(values))
    tally = count_votes(votes, max(len(values), 2))
    n = int((tally.sum(axis=0) >= 2).sum())
    agreed = scale_alpha(votes, numbers, variable.scale)
    drawing = Drawing(how.resamples, how.seed, how.confidence / 100)
    low, high = scale_interval(votes, numbers, variable.scale, drawing)
    return {
        "n": n,
        "percent": printed(100 * float(observed(tally)), 1),
        "alpha": printed(agreed),
        "ci_low": "" if np.isnan(low) else printed(low),
        "ci_high": "" if np.isnan(high) else printed(high),
        "status": "no common study" if not n else "all noted one value" if np.isnan(agreed) else "exercised",
        "verdict": verdict(agreed, how.threshold, how.tentative),
        "scale": variable.scale,
        **kappas(variable, votes, numbers),
    }


def kappas(variable: Variable, votes: NDArray[np.int16], numbers: Sequence[float]) -> dict[str, str]:
    """Return Cohen's kappa of two coders, weighted too where values have an order; else blanks."""
    found = {"kappa": "", "kappa_linear": "", "kappa_quadratic": ""}
    if len(votes) == 2:
        found["kappa"] = printed(float(cohen(votes[0], votes[1], max(len(numbers), 2))))
        if variable.scale != NOMINAL:
            places = range(len(numbers)) if variable.scale == ORDINAL else numbers
            for name, power in (("kappa_linear", LINEAR), ("kappa_quadratic", QUADRATIC)):
                found[name] = printed(weighted_kappa(votes[0], votes[1], places, power))
    return found


def themes_by_value(
    variables: Sequence[Variable], rows: Sequence[Mapping[str, str]], themes: Sequence[Mapping[str, str]]
) -> list[dict[str, object]]:
    """Return for each value the studies behind each code that has any: themes by country, year, platform."""
    table: list[dict[str, object]] = []
    for variable in variables:
        if variable.type == "text":
            continue
        for value, studies in studies_by_value([variable], [r for r in rows if r["variable"] == variable.id])[
            variable.id
        ].items():
            for theme in themes:
                both = in_order(set(filter(None, theme["study_ids"].split("; "))) & set(studies))
                if both:
                    table.append(
                        {
                            "variable": variable.id,
                            "value": value,
                            "code": theme["code"],
                            "label": theme["label"],
                            "studies": len(both),
                            "of": len(studies),
                            "study_ids": "; ".join(both),
                        }
                    )
    return table


def conflicts(
    rows: Sequence[Mapping[str, str]], variables: Sequence[Variable]
) -> tuple[list[dict[str, str]], list[Sequence[str]]]:
    """Return the cells that coders noted differently, and the values among which each may be decided.

    What is decided already is filled in. A variable with several values, a number or a text has no choice.
    """
    by_id = {item.id: item for item in variables}
    differ = [
        {
            **row,
            "label": by_id[row["variable"]].label,
            "final": row["final"] if row["by"] == "adjudication" else "",
        }
        for row in rows
        if row["differ"]
    ]
    charted = [by_id[row["variable"]] for row in differ]
    return differ, [item.values if item.type == "one" else () for item in charted]


def one_row_per_study(rows: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """Return the final values with a column per variable; what is open or not reported is empty."""
    by_study: dict[str, dict[str, str]] = defaultdict(dict)
    for row in rows:
        by_study[row["study_id"]][row["variable"]] = (
            "" if row["final"] in (OPEN, NOT_REPORTED) else row["final"]
        )
    return [{"study_id": study, **by_study[study]} for study in in_order(by_study)]


def main(
    *,
    sheets: Sequence[Plan],
    adjudication: str | None,
    themes_csv: str,
    rule: CodingRule,
    rounds: Sequence[str],
    how: Agreement,
    intervals: bool,
    out: Mapping[str, str],
    included_list: str | None = None,
    included_words: Mapping[str, Any] | None = None,
    adjudication_words: Mapping[str, Any] | None = None,
) -> None:
    """Write votes, final values, the table of studies, counts, agreement, conflicts and themes by value."""
    variables = read_variables(CHARTING)
    names = StudyNames(rows_of(read_included(included_list, included_words)))
    charting = read_chartings(sheets, variables, study_names=names)
    order = order_of_rounds((vote.round for vote in charting.votes), rounds)
    studies = {vote.study_id for vote in charting.votes}
    verdicts = {
        **charting.verdicts,
        **read_verdicts(adjudication, "variable", variable_checker(variables), studies, adjudication_words),
    }
    rows = finals(variables, latest(charting.votes, order), verdicts, rule)
    wide = one_row_per_study(rows)
    differ, choices = conflicts(rows, variables)
    first = first_votes(charting.votes, order)
    by_value = themes_by_value(variables, rows, rows_of(read_table(themes_csv)))
    write_table([vote._asdict() for vote in charting.votes], out["votes"], VOTE_COLUMNS)
    write_table(rows, out["final"], FINAL_COLUMNS)
    write_table(wide, out["charting"], ("study_id", *(item.id for item in variables)))
    write_table(counts(variables, rows, intervals), out["counts"], COUNT_COLUMNS)
    write_table(agreement(variables, first, how), out["agreement"], AGREEMENT_COLUMNS)
    write_table(differ, out["conflicts"], CONFLICT_COLUMNS)
    write_worksheet(out["worksheet"], "conflicts", WIDTHS, differ, {"final": choices}, EXPLANATION)
    write_table(by_value, out["themes"], THEME_COLUMNS)
    write_table(charting.aside, out["set_aside"], ASIDE_COLUMNS)
    still_open = sum(row["final"] == OPEN for row in rows)
    log.info("%d studies charted, %d cells, %d conflicts", len(wide), len(rows), len(differ))
    if still_open:
        log.warning("%d cells of the charting await an adjudicator: see %s", still_open, out["worksheet"])


if __name__ == "__main__":
    with job(snakemake):
        main(
            sheets=[Plan(*plan) for plan in snakemake.params.plans],
            included_list=snakemake.input.get("included"),
            included_words=snakemake.params.included_words,
            adjudication=snakemake.input.get("adjudication"),
            adjudication_words=snakemake.params.adjudication_words,
            themes_csv=snakemake.input.themes,
            rule=CodingRule(**snakemake.params.rule),
            rounds=snakemake.params.rounds,
            how=Agreement(**snakemake.params.how),
            intervals=snakemake.params.intervals == "exact",
            out=dict(snakemake.output.items()),
        )
