"""Our evaluator against PubMed itself: each recorded search over all recorded records.

tests/data/recorded_searches.csv has the numbers, recorded_missing.csv names each record that PubMed listed
and we do not find without a file of headings, with the narrower headings by which PubMed found it.
"""

import csv
from collections import defaultdict

import pytest

from scripts.common.search.citation import plain
from scripts.common.search.evaluate import compile_query
from scripts.common.search.mesh import Mesh
from scripts.common.search.syntax import parse
from tests.paths import DATA, SPECIMENS
from tests.recorded_searches import all_records, read_search

FOLDER = SPECIMENS / "entrez"
RECORDS = 413

if not FOLDER.is_dir():
    pytest.skip("no shared/entrez here", allow_module_level=True)


def _table(name):
    with (DATA / name).open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


SEARCHES = _table("recorded_searches.csv")
BROADER = {row["narrower"]: row["broader"] for row in _table("recorded_headings.csv")}
REASONS = defaultdict(dict)
for row in _table("recorded_missing.csv"):
    REASONS[row["search"]][row["pmid"]] = row["narrower_headings"].split("; ")


def _found(query, mesh=None):
    test = compile_query(parse(query), mesh)
    return {pmid for pmid, versions in all_records(FOLDER).items() if any(map(test, versions))}


def _mesh(headings):
    """Return a tree of which these headings are the second level, with places of our own."""
    tops = sorted({BROADER[name] for name in headings})
    places = {plain(top): [f"X{number}"] for number, top in enumerate(tops)}
    for number, name in enumerate(headings):
        places[plain(name)] = [f"X{tops.index(BROADER[name])}.{number}"]
    return Mesh({name: name for name in places}, places)


def test_every_recorded_search_is_in_the_table_but_answers_that_hold_no_search():
    files = [*FOLDER.glob("answers/*"), *FOLDER.glob("errors/*"), *FOLDER.glob("exchanges/*")]
    held = ("<QueryTranslation>", "querytranslation")
    searched = {
        str(path.relative_to(FOLDER))
        for path in files
        if any(word in path.read_text(encoding="utf-8", errors="replace") for word in held)
    }
    assert searched == {row["search"] for row in SEARCHES}


@pytest.mark.parametrize("row", SEARCHES, ids=lambda row: row["search"])
def test_what_pubmed_listed_is_found_and_nothing_else_but_what_the_tables_explain(row):
    search, records = read_search(FOLDER / row["search"]), all_records(FOLDER)
    assert len(records) == RECORDS
    listed, found = search.pmids & set(records), _found(search.query)
    numbers = (search.count, len(listed), len(found), len(listed - found))
    assert numbers == tuple(int(row[name]) for name in ("count", "listed_at_hand", "found", "missing"))
    assert listed - found == set(REASONS[row["search"]])
    is_whole = len(search.pmids) == search.count
    assert row["whole_list"] == ("yes" if is_whole else "no")
    assert not is_whole or found <= search.pmids, "found here, not by PubMed"


@pytest.mark.parametrize("name", REASONS)
def test_with_the_narrower_headings_of_each_missing_record_all_are_found_and_no_other(name):
    search = read_search(FOLDER / name)
    assert _found(search.query, _mesh(BROADER)) == search.pmids & set(all_records(FOLDER))
    for pmid, headings in REASONS[name].items():
        (record,) = all_records(FOLDER)[pmid]
        assert {plain(heading) for heading in headings} <= {heading.name for heading in record.headings}
        assert compile_query(parse(search.query), _mesh(headings))(record), pmid
