"""How figures look, and the map of countries."""
