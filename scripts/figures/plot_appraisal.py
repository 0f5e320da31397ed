"""Draw the critical appraisal as traffic lights: studies in rows, domains in columns, colour and sign."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from scripts.common.coding.charting import NOT_REPORTED, Variable, read_variables
from scripts.common.coding.model import OPEN, in_order
from scripts.common.figures.plotting import (
    GREEN,
    INK,
    LINE,
    MUTED,
    PAPER,
    SKY,
    TWO_COLUMNS_MM,
    VERMILION,
    new_sheet,
    no_data,
    text_width,
    wrap,
)
from scripts.common.figures.saving import save_figures
from scripts.common.files.tables import read_table, rows_of, write_table
from scripts.common.job import job, log
from scripts.common.report.phrases import Speaker

if TYPE_CHECKING:
    snakemake: Any

COLUMNS = ("study_id", "study", "domain", "label", "label_zh", "judgement", "concern")
DIFFER, NOT_JUDGED = "judges differ", "not judged"  # concerns that no judgement has
TALLEST_MM = 225.0
ROW_MM, LINE_MM, MARGIN_MM, GAP_MM, MARK_MM = 5.0, 2.9, 2.0, 6.0, 4.0
NARROWEST_MM, HEAD_MM, STUDY_MM = 5.4, 34.0, 44.0  # a column; a label on its side and of a study, at most
POINTS, SIGN_POINTS = 7.6, 8.0


class Light(NamedTuple):
    """How a concern is drawn: the colour of its mark, that of its sign, and the sign."""

    colour: str
    ink: str
    sign: str


LIGHTS = {
    "low": Light(GREEN, PAPER, "+"),
    "some": Light("#F0E442", INK, "–"),
    "high": Light(VERMILION, PAPER, "×"),
    "critical": Light("#6B1E00", PAPER, "!"),
    "no information": Light(SKY, INK, "?"),
    "not applicable": Light(PAPER, MUTED, "/"),
    DIFFER: Light(PAPER, INK, "≠"),
    NOT_JUDGED: Light(PAPER, MUTED, ""),
}


def cells(
    final: pd.DataFrame,
    included: pd.DataFrame,
    domains: Sequence[Variable],
    judgements: Mapping[str, str],
) -> list[dict[str, str]]:
    """Return a row per study and domain, of the studies that are judged in one of them.

    ``judgements`` is judgement -> concern. What judges see differently is open; a domain that nobody judged
    in a study says so.
    """
    names = {domain.id for domain in domains}
    judged = {
        (row["study_id"], row["variable"]): row["final"] for row in rows_of(final) if row["variable"] in names
    }
    called = {row["study_id"]: _called(row) for row in rows_of(included)}
    table = []
    for study in in_order(study for study, _ in judged):
        for domain in domains:
            word = judged.get((study, domain.id), "")
            concern = {OPEN: DIFFER, "": NOT_JUDGED, NOT_REPORTED: "no information"}
            table.append(
                {
                    "study_id": study,
                    "study": called.get(study, study),
                    "domain": domain.id,
                    "label": domain.label,
                    "label_zh": domain.label_zh,
                    "judgement": word if word != OPEN else "",
                    "concern": judgements.get(word) or concern[word],
                }
            )
    return table


def _called(row: Mapping[str, str]) -> str:
    """Return how a study is named: first author and year where they are known, and its number or name."""
    author = row["authors"].split(";")[0].split(",")[0].strip()
    known = " ".join(part for part in (author, row["year"]) if part)
    return f"{known} ({row['study_id']})" if known else row["study_id"]


class Sheet(NamedTuple):
    """Sizes in millimetres. Studies go on in a block beside the first where one would be too tall."""

    heads: list[list[str]]  # lines of each domain
    head: float
    step: float  # from column to column
    label: float  # width of the names of studies
    rows: int  # studies of a block
    blocks: int
    key: list[list[tuple[str, str]]]  # lines of (concern, words)
    width: float
    height: float

    def left(self, block: int) -> float:
        """Return where the names of the studies of a block begin."""
        return MARGIN_MM + block * (self.label + self.step * len(self.heads) + GAP_MM)


def sheet_of(rows: Sequence[Mapping[str, str]], say: Speaker) -> Sheet:
    """Return the sizes of a sheet: no taller than ``TALLEST_MM``, as wide as its blocks need."""
    domains = {row["domain"]: say.label(row) for row in rows}
    studies = list(dict.fromkeys(row["study"] for row in rows))
    heads = [wrap(label, HEAD_MM, POINTS) for label in domains.values()]
    step = max(NARROWEST_MM, LINE_MM * max(map(len, heads)) + 1.2)
    head = max(text_width(line, POINTS) for lines in heads for line in lines) + 2 * MARGIN_MM
    label = min(max(text_width(study, POINTS) for study in studies) + 2, STUDY_MM)
    block = label + step * len(heads)
    fitting = TALLEST_MM - head - 3 * MARGIN_MM
    widest = max(TWO_COLUMNS_MM, 2 * MARGIN_MM + block)
    lines = _key(rows, widest - 2 * MARGIN_MM, say)
    most = max(1, int((fitting - len(lines) * ROW_MM) / ROW_MM))
    blocks = -(-len(studies) // most)
    of_each = -(-len(studies) // blocks)
    width = max(TWO_COLUMNS_MM, 2 * MARGIN_MM + blocks * block + (blocks - 1) * GAP_MM)
    height = head + of_each * ROW_MM + len(lines) * ROW_MM + 3 * MARGIN_MM
    return Sheet(heads, head, step, label, of_each, blocks, lines, width, height)


def _key(rows: Sequence[Mapping[str, str]], width: float, say: Speaker) -> list[list[tuple[str, str]]]:
    """Return the lines of the key: each judgement in the team's words, in the order of concern."""
    order = list(LIGHTS)
    own = {(row["concern"], row["judgement"]) for row in rows}
    entries = [
        (concern, say(NOT_REPORTED) if word == NOT_REPORTED else word or say(concern))
        for concern, word in sorted(own, key=lambda pair: (order.index(pair[0]), pair[1]))
    ]
    lines: list[list[tuple[str, str]]] = [[]]
    used = 0.0
    for concern, word in entries:
        needed = MARK_MM + 6 + text_width(word, POINTS)
        if lines[-1] and used + needed > width:
            lines.append([])
            used = 0.0
        lines[-1].append((concern, word))
        used += needed
    return lines


def draw(rows: Sequence[Mapping[str, str]], say: Speaker) -> Figure:
    """Return the traffic lights, with a key of the judgements at the foot."""
    if not rows:
        return no_data(say("No data: no study is judged in any domain."), TWO_COLUMNS_MM)
    sheet = sheet_of(rows, say)
    figure, axes = new_sheet(sheet.width, sheet.height)
    by_study: dict[str, list[Mapping[str, str]]] = {}
    for row in rows:
        by_study.setdefault(row["study_id"], []).append(row)
    for place, own in enumerate(by_study.values()):
        block, at = divmod(place, sheet.rows)
        left, y = sheet.left(block), sheet.height - sheet.head - (at + 0.5) * ROW_MM
        first = left + sheet.label
        if not at:
            _draw_heads(axes, sheet, first)
        right = first + sheet.step * len(own)
        axes.plot([left, right], [y + ROW_MM / 2] * 2, color=LINE, linewidth=0.4)
        _write_name(axes, own[0]["study"], left, y)
        for column, cell in enumerate(own):
            _draw_light(axes, first + (column + 0.5) * sheet.step, y, cell["concern"])
    _draw_key(axes, sheet)
    return figure


def _draw_heads(axes: Axes, sheet: Sheet, first: float) -> None:
    """Write the domains above their columns, on their side."""
    for column, lines in enumerate(sheet.heads):
        axes.text(
            first + (column + 0.5) * sheet.step, sheet.height - sheet.head + MARGIN_MM / 2, "\n".join(lines),
            rotation=90, ha="center", va="bottom", fontsize=POINTS, color=INK, linespacing=1.0,
        )  # fmt: skip


def _write_name(axes: Axes, name: str, left: float, y: float) -> None:
    """Write the name of a study, smaller where it would reach into the columns."""
    shrunk = min(1.0, (STUDY_MM - 2) / text_width(name, POINTS))
    axes.text(left, y, name, va="center", fontsize=POINTS * shrunk, color=INK)


def _draw_light(axes: Axes, x: float, y: float, concern: str) -> None:
    """Draw one judgement: a mark in its colour with its sign."""
    light = LIGHTS[concern]
    axes.add_artist(  # the size of the sheet is known: add_patch would measure each mark again
        Circle(
            (x, y), MARK_MM / 2, facecolor=light.colour, linewidth=0.7,
            edgecolor=LINE if light.colour == PAPER else light.colour,
            linestyle=":" if concern == NOT_JUDGED else "-",
        )
    )  # fmt: skip
    axes.text(x, y, light.sign, ha="center", va="center_baseline", fontsize=SIGN_POINTS, color=light.ink,
              weight="semibold")  # fmt: skip


def _draw_key(axes: Axes, sheet: Sheet) -> None:
    """Draw the key at the foot."""
    for place, entries in enumerate(reversed(sheet.key)):
        x, y = MARGIN_MM, MARGIN_MM + (place + 0.5) * ROW_MM
        for concern, word in entries:
            _draw_light(axes, x + MARK_MM / 2, y, concern)
            axes.text(x + MARK_MM + 1.5, y, word, va="center", fontsize=POINTS, color=MUTED)
            x += MARK_MM + 6 + text_width(word, POINTS)


def main(
    *,
    final: str,
    included: str,
    domains: Sequence[str],
    judgements: Mapping[str, str],
    language: str,
    paths: Mapping[str, str],
) -> None:
    """Write the figure in both languages and the table behind it."""
    variables = {item.id: item for item in read_variables()}
    own = [variables[name] for name in domains]
    table = cells(read_table(final), read_table(included), own, judgements)
    write_table(table, paths["table"], COLUMNS)
    save_figures(lambda say: draw(table, say), language, paths)
    log.info("%d judgements of %d studies", len(table), len(table) // len(own))


if __name__ == "__main__":
    with job(snakemake):
        main(
            final=snakemake.input.final,
            included=snakemake.input.included,
            domains=snakemake.params.appraisal["domains"],
            judgements=snakemake.params.appraisal["judgements"],
            language=snakemake.params.language,
            paths=dict(snakemake.output.items()),
        )
