"""Stage inputs: what people wrote or brought in, checked before any work starts."""

from scripts.common.review.cluster import check_slurm
from scripts.inputs.check_inputs import check_review


onstart:
    try:
        # Files that these rules bring, and digests that they write, are not there before them.
        if {job.rule.name for job in workflow.dag.needrun_jobs()} - {"fetch", "digests"}:
            check_review(SETTINGS, INPUTS)
        if workflow.executor_plugin.name == "slurm":
            check_slurm()
    except InputError as error:
        stop(error)


localrules:
    check_inputs,
    fetch,
    digests,


rule fetch:
    """Fetch the inputs that have a url and are not here (snakemake fetch).

    No other rule asks for them, so that a run and a plan never depend on the network. It runs where
    Snakemake runs, because compute nodes often have no internet.
    """
    log:
        "results/logs/fetch.log",
    conda:
        "../envs/review.yaml"
    params:
        shared=shared_code("fetch"),
    message:
        "Fetching the inputs that have a url"
    script:
        "../scripts/inputs/fetch.py"


rule digests:
    """Fill the digests that inputs.tsv leaves empty (snakemake digests); what has a url is fetched first."""
    log:
        "results/logs/digests.log",
    conda:
        "../envs/review.yaml"
    params:
        shared=shared_code("digests"),
    message:
        "Filling the digests that config/inputs.tsv leaves empty"
    script:
        "../scripts/inputs/digests.py"


if ABSENT := missing(INPUTS):

    rule not_here:
        """Stop with one line at a file that is to be fetched first."""
        input:
            lambda wildcards: stop(need_fetch(ABSENT)),
        output:
            [item.path for item in ABSENT],


rule check_inputs:
    """Record every input with its digest, so that a reader can tell which files made the results."""
    input:
        **optional(table="config/inputs.tsv"),
        **optional(codebook=BROUGHT_CODEBOOK),
        **PUBLISHED,
        files=[item.path for item in INPUTS],
    output:
        checked="results/inputs/checked.csv",
    log:
        "results/logs/check_inputs.log",
    conda:
        "../envs/review.yaml"
    params:
        settings=SETTINGS.written,
        lying_there=sorted(path.as_posix() for path in Path("config/inputs").rglob("*")),
        shared=shared_code("check_inputs"),
    message:
        "Checking the inputs"
    script:
        "../scripts/inputs/check_inputs.py"
