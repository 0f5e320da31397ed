"""Stage figures: each in three formats, with the table behind it."""


localrules:
    plot_flow,
    plot_themes,
    plot_matrix,


rule plot_flow:
    """Draw the PRISMA 2020 flow diagram; what is not known is shown as such."""
    input:
        flow="results/screening/flow.csv",
    output:
        svg=report("results/figures/prisma_flow.svg", caption=caption("prisma_flow"), category="Flow"),
        png="results/figures/prisma_flow.png",
        pdf="results/figures/prisma_flow.pdf",
        table="results/figures/prisma_flow.csv",
    log:
        "results/logs/plot_flow.log",
    conda:
        "../envs/review.yaml"
    params:
        shared=shared_code("plot_flow"),
    message:
        "Drawing the flow diagram"
    script:
        "../scripts/plot_flow.py"


rule plot_years:
    """Draw what each source holds per year, so that a gap in a source is seen."""
    input:
        records="results/records/records.csv",
        unique="results/records/unique.csv",
    output:
        svg=report(
            "results/figures/records_per_year.svg", caption=caption("records_per_year"), category="Records"
        ),
        png="results/figures/records_per_year.png",
        pdf="results/figures/records_per_year.pdf",
        table="results/figures/records_per_year.csv",
    log:
        "results/logs/plot_years.log",
    conda:
        "../envs/review.yaml"
    params:
        sources={item.name: item.source for item in SOURCES},
        search_end=SETTINGS["search"]["end"],
        shared=shared_code("plot_years"),
    message:
        "Drawing records per year and source"
    script:
        "../scripts/plot_years.py"


rule plot_themes:
    """Draw how many studies stand behind each code, in the order of the codebook."""
    input:
        themes="results/coding/themes.csv",
    output:
        svg=report("results/figures/themes.svg", caption=caption("themes"), category="Coding"),
        png="results/figures/themes.png",
        pdf="results/figures/themes.pdf",
        table="results/figures/themes.csv",
    log:
        "results/logs/plot_themes.log",
    conda:
        "../envs/review.yaml"
    params:
        shared=shared_code("plot_themes"),
    message:
        "Drawing the themes"
    script:
        "../scripts/plot_themes.py"


rule plot_matrix:
    """Draw which study is cited for which code."""
    input:
        matrix="results/coding/matrix.csv",
        themes="results/coding/themes.csv",
    output:
        svg=report(
            "results/figures/study_theme_matrix.svg",
            caption=caption("study_theme_matrix"),
            category="Coding",
        ),
        png="results/figures/study_theme_matrix.png",
        pdf="results/figures/study_theme_matrix.pdf",
        table="results/figures/study_theme_matrix.csv",
    log:
        "results/logs/plot_matrix.log",
    conda:
        "../envs/review.yaml"
    params:
        shared=shared_code("plot_matrix"),
    message:
        "Drawing the matrix of studies and codes"
    script:
        "../scripts/plot_matrix.py"


rule plot_priority:
    """Draw what the committee holds important against how many studies stand behind it."""
    input:
        priority="results/coding/priority.csv",
    output:
        svg=report("results/figures/priority.svg", caption=caption("priority"), category="Committee"),
        png="results/figures/priority.png",
        pdf="results/figures/priority.pdf",
        table="results/figures/priority.csv",
    log:
        "results/logs/plot_priority.log",
    conda:
        "../envs/review.yaml"
    params:
        shared=shared_code("plot_priority"),
    message:
        "Drawing evidence against priority"
    script:
        "../scripts/plot_priority.py"


rule plot_charting:
    """Draw the studies behind each value of the charted variables."""
    input:
        counts="results/coding/charting_counts.csv",
    output:
        svg=report("results/figures/charting.svg", caption=caption("charting"), category="Coding"),
        png="results/figures/charting.png",
        pdf="results/figures/charting.pdf",
        table="results/figures/charting.csv",
    log:
        "results/logs/plot_charting.log",
    conda:
        "../envs/review.yaml"
    params:
        shared=shared_code("plot_charting"),
    message:
        "Drawing the charted studies"
    script:
        "../scripts/plot_charting.py"
