"""Random coding tables: they are read at once, or the map of their refusal gives all their codings."""

import random
import re
from collections import Counter

import pytest
import yaml

from scripts.common.coding.model import Plan
from scripts.common.coding.sheets import read_codings
from scripts.common.errors import InputError
from tests.codebooks import code

LABELS = {"speed": "Faster care", "reach": "Reach", "privacy": "Privacy", "cost": "Cost of care"}
CODES = tuple(code(name, label=label) for name, label in LABELS.items())
STUDY = ("Study", "Paper", "Article", "Reference", "Document", "Study ID", "ID", "Studie")
WORDS = (("1", "0"), ("yes", "no"), ("x", ""), ("ja", "nein"), ("present", "absent"), ("TRUE", "FALSE"))
BESIDE = {
    "Year": ("2001", "2004"), "Notes": ("", "x"), "Journal": ("J",), "Authors": ("Roe", "Li"),
    "Design": ("RCT", "cohort"), "Page": ("3", "4"), "Date": ("2024-01-01",), "Country": ("UK",),
}  # fmt: skip


def wide(rng, studies, codes):
    """Return header, rows and codings of a table with a column per code."""
    yes, no = rng.choice(WORDS)
    found = {(study, name): rng.random() < 0.5 for study in studies for name in codes}
    named = rng.random() < 0.5
    head = [rng.choice(STUDY), *(LABELS[name] if named else name for name in codes)]
    rows = [[study, *(yes if found[study, name] else no for name in codes)] for study in studies]
    stances = {True: "present", False: "absent"}
    return head, rows, [(*key, "t", stances[is_in]) for key, is_in in found.items() if is_in or no]


def long(rng, studies, codes):
    """Return header, rows and codings of a table with a row per code, or per study with its codes."""
    several, named = rng.random() < 0.5, rng.random() < 0.5
    head = [rng.choice(STUDY), rng.choice(("Code", "Codes", "Theme", "Tag")), "Quote", *["Coder"] * named]
    rows, codings = [], []
    for study in studies:
        coder = rng.choice(("ann", "bob")) if named else "t"
        found = [name for name in codes if rng.random() < 0.6]
        labels = [LABELS[name] for name in found]
        cells = ["; ".join(labels)] if several else labels
        rows += [[study, cell, "text", *[coder] * named] for cell in cells]
        codings += [(study, name, coder, "present") for name in found]
    return head, rows, codings


def read(path, words):
    found = read_codings([Plan("t", str(path), "t", "1", words=words)], CODES)
    return Counter((vote.study_id, vote.code, vote.coder, vote.stance) for vote in found.votes)


def completed(path):
    """Return the map of a refusal, with the words for found and not found that the messages propose."""
    words = {}
    for _ in range(3):
        try:
            read(path, words)
        except InputError as error:
            text = str(error)
            if "\nsheets:\n" in text:
                words = yaml.safe_load(text[text.rindex("\nsheets:\n") :])["sheets"]["t"]
            values = dict(re.findall(r'values: \{"([^"]+)": (present|absent)\}', text))
            words = {**words, "values": {**words.get("values", {}), **values}}
    return words


@pytest.mark.parametrize("seed", range(20))
def test_the_map_of_a_refusal_gives_every_coding_of_a_random_table(tmp_path, seed):
    rng = random.Random(seed)
    for number in range(10):
        studies = [f"P{one}" for one in range(1, rng.randint(4, 7))]
        codes = rng.sample(list(LABELS), rng.randint(2, 4))
        head, rows, expected = rng.choice((wide, long))(rng, studies, codes)
        for name in rng.sample(list(BESIDE), rng.randint(0, 3)):
            head, rows = [*head, name], [[*row, rng.choice(BESIDE[name])] for row in rows]
        order = rng.sample(range(len(head)), len(head))
        text = "\n".join(",".join(row[at] for at in order) for row in (head, *rows))
        path = tmp_path / f"{number}.csv"
        path.write_text(text, encoding="utf-8")
        words = completed(path)
        assert "'?'" not in str(words), text
        assert read(path, words) == Counter(expected), text
