"""Every command that README and docs show works as it is shown, or is listed here with the reason why not.

One copy of the repository with finished reviews serves all of them; they run one after the other in a shell.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.documented import all_commands
from tests.paths import REPOSITORY
from tests.pubmed_service.made_up import synthetic_records
from tests.pubmed_service.service import EntrezServer
from tests.workflow import tiny_review
from tests.workflow.artificial_paper import article
from tests.workflow.preloaded import Preloaded
from tests.workflow.running import edit, rows

CI = ".ci/run does this, as shown"
MEASURES = "takes minutes to hours, and measures instead of checking"
PACKAGES = "asks a package registry; .ci/run installs what is needed"
CONDA = "no conda here"
NOT_HERE = {
    "make test": CI,
    "make quick": "a part of make test, which .ci/run starts",
    "make lint": CI,
    "make docs": CI,
    "make clean && make": CI,
    "sha256sum --check results/report/checksums.txt": CI,
    "make gallery": CI,
    "make demo FILES=1": "changes the demo that others look at; test_baseline.py searches such files",
    "make live": "shown with the address that it needs, and run so",
    "make clean": "the first half of make clean && make",
    "npm ci --prefix tests/browser": CI,
    "apt-get install chromium chromium-driver npm": PACKAGES,
    "git clone <this repository> && cd <it>": ".ci/run clones the repository itself",
    "pip download --require-hashes -r envs/requirements.txt -d wheels": PACKAGES,
    "python3 -m venv .venv && .venv/bin/pip install --no-index --find-links wheels --require-hashes -r"
    " envs/requirements.txt": PACKAGES,
    "pip install snakemake-executor-plugin-cluster-generic": PACKAGES,
    "snakemake --sdm conda": CONDA,
    "snakemake --profile profiles/slurm --sdm conda --conda-create-envs-only": CONDA,
    "scontrol show config | grep MinJobAge": "asks a cluster; tests/slurm has one of its own",
    "squeue --me": "asks a cluster; tests/slurm has one of its own",
    "NCBI_EMAIL=you@example.org snakemake --config 'paper={source: live}'":
        "asks NCBI; tests/workflow/test_paper.py asks a service on this machine",
    "python -m tests.planted_errors FOLDER --papers 20": "needs a folder of papers; a small part is tested",
    "python -m tests.twin big --works 10000 --seed 2": "make demo does it, with 300 works",
    "snakemake --directory big": "make demo does it with 300 works",
    "snakemake passport --config record=<DOI, PMID or title>": "has to be filled in; run with a DOI",
    "snakemake --directory my-review passport --config record=<DOI>": "has to be filled in; run with a DOI",
    "snakemake draft --config from=my-files to=my-review": "needs files: test_draft.py has some",
    "snakemake --cores 1 draft --config from=paper.xml to=my-review": "needs a paper: test_draft.py has one",
    "snakemake --directory my-review --cores all": "runs what was drafted: test_draft.py does it",
    "python -m tests.exports_table": "writes into docs; a unit test compares what it would write",
}  # fmt: skip
ON_A_CLUSTER = "snakemake --profile profiles/slurm"  # planned here; tests/slurm runs it
LIVE = "snakemake freeze"  # in a review whose search asks a service on this machine
MAKE_LIVE = "NCBI_EMAIL=you@example.org make live"  # likewise, and its paper too
MENTIONED = {  # named in a sentence without what it needs: command -> the line that asks for it
    "snakemake compare": "ERROR other: names no results to compare with",
}
AT_THE_END = ("python -m tests.twin --answer demo", "rm -r demo")  # they change what others look at
ONLY_SNAKEMAKE = re.compile(r"snakemake [^|<>;&$*~]*")  # nothing that a shell would do
COMMANDS = sorted(
    (
        command
        for command in all_commands()
        if command not in NOT_HERE and not command.startswith("python -m tests.benchmark")
    ),
    key=lambda command: AT_THE_END.index(command) + 1 if command in AT_THE_END else 0,
)


def test_what_is_left_out_is_shown_somewhere():
    assert set(NOT_HERE) | set(MENTIONED) | {LIVE, MAKE_LIVE} <= set(all_commands())
    assert any(command.startswith("python -m tests.benchmark") for command in all_commands()), MEASURES


def as_if_set_up(copy: Path) -> None:
    """Give a copy of the repository the environment that runs these tests, as ``make`` would have made it."""
    (copy / ".venv").mkdir()
    for part in Path(sys.prefix).iterdir():
        if part.name != "ready":
            (copy / ".venv" / part.name).symlink_to(part)
    (copy / ".venv/ready").touch()


@pytest.fixture(scope="module")
def copy(shipped_built: Path, demo_built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository with all that its commands build."""
    folder = tmp_path_factory.mktemp("documented") / "repository"
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=REPOSITORY, capture_output=True, check=True)
    for name in listed.stdout.decode().split("\0"):
        if (REPOSITORY / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(REPOSITORY / name, folder / name)
    for part in ("results", ".snakemake"):
        shutil.copytree(shipped_built / part, folder / part)
        shutil.copytree(shipped_built / part, folder / "my-review" / part)
    shutil.copytree(shipped_built / "results", folder.parent / "last-year/results")
    shutil.copytree(demo_built, folder / "demo")
    as_if_set_up(folder)
    return folder


@pytest.fixture(scope="module")
def pubmed() -> Iterator[EntrezServer]:
    records = list(synthetic_records(20, first_day=date(2019, 1, 1), last_day=date(2021, 6, 30)))
    with EntrezServer(records, enforce_rate=False) as server:
        yield server


@pytest.fixture
def live(copy: Path, pubmed: EntrezServer) -> Iterator[Path]:
    """The same copy with a small review in its config/ whose search is live."""
    (copy / "config").rename(copy / "config of before")
    tiny_review.write(copy)
    shutil.copy2(copy / "config of before/config.schema.yaml", copy / "config")  # the workflow's own
    settings = copy / "config/config.yaml"
    edit(settings, "mode: archive", "mode: live")
    edit(settings, "endpoint: http://127.0.0.1/entrez/eutils/", f"endpoint: {pubmed.url}")
    yield copy
    shutil.rmtree(copy / "config")
    (copy / "config of before").rename(copy / "config")


@pytest.fixture(scope="module")
def preloaded(copy: Path) -> Iterator[Preloaded]:
    """Snakemake with the modules of the copy, started once for all commands that are nothing else."""
    kept = Preloaded(copy)
    yield kept
    kept.close()


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a line in a shell in which the environment is active."""
    return subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=environment(folder),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )


def environment(folder: Path) -> dict[str, str]:
    path = f"{folder / '.venv/bin'}:{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "NCBI_EMAIL": "you@example.org", "NCBI_API_KEY": ""}


@pytest.mark.parametrize("command", [name for name in COMMANDS if name not in (LIVE, MAKE_LIVE)])
def test_a_command_works_as_it_is_shown(command, copy, preloaded):
    line = command + (" --dry-run" if command.startswith(ON_A_CLUSTER) else "")
    if ONLY_SNAKEMAKE.fullmatch(line):
        done = preloaded.run(shlex.split(line)[1:], environment(copy))
    else:
        done = run(line, copy)
    if line := MENTIONED.get(command):
        assert done.returncode == 1
        assert [text for text in done.stderr.splitlines() if text.startswith(line)], done.stderr
    else:
        assert done.returncode == 0, done.stdout + done.stderr
        assert "Traceback" not in done.stderr


def test_a_search_is_frozen_as_it_is_shown(live):
    done = run(LIVE, live)
    assert done.returncode == 0, done.stderr
    assert "frozen into config/inputs/pubmed. Now set search.mode: archive." in done.stderr


def verdicts(results: Path) -> dict[str, str]:
    return {row["claim_id"]: row["verdict"] for row in rows(results / "report/comparison.csv")}


@pytest.mark.thorough("a whole review with every job a program of its own")
def test_search_and_paper_are_live_as_it_is_shown_and_decide_the_claim_that_the_readme_names(copy):
    """docs/known-and-unknown.md: 61 studies are then known by name, C01 is decided, other verdicts stay."""
    settings = copy / "config/config.yaml"
    before = settings.read_text(encoding="utf-8")
    records = list(synthetic_records(30, first_day=date(2021, 1, 1), last_day=date(2022, 6, 30)))
    pmc, links = {1001: article(1001)}, {36429570: 1001}
    with EntrezServer(records, enforce_rate=False, pmc=pmc, pmc_links=links) as service:
        edit(settings, "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/", service.url)
        edit(settings, "start: 2004-01-01", "start: 2021-01-01")
        done = run(MAKE_LIVE, copy)
        asked = {entry["endpoint"] for entry in service.log()}
    settings.write_text(before, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr
    assert asked == {"esearch", "efetch", "elink"}
    live, archived = verdicts(copy / "live/results"), verdicts(copy / "results")
    assert {claim for claim in archived if live[claim] != archived[claim]} == {"C01"}
    assert (archived["C01"], live["C01"]) == ("cannot be checked", "consistent")
    explained = rows(copy / "live/results/screening/explain.csv")
    assert {row["study_id"] for row in explained} == {str(number) for number in range(37, 98)}
    assert {row["status"] for row in rows(copy / "live/results/search/drift.csv")} >= {"new", "gone"}
