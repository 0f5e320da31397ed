"""Fetch the review's full text from PubMed Central, and refuse what cannot or may not be used."""

import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts.common.errors import RetrievalError
from scripts.common.job import job, log
from scripts.common.paper.article import Article
from scripts.common.search.archive import json_text
from scripts.common.search.entrez import Client
from scripts.common.values.counts import count_of

if TYPE_CHECKING:
    snakemake: Any

BY_HAND = "Save its JATS XML by hand and set paper.source: file (docs/paper.md)."
OPEN = re.compile(r"creative ?commons|creativecommons\.org|public domain|\bCC[ -](?:BY|0)\b", re.IGNORECASE)


def find_pmcid(pmcid: str, pmid: str, doi: str, client: Client) -> str:
    """Return the digits of the PMCID: as given, else by elink from the PMID, else from the DOI's PMID."""
    if pmcid:
        return pmcid.upper().removeprefix("PMC")
    if not pmid:
        found = client.search(f'"{doi}"[aid]', "the paper").pmids
        if len(found) != 1:
            raise RetrievalError(
                f"paper.doi: PubMed has {len(found)} records of {doi}, one is needed. Give paper.pmid."
            )
        pmid = str(found[0])
    linked = client.pmc_of(int(pmid), "the paper")
    if not linked:
        raise RetrievalError(f"paper.pmid: {pmid} is not in PubMed Central. {BY_HAND}")
    if len(linked) > 1:
        raise RetrievalError(
            f"paper.pmid: {pmid} has {len(linked)} articles in PubMed Central. Give paper.pmcid."
        )
    return str(linked[0])


def check_licence(article: Article, number: str) -> str:
    """Return the licence; stop if it does not allow reuse."""
    if not OPEN.search(article.licence):
        stated = f"its licence is: {article.licence[:120]}" if article.licence else "its XML names no licence"
        raise RetrievalError(
            f"paper.source: PMC{number} may be read but not reused here ({stated}). Ask its publisher, or use"
            " paper.source: file with a copy that you may use."
        )
    return article.licence


def fetch(number: str, ask: Callable[[str, str], bytes]) -> tuple[bytes, Article]:
    """Return the full text as sent, and as read; front matter only, or nothing, is refused by Article."""
    content = ask(number, "the paper")
    return content, Article(content, f"PMC{number}")


def main(*, ids: tuple[str, str, str], client: Client, xml: str, receipt: str) -> None:
    """Write the full text and its receipt: identifiers, licence, digest."""
    number = find_pmcid(*ids, client)
    content, article = fetch(number, client.fetch_pmc)
    licence = check_licence(article, number)
    about = {
        "pmcid": f"PMC{number}",
        "pmid": article.identifier("pmid"),
        "doi": article.identifier("doi"),
        "title": article.title,
        "licence": licence,
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    Path(xml).write_bytes(content)
    Path(receipt).write_text(json_text(about), encoding="utf-8")
    log.info("PMC%s fetched, %s, %s", number, count_of(len(content), "byte"), licence)


if __name__ == "__main__":
    with job(snakemake):
        main(
            ids=snakemake.params.ids,
            client=Client(
                snakemake.params.endpoint,
                allow_other_endpoint=snakemake.params.allow_other_endpoint,
            ),
            xml=snakemake.output.xml,
            receipt=snakemake.output.receipt,
        )
