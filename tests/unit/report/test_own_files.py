"""The files that people wrote for a review: all of them, and no input a second time."""

from scripts.common.report.own_files import OTHER, RULINGS, own_files, what_of

BROUGHT = [
    "config/README.md", "config/captions/workflow.rst", "config/charting.yaml", "config/codebook.csv",
    "config/config.schema.yaml", "config/config.yaml", "config/decisions/.hidden",
    "config/decisions/rulings.csv", "config/inputs/raw/a.csv", "config/listed.csv", "elsewhere/x.csv",
]  # fmt: skip


def test_rulings_codebook_and_settings_are_listed_and_inputs_only_once():
    assert own_files(BROUGHT, ["config/listed.csv"]) == [
        "config/charting.yaml",
        "config/codebook.csv",
        "config/config.yaml",
        "config/decisions/rulings.csv",
    ]


def test_every_file_says_what_it_holds():
    assert what_of("config/decisions/duplicates.csv") == RULINGS
    assert what_of("config/codebook.qdc") == "the codebook"
    assert what_of("config/strategy.txt") == OTHER
