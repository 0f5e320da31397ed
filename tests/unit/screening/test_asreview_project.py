"""Project files of ASReview, versions 1 to 3: who labelled what when, and what was known before."""

import json

import pytest

from scripts.common.errors import InputError
from tests.unit.screening.examples import archive, database, decided, table

TI = "title_abstract"
ORACLE = json.dumps({"mode": "oracle"})
RECORD = "record_id title authors doi year"
RECORDS = [(n, f"Title {n}", '["Adams, A.", "Bird, B."]', f"10.5555/{n}", 2020) for n in range(4)]
RESULTS = "record_id label querier time note tags user_id"
DAY = 1746522004.25  # 6 May 2025
TAGS = '[{"name": "design", "values": [{"name": "trial", "checked": true}, {"name": "cohort"}]}]'
LABELS = [
    (0, 1, None, DAY, None, None, None),  # prior knowledge
    (1, 0, "max", DAY, "ask ann@example.org", TAGS, 1),
    (2, 1, "max", DAY, None, "[]", 1),
]


def version_3(labels=LABELS, **settings):
    results = database(record=(RECORD, RECORDS), results=(RESULTS, labels))
    return archive(project__json=json.dumps({"mode": "oracle", **settings}), results__db=results)


def version_2():
    return archive(
        project__json=ORACLE,
        data_store__db=database(record=(RECORD, RECORDS)),
        reviews___a1___results__db=database(results=(RESULTS, LABELS)),
    )


def version_1(record_ids=(0, 1, 2, 3), **settings):
    columns = "record_id label query_strategy labeling_time notes"
    labels = [
        (record_ids[0], 1, "prior", "2025-05-05 10:00:00.000001", None),
        (record_ids[1], 0, "max", "2025-05-06 10:00:00.000001", "ask ann@example.org"),
        (record_ids[2], 1, "max", "2025-05-06 10:00:01.000001", None),
        (record_ids[3], None, "max", None, None),
    ]
    own = record_ids != (0, 1, 2, 3)
    rows = [(*((record_ids[n],) if own else ()), f"Title {n}", f"10.5555/{n}") for n in range(4)]
    head = (*(("record_id",) if own else ()), "title", "doi")
    return archive(
        project__json=json.dumps({"mode": "oracle", "dataset_path": "studies.csv", **settings}),
        data___studies__csv=table(head, *rows),
        reviews___a1___results__sql=database(results=(columns, labels)),
    )


PROJECTS = {
    "version 3": version_3(),
    "version 2": version_2(),
    "version 1": version_1(),
    "version 1 with our own record_id": version_1(("ovid:1", "ovid:2", "ovid:3", "ovid:4")),
}


@pytest.mark.parametrize("content", PROJECTS.values(), ids=PROJECTS)
def test_a_project_gives_what_people_labelled_with_its_day(sheet, content):
    found = sheet("project.asreview", content, stage=TI, reviewer="Ann")
    assert (found.tool, found.records, found.not_seen, found.prior) == ("ASReview", 4, 1, 1)
    assert [(vote.doi, vote.reviewer, vote.decision, vote.date) for vote in found.votes] == [
        ("10.5555/1", "Ann", "exclude", "2025-05-06"),
        ("10.5555/2", "Ann", "include", "2025-05-06"),
    ]
    assert found.votes[0].note == "ask [e-mail]"


def test_our_own_record_id_and_ticked_tags_are_kept(sheet):
    found = sheet("p.asreview", PROJECTS["version 1 with our own record_id"], stage=TI)
    assert [vote.record for vote in found.votes] == ["ovid:2", "ovid:3"]
    first, second = sheet("p.asreview", PROJECTS["version 3"], stage=TI).votes
    assert (first.labels, second.labels, first.authors) == ("trial", "", "Adams, A.; Bird, B.")
    assert first.record == "", "a number of ASReview is none of our names"


def test_several_people_of_one_project_are_several_reviewers(sheet):
    labels = [(0, 1, "max", DAY, None, None, 1), (1, 0, "max", DAY, None, None, 2)]
    found = sheet("team.asreview", version_3(labels), stage=TI)
    assert decided(found) == [("team, user 1", "include", ""), ("team, user 2", "exclude", "")]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (version_3(mode="simulate"), "mode 'simulate'. Its labels are no decisions of people"),
        (version_3([(9, 1, "max", DAY, None, None, 1)]), "record 9, which is not among the 4"),
        (archive(project__json=ORACLE), r"holds 0 databases of labels"),
        (archive(project__json=ORACLE, a___results__db=b"", b___results__db=b""), "holds 2 databases"),
        (archive(project__json=ORACLE, results__db=b"no database" * 99), "results.db cannot be read"),
        (archive(project__json=ORACLE, results__db=database(results=("a", [(1,)]))), "no columns record_id"),
        (archive(project__json=ORACLE, results__db=database(other=("a", []))), "no table results"),
        (archive(project__json="{", results__db=b""), "project.json cannot be read"),
        (version_1(dataset_path="other.csv"), r"the records of the project are missing \(other.csv\)"),
    ],
)  # fmt: skip
def test_a_project_that_cannot_be_read_is_named(sheet, content, message):
    with pytest.raises(InputError, match=message):
        sheet("p.asreview", content, stage=TI)
