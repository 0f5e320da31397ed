"""The house is in order: rooms, names, imports, and who may read the published numbers."""

import ast
import re
from pathlib import Path

import yaml

from scripts.common.shared_code import _imports
from tests.paths import REPOSITORY

RULES = "\n".join(path.read_text(encoding="utf-8") for path in sorted((REPOSITORY / "rules").glob("*.smk")))
COMMON = sorted((REPOSITORY / "scripts/common").rglob("*.py"))
# From the lowest to the highest: a room imports from itself and from rooms before it, never from later ones.
ROOMS = (
    "values", "statistics", "files", "review", "records", "exports", "search", "duplicates", "paper",
    "screening", "coding", "claims", "report", "figures", "drafts",
)  # fmt: skip
FOR_EVERY_SCRIPT = ("errors", "job", "shared_code")  # modules below all rooms
SCRIPTS = sorted(
    (
        path
        for path in (REPOSITORY / "scripts").glob("*/*.py")
        if path.parent.name != "common" and path.name != "__init__.py"
    ),
    key=lambda path: path.stem,
)


def imported(path: Path) -> set[str]:
    """Return the names of the modules that a file imports."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return names


def height(module: str) -> int:
    """Return how high a module of scripts.common is: 0 below all rooms, then the number of its room."""
    room = module.removeprefix("scripts.common.").split(".")[0]
    return 0 if room in FOR_EVERY_SCRIPT else 1 + ROOMS.index(room)


def upward_imports(scripts: Path) -> list[str]:
    """Return "module imports module" for each import of a room that is higher than its own."""
    found = []
    for path in sorted((scripts / "common").rglob("*.py")):
        if path.name != "__init__.py":
            module = ".".join(path.relative_to(scripts.parent).with_suffix("").parts)
            higher = {name for name in imported(path) if name.startswith("scripts.common.")}
            higher = {name for name in higher if height(name) > height(module)}
            found += [f"{module} imports {name}" for name in sorted(higher)]
    return found


def test_every_folder_of_shared_code_is_a_room_and_beside_them_lie_three_modules():
    folders = {path.name for path in (REPOSITORY / "scripts/common").iterdir() if path.is_dir()}
    assert folders - {"__pycache__"} == set(ROOMS)
    beside = {path.stem for path in (REPOSITORY / "scripts/common").glob("*.py")}
    assert beside == {"__init__", *FOR_EVERY_SCRIPT}


def test_rooms_import_downwards_only():
    assert upward_imports(REPOSITORY / "scripts") == []


def test_an_upward_import_is_named(tmp_path):
    room = tmp_path / "scripts/common/records"
    room.mkdir(parents=True)
    (room / "record.py").write_text(
        "from scripts.common.errors import InputError\n"
        "from scripts.common.values.dates import is_day\n"
        "def late():\n    from scripts.common.duplicates.rules import decide\n",
        encoding="utf-8",
    )
    (broken,) = upward_imports(tmp_path / "scripts")
    assert broken == "scripts.common.records.record imports scripts.common.duplicates.rules"


def test_modules_of_ours_are_imported_by_one_spelling_only():
    """A second spelling of one module would be a second module, with an InputError of its own."""
    for path in (*SCRIPTS, *COMMON):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                assert not [name for name in node.names if name.name.split(".")[0] == "scripts"], path
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{path}: a relative import"
                if str(node.module).split(".")[0] == "scripts":
                    names = {alias.name for alias in node.names}
                    package = REPOSITORY / str(node.module).replace(".", "/")
                    assert not package.is_dir(), f"{path}: from {node.module} import {names}"


def test_every_import_of_shared_code_is_seen_by_the_digest_that_reruns_jobs():
    for path in (*SCRIPTS, *COMMON):
        ours = {name for name in imported(path) if name.startswith("scripts.common.")}
        assert {name.removeprefix("scripts.common.") for name in ours} == _imports(path), path


def test_a_package_holds_a_docstring_and_nothing_else():
    for path in sorted((REPOSITORY / "scripts").rglob("__init__.py")):
        module = ast.parse(path.read_text(encoding="utf-8"))
        assert ast.get_docstring(module), f"{path} has no docstring"
        assert len(module.body) == 1, f"{path} holds code"


def test_each_rule_has_the_script_and_the_log_of_its_name():
    rules = dict(re.findall(r"^rule (\w+):\n(.*?)(?=^rule |\Z)", RULES, flags=re.MULTILINE | re.DOTALL))
    assert sorted(rules) == [path.stem for path in SCRIPTS]
    for name, text in rules.items():
        assert re.search(rf'"\.\./scripts/\w+/{name}\.py"', text)
        assert f'"results/logs/{name}' in text
        assert f'shared=shared_code("{name}")' in text
        assert text.lstrip().startswith('"""'), f"{name} has no docstring"
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
    reading = {path.stem for path in SCRIPTS if "read_claims" in path.read_text(encoding="utf-8")}
    assert reading == {"check_inputs", "check_printed", "compare_published"}


def test_few_modules_talk_to_the_network_and_one_knows_snakemake():
    network = {"socket", "urllib.request", "http.client", "requests", "Bio"}
    # downloads.py fetches a file by its address, entrez.py asks PubMed; the other two carry what is sent
    found = {path.stem for path in (*SCRIPTS, *COMMON) if imported(path) & network}
    assert found == {"connections", "downloads", "entrez", "transport"}
    for path in COMMON:
        if path.stem != "job":
            assert "snakemake." not in path.read_text(encoding="utf-8"), path.name


def test_no_published_number_appears_in_code():
    claims = yaml.safe_load((REPOSITORY / "config/published.yaml").read_text(encoding="utf-8"))
    # single digits count everything, and the day appears in docstrings as an example of a date
    numbers = {str(claim["value"]) for claim in claims} - {"1", "2", "4", "9", "2022-08-16"}
    # numbers that happen to be published too: what else they are, and in which file
    others = {
        ("11", "checklists"), ("11", "write_checklists"), ("11", "places"),  # items; a volume
        ("31", "places"), ("31", "eligibility"),  # the days of a month
        ("31", "workbook_of_tables"),  # characters of a sheet's name
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


def test_the_readme_is_read_on_one_screen_or_two_and_shows_a_picture():
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    assert len(readme.splitlines()) < 80
    (picture,) = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", readme)
    assert (REPOSITORY / picture).is_file()


def test_every_setting_is_described_and_every_level_closed():
    def walk(node: dict, name: str) -> None:
        assert node.get("description"), f"{name} has no description"
        if node.get("type") == "object":
            named_by_the_review = name == "config.sheets" or name.startswith("config.sheets.map.")
            assert named_by_the_review or node["additionalProperties"] is False, f"{name} is open"
            for key, child in node.get("properties", {}).items():
                if "$ref" not in child:
                    walk(child, f"{name}.{key}")

    schema = yaml.safe_load((REPOSITORY / "config/config.schema.yaml").read_text(encoding="utf-8"))
    walk(schema, "config")
    for name, part in schema["$defs"].items():
        assert part["additionalProperties"] is False
        walk(part, f"config.sheets.map.{name}")
