"""Stage search: the answer of PubMed, window by window."""

FILES = {}  # of PubMed, by name: search.mode baseline

if SEARCHED_HERE:

    include: f"search_{SETTINGS.search.mode}.smk"
    include: "search_drift.smk"

else:

    include: "search_archive.smk"


localrules:
    freeze,
    lint_strategies,


rule freeze:
    """Turn the windows of a search made here into the archive that later runs replay (snakemake freeze)."""
    input:
        windows=expand("results/search/windows/{window}.xml.gz", window=WINDOWS),
        receipts=expand("results/search/windows/{window}.json", window=WINDOWS),
    log:
        "results/logs/freeze.log",
    conda:
        "../envs/review.yaml"
    params:
        search=asdict(SETTINGS.search),
        shared=shared_code("freeze"),
    message:
        "Freezing the search into config/inputs/pubmed"
    script:
        "../scripts/search/freeze.py"


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
        strict=LIVE and SETTINGS.search.strict,
        shared=shared_code("log_search"),
    message:
        "Accounting for the search"
    script:
        "../scripts/search/log_search.py"


rule lint_strategies:
    """Check the search strategies for faults, and keep them as a structured record."""
    input:
        sorted(map(str, Path(STRATEGIES_FOLDER).glob("*"))),
    output:
        lint="results/search/lint.csv",
        table="results/search/strategies.csv",
        record="results/search/strategies.json",
    log:
        "results/logs/lint_strategies.log",
    conda:
        "../envs/review.yaml"
    params:
        query=SETTINGS.search.query,
        shared=shared_code("lint_strategies"),
    message:
        "Checking the search strategies"
    script:
        "../scripts/search/lint_strategies.py"


SEARCH_RESULTS = [
    *rules.lint_strategies.output,
    *expand("results/search/windows/{window}{end}", window=WINDOWS, end=(".xml.gz", ".json")),
    *rules.log_search.output,
    *(rules.compare_archive.output if PARTS.search_drift else []),
    *([rules.merge_files.output.overall, rules.merge_files.output.then] if FILES else []),
]
