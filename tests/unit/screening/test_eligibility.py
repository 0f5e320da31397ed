"""Rules of the machine: what is surely not eligible is named, and removed only if the review says so."""

import pandas as pd
import pytest

from scripts.common.errors import InputError
from scripts.common.files.tables import read_table, rows_of, write_table
from scripts.common.screening.eligibility import Rule, fails, read_eligibility
from scripts.screening.apply_eligibility import main, published_after

HEAD = "rule,field,test,values,reason\n"


def test_only_what_surely_appeared_after_the_search_is_late():
    dates = ("2022-08-16", "2022-08-17", "2022-08", "2022-09", "2022", "2023", "")
    unique = pd.DataFrame(list(zip("abcdefg", dates, strict=True)), columns=["record_id", "date"])
    assert published_after(unique, "2022-08-16") == {"b", "d", "f"}


@pytest.mark.parametrize(
    ("rule", "value", "out"),
    [
        (("language", "is not", ("eng", "English")), "eng", False),
        (("language", "is not", ("eng", "English")), "Chinese", True),
        (("language", "is not", ("eng", "English")), "chi; eng", False),
        (("language", "is not", ("eng", "English")), "", False),
        (("type", "is", ("editorial", "letter")), "Letter", True),
        (("type", "is", ("editorial", "letter")), "Letter; Journal Article", False),
        (("date", "before", ("2004",)), "2003", True),
        (("date", "before", ("2004-06",)), "2004", False),
        (("date", "before", ("2004-06",)), "2004-02", True),
        (("date", "after", ("2022-08-16",)), "2022", False),
        (("date", "after", ("2022-08-16",)), "2022-09", True),
    ],
)
def test_a_rule_speaks_only_where_it_is_sure(record, rule, value, out):
    field, test, values = rule
    assert fails(Rule("r", field, test, values, "x"), record(**{field: value})) is out


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("r,lang,is,eng,x", r"line 2: field 'lang' is unknown\. Did you mean language\?"),
        ("r,date,is,2004,x", r"line 2: test 'is' is unknown for date"),
        ("r,date,before,May 2004,x", r"line 2: 'May 2004' is no date\. Write YYYY"),
        ("r,language,is not,eng,", r"line 2: a rule, its values and its reason are needed"),
        ("r,language,is not,eng,x\nr,type,is,letter,x", r"line 3: rule 'r' needs a name of its own"),
    ],
)
def test_a_rule_that_is_unclear_is_named_with_its_line(tmp_path, line, message):
    path = tmp_path / "eligibility.csv"
    path.write_text(f"{HEAD}{line}\n")
    with pytest.raises(InputError, match=message):
        read_eligibility(str(path))


@pytest.fixture
def run(tmp_path, record):
    def applied(records, rules, voted=(), **settings):
        write_table([record(name, input=name.split(":")[0], **facts) for name, facts in records.items()],
                    tmp_path / "records.csv", tuple(record()))  # fmt: skip
        write_table([{"record_id": name, "cluster_id": name} for name in records], tmp_path / "clusters.csv",
                    ("record_id", "cluster_id"))  # fmt: skip
        write_table([{"record_id": name, "kind": kind} for name, kind in dict.fromkeys(voted, "").items()],
                    tmp_path / "votes.csv", ("record_id", "kind"))  # fmt: skip
        write_table([], tmp_path / "decisions.csv", ("record_id",))
        (tmp_path / "eligibility.csv").write_text(HEAD + rules)
        main(
            eligibility=str(tmp_path / "eligibility.csv"),
            records=str(tmp_path / "records.csv"),
            clusters=str(tmp_path / "clusters.csv"),
            unique=str(tmp_path / "records.csv"),
            votes=str(tmp_path / "votes.csv"),
            decisions=str(tmp_path / "decisions.csv"),
            kinds={"pubmed": "search", "embase": "database", "web": "website"},
            search_end="2022-08-16",
            **{"published_after_search": "remove", "effect_of_rules": "suggest"} | settings,
            ineligible=str(tmp_path / "out.csv"),
        )
        return {
            row["record_id"]: (row["rule"], row["removed"])
            for row in rows_of(read_table(tmp_path / "out.csv"))
        }

    return applied


RULE = "language,language,is not,eng,no translator\n"
CHINESE = {"language": "chi", "date": "2020"}


def test_a_rule_suggests_and_removes_only_if_the_setting_says_so(run):
    assert run({"embase:1": CHINESE}, RULE) == {"embase:1": ("language", "no: suggested only")}
    assert run({"embase:1": CHINESE}, RULE, effect_of_rules="remove") == {"embase:1": ("language", "yes")}


def test_what_people_decided_on_is_never_removed_by_a_rule(run):
    late = {"language": "chi", "date": "2023"}
    found = run({"embase:1": late, "embase:2": late}, RULE, voted=["embase:1"], effect_of_rules="remove")
    assert found == {
        "embase:1": ("published_after_search", "no: people decided on it"),
        "embase:2": ("published_after_search", "yes"),
    }


def test_records_of_other_methods_and_of_the_search_itself_are_not_late(run):
    late = {"date": "2023", "language": "eng"}
    found = run({"embase:1": late, "web:1": late, "pubmed:1": late}, RULE)
    assert found == {
        "embase:1": ("published_after_search", "yes"),
        "web:1": ("published_after_search", "no: found by other methods"),
    }
    assert run({"embase:1": late}, RULE, published_after_search="keep") == {}
