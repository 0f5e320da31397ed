"""The review's own article: text, references, citations, tables."""
