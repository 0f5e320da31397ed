"""Identifiers are compared by a key; what a source wrote is not changed."""

import pytest

from scripts.common.values.identifiers import doi_in, doi_key, pmcid_key, pmid_key

SICI = "10.1002/(SICI)1097-0258(19980815/30)17:15/16<1661::AID-SIM968>3.0.CO;2-2"


@pytest.mark.parametrize(
    ("why", "text", "key"),
    [
        ("DOIs know no capitals", "10.1000/ABC.1", "10.1000/abc.1"),
        ("behind the resolver", "https://doi.org/10.1000/abc.1", "10.1000/abc.1"),
        ("behind the old resolver, with escapes", "http://dx.doi.org/10.1000%2Fabc.1", "10.1000/abc.1"),
        ("with a label", "doi: 10.1000/abc.1", "10.1000/abc.1"),
        ("at the end of a sentence", "See 10.1000/abc.1.", "10.1000/abc.1"),
        ("in brackets", "(10.1000/abc.1)", "10.1000/abc.1"),
        ("PubMed's suffix", "10.1000/abc.1 [doi]", "10.1000/abc.1"),
        ("a bracket of its own stays", "10.1016/s0140-6736(05)67177-3", "10.1016/s0140-6736(05)67177-3"),
        ("a bracket of its own at its end stays", "10.1016/0140-6736(91)", "10.1016/0140-6736(91)"),
        ("an old SICI DOI stays whole", SICI, SICI.lower()),
        ("no DOI", "not available", ""),
        ("a number that looks like one", "10.5/12", ""),
    ],
    ids=lambda value: value if isinstance(value, str) and " " in value else None,
)
def test_the_key_of_a_doi_is_the_same_however_it_was_written(why, text, key):
    assert doi_key(text) == key


def test_a_doi_is_taken_out_of_a_link_with_its_capitals():
    assert doi_in("https://doi.org/10.1000/ABC.1") == "10.1000/ABC.1"


def test_an_old_doi_with_angle_brackets_is_not_cut_to_what_its_whole_issue_shares():
    assert doi_in(f"https://doi.org/{SICI}") == SICI
    assert doi_in("https://doi.org/" + SICI.replace("<", "%3C").replace(">", "%3E")) == SICI


def test_a_doi_ends_where_markup_begins():
    assert doi_in('<a href="https://doi.org/10.1000/abc">10.1000/abc</a>') == "10.1000/abc"
    assert doi_in("10.1000/abc</p><p>[2]") == "10.1000/abc"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("PMID: 0012345", "12345"),
        (" 36429570 ", "36429570"),
        ("pmid 7", "7"),
        ("0", ""),
        ("PMC12345", ""),
        ("1234567890", ""),
        ("", ""),
    ],
)
def test_a_pmid_is_one_to_nine_digits_without_leading_zeros(text, key):
    assert pmid_key(text) == key


def test_a_pmcid_with_and_without_letters_is_one():
    assert pmcid_key("PMC3456789") == pmcid_key("3456789") == "pmc3456789"
    assert pmcid_key("see PMC") == ""
