"""Stage report: the published claims against our results, and the page that shows it all."""

from scripts.common.report.citing import about
from scripts.common.report.other_run import COMPARED


localrules:
    measure_results,
    measures,
    compare_published,
    annotate_abstract,
    ask_authors,
    letter,
    write_checksums,


rule measure_results:
    """Measure the results: every number that a published claim can be compared with."""
    input:
        **optional(archive=None if SEARCHED_HERE else only("search")),
        **PARTS.charted(),
        **({"printed": "results/paper/printed.csv"} if PARTS.paper else {}),
        **CODEBOOK,
        flow="results/screening/flow.csv",
        themes="results/coding/themes.csv",
        included="results/screening/included.csv",
        reports="results/screening/reports.csv",
        recall="results/screening/recall.csv",
        evidence="results/coding/evidence.csv",
        counts="results/records/counts.csv",
        unique="results/records/unique.csv",
        votes="results/screening/votes.csv",
        decisions="results/screening/decisions.csv",
        list_differences="results/screening/list_differences.csv",
        screening_agreement="results/screening/agreement.csv",
        agreement="results/coding/agreement.csv",
    output:
        measures="results/report/measures.csv",
    log:
        "results/logs/measure_results.log",
    conda:
        "../envs/review.yaml"
    params:
        included_list=INCLUDED_LIST,
        included_file=only("included"),
        shared=shared_code("measure_results"),
    message:
        "Measuring the results"
    script:
        "../scripts/report/measure_results.py"


rule measures:
    """Show the measures that a claim can name (snakemake measures --config word=agreement)."""
    input:
        measures="results/report/measures.csv",
    log:
        "results/logs/measures.log",
    conda:
        "../envs/review.yaml"
    params:
        word=ASKED_WORD,
        shared=shared_code("measures"),
    message:
        "Looking for measures"
    script:
        "../scripts/report/measures.py"


rule check_printed:
    """Check the published numbers against each other, before any data: shares, sums, lists, ranges."""
    input:
        **optional(flow=only("flow")),
        **CODEBOOK,
        **PUBLISHED,
        evidence="results/coding/evidence.csv",
        lists="results/coding/lists.csv",
    output:
        forensics=report("results/report/forensics.csv", caption=caption("forensics"), category="Claims"),
    log:
        "results/logs/check_printed.log",
    conda:
        "../envs/review.yaml"
    params:
        flow_words=map_of("flow"),
        shared=shared_code("check_printed"),
    message:
        "Checking the printed numbers against each other"
    script:
        "../scripts/report/check_printed.py"


rule compare_published:
    """Hold each published claim against the results. Published numbers judge, they never steer."""
    input:
        **CODEBOOK,
        **PUBLISHED,
        measures="results/report/measures.csv",
        forensics="results/report/forensics.csv",
        set_aside="results/screening/set_aside.csv",
    output:
        comparison=report("results/report/comparison.csv", caption=caption("comparison"), category="Claims"),
    log:
        "results/logs/compare_published.log",
    conda:
        "../envs/review.yaml"
    params:
        present=AT_HAND,
        declared=SETTINGS.inputs,
        shared=shared_code("compare_published"),
    message:
        "Comparing with the published claims"
    script:
        "../scripts/report/compare_published.py"


rule annotate_abstract:
    """Mark the numbers of the paper's abstract with the claims, where its licence lets it be shown."""
    input:
        paper=paper_xml,
        comparison="results/report/comparison.csv",
        printed="results/paper/printed.csv",
        findings="results/paper/findings.csv",
    output:
        abstract="results/report/abstract.csv",
    log:
        "results/logs/annotate_abstract.log",
    conda:
        "../envs/review.yaml"
    params:
        shared=shared_code("annotate_abstract"),
    message:
        "Marking the numbers of the abstract"
    script:
        "../scripts/report/annotate_abstract.py"


rule ask_authors:
    """Word each difference as a question to the authors, with the records or studies behind our number."""
    input:
        comparison="results/report/comparison.csv",
        measures="results/report/measures.csv",
        final_boxes="results/screening/final_boxes.csv",
        decisions="results/screening/decisions.csv",
        list_differences="results/screening/list_differences.csv",
        included="results/screening/included.csv",
        unique="results/records/unique.csv",
    output:
        questions=report("results/report/questions.csv", caption=caption("questions"), category="Claims"),
    log:
        "results/logs/ask_authors.log",
    conda:
        "../envs/review.yaml"
    params:
        shared=shared_code("ask_authors"),
    message:
        "Wording differences as questions"
    script:
        "../scripts/report/ask_authors.py"


rule letter:
    """Write a letter to the authors with all questions (snakemake letter)."""
    input:
        comparison="results/report/comparison.csv",
        questions="results/report/questions.csv",
        checked="results/inputs/checked.csv",
    output:
        letter="results/report/letter.md",
    log:
        "results/logs/letter.log",
    conda:
        "../envs/review.yaml"
    params:
        review=asdict(SETTINGS.review),
        shared=shared_code("letter"),
    message:
        "Writing the letter to the authors"
    script:
        "../scripts/report/letter.py"


rule measure_fragility:
    """Find how few single changes of a vote, a study or a decision would overturn each verdict."""
    input:
        **CODEBOOK,
        comparison="results/report/comparison.csv",
        measures="results/report/measures.csv",
        evidence="results/coding/evidence.csv",
        themes="results/coding/themes.csv",
        included="results/screening/included.csv",
    output:
        fragility=report("results/report/fragility.csv", caption=caption("fragility"), category="Claims"),
        left_out=report(
            "results/report/leave_one_out.csv", caption=caption("leave_one_out"), category="Claims"
        ),
    log:
        "results/logs/measure_fragility.log",
    conda:
        "../envs/review.yaml"
    params:
        consensus=SETTINGS.coding.rule.consensus,
        shared=shared_code("measure_fragility"),
    message:
        "Finding how few changes would overturn each claim"
    script:
        "../scripts/report/measure_fragility.py"


rule compare:
    """Tell what differs from other results (snakemake compare --config other=<results folder>)."""
    input:
        ours=[f"results/{name}" for name in COMPARED],
        theirs=other_tables,
    output:
        changes=report("results/report/changes.csv", caption=caption("changes"), category="Changes"),
        text="results/report/changes.md",
    log:
        "results/logs/compare.log",
    conda:
        "../envs/review.yaml"
    params:
        shared=shared_code("compare"),
    message:
        "Comparing with other results"
    script:
        "../scripts/report/compare.py"


rule write_checklists:
    """Fill PRISMA-S and PRISMA-ScR from the results and the authors' answers; refuse a contradicted one."""
    input:
        **optional(reporting="config/reporting.yaml"),
        checked="results/inputs/checked.csv",
        search_log="results/search/log.csv",
        strategies="results/search/strategies.csv",
        counts="results/records/counts.csv",
        links="results/records/links.csv",
        decisions="results/screening/decisions.csv",
        flow="results/screening/flow.csv",
        included="results/screening/included.csv",
        evidence="results/coding/evidence.csv",
        themes="results/coding/themes.csv",
        matrix="results/coding/matrix.csv",
        comparison="results/report/comparison.csv",
    output:
        prisma_s_md=report("results/report/prisma_s.md", caption=caption("prisma_s"), category="Checklists"),
        prisma_s_docx="results/report/prisma_s.docx",
        prisma_scr_md=report(
            "results/report/prisma_scr.md", caption=caption("prisma_scr"), category="Checklists"
        ),
        prisma_scr_docx="results/report/prisma_scr.docx",
    log:
        "results/logs/write_checklists.log",
    conda:
        "../envs/review.yaml"
    params:
        settings=SETTINGS.written,
        living=LIVE,
        shared=shared_code("write_checklists"),
    message:
        "Filling the checklists"
    script:
        "../scripts/report/write_checklists.py"


rule write_workbook:
    """Put the tables into one workbook, for people who work in a spreadsheet."""
    input:
        tables=PARTS.workbook(),
    output:
        workbook="results/report/review.xlsx",
    log:
        "results/logs/write_workbook.log",
    conda:
        "../envs/review.yaml"
    params:
        review=SETTINGS.review.name,
        language=LANGUAGE,
        shared=shared_code("write_workbook"),
    message:
        "Writing the workbook"
    script:
        "../scripts/report/write_workbook.py"


rule write_report:
    """Write the page for reviewers: one file, claims first, every number with the file it is from."""
    input:
        **PARTS.tables(),
        **(optional(corrections=CORRECTIONS) if PARTS.paper else {}),
        **optional(archive=None if SEARCHED_HERE else only("search")),
        **TRANSLATED,
        figures=[files[kind] for files in FIGURES for kind in ("svg", "other_svg", "table")],
        written=own_files(brought_files([]), [item.path for item in INPUTS]),
    output:
        page="results/report/index.html",
        translated=f"results/report/index.{OTHER_LANGUAGE}.html",
    log:
        "results/logs/write_report.log",
    conda:
        "../envs/review.yaml"
    params:
        settings=SETTINGS.written,
        missing_inputs=[name for _, name in not_at_hand(SETTINGS.inputs, AT_HAND)],
        snakemake_version=version("snakemake"),
        made_by=tuple(about(REPOSITORY / "CITATION.cff")),
        shared=shared_code("write_report"),
    message:
        "Writing the report"
    script:
        "../scripts/report/write_report.py"


RESULTS = [
    *rules.check_inputs.output,
    *SEARCH_RESULTS,
    *PAPER_RESULTS,
    *RECORDS_RESULTS,
    *SCREENING_RESULTS,
    *CODING_RESULTS,
    *FIGURE_RESULTS,
    *rules.measure_results.output,
    *rules.check_printed.output,
    *rules.compare_published.output,
    *(rules.annotate_abstract.output if PARTS.paper else ()),
    *rules.ask_authors.output,
    *rules.measure_fragility.output,
    *rules.write_checklists.output,
    *rules.write_workbook.output,
    *rules.write_report.output,
]


rule write_crate:
    """Describe inputs, workflow and results for machines: a Workflow Run RO-Crate and codecheck.yml."""
    input:
        snakefile=ancient(REPOSITORY / "Snakefile"),
        checked="results/inputs/checked.csv",
        comparison="results/report/comparison.csv",
        settings=[
            "config/config.yaml",
            *optional(codebook=BROUGHT_CODEBOOK).values(),
            *PUBLISHED.values(),
            *optional(reporting="config/reporting.yaml", translations=TRANSLATIONS).values(),
        ],
        results=RESULTS,
    output:
        crate="results/report/ro-crate-metadata.json",
        codecheck="results/report/codecheck.yml",
        workflow="results/report/Snakefile",
    log:
        "results/logs/write_crate.log",
    conda:
        "../envs/review.yaml"
    params:
        review=asdict(SETTINGS.review),
        snakemake_version=version("snakemake"),
        shared=shared_code("write_crate"),
    message:
        "Describing the run"
    script:
        "../scripts/report/write_crate.py"


rule write_checksums:
    """Write the digest of every result: two rebuilds are the same if these are."""
    input:
        results=[*RESULTS, *rules.write_crate.output],
    output:
        checksums="results/report/checksums.txt",
    log:
        "results/logs/write_checksums.log",
    conda:
        "../envs/review.yaml"
    params:
        shared=shared_code("write_checksums"),
    message:
        "Writing the checksums"
    script:
        "../scripts/report/write_checksums.py"
