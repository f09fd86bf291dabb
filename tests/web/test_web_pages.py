"""The pages for people, over a backend of values."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from starlette.testclient import TestClient

from pipeline.syndicate.pages import pagestrings
from pipeline.web import application, serverstrings
from tests.web.values import HEADLINE, NOON, STORY, tree

PAGES = ["/", "/feed/world/ar", "/article/1/ar", "/search?q=ferry", "/status", "/source/wire"]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_safe_and_loads_nothing_from_elsewhere(client, path):
    response = client.get(path)
    assert response.status_code == 200
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "script-src" not in policy
    assert response.headers["x-content-type-options"] == "nosniff"
    page = tree(response)
    assert not page.xpath(
        "//script | //style | //iframe | //@style | //@*[starts-with(name(),'on')]"
    )
    assert page.xpath("//link[@rel='stylesheet']/@href") == ["/assets/style.css"]
    assert client.get("/assets/style.css").headers["content-type"].startswith("text/css")


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_accessible(client, path):
    page = tree(client.get(path, headers={"accept-language": "xx"}))
    own = path.endswith("/ar")
    assert (page.get("lang"), page.get("dir")) == (("ar", "rtl") if own else ("en", "ltr"))
    assert len(page.xpath("//h1")) == 1 and len(page.xpath("//main[@id='content']")) == 1
    assert page.xpath("//a[@class='skip']/@href") == ["#content"]
    for field in page.xpath("//input[not(@hidden)] | //select"):
        assert page.xpath(f"//label[@for='{field.get('id')}']")
    assert page.xpath("//meta[@name='viewport']") and page.xpath("//title")[0].text
    levels = [int(one.tag[1]) for one in page.xpath("//h1|//h2|//h3|//h4")]
    assert all(after - before <= 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("path", [*PAGES[:4], "/assets/style.css"])
def test_pages_answer_conditional_requests_and_compress(client, path):
    plain = client.get(path, headers={"accept-encoding": "identity"})
    small = client.get(path, headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert small.headers["content-encoding"] == "gzip" and small.text == plain.text
    assert plain.headers["etag"] != small.headers["etag"]
    for response in (plain, small):
        tag = response.headers["etag"]
        assert client.get(path, headers={"if-none-match": tag}).status_code == 304
    head = client.head(path)
    assert (head.status_code, head.content) == (200, b"")


def test_the_index_offers_every_format_and_the_list_of_all(client):
    page = tree(client.get("/"))
    links = set(page.xpath("//a/@href"))
    assert {"/world/ar.rss", "/world/ar.atom", "/world/ar.json", "/feeds.opml"} <= links
    assert {"/feed/world/ar", "/feed/world/en", "/article/1/ar"} <= links
    title = page.xpath("//a[@href='/feed/world/ar']")[0]
    assert (title.get("lang"), title.get("dir"), title.text) == ("ar", "rtl", "العالم")
    assert len(page.xpath("//link[@rel='alternate']")) == 6


def test_pages_speak_the_readers_language(client):
    page = tree(client.get("/", headers={"accept-language": "xx, pt-BR;q=0.9, en;q=0.5"}))
    assert page.get("lang") == "pt" and "Todos os feeds" in page.text_content()
    for header in ("", "x;q=y", "*", ",;,"):
        assert tree(client.get("/", headers={"accept-language": header})).get("lang") == "en"


def test_a_slash_too_many_leads_to_the_page(client):
    moved = client.get("/search/?q=x&page=2", follow_redirects=False)
    assert (moved.status_code, moved.headers["location"]) == (308, "/search?q=x&page=2")
    assert client.get("/status/").status_code == 200


def test_a_feed_is_leafed_through(client):
    first = tree(client.get("/feed/world/ar"))
    assert first.get("dir") == "rtl" and not first.xpath("//a[@rel='first']")
    (following,) = first.xpath("//a[@rel='next']/@href")
    second = tree(client.get(f"/feed/world/ar{following}"))
    assert second.xpath("//a[@rel='first']/@href") == ["?"]
    assert not second.xpath("//a[@rel='next']")


def test_an_article_shows_both_languages_side_by_side(client):
    page = tree(client.get("/article/1/ar"))
    ours, theirs = page.xpath("//div[@class='ours']")[0], page.xpath("//div[@class='theirs']")[0]
    assert (ours.get("lang"), ours.get("dir"), ours.text_content()) == ("ar", "rtl", "نص")
    assert (theirs.get("lang"), theirs.get("dir"), theirs.text_content()) == ("en", "ltr", "Text")
    assert page.xpath("//h1")[0].text == STORY.title
    assert page.xpath("//*[@role='note']")[0].text == STORY.note
    assert page.xpath("//meta[@property='og:title']/@content") == [STORY.title]
    assert page.xpath("//meta[@property='og:url']/@content") == ["http://testserver/article/1/ar"]
    assert STORY.url in page.xpath("//a/@href")


def test_a_page_names_its_public_address_where_there_is_one(backend, tmp_path):
    site = application(tmp_path, backend, base_url="https://wire.example.org/")
    page = tree(TestClient(site).get("/article/1/ar"))
    public = "https://wire.example.org/article/1/"
    assert page.xpath("//meta[@property='og:url']/@content") == [f"{public}ar"]


@pytest.mark.parametrize("asked", ["/wire", ""], ids=["left by the proxy", "taken away"])
def test_everything_works_below_a_path(backend, tmp_path, asked):
    for name in ("world", "wire"):  # a feed may be called as the path is
        (tmp_path / name).mkdir()
        (tmp_path / name / "ar.rss").write_text(f"<rss>{name}</rss>")
    site = application(tmp_path, backend, token="s3cret", base_url="https://example.org/wire/")
    client = TestClient(site)
    for path in PAGES:
        page = tree(client.get(f"{asked}{path}"))
        places = page.xpath("//a/@href | //link/@href | //img/@src | //form/@action")
        own = [one for one in places if one.startswith("/")]
        assert own and all(one.startswith("/wire/") for one in own)
        for place in page.xpath("//head/link[@rel='stylesheet' or @rel='icon']/@href"):
            assert client.get(place).status_code == client.get(place[5:]).status_code == 200
    moved = client.get(f"{asked}/status/", follow_redirects=False)
    assert moved.headers["location"] == "/wire/status"
    started = client.post(f"{asked}/status", data={"token": "s3cret"}, follow_redirects=False)
    assert started.headers["location"] == "/wire/status?run=t1&follow=1"
    assert client.get(f"{asked}/world/ar.rss").text == "<rss>world</rss>"
    assert client.get("/wire/ar.rss").text == client.get("/wire/wire/ar.rss").text
    assert client.get(f"{asked}/none", headers={"accept": "text/html"}).status_code == 404
    assert client.get("/wire").status_code == 200


def test_texts_of_different_shape_are_shown_one_beside_the_other(backend, client):
    backend.article = lambda *_: replace(STORY, pairs=None)
    page = tree(client.get("/article/1/ar"))
    assert page.xpath("//section[@class='theirs']/p")[0].text == "Text"


def test_a_page_shows_the_lead_image_once_the_licence_and_the_last_change(backend, client):
    picture = "https://news.example.org/1.jpg"
    later = NOON + timedelta(hours=1)
    backend.article = lambda *_: replace(STORY, image=picture, rights="CC BY 4.0", updated=later)
    page = tree(client.get("/article/1/ar"))
    assert page.xpath("//article//img/@src") == [picture] and "CC BY 4.0" in page.text_content()
    changed = page.xpath("//meta[@property='article:modified_time']/@content")
    assert changed == [later.isoformat()]
    own = '<p><img src="https://news.example.org/2.jpg" alt=""></p>'
    backend.article = lambda *_: replace(STORY, image=picture, html=own, pairs=None)
    assert picture not in tree(client.get("/article/1/ar")).xpath("//article//img/@src")


def test_a_local_original_is_not_linked(backend, client):
    backend.article = lambda *_: replace(STORY, url="")
    assert "file:" not in client.get("/article/1/ar").text


def test_search_shows_what_it_finds_and_escapes_what_it_is_asked(client):
    assert "العبّارة &lt;الليلية&gt;" in client.get("/search?q=ferry").text
    page = client.get("/search", params={"q": "<script>alert(1)</script>"})
    assert "<script" not in page.text and "Nothing found" in page.text
    assert client.get("/search").status_code == 200


def test_the_status_page_shows_health_and_offers_a_run(client):
    response = client.get("/status")
    assert "failing (3)" in response.text and "no answer &lt;b&gt;" in response.text
    assert "it broke" in response.text and response.headers["cache-control"] == "no-store"
    widths = re.findall(r'rx="2" width="([\d.]+)%"', response.text)
    assert widths == ["100.0", "100.0", "100.0", "80.0"]  # words, stages, by language
    (columns,) = tree(response).xpath("//*[@role='img']")
    assert columns.get("aria-label") == "2026-02-28: 4, 2026-03-01: 2"
    assert [bar.get("height") for bar in columns.xpath(".//rect")] == ["69.0", "23.0", "46.0"]
    assert "Arabic" in tree(response).xpath("//ul[@class='legend']")[0].text_content()
    assert "30 min" in response.text and ">never<" in response.text
    assert tree(response).xpath("//form[@method='post']//input[@type='password']")


@pytest.mark.parametrize("language", pagestrings.languages())
def test_the_status_page_speaks_every_language_that_pages_speak(client, language):
    page = tree(client.get("/status", headers={"accept-language": f"{language};q=0.9, xx"}))
    assert page.get("lang") == language
    words, english = serverstrings.desk(language), serverstrings.desk("en")
    assert words.keys() == english.keys()
    for key in ("is_running", "is_waiting", "has_ended"):
        assert "{run}" in words[key]
    assert "{number}" in words["retried"] and "{number}" in words["more"]
    assert page.xpath("//h2")[0].text == words["sources"]
    assert words["fetch"] in page.xpath("//table[@class='chart']//th/bdi/text()")
    assert f"{words['run']} 7" in page.xpath("//table[@class='chart']//th/bdi/text()")
    assert page.xpath("//form[@method='post']/button")[0].text == words["run_now"]
    [heading] = page.xpath("//h2[text()=$words]", words=words["lacking"])
    lines = heading.getnext().xpath("li")
    assert lines[0].xpath("code/text()") == ["babelwire models install sw pt"]
    assert lines[1].text_content().startswith(words["unknown_language"])


@pytest.mark.parametrize(
    "path",
    [
        "/none",
        "/feed/world/xx",
        "/feed/none/ar",
        "/feed/world/ar?before=0",
        "/feed/world/ar?before=²",
        "/search?q=x&page=0",
        "/search?q=x&page=-1",
        "/search?q=x&page=²",
        "/search?q=x&page=999999999999999999999",
        "/article/2/ar",
        "/article/%2e%2e%2f1/ar",
        "/assets/../backend.py",
        "/api/runs/none",
    ],
)
def test_what_is_not_there_is_a_page_that_says_so(client, path):
    headers = {"accept": "text/html", "authorization": "Bearer s3cret"}
    assert client.get(path, headers=headers).status_code == 404
    if not path.startswith("/api"):
        page = client.get(path, headers=headers)
        assert "<h1>404" in page.text and "etag" not in page.headers


def test_what_went_wrong_is_told_in_the_readers_language(backend, client, tmp_path):
    asks = {"accept": "text/html", "accept-language": "de"}
    missing = client.get("/none", headers=asks)
    assert tree(missing).xpath("//h1")[0].text == "404: Diese Seite gibt es nicht"
    refused = client.post("/status", data={"token": "x"}, headers=asks)
    assert refused.status_code == 401 and "Das Token fehlt" in refused.text
    assert refused.headers["www-authenticate"].startswith("Bearer")
    for _ in range(10):
        slowed = client.post("/status", data={"token": "x"}, headers=asks)
    assert slowed.status_code == 429 and "Zu viele Versuche" in slowed.text
    assert int(slowed.headers["retry-after"]) <= 61
    backend.broken = True
    broken = client.get("/article/1/ar", headers=asks)
    assert broken.status_code == 503 and "Die Datenbank antwortet nicht" in broken.text
    other = client.put("/status", headers=asks)
    assert other.status_code == 405 and "Method Not Allowed" in other.text
    for page in (missing, refused, slowed, broken, other):
        assert tree(page).get("lang") == "de" and page.headers["content-security-policy"]
        if page not in (refused, slowed):  # which have the form again
            assert tree(page).xpath("//main//a/@href") == ["/"]


def test_the_search_is_narrowed_by_language_and_leafed_through(backend, client):
    asked = []

    def search(query, language, page):
        asked.append((query, language, page))
        return [HEADLINE], page < 2, 2000 if language else 0

    backend.search = search
    page = tree(client.get("/search", params={"q": "ferry & <b>", "language": "ar"}))
    assert page.xpath("//nav[@aria-label='Language']//strong/text()") == ["العربية"]
    (following,) = page.xpath("//a[@rel='next']/@href")
    second = tree(client.get(f"/search{following}"))
    assert not second.xpath("//a[@rel='next']") and second.xpath("//a[@rel='prev']")
    every = page.xpath("//nav[@aria-label='Language']//a/@href")[0]
    client.get(f"/search{every}")
    client.get("/search", params={"q": "x" * 5000})
    assert asked == [
        ("ferry & <b>", "ar", 1),
        ("ferry & <b>", "ar", 2),
        ("ferry & <b>", "", 1),
        ("x" * 200, "", 1),
    ]
    assert client.get("/search?q=x&page=0").status_code == 404


def test_a_feed_names_the_address_to_subscribe_to(client):
    page = tree(client.get("/feed/world/ar"))
    (address,) = page.xpath("//input[@readonly]/@value")
    assert address == "http://testserver/world/ar.rss"
    assert page.xpath("//label[@for='address']")


def brightness(colour):
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts]
    return sum(x * y for x, y in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_every_colour_of_text_stands_out(client, scheme):
    css = client.get("/assets/style.css").text
    roots = re.findall(r":root \{(.*?)\}", css, re.DOTALL)
    colours = dict(re.findall(r"--([\w-]+): (#\w{6});", roots[scheme]))
    for ground in ("paper", "card"):
        for text in ("ink", "faint", "link", "good", "bad"):
            pair = sorted(brightness(colours[one]) for one in (ground, text))
            assert (pair[1] + 0.05) / (pair[0] + 0.05) >= 4.5, (text, ground)


def test_numbers_and_times_are_written_as_readers_write_them():
    assert pagestrings.number(12345, "de") == "12.345" and pagestrings.number(1.5, "fr") == "1,50"
    assert serverstrings.span(5400, "en") == "90 min" and serverstrings.span(7200, "zh") == "2小时"
    assert pagestrings.moment(NOON, "pt") == "1 de março de 2026 12:00 UTC"
    assert pagestrings.day(NOON, "de") == "01.03.2026"
    assert serverstrings.ago(datetime.now(UTC) - timedelta(minutes=3), "es") == "hace 3 minutos"
    assert pagestrings.moment(NOON, "no such tag") == pagestrings.moment(NOON, "en")


def test_without_a_store_pages_link_to_nothing_that_needs_it(tmp_path):
    client = TestClient(application(tmp_path))
    for path in ("/", "/nothing-here"):
        page = tree(client.get(path, headers={"accept": "text/html"}))
        assert page.xpath("//main") and not page.xpath("//form | //a[@href='/status']")
