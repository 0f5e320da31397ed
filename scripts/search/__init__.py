"""The scripts of rules/search*.smk."""
