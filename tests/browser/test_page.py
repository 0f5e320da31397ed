"""The page as its readers meet it: sent alone, by keyboard, narrow and wide, on paper, in two languages."""

import csv
import hashlib
import io
import os
import re
from pathlib import Path

import pytest

from tests.browser.conftest import WIDTHS, skip
from tests.workflow.running import rows

LEDGER = ".ledger tbody tr"
LANGUAGES = ("", "?lang=zh")
MOST_PAGES = 15  # of A4
# axe-core finds what a reader with a screen reader would stumble over; .ci/run installs it with npm.
AXE = Path(os.environ.get("AXE_CORE", Path(__file__).parent / "node_modules/axe-core/axe.min.js"))
HERE = Path(__file__).parent
BOXES = (HERE / "boxes.js").read_text(encoding="utf-8")
DIGESTS = (HERE / "digests.js").read_text(encoding="utf-8")
DEAD = """
  const works = (address) => /^(https?:|data:application\\/gzip;base64,)/.test(address)
    || (address.startsWith("#") && document.getElementById(address.slice(1)));
  const links = [...document.querySelectorAll("a[href]")].map((link) => link.getAttribute("href"));
  const buttons = [...document.querySelectorAll("[popovertarget]")].filter((b) => !b.popoverTargetElement);
  return [...links.filter((address) => !works(address)), ...buttons.map((b) => b.outerHTML)];
"""
FOLLOW = """
  const link = document.querySelector(arguments[0]);
  link.dispatchEvent(new MouseEvent("click", {bubbles: true, cancelable: true}));
  return link.href.baseVal;
"""


def column(browser, number):
    return [cells[number - 1] for cells in browser.run(
        "return [...document.querySelectorAll('.ledger tbody tr')].filter(r => !r.hidden)"
        ".map(r => [...r.cells].map(c => c.textContent.trim()))")]  # fmt: skip


def head(browser, number):
    return browser.find(f".ledger th:nth-child({number})")


def test_the_page_alone_saves_every_table_and_drawing_as_it_is(browser):
    browser.find("#claims .source a.file").click()
    assert browser.saved("comparison.csv") == (browser.results / "report/comparison.csv").read_bytes()
    digests = browser.driver.execute_async_script(DIGESTS)
    pages = [name for name in digests if name.endswith(".html")]
    assert pages == ["results/report/index.zh.html"]
    del digests[pages[0]]
    root = browser.results.parent
    assert digests == {name: hashlib.sha256((root / name).read_bytes()).hexdigest() for name in digests}
    tables = {path.name for path in (browser.results / "figures").glob("*.csv")}
    assert {Path(name).name for name in digests} >= tables | {
        "comparison.csv",
        "evidence.csv",
        "themes.zh.svg",
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_alone_has_no_dead_link(browser, language):
    browser.open(language)
    assert browser.run(DEAD) == []


def test_what_is_shown_is_saved_as_shown_without_formulas(browser):
    word = rows(browser.results / "report/comparison.csv")[0]["claim_id"]
    browser.find("#claims .filter input").send_keys(word)
    browser.run("document.querySelector('.ledger tr:not([hidden]) td:nth-child(2)').textContent = '=1+1'")
    browser.find("#claims .filter button").click()
    text = browser.saved("claims-printed-as-shown.csv").decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(text)))
    assert lines[0] == ["Claim", "Published", "Found here", "Verdict"]
    shown = [row for row in browser.all("#claims-printed tbody tr") if row.is_displayed()]
    assert len(lines) - 1 == len(shown)
    assert lines[1][1] == "'=1+1"
    statement = browser.find("#claims-printed tbody tr:not([hidden]) .statement summary").text
    assert lines[1][0] == statement  # what is folded is not shown


def test_a_table_sorts_up_down_and_back_to_the_order_of_the_review(browser):
    before = column(browser, 2)
    button = head(browser, 2).find_element("css selector", ".sort")
    button.click()
    assert head(browser, 2).get_attribute("aria-sort") == "ascending"
    up = column(browser, 2)
    assert sorted(up) == sorted(before)
    numbers = [float(text) for text in up if re.fullmatch(r"-?[\d.]+", text)]
    assert numbers == sorted(numbers)
    assert len(numbers) > 3
    button.click()
    assert head(browser, 2).get_attribute("aria-sort") == "descending"
    down = [float(text) for text in column(browser, 2) if re.fullmatch(r"-?[\d.]+", text)]
    assert down == numbers[::-1]
    button.click()
    assert head(browser, 2).get_attribute("aria-sort") is None
    assert column(browser, 2) == before


def test_filter_order_and_language_are_in_the_address_and_come_back_with_it(browser):
    claims = rows(browser.results / "report/comparison.csv")
    status = browser.find("#claims .filter [role=status]")
    assert status.text == f"Rows: {len(claims)} of {len(claims)}"
    word = claims[0]["claim_id"]
    browser.find("#claims .filter input").send_keys(word.lower())
    browser.find("#claims .filter option[value='differs']").click()
    head(browser, 3).find_element("css selector", ".sort").click()
    browser.find("a.language").click()
    browser.until(lambda: browser.run("return document.documentElement.lang") == "zh-Hans")
    address = browser.driver.current_url
    browser.driver.get("about:blank")
    browser.driver.get(address)
    browser.until(lambda: browser.run("return document.documentElement.lang") == "zh-Hans")
    assert browser.find("#claims .filter input").get_attribute("value") == word.lower()
    assert browser.find("#claims .filter select").get_attribute("value") == "differs"
    assert head(browser, 3).get_attribute("aria-sort") == "ascending"
    holding = [row for row in browser.all(LEDGER) if word.lower() in row.get_attribute("textContent").lower()]
    assert [row for row in browser.all(LEDGER) if row.is_displayed()] == [
        row for row in holding if row.find_elements("css selector", "[data-verdict=differs]")
    ]


def test_the_box_finds_a_study_by_words_in_any_order_without_accents(browser):
    assert not browser.find("#passport-list").get_attribute("open")
    browser.find("#passport-asked").send_keys("GARCIA carers")
    found = [item for item in browser.all("#passport-list .passport") if item.is_displayed()]
    assert ["García" in item.text and "carers" in item.text for item in found] == [True]
    number = len(rows(browser.results / "screening/passports.csv"))
    assert browser.find("#passports .filter [role=status]").text == f"Records: 1 of {number}"


def test_the_address_of_a_missed_study_opens_its_explanation(browser):
    (address,) = [
        row["explanation"] for row in rows(browser.results / "screening/recall.csv") if row["explanation"]
    ]
    place = address.partition("#")[2]
    assert not browser.find(f"[id='{place}']").get_attribute("open")
    browser.open(f"#{place}")
    assert browser.find(f"[id='{place}'] table").is_displayed()


def test_the_address_of_a_claim_opens_and_marks_it(browser):
    claim = rows(browser.results / "report/comparison.csv")[0]["claim_id"]
    row = browser.find(f"#claim-{claim}")
    assert not row.find_element("css selector", "dl").is_displayed()
    browser.open(f"#claim-{claim}")
    row = browser.find(f"#claim-{claim}")
    assert row.find_element("css selector", "dl").is_displayed()
    assert browser.run("return getComputedStyle(arguments[0]).outlineStyle", row) == "solid"


def test_every_number_of_the_flow_leads_to_as_many_records(browser):
    counts = {row["box"]: row["count"] for row in rows(browser.results / "screening/flow.csv")}
    found = browser.run("""
        return [...document.querySelectorAll('a.behind')].map((link) => {
          link.click();
          const shown = [...document.querySelectorAll('.passport')].filter((item) => !item.hidden).length;
          return [link.dataset.box, String(shown)];
        })""")
    assert len(found) > 10
    assert dict(found) == {box: counts[box] for box, _ in found}
    browser.find("#passports .filter button").click()
    assert not browser.find("#passport-list").get_attribute("open")


def test_a_box_a_code_and_a_cell_of_the_drawings_lead_to_what_is_behind_them(browser):
    browser.run(FOLLOW, "#figure-prisma_flow a[*|href='#box-records_excluded']")
    browser.until(lambda: "box=records_excluded" in browser.driver.current_url)
    browser.until(lambda: [item for item in browser.all(".passport") if item.is_displayed()])
    assert browser.run(FOLLOW, "#figure-study_theme_matrix a[*|href='#cell-1-comfort']")
    browser.until(lambda: browser.find("#cell-1-comfort").is_displayed())
    assert "Adams 2019" in browser.find("#cell-1-comfort").text
    assert browser.find("#cell-1-comfort q").text == "in my own chair"
    assert browser.run(FOLLOW, "#figure-themes a[*|href='#code-falls']")
    browser.until(lambda: browser.find("#code-falls ul").is_displayed())


def test_the_meaning_of_a_column_is_shown_by_keyboard(browser):
    button = head(browser, 4).find_element("css selector", ".help")
    text = browser.find("#help-verdict")
    assert not text.is_displayed()
    button.send_keys("\n")
    assert text.is_displayed()
    assert "comparing" in text.text
    box, below = text.rect, button.rect
    assert abs(box["x"] - below["x"]) < 400
    browser.driver.switch_to.active_element.send_keys("\ue00c")  # Escape
    browser.until(lambda: not text.is_displayed())


def test_the_contents_stay_in_sight(browser):
    browser.run("document.querySelector('#coding').scrollIntoView()")
    place = browser.find(".contents a[href='#coding']").rect
    top = browser.run("return scrollY")
    assert top < place["y"] < top + 900
    browser.open(width=390)
    browser.run("document.querySelector('#coding').scrollIntoView()")
    browser.find(".contents summary").click()
    browser.find(".contents a[href='#flow']").click()
    browser.until(lambda: not browser.find(".contents ul").is_displayed())
    covered = browser.find(".contents").size["height"]
    assert browser.run("return document.querySelector('#flow h2').getBoundingClientRect().top") >= covered


def test_the_reader_changes_the_language_and_comes_back(browser):
    assert browser.run("return document.documentElement.lang") == "en"
    browser.find("a.language").click()
    browser.until(lambda: browser.run("return document.documentElement.lang") == "zh-Hans")
    assert browser.find("h2").text == "已发表的论断：逐条核对"
    assert browser.texts("#flow h2") == ["文献筛选流程"]
    browser.find("#claims .source a.file").click()
    assert browser.saved("comparison.csv")
    browser.find("a.language").click()
    browser.until(lambda: browser.run("return document.documentElement.lang") == "en")
    assert browser.find("h2").text == "Published claims, checked"


def test_colours_follow_the_system_until_the_reader_chooses_and_the_choice_is_kept(browser):
    ground = "return getComputedStyle(document.body).backgroundColor"
    light = browser.run(ground)
    browser.open(dark=True)
    dark = browser.run(ground)
    assert dark != light
    browser.find("#theme option[value=light]").click()
    assert browser.run(ground) == light
    browser.open("?lang=zh", dark=True)
    assert browser.run(ground) == light
    browser.find("#theme option[value=dark]").click()
    browser.open()
    assert browser.run(ground) == dark


def test_a_figure_opens_large_and_closes_with_the_keyboard(browser):
    figure = "#figure-prisma_flow"
    narrow = browser.find(f"{figure} svg").size["width"]
    button = browser.find(f"{figure} button")
    button.send_keys("\n")
    assert browser.find("dialog[open] svg").size["width"] > narrow
    browser.driver.switch_to.active_element.send_keys("\ue00c")  # Escape
    browser.until(lambda: browser.all("dialog") == [])  # a browser says later that it has closed
    assert browser.find(f"{figure} svg").is_displayed()
    assert browser.driver.switch_to.active_element == button


def test_a_drawing_that_is_wider_than_the_screen_moves_in_its_place_and_says_so(browser):
    wide = "return [...document.querySelectorAll('figure')].map((figure) => {"
    wide += "const box = figure.querySelector('.scroll'), hint = figure.querySelector('.hint');"
    wide += "return [box.scrollWidth > box.clientWidth + 1, hint.getClientRects().length > 0]; })"
    browser.open(width=390)
    shown = browser.run(wide)
    assert [True, True] in shown
    assert all(wider == hinted for wider, hinted in shown)
    browser.open(width=1280)
    assert not any(hinted for _, hinted in browser.run(wide))


def test_files_that_people_wrote_are_listed_with_what_they_hold(browser):
    listed = browser.run("return document.querySelector('#inputs').textContent")
    for path in ("config/config.yaml", "config/codebook.yaml", "config/published.yaml"):
        assert path in listed


def test_commands_are_in_folds_for_engineers_alone(browser):
    outside = browser.run(
        "return [...document.querySelectorAll('code')].filter((c) => c.textContent.includes('snakemake ')"
        " && !c.closest('#engineers, details.small')).map((c) => c.textContent)"
    )
    assert outside == []


def test_the_page_is_quiet_and_asks_for_nothing_but_itself(browser):
    for button in browser.all(".sort, figure button"):
        browser.run("arguments[0].click()", button)
        browser.run("document.querySelector('dialog[open]')?.close()")
    browser.find("a.language").click()
    browser.until(lambda: browser.run("return document.documentElement.lang") == "zh-Hans")
    browser.pdf()
    assert browser.complaints() == []
    asked = {address.partition("?")[0] for address in browser.requests()}
    assert {address for address in asked if not address.startswith("data:font/")} <= {browser.address()}


def test_a_script_that_came_in_by_some_way_would_not_run(browser):
    browser.run(
        "const s = document.createElement('script'); s.textContent = 'window.hacked = 1';"
        "document.body.append(s);"
        "const i = new Image(); i.src = 'https://example.org/x.png'; document.body.append(i);"
    )
    assert browser.run("return window.hacked") is None
    assert sum("Content Security Policy" in text for text in browser.complaints()) == 2


def test_a_hostile_title_is_text(browser):
    for language in LANGUAGES:
        browser.open(language)
        text = browser.run("return document.body.textContent")
        assert "<script>alert(1)</script> Example of text messages" in text
        assert browser.run("return document.scripts.length") == (0 if language else 1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_cut_off_or_lies_over_another_at_any_width(browser, language):
    browser.open(language)
    browser.run("document.querySelectorAll('details:not(.contents *)').forEach(d => { d.open = true })")
    for width in WIDTHS:
        screen = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        browser.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
        for scheme in ("light", "dark"):
            browser.colours(scheme)
            assert (width, scheme, browser.settled(BOXES)) == (width, scheme, {})


@pytest.mark.parametrize("width", [width for width in WIDTHS if width > 760])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_claim_takes_one_line_of_the_ledger_until_it_is_opened(browser, language, width):
    browser.open(language, width=width)
    heights = browser.run(f"return [...document.querySelectorAll('{LEDGER}')].map((row) => row.offsetHeight)")
    line = browser.run("return parseFloat(getComputedStyle(document.querySelector('.ledger td')).lineHeight)")
    assert max(heights) < 2 * line


@pytest.mark.parametrize("language", LANGUAGES)
def test_printed_it_is_short_and_leaves_controls_and_passports_out(browser, language):
    browser.open(language, dark=True)
    browser.find("#passport-asked").send_keys("e")
    pages = re.findall(rb"/Type\s*/Page[^s]", browser.pdf())
    assert 1 < len(pages) <= MOST_PAGES
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    for control in ("nav", ".tools", ".filter", "figure button", ".help", "#passport-list", "#files"):
        assert not any(item.is_displayed() for item in browser.all(control)), control
    assert browser.run("return getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    browser.driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": 718, "height": 1046, "deviceScaleFactor": 1, "mobile": False},
    )
    assert browser.settled(BOXES) == {}


def test_without_script_everything_is_there_and_no_dead_control(browser):
    browser.open(script=False)
    source = browser.driver.execute_cdp_cmd("DOM.getDocument", {"depth": 0})["root"]["nodeId"]
    ask = "DOM.querySelectorAll"

    def count(selector):
        found = browser.driver.execute_cdp_cmd(ask, {"nodeId": source, "selector": selector})
        return len(found["nodeIds"])

    assert count(LEDGER) == len(rows(browser.results / "report/comparison.csv"))
    assert count("figure svg") >= 4
    assert count("#files a[download][href^='data:application/gzip;base64,']") > 20
    assert count("button:not([popovertarget]), select, input") == 0


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_serious(browser, language, dark):
    if not AXE.is_file():
        skip(f"no axe-core here ({AXE}): npm ci --prefix tests/browser")
    browser.open(language, dark=dark)
    browser.run("document.querySelectorAll('details').forEach(d => { d.open = true })")
    browser.run(AXE.read_text(encoding="utf-8"))
    found = browser.driver.execute_async_script("const done = arguments[0]; axe.run().then(done)")
    assert len(found["passes"]) > 15
    serious = [
        (item["id"], item["nodes"][0]["html"][:200])
        for item in found["violations"]
        if item["impact"] in ("serious", "critical")
    ]
    assert serious == []
