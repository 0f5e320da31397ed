"""Put the committee's rankings together: Borda order and Kendall's W, by group, beside the evidence."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from scripts.common.coding.codebook_forms import read_codebook
from scripts.common.coding.model import Plan
from scripts.common.coding.ranking import Ranking, borda, kendall_w, midranks, read_rankings
from scripts.common.files.tables import read_table, rows_of, write_table
from scripts.common.job import job, log
from scripts.common.statistics.agreement import resamples
from scripts.common.values.counts import count_of

if TYPE_CHECKING:
    snakemake: Any

PRIORITY_COLUMNS = (
    "group",
    "finding",
    "label",
    "members",
    "borda",
    "share",
    "place",
    "mean_rank",
    "studies",
    "percent",
    "bound",
    "label_zh",
)
CONCORDANCE_COLUMNS = ("group", "members", "findings", "w", "ci_low", "ci_high", "note")
EVERYONE = "all"
FEWEST = 3  # members from which resampling them says anything


def places(points: Sequence[float]) -> list[int]:
    """Return the place of each finding, 1 for the most points; equal points share the place."""
    return [1 + sum(other > own for other in points) for own in points]


def concordance(ranks: NDArray[np.float64], times: int, seed: int, confidence: float) -> dict[str, str]:
    """Return Kendall's W, with a percentile interval over resampled members.

    A member who is drawn twice agrees with himself, which would lift W. So each resample takes the mean
    correlation r of pairs of different members, and W = (1 + (m - 1) r) / m for m members.
    """
    w = kendall_w(ranks)
    members, findings = ranks.shape
    row = {"members": str(members), "findings": str(findings), "w": "undefined", "ci_low": "", "ci_high": ""}
    if np.isnan(w):
        return {
            **row,
            "note": "It takes two members and two findings, and a member who does not tie them all.",
        }
    row["w"] = f"{w:.3f}"
    if members < FEWEST or (np.ptp(ranks, axis=1) == 0).any():
        return {**row, "note": "No interval: too few members, or one who ties all findings."}
    drawn = resamples(members, times, seed)
    drawn = drawn[(drawn > 0).sum(axis=1) > 1]
    of_each = (drawn**2).sum(axis=1)
    together = np.einsum("ti,ij,tj->t", drawn, np.corrcoef(ranks), drawn) - of_each
    values = np.sort((1 + (members - 1) * together / (members**2 - of_each)) / members)
    low, high = (
        values[round(share * (len(values) - 1))] for share in ((1 - confidence) / 2, (1 + confidence) / 2)
    )
    return {**row, "ci_low": f"{max(low, 0):.3f}", "ci_high": f"{min(high, 1):.3f}", "note": ""}


def main(
    *,
    sheets: Sequence[Plan],
    codebook: str | None,
    themes_csv: str,
    resample: tuple[int, int, float],
    priority_csv: str,
    concordance_csv: str,
) -> None:
    """Write the order of the findings for all members and for each group, and how far the members agree."""
    rankings = read_rankings(sheets, read_codebook(codebook))
    findings = sorted({name for item in rankings for name in item.ranks})
    themes = {row["code"]: row for row in rows_of(read_table(themes_csv))}
    groups: dict[str, list[Ranking]] = {EVERYONE: rankings}
    for item in rankings:
        groups.setdefault(item.group or EVERYONE, [])
        if item.group:
            groups[item.group].append(item)
    rows, agree = [], []
    for group in [EVERYONE, *sorted(set(groups) - {EVERYONE})]:
        members = groups[group]
        ranks = midranks(members, findings)
        points = borda(ranks)
        most = len(members) * (len(findings) - 1)
        for i, place in enumerate(places(list(points))):
            theme = themes.get(findings[i], {})
            rows.append(
                {
                    "group": group,
                    "finding": findings[i],
                    "label": theme.get("label", findings[i]),
                    "label_zh": theme.get("label_zh", ""),
                    "members": sum(findings[i] in item.ranks for item in members),
                    "borda": f"{points[i]:g}",
                    "share": f"{100 * points[i] / most:.1f}" if most else "",
                    "place": place,
                    "mean_rank": f"{ranks[:, i].mean():.2f}",
                    **{name: theme.get(name, "") for name in ("studies", "percent", "bound")},
                }
            )
        agree.append({"group": group, **concordance(ranks, *resample)})
    order = {group: i for i, group in enumerate(row["group"] for row in agree)}
    rows.sort(key=lambda row: (order[str(row["group"])], row["place"], row["finding"]))
    write_table(rows, priority_csv, PRIORITY_COLUMNS)
    write_table(agree, concordance_csv, CONCORDANCE_COLUMNS)
    log.info(
        "%s in %s ranked %s",
        count_of(len(rankings), "member"),
        count_of(len(groups), "group"),
        count_of(len(findings), "finding"),
    )


if __name__ == "__main__":
    with job(snakemake):
        main(
            sheets=[Plan(*plan) for plan in snakemake.params.plans],
            codebook=snakemake.input.get("codebook"),
            themes_csv=snakemake.input.themes,
            resample=tuple(snakemake.params.resample),
            priority_csv=snakemake.output.priority,
            concordance_csv=snakemake.output.concordance,
        )
