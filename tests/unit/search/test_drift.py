"""A live search compared with the archive: records, the query as PubMed read it, and the year of MeSH."""

import json
from pathlib import Path

import pytest

from scripts.common.search.archive import gzip_bytes, json_text
from scripts.search.compare_archive import (
    DAYS,
    FILES_END,
    HEADINGS,
    NO_ANSWER,
    NO_REASON,
    NOT_HELD,
    OTHER_WAY,
    REREAD,
    cause,
    main,
)
from tests.workflow.running import rows

DATES = {"created": "2020-01-01", "entered": "2020-01-01", "mesh_added": "", "revised": ""}


@pytest.mark.parametrize(
    ("changed", "otherwise", "why"),
    [
        ({"created": "2023-01-02", "entered": "2023-01-02"}, NO_REASON, "created later"),
        (
            {"created": "2023-01-02"},
            NO_REASON,
            "entered late: created after the archive's search, dated back",
        ),
        ({"mesh_added": "2023-01-02"}, REREAD, "MeSH added later"),
        ({"revised": "2023-01-02"}, REREAD, "revised since"),
        ({}, REREAD, REREAD),
        ({}, NO_REASON, NO_REASON),
    ],
)
def test_why_a_record_is_new(changed, otherwise, why):
    assert cause({**DATES, **changed}, "2022-08-16", otherwise) == why


@pytest.mark.parametrize(
    "limit",
    [
        "2020/01/01:2020/12/31[Date - Create]",
        "(2020/01/01:2020/12/31[Date - Create])",
        '("2020/01/01"[Date - Publication] : "2020/12/31"[Date - Publication])',
        "2020/1/1:2020/12/31[Date - Entry]",
    ],
)
def test_the_limit_to_days_is_no_part_of_how_the_query_is_read(limit):
    assert DAYS.sub("", f'("blog"[MeSH Terms] OR "2019/2020"[All Fields]) AND {limit}') == (
        '("blog"[MeSH Terms] OR "2019/2020"[All Fields])'
    )


def window(folder: Path, name: str, pmids: list[int], **receipt: str) -> dict[str, str]:
    folder.mkdir(exist_ok=True)
    one = "<PubmedArticle><MedlineCitation><PMID>{}</PMID></MedlineCitation></PubmedArticle>"
    articles = "".join(map(one.format, pmids))
    xml = folder / f"{name}.xml.gz"
    xml.write_bytes(gzip_bytes(f"<PubmedArticleSet>{articles}</PubmedArticleSet>".encode()))
    path = folder / f"{name}.json"
    path.write_text(json_text({"window": name, "pmids": pmids, **receipt}), encoding="utf-8")
    return {"xml": str(xml), "receipt": str(path)}


LIMIT = " AND 2020/01/01:2020/12/31[Date - Create]"
HALF = " AND 2020/01/01:2020/06/30[Date - Create]"
THEN = {"translation": "blog" + HALF, "searched_on": "2022-08-16"}
NOW = {"searched_on": "2026-11-26"}


@pytest.mark.parametrize(
    ("archived", "live", "verdict", "why_gone"),
    [
        (THEN, "blog" + LIMIT, ("same", "2022", "2026"), False),
        (THEN, "blogging" + LIMIT, ("differs", "2022", "2026"), True),
        ({}, "blog" + LIMIT, ("not known", "", "2026"), False),
        (THEN, "", ("not known", "2022", "2026"), False),
    ],
    ids=["the same", "read differently", "facts that no search gave", "an answer without translation"],
)
def test_translation_and_mesh_year_of_archive_and_live_search_are_compared(
    archived, live, verdict, why_gone, tmp_path
):
    window(tmp_path / "archive", "2020-01-01_2020-06-30", [1, 2], **archived)
    about = {"windows": {"2020-01-01_2020-06-30": ""}, "searched_to": archived.get("searched_on", "")}
    (tmp_path / "archive/archive.json").write_text(json.dumps(about), encoding="utf-8")
    asked = window(tmp_path / "live", "2020-01-01_2020-12-31", [2], translation=live, **NOW)
    outputs = {name: str(tmp_path / f"{name}.csv") for name in ("drift", "drift_summary", "drift_query")}
    main(
        windows=[asked["xml"]], receipts=[asked["receipt"]], end="2020-12-31",
        archive_json=str(tmp_path / "archive/archive.json"), **outputs,
    )  # fmt: skip
    (summary,) = rows(Path(outputs["drift_summary"]))
    assert (summary["translation"], summary["mesh_archive"], summary["mesh_live"]) == verdict
    (query,) = rows(Path(outputs["drift_query"]))
    assert query["window"] == "2020-01-01_2020-12-31"
    assert query["translation_live"] == live.removesuffix(LIMIT)
    gone, same = rows(Path(outputs["drift"]))
    assert (gone["status"], same["status"]) == ("gone", "same")
    assert (REREAD in gone["cause"]) == why_gone


BASE = {"mode": "baseline", "files": {"first": "pubmed26n0001", "last": "pubmed26n0003"}, "translation": ""}


@pytest.mark.parametrize(
    ("then", "now", "unexplained", "translation"),
    [
        ({**THEN, "mode": "live"}, {**BASE, **NOW}, OTHER_WAY, "not known"),
        ({**BASE, "searched_on": "2025-12-09"}, {**NOW, "mode": "live", "translation": "x"},
         OTHER_WAY, "not known"),
        ({**BASE, "searched_on": "2025-12-09"}, {**BASE, **NOW}, NO_REASON, "same"),
        (
            {**BASE, "files": {"first": "pubmed25n0001", "last": "pubmed25n0002"}, **THEN, "translation": ""},
            {**BASE, **NOW}, HEADINGS, "same",
        ),
    ],
    ids=["archive from live, now files", "archive from files, now live", "files of one year", "of two years"],
)  # fmt: skip
def test_any_two_ways_of_searching_can_be_compared(then, now, unexplained, translation, tmp_path):
    name = "2020-01-01_2020-12-31"
    window(tmp_path / "archive", name, [1, 2], **then)
    about = {"windows": {name: ""}, "searched_to": then["searched_on"]}
    (tmp_path / "archive/archive.json").write_text(json.dumps(about), encoding="utf-8")
    asked = window(tmp_path / "here", name, [2, 3], **now)
    outputs = {name: str(tmp_path / f"{name}.csv") for name in ("drift", "drift_summary", "drift_query")}
    main(
        windows=[asked["xml"]], receipts=[asked["receipt"]], end="2020-12-31",
        archive_json=str(tmp_path / "archive/archive.json"), **outputs,
    )  # fmt: skip
    (summary,) = rows(Path(outputs["drift_summary"]))
    assert (summary["mode_archive"], summary["mode_live"]) == (then["mode"], now["mode"])
    assert (summary["archive"], summary["live"], summary["same"]) == ("2", "2", "1")
    assert summary["translation"] == translation
    (new,) = [row for row in rows(Path(outputs["drift"])) if row["status"] == "new"]
    assert (new["pmid"], new["cause"]) == ("3", unexplained)


def test_the_files_tell_why_a_record_of_the_archive_is_gone(tmp_path):
    """PMID 1 is younger than the files, 2 in none, 3 there and changed, 4 deleted."""
    created = {1: "2026-01-02", 2: "2020-01-02", 3: "2020-01-02", 4: "2020-01-02"}
    name = "2020-01-01_2026-12-31"
    then = window(tmp_path / "archive", name, [1, 2, 3, 4], mode="live", searched_on="2026-02-01")
    history = (
        '<PubmedData><History><PubMedPubDate PubStatus="entrez">{}</PubMedPubDate></History></PubmedData>'
    )
    articles = "".join(
        f"<PubmedArticle><MedlineCitation><PMID>{number}</PMID></MedlineCitation>"
        + history.format(
            "".join(
                f"<{tag}>{part}</{tag}>"
                for tag, part in zip(("Year", "Month", "Day"), day.split("-"), strict=True)
            )
        )
        + "</PubmedArticle>"
        for number, day in created.items()
    )
    Path(then["xml"]).write_bytes(gzip_bytes(f"<PubmedArticleSet>{articles}</PubmedArticleSet>".encode()))
    about = {"windows": {name: ""}, "searched_to": "2026-02-01"}
    (tmp_path / "archive/archive.json").write_text(json.dumps(about), encoding="utf-8")
    here = window(tmp_path / "here", name, [], **{**BASE, "searched_on": "2025-12-09"})
    lists, files = [], []
    for number, (pmids, deleted) in enumerate([("3\n4 2\n5\n", []), ("6\n", [[4, 2]])], 1):
        lists.append(tmp_path / f"pubmed26n000{number}.pmids.gz")
        lists[-1].write_bytes(gzip_bytes(pmids.encode()))
        files.append(tmp_path / f"pubmed26n000{number}.json")
        files[-1].write_text(json.dumps({"file": f"pubmed26n000{number}", "deleted": deleted}))
    outputs = {name: str(tmp_path / f"{name}.csv") for name in ("drift", "drift_summary", "drift_query")}
    main(
        windows=[here["xml"]], receipts=[here["receipt"]], end="2026-12-31",
        archive_json=str(tmp_path / "archive/archive.json"), **outputs, pmids=list(map(str, lists)),
        files=list(map(str, files)),
    )  # fmt: skip
    assert {row["pmid"]: row["cause"] for row in rows(Path(outputs["drift"]))} == {
        "1": FILES_END, "2": NOT_HELD, "3": NO_ANSWER, "4": "deleted by pubmed26n0002",
    }  # fmt: skip
