"""A live search compared with the archive: records, the query as PubMed read it, and the year of MeSH."""

import json
from pathlib import Path

import pytest

from scripts.common.search.archive import gzip_bytes, json_text
from scripts.search.compare_archive import DAYS, REREAD, cause, main
from tests.workflow.running import rows

DATES = {"created": "2020-01-01", "entered": "2020-01-01", "mesh_added": "", "revised": ""}


@pytest.mark.parametrize(
    ("changed", "reread", "why"),
    [
        ({"created": "2023-01-02", "entered": "2023-01-02"}, False, "created later"),
        ({"created": "2023-01-02"}, False, "entered late: created after the archive's search, dated back"),
        ({"mesh_added": "2023-01-02"}, True, "MeSH added later"),
        ({"revised": "2023-01-02"}, True, "revised since"),
        ({}, True, REREAD),
        ({}, False, "PubMed gives no reason"),
    ],
)
def test_why_a_record_is_new(changed, reread, why):
    assert cause({**DATES, **changed}, "2022-08-16", reread) == why


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
