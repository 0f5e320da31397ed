"""The scripts of rules/paper.smk."""
