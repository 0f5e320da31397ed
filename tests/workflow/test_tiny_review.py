"""A review of eighteen records, from the search to the claims, against numbers that were counted by hand."""

import csv
import html
import re
import subprocess
import zipfile
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts.common.review.parts import TABLES
from tests.workflow.mounts import IS_ROOT, read_only
from tests.workflow.running import (
    ask,
    command,
    edit,
    environment_of,
    groups_fit,
    planned,
    rows,
    run_program,
    seal,
    snakemake,
)
from tests.workflow.tiny_review import PROMISED, PUBMED, TINY, TRUTH, digests, read_window, write_window

CONFIG = "config/config.yaml"
LAST = "2021-01-01_2021-12-31"
WRITTEN = {
    "write_checklists": 1,
    "write_workbook": 1,
    "write_report": 1,
    "write_crate": 1,
    "write_checksums": 1,
}
VERDICTS = {"compare_published": 1, "ask_authors": 1, "measure_fragility": 1, "plot_claims": 1, **WRITTEN}
REPORT = {"measure_results": 1, **VERDICTS}
CODING_FIGURES = {"plot_themes": 1, "plot_matrix": 1, "plot_cooccurrence": 1, "plot_agreement": 1}
FIGURES = {"plot_flow": 1, "plot_years": 1, "plot_overlap": 1, **CODING_FIGURES}
SCREENING = {
    "merge_decisions": 1, "measure_screening": 1, "apply_eligibility": 1, "match_included": 1,
    "explain_search": 1, "count_flow": 1, "list_to_screen": 1, "write_passports": 1,
}  # fmt: skip
UNIQUE = {"keep_unique": 1, "write_spreadsheet": 1}
RECORDS = {"collect_records": 1, "deduplicate": 1, **UNIQUE}
TO_THE_END = {**SCREENING, "count_themes": 1, "export_coding": 1, **FIGURES, **REPORT}


def flow_of(review: Path) -> dict[str, int | None]:
    table = rows(review / "results/screening/flow.csv")
    return {row["box"]: int(row["count"]) if row["count"] else None for row in table}


def plan(review: Path) -> dict[str, int]:
    done = ask(review, "--cores", "2", "--dry-run")
    assert done.returncode == 0, done.stderr
    return planned(done)


def test_every_promised_result_is_there_and_none_that_nobody_promised(tiny_built):
    assert sorted(digests(tiny_built)) == sorted(f"results/{name}" for name in PROMISED)
    assert not [name for name in PROMISED if not (tiny_built / "results" / name).stat().st_size]


def test_the_flow_is_the_one_counted_by_hand(tiny_built):
    assert flow_of(tiny_built) == TRUTH["flow"]


def test_every_record_ends_in_the_box_where_a_librarian_puts_it(tiny_built):
    boxes = defaultdict(list)
    for row in rows(tiny_built / "results/screening/final_boxes.csv"):
        boxes[row["box"]].append(row["record_id"])
    assert boxes == TRUTH["final_boxes"]
    records = [row["record_id"] for row in rows(tiny_built / "results/records/records.csv")]
    assert len(records) == len(set(records)) == 6 + 8 + 4
    assert sorted(records) == sorted(name for names in boxes.values() for name in names)


def test_duplicates_are_linked_by_doi_pmid_title_and_person_and_each_link_says_why(tiny_built):
    home = {row["record_id"]: row["cluster_id"] for row in rows(tiny_built / "results/records/clusters.csv")}
    clusters = defaultdict(list)
    for name in sorted(home):
        clusters[home[name]].append(name)
    joined = [names for names in clusters.values() if len(names) > 1]
    assert sorted(joined) == TRUTH["clusters"]["joined"]
    assert sorted(names[0] for names in clusters.values() if len(names) == 1) == TRUTH["clusters"]["alone"]
    links = rows(tiny_built / "results/records/links.csv")
    assert {row["record_id"]: row["rule"] for row in links} == TRUTH["clusters"]["rules"]
    assert all(row["evidence"] for row in links)


def test_a_preprint_is_a_version_of_its_article_and_no_duplicate(tiny_built):
    versions = rows(tiny_built / "results/records/versions.csv")
    assert {row["record_id"]: row["version_of"] for row in versions} == TRUTH["clusters"]["versions"]
    assert rows(tiny_built / "results/records/maybe.csv") == [], "parts, notices and verdicts leave no doubt"


def test_a_retracted_article_and_the_notice_are_marked_as_what_they_are(tiny_built):
    unique = {row["record_id"]: row["retraction"] for row in rows(tiny_built / "results/records/unique.csv")}
    marked = {name: kind for name, kind in unique.items() if kind}
    assert marked == {"ovid:2": "retracted", "pubmed:99000005": "retraction notice"}


def test_what_a_source_wrote_is_kept_as_written(tiny_built):
    records = {row["record_id"]: row for row in rows(tiny_built / "results/records/records.csv")}
    assert records["ovid:1"]["doi"] == "10.5555/EXAMPLE.1"
    assert records["ovid:3"]["title"] == "Beispiel: Nachrichtengruppen für junge Eltern"
    assert records["ovid:6"]["authors"] == "García, G."


def test_an_empty_record_of_an_export_is_set_aside_with_its_place(tiny_built):
    (piece,) = rows(tiny_built / "results/records/set_aside.csv")
    assert (piece["input"], piece["position"], piece["reason"]) == ("ovid", "9", "a record without any field")
    lines = (TINY / "config/inputs/ovid.ris").read_bytes().decode("utf-8-sig").split("\r\n")
    assert lines[int(piece["line"]) - 1] == "TY  - JOUR"
    counts = {row["input"]: row for row in rows(tiny_built / "results/records/counts.csv")}
    assert [counts["ovid"][name] for name in ("announced", "records", "set_aside")] == ["9", "8", "1"]


def test_reviewers_who_differ_leave_a_record_undecided(tiny_built):
    (conflict,) = rows(tiny_built / "results/screening/conflicts.csv")
    assert (conflict["record_id"], conflict["votes"]) == ("ovid:4", "ann: include; bob: exclude")


def test_included_studies_are_found_by_doi_pmid_or_title_with_the_search_that_retrieved_them(tiny_built):
    matched = {
        row["study_id"]: row["matched_by"] for row in rows(tiny_built / "results/screening/included.csv")
    }
    recall = rows(tiny_built / "results/screening/recall.csv")
    found = {
        row["study_id"]: [matched[row["study_id"]], row["databases"], row["other_methods"]] for row in recall
    }
    assert found == TRUTH["recall"]
    assert [row["retrieved"] for row in recall] == ["yes", "yes", "yes", "no"]
    (missed,) = [row["explanation"] for row in recall if row["explanation"]]
    assert missed == recall[3]["explanation"]
    page, _, place = missed.partition("#")
    assert f'id="{place}"' in (tiny_built / page).read_text(encoding="utf-8")


def test_an_explanation_names_the_line_of_the_strategy_as_published(tiny):
    strategies = tiny / "config/strategies"
    strategies.mkdir()
    (strategies / "pubmed.txt").write_text(
        "1 telephone[tiab] OR\n  video[tiab]\n2 example[tiab] AND #1\n", "utf-8"
    )
    (strategies / "strategies.yaml").write_text("pubmed: {platform: PubMed}\n", "utf-8")
    edit(tiny / CONFIG, "query: example[tiab] AND (telephone[tiab] OR video[tiab])", "query: pubmed")
    done = ask(tiny, "--cores", "1", "results/screening/explain.csv")
    assert done.returncode == 0, done.stderr
    assert {(row["part"], row["line"]) for row in rows(tiny / "results/screening/explain.csv")} == {
        ("1", ""),
        ("2", "1"),
    }


def test_recall_is_given_for_each_search_with_its_interval(tiny_built):
    found = {
        f"{row['source']} {row['denominator']}": [int(row["found"]), int(row["of"]), *(
            row[name] for name in ("percent", "ci_low", "ci_high")
        )]
        for row in rows(tiny_built / "results/screening/recall_summary.csv")
    }  # fmt: skip
    assert found == {name: row for name, row in TRUTH["recall_summary"].items() if name != "why"}


def test_the_reviewers_agree_as_often_as_counted_by_hand(tiny_built):
    found = {
        row["stage"]: [int(row[name]) for name in ("n", "both", "only_a", "only_b", "neither")]
        for row in rows(tiny_built / "results/screening/agreement.csv")
    }
    assert found == {name: row for name, row in TRUTH["agreement"].items() if name != "why"}


def test_what_is_left_to_screen_carries_the_name_by_which_it_comes_back(tiny_built):
    (waiting,) = rows(tiny_built / "results/screening/to_screen.csv")
    assert (waiting["record_id"], waiting["status"], waiting["notes"]) == (
        "ovid:4", "conflict: adjudicate it", "record_id: ovid:4",
    )  # fmt: skip
    prior = rows(tiny_built / "results/screening/with_prior.csv")
    assert {row["record_id"]: row["included"] for row in prior if row["included"] != "1"} == {
        "ovid:4": "", "ovid:5": "0", "ovid:7": "0", "pubmed:99000005": "0",
    }  # fmt: skip


def test_a_passport_says_where_a_study_came_from_and_where_it_ended(tiny):
    done = ask(tiny, "passport", "--config", "record=10.5555/example.1", "--cores", "1")
    assert done.returncode == 0, done.stderr
    for words in (
        "came from: config/inputs/ovid.ris, record 1, line 2",
        "twins: pubmed:99000001",
        "linked by: pubmed:99000001 is ovid:1 (",
        "title_abstract: ann include, config/inputs/screening.csv line 2",
        "included as study: 1",
        "ended in: Reports included from databases and registers",
        "came from: results/search/windows/2019-01-01_2019-12-31.xml.gz, PMID 99000001",
        "ended in: Duplicate records removed (ovid:1: Reports included from databases and registers)",
    ):
        assert words in done.stderr, words
    done = ask(tiny, "passport", "--config", "record=10.5555/nowhere", "--cores", "1")
    assert done.returncode == 1
    assert "ERROR record: no record of any source has the name '10.5555/nowhere'" in done.stderr
    assert plan(tiny) == {}, "asking changes nothing"


def test_make_shows_an_error_once_and_where_the_rest_is(tiny):
    asked = ("passport", "--config", "record=10.5555/nowhere", "--cores", "1")
    done = ask(tiny, *asked, "--logger", "review")
    assert done.returncode == 1
    shown = [line for line in done.stderr.splitlines() if not line.startswith("Using workflow specific")]
    first, error, failed = shown
    assert first == "1 job to do"
    assert error.startswith("ERROR record: no record of any source has the name '10.5555/nowhere'")
    assert failed.endswith(
        " s  passport failed. Its log: results/logs/passport.log. The whole run: .snakemake/log"
    )


def test_each_theme_has_the_studies_counted_by_hand(tiny_built):
    themes = {
        row["code"]: [
            int(row["studies"]) if row["studies"] else None,
            row["percent"],
            row["bound"],
            row["study_ids"],
        ]
        for row in rows(tiny_built / "results/coding/themes.csv")
    }
    assert themes == TRUTH["themes"]
    conflicts = {
        f"{row['study_id']} {row['code']}": [row["present"], row["absent"]]
        for row in rows(tiny_built / "results/coding/conflicts.csv")
    }
    assert conflicts == TRUTH["coding_conflicts"]


def test_each_claim_has_the_verdict_that_it_deserves(tiny_built):
    claims = {row["claim_id"]: row for row in rows(tiny_built / "results/report/comparison.csv")}
    verdicts = {
        name: [row[column] for column in ("reproduced", "difference", "verdict", "rests_on")]
        for name, row in claims.items()
    }
    assert verdicts == TRUTH["claims"]
    for name, words in TRUTH["reasons"].items():
        assert words in claims[name]["reason"].lower(), name
    assert all(row["reason"] for row in claims.values())


def test_the_page_shows_every_claim_names_its_tables_and_carries_no_day_of_the_clock(tiny_built):
    page = (tiny_built / "results/report/index.html").read_text(encoding="utf-8")
    for row in rows(tiny_built / "results/report/comparison.csv"):
        assert html.escape(row["statement"], quote=False) in page
    assert {name for name, path in TABLES.items() if f"<td>{path}</td>" not in page} == set()
    windows = {"2019-01-01", "2019-12-31", "2020-01-01", "2020-12-31", "2021-01-01", "2021-06-30"}
    exports = {"2021-07-01"}
    assert set(re.findall(r"\b20\d\d-\d\d-\d\d\b", page)) <= windows | exports
    assert not re.search(r"\b\d\d:\d\d:\d\d\b", page)


def test_a_hostile_title_stays_text_on_the_page_and_in_every_drawing(tiny_built):
    page = (tiny_built / "results/report/index.html").read_text(encoding="utf-8")
    assert "&lt;script&gt;alert(1)&lt;/script&gt; Example of text messages for carers &amp; families" in page
    for name in [name for name in PROMISED if name.endswith((".html", ".svg"))]:
        scripts = (tiny_built / "results" / name).read_text(encoding="utf-8").count("<script")
        assert scripts == name.endswith(".html"), f"{name} has more than the page's own script"


def test_a_second_run_has_nothing_to_do(tiny):
    assert "Nothing to be done" in snakemake(tiny, "--cores", "2").stderr


def test_a_later_day_replays_one_window_and_leaves_exports_and_codings_alone(tiny):
    windows = tiny / "results/search/windows"
    before = {path.name: path.stat().st_mtime_ns for path in windows.iterdir()}
    edit(tiny / CONFIG, "end: 2021-06-30", "end: 2021-12-31")
    search = {"check_inputs": 1, "replay_window": 1, "log_search": 1, "parse_pubmed": 1}
    assert plan(tiny) == {**search, **RECORDS, **TO_THE_END}
    done = ask(tiny, "--cores", "2", "results/screening/flow.csv", "results/search/log.csv")
    assert done.returncode == 0, done.stderr
    assert f"window {LAST}" in done.stderr
    after = {path.name: path.stat().st_mtime_ns for path in windows.iterdir()}
    assert after.keys() - before.keys() == {f"{LAST}.xml.gz", f"{LAST}.json"}
    assert {name: after[name] for name in before} == before
    truth = {box: count for box, count in TRUTH["flow_to_the_end_of_2021"].items() if box != "why"}
    assert flow_of(tiny) == truth


def strict(review: Path) -> None:
    edit(review / CONFIG, "strict: true", "strict: false")


def longer_titles(review: Path) -> None:
    edit(review / CONFIG, "min_title_words: 4", "min_title_words: 5")


def chinese(review: Path) -> None:
    edit(review / CONFIG, "language: en", "language: zh")


def one_column(review: Path) -> None:
    edit(review / CONFIG, "language: en", "language: en\n  one_column: [themes]")


def all_coders(review: Path) -> None:
    edit(review / CONFIG, "consensus: any", "consensus: all")


def one_more_website(review: Path) -> None:
    with (review / "config/inputs/zotero.ris").open("a", encoding="utf-8") as stream:
        stream.write("TY  - JOUR\nTI  - Example of one record more\nER  - \n")
    seal(review, "config/inputs/zotero.ris")


def one_more_code(review: Path) -> None:
    with (review / "config/inputs/bob.csv").open("a", encoding="utf-8") as stream:
        stream.write("2,comfort,bob,present,in slippers,p. 9\n")
    seal(review, "config/inputs/bob.csv")


def another_claim(review: Path) -> None:
    edit(review / "config/published.yaml", "value: 11", "value: 12")


def no_verdicts(review: Path) -> None:
    (review / "config/decisions/duplicates.csv").unlink()


def one_window(review: Path) -> None:
    window = "2020-01-01_2020-12-31"
    content = read_window(review, window)
    write_window(review, window, content.replace(b"remote villages", b"faraway villages"))


THEMES = {"count_themes": 1, **CODING_FIGURES, **REPORT}
FROM_EVIDENCE = {"measure_agreement": 1, "export_coding": 1, "check_printed": 1, "write_passports": 1}
PAGE = {"check_inputs": 1, **WRITTEN}
CHANGES: dict[str, tuple[Callable[[Path], None], dict[str, int]]] = {
    "a setting of the live search": (strict, PAGE),
    "the language of the report": (chinese, {**PAGE, **FIGURES, "plot_claims": 1}),
    "a figure for one column of a journal": (one_column, {**PAGE, "plot_themes": 1}),
    "when titles match": (longer_titles, {**PAGE, "deduplicate": 1, **UNIQUE, **TO_THE_END}),
    "how many coders must agree": (all_coders, {**PAGE, "merge_codings": 1, **FROM_EVIDENCE, **THEMES}),
    "a record more in one export": (
        one_more_website,
        {"check_inputs": 1, "parse_export": 1, **RECORDS, **TO_THE_END},
    ),
    "a code more in one sheet": (
        one_more_code,
        {"check_inputs": 1, "merge_codings": 1, **FROM_EVIDENCE, **THEMES},
    ),
    "a published number": (another_claim, {**PAGE, **VERDICTS, "check_printed": 1}),
    "the verdicts on duplicates taken away": (
        no_verdicts,
        {"deduplicate": 1, **UNIQUE, **TO_THE_END},
    ),
    "one window of the archive": (
        one_window,
        {
            "check_inputs": 1,
            "replay_window": 3,
            "log_search": 1,
            "parse_pubmed": 1,
            **RECORDS,
            **TO_THE_END,
        },
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_reruns_what_depends_on_it_and_nothing_else(change, tiny):
    make, expected = CHANGES[change]
    make(tiny)
    assert plan(tiny) == expected


def test_a_code_counts_only_where_all_coders_of_a_study_gave_it_if_the_setting_says_so(tiny):
    all_coders(tiny)
    done = ask(tiny, "--cores", "2", "results/coding/themes.csv")
    assert done.returncode == 0, done.stderr
    themes = {row["code"]: row["study_ids"] for row in rows(tiny / "results/coding/themes.csv")}
    assert themes == TRUTH["themes_if_all_coders_must_agree"]


def test_a_review_in_chinese_has_its_page_and_its_drawings_in_chinese_and_english_beside_them(tiny):
    english = (tiny / "results/figures/themes.svg").read_bytes()
    chinese(tiny)
    done = ask(tiny, "--cores", "2", "results/report/index.html")
    assert done.returncode == 0, done.stderr
    page, other = (
        (tiny / "results/report" / name).read_text("utf-8") for name in ("index.html", "index.en.html")
    )
    assert '<html lang="zh-Hans"' in page
    assert 'href="#file-report-index-en-html"' in page
    assert "已发表的论断：逐条核对" in page
    assert '<html lang="en"' in other
    assert 'href="#file-report-index-html"' in other
    assert (tiny / "results/figures/themes.en.svg").read_bytes() == english
    assert (tiny / "results/figures/themes.svg").read_bytes() != english


def change_cell(name: str, old: str, new: str) -> Callable[[Path], None]:
    def make(review: Path) -> None:
        edit(review / "config/inputs" / name, old, new)
        seal(review, f"config/inputs/{name}")

    return make


def changed_receipt(review: Path) -> None:
    edit(review / PUBMED / "2020-01-01_2020-12-31.json", "99000004", "99000008")


def foreign_window(review: Path) -> None:
    for end in ("xml.gz", "json"):
        source = review / PUBMED / f"2020-01-01_2020-12-31.{end}"
        (review / PUBMED / f"2018-01-01_2018-12-31.{end}").write_bytes(source.read_bytes())


def broken_archive(review: Path) -> None:
    (review / PUBMED / "archive.json").write_text("{", encoding="utf-8")
    seal(review, f"{PUBMED}/archive.json")


def bombs(review: Path) -> None:
    """Bring a project, a workbook and an archive of a tool of 3 kB each that unpack to 3 MB."""
    for name in ("coding.qdpx", "sheet.xlsx", "rayyan.zip"):
        with zipfile.ZipFile(review / "config/inputs" / name, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("project.qde", b"0" * 3_000_000)
    settings = review / CONFIG
    settings.write_text(settings.read_text("utf-8") + "\nlimits: {unpacked_mb: 2}\n", "utf-8")


def reworded(path: str, old: str, new: str) -> Callable[[Path], None]:
    return lambda review: edit(review / path, old, new)


MISTAKES: dict[str, tuple[Callable[[Path], object], str]] = {
    "a coded study that is none of a complete list": (
        change_cell("ann.csv", "4,privacy", "9,privacy"),
        "config/inputs/ann.csv line 8: study '9' is none of the included studies",
    ),
    "an unknown decision": (
        change_cell("screening.csv", "ovid:4,title_abstract,ann,include", "ovid:4,title_abstract,ann,eh"),
        "config/inputs/screening.csv: decision 'eh' is unknown in stage title_abstract (line 14).",
    ),
    "an exclusion without a reason": (
        change_cell("screening.csv", "10.5555/example.7,full_text,ann,exclude,wrong population",
                    "10.5555/example.7,full_text,ann,exclude,"),
        "10.5555/example.7 is excluded at full text without a reason",
    ),
    "a study that appears twice": (
        change_cell("included.csv", '2,"Baker', '1,"Baker'),
        "config/inputs/included.csv line 3: study 1 appears twice",
    ),
    "a receipt of the archive that was changed": (
        changed_receipt,
        "config/inputs/pubmed/2020-01-01_2020-12-31.json: was changed",
    ),
    "a window that the archive does not name": (
        foreign_window,
        "config/inputs/pubmed/2018-01-01_2018-12-31.json: archive.json does not name this file",
    ),
    "files that unpack to too much": (
        bombs,
        "config/inputs/coding.qdpx unpacks to 3 MB; config/inputs/rayyan.zip unpacks to 3 MB;"
        " config/inputs/sheet.xlsx unpacks to 3 MB; limits.unpacked_mb allows 2 MB",
    ),
    "an archive that is no JSON": (broken_archive, "config/inputs/pubmed/archive.json: damaged JSON"),
    "a list of studies that is there and denied": (
        reworded(CONFIG, "included_list: complete", "included_list: none"),
        "screening.included_list: none, but config/inputs.tsv names config/inputs/included.csv",
    ),
    "a codebook that is no YAML": (
        reworded("config/codebook.yaml", "codes:\n", "codes:\n  - [\n"),
        "config/codebook.yaml line",
    ),
    "no codebook": (
        lambda review: (review / "config/codebook.yaml").unlink(),
        "config/codebook.yaml",
    ),
    "a verdict that is neither yes nor no": (
        reworded("config/decisions/duplicates.csv", "zotero:3,yes", "zotero:3,perhaps"),
        "config/decisions/duplicates.csv line 2: duplicate is 'perhaps'",
    ),
}  # fmt: skip


WITH_CONSEQUENCES = ("files that unpack to too much",)  # nothing lists these files either


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_gives_one_line_starts_no_job_and_leaves_the_results_alone(mistake, tiny):
    make, line = MISTAKES[mistake]
    make(tiny)
    before = {path: path.stat().st_mtime_ns for path in (tiny / "results").rglob("*") if path.is_file()}
    done = ask(tiny, "--cores", "2")
    assert done.returncode == 1
    errors = [text for text in done.stderr.splitlines() if text.startswith("ERROR ")]
    assert len([text for text in errors if line in text]) == 1
    assert len(errors) == 1 or mistake in WITH_CONSEQUENCES
    assert "Traceback" not in done.stderr
    assert not re.findall(r"^(?:local)?rule \w+:", done.stderr, flags=re.MULTILINE)
    after = {path: path.stat().st_mtime_ns for path in (tiny / "results").rglob("*") if path.is_file()}
    assert after == before


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny review built where everything is different that must not matter.

    One core, Turkish, another time zone and hash seed, another user without a home folder, no network,
    inputs that nobody may write, and files that came to the disk in another order at another time.
    """
    review = tmp_path_factory.mktemp("elsewhere") / "review"
    for path in sorted(TINY.rglob("*"), reverse=True):
        if path.is_file() and "config" in path.parts:
            copy = review / path.relative_to(TINY)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    known = subprocess.run(["locale", "-a"], capture_output=True, text=True, check=True).stdout.split()
    turkish = next((name for name in known if name.casefold().startswith("tr_tr.utf")), "C")
    nowhere = "http://127.0.0.1:9"
    environment = environment_of(
        review, TZ="Pacific/Kiritimati", LC_ALL=turkish, LANG="C.UTF-8", PYTHONHASHSEED="11", USER="x",
        HOME="/nonexistent", http_proxy=nowhere, https_proxy=nowhere,
        MPLCONFIGDIR=str(review / ".cache/matplotlib"),
    )  # fmt: skip
    line = command(review, "--cores", "1")
    if IS_ROOT:
        line = ["unshare", "--net", *line]  # not even the loopback is up there
    with read_only(review / "config"):
        done = run_program(line, environment)
    assert done.returncode == 0, done.stderr
    return review


@pytest.mark.thorough("a whole review with every job a program of its own")
def test_cores_locale_time_zone_hashes_home_and_network_do_not_show_in_any_byte(tiny_built, elsewhere):
    assert digests(elsewhere) == digests(tiny_built)


@pytest.mark.thorough("a whole review with every job a program of its own")
def test_inputs_that_nobody_may_write_are_enough_and_stay_as_they_are(elsewhere):
    for path in (elsewhere / "config").rglob("*"):
        if path.is_file():
            assert path.read_bytes() == (TINY / path.relative_to(elsewhere)).read_bytes()


def test_the_list_of_digests_is_whole(tiny_built):
    text = (tiny_built / "results/report/checksums.txt").read_text(encoding="utf-8")
    listed = {name: digest for digest, name in (line.split("  ", 1) for line in text.splitlines())}
    assert listed == {
        name: digest for name, digest in digests(tiny_built).items() if not name.endswith("/checksums.txt")
    }


def test_the_tiny_review_is_invented_and_sealed():
    with (TINY / "config/inputs/included.csv").open(encoding="utf-8", newline="") as stream:
        assert all(row["source"] == "invented" for row in csv.DictReader(stream))
    text = "".join(path.read_text(encoding="utf-8-sig") for path in (TINY / "config/inputs").glob("*.*s*"))
    assert set(re.findall(r"10\.\d{4,9}/", text)) == {"10.5555/"}


def test_the_groups_of_the_cluster_profile_fit(tiny_built):
    assert groups_fit(tiny_built)
