"""Exports in RIS: one specimen per quirk; what a file announces is read or set aside, never lost."""

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.common.exports import export as exports
from scripts.common.exports import ris_writing
from scripts.common.records.record import SetAside

TWO = "TY  - JOUR\nTI  - First study\nER  - \nTY  - JOUR\nTI  - Second study\nER  - \n"


def read(content: str | bytes) -> tuple[list[dict[str, str]], list[SetAside]]:
    """Return the records and the pieces set aside of an export with this content."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.ris"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        pieces = list(exports.read(path))
    return [x for x in pieces if isinstance(x, dict)], [x for x in pieces if isinstance(x, SetAside)]


def titles(content: str | bytes) -> list[str]:
    """Return the titles read; nothing may have been set aside."""
    records, aside = read(content)
    assert aside == []
    return [row["title"] for row in records]


def one(*lines: str) -> dict[str, str]:
    """Return the one record with these lines."""
    records, aside = read("\n".join(("TY  - JOUR", *lines, "ER  - ")) + "\n")
    assert aside == []
    assert len(records) == 1
    return records[0]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(TWO, id="as the format says"),
        pytest.param("\ufeff" + TWO, id="byte-order mark"),
        pytest.param("\ufeff\ufeff" + TWO, id="two byte-order marks"),
        pytest.param(TWO[:28] + TWO[28:].replace("TY", "\ufeffTY"), id="byte-order mark of a file joined on"),
        pytest.param(TWO.encode("utf-16"), id="UTF-16"),
        pytest.param(TWO.replace("\n", "\r"), id="line ends of old Macs (CR only)"),
        pytest.param(TWO.replace("\n", "\r\n"), id="line ends of Windows"),
        pytest.param(TWO.removesuffix("ER  - \n"), id="no last ER"),
        pytest.param(TWO.replace("ER  - \n", "", 1), id="no ER in the middle"),
        pytest.param(TWO.replace("ER  - ", "ER"), id="ER without hyphen"),
        pytest.param(TWO.replace("  - ", " - "), id="tags with one space"),
        pytest.param(
            TWO.replace("TY", "  TY").replace("TI", "  TI").replace("ER", "  ER"), id="indented tags"
        ),
        pytest.param(TWO.replace("ER  - ", "ER  -"), id="no blank after the last hyphen"),
        pytest.param(TWO.replace("TY  - JOUR\n", "TY  - JOUR\n\n"), id="empty line after TY"),
        pytest.param(TWO.replace("TY", "1. \nTY", 1).replace("\nTY", "\n2. \nTY"), id="Ovid's counters"),
        pytest.param("\n\n" + TWO + "\n\n\n", id="empty lines around"),
        pytest.param("Provider: Some Platform\nRecord #1 of 2\n\n" + TWO, id="a header that no tag begins"),
    ],
)
def test_both_records_are_read_whatever_the_platform_did_to_the_file(content):
    assert titles(content) == ["First study", "Second study"]


def test_accents_survive_every_encoding():
    text = "TY  - JOUR\nAU  - Müller, Zoë\nTI  - Café – “Español”\nER  - \n"
    for encoding in ("utf-8", "utf-16", "cp1252"):
        records, _ = read(text.encode(encoding))
        assert (records[0]["authors"], records[0]["title"]) == ("Müller, Zoë", "Café – “Español”")


def test_tags_outside_a_record_are_set_aside_with_their_line():
    records, aside = read("TI  - Lost title\n" + TWO + "AU  - Stray, Author\n")
    assert [row["title"] for row in records] == ["First study", "Second study"]
    assert [(piece.line, piece.raw) for piece in aside] == [
        (1, "TI  - Lost title"),
        (8, "AU  - Stray, Author"),
    ]
    assert all("outside a record" in piece.reason for piece in aside)


def test_an_empty_record_is_set_aside_with_its_place():
    records, aside = read("TY  - JOUR\nER  - \nTY  - JOUR\nTI  - Second study\nER  - \n")
    assert [(row["position"], row["title"]) for row in records] == [("2", "Second study")]
    assert [(piece.position, piece.line) for piece in aside] == [(1, 1)]
    assert "without any field" in aside[0].reason


@pytest.mark.parametrize(
    ("content", "line", "raw"),
    [
        ("Search strategy: blogs\n" + TWO, 1, "Search strategy: blogs"),
        (TWO.replace("ER  - \nTY", "ER  - \nblogs or tweets\nTY"), 4, "blogs or tweets"),
        (TWO.replace("ER  - \nTY", "ER  - and more\nTY"), 3, "and more"),
        (TWO + "the end of the file\n", 7, "the end of the file"),
        (TWO + "ER  - \n", 7, "ER  - "),
    ],
    ids=[
        "before the first record",
        "between records",
        "behind an end",
        "behind the last record",
        "a second end",
    ],
)
def test_text_outside_a_record_is_set_aside_with_its_line(content, line, raw):
    records, aside = read(content)
    assert [row["title"] for row in records] == ["First study", "Second study"]
    assert [(piece.position, piece.line, piece.raw) for piece in aside] == [(0, line, raw)]


def test_a_record_glued_to_the_end_of_the_one_before_is_read():
    assert titles(TWO.replace("ER  - \nTY", "ER  - TY")) == ["First study", "Second study"]
    assert titles(TWO.replace("ER  - \nTY", "ER  - \ufeffTY")) == ["First study", "Second study"]


def test_records_without_beginning_are_read_where_an_end_closes_them():
    assert titles(TWO.replace("TY  - JOUR\n", "")) == ["First study", "Second study"]
    assert titles(TWO.replace("TY  - JOUR\n", "", 1)) == ["First study", "Second study"]


def test_tags_in_lower_case_are_read():
    assert titles(TWO.lower()) == ["first study", "second study"]


def test_dialects_joined_in_one_file_are_all_read():
    one_space = "TY - JOUR\nTI - Third study\nER - \n"
    assert titles(TWO + one_space + TWO.lower())[2:] == ["Third study", "first study", "second study"]


@pytest.mark.parametrize("blank", ["\xa0", "\u2003", "\u3000", " \xa0"])
def test_a_beginning_behind_a_blank_of_unicode_is_counted_and_read(blank):
    assert titles(TWO.replace("ER  - \nTY", f"{blank}TY")) == ["First study", "Second study"]


def test_er_and_ty_inside_a_text_neither_end_nor_begin_a_record():
    record = one("TI  - The ER  - a place", "AB  - waits in the", "ER were long", "KW  - emergency")
    assert record["title"] == "The ER  - a place"
    assert record["abstract"] == "waits in the ER were long"
    assert record["keywords"] == "emergency"


def test_a_line_of_text_that_is_only_er_ends_no_record_while_fields_follow():
    record = one("AB  - nurses in the", "ER", "KW  - nurses")
    assert (record["abstract"], record["keywords"]) == ("nurses in the ER", "nurses")


def test_wrapped_lines_belong_to_the_field_before():
    record = one("TI  - A title that goes", "   over three", "lines", "AU  - Doe, Jane")
    assert record["title"] == "A title that goes over three lines"
    assert record["authors"] == "Doe, Jane"


def test_a_hyphenated_word_in_a_wrapped_line_is_no_tag():
    assert one("N1  - References: Hakim, 2001", "EL - Hakim, 2002", "TI  - T")["title"] == "T"


def test_keywords_on_lines_without_a_tag_are_keywords_of_their_own():
    assert one("KW  - twitter", "facebook", "patient participation")["keywords"] == (
        "twitter; facebook; patient participation"
    )


def test_a_separator_of_unicode_inside_an_abstract_ends_no_line():
    assert one("AB  - before\u2028TY  - JOUR after")["abstract"] == "before\u2028TY  - JOUR after"


def test_the_first_of_two_dois_is_kept_and_the_second_stays_in_sight():
    record = one("DO  - 10.1000/first", "DO  - 10.1000/second")
    assert record["doi"] == "10.1000/first"
    assert json.loads(record["extra"]) == {"DO": ["10.1000/second"]}


def test_a_link_or_a_type_of_work_in_a_tag_for_dois_is_kept():
    record = one("DO  - 10.1000/a", "M3  - Research support", "L2  - http://example.org/full.pdf")
    assert json.loads(record["extra"]) == {"M3": ["Research support"], "L2": ["http://example.org/full.pdf"]}


@pytest.mark.parametrize(
    ("lines", "doi"),
    [
        (["DO  - https://doi.org/10.1000/ABC"], "10.1000/ABC"),
        (["L3  - 10.1000/abc"], "10.1000/abc"),
        (["M3  - doi:10.1000/abc"], "10.1000/abc"),
        (["UR  - https://example.org/page", "UR  - https://doi.org/10.1000/abc"], "10.1000/abc"),
        (["UR  - https://example.org/10/5"], ""),
    ],
    ids=["behind the resolver", "EBSCO: L3", "PsycInfo: M3", "second link", "a link without DOI"],
)
def test_the_doi_is_found_where_the_platform_puts_it(lines, doi):
    assert one(*lines)["doi"] == doi


@pytest.mark.parametrize(
    ("lines", "pmid"),
    [
        (["N1  - PMID: 123456"], "123456"),
        (["PMID  - 123456"], "123456"),
        (["DB  - PubMed", "AN  - 123456"], "123456"),
        (["DP  - NLM", "AN  - 123456"], "123456"),
        (["DB  - Embase", "AN  - 123456"], ""),
        (["AN  - 123456"], ""),
    ],
    ids=["a note", "a tag of four letters", "PubMed", "NLM", "Embase's own number", "a number of nobody"],
)
def test_a_number_is_a_pmid_only_where_pubmed_gave_it(lines, pmid):
    assert one("TI  - T", *lines)["pmid"] == pmid


def test_a_tag_of_four_letters_does_not_leak_into_the_field_before():
    assert one("PMID  - 123456", "TI  - T")["type"] == "JOUR"


@pytest.mark.parametrize(
    ("lines", "date"),
    [
        (["PY  - 2019"], "2019"),
        (["PY  - 2019///"], "2019"),
        (["PY  - 2019", "DA  - 2019/03/07/"], "2019-03-07"),
        (["Y1  - 2019/03//"], "2019-03"),
        (["PY  - 2019/3/7/Spring"], "2019-03-07"),
        (["DA  - 2019-13-45"], "2019"),
        (["DA  - 20190307"], "2019-03-07"),
        (["PY  - c2019"], "2019"),
        (["DA  - Mar 2019"], "2019-03"),
        (["PY  - n.d."], ""),
        ([], ""),
    ],
)
def test_a_date_is_read_as_far_as_it_is_known(lines, date):
    record = one("TI  - T", *lines)
    assert record["date"] == date
    assert record["year"] == date[:4]


def test_the_journal_is_the_full_name_where_a_subtitle_is_in_t2():
    record = one("T2  - A subtitle", "JF  - Health Expectations", "JA  - Health Expect.")
    assert (record["journal"], record["journal_abbrev"]) == ("Health Expectations", "Health Expect.")


def test_pages_are_joined_only_where_both_are_given():
    assert one("SP  - 12", "EP  - 19")["pages"] == "12-19"
    assert one("SP  - e239")["pages"] == "e239"


def test_what_no_column_holds_is_kept_in_extra():
    extra = json.loads(one("TI  - T", "N1  - a note", "ZZ  - own tag", "AB  - one", "AB  - two")["extra"])
    assert extra == {"N1": ["a note"], "ZZ": ["own tag"], "AB": ["two"]}


def test_the_copyright_notice_of_ebsco_is_no_abstract():
    notice = "Copyright of PLoS ONE is the property of Public Library of Science and may not be copied."
    assert one(f"AB  - {notice}", "AB  - Blogs help.")["abstract"] == "Blogs help."
    record = one("AB  - Blogs help.", f"AB  - {notice}")
    assert (record["abstract"], json.loads(record["extra"])) == ("Blogs help.", {"AB": [notice]})


@pytest.mark.parametrize(
    ("title", "retraction"),
    [
        ("RETRACTED: Effects of blogs", "retracted"),
        ("[Retracted] Effects of blogs", "retracted"),
        ("RETRACTED ARTICLE: Effects of blogs", "retracted"),
        ("Retraction: Effects of blogs", "retraction notice"),
        ("Retraction notice: Effects of blogs", "retraction notice"),
        ("Retracted papers in nursing: a survey", ""),
        ("Retraction of muscles in surgery", ""),
    ],
)
def test_a_retracted_paper_is_distinguished_from_its_notice_and_from_papers_about_retraction(
    title, retraction
):
    assert one(f"TI  - {title}")["retraction"] == retraction


WORDS = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=8)
SENTENCE = st.lists(WORDS, min_size=1, max_size=6).map(" ".join)
EXPORTS = st.lists(
    st.one_of(
        st.tuples(st.just("record"), st.lists(SENTENCE, min_size=0, max_size=4), st.booleans()),
        st.tuples(st.just("stray"), st.lists(SENTENCE, min_size=1, max_size=1), st.just(True)),
    ),
    max_size=8,
)


@given(EXPORTS, st.sampled_from(["\n", "\r\n", "\r"]), st.sampled_from(["  - ", " - "]))
def test_every_announced_record_is_read_or_set_aside(pieces, line_end, separator):
    lines, wanted, empty = [], [], 0
    open_record = False
    for kind, texts, ended in [("record", ["the first"], True), *pieces]:
        if kind == "stray" and open_record:
            continue  # after a record without end, a tagged line belongs to that record
        if kind == "record":
            lines.append(f"TY{separator}JOUR")
            wanted.append(texts)
            empty += not texts
        lines += [f"AU{separator}{text}" for text in texts]
        if kind == "record" and ended:
            lines.append(f"ER{separator}")
        open_record = kind == "record" and not ended
    records, aside = read(line_end.join([*lines, ""]))
    assert len(records) + empty == len(wanted)
    assert sum("without any field" in piece.reason for piece in aside) == empty
    assert [row["authors"] for row in records] == ["; ".join(texts) for texts in wanted if texts]
    assert [row["position"] for row in records] == [str(n) for n, texts in enumerate(wanted, 1) if texts]


FIELDS = st.fixed_dictionaries(
    {
        "title": SENTENCE,
        "authors": st.lists(SENTENCE, max_size=3).map("; ".join),
        "date": st.sampled_from(["", "2019", "2019-03", "2019-03-07"]),
        "journal": SENTENCE,
        "volume": st.sampled_from(["", "12"]),
        "issue": st.sampled_from(["", "Suppl 2"]),
        "pages": st.sampled_from(["", "e12", "12-19"]),
        "doi": st.sampled_from(["", "10.1000/ABC(1)2", "10.1002/(SICI)1(1998)6:5<178::AID-E5>3.0.CO;2-8"]),
        "pmid": st.sampled_from(["", "36429570"]),
        "abstract": SENTENCE,
        "keywords": st.lists(SENTENCE, max_size=3).map("; ".join),
        "language": st.sampled_from(["", "eng"]),
        "url": st.sampled_from(["", "https://example.org/a"]),
    }
)


@given(FIELDS)
def test_the_ris_for_a_screening_tool_says_what_the_table_says(record, fields):
    row = record("pubmed:36429570", type="JOUR", year=fields["date"][:4], **fields)
    (back,), aside = read(ris_writing.ris_text(row))
    assert aside == []
    folded = {name: " ".join(text.split()) for name, text in fields.items()}
    assert {name: back[name] for name in fields} == folded
    assert back["year"] == fields["date"][:4]
    assert json.loads(back["extra"])["ID"] == ["pubmed:36429570"]
