"""Real Chromium over the built page of the tiny review. Without one: skipped, in CI failed."""

import base64
import importlib.util
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest

REQUIRED = "REVIEW_BROWSER_REQUIRED"  # set by .ci/run: no browser is a failure there, and no reason to skip
CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
WIDTHS = (320, 375, 768, 1024, 1280, 1920)  # CSS pixels


def skip(reason: str) -> NoReturn:
    """Skip the test, or fail it where the browser is required."""
    pytest.fail(reason) if os.environ.get(REQUIRED) else pytest.skip(reason)


class Browser:
    """A page in Chromium, and what a reader or the page's author would want to know of it."""

    def __init__(self, driver: Any, folder: Path) -> None:
        self.driver, self.folder = driver, folder

    def open(
        self, name: str = "index.html", width: int = 1280, dark: bool = False, script: bool = True
    ) -> None:
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        screen = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": [scheme]})
        self.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": not script})
        self.driver.get((self.folder / name).as_uri())

    def run(self, script: str, *values: Any) -> Any:
        return self.driver.execute_script(script, *values)

    def find(self, selector: str) -> Any:
        return self.driver.find_element("css selector", selector)

    def all(self, selector: str) -> list[Any]:
        return self.driver.find_elements("css selector", selector)

    def texts(self, selector: str) -> list[str]:
        """Return the texts of what is shown."""
        return [item.text for item in self.all(selector) if item.is_displayed()]

    def complaints(self) -> list[str]:
        """Return what Chromium's console says since the last question."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def requests(self) -> list[str]:
        """Return the addresses asked for since the last question."""
        found = []
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                found.append(message["params"]["request"]["url"])
        return found

    def pdf(self) -> bytes:
        done = self.driver.execute_cdp_cmd("Page.printToPDF", {"printBackground": False})
        return base64.b64decode(done["data"])


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One Chromium for all tests."""
    selenium = importlib.util.find_spec("selenium")
    named = {"chromium": CHROMIUM, "chromium-driver": DRIVER, "selenium": selenium}
    lacking = [name for name, found in named.items() if not found]
    if lacking:
        skip(f"no browser here: {', '.join(lacking)} not installed (Debian: chromium, chromium-driver)")
    from selenium import webdriver  # late: it needs not be there where these tests are skipped

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1280,900"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    driver.set_script_timeout(300)  # seconds: axe-core takes its time on a busy machine
    yield driver
    driver.quit()


@pytest.fixture
def browser(chromium: Any, tiny_built: Path) -> Iterator[Browser]:
    """Chromium with the built page before it, in English, light, 1280 pixels wide."""
    page = Browser(chromium, tiny_built / "results/report")
    page.open()
    page.run("localStorage.clear()")
    page.open()
    page.complaints()
    page.requests()
    yield page
    page.open()
    page.run("localStorage.clear()")
