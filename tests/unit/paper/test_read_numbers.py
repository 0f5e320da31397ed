"""The numbers that a paper prints about itself: what they are, of what, and which is chosen for a stage."""

import json

import pytest

from scripts.common.paper.all_printed import printed_numbers, printed_rows
from scripts.common.paper.article_tables import tables
from scripts.common.paper.corrections import Correction
from scripts.common.paper.flow_labels import flow_of_tables, labelled_flow
from scripts.common.paper.flow_sentences import flow_of
from scripts.common.paper.flow_stages import choose
from scripts.common.paper.printed_counts import counts_of
from scripts.common.paper.printed_shares import shares_of
from scripts.common.paper.printed_sums import sums_of
from scripts.common.paper.printed_tables import table_numbers
from scripts.common.paper.search_sentences import databases_of, search_days_of
from scripts.paper.read_numbers import corrected
from tests.papers import paper, sentence, table, xref
from tests.paths import DATA

FLOW = json.loads((DATA / "paper/flow_sentences.json").read_text(encoding="utf-8"))
SHARES = json.loads((DATA / "paper/shares.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", FLOW, ids=lambda case: case["why"])
def test_numbers_of_the_flow(case):
    found: dict[str, list[int]] = {}
    for one in flow_of(sentence(case["text"])):
        found.setdefault(one.stage, []).append(one.value)
    assert found == case["flow"]


def test_in_an_abstract_eligibility_alone_is_of_titles_or_of_full_texts():
    text = "Three reviewers assessed 280 studies for eligibility."
    assert list(flow_of(sentence(text, "abstract"))) == []
    assert [one.stage for one in flow_of(sentence(text))] == ["full_text_assessed"]


def test_a_phase_that_the_sentence_before_names_is_kept_within_the_paragraph():
    text = "We screened titles and abstracts. Then 47 articles were excluded."
    article = paper(f"<sec><title>Results</title><p>{text}</p><p>Then 12 articles were excluded.</p></sec>")
    assert [(one.stage, one.value) for one in flow_of(article.sentences)] == [("excluded_title_abstract", 47)]


def test_one_value_of_each_stage_is_chosen_and_none_below_the_included_studies():
    found = [
        one
        for text in (
            "The search identified 400 records.",
            "Of 30 records that were identified in PubMed, most were trials.",
            "Finally, 40 studies were included in the review.",
            "Full texts of 25 articles in German were assessed.",
        )
        for one in flow_of(sentence(text))
    ]
    assert {(one.stage, one.value) for one in found} >= {("identified", 30), ("full_text_assessed", 25)}
    assert choose(found) == {"identified": 400, "included": 40}


@pytest.mark.parametrize(
    ("texts", "chosen"),
    [
        (
            ("The search yielded 685 records, of which 665 were identified in databases.",),
            {"identified": 685},
        ),
        (("We found 82 articles, six reports and 26 guidelines by our search.",), {}),
        (
            ("Full texts of 149 articles were assessed.", "Full texts of 77 articles were assessed."),
            {},
        ),
        (
            ("Full texts of 149 articles were assessed.", "Full texts of 20 articles were assessed."),
            {"full_text_assessed": 149},
        ),
        (("Twenty-five studies met the inclusion criteria, and two additional studies were found.",), {}),
        (
            (
                "A total of 31 articles met the inclusion criteria.",
                "This left a total of 24 studies to be reviewed.",
                "Fifteen of the 24 included studies reported harms.",
            ),
            {"included": 24},
        ),
    ],
    ids=[
        "a part of the number before",
        "kinds counted apart",
        "two values that compete",
        "a value that can be a part of another",
        "more were added later",
        "the number to which the text returns",
    ],
)
def test_a_value_that_may_be_wrong_is_proposed_and_not_chosen(texts, chosen):
    article = paper(f"<sec><title>Results</title><p>{' '.join(texts)}</p></sec>")
    assert choose(list(flow_of(article.sentences))) == chosen


FLOW_LABELS = (
    ("Records from databases", "3,876", "identified"),
    ("Records from grey literature", "124", "identified_other"),
    ("Records after duplicates removed", "2,950", "after_duplicates"),
    ("Titles and abstracts screened", "2,950", "screened"),
    ("Records excluded at this stage", "2,720", "excluded_title_abstract"),
    ("Full texts not available", "11", ""),
    ("Full texts read", "219", "full_text_assessed"),
    ("Full texts excluded, with reasons", "156", "excluded_full_text"),
    ("Studies included in qualitative synthesis", "63", "included"),
    ("Studies included in the meta-analysis", "20", ""),
)
IN_THE_FLOW = {(stage, int(number.replace(",", ""))) for _, number, stage in FLOW_LABELS if stage}


def test_a_list_of_labels_and_numbers_is_the_flow():
    items = "".join(f"<list-item><p>{label}: {number}</p></list-item>" for label, number, _ in FLOW_LABELS)
    article = paper(f"<sec><title>Results</title><list>{items}</list></sec>")
    assert {(one.stage, one.value) for one in flow_of(article.sentences)} == IN_THE_FLOW


def test_a_table_of_labels_and_numbers_is_the_flow():
    rows = "".join(f"<tr><td>{label}</td><td>{number}</td></tr>" for label, number, _ in FLOW_LABELS)
    article = paper(f"<sec><title>Results</title>{table(rows)}</sec>")
    assert {(one.stage, one.value) for one in flow_of_tables(tables(article))} == IN_THE_FLOW


def test_two_labels_alone_are_no_flow():
    text = "Studies included: 12. Studies excluded: 3."
    assert not list(labelled_flow(sentence(text)))


@pytest.mark.parametrize("case", SHARES, ids=lambda case: case["text"])
def test_shares_with_their_count_and_whole(case):
    found = [[one.value, one.of, one.percent] for one in shares_of(sentence(case["text"]))]
    assert found == case["shares"], case["why"]


def counts(text: str) -> list[tuple[str, tuple[str, ...]]]:
    article = paper(f"<sec><title>Results</title><p>{text}</p></sec>")
    return [(one.value, one.cited) for one in counts_of(article.sentences)]


def test_a_count_is_printed_with_its_own_list_of_citations():
    assert counts(f"Three trials [{xref(5)}–{xref(7)}] used interviews.") == [("3", ("r5", "r6", "r7"))]
    assert counts(f"Two studies used interviews [{xref(5)},{xref(9)}].") == [("2", ("r5", "r9"))]
    assert counts(f"Two of the 24 included studies [{xref(5)},{xref(9)}] did.") == [("2", ("r5", "r9"))]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"Two studies were in Peru,{xref(5)}–{xref(6)} one in Chile.{xref(7)}", [("2", ("r5", "r6"))]),
        (f"Two studies were in Peru.{xref(5)}–{xref(6)}", [("2", ("r5", "r6"))]),
        (f"Of the 9 trials, two studies from Peru [{xref(5)},{xref(6)}] did.", [("2", ("r5", "r6"))]),
        (f"Two studies (Li [{xref(5)}]; Wu [{xref(6)}]) used them.", [("2", ("r5", "r6"))]),
        (
            f"Two studies looked at places, including wards [{xref(5)}] and homes [{xref(6)}].",
            [("2", ("r5", "r6"))],
        ),
        (
            f"Two studies looked at places, including 3 wards [{xref(5)}] and homes [{xref(6)}].",
            [("2", ())],
        ),
        (f"Two studies acted within 3 days of the first call [{xref(5)},{xref(6)}].", [("2", ("r5", "r6"))]),
    ],
    ids=[
        "behind a comma",
        "behind a stop",
        "behind a clause",
        "in brackets",
        "one by one",
        "with another count",
        "with days",
    ],
)
def test_citations_of_a_count_in_other_forms(text, found):
    assert [one for one in counts(text) if one[0] == "2"] == found


def test_the_number_of_a_box_or_of_a_score_is_no_count():
    assert counts("Box 1 provides the study's words.") == []
    assert counts("They were scored out of 15 for small studies.") == []


def test_a_list_behind_two_counts_belongs_to_neither():
    text = f"Five articles and two reports were excluded as duplicates [{xref(5)}–{xref(11)}]."
    assert counts(text) == [("5", ()), ("2", ())]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "PubMed (n = 3,156), Embase (n = 3,990) and Scopus (n = 2,000) yielded a total of 9,146 reports.",
            [("sum", "9146", "", (3156, 3990, 2000))],
        ),
        (
            "76 articles were excluded for the following reasons: irrelevant (n = 44), unavailable (n = 32).",
            [("sum", "76", "", (44, 32))],
        ),
        ("63 records were excluded for reasons such as outcomes (n = 24), design (n = 10).", []),
        (
            "It yielded 685 records, of which 665 were identified from databases and 20 from other sources.",
            [("sum", "685", "", (665, 20))],
        ),
        (
            "Of the 70 eligible articles, four could not be retrieved while the remaining 66 were read.",
            [("remainder", "66", "70", (4,))],
        ),
    ],
)
def test_sums_and_remainders_with_their_parts(text, found):
    assert [(one.kind, one.value, one.of, one.parts) for one in sums_of(sentence(text))] == found


def test_tables_print_shares_of_a_column_and_totals():
    rows = "".join(
        f"<tr><td>{name}</td><td>{share}</td><td>{count}</td></tr>"
        for name, share, count in (("A", "31 (64.6%)", 4), ("B", "17 (35.4%)", 5), ("C", "-", 6))
    )
    rows += "<tr><td>Total</td><td></td><td>15</td></tr>"
    head = "<tr><th>Design</th><th>Studies (n = 48)</th><th>Records</th></tr>"
    found = list(table_numbers(tables(paper(table(rows, head=head)))))
    assert [(one.value, one.of, one.percent, one.parts) for one in found] == [
        ("31", "48", "64.6", ()),
        ("17", "48", "35.4", ()),
        ("15", "", "", (4, 5, 6)),
    ]
    assert found[0].sentence.place == "t1:2:2"


def test_the_description_of_a_flow_diagram_is_read():
    figure = (
        "<fig><label>Figure 1</label><caption><p>Flow diagram.</p></caption><alt-text>In the identification"
        " phase, 2,428 records were identified through database searches.</alt-text></fig>"
    )
    found = printed_numbers(paper(f"<sec><title>Results</title><p>Text.</p>{figure}</sec>"))
    flow = [(one.name, one.value, one.sentence.part) for one in found if one.kind == "flow"]
    assert flow == [("identified", "2428", "description of a figure")]


def test_a_person_s_value_replaces_all_proposals_of_its_name():
    article = paper(
        "<sec><title>Results</title><p>We screened 90 records. Then 80 records were screened.</p></sec>"
    )
    rows = printed_rows(printed_numbers(article))
    one = Correction(2, "printed", "screened", "value", "100", "read in figure 1")
    flow = [row for row in corrected(rows, [one]) if row["name"] == "screened"]
    assert [(row["value"], row["confidence"], row["chosen"]) for row in flow] == [("100", "confirmed", "yes")]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("We searched MEDLINE on 16 August 2022.", "2022-08-16"),
        ("PubMed was searched until Nov 30, 2017.", "2017-11-30"),
        ("PubMed was searched until 3 Sept. 2017.", "2017-09-03"),
        ("PubMed was searched until May 2017.", "2017-05"),
    ],
)
def test_the_day_of_the_search(text, day):
    assert [one.value for one in search_days_of(sentence(text, "methods"))] == [day]


def test_databases_platforms_and_registries():
    text = "We searched MEDLINE, CINAHL, the Cochrane Library, ClinicalTrials.gov, Ovid and JSTOR."
    names = [one.value for one in databases_of(sentence(text, "methods"))]
    assert names == ["CINAHL", "Cochrane Library", "MEDLINE", "JSTOR", "Ovid", "ClinicalTrials.gov"]
    assert list(databases_of(sentence("MEDLINE is large.", "methods"))) == []
