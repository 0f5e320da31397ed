"""Random codings as plain data: a tree of codes, sheets of coders in rounds, verdicts, and their files."""

import csv
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

CODERS = ("ann", "bob", "cy", "dee")
CODEBOOK_COLUMNS = (
    "id", "parent", "label_en", "label_zh", "definition", "include", "exclude", "place", "children_known",
    "version", "source", "categories_known",
)  # fmt: skip


class Code(NamedTuple):
    """A code of the tree, parents before their children; ``whole``: all codes below it are known."""

    id: str
    parent: str
    whole: bool


@dataclass
class Sheet:
    """What one coder wrote in one round: (study, code) -> 1 or 0, the studies looked at, lists cut off."""

    coder: str
    round: str
    wide: bool
    studies: list[str]
    marks: dict[tuple[str, str], int] = field(default_factory=dict)
    cut_off: set[str] = field(default_factory=set)  # of a long sheet
    unknown: set[str] = field(default_factory=set)  # of a long sheet: nothing of the list is known


@dataclass
class Coding:
    """All that a random coding has. ``of`` is the number of included studies, None if not known."""

    codes: list[Code]
    rounds: tuple[str, ...]
    sheets: list[Sheet]
    unmarked: str
    rule: str
    decisive: str
    of: int | None
    verdicts: dict[tuple[str, str], str] = field(default_factory=dict)


def make(seed: int) -> Coding:
    """Return the coding of that number: the same number gives the same coding."""
    chance = random.Random(seed)
    codes = _tree(chance)
    rounds = chance.choice((("1",), ("1",), ("1", "2"), ("pilot", "1", "2")))
    coders = CODERS[: chance.randint(1, 4)]
    studies = [str(number) for number in range(1, chance.randint(2, 12))]
    truth = {
        (study, code.id): chance.random() < chance.choice((0.1, 0.3, 0.6))
        for study in studies
        for code in codes
    }
    form = chance.choice(("wide", "long", "both"))
    sheets = [
        _sheet(codes, studies, truth, coder, round_, form, chance)
        for coder in coders
        for round_ in rounds
        if round_ == rounds[0] or chance.random() < 0.6
    ]
    coding = Coding(
        codes=codes,
        rounds=rounds,
        sheets=sheets,
        unmarked=chance.choice(("absent", "absent", "not assessed")),
        rule=chance.choice(("any", "majority", "all", "adjudicated", "coder")),
        decisive=chance.choice(coders),
        of=chance.choice((None, len(studies), len(studies) + 3)),
    )
    looked = sorted({study for sheet in sheets for study in sheet.studies})
    for _ in range(chance.choice((0, 0, 2, 5)) if looked else 0):
        key = chance.choice(looked), chance.choice(codes).id
        coding.verdicts[key] = chance.choice(("present", "absent"))
    return coding


def _tree(chance: random.Random) -> list[Code]:
    """Return a tree of up to three levels."""
    codes: list[Code] = []
    for top in range(chance.randint(1, 3)):
        codes.append(Code(f"c{top}", "", chance.random() < 0.8))
        for middle in range(chance.randint(0, 3)):
            codes.append(Code(f"c{top}_{middle}", f"c{top}", chance.random() < 0.9))
            for leaf in range(chance.choice((0, 0, 2))):
                codes.append(Code(f"c{top}_{middle}_{leaf}", f"c{top}_{middle}", True))
    return codes


def _sheet(
    codes: Sequence[Code],
    studies: Sequence[str],
    truth: dict[tuple[str, str], bool],
    coder: str,
    round_: str,
    form: str,
    chance: random.Random,
) -> Sheet:
    """Return the sheet of a coder who mostly sees what is there, in most of the studies."""
    wide = form == "wide" or (form == "both" and chance.random() < 0.5)
    sheet = Sheet(coder, round_, wide, [study for study in studies if chance.random() < 0.9])
    gaps = chance.choice((0.0, 0.0, 0.1))
    for study in sheet.studies:
        for code in codes:
            seen = int(truth[study, code.id] != (chance.random() < 0.15))
            marked = chance.random() >= gaps if wide else seen or chance.random() < 0.2
            if marked:
                sheet.marks[study, code.id] = seen
    if not wide and chance.random() < 0.3:
        sheet.cut_off = {code.id for code in codes if chance.random() < 0.3}
        sheet.unknown = {code.id for code in codes if chance.random() < 0.1}
        sheet.marks = {key: seen for key, seen in sheet.marks.items() if key[1] not in sheet.unknown}
    return sheet


def write(coding: Coding, folder: Path) -> list[tuple[str, str, str, str]]:
    """Write codebook, sheets and verdicts; return name, file, coder and round of each sheet."""
    rows = [
        (code.id, code.parent, code.id, f"码{number}", *[""] * 4, "all" if code.whole else "some", "1", "us",
         "all")
        for number, code in enumerate(coding.codes)
    ]  # fmt: skip
    _write(folder / "codebook.csv", CODEBOOK_COLUMNS, rows)
    plans = []
    for number, sheet in enumerate(coding.sheets):
        name = f"sheet{number}"
        _write_sheet(folder / f"{name}.csv", sheet, coding.codes)
        plans.append((name, str(folder / f"{name}.csv"), sheet.coder, sheet.round))
    verdicts = [(*key, final, "we read it again", "eve") for key, final in sorted(coding.verdicts.items())]
    _write(folder / "adjudication.csv", ("study_id", "code", "final", "reason", "who"), verdicts)
    number = "" if coding.of is None else coding.of
    _write(folder / "flow.csv", ("box", "count"), [("new_studies", number)])
    return plans


def _write_sheet(path: Path, sheet: Sheet, codes: Sequence[Code]) -> None:
    if sheet.wide:
        names = [code.id for code in codes]
        rows = [[study, *(sheet.marks.get((study, name), "") for name in names)] for study in sheet.studies]
        _write(path, ["study", *names], rows)
        return
    lines: list[Sequence[object]] = [(study, "", "", "yes") for study in sheet.studies]
    lines += [
        (study, code, "present" if seen else "absent", "no" if code in sheet.cut_off else "yes")
        for (study, code), seen in sheet.marks.items()
    ]
    lines += [("", code, "", "no") for code in sorted(sheet.unknown)]
    _write(path, ("study", "code", "stance", "complete"), lines)


def _write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
