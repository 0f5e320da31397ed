"""Authors are compared by family name, in whichever way their list is written."""

import pytest

from scripts.common.duplicates.names import author_keys


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
        ("J Mather, A Rodriguez", ["mather", "rodriguez"]),
        ("Arce P, et al.", ["arce"]),
        ("Arce P, Bustos R, et al", ["arce", "bustos"]),
        ("Arce, P. and others", ["arce"]),
        ("Al-Ghamdi, S; Brothers, A", ["alghamdi", "brothers"]),
        ("Anonymous", []),
        ("[No authors listed]", []),
        ("", []),
    ],
)
def test_authors_are_known_by_family_name_however_the_list_is_written(written, families):
    assert author_keys(written)[0] == families


@pytest.mark.parametrize(
    ("written", "initials"),
    [
        ("Wang, Lei; Li, Yan; Zhao, Min", "ly"),
        ("Lei Wang and Yan Li", "ly"),
        ("Wang L, Li Y", "ly"),
        ("van der Berg, Jan; Wright Jr., T C", "jt"),
        ("Wang, Lei; Registry of Burns", "lr"),
        ("Wang, Lei", ""),  # one alone may be known by the second name
        ("Wang; Li, Yan", ""),
        ("", ""),
    ],
)
def test_the_initials_of_the_first_two_authors_are_read_however_the_list_is_written(written, initials):
    assert author_keys(written)[2] == initials
