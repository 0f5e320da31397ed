"""Write the codebook and the coding for other programs: YAML, CSV, REFI-QDA codebook and project."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from scripts.common.coding.codebook import Code
from scripts.common.coding.codebook_forms import (
    codebook_qdc,
    load_codebook,
    refi_codes,
    write_codebook_csv,
    yaml_text,
)
from scripts.common.coding.cube import read_evidence
from scripts.common.coding.model import ABSENT_STANCE, PRESENT, in_order, order_of_rounds
from scripts.common.coding.refi import ABSENT, RefiCoding, RefiProject, RefiSource
from scripts.common.coding.refi_writing import qdpx_bytes
from scripts.common.files.sheets import CONTROL
from scripts.common.files.tables import read_table, rows_of, stream_rows
from scripts.common.job import job, log
from scripts.common.values.counts import count_of

if TYPE_CHECKING:
    snakemake: Any

FIELDS = ("excerpt", "page", "note", "source")
CITATION = ("authors", "year", "title", "journal", "doi")


def last_votes(evidence: pd.DataFrame, rounds: Sequence[str]) -> pd.DataFrame:
    """Return the evidence that holds in the end: of each coder, study and code the last round."""
    order = {name: i for i, name in enumerate(order_of_rounds(evidence["round"], rounds))}
    key = ["study_id", "code", "coder"]
    at = evidence["round"].map(order)
    return evidence[at == at.groupby([evidence[name] for name in key]).transform("max")]


def text_of(
    study: str, included: Mapping[str, Mapping[str, str]], records: Mapping[str, Mapping[str, str]]
) -> str:
    """Return the text that represents a study: its citation and abstract, as far as they are known."""
    row = included.get(study)
    if row is None:
        return f"Study {study}\n"
    abstract = records.get(row["record_id"], {}).get("abstract", "")
    citation = ". ".join(row[name] for name in CITATION if row[name])
    return CONTROL.sub("\ufffd", f"{citation}\n" + (f"\n{abstract}\n" if abstract else ""))


def label_of(study: str, included: Mapping[str, Mapping[str, str]]) -> str:
    """Return the name of a study for people: its id, with author and year where the id is a number alone."""
    row = included.get(study, {})
    author = row.get("authors", "").partition(";")[0].partition(",")[0].strip()
    if not study.isdecimal() or not author:
        return ""
    return " ".join(part for part in (f"{study}:", author, row["year"]) if part)


def with_passages(text: str, excerpts: Iterable[str]) -> str:
    """Return a text with the passages that coders noted and that are not in it, one below the other."""
    missing = dict.fromkeys(excerpt for excerpt in excerpts if excerpt not in text)
    return "\n\n".join([text, "Passages that coders noted:", *missing]) + "\n" if missing else text


def absent_codes(evidence: pd.DataFrame, assessed: pd.DataFrame) -> dict[str, dict[str, str]]:
    """Return study -> variable -> the codes that a coder looked for in the study and did not find.

    REFI-QDA knows no "absent": it is kept in a variable of the study, one for each coder. The variable is
    empty where a coder looked at the study and marked nothing absent.
    """
    found: dict[tuple[str, str], set[str]] = {
        (row["study_id"], row["coder"]): set() for row in rows_of(assessed)
    }
    for row in rows_of(evidence):
        if row["stance"] == ABSENT_STANCE:
            found[row["study_id"], row["coder"]].add(row["code"])
    by_study: dict[str, dict[str, str]] = defaultdict(dict)
    for (study, coder), codes in sorted(found.items()):
        by_study[study][ABSENT.format(coder)] = "; ".join(sorted(codes))
    return by_study


def charted_values(charting: pd.DataFrame) -> dict[str, dict[str, str]]:
    """Return study -> variable -> value of the charting, empty cells left out."""
    return {
        row["study_id"]: {name: value for name, value in row.items() if name != "study_id" and value}
        for row in rows_of(charting)
    }


def codings_of(evidence: pd.DataFrame) -> list[RefiCoding]:
    """Return each code that a coder found in a study, with the passage if one was noted."""
    return [
        RefiCoding(
            row["study_id"], row["code"], row["coder"], {field: row[field] for field in FIELDS if row[field]}
        )
        for row in rows_of(evidence)
        if row["stance"] == PRESENT
    ]


def project(
    name: str,
    codes: Sequence[Code],
    evidence: pd.DataFrame,
    assessed: pd.DataFrame,
    texts: Mapping[str, str],
    charting: pd.DataFrame,
    labels: Mapping[str, str],
) -> RefiProject:
    """Return the coding as a project: a text per study, in which coders marked passages or the whole."""
    absent, charted = absent_codes(evidence, assessed), charted_values(charting)
    codings = codings_of(evidence)
    excerpts: dict[str, list[str]] = defaultdict(list)
    for coding in codings:
        if excerpt := coding.fields.get("excerpt"):
            excerpts[coding.source].append(excerpt)
    sources = [
        RefiSource(
            study,
            with_passages(texts[study], excerpts[study]),
            "",
            {**charted.get(study, {}), **absent.get(study, {})},
            labels.get(study, ""),
        )
        for study in in_order([*absent, *charted])
    ]
    coders = sorted(set(assessed["coder"]))
    variables = [
        *(column for column in charting.columns if column != "study_id"),
        *(ABSENT.format(coder) for coder in coders),
    ]
    codable = {coding.code for coding in codings}
    return RefiProject(name, coders, refi_codes(codes, codable), variables, sources, codings)


def main(
    *,
    name: str,
    codebook: str,
    evidence_csv: str,
    assessed_csv: str,
    included_csv: str,
    unique_csv: str,
    charting_csv: str | None,
    rounds: Sequence[str],
    out: Mapping[str, str],
) -> None:
    """Write the codebook in its three forms, and the coding as a project."""
    book = load_codebook(codebook)
    evidence = last_votes(read_evidence(evidence_csv), rounds)
    assessed = read_table(assessed_csv)
    included = {row["study_id"].strip(): row for row in rows_of(read_table(included_csv))}
    reported = {row["record_id"] for row in included.values()}
    records = {row["record_id"]: row for row in stream_rows(unique_csv) if row["record_id"] in reported}
    charting = read_table(charting_csv) if charting_csv else pd.DataFrame({"study_id": []}, dtype=str)
    studies = {*assessed["study_id"], *charting["study_id"]}
    texts = {study: text_of(study, included, records) for study in studies}
    labels = {study: label_of(study, included) for study in studies}
    whole = project(name, book.codes, evidence, assessed, texts, charting, labels)
    Path(out["yaml"]).write_text(yaml_text(book), encoding="utf-8")
    write_codebook_csv(book, out["csv"])
    Path(out["qdc"]).write_bytes(codebook_qdc(book))
    Path(out["qdpx"]).write_bytes(qdpx_bytes(whole))
    log.info(
        "%s, %s, %s by %s",
        count_of(len(book.codes), "code"),
        count_of(len(whole.sources), "study", "studies"),
        count_of(len(whole.codings), "coding"),
        count_of(len(whole.users), "coder"),
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
            rounds=snakemake.params.rounds,
            out=dict(snakemake.output.items()),
        )
