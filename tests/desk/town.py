"""A town's feed, its one source and the feed that is made of it."""

from tests.ingest.site_under_test import Site

SETTINGS = """host_delay = 0
[[sources]]
id = "town"
kind = "feed"
url = "{url}"
[[feeds]]
id = "news"
title = "News"
languages = ["en"]
"""


def announce(site: Site, *paths: str) -> str:
    """Have the site's feed announce these pages; its address."""
    items = "".join(f"<item><link>{site.url(path)}</link></item>" for path in paths)
    return site.page(
        "/feed.xml", f'<rss version="2.0"><channel><title>T</title>{items}</channel></rss>'
    )


def announced(site: Site, *paths: str) -> str:
    """The settings of a feed that announces these pages."""
    return SETTINGS.format(url=announce(site, *paths))
