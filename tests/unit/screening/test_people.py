"""One person is one reviewer, however the name is written; addresses are in no result."""

import pytest

from scripts.common.screening.people import one_spelling, pseudonyms


@pytest.mark.parametrize(
    ("names", "kept"),
    [
        (["Ann", "Bob", "Ann"], {}),
        (["ann", "Ann", "Ann"], {"ann": "Ann"}),
        (["ann", "Ann"], {"ann": "Ann"}),  # as often: capitals come first
        (["Ann  Bee", "Ann\u00a0Bee"], {"Ann  Bee": "Ann Bee", "Ann\u00a0Bee": "Ann Bee"}),
        (["Ann@example.org", "ann@example.org"], {"ann@example.org": "Ann@example.org"}),
        (["An", "Ann"], {}),
    ],
)
def test_names_that_differ_in_capitals_or_blanks_alone_are_one_person(names, kept):
    assert one_spelling(names) == kept
    assert one_spelling(names[::-1]) == kept


def test_addresses_of_people_become_pseudonyms_in_the_order_of_their_appearance():
    names = ["bob@example.org", "ann", "ann@example.org", "bob@example.org", "reviewer 1"]
    assert pseudonyms(names) == {"bob@example.org": "reviewer 2", "ann@example.org": "reviewer 3"}
