"""What three published reviews print can be written as claims, number by number."""

import re
from collections import Counter

import pytest
import yaml

from scripts.common.claims.published import Claim, read_claims
from tests.codebooks import code
from tests.paths import DATA, SPECIMENS

REVIEWS = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))
    for path in sorted(DATA.glob("printed/*.yaml"))
}
# Numbers in the "published" column that the paper does not print: "table S3".
NOT_PRINTED = {"genai": ["3"]}


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


def as_number(number: object) -> str:
    """Return a number in one way of writing: ``.88`` and ``0.880`` are the same."""
    return str(float(str(number))).removesuffix(".0")


def printed_in(readme: str) -> Counter[str]:
    """Return how often each number is in the column "published" of the first table, without "of n"."""
    rows = [line.split("|") for line in readme.splitlines() if line.startswith("|")]
    column = [cell.strip() for cell in rows[0]].index("published")
    cells = [re.sub(r"(?<=\d),(?=\d{3})", "", row[column]) for row in rows[2:]]
    return Counter(
        as_number(number)
        for cell in cells
        for number in re.findall(r"\d*\.?\d+", re.sub(r"of \d+", "", cell))
    )


def specimen(name: str, file: str) -> str:
    path = SPECIMENS / "reviews" / name / file
    if not path.is_file():
        pytest.skip(f"{path} is absent")
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", REVIEWS)
def test_no_printed_number_of_a_review_is_left_out(name):
    written = Counter(as_number(claim["value"]) for claim in REVIEWS[name]["claims"])
    left_out = printed_in(specimen(name, "README.md")) - written - Counter(NOT_PRINTED.get(name, ()))
    assert not left_out


@pytest.mark.parametrize("name", REVIEWS)
def test_codes_have_the_numbers_that_were_written_as_claims_by_hand(name):
    by_hand = {
        claim["measure"]: claim["value"]
        for claim in yaml.safe_load(specimen(name, "config/published.yaml"))
        if claim.get("measure", "").startswith("studies:")
    }
    ours = {claim["measure"]: claim["value"] for claim in REVIEWS[name]["claims"]}
    assert {measure: ours[measure] for measure in by_hand} == by_hand


def test_the_numbers_of_three_reviews_are_written():
    assert {name: len(review["claims"]) for name, review in REVIEWS.items()} == {
        "genai": 33,
        "moran": 17,
        "snhl": 20,
    }
