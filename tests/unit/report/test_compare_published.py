"""The table of the comparison: a row per claim, with its evidence, and what would settle what is open."""

import json

import pytest
import yaml

from scripts.common.claims.judging import judge
from scripts.common.claims.sentences import english, from_data, sentence, to_cell
from scripts.common.files.tables import read_table, rows_of, write_table
from scripts.report.compare_published import Inputs, main, missing, missing_inputs, with_forensics
from tests.claims import claim, measured
from tests.codebooks import ONE_CODE

CANNOT = "cannot be checked"
TWO_DAYS = sentence("backwards", low="9", high="7")
MEASURES = (
    "measure,value,bound,unit,file,rows,note,number,of,rests_on,place,note_data,rows_data\n"
    'studies:risks,5,at least,studies,t.csv,r,,,,codings,,,"""r"""\n'
    'categories,1,exact,codes,c,r,,,,the paper,heading 3,,"""r"""\n'
    'unique,90,exact,records,u.csv,r,,,,records,,,"""r"""\n'
    'records,95,exact,records,n.csv,r,,,,records,,,"""r"""\n'
)


def compared(tmp_path, *claims, findings=(), inputs=(), set_aside=(), declared=None):
    """Return the rows of comparison.csv for claims in YAML."""
    (tmp_path / "codebook.yaml").write_text(ONE_CODE, encoding="utf-8")
    shared = "unit: studies, place: abstract, confidence: verified, source: paper, origin: printed"
    lines = [f"- {{{text}, {shared}}}\n" for text in claims]
    (tmp_path / "published.yaml").write_text("".join(lines), encoding="utf-8")
    (tmp_path / "measures.csv").write_text(MEASURES, encoding="utf-8")
    write_table(findings, tmp_path / "forensics.csv", ("outcome", "claims", "finding_data"))
    write_table(set_aside, tmp_path / "set_aside.csv", ("record", "reason"))
    main(
        **{name: str(tmp_path / f"{name}.yaml") for name in ("codebook", "published")},
        **{name: str(tmp_path / f"{name}.csv") for name in ("measures", "forensics", "set_aside")},
        present=[*inputs, ("rulings", "screening")],
        declared=declared or {},
        comparison=str(tmp_path / "comparison.csv"),
    )
    return rows_of(read_table(tmp_path / "comparison.csv"))


MANY = "id: B, statement: many, value: 3, measure: 'studies:risks', comparison: at_least"
DAY = "id: A, statement: day, value: 2022-08-16, needs: the log"
ROOTS = "id: C, statement: roots, value: 4, measure: categories, comparison: equal"


def test_every_claim_gets_a_row_in_the_order_of_the_paper(tmp_path):
    rows = compared(tmp_path, MANY, DAY, ROOTS)
    columns = ("claim_id", "origin", "published", "published_value", "reproduced", "verdict", "rests_on")
    assert [tuple(row[name] for name in columns) for row in rows] == [
        ("B", "printed", "at least 3", "3", "at least 5", "recomputed and equal", "recomputed"),
        ("A", "printed", "2022-08-16", "2022-08-16", "", CANNOT, ""),
        ("C", "printed", "4", "4", "1", "contradictory as printed", "consistent"),
    ]
    assert [(row["measured_in"], row["tolerance"], row["needs"]) for row in rows] == [
        ("t.csv", "0", ""),
        ("", "", "the log"),
        ("c", "0", ""),
    ]


def test_what_a_row_says_is_there_as_data_too(tmp_path):
    for row in compared(tmp_path, MANY, DAY, ROOTS):
        data = json.loads(row["data"])
        assert data.keys() == {"published", "reproduced", "difference", "reason", "place"}
        assert {name: english(from_data(value)) for name, value in data.items()} == {
            name: row[name] for name in data
        }


def test_the_data_of_a_row_are_sorted_and_readable(tmp_path):
    (row,) = compared(tmp_path, "id: A, statement: way, value: 双向, needs: 资料")
    assert row["data"].startswith(
        '{"difference": "", "place": {"phrase": "abstract"}, "published": {"own": "双向"}'
    )


def test_the_log_counts_each_verdict_that_there_is(tmp_path, caplog):
    with caplog.at_level("INFO"):
        compared(tmp_path, MANY, DAY, ROOTS)
    assert "3 claims: 1 recomputed and equal, 1 contradictory as printed, 1 cannot be checked" in caplog.text


def test_a_printed_contradiction_stands_before_the_reason_and_keeps_the_difference(tmp_path):
    found = [
        {"outcome": "inconsistent", "claims": "A; C", "finding_data": to_cell(TWO_DAYS)},
        {"outcome": "consistent", "claims": "B", "finding_data": to_cell(sentence("other_words"))},
    ]
    rows = compared(tmp_path, MANY, DAY, ROOTS, findings=found)
    assert [row["verdict"] for row in rows] == ["recomputed and equal", *["contradictory as printed"] * 2]
    assert rows[2]["reason"].startswith(
        "9 to 7 runs backwards. Our number, from c (r), is not the printed one"
    )
    assert rows[2]["difference"] == "-3"
    assert [row["forensics"] for row in rows] == ["", "9 to 7 runs backwards.", "9 to 7 runs backwards."]


def test_a_claim_without_its_input_cannot_be_checked_and_never_differs(tmp_path):
    rests = f"{ROOTS}, inputs: [ovid, pubmed]"
    there = [("database", "ovid"), ("search", "pubmed")]
    assert compared(tmp_path, rests, inputs=there)[0]["verdict"] == "contradictory as printed"
    for left in (there[:1], there[1:], []):
        (row,) = compared(tmp_path, rests, inputs=left)
        assert (row["verdict"], row["reproduced"]) == (CANNOT, "")
        assert row["needs"].startswith("the input ")


UNIQUE = "id: U, statement: unique, value: 100, measure: unique, comparison: equal"
OVID = [("database", "ovid")]
WHOLE = {"database": ["ovid"]}
MORE = {"database": ["ovid", "embase"]}
GONE = [{"record": "embase:7", "reason": "no record has this name"}]


@pytest.mark.parametrize(
    ("known", "verdict", "reason"),
    [
        ({"declared": WHOLE}, "differs", "Our number, from u.csv (r)"),
        ({}, CANNOT, "one that is missing could be why. Needs the list of all inputs in config/config.yaml"),
        ({"declared": MORE}, CANNOT, "Needs the input embase: its file in config/inputs"),
        ({"set_aside": GONE}, CANNOT, "Needs the input embase: its file in config/inputs"),
        ({"declared": {"database": ["ovid"], "coding": ["ann"]}}, "differs", "Our number, from u.csv (r)"),
        (
            {"declared": WHOLE | {"rulings": ["screening", "duplicates"]}},
            CANNOT,
            "Needs the input duplicates:",
        ),
        (
            {"declared": WHOLE | {"rulings": ["screening", "adjudication"]}},
            "differs",
            "Our number, from u.csv (r)",
        ),
    ],
    ids=[
        "all are there",
        "nobody says that all are there",
        "one is declared",
        "a decision names one",
        "one of another kind",
        "verdicts on duplicates",
        "adjudications of codes",
    ],
)
def test_a_count_differs_only_if_no_input_behind_it_is_known_to_be_missing(tmp_path, known, verdict, reason):
    (row,) = compared(tmp_path, UNIQUE, inputs=OVID, **known)
    assert row["verdict"] == verdict
    assert reason in row["reason"]


def test_without_a_list_of_inputs_a_difference_is_shown_and_the_list_to_add_is_named(tmp_path):
    inputs = [*OVID, ("coding", "ann"), ("coding", "bob")]
    for value in ("100", "80"):  # a missing file can make a number smaller or larger
        (row,) = compared(tmp_path, UNIQUE.replace("100", value), inputs=inputs)
        assert (row["verdict"], row["rests_on"], row["reproduced"]) == (CANNOT, "", "90")
        assert row["difference"] == f"{90 - int(value):+}"
        setting = "inputs: {database: [ovid], coding: [ann, bob], rulings: [screening]}"
        assert row["needs"].endswith(f"if none is: {setting}")
        (judged,) = compared(tmp_path, UNIQUE.replace("100", value), inputs=inputs, **yaml_of(setting))
        assert judged["verdict"] == "differs"


def yaml_of(setting):
    return {"declared": yaml.safe_load(setting)["inputs"]}


def test_a_number_that_our_data_meet_exactly_stays_equal_beside_a_finding():
    result = judge(claim(61), measured("61"))
    assert with_forensics(result, [TWO_DAYS]) == result
    for value in ("60", "70"):
        result = judge(claim(61, tolerance=1.0), measured(value))
        assert with_forensics(result, [TWO_DAYS]).verdict == "contradictory as printed"
        assert with_forensics(result, []) == result


def test_a_claim_that_rests_on_a_missing_input_says_what_settles_it():
    rests = claim(61, inputs=("ovid", "ann"))
    assert missing_inputs(rests, {}, Inputs(frozenset(("ovid", "ann", "pubmed")), [])) is None
    result = missing_inputs(rests, {}, Inputs(frozenset(("pubmed", "ann")), []))
    assert result.verdict == CANNOT
    settled = missing(result, measured("8"))
    assert settled["needs"].startswith("the input ovid: its file in config/inputs")
    assert settled["command"] == "snakemake --cores all results/report/comparison.csv"
    assert missing(judge(claim(1), measured("1")), measured("1")) == {"needs": "", "command": ""}


def test_what_is_open_names_what_it_needs_and_the_command():
    open_list = measured("40", "at least")
    settled = missing(judge(claim(61), open_list), open_list)
    assert (settled["needs"], settled["command"][:9]) == ("the whole list", "snakemake")
    nothing = claim(61, needs="a log")
    assert missing(judge(nothing, None), None)["command"].startswith("none yet: with this at hand")
