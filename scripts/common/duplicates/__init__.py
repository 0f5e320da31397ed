"""Which records describe one publication: keys, blocking, likeness, rules, clusters."""
