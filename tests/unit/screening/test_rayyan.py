"""Exports of Rayyan give the votes that a person reads in them."""

import pytest

from scripts.common.errors import InputError
from tests.unit.screening.examples import ARTICLES, LOG, RIS, archive, decided, table, workbook, zipped

TI, FT = "title_abstract", "full_text"


def test_rayyan_articles_give_a_vote_per_reviewer_and_not_seen_is_not_excluded(sheet):
    found = sheet("rayyan.csv", table(*ARTICLES), stage=TI)
    assert (found.tool, found.records, found.not_seen) == ("Rayyan", 3, 1)
    assert decided(found) == [
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
    assert found.warnings[0].startswith("1 votes in customizations_log.csv differ from those of the articles")


def test_a_blind_export_of_rayyan_has_its_votes_in_the_log_alone(sheet):
    bare = tuple((*row[:4], "" if i else "notes", row[5]) for i, row in enumerate(ARTICLES))
    found = sheet("rayyan.zip", zipped(articles=bare, customizations_log=LOG), stage=TI)
    assert decided(found)[:2] == [
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
    assert decided(found) == [("Ann", "exclude", "no reason given")]
    assert found.aside == [(2, "A", "Bo says maybe at full text: no decision")]


BIB = """@article{{rayyan-1,
  title={{{{Online}} feedback}},
  author={{Adams, Ann}},
  year={{2020}},
  doi={{10.5555/a}},
  note={{Export Date: 1 May 2025; {}}}
}}
"""
VOTES = (
    'record_id: ovid:1; RAYYAN-INCLUSION: {"Emily"=>"Excluded", "Max M."=>"Maybe"}; RAYYAN-LABELS: tele,pilot'
)
REASONS = "; RAYYAN-EXCLUSION-REASONS: wrong population"


def test_articles_of_rayyan_are_read_as_csv_ris_bibtex_and_workbook_packed_or_not(sheet):
    """The log has days and own reasons, whatever the form of the articles."""
    notes = VOTES.replace("; RAYYAN", " | RAYYAN") + REASONS.replace("; R", " | R")
    row = ("rayyan-1", "Online feedback", "2020", "10.5555/a", notes, "")
    forms = {
        "csv": table(ARTICLES[0], row),
        "ris": RIS.format(notes),
        "bib": BIB.format(VOTES + REASONS),
        "xlsx": workbook(ARTICLES[0], row),
    }
    for ending, content in forms.items():
        alone = sheet(f"articles.{ending}", content, stage=TI)
        assert (alone.tool, alone.records) == ("Rayyan", 1), ending
        assert decided(alone) == [("Emily", "exclude", "wrong population"), ("Max M.", "maybe", "")], ending
        packed = archive(**{f"articles__{ending}": content, "customizations_log__csv": table(*LOG[:6])})
        vote = sheet("review.zip", packed, stage=TI).votes[0]
        assert (vote.record, vote.doi, vote.title, vote.year) == (
            "ovid:1", "10.5555/a", "Online feedback", "2020",
        )  # fmt: skip
        assert (vote.date, vote.labels) == ("2022-05-02", "tele; pilot"), ending


def test_an_archive_with_two_files_of_articles_is_refused(sheet):
    packed = archive(articles__csv=table(*ARTICLES), a___articles__ris=RIS.format(VOTES))
    with pytest.raises(InputError, match=r"holds 2 files articles \(a/articles\.ris, articles\.csv\)"):
        sheet("review.zip", packed, stage=TI)


def test_of_notes_of_two_reviews_the_last_ones_count(sheet):
    notes = (
        'RAYYAN-INCLUSION: {"Ann"=>"Excluded"} | RAYYAN-LABELS: old | RAYYAN-EXCLUSION-REASONS: no data'
        ' | RAYYAN-INCLUSION: {"Ann"=>"Excluded"} | RAYYAN-EXCLUSION-REASONS: wrong outcome'
    )
    found = sheet("r.csv", table(ARTICLES[0], ("rayyan-1", "A", "", "10.5555/a", notes, "")), stage=FT)
    assert [(vote.decision, vote.reason, vote.labels) for vote in found.votes] == [
        ("exclude", "wrong outcome", "")
    ]


HEAD = ("created_at", "user_id", "user_email", "article_id", "key", "value")
SECOND = "included__SYSTEM__STAGE__47"


def staged(*articles, log):
    rows = [(f"rayyan-{n}", f"Title {n}", "", "", notes, "") for n, notes in articles]
    return zipped(articles=(ARTICLES[0], *rows), customizations_log=(HEAD, *log))


def entry(time, user, article, key, value):
    return (
        f"2025-05-{time}:00Z",
        "0" if user == "rayyan" else "7",
        f"{user}@example.org",
        article,
        key,
        value,
    )


TWO_STAGES = staged(
    ("1", 'RAYYAN-INCLUSION: {"Ann"=>"Excluded"} | RAYYAN-EXCLUSION-REASONS: no data'),
    ("2", 'RAYYAN-INCLUSION: {"Ann"=>"Excluded"} | RAYYAN-EXCLUSION-REASONS: a letter'),
    ("3", 'RAYYAN-INCLUSION: {"Ann"=>"Included"}'),
    log=[
        entry("01 10", "ann", "1", "included", "1"),
        entry("01 11", "ann", "2", "included", "-1"),
        entry("01 12", "ann", "2", '"__EXR__a letter"', "1"),
        entry("01 13", "ann", "3", "included", "1"),
        entry("02 10", "rayyan", "1", '"__SYSTEM__STAGE__47"', "1"),
        entry("02 10", "rayyan", "3", '"__SYSTEM__STAGE__47"', "1"),
        entry("03 10", "ann", "1", SECOND, "-1"),
        entry("03 11", "ann", "1", '"__EXR__no data"', "1"),
        entry("03 12", "ann", "3", SECOND, "1"),
    ],
)


@pytest.mark.parametrize("stage", [TI, FT, ""])
def test_a_log_of_two_stages_gives_the_votes_of_each_with_its_own_reasons(sheet, stage):
    found = sheet("review.zip", TWO_STAGES, stage=stage)
    votes = [(vote.stage, vote.title[-1], vote.reviewer, vote.decision, vote.reason) for vote in found.votes]
    by_title = [
        (TI, "1", "Ann", "include", ""),
        (TI, "2", "Ann", "exclude", "a letter"),
        (TI, "3", "Ann", "include", ""),
    ]
    full_text = [(FT, "1", "Ann", "exclude", "no data"), (FT, "3", "Ann", "include", "")]
    assert votes == {TI: by_title, FT: full_text, "": by_title + full_text}[stage]
    assert found.warnings == []
    assert found.records == (2 if stage == FT else 3)


def test_who_came_to_full_text_and_was_not_judged_there_is_not_seen_and_who_did_not_come_is_not_counted(
    sheet,
):
    log = [
        entry("01 10", "ann", "1", "included", "1"),
        entry("01 11", "ann", "2", "included", "-1"),
        entry("02 10", "rayyan", "1", "__SYSTEM__STAGE__47", "1"),
    ]
    found = sheet("review.zip", staged(("1", ""), ("2", ""), log=log), stage=FT)
    assert (found.records, found.not_seen, found.votes) == (1, 1, [])


def test_a_log_of_three_stages_is_refused(sheet):
    log = [entry("01 10", "ann", "1", f"included__SYSTEM__STAGE__{n}", "1") for n in (4, 5)]
    with pytest.raises(InputError, match="its log has 3 stages; two are read"):
        sheet("review.zip", staged(("1", ""), log=log), stage=FT)


SAME = 'RAYYAN-INCLUSION: {"Ann B."=>"Excluded", "Bob"=>"Excluded"} | RAYYAN-EXCLUSION-REASONS: x,y'


def agreeing(ann, bob):
    log = [
        entry("01 10", ann, "1", "included", "-1"),
        entry("01 11", ann, "1", "__EXR__x", "1"),
        entry("02 10", bob, "1", "included", "-1"),
        entry("02 11", bob, "1", "__EXR__y", "1"),
    ]
    return staged(("1", SAME), log=log)


def test_reviewers_who_agree_on_everything_are_known_by_their_addresses(sheet):
    found = sheet("review.zip", agreeing("ann.baker", "bob"), stage=FT)
    assert [(vote.reviewer, vote.reason, vote.date) for vote in found.votes] == [
        ("Ann B.", "x", "2025-05-01"),
        ("Bob", "y", "2025-05-02"),
    ]
    assert found.warnings == []


def test_reviewers_whom_nothing_shows_apart_keep_their_votes_and_no_difference_is_claimed(sheet):
    found = sheet("review.zip", agreeing("one", "two"), stage=FT)
    assert [(vote.reviewer, vote.reason, vote.date) for vote in found.votes] == [
        ("Ann B.", "x; y", ""),
        ("Bob", "x; y", ""),
    ]
    (warning,) = found.warnings
    assert "does not show which of its 2 users Ann B., Bob are" in warning


def test_a_list_of_rayyan_without_a_row_has_no_votes(sheet):
    found = sheet("r.csv", table(ARTICLES[0]), stage=TI)
    assert (found.tool, found.records, found.votes) == ("Rayyan", 0, [])
