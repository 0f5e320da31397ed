"""The archive of the search: it answers one query over one period, whole and unchanged, or it is refused."""

import gzip
import hashlib
import io
import json
from datetime import date

import pytest

from scripts.common.errors import InputError
from scripts.common.records.pubmed_xml import articles, pmid
from scripts.common.search.archive import (
    check_archive,
    check_covered,
    check_window,
    gzip_bytes,
    json_text,
    open_archive,
)
from scripts.common.search.windows import Window
from scripts.search.replay_window import main

QUERY = "physiotherapy[tiab] AND telehealth[tiab]"
Y2020, Y2021 = "2020-01-01_2020-12-31", "2021-01-01_2021-12-31"


def article(number, published):
    year, *rest = published.split("-")
    parts = "".join(f"<{name}>{text}</{name}>" for name, text in zip(("Month", "Day"), rest, strict=False))
    return (
        f"<PubmedArticle><MedlineCitation><PMID>{number}</PMID><Article><Journal><JournalIssue><PubDate>"
        f"<Year>{year}</Year>{parts}</PubDate></JournalIssue></Journal><ArticleTitle>Study {number}"
        "</ArticleTitle></Article></MedlineCitation></PubmedArticle>"
    )


def seal(folder, **changes):
    """Write archive.json over the receipts that lie in the folder; return its path."""
    path = folder / "archive.json"
    receipts = sorted(folder.glob("2*.json"))
    content = {
        "origin": "pubmed",
        "query": QUERY,
        "date_field": "pdat",
        "start": "2020-01-01",
        "end": "2021-12-31",
        "note": "made for tests",
        "windows": {file.stem: hashlib.sha256(file.read_bytes()).hexdigest() for file in receipts},
    }
    path.write_text(json_text(content | changes), encoding="utf-8")
    return path


def put(folder, window, *found, names=None):
    """Write one window with these articles (PMID, date); the receipt names them, or ``names``."""
    body = "".join(article(number, published) for number, published in found)
    xml = f"<PubmedArticleSet>{body}</PubmedArticleSet>".encode()
    (folder / f"{window}.xml.gz").write_bytes(gzip_bytes(xml))
    numbers = [number for number, _ in found] if names is None else names
    receipt = {
        "window": window,
        "count": len(numbers),
        "pmids": numbers,
        "sha256": hashlib.sha256(xml).hexdigest(),
    }
    (folder / f"{window}.json").write_text(json_text(receipt), encoding="utf-8")


@pytest.fixture
def archive(tmp_path):
    """Return archive.json of a search that found two records in 2020 and two in 2021."""
    folder = tmp_path / "pubmed"
    folder.mkdir()
    put(folder, Y2020, (2, "2020"), (1, "2020-Aug-16"))
    put(folder, Y2021, (3, "2021-02"), (4, "2021-08-17"))
    return seal(folder)


def replay(path, first, last, query=QUERY, date_field="pdat"):
    """Replay one window; return the PMIDs of the XML and the receipt."""
    xml, receipt = path.parents[1] / "out.xml.gz", path.parents[1] / "out.json"
    main(
        archive_json=str(path),
        window_name=f"{first}_{last}",
        query=query,
        date_field=date_field,
        xml=str(xml),
        receipt=str(receipt),
    )
    found = [pmid(a) for a in articles(io.BytesIO(gzip.decompress(xml.read_bytes())), "out.xml")]
    return found, json.loads(receipt.read_text(encoding="utf-8"))


def test_a_window_holds_its_records_in_the_order_of_their_pmids(archive):
    found, receipt = replay(archive, "2020-01-01", "2020-12-31")
    assert found == ["1", "2"]
    assert (receipt["count"], receipt["pmids"]) == (2, [1, 2])
    assert receipt["dates"] == {"to the day": 1, "to the month": 0, "to the year": 1}
    assert (receipt["query"], receipt["origin"], receipt["mode"]) == (QUERY, "pubmed", "archive")


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        ("2020-01-01", "2020-08-15", ["2"]),
        ("2020-01-01", "2020-08-16", ["1", "2"]),
        ("2020-01-02", "2020-12-31", ["1"]),
        ("2021-02-01", "2021-02-01", ["3"]),
        ("2021-08-18", "2021-12-31", []),
        ("2020-06-01", "2021-06-30", ["1", "3"]),
    ],
    ids=[
        "up to the day before",
        "last day included",
        "a year alone is 1 January",
        "a month alone is its first",
        "none",
        "over two windows of the archive",
    ],
)
def test_a_record_falls_where_pubmed_would_put_it(archive, first, last, found):
    assert replay(archive, first, last)[0] == found


def test_windows_of_any_length_give_every_record_once(archive):
    halves = [
        ("2020-01-01", "2020-06-30"),
        ("2020-07-01", "2020-12-31"),
        ("2021-01-01", "2021-06-30"),
        ("2021-07-01", "2021-12-31"),
    ]
    assert sorted(number for half in halves for number in replay(archive, *half)[0]) == ["1", "2", "3", "4"]


def test_a_replay_gives_the_same_bytes_each_time(archive):
    out = archive.parents[1] / "out.xml.gz"
    replay(archive, "2020-01-01", "2020-12-31")
    first = out.read_bytes()
    replay(archive, "2020-01-01", "2020-12-31")
    assert out.read_bytes() == first
    assert first[4:8] == b"\0\0\0\0"  # no time in the header of gzip


def test_line_breaks_in_a_query_do_not_make_it_another(archive):
    assert open_archive(archive, QUERY.replace(" AND ", "\n  AND "), "pdat", "2020-01-01", "2020-12-31")


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (
            ("yoga[tiab]", "pdat", "2020-01-01", "2021-12-31"),
            r"search\.query: the archive answers another query",
        ),
        (
            (QUERY, "crdt", "2020-01-01", "2021-12-31"),
            r"search\.date_field: crdt, .* cut by pdat",
        ),
        (
            (QUERY, "pdat", "2019-12-31", "2021-12-31"),
            r"search\.start: 2019-12-31 lies outside the archive, which holds 2020-01-01 to 2021-12-31",
        ),
        ((QUERY, "pdat", "2020-01-01", "2022-08-16"), r"search\.end: 2022-08-16 lies outside the archive"),
    ],
    ids=["another query", "another date", "begins too late", "ends too early"],
)
def test_an_archive_that_does_not_answer_is_refused_by_name(archive, asked, message):
    with pytest.raises(InputError, match=f"{message}.*archive\\.json"):
        open_archive(archive, *asked)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, r"archive\.json: this file of the archive is missing"),
        ("{", r"archive\.json: damaged JSON"),
        ("[]", r"archive\.json: a JSON object is needed"),
        ('{"origin": "pubmed"}', r"archive\.json: query is missing"),
    ],
)
def test_a_damaged_archive_json_is_named(tmp_path, content, message):
    path = tmp_path / "archive.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        open_archive(path, QUERY, "pdat", "2020-01-01", "2020-12-31")


def test_an_answer_of_unknown_origin_is_refused(archive):
    path = seal(archive.parent, origin="memory")
    with pytest.raises(
        InputError, match=r"archive\.json: origin 'memory' is neither of pubmed, transcription"
    ):
        open_archive(path, QUERY, "pdat", "2020-01-01", "2020-12-31")


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def test_a_whole_archive_passes(archive):
    (archive.parent / "README.md").write_text("about", encoding="utf-8")
    check_archive(archive, read(archive))


def test_a_tampered_window_is_named(archive):
    window = archive.with_name(f"{Y2020}.xml.gz")
    xml = gzip.decompress(window.read_bytes())
    window.write_bytes(gzip_bytes(xml.replace(b"Study 1", b"Study X")))
    with pytest.raises(
        InputError, match=rf"{Y2020}\.xml\.gz: was changed, its SHA-256 is not the one in {Y2020}"
    ):
        check_archive(archive, read(archive))


def test_a_tampered_receipt_is_named(archive):
    receipt = archive.with_name(f"{Y2020}.json")
    receipt.write_text(
        receipt.read_text(encoding="utf-8").replace('"count": 2', '"count": 1'), encoding="utf-8"
    )
    with pytest.raises(InputError, match=rf"{Y2020}\.json: was changed, .* not the one in archive\.json"):
        check_archive(archive, read(archive))


def test_a_window_that_was_cut_off_is_named(archive):
    window = archive.with_name(f"{Y2020}.xml.gz")
    window.write_bytes(window.read_bytes()[:-20])
    with pytest.raises(InputError, match=rf"{Y2020}\.xml\.gz: damaged or cut"):
        check_archive(archive, read(archive))


def test_a_missing_window_is_named_and_its_records_are_not_taken_for_none(archive):
    archive.with_name(f"{Y2020}.xml.gz").unlink()
    with pytest.raises(InputError, match=rf"{Y2020}\.xml\.gz: this window of the archive is missing"):
        check_archive(archive, read(archive))
    with pytest.raises(InputError, match=rf"{Y2020}\.xml\.gz: this window of the archive is missing"):
        replay(archive, "2020-01-01", "2020-12-31")
    check_covered(read(archive), archive, Window(date(2021, 1, 1), date(2021, 12, 31)))


def test_a_missing_receipt_is_named(archive):
    archive.with_name(f"{Y2021}.json").unlink()
    with pytest.raises(InputError, match=rf"{Y2021}\.json: this file of the archive is missing"):
        check_archive(archive, read(archive))


@pytest.mark.parametrize("name", ["notes.txt", "2022-01-01_2022-12-31.xml.gz", "2022-01-01_2022-12-31.json"])
def test_a_foreign_file_in_the_archive_is_named(archive, name):
    (archive.parent / name).write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match=rf"{name}: archive\.json does not name this file\. Take it away"):
        check_archive(archive, read(archive))


def test_a_foreign_window_is_not_replayed(archive):
    name = "2020-06-01_2020-06-30"
    put(archive.parent, name, (9, "2020-06-01"))
    with pytest.raises(InputError, match=rf"{name}\.xml\.gz: archive\.json does not name this window"):
        replay(archive, "2020-01-01", "2020-12-31")
    with pytest.raises(InputError, match="does not name this window"):
        check_window(read(archive), archive.with_name(f"{name}.xml.gz"))


def test_a_receipt_that_names_other_records_than_the_xml_holds_is_refused(archive):
    put(archive.parent, Y2020, (1, "2020-08-16"), (2, "2020"), names=[1, 2, 5])
    with pytest.raises(
        InputError, match=rf"{Y2020}\.xml\.gz: the receipt names PMID 5, the XML does not hold it"
    ):
        replay(seal(archive.parent), "2020-01-01", "2020-12-31")


def test_a_record_in_two_windows_of_the_archive_comes_once(archive):
    put(archive.parent, Y2021, (1, "2020-08-16"), (3, "2021-02"))
    assert replay(seal(archive.parent), "2020-01-01", "2021-12-31")[0] == ["1", "2", "3"]


def test_a_whole_window_is_replayed_as_pubmed_answered_whatever_the_dates_in_the_xml(archive):
    put(archive.parent, Y2020, (1, "2020-08-16"), (2, "2021-01-01"), (5, "2019"))
    assert replay(seal(archive.parent), "2020-01-01", "2020-12-31")[0] == ["1", "2", "5"]


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [("2020-01-01", "2020-06-30", ["5"]), ("2020-07-01", "2020-12-31", ["1", "2"])],
)
def test_in_other_windows_a_record_counts_on_the_nearest_day_and_is_named(archive, first, last, found):
    put(archive.parent, Y2020, (1, "2020-08-16"), (2, "2021-01-01"), (5, "2019"))
    numbers, receipt = replay(seal(archive.parent), first, last)
    assert numbers == found
    assert receipt["unclear_dates"] == {"2": "2021-01-01", "5": "2019"}


def test_in_other_windows_a_record_without_date_counts_on_the_first_day_and_is_named(archive):
    path = seal(archive.parent, date_field="crdt")
    numbers, receipt = replay(path, "2020-01-01", "2020-06-30", date_field="crdt")
    assert numbers == ["1", "2"]
    assert receipt["unclear_dates"] == {"1": "no date", "2": "no date"}
    assert replay(path, "2020-07-01", "2020-12-31", date_field="crdt")[0] == []
