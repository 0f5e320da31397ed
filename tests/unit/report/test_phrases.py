"""The phrase table: whole in both languages, every phrase used, and no text without its phrase."""

import ast
import csv
import re
from functools import cache

import jinja2
import pytest
from markupsafe import Markup

from scripts.common.claims.judging import VERDICTS
from scripts.common.claims.published import CONFIDENCES
from scripts.common.claims.sentences import (
    Codes,
    Own,
    Phrase,
    Voice,
    english,
    from_cell,
    sentence,
    texts,
    to_cell,
)
from scripts.common.duplicates.rules import RULES
from scripts.common.records.record import CONCERN, RETRACTED, RETRACTION_NOTICE
from scripts.common.report.pairs import COMPARED_FIELDS
from scripts.common.report.phrases import LANGUAGES, TABLE, Speaker, other, phrases
from scripts.common.review.inputs import EXPORTS
from scripts.common.screening.flow import NEEDED, OUR_LABELS
from scripts.common.screening.passports import READS
from scripts.common.search.lint import SAYS
from scripts.common.shared_code import script_path
from scripts.common.statistics.verdicts import UNDEFINED
from scripts.figures.plot_flow import HEADS, STAGES
from scripts.report.check_printed import BOUND, CONSISTENT, INCONSISTENT
from scripts.report.write_report import page_environment
from scripts.screening.match_included import ALL_SEARCHES
from tests.paths import REPOSITORY

SCRIPTS = REPOSITORY / "scripts"
TEMPLATES = sorted(SCRIPTS.glob("report/write_report*.j2"))


def messages() -> set[str]:
    """Return the phrases of the page's templates."""
    found: set[str] = set()
    for path in TEMPLATES:
        for _, _, message in page_environment().extract_translations(path.read_text(encoding="utf-8")):
            parts = message if isinstance(message, tuple) else (message,)
            found |= {part for part in parts if part}
    return found


@cache
def constants() -> set[str]:
    """Return every text that stands in a script."""
    return {
        node.value
        for path in SCRIPTS.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def texts_given(script: str, name: str, place: int) -> set[str]:
    """Return the texts that a script gives as one argument of a call."""
    tree = ast.parse(script_path(REPOSITORY, script).read_text(encoding="utf-8"))
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    given = [call.args[place] for call in calls if isinstance(call.func, ast.Name) and call.func.id == name]
    return {item.value for item in given if isinstance(item, ast.Constant)}


def test_every_phrase_is_there_once_and_in_both_languages():
    with TABLE.open(encoding="utf-8", newline="") as stream:
        reader = csv.reader(stream, strict=True)
        assert tuple(next(reader)) == LANGUAGES
        table = list(reader)
    assert [row for row in table if len(row) != 2 or not all(cell.strip() for cell in row)] == []
    keys = [row[0] for row in table]
    assert sorted({key for key in keys if keys.count(key) > 1}) == []


def test_a_translation_has_the_same_places_for_values_and_the_same_marks():
    for row in phrases().values():
        for pattern in (r"%\((\w+)\)s", r"\{(\w+)\}", r"<(\w+)", r'href="([^"]*)"'):
            assert sorted(re.findall(pattern, row["zh"])) == sorted(re.findall(pattern, row["en"])), row["en"]
        values = dict.fromkeys(re.findall(r"%\((\w+)\)s", row["en"]), "x")
        if values:
            assert "%(" not in row["zh"] % values


def test_every_phrase_of_the_page_and_of_the_figures_is_in_the_table():
    assert messages() - phrases().keys() == set()
    said = (
        set(OUR_LABELS)
        | set(VERDICTS)
        | set(CONFIDENCES)
        | set(NEEDED.values())
        | set(READS.values())
        | set(COMPARED_FIELDS)
    )
    said |= {CONSISTENT, INCONSISTENT, BOUND, ALL_SEARCHES, UNDEFINED, RETRACTED, RETRACTION_NOTICE, CONCERN}
    said |= {rule.why for rule in RULES}
    said |= {"search", *EXPORTS} | {name for *_, name in HEADS} | {name for name, *_ in STAGES}
    said |= texts_given("check_printed", "Finding", 0)
    said |= texts_given("measure_fragility", "Step", 1)
    for path in SCRIPTS.glob("figures/plot_*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "say":
                said |= {item.value for item in call.args if isinstance(item, ast.Constant)}
    assert said - phrases().keys() == set()


def test_every_phrase_is_used():
    faults = {row["says"] for row in SAYS.values() if row["level"]}
    assert phrases().keys() - messages() - constants() - faults == set()
    assert faults <= phrases().keys()  # of strategies: shown on the page in both languages


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_text_of_the_page_stands_outside_the_table(path):
    code = r"\{%-? *trans.*?endtrans *-?%\}|\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}|<(script|style)>.*?</\1>"
    text = re.sub(code, "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    text = re.sub(r"<code>.*?</code>|&\w+;|\bPMID\b", "", text)  # commands are the same in every language
    bare = {part.strip() for part in re.findall(r">([^<>]*)<", text) if re.search(r"[A-Za-z]{2}", part)}
    assert bare - {"SVG", "PNG", "PDF", "CSV", "doi:"} == set()


def test_every_sentence_about_claims_has_both_languages_with_the_same_places():
    for row in texts().values():
        places = [sorted(re.findall(r"\{(\w+)\}", row[name])) for name in LANGUAGES]
        assert row["zh"].strip(), row["kind"]
        assert places[0] == places[1], row["kind"]


def test_every_sentence_about_claims_is_used():
    assert texts().keys() - constants() == set()


def test_a_sentence_is_the_same_after_it_was_written_into_a_table():
    inner = sentence("need_lists", codes=Codes(("a", "b")))
    for value in ("", "0", inner, sentence("needs", needs=inner), (Own("a note"), Phrase("include"))):
        assert from_cell(to_cell(value)) == value


def test_a_chinese_sentence_is_made_from_its_data():
    needs = sentence("needs", needs=sentence("need_lists", codes=Codes(("a", "b"))))
    assert english(needs) == "Needs the whole list of studies for a; b (a coding sheet)."
    chinese = Voice("zh", code={"a": "甲", "b": "乙"}.__getitem__)
    assert chinese.say(needs) == "需要“甲；乙”的完整研究清单（编码表）。"


def test_text_of_the_review_stays_text_inside_a_sentence_on_the_page():
    voice = Voice("en", own=lambda text: Markup("<i>{}</i>").format(text), plain=Markup)
    assert voice.say(sentence("needs", needs=Own("<b>"))) == "Needs <i>&lt;b&gt;</i>."
    assert voice.say(sentence("needs", needs="<b>")) == "Needs &lt;b&gt;."


def test_a_phrase_that_nobody_translated_is_a_bug_of_ours():
    with pytest.raises(KeyError):
        Speaker("en")("no such phrase")
    assert [other(language) for language in LANGUAGES] == ["zh", "en"]


def test_a_name_that_the_page_uses_and_nobody_gives_stops_it():
    with pytest.raises(jinja2.UndefinedError):
        page_environment().from_string("{{ nobody }}").render()


def test_the_page_takes_no_text_apart_to_translate_it():
    for path in TEMPLATES:
        template = path.read_text(encoding="utf-8")
        tests = set(re.findall(r"\.(?:startswith|endswith|find|index|removeprefix)\([^)]*\)", template))
        links_and_paths = {'.startswith(("https://", "http://")', '.startswith("results/")'}
        assert tests <= links_and_paths, path.name
        assert not re.findall(r"\[\d*:-?\d*\]", template), path.name
