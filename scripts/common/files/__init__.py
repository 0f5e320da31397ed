"""Files, whatever is in them: our CSV, people's sheets, worksheets, YAML, encodings, digests."""
