"""A live search, its frozen archive and every replay give the same PMIDs, whatever the records' dates."""

import json
import os
from collections.abc import Iterator
from contextlib import chdir
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scripts.common.errors import InputError
from scripts.common.review.settings import Search
from scripts.common.search import entrez
from scripts.common.search.pace import Pace
from scripts.common.search.windows import Window, cut
from scripts.records.parse_pubmed import read_windows
from scripts.search import fetch_window, freeze, replay_window
from scripts.search.log_search import collect
from tests.paths import REPOSITORY, SPECIMENS
from tests.pubmed_service.service import EntrezServer
from tests.pubmed_service.world import World

FAULT_CASES = SPECIMENS / "cases/faults/entrez"
START, END = date(2020, 1, 1), date(2021, 12, 31)
BORDERS = (
    date(2020, 4, 1),
    date(2020, 7, 1),
    date(2021, 1, 1),
    date(2021, 2, 1),
    date(2021, 7, 1),
    START,
    END,
)
LENGTHS = ("year", "half", "quarter", "month")
FIELDS = ("crdt", "edat", "pdat")
INPUTS = (REPOSITORY / "config/inputs.tsv").read_text(encoding="utf-8").splitlines()[0] + "\n"

near_a_border = st.builds(
    lambda day, off: day + timedelta(days=off), st.sampled_from(BORDERS), st.integers(-2, 2)
)
days = st.one_of(near_a_border, st.dates(date(2019, 11, 1), date(2022, 2, 28)))
dates_of_a_record = st.fixed_dictionaries({
    "crdt": st.none() | days, "edat": st.none() | days, "pdat": days, "electronic": st.none() | days,
    "filed": st.none() | st.lists(near_a_border, min_size=1, max_size=2, unique=True),
    "known": st.sampled_from((4, 7, 10)),
})  # fmt: skip


def day_xml(tag: str, day: date | None, attributes: str = "", known: int = 10) -> str:
    if day is None:
        return ""
    parts = {4: f"<Year>{day.year}</Year>", 7: f"<Month>{day.month}</Month>", 10: f"<Day>{day.day}</Day>"}
    shown = "".join(part for length, part in parts.items() if length <= known)
    return f"<{tag}{attributes}>{shown}</{tag}>"


def record_xml(number: int, dates: dict) -> bytes:
    history = "".join(
        day_xml("PubMedPubDate", dates[field], f' PubStatus="{status}"')
        for field, status in (("crdt", "entrez"), ("edat", "pubmed"))
    )
    electronic = day_xml("ArticleDate", dates["electronic"], ' DateType="Electronic"')
    return (
        f"<PubmedArticle><MedlineCitation><PMID>{number}</PMID><Article><Journal><JournalIssue>"
        f"{day_xml('PubDate', dates['pdat'], known=dates['known'])}</JournalIssue></Journal>"
        f"<ArticleTitle>Study</ArticleTitle>{electronic}"
        f"</Article></MedlineCitation><PubmedData><History>{history}</History></PubmedData></PubmedArticle>"
    ).encode()


def shown_days(dates: dict, field: str) -> list[date]:
    """Return the days that a record's XML gives; a printed date known to the month or year is its first."""
    if field != "pdat":
        return [dates[field]] if dates[field] else []
    known = {4: {"month": 1, "day": 1}, 7: {"day": 1}, 10: {}}[dates["known"]]
    printed = dates["pdat"].replace(**known)
    return [printed] + ([dates["electronic"]] if dates["electronic"] else [])


def filed_days(dates: dict, field: str) -> list[date]:
    """Return the days by which PubMed's index finds a record: what its XML says, or elsewhere."""
    return dates["filed"] or shown_days(dates, field)


def number_of(day: date) -> int:
    return day.year * 10_000 + day.month * 100 + day.day


@pytest.fixture(scope="module")
def pubmed() -> Iterator[EntrezServer]:
    with EntrezServer([], enforce_rate=False) as server:
        yield server


class Review:
    """A review folder with one search: live, frozen, replayed."""

    def __init__(self, folder: Path, server: EntrezServer, date_field: str) -> None:
        self.folder, self.server, self.date_field = folder, server, date_field
        (folder / "config").mkdir()
        (folder / "config/inputs.tsv").write_text(INPUTS, encoding="utf-8")

    def _paths(self, kind: str, window: Window) -> dict[str, str]:
        (self.folder / kind).mkdir(exist_ok=True)
        return {"xml": f"{kind}/{window}.xml.gz", "receipt": f"{kind}/{window}.json"}

    def live(self, windows: list[Window], kind: str = "live", query: str = "q") -> list[dict]:
        for window in windows:
            fetch_window.main(
                window_name=str(window), query=query, date_field=self.date_field, endpoint=self.server.url,
                strict=False, partial="partial", **self._paths(kind, window),
            )  # fmt: skip
        return self._receipts(kind, windows)

    def freeze(self, windows: list[Window]) -> None:
        search = Search(
            mode="live", endpoint=self.server.url, strict=False, start=str(START), end=str(END),
            date_field=self.date_field, windows="year", query="q",
        )  # fmt: skip
        paths = [self._paths("live", window) for window in windows]
        freeze.main(
            windows=[path["xml"] for path in paths],
            receipts=[path["receipt"] for path in paths],
            search=search,
        )

    def replay(self, windows: list[Window], kind: str = "replayed") -> list[dict]:
        for window in windows:
            replay_window.main(
                archive_json="config/inputs/pubmed/archive.json", window_name=str(window), query="q",
                date_field=self.date_field, **self._paths(kind, window),
            )  # fmt: skip
        return self._receipts(kind, windows)

    def _receipts(self, kind: str, windows: list[Window]) -> list[dict]:
        return [json.loads(Path(self._paths(kind, window)["receipt"]).read_text()) for window in windows]

    def records(self, kind: str, windows: list[Window]) -> list[int]:
        """Return the PMIDs that the next stage reads."""
        return [
            int(row["pmid"]) for row in read_windows([self._paths(kind, window)["xml"] for window in windows])
        ]


@pytest.fixture(autouse=True)
def quick_client(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NCBI_EMAIL", "somebody@example.org")
    client, pace = entrez.Client, Pace("test", 100_000, folder=str(tmp_path))
    monkeypatch.setattr(fetch_window, "Client", lambda url: client(url, pause=0.001, pace=pace))


@pytest.mark.parametrize("field", FIELDS)
@settings(
    max_examples=int(os.environ.get("SEARCH_WORLDS", "6")), deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(
    worlds=st.lists(dates_of_a_record, min_size=1, max_size=12),
    length=st.sampled_from(LENGTHS),
    other=st.sampled_from(LENGTHS),
    from_day=st.sampled_from(BORDERS[:-1]),
    to_day=st.sampled_from((END, date(2021, 8, 16))),
)
def test_live_frozen_and_replayed_give_the_same_pmids(field, pubmed, worlds, length, other, from_day, to_day):
    days_of = {number: filed_days(dates, field) for number, dates in enumerate(worlds, 1001)}
    filed = {field: {number: [number_of(day) for day in days] or [0] for number, days in days_of.items()}}
    records = [record_xml(number, dates) for number, dates in enumerate(worlds, 1001)]
    pubmed.set_world(World(records, filed))
    wanted = [number for number, days in days_of.items() if any(START <= day <= END for day in days)]
    windows, others = list(cut(START, END, length)), list(cut(from_day, to_day, other))
    with TemporaryDirectory() as folder, chdir(folder):
        review = Review(Path(folder), pubmed, field)
        live = review.live(windows)
        assert [row["pmid"] for row in collect(live)[1]] == review.records("live", windows) == wanted
        review.freeze(windows)
        replayed = review.replay(windows)
        assert [receipt["pmids"] for receipt in replayed] == [receipt["pmids"] for receipt in live]
        assert not any(receipt["unclear_dates"] for receipt in replayed)
        moved = review.replay(others, "moved")
        asked = review.live(others, "asked")
        assert review.records("moved", others) == [row["pmid"] for row in collect(moved)[1]]
    named = {int(number) for receipt in moved for number in receipt["unclear_dates"]}
    shown = {number: shown_days(dates, field) for number, dates in enumerate(worlds, 1001)}
    for replayed_window, live_window in zip(moved, asked, strict=True):
        for number in set(replayed_window["pmids"]) ^ set(live_window["pmids"]):
            assert number in named or shown[number] != days_of[number], (
                "a record whose XML says what PubMed's index says fell out, or changed its window"
            )
    if (from_day, to_day) == (START, END):
        assert {number for receipt in moved for number in receipt["pmids"]} == set(wanted)
    for window in windows:
        cut_here = any(one.overlaps(window) and not window.within(one) for one in others)
        for number, found_on in days_of.items():
            found = any(window.first <= day <= window.last for day in found_on)
            fits = any(window.first <= day <= window.last for day in shown[number])
            assert fits or not found or not cut_here or number in named, (
                "a record without a date of its window is not named"
            )


@pytest.fixture
def review(pubmed: EntrezServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Review:
    monkeypatch.chdir(tmp_path)
    return Review(tmp_path, pubmed, "crdt")


def test_an_archive_that_would_replay_otherwise_does_not_replace_the_old_one(review, pubmed, monkeypatch):
    dates = {"crdt": START, "edat": START, "pdat": START, "electronic": None, "known": 10}
    pubmed.set_world(World([record_xml(number, dates) for number in (1, 2)]))
    windows = list(cut(START, END, "year"))
    review.live(windows)
    review.freeze(windows)
    before = Path("config/inputs/pubmed/archive.json").read_bytes()
    whole = freeze.Replay.records
    monkeypatch.setattr(freeze.Replay, "records", lambda self: list(whole(self))[:-1])
    with pytest.raises(InputError, match=r"gives 1 records, the run gave 2 \(PMID 2\).*old archive is kept"):
        review.freeze(windows)
    assert Path("config/inputs/pubmed/archive.json").read_bytes() == before


@pytest.mark.skipif(not FAULT_CASES.is_dir(), reason="no shared/cases/faults here")
@pytest.mark.parametrize(
    ("name", "number", "field", "filed"),
    [
        ("record-pdat-in-two-years.xml", 38000001, "pdat", [20201215, 20210201]),
        ("record-crdt-a-day-later-than-its-window.xml", 38000002, "crdt", [20201231]),
        ("record-without-entrez-date.xml", 38000003, "crdt", [20200501]),
    ],
)
def test_a_specimen_whose_dates_do_not_fit_its_window_is_kept_and_named(
    name, number, field, filed, review, pubmed, caplog
):
    review.date_field = field
    pubmed.set_world(World([(FAULT_CASES / name).read_bytes()], {field: {number: filed}}))
    windows = list(cut(START, END, "year"))
    live = review.live(windows)
    assert [row["pmid"] for row in collect(live)[1]] == review.records("live", windows) == [number]
    review.freeze(windows)
    assert f"PMID {number}: PubMed found it in" in caplog.text
    assert [receipt["pmids"] for receipt in review.replay(windows)] == [receipt["pmids"] for receipt in live]
    only_2020 = review.replay(windows[:1], "one")
    assert only_2020[0]["pmids"] == [number]


def test_going_back_within_a_window_selects_what_is_there_and_asks_nothing(review, pubmed):
    """Also by publication date, where a record counts on its print and on its electronic day."""
    review.date_field = "pdat"
    days = {1: ("2020-02-01", None), 2: ("2020-11-01", "2020-03-31"), 3: ("2020-11-01", None)}
    records = [
        record_xml(number, {
            "crdt": START, "edat": START, "pdat": date.fromisoformat(printed), "known": 10,
            "electronic": date.fromisoformat(electronic) if electronic else None,
        })
        for number, (printed, electronic) in days.items()
    ]  # fmt: skip
    pubmed.set_world(World(records))
    year, back = Window(START, date(2020, 12, 31)), Window(START, date(2020, 3, 31))
    review.live([year])
    asked = len(pubmed.log())
    (receipt,) = review.live([back])
    assert len(pubmed.log()) == asked
    assert receipt["pmids"] == review.records("live", [back]) == [1, 2]
    assert (receipt["window"], receipt["selected_from"]) == (str(back), str(year))
    (other_query,) = review.live([Window(START, date(2020, 4, 30))], query="another")
    assert len(pubmed.log()) > asked, "another query has to be asked"
    assert "selected_from" not in other_query


@pytest.mark.parametrize(
    "spoil",
    [
        {"searched_on": "2020-03-31"}, {"not_delivered": [4]}, {"date_field": "edat"}, {"sha256": "0" * 64},
        {"endpoint": "https://mirror.example.org/"}, {"mode": "archive"},
    ],
    ids=str,
)  # fmt: skip
def test_a_longer_window_that_may_lack_a_record_is_not_reused(spoil, review, pubmed):
    dates = {"crdt": START, "edat": START, "pdat": START, "electronic": None, "known": 10}
    pubmed.set_world(World([record_xml(1, dates)]))
    year, back = Window(START, date(2020, 12, 31)), Window(START, date(2020, 3, 31))
    (receipt,) = review.live([year])
    Path(f"live/{year}.json").write_text(json.dumps(receipt | spoil), encoding="utf-8")
    asked = len(pubmed.log())
    review.live([back])
    assert len(pubmed.log()) > asked


def test_the_receipt_of_a_window_says_whether_it_was_over(review, pubmed, monkeypatch, caplog):
    dates = {"crdt": START, "edat": START, "pdat": START, "electronic": None, "known": 10}
    pubmed.set_world(World([record_xml(1, dates)]))
    windows = list(cut(START, END, "year"))
    monkeypatch.setattr(fetch_window, "pubmed_day", lambda: END)
    assert [receipt["window_over"] for receipt in review.live(windows)] == [True, False]
    review.freeze(windows)
    assert f"window {windows[1]}: it was still open on the day of the search ({END})" in caplog.text
    assert [receipt["window_over"] for receipt in review.replay(windows)] == [True, False]
    (shorter,) = review.replay([Window(date(2021, 1, 1), date(2021, 12, 30))], "shorter")
    assert shorter["window_over"] is True
