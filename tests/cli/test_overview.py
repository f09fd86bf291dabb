"""`babelwire status` over a store that is filled by hand."""

from datetime import UTC, datetime, timedelta

from pipeline.article import Article, Page, Reference
from pipeline.cli.context import open_store
from pipeline.cli.overview import overview
from pipeline.config import load
from pipeline.store import SourceState
from pipeline.web.storebackend import StoreBackend
from tests.conftest import babelwire
from tests.desk import town

NOW = datetime.now(UTC)


def test_a_silent_source_is_marked_and_each_shows_its_newest_article(write_settings):
    path = write_settings(
        town.SETTINGS.format(url="https://news.example/feed.xml").replace(
            "[[feeds]]",
            '[[sources]]\nid = "daily"\nkind = "feed"\nurl = "https://daily.example/"\n[[feeds]]',
        )
    )
    settings = load(path)
    with open_store(settings) as store:
        for name, pause in (("town", 40), ("daily", 1)):
            for number in range(8):
                url = f"https://news.example/{name}/{number}"
                reference = Reference(source=name, url=url)
                store.references.announce([reference], NOW)
                [known] = store.references.named(name, [url])
                date = NOW - timedelta(days=pause + number)
                article = Article(url=url, title=url, html="", text="", published=date)
                page = Page(reference=reference, url=url, content=b"x")
                store.articles.keep(known, page, article, url, NOW)
            store.sources.succeeded(name, SourceState(last_run=NOW, last_success=NOW))
        found = {one["id"]: one for one in overview(settings, store)["sources"]}
        health = {one.id: one for one in StoreBackend(store, (), settings.sources).status().sources}
    assert {name: one["silent"] for name, one in found.items()} == {"town": True, "daily": False}
    assert {name: one.silent for name, one in health.items()} == {"town": True, "daily": False}
    newest = NOW - timedelta(days=40)
    assert found["town"]["newest"] == newest.isoformat(timespec="seconds")
    assert health["town"].newest == newest
    assert found["town"]["rhythm"] == 86_400
    shown = babelwire("-c", path, "status").stdout
    town_, daily = shown[shown.index("  town") : shown.index("  daily")], shown.partition("  daily")
    assert "is silent" in town_
    assert "is silent" not in daily[2]
    assert f"newest article {newest:%Y-%m-%d}" in town_
