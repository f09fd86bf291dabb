"""JSON Feed, OPML, archives, bilingual content, the size bound, the hub: what feeds also offer."""

import json
import mimetypes
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs

import feedparser
import pytest
from lxml import etree, html

from pipeline.article import Entry, FeedSpec
from pipeline.errors import PublishError
from pipeline.store import HUB_SUFFIX, RULES_SUFFIX, SHOWN_SUFFIX
from pipeline.store.publications import ARCHIVE_SUFFIX
from pipeline.syndicate import (
    FORMATS,
    WRITTEN_BY,
    Archive,
    atom,
    fingerprint,
    front_page,
    json_feed,
    opml,
    path,
    ping,
    rss,
    stylesheet,
)
from pipeline.syndicate.content import content
from pipeline.syndicate.feeds import MAX_BYTES
from pipeline.syndicate.formats import TAKEN
from pipeline.syndicate.pages import channel, headline
from tests.syndicate.feed_rules import ATOM, problems

FEED = FeedSpec(
    id="world",
    title="World",
    titles={"pt": "Mundo"},
    languages=("pt", "ar"),
    base_url="https://wire.example.org",
    hub="https://hub.example.org/",
    ttl=30,
    icon="https://wire.example.org/icon.png",
    logo="https://wire.example.org/logo.png",
    rights="CC BY 4.0",
)
ENTRY = Entry(
    id="tag:wire.example.org,2026:1/pt",
    url="https://news.example.com/1",
    title="Olá",
    summary="Resumo",
    html="<p>Um.</p><figure><img src='/i.png'></figure><p>Dois.</p>",
    language="pt",
    original_language="en",
    by_machine=True,
    published=datetime(2026, 3, 1, tzinfo=UTC),
    updated=datetime(2026, 3, 2, tzinfo=UTC),
    image="https://news.example.com/i.jpg?w=1",
    image_bytes=1234,
    categories=("World", "Space"),
    labels=("Mundo", "Espaço"),
    page="https://wire.example.org/article/1/pt",
    rights="© Example",
    original_title="Hello",
    original_html="<p>One.</p><figure><img src='/i.png'></figure><p>Two.</p>",
)


@pytest.mark.parametrize("build", [rss, atom])
@pytest.mark.parametrize("mode", ["full", "bilingual", "summary"])
@pytest.mark.parametrize("link", ["original", "page"])
def test_every_mode_and_link_is_valid(build, mode, link):
    document = build(replace(FEED, content=mode, link=link), "pt", [ENTRY])
    assert problems(document) == []
    parsed = feedparser.parse(document)
    assert parsed.entries[0].link == (ENTRY.page if link == "page" else ENTRY.url)
    assert parsed.feed.title == "Mundo"
    assert parsed.entries[0].media_content[0]["type"] == "image/jpeg"
    assert parsed.entries[0].enclosures[0].length == "1234"
    assert any(entry.rel == "hub" for entry in parsed.feed.links)


def test_bilingual_content_puts_each_original_beneath_its_paragraph():
    html = content(ENTRY, "bilingual")
    order = ["Um.", '<div lang="en" dir="ltr"><p>One.</p></div>', "<img", "Dois.", "Two."]
    places = [html.index(part) for part in order]
    assert places == sorted(places) and html.count("<img") == 1
    figure = "<figure><img src='/i.png' alt=''>x<figcaption>{}</figcaption></figure>"
    told = content(
        replace(ENTRY, html=figure.format("Um."), original_html=figure.format("One.")), "bilingual"
    )
    assert told.count("<img") == 1
    assert '<div lang="en" dir="ltr"><figure>x<figcaption>One.</figcaption></figure></div>' in told
    uneven = content(replace(ENTRY, original_html="<p>All in one.</p>"), "bilingual")
    assert uneven.index("Dois.") < uneven.index("All in one.")


@pytest.mark.parametrize("mode", ["full", "bilingual", "summary"])
def test_json_feed_and_opml_keep_their_rules(mode):
    feed = replace(FEED, content=mode)
    for archive in (Archive(), Archive(0, 3), Archive(1, 3), Archive(3, 3)):
        assert problems(json_feed(feed, "pt", [ENTRY], archive)) == []
    assert problems(json_feed(replace(feed, base_url=""), "pt", [])) == []
    assert problems(opml([feed])) == []


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        (b'"id": "tag:', b'"guid": "tag:'),
        (b'"date_published": "2026-', b'"date_published": "26-'),
        (b"<p>Um.</p>", b"<script>1</script>"),
        (b'"tags": [', b'"keywords": ['),
        (b'"image": "https:', b'"image": "data:'),
        (b"/version/1.1", b"/version/1"),
    ],
)
def test_the_rules_of_json_feed_see_what_is_wrong(good, bad):
    document = json_feed(FEED, "pt", [ENTRY])
    assert good in document and problems(document.replace(good, bad, 1)) != []


def test_json_feed_holds_what_its_specification_asks():
    document = json.loads(json_feed(FEED, "pt", [ENTRY]))
    assert document["version"] == "https://jsonfeed.org/version/1.1"
    assert document["feed_url"] == "https://wire.example.org/world/pt.json"
    assert document["language"] == "pt" and document["title"] == "Mundo"
    assert document["hubs"] == [{"type": "WebSub", "url": FEED.hub}]
    (item,) = document["items"]
    assert item["id"] == ENTRY.id and item["url"] == ENTRY.url
    assert item["tags"] == ["Mundo", "Espaço"]
    assert item["date_modified"] == "2026-03-02T00:00:00+00:00"
    assert item["attachments"][0]["mime_type"] == "image/jpeg"
    assert item["_babelwire"]["original_language"] == "en"
    assert json.loads(json_feed(FEED, "pt", []))["items"] == []


def test_atom_categories_carry_translated_labels():
    categories = etree.fromstring(atom(FEED, "pt", [ENTRY])).findall(f".//{ATOM}category")
    assert [dict(found.attrib) for found in categories] == [
        {"term": "World", "label": "Mundo"},
        {"term": "Space", "label": "Espaço"},
    ]


def test_a_date_after_the_last_change_is_clamped():
    entry = replace(ENTRY, published=ENTRY.updated + timedelta(days=900))
    assert feedparser.parse(atom(FEED, "pt", [entry])).entries[0].published_parsed[0] == 2026


def test_the_archive_links_back_to_the_oldest_document_and_loses_nothing():
    entries = [
        replace(ENTRY, id=f"{ENTRY.id}/{n}", published=ENTRY.published + timedelta(minutes=n))
        for n in range(11)
    ]
    feed = replace(FEED, limit=4)
    count = len(entries) // feed.limit
    found, archive = set(), Archive(0, count)
    while True:
        start = (archive.number - 1) * feed.limit
        kept = entries[start : start + feed.limit] if archive.number else entries[-feed.limit :]
        document = atom(feed, "pt", kept, archive)
        assert problems(document) == []
        assert (b"<fh:archive/>" in document) == (archive.number > 0)
        parsed = feedparser.parse(document)
        assert parsed.feed.id == feedparser.parse(atom(feed, "pt", [])).feed.id
        current = [link.href for link in parsed.feed.links if link.rel == "current"]
        assert current == ([f"{feed.base_url}/world/pt.atom"] if archive.number else [])
        found |= {entry.id for entry in parsed.entries}
        previous = [link.href for link in parsed.feed.links if link.rel == "prev-archive"]
        if not previous:
            break
        number = archive.number - 1 if archive.number else count
        assert previous == [f"{feed.base_url}/{path(feed, 'pt', 'atom', number)}"]
        archive = Archive(number, count)
    assert found == {entry.id for entry in entries}


@pytest.mark.slow
def test_no_feed_grows_beyond_the_bound():
    big = "<p>" + "word " * 40_000 + "</p>"
    entries = [replace(ENTRY, id=f"{ENTRY.id}/{n}", html=big) for n in range(27)]
    for form in FORMATS:
        document = form.build(FEED, "pt", entries)
        assert len(document) <= MAX_BYTES
        whole = form.build(FEED, "pt", entries, Archive(1, 1))
        assert len(whole) <= MAX_BYTES and whole.count(ENTRY.id.encode()) == 27
    huge = replace(ENTRY, html="<p>" + "word " * 210_000 + "</p>")
    assert b"Resumo" in rss(FEED, "pt", [huge]) and len(rss(FEED, "pt", [huge])) < 10_000


def test_lazy_images_become_real_and_bidi_controls_are_closed():
    entry = replace(
        ENTRY,
        title="a\u202eb\u2069c",
        html='<p><img src="data:image/gif;base64,R0" data-src="/real.jpg">x\u2067y</p>',
    )
    assert 'src="https://news.example.com/real.jpg"' in content(entry, "full")
    assert "x\u2067y\u2069</p>" in content(entry, "full")
    assert feedparser.parse(atom(FEED, "pt", [entry])).entries[0].title == "a\u202ebc\u202c"


def test_opml_lists_every_feed_in_every_language_or_in_one():
    root = etree.fromstring(opml([FEED, replace(FEED, id="local", base_url="")]))
    assert root.get("version") == "2.0" and root.findtext("head/title") == "babelwire"
    addresses = [found.get("xmlUrl") for found in root.iter("outline") if found.get("type")]
    assert addresses == [f"{FEED.base_url}/world/{code}.rss" for code in ("ar", "pt")]
    one = etree.fromstring(opml([FEED], "pt"))
    assert [found.get("language") for found in one.iter("outline") if found.get("type")] == ["pt"]


def test_the_front_page_leads_to_every_feed_in_every_format():
    odd = replace(FEED, id="a&b", title='<b> & "c"', titles={}, languages=("ar",))
    latest = [headline(ENTRY, "1", FEED), headline(ENTRY, "2", replace(FEED, link="page"))]
    found = [channel(FEED, "pt", latest), channel(FEED, "ar"), channel(odd, "ar")]
    text = front_page(found, lists=True)
    assert WRITTEN_BY in text[:400]  # or it would never be replaced
    page = html.fromstring(text)
    assert page.get("lang") == "pt"  # as the first feed
    links = page.xpath("//a/@href")
    assert {f"./world/{code}.{form}" for code in ("pt", "ar") for form in ("rss", "json")} < {
        *links
    }
    assert "./a%26b/ar.atom" in links and "./feeds.opml" in links
    assert {ENTRY.url, ENTRY.page} < {*links}
    assert [one.get("dir") for one in page.xpath("//section")] == ["ltr", "rtl"]
    assert '<b> & "c"' in page.xpath("//h3/a/text()")
    assert page.xpath("//link[@rel='alternate']/@hreflang") == ["pt"] * 3 + ["ar"] * 6
    own = page.xpath("//@href | //@src | //@action")
    assert all(one.startswith(("./", "#", "https://")) for one in own)  # wherever it is served
    assert b"feeds.opml" not in front_page(found, lists=False)
    assert b"Nothing" in front_page([], lists=False)


def test_the_fingerprint_changes_with_whatever_changes_the_feed():
    same = fingerprint(FEED, "pt", [ENTRY])
    assert same == fingerprint(FEED, "pt", [replace(ENTRY)])
    assert same != fingerprint(FEED, "pt", [replace(ENTRY, title="x")])
    assert same != fingerprint(replace(FEED, ttl=1), "pt", [ENTRY])


def test_feeds_name_a_stylesheet_that_explains_itself():
    for build in (rss, atom):
        assert b'<?xml-stylesheet type="text/css" href="../feed.css"?>' in build(FEED, "pt", [])
    css = stylesheet().decode()
    assert "rss:lang(pt)::before" in css and css.count("{") == css.count("}")


@pytest.fixture
def hub():
    class Hub(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            self.server.forms.append(parse_qs(body))
            self.send_response(self.server.status)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Hub)
    server.forms, server.status = [], 202
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("count", [1, 99, 100, 101, 250])
def test_the_hub_is_told_of_each_of_many_feeds_once(hub, count):
    topics = [f"https://x.example/{number}.rss" for number in range(count)]
    ping(f"http://127.0.0.1:{hub.server_port}/", [*topics, topics[0], ""])
    assert [one for form in hub.forms for one in form["hub.topic"]] == topics
    assert all(form["hub.url"] == form["hub.topic"] for form in hub.forms)
    assert max(len(form["hub.topic"]) for form in hub.forms) <= 100


def test_the_hub_is_told_what_changed_and_its_refusal_is_an_error(hub):
    address = f"http://127.0.0.1:{hub.server_port}/"
    ping(address, ["https://x.example/a.rss", "https://x.example/b.rss"])
    (form,) = hub.forms
    assert form["hub.mode"] == ["publish"]
    assert form["hub.url"] == ["https://x.example/a.rss", "https://x.example/b.rss"]
    hub.status = 503
    with pytest.raises(PublishError, match="status 503") as refused:
        ping(address, ["https://x.example/a.rss"])
    assert refused.value.retry
    with pytest.raises(PublishError, match="did not answer"):
        ping("http://127.0.0.1:9/", ["https://x.example/a.rss"])


@pytest.mark.parametrize("name", ["a.jpg", "a.webp", "a.avif", "A.PNG", "a.ico", "a"])
def test_the_bytes_of_a_feed_do_not_depend_on_the_machines_media_types(monkeypatch, name):
    """The table of /etc/mime.types differs from machine to machine, and Python's own by version."""
    entry = replace(ENTRY, image=f"https://news.example.com/{name}")
    monkeypatch.setattr(mimetypes, "_db", None)
    monkeypatch.setattr(mimetypes, "knownfiles", [])
    monkeypatch.setattr(mimetypes, "inited", False)
    bare = [form.build(FEED, "pt", [entry]) for form in FORMATS]
    for ending in ("jpg", "webp", "avif", "png", "ico"):
        mimetypes.add_type(f"image/x-other-{ending}", f".{ending}")
    assert [form.build(FEED, "pt", [entry]) for form in FORMATS] == bare
    told = {"jpg": "image/jpeg", "webp": "image/webp", "avif": "image/avif", "png": "image/png"}
    item = json.loads(bare[2])["items"][0]
    expected = told.get(name.rpartition(".")[2].lower())
    assert [one["mime_type"] for one in item.get("attachments", ())] == [expected][: bool(expected)]


def test_no_format_of_a_plug_in_has_the_name_of_a_note_about_feeds():
    notes = {HUB_SUFFIX, ARCHIVE_SUFFIX, RULES_SUFFIX, SHOWN_SUFFIX}
    assert {one.removeprefix(".") for one in notes} <= TAKEN
    assert not TAKEN & set(FORMATS)
