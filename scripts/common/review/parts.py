"""Which parts a review has, and which tables, figures and sources of records follow from them."""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace

from scripts.common.review.inputs import EXPORTS, PUBMED_FILES, PUBMED_LIVE, Input, of_kind
from scripts.common.review.settings import Matching, Settings

SEARCH = "search"  # the kind of input that is the archive of the search
SEARCHES = {"live": PUBMED_LIVE, "baseline": PUBMED_FILES}  # search.mode where the search is made here

# Tables that the page of every review shows: the name the page knows -> the file.
TABLES = {
    "checked": "results/inputs/checked.csv",
    "search_log": "results/search/log.csv",
    "strategies": "results/search/strategies.csv",
    "lint": "results/search/lint.csv",
    "counts": "results/records/counts.csv",
    "set_aside": "results/records/set_aside.csv",
    "records": "results/records/records.csv",
    "links": "results/records/links.csv",
    "clusters": "results/records/clusters.csv",
    "versions": "results/records/versions.csv",
    "maybe": "results/records/maybe.csv",
    "unique": "results/records/unique.csv",
    "flow": "results/screening/flow.csv",
    "decisions": "results/screening/decisions.csv",
    "previous": "results/screening/previous.csv",
    "final_boxes": "results/screening/final_boxes.csv",
    "list_differences": "results/screening/list_differences.csv",
    "included": "results/screening/included.csv",
    "recall": "results/screening/recall.csv",
    "recall_summary": "results/screening/recall_summary.csv",
    "explain": "results/screening/explain.csv",
    "search_terms": "results/screening/search_terms.csv",
    "sheets": "results/screening/sheets.csv",
    "screening_conflicts": "results/screening/conflicts.csv",
    "merged": "results/screening/merged.csv",
    "machines": "results/screening/machines.csv",
    "screening_agreement": "results/screening/agreement.csv",
    "ineligible": "results/screening/eligibility.csv",
    "to_screen": "results/screening/to_screen.csv",
    "passports": "results/screening/passports.csv",
    "evidence": "results/coding/evidence.csv",
    "themes": "results/coding/themes.csv",
    "agreement": "results/coding/agreement.csv",
    "conflicts": "results/coding/conflicts.csv",
    "measures": "results/report/measures.csv",
    "comparison": "results/report/comparison.csv",
    "forensics": "results/report/forensics.csv",
    "fragility": "results/report/fragility.csv",
    "questions": "results/report/questions.csv",
}
# Of the workbook besides those of the page.
MORE_OF_THE_WORKBOOK = (
    "results/screening/decisions.csv",
    "results/screening/votes.csv",
    "results/coding/evidence.csv",
    "results/coding/matrix.csv",
    "results/report/measures.csv",
)
FIRST_OF_THE_WORKBOOK = "results/report"  # what a reader opens first
FIGURES = (
    "prisma_flow",
    "records_per_year",
    "source_overlap",
    "themes",
    "study_theme_matrix",
    "theme_cooccurrence",
    "claims",
)

# What a part adds to the page: part -> tables, part -> figures.
TABLES_OF: dict[str, dict[str, str]] = {
    "paper": {
        "paper_included": "results/paper/included.csv",
        "paper_doubts": "results/paper/doubts.csv",
        "paper_findings": "results/paper/findings.csv",
        "paper_printed": "results/paper/printed.csv",
        "paper_set_aside": "results/paper/set_aside.csv",
        "paper_abstract": "results/report/abstract.csv",
    },
    "sampled_rest": {"missed": "results/screening/missed.csv"},
    "ranked_records": {"simulation": "results/screening/ranking_simulation.csv"},
    "second_tree": {"regrouped": "results/coding/regrouped.csv", "moved": "results/coding/moved.csv"},
    "codebook_versions": {"codebook_changes": "results/coding/codebook_changes.csv"},
    "ranked_findings": {
        "priority": "results/coding/priority.csv",
        "concordance": "results/coding/concordance.csv",
    },
    "charting": {
        "charting": "results/coding/charting.csv",
        "charting_counts": "results/coding/charting_counts.csv",
        "charting_agreement": "results/coding/charting_agreement.csv",
        "charting_conflicts": "results/coding/charting_conflicts.csv",
    },
}
FIGURES_OF: dict[str, tuple[str, ...]] = {
    "search_drift": ("search_drift",),
    "several_coders": ("coder_agreement",),
    "ranked_findings": ("priority",),
    "charting": ("charting",),
    "countries": ("countries",),
    "gap_map": ("evidence_gap_map",),
    "appraisal": ("appraisal",),
}


@dataclass(frozen=True, kw_only=True)
class Parts:
    """Whether a review has each of the parts that not every review has."""

    codebook: bool
    paper: bool  # its own full text is read
    search_drift: bool  # a search that is made here is compared with the archive
    sampled_rest: bool  # a random sample of the records that nobody screened was judged
    ranked_records: bool  # records that wait for screening are put into an order of reading
    several_coders: bool
    second_tree: bool  # codes are grouped a second time (config/decisions/regroup.csv)
    codebook_versions: bool
    ranked_findings: bool  # by members of a committee
    charting: bool
    countries: bool  # of the studies, on a map
    gap_map: bool
    appraisal: bool  # of the studies by judges, drawn as traffic lights

    def present(self) -> list[str]:
        """Return the names of the parts that the review has."""
        return [field.name for field in fields(self) if getattr(self, field.name)]

    def charted(self) -> dict[str, str]:
        """Return the table of the final charted values, one row per study and variable, if there is one."""
        return {"charting": "results/coding/charting_final.csv"} if self.charting else {}

    def tables_of(self, part: str) -> dict[str, str]:
        """Return name -> file of the tables that a part adds; none if the review does not have it."""
        tables = TABLES_OF[part]
        return tables if getattr(self, part) else {}

    def tables(self) -> dict[str, str]:
        """Return name -> file of all tables that the page shows."""
        added = (TABLES_OF.get(part, {}) for part in self.present())
        return {name: path for tables in (TABLES, *added) for name, path in tables.items()}

    def workbook(self) -> list[str]:
        """Return the files of the tables of the workbook, those of the report first."""
        paths = dict.fromkeys([*self.tables().values(), *MORE_OF_THE_WORKBOOK])
        return sorted(paths, key=lambda path: not path.startswith(FIRST_OF_THE_WORKBOOK))

    def figures(self) -> tuple[str, ...]:
        """Return the names of all figures."""
        added = (FIGURES_OF.get(part, ()) for part in self.present())
        return (*FIGURES, *(name for figures in added for name in figures))


def parts_of(
    inputs: Iterable[Input],
    settings: Settings,
    *,
    codebook: bool,
    paper: bool,
    several_coders: bool,
    second_tree: bool,
    codebook_changes: bool,
) -> Parts:
    """Return the parts of a review by its inputs and settings.

    What cannot be known from these is given: whether there is a codebook or a paper, whether several people
    may have coded, and whether the review has the files of a second tree and of changes of its codebook.
    """
    kinds = {item.kind for item in inputs}
    return Parts(
        codebook=codebook,
        paper=paper,
        search_drift=searches_itself(settings) and SEARCH in kinds,
        sampled_rest="sample" in kinds,
        ranked_records=settings.screening.ranking,
        several_coders=several_coders,
        second_tree=second_tree,
        codebook_versions=codebook_changes or "codebook" in kinds,
        ranked_findings="ranking" in kinds,
        charting="charting" in kinds,
        countries=settings.coding.country is not None,
        gap_map=settings.coding.gap_map is not None,
        appraisal=settings.coding.appraisal is not None,
    )


def list_of_studies(settings: Settings, inputs: Iterable[Input]) -> str:
    """Return complete, partial or none: what the table of included studies is, by setting or default."""
    return settings.screening.included_list or ("partial" if of_kind(inputs, "included") else "none")


def matching_of(settings: Settings, inputs: Iterable[Input]) -> Matching:
    """Return the settings of duplicates, ``updates`` by setting or default.

    Versions of one work are linked where people screened, each perhaps by itself; else they are merged.
    """
    updates = "link" if of_kind(inputs, "decisions") else "merge"
    matching = settings.deduplicate.matching
    return replace(matching, updates=matching.updates or updates)


def is_live(settings: Settings) -> bool:
    """Return whether PubMed is asked."""
    return settings.search.mode == "live"


def searches_itself(settings: Settings) -> bool:
    """Return whether the search is made here, in PubMed or its files; else an archive is replayed."""
    return settings.search.mode in SEARCHES


def sources_of_records(inputs: Iterable[Input], settings: Settings) -> list[Input]:
    """Return the inputs that hold records: the search first, then exports by kind and name.

    PubMed itself, asked live or searched in its files, takes the place of the archive.
    """
    listed = list(inputs)
    made_here = SEARCHES.get(settings.search.mode)
    searches = [made_here] if made_here else of_kind(listed, SEARCH)
    return [*searches, *(item for kind in EXPORTS for item in of_kind(listed, kind))]


def figure_files(name: str, other_language: str) -> dict[str, str]:
    """Return the seven files of a figure: three formats in each language, and its table."""
    path = f"results/figures/{name}"
    formats = ("svg", "png", "pdf")
    return {
        **{kind: f"{path}.{kind}" for kind in formats},
        **{f"other_{kind}": f"{path}.{other_language}.{kind}" for kind in formats},
        "table": f"{path}.csv",
    }
