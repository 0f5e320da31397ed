"""Checklists: filled from results, empty is "not reported", a contradicted answer is refused."""

import zipfile

import pytest

from scripts.common.errors import InputError
from scripts.common.report.author_answers import PRISMA_S as S_NAMES
from scripts.common.report.author_answers import PRISMA_SCR as SCR_NAMES
from scripts.common.report.author_answers import read_reporting
from scripts.report.write_checklists import NOT_REPORTED, PRISMA_S, PRISMA_SCR, Facts, fill, markdown
from tests.settings import settings

SETTINGS = settings(
    review={"name": "R", "title": "Things: a scoping review"},
    search={"query": "a[tiab]", "start": "2000-01-01", "end": "2021-06-30"},
)
TABLES = (
    *("checked", "search_log", "strategies", "counts", "links", "decisions", "flow", "included", "evidence"),
    *("themes", "matrix", "comparison"),
)


def facts(**rows):
    flow = [{"box": "new_studies", "count": rows.pop("studies", ""), "basis": "computed"}]
    tables = {name: rows.get(name, []) for name in TABLES} | {"flow": flow}
    paths = {name: f"results/{name}.csv" for name in TABLES}
    paths |= {"settings": "config/config.yaml", "codebook": "config/codebook.yaml"}
    return Facts(tables, SETTINGS, paths)


def source(kind, name="Embase", records="5"):
    return {"kind": kind, "source": name, "platform": "Ovid", "records": records}


SEARCHED = {"search_log": [{"searched_on": "", "origin": "pubmed"}]}
TRANSCRIBED = {"search_log": [{"searched_on": "", "origin": "transcription"}]}
LINKS = {"links": [{"rule": "doi"}]}
VOTES = {"decisions": [{"reviewers": "ann; bob", "stage": "full_text"}]}


def test_every_item_has_its_name_in_the_file_of_answers_and_its_number():
    assert tuple(item.name for item in PRISMA_S) == S_NAMES
    assert tuple(item.name for item in PRISMA_SCR) == SCR_NAMES
    assert [item.number for item in PRISMA_S] == [str(n) for n in range(1, 17)]
    forms, articles = zip(
        *(item.number.removesuffix(" (optional)").split(" / ") for item in PRISMA_SCR), strict=True
    )
    assert forms == tuple(str(n) for n in range(1, 23))
    assert set(map(int, articles)) == set(range(1, 28)) - {13, 15, 16, 22, 23}


def test_what_nobody_told_is_not_reported():
    answers = {row.number: row.answer for row in fill("prisma_s", PRISMA_S, facts(), {})}
    assert set(answers.values()) == {NOT_REPORTED}


def test_an_answer_of_the_results_names_its_file_and_a_person_s_stands_beside_it():
    rows = fill("prisma_s", PRISMA_S, facts(counts=[source("database")]), {"databases": ("embase",)})
    assert rows[0][3:5] == (
        "Embase (Ovid). stated: embase",
        ("results/counts.csv", "results/checked.csv", "config/reporting.yaml"),
    )
    assert rows[6].answer == NOT_REPORTED


@pytest.mark.parametrize(
    ("part", "name", "answer", "known", "message"),
    [
        ("prisma_s", "databases", ("MEDLINE",), {"counts": [source("database")]}, "does not name 'Embase'"),
        (
            "prisma_s",
            "databases",
            "none",
            {"counts": [source("database")]},
            "says none, but the results have: Embase",
        ),
        ("prisma_s", "registers", "None", {"counts": [source("register")]}, "says none"),
        ("prisma_s", "websites", "none", {"counts": [source("website")]}, "says none"),
        ("prisma_s", "citations", "none", {"counts": [source("citation")]}, "says none"),
        ("prisma_s", "contacts", "none", {"counts": [source("organisation")]}, "says none"),
        ("prisma_s", "limits", "none", SEARCHED, "says none, but the results have: a limit of dates"),
        (
            "prisma_s",
            "search_date",
            "2020-01-01",
            SEARCHED,
            "says 2020-01-01, but the results have 2021-06-30",
        ),
        ("prisma_s", "total_records", 6, {"counts": [source("database")]}, "says 6, but the results have 5"),
        ("prisma_s", "deduplication", "none", LINKS, "says none, but the results have: duplicates linked"),
        ("prisma_scr", "selection", 3, VOTES, "says 3, but the results have 2"),
        ("prisma_scr", "charting", 2, {"evidence": [{"coder": "ann"}]}, "says 2, but the results have 1"),
        ("prisma_scr", "included", 60, {"studies": "61"}, "says 60, but the results have 61"),
    ],
)
def test_a_contradicted_answer_is_refused_in_one_line(part, name, answer, known, message):
    items = {"prisma_s": PRISMA_S, "prisma_scr": PRISMA_SCR}[part]
    with pytest.raises(InputError) as caught:
        fill(part, items, facts(**known), {name: answer})
    assert str(caught.value).startswith(f"config/reporting.yaml: {part}.{name}: ")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_answers_have_closed_names_and_kinds(tmp_path):
    path = tmp_path / "reporting.yaml"
    path.write_text("prisma_s: {limit: none}", encoding="utf-8")
    with pytest.raises(InputError, match=r"unknown name limit\. Did you mean limits"):
        read_reporting(str(path))
    path.write_text("prisma_s: {limits: {a: b}}", encoding="utf-8")
    with pytest.raises(InputError, match=r"prisma_s.limits: \{'a': 'b'\} must be a text"):
        read_reporting(str(path))
    path.write_text("prisma_s: {limits: , search_date: 2021-01-02}\nprisma_scr:\n", encoding="utf-8")
    assert read_reporting(str(path))["prisma_s"] == {"search_date": "2021-01-02"}
    assert read_reporting(str(tmp_path / "none.yaml"))["prisma_scr"] == {}


HOSTILE = ("<script>alert(1)</script>", '=HYPERLINK("http://x")', "a|b", "[x](javascript:y)", "bell\x07")


def test_hostile_answers_stay_text_in_markdown():
    rows = fill("prisma_s", PRISMA_S, facts(), {"other_methods": HOSTILE})
    text = markdown("T", "I", [("Items", rows)])
    line = next(line for line in text.splitlines() if "| 7 Other methods |" in line)
    assert "<script" not in line
    assert r"a\|b" in line
    assert "[x](" not in line


def test_a_word_file_has_the_same_bytes_and_hostile_texts_stay_text(tmp_path):
    docx = pytest.importorskip("docx")
    from scripts.common.report.word import write_docx

    rows = [("Item", "Answer"), *(("7", text) for text in HOSTILE)]
    for name in ("a", "b"):
        write_docx(tmp_path / f"{name}.docx", "<b>T</b>", "intro", [("Items", rows)])
    assert (tmp_path / "a.docx").read_bytes() == (tmp_path / "b.docx").read_bytes()
    (table,) = docx.Document(str(tmp_path / "a.docx")).tables
    assert [row.cells[1].text for row in table.rows][1:] == [text.replace("\x07", "") for text in HOSTILE]
    with zipfile.ZipFile(tmp_path / "a.docx") as packed:
        xml = packed.read("word/document.xml").decode()
        assert {entry.date_time for entry in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert "<script" not in xml
    assert "fldSimple" not in xml
    assert "instrText" not in xml


def test_no_word_of_a_short_column_is_cut_in_a_word_file(tmp_path):
    """Letters are 0.6 of their size wide at most, on average; a cell has 0.08 inch of blank on both sides."""
    docx = pytest.importorskip("docx")
    from scripts.common.report.word import write_docx

    head = ("Section", "Item", "What to report", "Answer", "Evidence", "Reported on page")
    rows = [head, ("Introduction", "1 / 1", "w" * 80, "a " * 80, "results/inputs/checked.csv", "")]
    write_docx(tmp_path / "a.docx", "T", "intro", [("Items", rows)])
    document = docx.Document(str(tmp_path / "a.docx"))
    (table,) = document.tables
    for column, longest in zip(table.columns, (12, 5, 6, 6, 26, 8), strict=True):
        assert column.width.inches - 2 * 0.08 >= longest * 0.6 * 9 / 72
    section = document.sections[0]
    printed = section.page_width - section.left_margin - section.right_margin
    assert sum(column.width for column in table.columns) <= printed + docx.shared.Pt(1)


def test_with_a_transcribed_archive_no_item_says_that_a_search_was_run():
    known = {**TRANSCRIBED, **LINKS, "counts": [source("search", "PubMed")]}
    known["counts"] += [source("website", "Pages"), source("citation", "References")]
    rows = fill("prisma_s", PRISMA_S, facts(**known), {"databases": "none"})
    answers = {row.number.split(" ")[0]: row.answer for row in rows}
    for number in ("1", "4", "5", "8", "9", "13", "15", "16"):
        assert answers[number].startswith("not known; "), number
    assert answers["8"] == "not known; this workflow's own query, never run, is: a[tiab]"
    scoping = {row.number: row.answer for row in fill("prisma_scr", PRISMA_SCR, facts(**known), {})}
    assert scoping["7 / 7"].startswith("not known; records of this re-execution are from: PubMed")
    assert scoping["8 / 8"].startswith("not known; ")
    stated = fill("prisma_s", PRISMA_S, facts(**known), {"search_date": "2020-01-01"})
    assert stated[12].answer.endswith("stated: 2020-01-01"), "a setting contradicts nobody"


def test_every_item_is_in_its_official_section_and_leaves_the_page_to_the_authors():
    rows = fill("prisma_s", PRISMA_S, facts(), {})
    assert [(row.number, row.section) for row in rows][:8:6] == [
        ("1 Database name", "Information sources and methods"),
        ("7 Other methods", "Information sources and methods"),
    ]
    assert [
        (row.number, row.section) for row in rows if row.number.split(" ")[0] in ("8", "13", "14", "16")
    ] == [
        ("8 Full search strategies", "Search strategies"),
        ("13 Dates of searches", "Search strategies"),
        ("14 Peer review", "Peer review"),
        ("16 Deduplication", "Managing records"),
    ]
    scoping = fill("prisma_scr", PRISMA_SCR, facts(), {})
    assert [row.section for row in scoping][::5] == ["Title", "Methods", "Methods", "Results", "Discussion"]
    assert {row.page for row in (*rows, *scoping)} == {""}


def test_lists_that_the_paper_prints_do_not_say_who_coded():
    def charting(*coders):
        rows = fill("prisma_scr", PRISMA_SCR, facts(evidence=[{"coder": name} for name in coders]), {})
        return rows[9].answer

    assert charting("published").startswith("not known; ")
    assert charting("ann", "published", "bob") == "coders: 2 (ann, bob)"
    assert charting() == NOT_REPORTED


def test_main_results_are_the_claims_that_this_paper_prints():
    compared = [
        {"origin": "printed", "verdict": "differs"},
        {"origin": "printed", "verdict": "recomputed and equal"},
        {"origin": "other_paper", "verdict": "cannot be checked"},
    ]
    rows = fill("prisma_scr", PRISMA_SCR, facts(comparison=compared), {})
    assert rows[18].answer == "claims printed in this paper, recomputed and equal: 1; differs: 1"


def test_strategies_as_published_are_printed_line_by_line():
    def line(strategy, number, text, hits=""):
        return {"strategy": strategy, "platform": "Embase", "line": number, "text": text, "hits": hits}

    rows = [line("embase", "1", "exp asthma/", "120"), line("search.query", "1", "asthma[tiab]")]
    filled = fill("prisma_s", PRISMA_S, facts(strategies=rows, **TRANSCRIBED), {})
    said = next(row.answer for row in filled if row.number.split()[0] == "8")
    assert "embase (Embase), line 1: exp asthma/ [120 hits printed]" in said
    assert "asthma[tiab]" not in said
