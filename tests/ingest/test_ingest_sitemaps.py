"""Sitemap indexes inside others, as sites have them and as traps."""

import pytest

from pipeline.article import Source
from pipeline.errors import SourceError
from pipeline.ingest import discover


def source(site, path="/s") -> Source:
    return Source(id="s", kind="sitemap", url=site.url(path))


def index(site, path: str, *paths: str) -> None:
    parts = "".join(f"<sitemap><loc>{site.url(one)}</loc></sitemap>" for one in paths)
    site.page(path, f"<sitemapindex>{parts}</sitemapindex>", ctype="application/xml")


def leaf(site, path: str, *numbers: int) -> None:
    urls = "".join(f"<url><loc>http://x.example/{one}</loc></url>" for one in numbers)
    site.page(path, f"<urlset>{urls}</urlset>", ctype="application/xml")


def numbers(found) -> set[str]:
    return {one.url.removeprefix("http://x.example/") for one in found.references}


def test_an_index_inside_an_index_is_read(site, client):
    index(site, "/s", "/year", "/news")
    index(site, "/year", "/may", "/june")
    leaf(site, "/news", 1)
    leaf(site, "/may", 2)
    leaf(site, "/june", 3, 4)
    found = discover(source(site), client)
    assert numbers(found) == {"1", "2", "3", "4"}
    assert found.problems == ()
    assert discover(source(site), client, found.validators).unchanged
    leaf(site, "/may", 2, 5)
    assert "5" in numbers(discover(source(site), client, found.validators))


def test_indexes_that_name_each_other_are_read_once(site, client):
    index(site, "/s", "/t", "/t", "/a")
    index(site, "/t", "/s", "/t", "/b")
    leaf(site, "/a", 1)
    leaf(site, "/b", 2)
    found = discover(source(site), client)
    assert (numbers(found), found.problems) == ({"1", "2"}, ())
    assert [len(site.asked(path)) for path in ("/s", "/t", "/a", "/b")] == [1, 1, 1, 1]


def test_an_index_of_itself_says_so(site, client):
    index(site, "/s", "/s")
    with pytest.raises(SourceError, match="names nothing but itself"):
        discover(source(site), client)


def test_indexes_that_are_too_deep_are_told(site, client):
    leaf(site, "/a", 1)
    index(site, "/0", "/1", "/a")
    for depth in range(1, 9):
        index(site, f"/{depth}", f"/{depth + 1}")
    found = discover(source(site, "/0"), client)
    assert numbers(found) == {"1"}
    [problem] = found.problems
    assert problem.thing == site.url("/3")
    assert "inside 3 others" in problem.reason
    assert not site.asked("/4")


def test_all_levels_together_are_bounded(site, client):
    index(site, "/s", *(f"/i{n}" for n in range(6)))
    for n in range(6):
        index(site, f"/i{n}", *(f"/l{n}-{m}" for m in range(6)))
        for m in range(6):
            leaf(site, f"/l{n}-{m}", 10 * n + m)
    assert len(numbers(discover(source(site), client))) == 6
    assert len(site.log) == 1 + 12
