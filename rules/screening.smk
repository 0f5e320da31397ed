"""Stage screening: decisions of people, included studies, and the flow of records."""

from scripts.common.screening.eligibility import ELIGIBILITY


localrules:
    passport,
    explain,


rule merge_decisions:
    """Join the screening decisions to the records, and name those that contradict.

    What was decided after reviewers had differed is read from config/decisions/screening.csv or .xlsx.
    """
    input:
        **optional(rulings=RULINGS),
        sheets=paths("decisions"),
        numbers=paths("numbers"),
        records="results/records/records.csv",
        clusters="results/records/clusters.csv",
    output:
        votes="results/screening/votes.csv",
        decisions="results/screening/decisions.csv",
        conflicts="results/screening/conflicts.csv",
        set_aside="results/screening/set_aside.csv",
        sheets="results/screening/sheets.csv",
        merged="results/screening/merged.csv",
        machines="results/screening/machines.csv",
    log:
        "results/logs/merge_decisions.log",
    conda:
        "../envs/review.yaml"
    params:
        plans=DECISION_SHEETS,
        numbers=NUMBERS,
        rules=asdict(SETTINGS.screening.rules),
        matching=MATCHING,
        shared=shared_code("merge_decisions"),
    message:
        "Merging the screening decisions"
    script:
        "../scripts/screening/merge_decisions.py"


rule measure_screening:
    """Measure how far the reviewers agree, on their votes before any discussion."""
    input:
        sheets=paths("decisions"),
        votes="results/screening/votes.csv",
    output:
        agreement="results/screening/agreement.csv",
    log:
        "results/logs/measure_screening.log",
    conda:
        "../envs/review.yaml"
    params:
        plans=DECISION_SHEETS,
        how=asdict(SETTINGS.screening.agreement),
        stages=STAGES,
        rounds=SETTINGS.screening.rules.rounds,
        shared=shared_code("measure_screening"),
    message:
        "Measuring the agreement of the reviewers"
    script:
        "../scripts/screening/measure_screening.py"


rule apply_eligibility:
    """Name the records that a rule finds not eligible; only the setting ``remove`` takes them out."""
    input:
        **optional(eligibility=ELIGIBILITY),
        records="results/records/records.csv",
        clusters="results/records/clusters.csv",
        unique="results/records/unique.csv",
        decisions="results/screening/decisions.csv",
        votes="results/screening/votes.csv",
    output:
        ineligible="results/screening/eligibility.csv",
    log:
        "results/logs/apply_eligibility.log",
    conda:
        "../envs/review.yaml"
    params:
        kinds={item.name: item.kind for item in SOURCES},
        search_end=SETTINGS.search.end,
        published_after_search=SETTINGS.screening.published_after_search,
        effect_of_rules=SETTINGS.screening.eligibility,
        shared=shared_code("apply_eligibility"),
    message:
        "Applying the rules of eligibility"
    script:
        "../scripts/screening/apply_eligibility.py"


rule match_included:
    """Find the included studies among the records: which search retrieved them, and why others did not."""
    input:
        **optional(studies=only("included"), reports=only("reports"), previous=only("previous")),
        **from_paper("included"),
        numbers=paths("numbers"),
        records="results/records/records.csv",
        clusters="results/records/clusters.csv",
        decisions="results/screening/decisions.csv",
    output:
        included="results/screening/included.csv",
        reports="results/screening/reports.csv",
        recall="results/screening/recall.csv",
        summary="results/screening/recall_summary.csv",
        previous="results/screening/previous.csv",
    log:
        "results/logs/match_included.log",
    conda:
        "../envs/review.yaml"
    params:
        databases=[item.name for item in of_kind(SOURCES, *DATABASES)],
        search=(
            {"query": SETTINGS.search.query, "start": SETTINGS.search.start, "end": SETTINGS.search.end}
            if SEARCHED
            else {}
        ),
        query=SETTINGS.search.query,
        words={
            "studies": map_of("included"),
            "reports": map_of("reports"),
            "previous": map_of("previous"),
        },
        included_list=INCLUDED_LIST,
        numbers=NUMBERS,
        matching=MATCHING,
        stages=STAGES,
        shared=shared_code("match_included"),
    message:
        "Finding the included studies"
    script:
        "../scripts/screening/match_included.py"


rule explain_search:
    """Explain the query: why each included study was found or missed, and what each term contributes."""
    input:
        **optional(mesh=SETTINGS.search.mesh),
        recall="results/screening/recall.csv",
        included="results/screening/included.csv",
        unique="results/records/unique.csv",
        clusters="results/records/clusters.csv",
        windows=expand("results/search/windows/{window}.xml.gz", window=WINDOWS),
        receipts=expand("results/search/windows/{window}.json", window=WINDOWS),
    output:
        explain="results/screening/explain.csv",
        terms="results/screening/search_terms.csv",
    log:
        "results/logs/explain_search.log",
    conda:
        "../envs/review.yaml"
    params:
        query=SETTINGS.search.query,
        lines=QUERY_LINES,
        shared=shared_code("explain_search"),
    message:
        "Explaining the search"
    script:
        "../scripts/screening/explain_search.py"


rule count_flow:
    """Count the boxes of PRISMA 2020; every record ends in exactly one of them."""
    input:
        **optional(published=only("flow")),
        **from_paper("included"),
        records="results/records/records.csv",
        clusters="results/records/clusters.csv",
        counts="results/records/counts.csv",
        ineligible="results/screening/eligibility.csv",
        decisions="results/screening/decisions.csv",
        votes="results/screening/votes.csv",
        conflicts="results/screening/conflicts.csv",
        included="results/screening/included.csv",
        reports="results/screening/reports.csv",
        previous="results/screening/previous.csv",
    output:
        flow=report("results/screening/flow.csv", caption=caption("flow"), category="Flow"),
        final_boxes="results/screening/final_boxes.csv",
        list_differences="results/screening/list_differences.csv",
    log:
        "results/logs/count_flow.log",
    conda:
        "../envs/review.yaml"
    params:
        published_words=map_of("flow"),
        inputs={item.name: (item.kind, item.source) for item in SOURCES},
        has_previous=only("previous") is not None,
        included_list=INCLUDED_LIST,
        without_decision=SETTINGS.screening.without_decision,
        other_methods=SETTINGS.screening.other_methods,
        removed=SETTINGS.screening.published_after_search,  # quoted in the caption
        search_end=SETTINGS.search.end,
        stages=STAGES,
        shared=shared_code("count_flow"),
    message:
        "Counting the flow of records"
    script:
        "../scripts/screening/count_flow.py"


rule bound_missed:
    """Bound how many inclusions are missed among records that nobody screened, from a random sample of them."""
    input:
        **optional(sample=only("sample")),
        numbers=paths("numbers"),
        records="results/records/records.csv",
        clusters="results/records/clusters.csv",
        votes="results/screening/votes.csv",
        final_boxes="results/screening/final_boxes.csv",
    output:
        missed="results/screening/missed.csv",
    log:
        "results/logs/bound_missed.log",
    conda:
        "../envs/review.yaml"
    params:
        words=map_of("sample"),
        numbers=NUMBERS,
        matching=MATCHING,
        stages=STAGES,
        shared=shared_code("bound_missed"),
    message:
        "Bounding what is missed among the records that nobody screened"
    script:
        "../scripts/screening/bound_missed.py"


rule rank_records:
    """Rank the records that wait by the decisions so far: an order of reading, which excludes none."""
    input:
        unique="results/records/unique.csv",
        clusters="results/records/clusters.csv",
        final_boxes="results/screening/final_boxes.csv",
        decisions="results/screening/decisions.csv",
    output:
        ranking="results/screening/ranking.csv",
        simulation="results/screening/ranking_simulation.csv",
    log:
        "results/logs/rank_records.log",
    conda:
        "../envs/review.yaml"
    params:
        stages=STAGES,
        shared=shared_code("rank_records"),
    message:
        "Ranking the records to screen"
    script:
        "../scripts/screening/rank_records.py"


rule list_to_screen:
    """List what nobody has decided on yet, ready for a screening tool, with what was decided before."""
    input:
        **({"ranking": "results/screening/ranking.csv"} if PARTS.ranked_records else {}),
        unique="results/records/unique.csv",
        clusters="results/records/clusters.csv",
        final_boxes="results/screening/final_boxes.csv",
        votes="results/screening/votes.csv",
        decisions="results/screening/decisions.csv",
        conflicts="results/screening/conflicts.csv",
        ineligible="results/screening/eligibility.csv",
    output:
        to_screen="results/screening/to_screen.csv",
        ris="results/screening/to_screen.ris",
        with_prior="results/screening/with_prior.csv",
        to_screen_copy="results/screening/to_screen_for_spreadsheets.csv",
        with_prior_copy="results/screening/with_prior_for_spreadsheets.csv",
    log:
        "results/logs/list_to_screen.log",
    conda:
        "../envs/review.yaml"
    params:
        stages=STAGES,
        shared=shared_code("list_to_screen"),
    message:
        "Listing the records to screen"
    script:
        "../scripts/screening/list_to_screen.py"


rule write_passports:
    """Write the passport of every record: origin, twins, votes, decisions, codes and last box."""
    input:
        records="results/records/records.csv",
        clusters="results/records/clusters.csv",
        links="results/records/links.csv",
        pmids="results/search/pmids.csv",
        votes="results/screening/votes.csv",
        decisions="results/screening/decisions.csv",
        conflicts="results/screening/conflicts.csv",
        ineligible="results/screening/eligibility.csv",
        included="results/screening/included.csv",
        reports="results/screening/reports.csv",
        flow="results/screening/flow.csv",
        final_boxes="results/screening/final_boxes.csv",
        evidence="results/coding/evidence.csv",
        exports=[item.path for item in SOURCES if item.kind != "search"],
    output:
        passports="results/screening/passports.csv",
        passports_copy="results/screening/passports_for_spreadsheets.csv",
    log:
        "results/logs/write_passports.log",
    conda:
        "../envs/review.yaml"
    params:
        files={item.name: item.path for item in SOURCES},
        shared=shared_code("write_passports"),
    message:
        "Writing the passports of the records"
    script:
        "../scripts/screening/write_passports.py"


rule passport:
    """Answer "where is my study?" (snakemake passport --config record=10.1000/example)."""
    input:
        passports="results/screening/passports.csv",
    log:
        "results/logs/passport.log",
    conda:
        "../envs/review.yaml"
    params:
        asked=ASKED_RECORD,
        shared=shared_code("passport"),
    message:
        "Looking for the record"
    script:
        "../scripts/screening/passport.py"


rule explain:
    """Answer "which line lost this paper?" (snakemake explain --config record=10.1000/example)."""
    input:
        **optional(mesh=SETTINGS.search.mesh),
        passports="results/screening/passports.csv",
        unique="results/records/unique.csv",
        clusters="results/records/clusters.csv",
        windows=expand("results/search/windows/{window}.xml.gz", window=WINDOWS),
        receipts=expand("results/search/windows/{window}.json", window=WINDOWS),
    log:
        "results/logs/explain.log",
    conda:
        "../envs/review.yaml"
    params:
        query=SETTINGS.search.query,
        lines=QUERY_LINES,
        asked=ASKED_RECORD,
        shared=shared_code("explain"),
    message:
        "Asking the query about the record"
    script:
        "../scripts/screening/explain.py"


SCREENING_RESULTS = [
    *rules.merge_decisions.output,
    *rules.measure_screening.output,
    *rules.apply_eligibility.output,
    *rules.match_included.output,
    *rules.explain_search.output,
    *rules.count_flow.output,
    *(rules.bound_missed.output if PARTS.sampled_rest else []),
    *(rules.rank_records.output if PARTS.ranked_records else []),
    *rules.list_to_screen.output,
    *rules.write_passports.output,
]
