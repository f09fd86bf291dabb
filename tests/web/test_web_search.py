"""The search page: how many hits, the words marked, what to do where there are none."""

from itertools import pairwise

import pytest
from starlette.testclient import TestClient

from pipeline.store import Store, sqlite_url
from pipeline.store.search import RANKED, marks
from pipeline.syndicate.pages import pagestrings
from pipeline.web import StoreBackend, application
from tests.web.test_web_storebackend import FEEDS, NOW, SOURCES, fill
from tests.web.values import HEADLINE, tree


@pytest.fixture
def site(tmp_path):
    """A client of a server over a store, and the store."""
    with Store(sqlite_url(tmp_path / "state")) as store:
        backend = StoreBackend(store, FEEDS, SOURCES, clock=lambda: NOW)
        yield TestClient(application(tmp_path, backend)), store


@pytest.mark.parametrize(
    ("line", "query", "marked"),
    [
        ("The ferry & the Ferries", "ferry", ["ferry"]),
        ("The ferry & the Ferries", "ferr", ["ferry", "Ferries"]),
        ("Ferry boats, boating", "boat ferry", ["Ferry"]),
        ("Ferry boats, boating", "ferry boat", ["Ferry", "boats", "boating"]),
        ("Das CAFÉ am Fährhafen", "cafe", ["CAFÉ"]),
        ("Das Cafe\u0301 am Hafen", "café", ["Cafe\u0301"]),
        ("Die Straße", "strasse", ["Straße"]),
        ("العبّارة الليلية تعود", "الليلية", ["الليلية"]),
        ("渡轮与火车：夜班线路恢复", "火车", ["火车"]),
        ("フェリーと列車：夜行便", "列車 夜行", ["列車", "夜行"]),
        ("रात की सेवा लौटी", "सेवा", ["सेवा"]),
        ("a-b a b", 'a" OR b', ["a", "b", "a", "b"]),
        ("<b>bold</b>", "b>", ["b", "bold", "b"]),
        ("nothing", "", []),
        ("nothing", "&<>", []),
    ],
)
def test_the_words_of_a_query_are_marked_as_the_search_finds_them(line, query, marked):
    assert [line[start:end] for start, end in marks(line, query)] == marked


def test_marks_never_overlap_or_stop():
    line = "aaa 火火火 " * 2000
    spans = marks(line, "a 火 火火 aa aaa")
    assert all(before[1] < after[0] for before, after in pairwise(spans))


def test_hits_are_counted_and_their_words_marked(site):
    client, store = site
    for number in range(30):
        fill(store, number, "<p>The <b>ferry</b> &amp; the &lt;pier&gt;.</p>")
    first = tree(client.get("/search", params={"q": "FERRY pier", "language": "en"}))
    assert "Results: 30" in first.text_content()
    hits = first.xpath("//ul[@class='headlines told']/li")
    assert len(hits) == 25
    assert hits[0].xpath("p/mark/text()") == ["ferry", "pier"]
    assert hits[0].xpath("a/mark/text()") == ["Ferry"]
    assert "<pier>" in hits[0].xpath("p")[0].text_content()
    second = tree(client.get("/search?q=ferry&language=en&page=2"))
    assert "Results: 30" in second.text_content()
    both = tree(client.get("/search?q=Ferry"))  # of an article in two languages, each that has it
    assert "Results: 30" in both.text_content()


def test_hits_are_counted_to_a_limit(client, backend):
    backend.search = lambda query, language, page: ([HEADLINE], True, RANKED + 1)
    assert f"Results: {RANKED:,}+" in client.get("/search?q=ferry").text


@pytest.mark.parametrize("language", pagestrings.languages())
def test_a_reader_without_a_hit_is_told_what_to_do(client, language):
    words = pagestrings.words(language)
    asks = {"accept-language": language}
    page = tree(client.get("/search?q=none&language=ar", headers=asks))
    (told,) = page.xpath("//p[@role='status']")
    assert words["nothing"] in told.text_content() and words["nothing_hint"] in told.text_content()
    assert page.xpath("//a[@class='button']/@href") == ["?q=none"]
    assert not tree(client.get("/search?q=none", headers=asks)).xpath("//a[@class='button']")
    assert words["search_hint"] in client.get("/search", headers=asks).text


def test_pages_speak_the_readers_language_before_the_articles(client):
    for path in ("/article/1/ar", "/feed/world/ar"):
        page = tree(client.get(path, headers={"accept-language": "de, en;q=0.5"}))
        assert (page.get("lang"), page.get("dir")) == ("de", "ltr")
        assert page.xpath("//header//button/text()") == ["Suchen"]
        heading = page.xpath("//h1")[0]
        assert (heading.get("lang"), heading.get("dir")) == ("ar", "rtl")
        assert page.xpath("//*[contains(@class, 'article')]")[0].get("dir") == "rtl"
        for header in ("sw", "", "*"):  # no words in it: the article's
            own = tree(client.get(path, headers={"accept-language": header}))
            assert (own.get("lang"), own.get("dir")) == ("ar", "rtl")
        assert "Accept-Language" in client.get(path).headers["vary"]
