"""Faults of strategies of the kinds that published searches contain are named, and sound ones pass."""

import csv
import json

import pytest

from scripts.common.errors import InputError
from scripts.common.files.tables import read_table, rows_of
from scripts.common.search.lint import ERROR, NOT_CHECKED, lint
from scripts.common.search.query_check import check_query
from scripts.common.search.strategies import Line, Strategy, read_strategies, split_lines
from scripts.search.lint_strategies import main
from tests.paths import DATA


def cases(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


BROKEN, SOUND = cases("broken_strategies.csv"), cases("sound_strategies.csv")


def strategy(text: str, platform: str = "PubMed") -> Strategy:
    return Strategy("ours", platform, "", "", "", tuple(split_lines(text)))


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case["what"])
def test_a_fault_is_named_in_one_line(case, capsys):
    found = lint(strategy(case["query"], case["platform"]))
    assert found
    assert all(one.what and one.advice and "\n" not in one.what + one.says for one in found)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("case", SOUND, ids=lambda case: case["query"])
def test_a_sound_strategy_has_no_error_and_may_be_sent(case):
    assert [one for one in lint(strategy(case["query"])) if one.level == ERROR] == []
    check_query(case["query"])


def test_there_are_forty_faults_and_twenty_sound_strategies():
    assert len(BROKEN) >= 40
    assert len(SOUND) >= 20


@pytest.mark.parametrize(
    ("lines", "whole"),
    [
        ("1. asthma[mh]\n2. wheez*[tiab]\n3. 1 or 2\n4. child*[tiab]\n#5 #3 AND #4",
         "((asthma[mh]) OR (wheez*[tiab])) AND (child*[tiab])"),
        ("1 asthma.mp.\n2 wheez$.tw.\n3 or/1-2\n4 limit 3 to english",
         "limit ((asthma.mp.) OR (wheez$.tw.)) to english"),
        ("1 a.ti.\n2 b.ti.\n3 c.ti.\n4 or/1,3", "(a.ti.) OR (c.ti.)"),
        ("S1 TI asthma\nS2 AB child*\nS3 S1 AND S2", "(TI asthma) AND (AB child*)"),
        ("#1 S1 nuclease[ti]\n#2 child[ti]\n#3 #1 AND #2", "(S1 nuclease[ti]) AND (child[ti])"),
        ("#1 asthma:ti\n#2 child:ti\n#3 {or #1-#2} and 2020:py", "((asthma:ti) OR (child:ti)) and 2020:py"),
        ("#3 #1 AND #2\n#2 child[ti]\n#1 asthma[ti]", "(asthma[ti]) AND (child[ti])"),
        ("asthma[ti]\nchild[ti]\n#1 AND #2", "(asthma[ti]) AND (child[ti])"),
        ("asthma[ti]\nAND child[ti]", "asthma[ti] AND child[ti]"),
    ],
    ids=["PubMed", "Ovid", "Ovid, some lines", "EBSCO", "a word that looks like a line of EBSCO", "Cochrane",
         "newest line first", "lines without numbers", "one query on two lines"],
)  # fmt: skip
def test_lines_that_name_others_become_one_query(lines, whole):
    assert strategy(lines).text == whole


def test_a_sound_strategy_of_several_lines_has_no_fault():
    lines = "1. asthma[mh]\n2. wheez*[tiab]\n3. 1 or 2\n4. child*[tiab]\n#5 #3 AND #4"
    assert lint(strategy(lines)) == []


def test_a_number_that_two_lines_have_and_a_bracket_of_a_line_that_names_others_are_named():
    (fault,) = lint(strategy("1. asthma[ti]\n2. child[ti]\n1. wheez*[ti]\n3. #1 AND #2"))
    assert (fault.kind, "two lines have the number 1" in fault.says) == ("line-reference", True)
    (fault,) = lint(strategy("1. asthma[ti]\n2. child[ti]\n3. (#1 AND #2"))
    assert (fault.line, fault.kind) == (3, "brackets")


def test_a_line_that_names_a_later_one_is_named():
    (fault,) = lint(strategy("1. asthma[mh]\n2. #1 AND #3\n3. child[mh]"))
    assert (fault.level, fault.kind) == (ERROR, "line-reference")
    assert "line 2 names line 3" in fault.says


def test_the_fault_is_at_its_line():
    found = lint(strategy("1. asthma[mh]\n2. (wheez*[tiab]\n3. #1 OR #2"))
    assert [(one.line, one.kind) for one in found] == [(2, "brackets")]


def test_a_platform_that_nobody_reads_is_reported_as_not_checked():
    assert [one.level for one in lint(strategy("exp Asthma/ and child$.tw", "Ovid"))] == [NOT_CHECKED]
    assert [one.kind for one in lint(strategy("(asthma.mp.", "Ovid"))] == ["brackets", "not-checked"]


def test_one_number_of_hits_is_that_of_the_search_wherever_its_line_is(tmp_path):
    folder = tmp_path / "config/strategies"
    folder.mkdir(parents=True)
    (folder / "pubmed.txt").write_text("#2 #1 AND child[ti]\n#1 asthma[ti]\n", encoding="utf-8")
    (folder / "strategies.yaml").write_text("pubmed: {platform: PubMed, hits: 7}\n", encoding="utf-8")
    (found,) = read_strategies(tmp_path)
    assert [(line.number, line.hits) for line in found.lines] == [(2, 7), (1, None)]


def test_strategies_are_read_with_their_printed_hits(tmp_path):
    folder = tmp_path / "config/strategies"
    folder.mkdir(parents=True)
    (folder / "pubmed.txt").write_text("1. asthma[mh]\n2. child[mh]\n3. 1 AND 2\n", encoding="utf-8")
    about = "pubmed:\n  platform: PubMed\n  date: 2022-08-16\n  hits: {1: 120, 3: 7}\n"
    (folder / "strategies.yaml").write_text(about, encoding="utf-8")
    (found,) = read_strategies(tmp_path)
    assert found.lines == (Line(1, "asthma[mh]", 120), Line(2, "child[mh]"), Line(3, "1 AND 2", 7))
    assert (found.platform, found.date) == ("PubMed", "2022-08-16")


def test_every_mistake_of_the_folder_is_in_one_message(tmp_path):
    folder = tmp_path / "config/strategies"
    folder.mkdir(parents=True)
    (folder / "empty.txt").write_text("\n", encoding="utf-8")
    (folder / "latin.txt").write_bytes("naïve[ti]".encode("latin-1"))
    (folder / "unknown.txt").write_text("asthma[ti]", encoding="utf-8")
    about = "empty: {platform: PubMed}\nlatin: {platform: PubMed}\ngone: {platform: Ovid}\n"
    (folder / "strategies.yaml").write_text(about, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_strategies(tmp_path)
    assert len(str(caught.value).splitlines()) == 4


def test_a_strategy_with_a_lost_line_is_reported_and_the_others_are_kept(tmp_path):
    paths = {name: str(tmp_path / name) for name in ("lint_csv", "table", "json_file")}
    broken = strategy("1. asthma[mh]\n2. #1 AND #7\n3. child[mh]")
    main(query="wheez*[tiab]", strategies=[broken], **paths)
    assert [row["kind"] for row in rows_of(read_table(paths["lint_csv"]))] == ["line-reference"]
    lines = [(row["strategy"], row["line"]) for row in rows_of(read_table(paths["table"]))]
    assert lines == [("ours", "1"), ("ours", "2"), ("ours", "3"), ("search.query", "1")]
    assert list(json.loads((tmp_path / "json_file").read_text(encoding="utf-8"))) == ["search.query"]
