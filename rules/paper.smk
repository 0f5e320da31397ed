"""Stage paper: the review's own full text, from which studies, themes, evidence and numbers are proposed."""


localrules:
    fetch_paper,


rule fetch_paper:
    """Fetch the review's full text from PubMed Central, if its licence lets it be used.

    It runs where Snakemake runs, because compute nodes often have no internet.
    """
    output:
        xml="results/paper/paper.xml",
        receipt="results/paper/paper.json",
    log:
        "results/logs/fetch_paper.log",
    conda:
        "../envs/review.yaml"
    resources:
        entrez=1,
    params:
        ids=paper_ids(SETTINGS.paper, SETTINGS.review),
        endpoint=SETTINGS.search.endpoint,
        allow_other_endpoint=SETTINGS.search.allow_other_endpoint,
        shared=shared_code("fetch_paper"),
    message:
        "Fetching the paper from PubMed Central"
    script:
        "../scripts/paper/fetch_paper.py"


rule read_paper:
    """Read the paper's references, headings and tables as data, and set aside what is not understood."""
    input:
        paper=paper_xml,
    output:
        references="results/paper/references.csv",
        headings="results/paper/headings.csv",
        tables="results/paper/tables.csv",
        folder=directory("results/paper/tables"),
        charting="results/paper/charting.csv",
        set_aside="results/paper/set_aside.csv",
    log:
        "results/logs/read_paper.log",
    conda:
        "../envs/review.yaml"
    params:
        shared=shared_code("read_paper"),
    message:
        "Reading the paper"
    script:
        "../scripts/paper/read_paper.py"


rule find_included:
    """Find the included studies in the paper; what speaks against them is listed beside them.

    The corrections of people (config/decisions/corrections.csv) win over the rules.
    """
    input:
        **optional(corrections=CORRECTIONS),
        paper=paper_xml,
    output:
        included="results/paper/included.csv",
        candidates="results/paper/candidates.csv",
        doubts="results/paper/doubts.csv",
    log:
        "results/logs/find_included.log",
    conda:
        "../envs/review.yaml"
    params:
        doi=SETTINGS.review.doi,
        shared=shared_code("find_included"),
    message:
        "Finding the included studies in the paper"
    script:
        "../scripts/paper/find_included.py"


rule code_paper:
    """Code the included studies as the paper cites them: a coding sheet with the coder published."""
    input:
        **optional(corrections=CORRECTIONS),
        **CODEBOOK,
        paper=paper_xml,
        included="results/paper/included.csv",
    output:
        themes="results/paper/themes.csv",
        evidence="results/paper/evidence.csv",
    log:
        "results/logs/code_paper.log",
    conda:
        "../envs/review.yaml"
    params:
        shared=shared_code("code_paper"),
    message:
        "Coding the studies as the paper cites them"
    script:
        "../scripts/paper/code_paper.py"


rule read_numbers:
    """Read the numbers that the paper prints about itself: flow, shares, counts, sums, databases, search days."""
    input:
        **optional(corrections=CORRECTIONS),
        paper=paper_xml,
    output:
        printed="results/paper/printed.csv",
    log:
        "results/logs/read_numbers.log",
    conda:
        "../envs/review.yaml"
    params:
        shared=shared_code("read_numbers"),
    message:
        "Reading the numbers of the paper"
    script:
        "../scripts/paper/read_numbers.py"


rule check_numbers:
    """Check the paper's printed numbers against each other, from the paper alone.

    It reports nothing that the paper can be read to agree with: precision comes first.
    """
    input:
        paper=paper_xml,
        printed="results/paper/printed.csv",
    output:
        findings="results/paper/findings.csv",
    log:
        "results/logs/check_numbers.log",
    conda:
        "../envs/review.yaml"
    params:
        shared=shared_code("check_numbers"),
    message:
        "Checking the numbers of the paper against each other"
    script:
        "../scripts/paper/check_numbers.py"


PAPER_RESULTS = [
    path
    for made in (
        rules.read_paper,
        rules.find_included,
        rules.code_paper,
        rules.read_numbers,
        rules.check_numbers,
    )
    for path in made.output
    if PARTS.paper and path != rules.read_paper.output.folder
]
