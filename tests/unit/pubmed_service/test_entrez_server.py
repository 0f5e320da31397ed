"""The loopback E-utilities service answers, refuses and fails as the real one was seen to."""

import gzip
import http.client
import json
import re
import socket
import subprocess
import sys
import threading
import time
import zlib
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
from lxml import etree

from tests import entrez_server
from tests.entrez_server import FAULTS, TRANSIENT, EntrezServer, World, synthetic_records
from tests.paths import SPECIMENS

SHARED = SPECIMENS / "entrez"
WHO = {"db": "pubmed", "tool": "test", "email": "test@example.org"}
WORLD = World(synthetic_records(120, 1000, date(2019, 1, 1), date(2020, 12, 31), seed=7, set_back=0.1))
PMIDS = sorted(WORLD.pmids)


class Reply(NamedTuple):
    status: int
    headers: Any
    body: bytes

    @property
    def root(self) -> etree._Element:
        return etree.fromstring(self.body)

    @property
    def count(self) -> int:
        return int(self.root.findtext("Count") or -1)

    @property
    def ids(self) -> list[int]:
        return [int(node.text) for node in self.root.iterfind("IdList/Id")]

    @property
    def pmids(self) -> list[int]:
        """Return the PMIDs of the records, as efetch delivers them."""
        return [int(node.text) for node in self.root.iterfind("*/*/PMID")]

    def notes(self, path: str) -> list[str]:
        return [node.text for node in self.root.iterfind(path)]


def send(
    server: EntrezServer,
    endpoint: str,
    method: str = "POST",
    headers: dict[str, str] | None = None,
    timeout: float = 5,
    **parameters: Any,
) -> Reply:
    given = {name: value for name, value in {**WHO, **parameters}.items() if value is not None}
    text = urlencode(given, doseq=True)
    path = f"/entrez/eutils/{endpoint}.fcgi"
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=timeout)
    try:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        if method == "GET":
            connection.request("GET", f"{path}?{text}", headers=headers or {})
        else:
            connection.request(method, path, text, {**form, **(headers or {})})
        response = connection.getresponse()
        return Reply(response.status, response.headers, response.read())
    finally:
        connection.close()


def control(server: EntrezServer, method: str, path: str, body: Any = None) -> Any:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    content = None if body is None else json.dumps(body)
    connection.request(method, path, content, {"Content-Type": "application/json"})
    response = connection.getresponse()
    text = response.read()
    connection.close()
    return response.status, json.loads(text) if text[:1] in (b"{", b"[") else text


@pytest.fixture
def server():
    with EntrezServer(WORLD, rate=None) as running:
        yield running


def fail(server: EntrezServer, fault: str, **more: Any) -> None:
    server.add_faults([{"fault": fault, **more}])


# -- shape ------------------------------------------------------------------------------------------------


def test_get_and_post_and_both_together_mean_the_same(server):
    wanted = send(server, "esearch", term="x", retmax=5)
    assert send(server, "esearch", "GET", term="x", retmax=5).body == wanted.body
    with urlopen(
        f"{server.url}esearch.fcgi?db=pubmed&retmax=5", b"term=x&tool=t&email=e", timeout=5
    ) as mixed:
        assert mixed.read() == wanted.body


def test_every_answer_carries_the_headers_of_the_real_service_and_no_length(server):
    reply = send(server, "esearch", term="x")
    assert reply.headers["Server"] == "Finatra"
    assert reply.headers["Cache-Control"] == "private"
    assert reply.headers["Transfer-Encoding"] == "chunked"
    assert reply.headers["Content-Length"] is None
    assert reply.headers["Retry-After"] is None
    assert reply.headers["Content-Type"] == "text/xml; charset=UTF-8"
    assert reply.headers["Keep-Alive"] == "timeout=4, max=40"
    assert reply.headers["X-RateLimit-Limit"] == "3"
    assert "ncbi_sid" in reply.headers["Set-Cookie"]
    with urlopen(server.url + "esearch.fcgi?term=x&retmode=json", timeout=5) as answer:
        assert answer.headers["Content-Type"] == "application/json; charset=UTF-8"


def test_the_answer_is_compressed_when_the_request_offers_gzip(server):
    plain = send(server, "efetch", id=PMIDS[0])
    packed = send(server, "efetch", headers={"Accept-Encoding": "gzip, deflate"}, id=PMIDS[0])
    assert plain.headers["Content-Encoding"] is None
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body


def test_one_connection_serves_many_requests(server):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    kept = set()
    for _ in range(10):
        connection.request("GET", "/entrez/eutils/esearch.fcgi?term=x&retmax=1")
        assert connection.getresponse().read().endswith(b"</eSearchResult>\n")
        kept.add(connection.sock.getsockname())
    connection.close()
    assert len(kept) == 1


@pytest.mark.parametrize(
    "path", ["/", "/entrez/eutils/", "/entrez/eutils/esearch", "/entrez/eutils/ecitmatch.fcgi"]
)
def test_an_unknown_address_is_404_in_html(server, path):
    with pytest.raises(HTTPError) as caught:
        urlopen(server.root + path, timeout=5)
    with caught.value as error:
        assert (error.code, error.headers["Content-Type"]) == (404, "text/html")
        assert b"<html>" in error.read()


@pytest.mark.parametrize("length", [8_001, 70_000])
def test_a_request_line_beyond_8000_bytes_is_414_in_html(server, length):
    reply = send(server, "efetch", "GET", id="1" * length)
    assert (reply.status, reply.headers["Content-Type"]) == (414, "text/html")
    assert any("longer than 8000 bytes" in one for one in server.violations())


def test_a_post_of_many_ids_is_taken(server):
    assert send(server, "efetch", id=",".join(map(str, PMIDS * 40))).pmids == PMIDS


@pytest.mark.parametrize("path", ["/eutils/dtd/20060628/esearch.dtd", "/ncbi/pubmed/out/pubmed_260101.dtd"])
def test_who_asks_for_a_dtd_is_found_out(server, path):
    with pytest.raises(HTTPError, match="410") as caught:
        urlopen(server.root + path, timeout=5)
    caught.value.close()
    assert server.violations() == ["dtd: a DTD was asked for"]


def test_a_misspelt_parameter_does_nothing(server):
    assert len(send(server, "esearch", term="x", retMax=3).ids) == 20


# -- esearch ----------------------------------------------------------------------------------------------


def test_a_search_lists_twenty_newest_first_and_says_how_many_it_listed(server):
    reply = send(server, "esearch", term="physiotherapy[tiab]")
    names = [node.tag for node in reply.root]
    assert names == ["Count", "RetMax", "RetStart", "IdList", "TranslationSet", "QueryTranslation"]
    assert (reply.count, len(reply.ids), reply.root.findtext("RetMax")) == (120, 20, "20")
    whole = send(server, "esearch", term="physiotherapy[tiab]", retmax=500)
    assert whole.root.findtext("RetMax") == "120"
    assert sorted(whole.ids) == PMIDS
    assert whole.ids != sorted(whole.ids, reverse=True), "newest first is not the order of PMIDs"


def test_a_count_is_only_a_count(server):
    reply = send(server, "esearch", term="x", rettype="count")
    assert reply.body.endswith(b"<eSearchResult>\n\t<Count>120</Count>\n</eSearchResult>\n")
    in_json = json.loads(send(server, "esearch", term="x", rettype="count", retmode="json").body)
    assert in_json["esearchresult"] == {"count": "120"}


def test_json_holds_numbers_as_strings_and_lists_only_when_there_are_any(server):
    result = json.loads(send(server, "esearch", term="x[tiab]", retmax=2, retmode="json").body)
    assert result["header"] == {"type": "esearch", "version": "0.3"}
    found = result["esearchresult"]
    assert (found["count"], found["retmax"], found["retstart"]) == ("120", "2", "0")
    assert all(isinstance(one, str) for one in found["idlist"])
    assert not {"errorlist", "warninglist", "webenv"} & found.keys()
    warned = json.loads(send(server, "esearch", term="x", sort="date", retmode="json").body)["esearchresult"]
    assert warned["warninglist"]["outputmessages"] == ["Unknown sort schema 'date' ignored"]


def test_an_unknown_sort_is_ignored_with_a_warning_and_a_known_one_sorts(server):
    assert send(server, "esearch", term="x", sort="date").notes("WarningList/OutputMessage") == [
        "Unknown sort schema 'date' ignored"
    ]
    orders = {
        sort: send(server, "esearch", term="x", retmax=200, sort=sort).ids
        for sort in ("", "pub_date", "Author", "JournalName", "relevance")
    }
    assert all(sorted(ids) == PMIDS for ids in orders.values())
    assert len({tuple(ids) for ids in orders.values()}) == 5


def test_a_listed_query_has_its_pmids_translation_and_complaints():
    query = {
        "term": '(telehealth AND "physio therapy"[tiab])',
        "pmids": PMIDS[:7],
        "translation": "telemedicine[MeSH Terms] OR telehealth[All Fields]",
        "errors": ["physo", {"FieldNotFound": "tiabb"}],
        "warnings": ["QuotedPhraseNotFound: physio therapy", "Ignored."],
    }
    with EntrezServer(WORLD, [query], rate=None) as server:
        for term in (query["term"], query["term"][1:-1], f"  ({query['term']}) "):
            reply = send(server, "esearch", term=term)
            assert sorted(reply.ids) == PMIDS[:7]
        assert reply.root.findtext("QueryTranslation") == query["translation"]
        assert reply.notes("ErrorList/PhraseNotFound") == ["physo"]
        assert reply.notes("ErrorList/FieldNotFound") == ["tiabb"]
        assert reply.notes("WarningList/QuotedPhraseNotFound") == ["physio therapy"]
        assert reply.notes("WarningList/OutputMessage") == ["Ignored."]
        part = send(server, "esearch", term=f"({query['term']}) AND {PMIDS[2]}:{PMIDS[4]}[UID]")
        assert sorted(part.ids) == PMIDS[2:5]
        assert part.root.findtext("QueryTranslation") == (
            f"({query['translation']}) AND {PMIDS[2]}:{PMIDS[4]}[UID]"
        )


def test_an_unknown_term_is_a_silent_zero_when_terms_are_given():
    with EntrezServer(WORLD, terms=["known"], rate=None) as server:
        assert send(server, "esearch", term="known").count == 120
        reply = send(server, "esearch", term="abcXYZ")
        assert reply.status == 200
        assert reply.body.decode().partition("<eSearchResult>")[2] == (
            "<Count>0</Count><RetMax>0</RetMax><RetStart>0</RetStart><IdList/><TranslationSet/>"
            "<QueryTranslation>(abcXYZ[All Fields])</QueryTranslation><ErrorList><PhraseNotFound>abcXYZ"
            "</PhraseNotFound></ErrorList><WarningList><OutputMessage>No items found.</OutputMessage>"
            "</WarningList></eSearchResult>\n"
        )


def test_a_wrong_database_and_an_unbalanced_term_are_errors_with_status_200(server):
    wrong = send(server, "esearch", db="fleegle", term="x")
    assert (wrong.status, wrong.notes("ERROR")) == (200, ["Invalid db name specified: fleegle"])
    broken = send(server, "esearch", term="((")
    assert broken.status == 200
    assert broken.root.findtext("ERROR").startswith("Search Backend failed:")
    assert send(server, "esearch", db=None, term="x").count == 120
    assert send(server, "esearch", term=None).count == 0


# -- ranges -----------------------------------------------------------------------------------------------


def holders(name: str, low: int, high: int) -> list[int]:
    """Return the PMIDs by reading the dates from the XML anew."""
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
    shown = f" AND {texts[0]}:{texts[1]}[{entrez_server.LONG_NAMES[name]}]"
    assert reply.root.findtext("QueryTranslation").endswith(shown)


def test_a_month_or_a_year_stands_for_all_its_days(server):
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


# -- the wall ---------------------------------------------------------------------------------------------


def test_the_wall_lists_no_more_than_the_cap_and_still_counts_all():
    with EntrezServer(WORLD, rate=None, cap=50) as server:
        reply = send(server, "esearch", term="x", retmax=1000)
        assert (reply.status, reply.count, len(reply.ids), reply.root.findtext("RetMax")) == (
            200,
            120,
            50,
            "50",
        )
        assert reply.notes("WarningList/OutputMessage") == [
            "Restrictions achieved. start and count adjusted to 0, 50"
        ]
        last = send(server, "esearch", term="x", retstart=49, retmax=2)
        assert len(last.ids) == 1
        assert last.notes("WarningList/OutputMessage") == [
            "Restrictions achieved. start and count adjusted to 49, 1"
        ]
        few = send(server, "esearch", term=f"x AND {PMIDS[0]}:{PMIDS[49]}[UID]", retmax=1000)
        assert (few.count, len(few.ids), few.root.find("WarningList")) == (50, 50, None)


def test_behind_the_wall_a_search_answers_only_an_error():
    with EntrezServer(WORLD, rate=None) as server:
        reply = send(server, "esearch", term="x", retstart=9999)
        assert reply.status == 200
        assert "'retstart' cannot be larger than 9998." in reply.root.findtext("ERROR")
        assert "first 9,999 records" in reply.root.findtext("ERROR")
        assert reply.root.find("Count") is None
        raw = send(server, "esearch", term="x", retstart=9999, retmode="json").body
        with pytest.raises(json.JSONDecodeError):
            json.loads(raw)
        assert "Exception:\n'retstart'" in json.loads(raw, strict=False)["esearchresult"]["ERROR"]


def test_fetching_from_history_stops_at_the_wall_without_a_word_and_behind_it_with_400():
    with EntrezServer(WORLD, rate=None, cap=50) as server:
        found = send(server, "esearch", term="x", usehistory="y", retmax=0)
        key = {"WebEnv": found.root.findtext("WebEnv"), "query_key": found.root.findtext("QueryKey")}
        page = send(server, "efetch", **key, retstart=40, retmax=20)
        assert (page.status, len(page.pmids)) == (200, 10)
        assert len(send(server, "efetch", **key).pmids) == 50
        behind = send(server, "efetch", **key, retstart=50, retmax=20)
        assert behind.status == 400
        assert "'retstart' cannot be larger than 49" in behind.root.findtext("ERROR")


# -- efetch, epost, history -------------------------------------------------------------------------------


def test_records_come_as_stored_in_the_order_asked_for_on_one_line(server):
    asked = [PMIDS[5], PMIDS[1], PMIDS[3]]
    body = send(server, "efetch", id=",".join(map(str, asked)), retmode="xml").body
    assert body == (
        b'<?xml version="1.0" ?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, '
        b'1st January 2026//EN" "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_260101.dtd">\n<PubmedArticleSet>\n'
        + b"".join(WORLD.get(pmid) for pmid in asked)
        + b"</PubmedArticleSet>"
    )


def test_ids_may_be_repeated_and_a_record_comes_once(server):
    assert send(server, "efetch", id=[PMIDS[1], PMIDS[0], PMIDS[1]]).pmids == [PMIDS[1], PMIDS[0]]
    assert send(server, "efetch", "GET", id=[PMIDS[1], f"{PMIDS[0]},{PMIDS[1]}"]).pmids == [
        PMIDS[1],
        PMIDS[0],
    ]


def test_the_name_of_the_dtd_is_a_switch():
    with EntrezServer(WORLD, rate=None, dtd="270101") as server:
        assert b"1st January 2027//EN" in send(server, "efetch", id=PMIDS[0]).body
        assert b"pubmed_270101.dtd" in send(server, "efetch", id=PMIDS[0]).body


def test_records_that_do_not_exist_are_left_out_without_a_word(server):
    assert send(server, "efetch", id=f"{PMIDS[0]},77,{PMIDS[1]}").pmids == PMIDS[:2]
    nobody = send(server, "efetch", id="77,78")
    assert (nobody.status, nobody.body.splitlines()[-1]) == (200, b"<PubmedArticleSet></PubmedArticleSet>")


def test_a_record_may_be_listed_and_never_delivered():
    query = {"term": "q", "pmids": [*PMIDS[:3], 77]}
    with EntrezServer(WORLD, [query], rate=None, left_out=[PMIDS[1]]) as server:
        assert sorted(send(server, "esearch", term="q").ids) == [77, *PMIDS[:3]]
        assert send(server, "efetch", id=f"{PMIDS[0]},{PMIDS[1]},77").pmids == PMIDS[:1]


@pytest.mark.parametrize("ids", ["0", "abc", "", "0,abc"])
def test_a_list_without_any_positive_number_is_400(server, ids):
    reply = send(server, "efetch", id=ids)
    assert reply.status == 400
    assert reply.notes("ERROR") == ["ID list is empty! Possibly it has no correct IDs."]
    text = send(server, "efetch", id=ids, retmode="text")
    assert (text.status, text.body[:18]) == (400, b"ID+list+is+empty!+")


def test_minus_one_is_read_as_one():
    with EntrezServer([next(synthetic_records(1, 1))], rate=None) as server:
        assert send(server, "efetch", id="-1").pmids == [1]


def test_other_forms_of_a_record_are_text_and_json_is_a_bare_pmid(server):
    ids = f"{PMIDS[0]},{PMIDS[1]}"
    assert send(server, "efetch", id=ids, retmode="json").body == f"{PMIDS[0]}\n{PMIDS[1]}\n".encode()
    assert send(server, "efetch", id=ids, rettype="uilist", retmode="text").body.split() == [
        str(one).encode() for one in PMIDS[:2]
    ]
    medline = send(server, "efetch", id=ids, rettype="medline", retmode="text")
    assert medline.headers["Content-Type"] == "text/plain; charset=UTF-8"
    assert re.findall(r"(?m)^PMID- (\d+)$", medline.body.decode()) == [str(one) for one in PMIDS[:2]]
    assert b"PMID: " in send(server, "efetch", id=ids, rettype="abstract", retmode="text").body


def test_retstart_counts_places_in_the_set_and_not_records_delivered():
    with EntrezServer(WORLD, rate=None, left_out=PMIDS[2:4]) as server:
        posted = send(server, "epost", id=",".join(map(str, PMIDS[:10])))
        key = {"WebEnv": posted.root.findtext("WebEnv"), "query_key": posted.root.findtext("QueryKey")}
        pages = [send(server, "efetch", **key, retstart=start, retmax=5).pmids for start in (0, 5)]
        assert pages == [[*PMIDS[:2], PMIDS[4]], PMIDS[5:10]]


def test_a_history_numbers_its_sets():
    with EntrezServer(WORLD, rate=None) as server:
        first = send(server, "esearch", term=f"x AND {PMIDS[0]}:{PMIDS[3]}[UID]", usehistory="y")
        webenv = first.root.findtext("WebEnv")
        assert re.fullmatch("MCID_[0-9a-f]{24}", webenv)
        second = send(server, "epost", id=",".join(map(str, PMIDS[2:9])), WebEnv=webenv)
        assert (second.root.findtext("WebEnv"), second.root.findtext("QueryKey")) == (webenv, "2")
        both = send(server, "esearch", WebEnv=webenv, query_key=2, term=f"{PMIDS[0]}:{PMIDS[3]}[UID]")
        assert sorted(both.ids) == PMIDS[2:4]
        assert send(server, "efetch", WebEnv=webenv, query_key=2, retmax=50).pmids == PMIDS[2:9]
        assert send(server, "efetch", WebEnv=webenv, query_key=3, retmax=50).status == 400


def test_epost_refuses_a_wrong_database_and_bad_ids_with_status_200(server):
    assert send(server, "epost", db="nothing", id="1").notes("ERROR") == [
        "Invalid db name specified: nothing"
    ]
    bad = send(server, "epost", id="abc")
    assert bad.status == 200
    assert bad.notes("ERROR")[0] == "Empty ID list; Nothing to store"
    assert bad.notes("ERROR")[1].startswith("Some IDs have invalid value and were omitted.")


@pytest.mark.parametrize("status", [200, 400])
def test_an_unknown_history_is_an_error_for_search_and_fetch(status):
    with EntrezServer(WORLD, rate=None, webenv_status=status) as server:
        gone = {"WebEnv": "MCID_" + "0" * 24, "query_key": 1}
        fetched = send(server, "efetch", **gone)
        assert (fetched.status, fetched.notes("ERROR")) == (status, ["Unable to obtain query #1"])
        searched = send(server, "esearch", **gone, retmode="json")
        assert (searched.status, json.loads(searched.body)) == (
            200,
            {"esearchresult": {"ERROR": "Unable to obtain query #1"}},
        )


@pytest.mark.parametrize(
    ("switch", "statuses"),
    [
        ({"webenv_calls": 2}, [200, 200, 400]),
        ({"late_webenv": 2}, [400, 400, 200]),
        ({"webenv_ttl": 0.0}, [400]),
        ({"webenv_ttl": 60.0}, [200]),
    ],
)
def test_a_history_may_come_late_and_go_early(switch, statuses):
    with EntrezServer(WORLD, rate=None, **switch) as server:
        webenv = send(server, "epost", id=PMIDS[0]).root.findtext("WebEnv")
        got = [send(server, "efetch", WebEnv=webenv, query_key=1, retmax=1).status for _ in statuses]
        assert got == statuses


def test_summaries_and_facts_about_the_database_are_simple(server):
    titles = send(server, "esummary", id=f"{PMIDS[0]},77")
    assert titles.notes("DocSum/Id") == [str(PMIDS[0])]
    in_json = json.loads(send(server, "esummary", id=f"{PMIDS[0]},77", retmode="json").body)["result"]
    assert in_json["77"]["error"] == "cannot get document summary"
    assert in_json[str(PMIDS[0])]["title" if "title" in in_json[str(PMIDS[0])] else "Title"]
    assert send(server, "esummary").notes("ERROR") == ["Neither query_key nor id specified"]
    many = send(server, "esummary", id=",".join(map(str, range(1, 502))), retmode="json")
    assert b"Too many UIDs in request." in many.body
    assert send(server, "einfo").root.findtext("DbInfo/Count") == "120"
    assert send(server, "einfo", db=None).notes("DbList/DbName") == ["pubmed"]


# -- rate and key -----------------------------------------------------------------------------------------


def test_the_fourth_request_in_a_second_is_429_and_so_is_all_in_the_pause_after_it():
    with EntrezServer(WORLD, penalty=0.3, retry_after=2) as server:
        replies = [send(server, "esearch", term="x", retmax=0) for _ in range(4)]
        assert [reply.status for reply in replies] == [200, 200, 200, 429]
        assert [reply.headers["X-RateLimit-Remaining"] for reply in replies] == ["2", "1", "0", "0"]
        refused = replies[-1]
        assert refused.headers["Retry-After"] == "2"
        assert refused.headers["Content-Type"].startswith("application/json")
        assert refused.body == (
            b'{"error":"API rate limit exceeded","api-key":"127.0.0.1","count":"4","limit":"3"}\n'
        )
        assert send(server, "efetch", id=PMIDS[0]).status == 429
        time.sleep(1.4)
        assert send(server, "esearch", term="x").status == 200
        assert server.violations()[0] == "esearch: rate: 4 requests in a second, 3 are allowed"


def test_the_second_slides_so_that_two_bursts_across_a_full_second_are_refused():
    with EntrezServer(WORLD) as server:
        time.sleep((0.6 - time.monotonic()) % 1)
        statuses = []
        for _ in range(2):
            statuses += [send(server, "esearch", term="x", retmax=0).status for _ in range(2)]
            time.sleep(0.3)
        assert statuses == [200, 200, 200, 429]
        assert server.most_in_a_second() == 4


def test_whole_seconds_of_the_clock_are_the_softer_rule():
    with EntrezServer(WORLD, sliding=False) as server:
        time.sleep((0.6 - time.monotonic()) % 1)
        statuses = []
        for _ in range(2):
            statuses += [send(server, "esearch", term="x", retmax=0).status for _ in range(2)]
            time.sleep(0.6)
        assert statuses == [200] * 4


def test_a_key_has_its_own_larger_count_and_is_repeated_in_a_refusal():
    with EntrezServer(WORLD, valid_keys=["k1", "k2"]) as server:
        replies = [send(server, "esearch", term="x", retmax=0, api_key="k1") for _ in range(11)]
        assert [reply.status for reply in replies] == [200] * 10 + [429]
        assert json.loads(replies[-1].body)["api-key"] == "k1"
        assert replies[0].headers["X-RateLimit-Limit"] == "10"
        assert send(server, "esearch", term="x", api_key="k2").status == 200
        wrong = send(server, "esearch", term="x", api_key="k3")
        assert wrong.status == 400
        assert json.loads(wrong.body) == {
            "error": "API key invalid",
            "api-key": "k3",
            "type": "invalid",
            "status": "unknown",
        }


def test_the_rate_may_only_be_watched():
    with EntrezServer(WORLD, enforce_rate=False) as server:
        assert {send(server, "esearch", term="x", retmax=0).status for _ in range(5)} == {200}
        assert len(server.violations()) == 2


# -- log and control --------------------------------------------------------------------------------------


def test_the_log_names_every_request_and_hides_the_key(server):
    send(server, "esearch", term="x", api_key="secret-key")
    send(server, "efetch", "GET", id=[PMIDS[0], PMIDS[1]], tool=None, email=None)
    status, entries = control(server, "GET", "/_test/log")
    assert status == 200
    assert entries == server.log()
    assert [(one["endpoint"], one["method"], one["status"]) for one in entries] == [
        ("esearch", "POST", 200),
        ("efetch", "GET", 200),
    ]
    assert "secret-key" not in json.dumps(entries)
    assert [one["api_key"] for one in entries] == [True, False]
    assert entries[1]["parameters"]["id"] == f"{PMIDS[0]},{PMIDS[1]}"
    assert entries[1]["violations"] == ["no tool", "no email"]
    assert entries[1]["records"] == 2
    assert entries[0]["at"] < entries[1]["at"]
    assert entries[0]["time"].endswith("+00:00")


def test_a_key_in_an_address_is_a_violation(server):
    send(server, "esearch", "GET", term="x", api_key="k")
    assert server.violations() == ["esearch: api_key in the address"]


def test_a_plan_over_http_is_carried_out_and_taken_back(server):
    plan = [{"endpoint": "esearch", "when": {"nth": 2}, "fault": "503", "times": 1}]
    assert control(server, "POST", "/_test/faults", plan)[0] == 200
    assert [send(server, "esearch", term="x").status for _ in range(3)] == [200, 503, 200]
    assert [one["fault"] for one in server.log()] == [None, "503", None]
    control(server, "POST", "/_test/faults", [{"fault": "502", "times": None}])
    assert send(server, "efetch", id=PMIDS[0]).status == 502
    assert control(server, "DELETE", "/_test/faults")[0] == 200
    assert send(server, "efetch", id=PMIDS[0]).status == 200


@pytest.mark.parametrize(
    "plan",
    [
        {"fault": "no-such-fault"},
        {"fault": "omit-one", "endpoint": "esearch"},
        {"fault": "502", "when": {"Nth": 1}},
        {"fault": "502", "time": 1},
        {"fault": "random", "kinds": ["no-such-fault"]},
    ],
)
def test_a_misspelt_plan_is_refused(server, plan):
    status, answer = control(server, "POST", "/_test/faults", [plan])
    assert status == 400
    assert "error" in answer


def test_reset_restores_the_world_and_the_counters_and_keeps_the_plan(server):
    server.set_world([next(synthetic_records(1, 5))])
    fail(server, "502", when={"nth": 1})
    assert send(server, "esearch", term="x").status == 502
    assert send(server, "esearch", term="x").ids == [5]
    webenv = send(server, "esearch", term="x", usehistory="y").root.findtext("WebEnv")
    assert control(server, "POST", "/_test/reset")[0] == 200
    assert server.log() == []
    assert send(server, "esearch", term="x").status == 502
    assert send(server, "esearch", term="x").count == 120
    assert send(server, "efetch", WebEnv=webenv, query_key=1).status == 400


def test_a_later_world_takes_the_place_of_the_first(server):
    later = World([*(WORLD.get(pmid) for pmid in PMIDS[1:]), next(synthetic_records(1, 9000))])
    server.set_world(later, [{"term": "q", "pmids": None, "translation": "new"}])
    reply = send(server, "esearch", term="q", retmax=200)
    assert sorted(reply.ids) == [*PMIDS[1:], 9000]
    assert reply.root.findtext("QueryTranslation") == "new"


# -- faults -----------------------------------------------------------------------------------------------

STATUSES = [
    ("429", "esearch", 429, b'"error":"API rate limit exceeded"'),
    ("429-key", "esearch", 429, b'"limit":"10"'),
    ("400-key", "esearch", 400, b'"error":"API key invalid"'),
    ("backend-502-esearch", "esearch", 200, b"Search Backend failed: Pubmed 2.0 search API"),
    ("backend-502-efetch", "efetch", 400, b"502 Server Error"),
    ("viewer-timeout", "efetch", 400, b"External viewer error: Empty Response"),
    ("forwarding-500", "esearch", 500, b'"error":"error forwarding request"'),
    ("diagnostic-500", "efetch", 500, b"WWW Error 500 Diagnostic"),
    ("502", "efetch", 502, b"<title>502 Bad Gateway</title>"),
    ("503", "efetch", 503, b"<title>503 Service Unavailable</title>"),
    ("504", "efetch", 504, b"<title>504 Gateway Timeout</title>"),
    ("blocked", "efetch", 302, b""),
    ("redirect-307", "esearch", 307, b""),
    ("html-200", "efetch", 200, b"<pre>"),
    ("json-instead-of-xml", "efetch", 200, b'{"header"'),
    ("empty-200", "efetch", 200, b""),
    ("webenv-gone", "efetch", 400, b"Unable to obtain query #1"),
    ("webenv-gone", "esearch", 200, b"Unable to obtain query #1"),
]


@pytest.mark.parametrize(("kind", "endpoint", "status", "text"), STATUSES)
def test_a_fault_answers_in_the_words_of_the_service_once(server, kind, endpoint, status, text):
    fail(server, kind, endpoint=endpoint)
    faulty, good = (send(server, endpoint, term="x", id=PMIDS[0]) for _ in range(2))
    assert (faulty.status, good.status) == (status, 200)
    assert text in faulty.body
    assert bool(faulty.body) == bool(text)
    assert (faulty.headers["Retry-After"] is not None) == (status == 429)
    assert [one["fault"] for one in server.log()] == [kind, None]


def test_every_fault_has_a_test_here():
    written = Path(__file__).read_text("utf-8")
    assert [kind for kind in FAULTS if f'"{kind}"' not in written] == []


def test_a_fault_may_have_another_status(server):
    fail(server, "viewer-timeout", status=200)
    reply = send(server, "efetch", id=PMIDS[0])
    assert (reply.status, reply.root.tag) == (200, "eFetchResult")


def test_who_follows_a_redirect_is_found_out(server):
    fail(server, "blocked")
    with urlopen(f"{server.url}esearch.fcgi?term=x&tool=t&email=e", timeout=5) as answer:
        assert (answer.status, answer.url) == (200, server.root + "/_test/misuse")
        assert b"WWW Error Blocked Diagnostic" in answer.read()
    fail(server, "redirect-307")
    asked = send(server, "efetch", id=PMIDS[0], api_key="k")
    assert asked.headers["Location"] == server.root + "/_test/elsewhere"
    with urlopen(asked.headers["Location"], b"id=1&api_key=k", timeout=5) as answer:
        assert answer.status == 200
    assert [one["api_key"] for one in server.log("elsewhere")] == [True]
    assert sum("redirect was followed" in one for one in server.violations()) == 2


@pytest.mark.parametrize("packed", [False, True])
def test_an_answer_cut_cleanly_is_whole_for_http_and_broken_for_xml(server, packed):
    fail(server, "truncate-clean")
    headers = {"Accept-Encoding": "gzip"} if packed else {}
    reply = send(server, "efetch", headers=headers, id=PMIDS[0])
    body = gzip.decompress(reply.body) if packed else reply.body
    assert body
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(body)


def test_an_answer_may_end_after_a_whole_record(server):
    fail(server, "truncate-record")
    body = send(server, "efetch", id=",".join(map(str, PMIDS[:4]))).body
    assert body.endswith(b"</PubmedArticle>")
    assert body.count(b"<PubmedArticle>") == 2


@pytest.mark.parametrize("kind", ["cut-chunked", "cut-length"])
def test_a_connection_may_end_within_the_body(server, kind):
    fail(server, kind)
    with pytest.raises(http.client.IncompleteRead) as caught:
        send(server, "efetch", id=PMIDS[0])
    if kind == "cut-length":
        assert caught.value.partial.startswith(b"<?xml")


def test_a_connection_may_be_closed_or_reset_before_any_answer(server):
    fail(server, "close")
    with pytest.raises(http.client.RemoteDisconnected):
        send(server, "efetch", id=PMIDS[0])
    fail(server, "reset")
    with pytest.raises(ConnectionResetError) as caught:
        send(server, "efetch", id=PMIDS[0])
    assert not isinstance(caught.value, http.client.RemoteDisconnected)
    assert send(server, "efetch", id=PMIDS[0]).status == 200
    assert [one["status"] for one in server.log()] == [None, None, 200]


@pytest.mark.parametrize("kind", ["stall-head", "stall-body"])
def test_an_answer_may_never_come_or_stop_half_way(server, kind):
    fail(server, kind)
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=0.3)
    connection.request("GET", f"/entrez/eutils/efetch.fcgi?db=pubmed&id={PMIDS[0]}")
    received = b""
    with pytest.raises(TimeoutError):  # noqa: PT012  how far it comes is the point
        response = connection.getresponse()
        while part := response.read1(100):
            received += part
    assert received.startswith(b"<?xml") == (kind == "stall-body")
    connection.close()


def test_an_answer_may_come_byte_by_byte():
    with EntrezServer(WORLD, rate=None, drip_seconds=0.05) as server:
        fail(server, "drip")
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=2)
        connection.request("GET", f"/entrez/eutils/efetch.fcgi?db=pubmed&id={PMIDS[0]}")
        response, begin = connection.getresponse(), time.monotonic()
        assert b"".join(response.read(1) for _ in range(5)) == b"<?xml"
        assert time.monotonic() - begin > 0.15
        connection.close()


def test_a_dripped_answer_is_whole_in_the_end():
    with EntrezServer(WORLD, rate=None, drip_seconds=0.0) as server:
        fail(server, "drip")
        assert send(server, "esearch", term="x", retmax=3).count == 120


def test_a_compressed_answer_may_be_damaged(server):
    fail(server, "gzip-bad")
    reply = send(server, "efetch", headers={"Accept-Encoding": "gzip"}, id=PMIDS[0])
    assert reply.headers["Content-Encoding"] == "gzip"
    with pytest.raises((zlib.error, OSError, EOFError)):
        gzip.decompress(reply.body)


@pytest.mark.parametrize(("kind", "stray"), [("bad-utf8", b"\xff"), ("control-char", b"\x0b")])
@pytest.mark.parametrize("endpoint", ["esearch", "efetch"])
def test_an_answer_may_hold_what_xml_does_not_allow(server, kind, stray, endpoint):
    fail(server, kind)
    body = send(server, endpoint, term="x", id=",".join(map(str, PMIDS[:5]))).body
    assert stray in body
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(body)
    if endpoint == "efetch":
        assert re.search(rb"<AbstractText[^>]*>" + re.escape(stray), body)


@pytest.mark.parametrize(
    ("kind", "difference"),
    [("omit-one", -1), ("omit-page", -5), ("extra-record", 1), ("dup-record", 1), ("new-element", 0)],
)
def test_a_well_formed_page_may_hold_other_records_than_asked_for(server, kind, difference):
    fail(server, kind)
    reply = send(server, "efetch", id=",".join(map(str, PMIDS[:5])))
    assert reply.status == 200
    assert len(reply.pmids) == 5 + difference
    assert len(set(reply.pmids) - set(PMIDS[:5])) == (kind == "extra-record")
    assert len(reply.pmids) - len(set(reply.pmids)) == (kind == "dup-record")
    assert (reply.root.find(".//AiGenerated") is not None) == (kind == "new-element")
    assert send(server, "efetch", id=",".join(map(str, PMIDS[:5]))).pmids == PMIDS[:5]


@pytest.mark.parametrize("by", [1, -1, 100])
def test_a_count_may_differ_from_the_list(server, by):
    fail(server, "count-moves", by=by)
    reply = send(server, "esearch", term="x", retmax=200)
    assert (reply.count, len(reply.ids)) == (120 + by, 120)


def test_a_record_may_appear_between_counting_and_listing(server):
    fail(server, "slice-moves")
    counted = send(server, "esearch", term="x", rettype="count")
    listed = send(server, "esearch", term="x", retmax=200)
    assert (counted.count, listed.count, len(listed.ids)) == (119, 120, 120)
    fail(server, "slice-moves", pmid=PMIDS[3])
    early = send(server, "esearch", term="x", retmax=200)
    assert set(PMIDS) - set(early.ids) == {PMIDS[3]}
    assert early.count == len(early.ids) == 119


def test_the_wall_may_come_for_one_request(server):
    fail(server, "retstart-wall", cap=30)
    reply = send(server, "esearch", term="x", retmax=100)
    assert (reply.count, len(reply.ids)) == (120, 30)
    assert len(send(server, "esearch", term="x", retmax=100).ids) == 100


# -- plans and chance -------------------------------------------------------------------------------------


def test_a_plan_names_requests_by_number_parameter_and_records_delivered(server):
    server.add_faults(
        [
            {"endpoint": "esearch", "when": {"term": {"contains": "[UID]"}}, "fault": "503"},
            {"endpoint": "efetch", "when": {"id": PMIDS[7]}, "fault": "502", "times": 2},
            {"endpoint": "efetch", "when": {"after_records": 3}, "fault": "504"},
            {"endpoint": "epost", "when": {"nth": [1, 3]}, "fault": "forwarding-500"},
        ]
    )
    assert send(server, "esearch", term="x").status == 200
    assert send(server, "esearch", term="x AND 1:5[UID]").status == 503
    assert [send(server, "efetch", id=f"{PMIDS[6]},{PMIDS[7]}").status for _ in range(3)] == [502, 502, 200]
    assert [send(server, "efetch", id=PMIDS[0]).status for _ in range(3)] == [200, 504, 200]
    assert [send(server, "epost", id="1").status for _ in range(4)] == [500, 200, 500, 200]


def test_faults_by_probability_depend_on_the_seed_and_not_on_the_order():
    def faults(seed: int, order: int) -> dict[str, list[Any]]:
        with EntrezServer(WORLD, rate=None) as server:
            plan = {"when": {"probability": 0.4, "seed": seed}, "fault": "503"}
            server.add_faults([plan])
            for pmid in PMIDS[:20][::order]:
                send(server, "efetch", id=pmid)
            return {one["parameters"]["id"]: one["fault"] for one in server.log()}

    assert faults(1, 1) != faults(2, 1)
    hit = [fault for fault in faults(1, 1).values() if fault]
    assert 2 <= len(hit) <= 16


def test_random_faults_are_the_same_for_a_seed_and_never_too_many_in_a_row():
    def run(order: int) -> dict[str, list[Any]]:
        with EntrezServer(WORLD, rate=None) as server:
            server.random_faults(probability=0.7, seed=3, kinds=("502", "503", "html-200"))
            for pmid in PMIDS[:15][::order]:
                for _ in range(6):
                    send(server, "efetch", id=pmid)
            found: dict[str, list[Any]] = {}
            for one in server.log():
                found.setdefault(one["parameters"]["id"], []).append(one["fault"])
            return found

    first = run(1)
    assert first == run(-1)
    assert {kind for faults in first.values() for kind in faults} == {None, "502", "503", "html-200"}
    for faults in first.values():
        assert all(None in faults[place : place + 3] for place in range(4))


def test_a_client_that_repeats_gets_everything_through_all_transient_faults():
    with EntrezServer(WORLD, rate=None) as server:
        server.random_faults(probability=0.5, seed=5)
        got = []
        for place in range(0, 120, 3):
            asked = PMIDS[place : place + 3]
            for _ in range(3):
                with suppress(OSError, http.client.HTTPException, etree.XMLSyntaxError, zlib.error):
                    reply = send(server, "efetch", id=",".join(map(str, asked)))
                    body = gzip.decompress(reply.body) if reply.headers["Content-Encoding"] else reply.body
                    if reply.status == 200 and reply._replace(body=body).pmids == asked:
                        got += asked
                        break
        assert got == PMIDS
        kinds = {one["fault"] for one in server.log()}
        assert len(kinds) > 12
        assert kinds <= {None, *TRANSIENT}


def test_several_clients_at_once_are_served(server):
    got: list[int] = []

    def work(part: int) -> None:
        for pmid in PMIDS[part::6]:
            got.extend(send(server, "efetch", id=pmid).pmids)

    threads = [threading.Thread(target=work, args=(part,)) for part in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == PMIDS
    assert len(server.log()) == 120


def test_stopping_lets_go_of_stalled_and_kept_connections():
    with EntrezServer(WORLD, rate=None) as server:
        fail(server, "stall-head")
        line = b"GET /entrez/eutils/esearch.fcgi?term=x HTTP/1.1\r\nHost: x\r\n\r\n"
        waiting = socket.create_connection(("127.0.0.1", server.port), timeout=5)
        waiting.sendall(line)
        time.sleep(0.1)
        kept = socket.create_connection(("127.0.0.1", server.port), timeout=5)
        kept.sendall(line)
        assert kept.recv(12) == b"HTTP/1.1 200"
    with waiting, kept, suppress(ConnectionResetError):
        assert waiting.recv(100) == b""


# -- records ----------------------------------------------------------------------------------------------


def test_made_up_records_are_the_same_for_a_seed_and_are_well_formed():
    records = list(synthetic_records(300, seed=4))
    assert records == list(synthetic_records(300, seed=4))
    assert records != list(synthetic_records(300, seed=5))
    roots = [etree.fromstring(record) for record in records]
    for path in (".//ArticleTitle", ".//Journal/Title", ".//AuthorList/Author", ".//ArticleIdList/ArticleId"):
        assert all(root.find(path) is not None for root in roots)
    assert 0 < sum(root.find(".//Abstract") is None for root in roots) < 60
    assert any(root.find(".//AbstractText[@Label]/i") is not None for root in roots)
    assert any(root.find(".//CollectiveName") is not None for root in roots)
    assert any(root.find(".//MedlineDate") is not None for root in roots)


def test_made_up_pmids_grow_with_the_day_of_creation_and_some_entry_dates_lie_earlier():
    world = World(synthetic_records(2000, first_day=date(2020, 1, 1), last_day=date(2021, 12, 31)))
    by_pmid = [world.place[pmid] for pmid in sorted(world.pmids)]
    created = [world.columns["crdt"][place] for place in by_pmid]
    assert created == sorted(created)
    assert (created[0], created[-1]) == (20200101, 20211231)
    back = sum(world.columns["edat"][place] < world.columns["crdt"][place] for place in by_pmid)
    assert 10 < back < 100


def test_a_record_without_an_end_is_not_loaded():
    record = next(synthetic_records(1))
    with pytest.raises(ValueError, match="no end"):
        World([b"<PubmedArticleSet>" + record[:-16] + b"</PubmedArticleSet>"])
    with pytest.raises(ValueError, match="no end"):
        World([b"<PubmedArticleSet>" + record[:-16] + record + b"</PubmedArticleSet>"])


def test_a_file_may_be_compressed_and_a_later_version_of_a_record_counts(tmp_path):
    first, other = synthetic_records(1, 9, seed=1), synthetic_records(1, 9, seed=2)
    old, new = next(first), next(other)
    (tmp_path / "a.xml.gz").write_bytes(gzip.compress(b"<PubmedArticleSet>" + old + b"</PubmedArticleSet>"))
    assert World(tmp_path / "a.xml.gz").get(9) == old
    assert World([tmp_path / "a.xml.gz", new]).records == [new]


def test_a_hundred_thousand_records_are_served():
    world = World(synthetic_records(100_000))
    with EntrezServer(world, rate=None) as server:
        reply = send(server, "esearch", term="x", retmax=10_000)
        assert (reply.count, len(reply.ids)) == (100_000, 9_999)
        parts = [
            send(server, "esearch", term=f'(x) AND ("{year}"[CRDT] : "{year}"[CRDT])', rettype="count").count
            for year in range(2018, 2023)
        ]
        assert sum(parts) == 100_000
        page = send(server, "efetch", id=",".join(map(str, reply.ids[:200])))
        assert page.pmids == reply.ids[:200]


def test_recorded_records_come_back_identical():
    files = sorted((SHARED / "records").glob("*.xml"))[:40]
    if not files:
        pytest.skip("no shared/entrez/records here")
    with EntrezServer(files, rate=None) as server:
        assert len(server.world) >= 40
        for file in files:
            content = file.read_bytes()
            found = re.findall(rb"<(?:MedlineCitation|BookDocument)[^>]*>\s*<PMID[^>]*>(\d+)", content)
            for pmid in found:
                body = send(server, "efetch", id=pmid.decode()).body
                record = body.partition(b"<PubmedArticleSet>\n")[2].removesuffix(b"</PubmedArticleSet>")
                assert record
                assert record in content
        assert send(server, "esearch", term="x").count == len(server.world)


# -- as a program -----------------------------------------------------------------------------------------


def test_as_a_program_it_prints_its_address_first_and_ends_with_its_parent(tmp_path):
    records, queries = tmp_path / "r.xml", tmp_path / "q.json"
    records.write_bytes(b"<PubmedArticleSet>" + b"".join(WORLD.records[:3]) + b"</PubmedArticleSet>")
    queries.write_text(json.dumps([{"term": "q", "pmids": [WORLD.pmids[0]]}]), "utf-8")
    script = Path(entrez_server.__file__)
    command = [sys.executable, str(script), "--records", str(records), "--queries", str(queries)]
    parent = (
        "import subprocess, sys\n"
        f"child = subprocess.Popen({command!r}, stdout=subprocess.PIPE, text=True)\n"
        "sys.stdout.write(child.stdout.readline()); sys.stdout.flush(); sys.stdin.readline()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", parent], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        url = process.stdout.readline().strip()
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/entrez/eutils/", url)
        with urlopen(url + "esearch.fcgi?term=q&tool=t&email=e", timeout=5) as answer:
            assert Reply(200, {}, answer.read()).ids == [WORLD.pmids[0]]
        process.communicate("\n", timeout=10)
    port = int(url.split(":")[2].split("/")[0])
    for _ in range(50):
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            time.sleep(0.1)
            continue
        break
    else:
        pytest.fail("the server outlived its parent")
