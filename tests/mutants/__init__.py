"""Small faults put into the rules that results rest on: do the unit tests notice each of them?"""
