"""Debian's Chromium, driven by Selenium. Who imports this is skipped where there is none."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.waiting import until

exceptions = pytest.importorskip("selenium.common.exceptions", reason="selenium is not installed")
webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
BROWSER, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
if not BROWSER or not DRIVER:
    pytest.skip(
        "there is no browser (Debian: apt-get install chromium chromium-driver)",
        allow_module_level=True,
    )


def start() -> Any:
    """A headless browser whose log is kept. Call its `quit`."""
    options = webdriver.ChromeOptions()
    options.binary_location = BROWSER
    arguments = ["--headless=new", "--disable-dev-shm-usage", "--disable-gpu", "--lang=en"]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")  # Chromium's sandbox refuses to run as root
    for argument in arguments:
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))


def visit(driver: Any, address: str) -> None:
    """Open a page, and wait until it is there: see `arrived`."""
    driver.get(address)
    arrived(driver)


def arrived(driver: Any) -> None:
    """Wait until the page that was asked for can be asked about itself.

    Chromium says that a feed (XML) is loaded before it has a root element, and scripts that need
    one then fail; and a link that was clicked may not have led anywhere yet.
    """
    script = "return document.readyState == 'complete' && document.documentElement != null"

    def is_there() -> bool:
        try:
            return bool(driver.execute_script(script))
        except exceptions.JavascriptException:  # between two documents
            return False

    until(is_there, "the page")


@contextmanager
def shown_as(
    driver: Any, width: int, height: int, *, dark: bool = False, telephone: bool = False
) -> Iterator[None]:
    """The browser with a window of this size (CSS pixels) and colour scheme, for the block."""
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": telephone}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    try:
        yield
    finally:
        driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def speaks(driver: Any, language: str) -> None:
    """Have the browser ask for pages in this language (Accept-Language)."""
    driver.execute_cdp_cmd("Network.enable", {})
    headers = {"Accept-Language": language}
    driver.execute_cdp_cmd("Network.setExtraHTTPHeaders", {"headers": headers})


def complaints(driver: Any) -> list[Any]:
    """What the browser has warned of since the last call: a refused style, a missing file."""
    return [line for line in driver.get_log("browser") if line["level"] in ("WARNING", "SEVERE")]
