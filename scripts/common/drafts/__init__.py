"""A review folder drafted from a paper or from files: what is guessed, and the list of it."""
