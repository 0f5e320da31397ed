"""The gallery shows every printed number of every review with its verdict, and counts what people wrote."""

from pathlib import Path

import pytest

from reviews.gallery import BEGIN, END, Review, overview, read_review, section, table, with_table
from reviews.picture import draw
from scripts.common.claims.judging import VERDICTS
from scripts.common.errors import InputError
from scripts.common.figures.verdicts import COLOURS, SHAPES
from scripts.common.files.tables import write_table

EQUAL, DIFFERS, CANNOT = "recomputed and equal", "differs", "cannot be checked"


def claim(name: str, verdict: str, **cells: str) -> dict[str, str]:
    usual = {
        "claim_id": name,
        "statement": "Records",
        "place": "figure 1",
        "published": "12",
        "origin": "printed",
    }
    return {**usual, "reproduced": "12", "verdict": verdict, "reason": "Counted.", **cells}


def review(folder: str = "a2020", *claims: dict[str, str]) -> Review:
    source = ("https://github.com/a/b/tree/0123", "0123", "none stated")
    asked = {"claim_id": "A2", "statement": "Records", "because": "1 record (a:1).", "question": "Why 12?"}
    about = ("A et al. 2020", "A B. J 2020", "10.5555/x")
    return Review(folder, *about, (source,), claims, (asked,), {"claims": 2})


def test_every_printed_number_has_a_row_with_its_verdict_and_reason():
    lines = section(
        review("a2020", claim("A1", EQUAL), claim("A2", DIFFERS, reproduced="11", reason="a | <b>"))
    )
    rows = [line for line in lines if line.startswith("| A")]
    assert rows == [
        "| A1 Records | figure 1 | 12 | 12 | recomputed and equal | Counted. |",
        "| A2 Records | figure 1 | 12 | 11 | differs | a \\| &lt;b&gt; |",
    ]
    text = "\n".join(lines)
    assert "<summary>A2 Records. Why 12?</summary><p>1 record (a:1).</p>" in text
    assert "- Data: https://github.com/a/b/tree/0123, licence: none stated" in text
    assert "[doi:10.5555/x](https://doi.org/10.5555/x)" in text


def test_the_table_counts_each_verdict_that_occurs_and_sums_them_up():
    first = review("a2020", claim("A1", EQUAL), claim("A2", DIFFERS))
    second = review("b2021", claim("B1", EQUAL))
    head, _, *rows = table([first, second], "docs/gallery.md")
    assert head == "| review | printed numbers | recomputed and equal | differs |"
    assert rows == [
        "| [A et al. 2020](docs/gallery.md#a2020) | 2 | 1 | 1 |",
        "| [A et al. 2020](docs/gallery.md#b2021) | 1 | 1 | 0 |",
        "| together | 3 | 2 | 1 |",
    ]


def test_only_what_is_between_the_marks_of_the_readme_is_written():
    readme = f"# Title\n\n{BEGIN}old\n{END}\nmore\n"
    written = with_table(readme, [review("a2020", claim("A1", EQUAL))])
    assert written.startswith(f"# Title\n\n{BEGIN}| review |")
    assert written.endswith(f"{END}\nmore\n")
    assert with_table(written, [review("a2020", claim("A1", EQUAL))]) == written
    with pytest.raises(InputError, match="the marks of the gallery are missing"):
        with_table("# Title\n", [])


def test_the_overview_leads_to_the_page_of_each_review():
    text = overview([review("a2020", claim("A1", EQUAL), claim("A2", DIFFERS)), review("b2021")])
    assert '<a href="a2020/results/report/index.html">A et al. 2020</a>' in text
    assert '<a href="b2021/results/report/index.html">' in text
    assert "2 printed numbers: 1 recomputed and equal, 1 differs" in text


def write_review(folder: Path) -> None:
    files = {
        "config.yaml": "# why\nreview:\n  name: A et al. 2020\n  citation: A B. J 2020\n\n  doi: null\n",
        "published.yaml": "- {id: A1}\n- {id: A2}\n",
        "codebook.yaml": "# none\n",
        "inputs.tsv": "path\tkind\tsource\tplatform\tdate\tlicence\tsha256\tprovenance\turl\n"
        "config/inputs/a.csv\tdecisions\tus\t-\t2020-01-01\tMIT\t\tx\thttps://zenodo.org/records/1\n",
        "inputs/a.csv": "data\nthat\nnobody\nhere\nwrote\n",
        "decisions/screening.csv": "record,final\n1,include\n",
    }
    for name, text in files.items():
        path = folder / "config" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def test_lines_written_by_hand_are_counted_without_comments_and_data(tmp_path):
    write_review(tmp_path)
    rows = [claim("A1", EQUAL), claim("A2", DIFFERS, origin="derived")]
    (tmp_path / "results/report").mkdir(parents=True)
    write_table(rows, tmp_path / "results/report/comparison.csv", list(rows[0]))
    asked = ("claim_id", "statement", "because", "question")
    write_table([], tmp_path / "results/report/questions.csv", asked)
    found = read_review(tmp_path)
    assert found.lines == {
        "settings and maps": 4,
        "codebook and variables": 0,
        "list of inputs": 2,
        "decisions": 2,
        "claims": 2,
    }
    assert found.printed == [EQUAL]
    assert "| A2 Records (not printed: follows from what is) |" in "\n".join(section(found))
    assert found.sources == (("https://zenodo.org/records/1", "", "MIT"),)


def test_a_review_that_was_not_run_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr("reviews.gallery.REPOSITORY", tmp_path)
    write_review(tmp_path / "reviews/a2020")
    with pytest.raises(InputError, match=r"a2020/results/report/comparison\.csv: .* Run: make gallery"):
        read_review(tmp_path / "reviews/a2020")


def test_verdicts_differ_by_colour_and_by_shape():
    assert set(COLOURS) == set(SHAPES) == set(VERDICTS)
    assert len(set(COLOURS.values())) == len(set(SHAPES.values())) == len(VERDICTS)


def test_the_picture_has_a_mark_for_each_printed_number_and_each_verdict_of_the_legend():
    verdicts = [EQUAL] * 40 + [DIFFERS, CANNOT]
    (axes,) = draw([("A et al. 2020", verdicts), ("B 2021", [EQUAL])]).axes
    marks = [line for line in axes.lines if line.get_linestyle() == "None"]
    assert len(marks) == 43 + 3
    places = {(line.get_xdata()[0], line.get_ydata()[0]) for line in marks}
    assert len(places) == len(marks)
    low, high = axes.get_ylim()
    assert all(low < y < high for _, y in places)
