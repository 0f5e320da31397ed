"""Claims and measures as tests make them up."""

from scripts.common.claims.measures import Measure
from scripts.common.claims.published import Claim


def claim(value, comparison="equal", tolerance=0.0, needs="", note="", measure="flow:new_studies", **more):
    return Claim(
        id="C1",
        statement="Studies",
        value=value,
        unit="studies",
        place="abstract",
        confidence="verified",
        source="paper",
        origin="printed",
        measure="" if needs else measure,
        comparison=comparison,
        tolerance=tolerance,
        needs=needs,
        note=note,
    )._replace(**more)


def measured(value, bound="exact", note="", rests_on="decisions", **more):
    return Measure(
        "flow:new_studies", value, bound, "studies", "results/t.csv", "row x", rests_on=rests_on, note=note
    )._replace(**more)
