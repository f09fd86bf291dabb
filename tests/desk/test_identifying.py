"""Pages that are wrong about which article they hold: none is lost, and none comes twice."""

import itertools
from collections.abc import Callable
from pathlib import Path

import feedparser
import pytest

from pipeline.cli.context import open_store
from pipeline.config import load
from pipeline.desk import Desk, Report
from tests.desk import town

SLUGS = ("bridge", "market", "theatre")


def page(slug: str, head: str = "") -> str:
    text = (
        f"The council met on Tuesday and said of the {slug} what was to be said of a {slug} that "
        f"is old, and dear to many people. In the {slug} itself nobody had heard of that."
    )
    return (
        f'<html lang="en"><head><title>The {slug} news</title>{head}</head><body><article>'
        f"<h1>The {slug} news</h1><p>{text}</p><p>“So be it,” said a {slug} keeper at the "
        f"gate, and shut the {slug} for the winter.</p></article></body></html>"
    )


def run(settings: Path, **options: bool) -> Report:
    loaded = load(settings)
    with open_store(loaded) as store:
        return Desk(loaded, store).run(**options)


def entries(settings: Path) -> dict[str, str]:
    """{headline: address} of the feed; no two of an article."""
    content = (settings.parent / "output/news/en.atom").read_bytes()
    parsed = feedparser.parse(content).entries
    assert len({one.title for one in parsed}) == len(parsed)
    assert len({one.id for one in parsed}) == len(parsed)
    return {one.title: one.link for one in parsed}


@pytest.mark.parametrize(
    "head",
    ['<link rel="canonical" href="{}">', '<meta property="og:url" content="{}">'],
    ids=("canonical", "og:url"),
)
@pytest.mark.parametrize("claimed", ["/story-of-the-day", "/index.php?id=1", "/theatre"])
def test_one_address_for_all_pages_is_not_believed(site, write_settings, head, claimed):
    for slug in SLUGS:
        site.page(f"/{slug}", page(slug, head.format(site.url(claimed))))
    settings = write_settings(town.announced(site, *(f"/{one}" for one in SLUGS)))
    report = run(settings)
    assert (report.sources["town"].new, report.sources["town"].changed) == (3, 0)
    assert entries(settings).keys() == {f"The {slug} news" for slug in SLUGS}
    again = run(settings, force=True)
    assert (again.sources["town"].new, again.sources["town"].changed) == (0, 0)


@pytest.mark.parametrize("claimed", ["https://paper.example/", "https://paper.example/blog"])
def test_saved_pages_that_declare_one_address_are_articles_of_their_own(
    tmp_path, write_settings, claimed
):
    folder = tmp_path / "saved"
    folder.mkdir()
    for slug in SLUGS:
        head = f'<meta property="og:url" content="{claimed}">'
        (folder / f"{slug}.html").write_text(page(slug, head), encoding="utf-8")
    settings = write_settings(
        f'[[sources]]\nid = "town"\nkind = "folder"\npath = "{folder}"\n'
        '[[feeds]]\nid = "news"\ntitle = "News"\n'
    )
    assert (run(settings).sources["town"].new, len(entries(settings))) == (3, 3)
    again = run(settings, force=True)
    assert (again.sources["town"].new, again.sources["town"].changed) == (0, 0)


def test_addresses_that_change_with_each_asking_bring_nothing_twice(
    site, write_settings: Callable[..., Path]
):
    visits = itertools.count()

    def announced(_: object) -> str:
        visit = next(visits)
        paths = [f"/{visit}/{slug}" for slug in SLUGS]
        for slug, path in zip(SLUGS, paths, strict=True):
            site.page(path, page(slug))
        items = "".join(f"<item><link>{site.url(path)}</link></item>" for path in paths)
        return f'<rss version="2.0"><channel><title>T</title>{items}</channel></rss>'

    settings = write_settings(town.SETTINGS.format(url=site.page("/feed.xml", announced)))
    assert run(settings).sources["town"].new == 3
    first = entries(settings)
    again = run(settings).sources["town"]
    assert (again.fetched, again.new, again.changed) == (3, 0, 0)
    assert entries(settings) == first


def test_the_same_words_on_another_day_are_another_article(site, write_settings):
    stamp = '<meta property="article:published_time" content="2026-02-0{}T09:00:00Z">'
    for day in (1, 2):
        site.page(f"/weather-{day}", page("weather", stamp.format(day)))
    settings = write_settings(town.announced(site, "/weather-1", "/weather-2"))
    assert run(settings).sources["town"].new == 2


def test_an_edited_article_at_a_second_address_is_the_same(site, write_settings):
    canonical = f'<link rel="canonical" href="{site.url("/bridge")}">'
    site.page("/bridge", page("bridge", canonical))
    edited = page("bridge", canonical).replace("<h1>The bridge news", "<h1>Bridge shut")
    site.page("/bridge-again", edited.replace("<title>The bridge news", "<title>Bridge shut"))
    settings = write_settings(town.announced(site, "/bridge", "/bridge-again"))
    tally = run(settings).sources["town"]
    assert (tally.new, tally.changed) == (1, 1)
