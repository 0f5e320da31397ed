"""What a paper prints elsewhere about a number: the same stage, the steps around it, the same words."""

import pytest

from scripts.common.drafts.claims import AtHand, draft_claims
from scripts.common.paper.all_printed import printed_numbers
from tests.papers import paper, reference, xref

FOUR = ", ".join(xref(n) for n in range(1, 5))


def measures(results, abstract="", included=(), records=False):
    """Return (value, part of the paper) -> measure of the drafted claims, printed numbers by their values."""
    sections = "".join(f"<p>{text}</p>" for text in results)
    article = paper(
        f"<sec><title>1. Results</title>{sections}</sec>",
        refs="".join(reference(n) for n in range(1, 9)),
        abstract=abstract,
    )
    found = printed_numbers(article)
    values = {f"P{number}": one.value for number, one in enumerate(found, start=1)}
    made = draft_claims(article, found, included, bool(included), AtHand(records=records))
    shown = {}
    for claim in made.claims:
        words = claim.get("measure", "").split()
        measure = " ".join(
            f"{family}:{values[name]}" if family.startswith("printed") else word
            for word in words
            for family, _, name in [word.partition(":")]
        )
        shown[claim["value"], claim["place"].partition(",")[0]] = measure
    return shown


def test_a_stage_of_the_flow_is_checked_by_the_same_stage_in_the_abstract():
    found = measures(
        ["We screened 90 records by title and abstract."],
        abstract="In all, 90 records were screened by title.",
    )
    assert found == {(90, "abstract"): "printed:90", (90, "heading 1"): "printed:90"}


STEPS = [
    "We screened 90 records by title.",
    "By title and abstract we excluded 60 records.",
    "Full texts of 30 reports were assessed.",
]


def test_a_stage_is_checked_by_the_steps_around_it_in_other_sentences():
    found = measures(STEPS)
    assert found[90, "heading 1"] == "printed:60 + printed:30"
    assert found[60, "heading 1"] == "printed:90 - printed:30"
    assert found[30, "heading 1"] == "printed:90 - printed:60"


def test_steps_that_do_not_agree_and_that_no_finding_names_check_nothing():
    found = measures([*STEPS[:2], "Much later, full texts of 12 reports were assessed."])
    assert "printed" not in " ".join(found.values())


def test_records_of_other_sources_come_into_the_step_that_removes_duplicates():
    found = measures(
        [
            "The search identified 100 records.",
            "In addition, 20 records were identified from reference lists.",
            "We removed 30 duplicates.",
            "We screened 90 records by title.",
        ]
    )
    assert found[30, "heading 1"] == "printed:100 + printed:20 - printed:90"
    assert found[90, "heading 1"] == "printed:100 + printed:20 - printed:30"


def test_a_step_that_is_printed_in_one_sentence_only_confirms_nothing():
    found = measures(["We screened 90 records by title, excluded 60 and read 30 full texts."])
    assert "printed" not in " ".join(found.values())


def test_with_records_at_hand_the_flow_is_counted_from_them():
    assert measures(STEPS, records=True)[90, "heading 1"] == "flow:records_screened"


@pytest.mark.parametrize(
    ("abstract", "text", "checked"),
    [
        (
            "Seven studies from Kenya measured blood pressure at home.",
            "In seven studies from Kenya, nurses measured blood pressure at home.",
            True,
        ),
        (
            "Seven studies from Kenya measured blood pressure at home.",
            "Seven studies from Peru counted steps during walks.",
            False,
        ),
        (
            "Seven studies from Kenya measured blood pressure at home.",
            "Nine studies from Kenya measured blood pressure at home. Seven studies were small.",
            False,
        ),
    ],
    ids=["the same words", "the same number of other things", "other numbers in the same words"],
)
def test_a_number_of_the_abstract_is_checked_where_the_text_prints_it_in_the_same_words(
    abstract, text, checked
):
    found = measures([text], abstract)
    assert (found[7, "abstract"] == "printed:7") == checked


SHARES = "We found cost in 3 studies (75.0%), time in 2 studies (50.0%), staff in 1 study (25.0%)"


def test_a_share_is_of_the_included_studies_where_nearly_all_others_are():
    whole = [f"r{n}" for n in range(1, 5)]
    found = measures(
        [f"{SHARES}, rooms in 2 studies (50.0%) and heat in 1 study (25.0%) [{FOUR}]."], "", whole
    )
    assert found[75.0, "heading 1"] == "printed_percent:3"


@pytest.mark.parametrize(
    ("ending", "included"),
    [
        (", rooms in 2 studies (20.0%) and heat in 1 study (10.0%).", 4),
        (", rooms in 2 studies (50.0%) and heat in 1 study (25.0%).", 0),
        (".", 4),
    ],
    ids=["others are of ten", "the studies are not known", "too few others"],
)
def test_a_share_is_left_alone_where_its_whole_is_not_clear(ending, included):
    found = measures([SHARES + ending], "", [f"r{n}" for n in range(1, included + 1)])
    assert "printed_percent:3" not in found.values()


def test_two_numbers_of_one_value_in_a_sentence_are_two_claims():
    article = paper(
        f"<sec><title>Results</title><p>Two studies [{xref(1)}, {xref(2)}] looked at homes and two examined"
        f" schools [{xref(3)}, {xref(4)}].</p></sec>"
    )
    found = printed_numbers(article)
    made = draft_claims(article, found, (), False, AtHand())
    assert [claim["value"] for claim in made.claims] == [2, 2]
    assert len({claim["measure"] for claim in made.claims}) == 2


def test_a_part_with_its_own_list_is_that_count_though_it_sounds_like_all_included_studies():
    article = paper(
        "<sec><title>Results</title><p>Finally, 6 studies were included.</p>"
        f"<p>Two studies were included here [{xref(1)}, {xref(2)}].</p></sec>"
    )
    made = draft_claims(article, printed_numbers(article), (), False, AtHand())
    assert [claim.get("measure", "").partition(":")[0] for claim in made.claims] == ["flow", "studies"]


def test_studies_that_were_selected_at_first_are_not_the_included_ones():
    article = paper(
        "<sec><title>Results</title><p>Initially, 60 studies were selected, with 51 studies being finally"
        " included in the review.</p></sec>"
    )
    made = draft_claims(article, printed_numbers(article), (), False, AtHand())
    assert {claim["value"]: claim.get("measure", "") for claim in made.claims} == {
        60: "",
        51: "flow:new_studies",
    }
