"""Duplicates: what a librarian would call one publication, and what not; no record is ever lost."""

import json
import random
from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from scripts.common.duplicates import columns as key_columns_module
from scripts.common.duplicates.columns import COMPARED, build, key_columns
from scripts.common.errors import InputError
from scripts.common.files.tables import read_table, rows_of, write_table
from scripts.common.records.record import COLUMNS
from scripts.records.deduplicate import find, keep_one, main, read_verdicts
from tests.benchmark.synthetic_records import records
from tests.paths import DATA

CASES = json.loads((DATA / "duplicates.json").read_text(encoding="utf-8"))
# {"why": "chapters of one book share its DOI", "a": {...}, "b": {...}, "duplicate": true | false | "version"}

SETTINGS = {
    "min_title_words": 4,
    "same_title": 94,
    "similar_title": 85,
    "year_distance": 1,
    "preprints": "link",
    "updates": "merge",
    "one_database": "doubt",
    "keep_first": ["pubmed"],
}


def solve(rows, verdicts=None, before=None, **settings):
    """Return record -> cluster, the links used, the versions and the pairs for a person."""
    verdicts = {frozenset(pair): same for pair, same in (verdicts or {}).items()}
    table = build([key_columns([[row[name] for name in COMPARED] for row in rows])])
    found = find(table, SETTINGS | settings, verdicts, before)
    return found.home, found.links, found.versions, found.maybe


@pytest.mark.parametrize("swapped", [False, True], ids=["a first", "b first"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_pair(case, swapped, record):
    names = ("m:2", "m:1") if swapped else ("m:1", "m:2")
    home, _, versions, _ = solve([record(names[0], **case["a"]), record(names[1], **case["b"])])
    one = home["m:1"] == home["m:2"]
    assert ("version" if versions and not one else one) == case["duplicate"]


def test_the_cases_are_unlike_each_other():
    assert len({case["why"] for case in CASES}) == len(CASES) >= 80


ARTICLE = {
    "title": "Online feedback and the quality of hospital care",
    "authors": "Greaves, Felix",
    "year": "2013",
    "journal": "BMJ Qual Saf",
}


def test_a_preprint_is_linked_to_its_article_and_not_merged_unless_the_setting_says_so(record):
    rows = [
        record("a:1", **ARTICLE),
        record("b:1", **ARTICLE | {"doi": "10.1101/2013.1", "journal": "bioRxiv"}),
    ]
    home, _, versions, _ = solve(rows)
    assert home == {"a:1": "a:1", "b:1": "b:1"}
    assert [(link.a, link.b) for link in versions] == [("b:1", "a:1")]
    home, _, versions, _ = solve(rows, preprints="merge")
    assert home == {"a:1": "a:1", "b:1": "a:1"}
    assert versions == []


def test_a_doubtful_pair_is_shown_to_a_person_with_the_reason(record):
    rows = [
        record("a:1", **ARTICLE),
        record("b:1", **ARTICLE | {"authors": "Millett, Chris", "journal": "Med Care"}),
    ]
    home, _, _, maybe = solve(rows)
    assert home["a:1"] != home["b:1"]
    assert [(link.a, link.b, link.rule) for link in maybe] == [("a:1", "b:1", "alike")]


def test_a_no_on_two_records_answers_for_their_twins(record):
    other = ARTICLE | {"authors": "Millett, Chris", "journal": "Med Care", "doi": "10.1000/twin"}
    rows = [record("a:1", **ARTICLE), record("b:1", **other), record("c:1", **other)]
    home, _, _, maybe = solve(rows)
    assert home == {"a:1": "a:1", "b:1": "b:1", "c:1": "b:1"}
    assert len(maybe) == 1
    for twin in ("b:1", "c:1"):
        assert solve(rows, {("a:1", twin): False})[3] == []


def test_a_chain_of_look_alikes_never_merges_two_pmids(record):
    rows = [
        record("a:1", **ARTICLE, pmid="1"),
        record("b:1", **ARTICLE),
        record("c:1", **ARTICLE, pmid="3"),
    ]
    home, used, _, doubtful = solve(rows)
    assert home["a:1"] != home["c:1"]
    assert home["b:1"] in (home["a:1"], home["c:1"])
    assert len(used) == 1
    assert any("different PMIDs" in link.evidence and "a:1, c:1" in link.evidence for link in doubtful)


def test_each_link_tells_a_librarian_why(record):
    home, used, _, _ = solve([record("a:1", **ARTICLE), record("b:1", **ARTICLE)])
    assert home == {"a:1": "a:1", "b:1": "a:1"}
    assert used[0].rule == "title"
    assert used[0].evidence == (
        "equal titles, the same authors and journal (or place), nothing against it:"
        " titles the same, authors 100 %; same first author, journal, year"
    )


def test_a_person_who_says_yes_wins_over_different_pmids(record):
    rows = [record("a:1", **ARTICLE, pmid="1"), record("b:1", **ARTICLE, pmid="2")]
    assert solve(rows)[0]["b:1"] == "b:1"
    assert solve(rows, {("a:1", "b:1"): True})[0]["b:1"] == "a:1"


def test_a_person_who_says_no_wins_over_the_same_pmid(record):
    rows = [record("a:1", **ARTICLE, pmid="1"), record("b:1", **ARTICLE, pmid="1")]
    assert solve(rows)[0]["b:1"] == "a:1"
    assert solve(rows, {("a:1", "b:1"): False})[0]["b:1"] == "b:1"


def test_a_no_between_two_clusters_stands_though_a_rule_holds_others_of_them_apart(record):
    rows = [
        record("a:1", pmid="1", title="One"),
        record("y:1", title="Two"),
        record("b:1", pmid="2", title="Three"),
        record("z:1", title="Four"),
    ]
    verdicts = {("a:1", "y:1"): True, ("b:1", "z:1"): True, ("y:1", "z:1"): True, ("y:1", "b:1"): False}
    with pytest.raises(InputError, match=r"duplicates\.csv: y:1 and z:1 .* verdict on b:1, y:1 says no"):
        solve(rows, verdicts)


def test_verdicts_that_contradict_over_three_records_are_named(record):
    rows = [record(f"a:{n}", title=f"Title {n}") for n in (1, 2, 3)]
    verdicts = {("a:1", "a:2"): True, ("a:2", "a:3"): True, ("a:1", "a:3"): False}
    with pytest.raises(InputError, match=r"config/decisions/duplicates\.csv: .* verdict on a:1, a:3 says no"):
        solve(rows, verdicts)


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
    home, used, _, _ = solve(rows)
    assert set(home) == {row["record_id"] for row in rows}
    for name in set(home.values()):
        assert name == min(member for member, of in home.items() if of == name)
    assert len(used) == len(home) - len(set(home.values()))
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert solve(shuffled)[0] == home


@given(ROWS)
def test_no_cluster_holds_two_pmids(record, rows):
    rows = named(record, rows)
    home, _, _, _ = solve(rows)
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
            solve(rows, verdicts)
        return
    home, _, versions, doubtful = solve(rows, verdicts)
    for (a, b), same in verdicts.items():
        assert (home[a] == home[b]) == same
    asked = {frozenset(pair) for pair in verdicts}
    assert not asked & {frozenset((link.a, link.b)) for link in (*versions, *doubtful)}


@given(ROWS, ROWS, st.randoms(use_true_random=False))
def test_an_unrelated_record_changes_no_cluster(record, rows, others, random):
    rows = named(record, rows)
    home = solve(rows)[0]
    strangers = [
        record(f"z:{n}", title=f"Soil moss{'es' * n} of {n + 11} northern hills", year=other["year"])
        for n, other in enumerate(others)
    ]
    mixed = rows + strangers
    random.shuffle(mixed)
    assert {name: of for name, of in solve(mixed)[0].items() if not name.startswith("z")} == home


REALISTIC = list(records(400, seed=5))


@pytest.mark.parametrize("seed", range(3))
def test_invented_exports_come_out_as_they_were_made_whatever_the_order(seed):
    rows = [row for row, _ in REALISTIC]
    random.Random(seed).shuffle(rows)
    home, *_ = solve(rows)
    works = {}
    for row, work in REALISTIC:
        works.setdefault(work, set()).add(home[row["record_id"]])
    assert all(len(clusters) == 1 for clusters in works.values())
    assert len(set(home.values())) == len(works)
    groups = {}
    for row in rows:
        groups.setdefault(home[row["record_id"]], []).append(row)
    unique = [keep_one(name, group, SETTINGS, set()) for name, group in groups.items()]
    assert all(name == of for name, of in solve(unique)[0].items()), "deduplicating again changes nothing"


def test_clusters_of_before_change_only_where_new_records_join_them(record):
    old = [record(f"a:{n}", **ARTICLE | {"title": f"Article on theme {n} of hospitals"}) for n in (1, 2)]
    twin = record("b:1", **ARTICLE | {"title": "Article on theme 1 of hospitals"})
    before = {"a:1": "a:1", "a:2": "a:2"}
    home, links, _, _ = solve([*old, twin], before=before)
    assert home == {"a:1": "a:1", "a:2": "a:2", "b:1": "a:1"}
    assert [link.rule for link in links] == ["title"]


def test_two_clusters_of_before_are_not_joined_by_the_machine_but_by_a_person(record):
    rows = [record(name, **ARTICLE) for name in ("a:1", "b:1", "c:1")]
    before = {"a:1": "a:1", "b:1": "b:1"}
    home, _, _, maybe = solve(rows, before=before)
    assert home["a:1"] != home["b:1"]
    assert home["c:1"] in ("a:1", "b:1")
    assert any("two clusters of before" in link.evidence for link in maybe)
    assert len(set(solve(rows, {("a:1", "b:1"): True}, before=before)[0].values())) == 1


def test_a_cluster_of_before_stays_whole_though_a_rule_of_today_holds_it_apart(record):
    rows = [record("a:1", **ARTICLE, pmid="1"), record("b:1", **ARTICLE, pmid="2")]
    home, links, _, _ = solve(rows, before={"a:1": "a:1", "b:1": "a:1"})
    assert home["b:1"] == "a:1"
    assert [link.rule for link in links] == ["before"]
    assert solve(rows, {("a:1", "b:1"): False}, before={"a:1": "a:1", "b:1": "a:1"})[0]["b:1"] == "b:1"


def test_a_verdict_against_the_evidence_is_named(tmp_path, caplog, record):
    rows = [
        record("a:1", **ARTICLE, pmid="1"),
        record("b:1", **ARTICLE, pmid="1"),
        record("c:1", **ARTICLE, pmid="2"),
    ]
    verdicts = verdict_sheet(tmp_path / "duplicates.csv", "a:1,b:1,no,seen", "b:1,c:1,yes,seen")
    with caplog.at_level("WARNING", logger="review"):
        run(tmp_path, rows, verdicts_csv=verdicts)
    assert "says no on a:1, b:1, which have the same PMID" in caplog.text
    assert "says yes on b:1, c:1, which a rule holds apart: different PMIDs" in caplog.text


def test_several_processes_write_the_same_bytes(tmp_path, monkeypatch):
    monkeypatch.setattr(key_columns_module, "ONE_PROCESS", 0)
    monkeypatch.setattr(key_columns_module, "CHUNK", 70)
    rows = [row for row, _ in REALISTIC]
    one, two = (run(tmp_path / name, rows, threads=threads) for name, threads in (("one", 1), ("two", 2)))
    assert {name: Path(path).read_bytes() for name, path in one.items()} == {
        name: Path(path).read_bytes() for name, path in two.items()
    }


def run(folder, rows, **options):
    """Run the job on rows in a folder; return its results by name."""
    folder.mkdir(exist_ok=True)
    write_table(rows, folder / "records.csv", COLUMNS)
    names = ("clusters", "links_csv", "versions_csv", "maybe_csv", "unique_csv", "unique_ris")
    out = {name: str(folder / f"{name}.csv") for name in names}
    given_too = {"verdicts_csv": None, "before_csv": None, "settings": SETTINGS, "threads": 1} | options
    main(records_csv=str(folder / "records.csv"), **given_too, **out)
    return out


def kept(*rows, cluster_id="a:1", **settings):
    return keep_one(cluster_id, rows, SETTINGS | settings, set())


def test_the_pubmed_record_is_kept_and_its_gaps_are_filled_from_the_twin(record):
    embase = record(
        "embase:7", input="embase", source="Embase", title="t", doi="10.1000/a", abstract="long", year="2013"
    )
    pubmed = record("pubmed:5", input="pubmed", source="PubMed", title="T", pmid="5", year="2014")
    row = kept(embase, pubmed, cluster_id="embase:7")
    assert (row["title"], row["year"], row["pmid"]) == ("T", "2014", "5")
    assert (row["doi"], row["abstract"]) == ("10.1000/a", "long")
    assert (row["record_id"], row["kept"], row["twins"]) == ("embase:7", "pubmed:5", "embase:7")
    assert row["sources"] == "Embase; PubMed"
    assert row["filled"] == "abstract: embase:7; doi: embase:7"
    assert kept(embase, pubmed, keep_first=["embase"])["kept"] == "embase:7"


def test_without_pubmed_the_fuller_record_is_kept(record):
    assert kept(record("a:1", title="t"), record("b:1", title="T", year="2013", volume="3"))["kept"] == "b:1"


def test_of_versions_of_a_review_the_latest_is_kept(record):
    old = record("a:1", title="t", year="2009", abstract="x", issue="2")
    assert kept(old, record("b:1", title="T", year="2015"))["kept"] == "b:1"


def verdict_sheet(path, *lines):
    path.write_text("\n".join(("record_a,record_b,duplicate,reason", *lines)) + "\n", encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["a:1,a:2,perhaps,looked"], r"duplicates\.csv line 2: duplicate is 'perhaps'; write yes or no"),
        (["a:1,a:2,yes,"], r"duplicates\.csv line 2: .*and a reason"),
        (["a:1,a:2,yes,seen", "a:2,a:1,no,seen"], r"duplicates\.csv line 3: contradicts an earlier line"),
        (["a:1,a:2,yes,seen", "a:1,a:1,no,seen"], r"duplicates\.csv line 3: 'a:1' is compared with itself"),
    ],
    ids=["neither yes nor no", "no reason", "yes and no on one pair", "a record with itself"],
)
def test_a_verdict_that_cannot_be_used_is_refused_with_its_line(tmp_path, lines, message):
    with pytest.raises(InputError, match=message):
        read_verdicts(verdict_sheet(tmp_path / "duplicates.csv", *lines), {"a:1", "a:2"})


def test_a_verdict_on_a_record_that_is_not_there_today_is_named_and_not_used(tmp_path, caplog):
    path = verdict_sheet(tmp_path / "duplicates.csv", "a:1,a:9,yes,seen", " a:1 , a:2,no ,seen")
    with caplog.at_level("WARNING", logger="review"):
        verdicts = read_verdicts(path, {"a:1", "a:2"})
    assert verdicts == {frozenset({"a:1", "a:2"}): False}
    assert "line 2: a:9 is not among the records" in caplog.text


def test_a_review_without_verdicts_has_none():
    assert read_verdicts(None, {"a:1"}) == {}


def test_the_tables_account_for_every_record(tmp_path, record):
    rows = [
        record("a:1", input="a", source="A", **ARTICLE, pmid="1"),
        record("b:1", input="b", source="B", **ARTICLE),
        record("b:2", input="b", source="B", **ARTICLE | {"authors": "Other, Ann", "journal": "Lancet"}),
        record("c:1", input="c", source="C", **ARTICLE, doi="10.1101/p.1"),
    ]
    out = run(tmp_path, rows)
    tables = {name: rows_of(read_table(path)) for name, path in out.items() if name != "unique_ris"}
    assert {row["record_id"]: row["cluster_id"] for row in tables["clusters"]} == {
        "a:1": "a:1",
        "b:1": "a:1",
        "b:2": "b:2",
        "c:1": "c:1",
    }
    assert [(row["record_id"], row["duplicate_of"]) for row in tables["links_csv"]] == [("b:1", "a:1")]
    assert ("c:1", "a:1") in {(row["record_id"], row["version_of"]) for row in tables["versions_csv"]}
    assert ("a:1", "b:2") in {(row["record_a"], row["record_b"]) for row in tables["maybe_csv"]}
    assert [row["record_id"] for row in tables["unique_csv"]] == ["a:1", "b:2", "c:1"]
    ris = (tmp_path / "unique_ris.csv").read_text(encoding="utf-8")
    assert ris.count("\nER  - ") == 3
    assert "DB  - A; B\nER  - " in ris, "a screener sees all databases of the twins"
