"""The table of the comparison: a row per claim, with its evidence, and what would settle what is open."""

import json

from scripts.common.claims.judging import judge
from scripts.common.claims.sentences import english, from_data, sentence, to_cell
from scripts.common.files.tables import read_table, rows_of, write_table
from scripts.report.compare_published import main, missing, missing_inputs, with_forensics
from tests.claims import claim, measured
from tests.codebooks import ONE_CODE

CANNOT = "cannot be checked"
TWO_DAYS = sentence("backwards", low="9", high="7")
MEASURES = (
    "measure,value,bound,unit,file,rows,note,number,of,rests_on,place,note_data,rows_data\n"
    'studies:risks,5,at least,studies,t.csv,r,,,,codings,,,"""r"""\n'
    'categories,1,exact,codes,c,r,,,,the paper,heading 3,,"""r"""\n'
)


def compared(tmp_path, *claims, findings=(), inputs=()):
    """Return the rows of comparison.csv for claims in YAML."""
    (tmp_path / "codebook.yaml").write_text(ONE_CODE, encoding="utf-8")
    shared = "unit: studies, place: abstract, confidence: verified, source: paper, origin: printed"
    lines = [f"- {{{text}, {shared}}}\n" for text in claims]
    (tmp_path / "published.yaml").write_text("".join(lines), encoding="utf-8")
    (tmp_path / "measures.csv").write_text(MEASURES, encoding="utf-8")
    write_table(findings, tmp_path / "forensics.csv", ("outcome", "claims", "finding_data"))
    write_table(inputs, tmp_path / "checked.csv", ("path", "kind"))
    main(
        **{name: str(tmp_path / f"{name}.yaml") for name in ("codebook", "published")},
        **{name: str(tmp_path / f"{name}.csv") for name in ("measures", "forensics", "checked")},
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


def test_the_log_counts_each_verdict(tmp_path, caplog):
    with caplog.at_level("INFO"):
        compared(tmp_path, MANY, DAY, ROOTS)
    assert "cannot be checked: 1 of 3 claims" in caplog.text
    assert "differs: 0 of 3 claims" in caplog.text


def test_a_printed_contradiction_stands_before_the_reason_and_keeps_the_difference(tmp_path):
    found = [
        {"outcome": "inconsistent", "claims": "A; C", "finding_data": to_cell(TWO_DAYS)},
        {"outcome": "consistent", "claims": "B", "finding_data": to_cell(sentence("other_words"))},
    ]
    rows = compared(tmp_path, MANY, DAY, ROOTS, findings=found)
    assert [row["verdict"] for row in rows] == ["recomputed and equal", *["contradictory as printed"] * 2]
    assert rows[2]["reason"].startswith("9 to 7 runs backwards. Measured in c (r).")
    assert rows[2]["difference"] == "-3"
    assert [row["forensics"] for row in rows] == ["", "9 to 7 runs backwards.", "9 to 7 runs backwards."]


def test_a_claim_without_its_input_cannot_be_checked_and_never_differs(tmp_path):
    rests = f"{ROOTS}, inputs: [ovid, pubmed]"
    there = [
        {"path": "config/inputs/ovid.ris", "kind": "database"},
        {"path": "a/archive.json", "kind": "search"},
    ]
    assert compared(tmp_path, rests, inputs=there)[0]["verdict"] == "contradictory as printed"
    for left in (there[:1], there[1:], []):
        (row,) = compared(tmp_path, rests, inputs=left)
        assert (row["verdict"], row["reproduced"]) == (CANNOT, "")
        assert row["needs"].startswith("the input ")


def test_a_number_that_our_data_meet_exactly_stays_equal_beside_a_finding():
    result = judge(claim(61), measured("61"))
    assert with_forensics(result, [TWO_DAYS]) == result
    for value in ("60", "70"):
        result = judge(claim(61, tolerance=1.0), measured(value))
        assert with_forensics(result, [TWO_DAYS]).verdict == "contradictory as printed"
        assert with_forensics(result, []) == result


def test_a_claim_that_rests_on_a_missing_input_says_what_settles_it():
    rests = claim(61, inputs=("ovid", "ann"))
    assert missing_inputs(rests, {"ovid", "ann", "pubmed"}) is None
    result = missing_inputs(rests, {"pubmed", "ann"})
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
