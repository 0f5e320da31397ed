"""Notices, protocols and versions are recognised by what the record says."""

import pytest

from scripts.common.duplicates.kinds import doi_of_work, is_protocol, notice_of
from scripts.common.duplicates.titles import bare_title
from scripts.common.values.words import fold


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
def test_notices_are_recognised(title, notice):
    assert notice_of(fold(bare_title(title)), title, "") == notice


def test_a_protocol_is_one_by_its_title_or_type():
    assert is_protocol("blogs of patients study protocol", "")
    assert is_protocol("blogs of patients", "protocol")
    assert not is_protocol("a protocol driven clinic", "")


def test_a_version_is_no_part_of_the_doi_of_a_work():
    assert doi_of_work("10.1002/14651858.cd007231.pub3") == "10.1002/14651858.cd007231"
    assert doi_of_work("10.21203/rs.3.rs-12345/v2") == "10.21203/rs.3.rs-12345"
    assert doi_of_work("10.1000/abc.12") == "10.1000/abc.12"
