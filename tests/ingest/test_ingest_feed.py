"""Feeds and lists of addresses, from a real server on loopback."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.article import Source
from pipeline.errors import SourceError
from pipeline.ingest import discover, fetch


def rss(*items: str, head: str = '<?xml version="1.0" encoding="utf-8"?>', language="en-GB") -> str:
    return (
        f'{head}<rss version="2.0"><channel><title>Courier</title><link>http://x.example/</link>'
        f"<language>{language}</language>{''.join(items)}</channel></rss>"
    )


def item(
    title: str, link: str, date: str = "Fri, 20 Nov 2026 08:30:00 +0100", more: str = ""
) -> str:
    return f"<item><title>{title}</title><link>{link}</link><pubDate>{date}</pubDate>{more}</item>"


@pytest.fixture
def source(site):
    return Source(id="courier", kind="feed", url=site.url("/feed"))


def find(site, client, source, body, ctype="application/rss+xml"):
    site.page("/feed", body, ctype=ctype)
    return discover(source, client)


def test_a_feed_gives_references_and_their_pages(site, client, source):
    site.page("/one", "<p>One</p>")
    found = find(site, client, source, rss(item("One &amp; only", site.url("/one"))))
    (one,) = found.references
    assert one.title == "One & only"
    assert one.published == datetime(2026, 11, 20, 7, 30, tzinfo=UTC)
    assert (one.source, one.language) == ("courier", "en")
    page = fetch(one, client)
    assert page.content == b"<p>One</p>"
    assert page.charset == "utf-8"
    assert fetch(one, client, page.validators) is None


def test_an_unchanged_feed_says_so(site, client, source):
    body = rss(item("One", site.url("/one")))
    first = find(site, client, source, body)
    again = discover(source, client, first.validators)
    assert again.unchanged
    assert again.references == ()


def test_atom_with_bases_and_markup_in_the_title(site, client, source):
    body = f"""<feed xmlns="http://www.w3.org/2005/Atom" xml:base="{site.url("/a/")}" xml:lang="de">
      <entry><id>urn:1</id><title type="html">Ein &lt;i&gt;Titel&lt;/i&gt; &amp;amp; mehr</title>
      <link href="r1"/><link rel="replies" href="r1/comments"/>
      <updated>2026-11-20T08:30:00Z</updated></entry></feed>"""
    (one,) = find(site, client, source, body, "application/atom+xml").references
    assert one.url == site.url("/a/r1")
    assert one.title == "Ein Titel & mehr"
    assert one.language == "de"


def test_a_bad_entry_does_not_stop_the_others(site, client, source):
    found = find(
        site,
        client,
        source,
        rss(
            item("a", "javascript:alert(1)"),
            item("b", "file:///etc/hostname"),
            item("c", "http://["),
            item("d", ""),
            item("e", f"\n  {site.url('/ok')} \n"),
        ),
    )
    assert [one.url for one in found.references] == [site.url("/ok")]
    assert len(found.problems) == 4


def test_relative_links_are_resolved_against_the_feed(site, client, source):
    (one,) = find(site, client, source, rss(item("a", "/news/1"))).references
    assert one.url == site.url("/news/1")


def test_broken_xml_still_gives_what_is_whole(site, client, source):
    body = rss(item("Fish & chips <3", site.url("/1")), item("b", site.url("/2")))
    found = find(site, client, source, body + "<item><title>open")
    assert {one.url for one in found.references} >= {site.url("/2")}


def test_external_entities_are_not_read(site, client, source, tmp_path):
    (tmp_path / "secret").write_text("SECRET")
    head = (
        f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY x SYSTEM "{(tmp_path / "secret").as_uri()}">'
        f'<!ENTITY y SYSTEM "{site.url("/canary")}">]>'
    )
    found = find(site, client, source, rss(item("A &x; B &y;", site.url("/1")), head=head))
    assert all("SECRET" not in (one.title or "") for one in found.references)
    assert not site.asked("/canary")


def test_billion_laughs_fall_flat(site, client, source):
    entities = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
    head = f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY l0 "ha">{entities}]>'
    found = find(site, client, source, rss(item("&l9;", site.url("/1")), head=head))
    assert all(len(one.title or "") < 2_000 for one in found.references)


def test_a_feed_that_is_a_file_name_opens_no_file(site, client, source, tmp_path):
    (tmp_path / "real.rss").write_text(rss(item("Inside", "http://inside.example/")))
    with pytest.raises(SourceError, match="is no RSS or Atom feed"):
        find(site, client, source, str(tmp_path / "real.rss"), "text/plain")


@pytest.mark.parametrize(
    "date",
    [
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "0000-00-00 00:00:00",
        "soon",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-12:00",
        "Fri, 31 Dec 9999 23:59:59 -1200",
    ],
)
def test_impossible_dates_are_no_dates(site, client, source, date):
    (one,) = find(site, client, source, rss(item("a", site.url("/1"), date))).references
    assert one.published is None


def test_dates_ahead_of_us_are_no_dates(site, client, source):
    ahead = (datetime.now(UTC) + timedelta(days=400)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    (one,) = find(site, client, source, rss(item("a", site.url("/1"), ahead))).references
    assert one.published is None


def test_all_are_announced_newest_first_whatever_the_limit_of_a_pass(site, client):
    source = Source(id="courier", kind="feed", url=site.url("/feed"), limit=2)
    days = [3, 9, 5, 7]
    items = [item(f"d{d}", site.url(f"/{d}"), f"Mon, {d:02} Nov 2020 10:00:00 GMT") for d in days]
    found = find(site, client, source, rss(*items))
    assert [one.title for one in found.references] == ["d9", "d7", "d5", "d3"]


def test_the_same_address_twice_is_one_reference(site, client, source):
    found = find(site, client, source, rss(item("a", site.url("/1")), item("b", site.url("/1#c"))))
    assert [one.title for one in found.references] == ["a"]


def test_controls_and_surrogates_leave_titles(site, client, source):
    body = rss(item("A\x08B \x0bC &#8; &#xD800; 👨‍👩‍👧", site.url("/1")))
    (one,) = find(site, client, source, body).references
    assert one.title.encode()
    assert "\x08" not in one.title
    assert one.title.endswith("👨‍👩‍👧")


@pytest.mark.parametrize("body", ["<html><p>hello</p></html>", "nothing", "%PDF-1.7"])
def test_what_is_no_feed_is_a_source_error(site, client, source, body):
    with pytest.raises(SourceError, match="is no RSS or Atom feed"):
        find(site, client, source, body)


def test_a_missing_feed_is_a_source_error_that_names_it(client, source):
    with pytest.raises(SourceError, match="/feed: is not there"):
        discover(source, client)


def test_a_list_of_addresses(site, client):
    source = Source(
        id="list",
        kind="urls",
        urls=(site.url("/2"), site.url("/1"), "ftp://x.example/", site.url("/2")),
        language="fr",
    )
    found = discover(source, client)
    assert [one.url for one in found.references] == [site.url("/2"), site.url("/1")]
    assert found.references[0].language == "fr"
    assert len(found.problems) == 1


@pytest.mark.parametrize(
    ("title", "read"),
    [
        ("Fish & chips <3 > 2", "Fish & chips <3 > 2"),
        ("Fish&nbsp;&amp;&eacute;&hellip;&unknown; AT&T", "Fish &é…&unknown; AT&T"),
        ("<![CDATA[Fish &amp; chips & <i>more</i>]]>", "Fish & chips & more"),
        ("a <b>bold</i> word", "a bold word"),
    ],
)
def test_the_words_of_a_broken_feed_survive_its_repair(site, client, source, title, read):
    body = rss(item(title, site.url("/1")), "<dc:creator>unbound</dc:creator><open>")
    (one,) = find(site, client, source, body, "text/xml; charset=utf-8").references
    assert one.title == read


@pytest.mark.parametrize(
    ("declared", "header", "codec"),
    [
        ("windows-1251", "text/xml", "cp1251"),
        ("utf-8", "text/xml; charset=windows-1251", "cp1251"),
        ("gb18030", "text/xml", "gb18030"),
        ("nonsense", "text/xml; charset=nonsense", "utf-8"),
        ("utf-16", "text/xml", "utf-16"),
    ],
)
@pytest.mark.parametrize("broken", ["", " & "])
def test_feeds_in_other_charsets(site, client, source, declared, header, codec, broken):
    head = f'<?xml version="1.0" encoding="{declared}"?>'
    body = rss(item(f"Городская{broken} библиотека", site.url("/1")), head=head).encode(codec)
    (one,) = find(site, client, source, body, header).references
    assert one.title == " ".join(f"Городская{broken} библиотека".split())


ATOM = '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><title>T</title><id>f</id>{}</feed>'
ENTRY = "<entry><id>1</id><title>A</title>{}</entry>"
ALTERNATES = "".join(
    f'<link rel="alternate" hreflang="{one}" href="http://x.example/{one}/1"/>'
    for one in ("en", "de-AT", "fr")
)


@pytest.mark.parametrize(
    ("links", "language", "path"),
    [
        (ALTERNATES, None, "de-AT/1"),
        (ALTERNATES, "fr", "fr/1"),
        (ALTERNATES, "ja", "en/1"),
        ('<link href="http://x.example/1"/>' + ALTERNATES, "ja", "1"),
        ('<link href="http://x.example/1"/>' + ALTERNATES, "en", "en/1"),
        (
            '<link rel="alternate" type="application/pdf" href="http://x.example/1.pdf"/>'
            '<link rel="alternate" type="text/html" href="http://x.example/1"/>'
            '<link rel="alternate" type="application/json" href="http://x.example/1.json"/>',
            None,
            "1",
        ),
    ],
)
def test_of_several_alternates_the_page_in_the_sources_language_is_taken(
    site, client, links, language, path
):
    site.page("/s", ATOM.format(ENTRY.format(links)), ctype="application/atom+xml")
    found = discover(Source(id="s", kind="feed", url=site.url("/s"), language=language), client)
    assert [one.url for one in found.references] == [f"http://x.example/{path}"]


LESS, MORE = "&lt;", "&gt;"


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("[p]One &amp;amp; two.[/p][p]Three.[/p]", "<p>One &amp; two.</p><p>Three.</p>"),
        ("[div][h2]One[/h2]\n two[/div]\n", "<div><h2>One</h2>\n two</div>"),
        ("<p>The element [p] ends with [/p]</p>", "<p>The element [p] ends with [/p]</p>"),
        ("[p] is how a paragraph begins.", "[p] is how a paragraph begins."),
        ("[video] replaces the old [embed][/embed]", "[video] replaces the old [embed][/embed]"),
        ("1 [ 2 and 3 ] 2", "1 [ 2 and 3 ] 2"),
    ],
)
def test_html_that_was_escaped_twice_is_html(site, client, source, content, text):
    content, text = (one.replace("[", LESS).replace("]", MORE) for one in (content, text))
    entry = item("One", site.url("/one"), more=f"<description><![CDATA[{content}]]></description>")
    found = find(site, client, replace(source, text="entry"), rss(entry))
    assert found.references[0].html == text


@pytest.mark.parametrize("rel", ["enclosure", "alternate", "related", "payment"])
@pytest.mark.parametrize("place", ["before", "after"])
def test_a_link_without_an_address_says_nothing(site, client, rel, place):
    empty, full = f'<link rel="{rel}" type="audio/mpeg"/>', '<link href="http://x.example/1"/>'
    links = empty + full if place == "before" else full + empty
    site.page("/s", ATOM.format(ENTRY.format(links)), ctype="application/atom+xml")
    source = Source(id="s", kind="feed", url=site.url("/s"))
    assert [one.url for one in discover(source, client).references] == ["http://x.example/1"]
    item = f"<item><title>A</title>{links.replace(full, '<link>http://x.example/1</link>')}</item>"
    space = 'xmlns:atom="http://www.w3.org/2005/Atom"'
    item = item.replace("<link rel", "<atom:link rel")
    site.page("/s", f'<rss version="2.0" {space}><channel>{item}</channel></rss>')
    found = discover(source, client)
    assert ([one.url for one in found.references], found.problems) == (["http://x.example/1"], ())
