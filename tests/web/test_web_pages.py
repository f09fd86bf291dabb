"""The pages and the answers for programs, over a newsroom of values, in process."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from lxml import html
from starlette.testclient import TestClient

from pipeline.errors import BabelwireError, StoreError
from pipeline.web import application, wording
from pipeline.web.api import Limit
from pipeline.web.newsroom import Channel, Headline, Pass, SourceHealth, Status, Story

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HEADLINE = Headline(
    article="1",
    language="ar",
    title="العبّارة <الليلية>",
    snippet="نص",
    published=NOON,
    source="Wire & Co",
)
CHANNEL = Channel(
    feed="world",
    language="ar",
    title="العالم",
    description="أخبار",
    formats=("rss", "atom", "json"),
    languages=("ar", "en"),
    total=12,
    latest=(HEADLINE,),
)
STORY = Story(
    article="1",
    language="ar",
    languages=("ar", "en"),
    title="العبّارة <الليلية>",
    summary="ملخص",
    html="<p>نص</p>",
    url="https://news.example.org/1",
    published=NOON,
    updated=NOON,
    source="Wire & Co",
    note="ترجمة آلية",
    by_machine=True,
    original_language="en",
    original_title="The night ferry",
    original_html="<p>Text</p>",
    pairs=(("<p>نص</p>", "<p>Text</p>"),),
)
STATUS = Status(
    sources=(
        SourceHealth(
            id="wire",
            title="The Wire",
            every=1800,
            last_run=NOON,
            last_success=None,
            failures=3,
            error="https://x: no answer <b>",
            pages={"done": 5, "waiting": 2},
        ),
    ),
    articles=5,
    languages={"ar": 5, "en": 4},
    per_day={"2026-02-28": {"ar": 3, "en": 1}, "2026-03-01": {"ar": 2}},
    passes=(
        Pass(
            id="7",
            state="failed",
            sources=("wire",),
            started=NOON,
            finished=NOON,
            seconds={"fetch": 1.5},
            words=10,
            failures=("it broke",),
        ),
    ),
)


class Fake:
    """A newsroom of values."""

    broken = False

    def __init__(self):
        self.asked = []

    def feeds(self):
        return [CHANNEL, replace(CHANNEL, language="en", title="The world", latest=())]

    def entries(self, feed, language, page):
        if (feed, language) != ("world", "ar"):
            return None
        return CHANNEL, page < 3

    def article(self, article, language):
        if self.broken:
            raise StoreError("/srv/secret.sqlite", "is damaged")
        return {("1", "ar"): STORY}.get((article, language))

    def search(self, query, language, page):
        return ([HEADLINE], page < 2) if "ferry" in query else ([], False)

    def subscriptions(self, root, language):
        return None

    def languages(self):
        return ["ar", "en"]

    def status(self):
        return STATUS

    def ready(self):
        return not self.broken

    def trigger(self, sources):
        if set(sources) - {"wire", ""}:
            raise BabelwireError("x", "there is no such source")
        self.asked.append(list(sources))
        return Pass(id="t1", state="waiting")

    def run(self, run):
        return Pass(id=run, state="running") if run == "t1" else None


@pytest.fixture
def room():
    return Fake()


@pytest.fixture
def client(room, tmp_path):
    (tmp_path / "feeds.opml").write_text("<opml/>")
    return TestClient(application(tmp_path, room, token="s3cret"))


def tree(response):
    return html.fromstring(response.content)


PAGES = ["/", "/feed/world/ar", "/article/1/ar", "/search?q=ferry", "/status"]


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
    page = tree(client.get(path, headers={"accept-language": "en"}))
    own = path.endswith("/ar")
    assert (page.get("lang"), page.get("dir")) == (("ar", "rtl") if own else ("en", "ltr"))
    assert len(page.xpath("//h1")) == 1 and len(page.xpath("//main[@id='content']")) == 1
    assert page.xpath("//a[@class='skip']/@href") == ["#content"]
    for field in page.xpath("//input | //select"):
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
    moved = client.get("/feed/world/ar/?page=2", follow_redirects=False)
    assert (moved.status_code, moved.headers["location"]) == (308, "/feed/world/ar?page=2")
    assert client.get("/status/").status_code == 200


def test_a_feed_is_leafed_through(client):
    page = tree(client.get("/feed/world/ar?page=2"))
    assert page.get("dir") == "rtl"
    assert page.xpath("//a[@rel='prev']/@href") == ["?page=1"]
    assert page.xpath("//a[@rel='next']/@href") == ["?page=3"]
    assert not tree(client.get("/feed/world/ar?page=3")).xpath("//a[@rel='next']")


def test_an_article_shows_both_languages_side_by_side(client):
    page = tree(client.get("/article/1/ar"))
    ours, theirs = page.xpath("//div[@class='ours']")[0], page.xpath("//div[@class='theirs']")[0]
    assert (ours.get("lang"), ours.get("dir"), ours.text_content()) == ("ar", "rtl", "نص")
    assert (theirs.get("lang"), theirs.get("dir"), theirs.text_content()) == ("en", "ltr", "Text")
    assert page.xpath("//h1")[0].text == STORY.title
    assert page.xpath("//*[@role='note']")[0].text == STORY.note
    assert set(page.xpath("//link[@rel='alternate']/@hreflang")) == {"ar", "en"}
    assert page.xpath("//meta[@property='og:title']/@content") == [STORY.title]
    assert page.xpath("//meta[@property='og:url']/@content") == ["http://testserver/article/1/ar"]
    assert STORY.url in page.xpath("//a/@href")


def test_a_page_names_its_public_address_where_there_is_one(room, tmp_path):
    site = application(tmp_path, room, base_url="https://wire.example.org/")
    page = tree(TestClient(site).get("/article/1/ar"))
    public = "https://wire.example.org/article/1/"
    assert page.xpath("//meta[@property='og:url']/@content") == [f"{public}ar"]
    assert set(page.xpath("//link[@rel='alternate']/@href")) == {f"{public}ar", f"{public}en"}


def test_texts_of_different_shape_are_shown_one_beside_the_other(room, client):
    room.article = lambda *_: replace(STORY, pairs=None)
    page = tree(client.get("/article/1/ar"))
    assert page.xpath("//section[@class='theirs']/p")[0].text == "Text"


def test_a_local_original_is_not_linked(room, client):
    room.article = lambda *_: replace(STORY, url="file:///home/ada/page.html")
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
    widths = re.findall(r'width="([\d.]+)%"></rect>', response.text)
    assert widths == ["100.0", "80.0", "100.0", "100.0"]  # by language, words, stages
    (columns,) = tree(response).xpath("//*[@role='img']")
    assert columns.get("aria-label") == "2026-02-28: 4, 2026-03-01: 2"
    assert [bar.get("height") for bar in columns.xpath(".//rect")] == ["69.0", "23.0", "46.0"]
    assert "Arabic" in tree(response).xpath("//ul[@class='legend']")[0].text_content()
    assert "30 min" in response.text and ">never<" in response.text
    assert tree(response).xpath("//form[@method='post']//input[@type='password']")


@pytest.mark.parametrize("language", sorted(wording._words()))
def test_the_status_page_speaks_every_language_that_pages_speak(client, language):
    page = tree(client.get("/status", headers={"accept-language": f"{language};q=0.9, xx"}))
    assert page.get("lang") == language
    words, english = wording.desk(language), wording.desk("en")
    assert words.keys() == english.keys() and "{run}" in words["accepted"]
    assert page.xpath("//h2")[0].text == words["sources"]
    assert page.xpath("//form[@method='post']/button")[0].text == words["run_now"]


@pytest.mark.parametrize(
    "path",
    [
        "/none",
        "/feed/world/xx",
        "/feed/none/ar",
        "/feed/world/ar?page=0",
        "/feed/world/ar?page=-1",
        "/feed/world/ar?page=²",
        "/feed/world/ar?page=999999999999999999999",
        "/article/2/ar",
        "/article/%2e%2e%2f1/ar",
        "/assets/../newsroom.py",
        "/api/runs/none",
    ],
)
def test_what_is_not_there_is_a_page_that_says_so(client, path):
    headers = {"accept": "text/html", "authorization": "Bearer s3cret"}
    assert client.get(path, headers=headers).status_code == 404
    if not path.startswith("/api"):
        page = client.get(path, headers=headers)
        assert "<h1>404" in page.text and "etag" not in page.headers


def test_what_went_wrong_is_told_in_the_readers_language(room, client, tmp_path):
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
    room.broken = True
    broken = client.get("/article/1/ar", headers=asks)
    assert broken.status_code == 503 and "Die Datenbank antwortet nicht" in broken.text
    other = client.put("/status", headers=asks)
    assert other.status_code == 405 and "Method Not Allowed" in other.text
    for page in (missing, refused, slowed, broken, other):
        assert tree(page).get("lang") == "de" and page.headers["content-security-policy"]
        assert tree(page).xpath("//main//a/@href") == ["/"]


def test_the_search_is_narrowed_by_language_and_leafed_through(room, client):
    asked = []

    def search(query, language, page):
        asked.append((query, language, page))
        return [HEADLINE], page < 2

    room.search = search
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
    assert wording.number(12345, "de") == "12.345" and wording.number(1.5, "fr") == "1,50"
    assert wording.span(5400, "en") == "90 min" and wording.span(7200, "zh") == "2小时"
    assert wording.moment(NOON, "pt") == "1 de março de 2026 12:00 UTC"
    assert wording.day(NOON, "de") == "01.03.2026"
    assert wording.ago(datetime.now(UTC) - timedelta(minutes=3), "es") == "hace 3 minutos"
    assert wording.moment(NOON, "no such tag") == wording.moment(NOON, "en")


def test_a_broken_store_is_503_and_keeps_its_secrets(room, tmp_path):
    room.broken = True
    client = TestClient(application(tmp_path, room), raise_server_exceptions=False)
    for accept in ("text/html", "*/*"):
        response = client.get("/article/1/ar", headers={"accept": accept})
        assert response.status_code == 503 and "secret" not in response.text
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503


def test_metrics_are_prometheus_text(client):
    response = client.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain")
    lines = response.text.splitlines()
    assert "babelwire_articles 5.0" in lines
    assert 'babelwire_references{source="wire",state="waiting"} 2.0' in lines
    assert 'babelwire_source_failures{source="wire"} 3.0' in lines
    assert 'babelwire_last_run_stage_seconds{stage="fetch"} 1.5' in lines
    assert "babelwire_runs_total 7.0" in lines


AUTHORISED = {"authorization": "Bearer s3cret"}


def test_a_run_is_started_with_the_token_and_followed(room, client):
    assert client.post("/api/run").status_code == 401
    assert client.post("/api/run", headers={"authorization": "Bearer wrong"}).status_code == 401
    response = client.post("/api/run", headers=AUTHORISED, json={"sources": ["wire"]})
    assert response.status_code == 202 and response.json()["id"] == "t1"
    assert client.post("/api/run", headers=AUTHORISED).status_code == 202
    assert room.asked == [["wire"], []]
    progress = client.get(response.headers["location"], headers=AUTHORISED)
    assert progress.json()["state"] == "running"
    assert client.get(response.headers["location"]).status_code == 401


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("[]", 400),
        ("{", 400),
        ('{"sources": "wire"}', 400),
        ('{"sources": [1]}', 400),
        ('{"sources": ["none"]}', 404),
        ("x" * 20_000, 413),
    ],
)
def test_a_wrong_request_for_a_run_is_refused(room, client, body, status):
    response = client.post("/api/run", headers=AUTHORISED, content=body)
    assert (response.status_code, room.asked) == (status, [])


def test_the_button_on_the_status_page_starts_a_run(room, client):
    data = {"source": "wire", "token": "s3cret"}
    response = client.post("/status", data=data, follow_redirects=False)
    assert (response.status_code, response.headers["location"]) == (303, "/status?run=t1")
    assert room.asked == [["wire"]]
    assert client.post("/status", data={"token": "x"}).status_code == 401


def test_guessing_the_token_is_slowed_down(room, client):
    statuses = [
        client.post("/api/run", headers={"authorization": f"Bearer {n}"}).status_code
        for n in range(12)
    ]
    assert statuses == [401] * 10 + [429] * 2
    refused = client.post("/api/run", headers=AUTHORISED)
    assert refused.status_code == 429 and int(refused.headers["retry-after"]) <= 61
    assert room.asked == []
    other = TestClient(client.app, client=("192.0.2.7", 50000))
    assert other.post("/api/run", headers=AUTHORISED).status_code == 202


def test_the_limit_forgets():
    now = [0.0]
    limit = Limit(2, 60, lambda: now[0])
    assert [limit.wait(), limit.wait(), limit.wait()] == [0, 0, 60]
    now[0] = 60.0
    assert limit.wait() == 0


def test_without_a_token_nobody_starts_a_run(room, tmp_path):
    client = TestClient(application(tmp_path, room))
    assert client.post("/api/run", headers={"authorization": "Bearer "}).status_code == 405
    assert client.post("/status", data={"token": ""}).status_code == 405
    assert "password" not in client.get("/status").text
    assert room.asked == []


def test_feeds_may_be_read_by_pages_of_other_origins_and_are_compressed(tmp_path):
    (tmp_path / "world").mkdir()
    (tmp_path / "world" / "pt.rss").write_text("<rss>" + "text " * 1000)
    client = TestClient(application(tmp_path))
    response = client.get("/world/pt.rss", headers={"accept-encoding": "gzip"})
    assert response.headers["access-control-allow-origin"] == "*"
    assert response.headers["content-encoding"] == "gzip"
    plain = client.get("/world/pt.rss", headers={"accept-encoding": "gzip;q=0"})
    assert "content-encoding" not in plain.headers and plain.text == response.text
    assert plain.headers["etag"] != response.headers["etag"]
    assert "Accept-Encoding" in plain.headers["vary"]


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("br;q=0.5, gzip;q=1.0", "gzip"),
        ("gzip;q=0.5, *", "br"),
        ("x-gzip", "gzip"),
        ("br; q=0, gzip", "gzip"),
        ("*;q=0", None),
        ("identity", None),
        ("zstd", None),
    ],
)
def test_files_and_pages_come_in_the_coding_their_client_likes_best(
    tmp_path, client, accepted, coding
):
    (tmp_path / "pt.rss").write_text("<rss>" + "text " * 1000)
    for path in ("/pt.rss", "/assets/style.css"):
        with_coding = client.get(path, headers={"accept-encoding": accepted})
        assert with_coding.headers.get("content-encoding") == coding
        plain = client.get(path, headers={"accept-encoding": "identity"})
        assert with_coding.content == plain.content
        tag = with_coding.headers["etag"]
        assert (tag == plain.headers["etag"]) == (coding is None)
        again = client.get(path, headers={"accept-encoding": accepted, "if-none-match": tag})
        assert again.status_code == 304 and not again.content
