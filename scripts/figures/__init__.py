"""The scripts of rules/figures.smk."""
