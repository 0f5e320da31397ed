"""Words are compared without what is only a way of writing them."""

import pytest

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
def test_signs_markup_and_accents_make_no_other_title(written, folded):
    assert fold(written) == folded
