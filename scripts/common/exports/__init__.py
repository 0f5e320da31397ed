"""One reader per export format behind one interface."""
