"""A drafted review folder: what it takes from a paper and from files, what it leaves open."""

import shutil
from pathlib import Path

import pytest

from scripts.common.errors import InputError
from scripts.common.files.tables import read_table, rows_of
from scripts.common.files.yaml_files import read_yaml
from scripts.common.review.inputs import read_inputs
from scripts.common.review.settings_checks import check_settings
from scripts.draft import draft as script
from scripts.inputs.check_inputs import check_review
from tests.papers import reference, xref
from tests.paths import DATA, REPOSITORY

SCHEMA = REPOSITORY / "config/config.schema.yaml"
TODAY = "2026-01-31"
CITED = ", ".join(xref(n) for n in (1, 2, 3))
ALL = ", ".join(xref(n) for n in range(1, 7))
BODY = (
    "<sec><title>Methods</title><p>We searched MEDLINE and Embase on 16 August 2022.</p></sec>"
    '<sec id="s2"><title>2. Results</title><sec id="s21"><title>2.1. Study selection</title><p>The search'
    " identified 120 records. We screened 100 records by title and abstract and excluded 80. Finally, six"
    f" studies were included [{ALL}].</p></sec><sec id='s22'><title>2.2. Trust</title><p>Three trials"
    f" [{CITED}] built trust. Four trials [{CITED}] did not.</p></sec></sec>"
)
JOURNAL = "<journal-title-group><journal-title>Journal of Tests</journal-title></journal-title-group>"
AUTHORS = "".join(
    f'<contrib contrib-type="author"><name><surname>{family}</surname>'
    f"<given-names>{given}</given-names></name></contrib>"
    for family, given in (("de la Cruz", "Ana Maria"), ("Wu", "L"))
)
FRONT = (
    f"<journal-meta>{JOURNAL}</journal-meta><article-meta>"
    '<article-id pub-id-type="doi">10.5555/x</article-id>'
    "<title-group><article-title>Texts for carers: a review</article-title></title-group>"
    f"<contrib-group>{AUTHORS}</contrib-group><pub-date><year>2023</year></pub-date><volume>4</volume>"
    "<permissions><license><p>https://creativecommons.org/licenses/by/4.0/</p></license></permissions>"
    "</article-meta>"
)


def write_paper(folder: Path, body: str = BODY) -> Path:
    refs = "".join(reference(n) for n in range(1, 9))
    back = f"<back><ref-list>{refs}</ref-list></back>"
    text = f"<article><front>{FRONT}</front><body>{body}</body>{back}</article>"
    path = folder / "paper.xml"
    path.write_text(text, encoding="utf-8")
    return path


def drafted(folder: Path, *sources: Path) -> Path:
    paper, files = script.files_of(",".join(map(str, sources)), str(folder / "review"))
    script.draft(paper, files, str(folder / "review"), TODAY)
    return folder / "review"


def claims(review: Path) -> list[dict]:
    return read_yaml(review / "config/published.yaml")


def test_the_draft_of_a_paper_is_a_review_without_mistakes(tmp_path, monkeypatch):
    review = drafted(tmp_path, write_paper(tmp_path))
    monkeypatch.chdir(review)
    settings = check_settings(read_yaml("config/config.yaml"), SCHEMA)
    check_review(settings, read_inputs())
    assert settings.review.name == "de la Cruz et al. 2023"
    assert (
        settings.review.citation == "de la Cruz AM, Wu L. Texts for carers: a review. Journal of Tests 2023;4"
    )
    assert (settings.review.doi, settings.review.pmid) == ("10.5555/x", None)
    assert (settings.search.mode, settings.search.end) == ("none", "2022-08-16")
    assert settings.inputs == {item.kind: (item.name,) for item in read_inputs()}
    assert "- [ ] paper: paper" in (review / "DRAFT.md").read_text(encoding="utf-8")
    (paper,) = [item for item in read_inputs() if item.kind == "paper"]
    assert paper.licence == "https://creativecommons.org/licenses/by/4.0/"
    assert read_yaml("config/reporting.yaml")["prisma_s"]["databases"] == ["Embase", "MEDLINE"]


def test_themes_become_codes_without_a_chinese_label_and_study_selection_is_none(tmp_path):
    book = read_yaml(drafted(tmp_path, write_paper(tmp_path)) / "config/codebook.yaml")
    headings = [code for code in book["codes"] if code["id"] != "cited_lists"]
    assert [(code["id"], code["label"], code["place"]) for code in headings] == [
        ("trust", {"en": "Trust"}, "heading 2.2")
    ]
    assert book["children_known"] == "some", "a draft does not know all codes"


def test_each_printed_number_is_a_claim_with_its_sentence_and_no_value_decides_its_measure(tmp_path):
    found = {
        (claim["value"], claim.get("measure", "")): claim
        for claim in claims(drafted(tmp_path, write_paper(tmp_path)))
    }
    assert (6, "flow:new_studies") in found
    assert (100, "flow:records_screened") in found
    three = next(claim for (value, _), claim in found.items() if value == 3)
    assert three["measure"].startswith("studies:p")
    assert three["place"] == "heading 2.2, paragraph 1, sentence 1"
    assert "built trust" in three["statement"]
    assert three["confidence"] == "inferred"


@pytest.mark.parametrize(
    ("printed", "of"),
    [
        pytest.param("14 of 98 studies (14.3%)", 98, id="rounded"),
        pytest.param("14 of 98 studies (14.2%)", None, id="cut off: no contradiction of the authors"),
        pytest.param("14 of 98 studies (15.2%)", 98, id="neither: a contradiction that claims shall show"),
    ],
)
def test_a_share_keeps_its_count_unless_its_percentage_is_cut_off(tmp_path, printed, of):
    body = f"<sec><title>Results</title><p>Of all, {printed} reported a theory.</p></sec>"
    (claim,) = [
        claim for claim in claims(drafted(tmp_path, write_paper(tmp_path, body))) if claim["unit"] == "%"
    ]
    assert (claim.get("of"), claim.get("number")) == (of, 14 if of else None)


def test_a_list_that_disagrees_with_its_count_is_checked_and_not_corrected(tmp_path):
    review = drafted(tmp_path, write_paper(tmp_path))
    (four,) = [claim for claim in claims(review) if claim["value"] == 4]
    sheet = rows_of(read_table(review / "config/inputs/coding/citations.csv"))
    assert len([row for row in sheet if f"studies:{row['code']}" == four["measure"]]) == 3


def test_everything_drafted_is_on_the_list(tmp_path):
    review = drafted(tmp_path, write_paper(tmp_path))
    text = (review / "DRAFT.md").read_text(encoding="utf-8")
    for claim in claims(review):
        assert f"- [ ] {claim['id']}: {claim['value']} " in text
    for words in ("trust: Trust", "records_screened: 100", "searched: Embase", "10.5555/x", "Author6 2010"):
        assert words in text


def test_a_paper_of_which_nothing_is_understood_gives_no_number(tmp_path, monkeypatch):
    review = drafted(tmp_path, write_paper(tmp_path, "<sec><title>Essay</title><p>Care matters.</p></sec>"))
    assert claims(review) == []
    assert sorted(path.name for path in (review / "config").rglob("*") if path.is_file()) == [
        "config.yaml", "inputs.tsv", "paper.xml", "published.yaml",
    ]  # fmt: skip
    monkeypatch.chdir(review)
    check_review(check_settings(read_yaml("config/config.yaml"), SCHEMA), read_inputs())


def test_nothing_is_written_over(tmp_path):
    paper = write_paper(tmp_path)
    review = drafted(tmp_path, paper)
    before = (review / "DRAFT.md").read_bytes()
    with pytest.raises(InputError, match="is there already and not empty"):
        drafted(tmp_path, paper)
    assert (review / "DRAFT.md").read_bytes() == before


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda folder: [folder / "gone"], "is not there"),
        (lambda folder: [folder], "is inside"),
        (
            lambda folder: [write_paper(folder), Path(shutil.copy(folder / "paper.xml", folder / "two.xml"))],
            "2 papers",
        ),
    ],
    ids=["no such file", "into itself", "two papers"],
)
def test_what_cannot_be_drafted_is_named_in_one_line(tmp_path, make, message):
    with pytest.raises(InputError, match=message):
        drafted(tmp_path, *make(tmp_path))


def test_the_files_of_a_team_are_known_by_their_content(tmp_path, monkeypatch):
    team = tmp_path / "team"
    team.mkdir()
    tiny = DATA / "tiny_review/config/inputs"
    for name, new in (
        ("ovid.ris", "my search.txt"),
        ("screening.csv", "decisions.csv"),
        ("included.csv", "included.csv"),
    ):
        shutil.copy(tiny / name, team / new)
    (team / "full text votes.csv").write_text(
        "Title,Ann,Bob\nA title,Include,Exclude\nB title,Exclude,Exclude\n"
    )
    (team / "notes.docx").write_bytes(b"nothing of ours")
    review = drafted(tmp_path, team)
    monkeypatch.chdir(review)
    inputs = {item.name: item.kind for item in read_inputs()}
    assert inputs == {
        "my_search": "database",
        "decisions": "decisions",
        "included": "included",
        "full_text_votes": "decisions",
    }
    settings = check_settings(read_yaml("config/config.yaml"), SCHEMA)
    check_review(settings, read_inputs())
    votes = settings.sheets["full_text_votes"]
    assert votes["reviewers"] == {"Ann": "Ann", "Bob": "Bob"}
    assert votes["set"] == {"stage": "full_text"}
    assert (review / "config/inputs/raw/notes.docx").read_bytes() == b"nothing of ours"
    assert "notes.docx: not read" in (review / "DRAFT.md").read_text(encoding="utf-8")


def a_team(folder, **files):
    team = folder / "team"
    team.mkdir()
    for name, text in files.items():
        (team / f"{name}.csv").write_text(text, encoding="utf-8")
    return team


def test_votes_whose_words_nobody_knows_are_laid_aside_with_a_map_and_are_no_export(tmp_path, monkeypatch):
    rows = "".join(f"Title {n},Text of {n},{1 + n % 2},{n}\n" for n in range(6))
    team = a_team(tmp_path, responses_LB=f"title,abstract,response,ID\n{rows}")
    review = drafted(tmp_path, team)
    monkeypatch.chdir(review)
    assert read_inputs() == []
    assert Path("config/inputs/raw/responses_LB.csv").is_file()
    (line,) = [line for line in Path("DRAFT.md").read_text("utf-8").splitlines() if "responses_LB" in line]
    assert "what is marked ? in the map is not known" in line
    assert "{decision: response, record: ID, title: title}" in line
    assert "values: {'1': '?', '2': '?'}" in line


def test_the_stage_of_decisions_is_read_from_their_columns_where_the_file_s_name_says_none(
    tmp_path, monkeypatch
):
    text = "number,title,FulltextReviewer,ReviewerDecision\n1,A title,LT,Yes\n2,B title,LT,No\n"
    monkeypatch.chdir(drafted(tmp_path, a_team(tmp_path, MA_responses=text)))
    assert read_yaml("config/config.yaml")["sheets"]["MA_responses"]["set"] == {"stage": "full_text"}


def test_an_export_with_a_column_named_status_is_no_table_of_decisions(tmp_path, monkeypatch):
    rows = "AB12,journalArticle,Li A,A title,\nCD34,journalArticle,Wu B,B title,\n"
    text = f"Key,Item Type,Author,Title,Legal Status\n{rows}"
    monkeypatch.chdir(drafted(tmp_path, a_team(tmp_path, library=text)))
    assert {item.name: item.kind for item in read_inputs()} == {"library": "database"}


CODED = "Author,Faster,Cheaper\nLi 2010,1,0\nWu 2012,1,\n"
CODED_LONG = "Paper,Code,Quote\nLi 2010,Faster,quick\nLi 2010,Kinder,nice\nWu 2012,Faster,at once\n"
CHARTED = (
    "Study ID,Country,Sample size,Aim\nLi 2010,Peru,12,to see\nWu 2012,Peru,not reported,to hear\n"
    "Xu 2013,Chile,8,to ask\n"
)


def test_coding_and_charting_sheets_get_maps_and_the_codes_and_variables_in_them(tmp_path, monkeypatch):
    team = a_team(tmp_path, coding_ann=CODED, coding_bob=CODED_LONG, charting=CHARTED)
    review = drafted(tmp_path, team)
    monkeypatch.chdir(review)
    assert {item.name: item.kind for item in read_inputs()} == {
        "coding_ann": "coding", "coding_bob": "coding", "charting": "charting",
    }  # fmt: skip
    check_review(check_settings(read_yaml("config/config.yaml"), SCHEMA), read_inputs())
    codes = [code["label"]["en"] for code in read_yaml("config/codebook.yaml")["codes"]]
    assert codes == ["Faster", "Cheaper", "Kinder"]
    variables = {one["id"]: one["type"] for one in read_yaml("config/charting.yaml")["variables"]}
    assert variables == {"country": "one", "sample_size": "number", "aim": "text"}
    assert "sample_size: Sample size, type number" in (review / "DRAFT.md").read_text(encoding="utf-8")


def test_a_sheet_is_read_with_the_team_s_codebook_and_a_paper_beside_it_drafts_no_second_one(
    tmp_path, monkeypatch
):
    team = a_team(tmp_path, matrix=CODED)
    book = "id,parent,label_en,label_zh,definition,include,exclude,place,children_known\n"
    rows = "faster,,Faster,,,,,,all\ncheaper,,Cheaper,,,,,,all\n"
    (team / "codebook.csv").write_text(book + rows, encoding="utf-8")
    write_paper(team)
    review = drafted(tmp_path, team)
    monkeypatch.chdir(review)
    check_review(check_settings(read_yaml("config/config.yaml"), SCHEMA), read_inputs())
    assert not (review / "config/codebook.yaml").exists()
    assert {item.name: item.kind for item in read_inputs()}["matrix"] == "coding"
    assert not [claim for claim in claims(review) if claim.get("measure", "").startswith("studies:p")]
    assert read_yaml("config/config.yaml")["screening"]["included_list"] == "partial"


def test_a_code_of_a_sheet_with_the_name_of_a_heading_of_the_paper_is_that_code(tmp_path, monkeypatch):
    team = a_team(tmp_path, coding=CODED.replace("Faster", "trust"))
    write_paper(team)
    monkeypatch.chdir(drafted(tmp_path, team))
    ids = [code["id"] for code in read_yaml("config/codebook.yaml")["codes"]]
    assert ids == ["trust", "cheaper", "cited_lists"]
    check_review(check_settings(read_yaml("config/config.yaml"), SCHEMA), read_inputs())


def test_a_table_that_sounds_like_coding_and_brings_no_code_is_none(tmp_path, monkeypatch):
    decided = "Title,Ann,Bob\nA title,Include,Exclude\nB title,Exclude,Exclude\n"
    team = a_team(tmp_path, coded_decisions=decided, codes="Paper,Vertrauen\nLi 2010,ja\n")
    monkeypatch.chdir(drafted(tmp_path, team))
    assert {item.name: item.kind for item in read_inputs()} == {"coded_decisions": "decisions"}
    assert Path("config/inputs/raw/codes.csv").is_file()
    check_review(check_settings(read_yaml("config/config.yaml"), SCHEMA), read_inputs())
