"""Stage coding: who found which code in which study, how far coders agree, and what follows from it."""

from scripts.common.coding.charting import CHARTING


localrules:
    count_themes,


rule read_codebook:
    """Write a team's own table of codes in our form, once, so that no other rule needs its map."""
    input:
        **optional(codebook=BROUGHT_CODEBOOK),
    output:
        codebook=BY_MAP,
    log:
        "results/logs/read_codebook.log",
    conda:
        "../envs/review.yaml"
    params:
        words=MAPS.get("codebook", {}),
        shared=shared_code("read_codebook"),
    message:
        "Reading the codebook by its map"
    script:
        "../scripts/coding/read_codebook.py"


rule merge_codings:
    """Merge the sheets of all coders; every row keeps its coder and its source."""
    input:
        **optional(changes=CHANGES),
        **ADJUDICATED,
        **CODEBOOK,
        **optional(included=only("included")),
        sheets=[*paths("coding"), *from_paper("evidence").values()],
    output:
        evidence="results/coding/evidence.csv",
        evidence_copy="results/coding/evidence_for_spreadsheets.csv",
        assessed="results/coding/assessed.csv",
        lists="results/coding/lists.csv",
        final="results/coding/final.csv",
        conflicts="results/coding/conflicts.csv",
        worksheet="results/coding/conflicts.xlsx",
        set_aside="results/coding/set_aside.csv",
    log:
        "results/logs/merge_codings.log",
    conda:
        "../envs/review.yaml"
    params:
        plans=[list(plan) for plan in CODING_PLANS],
        adjudication_words=MAPS.get("adjudication", {}),
        included_words=INCLUDED_WORDS,
        list_is=INCLUDED_LIST,
        rule=asdict(SETTINGS.coding.rule),
        unmarked=SETTINGS.coding.unmarked,
        texts=SETTINGS.coding.texts,
        rounds=list(SETTINGS.coding.rounds),
        shared=shared_code("merge_codings"),
    message:
        "Merging the coding sheets"
    script:
        "../scripts/coding/merge_codings.py"


rule measure_agreement:
    """Measure agreement on the votes before discussion, so that talking cannot raise it."""
    input:
        **CODEBOOK,
        evidence="results/coding/evidence.csv",
        assessed="results/coding/assessed.csv",
        lists="results/coding/lists.csv",
    output:
        agreement=report("results/coding/agreement.csv", caption=caption("agreement"), category="Coding"),
    log:
        "results/logs/measure_agreement.log",
    conda:
        "../envs/review.yaml"
    params:
        rounds=list(SETTINGS.coding.rounds),
        how=asdict(SETTINGS.coding.agreement),
        shared=shared_code("measure_agreement"),
    message:
        "Measuring the agreement of the coders"
    script:
        "../scripts/coding/measure_agreement.py"


rule count_themes:
    """Count the studies behind each code; a parent counts the union of its children's studies."""
    input:
        **optional(regroup=REGROUP),
        **CODEBOOK,
        final="results/coding/final.csv",
        lists="results/coding/lists.csv",
        assessed="results/coding/assessed.csv",
        flow="results/screening/flow.csv",
    output:
        **PARTS.tables_of("second_tree"),
        themes=report("results/coding/themes.csv", caption=caption("themes"), category="Coding"),
        matrix="results/coding/matrix.csv",
    log:
        "results/logs/count_themes.log",
    conda:
        "../envs/review.yaml"
    params:
        intervals=SETTINGS.coding.intervals,
        shared=shared_code("count_themes"),
    message:
        "Counting the studies behind each code"
    script:
        "../scripts/coding/count_themes.py"


rule compare_codebooks:
    """Compare the versions of the codebook, so that older sheets can be read by it."""
    input:
        **optional(changes=CHANGES),
        **CODEBOOK,
        older=paths("codebook"),
    output:
        changes="results/coding/codebook_changes.csv",
    log:
        "results/logs/compare_codebooks.log",
    conda:
        "../envs/review.yaml"
    params:
        older={item.path: MAPS.get(item.name, {}) for item in of_kind(INPUTS, "codebook")},
        shared=shared_code("compare_codebooks"),
    message:
        "Comparing the versions of the codebook"
    script:
        "../scripts/coding/compare_codebooks.py"


rule rank_findings:
    """Put the rankings of the committee together, by group, beside the evidence."""
    input:
        **CODEBOOK,
        sheets=paths("ranking"),
        themes="results/coding/themes.csv",
    output:
        priority="results/coding/priority.csv",
        concordance="results/coding/concordance.csv",
    log:
        "results/logs/rank_findings.log",
    conda:
        "../envs/review.yaml"
    params:
        plans=[list(plan) for plan in RANKING_PLANS],
        resample=[
            SETTINGS.coding.agreement.resamples,
            SETTINGS.coding.agreement.seed,
            SETTINGS.coding.agreement.confidence / 100,
        ],
        shared=shared_code("rank_findings"),
    message:
        "Ranking the findings"
    script:
        "../scripts/coding/rank_findings.py"


rule chart_studies:
    """Merge the charting sheets by the rules of the coding, and count the studies behind each value."""
    input:
        **optional(variables=CHARTING),
        **CHARTING_ADJUDICATED,
        **optional(included=only("included")),
        sheets=paths("charting"),
        themes="results/coding/themes.csv",
    output:
        charting="results/coding/charting.csv",
        votes="results/coding/charting_votes.csv",
        final="results/coding/charting_final.csv",
        counts="results/coding/charting_counts.csv",
        agreement="results/coding/charting_agreement.csv",
        conflicts="results/coding/charting_conflicts.csv",
        worksheet="results/coding/charting_conflicts.xlsx",
        themes="results/coding/charting_themes.csv",
        set_aside="results/coding/charting_set_aside.csv",
    log:
        "results/logs/chart_studies.log",
    conda:
        "../envs/review.yaml"
    params:
        plans=[list(plan) for plan in CHARTING_PLANS],
        adjudication_words=MAPS.get("charting_adjudication", {}),
        included_words=INCLUDED_WORDS,
        rule=asdict(SETTINGS.coding.rule),
        rounds=list(SETTINGS.coding.rounds),
        how=asdict(SETTINGS.coding.agreement),
        intervals=SETTINGS.coding.intervals,
        shared=shared_code("chart_studies"),
    message:
        "Merging the charting sheets"
    script:
        "../scripts/coding/chart_studies.py"


rule export_coding:
    """Hand codebook and coding to the programs that qualitative researchers use."""
    input:
        **({"charting": "results/coding/charting.csv"} if PARTS.charting else {}),
        **CODEBOOK,
        evidence="results/coding/evidence.csv",
        assessed="results/coding/assessed.csv",
        included="results/screening/included.csv",
        unique="results/records/unique.csv",
    output:
        yaml="results/coding/codebook.yaml",
        csv="results/coding/codebook.csv",
        qdc="results/coding/codebook.qdc",
        qdpx="results/coding/review.qdpx",
    log:
        "results/logs/export_coding.log",
    conda:
        "../envs/review.yaml"
    params:
        name=SETTINGS.review.name,
        rounds=list(SETTINGS.coding.rounds),
        shared=shared_code("export_coding"),
    message:
        "Writing codebook and coding for other programs"
    script:
        "../scripts/coding/export_coding.py"


CODING_RESULTS = [
    *rules.merge_codings.output,
    *rules.measure_agreement.output,
    *rules.count_themes.output,
    *(rules.compare_codebooks.output if PARTS.codebook_versions else []),
    *(rules.rank_findings.output if PARTS.ranked_findings else []),
    *(rules.chart_studies.output if PARTS.charting else []),
    *(rules.export_coding.output if PARTS.codebook else []),
]
