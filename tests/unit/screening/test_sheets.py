"""Exports of screening tools, each in its own form, give the votes that a person reads in them."""

import csv
import io
import re
import zipfile

import openpyxl
import pytest

from scripts.common.errors import InputError
from scripts.common.screening.sheets import read_decisions
from scripts.common.screening.stages import Plan
from tests.paths import SPECIMENS

TI, FT = "title_abstract", "full_text"
HEAD = "record,stage,reviewer,decision,reason"


@pytest.fixture
def sheet(tmp_path):
    """Return a function that writes a file and reads its decisions."""

    def read(name, content, not_retrieved=(), **plan):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return read_decisions(Plan(str(path), path.stem, **plan), not_retrieved)

    return read


def said(found):
    return [(vote.reviewer, vote.decision, vote.reason) for vote in found.votes]


def table(*rows):
    stream = io.StringIO()
    csv.writer(stream).writerows(rows)
    return stream.getvalue()


# Rayyan: notes hold the votes after any original note; the log holds who said what when ---------------------

NOTES = (
    'record_id: ovid:1 | RAYYAN-INCLUSION: {"Emily"=>"Excluded", "Max M."=>"Maybe"} | RAYYAN-LABELS:'
    " tele,pilot"
    " | RAYYAN-EXCLUSION-REASONS: wrong population,background article | USER-NOTES:"
    ' {"Max M."=>["ask ann@example.org"]}'
)
ARTICLES = (
    ("key", "title", "year", "doi", "notes", "pubmed_id"),
    ("rayyan-1", "Online feedback", "2020", "10.5555/a", NOTES, "7"),
    ("rayyan-2", "Second", "2021", "", 'RAYYAN-INCLUSION: {"Emily"=>"Included", "Max M."=>"Included"}', ""),
    ("rayyan-3", "Nobody looked", "2021", "", "an original note", ""),
)
LOG = (
    ("created_at", "user_id", "user_email", "article_id", "key", "value"),
    ("2022-05-01 10:00:00 UTC", "1", "emily@example.org", "1", "included", "1"),
    ("2022-05-02 10:00:00 UTC", "1", "emily@example.org", "1", "included", "-1"),
    ("2022-05-02 10:00:01 UTC", "1", "emily@example.org", "1", '"__EXR__wrong population"', "1"),
    ("2022-05-02 10:00:02 UTC", "1", "emily@example.org", "1", '"__EXR__no data"', "1"),
    ("2022-05-02 10:00:03 UTC", "1", "emily@example.org", "1", '"__EXR__no data"', "0"),
    ("2022-05-03 10:00:00 UTC", "2", "max@example.org", "1", "included", "0"),
    ("2022-05-04 10:00:00 UTC", "1", "emily@example.org", "2", "included", "1"),
    ("2022-05-05 10:00:00 UTC", "2", "max@example.org", "2", "included", "1"),
)


def zipped(**files):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, rows in files.items():
            archive.writestr(f"{name}.csv", table(*rows))
    return stream.getvalue()


def test_rayyan_articles_give_a_vote_per_reviewer_and_not_seen_is_not_excluded(sheet):
    found = sheet("rayyan.csv", table(*ARTICLES), stage=TI)
    assert (found.tool, found.records, found.not_seen) == ("Rayyan", 3, 1)
    assert said(found) == [
        ("Emily", "exclude", "wrong population; background article"),
        ("Max M.", "maybe", ""),
        ("Emily", "include", ""),
        ("Max M.", "include", ""),
    ]
    first = found.votes[0]
    assert (first.record, first.doi, first.pmid, first.title, first.line) == (
        "ovid:1", "10.5555/a", "7", "Online feedback", 2,
    )  # fmt: skip
    assert (first.labels, first.note) == ("tele; pilot", '{"Max M."=>["ask [e-mail]"]}')


def test_rayyan_zip_takes_days_and_reasons_of_each_reviewer_from_the_log(sheet):
    found = sheet("rayyan.zip", zipped(articles=ARTICLES, customizations_log=LOG), stage=TI)
    assert [(vote.reviewer, vote.decision, vote.reason, vote.date) for vote in found.votes] == [
        ("Emily", "exclude", "wrong population", "2022-05-02"),
        ("Max M.", "maybe", "", "2022-05-03"),
        ("Emily", "include", "", "2022-05-04"),
        ("Max M.", "include", "", "2022-05-05"),
    ]
    assert found.warnings == []


def test_rayyan_zip_says_where_log_and_articles_differ_and_takes_the_articles(sheet):
    late = ("2022-05-09 10:00:00 UTC", "2", "max@example.org", "2", "included", "-1")
    found = sheet("rayyan.zip", zipped(articles=ARTICLES, customizations_log=(*LOG, late)), stage=TI)
    assert found.votes[3].decision == "include"
    assert found.warnings[0].startswith("1 votes stand otherwise in customizations_log.csv")


def test_a_blind_export_of_rayyan_has_its_votes_in_the_log_alone(sheet):
    bare = tuple((*row[:4], "" if i else "notes", row[5]) for i, row in enumerate(ARTICLES))
    found = sheet("rayyan.zip", zipped(articles=bare, customizations_log=LOG), stage=TI)
    assert said(found)[:2] == [
        ("emily@example.org", "exclude", "wrong population"),
        ("max@example.org", "maybe", ""),
    ]
    assert found.not_seen == 1


def test_rayyan_at_full_text_a_maybe_decides_nothing_and_a_missing_reason_is_said(sheet):
    rows = (
        ARTICLES[0],
        ("rayyan-1", "A", "", "10.5555/a", 'RAYYAN-INCLUSION: {"Ann"=>"Excluded", "Bo"=>"Maybe"}', ""),
    )
    found = sheet("rayyan.csv", table(*rows), stage=FT)
    assert said(found) == [("Ann", "exclude", "no reason given")]
    assert found.aside == [(2, "A", "Bo says maybe at full text: no decision")]


def test_a_reason_can_mean_that_a_report_could_not_be_had(sheet):
    notes = 'RAYYAN-INCLUSION: {"Ann"=>"Excluded"} | RAYYAN-EXCLUSION-REASONS: Full text not found'
    rows = (ARTICLES[0], ("rayyan-1", "A", "", "10.5555/a", notes, ""))
    found = sheet("rayyan.csv", table(*rows), ["full text not found"], stage=FT)
    assert [vote.decision for vote in found.votes] == ["not retrieved"]


RIS = """TY  - JOUR
AN  - rayyan-1
TI  - Online feedback
AU  - Adams, Ann
Y1  - 2020
DO  - 10.5555/a
N1  - {}
ER  -
"""


def test_rayyan_and_asreview_write_decisions_into_the_notes_of_ris(sheet):
    found = sheet("rayyan.ris", RIS.format(NOTES), stage=TI)
    assert (found.tool, said(found)[0]) == (
        "Rayyan",
        ("Emily", "exclude", "wrong population; background article"),
    )
    assert (found.votes[0].record, found.votes[0].authors, found.votes[0].year) == (
        "ovid:1",
        "Adams, Ann",
        "2020",
    )
    three = "".join(RIS.format(f"ASReview_{word}") for word in ("relevant", "irrelevant", "not_seen"))
    found = sheet("asreview.ris", three, stage=TI, reviewer="Ann")
    assert (found.tool, found.records, found.not_seen) == ("ASReview", 3, 1)
    assert [(vote.line, vote.decision) for vote in found.votes] == [(1, "include"), (9, "exclude")]


def test_a_ris_file_without_decisions_is_refused(sheet):
    with pytest.raises(InputError, match=r"plain\.ris: no decision stands in the notes"):
        sheet("plain.ris", RIS.format("a note"), stage=TI)


# Covidence: a list per decision, and its own table of agreement ---------------------------------------------

COVIDENCE = table(
    ("Title", "Authors", "Published Year", "DOI", "Ref", "Covidence #", "Study", "Notes", "Tags"),
    (
        "One",
        "Adams, A.",
        "2020",
        "10.5555/a",
        "",
        "#1",
        "Adams 2020",
        "Exclusion reason: Wrong setting; ",
        "x",
    ),
    ("Two", "Baker, B.", "2021", "", "", "#2", "Baker 2021", "record_id: ovid:2", ""),
)


def test_a_list_of_covidence_gives_the_settled_decision_of_its_records(sheet):
    found = sheet("excluded.csv", COVIDENCE, stage=FT, decision="exclude")
    assert said(found) == [
        ("Covidence", "exclude", "Wrong setting"),
        ("Covidence", "exclude", "no reason given"),
    ]
    assert all(vote.consensus for vote in found.votes)
    assert [(vote.record, vote.year) for vote in found.votes] == [("", "2020"), ("ovid:2", "2021")]


def test_a_list_of_covidence_must_be_told_what_it_is_a_list_of(sheet):
    with pytest.raises(
        InputError, match=r"does not say what was decided .* \{file: excluded, stage: full_text, "
    ):
        sheet("excluded.csv", COVIDENCE, stage=FT)


def test_the_agreement_that_covidence_counted_is_read_as_counts(sheet):
    head = (
        "Reviewer A",
        "Reviewer B",
        "A Yes, B Yes",
        "A Yes, B No",
        "A No, B Yes",
        "A No, B No",
        "Cohen's Kappa",
    )
    found = sheet("irr.csv", table(head, ("Ann", "Bo", "9", "2", "2", "48", "0.778")), stage=TI)
    assert (found.tool, found.votes) == ("Covidence agreement", [])
    assert found.pairs == [(TI, "Ann", "Bo", 9, 2, 2, 48)]
    with pytest.raises(InputError, match=r"irr\.csv line 2: 9, two, 2, 48 are no four counts"):
        sheet("irr.csv", table(head, ("Ann", "Bo", "9", "two", "2", "48", "")), stage=TI)


# ASReview ---------------------------------------------------------------------------------------------------

ASREVIEW = table(
    ("record_id", "title", "doi", "notes", "asreview_label", "asreview_time", "asreview_note",
     "asreview_user_name", "asreview_user_email"),
    ("0", "One", "10.5555/a", "record_id: ovid:1", "1", "2024-03-01T10:00:00", "good", "Ann",
     "ann@example.org"),
    ("1", "Two", "10.5555/b", "", "0", "1709290000.5", "", "", "bo@example.org"),
    ("2", "Three", "10.5555/c", "", "", "", "", "", ""),
)  # fmt: skip


def test_asreview_tells_relevant_irrelevant_and_not_seen_apart(sheet):
    found = sheet("asreview.csv", ASREVIEW, stage=TI)
    assert (found.tool, found.records, found.not_seen) == ("ASReview", 3, 1)
    assert [(vote.reviewer, vote.decision, vote.date, vote.record) for vote in found.votes] == [
        ("Ann", "include", "2024-03-01", "ovid:1"),
        ("bo@example.org", "exclude", "2024-03-01", "1"),
    ]


def test_asreview_of_the_first_version_names_its_column_otherwise(sheet):
    found = sheet("lab.csv", "title,included\nOne,1\nTwo,0\nThree,\nFour,-1\n", stage=TI)
    assert (said(found), found.not_seen) == ([("lab", "include", ""), ("lab", "exclude", "")], 2)
    with pytest.raises(InputError, match=r"lab\.csv line 2: label 'yes' is neither 1, 0 nor empty"):
        sheet("lab.csv", "title,included\nOne,yes\n", stage=TI)


@pytest.mark.parametrize(
    ("name", "content"), [("r.csv", table(*ARTICLES)), ("c.csv", COVIDENCE), ("a.csv", ASREVIEW)]
)
def test_an_export_that_does_not_tell_its_stage_is_refused_with_the_setting_to_write(sheet, name, content):
    with pytest.raises(InputError, match=rf"screening\.sheets: \{{file: {name[0]}, stage: title_abstract\}}"):
        sheet(name, content)


# A plain sheet ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("a:1,title,ann,include,", r"line 2: stage 'title' is unknown\. Did you mean title_abstract\?"),
        (
            "a:1,title_abstract,ann,includ,",
            r"line 2: decision 'includ' is unknown in stage title_abstract\. Did",
        ),
        (
            "a:1,title_abstract,ann,not retrieved,",
            r"line 2: decision 'not retrieved' is unknown in stage title_abs",
        ),
        ("a:1,full_text,ann,maybe,", r"line 2: decision 'maybe' is unknown in stage full_text"),
        ("a:1,full_text,ann,exclude,", r"line 2: a:1 is excluded at full text without a reason\. Give one"),
        ("a:1,full_text,ann,exclude,  ", r"line 2: a:1 is excluded at full text without a reason"),
        (",full_text,ann,include,", r"line 2: a record and a reviewer are needed"),
        ("a:1,full_text,,include,", r"line 2: a record and a reviewer are needed"),
        ('a:1,full_text,ann,include,"two\nlines"\na:2,x,ann,include,', r"line 4: stage 'x' is unknown"),
    ],
)
def test_a_decision_that_cannot_be_used_is_named_with_its_line(sheet, line, message):
    with pytest.raises(InputError, match=rf"ann\.csv {message}"):
        sheet("ann.csv", f"{HEAD}\n{line}\n")


def test_an_exclusion_by_title_needs_no_reason_and_a_blank_decision_is_none(sheet):
    found = sheet("ann.csv", f"{HEAD}\na:1,title_abstract,ann,exclude,\na:2,title_abstract,ann,,\n")
    assert (said(found), found.not_seen) == ([("ann", "exclude", "")], 1)


@pytest.mark.parametrize(
    "content",
    [
        f"{HEAD},date\na:1,full_text,ann,include,,2022-05-01\n".encode(),
        b"\xef\xbb\xbf" + f"{HEAD},date\na:1,full_text,ann,include,,2022-05-01\n".replace(",", ";").encode(),
        f"{HEAD},date\na:1,full_text,ann,include,,2022-05-01\n".replace(",", "\t").encode("utf-16"),
    ],
    ids=["comma", "semicolon and byte-order mark", "tabs in UTF-16"],
)
def test_a_plain_sheet_is_read_however_a_spreadsheet_saved_it(sheet, content):
    (vote,) = sheet("ann.csv", content).votes
    assert (vote.record, vote.reviewer, vote.decision, vote.date) == ("a:1", "ann", "include", "2022-05-01")


def test_a_workbook_is_read_as_a_plain_sheet(sheet, tmp_path):
    book = openpyxl.Workbook()
    for row in (
        HEAD.split(","),
        (99, "full_text", "ann", "Exclude", "no data"),
        (None, None, None, None, None),
    ):
        book.active.append(row)
    book.save(tmp_path / "made.xlsx")
    found = sheet("ann.xlsx", (tmp_path / "made.xlsx").read_bytes())
    assert [(vote.line, vote.record, vote.decision, vote.reason) for vote in found.votes] == [
        (2, "99", "exclude", "no data")
    ]


def test_what_a_sheet_lacks_is_taken_from_the_settings(sheet):
    found = sheet(
        "ann.csv", "record,decision,reason\na:1,include,\n", stage=TI, reviewer="ann", consensus=True
    )
    assert [(vote.stage, vote.reviewer, vote.consensus) for vote in found.votes] == [(TI, "ann", True)]
    with pytest.raises(InputError, match=r"ann\.csv line 1: column reviewer stands 0 times, once is needed"):
        sheet("ann.csv", "record,decision,reason\na:1,include,\n", stage=TI)


def test_a_file_that_is_no_sheet_of_decisions_is_refused_with_its_header(sheet):
    with pytest.raises(InputError, match=r"x\.csv line 1: no export of a tool .* The header is: a, b"):
        sheet("x.csv", "a,b\n1,2\n")
    with pytest.raises(InputError, match=r"x\.zip: a zip file without articles\.csv"):
        sheet("x.zip", zipped(other=(("a",),)))


# Real exports that lie beside the repository ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "plan", "votes", "not_seen"),
    [
        ("other/rayyan_cff_10.csv", {"stage": TI}, 6, 4),
        ("other/rayyan_cff_10.ris", {"stage": TI}, 6, 4),
        ("derived/excel_semicolon_cp1252_rayyan_10.csv", {"stage": TI}, 6, 4),
        ("other/covidence_cff_10.csv", {"stage": FT, "decision": "include"}, 10, 0),
    ],
)
def test_real_exports_give_a_vote_per_record_that_somebody_decided_on(name, plan, votes, not_seen):
    path = SPECIMENS / "exports" / name
    if not path.is_file():
        pytest.skip(f"no shared/exports/{name} here")
    found = read_decisions(Plan(str(path), path.stem, **plan))
    assert (len(found.votes), found.not_seen) == (votes, not_seen)
    assert all(vote.title and re.match(r"10\.\d+/\S+", vote.doi) for vote in found.votes)
