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
    TALLEST_MM,
    TWO_COLUMNS_MM,
    VERMILION,
    new_sheet,
    no_data,
    text_width,
    wrap,
    write_notes,
)
from scripts.common.figures.saving import name_mark, save_figures
from scripts.common.figures.studies import called, in_one_line
from scripts.common.files.tables import read_table, rows_of, write_table
from scripts.common.job import job, log
from scripts.common.report.phrases import Speaker
from scripts.common.values.counts import count_of

if TYPE_CHECKING:
    snakemake: Any

COLUMNS = ("study_id", "study", "domain", "label", "label_zh", "judgement", "concern")
DIFFER, NOT_JUDGED = "judges differ", "not judged"  # concerns that no judgement has
ROW_MM, LINE_MM, MARGIN_MM, GAP_MM, MARK_MM = 5.0, 2.9, 2.0, 6.0, 4.0
NARROWEST_MM, HEAD_MM, STUDY_MM = 5.4, 40.0, 44.0  # a column; a label on its side and of a study, at most
HEAD_LINES, WORD_MM = (4, 3, 2, 1), 70.0  # lines of a domain, the first that have room; a word of the key
POINTS, SIGN_POINTS = 7.6, 8.0
NOTE_STUDIES = "Studies drawn: %(n)s of %(all)s; the table of this figure has all."
NOTE_DOMAINS = "Domains drawn: %(n)s of %(all)s; the table of this figure has all."


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
    wanted = {domain.id for domain in domains}
    judged = {
        (row["study_id"], row["variable"]): row["final"]
        for row in rows_of(final)
        if row["variable"] in wanted
    }
    names = called(rows_of(included))
    table = []
    for study in in_order(study for study, _ in judged):
        for domain in domains:
            word = judged.get((study, domain.id), "")
            concern = {OPEN: DIFFER, "": NOT_JUDGED, NOT_REPORTED: "no information"}
            table.append(
                {
                    "study_id": study,
                    "study": names.get(study, study),
                    "domain": domain.id,
                    "label": domain.label,
                    "label_zh": domain.label_zh,
                    "judgement": word if word != OPEN else "",
                    "concern": judgements.get(word) or concern[word],
                }
            )
    return table


class Sheet(NamedTuple):
    """Sizes in millimetres. Studies go on in a block beside the first where one would be too tall."""

    studies: list[str]  # numbers of those that have room
    heads: list[list[str]]  # lines of each domain that has room
    head: float
    step: float  # from column to column
    label: float  # width of the names of studies
    rows: int  # studies of a block
    blocks: int
    key: list[list[tuple[str, str]]]  # lines of (concern, words)
    notes: list[str]
    width: float
    height: float

    def left(self, block: int) -> float:
        """Return where the names of the studies of a block begin."""
        return MARGIN_MM + block * (self.label + self.step * len(self.heads) + GAP_MM)


def sheet_of(rows: Sequence[Mapping[str, str]], say: Speaker) -> Sheet:
    """Return a sheet that fits on a page, with as many studies and domains as have room.

    Domains are written in as many lines as leave room for all studies.
    """
    for lines in HEAD_LINES:
        sheet = _sheet_with(lines, rows, say)
        if not sheet.notes:
            break
    return sheet


def _sheet_with(lines: int, rows: Sequence[Mapping[str, str]], say: Speaker) -> Sheet:
    """Return the sheet with at most so many lines of each domain."""
    domains = list({row["domain"]: say.label(row) for row in rows}.values())
    names = {row["study_id"]: row["study"] for row in rows}
    label = min(max(text_width(study, POINTS) for study in names.values()) + 2, STUDY_MM)
    room = TWO_COLUMNS_MM - 2 * MARGIN_MM
    heads = [wrap(domain, HEAD_MM, POINTS, most=lines) for domain in domains]
    step = max(NARROWEST_MM, LINE_MM * max(map(len, heads)) + 1.2)
    heads = heads[: int((room - label) / step)]
    block = label + step * len(heads)
    head = max(text_width(line, POINTS) for texts in heads for line in texts) + 2 * MARGIN_MM
    key = _key(rows, room, say)
    below = (len(key) + 2) * ROW_MM + 3 * MARGIN_MM  # two lines for the notes
    most, beside = int((TALLEST_MM - head - below) / ROW_MM), int((room + GAP_MM) / (block + GAP_MM))
    drawn = list(names)[: most * beside]
    blocks = -(-len(drawn) // most)
    of_each = -(-len(drawn) // blocks)
    cut = {NOTE_STUDIES: (len(drawn), len(names)), NOTE_DOMAINS: (len(heads), len(domains))}
    notes = [say(text) % {"n": shown, "all": every} for text, (shown, every) in cut.items() if shown < every]
    height = head + (of_each + len(key) + len(notes)) * ROW_MM + 3 * MARGIN_MM
    return Sheet(drawn, heads, head, step, label, of_each, blocks, key, notes, TWO_COLUMNS_MM, height)


def _word(text: str) -> str:
    """Return a word of the key, cut off where it is longer than any word should be."""
    return wrap(text, WORD_MM, POINTS, most=1)[0]


def _key(rows: Sequence[Mapping[str, str]], width: float, say: Speaker) -> list[list[tuple[str, str]]]:
    """Return the lines of the key: each judgement in the team's words, in the order of concern."""
    order = list(LIGHTS)
    own = {(row["concern"], row["judgement"]) for row in rows}
    entries = [
        (concern, _word(say(NOT_REPORTED) if word == NOT_REPORTED else word or say(concern)))
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
    for place, study in enumerate(sheet.studies):
        own = by_study[study][: len(sheet.heads)]
        block, at = divmod(place, sheet.rows)
        left, y = sheet.left(block), sheet.height - sheet.head - (at + 0.5) * ROW_MM
        first = left + sheet.label
        if not at:
            _draw_heads(axes, sheet, first)
        right = first + sheet.step * len(own)
        axes.plot([left, right], [y + ROW_MM / 2] * 2, color=LINE, linewidth=0.4)
        _write_name(axes, own[0]["study"], left, y)
        for column, cell in enumerate(own):
            light = _draw_light(axes, first + (column + 0.5) * sheet.step, y, cell["concern"])
            judged = cell["judgement"] or say(cell["concern"])
            name_mark(light, f"{cell['study']}; {say.label(cell)}: {judged}")
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
    """Write the name of a study, cut off where it would reach into the columns."""
    axes.text(left, y, in_one_line(name, STUDY_MM - 2, POINTS), va="center", fontsize=POINTS, color=INK)


def _draw_light(axes: Axes, x: float, y: float, concern: str) -> Circle:
    """Draw one judgement: a mark in its colour with its sign; return the mark."""
    light = LIGHTS[concern]
    mark = Circle(
        (x, y), MARK_MM / 2, facecolor=light.colour, linewidth=0.7,
        edgecolor=LINE if light.colour == PAPER else light.colour,
        linestyle=":" if concern == NOT_JUDGED else "-",
    )  # fmt: skip
    axes.add_artist(mark)  # the size of the sheet is known: add_patch would measure each mark again
    axes.text(x, y, light.sign, ha="center", va="center_baseline", fontsize=SIGN_POINTS, color=light.ink,
              weight="semibold")  # fmt: skip
    return mark


def _draw_key(axes: Axes, sheet: Sheet) -> None:
    """Draw the key at the foot, and below it what has no room."""
    write_notes(axes, sheet.notes, MARGIN_MM)
    for place, entries in enumerate(reversed(sheet.key), start=len(sheet.notes)):
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
    log.info(
        "%s of %s", count_of(len(table), "judgement"), count_of(len(table) // len(own), "study", "studies")
    )


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
