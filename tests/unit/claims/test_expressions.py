"""Measures made of others: a closed little language, with bounds, and never run as code."""

import pytest

from scripts.common.claims.expressions import check_name, names, parse, resolve
from scripts.common.claims.measures import Measure, is_expression
from scripts.common.claims.sentences import english
from scripts.common.errors import InputError


def made(name, value, bound="exact", rests_on="decisions", **more):
    return Measure(name, value, bound, "records", "flow.csv", name, rests_on=rests_on)._replace(**more)


KNOWN = {
    item.measure: item
    for item in (
        made("flow:records_screened", "411"),
        made("flow:records_excluded", "219"),
        made("flow:dbr_excluded:non-human", "7"),
        made("flow:dbr_assessed", "150", "at least"),
        made("flow:new_studies", "", "unknown", note="the list"),
        made("themes:a", "4", rests_on="the paper", place="heading 1"),
        made("records:wos", "0", rests_on="records"),
        made("percent:a", "33.3", unit="% of 3 studies", number="1", of="3"),
        made("study_ids:a", "1; 2; 3", rests_on="codings"),
        made("study_ids:b", "3; 4", rests_on="codings"),
        made("study_ids:c", "9", "at least", rests_on="codings"),
        made("value_ids:type:trial", "4; 5", rests_on="codings"),
    )
}


@pytest.mark.parametrize(
    ("text", "value", "bound"),
    [
        ("flow:records_screened - flow:records_excluded", "192", "exact"),
        ("flow:records_screened + flow:records_excluded", "630", "exact"),
        ("flow:records_screened - flow:records_excluded - 2", "190", "exact"),
        ("flow:records_screened - (flow:records_excluded - 2)", "194", "exact"),
        ("2 + 3 * 4", "14", "exact"),
        ("(2 + 3) * 4", "20", "exact"),
        ("8 / 4 / 2", "1", "exact"),
        ("1 / 3", "0.333333", "exact"),
        ("flow:dbr_excluded:non-human + 1", "8", "exact"),
        ("flow:dbr_assessed + 1", "151", "at least"),
        ("flow:dbr_assessed - 1", "149", "at least"),
        ("2 * flow:dbr_assessed", "300", "at least"),
        ("flow:dbr_assessed / 2", "75", "at least"),
        ("3 * percent:a", "100", "exact"),
        ("union:a+b", "4", "exact"),
        ("both:a+b", "1", "exact"),
        ("union:a+c", "4", "at least"),
        ("union:b+type:trial", "3", "exact"),
        ("both:b+type:trial", "1", "exact"),
        ("union:a+b - both:a+b", "3", "exact"),
    ],
)
def test_an_expression_is_exact_or_a_lower_bound(text, value, bound):
    found = resolve(text, KNOWN)
    assert (found.value, found.bound) == (value, bound)


@pytest.mark.parametrize(
    ("text", "needs"),
    [
        ("100 - flow:dbr_assessed", "known exactly"),
        ("10 / flow:dbr_assessed", "known exactly"),
        ("10 / records:wos", "divides by 0"),
        ("flow:records_screened / 0", "divides by 0"),
        ("(1 - 2) * flow:dbr_assessed", "known exactly"),
        ("flow:new_studies + 1", "the list"),
        ("records:scopus + 1", "a result called records:scopus"),
        ("records:scopus", "a result called records:scopus"),
        ("union:a+type:cohort", "a result called value_ids:type:cohort"),
    ],
)
def test_what_does_not_follow_is_unknown_and_says_what_it_needs(text, needs):
    found = resolve(text, KNOWN)
    assert (found.value, found.bound) == ("", "unknown")
    assert needs in english(found.note)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("flow:records_screened - flow:records_excluded", "screened - excluded"),
        ("flow:records_screened - (flow:records_excluded - 2)", "screened - (excluded - 2)"),
        ("flow:records_screened - (flow:records_excluded + 2)", "screened - (excluded + 2)"),
        ("(flow:records_screened - flow:records_excluded) - 2", "screened - excluded - 2"),
        ("flow:records_screened + (flow:records_excluded - 2)", "screened + excluded - 2"),
        ("(2 + 3) * flow:records_excluded", "(2 + 3) * excluded"),
        ("2 * (flow:records_screened - 1)", "2 * (screened - 1)"),
        ("2 * (3 * flow:records_screened)", "2 * 3 * screened"),
        ("(flow:records_screened - 1) / 2", "(screened - 1) / 2"),
        ("(2 * flow:records_screened) / 3", "2 * screened / 3"),
        ("8 / (2 * flow:records_screened)", "8 / (2 * screened)"),
        ("8 / (4 / flow:records_screened)", "8 / (4 / screened)"),
        ("union:a+b", "a or b"),
        ("both:a+b+type:trial", "a and b and type is trial"),
        ("flow:new_studies - union:a+b", ""),
    ],
)
def test_a_reader_sees_what_is_added_and_not_the_names_of_measures(text, words):
    rows = {"flow:records_screened": "screened", "flow:records_excluded": "excluded", "study_ids:a": "a",
            "study_ids:b": "b", "value_ids:type:trial": "type is trial"}  # fmt: skip
    known = {name: item._replace(rows=rows.get(name, "")) for name, item in KNOWN.items()}
    assert english(resolve(text, known).rows) == words


def test_it_rests_on_the_paper_as_soon_as_a_part_does():
    mixed = resolve("themes:a + flow:records_screened", KNOWN)
    assert (mixed.rests_on, mixed.place) == ("the paper", "heading 1")
    assert resolve("flow:records_screened + 1", KNOWN).rests_on == "decisions"
    assert resolve("union:a+b", KNOWN).rests_on == "codings"


@pytest.mark.parametrize("text", ["a - ", "(a + b", "a + * b", "a + b)", "a b + (", "()", " + ", "a - - b"])
def test_what_is_no_expression_is_refused(text):
    with pytest.raises(InputError, match="claim 'C1'"):
        parse("claim 'C1'", text)


def test_a_name_with_signs_is_one_name():
    assert not is_expression("flow:dbr_excluded:non-human")
    assert list(names(parse("x", "flow:dbr_excluded:non-human - votes:a+b:not retrieved"))) == [
        "flow:dbr_excluded:non-human",
        "votes:a+b:not retrieved",
    ]


ALWAYS = ["flow:new_studies", "studies:a", "study_ids:a", "study_ids:b"]


@pytest.mark.parametrize(
    "name",
    [
        *ALWAYS,
        "flow:dbr_excluded:wrong population",
        "flow:dbr_excluded:exclude (no data)",
        "records:wos",
        "agreement:kappa:title_abstract",
        "mean:age@type:trial",
        "union:a+b",
        "both:a+type:trial",
        "studies:a - 3",
        "(studies:a + 1) / flow:new_studies",
    ],
)
def test_a_claim_can_name_what_data_decide(name):
    check_name("claim", name, ALWAYS)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("flow:new_study", "Did you mean flow:new_studies"),
        ("studies:b", "is not computed"),
        ("union:a+z", "'z' is neither a code nor a charted"),
        ("studies:b - 3", "measure 'studies:b' is not computed"),
        ("agreement:", "is not computed"),
        ("__import__('os')", "not computed|not expected"),
    ],
)
def test_a_name_that_nothing_can_compute_is_refused(name, message):
    with pytest.raises(InputError, match=message):
        check_name("claim", name, ALWAYS)
