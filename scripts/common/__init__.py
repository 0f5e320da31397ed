"""Plumbing shared by the scripts. Imports no script."""
