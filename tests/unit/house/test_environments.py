"""The lock, its source and the conda environment name the same versions, and no registry."""

import ast
import re
import sys

import yaml

from tests.paths import REPOSITORY

LOCK = (REPOSITORY / "envs/requirements.txt").read_text(encoding="utf-8")
LOCKED = set(re.findall(r"^([a-z0-9][a-z0-9._-]*==[^ ;\\]+)", LOCK, flags=re.MULTILINE))
CONDA = yaml.safe_load((REPOSITORY / "envs/review.yaml").read_text(encoding="utf-8"))
CONDA_PINS = next(item["pip"] for item in CONDA["dependencies"] if isinstance(item, dict))
# the name by which a package is imported, where it is not the package's own
PACKAGE_OF = {
    "fontTools": "fonttools",
    "Bio": "biopython",
    "yaml": "pyyaml",
    "font_source_sans_pro": "font-source-sans-pro",
    "pylopdf_fonts_zh_cn": "pylopdf-fonts-zh-cn",
    "markupsafe": "jinja2",
    "sklearn": "scikit-learn",
    "search_query": "search-query",
    "docx": "python-docx",
    "ahocorasick_rs": "ahocorasick-rs",
}


def test_conda_users_get_the_versions_of_the_lock():
    assert CONDA_PINS
    assert set(CONDA_PINS) <= LOCKED


def test_whatever_a_script_imports_is_in_the_conda_environment():
    imported = set()
    for path in (REPOSITORY / "scripts").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                imported.add(node.module.split(".")[0])
    foreign = {PACKAGE_OF.get(name, name) for name in imported - set(sys.stdlib_module_names) - {"scripts"}}
    assert foreign <= {pin.split("==")[0] for pin in CONDA_PINS}


def test_conda_users_get_all_that_the_workflow_asks_for_but_snakemake_itself():
    asked = (REPOSITORY / "envs/requirements.in").read_text(encoding="utf-8").split("# Tests and checks")[0]
    names = set(re.findall(r"^([a-z][a-z0-9-]*)", asked, flags=re.MULTILINE))
    engine = {name for name in names if name.startswith("snakemake")}
    assert {pin.split("==")[0] for pin in CONDA_PINS} == names - engine


def test_what_is_asked_for_is_locked_with_a_hash():
    asked = re.findall(
        r"^([a-z][a-z0-9-]*)",
        (REPOSITORY / "envs/requirements.in").read_text(encoding="utf-8"),
        flags=re.MULTILINE,
    )
    names = {pin.split("==")[0] for pin in LOCKED}
    assert set(asked) <= names
    assert LOCK.count("--hash=sha256:") >= len(LOCKED)


def test_the_lock_names_no_registry():
    assert not re.search(r"https?://|--index-url|--extra-index-url|--find-links|file:", LOCK)
