"""Stage search, live: PubMed is asked, window by window."""

from scripts.common.search.query_check import check_query
from scripts.common.search.windows import open_on, pubmed_day

try:
    check_query(SETTINGS.search.query)
except InputError as error:
    stop(error)

workflow.global_resources["entrez"] = 1  # one job at a time asks PubMed, on whatever number of cores
TODAY = pubmed_day()


localrules:
    fetch_window,


rule fetch_window:
    """Fetch the PubMed records of one window of days.

    The period of the review is cut into windows, so that a later search date adds a window and
    refetches nothing. A window that was still open is fetched again on a later day. Pages that were
    whole outlive a killed job. It runs where Snakemake runs, because compute nodes often have no
    internet. The script reads search.strict and search.allow_other_endpoint from the config: they
    change nothing that PubMed answered, and as params they would fetch everything again.
    """
    output:
        xml="results/search/windows/{window}.xml.gz",
        receipt="results/search/windows/{window}.json",
    log:
        "results/logs/fetch_window/{window}.log",
    wildcard_constraints:
        window=r"\d{4}-\d\d-\d\d_\d{4}-\d\d-\d\d",
    conda:
        "../envs/review.yaml"
    resources:
        entrez=1,
    params:
        query=SETTINGS.search.query,
        date_field=SETTINGS.search.date_field,
        endpoint=SETTINGS.search.endpoint.rstrip("/") + "/",
        open_on=lambda wildcards: open_on(Window.parse(wildcards.window), TODAY),
        partial="results/search/partial/{window}",
        shared=shared_code("fetch_window"),
    message:
        "Fetching PubMed records, window {wildcards.window}"
    script:
        "../scripts/search/fetch_window.py"
