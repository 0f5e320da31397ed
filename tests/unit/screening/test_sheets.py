"""Which tool wrote a file of decisions is seen by its content, whatever its name."""

import re

import pytest

from scripts.common.errors import InputError
from scripts.common.screening.sheets import read_decisions
from scripts.common.screening.stages import Plan
from tests.paths import SPECIMENS
from tests.unit.screening.examples import (
    ARTICLES,
    ASREVIEW,
    COVIDENCE,
    NOTES,
    RIS,
    decided,
    table,
    zipped,
)

TI, FT = "title_abstract", "full_text"


def test_a_reason_can_mean_that_a_report_could_not_be_had(sheet):
    notes = 'RAYYAN-INCLUSION: {"Ann"=>"Excluded"} | RAYYAN-EXCLUSION-REASONS: Full text not found'
    rows = (ARTICLES[0], ("rayyan-1", "A", "", "10.5555/a", notes, ""))
    found = sheet("rayyan.csv", table(*rows), ["full text not found"], stage=FT)
    assert [vote.decision for vote in found.votes] == ["not retrieved"]


def test_rayyan_and_asreview_write_decisions_into_the_notes_of_ris(sheet):
    found = sheet("rayyan.ris", RIS.format(NOTES), stage=TI)
    assert (found.tool, decided(found)[0]) == (
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
    with pytest.raises(InputError, match=r"plain\.ris: the notes .* hold no decision"):
        sheet("plain.ris", RIS.format("a note"), stage=TI)


@pytest.mark.parametrize(
    ("name", "content"), [("r.csv", table(*ARTICLES)), ("c.csv", COVIDENCE), ("a.csv", ASREVIEW)]
)
def test_an_export_that_does_not_tell_its_stage_is_refused_with_the_setting_to_write(sheet, name, content):
    with pytest.raises(InputError, match=rf"sheets: {name[0]}: \{{set: \{{stage: title_abstract\}}\}}"):
        sheet(name, content)


def test_a_file_that_is_no_sheet_of_decisions_is_refused_with_its_header(sheet):
    with pytest.raises(InputError, match=r"x\.csv line 1: no table says who decided .* seen: a, b"):
        sheet("x.csv", "a,b\n1,2\n")
    with pytest.raises(InputError, match=r"x\.zip: a zip file without articles\.csv"):
        sheet("x.zip", zipped(other=(("a",),)))


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
