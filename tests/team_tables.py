"""Read tables of every kind that a team may have: a file and the words of its map in, plain values out."""

import shutil
from pathlib import Path

import yaml
from jsonschema import Draft202012Validator

from scripts.common.coding.adjudication import code_checker, read_verdicts
from scripts.common.coding.charting import Variable
from scripts.common.coding.charting_sheets import read_chartings
from scripts.common.coding.codebook_forms import read_codebook
from scripts.common.coding.finder import Finder
from scripts.common.coding.model import Plan
from scripts.common.coding.ranking import read_rankings
from scripts.common.coding.sheets import read_codings
from scripts.common.review.inputs import Input
from scripts.common.review.settings import ScreeningRules
from scripts.common.screening.flow import read_published_flow
from scripts.common.screening.numbers import numbers_of, read_rows
from scripts.common.screening.reports import read_reports
from scripts.common.screening.rulings import read_rulings
from scripts.common.screening.sample import read_sample
from scripts.common.screening.sheets import read_decisions
from scripts.common.screening.stages import plans
from scripts.common.screening.studies import read_included, read_previous
from tests.codebooks import code
from tests.paths import REPOSITORY

CODES = (
    code("gains", label="Gains"),
    code("speed", "gains", label="Speed"),
    code("reach", "gains", label="Reach"),
)
COUNTRY = Variable("country", "Country", "国家", "one", ("China", "UK"), "")


def decisions(path, words):
    (plan,) = plans([Input("t", path, "decisions", *[""] * 6)], {"t": words})
    return sorted((v.record or v.doi or v.title, v.reviewer, v.decision) for v in read_decisions(plan).votes)


def coded(path, words):
    found = read_codings([Plan("t", path, "t", "1", words=words)], CODES)
    return sorted((v.study_id, v.code, v.coder, v.stance) for v in found.votes)


def charted(path, words):
    found = read_chartings([Plan("t", path, "t", "1", words=words)], [COUNTRY])
    return sorted((v.study_id, v.variable, v.value) for v in found.votes)


def included(path, words):
    return read_included(path, words or None)["study_id"].tolist()


def numbered(path, words):
    (one,) = numbers_of([Input("t", path, "numbers", *[""] * 6)], {"t": words})
    return [row.get("record") for row in read_rows(one)]


def decided_so(path, words):
    name = f"{Path(path).parent}/adjudication.csv"
    shutil.copyfile(path, name)
    found = read_verdicts(name, "code", code_checker(Finder(CODES)), ["P1", "P2"], words or None)
    return [(study, code, verdict.final, verdict.who) for (study, code), verdict in found.items()]


def ranked(path, words):
    return [(one.member, one.ranks) for one in read_rankings([Plan("t", path, "", "", words=words)], CODES)]


def listed_codes(path, words):
    return [(one.id, one.parent, one.definition) for one in read_codebook(path, words or None)]


def printed_flow(path, words):
    return {box: (one.number, one.place) for box, one in read_published_flow(path, words, "t").items()}


def ruled(path, words):
    if not words:
        return read_rulings(path, ScreeningRules())
    (plan,) = plans([Input("t", path, "decisions", *[""] * 6)], {"t": words})
    return [(one.title, one.stage, one.reviewer, one.decision) for one in read_decisions(plan).rulings]


def reported(path, words):
    return read_reports(path, words, "t")["title"].tolist()


def drawn(path, words):
    return [row.get("title") for row in read_sample(path, words, "t")]


def before(path, words):
    return read_previous(path, words or None, "t")["study_id"].tolist()


SCHEMA = yaml.safe_load((REPOSITORY / "config/config.schema.yaml").read_text(encoding="utf-8"))


def map_in(message):
    """Return the name and the words of the map that a message shows, which fits the schema of maps."""
    _, _, text = message.partition("\nsheets:\n")
    lines = [line for line in text.split("\n") if line.startswith("  ")]
    ((name, words),) = yaml.safe_load("\n".join(lines)).items()
    wrong = Draft202012Validator({"$defs": SCHEMA["$defs"], "$ref": "#/$defs/map"}).iter_errors(words)
    assert not list(wrong), message
    return name, words
