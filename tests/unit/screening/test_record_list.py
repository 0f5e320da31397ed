"""A list of records in any format of exports, with the one decision that the map states."""

import pytest

from scripts.common.errors import InputError
from scripts.common.screening.joining import join_sheets

TI, FT = "title_abstract", "full_text"
ONE, TWO = "Online feedback in hospitals", "A chapter"
RIS = f"TY  - JOUR\nTI  - {ONE}\nDO  - 10.1000/A\nER  - \nTY  - JOUR\nTI  - {TWO}\nER  - \n"
XML = "<record><titles><title>{}</title></titles></record>"
FORMATS = {
    "list.ris": RIS,
    "list.bib": f"@article{{a, title={{{ONE}}}, doi={{10.1000/A}}}}\n@article{{b, title={{{TWO}}}}}\n",
    "list.nbib": f"PMID- 123\nTI  - {ONE}\n\nPMID- 9\nTI  - {TWO}\n",
    "list.enw": f"%0 Journal Article\n%T {ONE}\n%R 10.1000/A\n\n%0 Journal Article\n%T {TWO}\n",
    "list.ciw": f"FN Clarivate\nVR 1.0\nPT J\nTI {ONE}\nDI 10.1000/A\nER\n\nPT J\nTI {TWO}\nER\n\nEF\n",
    "list.txt": f"PT\tTI\tSO\tAU\tDI\nJ\t{ONE}\tJ\tA\t10.1000/A\nJ\t{TWO}\tJ\t\t\n",  # of Web of Science
    "list.json": f'[{{"type": "book", "title": "{ONE}"}}, {{"type": "book", "title": "{TWO}"}}]',
    "list.xml": f"<xml><records>{XML.format(ONE)}{XML.format(TWO)}</records></xml>",
}


@pytest.mark.parametrize("name", FORMATS)
def test_every_record_of_a_list_gets_the_stated_decision(sheet, catalogue, name):
    words = {"set": {"stage": FT, "decision": "include"}, "role": "consensus"}
    found = sheet(name, FORMATS[name], words=words)
    (joined,) = join_sheets([found], catalogue, FT)
    assert [(vote["record_id"], vote["decision"], vote["reviewer"]) for vote in joined.votes] == [
        ("a:1", "include", "consensus"), ("a:2", "include", "consensus"),
    ]  # fmt: skip
    assert joined.set_aside == []
    assert (found.tool, found.records) == ("list of records", 2)


def test_a_list_of_what_was_chosen_can_say_what_all_others_got(sheet, catalogue):
    words = {"set": {"stage": TI, "reviewer": "Ann", "decision": "include"}}
    words["others"] = {"of": "*", "decision": "exclude"}
    (joined,) = join_sheets([sheet("list.ris", RIS, words=words)], catalogue, FT)
    assert {vote["record_id"]: vote["decision"] for vote in joined.votes} == {
        "a:1": "include", "a:2": "include", "a:3": "exclude",
    }  # fmt: skip


def test_a_list_can_be_one_of_rulings_and_of_exclusions_with_a_reason(sheet):
    given = {"stage": FT, "reviewer": "Bo", "decision": "exclude", "reason": "no data"}
    found = sheet("list.ris", RIS, words={"set": given, "role": "ruling"})
    rulings = [(one.reviewer, one.decision, one.reason) for one in found.rulings]
    assert rulings == [("Bo", "exclude", "no data")] * 2
    assert found.votes == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({}, r"no decision.*list: \{set: \{stage: full_text, reviewer: '\?', decision: include\}\}\}"),
        ({"set": {"decision": "include", "stage": FT}}, "hold no decision"),
        ({"set": {"decision": "include", "reviewer": "Ann"}}, "does not say at which stage"),
        (
            {"set": {"decision": "include", "reviewer": "Ann", "stage": FT}, "only": {"x": "y"}},
            r"sheets, list: only: a list of records has no columns\. Its map may have: set, role, others",
        ),
    ],
)
def test_a_list_whose_decision_is_not_stated_is_refused_with_what_to_write(sheet, words, message):
    with pytest.raises(InputError, match=message):
        sheet("list.ris", RIS, words=words)
