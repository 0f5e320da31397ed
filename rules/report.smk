"""Stage report: the published claims against our results, and the page that shows it all."""

DRIFT = ["results/search/drift.csv", "results/search/drift_summary.csv"] if LIVE and only("search") else []
FIGURES = [
    "prisma_flow",
    "records_per_year",
    "source_overlap",
    "themes",
    "study_theme_matrix",
    "theme_cooccurrence",
    *(["search_drift"] if DRIFT else []),
]
TABLES = {
    "checked": "results/inputs/checked.csv",
    "search_log": "results/search/log.csv",
    "counts": "results/records/counts.csv",
    "set_aside": "results/records/set_aside.csv",
    "records": "results/records/records.csv",
    "links": "results/records/links.csv",
    "versions": "results/records/versions.csv",
    "maybe": "results/records/maybe.csv",
    "unique": "results/records/unique.csv",
    "flow": "results/screening/flow.csv",
    "included": "results/screening/included.csv",
    "recall": "results/screening/recall.csv",
    "themes": "results/coding/themes.csv",
    "comparison": "results/report/comparison.csv",
}


rule measure_results:
    """Measure the results: every number that a published claim can be held against."""
    input:
        codebook="config/codebook.yaml",
        flow="results/screening/flow.csv",
        themes="results/coding/themes.csv",
        included="results/screening/included.csv",
        recall="results/screening/recall.csv",
        evidence="results/coding/evidence.csv",
    output:
        measures="results/report/measures.csv",
    log:
        "results/logs/measure_results.log",
    conda:
        "../envs/review.yaml"
    params:
        shared=shared_code("measure_results"),
    message:
        "Measuring the results"
    script:
        "../scripts/measure_results.py"


rule compare_published:
    """Hold each published claim against the results. Published numbers judge, they never steer."""
    input:
        codebook="config/codebook.yaml",
        published="config/published.yaml",
        measures="results/report/measures.csv",
    output:
        comparison=report("results/report/comparison.csv", caption=caption("comparison"), category="Claims"),
    log:
        "results/logs/compare_published.log",
    conda:
        "../envs/review.yaml"
    params:
        shared=shared_code("compare_published"),
    message:
        "Comparing with the published claims"
    script:
        "../scripts/compare_published.py"


rule write_report:
    """Write the page for reviewers: one file, claims first, every number with the file it is from."""
    input:
        **TABLES,
        **optional(archive=None if LIVE else only("search"), translations="config/translations.csv"),
        figures=expand(
            "results/figures/{name}{end}", name=FIGURES, end=(".svg", f".{OTHER_LANGUAGE}.svg", ".csv")
        ),
    output:
        page="results/report/index.html",
        translated=f"results/report/index.{OTHER_LANGUAGE}.html",
    log:
        "results/logs/write_report.log",
    conda:
        "../envs/review.yaml"
    params:
        settings=SETTINGS,
        snakemake_version=version("snakemake"),
        shared=shared_code("write_report"),
    message:
        "Writing the report"
    script:
        "../scripts/write_report.py"


rule write_checksums:
    """Write the digest of every result: two rebuilds are the same if these are."""
    input:
        results=[
            *TABLES.values(),
            *expand("results/search/windows/{window}{end}", window=WINDOWS, end=(".xml.gz", ".json")),
            "results/search/pmids.csv",
            *DRIFT,
            *expand(
                "results/records/parsed/{part}{input}.csv", part=("", "set_aside/", "counts/"), input=PARSED
            ),
            "results/records/clusters.csv",
            "results/records/unique.ris",
            *expand(
                "results/screening/{name}.csv", name=("decisions", "conflicts", "set_aside", "final_boxes")
            ),
            *expand("results/coding/{name}.csv", name=("evidence", "conflicts", "lists", "matrix")),
            *expand(
                "results/figures/{name}.{end}",
                name=FIGURES,
                end=("svg", "png", "pdf", "csv", f"{OTHER_LANGUAGE}.svg"),
            ),
            "results/report/measures.csv",
            "results/report/index.html",
            f"results/report/index.{OTHER_LANGUAGE}.html",
        ],
    output:
        checksums="results/report/checksums.txt",
    log:
        "results/logs/write_checksums.log",
    conda:
        "../envs/review.yaml"
    params:
        shared=shared_code("write_checksums"),
    message:
        "Writing the checksums"
    script:
        "../scripts/write_checksums.py"
