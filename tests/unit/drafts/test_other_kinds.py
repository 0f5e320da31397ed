"""Papers of other kinds: a Cochrane review, mixed methods, a protocol, an umbrella review, and a trial."""

import pytest

from scripts.common.files.yaml_files import read_yaml
from scripts.draft import draft as script
from tests.papers import reference, rows_of_studies, table, xref

TWELVE = ", ".join(xref(n) for n in range(1, 13))
COCHRANE = (
    "<sec><title>Methods</title><p>We searched CENTRAL, MEDLINE, Embase and three trials registers to 14"
    " March 2020.</p></sec><sec><title>Results</title><sec><title>Results of the search</title><p>The"
    " searches retrieved 2318 records. After we removed 412 duplicates, we screened 1906 titles and"
    " abstracts and excluded 1851. We assessed 55 full-text reports and excluded 43 with reasons. We"
    " included 12 trials reported in 15 references.</p></sec><sec><title>Included studies</title><p>We"
    f" included 12 trials [{TWELVE}].</p></sec></sec>{table(rows_of_studies(range(1, 13)))}"
)
MIXED = (
    '<sec sec-type="methods"><title>Methods</title><p>Scopus was searched until May 2021.</p></sec>'
    '<sec sec-type="results"><title>Findings</title><p>The search produced 640 records, and 112 duplicates'
    " were discarded. The remaining 528 were screened by title and abstract, of which 470 were rejected."
    " Fifty-eight papers were read in full and 40 of them were excluded. Finally, eighteen studies"
    f"<sup>{xref(1)}–{xref(18)}</sup> were included. Ten studies were quantitative,<sup>{xref(1)}–{xref(10)}"
    f"</sup> six qualitative<sup>{xref(11)}–{xref(16)}</sup> and two used mixed methods.<sup>{xref(17)},"
    f"{xref(18)}</sup></p></sec>"
)
PROTOCOL = (
    "<sec><title>Methods</title><p>We expect that 20 studies will be included. Searches will be run on 30"
    f" June 2022 in MEDLINE and Embase. Bias will be assessed with RoB 2 [{xref(2)}].</p></sec>"
)
UMBRELLA = (
    "<sec><title>Results</title><p>A total of 431 reviews were identified, 88 duplicates were removed and"
    " 343 were screened. We read 37 reviews in full, and 28 were excluded. Nine systematic reviews"
    f" [{xref(5)}–{xref(13)}] met the criteria.</p><p>One review [{xref(5)}] included 7 studies, another"
    f" [{xref(6)}] 10 studies.</p></sec>"
)
TRIAL = (
    "<sec><title>Results</title><p>Of 900 adults, 240 were included. Tea was drunk by 118 of 240 (49.2%)."
    "</p></sec>"
)


@pytest.fixture
def draft(tmp_path):
    """Return a function that drafts a paper, and returns its folder and its list."""

    def run(title, body, kind="review-article"):
        refs = "".join(reference(n) for n in range(1, 20))
        front = f"<title-group><article-title>{title}</article-title></title-group>"
        text = (
            f'<article article-type="{kind}"><front><article-meta>{front}</article-meta></front>'
            f"<body>{body}</body><back><ref-list>{refs}</ref-list></back></article>"
        )
        (tmp_path / "paper.xml").write_text(text, encoding="utf-8")
        to = tmp_path / "review"
        listed = script.draft(tmp_path / "paper.xml", [], str(to), "2026-01-31")
        return to, listed

    return run


def flow(folder):
    rows = (folder / "config/inputs/flow.csv").read_text(encoding="utf-8").splitlines()[1:]
    return {row.split(",")[0]: int(row.split(",")[1]) for row in rows}


def test_a_cochrane_review(draft):
    folder, listed = draft("Water for knees: a review", COCHRANE)
    assert flow(folder) == {
        "database_results": 2318, "duplicates": 412, "records_screened": 1906, "records_excluded": 1851,
        "dbr_assessed": 55, "dbr_excluded": 43, "new_studies": 12,
    }  # fmt: skip
    assert "12 studies, confidence high" in listed
    assert 3 not in [claim["value"] for claim in read_yaml(folder / "config/published.yaml")], "registers"


def test_a_mixed_methods_review(draft):
    folder, _ = draft("Carers and calls: a mixed-methods review", MIXED)
    assert flow(folder) == {
        "database_results": 640, "duplicates": 112, "records_screened": 528, "records_excluded": 470,
        "dbr_assessed": 58, "dbr_excluded": 40, "new_studies": 18,
    }  # fmt: skip
    claims = read_yaml(folder / "config/published.yaml")
    checked = [claim["value"] for claim in claims if claim.get("measure", "").startswith("studies:")]
    assert sorted(checked) == [2, 6, 10]


def test_a_protocol_gives_no_result_and_one_clear_line(draft):
    folder, listed = draft("Texts for sleep: protocol for a systematic review", PROTOCOL)
    assert read_yaml(folder / "config/published.yaml") == []
    assert not (folder / "config/inputs/flow.csv").exists()
    assert "the paper calls itself a protocol" in listed


def test_an_umbrella_review_counts_reviews_and_not_the_studies_in_them(draft):
    folder, listed = draft("Walking: an umbrella review", UMBRELLA)
    assert flow(folder) == {
        "database_results": 431, "duplicates": 88, "records_screened": 343, "dbr_assessed": 37,
        "dbr_excluded": 28, "new_studies": 9,
    }  # fmt: skip
    assert "9 studies, confidence" in listed


def test_a_trial_is_no_review_and_gives_one_clear_line(draft):
    folder, listed = draft("A randomised trial of tea", TRIAL, "research-article")
    assert "neither title nor abstract calls the paper a review" in listed
    assert not (folder / "config/inputs/included.csv").exists()
    assert not (folder / "config/inputs/flow.csv").exists()
