"""Stage search: the answer of PubMed, window by window."""

from datetime import date

from scripts.common.archive import window_files
from scripts.common.windows import Window, cut

WINDOWS = [
    str(window)
    for window in cut(
        date.fromisoformat(SETTINGS["search"]["start"]),
        date.fromisoformat(SETTINGS["search"]["end"]),
        SETTINGS["search"]["windows"],
    )
    if paths("search")
]


def archived_windows(wildcards):
    """Return the windows of the archive that share days with one window of the search."""
    files = window_files(paths("search")[0], Window.parse(wildcards.window))
    return [str(path.with_name(path.name.replace(".xml.gz", end))) for path in files for end in (".xml.gz", ".json")]


rule replay_window:
    """Replay the archived answer for one window of days.

    The period of the review is cut into windows, so that a later search date adds a window and
    touches no other. The archive passes the checks that a live answer has to pass.
    """
    input:
        archive=lambda wildcards: paths("search")[0],
        windows=archived_windows,
    output:
        xml="results/search/windows/{window}.xml.gz",
        receipt="results/search/windows/{window}.json",
    log:
        "results/logs/replay_window/{window}.log",
    conda:
        "../envs/review.yaml"
    wildcard_constraints:
        window=r"\d{4}-\d\d-\d\d_\d{4}-\d\d-\d\d",
    params:
        query=SETTINGS["search"]["query"],
        date_field=SETTINGS["search"]["date_field"],
        shared=shared_code("replay_window"),
    message:
        "Replaying the search archive, window {wildcards.window}"
    script:
        "../scripts/replay_window.py"


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
