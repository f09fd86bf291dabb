"""Feeds, sitemaps and index pages in legacy charsets: labels mean what they mean on the web."""

import json

import pytest

from pipeline.ingest import discover, find_sources
from tests.ingest.asking import rss, source

# What is declared, what it is encoded with, a title with signs that only the latter has.
BEYOND = [
    ("Shift_JIS", "cp932", "港の評議会①：髙橋氏が㈱港湾の再建を提案～来春まで"),
    ("EUC-KR", "cp949", "항만 위원회 똠방각하 방파제 재건을 내년 봄까지 의결"),
    ("gb2312", "gbk", "镕城港务会议决定重建北堤，囍事连连的渔民们很高兴"),
    ("GBK", "gb18030", "市长宣布，河上的旧桥将关闭一周。㐂居民们不满"),
    ("Big5", "big5hkscs", "市長宣布啲居民喺河上的舊橋將關閉一週"),
    ("iso-8859-1", "cp1252", "The “old” lighthouse — Marlow’s pride"),
    ("windows-874", "cp874", "นายกเทศมนตรีประกาศว่า “สะพาน” เก่าจะปิด"),
    ("koi8-r", "koi8-r", "Совет порта решил восстановить дамбу"),
    ("iso-2022-jp", "iso2022_jp", "市長は川にかかる古い橋を一週間閉鎖すると発表した"),
    # Wrong declarations.
    ("windows-1251", "utf-8", "Совет порта решил восстановить дамбу"),
    ("us-ascii", "utf-8", "The “old” lighthouse — Marlow’s pride"),
    ("utf-8", "cp932", "港の評議会は北側の防潮堤を再建することを決めた"),
    ("no-such-charset", "cp1250", "Prezydent powiedział, że żółte źrebięta są już w drodze"),
]


def item(title):
    return f"<item><title>{title}</title><link>http://x.example/1</link></item>"


@pytest.mark.parametrize("in_header", [False, True])
@pytest.mark.parametrize(("label", "codec", "title"), BEYOND)
def test_a_feed_is_read_in_the_charset_that_it_really_has(
    site, client, label, codec, title, in_header
):
    head = "" if in_header else f'<?xml version="1.0" encoding="{label}"?>'
    kind = f"text/xml; charset={label}" if in_header else "text/xml"
    site.page("/s", (head + rss(item(title))).encode(codec), ctype=kind)
    (one,) = discover(source(site, "feed"), client).references
    assert one.title == title


def test_a_feed_that_was_encoded_twice_is_mended(site, client):
    titles = ("Le maire a déclaré l'été très chaud et la forêt brûle déjà", "Météo à Orléans")
    text = rss(item(titles[0]), item(titles[1]).replace("/1<", "/2<"))
    site.page("/s", text.encode().decode("latin-1").encode(), ctype="text/xml")
    assert [one.title for one in discover(source(site, "feed"), client).references] == [*titles]


def test_a_json_feed_in_a_legacy_charset(site, client):
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "items": [{"id": "1", "url": "/1", "title": "镕城港务会议决定重建北堤"}],
    }
    body = json.dumps(feed, ensure_ascii=False).encode("gb18030")
    site.page("/s", body, ctype="application/json; charset=gb2312")
    assert discover(source(site, "feed"), client).references[0].title == "镕城港务会议决定重建北堤"


@pytest.mark.parametrize(("label", "codec", "title"), BEYOND[:3])
def test_a_news_sitemap_in_a_legacy_charset(site, client, label, codec, title):
    url = f"<loc>http://x.example/1</loc><news:news><news:title>{title}</news:title></news:news>"
    space = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
    for head, kind in (
        (f'<?xml version="1.0" encoding="{label}"?>', "text/xml"),
        ("", f"text/xml; charset={label}"),
    ):
        text = f"{head}<urlset {space}><url>{url}</url></urlset>"
        site.page("/s", text.encode(codec), ctype=kind)
        assert discover(source(site, "sitemap"), client).references[0].title == title


@pytest.mark.parametrize(("label", "codec", "title"), BEYOND[:3])
def test_an_index_page_in_a_legacy_charset(site, client, label, codec, title):
    page = (
        f'<html><head><meta charset="{label}"><title>{title}</title></head><body>'
        f'<h2><a href="/2026/11/20/story-4711.html">{title}</a></h2></body></html>'
    )
    site.page("/s", page.encode(codec), ctype="text/html")
    (one,) = discover(source(site, "index"), client).references
    assert one.title == title
    found = find_sources(site.url("/s"), client).candidates[0]
    assert (found.kind, found.title) == ("index", title)
