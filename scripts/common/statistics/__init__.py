"""Agreement, intervals, bounds."""
