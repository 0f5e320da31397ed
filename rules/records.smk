"""Stage records: every record of every source, duplicates linked, none lost."""


ruleorder: parse_export > parse_pubmed  # an export may have the name pubmed where there is no search


rule parse_pubmed:
    """Read the records of the search from its windows, as PubMed wrote them."""
    input:
        windows=expand("results/search/windows/{window}.xml.gz", window=WINDOWS),
        receipts=expand("results/search/windows/{window}.json", window=WINDOWS),
    output:
        records="results/records/parsed/pubmed.csv",
        set_aside="results/records/parsed/set_aside/pubmed.csv",
        counts="results/records/parsed/counts/pubmed.csv",
    log:
        "results/logs/parse_pubmed.log",
    conda:
        "../envs/review.yaml"
    params:
        item=lambda wildcards: row("pubmed"),
        shared=shared_code("parse_pubmed"),
    message:
        "Reading the records of the search"
    script:
        "../scripts/records/parse_pubmed.py"


rule parse_export:
    """Read one export; what is no record is set aside with its place and the reason.

    One job per file, so that a new export leaves the others alone.
    """
    input:
        export=export_path,
    output:
        records="results/records/parsed/{input}.csv",
        set_aside="results/records/parsed/set_aside/{input}.csv",
        counts="results/records/parsed/counts/{input}.csv",
    log:
        "results/logs/parse_export/{input}.log",
    wildcard_constraints:
        input="|".join(map(re.escape, EXPORT_NAMES)) or "(?!)",
    conda:
        "../envs/review.yaml"
    params:
        item=lambda wildcards: row(wildcards.input),
        words=lambda wildcards: MAPS.get(wildcards.input, {}),
        shared=shared_code("parse_export"),
    message:
        "Reading the export {wildcards.input}"
    script:
        "../scripts/records/parse_export.py"


rule collect_records:
    """Put the records of all sources into one table, and stop if one was lost."""
    input:
        records=expand("results/records/parsed/{input}.csv", input=PARSED),
        set_aside=expand("results/records/parsed/set_aside/{input}.csv", input=PARSED),
        counts=expand("results/records/parsed/counts/{input}.csv", input=PARSED),
    output:
        records="results/records/records.csv",
        set_aside="results/records/set_aside.csv",
        counts="results/records/counts.csv",
    log:
        "results/logs/collect_records.log",
    conda:
        "../envs/review.yaml"
    params:
        shared=shared_code("collect_records"),
    message:
        "Collecting the records of all sources"
    script:
        "../scripts/records/collect_records.py"


rule deduplicate:
    """Link the records of one publication; doubtful pairs go to a person.

    The verdicts of people (config/decisions/duplicates.csv) win over the rules. The clusters of an earlier
    run (config/decisions/clusters.csv), if given, change only where new records join them.
    """
    input:
        **optional(verdicts="config/decisions/duplicates.csv", before="config/decisions/clusters.csv"),
        records="results/records/records.csv",
    output:
        clusters="results/records/clusters.csv",
        links="results/records/links.csv",
        versions="results/records/versions.csv",
        maybe="results/records/maybe.csv",
    log:
        "results/logs/deduplicate.log",
    conda:
        "../envs/review.yaml"
    threads: 4
    params:
        matching=MATCHING,
        shared=shared_code("deduplicate"),
    message:
        "Linking duplicates"
    script:
        "../scripts/records/deduplicate.py"


rule keep_unique:
    """Keep one record of each cluster, and fill its gaps from the others.

    Apart from the linking, so that another choice of what is kept links nothing again.
    """
    input:
        records="results/records/records.csv",
        clusters="results/records/clusters.csv",
    output:
        unique="results/records/unique.csv",
        ris="results/records/unique.ris",
    log:
        "results/logs/keep_unique.log",
    conda:
        "../envs/review.yaml"
    params:
        keep_first=list(SETTINGS.deduplicate.keep_first),
        year_distance=SETTINGS.deduplicate.matching.year_distance,
        shared=shared_code("keep_unique"),
    message:
        "Keeping one record of each publication"
    script:
        "../scripts/records/keep_unique.py"


rule write_spreadsheet:
    """Write the unique records for people who open them in a spreadsheet: no cell of it is calculated."""
    input:
        unique="results/records/unique.csv",
    output:
        spreadsheet="results/records/unique_for_spreadsheets.csv",
    log:
        "results/logs/write_spreadsheet.log",
    conda:
        "../envs/review.yaml"
    params:
        shared=shared_code("write_spreadsheet"),
    message:
        "Writing the unique records for spreadsheets"
    script:
        "../scripts/records/write_spreadsheet.py"


RECORDS_RESULTS = [
    *expand(rules.parse_export.output, input=PARSED),
    *rules.collect_records.output,
    *rules.deduplicate.output,
    *rules.keep_unique.output,
    *rules.write_spreadsheet.output,
]
