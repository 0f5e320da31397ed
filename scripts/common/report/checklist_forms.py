"""The official forms of the checklists: sections, and the names of items where a licence allows them."""

# The official sections: number of the last item of each.
SECTIONS = {
    "prisma_s": {
        7: "Information sources and methods",
        13: "Search strategies",
        14: "Peer review",
        16: "Managing records",
    },
    "prisma_scr": {
        1: "Title",
        2: "Abstract",
        4: "Introduction",
        13: "Methods",
        18: "Results",
        21: "Discussion",
        22: "Funding",
    },
}
# Names of the items of PRISMA-S, doi:10.1186/s13643-020-01542-z, CC BY 4.0 (Rethlefsen et al. 2021).
NAMES = {
    "prisma_s": (
        "Database name", "Multi-database searching", "Study registries", "Online resources and browsing",
        "Citation searching", "Contacts", "Other methods", "Full search strategies",
        "Limits and restrictions", "Search filters", "Prior work", "Updates", "Dates of searches",
        "Peer review", "Total records", "Deduplication",
    ),
}  # fmt: skip


def section_of(part: str, place: int) -> str:
    """Return the official section of an item, by its place in the list; none for living reviews."""
    return next((name for last, name in SECTIONS.get(part, {}).items() if place <= last), "")


def numbered_name(part: str, place: int, number: str) -> str:
    """Return the number of an item with its official name, where the form's licence allows that.

    >>> numbered_name("prisma_s", 9, "9"), numbered_name("prisma_scr", 9, "9 / 9")
    ('9 Limits and restrictions', '9 / 9')
    """
    return f"{number} {NAMES[part][place - 1]}" if part in NAMES else number
