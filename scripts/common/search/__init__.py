"""PubMed's E-utilities: pace, windows, the archive, the query."""
