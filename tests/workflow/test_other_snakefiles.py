"""The workflow reached by other ways than its Snakefile: by the catalogue's path, and as a module."""

from pathlib import Path

from tests.paths import REPOSITORY
from tests.workflow.running import edit, snakemake

UP_TO_DATE = "Nothing to be done"


def test_the_snakefile_of_the_catalogue_finds_a_finished_review_up_to_date(tiny: Path):
    catalogue = str(REPOSITORY / "workflow/Snakefile")
    done = snakemake(tiny, "--snakefile", catalogue, "--dry-run", "--cores", "1")
    assert UP_TO_DATE in done.stdout + done.stderr


def test_a_workflow_that_takes_ours_as_a_module_finds_a_finished_review_up_to_date(
    tiny: Path, tmp_path: Path
):
    theirs = tmp_path / "Snakefile"
    theirs.write_text(
        'configfile: "config/config.yaml"\n'
        f'module review:\n    snakefile: "{REPOSITORY}/workflow/Snakefile"\n    config: config\n'
        "use rule * from review\n",
        encoding="utf-8",
    )
    done = snakemake(tiny, "--snakefile", str(theirs), "--dry-run", "--cores", "1")
    assert UP_TO_DATE in done.stdout + done.stderr
    edit(tiny / "config/published.yaml", "statement: Four studies", "statement: Five studies")
    done = snakemake(tiny, "--snakefile", str(theirs), "--dry-run", "--cores", "1")
    assert "compare_published" in done.stdout + done.stderr
