"""Stage screening: decisions of people, included studies, and the flow of records."""


rule merge_decisions:
    """Join the screening decisions to the unique records, and name those that contradict."""
    input:
        sheets=paths("decisions"),
        clusters="results/records/clusters.csv",
        unique="results/records/unique.csv",
    output:
        decisions="results/screening/decisions.csv",
        conflicts="results/screening/conflicts.csv",
        set_aside="results/screening/set_aside.csv",
    log:
        "results/logs/merge_decisions.log",
    conda:
        "../envs/review.yaml"
    params:
        shared=shared_code("merge_decisions"),
    message:
        "Merging the screening decisions"
    script:
        "../scripts/merge_decisions.py"


rule match_included:
    """Find the included studies among the records: which search retrieved them, and which did not."""
    input:
        **optional(studies=only("included")),
        **from_paper("included"),
        unique="results/records/unique.csv",
        clusters="results/records/clusters.csv",
    output:
        included="results/screening/included.csv",
        recall="results/screening/recall.csv",
    log:
        "results/logs/match_included.log",
    conda:
        "../envs/review.yaml"
    params:
        databases=[item.name for item in of_kind(SOURCES, *DATABASES)],
        shared=shared_code("match_included"),
    message:
        "Finding the included studies"
    script:
        "../scripts/match_included.py"


rule count_flow:
    """Count the boxes of PRISMA 2020; every record ends in exactly one of them."""
    input:
        **optional(published=only("flow")),
        **from_paper("included"),
        records="results/records/records.csv",
        clusters="results/records/clusters.csv",
        unique="results/records/unique.csv",
        decisions="results/screening/decisions.csv",
        included="results/screening/included.csv",
    output:
        flow=report("results/screening/flow.csv", caption=caption("flow"), category="Flow"),
        final_boxes="results/screening/final_boxes.csv",
    log:
        "results/logs/count_flow.log",
    conda:
        "../envs/review.yaml"
    params:
        inputs={item.name: (item.kind, item.source) for item in SOURCES},
        search_end=SETTINGS["search"]["end"],
        screening=SETTINGS["screening"],
        shared=shared_code("count_flow"),
    message:
        "Counting the flow of records"
    script:
        "../scripts/count_flow.py"
