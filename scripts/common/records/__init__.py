"""A record, PubMed's XML, and what every input writes."""
