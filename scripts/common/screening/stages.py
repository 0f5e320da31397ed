"""The words of screening: stages and decisions, the settings of the stage, and the tables people bring."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import pandas as pd

from scripts.common.errors import InputError, nearest
from scripts.common.files.tables import numbered, read_table
from scripts.common.review.inputs import Input, of_kind

TITLE_ABSTRACT, FULL_TEXT = "title_abstract", "full_text"
INCLUDE, EXCLUDE, MAYBE, NOT_RETRIEVED = "include", "exclude", "maybe", "not retrieved"
STAGES = {
    TITLE_ABSTRACT: (INCLUDE, EXCLUDE, MAYBE),
    FULL_TEXT: (INCLUDE, EXCLUDE, NOT_RETRIEVED),
}
NO_REASON = "no reason given"
LIST_COLUMNS = ("study_id", "authors", "year", "title", "journal", "doi", "pmid", "confidence", "source")
PREVIOUS_COLUMNS = ("study_id", "title", "doi", "pmid")

# What config.yaml does not say; config.schema.yaml describes each.
DEFAULTS: dict[str, Any] = {
    "consensus": {TITLE_ABSTRACT: "unanimous", FULL_TEXT: "unanimous"},
    "reviewers": {TITLE_ABSTRACT: 1, FULL_TEXT: 1},
    "reasons": [],
    "not_retrieved_reasons": [],
    "sheets": [],
    "eligibility": "suggest",
    "ranking": False,
    "agreement": {
        "coefficient": "alpha", "threshold": 0.8, "tentative": 0.667,
        "resamples": 1000, "seed": 1, "confidence": 95,
    },
}  # fmt: skip


def with_defaults(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of the stage, what is not said filled in."""
    told = {**DEFAULTS, **settings}
    for name in ("consensus", "reviewers", "agreement"):
        told[name] = {**DEFAULTS[name], **settings.get(name, {})}
    return told


class Plan(NamedTuple):
    """How one file of decisions is read: what the file does not say itself comes from the settings."""

    path: str
    name: str
    stage: str = ""
    reviewer: str = ""
    decision: str = ""
    consensus: bool | None = None


def plans(inputs: Iterable[Input], settings: Mapping[str, Any]) -> list[Plan]:
    """Return how each file of decisions is read; settings for a file that is none of them are refused."""
    files = of_kind(inputs, "decisions")
    names = [item.name for item in files]
    about: dict[str, Mapping[str, Any]] = {}
    for item in with_defaults(settings)["sheets"]:
        where = f"config/config.yaml: screening.sheets, file {item['file']}"
        if item["file"] not in names:
            raise InputError(
                f"{where}: no input of kind decisions has this name. {nearest(item['file'], names)}"
            )
        if item["file"] in about:
            raise InputError(f"{where}: stands twice. Keep one.")
        if item.get("decision") and "stage" in item and item["decision"] not in STAGES[item["stage"]]:
            raise InputError(
                f"{where}: decision {item['decision']!r} is unknown in stage {item['stage']}."
                f" {nearest(item['decision'], STAGES[item['stage']])}"
            )
        about[item["file"]] = item
    return [
        Plan(item.path, item.name, **{k: v for k, v in about.get(item.name, {}).items() if k != "file"})
        for item in files
    ]


def read_included(path: str | None) -> pd.DataFrame:
    """Return the table of included studies, checked; an empty one where there is none.

    Names are compared without the blanks around them: "4" and "4 " are one study.
    """
    if path is None:
        return pd.DataFrame(columns=pd.Index(LIST_COLUMNS), dtype=str)
    return _studies(path, LIST_COLUMNS)


def read_previous(path: str | None) -> pd.DataFrame:
    """Return the studies of the version before: study_id, title, doi, pmid, reports, withdrawn.

    ``reports`` is the number of reports of the study (1 where it is not said), ``withdrawn`` why it is no
    longer part of the review.
    """
    columns = pd.Index([*PREVIOUS_COLUMNS, "reports", "withdrawn"])
    if path is None:
        return pd.DataFrame(columns=columns, dtype=str)
    studies = _studies(path, PREVIOUS_COLUMNS)
    for name, usual in (("reports", "1"), ("withdrawn", "")):
        if name not in studies:
            studies[name] = usual
        studies[name] = [cell.strip() or usual for cell in studies[name]]
    for line, row in numbered(studies):
        if not (row["reports"].isascii() and row["reports"].isdigit() and int(row["reports"])):
            raise InputError(
                f"{path} line {line}: reports is {row['reports']!r}; a study has 1 report or more."
            )
    return studies[columns]


def _studies(path: str, columns: tuple[str, ...]) -> pd.DataFrame:
    studies = read_table(path, columns)
    studies["study_id"] = studies["study_id"].str.strip()
    seen: set[str] = set()
    for line, row in numbered(studies):
        name = row["study_id"]
        if not name:
            raise InputError(f"{path} line {line}: study_id is empty. Give each study a name.")
        if name in seen:
            raise InputError(f"{path} line {line}: study {name} stands twice. One row per study.")
        seen.add(name)
    return studies
