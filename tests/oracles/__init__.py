"""Independent counts of what the stages compute: written from the documentation, without their code."""
