"""Names of records, their order, unrelated ones and a second import of a file change no cluster."""

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence

import pandas as pd
import pytest

from scripts.common.duplicates.blocking import MAX_BLOCK
from scripts.common.records.record import COLUMNS
from tests.benchmark.dedup import as_records
from tests.benchmark.synthetic_records import records
from tests.linking import link_records
from tests.paths import SPECIMENS

Rows = Sequence[Mapping[str, str]]
TOPICS = ["query optimization", "view maintenance", "data mining", "XML storage", "stream processing"]
FORMS = ["A framework for {}", "{} revisited", "The complexity of {}", "Efficient {}", "{} on the web"]
PRINTED_AGAIN = ["Editor's notes", "Papers that influenced us", "Chair's message", "Guest editorial"]
PEOPLE = ["Ada Orr", "Bo Lind", "Cy Moss", "Di Penn", "Ed Quist", "Fay Rand", "Gil Stone", "Hal Tarn"]
VENUES = [
    ("SIGMOD Record", "ACM SIGMOD Record"),
    ("VLDB", "Very Large Data Bases"),
    ("VLDB J.", "The VLDB Journal"),
    ("SIGMOD Conference", "International Conference on Management of Data"),
]


def citations(number: int, seed: int) -> list[dict[str, str]]:
    """Return short citations of computer science, invented, as two catalogues write them: no pages, no DOI.

    Many share a title, so that blocks are larger than ``MAX_BLOCK``; a third is in both catalogues.
    """
    rng = random.Random(seed)
    rows: list[dict[str, str]] = []
    for n in range(number):
        title = (
            rng.choice(PRINTED_AGAIN)
            if rng.random() < 0.2
            else rng.choice(FORMS).format(f"{rng.choice(TOPICS)} in {rng.choice(TOPICS)}").capitalize()
        )
        people, venue = rng.sample(PEOPLE, rng.randint(1, 3)), rng.choice(VENUES)
        year = str(rng.randint(1995, 1999))
        for catalogue in (0, 1) if rng.random() < 0.33 else (0,):
            rows.append(
                dict.fromkeys(COLUMNS, "")
                | {
                    "record_id": f"{'ab'[catalogue]}:{n:05}",
                    "source": "DBLP" if catalogue == 0 else "ACM",
                    "title": title if catalogue == 0 else title.upper(),
                    "authors": " and ".join(people if catalogue == 0 else reversed(people)),
                    "year": year,
                    "journal": venue[catalogue],
                }
            )
    return rows


def renamed(rows: Rows, rng: random.Random) -> tuple[list[dict[str, str]], dict[str, str]]:
    """Return the rows under other names, in another order, and the new name of each."""
    numbers = rng.sample(range(len(rows)), len(rows))
    names = {row["record_id"]: f"r:{number:06}" for row, number in zip(rows, numbers, strict=True)}
    return [dict(row, record_id=names[row["record_id"]]) for row in rng.sample(list(rows), len(rows))], names


def clusters(rows: Rows, of: Mapping[str, str]) -> set[frozenset[str]]:
    """Return the clusters of the records named in ``of``, under the names that it gives."""
    members = defaultdict(set)
    for name, cluster in link_records(rows).home.items():
        if name in of:
            members[cluster].add(of[name])
    return {frozenset(group) for group in members.values()}


def of_set(name: str) -> list[dict[str, str]]:
    """Return the records of a gold-labelled set."""
    path = SPECIMENS / "dedup" / name / "records.csv.gz"
    if not path.exists():
        pytest.skip(f"no shared/dedup/{name} here")
    table: pd.DataFrame = as_records(path)
    return [{str(key): str(cell) for key, cell in row.items()} for row in table.to_dict("records")]


@pytest.mark.parametrize("name", ["citations", "copper", "respiratory", "stroke"])
def test_names_order_strangers_and_a_second_import_change_no_cluster(name):
    rows = citations(1_200, seed=7) if name == "citations" else of_set(name)
    rng = random.Random(11)
    same = {row["record_id"]: row["record_id"] for row in rows}
    expected = clusters(rows, same)
    others, names = renamed(rows, rng)
    back = {new: old for old, new in names.items()}
    assert clusters(others, back) == expected
    strangers = [dict(row, record_id=f"s:{row['record_id']}") for row, _ in records(1_000)]
    assert clusters([*strangers, *rows], same) == expected
    twice = [*rows, *(dict(row, record_id=f"0:{row['record_id']}") for row in rows)]
    assert clusters(twice, same) == expected


def test_the_invented_citations_share_titles_by_more_than_a_block_holds():
    titles = [row["title"].casefold() for row in citations(1_200, seed=7)]
    assert sum(titles.count(title) > MAX_BLOCK for title in set(titles)) > 3


def test_records_that_are_the_same_in_all_fields_are_one_whatever_their_database(record):
    rows = [record(f"{name}:1", title="Report of the board of hill nurses", year="2001") for name in "abc"]
    found = link_records([dict(row, source=row["record_id"][0]) for row in rows])
    assert set(found.home.values()) == {"a:1"}
    assert [(link.a, link.b, link.rule) for link in found.links] == [
        ("a:1", "b:1", "identical"), ("a:1", "c:1", "identical"),
    ]  # fmt: skip


def test_a_no_of_a_person_holds_apart_what_is_the_same_in_all_fields(record):
    rows = [record(f"{name}:1", title="Report of the board of hill nurses", year="2001") for name in "abc"]
    found = link_records(rows, {("a:1", "b:1"): False})
    assert found.home["a:1"] != found.home["b:1"]
