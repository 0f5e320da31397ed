"""Find the included studies of a review in its own text; the corrections of people win."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from scripts.common.errors import InputError
from scripts.common.files.tables import write_table
from scripts.common.job import job, log
from scripts.common.paper.article import Article
from scripts.common.paper.corrections import CORRECTIONS, Correction, read_corrections
from scripts.common.paper.included_set import Verdict, decide
from scripts.common.paper.notices import notices
from scripts.common.paper.references import order_of
from scripts.common.paper.source import find_reference, study_name
from scripts.common.values.counts import count_of
from scripts.common.values.identifiers import doi_key

if TYPE_CHECKING:
    snakemake: Any

REFERENCE_FIELDS = (
    "ref_id", "authors", "year", "title", "journal", "volume", "issue", "pages", "doi", "pmid",
)  # fmt: skip
COLUMNS = (
    "study_id", *REFERENCE_FIELDS, "confidence", "source", "rule", "also_found_by", "contradiction",
)  # fmt: skip
CANDIDATE_COLUMNS = ("rule", "place", "size", "score", "chosen", "ref_ids")
DOUBT_COLUMNS = ("what", "place", "says")


def included_rows(
    article: Article, verdict: Verdict, corrections: Sequence[Correction]
) -> list[dict[str, str]]:
    """Return the rows of included.csv; a person's yes adds a study, a person's no takes one away."""
    corrected: dict[str, Correction] = {}
    for one in corrections:
        ref = find_reference(article, one.item)
        if not ref:
            raise InputError(
                f"{CORRECTIONS} line {one.line}: {one.item!r} is no reference of {article.name}."
                " Write its printed number or its ref_id."
            )
        corrected[ref] = one
    kept = {ref for ref in verdict.ref_ids if ref not in corrected or corrected[ref].value == "yes"}
    kept |= {ref for ref, one in corrected.items() if one.value == "yes"}
    against = "; ".join(says for what, _, says in verdict.doubts if what == "included")
    return [
        {
            "study_id": study_name(article, ref),
            **{name: getattr(article.reference[ref], name) for name in REFERENCE_FIELDS},
            "also_found_by": "; ".join(verdict.also),
            **(_confirmed(corrected[ref]) if ref in corrected else _proposed(article.name, verdict, against)),
        }
        for ref in order_of(article.reference, list(kept))
    ]


def _confirmed(correction: Correction) -> dict[str, str]:
    return {
        "confidence": "confirmed", "source": f"{CORRECTIONS}: {correction.reason}", "rule": "correction",
        "contradiction": "",
    }  # fmt: skip


def _proposed(paper: str, verdict: Verdict, against: str) -> dict[str, str]:
    return {
        "confidence": verdict.confidence, "source": f"{paper}: {verdict.place}", "rule": verdict.rule,
        "contradiction": against,
    }  # fmt: skip


def checked(article: Article, verdict: Verdict, number: int, doi: str) -> list[tuple[str, str, str]]:
    """Return the doubts, with two about the whole: another article, the count after corrections."""
    found = list(verdict.doubts)
    own = doi_key(article.identifier("doi"))
    if doi and own and own != doi_key(doi):
        found.append(
            ("paper", article.name, f"its DOI is {own}, that of the review is {doi_key(doi)} (review.doi)")
        )
    if (
        verdict.stated is not None
        and verdict.stated != number
        and not any(what == "included" for what, _, _ in found)
    ):
        found.append(("included", "corrected list", f"{number} studies, the text states {verdict.stated}"))
    return found


def candidate_rows(article: Article, verdict: Verdict) -> list[dict[str, object]]:
    """Return the rows of candidates.csv: every set that was proposed, with its points, the best first."""
    rows: list[dict[str, object]] = []
    for one, points in verdict.candidates:
        refs = order_of(article.reference, list(one.ref_ids))
        rows.append(
            {
                "rule": one.kind, "place": one.place, "size": len(refs), "score": points,
                "chosen": "yes" if refs == verdict.ref_ids else "no", "ref_ids": " ".join(refs),
            }
        )  # fmt: skip
    return rows


def main(
    *, paper: str, corrections: str | None, doi: str, included: str, candidates_csv: str, doubts: str
) -> None:
    """Write the included studies as proposed, all that was proposed, and what speaks against it."""
    article = Article.read(paper)
    verdict = decide(article)
    rows = included_rows(article, verdict, read_corrections(corrections, "included"))
    against = [
        *checked(article, verdict, len(rows), doi),
        *notices(article, {row["ref_id"] for row in rows}),
    ]
    write_table(rows, included, COLUMNS)
    write_table(candidate_rows(article, verdict), candidates_csv, CANDIDATE_COLUMNS)
    write_table(
        [dict(zip(DOUBT_COLUMNS, one, strict=True)) for one in against],
        doubts,
        DOUBT_COLUMNS,
    )
    for what, place, says in against:
        if what != "table row":
            log.warning("%s: %s: %s", paper, place, says)
    log.info(
        "%s (%s), %s",
        count_of(len(rows), "included study", "included studies"),
        verdict.confidence,
        count_of(len(against), "doubt"),
    )


if __name__ == "__main__":
    with job(snakemake):
        main(
            paper=snakemake.input.paper,
            corrections=snakemake.input.get("corrections"),
            doi=snakemake.params.doi,
            included=snakemake.output.included,
            candidates_csv=snakemake.output.candidates,
            doubts=snakemake.output.doubts,
        )
