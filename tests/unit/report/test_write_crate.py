"""The crate and codecheck.yml: required properties, every reference resolved, nothing of the clock."""

import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft7Validator

from scripts.common.review.settings import Review
from scripts.common.search.archive import json_text
from scripts.report.write_crate import PROFILES, codecheck, crate
from tests.paths import REPOSITORY

REVIEW = Review(name="R", title="<b>: a # review", citation="A B, C D. J 2020", doi="10.5555/x", pmid=None)


@pytest.fixture
def made(folder):
    Path("results").mkdir()
    for name in ("config/inputs/a ä.csv", "config/config.yaml", "results/b.csv"):
        Path(name).write_text("x", encoding="utf-8")
    row = {
        "path": "config/inputs/a ä.csv",
        "source": "S",
        "provenance": "P",
        "licence": "CC0",
        "date": "2021-07-01",
        "url": "https://example.org/a.zip",
        "member": "data/a.csv",
        "version": "v1.2",
        "sha256": "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881",
    }
    return crate([row], ["config/config.yaml"], ["results/b.csv"], REVIEW, "9.1", "Claims: 0.")


def test_the_crate_has_what_the_profile_requires(made):
    graph = {item["@id"]: item for item in made["@graph"]}
    assert len(graph) == len(made["@graph"])
    root, run = graph["./"], graph["#run"]
    for name in ("name", "description", "datePublished", "license", "hasPart", "mainEntity", "mentions"):
        assert root[name], name
    assert [item["@id"] for item in root["conformsTo"]] == [profile for profile, _, _ in PROFILES]
    assert "ComputationalWorkflow" in graph[root["mainEntity"]["@id"]]["@type"]
    assert run["@type"] == "CreateAction"
    assert run["instrument"] == root["mainEntity"]
    assert [item["@id"] for item in run["object"]] == [
        "../../config/inputs/a%20%C3%A4.csv",
        "../../config/config.yaml",
    ]
    assert [item["@id"] for item in run["result"]] == ["../../results/b.csv"]
    assert graph["ro-crate-metadata.json"]["about"] == {"@id": "./"}
    assert root["datePublished"] == "2021-07-01"


def test_a_fetched_file_says_from_where_in_which_version_and_under_which_licence(made):
    (file,) = [item for item in made["@graph"] if item["@id"] == "../../config/inputs/a%20%C3%A4.csv"]
    assert (file["url"], file["version"], file["alternateName"], file["license"]) == (
        "https://example.org/a.zip", "v1.2", "data/a.csv", "CC0",
    )  # fmt: skip
    assert file["sha256"].startswith("2d711642")


def test_every_reference_of_the_crate_is_an_entity_or_an_address(made):
    known = {item["@id"] for item in made["@graph"]}

    def references(value):
        if isinstance(value, dict):
            if set(value) == {"@id"}:
                yield value["@id"]
            for inner in value.values():
                yield from references(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from references(inner)

    missing = {name for name in references(made["@graph"]) if name not in known}
    assert missing == {"https://w3id.org/ro/crate/1.1"}
    assert json.loads(json_text(made)) == made


def test_codecheck_names_each_output_and_the_paper():
    text = codecheck(["results/report/comparison.csv"], REVIEW)
    assert text.startswith("---\n")
    found = yaml.safe_load(text)
    assert found["manifest"][0]["file"] == "results/report/comparison.csv"
    assert found["paper"] == {
        "title": "<b>: a # review",
        "authors": [{"name": "A B"}, {"name": "C D"}],
        "reference": "https://doi.org/10.5555/x",
    }


def test_the_citation_file_is_valid():
    # The schema of CITATION.cff 1.2.0 by its makers, CC BY 4.0, doi:10.5281/zenodo.5171937
    schema = json.loads((REPOSITORY / "tests/data/cff-1.2.0.schema.json").read_text(encoding="utf-8"))
    citation = yaml.load((REPOSITORY / "CITATION.cff").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    citation["references"][0]["year"] = int(citation["references"][0]["year"])
    citation["references"][0]["volume"] = int(citation["references"][0]["volume"])
    assert [error.message for error in Draft7Validator(schema).iter_errors(citation)] == []
