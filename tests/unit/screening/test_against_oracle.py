"""The flow of random reviews against an independent count; python -m tests.benchmark.oracle runs 300."""

import ast
from collections import Counter

import pytest

from tests.oracles import prisma
from tests.oracles.flow_of_review import differences
from tests.oracles.reviews import make
from tests.paths import REPOSITORY

FEW = range(1000, 1024)


@pytest.mark.parametrize("seed", FEW)
def test_no_box_of_a_random_review_differs_from_the_oracle(seed, tmp_path):
    assert differences(seed, tmp_path) == []


def test_the_random_reviews_fill_every_box_of_prisma():
    filled = Counter(
        box.partition(":")[0] for seed in FEW for box, number in prisma.boxes(make(seed)).items() if number
    )
    assert set(filled) >= {
        *(f"{arm}_{name}" for arm in ("dbr", "other") for name in (
            "sought_reports", "notretrieved_reports", "waiting", "assessed", "excluded", "included")),
        "database_results", "duplicates", "excluded_automatic", "excluded_other", "records_waiting",
        "records_never_screened", "records_screened", "records_excluded", "website_results",
        "organisation_results", "citations_results", "other_known", "other_records_waiting",
        "other_records_excluded", "new_studies", "new_reports", "previous_studies", "previous_reports",
        "total_studies", "total_reports",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["reviews", "prisma", "codings", "themes"])
def test_the_oracles_use_no_code_of_the_workflow(name):
    tree = ast.parse((REPOSITORY / f"tests/oracles/{name}.py").read_text(encoding="utf-8"))
    modules = {
        *(node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)),
        *(item.name for node in ast.walk(tree) if isinstance(node, ast.Import) for item in node.names),
    }
    assert not [module for module in modules if module.startswith("scripts")]


def test_a_review_counted_by_hand_is_what_the_oracle_says():
    """Ann and Bob include 1 by title; Ann excludes 2; 3 has a machine's vote only. At full text 1 is in."""
    review = make(0)
    review.inputs = {"embase": "database"}
    review.records = [f"embase:{number}" for number in (1, 2, 3)]
    review.kept = {name: name for name in review.records}
    review.stages, review.rounds = ("title_abstract", "full_text"), ()
    review.consensus = dict.fromkeys(review.stages, "unanimous")
    review.reviewers = dict.fromkeys(review.stages, 1)
    review.list_is, review.without_decision, review.other_methods = "none", "waiting", "none"
    review.rulings, review.removed, review.studies, review.reports, review.previous = [], {}, [], [], []
    votes = [
        ("votes", 1, "title_abstract", "Ann", "include"),
        ("votes", 1, "title_abstract", "Bob", "maybe"),
        ("votes", 2, "title_abstract", "Ann", "exclude"),
        ("machine", 3, "title_abstract", "model a", "exclude"),
        ("votes", 1, "full_text", "Ann", "include"),
    ]
    review.rows = [
        prisma.Row(sheet, f"embase:{number}", f"embase:{number}", stage, "", who, word, "")
        for sheet, number, stage, who, word in votes
    ]
    numbers = prisma.boxes(review)
    assert (numbers["records_screened"], numbers["records_excluded"], numbers["records_waiting"]) == (2, 1, 1)
    assert (numbers["dbr_included"], numbers["new_reports"], numbers["new_studies"]) == (1, None, None)
