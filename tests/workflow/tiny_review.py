"""The invented review in tests/data/tiny_review: small enough to count by hand, which truth.json does."""

import gzip
import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

from scripts.common.search.archive import gzip_bytes, json_text
from tests.paths import DATA
from tests.workflow.running import seal

TINY = DATA / "tiny_review"
TRUTH: dict[str, Any] = json.loads((TINY / "truth.json").read_text(encoding="utf-8"))
PUBMED = "config/inputs/pubmed"

# What docs/files.md promises of a review with a search, a database, a website, decisions and codings.
PROMISED = (
    "inputs/checked.csv",
    *(f"search/windows/{year}-01-01_{year}-12-31.{end}" for year in (2019, 2020) for end in ("xml.gz", "json")),
    "search/windows/2021-01-01_2021-06-30.xml.gz", "search/windows/2021-01-01_2021-06-30.json",
    "search/log.csv", "search/pmids.csv", "search/lint.csv", "search/strategies.csv", "search/strategies.json",
    *(f"records/parsed/{part}{name}.csv" for part in ("", "set_aside/", "counts/") for name in ("pubmed", "ovid", "zotero")),
    *(f"records/{name}.csv" for name in ("records", "set_aside", "counts", "clusters", "links", "versions", "maybe", "unique")),
    "records/unique.ris", "records/unique_for_spreadsheets.csv",
    *(f"coding/{name}.csv" for name in ("evidence", "evidence_for_spreadsheets", "assessed", "conflicts", "final", "lists", "set_aside", "agreement", "themes", "matrix")),
    "coding/conflicts.xlsx", "coding/review.qdpx", *(f"coding/codebook.{end}" for end in ("yaml", "csv", "qdc")),
    *(f"screening/{name}.csv" for name in ("votes", "decisions", "conflicts", "set_aside", "sheets", "merged", "machines", "agreement", "eligibility", "included", "reports", "recall", "recall_summary", "explain", "search_terms", "previous", "flow", "final_boxes", "list_differences", "to_screen", "with_prior", "passports", "to_screen_for_spreadsheets", "with_prior_for_spreadsheets", "passports_for_spreadsheets")),
    "screening/to_screen.ris",
    *(f"figures/{name}.{end}" for name in ("prisma_flow", "records_per_year", "source_overlap", "themes", "study_theme_matrix", "theme_cooccurrence", "coder_agreement", "claims") for end in ("svg", "png", "pdf", "zh.svg", "zh.png", "zh.pdf", "csv")),
    *(f"report/{name}.csv" for name in ("measures", "forensics", "comparison", "questions", "fragility", "leave_one_out")),
    *(f"report/{name}.{end}" for name in ("prisma_s", "prisma_scr") for end in ("md", "docx")),
    "report/ro-crate-metadata.json", "report/codecheck.yml", "report/Snakefile", "report/review.xlsx", "report/index.html", "report/index.zh.html", "report/checksums.txt",
)  # fmt: skip


def write(review: Path) -> None:
    """Copy the review's config/ into a folder."""
    shutil.copytree(TINY / "config", review / "config")


def write_window(review: Path, window: str, content: bytes) -> None:
    """Put other XML into a window of the archive and seal receipt, archive and inputs.tsv anew."""
    folder = review / PUBMED
    (folder / f"{window}.xml.gz").write_bytes(gzip_bytes(content))
    receipt = json.loads((folder / f"{window}.json").read_text(encoding="utf-8"))
    receipt["sha256"] = hashlib.sha256(content).hexdigest()
    (folder / f"{window}.json").write_text(json_text(receipt), encoding="utf-8")
    about = json.loads((folder / "archive.json").read_text(encoding="utf-8"))
    about["windows"][window] = hashlib.sha256((folder / f"{window}.json").read_bytes()).hexdigest()
    (folder / "archive.json").write_text(json_text(about), encoding="utf-8")
    seal(review, f"{PUBMED}/archive.json")


def read_window(review: Path, window: str) -> bytes:
    """Return the XML of a window of the archive."""
    return gzip.decompress((review / PUBMED / f"{window}.xml.gz").read_bytes())


def digests(review: Path) -> dict[str, str]:
    """Return file -> SHA-256 of every result but the logs."""
    return {
        path.relative_to(review).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted((review / "results").rglob("*"))
        if path.is_file() and "logs" not in path.relative_to(review).parts
    }
