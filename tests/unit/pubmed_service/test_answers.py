"""The loopback service answers and refuses as the real one was seen to."""

import json
import re

import pytest

from tests.pubmed_service.made_up import synthetic_records
from tests.pubmed_service.service import EntrezServer
from tests.unit.pubmed_service.client import PMIDS, WORLD, send

# -- esearch --------------------------------------------------------------------------------------------


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


# -- the wall -------------------------------------------------------------------------------------------


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


# -- efetch, epost, history -----------------------------------------------------------------------------


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
