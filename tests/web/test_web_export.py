"""The output folder on a web server that knows nothing of babelwire: hosted pages are there.

The servers are Python's own and Debian's nginx, both as they come.
"""

import functools
import threading
from collections.abc import Callable
from datetime import timedelta
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urljoin

import feedparser
import pytest
import requests
from lxml import html
from starlette.testclient import TestClient

from pipeline.article import Translation
from pipeline.cli.context import open_store
from pipeline.config import Settings, load
from pipeline.desk import Report
from pipeline.desk.press import Press
from pipeline.errors import SettingsError
from pipeline.store import Limits, Store
from pipeline.web import StoreBackend, application
from tests.desk.test_archives import NOW, add
from tests.waiting import LONG
from tests.web.test_web_static import running

FEEDS = """
[[sources]]
id = "town"
kind = "urls"
title = "Town Herald"
urls = ["https://news.example.org/0"]
[[feeds]]
id = "news"
title = "News"
limit = 3
languages = ["en", "ar"]
link = "page"
"""


class Handler(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def server(tmp_path: Path):
    """Serves the folder that the output folder is in: what is published is below a path."""
    handler = functools.partial(Handler, directory=tmp_path)
    made = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{made.server_port}/output"
    made.shutdown()
    thread.join()
    made.server_close()


@pytest.fixture
def configure(write_settings: Callable[..., Path], server: str) -> Callable[..., Settings]:
    def settings(feeds: str = FEEDS, top: str = "") -> Settings:
        return load(write_settings(feeds, f'base_url = "{server}/"\n{top}'))

    return settings


def translate(store: Store, article: str, title: str) -> None:
    words = Translation(
        language="ar",
        source_language="en",
        title=title,
        summary="",
        html="<p>أ.</p>",
        models=("en_ar-1.0",),
    )
    store.translations.keep(article, "d", words, NOW)


def publish(settings: Settings, store: Store) -> Report:
    report = Report(started=NOW)
    press = Press(settings, store, report, lambda: NOW)
    press.prepare()
    for feed in settings.feeds:
        for language in feed.languages:
            press.publish(feed, language)
    press.finish()
    assert report.failures == []
    return report


def snapshot(settings: Settings) -> dict[str, tuple[int, int]]:
    """Every file and folder with its inode and date: whatever is written changes one."""
    return {
        str(one.relative_to(settings.output_dir)): (one.stat().st_ino, one.stat().st_mtime_ns)
        for one in settings.output_dir.rglob("*")
    }


def pages(settings: Settings) -> set[str]:
    """The pages there are, as article/language."""
    folder = settings.output_dir / "article"
    return {str(one.parent.relative_to(folder)) for one in folder.rglob("*.html")}


def look(address: str) -> html.HtmlElement:
    response = requests.get(address, timeout=LONG)
    assert (response.status_code, response.headers["content-type"].split(";")[0]) == (
        200,
        "text/html",
    )
    return html.fromstring(response.content)


def test_hosted_links_work_on_any_web_server(configure):
    settings = configure()
    with open_store(settings) as store:
        name = add(store, 1)
        translate(store, name, "العبّارة")
        publish(settings, store)
        root = settings.base_url
        (entry,) = feedparser.parse(
            requests.get(f"{root}/news/ar.rss", timeout=LONG).content
        ).entries
        assert entry.link == f"{root}/article/{name}/ar"
        page = look(entry.link)
        assert (page.get("lang"), page.get("dir")) == ("ar", "rtl")
        assert page.xpath("//h1")[0].text == "العبّارة"
        # What it is dressed with, and where it leads, from the address with the slash as well.
        for address in (entry.link, f"{entry.link}/"):
            own = [
                urljoin(address, one)
                for one in look(address).xpath("//head/link/@href | //a/@href | //img/@src")
            ]
            own = [one for one in own if one.startswith(root)]
            assert f"{root}/assets/style.css" in own and f"{root}/" in own
            for one in own:
                assert requests.get(one, timeout=LONG).status_code == 200, one
        styles = requests.get(f"{root}/assets/style.css", timeout=LONG)
        assert styles.headers["content-type"].startswith("text/css")
        (switch,) = page.xpath("//nav//a[@hreflang='en']/@href")
        other = look(urljoin(entry.link, switch))
        assert (other.get("lang"), other.xpath("//h1")[0].text) == ("en", "T1")
        assert page.xpath("//link[@rel='alternate']/@title") == ["News (العربية)"]
        assert page.xpath("//meta[@name='robots']/@content") == ["noindex"]
        assert not other.xpath("//meta[@name='robots']")


def test_a_page_is_the_servers_page_without_what_needs_a_server(configure):
    settings = configure()
    with open_store(settings) as store:
        name = add(store, 1)
        translate(store, name, "العبّارة")
        publish(settings, store)
        backend = StoreBackend(store, settings.feeds, settings.sources)
        sites = [
            application(settings.output_dir, one, base_url=settings.base_url)
            for one in (backend, None)
        ]
        live, file = (TestClient(site).get(f"/article/{name}/ar") for site in sites)
    assert live.headers["content-type"] == file.headers["content-type"]
    assert "<form" in live.text and "/status" in live.text
    assert "<form" not in file.text and "/status" not in file.text
    for part in ("title", "main", "head/link", "head/meta[@property]"):
        both = [html.fromstring(one.content).xpath(f"//{part}") for one in (live, file)]
        assert [html.tostring(one) for one in both[0]] == [html.tostring(one) for one in both[1]]
    meta = html.fromstring(file.content).xpath("//meta[@http-equiv]/@content")
    assert live.headers["content-security-policy"] == f"{meta[0]}; frame-ancestors 'none'"


def test_what_has_not_changed_is_not_written_and_what_has_is(configure):
    settings = configure()
    with open_store(settings) as store:
        ids = [add(store, number) for number in range(8)]  # of which 3 are shown and 5 archived
        publish(settings, store)
        assert pages(settings) == {f"{one}/en" for one in ids}
        before = snapshot(settings)
        again = publish(settings, store)
        assert (again.written, again.pages) == ([], 0) and snapshot(settings) == before
        translate(store, ids[0], "قديم")  # an archived one: its other page names the language now
        report = publish(settings, store)
        assert report.pages == 2
        changed = {one for one, mark in snapshot(settings).items() if before.get(one) != mark}
        # The index names the latest articles, of which this is none.
        assert {one for one in changed if one.endswith(".html")} - {"index.html"} == {
            f"article/{ids[0]}/{code}/index.html" for code in ("ar", "en")
        }
        translate(store, ids[0], "قديم")  # the same again
        assert publish(settings, store).pages == 0


def test_pages_of_what_the_store_forgets_go(configure):
    settings = configure()
    with open_store(settings) as store:
        ids = [add(store, number) for number in range(5)]
        publish(settings, store)
        limits = Limits(articles=NOW + timedelta(days=1), shown=3)
        store.retention.prune(limits, ["town"])
        publish(settings, store)
        assert pages(settings) == {f"{one}/en" for one in ids[2:]}
        assert (
            requests.get(f"{settings.base_url}/article/{ids[0]}/en", timeout=LONG).status_code
            == 404
        )
        assert not (settings.output_dir / "article" / ids[0]).exists()


def test_pages_of_a_language_that_is_not_published_any_more_go(configure):
    settings = configure()
    with open_store(settings) as store:
        name = add(store, 1)
        translate(store, name, "العبّارة")
        publish(settings, store)
        assert pages(settings) == {f"{name}/ar", f"{name}/en"}
        settings = configure(FEEDS.replace('["en", "ar"]', '["en"]'))
        publish(settings, store)
        assert pages(settings) == {f"{name}/en"}
        assert not look(f"{settings.base_url}/article/{name}/en").xpath("//nav//a[@hreflang]")


def test_lost_pages_are_written_again(configure):
    settings = configure()
    with open_store(settings) as store:
        ids = [add(store, number) for number in range(5)]
        publish(settings, store)
        (settings.output_dir / "article" / ids[4] / "en" / "index.html").unlink()
        assert publish(settings, store).pages == 1
        (settings.output_dir / "article").rename(settings.output_dir / "elsewhere")
        assert publish(settings, store).pages == 5


def test_what_was_archived_before_entries_led_to_pages_has_pages(configure):
    settings = configure(FEEDS.replace('link = "page"', ""))
    with open_store(settings) as store:
        ids = [add(store, number) for number in range(5)]
        publish(settings, store)
        assert pages(settings) == set()
        settings = configure()
        publish(settings, store)
        assert pages(settings) == {f"{one}/en" for one in ids}


def test_pages_are_left_to_the_server_where_the_settings_say_so(configure):
    settings = configure()
    with open_store(settings) as store:
        add(store, 1)
        publish(settings, store)
        settings = configure(top="export_pages = false")
        publish(settings, store)
        assert not (settings.output_dir / "article").exists()
        assert (settings.output_dir / "news" / "en.rss").exists()
        settings = configure()
        publish(settings, store)
        assert len(pages(settings)) == 1


def test_a_page_that_cannot_be_written_is_told_and_written_later(configure):
    settings = configure()
    with open_store(settings) as store:
        name = add(store, 1)
        (settings.output_dir / "article").mkdir(parents=True)
        (settings.output_dir / "article" / name).write_text("in the way")
        report = Report(started=NOW)
        Press(settings, store, report, lambda: NOW).publish(settings.feeds[0], "en")
        assert [one.stage for one in report.failures] == ["publish"]
        assert "news/en.rss" in report.written
        (settings.output_dir / "article" / name).unlink()
        assert publish(settings, store).pages == 1


def test_nothing_of_a_killed_pass_stays(configure):
    settings = configure()
    with open_store(settings) as store:
        add(store, 1)
        publish(settings, store)
        left = settings.output_dir / ".index.html.abcdef"
        left.write_text("half a page")
        publish(settings, store)
        assert not left.exists()


@pytest.mark.parametrize("documented", [False, True], ids=["as it comes", "as documented"])
def test_nginx_serves_the_pages(configure, documented, tmp_path):
    settings = configure()
    with open_store(settings) as store:
        settings = settings.model_copy(
            update={
                "document": settings.document.model_copy(
                    update={"base_url": "https://wire.example.org"}
                )
            }
        )
        name = add(store, 1)
        publish(settings, store)
    with running(settings.output_dir, tmp_path, documented=documented) as root:
        response = requests.get(f"{root}article/{name}/en", timeout=LONG)
        assert response.status_code == 200 and "T1" in response.text
        assert response.headers["content-type"].startswith("text/html")
        assert len(response.history) == (0 if documented else 1)
        styles = requests.get(f"{root}assets/style.css", timeout=LONG)
        assert styles.headers["content-type"].startswith("text/css")
        for missing in ("article/none/en", "article/none", f"article/{name}/xx"):
            assert requests.get(f"{root}{missing}", timeout=LONG).status_code == 404


def test_a_feed_that_leads_to_pages_needs_an_address(write_settings):
    with pytest.raises(SettingsError, match=r'feed "news": link: "page" needs .*base_url'):
        load(write_settings(FEEDS))
    with pytest.raises(SettingsError, match="export_pages: must be true or false"):
        load(write_settings(FEEDS, 'export_pages = "no way"'))
