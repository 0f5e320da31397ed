"""The scripts of rules/inputs.smk."""
