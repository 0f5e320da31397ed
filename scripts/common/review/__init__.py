"""A review's folder: its settings, its list of inputs, and results that lie there already."""
