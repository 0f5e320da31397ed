"""Fill the reporting checklists from results and the authors' answers; refuse what results contradict."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from scripts.common.claims.judging import VERDICTS
from scripts.common.claims.measures import PUBLISHED_CODER
from scripts.common.claims.published import PRINTED
from scripts.common.errors import InputError
from scripts.common.files.tables import read_table, rows_of
from scripts.common.job import job, log
from scripts.common.report.author_answers import REPORTING, Answer, contradiction, read_reporting
from scripts.common.report.checklist_forms import numbered_name, section_of
from scripts.common.report.markdown import plain
from scripts.common.report.markdown import row as line
from scripts.common.report.word import write_docx
from scripts.common.review.settings import Settings, typed
from scripts.common.values.counts import count_of

if TYPE_CHECKING:
    snakemake: Any

NOT_REPORTED = "not reported"
HEADER = ("Section", "Item", "What to report", "Answer", "Evidence", "Reported on page")
DATABASES = ("search", "database")
OTHER = ("website", "citation", "organisation")
DATE_FIELDS = {"crdt": "creation", "edat": "entry", "pdat": "publication"}

OUR_QUERY = "search.query"  # the name in strategies.csv of the query of config.yaml
NEVER_RUN = "not known; this workflow's own query, never run, is"  # with a transcribed archive

Rows = list[dict[str, str]]
# What is read of tables that are as long as the review.
LONG = {
    "links": ("rule",),
    "decisions": ("stage", "reviewers"),
}


class Facts(NamedTuple):
    """What the results and settings know: the tables by name, the settings, and where each table lies."""

    rows: Mapping[str, Rows]
    settings: Settings
    paths: Mapping[str, str]

    @property
    def transcribed(self) -> bool:
        """Return whether the search replays facts that people transcribed: no database answered it."""
        return any(row["origin"] == "transcription" for row in self.rows["search_log"])

    def of_kind(self, *kinds: str) -> Rows:
        """Return the inputs that records came from, of these kinds."""
        return [row for row in self.rows["counts"] if row["kind"] in kinds]


class Found(NamedTuple):
    """An answer of the results, with the files it is in; a person's is compared with ``value``."""

    text: str
    evidence: tuple[str, ...]
    value: Answer | None = None


class Item(NamedTuple):
    """One item: number, name in reporting.yaml, what to report, and how the results answer it."""

    number: str
    name: str
    what: str
    found: Callable[[Facts], Found | None] | None = None


def _sources(*kinds: str) -> Callable[[Facts], Found | None]:
    def found(facts: Facts) -> Found | None:
        rows = facts.of_kind(*kinds)
        named = [
            f"{row['source']} ({row['platform']})" if row["platform"] not in ("", "-") else row["source"]
            for row in rows
        ]
        value, text = tuple(row["source"] for row in rows), "; ".join(named)
        if rows and facts.transcribed:
            return Found(f"not known; records of this re-execution are from: {text}", ("counts", "checked"))
        return Found(text, ("counts", "checked"), value) if rows else None

    return found


def _platforms(facts: Facts) -> Found | None:
    rows = facts.of_kind(*DATABASES)
    shared = [
        name
        for name, n in Counter(row["platform"] for row in rows).items()
        if n > 1 and name not in ("", "-")
    ]
    text = "; ".join(
        f"{name}: {', '.join(row['source'] for row in rows if row['platform'] == name)}"
        for name in sorted(shared)
    )
    return Found(f"files from one platform: {text}", ("counts",)) if shared else None


def _strategy(facts: Facts) -> Found | None:
    published = [row for row in facts.rows["strategies"] if row["strategy"] != OUR_QUERY]
    if published:
        text = "; ".join(
            f"{row['strategy']} ({row['platform']}), line {row['line']}: {row['text']}"
            + (f" [{row['hits']} hits printed]" if row["hits"] else "")
            for row in published
        )
        return Found(f"as published, line by line: {text}", ("strategies",))
    if not facts.rows["search_log"]:
        return None
    if facts.transcribed:
        return Found(f"{NEVER_RUN}: {facts.settings.search.query}", ("settings",))
    others = [row["source"] for row in facts.of_kind("database", "register")]
    text = f"PubMed, in full: {facts.settings.search.query}"
    if others:
        text += f" — {NOT_REPORTED} for: {', '.join(others)}"
    return Found(text, ("settings", "search_log"))


def _limits(facts: Facts) -> Found | None:
    search = facts.settings.search
    if not facts.rows["search_log"]:
        return None
    field, first, last = DATE_FIELDS[search.date_field], search.start, search.end
    if facts.transcribed:
        return Found(f"{NEVER_RUN} for {field} dates from {first} to {last}", ("settings",))
    text = f"{field} date from {first} to {last}; no other limit in the workflow"
    return Found(text, ("settings", "search_log"), "a limit of dates")


def _search_date(facts: Facts) -> Found | None:
    days = sorted({row["searched_on"] for row in facts.rows["search_log"] if row["searched_on"]})
    end = facts.settings.search.end
    if not facts.rows["search_log"]:
        return None
    if facts.transcribed:
        return Found(f"{NEVER_RUN} for records up to {end}", ("settings",))
    made = "was run on" if facts.settings.search.mode != "baseline" else "is of NLM's files of PubMed as of"
    run = f"; this search {made} {days[-1]}" if days else "; the day of the run is not in the archive"
    return Found(f"records up to {end}{run}", ("settings", "search_log"), end)


def _records(facts: Facts) -> Found | None:
    rows = facts.rows["counts"]
    text = "; ".join(f"{row['source']}: {row['records']}" for row in rows)
    if rows and facts.transcribed:
        return Found(f"not known; records in this re-execution: {text}", ("counts",))
    return Found(text, ("counts",), sum(int(row["records"]) for row in rows)) if rows else None


def _deduplication(facts: Facts) -> Found | None:
    rules = Counter(row["rule"] for row in facts.rows["links"])
    text = f"{sum(rules.values())} linked by the rules of this workflow"
    if rules:
        text += f" ({', '.join(f'{n} by {rule}' for rule, n in sorted(rules.items()))})"
    text += f"; titles count as one from a similarity of {facts.settings.deduplicate.matching.same_title}"
    if rules and facts.transcribed:
        return Found(f"not known; of the transcribed records, {text}", ("links", "settings"))
    return Found(text, ("links", "settings"), "duplicates linked") if rules else None


def _title(facts: Facts) -> Found | None:
    title = facts.settings.review.title
    return Found(f"yes: {title}", ("settings",), title) if "scoping review" in title.casefold() else None


def _screeners(facts: Facts) -> Found | None:
    rows = facts.rows["decisions"]
    names = sorted({name for row in rows for name in row["reviewers"].split("; ") if name})
    stages = sorted({row["stage"].replace("_", " ") for row in rows}, reverse=True)
    text = f"{', '.join(stages)}; reviewers: {len(names)}; votes of each record are kept"
    return Found(text, ("decisions",), len(names)) if names else None


def _coders(facts: Facts) -> Found | None:
    """Return who coded; lists that the paper prints do not say who made them."""
    names = sorted({row["coder"] for row in facts.rows["evidence"]} - {PUBLISHED_CODER})
    if facts.rows["evidence"] and not names:
        return Found("not known; codes and studies are those of lists that the paper prints", ("evidence",))
    return Found(f"coders: {len(names)} ({', '.join(names)})", ("evidence",), len(names)) if names else None


def _data_items(facts: Facts) -> Found | None:
    number = len(facts.rows["themes"])
    return Found(f"{number} codes, each with label and place", ("themes",)) if number else None


def _synthesis(facts: Facts) -> Found | None:
    rule = facts.settings.coding.rule.consensus
    text = (
        f"studies counted per code, a parent by the union of its children; coders joined by the rule {rule}"
    )
    return Found(text, ("themes",)) if facts.rows["evidence"] else None


def _included(facts: Facts) -> Found | None:
    boxes = {row["box"]: row for row in facts.rows["flow"]}
    row = boxes["new_studies"]
    if not row["count"]:
        return None
    return Found(
        f"{row['count']} studies ({row['basis']}); every box with its basis", ("flow",), int(row["count"])
    )


def _characteristics(facts: Facts) -> Found | None:
    rows = facts.rows["included"]
    return (
        Found(f"authors, year and journal of {len(rows)} studies known by name", ("included",))
        if rows
        else None
    )


def _table(name: str, text: str) -> Callable[[Facts], Found | None]:
    return lambda facts: Found(text, (name,)) if facts.rows["evidence"] else None


def _claims(facts: Facts) -> Found | None:
    verdicts = Counter(row["verdict"] for row in facts.rows["comparison"] if row["origin"] == PRINTED)
    text = "; ".join(f"{verdict}: {verdicts[verdict]}" for verdict in VERDICTS if verdicts[verdict])
    return Found(f"claims printed in this paper, {text}", ("comparison",)) if verdicts else None


# Own words; the items are those of doi:10.1186/s13643-020-01542-z.
PRISMA_S = (
    Item("1", "databases", "each database by name, with its platform", _sources(*DATABASES)),
    Item("2", "platforms", "databases searched together on one platform", _platforms),
    Item("3", "registers", "registers searched", _sources("register")),
    Item("4", "websites", "websites and print sources browsed on purpose, and how", _sources("website")),
    Item("5", "citations", "citations followed, backward or forward, and how", _sources("citation")),
    Item("6", "contacts", "authors, experts and makers asked", _sources("organisation")),
    Item("7", "other_methods", "any other source or method"),
    Item("8", "strategies", "complete strategy of every source, exactly as run", _strategy),
    Item("9", "limits", "every limit with its reason, or that there was none", _limits),
    Item("10", "filters", "published filters used, as they are or changed"),
    Item("11", "prior_work", "strategies taken over from other reviews"),
    Item("12", "updates", "how searches were updated"),
    Item("13", "search_date", "date of the last run of each search", _search_date),
    Item("14", "peer_review", "peer review of the strategy, by which method"),
    Item("15", "total_records", "records from each source", _records),
    Item("16", "deduplication", "how duplicates were removed, with which software", _deduplication),
)  # fmt: skip
# Own words; number in the downloadable form, then in the article (doi:10.7326/M18-0850).
PRISMA_SCR = (
    Item("1 / 1", "title", "calls itself a scoping review in the title", _title),
    Item("2 / 2", "summary", "structured summary"),
    Item("3 / 3", "rationale", "why the review, and why as a scoping review"),
    Item("4 / 4", "objectives", "questions, with population, concept and context"),
    Item("5 / 5", "protocol", "protocol: whether, where, registration"),
    Item("6 / 6", "eligibility", "eligibility criteria with reasons"),
    Item("7 / 7", "sources", "sources, coverage, latest search", _sources(*DATABASES, "register", *OTHER)),
    Item("8 / 8", "search", "one full strategy with its limits", _strategy),
    Item("9 / 9", "selection", "how sources were selected", _screeners),
    Item("10 / 10", "charting", "how data were charted: by whom, apart or together", _coders),
    Item("11 / 11", "data_items", "every variable and assumption", _data_items),
    Item("12 / 12 (optional)", "appraisal", "critical appraisal, if done"),
    Item("13 / 14", "synthesis", "how charted data were handled and summarised", _synthesis),
    Item("14 / 17", "included", "numbers screened, assessed and included, with reasons", _included),
    Item("15 / 18", "characteristics", "characteristics of each source", _characteristics),
    Item("16 / 19 (optional)", "appraisal_results", "results of the appraisal, if done"),
    Item("17 / 20", "results_of_sources", "results of each source", _table("matrix", "study by code")),
    Item("18 / 21", "results", "summary by question", _table("themes", "studies per code")),
    Item("19 / 24", "main_results", "main results", _claims),
    Item("20 / 25", "limitations", "limits of the process"),
    Item("21 / 26", "conclusions", "interpretation and implications"),
    Item("22 / 27", "funding", "funding of the sources and of the review"),
)  # fmt: skip
# Own words; items that doi:10.1136/bmj-2024-079183 adds for living reviews.
PRISMA_LSR = (
    Item("L1", "living_plan", "plan of the living mode: schedule of searches and steps, and when it ends"),
    Item("L2", "changes_of_methods", "changes of methods since the last version"),
    Item("L3", "changes_of_results", "changes of results since the last version"),
    Item("L4", "people", "people and roles in the living mode"),
)


class Filled(NamedTuple):
    """One row of a checklist: the section is that of the official form, the page is for the authors."""

    section: str
    number: str
    what: str
    answer: str
    evidence: tuple[str, ...]
    page: str = ""


def cells(row: Filled) -> tuple[str, ...]:
    """Return the cells of a row in the Word file."""
    return (row.section, row.number, row.what, row.answer, ", ".join(row.evidence) or "–", row.page)


def fill(part: str, items: Sequence[Item], facts: Facts, stated: Mapping[str, Answer]) -> list[Filled]:
    """Return the rows of a checklist; stop at an answer of a person that the results contradict."""
    rows = []
    for place, item in enumerate(items, 1):
        found = item.found(facts) if item.found else None
        evidence = tuple(facts.paths[name] for name in found.evidence) if found else ()
        answer = stated.get(item.name)
        texts = [found.text] if found else []
        if answer is not None:
            where, ours = f"{REPORTING}: {part}.{item.name}", found.value if found else None
            wrong = contradiction(where, answer, ours, ", ".join(evidence))
            if wrong:
                raise InputError(wrong)
            texts.append(f"stated: {'; '.join(answer) if isinstance(answer, tuple) else answer}")
            evidence += (REPORTING,)
        text = ". ".join(texts) or NOT_REPORTED
        number = numbered_name(part, place, item.number)
        rows.append(Filled(section_of(part, place), number, item.what, text, evidence))
    return rows


def markdown(title: str, intro: str, tables: Sequence[tuple[str, Sequence[Filled]]]) -> str:
    """Return the checklist as Markdown; evidence is linked as seen from results/report."""
    lines = [f"# {plain(title)}", "", plain(intro), ""]
    for heading, rows in tables:
        lines += [f"## {heading}", "", line(*HEADER), line(*("---",) * len(HEADER))]
        for row in rows:
            links = ", ".join(f"[{plain(path)}](<../../{path}>)" for path in row.evidence)
            lines.append(line(row.section, row.number, row.what, plain(row.answer), links or "–", row.page))
        lines.append("")
    return "\n".join(lines)


def main(
    *,
    tables: Mapping[str, str],
    reporting: str | None,
    settings: Settings,
    living: bool,
    outputs: Mapping[str, str],
) -> None:
    """Write both checklists, each as Markdown and as a Word file."""
    answers = read_reporting(reporting)
    paths = {**tables, "settings": "config/config.yaml"}
    read = {name: rows_of(read_table(path, only=LONG.get(name, ()))) for name, path in tables.items()}
    facts = Facts(read, settings, paths)
    title = settings.review.name
    intro = (
        "This is a draft that a re-execution of the review filled in: from its own results, each with its"
        " file, and from what the authors stated. It is not the official form and not the authors'"
        " checklist, and it says nothing about what the paper itself reports. Item numbers and sections are"
        " the official ones, with the names of the items of PRISMA-S (Rethlefsen et al. 2021, CC BY 4.0);"
        f" what to report is in our words. What nobody answered is {NOT_REPORTED}; the page is for the"
        " authors to fill in."
    )
    scoping = [
        (
            "Items: number in the form / in the article",
            fill("prisma_scr", PRISMA_SCR, facts, answers["prisma_scr"]),
        )
    ]
    if living or answers["prisma_lsr"]:
        rows = fill("prisma_lsr", PRISMA_LSR, facts, answers["prisma_lsr"])
        scoping.append(("PRISMA-LSR: items for a living review", rows))
    for name, full_name, parts in (
        ("prisma_s", "PRISMA-S", [("Items", fill("prisma_s", PRISMA_S, facts, answers["prisma_s"]))]),
        ("prisma_scr", "PRISMA-ScR", scoping),
    ):
        Path(outputs[f"{name}_md"]).write_text(
            markdown(f"{full_name}: {title}", intro, parts), encoding="utf-8"
        )
        word = [(heading, [HEADER, *map(cells, rows)]) for heading, rows in parts]
        write_docx(outputs[f"{name}_docx"], f"{full_name}: {title}", intro, word)
        empty = sum(row.answer == NOT_REPORTED for _, rows in parts for row in rows)
        log.info("%s: %s not reported", full_name, count_of(empty, "item"))


if __name__ == "__main__":
    with job(snakemake):
        main(
            tables={name: path for name, path in snakemake.input.items() if name != "reporting"},
            reporting=snakemake.input.get("reporting"),
            settings=typed(snakemake.params.settings),
            living=snakemake.params.living,
            outputs=dict(snakemake.output.items()),
        )
