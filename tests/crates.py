"""What roc-validator says of a crate, without the network: the terms of RO-Crate 1.1 come with a package."""

import json
from importlib.resources import files
from pathlib import Path

import requests
from rocrate_validator import services
from rocrate_validator.utils.http import HttpRequester

# The terms of Workflow Run RO-Crate, as its authors define them; no package holds them.
RUN = "https://w3id.org/ro/terms/workflow-run"
RUN_TERMS = (
    "ParameterConnection", "connection", "sourceParameter", "targetParameter",
    "md5", "sha1", "sha256", "sha512",
)  # fmt: skip


def _contexts() -> dict[str, str]:
    return {
        "https://w3id.org/ro/crate/1.1/context": (files("rocrate") / "data/ro-crate.jsonld").read_text(
            "utf-8"
        ),
        f"{RUN}/context": json.dumps({"@context": {name: f"{RUN}#{name}" for name in RUN_TERMS}}),
    }


def faults_of(crate: Path, profile: str, monkeypatch) -> list[str]:
    """Return what a profile, and those that it builds on, require and the crate in a folder does not have."""
    contexts = _contexts()

    def answer(url: str, **_: object) -> requests.Response:
        response = requests.Response()
        response.url, response.status_code = url, 200
        response.headers["Content-Type"] = "application/ld+json"
        response._content = contexts[url].encode()
        return response

    monkeypatch.setattr(HttpRequester, "__getattr__", lambda self, name: answer)
    settings = services.ValidationSettings(
        rocrate_uri=str(crate), profile_identifier=profile, requirement_severity="REQUIRED"
    )
    result = services.validate(settings)
    found = [f"{issue.check.identifier}: {issue.message}" for issue in result.get_issues()]
    assert bool(found) != result.passed()
    return found
