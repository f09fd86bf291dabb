"""Lists of sources as OPML, in and out."""

from dataclasses import replace

import pytest

from pipeline.article import Source
from pipeline.errors import SourceError
from pipeline.ingest import read_opml, source_id, write_opml
from pipeline.ingest.opml import LEFT_OUT
from tests.sources import full_source

OPML = b"""<?xml version="1.0"?><opml version="1.0"><body>
<outline text="News"><outline text="The Courier" type="rss" xmlUrl="http://x.example/feed"/>
<outline title="The Courier" xmlURL="feed://y.example/feed" language="pt-BR"/>
<outline text="Twice" xmlUrl="https://www.x.example/feed/"/>
<outline text="Bad" xmlUrl="file:///etc/passwd"/></outline>
<outline xmlUrl="http://z.example/feed?a=1&amp;b=2"/></body></opml>"""


def test_subscriptions_are_imported():
    found = read_opml(OPML, "subs.opml", taken=["the-courier"])
    assert [(one.id, one.url, one.language) for one in found.sources] == [
        ("the-courier-2", "http://x.example/feed", None),
        ("the-courier-3", "http://y.example/feed", "pt"),
        ("z-example", "http://z.example/feed?a=1&b=2", None),
    ]
    assert len(found.problems) == 1


def test_what_is_exported_is_imported_again():
    sources = (
        Source(id="a", kind="feed", title='A "& <b>', url="http://x.example/?a=1&b=2"),
        Source(id="b", kind="index", title="b", url="http://y.example/", links=("h2 > a", ".x")),
        Source(
            id="c",
            kind="sitemap",
            title="c",
            url="http://z.example/",
            language="pt",
            cron="0 6 * * mon-fri",
            timezone="Europe/Lisbon",
            include=("*/news/*", "*/world/*"),
            article=("main",),
            max_age=86_400.0,
            limit=20,
            text="page",
        ),
    )
    secret = Source(
        id="d", kind="feed", title="d", url="http://d.example/", headers={"K": "SECRET"}
    )
    content = write_opml([*sources, secret, Source(id="e", kind="folder", path="/saved")])
    assert b"SECRET" not in content
    assert read_opml(content, "x").sources[:3] == sources


def left_out(source):
    """The source without what no list carries."""
    defaults = Source.of(source.id, source.kind)
    return replace(source, **{name: getattr(defaults, name) for name in LEFT_OUT})


@pytest.mark.parametrize("cron", [True, False])
@pytest.mark.parametrize("kind", ["feed", "sitemap", "index"])
def test_a_list_carries_every_field_of_a_source_but_those_named(kind, cron):
    source = full_source(kind, cron=cron)
    content = write_opml([source])
    assert b"Cookie" not in content and b"proxy.example" not in content
    assert read_opml(content, "x").sources == (left_out(source),)


@pytest.mark.parametrize("kind", ["feed", "sitemap", "index"])
def test_a_source_with_nothing_set_stays_so(kind):
    source = Source.of("a", kind, url="http://x.example/")
    content = write_opml([source])
    assert content.count(b"bw:") == (1 if kind == "feed" else 3)
    assert read_opml(content, "x").sources == (source,)


def test_what_no_xml_can_say_does_not_stop_a_list():
    source = Source(id="a", kind="feed", url="http://x.example/", rights="a\x08b\ud800\ufffe")
    assert read_opml(write_opml([source]), "x").sources[0].rights == "ab"


@pytest.mark.parametrize("content", [b"", b"nothing", b"<rss/>", b"<html>", b"\xff\xfe\x00"])
def test_what_is_no_opml_is_refused(content):
    with pytest.raises(SourceError, match="OPML"):
        read_opml(content, "subs.opml")


def test_entities_in_opml_stay_shut(tmp_path):
    (tmp_path / "secret").write_text("SECRET")
    head = f'<!DOCTYPE opml [<!ENTITY x SYSTEM "{(tmp_path / "secret").as_uri()}">]>'
    body = head.encode() + OPML.partition(b"?>")[2].replace(b"The Courier", b"A &x;")
    assert all("SECRET" not in one.title for one in read_opml(body, "x").sources)


def test_an_id_is_made_of_whatever_there_is():
    assert source_id("Zürcher Zeitung", "http://x.example/", []) == "zurcher-zeitung"
    assert source_id("新闻", "http://www.x.example/", []) == "x-example"
    assert source_id("新闻", "http://", ["source"]) == "source-2"


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        (
            '<opml version="1.0"><body><outline text="R & F" xmlUrl="http://x.example/?a=1&format=2"/>'
            '<outline text="B&nbsp;C &eacute;" xmlUrl="http://y.example/"/></body></opml>',
            [("R & F", "http://x.example/?a=1&format=2"), ("B C é", "http://y.example/")],
        ),
        (
            '<OPML VERSION="1.0"><BODY><OUTLINE TEXT="A" TYPE="RSS" XMLURL="http://x.example/?a&b"/>'
            "</BODY></OPML>",
            [("A", "http://x.example/?a&b")],
        ),
        (
            '<opml xmlns="http://opml.org/spec2"><body><Outline Text="A" xmlURL="http://x.example/"/>'
            "</body></opml>",
            [("A", "http://x.example/")],
        ),
        (
            '\n<?xml version="1.0" encoding="Shift_JIS"?><opml><body>'
            '<outline text="評議会①：髙橋氏が再建を提案" xmlUrl="http://x.example/"/>'
            "</body></opml>".encode("cp932"),
            [("評議会①：髙橋氏が再建を提案", "http://x.example/")],
        ),
        (
            '<?xml version="1.0" encoding="windows-1251"?><opml><body><outline text="Вести" '
            'xmlUrl="http://x.example/"/></body></opml>'.encode(),
            [("Вести", "http://x.example/")],
        ),
        (
            '<opml><body><outline text="Café" xmlUrl="http://x.example/"/></body></opml>'.encode(
                "latin-1"
            ),
            [("Café", "http://x.example/")],
        ),
        (
            '<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/hostname">]><opml><body><outline '
            'text="A &x;" xmlUrl="http://x.example/" frss:a="b"></body></opml>',
            [("A &x;", "http://x.example/")],
        ),
    ],
    ids=("ampersands", "capitals", "namespace", "shift_jis", "no cp1251", "latin-1", "entity"),
)
def test_lists_as_programs_write_them_are_read(content, wanted):
    content = content.encode() if isinstance(content, str) else content
    found = read_opml(content, "subs.opml")
    assert [(one.title, one.url) for one in found.sources] == wanted
    assert not found.problems
