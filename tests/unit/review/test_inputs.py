"""Inputs: every file that people bring in is listed, unchanged, and says where it is from."""

import hashlib
from pathlib import Path

import pytest

from scripts.common.errors import InputError
from scripts.common.files.digests import sha256
from scripts.common.files.tables import read_table, rows_of
from scripts.common.review.inputs import of_kind, read_inputs, unlisted
from scripts.inputs import check_inputs

HEADER = "path\tkind\tsource\tplatform\tdate\tlicence\tsha256\tprovenance\n"


def bring(*files, **changes):
    """Write the files (path, kind, text) and inputs.tsv in the working folder; return its path."""
    lines = []
    for path, kind, text in files:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text(text, encoding="utf-8")
        cells = {
            "path": path,
            "kind": kind,
            "source": "Embase",
            "platform": "Ovid",
            "date": "2022-08-16",
            "licence": "own",
            "sha256": hashlib.sha256(text.encode()).hexdigest(),
            "provenance": "exported by a librarian",
        }
        lines.append("\t".join((cells | changes).values()) + "\n")
    Path("config/inputs.tsv").write_text(HEADER + "".join(lines), encoding="utf-8")


EMBASE = ("config/inputs/embase.ris", "database", "TY  - JOUR\n")


def test_an_input_is_named_after_its_file_and_the_search_is_pubmed(folder):
    bring(EMBASE, ("config/inputs/pubmed/archive.json", "search", "{}"))
    assert [(item.name, item.kind) for item in read_inputs()] == [
        ("embase", "database"),
        ("pubmed", "search"),
    ]
    assert [item.name for item in of_kind(read_inputs(), "search", "register")] == ["pubmed"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"kind": "databse"}, r"inputs\.tsv line 2: kind 'databse' is unknown\. Did you mean database\?"),
        ({"source": " "}, r"inputs\.tsv line 2: config/inputs/embase\.ris needs a source and a provenance"),
        (
            {"provenance": ""},
            r"inputs\.tsv line 2: config/inputs/embase\.ris needs a source and a provenance",
        ),
        ({"date": "2022-13-45"}, r"inputs\.tsv line 2: date '2022-13-45' is no day\. Write YYYY-MM-DD"),
        ({"date": "2022-8-16"}, r"inputs\.tsv line 2: date '2022-8-16' is no day\. Write YYYY-MM-DD"),
        ({"path": "config/inputs/gone.ris"}, r"line 2: the file config/inputs/gone\.ris is missing"),
        ({"date": "2999-01-01"}, r"inputs\.tsv line 2: date 2999-01-01 lies in the future"),
        ({"path": "/etc/hostname"}, r"line 2: /etc/hostname lies outside the review's folder\. Copy it"),
        ({"path": "../embase.ris"}, r"line 2: \.\./embase\.ris lies outside the review's folder"),
        ({"licence": "a\tb"}, r"inputs\.tsv line 2: 9 cells, the header has 8"),
    ],
    ids=[
        "unknown kind",
        "no source",
        "no provenance",
        "no day",
        "a day as 2022-8-16",
        "missing file",
        "the future",
        "absolute path",
        "path out of the folder",
        "a tab",
    ],
)
def test_a_wrong_row_is_named_by_its_line(folder, changes, message):
    bring(EMBASE, **changes)
    with pytest.raises(InputError, match=message):
        read_inputs()


def test_a_missing_list_or_column_is_named(folder):
    with pytest.raises(InputError, match=r"config/inputs\.tsv: this file is missing"):
        read_inputs()
    Path("config/inputs.tsv").write_text("path\tkind\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"inputs\.tsv line 1: column source stands 0 times"):
        read_inputs()


def test_two_exports_of_one_name_are_refused_since_their_records_would_have_one_name(folder):
    bring(EMBASE, ("config/inputs/old/embase.ris", "database", "TY  - BOOK\n"))
    with pytest.raises(InputError, match=r"line 3: .*old/embase\.ris would have the name embase"):
        read_inputs()
    bring(EMBASE, ("config/inputs/old/EMBASE.ris", "database", "TY  - BOOK\n"))
    with pytest.raises(InputError, match=r"line 3: .*old/EMBASE\.ris would have the name EMBASE"):
        read_inputs()


def test_a_review_has_one_list_of_included_studies(folder):
    bring(("config/inputs/one.csv", "included", "a"), ("config/inputs/two.csv", "included", "b"))
    with pytest.raises(InputError, match=r"inputs\.tsv: kind included stands in more than one line"):
        read_inputs()


def test_a_changed_file_is_named_with_both_digests(folder):
    bring(EMBASE)
    Path(EMBASE[0]).write_text("TY  - CHAP\n", encoding="utf-8")
    now, then = (hashlib.sha256(text).hexdigest() for text in (b"TY  - CHAP\n", b"TY  - JOUR\n"))
    with pytest.raises(InputError, match=rf"embase\.ris: was changed: its sha256 is {now}, .* says {then}"):
        check_inputs.check_digests(read_inputs())


def test_a_file_without_digest_is_told_its_digest(folder):
    bring(EMBASE, sha256="")
    with pytest.raises(InputError, match=rf"embase\.ris has no sha256\. It is {sha256(EMBASE[0])}"):
        check_inputs.check_digests(read_inputs())


def test_a_file_that_the_list_does_not_name_is_found(folder):
    bring(EMBASE)
    check_inputs.check_digests(read_inputs())
    Path("config/inputs/scopus.ris").write_text("TY  - JOUR\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"config/inputs/scopus\.ris: lies among the inputs, but"):
        check_inputs.check_digests(read_inputs())


def test_readmes_hidden_files_and_windows_of_the_archive_need_no_line(folder):
    bring(EMBASE, ("config/inputs/pubmed/archive.json", "search", "{}"))
    for name in ("README.md", ".DS_Store", "pubmed/2004-01-01_2004-12-31.xml.gz"):
        (Path("config/inputs") / name).write_text("x", encoding="utf-8")
    assert list(unlisted(read_inputs())) == []
    Path("config/inputs/README.ris").write_text("TY  - JOUR\n", encoding="utf-8")
    assert list(unlisted(read_inputs())) == ["config/inputs/README.ris"]


CODEBOOK = """
version: 1
source: made
children_known: all
codes:
  - {id: risks, label: {en: Risks, zh: 风险}, definition: null, place: null}
"""
INCLUDED = (
    "config/inputs/included.csv",
    "included",
    "study_id,authors,year,title,journal,doi,pmid,confidence,source\n10,A,2020,T,J,,,verified,x\n",
)
SETTINGS = {
    "search": {
        "mode": "archive",
        "query": "q",
        "date_field": "pdat",
        "start": "2004-01-01",
        "end": "2022-08-16",
    },
    "deduplicate": {"keep_first": ["pubmed"]},
    "screening": {"included_list": "complete"},
    "coding": {"consensus": "any"},
}


def coding(study, code="risks"):
    sheet = f"study,code,coder,stance,excerpt,source\n{study},{code},ann,present,,\n"
    return ("config/inputs/coding.csv", "coding", sheet)


def check(included_list="complete", claims="[]"):
    Path("config/codebook.yaml").write_text(CODEBOOK, encoding="utf-8")
    Path("config/published.yaml").write_text(claims, encoding="utf-8")
    check_inputs.main(
        settings=SETTINGS | {"screening": {"included_list": included_list}}, checked="checked.csv"
    )


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


def test_an_input_to_keep_first_that_is_none_is_named(folder, monkeypatch):
    monkeypatch.setitem(SETTINGS, "deduplicate", {"keep_first": ["pubmed", "embas"]})
    bring(INCLUDED, EMBASE)
    with pytest.raises(InputError, match=r"keep_first: 'embas' is none of the inputs\. Did you mean embase"):
        check()


def test_claims_are_checked_before_any_work_starts(folder):
    bring(INCLUDED)
    with pytest.raises(InputError, match=r"config/published\.yaml: a list of claims is needed"):
        check(claims="C1: 61")


@pytest.mark.parametrize("name", ["pubmed", "a b", "a:b", "a;b", "{x}"])
def test_an_export_whose_name_would_spoil_the_names_of_its_records_is_refused(folder, name):
    bring((f"config/inputs/{name}.ris", "database", "TY  - JOUR\nER  - \n"))
    with pytest.raises(InputError, match="Rename the file"):
        read_inputs()


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
    settings = {"search": {"mode": "archive"}, "screening": {}}
    with pytest.raises(InputError, match=rf"config/inputs/embase\.ris: .*{reason}"):
        check_inputs.check_review(settings, read_inputs())
