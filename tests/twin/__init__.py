"""A synthetic review whose truth is known: everything a review brings, and the answers beside it.

    python -m tests.twin FOLDER --works 1000 --seed 1   # writes the review
    python -m tests.twin --check FOLDER                 # compares a finished run with the truth
    python -m tests.twin --answer FOLDER                # answers records/maybe.csv by the truth

Nothing in it is real. People are made of syllables, DOIs begin with 10.5555 (kept for examples), PMIDs
begin at 90,000,000. A work depends on seed and number alone, so that a million of them are written as a
stream; the same seed gives the same bytes. ``FOLDER/config`` is a review that the workflow runs on,
``FOLDER/truth`` holds the answers, which ``--check`` compares with a run:

- ``records.csv``: input, position, work. Two records of one work are duplicates.
- ``relations.csv``: work_a, work_b, relation. Works that look alike and are not one.
- ``works.csv``: work, relevance, first, second, reason, box, study_id: what is true, and what people decided.
- ``flow.csv``, ``screening_agreement.csv``: boxes of the flow; the table of the two screeners by stage.
- ``codes.csv``: study_id, code, true, agreed. ``coding_agreement.csv``: tables of two coders, first votes.
- ``points.csv``: group, finding, points of the committee.
- ``claims.csv``: claim_id, verdict that is right. ``slips.csv``: the claims that are wrong, and in what.
- ``declared.yaml``: the error rates, and the shares of each code.
"""
