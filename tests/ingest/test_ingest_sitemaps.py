"""Sitemap indexes inside others, as sites have them and as traps."""

import time

import pytest

from pipeline.article import Source
from pipeline.errors import SourceError
from pipeline.ingest import discover
from pipeline.ingest.kinds.sitemapindex import choose
from tests.waiting import LONG


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
    found = discover(source(site), client)
    assert len(numbers(found)) == 12
    assert len(site.log) == 1 + 6 + 12
    assert found.notes[0].startswith("24 sitemaps of indexes in its index are not read: ")


def read(site) -> list[str]:
    return [path for path, _ in site.log if path != "/s"]


def named(site, client, *names: str) -> list[str]:
    """The names of the sitemaps that are read of an index, in order; the notes are in `notes`."""
    index(site, "/s", *(f"/{name}.xml" for name in names))
    for number, name in enumerate(names):
        leaf(site, f"/{name}.xml", number)
    notes[:] = discover(source(site), client).notes
    return [path[1:].removesuffix(".xml") for path in read(site)]


notes: list[str] = []


def test_posts_are_read_before_tags_and_authors_and_one_of_each_family(site, client):
    tags = [f"wp-sitemap-taxonomies-post_tag-{n}" for n in range(1, 15)]
    posts = [f"wp-sitemap-posts-post-{n}" for n in (1, 2, 3, 4)]
    others = ["wp-sitemap-posts-page-1", "wp-sitemap-users-1"]
    got = named(site, client, *posts, *others, *tags)
    assert got[:4] == [posts[3], posts[0], posts[2], posts[1]]
    assert sorted(got[4:]) == sorted([*others, tags[-1]])
    assert notes == ["names 20 sitemaps; not read: 13 wp-sitemap-taxonomies-post_tag-*.xml"]


def test_tags_are_read_where_there_is_nothing_else(site, client):
    assert len(named(site, client, *(f"tag-sitemap{n}" for n in range(1, 15)))) == 12
    assert notes == ["names 14 sitemaps; not read: 2 tag-sitemap*.xml"]


@pytest.mark.parametrize(
    "names",
    [
        [f"sitemap-{year}" for year in range(2026, 2001, -1)],
        [f"sitemap-{year}" for year in range(2002, 2027)],
        [f"{year}-{month:02}" for year in (2024, 2025, 2026) for month in range(1, 13)],
        [f"archiv/{year}{month:02}" for year in (2026, 2025, 2024) for month in range(12, 0, -1)],
    ],
)
def test_the_newest_by_the_dates_in_their_names_are_read(site, client, names):
    assert named(site, client, *names) == sorted(names, reverse=True)[:12]


def test_of_many_families_one_each_is_read_and_the_others_told(site, client):
    names = [f"{word}-{n}" for word in "abcdefghijklmno" for n in (1, 2)]
    got = named(site, client, *names)
    assert sorted(got) == [f"{word}-2" for word in "abcdefghijkl"]
    (note,) = notes
    assert note.startswith("names 30 sitemaps; not read: 2 ")
    assert note.endswith(" and 10 other names")


def test_news_sitemaps_come_first_and_fresh_tags_do_not_crowd_out_posts(site, client):
    parts = [("/news-sitemap.xml", ""), ("/sitemap-noticias-1.xml", "2026-01-01")]
    parts += [(f"/sitemap-etiquetas-{n}.xml", "2026-11-28") for n in range(20)]
    text = "".join(
        f"<sitemap><loc>{site.url(path)}</loc><lastmod>{date}</lastmod></sitemap>"
        for path, date in reversed(parts)
    )
    site.page("/s", f"<sitemapindex>{text}</sitemapindex>", ctype="application/xml")
    for number, (path, _) in enumerate(parts):
        leaf(site, path, number)
    found = discover(source(site), client)
    assert read(site)[:2] == ["/news-sitemap.xml", "/sitemap-noticias-1.xml"]
    assert len(read(site)) == 3
    assert found.notes == ("names 22 sitemaps; not read: 19 sitemap-etiquetas-*.xml",)


def test_pages_of_one_sitemap_are_no_lists(site, client):
    paths = [f"/sitemap.xml?page={n}" for n in range(1, 15)]
    index(site, "/s", *paths)
    leaf(site, "/sitemap.xml", 1)
    discover(source(site), client)
    assert read(site)[:2] == ["/sitemap.xml?page=14", "/sitemap.xml?page=1"]
    assert len(read(site)) == 12


def test_an_index_of_any_length_is_chosen_from_in_linear_time():
    began = time.process_time()
    several = [f"https://x.example/sitemap-20240101-{number}.xml" for number in range(50_000)]
    assert choose([(url, None) for url in several], None).read[0] == several[-1]
    assert time.process_time() - began < LONG / 10
