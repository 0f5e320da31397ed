"""The scripts of rules/records.smk."""
