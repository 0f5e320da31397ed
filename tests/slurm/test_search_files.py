"""A search in NLM's files on a real Slurm: ten files a submission, on two nodes, with the local bytes."""

from tests.pubmed_files import invented
from tests.slurm.cluster import NODES
from tests.slurm.test_slurm import Run
from tests.workflow.running import snakemake
from tests.workflow.test_baseline import PMIDS, write_review
from tests.workflow.tiny_review import digests


def test_a_search_of_files_shares_submissions_and_has_the_local_bytes(slurm, tmp_path):
    invented(per_file=4, annual=9, updates=3).write(tmp_path / "pubmed")
    here, there = tmp_path / "here", tmp_path / "there"
    for review in (here, there):
        write_review(review, tmp_path / "pubmed")
    run = Run(slurm, there, PMIDS)
    try:
        run.finish()
    finally:
        run.kill()
    done = snakemake(here, "--cores", "2", PMIDS)
    assert done.returncode == 0, done.stderr
    assert digests(there) == digests(here)
    mine = [job for job in slurm.history() if job["WorkDir"] == str(there)]
    assert [job["JobState"] for job in mine] == ["COMPLETED"] * 4, "12 files in two, the merge, the log"
    assert {job["NodeList"] for job in mine} == set(NODES), "the two run side by side"
