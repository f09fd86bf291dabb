"""Which entry is which article: by guid, address and text, as docs/sources.md has it in a table."""

import itertools
from pathlib import Path

import feedparser
import pytest

from pipeline.cli.context import open_store
from pipeline.config import load
from pipeline.desk import Desk, Report
from tests.desk import town
from tests.ingest.site_under_test import Site

WORDS = {
    "bridge": "ferry planks tide rope",
    "market": "apple stall cheese crowd",
    "theatre": "stage curtain actor applause",
}


def text(slug: str) -> str:
    return "".join(
        f"<p>The council met on {day} and spoke of the {slug}, of {WORDS[slug]}, and of nothing "
        f"but the {slug} and its {WORDS[slug].split()[number % 4]} for an hour.</p>"
        for number, day in enumerate(("Monday", "Tuesday", "Thursday", "Friday", "Sunday"))
    )


def page(slug: str, title: str = "") -> str:
    title = title or f"The {slug} news"
    return (
        f'<html lang="en"><head><title>{title}</title></head><body><article><h1>{title}</h1>'
        f"{text(slug)}</article></body></html>"
    )


def item(link: str, guid: str, slug: str, title: str = "", *, full: bool = True) -> str:
    content = f"<content:encoded><![CDATA[{text(slug)}]]></content:encoded>" if full else ""
    return (
        f"<item><title>{title or f'The {slug} news'}</title>"
        + (f"<link>{link}</link>" if link else "")
        + (f'<guid isPermaLink="false">{guid}</guid>' if guid else "")
        + f"{content}</item>"
    )


def feed(site: Site, *items: str) -> str:
    return site.page(
        "/feed.xml",
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>T</title><link>{site.url('/')}</link>{''.join(items)}</channel></rss>",
    )


def run(settings: Path, **options: bool) -> Report:
    loaded = load(settings)
    with open_store(loaded) as store:
        return Desk(loaded, store).run(**options)


def entries(settings: Path) -> dict[str, tuple[str, str]]:
    """{id: (headline, address)} of the feed."""
    content = (settings.parent / "output/news/en.atom").read_bytes()
    return {one.id: (one.title, one.link) for one in feedparser.parse(content).entries}


@pytest.fixture
def settings(site, write_settings) -> Path:
    return write_settings(town.SETTINGS.format(url=site.url("/feed.xml")))


# guid, link and text of a second announcement, each "same" or "other"; what becomes of it.
TABLE = [
    (*sames, outcome)
    for sames, outcome in zip(
        itertools.product(("same", "other"), repeat=3),
        ("same", "changed", "moved", "moved", "same", "new", "same", "new"),
        strict=True,
    )
]


@pytest.mark.parametrize(("guid", "link", "words", "outcome"), TABLE)
def test_every_row_of_the_table(site, settings, guid, link, words, outcome):
    first, second = site.url("/news/one"), site.url("/news/two" if link == "other" else "/news/one")
    slug = "market" if words == "other" else "bridge"
    site.page("/news/one", page("bridge"))
    feed(site, item(first, "g-1", "bridge", full=False))
    assert run(settings).sources["town"].new == 1
    before = entries(settings)
    site.page("/news/one", page("bridge"))
    site.page(second.removeprefix(site.url("")), page(slug))
    feed(site, item(second, "g-1" if guid == "same" else "g-2", slug, full=False))
    # The same words at once, a change of a page when it is looked at again.
    report = run(settings, force=outcome == "changed").sources["town"]
    after = entries(settings)
    if outcome == "new":
        assert (report.new, len(after)) == (1, 2)
        assert before.items() <= after.items()
    else:
        assert report.new == 0
        assert after.keys() == before.keys()
    if outcome == "moved":
        assert [link for _, link in after.values()] == [second]
    title = f"The {slug} news"
    assert title in {one for one, _ in after.values()}


def test_entries_of_one_address_are_articles_of_their_own(site, settings):
    link = site.url("/releases")
    site.page("/releases", page("bridge", "All releases"))
    feed(site, *(item(link, f"v/{n}", slug) for n, slug in enumerate(WORDS)))
    assert run(settings).sources["town"].new == 3
    found = entries(settings)
    assert {title for title, _ in found.values()} == {f"The {slug} news" for slug in WORDS}
    assert all(address.startswith(f"{link}#") for _, address in found.values())
    # One by one they leave the feed; nobody takes another's place.
    for left in (2, 1):
        feed(site, *(item(link, f"v/{n}", slug) for n, slug in enumerate(list(WORDS)[:left])))
        again = run(settings, force=True).sources["town"]
        assert (again.new, again.changed) == (0, 0)
    assert entries(settings) == found


def test_fragments_tell_entries_without_guids_apart(site, settings):
    feed(site, *(item(site.url(f"/notes#{slug}"), "", slug) for slug in WORDS))
    assert run(settings).sources["town"].new == 3
    links = {address for _, address in entries(settings).values()}
    assert links == {site.url(f"/notes#{slug}") for slug in WORDS}


def test_one_guid_for_a_whole_feed_is_not_believed(site, settings):
    for slug in WORDS:
        site.page(f"/{slug}", page(slug))
    feed(site, *(item(site.url(f"/{slug}"), "urn:feed", slug, full=False) for slug in WORDS))
    assert run(settings).sources["town"].new == 3


def test_guids_that_change_with_every_visit_bring_nothing_twice(site, settings):
    for slug in WORDS:
        site.page(f"/{slug}", page(slug))
    for visit in range(3):
        found = (item(site.url(f"/{slug}"), f"{slug}-{visit}", slug, full=False) for slug in WORDS)
        feed(site, *found)
        assert run(settings).sources["town"].new == (0 if visit else 3)


def test_an_entry_without_a_link_is_an_article_if_the_feed_has_its_text(site, settings):
    feed(site, item("", "episode 1", "bridge"), item("", "", "market"))
    report = run(settings)
    assert report.sources["town"].new == 1
    assert [str(one) for one in report.failures if "without a link" in str(one)]
    ((_, link),) = entries(settings).values()
    assert link == site.url("/#episode%201")


def test_an_entry_that_is_given_another_title_is_looked_at_at_once(site, settings):
    site.page("/a", page("bridge"))
    feed(site, item(site.url("/a"), "g", "bridge", full=False))
    run(settings)
    site.page("/a", page("bridge", "Bridge shut for good"))
    feed(site, item(site.url("/a"), "g", "bridge", "Bridge shut for good", full=False))
    assert run(settings).sources["town"].changed == 1
    assert [title for title, _ in entries(settings).values()] == ["Bridge shut for good"]


@pytest.mark.parametrize("place", ["/", "/en/", "/news/", "/news", "/market"])
def test_a_page_that_redirects_elsewhere_is_gone_and_its_text_stays(site, settings, place):
    site.page(place, page("market", "All the news of the day"))
    site.page("/news/bridge", page("bridge"))
    feed(site, item(site.url("/news/bridge"), "g", "bridge", full=False))
    run(settings)
    before = entries(settings)
    site.page("/news/bridge", "", status=302, Location=place)
    report = run(settings, force=True).sources["town"]
    assert (report.gone, report.changed) == (1, 0)
    assert entries(settings) == before
    site.page("/news/bridge", page("bridge"))  # it is back
    assert run(settings, force=True).sources["town"].gone == 0


@pytest.mark.parametrize("place", ["/", "/news", "/market"])
def test_a_new_entry_that_leads_elsewhere_is_rejected_with_the_reason(site, settings, place):
    site.page(place, page("market", "All that is on the stalls"))
    site.page("/news/bridge", "", status=302, Location=place)
    feed(
        site,
        item(site.url("/news/bridge"), "g", "bridge", full=False),
        *([item(site.url(place), "m", "market", full=False)] if place == "/market" else []),
    )
    report = run(settings)
    assert report.sources["town"].rejected == 1
    assert any("redirects to" in str(one) for one in report.failures)


def test_an_entry_that_leads_to_another_of_a_similar_title_is_rejected(site, settings):
    titles = [f"Notes from the harbour and its ships, part {number}" for number in (1, 2)]
    site.page("/part-2", page("market", titles[1]))
    site.page("/part-1", "", status=302, Location="/part-2")
    items = (
        item(site.url(f"/part-{number}"), f"g{number}", "market", title, full=False)
        for number, title in enumerate(titles, 1)
    )
    feed(site, *items)
    report = run(settings).sources["town"]
    assert (report.new, report.rejected) == (1, 1)
    assert [title for title, _ in entries(settings).values()] == titles[1:]


@pytest.mark.parametrize("place", ["/2026/bridge", "/news/bridge-news-17", "/short"])
def test_an_article_at_a_new_address_is_followed(site, settings, place):
    site.page(place, page("bridge"))
    site.page("/news/bridge", "", status=301, Location=place)
    feed(site, item(site.url("/news/bridge"), "g", "bridge", full=False))
    assert run(settings).sources["town"].new == 1


def test_an_article_of_two_sources_is_changed_by_its_owner_only(site, write_settings):
    site.page("/a", page("bridge"))
    second = town.SETTINGS.format(url=feed(site, item(site.url("/a"), "g", "bridge", full=False)))
    block = second[second.index("[[sources]]") : second.index("[[feeds]]")]
    other = block.replace('"town"', '"village"').replace("/feed.xml", "/other.xml")
    site.routes["/other.xml"] = site.routes["/feed.xml"]
    settings = write_settings(second.replace("[[feeds]]", f'{other}remove = ["p"]\n[[feeds]]'))
    # What one of the sources makes of the page differs: it takes paragraphs out.
    settings.write_text(settings.read_text("utf-8").replace('remove = ["p"]', 'remove = ["p + p"]'))
    run(settings)
    for _ in range(2):
        report = run(settings, force=True)
        assert [report.sources[one].changed for one in ("town", "village")] == [0, 0]


def test_a_page_that_failed_once_and_has_not_changed_is_what_it_was(site, settings):
    def conditional(handler):
        if handler.headers.get("If-None-Match") == '"1"':
            handler.reply("", status=304)
        else:
            handler.reply(page("bridge"), ETag='"1"')

    site.routes["/a"] = conditional
    feed(site, item(site.url("/a"), "g", "bridge", full=False))
    run(settings)
    with open_store(load(settings)) as store:
        (known,) = store.references.named("town", [site.url("/a")])
        store.references.failed(known, "HTTP 500", known.first_seen)
    assert run(settings).sources["town"].unchanged == 1
    with open_store(load(settings)) as store:
        (known,) = store.references.named("town", [site.url("/a")])
        assert (known.state, known.attempts, known.error) == ("done", 0, None)
        store.references.gone(known, "HTTP 404", known.first_seen)
        assert store.articles.gone()
        (known,) = store.references.named("town", [site.url("/a")])
        store.references.unchanged(known, known.first_seen)
        assert not store.articles.gone()


def test_the_text_of_a_feed_stays_where_the_site_refuses_its_pages(site, settings):
    site.page("/a", "no", status=403)
    feed(site, item(site.url("/a"), "g", "bridge"))
    assert run(settings).sources["town"].new == 1
    feed(site)  # the entry has left the feed, and its page is looked at again
    with open_store(load(settings)) as store:
        (known,) = store.references.named("town", [site.url("/a")])
        store.references.again({}, [known.id], [])
    report = run(settings)
    assert (report.sources["town"].failed, report.exit_code) == (0, 0)
    with open_store(load(settings)) as store:
        assert store.references.counts() == {("town", "done"): 1}


def test_an_address_that_is_written_in_another_way_is_no_move(site, settings):
    site.page("/a", page("bridge"))
    for mark in ("", "?utm_source=rss", "?utm_source=mail"):
        feed(site, item(site.url(f"/a{mark}"), "g", "bridge", full=False))
        run(settings)
    feed(site, item(site.url("/a/"), "g", "bridge", full=False))
    run(settings)
    assert len(site.asked("/a")) == 1 and not site.asked("/a/")
