"""What travels inside the page, how it is cited, and what is behind its codes and boxes."""

import base64
import gzip
from pathlib import Path

import pytest
from markupsafe import Markup

from scripts.common.report.behind import behind_codes, ends_of, names_of_studies, records_of_boxes
from scripts.common.report.citing import (
    Workflow,
    about,
    authors_in,
    bibtex_of_report,
    bibtex_of_review,
    days_of,
    text_of_report,
    text_of_review,
    year_in,
)
from scripts.common.report.embedding import MOST_BYTES, addresses, carried, filled
from scripts.common.report.ledger import shortened
from scripts.common.review.settings import Review
from scripts.common.screening.flow import BOXES
from tests.paths import REPOSITORY

MADE_BY = Workflow("A workflow", "0.1.0", "The authors of it")
WALSH = Review(
    name="Walsh et al. 2022",
    title="Social media: 50% & more",
    citation="Walsh L, Hyett N, Li C. Int J 2022;19(22):14851",
    doi="10.3390/ijerph_19",
    pmid=None,
)


def write(path: str, text: str) -> str:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text, encoding="utf-8")
    return path


def test_files_of_one_name_are_saved_under_two(folder):
    paths = [
        write("results/coding/agreement.csv", "a\n1\n"),
        write("results/screening/agreement.csv", "a\n1\n2\n"),
        write("results/coding/themes.csv", "a\n"),
        write("results/figures/themes.svg", "<svg/>"),
    ]
    found = carried(paths)
    assert [found[path].name for path in paths] == [
        "coding-agreement.csv", "screening-agreement.csv", "themes.csv", "themes.svg",
    ]  # fmt: skip
    assert [found[path].rows for path in paths] == [1, 2, 0, None]
    assert len({file.element for file in found.values()}) == 4


def test_a_file_in_the_page_is_the_file_byte_for_byte(folder):
    path = write("results/coding/themes.csv", 'label\n"Śmith, ""x"""\n')
    files = carried([path])
    page = filled(f'<a href="data:,{files[path].element}">', addresses(files))
    packed = page.removeprefix('<a href="data:application/gzip;base64,').removesuffix('">')
    assert gzip.decompress(base64.b64decode(packed)) == Path(path).read_bytes()


def test_a_file_that_is_too_large_does_not_travel_and_its_link_stays_empty(folder):
    path = write("results/records/records.csv", "a\n" + "1\n" * (MOST_BYTES // 2))
    files = carried([path])
    assert not files[path].travels
    assert addresses(files) == {}
    assert filled('<a href="data:,file-x">', addresses(files)) == '<a href="data:,file-x">'


@pytest.mark.parametrize(
    ("citation", "authors", "year"),
    [
        ("Walsh L, Hyett N. Int J 2022;19:1", ["Walsh, L", "Hyett, N"], "2022"),
        (
            "van der Berg AB, O'Neil C-D, et al. J 2020",
            [],
            "2020",
        ),  # a hyphen is no initial: nothing is guessed
        ("Li C, et al. J. 1999-2004", ["Li, C", "others"], ""),  # two years
        ("Written by a program; do not cite", [], ""),
        ("", [], ""),
        ("World Health Organization. Report 2021", [], "2021"),
    ],
)
def test_authors_and_year_are_taken_only_from_a_citation_that_names_them(citation, authors, year):
    assert authors_in(citation) == authors
    assert year_in(citation) == year


def test_the_review_is_cited_with_what_its_settings_say():
    assert text_of_review(WALSH) == (
        "Social media: 50% & more. Walsh L, Hyett N, Li C. Int J 2022;19(22):14851."
        " https://doi.org/10.3390/ijerph_19"
    )
    entry = bibtex_of_review(WALSH)
    assert entry.startswith("@article{walshetal2022,\n  author = {Walsh, L and Hyett, N and Li, C},")
    assert r"title = {{Social media: 50\% \& more}}" in entry
    assert "doi = {10.3390/ijerph_19}" in entry  # an address is no text: nothing in it is changed
    assert entry.count("{") == entry.count("}")


def test_the_report_is_cited_by_its_program_and_the_day_of_its_latest_input():
    last = days_of([{"date": "2022-11-11"}, {"date": "2026-11-22"}, {"date": "unknown"}])[-1]
    assert "version 0.1.0, from inputs up to 2026-11-22." in text_of_report(WALSH, MADE_BY, last)
    assert "year = {2026}" in bibtex_of_report(WALSH, MADE_BY, last)
    assert "organization = {{The authors of it}}" in bibtex_of_report(WALSH, MADE_BY, last)
    assert "year" not in bibtex_of_report(WALSH, MADE_BY, "")
    assert "inputs" not in text_of_report(WALSH, MADE_BY, "")


def test_the_workflow_says_who_made_it():
    found = about(REPOSITORY / "CITATION.cff")
    assert all(found)
    assert found.version[0].isdigit()


def test_a_study_is_named_by_its_first_author_and_year():
    rows = [
        {"study_id": "1", "authors": "Dagaryo, Ho; Ñiver, Xina", "year": "2021"},
        {"study_id": "2", "authors": "García, G.", "year": ""},
        {"study_id": "3", "authors": "", "year": "2020"},
        {"study_id": "Garcia 2020", "authors": "García, G.", "year": "2020"},
    ]
    assert names_of_studies(rows) == {"1": "Dagaryo et al. 2021", "2": "García"}


def test_behind_a_code_are_its_studies_with_each_passage_once_and_who_chose_it():
    row = {
        "study_id": "1",
        "code": "fear",
        "stance": "present",
        "source": "",
        "page": "p. 2",
        "excerpt": "I fear",
    }
    evidence = [
        {**row, "coder": "ann"},
        {**row, "coder": "bob"},
        {**row, "coder": "ann"},  # her second round
        {**row, "coder": "eve", "stance": "absent", "excerpt": "none"},
        {**row, "coder": "eve", "excerpt": ""},
    ]
    (found,) = behind_codes([{"code": "fear", "study_ids": "1; 2"}, {"code": "x", "study_ids": ""}], evidence)
    assert found["cells"] == [
        {"study": "1", "excerpts": [{"text": "I fear", "place": "p. 2", "coders": ["ann", "bob"]}]},
        {"study": "2", "excerpts": []},
    ]


def test_records_behind_a_box_end_where_the_flow_lets_them_end():
    assert ends_of("duplicates") == ["duplicates"]
    assert ends_of("records_screened")[0] == "records_excluded"
    assert "dbr_included" in ends_of("records_screened")
    assert "other_included" not in ends_of("database_results")
    assert ends_of("new_reports") == ["dbr_included", "other_included"]


def test_a_part_of_a_box_is_a_source_or_a_place_where_records_end():
    names = [*BOXES, "database_results:embase", "dbr_excluded:wrong outcome"]
    sources = [{"input": "embase", "kind": "database"}, {"input": "lists", "kind": "citation"}]
    found = records_of_boxes([{"box": name} for name in names], sources)
    assert found["database_results:embase"] == {"ends": ends_of("database_results"), "inputs": ["embase"]}
    assert found["dbr_excluded:wrong outcome"] == {"ends": ["dbr_excluded:wrong outcome"], "inputs": []}
    assert found["citations_results"]["inputs"] == ["lists"]
    assert not {"new_studies", "total_studies", "previous_reports"} & found.keys()


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("at least 3", "at least 3"),
        ("31.48 (17 of 54)", "31.48 (17 of 54)"),
        ("discussions safe; access", "discussions…"),
        ("Improves organisational culture", "Improves…"),
        ("organisational culture", "organisational…"),
        ("组织沟通和关系建", "组织沟通和关系建"),
        ("组织沟通和关系建设", "组织沟通和关系…"),
        (Markup("<i>a &lt; b</i>"), Markup("<i>a &lt; b</i>")),
        ("", ""),
    ],
)
def test_a_value_in_a_line_of_the_ledger_is_cut_between_words_and_says_so(text, short):
    assert shortened(text) == short
