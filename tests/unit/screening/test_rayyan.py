"""Exports of Rayyan give the votes that a person reads in them."""

from tests.unit.screening.examples import ARTICLES, LOG, decided, table, zipped

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
