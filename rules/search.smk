"""Stage search: the answer of PubMed, window by window."""

workflow.global_resources["entrez"] = 1  # one job at a time asks PubMed, on whatever number of cores


if LIVE:

    rule fetch_window:
        output:
            xml="results/search/windows/{window}.xml.gz",
            receipt="results/search/windows/{window}.json",
        log:
            "results/logs/fetch_window/{window}.log",
        wildcard_constraints:
            window=r"\d{4}-\d\d-\d\d_\d{4}-\d\d-\d\d",
        """Fetch the PubMed records of one window of days.

        The period of the review is cut into windows, so that a later search date adds a window and
        refetches nothing. Pages that were whole outlive a killed job. A local rule: compute nodes
        often have no internet.
        """
        localrule: True
        conda:
            "../envs/review.yaml"
        resources:
            entrez=1,
        params:
            query=SETTINGS["search"]["query"],
            date_field=SETTINGS["search"]["date_field"],
            endpoint=SETTINGS["search"]["endpoint"],
            strict=SETTINGS["search"]["strict"],
            partial="results/search/partial/{window}",
            shared=shared_code("fetch_window"),
        message:
            "Fetching PubMed records, window {wildcards.window}"
        script:
            "../scripts/fetch_window.py"

    if only("search"):

        rule compare_archive:
            """Compare the live search with the archive: what is the same, new and gone, and why."""
            input:
                archive=only("search"),
                windows=expand("results/search/windows/{window}.xml.gz", window=WINDOWS),
            output:
                drift="results/search/drift.csv",
                summary="results/search/drift_summary.csv",
            log:
                "results/logs/compare_archive.log",
            conda:
                "../envs/review.yaml"
            params:
                end=SETTINGS["search"]["end"],
                shared=shared_code("compare_archive"),
            message:
                "Comparing the search with the archive"
            script:
                "../scripts/compare_archive.py"

else:

    rule replay_window:
        """Replay the archived answer for one window of days.

        The period of the review is cut into windows, so that a later search date adds a window and
        touches no other. The archive passes the checks that a live answer has to pass.
        """
        input:
            archive=lambda wildcards: only("search"),
            windows=archived_windows,
        output:
            xml="results/search/windows/{window}.xml.gz",
            receipt="results/search/windows/{window}.json",
        log:
            "results/logs/replay_window/{window}.log",
        wildcard_constraints:
            window=r"\d{4}-\d\d-\d\d_\d{4}-\d\d-\d\d",
        conda:
            "../envs/review.yaml"
        params:
            query=SETTINGS["search"]["query"],
            date_field=SETTINGS["search"]["date_field"],
            shared=shared_code("replay_window"),
        message:
            "Replaying the search archive, window {wildcards.window}"
        script:
            "../scripts/replay_window.py"


rule freeze:
    input:
        windows=expand("results/search/windows/{window}.xml.gz", window=WINDOWS),
        receipts=expand("results/search/windows/{window}.json", window=WINDOWS),
    log:
        "results/logs/freeze.log",
    """Turn the windows of a live run into the archive that later runs replay (snakemake freeze)."""
    localrule: True
    conda:
        "../envs/review.yaml"
    params:
        search=SETTINGS["search"],
        shared=shared_code("freeze"),
    message:
        "Freezing the live search into config/inputs/pubmed"
    script:
        "../scripts/freeze.py"


rule log_search:
    """Account for the search: how many records each window gave, and every PMID once."""
    input:
        receipts=expand("results/search/windows/{window}.json", window=WINDOWS),
    output:
        log="results/search/log.csv",
        pmids="results/search/pmids.csv",
    log:
        "results/logs/log_search.log",
    conda:
        "../envs/review.yaml"
    params:
        shared=shared_code("log_search"),
    message:
        "Accounting for the search"
    script:
        "../scripts/log_search.py"
