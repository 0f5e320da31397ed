"""The published claims, and what it means that one holds."""
