"""Charting: allowed values, the rules of the coding, counts by column."""

from pathlib import Path

import openpyxl
import pytest

from scripts.coding import chart_studies
from scripts.common.coding.appraisal import check_appraisal
from scripts.common.coding.charting import decide_value, read_variables, value_of
from scripts.common.coding.charting_sheets import read_chartings
from scripts.common.coding.checking import check_drawn
from scripts.common.coding.model import Plan
from scripts.common.errors import InputError
from scripts.common.files.tables import read_table, rows_of
from scripts.common.review.settings import Agreement, CodingRule
from scripts.figures import plot_charting
from tests.drawings import FORMATS
from tests.settings import coding_settings

BOOK = """variables:
  - {id: country, label: {en: Country, zh: 国家}, type: one, values: [Australia, UK], definition: null}
  - id: platform
    label: {en: Platform, zh: 平台}
    type: many
    values: [Facebook, Twitter, WeChat]
    definition: null
  - {id: people, label: {en: People, zh: 人数}, type: number, values: null, definition: how many}
  - {id: aim, label: {en: Aim, zh: 目的}, type: text, values: null, definition: null}
"""
SHEETS = {
    "ann": "study,Country,platform,people,aim\n1,uk,Twitter; facebook,20,to"
    " listen\n2,Australia,Twitter,3.50,\n3,,WeChat,,\n",
    "bob": "study,country,平台,people,aim\n1,UK,Facebook;Twitter,20,to hear\n2,UK,Facebook,3.5,\n",
}
OUT = {
    name: f"{name}.csv"
    for name in ("charting", "votes", "final", "counts", "agreement", "conflicts", "themes", "set_aside")
} | {"worksheet": "conflicts.xlsx"}


@pytest.fixture
def chart(folder):
    """Return a function that merges charting sheets and returns the final values."""
    Path("config/charting.yaml").write_text(BOOK, encoding="utf-8")
    Path("themes.csv").write_text("code,label,study_ids\nspeed,Speed,1; 3\n", encoding="utf-8")

    def run(adjudication=None, sheets=None, **rule):
        for name, text in (sheets or SHEETS).items():
            Path(f"{name}.csv").write_text(text, encoding="utf-8")
        chart_studies.main(
            sheets=[Plan(name, f"{name}.csv", name, "1") for name in (sheets or SHEETS)],
            adjudication=adjudication,
            themes_csv="themes.csv",
            rule=CodingRule(**{"consensus": "any"} | rule),
            rounds=(),
            how=Agreement(),
            intervals=True,
            out=OUT | {"themes": "by_value.csv"},
        )
        return {
            (r["study_id"], r["variable"]): (r["final"], r["by"]) for r in rows_of(read_table("final.csv"))
        }

    return run


def test_values_are_kept_as_declared_and_what_coders_noted_differently_is_open(chart):
    final = chart()
    assert final == {
        ("1", "country"): ("UK", "all coders"),
        ("1", "platform"): ("Facebook; Twitter", "all coders"),
        ("1", "people"): ("20", "all coders"),
        ("1", "aim"): ("open", ""),
        ("2", "country"): ("open", ""),
        ("2", "platform"): ("Facebook; Twitter", "any"),
        ("2", "people"): ("3.5", "all coders"),
        ("3", "platform"): ("WeChat", "all coders"),
    }
    assert rows_of(read_table("charting.csv"))[1] == {
        "study_id": "2",
        "country": "",
        "platform": "Facebook; Twitter",
        "people": "3.5",
        "aim": "",
    }


def test_counts_have_every_allowed_value_their_denominator_and_an_exact_interval(chart):
    chart()
    rows = {(r["variable"], r["value"]): r for r in rows_of(read_table("counts.csv"))}
    row = rows["platform", "Twitter"]
    assert [row[c] for c in ("studies", "of", "percent", "ci_low", "ci_high", "study_ids")] == [
        "2",
        "3",
        "66.7",
        "9.4",
        "99.2",
        "1; 2",
    ]
    assert rows["country", "Australia"]["studies"] == "0"
    assert rows["country", "UK"]["of"] == "1", "study 2 is open"
    assert [r["value"] for r in rows.values() if r["variable"] == "people"] == ["3.5", "20"]
    by_value = rows_of(read_table("by_value.csv"))
    assert {
        (r["variable"], r["value"], r["code"], r["studies"], r["of"])
        for r in by_value
        if r["variable"] == "platform"
    } == {
        ("platform", "Facebook", "speed", "1", "2"),
        ("platform", "Twitter", "speed", "1", "2"),
        ("platform", "WeChat", "speed", "1", "1"),
    }
    agreement = {r["variable"]: r for r in rows_of(read_table("agreement.csv"))}
    assert (agreement["country"]["n"], agreement["country"]["percent"]) == ("2", "50.0")
    assert agreement["people"]["alpha"] == "1.000"
    plot_charting.main(
        counts="counts.csv",
        journal_columns=2,
        language="en",
        paths={end: f"c.{end}" for end in FORMATS} | {"table": "c.csv"},
    )
    assert len(read_table("c.csv")) == len(rows)


def test_the_worksheet_offers_the_allowed_values_and_is_read_back(chart, folder):
    chart()
    book = openpyxl.load_workbook("conflicts.xlsx")
    page = book["conflicts"]
    head = [cell.value for cell in page[1]]
    cells = {(page.cell(r, 1).value, page.cell(r, 2).value): r for r in range(2, page.max_row + 1)}
    assert set(cells) == {("1", "aim"), ("2", "country"), ("2", "platform")}
    (rule,) = page.data_validations.dataValidation
    assert str(rule.sqref) == f"E{cells['2', 'country']}"
    for column, value in (("final", "australia"), ("reason", "methods"), ("who", "dee")):
        page.cell(cells["2", "country"], head.index(column) + 1).value = value
    (folder / "config/decisions").mkdir()
    book.save("config/decisions/charting_adjudication.xlsx")
    final = chart("config/decisions/charting_adjudication.xlsx")
    assert final["2", "country"] == ("Australia", "adjudication")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "study,country\n1,Austrlia\n",
            r"line 2, column country: country 'Austrlia' is not allowed\. Did you mean Austral",
        ),
        ("study,country\n1,UK; Australia\n", r"country has 2 values, one is allowed"),
        ("study,people\n1,many\n", r"people 'many' is no number"),
        (
            "study,contry\n1,UK\n",
            r"line 1: no code or variable has the name of these columns: contry \(Did you mean country",
        ),
        (
            "study,country\n1,UK\n1,Australia\n",
            r"line 3, column country: ann notes 'Australia' and 'UK' for country, 1",
        ),
        ("study,country\n9,UK\n", r"line 2, column country: study '9' is none of the included studies"),
        (
            "paper,country\n9,UK\n",
            r"ann\.csv line 1: no table says who noted what .* Columns seen: paper, country\.",
        ),
    ],
)
def test_a_wrong_cell_is_named(folder, text, message):
    Path("config/charting.yaml").write_text(BOOK, encoding="utf-8")
    Path("ann.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_chartings([Plan("ann", "ann.csv", "ann", "1")], read_variables(), ["1", "2"])


def test_covidence_and_long_sheets_say_the_same_as_wide_ones(folder):
    Path("config/charting.yaml").write_text(BOOK, encoding="utf-8")
    Path("w.csv").write_text("study,coder,country,platform\n1,ann,UK,Twitter\n", encoding="utf-8")
    Path("l.csv").write_text(
        "study,coder,variable,value\n1,ann,Country,UK\n1,ann,platform,twitter\n", encoding="utf-8"
    )
    Path("c.csv").write_text(
        "Covidence #,Study ID,Title,Reviewer Name,Country,Platform\n#4,1,T,ann,UK,Twitter\n", encoding="utf-8"
    )
    wide, long, covidence = (
        [vote[:6] for vote in read_chartings([Plan(n, f"{n}.csv", n, "1")], read_variables()).votes]
        for n in "wlc"
    )
    assert wide == long == covidence


@pytest.mark.parametrize(
    ("rule", "noted", "final"),
    [
        ("majority", {"a": "UK", "b": "UK", "c": "Australia"}, ("UK", "majority")),
        ("majority", {"a": "UK", "b": "Australia"}, ("open", "")),
        ("adjudicated", {"a": "UK", "b": "Australia"}, ("open", "")),
        ("coder", {"a": "UK", "b": "Australia"}, ("Australia", "coder b")),
        ("coder", {"a": "UK"}, ("", "")),
    ],
)
def test_one_value_is_decided_by_majority_or_one_coder_or_stays_open(folder, rule, noted, final):
    Path("config/charting.yaml").write_text(BOOK, encoding="utf-8")
    country, platform, *_ = read_variables()
    assert decide_value(country, noted, rule, "b") == final
    several = {"a": "Twitter; Facebook", "b": "Twitter", "c": "Twitter; WeChat"}
    assert decide_value(platform, several, "all", None) == ("Twitter", "all")
    assert value_of(platform, "wechat;;twitter") == "Twitter; WeChat"


@pytest.mark.parametrize(
    ("rule", "final"),
    [("any", ("Twitter", "any")), ("majority", ("not reported", "majority")), ("all", ("open", ""))],
)
def test_a_study_has_no_value_beside_not_reported(folder, rule, final):
    Path("config/charting.yaml").write_text(BOOK, encoding="utf-8")
    platform = read_variables()[1]
    noted = {"a": "not reported", "b": "Twitter", "c": "not reported"}
    assert decide_value(platform, noted, rule, None) == final


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("type: one", "type: some", r"variable 'country': type 'some' is unknown"),
        ("[Australia, UK", "[Australia, no", r"values must be null or a list of texts"),
        ("id: people", "id: country", r"this id appears twice"),
        ("type: number, values: null", "type: number, values: [a]", r"type number has no list of values"),
        ("{en: Aim, zh: 目的}", "{en: 1, zh: 目的}", r"variable 'aim': label and definition must be texts"),
    ],
)
def test_a_wrong_declaration_is_named(folder, old, new, message):
    Path("config/charting.yaml").write_text(BOOK.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_variables()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"country": "land"}, "coding.country: 'land' is no variable of config/charting.yaml"),
        ({"gap_map": "people"}, "coding.gap_map: 'people' is of type number in config/charting.yaml"),
    ],
)
def test_a_figure_of_a_variable_that_cannot_be_drawn_is_refused(settings, message, folder):
    Path("config/charting.yaml").write_text(BOOK, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        check_drawn(coding_settings(**settings), read_variables())
    with pytest.raises(InputError, match="needs charting sheets"):
        check_drawn(coding_settings(**settings), [])


RISK = """variables:
  - {id: country, label: {en: Country, zh: 国家}, type: text, values: null, definition: null}
  - {id: missing, label: {en: Missing data, zh: 缺失数据}, type: one, values: [Low, Some, High, Unclear],
     definition: null, scale: ordinal, apart: [Unclear]}
"""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("apart: [Unclear]", "apart: [Unsure]", r"apart: 'Unsure' is none of its values\..*Unclear"),
        ("scale: ordinal", "scale: nominal", r"apart needs scale: ordinal"),
        ("apart: [Unclear]", "apart: Unclear", r"apart must be a list of texts"),
    ],
)
def test_a_value_apart_must_be_one_of_an_ordinal_scale(folder, old, new, message):
    Path("config/charting.yaml").write_text(RISK.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_variables()


def test_two_judges_of_a_domain_are_measured_on_its_scale_and_unclear_has_no_place_in_it(chart):
    """One of five studies is unclear to Bob. By hand, of (0, 0), (1, 1), (2, 2), (0, 1): squared differences
    are 1 in all, 20 / 4 = 5 are expected of the margins, so quadratic kappa is 1 - 1/5.
    """
    Path("config/charting.yaml").write_text(RISK, encoding="utf-8")
    sheets = {
        "ann": "study,missing\n1,Low\n2,Some\n3,High\n4,Low\n5,High\n",
        "bob": "study,missing\n1,Low\n2,Some\n3,High\n4,Some\n5,Unclear\n",
    }
    chart(sheets=sheets)
    row = next(r for r in rows_of(read_table("agreement.csv")) if r["variable"] == "missing")
    assert (row["n"], row["scale"], row["kappa_quadratic"]) == ("4", "ordinal", "0.800")


APPRAISAL = {"domains": ["missing"], "judgements": {"Low": "low", "Some": "some", "High": "high"}}


@pytest.mark.parametrize(
    ("changes", "messages"),
    [
        ({}, ["judgements: 'Unclear' is missing"]),
        (
            {"domains": ["mising", "country"]},
            ["domains: 'mising' is no variable of type one", "domains: 'country'"],
        ),
        (
            {"judgements": {**APPRAISAL["judgements"], "Unclear": "no information", "True": "low"}},
            ["judgements: 'True' is no value of a domain", "Put yes and no in quotes"],
        ),
    ],
)
def test_an_appraisal_that_cannot_be_drawn_is_refused_with_all_that_is_wrong(folder, changes, messages):
    Path("config/charting.yaml").write_text(RISK, encoding="utf-8")
    wanted = coding_settings(appraisal={**APPRAISAL, **changes}).appraisal
    with pytest.raises(InputError) as refused:
        check_appraisal(wanted, read_variables())
    assert all(message in str(refused.value) for message in messages)
    with pytest.raises(InputError, match=r"coding\.appraisal needs charting sheets"):
        check_appraisal(wanted, [])


def test_not_reported_is_counted_by_name_and_is_neither_open_nor_a_value(chart):
    sheets = {
        "ann": "study,country,people\n1,NR,20\n2,UK,n/a\n3,UK,7\n",
        "bob": "study,country,people\n1,not reported,20\n2,UK,not stated\n3,UK,7\n",
    }
    final = chart(sheets=sheets)
    assert final["1", "country"] == ("not reported", "all coders")
    rows = {(r["variable"], r["value"]): r for r in rows_of(read_table("counts.csv"))}
    assert (rows["country", "not reported"]["studies"], rows["country", "UK"]["of"]) == ("1", "3")
    assert [value for variable, value in rows if variable == "people"] == ["7", "20", "not reported"]
    assert [row["people"] for row in rows_of(read_table("charting.csv"))] == ["20", "", "7"]
    agreement = {r["variable"]: r for r in rows_of(read_table("agreement.csv"))}
    assert agreement["country"]["n"] == "3"
    assert agreement["people"]["n"] == "2", "a study without a number has no place on an interval scale"


JUDGEMENTS = """variables:
  - id: randomisation
    label: {en: Randomisation, zh: 随机化}
    type: one
    values: [low, some concerns, high]
    scale: ordinal
    definition: null
"""


def test_on_an_ordered_scale_a_near_miss_weighs_less(chart):
    Path("config/charting.yaml").write_text(JUDGEMENTS, encoding="utf-8")
    head = "study,randomisation\n"
    rows = ["low", "some concerns", "high", "low", "high", "low"]
    near = ["low", "low", "high", "low", "some concerns", "low"]
    far = ["high", "some concerns", "high", "low", "low", "low"]

    def alphas(other):
        sheets = {
            name: head + "".join(f"{i},{value}\n" for i, value in enumerate(judged, 1))
            for name, judged in (("ann", rows), ("bob", other))
        }
        chart(sheets=sheets)
        (row,) = rows_of(read_table("agreement.csv"))
        assert row["scale"] == "ordinal"
        return float(row["alpha"]), float(row["kappa_quadratic"])

    assert alphas(near) > alphas(far)
    assert alphas(near)[1] > 0.7


@pytest.mark.parametrize(
    ("scale", "message"),
    [
        ("ordnal", "scale 'ordnal' does not fit type one"),
        ("interval", "does not fit type one; it can be nom"),
    ],
)
def test_a_scale_that_does_not_fit_is_named(folder, scale, message):
    Path("config/charting.yaml").write_text(JUDGEMENTS.replace("ordinal", scale), encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_variables()
