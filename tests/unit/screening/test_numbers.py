"""The team's own numbers: a list says once which record each means, and every sheet may use them."""

import pytest

from scripts.common.errors import InputError
from scripts.common.review.inputs import Input
from scripts.common.screening.numbers import numbers_of, read_numbers
from scripts.common.screening.studies import read_included

MAP = {"columns": {"record": "no", "title": "name"}, "blank": ["NA"]}


def lists(tmp_path, text, words=MAP):
    path = tmp_path / "ids.csv"
    path.write_text(text, encoding="utf-8")
    return numbers_of([Input("ids", str(path), "numbers", "", "", "", "", "", "")], {"ids": words})


def test_a_number_means_the_record_that_its_row_describes(tmp_path, catalogue):
    numbers = read_numbers(
        lists(tmp_path, "no,name,doi\n7,,10.1000/twin\n8,A chapter,\n9,Nowhere,\n"), catalogue
    )
    assert numbers == {"7": "a:1", "8": "a:2"}


def test_a_number_is_found_before_any_other_name_and_is_never_a_pmid(tmp_path, catalogue):
    assert catalogue.find("123") == ("a:1", "PMID")
    catalogue.take_numbers({"8": "b:1"})
    assert catalogue.find("8") == ("a:1", "number of the team")
    assert catalogue.find("123")[0] == ""
    assert catalogue.find("a:2") == ("a:2", "record_id")


def test_a_title_can_be_looked_for_in_one_input(tmp_path, catalogue):
    words = {**MAP, "columns": {**MAP["columns"], "input": "from"}}
    numbers = read_numbers(lists(tmp_path, "no,name,from\n1,A chapter,a\n2,A chapter,b\n", words), catalogue)
    assert numbers == {"1": "a:2"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("no,name\n7,A chapter\n7,Another chapter\n", r"line 3: number 7 appears twice, first at .* line 2"),
        ("no,name\n,A chapter\n", r"line 2: a number is needed"),
    ],
)
def test_a_number_that_means_two_rows_or_none_is_refused(tmp_path, catalogue, text, message):
    with pytest.raises(InputError, match=message):
        read_numbers(lists(tmp_path, text), catalogue)


def test_a_list_of_included_studies_may_have_other_columns(tmp_path):
    path = tmp_path / "final.csv"
    path.write_text("sort,abstract,by\nS1,7,Ann and Bob\nS2,NA,Cy\n", encoding="utf-8")
    words = {
        "columns": {"study": "sort", "record": "abstract", "authors": "by"},
        "blank": ["NA"],
        "split": {"by": " and "},
    }
    studies = read_included(str(path), words)
    assert studies[["study_id", "record", "authors"]].to_numpy().tolist() == [
        ["S1", "7", "Ann; Bob"],
        ["S2", "", "Cy"],
    ]
    path.write_text("sort,abstract,by\nS1,7,Ann\nS1,8,Cy\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"line 3: study S1 appears twice"):
        read_included(str(path), words)
