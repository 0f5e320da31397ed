"""Draft a review folder from a paper, from a folder of files, or from both (snakemake draft)."""


localrules:
    draft,


rule draft:
    """Write a whole review folder, with a list of everything in it that a person has to confirm.

    It needs no review of its own: what it asks for is `from` (a JATS file, a folder of files, or both with a
    comma between them) and `to` (a new folder).
    """
    log:
        "results/logs/draft.log",
    conda:
        "../envs/review.yaml"
    params:
        sources=str(config.get("from", "")),
        folder=str(config.get("to", "")),
        shared=shared_code("draft"),
    message:
        "Drafting a review folder"
    script:
        "../scripts/draft/draft.py"
