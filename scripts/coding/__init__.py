"""The scripts of rules/coding.smk."""
