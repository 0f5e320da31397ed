"""Decisions of people: stages, sheets of tools, rulings, the flow, passports."""
