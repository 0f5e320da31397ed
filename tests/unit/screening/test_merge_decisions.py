"""Screening: decisions join the record they mean, conflicts are named, exclusions have a reason."""

import json

import pandas as pd
import pytest

from scripts.common.errors import InputError
from scripts.common.files.tables import read_table, rows_of, write_table
from scripts.common.review.inputs import Input
from scripts.common.screening.catalogue import Catalogue
from scripts.common.screening.rulings import Ruling, read_rulings
from scripts.common.screening.stages import Plan, plans, with_defaults
from scripts.common.screening.studies import read_included, read_previous
from scripts.screening.match_included import main as match_main
from scripts.screening.match_included import match, recall, summarise
from scripts.screening.merge_decisions import main, main_reason, merge, pseudonyms

TI, FT = "title_abstract", "full_text"


def decide(*votes, rulings=(), **settings):
    """Return (record, stage) -> decision, and the same for conflicts with their reason."""
    columns = pd.Index(["record_id", "stage", "reviewer", "decision", "reason", "date", "consensus"])
    table = pd.DataFrame([(*vote, *[""] * (7 - len(vote))) for vote in votes], columns=columns, dtype=str)
    decided, conflicts = merge(table, with_defaults(settings), rulings)
    return (
        {(row["record_id"], row["stage"]): row for row in rows_of(decided)},
        {(row["record_id"], row["stage"]): row["why"] for row in rows_of(conflicts)},
    )


def test_two_reviewers_who_agree_make_one_decision_with_both_reasons():
    decided, conflicts = decide(
        ("a:1", FT, "bob", "exclude", "wrong setting", "2022-05-02"), ("a:1", FT, "ann", "exclude", "no data")
    )
    assert conflicts == {}
    assert decided["a:1", FT] == {
        "record_id": "a:1",
        "stage": "full_text",
        "decision": "exclude",
        "reason": "no data; wrong setting",
        "reviewers": "ann; bob",
        "votes": "ann: exclude; bob: exclude",
        "how": "unanimous",
        "date": "2022-05-02",
        "all_reasons": "no data; wrong setting",
    }


def test_the_first_reason_in_the_declared_order_is_the_one_that_is_counted():
    decided, _ = decide(
        ("a:1", FT, "bob", "exclude", "Wrong setting; no data"),
        ("a:1", FT, "ann", "exclude", "no data"),
        reasons=["wrong population", "wrong setting", "no data"],
    )
    row = decided["a:1", FT]
    assert (row["reason"], row["all_reasons"]) == ("wrong setting", "Wrong setting; no data; no data")
    assert main_reason(["b; a"], []) == "a; b"


ONE_OF_THREE = (("a:1", TI, "ann", "include"), ("a:1", TI, "bob", "exclude"), ("a:1", TI, "cy", "exclude"))


@pytest.mark.parametrize(
    ("rule", "decision"), [("unanimous", None), ("majority", "exclude"), ("inclusive", "include")]
)
def test_the_rule_of_consensus_says_what_votes_that_differ_make(rule, decision):
    decided, conflicts = decide(*ONE_OF_THREE, consensus={TI: rule})
    if decision is None:
        assert (decided, conflicts) == ({}, {("a:1", TI): "reviewers differ"})
    else:
        assert (decided["a:1", TI]["decision"], decided["a:1", TI]["how"], conflicts) == (decision, rule, {})


def test_a_tie_has_no_majority():
    _, conflicts = decide(*ONE_OF_THREE[:2], consensus={TI: "majority"})
    assert conflicts == {("a:1", TI): "reviewers differ"}


def test_too_few_votes_decide_nothing_and_are_no_conflict():
    vote = ("a:1", TI, "ann", "exclude")
    assert decide(vote, vote, reviewers={TI: 2}) == ({}, {}), "one person twice is one person"
    decided, _ = decide(vote, ("a:1", TI, "bob", "exclude"), reviewers={TI: 2})
    assert decided["a:1", TI]["decision"] == "exclude"


def test_a_maybe_by_title_sends_the_record_on():
    decided, _ = decide(("a:1", TI, "ann", "include"), ("a:1", TI, "bob", "maybe"))
    assert (decided["a:1", TI]["decision"], decided["a:1", TI]["votes"]) == (
        "include",
        "ann: include; bob: maybe",
    )


@pytest.mark.parametrize("rule", ["unanimous", "majority", "inclusive"])
def test_one_reviewer_who_voted_differently_on_two_copies_is_a_conflict(rule):
    same = ("a:1", TI, "ann", "include")
    assert decide(same, same)[0]["a:1", TI]["decision"] == "include"
    _, conflicts = decide(same, ("a:1", TI, "ann", "exclude"), consensus={TI: rule})
    assert conflicts == {("a:1", TI): "ann decided it twice, and differently"}


def test_what_was_settled_together_stands_above_single_votes():
    votes = (("a:1", TI, "ann", "include"), ("a:1", TI, "bob", "exclude"))
    decided, _ = decide(*votes, ("a:1", TI, "Covidence", "exclude", "", "", "yes"), reviewers={TI: 2})
    assert (decided["a:1", TI]["decision"], decided["a:1", TI]["how"]) == ("exclude", "consensus")


def test_a_ruling_ends_a_conflict_with_its_own_reason_person_and_day():
    votes = (("a:1", FT, "ann", "include"), ("a:1", FT, "bob", "exclude", "no data"))
    ruling = Ruling(2, "a:1", FT, "exclude", "wrong design", "dee", "2022-06-01")
    decided, conflicts = decide(*votes, rulings=[ruling])
    row = decided["a:1", FT]
    assert conflicts == {}
    assert (row["decision"], row["reason"], row["how"], row["date"]) == (
        "exclude", "wrong design", "adjudicated", "2022-06-01",
    )  # fmt: skip
    assert row["reviewers"] == "ann; bob; dee (adjudication)"


def test_two_rulings_that_contradict_leave_the_conflict():
    rulings = [Ruling(2, "a:1", TI, kind, "x", "dee", "") for kind in ("include", "exclude")]
    _, conflicts = decide(rulings=rulings)
    assert conflicts == {("a:1", TI): "adjudicated twice, and differently: exclude, include"}


@pytest.mark.parametrize("decision", ["include", "exclude", "not retrieved"])
@pytest.mark.parametrize("rule", ["unanimous", "majority", "inclusive"])
def test_a_record_excluded_by_title_and_judged_at_full_text_is_a_conflict_at_both_stages(decision, rule):
    """Which of the two holds is for a person to say, whatever arm of the flow the record is in."""
    votes = (("a:1", TI, "ann", "exclude"), ("a:1", FT, "bob", decision, "x"))
    consensus = {TI: rule, FT: "majority" if rule == "inclusive" else rule}
    decided, conflicts = decide(*votes, consensus=consensus)
    assert decided == {}
    why = f"excluded by title and abstract, yet judged at full text ({decision}): which one holds?"
    assert conflicts == {("a:1", TI): why, ("a:1", FT): why}
    decided, conflicts = decide(*votes, rulings=[Ruling(2, "a:1", TI, "include", "slip", "dee", "")])
    assert {stage: row["decision"] for (_, stage), row in decided.items()} == {TI: "include", FT: decision}
    assert conflicts == {}


def test_the_stages_are_decided_on_their_own():
    decided, _ = decide(("a:1", TI, "ann", "include"), ("a:1", FT, "bob", "exclude", "no data"))
    assert {stage: row["decision"] for (_, stage), row in decided.items()} == {FT: "exclude", TI: "include"}


def test_addresses_of_people_become_pseudonyms_in_the_order_of_their_appearance():
    names = ["bob@example.org", "ann", "ann@example.org", "bob@example.org", "reviewer 1"]
    assert pseudonyms(names) == {"bob@example.org": "reviewer 2", "ann@example.org": "reviewer 3"}


RULING = "record,stage,final,reason,who,date\n"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("a:1,title,include,x,dee,", r"line 2: stage 'title' is unknown\. Did you mean title_abstract\?"),
        ("a:1,title_abstract,maybe,x,dee,", r"line 2: final 'maybe' is unknown"),
        ("a:1,title_abstract,include,,dee,", r"line 2: a record, a reason and who decided are needed"),
        ("a:1,title_abstract,include,x,,", r"line 2: a record, a reason and who decided are needed"),
        ("a:1,title_abstract,include,x,dee,May", r"line 2: date 'May' is no day"),
        (
            "a:1,full_text,exclude,wrong desing,dee,",
            r"reason 'wrong desing' is not among .* mean wrong design",
        ),
    ],
)
def test_a_ruling_that_cannot_be_used_is_named_with_its_line(tmp_path, line, message):
    path = tmp_path / "screening.csv"
    path.write_text(f"{RULING}{line}\n", encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_rulings(str(path), ["wrong design"])


def test_a_ruling_left_blank_is_not_taken_yet(tmp_path):
    path = tmp_path / "screening.csv"
    path.write_text(f"{RULING}a:1,title_abstract,,,,\nb:1,full_text,include,fits,dee,2022-01-31\n")
    assert read_rulings(str(path)) == [Ruling(3, "b:1", FT, "include", "fits", "dee", "2022-01-31")]
    assert read_rulings(None) == []


def decisions_file(name):
    return Input(name, f"config/inputs/{name}.csv", "decisions", "Ann", "-", "2022-01-01", "", "", "x")


def test_what_a_file_does_not_say_comes_from_the_settings_and_other_files_are_refused():
    told = {"sheets": [{"file": "rayyan", "stage": TI, "reviewer": "Ann"}]}
    (first, second) = plans([decisions_file("rayyan"), decisions_file("plain")], told)
    assert first == Plan("config/inputs/plain.csv", "plain")
    assert second == Plan("config/inputs/rayyan.csv", "rayyan", TI, "Ann")
    with pytest.raises(InputError, match=r"screening\.sheets, file rayan: .* Did you mean rayyan\?"):
        plans([decisions_file("rayyan")], {"sheets": [{"file": "rayan", "stage": TI}]})
    with pytest.raises(InputError, match="decision 'not retrieved' is unknown in stage title_abstract"):
        plans([decisions_file("c")], {"sheets": [{"file": "c", "stage": TI, "decision": "not retrieved"}]})


@pytest.fixture
def catalogue(record):
    """b:1 is the twin of a:1 with a DOI of its own; two chapters share the DOI of their book."""
    records = pd.DataFrame(
        [
            record("a:1", doi="10.1000/A", pmid="123", title="Online feedback in hospitals", year="2020"),
            record("b:1", doi="10.1000/twin", pmid="124", title="On-line feedback in hospitals"),
            record("a:2", doi="10.1000/book", title="A chapter"),
            record("a:3", doi="10.1000/book", title="Another chapter"),
        ]
    )
    clusters = pd.DataFrame(
        [("a:1", "a:1"), ("b:1", "a:1"), ("a:2", "a:2"), ("a:3", "a:3")],
        columns=pd.Index(["record_id", "cluster_id"]),
    )
    return Catalogue(records, clusters)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("a:1", ("a:1", "record_id")),
        ("b:1", ("a:1", "record_id")),
        ("https://doi.org/10.1000/a", ("a:1", "DOI")),
        ("PMID: 123", ("a:1", "PMID")),
        ("10.1000/twin", ("a:1", "DOI")),
        ("124", ("a:1", "PMID")),
        ("10.1000/book", ("", "two records have this DOI: a:2, a:3")),
        ("10.1000/none", ("", "no record has this name")),
        ("999", ("", "no record has this name")),
        ("", ("", "no record has this name")),
    ],
)
def test_a_sheet_may_name_a_record_by_its_id_doi_or_pmid(catalogue, name, found):
    assert catalogue.find(name) == found


@pytest.mark.parametrize(
    ("doi", "pmid", "title", "found"),
    [
        ("10.1000/A", "", "", ("a:1", "DOI")),
        ("10.1000/unknown", "123", "", ("a:1", "PMID")),
        ("", "", "Online Feedback in Hospitals.", ("a:1", "title")),
        ("10.1000/book", "", "A chapter", ("", "two records have this DOI: a:2, a:3")),
        ("", "", "", ("", "no record has this name")),
        ("10.1000/A", "124", "", ("a:1", "DOI")),
        ("10.1000/A", "", "Online feedback in", ("a:1", "DOI")),
        (
            "10.1000/A",
            "",
            "A wholly different chapter",
            ("", "its DOI is that of a:1, which has another title"),
        ),
        ("", "", "Online feedback in hospitasl", ("a:1", "title")),
    ],
    ids=[
        "DOI",
        "PMID where the DOI is none of ours",
        "title",
        "never a guess between chapters",
        "nothing",
        "DOI and PMID of two twins",
        "a title cut short",
        "another chapter of a book that is here once",
        "a slip of the pen",
    ],
)
def test_an_included_study_is_found_by_one_name_or_not_at_all(catalogue, doi, pmid, title, found):
    assert catalogue.find_work(doi, pmid, title) == found


def test_a_doi_and_a_pmid_of_two_works_are_no_answer(record):
    records = pd.DataFrame([record("a:1", doi="10.1000/A"), record("a:2", pmid="5")])
    clusters = pd.DataFrame([(name, name) for name in ("a:1", "a:2")], columns=["record_id", "cluster_id"])
    found = Catalogue(records, clusters).find_work("10.1000/a", "5", "")
    assert found == ("", "its DOI is that of a:1, its PMID that of a:2")


@pytest.mark.parametrize(
    ("year", "authors", "found"), [("2020", "", "a:1"), ("2012", "", ""), ("", "Other, O.", "")]
)
def test_a_title_alone_needs_years_and_authors_that_fit(record, year, authors, found):
    records = pd.DataFrame([record("a:1", title="Annual report on care", year="2020", authors="Adams, Ann")])
    clusters = pd.DataFrame([("a:1", "a:1")], columns=["record_id", "cluster_id"])
    assert Catalogue(records, clusters).find_work("", "", "Annual report on care", year, authors)[0] == found


@pytest.mark.parametrize(
    ("journal", "found"),
    [
        ("Journal of Examples", ("a:1", "title and journal")),
        ("Abstracts of the Meeting", ("b:1", "title and journal")),
        ("", ("", "two records have this title: a:1, b:1")),
        ("Another Journal", ("", "two records have this title: a:1, b:1")),
    ],
)
def test_of_an_article_and_its_conference_abstract_the_journal_tells_which_is_meant(record, journal, found):
    told = {"title": "Example of one study", "year": "2020"}
    records = pd.DataFrame(
        [
            record("a:1", journal="JOURNAL OF EXAMPLES", **told),
            record("b:1", journal="Abstracts of the Meeting", **told),
        ]
    )
    clusters = pd.DataFrame([("a:1", "a:1"), ("b:1", "b:1")], columns=["record_id", "cluster_id"])
    catalogue = Catalogue(records, clusters)
    assert catalogue.find_work("", "", told["title"], told["year"], journal=journal) == found


def test_a_title_almost_alike_is_not_taken_for_another_part_or_a_notice(record):
    title = "Example exercise programme by video for adults after surgery, part {}: results of the study"
    records = pd.DataFrame([record("a:1", title=title.format("II"))])
    clusters = pd.DataFrame([("a:1", "a:1")], columns=["record_id", "cluster_id"])
    catalogue = Catalogue(records, clusters)
    assert catalogue.find_work("", "", title.format("II").replace("adults", "adult"))[0] == "a:1"
    assert catalogue.find_work("", "", title.format("I"))[0] == ""
    assert catalogue.find_work("", "", f"Erratum: {title.format('II')}")[0] == ""


DEDUPLICATE = {
    "min_title_words": 4,
    "same_title": 94,
    "similar_title": 85,
    "year_distance": 1,
    "preprints": "link",
}
SHEET = "record,stage,reviewer,decision,reason\n"


@pytest.fixture
def run(tmp_path, record):
    """Return a function that merges sheets (name -> lines) on given records, and returns what is written."""

    def merged(records, sheets, clusters=None, rulings=None, **settings):
        write_table(
            [record(name, **facts) for name, facts in records.items()], tmp_path / "r.csv", tuple(record())
        )
        home = [{"record_id": name, "cluster_id": (clusters or {}).get(name, name)} for name in records]
        write_table(home, tmp_path / "c.csv", ("record_id", "cluster_id"))
        read = []
        for name, text in sheets.items():
            (tmp_path / name).write_text(text, encoding="utf-8")
            read.append(Plan(str(tmp_path / name), name.split(".")[0]))
        if rulings:
            (tmp_path / "screening.csv").write_text(RULING + rulings, encoding="utf-8")
        names = ("votes_csv", "decisions", "conflicts", "set_aside", "sheets_csv")
        out = {name: str(tmp_path / f"{name}.out") for name in names}
        main(
            plans=[tuple(plan) for plan in read],
            rulings_path=str(tmp_path / "screening.csv") if rulings else None,
            records=str(tmp_path / "r.csv"),
            clusters=str(tmp_path / "c.csv"),
            settings=settings,
            deduplicate=DEDUPLICATE,
            **out,
        )
        return {name: rows_of(read_table(path)) for name, path in out.items()}

    return merged


def test_a_decision_that_joins_no_record_or_two_is_set_aside_with_its_line(run):
    ann = (
        "10.1000/a,title_abstract,ann,include,\na:9,title_abstract,ann,include,\n5,title_abstract,ann,exclude,\n"
        '"a:2",title_abstract,ann,exclude,"one reason\nover two lines"\na:8,title_abstract,ann,include,\n'
    )
    out = run(
        {"a:1": {"doi": "10.1000/A"}, "a:2": {"pmid": "5"}, "a:3": {"pmid": "5"}},
        {"ann.csv": SHEET + ann, "bob.csv": SHEET + "a:2,title_abstract,bob,include,\n"},
    )
    assert [(row["record_id"], row["decision"]) for row in out["decisions"]] == [("a:1", "include")]
    assert [row["record_id"] for row in out["conflicts"]] == ["a:2"]
    assert [(row["line"], row["record"], row["reason"]) for row in out["set_aside"]] == [
        ("3", "a:9", "no record has this name"),
        ("4", "5", "two records have this PMID: a:2, a:3"),
        ("7", "a:8", "no record has this name"),
    ]
    assert [(row["votes"], row["joined"], row["set_aside"]) for row in out["sheets_csv"]] == [
        ("5", "2", "3"), ("1", "1", "0"),
    ]  # fmt: skip


def test_votes_on_two_copies_of_one_record_follow_the_one_kept_and_conflict_if_they_differ(run):
    votes = "a:1,title_abstract,ann,include,\nb:1,title_abstract,ann,exclude,\n"
    twins = {"a:1": {}, "b:1": {}}
    out = run(twins, {"ann.csv": SHEET + votes}, clusters={"b:1": "a:1"})
    (conflict,) = out["conflicts"]
    assert (conflict["record_id"], conflict["why"]) == ("a:1", "ann decided it twice, and differently")
    out = run(
        twins,
        {"ann.csv": SHEET + votes},
        clusters={"b:1": "a:1"},
        rulings="b:1,title_abstract,include,fits,dee,\n",
    )
    assert [(row["record_id"], row["how"]) for row in out["decisions"]] == [("a:1", "adjudicated")]


def test_no_address_of_a_person_is_written_anywhere(run):
    votes = "a:1,title_abstract,ann@example.org,include,\na:1,title_abstract,bob@example.org,exclude,\n"
    out = run(
        {"a:1": {}}, {"ann.csv": SHEET + votes}, rulings="a:1,title_abstract,include,x,cy@example.org,\n"
    )
    assert "@" not in json.dumps([out[name] for name in ("votes_csv", "decisions", "conflicts")])
    assert [row["reviewers"] for row in out["decisions"]] == [
        "reviewer 1; reviewer 2; reviewer 3 (adjudication)"
    ]


def test_a_reason_that_the_declared_order_does_not_know_is_named_with_its_line(run):
    with pytest.raises(
        InputError, match=r"line 2: reason 'wrong settign' is not among .* mean wrong setting\?"
    ):
        run(
            {"a:1": {}},
            {"ann.csv": SHEET + "a:1,full_text,ann,exclude,wrong settign\n"},
            reasons=["no data", "wrong setting"],
        )


LIST = "study_id,authors,year,title,journal,doi,pmid,confidence,source\n"


SEARCH = {
    "query": '(feedback[tiab] OR "web 2.0"[tiab]) AND hospital*[tiab] AND nurs*[tiab]',
    "start": "2004-01-01",
    "end": "2022-08-16",
}


def studies(*rows):
    columns = pd.Index(["study_id", "doi", "pmid", "title", "year", "authors"])
    return pd.DataFrame([(*row, *[""] * (6 - len(row))) for row in rows], columns=columns)


def test_the_search_found_a_study_only_if_a_database_holds_it(catalogue, record):
    matched = match(
        studies(("10", "10.1000/A", "", ""), ("11", "", "", "A chapter"), ("12", "", "", "Never found")),
        catalogue,
    )
    assert matched["record_id"].tolist() == ["a:1", "a:2", ""]
    assert matched["matched_by"].tolist() == ["DOI", "title", "no record has this name"]
    clusters = pd.DataFrame(
        [("a:1", "a:1"), ("web:1", "a:1"), ("web:2", "a:2")], columns=pd.Index(["record_id", "cluster_id"])
    )
    rows = rows_of(recall(matched, clusters, ["a"], pd.DataFrame([record("a:1")]), {}))
    assert [(row["study_id"], row["retrieved"], row["status"]) for row in rows] == [
        ("10", "yes", "retrieved"),
        ("11", "no", "not in PubMed as far as known"),
        ("12", "no", "not identified"),
    ]
    assert (rows[0]["databases"], rows[0]["other_methods"]) == ("a", "web")
    assert (rows[1]["databases"], rows[1]["other_methods"]) == ("", "web")


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        (
            {"title": "Feedback of nurses in hospitals", "date": "2023-02"},
            "dates: it appeared in 2023-02, the search ends",
        ),
        (
            {"title": "Feedback of nurses in hospitals", "year": "1999"},
            "dates: it appeared in 1999, the search begins on",
        ),
        (
            {"title": "Feedback of nurses in clinics", "abstract": "Feedback", "date": "2020"},
            r"terms: title, abstract and keywords do not meet hospital\*\[tiab\]$",
        ),
        (
            {"title": "Letters of nurses in hospitals", "date": "2020"},
            r'terms: the title \(no abstract is known here\) do not meet \(feedback\[tiab\] OR "web'
            r' 2.0"\[tiab\]\)$',
        ),
        (
            {"title": "Web 2.0: nursing in one hospital", "date": "2020"},
            "^its dates and words as known here meet the search$",
        ),
    ],
    ids=["too late", "too early", "a term", "a group of terms", "nothing that is known here"],
)
def test_a_study_that_pubmed_has_and_the_search_missed_comes_with_the_part_that_fails(record, facts, why):
    records = pd.DataFrame([record("web:1", pmid="77", **facts)])
    clusters = pd.DataFrame([("web:1", "web:1")], columns=["record_id", "cluster_id"])
    matched = match(studies(("1", "", "77", "")), Catalogue(records, clusters))
    (row,) = rows_of(recall(matched, clusters, ["pubmed"], records, SEARCH))
    assert row["status"] == "in PubMed, not retrieved"
    assert pd.Series([row["why"]]).str.contains(why, regex=True)[0], row["why"]


def test_recall_has_two_denominators_and_exact_intervals(record):
    """58 of 61 studies: 95 % [86, 99] (Clopper and Pearson)."""
    names = [f"pubmed:{n}" for n in range(58)]
    records = pd.DataFrame([record(name, pmid=str(n + 1)) for n, name in enumerate(names)])
    clusters = pd.DataFrame([(name, name) for name in names], columns=["record_id", "cluster_id"])
    listed = [(str(n), "", str(n + 1), "") for n in range(60)] + [("60", "10.1000/none", "", "")]
    matched = match(studies(*listed), Catalogue(records, clusters))
    rows = summarise(recall(matched, clusters, ["pubmed"], records, SEARCH), ["pubmed"])
    assert [tuple(row.values()) for row in rows] == [
        ("pubmed", "studies indexed in PubMed", 58, 60, "96.7", "88.5", "99.6"),
        ("pubmed", "all studies known here", 58, 61, "95.1", "86.3", "99.0"),
        ("all searches", "all studies known here", 58, 61, "95.1", "86.3", "99.0"),
    ]


def test_two_studies_with_one_record_stay_two_and_are_named(catalogue):
    matched = match(
        studies(("10", "10.1000/A", "", ""), ("11", "", "123", ""), ("12", "", "", "A chapter")), catalogue
    )
    assert matched["note"].tolist() == [
        "its record is that of study 11 too",
        "its record is that of study 10 too",
        "",
    ]


def test_a_review_without_a_list_of_studies_has_empty_tables(tmp_path, record):
    write_table([], tmp_path / "records.csv", tuple(record()))
    write_table([], tmp_path / "clusters.csv", ("record_id", "cluster_id"))
    write_table([], tmp_path / "decisions.csv", ("record_id", "stage", "decision"))
    names = ("included", "recall_csv", "summary_csv", "previous")
    out = {name: str(tmp_path / f"{name}.csv") for name in names}
    match_main(
        studies_csv=None,
        previous_csv=None,
        records=str(tmp_path / "records.csv"),
        clusters=str(tmp_path / "clusters.csv"),
        decisions=str(tmp_path / "decisions.csv"),
        databases=["pubmed"],
        search={},
        deduplicate=DEDUPLICATE,
        **out,
    )
    assert all(read_table(path).empty for path in out.values())
    assert list(read_table(out["recall_csv"]).columns)[:3] == ["study_id", "record_id", "retrieved"]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (
            ["10,A,2020,T,J,,,v,x", "10,B,2021,U,J,,,v,x"],
            r"line 3: study 10 stands twice\. One row per study",
        ),
        ([" ,A,2020,T,J,,,v,x"], r"line 2: study_id is empty"),
        (['"1","A\nB",2020,T,J,,,v,x', "1 ,B,2021,U,J,,,v,x"], r"line 4: study 1 stands twice"),
    ],
)
def test_a_list_of_included_studies_names_each_study_once(tmp_path, rows, message):
    path = tmp_path / "included.csv"
    path.write_text(LIST + "\n".join(rows) + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=rf"included\.csv {message}"):
        read_included(str(path))


def test_the_studies_of_the_version_before_have_one_report_if_nothing_else_is_said(tmp_path):
    path = tmp_path / "previous.csv"
    path.write_text("study_id,title,doi,pmid,reports,withdrawn\n1 ,A,,,2,\n2,B,,,,retracted\n")
    found = [(row["study_id"], row["reports"], row["withdrawn"]) for row in rows_of(read_previous(str(path)))]
    assert found == [("1", "2", ""), ("2", "1", "retracted")]
    path.write_text("study_id,title,doi,pmid,reports\n1,A,,,none\n")
    with pytest.raises(InputError, match=r"line 2: reports is 'none'; a study has 1 report or more"):
        read_previous(str(path))
