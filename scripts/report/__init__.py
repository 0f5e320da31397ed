"""The scripts of rules/report.smk."""
