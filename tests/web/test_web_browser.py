"""The pages in headless Chromium, driven by Selenium, over a real store and a real socket."""

import functools
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import ThreadingHTTPServer
from threading import Event

import pytest

from pipeline.desk import Report
from pipeline.store import Store, sqlite_url
from pipeline.syndicate import FORMATS, STYLESHEET_NAME, path, stylesheet
from pipeline.syndicate.pages import ASSETS, article_page, asset, page_path, pagestrings
from pipeline.web import Server, StoreBackend, Triggers, application
from tests.waiting import LONG, until
from tests.web import chromium
from tests.web.test_web_export import Handler as QuietHandler
from tests.web.test_web_storebackend import FEEDS, NOW, SOURCES, entries_of, fill
from tests.web.values import STORY

TOKEN = "a-token-for-the-tests"


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Iterator[tuple[str, str, list[tuple[str, ...]]]]:
    """The server's address, an article's id, the passes that were asked for."""
    folder, asked, go = tmp_path_factory.mktemp("browser"), [], Event()

    def run(sources, say):
        asked.append(tuple(sources))
        store.passes.start(list(sources), NOW)  # as a desk does
        go.wait(LONG)
        return Report(started=NOW)

    (folder / "world").mkdir()
    (folder / STYLESHEET_NAME).write_bytes(stylesheet())
    with Store(sqlite_url(folder / "state")) as store:
        article = fill(store, 1)
        for language in FEEDS[0].languages:
            entries = entries_of(store, language)
            for form in FORMATS:
                file = folder / path(FEEDS[0], language, form.suffix)
                file.write_bytes(form.build(FEEDS[0], language, entries))
        triggers = Triggers(run)
        backend = StoreBackend(
            store,
            FEEDS,
            SOURCES,
            triggers=triggers,
            running=lambda _: True,
            clock=lambda: NOW,
        )
        with Server(application(folder, backend, token=TOKEN), port=0) as server:
            yield server.url, article, asked
        go.set()
        triggers.close()


@pytest.fixture(scope="module")
def browser():
    driver = chromium.start()
    yield driver
    driver.quit()


@pytest.fixture(autouse=True)
def no_complaints(browser):
    """Whatever a test does, the browser has nothing to say: no refused style, no missing file."""
    chromium.complaints(browser)
    yield
    assert chromium.complaints(browser) == []


def style(browser, selector, name):
    script = "return getComputedStyle(document.querySelector(arguments[0]))[arguments[1]]"
    return browser.execute_script(script, selector, name)


def links(browser, text):
    return browser.find_elements("partial link text", text)


def test_from_the_index_to_a_feed_that_says_how_to_subscribe(site, browser):
    chromium.visit(browser, site[0])
    assert browser.find_element("tag name", "h1").text == "Feeds"
    headings = [one.text for one in browser.find_elements("css selector", "main h2")]
    assert headings == ["English", "العربية"]  # the reader's own language first
    browser.find_element("css selector", "a[href='/world/ar.rss']").click()
    until(lambda: browser.current_url.endswith("/world/ar.rss"))
    chromium.arrived(browser)
    assert browser.execute_script("return document.contentType") == "text/xml"
    assert "خلاصة" in browser.find_element("css selector", ".subscribe").text
    assert style(browser, ".feed-page", "direction") == "rtl"
    titles = browser.find_elements("css selector", ".headlines a")
    assert [one.text for one in titles] == ["عبّارة 1"] and titles[0].is_displayed()
    assert titles[0].get_attribute("href") == "https://news.example.org/1"  # and can be clicked
    date = browser.find_element("css selector", ".headlines time")
    assert date.get_attribute("textContent") == pagestrings.day(NOW, "ar")
    for hidden in ("item > title", "item > guid", "channel > title"):
        assert not browser.find_element("css selector", hidden).is_displayed()
    browser.back()
    until(lambda: browser.current_url == site[0])
    chromium.arrived(browser)
    browser.find_element("css selector", "a[href='/world/en.atom']").click()
    until(lambda: browser.current_url.endswith("/world/en.atom"))
    chromium.arrived(browser)
    assert browser.find_element("css selector", ".headlines a").text == "Ferry 1"
    assert browser.find_element("css selector", ".headlines time").text == "Mar 1, 2026"


def test_an_article_in_two_languages_side_by_side(site, browser):
    address, article, _ = site
    browser.set_window_size(1200, 900)
    chromium.visit(browser, f"{address}article/{article}/en")
    assert browser.find_element("tag name", "h1").text == "Ferry 1"
    links(browser, "العربية")[0].click()
    until(lambda: browser.current_url.endswith(f"/article/{article}/ar"))
    chromium.arrived(browser)
    ours, theirs = (
        browser.find_element("css selector", f".pairs > .{x}") for x in ("ours", "theirs")
    )
    assert ours.rect["x"] > theirs.rect["x"], "the translation is first, and so at the right"
    assert abs(ours.rect["y"] - theirs.rect["y"]) < 1
    paragraphs = [one.find_element("tag name", "p").rect["y"] for one in (ours, theirs)]
    assert abs(paragraphs[0] - paragraphs[1]) < 1
    browser.set_window_size(500, 900)
    assert ours.rect["y"] < theirs.rect["y"]


def test_a_page_in_arabic_runs_from_right_to_left(site, browser):
    address, article, _ = site
    browser.set_window_size(1200, 900)
    chromium.speaks(browser, "ar")
    chromium.visit(browser, f"{address}article/{article}/ar")
    chromium.speaks(browser, "en")
    root = browser.find_element("tag name", "html")
    assert (root.get_attribute("lang"), root.get_attribute("dir")) == ("ar", "rtl")
    assert style(browser, "h1", "direction") == "rtl"
    home = browser.find_element("class name", "home")
    search = browser.find_element("css selector", "input[type=search]")
    assert home.rect["x"] > search.rect["x"]


@pytest.mark.parametrize(
    "page",
    ["", "feed/world/ar", "article/{}/ar", "search?q=ferry", "status", "source/s", "world/ar.rss"],
)
def test_no_page_is_wider_than_a_small_telephone(site, browser, page):
    # WCAG 2.2, 1.4.10: 320 CSS pixels without scrolling in two dimensions.
    with chromium.shown_as(browser, 320, 640, telephone=True):
        chromium.visit(browser, site[0] + page.format(site[1]))
        assert browser.execute_script("return document.documentElement.scrollWidth") <= 320


def test_the_keyboard_reaches_the_content_first(site, browser):
    chromium.visit(browser, site[0])
    keys = chromium.webdriver.ActionChains(browser)
    keys.send_keys("\ue004").perform()  # Tab
    skip = browser.switch_to.active_element
    assert skip.get_attribute("href").endswith("#content") and skip.rect["x"] >= 0
    keys.send_keys("\ue007").perform()  # Enter
    until(lambda: browser.current_url.endswith("#content"))


def test_a_search_finds_the_article(site, browser):
    chromium.visit(browser, site[0])
    box = browser.find_element("css selector", "input[type=search]")
    box.send_keys("ferry\ue007")
    until(lambda: "/search?q=ferry" in browser.current_url)
    chromium.arrived(browser)
    links(browser, "Ferry 1")[0].click()
    until(lambda: browser.current_url.endswith(f"/article/{site[1]}/en"))


def test_the_status_page_shows_the_desk_and_starts_a_pass(site, browser):
    chromium.visit(browser, f"{site[0]}status")
    assert browser.find_element("css selector", ".figures dd").text == "1"
    assert "The Wire" in browser.find_element("tag name", "table").text
    for bar in (".chart rect", ".days rect.part"):
        assert browser.find_element("css selector", bar).size["width"] > 10
    browser.find_element("id", "source").send_keys("The Wire")
    browser.find_element("id", "token").send_keys(TOKEN)
    browser.find_element("css selector", ".trigger button").click()
    until(lambda: "?run=" in browser.current_url)
    chromium.arrived(browser)
    assert browser.find_element("css selector", "[role=status]").is_displayed()
    until(lambda: site[2] == [("s",)])
    browser.refresh()
    chromium.arrived(browser)
    rows = browser.find_elements("css selector", "table tbody tr")
    assert any("running" in row.text for row in rows)


def test_a_page_that_is_a_file_is_dressed_and_safe_by_itself(browser, tmp_path):
    """On a server that sends no rules along, below a path, at the address with a slash."""
    folder = tmp_path / "wire"
    handler = functools.partial(QuietHandler, directory=tmp_path)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        root = f"http://127.0.0.1:{server.server_port}/wire"
        told = replace(STORY, html="<p>x</p><script>document.title = 'ran'</script>", pairs=None)
        for language in told.languages:
            page = folder / page_path(told.article, language) / "index.html"
            page.parent.mkdir(parents=True)
            page.write_text(article_page(replace(told, language=language), root, live=False))
        (folder / "assets").mkdir()
        for name in ASSETS:
            (folder / "assets" / name).write_bytes(asset(name))
        chromium.visit(browser, f"{root}/article/1/ar")
        assert browser.current_url == f"{root}/article/1/ar/"
        assert browser.find_element("tag name", "main").value_of_css_property("max-width") != "none"
        assert browser.title != "ran"  # were anything to slip through, it would not run
        assert "script" in "".join(one["message"] for one in browser.get_log("browser"))
        browser.find_element("css selector", "nav a[hreflang=en]").click()
        until(lambda: browser.current_url == f"{root}/article/1/en/")
        chromium.arrived(browser)
        assert browser.find_element("tag name", "html").get_attribute("dir") == "ltr"
        browser.get_log("browser")
        server.shutdown()
