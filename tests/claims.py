"""Claims and measures as tests make them up."""

from scripts.common.claims.published import Claim


def claim(value, comparison="equal", tolerance=0.0, needs="", note=""):
    return Claim(
        "C1",
        "Studies",
        value,
        "studies",
        "abstract",
        "verified",
        "paper",
        "m",
        comparison,
        tolerance,
        "recomputed",
        needs,
        note,
    )


def measured(value, bound="exact", note=""):
    return {
        "measure": "m",
        "value": value,
        "bound": bound,
        "file": "results/t.csv",
        "rows": "row x",
        "note": note,
    }
