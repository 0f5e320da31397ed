"""Stage search, from the archive: what PubMed answered once is replayed, window by window."""


localrules:
    replay_window,


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
        query=SETTINGS.search.query,
        date_field=SETTINGS.search.date_field,
        shared=shared_code("replay_window"),
    message:
        "Replaying the search archive, window {wildcards.window}"
    script:
        "../scripts/search/replay_window.py"
