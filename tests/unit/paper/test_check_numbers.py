"""Printed numbers that disagree, and printed numbers that can be read so that they agree."""

import pytest

from scripts.common.claims.printed_findings import finding_in_words, spot_in_words
from scripts.common.claims.sentences import Voice, english
from scripts.common.paper.all_printed import printed_numbers, printed_rows
from scripts.common.paper.article import Article
from scripts.common.paper.finding import Spot
from scripts.common.paper.findings import check, check_flow, fits, possible_wholes
from scripts.common.paper.findings_abstract import included
from scripts.common.report.phrases import Speaker
from tests.papers import paper, xref


def article(results: str, abstract: str = "") -> Article:
    return paper(f"<sec><title>Results</title><p>{results}</p></sec>", abstract=abstract)


def findings(results: str, abstract: str = "") -> list[tuple[str, str]]:
    one = article(results, abstract)
    return [
        (found.kind, english(finding_in_words(found)))
        for found in check(printed_rows(printed_numbers(one)), one)
    ]


@pytest.mark.parametrize(
    ("count", "whole", "percent", "right"),
    [
        (32, 48, "66.7", True),
        (32, 48, "66.6", True),  # cut off
        (32, 48, "66.8", False),
        (32, 48, "67", True),
        (1, 8, "12.5", True),
        (1, 8, "13", True),  # half is rounded up or to even
        (1, 8, "12", True),
        (48, 48, "100", True),
        (0, 48, "0", True),
    ],
)
def test_a_share_may_be_rounded_or_cut_off(count, whole, percent, right):
    assert fits(count, whole, percent) is right


@pytest.mark.parametrize(
    ("count", "percent", "wholes"),
    [(32, "66.7", [48]), (32, "68.6", []), (1, "50.0", [2]), (2, "67", [3])],
)
def test_whole_numbers_of_which_a_count_can_be_a_percentage(count, percent, wholes):
    assert list(possible_wholes(count, percent)) == wholes


CASES = [
    ("a share that does not follow", "Of these, 32 of 48 studies (68.6%) were good.", [("share", "32 of 48 is 66.7 %, printed is 68.6 %")]),
    ("a share that no whole number gives", "Most were trials (n = 32, 68.6%).", [("share", "no whole number gives 68.6 % for 32")]),
    ("a share of an unknown whole may be right", "Most were trials (n = 32, 66.7%).", []),
    ("an improvement is no share", "One study detected a significant improvement in the end (4.9%).", []),
    ("a total of other parts", "PubMed (n = 10) and Embase (n = 12) yielded a total of 23 reports.", [("sum", "10 + 12 is 22, printed is 23")]),
    ("a remainder", "Of the 70 articles, four could not be retrieved while the remaining 68 were read.", [("part", "70 less 4 is 66, printed is 68")]),
    ("a count and its list", f"Five studies [{xref(5)}–{xref(8)}] used interviews.", [("own", "5 by the words, 4 references in the list behind them")]),
    ("a list at the end of the first half of a sentence", f"Three studies used interviews [{xref(5)},{xref(6)}], and two used calls.", [("own", "3 by the words, 2 references in the list behind them")]),
    ("a list that goes on", f"Three studies found no effect on pain [{xref(5)},{xref(6)}], or on sleep [{xref(7)}].", []),
    ("a single study with two papers", f"One study [{xref(5)},{xref(8)}] used interviews.", []),
    ("a review of many studies", f"Another review with 60 included studies [{xref(5)}] says so.", []),
    ("a study in two papers", f"Two studies reported results across two papers [{xref(5)}–{xref(8)}]. Three studies [{xref(5)}–{xref(8)}] did.", []),
    ("one study in one more paper", f"One additional paper on an already included study was found. Three studies [{xref(5)}–{xref(8)}] did.", []),
    ("one more paper explains one reference", f"One additional paper on an already included study was found. Three studies [{xref(5)}–{xref(9)}] did.", [("own", "3 by the words, 5 references in the list behind them")]),
    ("more is excluded than was screened", "We screened 90 records by title and 95 were excluded by title.", [("flow", "95 excluded by title and abstract, of 90 screened")]),
    ("a step that misses by one", "We assessed 75 full texts. Then 49 full-text articles were excluded. Finally, 27 studies were included.", [("flow", "75 full texts assessed less 49 full texts excluded is 26, printed is 27 included")]),
    ("a part that is larger than its whole", "In 19/11 trials and 12 of the 10 included studies, adults took part.", [("part", "19 of 11: a part is larger than its whole"), ("part", "12 of 10: a part is larger than its whole")]),
    ("a week of two trials", "At week 24 of two trials pain was less.", []),
    ("sessions of studies", f"The studies had six sessions, two at home and four by phone [{xref(1)},{xref(2)}].", []),
    ("people behind citations in brackets", f"They asked women (n = 4) [{xref(1)},{xref(2)}].", []),
    ("reports that were lost", "We assessed 80 full texts. Then 45 full-text articles were excluded. Finally, 30 studies were included.", []),
    ("a year before a number of works", "In 2019, of 24 studies, some in 2020 of 24 studies were good.", []),
    ("a list whose count has another digit", f"The 24 trials of adults took place at home [{xref(1)}–{xref(14)}].", [("own", "24 by the words, 14 references in the list behind them")]),
    ("a number and verb with its list", f"Two studies were small [{xref(5)},{xref(6)}], and two examined sleep [{xref(7)}–{xref(9)}].", [("own", "2 by the words, 3 references in the list behind them")]),
    ("one study of three papers, where others have one each", f"They took place in Peru (n = 1) [{xref(1)}], Chile (n = 1) [{xref(2)}], Cuba (n = 1) [{xref(3)}] and Fiji (n = 1) [{xref(5)}–{xref(7)}].", [("own", "1 by the words, 3 references in the list behind them")]),
    ("one study of three papers, where another has two", f"They took place in Peru (n = 1) [{xref(1)}], Chile (n = 1) [{xref(2)}], Cuba (n = 1) [{xref(3)}], Mali (n = 1) [{xref(8)},{xref(9)}] and Fiji (n = 1) [{xref(5)}–{xref(7)}].", []),
    ("a step with another digit", "We screened 2332 records by title and 1204 were excluded by title. We assessed 128 full texts.", [("flow", "2332 screened less 1204 excluded by title and abstract is 1128, printed is 128 full texts assessed")]),
    ("reports that are lost on the way", "We screened 155 records by title and 47 were excluded by title. We assessed 89 full texts.", []),
]  # fmt: skip


@pytest.mark.parametrize(("why", "text", "found"), CASES, ids=[why for why, _, _ in CASES])
def test_numbers_of_the_text(why, text, found):
    assert findings(text) == found, why


def test_records_of_other_sources_explain_a_step():
    text = (
        "The search identified 100 records and 5 records were identified from reference lists."
        " After 20 duplicates were removed, 85 records were screened."
    )
    assert findings(text) == []
    without = text.replace(" and 5 records were identified from reference lists", "")
    assert [kind for kind, _ in findings(without)] == ["flow"]


def test_a_stage_of_the_flow_that_another_place_prints_rightly_is_named():
    text = "We assessed 81 full texts. Then {} full-text articles were excluded. Finally, 18 studies were included."
    again = "<fig><caption><p>Of the full texts, 63 articles were excluded after reading them.</p></caption></fig>"
    assert findings(text.format(63) + again) == []
    assert findings(text.format(53) + again)[0] == ("flow", "full texts excluded: 53 here, 63 there")


def test_reports_in_the_text_and_their_studies_in_the_abstract_agree():
    text = "In total, 63 reports of 51 studies were included in the review."
    rows = printed_rows(printed_numbers(article("In total, 63 reports were included in the review.", text)))
    assert list(included(rows)) == []


def test_studies_in_several_papers_explain_the_last_step():
    text = "We assessed 52 full texts. Then 26 full-text articles were excluded. Finally, 24 studies were included."
    rows = printed_rows(printed_numbers(article(text)))
    assert len(list(check_flow(rows, several_papers=False))) == 1
    assert list(check_flow(rows, several_papers=True)) == []


def test_a_share_that_misses_the_included_studies_by_a_slip():
    shares = "There were 24 trials (60.0%), 10 surveys (25.0%), 4 cohorts (10.0%) and 2 reports (5.0%)."
    included = "Finally, 40 studies were included in the review."
    assert findings(f"{included} {shares} There were 8 blind trials (21.0%).") == [
        ("share", "8 of the 40 included studies is 20.0 %, printed is 21.0 %")
    ]
    assert findings(f"{included} {shares} Of 24 trials, 8 were blind (33.3%).") == []
    assert findings(f"{included} There were 8 blind trials (21.0%).") == [], "one share may be of anything"


ABSTRACTS = [
    ("another number in the same words", "50 studies met the inclusion criteria.", [("abstract", "50 in the abstract, 48 in the text")]),
    ("the same number", "48 studies met the inclusion criteria.", []),
    ("a rounded percentage", "Most studies (67%) were good.", []),
    ("a number of something else", "We asked 50 people.", []),
    ("one word in common", "We pooled 45 adults of good trials.", []),
    ("a number of another size", "The studies included 4,800 adults; most studies met the inclusion criteria.", []),
]  # fmt: skip


@pytest.mark.parametrize(("why", "abstract", "found"), ABSTRACTS, ids=[why for why, _, _ in ABSTRACTS])
def test_the_abstract_against_the_text(why, abstract, found):
    text = "48 studies met the inclusion criteria. Of these, 32 of 48 studies (66.7%) were good."
    assert findings(text, abstract) == found, why


def test_cells_of_another_whole_are_no_errors():
    cells = ("24 (60.0%)", "10 (25.0%)", "6 (15.0%)")

    def with_cells(*others: str) -> list[str]:
        rows = "".join(f"<tr><td>x</td><td>{cell}</td></tr>" for cell in (*cells, *others))
        head = "<thead><tr><th>Design</th><th>Studies (n = 40)</th></tr></thead>"
        return [kind for kind, _ in findings(f"<table-wrap><table>{head}{rows}</table></table-wrap>")]

    assert with_cells() == []
    assert with_cells("8 (21.0%)") == ["share"]
    assert with_cells("14 (35.90%)", "8 (20.51%)") == [], "both are shares of 39"


def test_a_finding_quotes_both_places():
    one = article("48 studies met the inclusion criteria.", "50 studies met the inclusion criteria.")
    (found,) = check(printed_rows(printed_numbers(one)), one)
    here, there, text = found.here, found.there, "studies met the inclusion criteria."
    assert (here.place, here.sentence) == ("abstract:1:1", f"50 {text}")
    assert there is not None
    assert (there.place, there.sentence) == ("1:1:1", f"48 {text}")
    assert found.confidence == "high"


SPOTS = [
    (Spot("sec2-1:3:1", "results", "2.1. Study selection", ""), "section 2.1 “Study selection”, paragraph 3, sentence 1", "第 2.1 节“Study selection”，第 3 段第 1 句"),
    (Spot("s4:2:5", "results", "Results", ""), "section “Results”, paragraph 2, sentence 5", "“Results”一节，第 2 段第 5 句"),
    (Spot("abstract:1:2", "abstract", "Abstract", ""), "abstract, paragraph 1, sentence 2", "摘要，第 1 段第 2 句"),
    (Spot("1:1:4", "", "", ""), "text, paragraph 1, sentence 4", "正文，第 1 段第 4 句"),
    (Spot("t2:3:1", "table", "Table 2", ""), "Table 2", "表 2"),
    (Spot("alt-text:1:2", "description of a figure", "Figure 1", ""), "figure 1 (description of a figure)", "图 1（图的文字说明）"),
    (Spot("alt-text:1:2", "description of a figure", "description of a figure", ""), "without a number (description of a figure)", "无编号（图的文字说明）"),
    (Spot("config/decisions/corrections.csv line 2", "", "", ""), "config/decisions/corrections.csv line 2", "config/decisions/corrections.csv line 2"),
    (Spot("box:1:2", "box", "Key points", ""), "Key points (box)", "Key points（文本框）"),
]  # fmt: skip


@pytest.mark.parametrize(("spot", "words", "chinese"), SPOTS, ids=[words for _, words, _ in SPOTS])
def test_a_place_is_read_in_both_languages(spot, words, chinese):
    value = spot_in_words(spot)
    speaker = Speaker("zh")
    assert english(value).casefold() == words.casefold()
    assert Voice("zh", phrase=speaker).say(value) == chinese


INCLUDED = "Finally, 18 studies were included."
IN_ABSTRACT = f"{INCLUDED} There were 10 quantitative, 5 qualitative and 3 mixed-methods studies."


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "In all, 11 employed quantitative designs, 5 qualitative ones and 2 a mixed-methods design.",
            [
                "10 quantitative studies in the abstract, 11 in the text",
                "3 mixed-methods studies in the abstract, 2 in the text",
            ],
        ),
        ("In all, 10 employed quantitative designs, 5 qualitative ones and 3 a mixed-methods design.", []),
        ("On cost, 8 employed quantitative designs and 2 a mixed-methods design.", []),
    ],
    ids=["other parts of the same whole", "the same parts", "parts of a part"],
)
def test_designs_that_are_all_studies_in_abstract_and_text_are_the_same(text, says):
    elsewhere = "Coders read 10 pages, 5 tables and 3 boxes."
    found = findings(f"{INCLUDED} {text} {elsewhere}", IN_ABSTRACT)
    assert [one for kind, one in found if kind == "abstract"] == says


def test_a_slip_of_a_number_that_the_text_prints_too_is_named():
    text = (
        "48 trials measured pain of adults at home. Pain was rated in the 48 trials of adults."
        " The mean age was 41 years."
    )
    found = [("abstract", "41 in the abstract, 48 in the text")]
    assert findings(text, "41 trials measured pain of adults.") == found
    assert findings(f"{text} Sleep was rated in 41 trials; of 41 trials 3 were small.", found[0][1][:2]) == []


def test_the_abstract_never_prints_the_included_studies_that_the_text_states_twice():
    text = (
        "Finally, 48 studies were included in the review. In total, 48 articles met all inclusion criteria."
    )
    abstract = "Fifty-three trials with a total of 1,009 adults met the inclusion criteria."
    assert findings(text, abstract) == [("abstract", "53 in the abstract, 48 in the text")]
    assert findings(text, "We found 53 trials with a total of 1,009 adults by hand.") == []


def test_another_digit_in_the_same_phrase_is_named():
    text = (
        "We read papers of the past 15 years. What changed in the past 15 years? Since 12 March 2020 all did."
    )
    found = [("abstract", "45 in the abstract, 15 in the text")]
    assert findings(f"{text} Of 45 staff none left.", "Trust fell in the past 45 years.") == found
    assert findings(f"{text} All of the past 45 years.", "Trust fell in the past 45 years.") == []
    dates = [("abstract", "17 in the abstract, 12 in the text")]
    assert findings(f"{text} Of 17 staff none left.", "We searched until 17 March 2020.") == dates
