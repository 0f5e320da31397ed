"""A query that PubMed would misread in silence is refused before anything is sent."""

import pytest

from scripts.common.errors import InputError
from scripts.common.search.query_check import check_query
from scripts.search import fetch_window

REFUSED = [
    ('"social media"[tiab] OR (blog*[tiab]', r"the bracket \( does not close"),
    ("(asthma[tiab] OR child*[tiab]))", r"the bracket \) was never opened"),
    ("asthma[tiab OR children[ti]", r"the bracket \[ does not close"),
    ("asthma[tiab", r"the bracket \[ does not close"),
    ("asthma tiab] AND x", r"the bracket \] was never opened"),
    ("(asthma[tiab)]", r"the bracket \) was never opened"),
    ('"social media[tiab] OR blog*[tiab]', "a quote does not close"),
    ("“social media”[tiab]", "curly quote “"),
    ("„Soziale Medien“[tiab]", "curly quote „"),
    ("‘social media’[tiab]", "curly quote ‘"),
    ("(asthma or wheeze).mp.", r"'\.mp\.' is syntax of Ovid"),
    ("asthma.ti,ab.", r"'\.ti,ab\.' is syntax of Ovid"),
    ("asthma.tw", r"syntax of Ovid"),
    ("patient adj3 participation", "'adj3' is syntax of Ovid"),
    ("patient ADJ participation", "'ADJ' is syntax of Ovid"),
    ("exp Asthma/ AND child*", "'exp Asthma/' is syntax of Ovid"),
    ("exp *Social Media/", "syntax of Ovid"),
    ("Asthma/ OR wheeze", "syntax of Ovid"),
    ("random$ AND trial", "syntax of Ovid"),
    ("patient NEAR/3 participation", "Embase or Web of Science"),
    ("asthma:ti,ab AND child", "Embase or Web of Science"),
    ("TITLE-ABS-KEY(asthma)", "syntax of Scopus"),
    ("#1 AND #2", "'#1' refers to a line"),
    ("asthma[tiab] AND #12", "'#12' refers to a line"),
    ("1 and 2", "'1 and 2' refers to a line"),
    ("(3 OR 4) AND asthma", "'3 OR 4' refers to a line"),
    ("or/1-4", "'or/1' refers to a line"),
    ("web*[tiab] AND asthma", r"'web\*' has fewer than 4 letters"),
    ('"qi*"[tiab]', r"'qi\*' has fewer than 4 letters"),
    ("asthma AND *", r"'\*' has fewer than 4 letters"),
]


@pytest.mark.parametrize(("query", "line"), REFUSED, ids=[query for query, _ in REFUSED])
def test_a_query_that_pubmed_would_misread_is_refused_in_one_line(query, line):
    with pytest.raises(InputError, match=f"^search.query: .*{line}") as refused:
        check_query(query)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "query",
    [
        '("social media"[mh] OR "web 2.0"[tiab] OR blog*[tiab]) AND "co-design*"[tiab]',
        '"patient (lay) participation"[tiab] OR "exp. adj3 .mp. #1"[tiab]',
        'Crohn’s[tiab] AND ("2020/01/01"[dp] : "2021/12/31"[dp])',
        "asthma/therapy[mh] AND 2019:2021[dp]",
        '"rationing healthcare"[tiab:~3] AND english[la]',
        '"vitamin d*"[tiab] OR COVID-19[tiab] OR IL-6[tiab] AND/OR',
        "(1918[dp] OR 2009[dp]) AND influenza, human[mh:noexp]",
        'humans[mh] NOT ("Cochrane Database Syst Rev"[ta])',
        "12345678[uid] OR 23456789[uid]",
        "smoking\nAND\ncessation",
    ],
)
def test_a_query_in_pubmeds_own_syntax_passes(query):
    check_query(query)


def test_nothing_is_sent_for_a_query_that_is_refused(monkeypatch):
    monkeypatch.setattr(fetch_window, "Client", lambda url: pytest.fail("PubMed was asked"))
    with pytest.raises(InputError, match="does not close"):
        fetch_window.main(
            window_name="2020-01-01_2020-12-31", query="(asthma", date_field="crdt", endpoint="",
            strict=False, partial="partial", xml="w.xml.gz", receipt="w.json",
        )  # fmt: skip
