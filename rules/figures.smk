"""Stage figures: each in three formats, with the table behind it, and once more in the other language."""


localrules:
    plot_flow,
    plot_themes,
    plot_matrix,
    plot_priority,
    plot_charting,
    plot_cooccurrence,
    plot_drift,
    plot_agreement,
    plot_countries,
    plot_gap_map,
    plot_appraisal,


rule plot_flow:
    """Draw the PRISMA 2020 flow diagram; what is not known is shown as such."""
    input:
        **TRANSLATED,
        flow="results/screening/flow.csv",
    output:
        **figure("prisma_flow", "Flow"),
    log:
        "results/logs/plot_flow.log",
    conda:
        "../envs/review.yaml"
    params:
        language=LANGUAGE,
        shared=shared_code("plot_flow"),
    message:
        "Drawing the flow diagram"
    script:
        "../scripts/figures/plot_flow.py"


rule plot_years:
    """Draw what each source holds per year, so that a gap in a source is seen."""
    input:
        **TRANSLATED,
        records="results/records/records.csv",
        unique="results/records/unique.csv",
        included="results/screening/included.csv",
    output:
        **figure("records_per_year", "Records"),
    log:
        "results/logs/plot_years.log",
    conda:
        "../envs/review.yaml"
    params:
        journal_columns=journal_columns("records_per_year"),
        language=LANGUAGE,
        sources={item.name: item.source for item in SOURCES},
        search_end=SETTINGS.search.end,
        shared=shared_code("plot_years"),
    message:
        "Drawing records per year and source"
    script:
        "../scripts/figures/plot_years.py"


rule plot_themes:
    """Draw how many studies have each code, in the order of the codebook."""
    input:
        themes="results/coding/themes.csv",
    output:
        **figure("themes", "Coding"),
    log:
        "results/logs/plot_themes.log",
    conda:
        "../envs/review.yaml"
    params:
        journal_columns=journal_columns("themes"),
        language=LANGUAGE,
        shared=shared_code("plot_themes"),
    message:
        "Drawing the themes"
    script:
        "../scripts/figures/plot_themes.py"


rule plot_matrix:
    """Draw which study is cited for which code."""
    input:
        matrix="results/coding/matrix.csv",
        themes="results/coding/themes.csv",
        included="results/screening/included.csv",
    output:
        **figure("study_theme_matrix", "Coding"),
    log:
        "results/logs/plot_matrix.log",
    conda:
        "../envs/review.yaml"
    params:
        language=LANGUAGE,
        shared=shared_code("plot_matrix"),
    message:
        "Drawing the matrix of studies and codes"
    script:
        "../scripts/figures/plot_matrix.py"


rule plot_priority:
    """Draw what the committee holds important against how many studies there are for it."""
    input:
        priority="results/coding/priority.csv",
    output:
        **figure("priority", "Committee"),
    log:
        "results/logs/plot_priority.log",
    conda:
        "../envs/review.yaml"
    params:
        language=LANGUAGE,
        shared=shared_code("plot_priority"),
    message:
        "Drawing evidence against priority"
    script:
        "../scripts/figures/plot_priority.py"


rule plot_agreement:
    """Draw how far the coders agree, by every coefficient, with the counts behind it."""
    input:
        agreement="results/coding/agreement.csv",
        themes="results/coding/themes.csv",
    output:
        **figure("coder_agreement", "Coding"),
    log:
        "results/logs/plot_agreement.log",
    conda:
        "../envs/review.yaml"
    params:
        language=LANGUAGE,
        thresholds={
            "threshold": SETTINGS.coding.agreement.threshold,
            "tentative": SETTINGS.coding.agreement.tentative,
        },
        shared=shared_code("plot_agreement"),
    message:
        "Drawing the agreement of the coders"
    script:
        "../scripts/figures/plot_agreement.py"


rule plot_charting:
    """Draw the studies behind each value of the charted variables."""
    input:
        counts="results/coding/charting_counts.csv",
    output:
        **figure("charting", "Coding"),
    log:
        "results/logs/plot_charting.log",
    conda:
        "../envs/review.yaml"
    params:
        journal_columns=journal_columns("charting"),
        language=LANGUAGE,
        shared=shared_code("plot_charting"),
    message:
        "Drawing the charted studies"
    script:
        "../scripts/figures/plot_charting.py"


rule plot_countries:
    """Draw where the studies are from: a tile for every country."""
    input:
        charting="results/coding/charting.csv",
    output:
        **figure("countries", "Coding"),
    log:
        "results/logs/plot_countries.log",
    conda:
        "../envs/review.yaml"
    params:
        language=LANGUAGE,
        variable=SETTINGS.coding.country,
        shared=shared_code("plot_countries"),
    message:
        "Drawing the countries of the studies"
    script:
        "../scripts/figures/plot_countries.py"


rule plot_gap_map:
    """Draw how many studies have each code, by each value of a charted variable."""
    input:
        **optional(variables=CHARTING),
        matrix="results/coding/matrix.csv",
        themes="results/coding/themes.csv",
        charting="results/coding/charting.csv",
    output:
        **figure("evidence_gap_map", "Coding"),
    log:
        "results/logs/plot_gap_map.log",
    conda:
        "../envs/review.yaml"
    params:
        language=LANGUAGE,
        variable=SETTINGS.coding.gap_map,
        shared=shared_code("plot_gap_map"),
    message:
        "Drawing the evidence gap map"
    script:
        "../scripts/figures/plot_gap_map.py"


rule plot_appraisal:
    """Draw the critical appraisal as traffic lights: studies by domains."""
    input:
        **optional(variables=CHARTING),
        final="results/coding/charting_final.csv",
        included="results/screening/included.csv",
    output:
        **figure("appraisal", "Coding"),
    log:
        "results/logs/plot_appraisal.log",
    conda:
        "../envs/review.yaml"
    params:
        language=LANGUAGE,
        appraisal=asdict(SETTINGS.coding.appraisal) if PARTS.appraisal else {},
        shared=shared_code("plot_appraisal"),
    message:
        "Drawing the critical appraisal"
    script:
        "../scripts/figures/plot_appraisal.py"


rule plot_overlap:
    """Draw which sources hold the same publications, so that each source's own yield is seen."""
    input:
        **TRANSLATED,
        records="results/records/records.csv",
        clusters="results/records/clusters.csv",
    output:
        **figure("source_overlap", "Records"),
    log:
        "results/logs/plot_overlap.log",
    conda:
        "../envs/review.yaml"
    params:
        language=LANGUAGE,
        sources={item.name: item.source for item in SOURCES},
        shared=shared_code("plot_overlap"),
    message:
        "Drawing the overlap of sources"
    script:
        "../scripts/figures/plot_overlap.py"


rule plot_cooccurrence:
    """Draw how many studies each two codes share."""
    input:
        matrix="results/coding/matrix.csv",
        themes="results/coding/themes.csv",
    output:
        **figure("theme_cooccurrence", "Coding"),
    log:
        "results/logs/plot_cooccurrence.log",
    conda:
        "../envs/review.yaml"
    params:
        language=LANGUAGE,
        shared=shared_code("plot_cooccurrence"),
    message:
        "Drawing which codes share studies"
    script:
        "../scripts/figures/plot_cooccurrence.py"


rule plot_drift:
    """Draw how the live search differs from the archive, window by window."""
    input:
        drift="results/search/drift.csv",
    output:
        **figure("search_drift", "Search"),
    log:
        "results/logs/plot_drift.log",
    conda:
        "../envs/review.yaml"
    params:
        journal_columns=journal_columns("search_drift"),
        language=LANGUAGE,
        shared=shared_code("plot_drift"),
    message:
        "Drawing the drift of the search"
    script:
        "../scripts/figures/plot_drift.py"


rule plot_claims:
    """Draw every claim with its verdict, and how few changes would overturn it."""
    input:
        **TRANSLATED,
        fragility="results/report/fragility.csv",
        comparison="results/report/comparison.csv",
    output:
        **figure("claims", "Claims"),
    log:
        "results/logs/plot_claims.log",
    conda:
        "../envs/review.yaml"
    params:
        language=LANGUAGE,
        shared=shared_code("plot_claims"),
    message:
        "Drawing the claims"
    script:
        "../scripts/figures/plot_claims.py"


FIGURES = [figure_files(name, OTHER_LANGUAGE) for name in PARTS.figures()]
FIGURE_RESULTS = [path for files in FIGURES for path in files.values()]
