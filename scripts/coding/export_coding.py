"""Write the codebook and the coding for other programs: YAML, CSV, REFI-QDA codebook and project."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from scripts.common.coding.codebook_forms import (
    codebook_qdc,
    load_codebook,
    refi_codes,
    write_codebook_csv,
    yaml_text,
)
from scripts.common.coding.cube import read_evidence
from scripts.common.coding.model import ABSENT_STANCE, PRESENT, in_order, order_of_rounds
from scripts.common.coding.plans import with_defaults
from scripts.common.coding.refi import ABSENT, RefiCoding, RefiProject, RefiSource, qdpx_bytes
from scripts.common.files.sheets import CONTROL
from scripts.common.files.tables import read_table, rows_of, stream_rows
from scripts.common.job import job, log

if TYPE_CHECKING:
    snakemake: Any

FIELDS = ("excerpt", "page", "note", "source")
CITATION = ("authors", "year", "title", "journal", "doi")


def last_votes(evidence: pd.DataFrame, rounds: Sequence[str]) -> pd.DataFrame:
    """Return the evidence that stands in the end: of each coder, study and code the last round."""
    order = {name: i for i, name in enumerate(order_of_rounds(evidence["round"], rounds))}
    key = ["study_id", "code", "coder"]
    at = evidence["round"].map(order)
    return evidence[at == at.groupby([evidence[name] for name in key]).transform("max")]


def text_of(
    study: str, included: Mapping[str, Mapping[str, str]], records: Mapping[str, Mapping[str, str]]
) -> str:
    """Return what stands for a study as a text: its citation and abstract, as far as they are known."""
    row = included.get(study)
    if row is None:
        return f"Study {study}\n"
    abstract = records.get(row["record_id"], {}).get("abstract", "")
    citation = ". ".join(row[name] for name in CITATION if row[name])
    return CONTROL.sub("\ufffd", f"{citation}\n" + (f"\n{abstract}\n" if abstract else ""))


def project(
    name: str,
    codes: Sequence[Any],
    evidence: pd.DataFrame,
    assessed: pd.DataFrame,
    texts: Mapping[str, str],
    charting: pd.DataFrame,
) -> RefiProject:
    """Return the coding as a project: a text per study, coded as a whole by each coder.

    REFI-QDA knows no "absent": what a coder looked for and did not find stands in a variable of the study,
    one per coder; it is there, empty, where a coder looked at a study and marked nothing absent.
    """
    rows = rows_of(evidence)
    absent: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in rows:
        if row["stance"] == ABSENT_STANCE:
            absent[row["study_id"], row["coder"]].append(row["code"])
    looked = {(row["study_id"], row["coder"]) for row in rows_of(assessed)}
    users = sorted({coder for _, coder in looked})
    charted = {row["study_id"]: row for row in rows_of(charting)}
    columns = [column for column in charting.columns if column != "study_id"]
    studies = in_order([*(study for study, _ in looked), *charted])
    sources = [
        RefiSource(
            study,
            texts[study],
            "",
            {
                **{
                    column: charted[study][column]
                    for column in columns
                    if study in charted and charted[study][column]
                },
                **{
                    ABSENT.format(user): "; ".join(sorted(set(absent[study, user])))
                    for user in users
                    if (study, user) in looked
                },
            },
        )
        for study in studies
    ]
    codings = [
        RefiCoding(
            row["study_id"], row["code"], row["coder"], {field: row[field] for field in FIELDS if row[field]}
        )
        for row in rows
        if row["stance"] == PRESENT
    ]
    used = {coding.code for coding in codings}
    variables = [*columns, *(ABSENT.format(user) for user in users)]
    return RefiProject(name, users, refi_codes(codes, used), variables, sources, codings)


def main(
    *,
    name: str,
    codebook: str,
    evidence_csv: str,
    assessed_csv: str,
    included_csv: str,
    unique_csv: str,
    charting_csv: str | None,
    settings: Mapping[str, Any],
    out: Mapping[str, str],
) -> None:
    """Write the codebook in its three forms, and the coding as a project."""
    told = with_defaults(settings)
    book = load_codebook(codebook)
    evidence = last_votes(read_evidence(evidence_csv), told["rounds"])
    assessed = read_table(assessed_csv)
    included = {row["study_id"].strip(): row for row in rows_of(read_table(included_csv))}
    reported = {row["record_id"] for row in included.values()}
    records = {row["record_id"]: row for row in stream_rows(unique_csv) if row["record_id"] in reported}
    charting = read_table(charting_csv) if charting_csv else pd.DataFrame({"study_id": []}, dtype=str)
    studies = {*assessed["study_id"], *charting["study_id"]}
    texts = {study: text_of(study, included, records) for study in studies}
    whole = project(name, book.codes, evidence, assessed, texts, charting)
    Path(out["yaml"]).write_text(yaml_text(book), encoding="utf-8")
    write_codebook_csv(book, out["csv"])
    Path(out["qdc"]).write_bytes(codebook_qdc(book))
    Path(out["qdpx"]).write_bytes(qdpx_bytes(whole))
    log.info(
        "%d codes, %d studies, %d codings by %d coders",
        len(book.codes),
        len(whole.sources),
        len(whole.codings),
        len(whole.users),
    )


if __name__ == "__main__":
    with job(snakemake):
        main(
            name=snakemake.params.name,
            codebook=snakemake.input.codebook,
            evidence_csv=snakemake.input.evidence,
            assessed_csv=snakemake.input.assessed,
            included_csv=snakemake.input.included,
            unique_csv=snakemake.input.unique,
            charting_csv=snakemake.input.get("charting"),
            settings=snakemake.params.settings,
            out=dict(snakemake.output.items()),
        )
