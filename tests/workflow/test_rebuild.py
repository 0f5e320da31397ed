"""The shipped review, rebuilt as its users do: whole, to a later day, after each kind of mistake."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts.common.claims.headline import headline, in_words
from scripts.common.claims.sentences import english
from tests.paths import REPOSITORY
from tests.workflow.running import ask, edit, groups_fit, planned, rows, seal, snakemake
from tests.workflow.tiny_review import digests

REPOSITORY_PARTS = (
    "Snakefile",
    "CITATION.cff",
    "rules",
    "scripts",
    "envs",
    "profiles",
    "config/config.schema.yaml",
    "config/captions",
)


def test_make_shows_one_line_for_each_stage_and_at_most_40_in_all(shipped_built):
    lines = (shipped_built.parent / "finished").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 38, "setting up and the file to open are a line each"
    stages = {line[8:18].strip(): line[18:].split() for line in lines if re.match(r" *\d+ s  ", line)}
    assert set(stages) == {"inputs", "search", "records", "screening", "coding", "figures", "report"}
    counted = {stage: int(words[0]) for stage, words in stages.items()}
    assert f"{sum(counted.values())} jobs to do" in lines
    assert " ".join(stages["records"]).endswith("511 records in, 328 kept, one of each cluster")
    assert "21 claims: 3 consistent, 8 cannot be checked" in " ".join(stages["report"])


def test_the_warnings_of_a_run_come_last_and_each_once(tiny_built):
    lines = (tiny_built.parent / "finished").read_text(encoding="utf-8").splitlines()
    (heading,) = [number for number, line in enumerate(lines) if line.startswith("Warnings (")]
    last_stage = max(number for number, line in enumerate(lines) if re.match(r" *\d+ s  ", line))
    assert heading == last_stage + 1
    logged = {
        line.removeprefix("WARNING ")
        for path in (tiny_built / "results/logs").rglob("*.log")
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.startswith("WARNING ")
    }
    shown = [line.strip() for line in lines[heading + 1 :]]
    assert len(shown) == len(set(shown))
    assert set(shown) == logged


def test_every_record_ends_in_one_cluster_and_one_box(shipped_built):
    records = [row["record_id"] for row in rows(shipped_built / "results/records/records.csv")]
    # PubMed to the day searched, three exports
    assert len(records) == len(set(records)) == 188 + 291 + 22 + 10
    assert sorted(records) == sorted(
        row["record_id"] for row in rows(shipped_built / "results/records/clusters.csv")
    )
    assert sorted(records) == sorted(
        row["record_id"] for row in rows(shipped_built / "results/screening/final_boxes.csv")
    )


def test_the_flow_shows_61_as_published_and_invents_nothing(shipped_built):
    flow = {row["box"]: row for row in rows(shipped_built / "results/screening/flow.csv")}
    assert (flow["new_studies"]["count"], flow["new_studies"]["basis"]) == ("61", "published")
    for box in ("records_screened", "records_excluded", "dbr_sought_reports", "dbr_assessed", "new_reports"):
        assert (flow[box]["count"], flow[box]["basis"]) == ("", "unknown")
    number = {box: int(row["count"]) for box, row in flow.items() if row["basis"] == "computed"}
    assert (
        number["database_results"]
        == number["duplicates"] + number["excluded_automatic"] + number["records_waiting"]
    )


def test_known_lists_are_counted_and_unknown_ones_are_not_zero(shipped_built):
    themes = {row["code"]: row for row in rows(shipped_built / "results/coding/themes.csv")}
    known = {code: (row["studies"], row["bound"]) for code, row in themes.items() if row["studies"]}
    assert known == {
        "communication_efficiency": ("31", "exact"),
        "communication_speed": ("11", "exact"),
        "face_to_face_barriers": ("4", "exact"),
        "people_reached": ("4", "at least"),
        "organisational_communication": ("31", "at least"),
        "benefits": ("31", "at least"),
    }
    assert all(row["bound"] == "unknown" for code, row in themes.items() if code not in known)


def test_no_claim_differs_and_none_is_said_to_be_recomputed_from_data(shipped_built):
    claims = rows(shipped_built / "results/report/comparison.csv")
    assert len(claims) == 21
    assert "differs" not in {row["verdict"] for row in claims}
    assert "recomputed" not in {row["rests_on"] for row in claims}
    assert all(row["reason"] for row in claims)
    verdicts = {row["claim_id"]: row["verdict"] for row in claims if row["origin"] == "printed"}
    assert verdicts == {
        **dict.fromkeys(("C01", "C02", "C07", "C16"), "cannot be checked"),
        **dict.fromkeys(("C03", "C04", "C05", "C06"), "transcription only"),
        **dict.fromkeys(("C13", "C14", "C15"), "consistent"),
    }


def test_readme_and_crate_give_the_headline_of_the_page(shipped_built):
    claims = rows(shipped_built / "results/report/comparison.csv")
    _, counted, apart = map(english, in_words(headline(claims)))
    readme = " ".join((REPOSITORY / "README.md").read_text(encoding="utf-8").split())
    page = " ".join((shipped_built / "results/report/index.html").read_text(encoding="utf-8").split())
    crate = (shipped_built / "results/report/ro-crate-metadata.json").read_text(encoding="utf-8")
    for text in (counted, apart):
        assert text in readme
        assert text in page
        assert text in crate


def test_works_that_only_look_alike_stay_apart(shipped_built):
    cluster = {}
    for row in rows(shipped_built / "results/records/records.csv"):
        cluster.setdefault(row["doi"].casefold(), set()).add(row["record_id"])
    home = {
        row["record_id"]: row["cluster_id"] for row in rows(shipped_built / "results/records/clusters.csv")
    }

    def clusters(doi: str) -> set[str]:
        return {home[name] for name in cluster[doi.casefold()]}

    apart = (
        ("10.2196/23205", "10.2196/30379", "part I and part II"),
        ("10.2196/publichealth.6795", "10.2196/publichealth.6796", "part 1 and part 2"),
        ("10.1002/14651858.CD012932", "10.1002/14651858.CD012932.pub2", "protocol and review"),
        ("10.2196/resprot.5323", "10.2196/14068", "protocol and results"),
        ("10.2196/21408", "10.2196/41544", "retracted article and notice"),
        ("10.2196/jmir.4639", "10.2196/jmir.4194", "letter and article"),
        ("10.20944/preprints202109.0216.v1", "10.2196/39209", "preprint and article"),
    )
    for one, other, why in apart:
        assert not clusters(one) & clusters(other), why
    doubtful = rows(shipped_built / "results/records/maybe.csv")
    article, collection = (cluster[doi] for doi in ("10.1177/2055207621996870", "10.25384/sage.c.5319221.v1"))
    assert any({row["record_a"], row["record_b"]} <= article | collection for row in doubtful), (
        "an article and the collection of its data, alike in title and authors: a person decides"
    )


def test_a_second_run_has_nothing_to_do(shipped):
    done = snakemake(shipped, "--cores", "2")
    assert "Nothing to be done" in done.stderr + done.stdout


def test_a_later_search_day_reruns_only_what_depends_on_it(shipped):
    edit(shipped / "config/config.yaml", "end: 2022-08-16", "end: 2023-08-16")
    jobs = planned(ask(shipped, "--cores", "2", "--dry-run"))
    assert jobs["replay_window"] == 2  # the rest of 2022, and 2023
    assert not jobs.keys() & {"parse_export", "merge_codings"}
    done = ask(shipped, "--cores", "2", "results/screening/flow.csv")
    assert done.returncode == 0, done.stderr
    flow = {row["box"]: row["count"] for row in rows(shipped / "results/screening/flow.csv")}
    assert int(flow["database_results:pubmed"]) > 188


def test_a_coding_setting_reruns_the_themes_and_not_the_records(shipped):
    edit(shipped / "config/config.yaml", "consensus: any", "consensus: all")
    jobs = planned(ask(shipped, "--cores", "2", "--dry-run"))
    assert {"count_themes", "plot_themes", "compare_published", "write_report"} <= jobs.keys()
    assert not jobs.keys() & {"replay_window", "parse_pubmed", "deduplicate", "merge_decisions", "count_flow"}


def test_a_change_in_shared_code_reruns_the_jobs_that_use_it(shipped_built, tmp_path):
    repository, review = tmp_path / "repository", tmp_path / "review"
    for part in REPOSITORY_PARTS:
        source = REPOSITORY / part
        (repository / part).parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(source, repository / part) if source.is_dir() else shutil.copy2(
            source, repository / part
        )
    shutil.copytree(shipped_built, review)
    done = snakemake(review, "--cores", "2", "--dry-run", "--rerun-triggers", "params", repository=repository)
    assert done.returncode == 0, done.stdout + done.stderr
    assert planned(done) == {}
    with (repository / "scripts/common/duplicates/titles.py").open("a", encoding="utf-8") as stream:
        stream.write("# changed\n")
    done = snakemake(review, "--cores", "2", "--dry-run", "--rerun-triggers", "params", repository=repository)
    jobs = planned(done)
    assert {"deduplicate", "merge_decisions", "match_included"} <= jobs.keys()
    assert not jobs.keys() & {"replay_window", "merge_codings", "parse_export"}


MISTAKES: dict[str, tuple[Callable[[Path], object], str]] = {
    "a misspelt setting": (
        lambda r: edit(r / "config/config.yaml", "  windows: year", "  windwos: year"),
        "config/config.yaml: search.windwos: unknown setting. Did you mean windows?",
    ),
    "a setting left out": (
        lambda r: edit(r / "config/config.yaml", "  pmid: 36429570", "  # pmid: 36429570"),
        "config/config.yaml: review.pmid: this setting is missing",
    ),
    "a day that is none": (
        lambda r: edit(r / "config/config.yaml", "end: 2022-08-16", "end: 2022-13-45"),
        "config/config.yaml line 24: 2022-13-45 is no day",
    ),
    "a day written otherwise": (
        lambda r: edit(r / "config/config.yaml", "end: 2022-08-16", "end: 16.8.2022"),
        "config/config.yaml: search.end: '16.8.2022' is no day",
    ),
    "an end before the start": (
        lambda r: edit(r / "config/config.yaml", "end: 2022-08-16", "end: 2003-08-16"),
        "search.end: 2003-08-16 lies before search.start",
    ),
    "settings that are no YAML": (
        lambda r: edit(r / "config/config.yaml", "  mode: archive", "  mode archive"),
        "config/config.yaml line",
    ),
    "no settings": (
        lambda r: (r / "config/config.yaml").unlink(),
        "config/config.yaml: this file is missing",
    ),
    "no list of inputs": (
        lambda r: (r / "config/inputs.tsv").unlink(),
        "config/inputs.tsv: this file is missing",
    ),
    "an input that is gone": (
        lambda r: (r / "config/inputs/exports/candidates.ris").unlink(),
        "the file config/inputs/exports/candidates.ris is missing",
    ),
    "an input that was changed": (
        lambda r: edit(r / "config/inputs/flow.csv", "61", "62"),
        "config/inputs/flow.csv: was changed",
    ),
    "a file that nobody listed": (
        lambda r: (r / "config/inputs/exports/embase.ris").write_text("TY  - JOUR\nER  - \n"),
        "config/inputs/exports/embase.ris: lies among the inputs",
    ),
    "a window of the archive that was changed": (
        lambda r: (r / "config/inputs/pubmed/2011-01-01_2011-12-31.xml.gz").write_bytes(b"no gzip"),
        "config/inputs/pubmed/2011-01-01_2011-12-31.xml.gz: damaged or cut",
    ),
    "a window of the archive that is gone": (
        lambda r: (r / "config/inputs/pubmed/2011-01-01_2011-12-31.xml.gz").unlink(),
        "2011-01-01_2011-12-31.xml.gz: this window of the archive is missing",
    ),
    "a query that the archive does not answer": (
        lambda r: edit(r / "config/config.yaml", "facebook[tiab] OR", "myspace[tiab] OR"),
        "search.query: the archive answers another query (config/inputs/pubmed/archive.json)",
    ),
    "a day outside the archive": (
        lambda r: edit(r / "config/config.yaml", "end: 2022-08-16", "end: 2026-08-16"),
        "search.end: 2026-08-16 lies outside the archive",
    ),
    "a claim that names no measure": (
        lambda r: edit(r / "config/published.yaml", "  measure: flow:new_studies\n", ""),
        "config/published.yaml: claim 'C01': names no measure",
    ),
    "a claim with an unknown measure": (
        lambda r: edit(r / "config/published.yaml", "measure: flow:new_studies", "measure: flow:new_study"),
        "measure 'flow:new_study' is not computed. Did you mean flow:new_studies?",
    ),
    "an unknown code": (
        lambda r: (
            edit(r / "config/inputs/coding/published.csv", "92,communication_speed", "92,comunication_speed"),
            seal(r, "config/inputs/coding/published.csv"),
        ),
        "code 'comunication_speed' is not in the codebook. Did you mean communication_speed?",
    ),
}  # fmt: skip


def contents(review: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in (review / "results").rglob("*") if path.is_file()}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_gives_one_line_and_leaves_the_results_alone(mistake, shipped):
    make, line = MISTAKES[mistake]
    make(shipped)
    before = contents(shipped)
    done = ask(shipped, "--cores", "2")
    assert done.returncode == 1
    errors = [text for text in done.stderr.splitlines() if text.startswith("ERROR ")]
    assert len([text for text in errors if line in text]) == 1
    assert len(errors) == 1 or mistake == "no list of inputs"  # then the included list is missing too
    assert "Traceback" not in done.stderr
    assert contents(shipped) == before


@pytest.mark.parametrize("mistake", ["a misspelt setting", "an input that was changed"])
def test_a_mistake_ends_the_program_before_its_first_job(mistake, shipped):
    """One that is found while the rules are read, and one in the check of all inputs after that."""
    make, line = MISTAKES[mistake]
    make(shipped)
    done = snakemake(shipped, "--cores", "2")
    assert done.returncode == 1
    (error,) = [text for text in done.stderr.splitlines() if text.startswith("ERROR ")]
    assert line in error
    assert "Traceback" not in done.stderr
    assert not re.search(r"^(?:local)?rule \w+:", done.stderr, flags=re.MULTILINE)


def test_the_page_asks_for_no_file_of_another_address_and_names_its_tables(shipped_built):
    page = (shipped_built / "results/report/index.html").read_text(encoding="utf-8")
    assert not re.search(r'(?:src|href)="(?:https?:)?//[^"]*\.(?:js|css|woff2?)', page)
    assert re.search(r"results/screening/flow\.csv|results/report/comparison\.csv", page)


def test_the_list_of_digests_is_whole(shipped_built):
    checksums = (shipped_built / "results/report/checksums.txt").read_text(encoding="utf-8")
    listed = dict(reversed(line.split("  ", 1)) for line in checksums.splitlines())
    there = digests(shipped_built)
    del there["results/report/checksums.txt"]
    assert listed == there


def test_the_archive_is_marked_as_no_answer_of_pubmed(shipped_built):
    archive = json.loads((shipped_built / "config/inputs/pubmed/archive.json").read_text(encoding="utf-8"))
    assert archive["origin"] == "transcription"
    assert "not an answer of PubMed" in archive["note"]
    assert "not an answer of PubMed" in (shipped_built / "results/report/index.html").read_text(
        encoding="utf-8"
    )


def test_the_groups_of_the_cluster_profile_fit(shipped_built):
    assert groups_fit(shipped_built)
