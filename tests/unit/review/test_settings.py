"""Settings: a wrong one is named with its place, its value and what to write instead."""

import re
from copy import deepcopy
from dataclasses import fields, replace
from datetime import date

import pytest
import yaml

from scripts.common.errors import InputError, nearest
from scripts.common.review.inputs import KINDS, RULINGS
from scripts.common.review.settings import (
    Agreement,
    Coding,
    CodingRule,
    Deduplicate,
    Matching,
    Paper,
    Report,
    Review,
    Screening,
    ScreeningRules,
    Search,
)
from scripts.common.review.settings_checks import check_settings, usable_settings
from tests.paths import REPOSITORY

SCHEMA = REPOSITORY / "config/config.schema.yaml"
SHIPPED = yaml.safe_load((REPOSITORY / "config/config.yaml").read_text(encoding="utf-8"))


def changed(place, value):
    """Return the shipped settings with one of them changed; ``...`` takes it out."""
    config = deepcopy(SHIPPED)
    *way, name = place.split(".")
    inner = config
    for step in way:
        inner = inner[step]
    if value is ...:
        del inner[name]
    else:
        inner[name] = value
    return config


def test_the_shipped_settings_are_valid_and_dates_become_text():
    settings = check_settings(SHIPPED, SCHEMA)
    assert settings.search.end == "2022-08-16"
    assert settings.review.pmid == 36429570
    assert settings.deduplicate.matching.similar_title == 85
    assert settings.deduplicate.keep_first == ("pubmed",)
    assert settings.coding.rule.consensus == "any"


def test_a_review_may_say_nothing_but_its_name_and_has_no_search_then():
    settings = check_settings({"review": SHIPPED["review"]}, SCHEMA)
    assert (settings.search.mode, settings.search.end, settings.search.query) == ("none", "", "")
    shipped = check_settings(SHIPPED, SCHEMA).deduplicate.matching
    assert settings.deduplicate.matching == replace(shipped, updates="")
    assert settings.screening.published_after_search == "keep", "nothing is removed that nobody asked for"
    assert settings.coding.rule.consensus == "any"


def test_all_wrong_settings_are_named_at_once_and_a_misspelt_one_is_not_also_missing():
    config = changed("review.title", ...)
    config["review"]["titel"] = "A title"
    config["search"] |= {"windows": "yearly", "end": "2001-01-01"}
    with pytest.raises(InputError) as stopped:
        check_settings(config, SCHEMA)
    assert [message.split(": ")[1] for message in stopped.value.args] == ["review.titel", "search.windows"]


def test_what_is_wrong_is_left_out_of_the_settings_by_which_the_rest_is_checked():
    config = changed("search.windows", "yearly")
    config["screening"] = {"consensus": {"full_txt": "majority"}}
    settings, broken = usable_settings(config, SCHEMA)
    assert broken == {"search", "screening"}
    assert settings.deduplicate.keep_first == ("pubmed",)


def test_a_date_that_yaml_reads_and_one_in_quotes_are_the_same():
    assert check_settings(changed("search.end", date(2022, 8, 1)), SCHEMA) == check_settings(
        changed("search.end", "2022-08-01"), SCHEMA
    )


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        ("search.qurey", "x", "search.qurey: unknown setting. Did you mean query?"),
        ("serach", {}, "serach: unknown setting. Did you mean search?"),
        ("deduplicate.colour", "red", "deduplicate.colour: unknown setting."),
        ("search.end", ..., "search.end: this setting is missing. Last day of the period"),
        ("review.name", ..., "review.name: this setting is missing."),
        ("search.query", ..., "search.query: this setting is missing. The query, without dates"),
        ("search.mode", "archiv", "search.mode: 'archiv' is not allowed. Did you mean archive?"),
        ("search.windows", "week", "search.windows: 'week' is not allowed."),
        ("search.end", "2022-13-45", "search.end: '2022-13-45' is no day. Write YYYY-MM-DD."),
        ("search.end", "2022-8-16", "search.end: '2022-8-16' is no day. Write YYYY-MM-DD."),
        ("search.start", "16.08.2004", "search.start: '16.08.2004' is no day. Write YYYY-MM-DD."),
        ("search.end", "2022-02-30", "search.end: '2022-02-30' is no day."),
        ("search.end", "2003-12-31", "search.end: 2003-12-31 lies before search.start (2004-01-01)."),
        ("search.end", 2022, "search.end: 2022 is not of type 'string'."),
        ("search", "everything", "search: 'everything' is given where names with values are needed."),
        ("deduplicate.same_title", 101, "deduplicate.same_title: 101 is greater than the maximum of 100."),
        ("deduplicate.year_distance", -1, "deduplicate.year_distance: -1 is less than the minimum of 0."),
        ("deduplicate.similar_title", 99, "deduplicate.similar_title: 99 is above same_title (94)."),
        ("review.doi", "doi.org/10.1/x", "review.doi: 'doi.org/10.1/x' does not match"),
        ("coding.consensus", "most", "coding.consensus: 'most' is not allowed."),
    ],
)
def test_a_wrong_setting_is_named(place, value, message):
    with pytest.raises(InputError, match=re.escape(f"config/config.yaml: {message}")):
        check_settings(changed(place, value), SCHEMA)


def test_a_misspelt_name_is_named_before_the_one_that_is_missing_for_it():
    config = changed("search.query", ...)
    config["search"]["qurey"] = SHIPPED["search"]["query"]
    with pytest.raises(InputError, match=r"search\.qurey: unknown setting\. Did you mean query\?"):
        check_settings(config, SCHEMA)


def test_a_misspelt_name_is_named_before_a_whole_part_that_is_missing():
    config = changed("screening", ...)
    config["search"]["qurey"] = "x"
    with pytest.raises(InputError, match=r"search\.qurey: unknown setting"):
        check_settings(config, SCHEMA)


def test_a_message_is_one_line():
    for place, value in (("search.query", ["a\nb"]), ("search", {"x": "y\nz"}), ("review.name", "")):
        with pytest.raises(InputError) as caught:
            check_settings(changed(place, value), SCHEMA)
        assert "\n" not in str(caught.value)


def test_a_search_of_one_day_is_allowed():
    config = changed("search.start", "2022-08-16")
    assert check_settings(config, SCHEMA).search.start == "2022-08-16"


def closed(schema):
    """Yield every object in the schema that does not refuse unknown names."""
    if schema.get("type") == "object":
        if schema.get("additionalProperties") not in (False, {"$ref": "#/$defs/map"}):
            yield schema
        for inner in schema.get("properties", {}).values():
            yield from closed(inner)


def test_the_schema_is_closed_on_every_level_and_describes_every_setting():
    schema = yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))
    assert list(closed(schema)) == []
    assert {part["additionalProperties"] for part in schema["$defs"].values()} == {False}
    parts = [*schema["properties"].values(), *schema["$defs"].values()]
    settings = [one for part in parts for one in part.get("properties", {}).items() if "$ref" not in one[1]]
    assert all(setting.get("description") for _, setting in settings)


def test_an_unknown_name_comes_with_the_nearest_or_with_all():
    assert nearest("databse", ["database", "register"]) == "Did you mean database?"
    assert nearest("xyz", ["register", "database"]) == "Known are: database, register."
    assert nearest("xyz", []) == "None is known here."


def test_a_setting_that_is_left_out_has_the_default_that_the_schema_states():
    config = changed("deduplicate.preprints", ...)
    assert check_settings(config, SCHEMA).deduplicate.matching.preprints == "link"
    config = changed("report", ...)
    assert check_settings(config, SCHEMA).report == Report(language="en", one_column=())
    config = changed("report", {"language": "zh"})
    assert check_settings(config, SCHEMA).report == Report(language="zh", one_column=())


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "http://example.org/", "/etc/passwd", "", "data:,x"]
)
def test_the_page_links_to_other_pages_only_by_https_or_inside_the_folders_around_it(address):
    config = changed("report.other_pages", [{"name": "x", "address": "../../../x/results/report/index.html"}])
    (page,) = check_settings(config, SCHEMA).report.other_pages
    assert page["name"] == "x"
    check_settings(changed("report.other_pages", [{"name": "x", "address": "https://example.org/"}]), SCHEMA)
    with pytest.raises(InputError, match=r"report\.other_pages"):
        check_settings(changed("report.other_pages", [{"name": "x", "address": address}]), SCHEMA)


def test_what_is_written_for_one_stage_of_screening_leaves_the_other_at_its_default():
    config = changed("screening.consensus", {"title_abstract": "inclusive"})
    rules = check_settings(config, SCHEMA).screening.rules
    assert rules.consensus == {"title_abstract": "inclusive", "full_text": "unanimous"}
    assert rules.reviewers == {"title_abstract": 1, "full_text": 1}


def test_settings_that_are_read_cannot_be_changed():
    settings = check_settings(SHIPPED, SCHEMA)
    with pytest.raises(AttributeError):
        settings.search.end = "2023-01-01"


def test_what_the_report_shows_is_what_was_written_and_the_defaults_of_the_schema():
    written = check_settings(changed("deduplicate.preprints", ...), SCHEMA).written
    assert written["deduplicate"]["preprints"] == "link"
    assert written["screening"] == SHIPPED["screening"]


PARTS = {  # setting of config.yaml -> the kinds of value that hold its parts
    "review": [Review],
    "paper": [Paper],
    "search": [Search],
    "deduplicate": [Deduplicate, Matching],
    "screening": [Screening, ScreeningRules],
    "screening.agreement": [Agreement],
    "coding": [Coding, CodingRule],
    "coding.agreement": [Agreement],
    "report": [Report],
}
HOLDERS = {"matching", "rules", "rule"}  # fields that hold such a kind of value


def described(place):
    """Return name -> description of the settings at a place of the schema."""
    node = yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))
    for step in place.split("."):
        node = node["properties"][step]
    return node.get("items", node)["properties"]


@pytest.mark.parametrize("place", PARTS)
def test_every_setting_of_the_schema_is_a_field_and_every_field_a_setting(place):
    names = {part.name for kind in PARTS[place] for part in fields(kind)}
    assert names - HOLDERS == set(described(place))


@pytest.mark.parametrize("place", PARTS)
def test_a_default_is_the_one_that_the_description_gives(place):
    for kind in PARTS[place]:
        for part in fields(kind):
            text = described(place).get(part.name, {}).get("description", "")
            found = re.search(r"Default: ([\w.]+)", text)
            if found and isinstance(part.default, str | float | int):
                assert found[1].rstrip(".") == str(part.default).lower(), part.name


def test_settings_of_an_older_version_are_answered_with_the_lines_that_replace_them():
    older = changed("screening.sheets", [{"file": "rayyan", "stage": "full_text", "consensus": True}])
    older["coding"] = {
        **older["coding"],
        "sheets": [{"file": "cy", "coder": "{sheet}", "study_column": "Paper"}],
    }
    with pytest.raises(InputError) as stopped:
        check_settings(older, SCHEMA)
    said = str(stopped.value)
    assert "screening.sheets and coding.sheets: replaced by sheets" in said
    maps = yaml.safe_load(said.partition("Write:\n")[2])["sheets"]
    assert maps == {
        "rayyan": {"set": {"stage": "full_text"}, "role": "consensus"},
        "cy": {"set": {"reviewer": "{sheet}"}, "columns": {"study": "Paper"}},
    }
    newer = changed("sheets", maps)
    assert check_settings(newer, SCHEMA).sheets == maps


@pytest.mark.parametrize(
    ("maps", "message"),
    [
        ({"ann": {"colums": {}}}, r"sheets\.ann\.colums: unknown setting\. Did you mean columns\?"),
        ({"ann": {"each": [{"like": "bob"}]}}, r"sheets\.ann\.each\.0\.like: unknown setting"),
        ({"ann": {"role": "votess"}}, r"sheets\.ann\.role: 'votess' is not allowed\. Did you mean votes\?"),
    ],
)
def test_a_word_that_maps_do_not_have_is_named(maps, message):
    with pytest.raises(InputError, match=message):
        check_settings(changed("sheets", maps), SCHEMA)


@pytest.mark.parametrize(
    ("screening", "message"),
    [
        ({"consensus": {"titel": "majority"}}, r"consensus\.titel: no stage .* Did you mean title\?"),
        ({"reviewers": {"abstract": 2}}, r"screening\.reviewers\.abstract: no stage of screening\.stages"),
        ({"consensus": {"full_text": "inclusive"}}, r"full_text: 'inclusive' is not allowed"),
        ({"stages": ["title", "whole"], "consensus": {"whole": "inclusive"}}, "no rule for full texts"),
        ({"stages": []}, r"screening\.stages"),
    ],
)  # fmt: skip
def test_stages_are_those_that_the_review_names(screening, message):
    config = changed("screening", {**SHIPPED["screening"], "stages": ["title", "full_text"], **screening})
    with pytest.raises(InputError, match=message):
        check_settings(config, SCHEMA)


def test_each_stage_that_the_review_names_has_its_rule():
    stages = ["title", "abstract", "full_text"]
    config = changed(
        "screening",
        {
            **SHIPPED["screening"],
            "stages": stages,
            "reviewers": {"abstract": 2},
            "consensus": {"title": "inclusive"},
        },
    )
    rules = check_settings(config, SCHEMA).screening.rules
    assert rules.consensus == {"title": "inclusive", "abstract": "unanimous", "full_text": "unanimous"}
    assert rules.reviewers == {"title": 1, "abstract": 2, "full_text": 1}


def test_all_inputs_can_be_named_by_every_kind_of_the_list_and_as_rulings():
    schema = yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))
    assert set(schema["properties"]["inputs"]["properties"]) == {*KINDS, RULINGS}
