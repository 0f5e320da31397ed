"""The paper stage on real reviews (shared/jats): each file against what a reader found in it.

Run with ``-rP`` to see the score of each file. Equality is as the README there says: reference lists by
their ids and DOIs, included studies as sets of ids, headings by the ids cited in their own paragraphs.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from scripts.common.paper.all_printed import printed_numbers, printed_rows
from scripts.common.paper.article import Article
from scripts.common.paper.findings import check
from scripts.common.paper.flow_sentences import flow_of
from scripts.common.paper.flow_stages import STAGES, choose
from scripts.common.paper.included_set import Verdict, decide
from scripts.common.paper.search_sentences import databases_of, search_days_of
from tests.paths import SPECIMENS
from tests.planted_errors import article_of, run

FILES = sorted((SPECIMENS / "jats").glob("*.xml"))
pytestmark = pytest.mark.skipif(not FILES, reason="no shared/jats here")
each = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


@cache
def read(path: Path) -> tuple[Article, dict[str, Any]]:
    expected = json.loads(path.with_suffix(".expected.json").read_text(encoding="utf-8"))
    return article_of(path), expected


@cache
def verdict(path: Path) -> Verdict:
    return decide(read(path)[0])


def included_right(path: Path) -> bool:
    """Is the set exactly right? Either id is right where the list holds one study twice."""
    expected = read(path)[1]["included"]
    found, wanted = set(verdict(path).ref_ids), set(expected["ref_ids"] or [])
    for pair in expected["duplicate_refs_of_same_study"] or []:
        if found & set(pair) and wanted & set(pair):
            found, wanted = found - set(pair), wanted - set(pair)
    return found == wanted


@each
def test_the_reference_list_is_whole(path):
    article, expected = read(path)
    wanted = expected["n_references"]
    assert len(article.references) == len(article.reference) == wanted["value"]
    assert sum(bool(entry.doi) for entry in article.references) >= wanted["with_doi"]
    assert sum(bool(entry.pmid) for entry in article.references) >= wanted["with_pmid"]
    assert all(entry.raw for entry in article.references)


def heading_scores(path: Path) -> tuple[int, int]:
    article, expected = read(path)
    cited = {section.path: set(section.ref_ids) for section in article.sections}
    tree = expected["themes"]["tree"]
    return sum(cited.get(tuple(one["path"])) == set(one["ref_ids"]) for one in tree), len(tree)


def test_the_references_under_the_headings_are_right_for_nine_of_ten():
    scores = {path.stem: heading_scores(path) for path in FILES}
    for name, (right, of) in scores.items():
        print(f"{name}: {right} of {of} headings")
    right, of = (sum(numbers) for numbers in zip(*scores.values(), strict=True))
    print(f"all: {right} of {of}")
    assert right >= 0.9 * of


def test_the_included_studies_are_exactly_right_for_four_of_five():
    known = [path for path in FILES if read(path)[1]["included"]["determinable_from_xml"] == "yes"]
    for path in known:
        found = verdict(path)
        print(
            f"{path.stem}: {included_right(path)}, {len(found.ref_ids)} by {found.rule}, {found.confidence}"
        )
    right = sum(included_right(path) for path in known)
    print(f"all: {right} of {len(known)}")
    assert right >= 0.8 * len(known)


@each
def test_a_wrong_set_of_studies_is_never_given_without_a_warning(path):
    found = verdict(path)
    warned = found.confidence in ("low", "none") or any(what == "included" for what, _, _ in found.doubts)
    assert included_right(path) or warned


def test_numbers_databases_and_search_dates_are_found_where_the_text_gives_them():
    right = dict.fromkeys(("flow", "chosen", "databases", "dates"), 0)
    of = dict.fromkeys(right, 0)
    for path in FILES:
        article, expected = read(path)
        found = list(flow_of(article.sentences))
        wanted = {(one["stage"], one["value"]) for one in expected["flow"] if one["stage"] in STAGES}
        chosen = set(choose(found).items())
        named = [one.value.casefold() for one in databases_of(article.sentences)]
        bases = expected["databases"]["value"] or []
        day = (expected["search_date"] or {}).get("date")
        counts = {
            "flow": (len(wanted & {(one.stage, one.value) for one in found}), len(wanted)),
            "chosen": (len(wanted & chosen), len(chosen)),
            "databases": (sum(any(name in base.casefold() for name in named) for base in bases), len(bases)),
            "dates": (
                int(day in [one.value for one in search_days_of(article.sentences)]),
                int(bool(day)),
            ),
        }
        print(path.stem, counts, sorted(wanted - chosen), sorted(chosen - wanted))
        for name, (good, all_of) in counts.items():
            right[name] += good if all_of else 0
            of[name] += all_of
    print(right, "of", of)
    assert right["flow"] >= 0.9 * of["flow"]
    assert right["chosen"] >= 0.8 * of["chosen"], "the lists of the readers leave out some stages"
    assert right["databases"] >= 0.9 * of["databases"]
    assert right["dates"] >= 0.9 * of["dates"]


def test_nearly_all_findings_in_printed_papers_are_real():
    """A reader found 16 of these 17 to be in print; in one paper the text explains the number elsewhere."""
    found = {path.stem: check(printed_rows(printed_numbers(read(path)[0])), read(path)[0]) for path in FILES}
    for name, ones in found.items():
        for one in ones:
            print(name, one.kind, one.here.place, one.reason, dict(one.values))
    assert sum(map(len, found.values())) == 17
    assert sum(map(bool, found.values())) == 11


@pytest.mark.parametrize(
    "files",
    [FILES[::4], pytest.param(FILES[2::4], marks=pytest.mark.thorough("as many papers again"))],
    ids=["papers", "other papers"],
)
def test_most_errors_planted_in_papers_are_named(files):
    planted = [one for ones in run(files, 1).values() for one in ones]
    print(f"{sum(one.named for one in planted)} of {len(planted)} named")
    assert sum(one.named for one in planted) >= 0.8 * len(planted)
