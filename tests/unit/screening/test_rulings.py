"""A ruling on a conflict is complete, or named with its line."""

import pytest

from scripts.common.errors import InputError
from scripts.common.screening.rulings import Ruling, read_rulings
from tests.settings import screening_rules

TI, FT = "title_abstract", "full_text"


RULING = "record,stage,final,reason,who,date\n"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("a:1,title,include,x,dee,", r"line 2: stage 'title' is unknown\. Did you mean title_abstract\?"),
        ("a:1,title_abstract,maybe,x,dee,", r"line 2: final 'maybe' is unknown"),
        ("a:1,title_abstract,include,,dee,", r"line 2: a record, a reason and who decided are needed"),
        ("a:1,title_abstract,include,x,,", r"line 2: a record, a reason and who decided are needed"),
        ("a:1,title_abstract,include,x,dee,May", r"line 2: date 'May' is no day"),
        (
            "a:1,full_text,exclude,wrong desing,dee,",
            r"reason 'wrong desing' is not among .* mean wrong design",
        ),
    ],
)
def test_a_ruling_that_cannot_be_used_is_named_with_its_line(tmp_path, line, message):
    path = tmp_path / "screening.csv"
    path.write_text(f"{RULING}{line}\n", encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_rulings(str(path), screening_rules(reasons=["wrong design"]))


def test_a_ruling_left_blank_is_not_taken_yet(tmp_path):
    path = tmp_path / "screening.csv"
    path.write_text(f"{RULING}a:1,title_abstract,,,,\nb:1,full_text,include,fits,dee,2022-01-31\n")
    (ruling,) = read_rulings(str(path), screening_rules())
    assert ruling == Ruling(3, "b:1", FT, "include", "fits", "dee", "2022-01-31")
    assert read_rulings(None, screening_rules()) == []


@pytest.mark.parametrize(
    ("head", "line"),
    [
        (RULING, "a:1,full_text,exclude,no full text,dee,"),
        (f"exclusion_reason,{RULING}", "No full text,a:1,full_text,exclude,the library asked twice,dee,"),
    ],
)
def test_a_ruling_for_want_of_the_full_text_is_no_exclusion(tmp_path, head, line):
    path = tmp_path / "screening.csv"
    path.write_text(f"{head}{line}\n", encoding="utf-8")
    rules = screening_rules(reasons=["wrong design"], not_retrieved_reasons=["no full text"])
    (ruling,) = read_rulings(str(path), rules)
    assert (ruling.final, ruling.exclusion_reason) == ("not retrieved", "")


@pytest.mark.parametrize(
    ("head", "line", "excluded_for"),
    [
        (RULING, "a:1,full_text,exclude,wrong design,dee,", "wrong design"),
        (RULING, "a:1,title_abstract,exclude,a letter,dee,", ""),
        (
            f"exclusion_reason,{RULING}",
            "Wrong design,a:1,full_text,exclude,read it again,dee,",
            "Wrong design",
        ),
        (f"exclusion_reason,{RULING}", ",a:1,full_text,exclude,read it again,dee,", ""),
    ],
    ids=["one column for both", "by title no reason of exclusion is needed", "two columns", "as voted"],
)
def test_why_it_was_ruled_so_is_kept_apart_from_the_reason_of_exclusion(tmp_path, head, line, excluded_for):
    path = tmp_path / "screening.csv"
    path.write_text(f"{head}{line}\n", encoding="utf-8")
    (ruling,) = read_rulings(str(path), screening_rules(reasons=["wrong design"]))
    assert ruling.exclusion_reason == excluded_for
    assert ruling.reason in line
