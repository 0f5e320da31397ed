"""The committee: what its members rank, put together beside the evidence."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.coding import rank_findings
from scripts.common.coding.model import Plan
from scripts.common.coding.ranking import Ranking, borda, kendall_w, midranks, read_rankings
from scripts.common.errors import InputError
from scripts.common.files.tables import read_table, rows_of
from scripts.figures import plot_priority
from tests.codebooks import BOOK, CODES
from tests.drawings import FORMATS


def test_borda_counts_the_findings_ranked_below_ties_share_and_unranked_ones_are_last():
    rankings = [
        Ranking("a", "x", {"speed": 1, "reach": 2, "risks": 3}),
        Ranking("b", "x", {"speed": 2, "reach": 2, "risks": 1}),
        Ranking("c", "y", {"reach": 1}),
    ]
    ranks = midranks(rankings, ["speed", "reach", "risks"])
    assert ranks.tolist() == [[1, 2, 3], [2.5, 2.5, 1], [2.5, 1, 2.5]]
    assert borda(ranks).tolist() == [2 + 0.5 + 0.5, 1 + 0.5 + 2, 0 + 2 + 0.5]


@pytest.mark.parametrize(
    ("ranks", "w"),
    [
        ([[1, 2, 3, 4], [1, 2, 3, 4], [1, 2, 3, 4]], 1.0),
        ([[1, 2], [2, 1]], 0.0),
        # three judges, six applicants (Siegel and Castellan 1988, table 9.9): 0.162
        ([[1, 6, 3, 2, 5, 4], [1, 5, 6, 4, 2, 3], [6, 3, 2, 5, 4, 1]], 0.162),
        # two judges with a tie each, by hand: rank sums 2.5, 4, 5.5; each tie of two takes 6 off
        (
            [[1.5, 1.5, 3], [1, 2.5, 2.5]],
            (12 * ((2.5 - 4) ** 2 + (4 - 4) ** 2 + (5.5 - 4) ** 2)) / (4 * 24 - 2 * 12),
        ),
    ],
)
def test_kendall_s_w(ranks, w):
    assert kendall_w(np.array(ranks, dtype=float)) == pytest.approx(w, abs=5e-4)


def test_w_is_undefined_for_one_member_one_finding_or_ties_alone():
    for ranks in ([[1, 2, 3]], [[1], [1]], [[2, 2, 2], [2, 2, 2]]):
        assert np.isnan(kendall_w(np.array(ranks, dtype=float)))


@given(st.lists(st.permutations([1, 2, 3, 4, 5]), min_size=2, max_size=8), st.randoms(use_true_random=False))
def test_w_lies_between_0_and_1_whatever_the_order_of_members_and_findings(rows, random):
    ranks = np.array(rows, dtype=float)
    w = kendall_w(ranks)
    assert -1e-12 <= w <= 1 + 1e-12
    other = ranks[random.sample(range(len(ranks)), len(ranks))][:, random.sample(range(5), 5)]
    assert kendall_w(other) == pytest.approx(w)


def sheet(path, **words):
    return Plan("ranking", path, "", "", words=words)


def test_rankings_of_consumers_and_providers_beside_the_evidence(folder):
    Path("config/codebook.yaml").write_text(BOOK, encoding="utf-8")
    Path("ranking.csv").write_text(
        "member,group,Speed,reach,Trust\nA,consumers,1,2,3\nB,consumers,1,2,3\nC,consumers,1,3,2\n"
        "D,providers,3,1,\nE,providers,2,1,\n",
        encoding="utf-8",
    )
    Path("themes.csv").write_text(
        "code,label,studies,percent,bound\nspeed,Speed,11,18.0,exact\nreach,Reach,4,6.6,at least\n",
        encoding="utf-8",
    )
    rank_findings.main(
        sheets=[sheet("ranking.csv")],
        codebook="config/codebook.yaml",
        themes_csv="themes.csv",
        resample=(500, 1, 0.95),
        priority_csv="priority.csv",
        concordance_csv="concordance.csv",
    )
    rows = rows_of(read_table("priority.csv"))
    assert [(r["group"], r["finding"], r["borda"], r["place"]) for r in rows] == [
        ("all", "speed", "8", "1"),
        ("all", "reach", "6", "2"),
        ("all", "Trust", "1", "3"),
        ("consumers", "speed", "6", "1"),
        ("consumers", "reach", "2", "2"),
        ("consumers", "Trust", "1", "3"),
        ("providers", "reach", "4", "1"),
        ("providers", "speed", "2", "2"),
        ("providers", "Trust", "0", "3"),
    ]
    assert [(r["studies"], r["bound"]) for r in rows[:3]] == [("11", "exact"), ("4", "at least"), ("", "")]
    agree = {r["group"]: r for r in rows_of(read_table("concordance.csv"))}
    assert agree["consumers"]["w"] == "0.778"
    assert agree["providers"]["w"] == "1.000"
    assert agree["providers"]["ci_low"] == ""
    assert (
        0 <= float(agree["all"]["ci_low"]) <= float(agree["all"]["w"]) <= float(agree["all"]["ci_high"]) <= 1
    )
    plot_priority.main(
        priority="priority.csv",
        language="en",
        paths={end: f"p.{end}" for end in FORMATS} | {"table": "p.csv"},
    )
    assert read_table("p.csv")["finding"].nunique() == 3


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("group,speed\nx,1\n", r"r\.csv line 1: no table says who ranked what.*Columns seen: group, speed"),
        ("member,speed\n,1\n", r"line 2, column speed: the member is empty"),
        ("member,speed\nA,first\n", r"line 2, column speed: rank 'first' is no number from 1"),
        ("member,speed\nA,1\nA,2\n", r"line 3, column speed: A ranks speed twice"),
        ("member,group,speed\nA,x,1\nA,y,1\n", r"line 3, column speed: A is of two groups \(x, y\)"),
    ],
)
def test_a_wrong_ranking_is_named(folder, text, message):
    Path("r.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_rankings([sheet("r.csv")], CODES)


def test_all_wrong_ranks_of_all_sheets_are_named_in_one_run(folder):
    Path("a.csv").write_text("member,speed,reach\nA,first,0\nB,1,2\n", encoding="utf-8")
    Path("b.csv").write_text("member,finding,rank\nC,speed,1\n,speed,2\n", encoding="utf-8")
    with pytest.raises(InputError) as stopped:
        read_rankings([sheet("a.csv"), sheet("b.csv")], CODES)
    assert [message.split(":")[0] for message in stopped.value.args] == [
        "a.csv line 2, column speed", "a.csv line 2, column reach", "b.csv line 3",
    ]  # fmt: skip


def test_a_long_ranking_sheet_says_the_same_as_a_wide_one(folder):
    Path("w.csv").write_text("member,group,speed,reach\nA,x,1,2\nB,x,2,\n", encoding="utf-8")
    Path("l.csv").write_text(
        "member,group,finding,rank\nA,x,Speed,1\nA,x,reach,2\nB,x,speed,2\n", encoding="utf-8"
    )
    assert read_rankings([sheet("w.csv")], CODES) == read_rankings([sheet("l.csv")], CODES)
