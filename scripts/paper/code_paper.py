"""Code the included studies as the paper itself cites them: under which heading, in which sentence."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from scripts.common.coding.codebook import Code
from scripts.common.coding.codebook_forms import read_codebook
from scripts.common.errors import InputError, nearest
from scripts.common.files.tables import read_table, rows_of, write_table
from scripts.common.job import job, log
from scripts.common.paper.article import Article, Section
from scripts.common.paper.article_tables import Cell, tables
from scripts.common.paper.corrections import CORRECTIONS, Correction, read_corrections
from scripts.common.paper.places import place_of
from scripts.common.paper.sentences import Sentence
from scripts.common.paper.source import find_reference, study_name
from scripts.common.values.words import fold

if TYPE_CHECKING:
    snakemake: Any

CODER = "published"
THEME_COLUMNS = ("theme", "kind", "code", "study_id", "ref_id", "place", "sentence")
EVIDENCE_COLUMNS = (
    "study", "code", "coder", "stance", "excerpt", "source", "complete", "ref_id", "confidence",
)  # fmt: skip
SMALL_WORDS = (
    "a", "an", "and", "as", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with", "all", "more",
    "fewer", "less",
)  # fmt: skip
ABOUT_THE_REVIEW = re.compile(  # headings of a discussion that are no theme of the studies
    r"limitation|strength|conclusion|implication|future|recommendation|comparison with|research|summary"
    r"|this review|quality|main findings|principal findings",
    re.IGNORECASE,
)
MIN_STUDIES = 2  # a row that cites fewer is no theme
STEM = 5  # letters by which two words count as one: efficient, efficiency


class Found(NamedTuple):
    """One theme and one study that is cited for it; ``code`` is ``""`` where the codebook has none.

    ``place`` is made of ids, ``printed_at`` is the same in words.
    """

    theme: str
    kind: str
    code: str
    ref_id: str
    place: str
    sentence: str
    confidence: str
    printed_at: str


def code_of(section: Section, codes: Sequence[Code], above: str) -> tuple[str, str]:
    """Return the code of a heading and how sure that is: by its words, else by the number of its place.

    A code below that of the heading above wins where two have the same words.
    """
    words = fold(section.title)
    same = [code for code in codes if fold(code.label) == words]
    same_below = [code for code in same if code.parent == above]
    if code := _only(same) or _only(same_below):
        return code.id, "high"
    place = f"heading {section.number}"
    if code := _only([code for code in codes if section.number and code.place == place]):
        return code.id, "medium"
    if code := _only([code for code in codes if code.parent == above and _says(words, code.label)]):
        return code.id, "low"
    return "", ""


def _only(codes: Sequence[Code]) -> Code | None:
    """Return the one code of a list, None if there is none or if several fit."""
    return codes[0] if len(codes) == 1 else None


def _stems(text: str) -> set[str]:
    return {word[:STEM] for word in fold(text).split() if word not in SMALL_WORDS}


def _says(text: str, label: str) -> bool:
    """Tell whether the words of a text hold all words of a label, up to their endings."""
    wanted = _stems(label)
    return bool(wanted) and wanted <= _stems(text)


def below(codes: Sequence[Code], above: str) -> list[Code]:
    """Return the codes at any depth below one."""
    inside = {above}
    found = []
    for code in codes:  # parents come before their children
        if code.parent in inside:
            inside.add(code.id)
            found.append(code)
    return found


def clause_codes(sentence: Sentence, codes: Sequence[Code]) -> Iterator[tuple[str, str]]:
    """Yield code and ref_id where the words before a list of citations hold a code's whole label.

    The words between two lists are those of the second; of codes that fit, the longest label is meant.
    """
    start = 0
    held = ""
    for citation in sentence.citations:
        words = sentence.text[start : citation.start]
        if re.search(r"\w", words):
            fitting = [code for code in codes if _says(words, code.label)]
            fitting.sort(key=lambda code: -len(_stems(code.label)))
            held = fitting[0].id if fitting else ""
        if held:
            for ref in citation.ref_ids:
                yield held, ref
        start = citation.end


def from_headings(article: Article, codes: Sequence[Code], included: set[str]) -> Iterator[Found]:
    """Yield each included study under each heading whose own paragraphs cite it, and under what they name."""
    known: dict[tuple[str, ...], tuple[str, str]] = {}
    sentences: dict[tuple[str, ...], list[Sentence]] = {}
    for sentence in article.sentences:
        sentences.setdefault(sentence.path, []).append(sentence)
    for section in article.sections:
        code, sure = code_of(section, codes, _code_above(section.path, known))
        if section.path:
            known[section.path] = (code, sure)
        if section.part != "results" and not code and not carries_themes(section):
            continue
        kind = "heading" if section.part == "results" or code else "heading outside the results"
        theme = " > ".join(section.path)
        inside = below(codes, code) if code else []
        for sentence in sentences.get(section.path, []):
            cited = [(ref, kind, code, sure) for ref in sentence.ref_ids]
            named = [
                (ref, "words before the citation", name, "low")
                for name, ref in clause_codes(sentence, inside)
            ]
            for ref, rule, own, confidence in (*cited, *named):
                if ref in included:
                    yield Found(
                        theme, rule, own, ref, sentence.place, sentence.text, confidence, place_of(sentence)
                    )


def carries_themes(section: Section) -> bool:
    """Return whether a heading outside the results may be a theme: below the discussion, or of no part."""
    if section.part == "discussion":
        return len(section.path) > 1 and not ABOUT_THE_REVIEW.search(section.path[-1])
    return bool(section.path) and not section.part


def _code_above(path: tuple[str, ...], known: Mapping[tuple[str, ...], tuple[str, str]]) -> str:
    """Return the code of the nearest heading above that has one, else ``""``."""
    above = (known.get(path[:length], ("", ""))[0] for length in range(len(path) - 1, 0, -1))
    return next((code for code in above if code), "")


def from_tables(article: Article, codes: Sequence[Code], included: set[str]) -> Iterator[Found]:
    """Yield each included study of a row that is headed by words: a table of themes."""
    for table in tables(article):
        for number, row in enumerate(table.grid[table.head_rows :], start=table.head_rows + 1):
            heading = _row_heading(row)
            refs = dict.fromkeys(ref for cell in row[1:] if cell is not None for ref in cell.passage.ref_ids)
            if not heading or len(refs) < MIN_STUDIES:
                continue
            theme = f"{table.label or table.table_id} > {heading}"
            same = _only([code for code in codes if fold(code.label) == fold(heading)])
            code, sure = (same.id, "medium") if same else ("", "")
            for ref in refs:
                if ref in included:
                    at = f"{table.label or table.table_id}, row {number}"
                    yield Found(theme, "table row", code, ref, f"{table.table_id}:{number}", "", sure, at)


def _row_heading(row: Sequence[Cell | None]) -> str:
    """Return the words of the first cell, ``""`` if it cites or names a year: then it is a study."""
    first = row[0]
    if first is None or first.passage.citations or re.search(r"\d{4}", first.passage.text):
        return ""
    return first.passage.text


def evidence(
    article: Article, found: Sequence[Found], codes: Sequence[Code], corrections: Sequence[Correction]
) -> list[dict[str, str]]:
    """Return the coding sheet: one row per study and code, with the first sentence; corrections win."""
    names = [code.id for code in codes]
    sheet: dict[tuple[str, str], dict[str, str]] = {}
    for one in found:
        if one.code:
            row = _evidence_row(
                article, one.ref_id, one.code, "present", one.sentence,
                f"{article.name}, {one.printed_at}", one.confidence,
            )  # fmt: skip
            sheet.setdefault((one.code, row["study"]), row)
    for correction in corrections:
        ref = find_reference(article, correction.item)
        where = f"{CORRECTIONS} line {correction.line}"
        if not ref:
            raise InputError(
                f"{where}: {correction.item!r} is no reference of {article.name}. Write its printed number."
            )
        if correction.field not in names:
            raise InputError(
                f"{where}: code {correction.field!r} is not in the codebook."
                f" {nearest(correction.field, names)}"
            )
        row = _evidence_row(
            article, ref, correction.field, correction.value, "", f"{CORRECTIONS}: {correction.reason}",
            "confirmed",
        )  # fmt: skip
        sheet[correction.field, row["study"]] = row
    order = {name: place for place, name in enumerate(names)}
    return sorted(
        sheet.values(), key=lambda row: (order[row["code"]], article.reference[row["ref_id"]].number)
    )


def _evidence_row(
    article: Article, ref: str, code: str, stance: str, excerpt: str, source: str, confidence: str
) -> dict[str, str]:
    return {
        "study": study_name(article, ref), "code": code, "coder": CODER, "stance": stance, "excerpt": excerpt,
        "source": source, "complete": "yes", "ref_id": ref, "confidence": confidence,
    }  # fmt: skip


def main(
    *,
    paper: str,
    included: str,
    codebook: str | None,
    corrections: str | None,
    themes_csv: str,
    evidence_csv: str,
) -> None:
    """Write every theme with its studies, and of those whose code is known the coding sheet."""
    article, codes = Article.read(paper), read_codebook(codebook)
    studies = {row["ref_id"] for row in rows_of(read_table(included))}
    found = [*from_headings(article, codes, studies), *from_tables(article, codes, studies)]
    sheet = evidence(article, found, codes, read_corrections(corrections, "evidence"))
    rows = [{**one._asdict(), "study_id": study_name(article, one.ref_id)} for one in found]
    write_table(rows, themes_csv, THEME_COLUMNS)
    write_table(sheet, evidence_csv, EVIDENCE_COLUMNS)
    without = len({one.theme for one in found if not one.code})
    log.info(
        "%d codes on %d studies; %d themes have no code",
        len({row["code"] for row in sheet}),
        len({row["study"] for row in sheet}),
        without,
    )


if __name__ == "__main__":
    with job(snakemake):
        main(
            paper=snakemake.input.paper,
            included=snakemake.input.included,
            codebook=snakemake.input.get("codebook"),
            corrections=snakemake.input.get("corrections"),
            themes_csv=snakemake.output.themes,
            evidence_csv=snakemake.output.evidence,
        )
