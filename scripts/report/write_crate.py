"""Describe the run for machines: a Workflow Run RO-Crate, and codecheck.yml for a CODECHECK."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from scripts.common.claims.headline import headline, in_words
from scripts.common.claims.sentences import english
from scripts.common.files.tables import read_table, rows_of
from scripts.common.job import job, log
from scripts.common.review.settings import Review
from scripts.common.search.archive import json_text
from scripts.common.values.counts import count_of

if TYPE_CHECKING:
    snakemake: Any

PROFILES = (
    ("https://w3id.org/ro/wfrun/process/0.5", "Process Run Crate", "0.5"),
    ("https://w3id.org/ro/wfrun/workflow/0.5", "Workflow Run Crate", "0.5"),
    ("https://w3id.org/workflowhub/workflow-ro-crate/1.0", "Workflow RO-Crate", "1.0"),
)
CONTEXT = ("https://w3id.org/ro/crate/1.1/context", "https://w3id.org/ro/terms/workflow-run/context")
MEDIA = {
    ".csv": "text/csv",
    ".html": "text/html",
    ".json": "application/json",
    ".md": "text/markdown",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".gz": "application/gzip",
    ".nbib": "text/plain",
    ".qdc": "application/xml",
    ".qdpx": "application/zip",
    ".ris": "application/x-research-info-systems",
    ".tsv": "text/tab-separated-values",
    ".txt": "text/plain",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xml": "application/xml",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
SNAKEMAKE = "https://snakemake.readthedocs.io"
BIOSCHEMAS = "https://bioschemas.org/profiles/ComputationalWorkflow/1.0-RELEASE"
WORKFLOW = "Snakefile"  # beside the metadata: its profile wants the main file of the workflow in the crate


def _ids(names: Sequence[str]) -> list[dict[str, str]]:
    return [{"@id": name} for name in names]


def from_report(path: str) -> str:
    """Return the address of a file of the review, seen from results/report, where the metadata file lies."""
    return f"../../{quote(path)}"


def file_entity(path: str, **more: object) -> dict[str, object]:
    """Return the entity of a file; its size is that of the file, its name the path in the review."""
    entity = {
        "@id": from_report(path),
        "@type": "File",
        "name": path,
        "contentSize": str(Path(path).stat().st_size),
    }
    media = MEDIA.get(Path(path).suffix)
    return {**entity, **({"encodingFormat": media} if media else {}), **more}


def origin(row: Mapping[str, str]) -> dict[str, str]:
    """Return from where a file was fetched, its version there and its digest; nothing for other files."""
    if not row["url"]:
        return {}
    place = {"url": row["url"], "version": row["version"], "sha256": row["sha256"]}
    member = {"alternateName": row["member"]} if row["member"] else {}
    return {name: value for name, value in {**place, **member}.items() if value}


def crate(
    inputs: Sequence[Mapping[str, str]],
    settings: Sequence[str],
    results: Sequence[str],
    review: Review,
    version: str,
    verdicts: str,
) -> dict[str, object]:
    """Return the metadata: inputs and settings went in, results came out of one run of the workflow.

    ``verdicts`` is the headline of the claims, which describes what came out.

    The day of publication is that of the latest input. When and by whom the workflow was run is left out: it
    would differ from rebuild to rebuild, and nothing here is invented.
    """
    files = {row["path"]: row for row in inputs}  # a file may feed several inputs
    given = [
        file_entity(
            path, description=f"{row['source']}. {row['provenance']}", license=row["licence"], **origin(row)
        )
        for path, row in files.items()
    ]
    written = [file_entity(path, description="setting of the review") for path in settings]
    made = [file_entity(path) for path in results]
    paper = f"https://doi.org/{review.doi}" if review.doi else "#review"
    run: dict[str, object] = {
        "@id": "#run",
        "@type": "CreateAction",
        "name": f"Run of the workflow on {review.name}",
        "instrument": {"@id": WORKFLOW},
        "object": _ids([str(item["@id"]) for item in (*given, *written)]),
        "result": _ids([str(item["@id"]) for item in made]),
    }
    graph: list[dict[str, object]] = [
        metadata_file(),
        dataset(
            [*given, *written, *made],
            paper,
            review,
            max((row["date"] for row in inputs), default=""),
            verdicts,
        ),
        *workflow(version),
        run,
        {
            "@id": paper,
            "@type": "ScholarlyArticle",
            "name": review.title,
            "description": review.citation,
        },
        *({**item, "exampleOfWork": {"@id": "#inputs"}} for item in given),
        *written,
        *made,
    ]
    return {"@context": list(CONTEXT), "@graph": sorted(graph, key=lambda item: str(item["@id"]))}


def metadata_file() -> dict[str, object]:
    """Return the entity of the metadata file itself, which RO-Crate asks for."""
    return {
        "@id": "ro-crate-metadata.json",
        "@type": "CreativeWork",
        "conformsTo": _ids(
            ["https://w3id.org/ro/crate/1.1", "https://w3id.org/workflowhub/workflow-ro-crate/1.0"]
        ),
        "about": {"@id": "./"},
    }


def dataset(
    files: Sequence[Mapping[str, object]],
    paper: str,
    review: Review,
    published: str,
    verdicts: str,
) -> dict[str, object]:
    """Return the root entity: the review's folder with all its files; ``published`` is a day, or ``""``."""
    return {
        "@id": "./",
        "@type": "Dataset",
        "name": f"{review.name}, re-executed",
        "description": (
            "A published literature review, re-executed from its search to every printed claim, and not by"
            f" its authors. {verdicts}"
        ),
        **({"datePublished": published} if published else {}),
        "license": "licences of the single files",
        "conformsTo": _ids([profile for profile, _, _ in PROFILES]),
        "hasPart": _ids([*(str(item["@id"]) for item in files), WORKFLOW]),
        "mainEntity": {"@id": WORKFLOW},
        "mentions": {"@id": "#run"},
        "isBasedOn": {"@id": paper},
    }


def workflow(version: str) -> list[dict[str, object]]:
    """Return the entities of the workflow, of its one parameter, of Snakemake and of the profiles."""
    profiles: list[dict[str, object]] = [
        {"@id": profile, "@type": "CreativeWork", "name": name, "version": number}
        for profile, name, number in PROFILES
    ]
    return [
        {
            "@id": WORKFLOW,
            "@type": ["File", "SoftwareSourceCode", "ComputationalWorkflow"],
            "name": "A literature review, re-executed: Snakemake workflow",
            "description": "The workflow's main file. To run it, take the whole workflow.",
            "encodingFormat": "text/plain",
            "license": "MIT",
            "conformsTo": {"@id": BIOSCHEMAS},
            "programmingLanguage": {"@id": SNAKEMAKE},
            "input": {"@id": "#inputs"},
        },
        {
            "@id": "#inputs",
            "@type": "FormalParameter",
            "additionalType": "File",
            "name": "inputs",
            "description": "the files that config/inputs.tsv names",
        },
        {
            "@id": SNAKEMAKE,
            "@type": "ComputerLanguage",
            "name": "Snakemake",
            "version": version,
            "url": {"@id": SNAKEMAKE},
        },
        {
            "@id": BIOSCHEMAS,
            "@type": "CreativeWork",
            "name": "Bioschemas ComputationalWorkflow",
            "version": "1.0",
        },
        *profiles,
    ]


def codecheck(results: Sequence[str], review: Review) -> str:
    """Return codecheck.yml (config 1.0): outputs to recreate, and the paper. JSON texts are YAML too."""

    def quoted(text: str) -> str:
        return json.dumps(text, ensure_ascii=False)

    reference = f"https://doi.org/{review.doi}" if review.doi else review.citation
    lines = ["---", "version: https://codecheck.org.uk/spec/config/1.0/", "", "manifest:"]
    for path in results:
        lines += [
            f"  - file: {quoted(path)}",
            f"    comment: {quoted('recreated by: snakemake --cores all')}",
        ]
    lines += ["", "paper:", f"  title: {quoted(review.title)}"]
    authors = review.citation.partition(". ")[0].split(", ")
    people = [f"    - name: {quoted(name)}" for name in authors]
    lines += ["  authors:", *people, f"  reference: {quoted(reference)}"]
    return "\n".join(lines) + "\n"


def main(
    *,
    checked: str,
    comparison: str,
    settings: Sequence[str],
    results: Sequence[str],
    review: Review,
    version: str,
    snakefile: str,
    crate_json: str,
    codecheck_yml: str,
    workflow_copy: str,
) -> None:
    """Write both descriptions and a copy of the workflow's main file; every file that they name is there."""
    Path(workflow_copy).write_bytes(Path(snakefile).read_bytes())
    results = sorted(set(results))
    verdicts = english(in_words(headline(rows_of(read_table(comparison))))[1:])
    described = crate(rows_of(read_table(checked)), settings, results, review, version, verdicts)
    Path(crate_json).write_text(json_text(described), encoding="utf-8")
    shown = [path for path in results if path.startswith(("results/report/", "results/figures/"))]
    Path(codecheck_yml).write_text(codecheck(shown, review), encoding="utf-8")
    log.info("%s described", count_of(len(results), "result"))


if __name__ == "__main__":
    with job(snakemake):
        main(
            checked=snakemake.input.checked,
            comparison=snakemake.input.comparison,
            settings=snakemake.input.settings,
            results=snakemake.input.results,
            review=Review(**snakemake.params.review),
            version=snakemake.params.snakemake_version,
            snakefile=snakemake.input.snakefile,
            crate_json=snakemake.output.crate,
            codecheck_yml=snakemake.output.codecheck,
            workflow_copy=snakemake.output.workflow,
        )
