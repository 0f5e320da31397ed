"""Duplicates are linked, and no record is ever lost: rules, people and an earlier run taken together."""

import csv
import random
from collections import Counter
from itertools import combinations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from scripts.common.errors import InputError
from scripts.common.records.record import COLUMNS
from scripts.records.keep_unique import keep_one
from tests.benchmark.synthetic_records import records
from tests.linking import ARTICLE, link_records
from tests.paths import DATA


def test_a_preprint_is_linked_to_its_article_and_not_merged_unless_the_setting_says_so(record):
    rows = [
        record("a:1", **ARTICLE),
        record("b:1", **ARTICLE | {"doi": "10.1101/2013.1", "journal": "bioRxiv"}),
    ]
    home, _, versions, _ = link_records(rows)
    assert home == {"a:1": "a:1", "b:1": "b:1"}
    assert [(link.a, link.b) for link in versions] == [("b:1", "a:1")]
    home, _, versions, _ = link_records(rows, preprints="merge")
    assert home == {"a:1": "a:1", "b:1": "a:1"}
    assert versions == []


def test_a_doubtful_pair_is_shown_to_a_person_with_the_reason(record):
    rows = [
        record("a:1", **ARTICLE),
        record("b:1", **ARTICLE | {"authors": "Millett, Chris", "journal": "Med Care"}),
    ]
    home, _, _, maybe = link_records(rows)
    assert home["a:1"] != home["b:1"]
    assert [(link.a, link.b, link.rule) for link in maybe] == [("a:1", "b:1", "alike")]


def test_a_no_on_two_records_answers_for_their_twins(record):
    other = ARTICLE | {"authors": "Millett, Chris", "journal": "Med Care", "doi": "10.1000/twin"}
    rows = [record("a:1", **ARTICLE), record("b:1", **other), record("c:1", **other)]
    home, _, _, maybe = link_records(rows)
    assert home == {"a:1": "a:1", "b:1": "b:1", "c:1": "b:1"}
    assert len(maybe) == 1
    for twin in ("b:1", "c:1"):
        assert link_records(rows, {("a:1", twin): False})[3] == []


def test_a_chain_of_look_alikes_never_merges_two_pmids(record):
    rows = [
        record("a:1", **ARTICLE, pmid="1"),
        record("b:1", **ARTICLE),
        record("c:1", **ARTICLE, pmid="3"),
    ]
    home, used, _, doubtful = link_records(rows)
    assert home["a:1"] != home["c:1"]
    assert home["b:1"] in (home["a:1"], home["c:1"])
    assert len(used) == 1
    assert any("different PMIDs" in link.evidence and "a:1, c:1" in link.evidence for link in doubtful)


def test_each_link_tells_a_librarian_why(record):
    home, used, _, _ = link_records([record("a:1", **ARTICLE), record("b:1", **ARTICLE)])
    assert home == {"a:1": "a:1", "b:1": "a:1"}
    assert used[0].rule == "title"
    assert used[0].evidence == (
        "equal titles, the same authors and journal (or place), nothing against it:"
        " titles the same, authors 100 %; same first author, journal, year"
    )


def test_a_person_who_says_yes_wins_over_different_pmids(record):
    rows = [record("a:1", **ARTICLE, pmid="1"), record("b:1", **ARTICLE, pmid="2")]
    assert link_records(rows)[0]["b:1"] == "b:1"
    assert link_records(rows, {("a:1", "b:1"): True})[0]["b:1"] == "a:1"


def test_a_person_who_says_no_wins_over_the_same_pmid(record):
    rows = [record("a:1", **ARTICLE, pmid="1"), record("b:1", **ARTICLE, pmid="1")]
    assert link_records(rows)[0]["b:1"] == "a:1"
    assert link_records(rows, {("a:1", "b:1"): False})[0]["b:1"] == "b:1"


def test_a_no_between_two_clusters_stands_though_a_rule_holds_others_of_them_apart(record):
    rows = [
        record("a:1", pmid="1", title="One"),
        record("y:1", title="Two"),
        record("b:1", pmid="2", title="Three"),
        record("z:1", title="Four"),
    ]
    verdicts = {("a:1", "y:1"): True, ("b:1", "z:1"): True, ("y:1", "z:1"): True, ("y:1", "b:1"): False}
    with pytest.raises(InputError, match=r"duplicates\.csv: y:1 and z:1 .* verdict on b:1, y:1 says no"):
        link_records(rows, verdicts)


def test_verdicts_that_contradict_over_three_records_are_named(record):
    rows = [record(f"a:{n}", title=f"Title {n}") for n in (1, 2, 3)]
    verdicts = {("a:1", "a:2"): True, ("a:2", "a:3"): True, ("a:1", "a:3"): False}
    with pytest.raises(InputError, match=r"config/decisions/duplicates\.csv: .* verdict on a:1, a:3 says no"):
        link_records(rows, verdicts)


TITLES = (
    "Online feedback and the quality of hospital care",
    "Online feedback and the quality of hospital care.",
    "Online feedback and the quality of hospital care, part 2",
    "Erratum: Online feedback and the quality of hospital care",
    "Preface",
    "",
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "title": st.sampled_from(TITLES),
            "authors": st.sampled_from(["", "Greaves, Felix", "Millett, Chris"]),
            "year": st.sampled_from(["", "2012", "2013", "2016"]),
            "journal": st.sampled_from(["", "BMJ", "Lancet"]),
            "doi": st.sampled_from(["", "", "10.1000/a", "10.1000/b", "10.1101/p"]),
            "pmid": st.sampled_from(["", "", "1", "2"]),
            "pages": st.sampled_from(["", "1-9", "20-30"]),
        }
    ),
    min_size=1,
    max_size=9,
)


def named(record, rows):
    return [record(f"{'ab'[n % 2]}:{n}", **row) for n, row in enumerate(rows)]


@given(ROWS, st.randoms(use_true_random=False))
def test_every_record_is_in_one_cluster_whatever_the_order_of_the_exports(record, rows, random):
    rows = named(record, rows)
    home, used, _, _ = link_records(rows)
    assert set(home) == {row["record_id"] for row in rows}
    for name in set(home.values()):
        assert name == min(member for member, of in home.items() if of == name)
    assert len(used) == len(home) - len(set(home.values()))
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert link_records(shuffled)[0] == home


@given(ROWS)
def test_no_cluster_holds_two_pmids(record, rows):
    rows = named(record, rows)
    home, _, _, _ = link_records(rows)
    pmids = {(home[row["record_id"]], row["pmid"]) for row in rows if row["pmid"]}
    assert max(Counter(name for name, _ in pmids).values(), default=1) == 1


@given(ROWS, st.data())
def test_what_people_said_of_a_pair_always_holds(record, rows, data):
    rows = named(record, rows)
    pairs = list(combinations([row["record_id"] for row in rows], 2))
    assume(pairs)
    verdicts = data.draw(st.dictionaries(st.sampled_from(pairs), st.booleans(), max_size=5))
    joined = {name: {name} for name in (row["record_id"] for row in rows)}  # what the yeses alone say
    for (a, b), same in verdicts.items():
        if same:
            both = joined[a] | joined[b]
            joined |= dict.fromkeys(both, both)
    if any(b in joined[a] for (a, b), same in verdicts.items() if not same):
        with pytest.raises(InputError, match="says no"):
            link_records(rows, verdicts)
        return
    home, _, versions, doubtful = link_records(rows, verdicts)
    for (a, b), same in verdicts.items():
        assert (home[a] == home[b]) == same
    asked = {frozenset(pair) for pair in verdicts}
    assert not asked & {frozenset((link.a, link.b)) for link in (*versions, *doubtful)}


@given(ROWS, ROWS, st.randoms(use_true_random=False))
def test_an_unrelated_record_changes_no_cluster(record, rows, others, random):
    rows = named(record, rows)
    home = link_records(rows)[0]
    strangers = [
        record(f"z:{n}", title=f"Soil moss{'es' * n} of {n + 11} northern hills", year=other["year"])
        for n, other in enumerate(others)
    ]
    mixed = rows + strangers
    random.shuffle(mixed)
    assert {name: of for name, of in link_records(mixed)[0].items() if not name.startswith("z")} == home


REALISTIC = list(records(400, seed=5))


@pytest.mark.parametrize("seed", range(3))
def test_invented_exports_come_out_as_they_were_made_whatever_the_order(seed):
    rows = [row for row, _ in REALISTIC]
    random.Random(seed).shuffle(rows)
    home, *_ = link_records(rows)
    works = {}
    for row, work in REALISTIC:
        works.setdefault(work, set()).add(home[row["record_id"]])
    assert all(len(clusters) == 1 for clusters in works.values())
    assert len(set(home.values())) == len(works)
    groups = {}
    for row in rows:
        groups.setdefault(home[row["record_id"]], []).append(row)
    unique = [keep_one(name, group, ["pubmed"], 1) for name, group in groups.items()]
    assert all(name == of for name, of in link_records(unique)[0].items()), (
        "deduplicating again changes nothing"
    )


def test_clusters_of_before_change_only_where_new_records_join_them(record):
    old = [record(f"a:{n}", **ARTICLE | {"title": f"Article on theme {n} of hospitals"}) for n in (1, 2)]
    twin = record("b:1", **ARTICLE | {"title": "Article on theme 1 of hospitals"})
    before = {"a:1": "a:1", "a:2": "a:2"}
    home, links, _, _ = link_records([*old, twin], before=before)
    assert home == {"a:1": "a:1", "a:2": "a:2", "b:1": "a:1"}
    assert [link.rule for link in links] == ["title"]


def test_two_clusters_of_before_are_not_joined_by_the_machine_but_by_a_person(record):
    rows = [record(name, **ARTICLE) for name in ("a:1", "b:1", "c:1")]
    before = {"a:1": "a:1", "b:1": "b:1"}
    home, _, _, maybe = link_records(rows, before=before)
    assert home["a:1"] != home["b:1"]
    assert home["c:1"] in ("a:1", "b:1")
    assert any("two clusters of before" in link.evidence for link in maybe)
    assert len(set(link_records(rows, {("a:1", "b:1"): True}, before=before)[0].values())) == 1


def test_a_cluster_of_before_stays_whole_though_a_rule_of_today_holds_it_apart(record):
    rows = [record("a:1", **ARTICLE, pmid="1"), record("b:1", **ARTICLE, pmid="2")]
    home, links, _, _ = link_records(rows, before={"a:1": "a:1", "b:1": "a:1"})
    assert home["b:1"] == "a:1"
    assert [link.rule for link in links] == ["before"]
    assert link_records(rows, {("a:1", "b:1"): False}, before={"a:1": "a:1", "b:1": "a:1"})[0]["b:1"] == "b:1"


def labelled_pairs():
    """Return pairs of records from gold-labelled sets, and whether a librarian called each one work."""
    pairs = {}
    with (DATA / "labelled_pairs.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            facts = {name: row[name] for name in row if name in COLUMNS and name != "record_id"}
            pairs.setdefault(row["pair"], (row["same_work"] == "yes", []))[1].append(facts)
    return list(pairs.values())


def test_no_labelled_pair_is_wrongly_merged_and_few_are_missed(record):
    pairs = labelled_pairs()
    merged = [
        len(set(link_records([record("a:1", **a), record("b:1", **b)]).home.values())) == 1
        for _, (a, b) in pairs
    ]
    answers = [same for same, _ in pairs]
    assert (len(answers), sum(answers)) == (300, 150)
    assert not [pair for (same, pair), one in zip(pairs, merged, strict=True) if one and not same]
    # Ten are missed: their records contradict each other, or lack what the rules ask for (no abstracts here).
    assert sum(merged) >= 140


ARTICLE_IN_PRINT = {"volume": "40", "issue": "5", "pages": "700-709", "doi": "10.1000/o.1"}


@pytest.mark.parametrize(
    ("why", "other"),
    [
        ("a talk in the supplement", {"volume": "40", "issue": "Suppl 1", "pages": "A12"}),
        ("a talk of the next year", {"volume": "41", "type": "Conference Abstract", "pages": "12"}),
        ("an article in another journal", {"journal": "Annals of Birds", "volume": "8", "pages": "9-12"}),
    ],
)
def test_a_record_of_few_fields_joins_no_two_that_are_in_doubt(record, why, other):
    few = {name: ARTICLE[name] for name in ("title", "authors", "year")}
    rows = [
        record("a:1", **(ARTICLE | ARTICLE_IN_PRINT)),
        record("b:1", **few),
        record("c:1", **(ARTICLE | other)),
    ]
    home, _, _, maybe = link_records(rows)
    assert home["a:1"] != home["c:1"], why
    assert home["b:1"] in (home["a:1"], home["c:1"]), why
    assert len(maybe) == 1
