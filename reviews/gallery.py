"""Show what came of the published reviews in this folder, printed number by printed number.

`make gallery` fetches their data, runs them and then this: it writes docs/gallery.md, docs/gallery.svg, the
table in README.md, and reviews/index.html, which leads to the page of each. Titles, abstracts and sentences
of a review's own data are never shown.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

from reviews.picture import draw
from scripts.common.claims.judging import TRANSCRIBED, VERDICTS
from scripts.common.claims.published import DERIVED, OTHER_PAPER, PRINTED
from scripts.common.errors import InputError
from scripts.common.figures.saving import save_svg
from scripts.common.files.fixed_tables import rows_with
from scripts.common.files.tables import read_table, rows_of
from scripts.common.files.yaml_files import read_yaml
from scripts.common.report.markdown import plain, row
from scripts.common.review.inputs import COLUMNS, OPTIONAL

REPOSITORY = Path(__file__).parents[1]
REVIEWS, DOCS = REPOSITORY / "reviews", REPOSITORY / "docs"
COMPARISON, QUESTIONS = "results/report/comparison.csv", "results/report/questions.csv"
BEGIN, END = "<!-- gallery: written by make gallery -->\n", "<!-- end of gallery -->\n"
RAW_GITHUB = re.compile(r"https://raw\.githubusercontent\.com/([^/]+)/([^/]+)/([0-9a-f]{40})/")
# What people wrote for a review, by the files that hold it.
WRITTEN = (
    ("settings and maps", ("config.yaml",)),
    ("codebook and variables", ("codebook.*", "charting.yaml")),
    ("list of inputs", ("inputs.tsv",)),
    ("decisions", ("decisions/*", "eligibility.csv")),
    ("claims", ("published.yaml",)),
)
ABOUT = "[What was done, and what differs](../reviews/{folder}/README.md)."
INTRODUCTION = (
    "# Published reviews, run again from their public data",
    "",
    "`make gallery` writes this page: it fetches the data that the authors deposited, runs each review, and",
    "compares every number that its sources print with what the data give. This workflow is not by the",
    "authors of the reviews. A number that differs is a question to them: a file may be missing here, or be",
    "read wrongly. [What the verdicts mean](claims.md#verdicts).",
    "",
)
REPORT = "results/report/index.html"
FIRST_PAGE = f'<p><a href="../{REPORT}">The review that plain make runs</a></p>'
OVERVIEW = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Published reviews, run again from their public data</title>
<style>body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }}
img {{ max-width: 100%; background: #fff; }} td {{ padding: .3rem 1rem .3rem 0; }}</style>
</head>
<body>
<h1>Published reviews, run again from their public data</h1>
<table>
{rows}
</table>
<p><img src="../docs/gallery.svg" alt="One mark for each printed number, by verdict"></p>
<p>Every number with its reason: docs/gallery.md.</p>
{first}
</body>
</html>
"""
PICTURE = (
    "![One mark for each printed number of each review; its colour and shape say the verdict. The tables"
    " below hold the same.](gallery.svg)"
)
# Said of a number that is in no line of the table of reviews and has no mark in the picture.
NOT_PRINTED = {DERIVED: " (not printed: follows from what is)", OTHER_PAPER: " (printed in another paper)"}
VERDICT_NAMES = tuple(verdict for verdict in VERDICTS if verdict != TRANSCRIBED)


class Review(NamedTuple):
    """A published review that was run: what it is, its data, its claims and what was written for it.

    ``lines`` are those that people wrote, by kind, without blank lines and comments. ``claims`` are rows of
    comparison.csv, ``questions`` of questions.csv.
    """

    folder: str
    name: str
    citation: str
    doi: str
    sources: tuple[tuple[str, str, str], ...]  # address, version and licence of the data
    claims: tuple[dict[str, str], ...]
    questions: tuple[dict[str, str], ...]
    lines: dict[str, int]

    @property
    def printed(self) -> list[str]:
        """The verdicts on the printed numbers, in their order."""
        return [claim["verdict"] for claim in self.claims if claim["origin"] == PRINTED]


def read_review(folder: Path) -> Review:
    """Return a review after its run; ``InputError`` if it was not run yet."""
    comparison = folder / COMPARISON
    if not comparison.is_file():
        raise InputError(f"{comparison.relative_to(REPOSITORY)}: this file is missing. Run: make gallery")
    settings: Any = read_yaml(str(folder / "config/config.yaml"))
    inputs = [line for _, line in rows_with(str(folder / "config/inputs.tsv"), COLUMNS, OPTIONAL)]
    return Review(
        folder.name,
        settings["review"]["name"],
        settings["review"]["citation"],
        settings["review"]["doi"] or "",
        tuple(dict.fromkeys(source(line) for line in inputs)),
        tuple(rows_of(read_table(comparison))),
        tuple(rows_of(read_table(folder / QUESTIONS))),
        {kind: sum(_lines(folder / "config", patterns)) for kind, patterns in WRITTEN},
    )


def source(line: dict[str, str]) -> tuple[str, str, str]:
    """Return where the data of an input are for a reader, in which version, and under which licence.

    >>> raw = "https://raw.githubusercontent.com/a/b/0123456789012345678901234567890123456789/c.csv"
    >>> source({"url": raw, "version": "v1", "licence": "MIT"})
    ('https://github.com/a/b/tree/0123456789012345678901234567890123456789', 'v1', 'MIT')
    """
    url = line["url"]
    if found := RAW_GITHUB.match(url):
        url = f"https://github.com/{found[1]}/{found[2]}/tree/{found[3]}"
    return url or "in this repository", line["version"], line["licence"]


def _lines(config: Path, patterns: Iterable[str]) -> Iterable[int]:
    for path in (path for pattern in patterns for path in config.glob(pattern)):
        lines = path.read_text(encoding="utf-8").splitlines()
        yield sum(bool(line.strip()) and not line.lstrip().startswith("#") for line in lines)


def table(reviews: Sequence[Review], here: str) -> list[str]:
    """Return the lines of the table of reviews; ``here`` leads from its page to the page of the gallery."""
    counts = [Counter(review.printed) for review in reviews]
    total = sum(counts, Counter[str]())
    used = [name for name in VERDICT_NAMES if total[name]]
    lines = [
        row("review", "printed numbers", *used),
        row("---", *["---:"] * (len(used) + 1)),
    ]
    for review, count in zip(reviews, counts, strict=True):
        name = f"[{plain(review.name)}]({here}#{review.folder})"
        lines.append(row(name, str(count.total()), *(str(count[verdict]) for verdict in used)))
    lines.append(row("together", str(total.total()), *(str(total[verdict]) for verdict in used)))
    return lines


def section(review: Review) -> list[str]:
    """Return the lines about one review: what it is, its data, and a row for each printed number."""
    address = f"[doi:{review.doi}](https://doi.org/{review.doi})" if review.doi else "no DOI yet"
    written = ", ".join(f"{number} {kind}" for kind, number in review.lines.items() if number)
    return [
        f'<a id="{review.folder}"></a>',
        "",
        f"## {plain(review.name)}",
        f"{plain(review.citation)}, {address}. {ABOUT.format(folder=review.folder)}",
        "",
        *(_data(*source) for source in review.sources),
        f"- Lines written by hand: {sum(review.lines.values())} ({written})",
        "",
        row("number", "place", "published", "recomputed", "verdict", "reason"),
        row("---", "---", "---:", "---:", "---", "---"),
        *(
            row(
                plain(f"{claim['claim_id']}  {claim['statement']}{NOT_PRINTED.get(claim['origin'], '')}"),
                *(plain(claim[name]) for name in ("place", "published", "reproduced")),
                plain(claim["verdict"]),
                plain(claim["reason"]),
            )
            for claim in review.claims
        ),
        "",
        *_questions(review),
    ]


def _questions(review: Review) -> list[str]:
    """Return the lines that ask the authors about each difference, with the records or studies behind it."""
    lines = []
    for asked in review.questions:
        about = escape(f"{asked['claim_id']} {asked['statement']}. {asked['question']}")
        lines.append(f"<details><summary>{about}</summary><p>{escape(asked['because'])}</p></details>")
    return ["Questions to the authors, with what is behind our number:", "", *lines, ""] if lines else []


def _data(where: str, version: str, licence: str) -> str:
    shown = f" ({plain(version)})" if version and version not in where else ""
    return f"- Data: {where}{shown}, licence: {plain(licence)}"


def page(reviews: Sequence[Review]) -> str:
    """Return docs/gallery.md."""
    tables = [line for review in reviews for line in section(review)]
    return "\n".join([*INTRODUCTION, *table(reviews, ""), "", PICTURE, "", *tables])


def overview(reviews: Sequence[Review]) -> str:
    """Return reviews/index.html: each review with its verdicts, and the way to its page."""
    rows = "\n".join(
        f'<tr><td><a href="{escape(review.folder)}/{REPORT}">{escape(review.name)}</a></td>'
        f"<td>{escape(_in_words(review.printed))}</td></tr>"
        for review in reviews
    )
    return OVERVIEW.format(rows=rows, first=FIRST_PAGE if (REPOSITORY / REPORT).is_file() else "")


def _in_words(verdicts: Sequence[str]) -> str:
    """Return how many printed numbers there are and how many have each verdict.

    >>> _in_words(["differs", "recomputed and equal", "recomputed and equal"])
    '3 printed numbers: 2 recomputed and equal, 1 differs'
    """
    counts = Counter(verdicts)
    named = ", ".join(f"{counts[name]} {name}" for name in VERDICT_NAMES if counts[name])
    return f"{counts.total()} printed numbers: {named}"


def with_table(readme: str, reviews: Sequence[Review]) -> str:
    """Return README.md with the table of now between its two marks."""
    before, begin, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise InputError("README.md: the marks of the gallery are missing: restore them.")
    return "".join((before, BEGIN, "\n".join(table(reviews, "docs/gallery.md")), "\n", END, after))


def main() -> None:
    """Write the page, the picture and the table of README.md; all of them from the reviews that were run."""
    reviews = [read_review(path.parents[1]) for path in sorted(REVIEWS.glob("*/config/config.yaml"))]
    readme = with_table((REPOSITORY / "README.md").read_text(encoding="utf-8"), reviews)
    (DOCS / "gallery.md").write_text(page(reviews), encoding="utf-8")
    (REPOSITORY / "README.md").write_text(readme, encoding="utf-8")
    save_svg(draw([(review.name, review.printed) for review in reviews]), DOCS / "gallery.svg")
    (REVIEWS / "index.html").write_text(overview(reviews), encoding="utf-8")
    sys.stdout.write("docs/gallery.md and docs/gallery.svg are written. Open reviews/index.html.\n")


if __name__ == "__main__":
    try:
        main()
    except InputError as error:
        sys.exit(f"ERROR {error}")
