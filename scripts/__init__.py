"""One script per rule, named like it; what several share is in scripts.common."""
