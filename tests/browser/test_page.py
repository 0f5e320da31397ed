"""The page as its readers meet it: in Chromium, by keyboard, narrow and wide, on paper, in two languages."""

import os
import re
from pathlib import Path

import pytest

from tests.browser.conftest import WIDTHS, skip
from tests.workflow.running import rows

LEDGER = ".ledger tbody tr"
PAGES = ("index.html", "index.zh.html")
# axe-core finds what a reader with a screen reader would stumble over; .ci/run installs it with npm.
AXE = Path(os.environ.get("AXE_CORE", Path(__file__).parent / "node_modules/axe-core/axe.min.js"))


def column(browser, number):
    return [cells[number - 1] for cells in browser.run(
        "return [...document.querySelectorAll('.ledger tbody tr')].filter(r => !r.hidden)"
        ".map(r => [...r.cells].map(c => c.textContent.trim()))")]  # fmt: skip


def head(browser, number):
    return browser.find(f".ledger th:nth-child({number})")


def test_a_table_sorts_up_down_and_back_to_the_order_of_the_review(browser):
    before = column(browser, 2)
    button = head(browser, 2).find_element("tag name", "button")
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


def test_rows_are_filtered_by_all_words_and_the_count_is_told(browser):
    claims = rows(browser.folder / "comparison.csv")
    bar = browser.find("#claims .filter")
    status = bar.find_element("css selector", "[role=status]")
    assert status.text == f"{len(claims)} of {len(claims)} rows"
    word = claims[0]["claim_id"]
    bar.find_element("css selector", "input").send_keys(word.lower())
    shown = [row for row in browser.all(LEDGER) if row.is_displayed()]
    holding = [row for row in browser.all(LEDGER) if word.lower() in row.get_attribute("textContent").lower()]
    assert shown == holding
    assert 0 < len(shown) < len(claims)
    assert status.text == f"{len(shown)} of {len(claims)} rows"


def test_the_box_finds_a_study_by_words_in_any_order_without_accents(browser):
    assert not browser.find("#passport-list").get_attribute("open")
    browser.find("#passport-asked").send_keys("GARCIA carers")
    found = [item for item in browser.all("#passport-list .passport") if item.is_displayed()]
    assert ["García" in item.text and "carers" in item.text for item in found] == [True]
    number = len(rows(browser.folder.parent / "screening/passports.csv"))
    assert browser.find("#passports .filter [role=status]").text == f"1 of {number} records"


def test_the_address_of_a_missed_study_opens_its_explanation(browser):
    (address,) = [
        row["explanation"]
        for row in rows(browser.folder.parent / "screening/recall.csv")
        if row["explanation"]
    ]
    place = address.partition("#")[2]
    assert not browser.find(f"[id='{place}']").get_attribute("open")
    browser.driver.get("about:blank")
    browser.driver.get(f"{(browser.folder / 'index.html').as_uri()}#{place}")
    assert browser.find(f"[id='{place}'] table").is_displayed()


def test_claims_are_chosen_by_their_verdict(browser):
    claims = rows(browser.folder / "comparison.csv")
    select = browser.find("#claims .filter select")
    for verdict in ("differs", "cannot be checked"):
        select.find_element("css selector", f"option[value='{verdict}']").click()
        shown = [row for row in browser.all(LEDGER) if row.is_displayed()]
        assert len(shown) == sum(claim["verdict"] == verdict for claim in claims)


def test_the_reader_changes_the_language_and_comes_back(browser):
    assert browser.run("return document.documentElement.lang") == "en"
    browser.find("a.language").click()
    assert browser.run("return document.documentElement.lang") == "zh-Hans"
    assert browser.find("h2").text == "已发表的论断：逐条核对"
    assert browser.texts("#flow h2") == ["文献筛选流程"]
    browser.find("a.language").click()
    assert browser.find("h2").text == "Published claims, checked"


def test_colours_follow_the_system_until_the_reader_chooses_and_the_choice_is_kept(browser):
    ground = "return getComputedStyle(document.body).backgroundColor"
    light = browser.run(ground)
    browser.open(dark=True)
    dark = browser.run(ground)
    assert dark != light
    browser.find("#theme option[value=light]").click()
    assert browser.run(ground) == light
    browser.open(dark=True)
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
    assert browser.all("dialog") == []
    assert browser.find(f"{figure} svg").is_displayed()
    assert browser.driver.switch_to.active_element == button


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_quiet_and_asks_for_nothing_but_itself(browser, name):
    browser.open(name)
    for button in browser.all("th button, figure button"):
        browser.run("arguments[0].click()", button)
        browser.run("document.querySelector('dialog')?.close()")
    browser.pdf()
    assert browser.complaints() == []
    assert set(browser.requests()) == {(browser.folder / name).as_uri()}


def test_a_script_that_came_in_by_some_way_would_not_run(browser):
    browser.run(
        "const s = document.createElement('script'); s.textContent = 'window.hacked = 1';"
        "document.body.append(s);"
        "const i = new Image(); i.src = 'https://example.org/x.png'; document.body.append(i);"
    )
    assert browser.run("return window.hacked") is None
    assert sum("Content Security Policy" in text for text in browser.complaints()) == 2


def test_a_hostile_title_is_text(browser):
    text = browser.run("return document.body.textContent")
    assert "<script>alert(1)</script> Example of text messages" in text
    assert browser.run("return document.scripts.length") == 1


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_stands_beyond_the_edge_of_a_screen(browser, name, width):
    browser.open(name, width=width)
    browser.run("document.querySelectorAll('details').forEach(d => { d.open = true })")
    assert browser.run("return document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("name", PAGES)
def test_printed_it_opens_what_is_folded_and_leaves_controls_out(browser, name):
    browser.open(name, dark=True)
    assert browser.pdf().startswith(b"%PDF-")
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert browser.run("return [...document.querySelectorAll('details')].every(d => d.open)")
    for control in ("nav", ".tools", ".filter", "figure button"):
        assert not any(item.is_displayed() for item in browser.all(control)), control
    assert browser.run("return getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_without_script_everything_is_there_and_no_dead_control(browser):
    browser.open(script=False)
    source = browser.driver.execute_cdp_cmd("DOM.getDocument", {"depth": 0})["root"]["nodeId"]
    ask = "DOM.querySelectorAll"

    def count(selector):
        found = browser.driver.execute_cdp_cmd(ask, {"nodeId": source, "selector": selector})
        return len(found["nodeIds"])

    assert count(LEDGER) == len(rows(browser.folder / "comparison.csv"))
    assert count("figure svg") >= 4
    assert count("button, select, input") == 0


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_serious(browser, name, dark):
    if not AXE.is_file():
        skip(f"no axe-core here ({AXE}): npm ci --prefix tests/browser")
    browser.open(name, dark=dark)
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
