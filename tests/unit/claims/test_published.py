"""The published claims: each can be checked by a measure, or says what it would take."""

import pytest

from scripts.common.claims.measures import measure_names
from scripts.common.claims.published import Claim, read_claims, value_text
from scripts.common.coding.codebook_forms import read_codebook
from scripts.common.errors import InputError
from tests.codebooks import ONE_CODE
from tests.paths import REPOSITORY

CLAIM = {
    "id": "C1",
    "statement": "Studies included",
    "value": "61",
    "unit": "studies",
    "place": "abstract",
    "confidence": "verified",
    "source": "paper",
    "measure": "flow:new_studies",
    "comparison": "equal",
    "origin": "printed",
}


def claims(tmp_path, *changes):
    """Write and read claims; ``None`` takes a name out."""
    path = tmp_path / "published.yaml"
    lines = []
    for change in changes:
        items = {name: value for name, value in (CLAIM | change).items() if value is not None}
        lines.append("- {" + ", ".join(f"{name}: {value}" for name, value in items.items()) + "}\n")
    path.write_text("".join(lines), encoding="utf-8")
    book = tmp_path / "codebook.yaml"
    book.write_text(ONE_CODE, encoding="utf-8")
    return read_claims(read_codebook(str(book)), str(path))


def test_a_claim_is_read_with_its_number(tmp_path):
    (claim,) = claims(tmp_path, {"tolerance": 1})
    assert isinstance(claim, Claim)
    assert (claim.value, claim.tolerance, claim.comparison) == (61, 1.0, "equal")


NO_MEASURE = {"measure": None, "comparison": None}


def test_a_claim_that_nothing_checks_says_what_it_needs(tmp_path):
    (claim,) = claims(tmp_path, NO_MEASURE | {"needs": "the search log", "value": "2022-08-16"})
    assert (claim.measure, claim.needs, claim.value) == ("", "the search log", "2022-08-16")
    (claim,) = claims(tmp_path, NO_MEASURE | {"needs": "the search log", "value": "'16 August'"})
    assert claim.value == "16 August"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (NO_MEASURE, r"published\.yaml: claim 'C1': names no measure\. Name one, or say under needs"),
        ({"needs": "the log"}, r"claim 'C1': has a measure and needs\. Keep one"),
        ({"measure": None, "needs": "the log"}, r"claim 'C1': has a measure and needs"),
        (
            {"measure": "flow:new_study"},
            r"claim 'C1': measure 'flow:new_study' is not computed\. Did you mean flow:new_studies",
        ),
        (
            {"measure": "'studies:risk'"},
            r"measure 'studies:risk' is not computed\. Did you mean studies:risks",
        ),
        ({"comparison": "equals"}, r"claim 'C1': comparison 'equals' is unknown\. Did you mean equal\?"),
        ({"comparison": None}, r"claim 'C1': comparison '' is unknown"),
        ({"check": "recounted"}, r"claim 'C1': check is no longer a name\. Write origin instead: printed"),
        ({"origin": "own"}, r"claim 'C1': origin 'own' must be one of printed, derived, other_paper"),
        ({"origin": None}, r"claim 'C1': origin is missing"),
        ({"confidence": "sure"}, r"claim 'C1': confidence 'sure' must be one of verified, inferred"),
        ({"comparison": "at_least", "value": "many"}, r"claim 'C1': value 'many' must be a number"),
        ({"comparison": "includes"}, r"claim 'C1': value 61: comparison includes takes a list"),
        ({"comparison": "includes", "value": "[]"}, r"claim 'C1': value \[\] must be a number, a text or a"),
        (
            {"value": "[risks]"},
            r"claim 'C1': value \['risks'\] is a list: take comparison includes, subset or order",
        ),
        (
            {"value": "'61'"},
            r"claim 'C1': value '61' must be a number, as flow:new_studies is one: 1234\.5, without quotes",
        ),
        ({"value": "61 of 70"}, r"claim 'C1': value '61 of 70' must be a number"),
        ({"value": "null"}, r"claim 'C1': value None must be a number, a text or a list"),
        ({"value": "{n: 61}"}, r"claim 'C1': value \{'n': 61\} must be a number, a text or a list"),
        ({"value": ".nan"}, r"claim 'C1': value nan must be a number, a text or a list"),
        ({"value": ".inf"}, r"claim 'C1': value inf must be a number, a text or a list"),
        ({"value": "yes"}, r"claim 'C1': value True must be a number, a text or a list"),
        ({"tolerance": ".nan"}, r"claim 'C1': tolerance nan must be a number of at least 0"),
        ({"tolerance": ".inf"}, r"claim 'C1': tolerance inf must be a number of at least 0"),
        ({"statement": "[a, b]"}, r"claim 'C1': statement \['a', 'b'\] must be text\. Put it in quotes"),
        ({"id": "no"}, r"claim False: id False must be text\. Put it in quotes"),
        (
            {"measure": "study_numbers"},
            r"claim 'C1': value 61 is a number, but study_numbers is measured in words",
        ),
        ({"tolerance": -1}, r"claim 'C1': tolerance -1 must be a number of at least 0"),
        ({"tolerance": "true"}, r"claim 'C1': tolerance True must be a number"),
        ({"colour": "red"}, r"claim 'C1': unknown name colour"),
        ({"comparison": "share"}, r"claim 'C1': comparison share needs a measure percent:<code>, not flow"),
        (
            {"comparison": "share", "measure": "'percent:risks'"},
            r"claim 'C1': comparison share needs of: how many",
        ),
        ({"comparison": "rank"}, r"comparison rank needs a measure rank:<code>, not flow:new_studies"),
        ({"of": 0}, r"claim 'C1': of 0 must be a whole number"),
        ({"number": 4}, r"claim 'C1': number belongs to a percentage only"),
        ({"inputs": "ovid"}, r"claim 'C1': inputs 'ovid' must be a list of names"),
        ({"place": None}, r"claim 'C1': place is missing"),
    ],
)
def test_a_claim_that_cannot_be_checked_is_named(tmp_path, change, message):
    with pytest.raises(InputError, match=message):
        claims(tmp_path, change)


def test_two_claims_of_one_name_are_refused(tmp_path):
    with pytest.raises(InputError, match=r"published\.yaml: the id C1 appears twice"):
        claims(tmp_path, {}, {"value": 4})


def test_the_shipped_claims_name_only_measures_that_are_computed():
    codes = read_codebook(str(REPOSITORY / "config/codebook.yaml"))
    shipped = read_claims(codes, str(REPOSITORY / "config/published.yaml"))
    assert {claim.measure for claim in shipped} - {""} <= set(measure_names(codes))
    assert all(claim.place and claim.source for claim in shipped)
    assert all(bool(claim.measure) != bool(claim.needs) for claim in shipped)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (61, "61"),
        (45.0, "45"),
        (45.9, "45.9"),
        (1_234_567.5, "1234567.5"),
        (0.00001, "0.00001"),
        ("a-b", "a-b"),
        (("x", "y"), "x; y"),
    ],
)
def test_a_value_is_printed_with_all_its_digits(value, text):
    assert value_text(value) == text
