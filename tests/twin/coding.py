"""The codes that are true of each study, what three coders wrote of them, and what a committee thinks."""

import csv
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import xlsxwriter

PRESENT, ABSENT = "present", "absent"
Votes = dict[tuple[str, str], bool | None]  # study, code -> found, not found, not assessed


class Node(NamedTuple):
    """A code of the tree; ``share`` is that of studies in which it is true, None above the leaves."""

    id: str
    parent: str
    label: str
    label_zh: str
    share: float | None


def nodes(tree: Sequence[Any], parent: str = "") -> Iterator[Node]:
    """Yield the codes of simulated_review.yaml, parents before children."""
    for name, label, label_zh, below in tree:
        leaf = isinstance(below, float)
        yield Node(name, parent, label, label_zh, below if leaf else None)
        if not leaf:
            yield from nodes(below, name)


def codebook(tree: Sequence[Any], section: str = "3") -> list[dict[str, Any]]:
    """Return the tree as codebook.yaml has it; a code is the heading of its section, 3.1 to 3.3.2."""
    return [
        {
            "id": name,
            "label": {"en": label, "zh": label_zh},
            "definition": "invented",
            "place": f"heading {section}.{number}",
            **({} if isinstance(below, float) else {"children": codebook(below, f"{section}.{number}")}),
        }
        for number, (name, label, label_zh, below) in enumerate(tree, 1)
    ]


@dataclass
class Coding:
    """All that was coded: truth, the votes of each coder by round, verdicts, and what follows."""

    true: dict[tuple[str, str], bool]
    votes: dict[str, list[Votes]]  # coder -> first round, second round
    verdicts: dict[tuple[str, str], bool]
    agreed: dict[tuple[str, str], bool]

    def studies_of(self, code: str, tree: Sequence[Node]) -> set[str]:
        """Return the studies behind a code: its own and those of all codes below it."""
        below = {code}
        for node in tree:
            if node.parent in below:
                below.add(node.id)
        return {study for (study, name), found in self.agreed.items() if found and name in below}

    def agreement(self) -> Iterator[tuple[str, str, dict[str, int]]]:
        """Yield two coders and their table of first votes."""
        for a, b in combinations(self.votes, 2):
            cells = dict.fromkeys(("both", "only_a", "only_b", "neither"), 0)
            for key, one in self.votes[a][0].items():
                other = self.votes[b][0][key]
                if one is not None and other is not None:
                    name = "both" if one and other else "only_a" if one else "only_b" if other else "neither"
                    cells[name] += 1
            yield a, b, cells


def code(studies: Mapping[str, int], leaves: Sequence[Node], settings: dict[str, Any], seed: int) -> Coding:
    """Return the coding of the studies (study_id -> work). The majority decides, the adjudicator above it."""
    true: dict[tuple[str, str], bool] = {}
    votes: dict[str, list[Votes]] = {who["name"]: [{}, {}] for who in settings["coders"]}
    for study, work in studies.items():
        rng = random.Random(f"{seed}/{work}/codes")
        again = rng.random() < settings["second_round"]
        for leaf in leaves:
            there = true[study, leaf.id] = rng.random() < (leaf.share or 0)
            for who in settings["coders"]:
                errors = who["miss" if there else "invent"]
                first, second = votes[who["name"]]
                for sheet, rate in ((first, errors), *(((second, errors / 2),) if again else ())):
                    vote = there != (rng.random() < rate)
                    sheet[study, leaf.id] = None if rng.random() < who["blank"] else vote
    rng = random.Random(f"{seed}/adjudicator")
    verdicts: dict[tuple[str, str], bool] = {}
    agreed: dict[tuple[str, str], bool] = {}
    for key, there in true.items():
        last = [vote for sheets in votes.values() if (vote := _last(sheets, key)) is not None]
        differ = len(set(last)) > 1
        if differ and rng.random() < settings["adjudicator"]["settles"]:
            verdicts[key] = there != (rng.random() < settings["adjudicator"]["error"])
        agreed[key] = verdicts.get(key, 2 * sum(last) > len(last))
    return Coding(true, votes, verdicts, agreed)


def _last(sheets: Sequence[Votes], key: tuple[str, str]) -> bool | None:
    """Return the last vote that was given; a blank cell takes none back."""
    return next((sheet[key] for sheet in reversed(sheets) if sheet.get(key) is not None), None)


def write_long(path: Path, coder: str, sheets: Sequence[Votes]) -> None:
    """Write a sheet of one row per code that was found; a study without any has a row of its own."""
    with open(path, "w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(("study", "code", "coder", "stance", "round", "excerpt", "page"))
        for number, sheet in enumerate(sheets, 1):
            for study in dict.fromkeys(study for study, _ in sheet):
                found = [name for (key, name), vote in sheet.items() if key == study and vote]
                for name in found:
                    excerpt = f"invented passage on {name.replace('_', ' ')}, in study {study}"
                    writer.writerow((study, name, coder, PRESENT, number, excerpt, f"p. {len(name)}"))
                if not found:
                    writer.writerow((study, "", coder, "", number, "", ""))


def wide(sheet: Votes, leaves: Sequence[Node]) -> Iterator[list[str]]:
    """Yield header and rows of a sheet with a column per code: 1, 0, blank for not assessed."""
    yield ["study", *(leaf.label for leaf in leaves)]
    for study in dict.fromkeys(study for study, _ in sheet):
        yield [study, *({True: "1", False: "0", None: ""}[sheet[study, leaf.id]] for leaf in leaves)]


def write_wide(path: Path, sheet: Votes, leaves: Sequence[Node]) -> None:
    """Write a wide sheet as a spreadsheet in German saves it: semicolons."""
    with open(path, "w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, delimiter=";", lineterminator="\n").writerows(wide(sheet, leaves))


def write_workbook(path: Path, sheets: Sequence[Votes], leaves: Sequence[Node]) -> None:
    """Write a workbook with a worksheet per round."""
    with xlsxwriter.Workbook(path) as book:
        book.set_properties(
            {"created": datetime(2023, 1, 1)}
        )  # otherwise the workbook holds the day of today
        for number, sheet in enumerate(sheets, 1):
            page = book.add_worksheet(str(number))
            for at, row in enumerate(wide(sheet, leaves)):
                page.write_row(
                    at,
                    0,
                    [int(cell) if cell in ("0", "1") and column else cell for column, cell in enumerate(row)],
                )


def rankings(
    themes: Sequence[str], settings: dict[str, Any], seed: int
) -> Iterator[tuple[str, str, list[int]]]:
    """Yield member, group and the rank of each theme: the order of the theme list, with noise."""
    rng = random.Random(f"{seed}/committee")
    for group, members in settings["members"].items():
        for number in range(1, members + 1):
            felt = [place + rng.gauss(0, settings["noise"]) for place in range(len(themes))]
            order = sorted(range(len(themes)), key=lambda at: felt[at])
            yield f"{group} {number}", group, [order.index(at) + 1 for at in range(len(themes))]
