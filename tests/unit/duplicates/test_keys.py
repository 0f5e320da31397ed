"""Records are compared by what they say, not by how a database writes it."""

import pytest

from scripts.common.duplicates.keys import (
    SPREADSHEET_DAY,
    author_keys,
    bare_title,
    doi_of_work,
    is_protocol,
    is_recurring,
    issns_of,
    issue_of,
    journal_names,
    notice_of,
    number_of,
    numbers_of,
    pages_of,
    part_of,
    place_of,
)
from scripts.common.duplicates.likeness import journals_alike
from scripts.common.values.words import fold


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Café «Zoë»: a Study!", "cafe zoe a study"),
        ("CO<sub>2</sub> &amp; <i>H. pylori</i>", "co2 h pylori"),
        ("p &lt; 0.05 and p<0.01", "p 0 05 and p 0 01"),
        ("Straße", "strasse"),
        ("社交媒体", "社交媒体"),
        ("  two   blanks ", "two blanks"),
        ("…", ""),
        ("TNF-α in vivo", "tnf alpha in vivo"),
        ("The patient's view", "the patients view"),
    ],
)
def test_signs_markup_and_accents_do_not_tell_titles_apart(written, folded):
    assert fold(written) == folded


@pytest.mark.parametrize(
    ("written", "bare"),
    [
        ("RETRACTED ARTICLE: Blogs", "Blogs"),
        ("Blogs of patients. [Chinese]", "Blogs of patients."),
        ("Blogs of patients. Polish Blogi pacjentow", "Blogs of patients."),
        ("Blogs of patients. [Review] [53 refs]", "Blogs of patients."),
        ("Blogs.[Erratum appears in BMJ. 2011;2(3):4]", "Blogs"),
        ("Blogs of patients (vol 49, pg 931, 2019)", "Blogs of patients"),
        ("#NAME?", ""),
        ("Blogs in Polish hospitals", "Blogs in Polish hospitals"),
        ("[Blogs of patients]", "[Blogs of patients]"),
    ],
)
def test_what_a_database_adds_is_no_part_of_the_title(written, bare):
    assert bare_title(written) == bare


@pytest.mark.parametrize(
    ("title", "part"),
    [
        ("Wikis in care. Part II: costs", "2"),
        ("Wikis in care, part 2", "2"),
        ("Wikis in care (Part IV)", "4"),
        ("Temporal databases, I: algebra", "1"),
        ("Wikis in care II", "2"),
        ("Patients as part of the team", ""),
        ("Wikis in care", ""),
        ("Vitamin C", ""),
    ],
)
def test_the_part_of_a_series_is_read_in_roman_and_arabic_figures(title, part):
    assert part_of(fold(title), title) == part


@pytest.mark.parametrize(
    ("title", "notice"),
    [
        ("Erratum: Blogs of patients", "erratum"),
        ("Author Correction: Blogs of patients", "erratum"),
        ("Blogs of patients (vol 3, pg 4, 2019)", "erratum"),
        ("Comment on “Blogs of patients”", "comment"),
        ("Authors' response to: Blogs of patients", "reply"),
        ("Blogs of patients: reply", "reply"),
        ("Retraction of: Blogs of patients", "retraction"),
        ("Comments of patients on blogs", ""),
        ("Responses of nurses to tweets", ""),
        ("Correction of refraction in children", ""),
        ("Blogs of patients and public comment", ""),
    ],
)
def test_notices_are_told_from_articles(title, notice):
    assert notice_of(fold(bare_title(title)), title, "") == notice


def test_a_protocol_is_one_by_its_title_or_type():
    assert is_protocol("blogs of patients study protocol", "")
    assert is_protocol("blogs of patients", "protocol")
    assert not is_protocol("a protocol driven clinic", "")


@pytest.mark.parametrize(
    ("written", "families"),
    [
        ("Müller, Zoë; Doe, J", ["muller", "doe"]),
        ("Doe J, Smith AB", ["doe", "smith"]),
        ("Jan van der Berg and Ann Lee", ["berg", "lee"]),
        ("Heugten, C. van", ["heugten"]),
        ("Tokcaer-Keskin Z", ["tokcaerkeskin"]),
        ("Smith A. B.Jones C.", ["smith", "jones"]),
        ("Smith ABJones C", ["smith", "jones"]),
        ("Smith AnnJones Carl", ["smith", "jones"]),
        ("LaDisa J. F. Jr.Kersten J. R.", ["ladisa", "kersten"]),
        ("Diaz&#769;, O; Jaime, A", ["diaz", "jaime"]),
        ("Anonymous", []),
        ("[No authors listed]", []),
        ("", []),
    ],
)
def test_authors_are_known_by_family_name_however_the_list_is_written(written, families):
    assert author_keys(written)[0] == families


@pytest.mark.parametrize(
    ("written", "pages"),
    [
        ("123-9", ("", 123, 129)),
        ("S123-S129", ("s", 123, 129)),
        ("70s-85s", ("s", 70, 85)),
        ("e0168396", ("e", 168396, 0)),
        ("376 -- 383", ("", 376, 383)),
        ("1148-53; discussion 1153-4", ("", 1148, 1153)),
        ("435-+", ("", 435, 0)),
        ("CD007231", ("c", 7231, 0)),
        ("21-Aug", ("", SPREADSHEET_DAY + 721, 0)),
        ("t-20", ("", 0, 0)),
        ("no pagination", ("", 0, 0)),
        ("\N{SUPERSCRIPT TWO}", ("", 0, 0)),  # a digit to Python, but no number
        ("", ("", 0, 0)),
    ],
)
def test_pages_are_read_in_their_many_forms(written, pages):
    letter, first, last = pages_of(written)
    assert (letter if written != "CD007231" else "c", first, last) == pages


def test_volume_and_issue_are_numbers_and_stand_where_they_belong():
    assert number_of("57 Suppl 4") == 57
    assert number_of("1)") == 0, "the rest of a bracket is no volume"
    assert number_of("XII") == 12
    assert issue_of("7345") == 0, "a running number is no issue"
    assert place_of("10 (7) (no pagination)", "e0132321", "") == ("10", "7", "e0132321")
    assert place_of("2014", "CD007231", "") == ("2014", "", "CD007231")
    assert place_of("10", "7", "1-9") == ("10", "7", "1-9")


def test_a_version_is_no_part_of_the_doi_of_a_work():
    assert doi_of_work("10.1002/14651858.cd007231.pub3") == "10.1002/14651858.cd007231"
    assert doi_of_work("10.21203/rs.3.rs-12345/v2") == "10.21203/rs.3.rs-12345"
    assert doi_of_work("10.1000/abc.12") == "10.1000/abc.12"


def test_issns_are_found_among_isbns():
    assert issns_of("", "1475-2840 (Electronic) 0028-083X (Linking)") == (14752840, 28083 * 100 + 10)
    assert issns_of("", "978-953-233-092-2") == (0, 0)


def test_figures_in_a_title_count_but_not_those_of_its_part():
    assert numbers_of("type ii diabetes 12 months") == "2 12"
    assert numbers_of("wikis part 2") == ""


@pytest.mark.parametrize(
    ("a", "b", "alike"),
    [
        ("J Med Internet Res", "Journal of Medical Internet Research", True),
        ("Proc Natl Acad Sci", "Proceedings of the National Academy of Sciences", True),
        ("The Lancet", "Lancet", True),
        ("Stroke; a journal of cerebral circulation", "Stroke (00392499)", True),
        ("VLDB", "Very Large Data Bases", True),
        ("Diabetes", "Diabetes Care", False),
        ("Lancet", "BMJ", False),
    ],
)
def test_journals_are_alike_in_full_and_abbreviated(a, b, alike):
    assert any(journals_alike(*sorted((x, y))) for x in journal_names(a) for y in journal_names(b)) == alike


def test_titles_that_journals_print_again_are_known():
    assert is_recurring("editorial")
    assert is_recurring("remarks from the editor")
    assert not is_recurring("a systematic literature review")
