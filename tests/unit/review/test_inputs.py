"""inputs.tsv: every file that people bring in is listed, and says where it is from."""

from pathlib import Path

import pytest

from scripts.common.errors import InputError
from scripts.common.review.inputs import (
    at_hand,
    check_declared,
    check_names_beside_search,
    missing,
    names_of,
    need_fetch,
    not_at_hand,
    of_kind,
    read_inputs,
    ruled,
    unlisted,
)
from tests.inputs_list import EMBASE, bring


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


def test_a_link_that_leads_out_of_the_folder_is_refused_like_a_path_that_does(folder, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "real.ris"
    outside.write_text("TY  - JOUR\n", encoding="utf-8")
    bring(EMBASE)
    Path(EMBASE[0]).unlink()
    Path(EMBASE[0]).symlink_to(outside)
    with pytest.raises(InputError, match=r"line 2: .*embase\.ris lies outside the review's folder"):
        read_inputs()
    Path("config/inputs/kept.ris").write_text("TY  - JOUR\n", encoding="utf-8")
    Path(EMBASE[0]).unlink()
    Path(EMBASE[0]).symlink_to("kept.ris")
    assert [item.name for item in read_inputs()] == ["embase"]


def test_without_a_list_there_are_no_inputs_and_a_missing_column_is_named(folder):
    assert read_inputs() == []
    Path("config/inputs.tsv").write_text("path\tkind\n", encoding="utf-8")
    with pytest.raises(
        InputError,
        match=r"inputs\.tsv line 1: needs the columns path, kind, source.*; the header is: path, kind",
    ):
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
    with pytest.raises(InputError, match=r"inputs\.tsv: kind included is in more than one line"):
        read_inputs()


def test_readmes_hidden_files_and_windows_of_the_archive_need_no_line(folder):
    bring(EMBASE, ("config/inputs/pubmed/archive.json", "search", "{}"))
    for name in ("README.md", ".DS_Store", "pubmed/2004-01-01_2004-12-31.xml.gz"):
        (Path("config/inputs") / name).write_text("x", encoding="utf-8")
    assert list(unlisted(read_inputs())) == []
    Path("config/inputs/README.ris").write_text("TY  - JOUR\n", encoding="utf-8")
    assert list(unlisted(read_inputs())) == ["config/inputs/README.ris"]


@pytest.mark.parametrize("name", ["a b", "a:b", "a;b", "{x}"])
def test_an_export_whose_name_would_spoil_the_names_of_its_records_is_refused(folder, name):
    bring((f"config/inputs/{name}.ris", "database", "TY  - JOUR\nER  - \n"))
    with pytest.raises(InputError, match="Rename the file"):
        read_inputs()


def addressed(*cells):
    """Add the columns url, member and version to the list; one tuple of cells for each line."""
    path = Path("config/inputs.tsv")
    head, *lines = path.read_text(encoding="utf-8").splitlines()
    rows = ["\t".join((line, *more)) for line, more in zip(lines, cells, strict=True)]
    path.write_text("\n".join([f"{head}\turl\tmember\tversion", *rows]) + "\n", encoding="utf-8")


def test_a_file_with_an_address_may_be_missing_until_it_is_fetched(folder):
    bring(EMBASE)
    addressed(("https://zenodo.org/records/1/files/a.zip", "data/embase.ris", "v2"))
    Path(EMBASE[0]).unlink()
    (item,) = missing(read_inputs())
    assert (item.url, item.member, item.version) == (
        "https://zenodo.org/records/1/files/a.zip", "data/embase.ris", "v2",
    )  # fmt: skip
    assert "1 file is not here, the first is config/inputs/embase.ris" in str(need_fetch([item]))


@pytest.mark.parametrize(
    ("cells", "changes", "message"),
    [
        (("http://example.org/a", "", ""), {}, r"line 2: url 'http://example\.org/a': it is not encrypted"),
        (("example.org/a", "", ""), {}, r"line 2: url 'example\.org/a': it does not begin with https://"),
        (("", "data/a.csv", ""), {}, r"line 2: member 'data/a\.csv' is a file in the zip file at url"),
        (("", "", ""), {"sha256": "../../etc"}, r"line 2: sha256 '\.\./\.\./etc' is none: it has 64"),
        (("", "", ""), {"sha256": "d41d8cd98f00b204e9800998ecf8427e"}, r"line 2: sha256 'd41d8.*' is none"),
        (("https://a.org/b", "", ""), {"kind": "search"}, r"line 2: the archive of the search is many files"),
    ],
    ids=["http", "no scheme", "member alone", "a path as digest", "an md5", "an archive"],
)
def test_an_address_or_digest_that_cannot_serve_is_named(folder, cells, changes, message):
    bring(EMBASE, **changes)
    addressed(cells)
    with pytest.raises(InputError, match=message):
        read_inputs()


def test_one_file_has_one_address(folder):
    sheet = ("config/inputs/all.csv", "decisions", "record,decision\n")
    bring(sheet, sheet)
    with_names("title", "full_text")
    addressed(("https://a.org/1", "", ""), ("https://a.org/2", "", ""))
    with pytest.raises(InputError, match=r"line 3: config/inputs/all\.csv has another url, member, version"):
        read_inputs()


def test_only_beside_a_search_an_export_may_not_have_its_name(folder):
    export = ("config/inputs/pubmed.nbib", "database", "PMID- 1\n")
    bring(export)
    assert [item.name for item in read_inputs()] == ["pubmed"]
    with pytest.raises(
        InputError, match=r"pubmed\.nbib would have the name pubmed, which is that of the search"
    ):
        check_names_beside_search(read_inputs())
    bring(export, ("config/inputs/pubmed/archive.json", "search", "{}"))
    with pytest.raises(InputError, match=r"line 2: config/inputs/pubmed\.nbib would have the name pubmed"):
        read_inputs()


def test_what_the_inputs_were_made_from_may_lie_in_a_folder_named_raw(folder):
    bring(EMBASE)
    for name in ("raw/embase.xlsx", "old/raw/notes.txt", "raw.txt"):
        path = Path("config/inputs") / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x", encoding="utf-8")
    assert list(unlisted(read_inputs())) == ["config/inputs/raw.txt"]


def test_all_wrong_rows_are_named_at_once(folder):
    bring(EMBASE, ("config/inputs/b.ris", "databse", "x"), ("config/inputs/c.ris", "coding", "x"))
    Path("config/inputs/c.ris").unlink()
    with pytest.raises(InputError) as stopped:
        read_inputs()
    assert [message.partition(": ")[0] for message in stopped.value.args] == [
        "config/inputs.tsv line 3",
        "config/inputs.tsv line 4",
    ]


def with_names(*names):
    path = Path("config/inputs.tsv")
    head, *lines = path.read_text(encoding="utf-8").splitlines()
    rows = [f"{line}\t{name}" for line, name in zip(lines, names, strict=True)]
    path.write_text("\n".join([f"{head}\tname", *rows]) + "\n", encoding="utf-8")


def test_one_file_may_feed_several_inputs_each_with_a_name_of_its_own(folder):
    sheet = ("config/inputs/all.csv", "decisions", "record,decision\n")
    bring(sheet, sheet)
    with_names("title", "full_text")
    assert [(item.name, item.path) for item in read_inputs()] == [
        ("title", "config/inputs/all.csv"),
        ("full_text", "config/inputs/all.csv"),
    ]


def test_several_sheets_may_share_a_name_and_with_it_a_map(folder):
    bring(*((f"config/inputs/{who}/final.csv", "coding", "study,speed\n") for who in ("P1", "P2")))
    assert [item.name for item in read_inputs()] == ["final", "final"]


def test_exports_never_share_a_name_for_their_records_are_named_after_it(folder):
    bring(*((f"config/inputs/{who}/all.ris", "database", "TY  - JOUR\n") for who in ("a", "b")))
    with pytest.raises(InputError, match=r"would have the name all, as .* Rename the file, or give each"):
        read_inputs()
    with_names("a", "b")
    assert [item.name for item in read_inputs()] == ["a", "b"]


def test_a_kind_whose_inputs_are_all_named_takes_no_other(folder):
    bring(EMBASE, ("config/inputs/ann.csv", "coding", "a"))
    check_declared({"database": ["embase", "wos"]}, read_inputs())
    check_declared({}, read_inputs())
    with pytest.raises(InputError, match=r"inputs\.database: does not name embase, which is there"):
        check_declared({"database": ["wos"], "coding": ["ann"]}, read_inputs())


def test_what_is_named_and_not_listed_is_missing():
    present = [("database", "wos"), ("coding", "ann")]
    declared = {"database": ["wos", "embase"], "coding": ["ann", "ann"]}
    assert not_at_hand(declared, present) == [("coding", "ann"), ("database", "embase")]
    assert not_at_hand({"coding": ["ann"]}, present) == []


def test_settings_may_speak_of_an_input_that_is_not_at_hand(folder):
    bring(EMBASE)
    assert names_of({"decisions": ["ann"]}, read_inputs()) == ["embase", "ann"]


def test_what_people_settled_is_listed_by_its_file(folder):
    bring(EMBASE)
    Path("config/decisions").mkdir()
    for name in ("config/decisions/screening.xlsx", "config/decisions/.lock.csv", "config/eligibility.csv"):
        Path(name).write_text("", encoding="utf-8")
    assert ruled() == ["eligibility", "screening"]
    check_declared({"rulings": ["eligibility", "screening", "duplicates"]}, read_inputs())
    with pytest.raises(InputError, match=r"inputs\.rulings: does not name eligibility, which is there"):
        check_declared({"rulings": ["screening"]}, read_inputs())


def test_a_live_search_is_at_hand_without_a_file(folder):
    bring(EMBASE)
    assert at_hand(read_inputs(), live=True) == [("database", "embase"), ("search", "pubmed")]
    assert at_hand(read_inputs(), live=False) == [("database", "embase")]
    bring(("config/inputs/pubmed/archive.json", "search", "{}"))
    assert at_hand(read_inputs(), live=True) == [("search", "pubmed")]
