"""Stage search, in NLM's files of PubMed: each file is searched by itself, then the answers are merged."""

from scripts.common.search.pubmed_files import pubmed_files
from scripts.common.search.query_check import check_answerable

try:
    check_answerable(SETTINGS.search.query, SETTINGS.search.mesh)
    FILES = {file.name: file for file in pubmed_files(SETTINGS.search.files)}
except InputError as error:
    stop(error)


rule scan_file:
    """Search one of NLM's files of PubMed.

    All matches are kept, whatever their dates: another period needs no file to be read again. Of all other
    records the PMID is kept, because a newer version of a match may be among them. A file is read again when
    its digest changes, not when it was only copied.
    """
    input:
        **optional(mesh=SETTINGS.search.mesh),
        file=ancient(lambda wildcards: str(FILES[wildcards.file].path)),
        md5=lambda wildcards: str(FILES[wildcards.file].md5),
    output:
        matches="results/search/files/{file}.xml.gz",
        pmids="results/search/files/{file}.pmids.gz",
        receipt="results/search/files/{file}.json",
    log:
        "results/logs/scan_file/{file}.log",
    wildcard_constraints:
        file=r"pubmed\d\dn\d+",
    conda:
        "../envs/review.yaml"
    params:
        query=SETTINGS.search.query,
        shared=shared_code("scan_file"),
    message:
        "Searching {wildcards.file}"
    script:
        "../scripts/search/scan_file.py"


rule merge_files:
    """Merge the answers of all files: the last version of each record, cut into the windows of the search."""
    input:
        **optional(mesh=SETTINGS.search.mesh),
        matches=expand("results/search/files/{file}.xml.gz", file=FILES),
        pmids=expand("results/search/files/{file}.pmids.gz", file=FILES),
        receipts=expand("results/search/files/{file}.json", file=FILES),
    output:
        windows=expand("results/search/windows/{window}.xml.gz", window=WINDOWS),
        receipts=expand("results/search/windows/{window}.json", window=WINDOWS),
        overall="results/search/baseline.json",
        then="results/search/time_travel.csv",
    log:
        "results/logs/merge_files.log",
    conda:
        "../envs/review.yaml"
    params:
        query=SETTINGS.search.query,
        date_field=SETTINGS.search.date_field,
        end=SETTINGS.search.end,
        shared=shared_code("merge_files"),
    message:
        "Merging the answers of all files of PubMed"
    script:
        "../scripts/search/merge_files.py"
