"""What three published reviews print can be written as claims, number by number."""

import re

import pytest
import yaml

from scripts.common.claims.published import Claim, read_claims
from tests.codebooks import code
from tests.paths import DATA, SPECIMENS

REVIEWS = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))
    for path in sorted(DATA.glob("printed/*.yaml"))
}
# Numbers in the "published" column that the paper does not print: "16 kinds of evidence, table S3".
NOT_PRINTED = {"genai": {"16", "3"}}


def claims_of(review, tmp_path) -> list[Claim]:
    """Return the printed numbers of a review, written and read as config/published.yaml is."""
    same = {
        "unit": "as printed",
        "place": review["place"],
        "comparison": "equal",
        "origin": "printed",
        "confidence": "verified",
        "source": "paper",
    }
    items = [same | {"id": f"P{number}", **claim} for number, claim in enumerate(review["claims"], 1)]
    path = tmp_path / "published.yaml"
    path.write_text(yaml.safe_dump(items, allow_unicode=True), encoding="utf-8")
    return read_claims([code(name) for name in review["codes"]], str(path))


@pytest.mark.parametrize("name", REVIEWS)
def test_every_number_is_taken_as_a_claim_with_a_measure(name, tmp_path):
    claims = claims_of(REVIEWS[name], tmp_path)
    assert len(claims) == len(REVIEWS[name]["claims"])
    assert not [claim.statement for claim in claims if claim.needs or not claim.measure]


def printed_in(readme: str) -> set[str]:
    """Return the numbers in the column "published" of the first table of a README, without "of n"."""
    rows = [line.split("|") for line in readme.splitlines() if line.startswith("|")]
    column = [cell.strip() for cell in rows[0]].index("published")
    cells = [re.sub(r"(?<=\d),(?=\d{3})", "", row[column]) for row in rows[2:]]
    return {
        str(float(number)).removesuffix(".0")
        for cell in cells
        for number in re.findall(r"\d*\.?\d+", re.sub(r" of \d+", "", cell))
    }


@pytest.mark.parametrize("name", REVIEWS)
def test_no_printed_number_of_a_review_is_left_out(name):
    readme = SPECIMENS / "reviews" / name / "README.md"
    if not readme.is_file():
        pytest.skip(f"{readme} is absent")
    written = {str(float(claim["value"])).removesuffix(".0") for claim in REVIEWS[name]["claims"]}
    assert printed_in(readme.read_text(encoding="utf-8")) - NOT_PRINTED.get(name, set()) <= written
