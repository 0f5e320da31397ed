"""Re-execute a published literature review, from the search to every printed claim.

The working folder is the review: its config/ is read, its results/ are written.
"""

from snakemake.utils import min_version

min_version("9.0")


include: "rules/start.smk"


if DRAFTING:

    include: "rules/draft.smk"

else:

    configfile: "config/config.yaml"

    report: "config/captions/workflow.rst"

    include: "rules/common.smk"
    include: "rules/inputs.smk"
    include: "rules/paper.smk"
    include: "rules/search.smk"
    include: "rules/records.smk"
    include: "rules/screening.smk"
    include: "rules/coding.smk"
    include: "rules/figures.smk"
    include: "rules/report.smk"

    rule all:
        """Everything a reader needs: the report, and the checksums over all results."""
        default_target: True
        input:
            "results/report/index.html",
            "results/report/checksums.txt",
