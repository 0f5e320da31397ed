"""The house is in order: names, imports, and who may read the published numbers."""

import ast
import re
from pathlib import Path

import yaml

from tests.paths import REPOSITORY

RULES = "\n".join(path.read_text(encoding="utf-8") for path in sorted((REPOSITORY / "rules").glob("*.smk")))
COMMON = sorted((REPOSITORY / "scripts/common").rglob("*.py"))
SCRIPTS = sorted(
    (
        path
        for path in (REPOSITORY / "scripts").glob("*/*.py")
        if path.parent.name != "common" and path.name != "__init__.py"
    ),
    key=lambda path: path.stem,
)


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return names


def test_each_rule_has_the_script_and_the_log_of_its_name():
    rules = dict(re.findall(r"^rule (\w+):\n(.*?)(?=^rule |\Z)", RULES, flags=re.MULTILINE | re.DOTALL))
    assert sorted(rules) == [path.stem for path in SCRIPTS]
    for name, text in rules.items():
        assert re.search(rf'"\.\./scripts/\w+/{name}\.py"', text)
        assert f'"results/logs/{name}' in text
        assert f'shared=shared_code("{name}")' in text
        assert text.lstrip().startswith('"""'), f"{name} says not why it is there"
        for directive in ("message:", "conda:", "log:"):
            assert directive in text, f"{name} has no {directive}"


def test_no_script_imports_another_and_shared_code_imports_no_script():
    for path in SCRIPTS:
        ours = {name for name in imported(path) if name.split(".")[0] == "scripts"}
        assert all(name.startswith("scripts.common.") for name in ours), path.name
    for path in COMMON:
        ours = {name for name in imported(path) if name.split(".")[0] == "scripts"}
        assert all(name.startswith("scripts.common.") for name in ours), path.name


def test_only_the_comparison_and_the_first_check_read_the_published_claims():
    readers = {path.stem for path in SCRIPTS if "scripts.common.claims.published" in imported(path)}
    assert readers - {"write_report", "measure_fragility", "compare", "write_crate", "plot_claims"} == {
        "check_inputs",
        "check_printed",
        "compare_published",
        "measure_results",
    }
    reading = {path.stem for path in SCRIPTS if "read_claims" in path.read_text(encoding="utf-8")}
    assert reading == {"check_inputs", "check_printed", "compare_published"}


def test_only_one_module_talks_to_the_network_and_one_knows_snakemake():
    network = {"socket", "urllib.request", "http.client", "requests", "Bio"}
    assert [path.stem for path in (*SCRIPTS, *COMMON) if imported(path) & network] == ["entrez"]
    for path in COMMON:
        if path.stem != "job":
            assert "snakemake." not in path.read_text(encoding="utf-8"), path.name


def test_no_published_number_stands_in_code():
    claims = yaml.safe_load((REPOSITORY / "config/published.yaml").read_text(encoding="utf-8"))
    # single digits count everything, and the day stands in docstrings as an example of a date
    numbers = {str(claim["value"]) for claim in claims} - {"1", "2", "4", "9", "2022-08-16"}
    # numbers that happen to be published too: what else they are, and in which file
    others = {
        ("11", "checklists"), ("11", "write_checklists"), ("11", "keys"),  # items; a volume
        ("31", "likeness"), ("31", "eligibility"),  # the days of a month
        ("40", "blocking"),  # records of a block
    }  # fmt: skip
    code = {path.stem: path.read_text(encoding="utf-8") for path in (*SCRIPTS, *COMMON)} | {"rules": RULES}
    found = {
        (number, name)
        for number in numbers
        for name, text in code.items()
        if re.search(rf"(?<![\w.*/-]){re.escape(number)}(?![\w./-]| - 1)", text)
    }
    assert found <= others
    assert "61" in numbers


def test_the_snakefile_is_a_table_of_contents():
    assert len((REPOSITORY / "Snakefile").read_text(encoding="utf-8").splitlines()) < 60


def test_every_setting_is_described_and_every_level_closed():
    def walk(node: dict, name: str) -> None:
        assert node.get("description"), f"{name} is not described"
        if node.get("type") == "object":
            assert node["additionalProperties"] is False, f"{name} is open"
            for key, child in node["properties"].items():
                walk(child, f"{name}.{key}")

    walk(yaml.safe_load((REPOSITORY / "config/config.schema.yaml").read_text(encoding="utf-8")), "config")
