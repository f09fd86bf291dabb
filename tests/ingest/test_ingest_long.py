"""Addresses that are too long for a database: told, and the others come in."""

import pytest
from asking import addresses, rss, source

from pipeline.article import Source
from pipeline.ingest import discover

LONG_PATH = "a/" * 1_500
GOOD = "http://x.example/good"


def item(link: str) -> str:
    return f"<item><title>T</title><link>{link}</link></item>"


@pytest.mark.parametrize(
    "link",
    ["http://x.example/" + LONG_PATH, "http://x.example/?q=" + "ж" * 1_200, f"/{LONG_PATH}"],
)
def test_an_entry_with_too_long_an_address_is_a_problem(site, client, link):
    site.page("/s", rss(item(link), item(GOOD)), content_type="application/rss+xml")
    found = discover(source(site, "feed"), client)
    assert addresses(found) == [GOOD]
    [problem] = found.problems
    assert "too long an address" in str(problem) and "2,048" in str(problem)
    assert len(str(problem)) < 500


def test_an_excluded_address_may_be_as_long_as_it_likes(site, client):
    link = "http://x.example/track/" + LONG_PATH
    site.page("/s", rss(item(link), item(GOOD)), content_type="application/rss+xml")
    found = discover(source(site, "feed", exclude=("*/track/*",)), client)
    assert addresses(found) == [GOOD] and not found.problems


def test_a_sitemap_and_a_list_with_too_long_an_address(site, client):
    link = "http://x.example/" + LONG_PATH
    entries = "".join(f"<url><loc>{one}</loc></url>" for one in (link, GOOD))
    site.page("/s", f"<urlset>{entries}</urlset>", content_type="application/xml")
    for asked in (source(site, "sitemap"), Source(id="s", kind="urls", urls=(link, GOOD))):
        found = discover(asked, client)
        assert addresses(found) == [GOOD] and len(found.problems) == 1
