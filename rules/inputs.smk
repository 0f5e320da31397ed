"""Stage inputs: what people wrote or brought in, checked before any work starts."""

from scripts.inputs.check_inputs import check_review


onstart:
    try:
        check_review(SETTINGS, INPUTS)
    except InputError as error:
        stop(error)


localrules:
    check_inputs,


rule check_inputs:
    """Record every input with its digest, so that a reader can tell which files made the results."""
    input:
        table="config/inputs.tsv",
        files=[item.path for item in INPUTS],
        codebook=CODEBOOK,
        published="config/published.yaml",
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
