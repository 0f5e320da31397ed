"""The settings of the synthetic review, its inputs.tsv, and the notes that say that nothing is real."""

import csv
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from tests.twin.sources import EXPORTS, PUBMED
from tests.twin.works import FIRST_YEAR, LAST_YEAR

TODAY = f"{LAST_YEAR + 1}-01-31"  # of the synthetic review: nothing takes a day from the clock
ARCHIVE = "config/inputs/pubmed"

README = """# A synthetic review: nothing in it is real
Works, people, journals, decisions, codes and numbers of this folder are invented, to try the workflow on a
review whose truth is known. `python -m tests.twin` wrote it.
The answers lie in `truth/`. Do not cite any of it.
"""

CONFIG = """# A synthetic review: nothing in it is real. Written by python -m tests.twin.
review:
  name: Synthetic review
  title: A synthetic review of {works:,} invented works. Nothing in it is real
  citation: Written by python -m tests.twin with seed {seed}; do not cite
  doi: null
  pmid: null

search:
  mode: archive
  endpoint: http://127.0.0.1/entrez/eutils/   # nobody is asked
  strict: true
  start: {first}-01-01
  end: {last}-12-31          # the archive holds a year more: move it and see what is new
  date_field: crdt
  windows: year
  query: >-
    {query}

deduplicate:
  min_title_words: 4
  same_title: 94
  similar_title: 85
  year_distance: 1
  preprints: link

screening:
  included_list: complete
  published_after_search: remove
  other_methods: none
  consensus: {{title_abstract: unanimous, full_text: unanimous}} # arbiter: config/decisions/screening.csv
  reviewers: {{title_abstract: 2, full_text: 2}}
  reasons: [{reasons}]
  eligibility: remove        # config/eligibility.csv: another language than English

coding:
  consensus: majority
  unmarked: absent
  rounds: ['1', '2']

inputs:                      # all of them: a claim that rests on a missing one cannot be checked
{inputs}

sheets:
  coder_b_1: {{set: {{reviewer: coder_b, round: '1'}}}}
  coder_b_2: {{set: {{reviewer: coder_b, round: '2'}}}}
  coder_c: {{set: {{reviewer: coder_c, round: '{{sheet}}'}}}}   # a worksheet per round
"""

ELIGIBILITY = """rule,field,test,values,reason
language,language,is not,eng; English,the screeners read no other language
"""


def write_yaml(path: Path, value: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=110)
    path.write_text(f"# A synthetic review: nothing in it is real.\n{text}", encoding="utf-8")


def inputs_of(settings: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    """Return path, kind, source and platform of every input."""
    return [
        (f"{ARCHIVE}/archive.json", PUBMED.kind, PUBMED.source, PUBMED.platform),
        *(
            (
                f"config/inputs/exports/{source.name}{source.suffix}",
                source.kind,
                source.source,
                source.platform,
            )
            for source in EXPORTS
        ),
        *(
            (f"config/inputs/{who['name']}.csv", "decisions", who["name"], "-")
            for who in settings["screeners"]
        ),
        ("config/inputs/included.csv", "included", "The synthetic review", "-"),
        *(
            (f"config/inputs/{name}", "coding", name.partition(".")[0], "-")
            for name in ("coder_a.csv", "coder_b_1.csv", "coder_b_2.csv", "coder_c.xlsx")
        ),
        ("config/inputs/committee.csv", "ranking", "The committee", "-"),
    ]


def declared(inputs: Sequence[tuple[str, str, str, str]]) -> str:
    """Return the setting that names all inputs by kind."""
    names: dict[str, list[str]] = {}
    for path, kind, _, _ in inputs:
        names.setdefault(kind, []).append("pubmed" if kind == "search" else Path(path).stem)
    names["rulings"] = ["adjudication", "eligibility", "regroup", "screening"]
    return "\n".join(f"  {kind}: [{', '.join(found)}]" for kind, found in names.items())


def write_settings(folder: Path, number: int, seed: int, settings: dict[str, Any]) -> None:
    """Write config.yaml, inputs.tsv and what else names the files; the digests come last."""
    config, inputs = folder / "config", inputs_of(settings)
    text = CONFIG.format(
        works=number, seed=seed, first=FIRST_YEAR, last=LAST_YEAR, reasons=", ".join(settings["reasons"]),
        query=settings["query"], inputs=declared(inputs),
    )  # fmt: skip
    (config / "config.yaml").write_text(text, encoding="utf-8")
    (config / "eligibility.csv").write_text(ELIGIBILITY, encoding="utf-8")
    for place in (folder, config / "inputs"):
        (place / "README.md").write_text(README, encoding="utf-8")
    reporting = {
        "prisma_s": {"search_date": f"{LAST_YEAR}-12-31"},
        "prisma_scr": {"limitations": "Nothing of this review is real.", "funding": "none"},
    }
    write_yaml(config / "reporting.yaml", reporting)
    write_yaml(folder / "truth/declared.yaml", settings)
    with open(config / "inputs.tsv", "w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter="\t", lineterminator="\n")
        writer.writerow(("path", "kind", "source", "platform", "date", "licence", "sha256", "provenance"))
        for path, *about in inputs:
            with open(folder / path, "rb") as content:
                digest = hashlib.file_digest(content, "sha256").hexdigest()
            writer.writerow((path, *about, TODAY, "invented", digest, "Invented: written by tests/twin"))
