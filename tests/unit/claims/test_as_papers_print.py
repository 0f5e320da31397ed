"""Sentences as papers print them, written as claims; the right verdicts were worked out by hand."""

import pytest

from scripts.common.claims.expressions import resolve
from scripts.common.claims.judging import judge
from scripts.common.claims.measuring import charting_measures, record_measures, year_measures
from scripts.common.claims.published import read_claims
from scripts.common.claims.sentences import english
from tests.claims import measured
from tests.codebooks import CODES

# study: design, country, sample size, mean difference, year of the study
STUDIES = {
    "1": ("trial", "Chile; Peru", "8", "-1.5", "2004"),
    "2": ("trial", "Chile", "40", "0.2", "2010"),
    "3": ("trial", "Peru", "120", "0", "2010"),
    "4": ("cohort", "Chile", "35", "-0.4", "2015"),
    "5": ("cohort", "Spain", "1234", "1", "2019"),
    "6": ("cohort", "Peru", "60", "2.5", "2020"),
    "7": ("survey", "Spain", "22", "", "2022"),
}
VARIABLES = ("design", "country", "sample", "difference")
CHARTED = [
    {"variable": name, "study_id": study, "final": values[place]}
    for place, name in enumerate(VARIABLES)
    for study, values in STUDIES.items()
]
INCLUDED = [{"study_id": study, "year": values[4]} for study, values in STUDIES.items()]
COUNTS = [
    {"input": "wos", "kind": "database", "records": "1234"},
    {"input": "scopus", "kind": "database", "records": "766"},
]
CODED = {"rests_on": "codings", "unit": "studies"}
KNOWN = {
    item.measure: item
    for item in (
        *charting_measures(CHARTED),
        *record_measures(COUNTS, 1500),
        *year_measures(INCLUDED, "complete"),
        measured("7", measure="flow:new_studies"),
        measured("4", measure="studies:speed", **CODED),
        measured("3", measure="studies:reach", **CODED),
        measured("1; 2; 4; 5", measure="study_ids:speed", **CODED),
        measured("2; 5; 7", measure="study_ids:reach", **CODED),
        measured("57.1", measure="percent:speed", rests_on="codings", unit="%", number="4", of="7"),
        measured("speed; reach", measure="most:gains", rests_on="codings", unit="codes"),
        measured("0.826", measure="agreement:kappa:title_abstract", unit="agreement"),
        measured("1-7", measure="study_numbers", rests_on="codings"),
    )
}  # fmt: skip
EQUAL, WITHIN, DIFFERS = "recomputed and equal", "within tolerance", "differs"
CONSISTENT, CANNOT = "consistent", "cannot be checked"


def claim_of(folder, text):
    """Return a claim that is written as in config/published.yaml."""
    about = "unit: x, place: abstract, confidence: verified, source: paper, origin: printed"
    path = folder / "published.yaml"
    path.write_text(f"- {{id: C, statement: printed, {text}, {about}}}\n", encoding="utf-8")
    (read,) = read_claims(CODES, str(path))
    return read


@pytest.mark.parametrize(
    ("printed", "value", "measure", "more", "verdict"),
    [
        ("samples ranged from 8 ...", "8", "lowest:sample", "", EQUAL),
        ("... to 1,234", "1234", "highest:sample", "", EQUAL),
        ("median sample 40", "40", "median:sample", "", EQUAL),
        ("IQR 28.5 to 90", "28.5", "q1:sample", "", EQUAL),
        ("IQR 28.5 to 90", "90", "q3:sample", "", EQUAL),
        ("IQR 22 to 120 (quartiles as another program has them)", "22", "q1:sample", "", DIFFERS),
        ("mean 217 participants", "217", "mean:sample", "", EQUAL),  # 217
        ("mean 216.9", "216.9", "mean:sample", "", DIFFERS),
        ("SD 449.9", "449.9", "sd:sample", "", EQUAL),  # 449.909
        ("SD 449.90", "449.9", "sd:sample", "decimals: 2, comparison: equal", DIFFERS),
        ("median of the trials 40", "40", "median:sample@design:trial", "", EQUAL),
        ("median of the cohorts 60", "60", "median:sample@design:cohort", "", EQUAL),
        ("mean of the trials 56", "56", "mean:sample@design:trial", "", EQUAL),
        ("the lowest difference was -1.5", "-1.5", "lowest:difference", "", EQUAL),
        ("mean difference 0.3", "0.3", "mean:difference", "", EQUAL),  # 1.8 / 6
        ("most were trials or cohorts (3 each)", "[cohort, trial]", "most_value:design", "", EQUAL),
        ("most were trials", "trial", "most_value:design", "", DIFFERS),
        ("most were trials", "[trial]", "most_value:design", "", DIFFERS),
        ("trials were among the most common", "[trial]", "most_value:design", "comparison: includes", EQUAL),
        ("a survey was rarest", "Survey", "least_value:design", "", EQUAL),
        ("Chile and Peru came first", "[Peru, Chile]", "most_value:country", "", EQUAL),
        ("speed and reach were most common", "[reach, speed]", "most:gains", "", EQUAL),
        ("1.6 times as many", "1.6", "records:wos / records:scopus", "", EQUAL),
        ("1.61 times", "1.61", "records:wos / records:scopus", "", EQUAL),
        ("1.62 times", "1.62", "records:wos / records:scopus", "", DIFFERS),
        ("2,000 records", "2000", "records", "", EQUAL),
        ("500 duplicates (25 %)", "25", "100 * duplicates / records", "", EQUAL),
        ("speed or reach, or both: 5", "5", "union:speed+reach", "", EQUAL),
        ("both: 2", "2", "both:speed+reach", "", EQUAL),
        ("neither: 2", "2", "flow:new_studies - union:speed+reach", "", EQUAL),
        ("speed but not reach: 2", "2", "studies:speed - both:speed+reach", "", EQUAL),
        ("speed in trials: 67 %", "67", "100 * both:speed+design:trial / value:design:trial", "", EQUAL),
        ("speed in trials: 66 %", "66", "100 * both:speed+design:trial / value:design:trial", "", DIFFERS),
        ("speed: 4 of 7 (57 %)", "57", "percent:speed", "comparison: share, of: 7, number: 4", EQUAL),
        ("speed: 57.2 %", "57.2", "percent:speed", "comparison: share, of: 7", DIFFERS),
        ("trials: 42.9 %", "42.9", "percent_value:design:trial", "comparison: share, of: 7", EQUAL),
        ("more than half of the studies", "4", "studies:speed", "comparison: at_least", EQUAL),
        ("more than two thirds", "66.7", "percent:speed", "comparison: at_least", DIFFERS),
        ("nearly half", "50", "percent_value:design:cohort", "tolerance: 10, comparison: equal", WITHIN),
        ("nearly half", "50", "percent_value:design:cohort", "tolerance: 5, comparison: equal", DIFFERS),
        ("no more than three studies", "3", "studies:reach", "comparison: at_most", EQUAL),
        ("fewer than three studies", "2", "studies:reach", "comparison: at_most", DIFFERS),
        ("less than 60 %", "60", "percent:speed", "comparison: at_most", EQUAL),
        ("less than 57 %", "57", "percent:speed", "comparison: at_most", DIFFERS),
        ("kappa .83", ".83", "agreement:kappa:title_abstract", "", EQUAL),
        ("kappa .82", ".82", "agreement:kappa:title_abstract", "", DIFFERS),
        ("kappa .80", ".8", "agreement:kappa:title_abstract", "decimals: 2, comparison: equal", DIFFERS),
        ("published from 2004 ...", "2004", "year:first", "", CONSISTENT),
        ("two of them in 2010", "2", "year:2010", "", CONSISTENT),
        ("studies 1–7", "1–7", "study_numbers", "", EQUAL),
        ("studies 1 - 8", "1 - 8", "study_numbers", "", DIFFERS),
        ("no qualitative study", "0", "value:design:qualitative", "", CANNOT),
    ],
)  # fmt: skip
def test_a_sentence_of_a_paper(tmp_path, printed, value, measure, more, verdict):
    read = claim_of(tmp_path, f"value: {value}, measure: '{measure}', {more or 'comparison: equal'}")
    result = judge(read, resolve(measure, KNOWN))
    assert (result.verdict, printed) == (verdict, printed), english(result.reason)


def test_a_rounded_number_says_that_it_is_rounded_and_is_shown_whole(tmp_path):
    read = claim_of(tmp_path, "value: .83, measure: 'agreement:kappa:title_abstract', comparison: equal")
    result = judge(read, KNOWN[read.measure])
    assert (result.reproduced, result.difference) == ("0.826", "0")
    assert english(result.reason).endswith("rounds to the printed one.")
