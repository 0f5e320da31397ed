"""Stage search, where it is made here: the answer beside the archive, if there is one."""


rule compare_archive:
    """Compare the search with the archive: what is the same, new and gone, and why."""
    input:
        **(dict(pmids=rules.merge_files.input.pmids, files=rules.merge_files.input.receipts) if FILES else {}),
        archive=lambda wildcards: only("search"),
        windows=expand("results/search/windows/{window}.xml.gz", window=WINDOWS),
        receipts=expand("results/search/windows/{window}.json", window=WINDOWS),
    output:
        drift="results/search/drift.csv",
        summary="results/search/drift_summary.csv",
        query="results/search/drift_query.csv",
    log:
        "results/logs/compare_archive.log",
    conda:
        "../envs/review.yaml"
    params:
        end=SETTINGS.search.end,
        shared=shared_code("compare_archive"),
    message:
        "Comparing the search with the archive"
    script:
        "../scripts/search/compare_archive.py"
