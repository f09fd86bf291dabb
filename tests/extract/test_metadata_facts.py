"""Facts from machine-readable places, also where those are broken or of another article."""

import pytest

from pipeline.article import Article
from pipeline.extract import extract

URL = "https://paper.example/news/story-of-a-bridge"
LINE = "The mayor said on day {} that the old bridge over the river would be closed once again."
TEXT = "".join(f"<p>{LINE.format(n)}</p>" for n in range(6))
STORY = '"@type": "NewsArticle", "headline": "The bridge", "datePublished": "2021-03-04T10:00Z"'
PERSON = '"author": {"@type": "Person", "name": "Ann Poe"}'


def read(head: str = "", body: str = "<h1>The bridge</h1>", url: str = URL) -> Article:
    page = f"<html lang=en><head>{head}</head><body><article>{body}{TEXT}</article></body></html>"
    return extract(page.encode(), url)


def linked(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


@pytest.mark.parametrize(
    "text",
    [
        f"{{{STORY}, {PERSON}}}",
        f'{{"@graph": [{{"@type": "WebPage"}}, {{{STORY}, {PERSON}}}]}}',
        f"<!-- {{{STORY},\n{PERSON},}} -->",
        f"/*<![CDATA[*/ {{{STORY}, {PERSON}}} /*]]>*/",
        f'{{{STORY}, "description": "two\nlines", {PERSON}}};',
        f'{{"@type": "WebSite", "name": "Paper"}}{{{STORY}, {PERSON}}}',
        f'{{{STORY}, "description": "The "old" bridge", {PERSON}}}',
        f'{{{STORY}, {PERSON}, "articleBody": "It was cut off',
        f"{{{STORY}, {PERSON}}}".replace('"', "'"),
        f"{{{STORY}, {PERSON}}}".replace('"', "&quot;"),
    ],
)
def test_linked_data_are_read_however_they_are_written(text: str) -> None:
    found = read(linked(text))
    assert found.authors == ("Ann Poe",)
    assert found.published is not None
    assert found.published.isoformat() == "2021-03-04T10:00:00+00:00"
    assert (found.origins["authors"], found.origins["published"]) == ("json-ld", "json-ld")


@pytest.mark.parametrize("text", ["{", "no json", '{"@type": "Person", "name": "A B"', "[" * 9_000])
def test_what_is_no_linked_data_of_an_article_says_nothing(text: str) -> None:
    found = read(linked(text))
    assert (found.authors, found.published) == ((), None)


def test_linked_data_of_related_articles_are_not_the_pages() -> None:
    other = '"@type": "NewsArticle", "headline": "Another story", "datePublished": "2019-01-01"'
    found = read(linked(f'[{{{other}, "author": "Bo Li"}}, {{{STORY}, {PERSON}}}]'))
    assert (found.title, found.authors) == ("The bridge", ("Ann Poe",))
    assert found.published is not None
    assert found.published.year == 2021


@pytest.mark.parametrize(("name", "prefix"), [("itemprop", ""), ("property", "schema:")])
def test_microdata_and_rdfa_are_read(name: str, prefix: str) -> None:
    body = (
        f'<h1 {name}="{prefix}headline">The bridge</h1><b {name}="{prefix}author">Ann Poe</b>'
        f'<time {name}="{prefix}datePublished" datetime="2021-03-04T10:00+02:00">4.3.</time>'
    )
    found = read(body=body)
    assert found.authors == ("Ann Poe",)
    assert found.published is not None
    assert found.published.isoformat() == "2021-03-04T10:00:00+02:00"
    assert found.origins["published"] == "microdata"


@pytest.mark.parametrize(
    ("head", "origin"),
    [
        (
            '<meta property="article:tag" content="a"><meta property="article:tag" content="b">',
            "article:tag",
        ),
        (linked(f'{{{STORY}, "keywords": ["a", "b"]}}'), "json-ld"),
        ('<meta name="keywords" content="a, b, a">', "keywords"),
        ('<meta name="DC.subject" content="a; b">', "dc.subject"),
        ('<meta itemprop="keywords" content="a、b">', "itemprop:keywords"),
    ],
)
def test_keywords_know_where_they_are_from(head: str, origin: str) -> None:
    found = read(head)
    assert (found.keywords, found.origins["keywords"]) == (("a", "b"), origin)


def test_every_value_has_an_origin() -> None:
    head = '<meta property="article:section" content="Local"><meta name=author content="Ann Poe">'
    found = read(head + '<meta property="og:site_name" content="The Paper">', body="")
    for name in ("title", "authors", "language", "url", "summary", "site", "section"):
        assert getattr(found, name), name
        assert found.origins[name], name


@pytest.mark.parametrize(
    ("url", "canonical", "taken"),
    [
        (URL + "?utm_source=x", "/news/story-of-a-bridge", True),
        (URL + "/amp", "/news/story-of-a-bridge", True),
        (URL + "/2", "/news/story-of-a-bridge", True),
        (URL, "/2021/03/story-of-a-bridge.html", True),
        (URL, "/?p=17", True),
        (URL, "/", False),
        (URL, "/news", False),
        (URL, "/news/404", False),
        (URL, "/undefined", False),
        (URL, "https://elsewhere.example/news/story-of-a-bridge", False),
    ],
)
def test_canonical_address_is_taken_where_it_is_plausible(
    url: str, canonical: str, *, taken: bool
) -> None:
    found = read(f'<link rel="canonical" href="{canonical}">', url=url)
    wanted = f"https://paper.example{canonical}" if taken else url
    assert (found.url, found.origins["url"]) == (wanted, "rel=canonical" if taken else "address")


SAVED = "file:///saved/pond-cam.html"


@pytest.mark.parametrize(
    "home", ["https://pond.example", "https://pond.example/", "https://pond.example/#top"]
)
def test_home_page_is_no_saved_pages_address_but_tells_its_site(home: str) -> None:
    found = read(
        f'<meta property="og:url" content="{home}"><meta property="og:image" content="/a.jpg">',
        url=SAVED,
    )
    assert (found.url, found.origins["url"]) == (SAVED, "address")
    assert found.image == "https://pond.example/a.jpg"


def test_saved_page_takes_the_address_that_is_a_pages() -> None:
    head = (
        '<link rel="canonical" href="https://pond.example/">'
        '<meta property="og:url" content="https://pond.example/?p=17">'
    )
    found = read(head, url=SAVED)
    assert (found.url, found.origins["url"]) == ("https://pond.example/?p=17", "og:url")
