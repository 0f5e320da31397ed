"""The report and its checksums: the claims are counted by verdict, drawings keep their ids apart."""

import hashlib

import pytest
from markupsafe import Markup

from scripts.common.claims.sentences import Codes
from scripts.common.errors import InputError
from scripts.common.report.citing import Workflow
from scripts.common.report.drawings import inline_svg
from scripts.common.report.isolation import isolated
from scripts.common.report.ledger import checks_by_claim, claims_by_group
from scripts.common.report.pairs import link_counts, marked, overlap, side_by_side
from scripts.common.report.phrases import read_translations
from scripts.common.screening.flow import LATE
from scripts.report.write_checksums import main as checksums
from scripts.report.write_report import (
    SIGNS,
    flat,
    labels_of,
    main,
    own_text,
    remarks,
    script_sources,
    voice_of,
    where_it_ended,
)
from tests.paths import REPOSITORY
from tests.settings import settings as review_settings

SVG = (
    '<?xml version="1.0"?>\n<!DOCTYPE svg>\n<svg width="10pt" height="5pt" viewBox="0 0 10 5">'
    "<metadata>made on a day</metadata><style>*{color:red}</style>"
    '<defs><path id="p1"/><clipPath id="c1"/></defs><use href="#p1" clip-path="url(#c1)"/></svg>'
)


def test_links_of_a_drawing_lead_to_what_is_behind_its_marks_on_the_page():
    svg = SVG.replace("<use ", '<a xlink:href="#cell-7-fear" target="_blank"><path d="M0"/></a><use ')
    page = inline_svg(svg, "matrix", "Matrix")
    assert '<a tabindex="-1" xlink:href="#cell-7-fear">' in page
    assert 'href="#matrix-p1"' in page


def test_two_drawings_on_one_page_do_not_share_ids():
    one, two = inline_svg(SVG, "flow", "Flow"), inline_svg(SVG, "years", "Years")
    assert 'id="flow-p1"' in one
    assert 'href="#flow-p1"' in one
    assert "url(#flow-c1)" in one
    assert 'id="years-p1"' in two


def test_a_drawing_brings_no_style_day_or_fixed_size_into_the_page():
    page = inline_svg(SVG, "flow", 'Flow of "records" & reports')
    assert page.startswith("<svg ")
    for foreign in ("<style", "made on a day", ' width="', ' height="', "<?xml", "DOCTYPE"):
        assert foreign not in page
    assert 'viewBox="0 0 10 5"' in page
    assert 'aria-label="Flow of &#34;records&#34; &amp; reports"' in page


def test_the_letters_of_a_drawing_come_with_it_into_the_page():
    faces = "<style>@font-face{font-family:letters-1;src:url(data:font/ttf;base64,AA#x)}</style>"
    page = inline_svg(SVG.replace("</metadata>", f"</metadata>{faces}"), "flow", "Flow")
    assert faces in page
    assert "color:red" not in page


def test_only_the_scripts_of_the_templates_may_run_on_the_page():
    abc = "'sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0='"
    assert (
        script_sources(["<p><script>abc</script>", "<script>{{ script }}</script>"], "abc") == f"{abc} {abc}"
    )
    assert script_sources(["<p>{{ title }}</p>"], "abc") == ""


def test_every_setting_is_shown_by_its_full_name():
    settings = {"review": {"doi": None}, "search": {"end": "2022-08-16", "deep": {"x": 1}}}
    assert list(flat(settings)) == [
        ("review.doi", "not known"),
        ("search.end", "2022-08-16"),
        ("search.deep.x", "1"),
    ]


def test_claims_are_shown_by_origin_and_checks_of_our_copy_apart():
    claims = [
        {"claim_id": name, "origin": origin, "verdict": verdict, "data": '{"published": "4"}'}
        for name, origin, verdict in (
            ("a", "printed", "differs"),
            ("b", "printed", "transcription only"),
            ("c", "derived", "transcription only"),
            ("d", "other_paper", "cannot be checked"),
        )
    ]
    groups = claims_by_group(claims)
    assert {group: [row["claim_id"] for row in rows] for group, rows in groups.items()} == {
        "printed": ["a"],
        "transcription only": ["b"],
        "derived": ["c"],
        "other_paper": ["d"],
    }
    assert groups["printed"][0]["says"] == {"published": "4"}


def test_each_claim_holds_the_checks_of_its_printed_number_and_no_check_is_lost():
    forensics = [
        {"check": check, "claims": claims, "finding_data": f'"{check}"', "place_data": '"p"'}
        for check, claims in (("share", "C1"), ("flow", "C1; C2"), ("part", "flow:duplicates"))
    ]
    found = checks_by_claim(forensics, {"C1", "C2", "C3"})
    assert {name: [row["says"] for row in rows] for name, rows in found["checks"].items()} == {
        "C1": ["share", "flow"],
        "C2": ["flow"],
    }
    assert [row["check"] for row in found["other_checks"]] == ["part"]


def test_where_a_record_ended_is_said_from_its_box_and_that_of_its_twin():
    boxes = {
        "a:1": "duplicates",
        "b:1": "dbr_excluded:wrong_outcome",
        "c:1": f"excluded_automatic:{LATE}",
    }
    ended = {
        name: str(
            where_it_ended(
                str, SIGNS["en"], boxes, {"final_box": box, "twins": "b:1" if name == "a:1" else ""}
            )
        )
        for name, box in boxes.items()
    }
    assert ended == {
        "a:1": "Duplicate records removed (b:1: Reports excluded: wrong outcome)",
        "b:1": "Reports excluded: wrong outcome",
        "c:1": "Records removed by automation: published after the search",
    }


def test_remarks_are_said_one_by_one():
    assert remarks(lambda text: Markup("<i>{}</i>").format(text), "A. | <b>") == "<i>A.</i> <i>&lt;b&gt;</i>"


def test_duplicates_are_counted_by_the_rule_that_linked_them():
    links = [{"rule": rule} for rule in ("title", "doi", "title")]
    assert link_counts(links) == [{"rule": "doi", "links": 1}, {"rule": "title", "links": 2}]


def test_words_that_the_twin_does_not_have_are_marked_signs_and_case_aside():
    assert marked("Blogs of Patients.", "blogs of carers") == "Blogs of <mark>Patients.</mark>"
    assert marked("p<0.05", "x") == "<mark>p&lt;0.05</mark>"


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Social media & health", "Social media &amp; health"),
        ("Naïve 健康 – a “study”", "Naïve 健康 – a “study”"),
        ("a \u202egnp.elif title", "<bdi>a \u202egnp.elif title</bdi>"),
        ("an isolate \u2067 that does not end", "<bdi>an isolate \u2067 that does not end</bdi>"),
        ("בריאות", "<bdi>בריאות</bdi>"),
        ("الصحة <b>2020</b>", "<bdi>الصحة &lt;b&gt;2020&lt;/b&gt;</bdi>"),
        ("a mark \u200f alone", "<bdi>a mark \u200f alone</bdi>"),
        (Markup("<mark>\u202d</mark> word"), "<bdi><mark>\u202d</mark> word</bdi>"),
    ],
)
def test_what_changes_the_direction_of_writing_ends_with_its_text(title, shown):
    assert isolated(title) == shown


def test_a_pair_shows_the_fields_that_one_of_its_records_has(record):
    records = {"a:1": record("a:1", title="Blogs", year="2019"), "b:1": record("b:1", title="Blogs")}
    (pair,) = side_by_side([{"a": "a:1", "b": "b:1", "rule": "title", "why": "alike"}], records)
    assert [field["name"] for field in pair["fields"]] == ["Title", "Year"]
    assert (pair["fields"][1]["a"], pair["fields"][1]["b"]) == ("<mark>2019</mark>", "")


def test_sources_are_counted_alone_and_two_by_two():
    found = overlap([{"sources": "A; B"}, {"sources": "A"}, {"sources": "A; B; C"}])
    assert found["names"] == ["A", "B", "C"]
    assert found["all"] == {"A": 3, "B": 2, "C": 1}
    assert (found["shared"]["A", "B"], found["shared"]["A", "A"], found["shared"]["B", "B"]) == (2, 1, 0)


def test_a_verdict_that_nobody_knows_stops_the_report(tmp_path):
    path = tmp_path / "comparison.csv"
    path.write_text("claim_id,verdict\nC1,nearly\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"comparison\.csv: verdict 'nearly' is unknown"):
        main(
            tables={"comparison": str(path)},
            figures=[],
            written=[],
            archive=None,
            translations=None,
            settings=review_settings(),
            missing_inputs=[],
            snakemake_version="9",
            made_by=Workflow("A workflow", "1", "Its authors"),
            page=str(tmp_path / "index.html"),
            translated=str(tmp_path / "index.zh.html"),
        )


def test_checksums_are_those_of_sha256sum_sorted_by_path_each_file_once(folder):
    (folder / "b.csv").write_bytes(b"abc")
    (folder / "a.csv").write_bytes(b"")
    checksums(results=["b.csv", "a.csv", "b.csv"], checksums="checksums.txt")
    assert (folder / "checksums.txt").read_text(encoding="utf-8") == (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  a.csv\n"
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  b.csv\n"
    )
    assert hashlib.sha256(b"abc").hexdigest().startswith("ba7816bf")


def test_a_text_of_the_review_is_translated_where_the_review_says_how_and_marked_as_english_elsewhere():
    known = {"Studies <included>": "纳入的研究 <数>"}
    assert own_text("zh", known, "Studies <included>") == "纳入的研究 &lt;数&gt;"
    assert own_text("zh", known, "<script>") == '<span lang="en">&lt;script&gt;</span>'
    assert own_text("en", known, "Studies <included>") == "Studies &lt;included&gt;"


@pytest.mark.parametrize(
    ("rows", "message"),
    [("a,\n", "line 2: zh is empty"), ("a,b\na,c\n", "line 3: 'a' appears twice")],
)
def test_a_translation_that_is_empty_or_stands_twice_is_refused(tmp_path, rows, message):
    path = tmp_path / "translations.csv"
    path.write_text(f"en,zh\n{rows}", encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_translations(str(path))


def test_every_translated_text_of_the_shipped_review_is_one_that_it_has():
    config = REPOSITORY / "config"
    names = ("config.yaml", "published.yaml", "inputs.tsv", "inputs/pubmed/archive.json")
    files = [config / name for name in names]
    held = " ".join(" ".join(path.read_text(encoding="utf-8").split()) for path in files)
    texts = read_translations(str(config / "translations.csv"))
    assert [text for text in texts if text not in held] == []


def test_stages_and_decisions_are_said_in_words_but_a_code_keeps_its_label():
    name = Codes(("title_abstract", "exclude"))
    assert voice_of("zh", {}, {}).say(name) == "题名与摘要；排除"
    assert voice_of("en", {}, {}).say(name) == "title and abstract; exclude"
    assert voice_of("en", {}, {"exclude": "Social exclusion"}).say(Codes(("exclude",))) == "Social exclusion"


def test_codes_of_both_trees_and_charted_variables_are_called_by_their_labels():
    tables = {
        "themes": [{"code": "own_time", "label": "In their own time", "label_zh": "自己的时间"}],
        "regrouped": [{"code": "fairness", "label": "Fairness", "label_zh": ""}],
        "charting_counts": [
            {"variable": "study_type", "label": "Type of study", "label_zh": "研究类型"},
            {"variable": "study_type", "label": "Type of study", "label_zh": "研究类型"},
        ],
    }
    assert labels_of("en", tables) == {
        "own_time": "In their own time", "fairness": "Fairness", "study_type": "Type of study",
    }  # fmt: skip
    assert labels_of("zh", tables) == {
        "own_time": "自己的时间", "fairness": "Fairness", "study_type": "研究类型",
    }  # fmt: skip
    assert labels_of("en", {"themes": []}) == {}
