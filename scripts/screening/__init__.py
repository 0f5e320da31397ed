"""The scripts of rules/screening.smk."""
