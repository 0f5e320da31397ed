"""Draft a review folder from a paper, from the files of a team, or from both; never write over anything."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts.common.drafts.claims import AtHand, draft_claims
from scripts.common.drafts.coded_sheets import CodedSheets
from scripts.common.drafts.folder import (
    CODING_COLUMNS,
    FLOW_COLUMNS,
    STUDY_COLUMNS,
    DraftFolder,
    codebook,
    table,
)
from scripts.common.drafts.from_files import DraftedFiles, draft_files, files_of
from scripts.common.drafts.from_paper import (
    DraftCode,
    codes_of,
    databases,
    doubts_of_kind,
    flow_rows,
    identity,
    review_of,
    search_day,
)
from scripts.common.errors import InputError
from scripts.common.job import job, progress
from scripts.common.paper.all_printed import printed_numbers
from scripts.common.paper.article import Article
from scripts.common.paper.included_set import Verdict, decide
from scripts.common.paper.source import study_name

if TYPE_CHECKING:
    snakemake: Any

PAPER = "config/inputs/paper.xml"
# A team may name its studies otherwise than the paper does: the paper's list is then no complete one.
SHEETS = {"included", "coding", "charting"}
UNNAMED = {
    "name": "A review without a paper",
    "title": "Not known: write the title of the review here",
    "citation": "Not known",
    "doi": None,
    "pmid": None,
}


def draft(paper: Path | None, files: Sequence[Path], to: str, today: str) -> str:
    """Write the folder and return its list of what is to be confirmed."""
    folder = DraftFolder(to, today)
    found = draft_files(files, folder)
    settings: dict[str, Any] = {"review": UNNAMED}
    if paper is None:
        folder.check("The review", ["name, title, citation, DOI and PMID in config/config.yaml: not known"])
    else:
        settings = _from_paper(Article.read(paper), paper.read_bytes(), folder, found)
    if paper is None and found.coded.drafted:
        source = "drafted from the coding sheets; not confirmed"
        folder.write_yaml("config/codebook.yaml", codebook(codes_of_sheets(found.coded, ()), source))
    _write_variables(found.coded, folder)
    if found.sheets:
        settings["sheets"] = found.sheets
    if found.included:
        settings["screening"] = {"included_list": "partial"}
    if names := folder.inputs_by_kind():
        settings["inputs"] = names
    folder.write_yaml("config/config.yaml", settings)
    folder.check("Files", found.to_do)
    folder.check(
        "All that the review rests on (config/config.yaml, inputs): add what is missing here, also if you"
        " cannot get it. Only with the whole list a number that is not the printed one differs",
        (f"{kind}: {', '.join(listed)}" for kind, listed in names.items()),
    )
    return folder.finish()


def codes_of_sheets(coded: CodedSheets, others: Sequence[DraftCode]) -> list[DraftCode]:
    """Return the codes that coding sheets bring; one of the same name as another code is that code."""
    taken = {other.id for other in others}
    names = {other.label.casefold() for other in others}
    found: list[DraftCode] = []
    for code in coded.drafted:
        if code.label.casefold() not in names:
            found.append(DraftCode(identity(code.label, taken), "", code.label, ""))
            taken.add(found[-1].id)
    return found


def _write_variables(coded: CodedSheets, folder: DraftFolder) -> None:
    """Write charting.yaml: a variable for each column that charting sheets bring."""
    variables = [
        {"id": one.id, "label": {"en": one.label}, "type": one.type, "values": None, "definition": None}
        for one in coded.variables
    ]
    if variables:
        folder.write_yaml("config/charting.yaml", {"variables": variables})
        folder.check(
            "Charted variables (config/charting.yaml): the type of each, and the values that are allowed",
            (f"{one.id}: {one.label}, type {one.type}" for one in coded.variables),
        )


def _from_paper(article: Article, content: bytes, folder: DraftFolder, files: DraftedFiles) -> dict[str, Any]:
    """Write what the paper gives, and return the settings."""
    review = review_of(article)
    source = f"drafted from {review['name']}; not confirmed"
    printed = printed_numbers(article)
    verdict = decide(article)
    whole = verdict.confidence == "high"
    folder.add(
        PAPER, content, "paper", source="the review itself", platform="JATS XML",
        licence=article.licence or "not stated", provenance="the full text that the draft was made from",
    )  # fmt: skip
    settings: dict[str, Any] = {"review": review, "paper": {"source": "file", "file": PAPER}}
    day = search_day(printed)
    settings["search"] = {"mode": "none", **({"end": day} if day else {})}
    about = (f"{name}: {value}" for name, value in review.items())
    folder.check("The review", [*doubts_of_kind(article), *about])
    folder.check("Licence of the paper", [article.licence or "not stated"])
    folder.check(
        "The search",
        [
            f"last day of the search (search.end): {day or 'not known'}",
            *(f"searched: {name} (config/reporting.yaml)" for name in databases(printed)),
        ],
    )
    _studies(article, verdict, whole and not files.kinds & SHEETS, folder, settings, files)
    _codes_and_claims(article, printed, verdict, whole, folder, source, files)
    flow = flow_rows(printed)
    if flow:
        folder.add("config/inputs/flow.csv", table(FLOW_COLUMNS, flow), "flow", source="the review")
        folder.check("The flow (config/inputs/flow.csv)", (f"{row['box']}: {row['count']}" for row in flow))
    if not files.exports and (names := databases(printed)):
        answers = {"databases": names, **({"search_date": day} if day else {})}
        folder.write_yaml("config/reporting.yaml", {"prisma_s": answers})
    return settings


def _studies(
    article: Article,
    verdict: Verdict,
    whole: bool,
    folder: DraftFolder,
    settings: dict[str, Any],
    files: DraftedFiles,
) -> None:
    """Write the included studies as the paper shows them, unless the team's own list is among the files."""
    if files.included:
        return
    rows = [
        {
            **article.reference[ref]._asdict(),
            "study_id": study_name(article, ref),
            "confidence": verdict.confidence,
            "source": f"drafted from the paper: {verdict.place}",
        }
        for ref in verdict.ref_ids
    ]
    if rows:
        folder.add("config/inputs/included.csv", table(STUDY_COLUMNS, rows), "included", source="the review")
        settings["screening"] = {"included_list": "complete" if whole else "partial"}
    stated = verdict.stated if verdict.stated is not None else "no one number"
    folder.check(
        "Included studies (config/inputs/included.csv; screening.included_list)",
        [
            f"{len(rows)} studies, confidence {verdict.confidence}; the text states {stated}",
            *(says for what, _, says in verdict.doubts if what == "included"),
            *(f"{row['study_id']}: {row['authors']} {row['year']}. {row['title']}" for row in rows),
        ],
    )


def _codes_and_claims(
    article: Article,
    printed: Sequence[Any],
    verdict: Verdict,
    whole: bool,
    folder: DraftFolder,
    source: str,
    files: DraftedFiles,
) -> None:
    """Write the codebook of headings, a claim for each number, and the lists that the text cites for some."""
    at_hand = AtHand(files.exports, files.codebook)
    made = draft_claims(article, printed, verdict.ref_ids, whole, at_hand)
    codes = [] if files.codebook else codes_of(article, verdict.ref_ids)
    codes += codes_of_sheets(files.coded, (*codes, *made.codes))
    if codes or made.codes:
        folder.write_yaml("config/codebook.yaml", codebook([*codes, *made.codes], source))
    if made.codings:
        folder.add(
            "config/inputs/coding/citations.csv", table(CODING_COLUMNS, made.codings), "coding",
            source="the review", name="citations",
        )  # fmt: skip
    folder.write_yaml("config/published.yaml", made.claims)
    folder.check(
        "Codebook (config/codebook.yaml): a label in Chinese is missing for each",
        (f"{code.id}: {code.label} ({code.place})" for code in codes),
    )
    folder.check(
        "Claims (config/published.yaml): is the number real, is the measure the right one?",
        (
            f"{claim['id']}: {claim['value']} {claim['unit']} ({claim['place']}), checked by"
            f" {claim.get('measure', 'nothing yet')}, {claim['note'].partition(':')[0]}: {claim['statement']}"
            for claim in made.claims
        ),
    )


def main(*, sources: str, folder: str) -> None:
    """Write the drafted folder and show its list on the screen."""
    if not sources or not folder:
        raise InputError(
            "draft: say what to draft from and where to: snakemake draft --cores 1 --config from=paper.xml"
            " to=my-review"
        )
    paper, files = files_of(sources, folder)
    text = draft(paper, files, folder, datetime.now(UTC).date().isoformat())
    progress.info("%s", text)
    progress.info("Written to %s. Run it: snakemake --directory %s --cores all", folder, folder)


if __name__ == "__main__":
    with job(snakemake):
        main(sources=snakemake.params.sources, folder=snakemake.params.folder)
