"""Real Chromium over the built page of the tiny review. Without one: skipped, in CI failed."""

import base64
import importlib.util
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest

REQUIRED = "REVIEW_BROWSER_REQUIRED"  # set by .ci/run: no browser is a failure there, and no reason to skip
CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
WIDTHS = (320, 390, 768, 1280, 1440)  # CSS pixels


def skip(reason: str) -> NoReturn:
    """Skip the test, or fail it where the browser is required."""
    pytest.fail(reason) if os.environ.get(REQUIRED) else pytest.skip(reason)


class Browser:
    """A page in Chromium, and what a reader or the page's author would want to know of it."""

    def __init__(self, driver: Any, results: Path, alone: Path) -> None:
        self.driver, self.results, self.alone = driver, results, alone

    def address(self, place: str = "") -> str:
        """Return the address of the page that lies alone in a folder; ``place``: ?query and #fragment."""
        return f"{(self.alone / 'index.html').as_uri()}{place}"

    def open(self, place: str = "", width: int = 1280, dark: bool = False, script: bool = True) -> None:
        screen = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
        self.colours("dark" if dark else "light")
        self.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": not script})
        self.driver.get("about:blank")  # the same address with another fragment would not be loaded again
        self.driver.get(self.address(place))
        if "lang=zh" in place and script:
            self.until(lambda: self.run("return document.documentElement.lang") == "zh-Hans")

    def run(self, script: str, *values: Any) -> Any:
        return self.driver.execute_script(script, *values)

    def colours(self, scheme: str) -> None:
        """Let the system of the reader be light or dark."""
        feature = {"name": "prefers-color-scheme", "value": scheme}
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": [feature]})

    def until(self, true: Callable[[], Any]) -> Any:
        """Return the first true answer; an answer that does not come within some seconds fails the test."""
        end = time.monotonic() + 20
        while not (answer := true()):
            assert time.monotonic() < end, "nothing came"
            time.sleep(0.05)
        return answer

    def settled(self, script: str) -> Any:
        """Return what a script finds as soon as that is nothing, after some seconds what it still finds."""
        for _ in range(50):
            if not (found := self.run(script)):
                break
            time.sleep(0.1)
        return found

    def saved(self, name: str) -> bytes:
        """Return a file that the page saved, as soon as it is whole."""
        path = self.alone / "saved" / name
        return bytes(self.until(lambda: path.is_file() and path.read_bytes()))

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
        done = self.driver.execute_cdp_cmd(
            "Page.printToPDF", {"printBackground": False, "paperWidth": 8.27, "paperHeight": 11.69}
        )
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


@pytest.fixture(scope="session")
def alone(tiny_built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with index.html and nothing else, as somebody has it to whom only the page was sent."""
    folder = tmp_path_factory.mktemp("sent")
    shutil.copy(tiny_built / "results/report/index.html", folder)
    return folder


@pytest.fixture
def browser(chromium: Any, tiny_built: Path, alone: Path) -> Iterator[Browser]:
    """Chromium with the page alone before it, in English, light, 1280 pixels wide."""
    page = Browser(chromium, tiny_built / "results", alone)
    chromium.execute_cdp_cmd(
        "Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(alone / "saved")}
    )
    page.open()
    page.complaints()
    page.requests()
    yield page
    if page.run("return localStorage.length"):
        page.run("localStorage.clear()")
