"""Exports of other tools for screening, as their documentation shows them: votes counted by hand.

Each table is refused first, with a map to start from: the one that we ship for the tool, where there is one.
"""

import pytest
import yaml

from scripts.common.errors import InputError
from scripts.common.files.maps import resolved_maps
from scripts.common.review.inputs import Input
from scripts.common.screening.sheets import read_decisions
from scripts.common.screening.stages import plans

TI, FT = "title_abstract", "full_text"
TABLES = {
    "DistillerSR": (
        "Refid,User,Level,Date Submitted,Title,Author,Is this study eligible?\n"
        "1,ann,1,2024-01-02,A,Roe,Include\n1,bob,1,2024-01-02,A,Roe,Exclude\n2,ann,1,2024-01-02,B,Roe,Exclude\n",
        "tool:distillersr",
        {"values": {"stage": {"1": TI}}},
        [("1", TI, "ann", "include"), ("1", TI, "bob", "exclude"), ("2", TI, "ann", "exclude")],
    ),
    "EPPI-Reviewer": (
        "ItemId,Title,Authors,Year,I/E/D/S flag,Screen on Title & Abstract\n"
        "1,A,Roe,2019,(I) Included,INCLUDE on title & abstract\n"
        "2,B,Roe,2019,(E) Excluded,EXCLUDE on population\n"
        "3,C,Roe,2019,(D) Deleted,\n",
        "tool:eppi-reviewer",
        {"set": {"stage": TI, "reviewer": "the team"}},
        [("A", TI, "the team", "include"), ("B", TI, "the team", "exclude")],
    ),
    "Colandr": (
        "study_id,citation_title,citation_authors,citation_pub_year,citation_screening_status,"
        "fulltext_screening_status,fulltext_exclude_reasons\n"
        "1,A,Roe,2019,included,excluded,wrong design\n2,B,Roe,2019,excluded,not_screened,\n"
        "3,C,Roe,2019,conflict,not_screened,\n",
        "tool:colandr",
        {},
        [
            ("A", FT, "the team", "exclude"), ("A", TI, "the team", "include"),
            ("B", TI, "the team", "exclude"),
        ],
    ),
    "metagear": (
        "STUDY_ID,TITLE,REVIEWERS,INCLUDE\n1,A,Ann,YES\n2,B,Ann,NO\n3,C,Bob,not vetted\n4,D,Bob,MAYBE\n",
        "tool:metagear",
        {"set": {"stage": TI}},
        [("A", TI, "Ann", "include"), ("B", TI, "Ann", "exclude"), ("D", TI, "Bob", "maybe")],
    ),
    "SysRev, answers by user": (
        "Article ID,User ID,User Name,Resolve,Title,Include\n11,1,ann,false,A,true\n11,2,bob,false,A,false\n"
        "12,1,ann,false,B,false\n",
        "",
        {"set": {"stage": TI}},
        [("11", TI, "ann", "include"), ("11", TI, "bob", "exclude"), ("12", TI, "ann", "exclude")],
    ),
    "CADIMA": (
        "Title;Reviewer 1: Decision;Reviewer 2: Decision;Final decision\nA;yes;no;yes\nB;no;no;no\n",
        "",
        {"set": {"stage": TI}},
        [
            ("A", TI, "Reviewer 1: Decision", "include"), ("A", TI, "Reviewer 2: Decision", "exclude"),
            ("A", TI, "consensus", "include"), ("B", TI, "Reviewer 1: Decision", "exclude"),
            ("B", TI, "Reviewer 2: Decision", "exclude"), ("B", TI, "consensus", "exclude"),
        ],
    ),
}  # fmt: skip


def votes(path, words):
    (plan,) = plans([Input("t", str(path), "decisions", *[""] * 6)], resolved_maps({"t": words}, ["t"]))
    return sorted((v.record or v.title, v.stage, v.reviewer, v.decision) for v in read_decisions(plan).votes)


@pytest.mark.parametrize("tool", TABLES)
def test_an_export_is_refused_with_a_map_that_gives_its_votes(tmp_path, tool):
    text, like, said, expected = TABLES[tool]
    path = tmp_path / "t.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="Columns seen: ") as stopped:
        votes(path, {})
    message = str(stopped.value)
    words = yaml.safe_load(message[message.index("\nsheets:\n") :])["sheets"]["t"]
    assert words.get("like", "") == like
    for key, given in said.items():
        words[key] = {**words[key], **given}
    assert "'?'" not in str(words)
    assert votes(path, words) == sorted(expected)


KNOWN = {
    "Covidence, a list of excluded reports": (
        "Title,Authors,Published Year,Journal,DOI,Covidence #,Study,Notes,Tags\n"
        'A,"Roe, A",2019,J,10.5555/a,#34,Roe 2019,Exclusion reason: Wrong population; Ann (2024-01-01),\n'
        'B,"Roe, B",2018,J,10.5555/b,#35,Roe 2018,,\n',
        {"set": {"stage": FT, "decision": "exclude"}},
        [
            ("10.5555/a", "Covidence", "exclude", "Wrong population"),
            ("10.5555/b", "Covidence", "exclude", "no reason given"),
        ],
    ),
    "Rayyan": (
        "key,title,year,authors,notes,doi\n"
        'rayyan-1,A,2019,Roe,"RAYYAN-INCLUSION: {""Ann""=>""Included"", ""Bob""=>""Excluded""}'
        ' | RAYYAN-EXCLUSION-REASONS: wrong population",10.5555/a\n'
        'rayyan-2,B,2019,Roe,"RAYYAN-INCLUSION: {""Ann""=>""Maybe""}",10.5555/b\n'
        "rayyan-3,C,2019,Roe,,10.5555/c\n",
        {"set": {"stage": TI}},
        [
            ("10.5555/a", "Ann", "include", ""), ("10.5555/a", "Bob", "exclude", "wrong population"),
            ("10.5555/b", "Ann", "maybe", ""),
        ],
    ),
    "ASReview": (
        "title,doi,included,asreview_ranking,asreview_label,asreview_time,asreview_prior\n"
        "A,10.5555/a,1,1,1,,1\nB,10.5555/b,,2,0,2024-01-01 10:00:00,\nC,10.5555/c,,3,1,2024-01-02 10:00:00,\n"
        "D,10.5555/d,,4,,,\n",
        {"set": {"stage": TI, "reviewer": "Ann"}},
        [("10.5555/b", "Ann", "exclude", ""), ("10.5555/c", "Ann", "include", "")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("tool", KNOWN)
def test_an_export_of_a_known_tool_gives_its_votes_at_once(tmp_path, tool):
    text, words, expected = KNOWN[tool]
    path = tmp_path / "t.csv"
    path.write_text(text, encoding="utf-8")
    (plan,) = plans([Input("t", str(path), "decisions", *[""] * 6)], {"t": words})
    found = read_decisions(plan).votes
    assert sorted((v.doi, v.reviewer, v.decision, v.reason) for v in found) == expected
