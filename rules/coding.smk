"""Stage coding: who found which code in which study, and how many studies stand behind each."""


localrules:
    count_themes,


rule merge_codings:
    """Merge the sheets of all coders; every row keeps its coder and its source."""
    input:
        sheets=paths("coding"),
        codebook="config/codebook.yaml",
    output:
        evidence="results/coding/evidence.csv",
        conflicts="results/coding/conflicts.csv",
        lists="results/coding/lists.csv",
    log:
        "results/logs/merge_codings.log",
    conda:
        "../envs/review.yaml"
    params:
        shared=shared_code("merge_codings"),
    message:
        "Merging the coding sheets"
    script:
        "../scripts/merge_codings.py"


rule count_themes:
    """Count the studies behind each code; a parent counts the union of its children's studies."""
    input:
        codebook="config/codebook.yaml",
        evidence="results/coding/evidence.csv",
        lists="results/coding/lists.csv",
        flow="results/screening/flow.csv",
    output:
        themes=report("results/coding/themes.csv", caption=caption("themes"), category="Coding"),
        matrix="results/coding/matrix.csv",
    log:
        "results/logs/count_themes.log",
    conda:
        "../envs/review.yaml"
    params:
        consensus=SETTINGS["coding"]["consensus"],
        shared=shared_code("count_themes"),
    message:
        "Counting the studies behind each code"
    script:
        "../scripts/count_themes.py"
