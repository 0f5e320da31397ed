"""Terms and ranges of days narrow a search as the real service was seen to narrow it."""

import time

import pytest
from lxml import etree

from tests.pubmed_service.service import EntrezServer
from tests.pubmed_service.terms import LONG_NAMES
from tests.unit.pubmed_service.client import PMIDS, WORLD, send


def holders(name: str, low: int, high: int) -> list[int]:
    """Return the PMIDs by reading the dates from the XML again."""
    path = {"crdt": "entrez", "edat": "pubmed", "mhda": "medline"}.get(name)
    found = []
    for record in WORLD.records:
        root = etree.fromstring(record)
        if path:
            node = root.find(f".//PubMedPubDate[@PubStatus='{path}']")
        else:
            node = root.find(".//DateRevised" if name == "mdat" else ".//JournalIssue/PubDate")
        year, month, day = (node.findtext(part) for part in ("Year", "Month", "Day"))
        if year is None:
            year, month = node.findtext("MedlineDate").split("-")[0].split()
        if month and not month.isdigit():
            month = str(time.strptime(month, "%b").tm_mon)
        number = int(year) * 10_000 + int(month or 1) * 100 + int(day or 1)
        if low <= number <= high:
            found.append(int(root.findtext(".//PMID")))
    return sorted(found)


@pytest.mark.parametrize(
    ("tag", "name"),
    [
        ("CRDT", "crdt"),
        ("Date - Create", "crdt"),
        ("edat", "edat"),
        ("Date - Entry", "edat"),
        ("PDAT", "pdat"),
        ("dp", "pdat"),
        ("Date - Publication", "pdat"),
        ("MHDA", "mhda"),
        ("Date - MeSH", "mhda"),
        ("MDAT", "mdat"),
        ("LR", "mdat"),
        ("Date - Modification", "mdat"),
    ],
)
def test_a_range_of_days_holds_what_lies_between_both_ends_in_every_spelling(server, tag, name):
    days = sorted(WORLD.columns[name])
    low, high = days[30], days[90]
    wanted = holders(name, low, high)
    texts = [f"{day // 10_000:04}/{day // 100 % 100:02}/{day % 100:02}" for day in (low, high)]
    assert 0 < len(wanted) < 120
    for form in (
        '(x[tiab] OR "y z") AND ("{0}"[{t}] : "{1}"[{t}])',
        'x AND "{0}"[{t}]:"{1}"[{t}]',
        "(x) AND {0}:{1}[{t}]",
        "(({0}:{1}[{t}]) AND (x))",
        '((x) AND "{0}" : "{1}"[{t}])',
    ):
        reply = send(server, "esearch", term=form.format(*texts, t=tag), retmax=200)
        assert sorted(reply.ids) == wanted, form
    shown = f" AND {texts[0]}:{texts[1]}[{LONG_NAMES[name]}]"
    assert reply.root.findtext("QueryTranslation").endswith(shown)


def test_a_month_or_a_year_means_all_its_days(server):
    year = send(server, "esearch", term='x AND "2019"[CRDT] : "2019"[CRDT]', retmax=200)
    assert sorted(year.ids) == holders("crdt", 20190101, 20191231)
    months = send(server, "esearch", term='x AND "2019/11"[CRDT] : "2020/02"[CRDT]', retmax=200)
    assert sorted(months.ids) == holders("crdt", 20191101, 20200229)
    assert months.root.findtext("QueryTranslation").endswith("2019/11/01:2020/02/29[Date - Create]")
    assert send(server, "esearch", term="x AND 2020[CRDT]").count + year.count == 120


def test_days_and_pmids_narrow_together_and_halves_add_up(server):
    term = '((a OR b) AND (c)) AND ("2020/01/01"[CRDT] : "2020/12/31"[CRDT])'
    whole = send(server, "esearch", term=term, retmax=200)
    middle = sorted(whole.ids)[len(whole.ids) // 2]
    low = send(server, "esearch", term=f"{term} AND 1:{middle}[UID]", retmax=200)
    high = send(server, "esearch", term=f"({term}) AND {middle + 1}:999999999[UID]", retmax=200)
    assert sorted(low.ids + high.ids) == sorted(whole.ids)
    assert (low.count, high.count) == (len(low.ids), len(high.ids))
    assert send(server, "esearch", term=f"{middle}[UID]").ids == [middle]
    assert send(server, "esearch", term=f"{PMIDS[0]}:{PMIDS[4]}[uid]").count == 5


@pytest.mark.parametrize(
    "clause",
    ["2020/12/31:2020/01/01[CRDT]", "2020/02/30:2020/03/30[CRDT]", "2020-01-01:2020-12-31[CRDT]", "9:1[UID]"],
)
def test_a_reversed_or_impossible_range_finds_nothing_and_says_nothing(server, clause):
    reply = send(server, "esearch", term=f"x AND {clause}")
    assert (reply.status, reply.count) == (200, 0)
    assert reply.notes("WarningList/OutputMessage") == ["No items found."]
    assert reply.root.find("ErrorList") is None


def test_a_range_in_an_unknown_field_finds_nothing(server):
    reply = send(server, "esearch", term="x AND 2020/01/01:2020/12/31[CRDTT]")
    assert (reply.count, reply.notes("ErrorList/FieldNotFound")) == (0, ["CRDTT"])


@pytest.mark.parametrize("name", ["crdt", "edat", "pdat", "mhda", "mdat"])
def test_mindate_and_maxdate_act_like_an_added_range(server, name):
    reply = send(
        server, "esearch", term="x", datetype=name, mindate="2019/06", maxdate="2020/03/01", retmax=200
    )
    assert sorted(reply.ids) == holders(name, 20190601, 20200301)
    assert "2019/06/01:2020/03/01[Date - " in reply.root.findtext("QueryTranslation")


def test_reldate_counts_back_from_the_clock_of_the_world():
    with EntrezServer(WORLD, rate=None, clock="2020-06-30") as server:
        reply = send(server, "esearch", term="x", datetype="edat", reldate=60, retmax=200)
        assert sorted(reply.ids) == holders("edat", 20200501, 20200630)
        assert "2020/05/01:2020/06/30[Date - Entry]" in reply.root.findtext("QueryTranslation")


def test_one_date_of_the_pair_alone_is_ignored_and_recorded(server):
    assert send(server, "esearch", term="x", mindate="2020").count == 120
    assert server.violations() == ["esearch: one of mindate and maxdate alone"]
