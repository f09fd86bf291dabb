"""axe-core's rules (WCAG 2.1 A and AA, best practices) on every page, in Chromium.

Light on a telephone and dark in a wide window, in languages of both directions.
"""

import functools
import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer

import pytest

from pipeline.desk.waiting import Waiting
from pipeline.store import Store, sqlite_url
from pipeline.web import Server, StoreBackend, Triggers, application
from tests.waiting import LONG
from tests.web import chromium, showcase
from tests.web.test_web_export import Handler as QuietHandler

axe = pytest.importorskip("axe_core_python.selenium", reason="axe-core-python is not installed")

LACKING = [Waiting(source="sw", target="pt", articles=3, remedy="babelwire models install sw pt")]
# Path below the server, and the language that the browser asks for.
PAGES = {
    "index": ("", "en"),
    "index in Arabic": ("", "ar"),
    "feed": ("feed/news/pt", "en"),
    "feed in Hebrew": ("feed/news/he?page=1", "ar"),
    "empty feed": ("feed/empty/en", "fr"),
    "article": ("article/{english}/en", "en"),
    "translation": ("article/{english}/de", "de"),
    "translation into Arabic": ("article/{english}/ar", "zh"),
    "search": ("search?q=harbour", "en"),
    "search in Arabic": ("search?q=%D8%A7%D9%84%D9%85%D8%B7%D8%B1&language=ar", "ar"),
    "search without a hit": ("search?q=nowhere", "es"),
    "search without words": ("search", "pt"),
    "status": ("status", "en"),
    "status in Arabic": ("status", "ar"),
    "source": ("source/harbour", "en"),
    "source in Arabic": ("source/mina?state=done", "ar"),
    "failing source": ("source/broken", "fr"),
    "RSS in Arabic": ("mina/ar.rss", "ar"),
    "Atom": ("summary/de.atom", "en"),
    "no such page": ("nothing", "de"),
}
FILES = {
    "index as a file": "",
    "translation as a file": "article/{english}/he/",
}


# One browser and one site for all; two of each would take as long to start as all pages take.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("axe")]


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Iterator[tuple[str, str, dict[str, str]]]:
    """The address of the server, that of another one over the output folder, ids of articles."""
    folder = tmp_path_factory.mktemp("axe")
    handler = functools.partial(QuietHandler, directory=folder / "output")
    with (
        Store(sqlite_url(folder / "state")) as store,
        ThreadingHTTPServer(("127.0.0.1", 0), handler) as files,
    ):
        threading.Thread(target=files.serve_forever, daemon=True).start()
        root = f"http://127.0.0.1:{files.server_port}"
        shown = showcase.build(folder, store, root)
        triggers = Triggers(lambda *_: pytest.fail("no pass is asked for"))
        backend = StoreBackend(
            store,
            shown.settings.feeds,
            shown.settings.sources,
            triggers=triggers,
            models=lambda: ["en → pt 1.0"],
            lacking=lambda: LACKING,
            clock=lambda: showcase.NOW,
        )
        token = shown.settings.serve.token
        served = application(shown.settings.output_dir, backend, token=token)
        with Server(served, port=0) as server:
            names = {"english": shown.english, "arabic": shown.arabic}
            yield server.url, f"{root}/", names
        triggers.close()
        files.shutdown()


@pytest.fixture(scope="module")
def browser():
    driver = chromium.start()
    driver.set_script_timeout(LONG)
    yield driver
    driver.quit()


def violations(driver) -> list[str]:
    """What axe-core finds wrong with the page, a line each."""
    found = axe.Axe().run(driver)
    assert len(found["passes"]) > 5  # it has looked
    return [
        f"{one['id']}: {node['html']} {node['failureSummary']}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


def look(driver, address: str) -> list[str]:
    """The violations of a page on a telephone and in a dark, wide window."""
    found = []
    for width, dark in ((360, False), (1280, True)):
        with chromium.shown_as(driver, width, 800, dark=dark, telephone=width < 500):
            chromium.visit(driver, address)
            assert driver.execute_script("return document.documentElement.scrollWidth") <= width
            found += violations(driver)
    return found


@pytest.mark.parametrize("page", PAGES)
def test_no_page_breaks_a_rule(site, browser, page):
    path, language = PAGES[page]
    chromium.speaks(browser, language)
    assert look(browser, site[0] + path.format(**site[2])) == []


@pytest.mark.parametrize("page", FILES)
def test_no_page_that_is_a_file_breaks_a_rule(site, browser, page):
    assert look(browser, site[1] + FILES[page].format(**site[2])) == []


def test_what_breaks_a_rule_is_found(site, browser):
    chromium.visit(browser, site[0])
    browser.execute_script(
        "const heading = document.querySelector('h1');"
        "Object.assign(heading.style, {color: '#ccc', background: '#fff'});"
        "heading.append(document.createElement('img'));"
    )
    found = " ".join(violations(browser))
    assert "color-contrast" in found and "image-alt" in found
