"""The published reviews in reviews/: their data can be fetched by anybody, and none of it is committed."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.common.files.digests import sha256
from scripts.common.files.downloads import Limits
from scripts.common.files.yaml_files import read_yaml
from scripts.common.review.cache import Cache
from scripts.common.review.fetching import Fetcher
from scripts.common.review.inputs import check_declared, read_inputs
from tests.deposits import DEPOSITS, deposited
from tests.file_service import file_service
from tests.paths import REPOSITORY

REVIEWS = sorted(path.parents[1] for path in REPOSITORY.glob("reviews/*/config/config.yaml"))
NAMES = [review.name for review in REVIEWS]
WORDS_IN_A_ROW = 6  # that no text of ours shares with a deposit without a licence
needs_deposits = pytest.mark.skipif(not DEPOSITS.is_dir(), reason="no shared/reviews/deposits here")


def committed(*paths: str) -> list[Path]:
    done = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *paths],
        cwd=REPOSITORY, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [REPOSITORY / name for name in done.stdout.split("\0") if name]


def test_three_reviews_are_in_the_gallery():
    assert NAMES == ["dimitrov2025", "kondo2026", "moran2022"]


@needs_deposits
@pytest.mark.parametrize("review", REVIEWS, ids=NAMES)
def test_every_file_of_a_review_comes_from_its_address_and_a_second_fetch_asks_nobody(
    review: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "config").mkdir()
    monkeypatch.chdir(tmp_path)
    files = {digest: path for path, digest in deposited()}
    with file_service() as service:

        def here(url: re.Match[str]) -> str:
            return service.url("redirected", url[0].removeprefix("https://"))

        table = (review / "config/inputs.tsv").read_text(encoding="utf-8")
        Path("config/inputs.tsv").write_text(re.sub(r"https://\S+", here, table), encoding="utf-8")
        inputs = read_inputs()
        for item in inputs:
            assert all((item.url, item.version, item.licence)), item.path
            name = item.url.partition("/redirected/")[2]
            service.files[name] = files[item.sha256].read_bytes()
        fetcher = Fetcher(Cache(tmp_path / "cache"), Limits(), print)
        assert fetcher.fetch(inputs) == []
        assert {sha256(item.path) for item in inputs} == {item.sha256 for item in inputs}
        asked = len(service.requests)
        assert asked == 3 * len({item.url for item in inputs})  # two redirects each
        assert fetcher.fetch(inputs) == []
        assert len(service.requests) == asked


def test_a_review_holds_our_words_only():
    endings = {"README.md", "__init__.py", "gallery.py", "picture.py"}
    for path in committed("reviews"):
        ours = path.name in endings or path.parent.name in ("config", "decisions", "captions")
        assert ours, f"{path}: is this somebody's data?"


@needs_deposits
def test_no_deposited_file_is_committed():
    deposits = {digest for _, digest in deposited()}
    for path in committed():
        assert sha256(path) not in deposits, path


def in_a_row(text: str) -> Iterator[tuple[str, ...]]:
    words = re.findall(r"[a-z]+", text.casefold())
    yield from zip(*(words[at:] for at in range(WORDS_IN_A_ROW)), strict=False)


@needs_deposits
def test_no_title_abstract_or_sentence_of_a_deposit_without_a_licence_is_published():
    ours: dict[tuple[str, ...], Path] = {}
    for path in committed("reviews", "docs/*.md", "README.md", "CHANGELOG.md"):
        ours |= dict.fromkeys(in_a_row(path.read_text(encoding="utf-8")), path)
    for deposit, _ in deposited():
        if deposit.parent.name == "moran":
            for words in in_a_row(deposit.read_text(encoding="cp1252", errors="replace")):
                assert words not in ours, f"{ours[words]}: {' '.join(words)}"


@pytest.mark.parametrize("review", REVIEWS, ids=NAMES)
def test_the_page_of_a_review_names_its_licence_and_leads_to_the_others(review: Path):
    page = (review / "README.md").read_text(encoding="utf-8")
    for other in NAMES:
        assert other == review.name or f"](../{other}/README.md)" in page
    assert f"](../../docs/gallery.md#{review.name})" in page
    assert re.search(r"licence", page, re.IGNORECASE)


@pytest.mark.parametrize("review", REVIEWS, ids=NAMES)
def test_the_report_of_a_review_leads_to_the_overview_and_to_the_reports_of_the_others(review: Path):
    settings = read_yaml(str(review / "config/config.yaml"))
    pages = [page["address"] for page in settings["report"]["other_pages"]]
    others = [f"../../../{name}/results/report/index.html" for name in NAMES if name != review.name]
    assert pages == ["../../../index.html", *others]


@pytest.mark.parametrize("review", REVIEWS, ids=NAMES)
def test_a_review_names_all_inputs_that_it_rests_on(review: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(review)
    settings = read_yaml("config/config.yaml")
    inputs = read_inputs()
    assert set(settings["inputs"]) - {"rulings"} == {item.kind for item in inputs}
    check_declared(settings["inputs"], inputs)


def gallery() -> dict[str, tuple[str, str, str]]:
    """Return claim -> published, recomputed and verdict, as the committed page shows them."""
    text = (REPOSITORY / "docs/gallery.md").read_text(encoding="utf-8")
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if re.match(r"\| [A-Z]\d\d ", line)]
    return {cells[0].split()[0]: (cells[2], cells[3], cells[4]) for cells in rows}


def test_each_number_that_differs_has_a_reason_of_its_own():
    text = (REPOSITORY / "docs/gallery.md").read_text(encoding="utf-8")
    differing = [
        line for line in text.splitlines() if re.match(r"\| [A-Z]\d\d ", line) and " | differs | " in line
    ]
    assert differing
    for line in differing:
        reason = line.strip("| ").split(" | ")[-1]
        assert len(reason.partition(" for it. ")[2]) > 60, line  # behind what is said of each number


def test_the_gallery_shows_what_was_found_by_hand_before():
    """What the verdicts were when the three reviews were first run, each with scripts of its own."""
    found = gallery()
    moran = {name: cells for name, cells in found.items() if name.startswith("M")}
    assert len(moran) == 17
    assert {name for name, (published, ours, _) in moran.items() if published != ours} == {"M07"}
    assert found["M07"] == ("114", "111", "differs")
    assert [cells[2] for cells in moran.values()].count("recomputed and equal") == 16
    equal = [name for name, (_, _, verdict) in found.items() if verdict == "recomputed and equal"]
    sources = {f"S0{number}" for number in range(1, 9)}
    assert sources <= set(equal)
    for kappa in ("S13", "S14"):
        assert found[kappa][2] in ("recomputed and equal", "within tolerance")
    for included in ("S17", "S18", "S19"):
        assert found[included][2] == "recomputed and equal"
    assert len([name for name in equal if name.startswith("K")]) >= 22
