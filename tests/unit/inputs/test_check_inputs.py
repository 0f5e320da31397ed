"""What people brought in is checked before any work starts: it is unchanged, complete and agrees."""

import hashlib
from pathlib import Path

import pytest

from scripts.common.errors import InputError
from scripts.common.files.digests import sha256
from scripts.common.files.tables import read_table, rows_of
from scripts.common.review.inputs import read_inputs
from scripts.inputs import check_inputs
from tests.codebooks import ONE_CODE
from tests.inputs_list import EMBASE, bring
from tests.paths import REPOSITORY
from tests.settings import settings, written

SCHEMA = REPOSITORY / "config/config.schema.yaml"

INCLUDED = (
    "config/inputs/included.csv",
    "included",
    "study_id,authors,year,title,journal,doi,pmid,confidence,source\n10,A,2020,T,J,,,verified,x\n",
)


def coding(study, code="risks"):
    sheet = f"study,code,coder,stance,excerpt,source\n{study},{code},ann,present,,\n"
    return ("config/inputs/coding.csv", "coding", sheet)


def check(included_list="complete", claims="[]", keep_first=(), **more):
    Path("config/codebook.yaml").write_text(ONE_CODE, encoding="utf-8")
    Path("config/published.yaml").write_text(claims, encoding="utf-8")
    own = settings(screening={"included_list": included_list}, deduplicate={"keep_first": keep_first}, **more)
    check_inputs.main(settings=own, checked="checked.csv")


def test_a_changed_file_is_named_with_both_digests(folder):
    bring(EMBASE)
    Path(EMBASE[0]).write_text("TY  - CHAP\n", encoding="utf-8")
    now, then = (hashlib.sha256(text).hexdigest() for text in (b"TY  - CHAP\n", b"TY  - JOUR\n"))
    with pytest.raises(InputError, match=rf"embase\.ris: was changed: its sha256 is {now}, .* says {then}"):
        check_inputs.check_digests(read_inputs())


def test_a_file_without_digest_is_named_with_the_digest_to_write(folder):
    bring(EMBASE, sha256="")
    with pytest.raises(InputError, match=rf"embase\.ris has no sha256\. It is {sha256(EMBASE[0])}"):
        check_inputs.check_digests(read_inputs())


def test_a_file_that_the_list_does_not_name_is_found(folder):
    bring(EMBASE)
    check_inputs.check_digests(read_inputs())
    Path("config/inputs/scopus.ris").write_text("TY  - JOUR\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"config/inputs/scopus\.ris: lies among the inputs, but"):
        check_inputs.check_digests(read_inputs())


def test_a_review_in_order_is_listed_with_digests_and_sizes(folder):
    bring(INCLUDED, coding("10"))
    check()
    rows = {row["path"]: row for row in rows_of(read_table("checked.csv"))}
    assert list(rows) == ["config/inputs/coding.csv", "config/inputs/included.csv"]
    assert rows["config/inputs/included.csv"]["bytes"] == str(len(INCLUDED[2]))


@pytest.mark.parametrize(
    ("files", "included_list", "message"),
    [
        (
            [INCLUDED, coding("99")],
            "complete",
            r"coding\.csv line 2: study '99' is none of the included studies",
        ),
        (
            [INCLUDED, coding("10", "risk")],
            "complete",
            r"line 2: code 'risk' is not in the codebook\. Did you mean risks",
        ),
        ([INCLUDED], "none", r"screening\.included_list: none, but .* names config/inputs/included\.csv"),
        ([EMBASE], "partial", r"screening\.included_list: partial, but .* names no file of kind included"),
    ],
    ids=["a study that a complete list lacks", "an unknown code", "a list that is not announced", "no list"],
)
def test_inputs_that_disagree_are_named(folder, files, included_list, message):
    bring(*files)
    with pytest.raises(InputError, match=message):
        check(included_list)


def test_a_study_may_be_unlisted_where_the_list_is_partial(folder):
    bring(INCLUDED, coding("99"))
    check("partial")
    assert Path("checked.csv").exists()


def test_the_mistakes_of_all_files_are_named_in_one_run(folder):
    bring(INCLUDED, coding("99"), ("config/inputs/embase.ris", "database", "a letter\n"))
    Path(INCLUDED[0]).write_text(INCLUDED[2] + "11,B,2021,U,J,,,verified,x\n", encoding="utf-8")
    Path("config/inputs/stray.txt").write_text("x", encoding="utf-8")
    claims = "[{id: a}, {id: b}]"
    with pytest.raises(InputError) as stopped:
        check(claims=claims)
    said = str(stopped.value)
    for message in (
        "config/inputs/included.csv: was changed",
        "config/inputs/stray.txt: lies among the inputs",
        "config/inputs/embase.ris line 1: no record was found",
        "study '99' is none of the included studies",
        "claim 'a': statement is missing",
        "claim 'b': statement is missing",
    ):
        assert message in said
    assert len(stopped.value.args) == 6


def test_a_folder_whose_settings_cannot_be_read_is_checked_all_the_same(folder):
    bring(EMBASE, ("config/inputs/b.ris", "databse", "x"), sha256="0" * 64)
    found = check_inputs.every_mistake({}, SCHEMA, InputError("config/config.yaml line 1: not YAML."))
    said = [message.partition(": ")[0] for message in found.args]
    assert said[:3] == ["config/config.yaml line 1", "config/inputs.tsv line 3", "config/inputs/embase.ris"]


def test_a_wrong_row_of_the_list_makes_no_other_mistake_of_it(folder):
    bring((INCLUDED[0], "includd", INCLUDED[2]), coding("10"))
    config = written(screening={"included_list": "complete"})
    found = check_inputs.every_mistake({**config, "sheets": {"included": {}}}, SCHEMA, InputError("x"))
    assert [message for message in found.args if message != "x"] == [
        "config/inputs.tsv line 2: kind 'includd' is unknown. Did you mean included?",
        "config/codebook.yaml: is missing, and config/inputs/coding.csv gives codes. Write it.",
    ]


def test_an_input_to_keep_first_that_is_none_is_named(folder):
    bring(INCLUDED, EMBASE)
    with pytest.raises(InputError, match=r"keep_first: 'embas' is none of the inputs\. Did you mean embase"):
        check(keep_first=["pubmed", "embas"])


def test_claims_are_checked_before_any_work_starts(folder):
    bring(INCLUDED)
    with pytest.raises(InputError, match=r"config/published\.yaml: a list of claims is needed"):
        check(claims="C1: 61")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "the file is empty"),
        ("<html>Sign in</html>", "a web page"),
        ("a letter\n", "no record was found"),
    ],
)
def test_a_file_that_is_no_export_is_refused_before_any_job(folder, content, reason):
    bring(("config/inputs/embase.ris", "database", content))
    with pytest.raises(InputError, match=rf"config/inputs/embase\.ris( line 1)?: .*{reason}"):
        check_inputs.check_review(settings(), read_inputs())


def test_settings_may_speak_of_an_input_that_is_named_and_not_at_hand(folder):
    bring(EMBASE, INCLUDED)
    more = {
        "inputs": {"database": ["embase", "wos"], "coding": ["ann"]},
        "sheets": {"ann": {"set": {"reviewer": "Ann"}}},
    }
    check(keep_first=("wos",), **more)
    with pytest.raises(InputError, match=r"inputs\.database: does not name embase, which is there"):
        check(**more | {"inputs": {"database": ["wos"], "coding": ["ann"]}})
    with pytest.raises(InputError, match=r"sheets, ann: no input has this name"):
        check(**more | {"inputs": {}})


def test_a_table_of_records_is_checked_with_its_map_only(folder):
    rows = "Nr;Was;Wann\n1;A title of four words;2020\n"
    bring(("config/inputs/hits.csv", "database", rows), INCLUDED)
    check(sheets={"hits": {"columns": {"title": "Was", "year": "Wann"}}})
