"""Feeds that need a token in their address, of real passes, as their subscribers meet them."""

import json
import logging
import re
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import feedparser
import pytest
from lxml import html
from starlette.testclient import TestClient

from pipeline.cli.context import open_store
from pipeline.cli.daemon import Site
from pipeline.config import load
from pipeline.desk import Desk
from pipeline.errors import SettingsError
from tests.conftest import write_page

ANA, SCHOOL = "ana-0123456789abcdef", "School_0123456789abcdefghij"
WRONG = "ana-0123456789abcdeX"
API = "a-token-that-is-long-enough"
HOST = "https://wire.example.org"
TABLES = """
[serve]
token = "{api}"
[[serve.readers]]
name = "ana"
token = "{ana}"
[[serve.readers]]
name = "school"
token = "{school}"
feeds = ["hills"]
[[sources]]
id = "town"
kind = "folder"
path = "town"
[[sources]]
id = "hills"
kind = "folder"
path = "hills"
[[feeds]]
id = "news"
title = "News"
sources = ["town"]
languages = ["en"]
limit = 2
link = "{link}"
[[feeds]]
id = "hills"
title = "Hills"
sources = ["hills"]
languages = ["en"]
"""


def text_of(base_url: str) -> str:
    link = "page" if base_url else "original"
    return TABLES.format(api=API, ana=ANA, school=SCHOOL, link=link)


@pytest.fixture(params=[f"{HOST}/wire", HOST, ""], ids=["path", "root", "none"])
def base_url(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def client(tmp_path: Path, write_settings, base_url):
    for source, number in (("town", 7), ("hills", 2)):
        for one in range(number):
            title = f"The bridge of {source} is repaired, part {one}"
            text = f"It was about time, says {HOST}/wire/other/place in a notice."
            write_page(tmp_path / source, f"{source}-{one}", title, text)
    path = write_settings(text_of(base_url), f'base_url = "{base_url}"\n')
    settings = load(path)
    with open_store(settings) as store, Site(store, settings) as site:
        assert Desk(settings, store).run().exit_code == 0
        client = TestClient(site, base_url=HOST)
        client.headers["accept"] = "*/*"
        yield client


@pytest.fixture
def home(base_url) -> str:
    """The path of the whole site, as its address says."""
    return urlsplit(base_url).path


def at(home: str, token: str, path: str = "/") -> str:
    return f"{home}/t/{token}{path}"


def links(answer, base: str) -> set[str]:
    """The paths on this host that an answer links to."""
    kind = answer.headers["content-type"]
    if kind.startswith(("text/css", "image/")):
        return set()
    if kind.startswith("text/html"):
        tree = html.fromstring(answer.content)
        found = {str(one) for one in tree.xpath("//@href | //@src | //form[not(@method)]/@action")}
    else:
        found = set(re.findall(r"https?://[^\s\"'<>]+|(?<=href=\")\.\./[^\"]+", answer.text))
    there = {urlsplit(urljoin(f"{HOST}{base}", one)) for one in found}
    return {one.path for one in there if f"{one.scheme}://{one.netloc}" == HOST}


def walk(client: TestClient, start: str) -> dict[str, bytes]:
    """Everything that links lead to from a page, but what an article's own text names."""
    seen: dict[str, bytes] = {}
    ahead = [start]
    while ahead:
        path = ahead.pop()
        if path in seen or "/other/" in path:
            continue
        answer = client.get(path)
        assert answer.status_code == 200, path
        seen[path] = answer.content
        ahead += links(answer, path)
    return seen


def test_a_subscriber_finds_everything_below_the_token_and_nothing_elsewhere(
    client, home, base_url
):
    site = walk(client, at(home, ANA))
    assert {one for one in site if not one.startswith(at(home, ANA))} == set()
    names = {one.removeprefix(at(home, ANA, "")) for one in site}
    wanted = {"/", "/feeds.opml", "/news/en.rss", "/news/en.atom", "/news/en.json"}
    wanted |= {"/hills/en.rss", "/feed.css", "/status", "/search", "/assets/style.css"}
    if base_url:
        wanted |= {"/news/en.archive-1.rss", "/news/en.archive-2.atom"}
        assert sum(one.startswith("/article/") for one in names) >= 2
    assert wanted <= names, wanted - names
    for path in [*names, "/index.html", "/metrics", "/feed/news/en", "/article/x/en"]:
        if path.startswith("/assets/"):
            continue
        for token in ("", f"/t/{WRONG}", "/t", "/t/", f"/t/{ANA[:-1]}", f"/t/{ANA}x"):
            answer = client.get(f"{home}{token}{path}", follow_redirects=False)
            assert answer.status_code == 404, f"{token}{path}"


def test_self_links_carry_the_token_and_ids_do_not_change(client, home, base_url, tmp_path):
    answer = client.get(at(home, ANA, "/news/en.atom"))
    feed = feedparser.parse(answer.content)
    assert not feed.bozo
    published = feedparser.parse((tmp_path / "output" / "news" / "en.atom").read_bytes())
    assert [one.id for one in feed.entries] == [one.id for one in published.entries]
    assert feed.feed.id == published.feed.id
    assert ANA not in (tmp_path / "output" / "news" / "en.atom").read_text("utf-8")
    hrefs = [one.href for one in feed.feed.get("links", ()) if one.rel == "self"]
    assert hrefs == ([f"{HOST}{at(home, ANA, '/news/en.atom')}"] if base_url else [])
    data = client.get(at(home, ANA, "/news/en.json")).json()
    assert data.get("feed_url") == (hrefs[0].replace("atom", "json") if hrefs else None)
    # What an article says of other places on the host is its own text.
    assert all(f"{HOST}/wire/other/place" in one.content[0].value for one in feed.entries)
    again = client.get(at(home, ANA, "/news/en.atom"), headers={
        "if-none-match": answer.headers["etag"]
    })  # fmt: skip
    assert again.status_code == 304


def test_a_reader_of_some_feeds_sees_nothing_of_the_others(client, home, base_url, tmp_path):
    site = walk(client, at(home, SCHOOL))
    names = {one.removeprefix(at(home, SCHOOL, "")) for one in site}
    assert "/hills/en.rss" in names and not any("news" in one for one in names)
    assert "/status" not in names
    seen = b"".join(site.values())
    assert b"bridge of hills" in seen
    assert b"of town" not in seen and ANA.encode() not in seen and b"News" not in seen
    found = client.get(at(home, SCHOOL, "/search?q=bridge")).text
    assert "of hills" in found and "of town" not in found
    every = client.get(at(home, ANA, "/feed/news/en")).text
    town = re.search(r"/article/([0-9a-f-]{36})/en", every)
    assert town
    assert "of town" in client.get(at(home, ANA, "/search?q=bridge")).text
    for path in (
        "/news/en.rss", "/feed/news/en", f"/article/{town[1]}/en", "/status", "/metrics",
        f"/article/{town[1]}/en/index.html", "/index.html", "/feeds.en.opml.x", "/api/run",
        "/news/../hills/../news/en.rss", "/hills/%2e%2e/news/en.rss",
    ):  # fmt: skip
        assert client.get(at(home, SCHOOL, path)).status_code == 404, path
    assert "of town" in client.get(at(home, ANA, f"/article/{town[1]}/en")).text
    assert b"News" not in client.get(at(home, SCHOOL, "/feeds.opml")).content


def test_a_token_is_in_no_log_and_no_answer_to_others(client, home, caplog):
    with caplog.at_level(logging.DEBUG):
        for token in (ANA, SCHOOL, WRONG):
            for path in ("/", "/news/en.rss", "/nowhere", "/search?q=x", "/article/x/en"):
                for accept in ("text/html", "*/*"):
                    answer = client.get(at(home, token, path), headers={"accept": accept})
                    if token == WRONG:
                        assert answer.status_code == 404
                        assert token not in answer.text + str(answer.headers)
                        nothing = client.get(f"{home}/nowhere", headers={"accept": accept})
                        assert answer.content == nothing.content
                        assert answer.headers == nothing.headers
    said = "\n".join(
        record.getMessage() for record in caplog.records if record.name.startswith("pipeline")
    )
    assert ANA not in said and SCHOOL not in said and WRONG not in said
    bearer = {"authorization": f"Bearer {API}"}
    client.get(at(home, ANA))
    for path in ("/api/openapi.json", "/api/articles", "/healthz", "/robots.txt"):
        told = client.get(f"{home}{path}", headers=bearer)
        assert told.status_code == 200 and ANA not in told.text and SCHOOL not in told.text
    described = client.get(f"{home}/api/openapi.json").json()["paths"]
    assert "/api/preview" in described and "/metrics" not in described
    assert ANA not in client.get(at(home, ANA, "/metrics")).text


def test_answers_below_a_token_are_private(client, home):
    for path in ("/", "/news/en.rss", "/feeds.opml", "/assets/style.css", "/nowhere"):
        headers = client.get(at(home, ANA, path)).headers
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-robots-tag"] == "noindex, nofollow"
        assert "public" not in headers["cache-control"]
    assert client.get(f"{home}/robots.txt").text == "User-agent: *\nDisallow: /\n"


def test_a_proxy_may_remove_the_path_of_the_public_address(client, home):
    for path in ("/", "/news/en.rss", "/hills/en.json"):
        kept = client.get(at(home, ANA, path))
        removed = client.get(at("", ANA, path))
        assert (removed.status_code, removed.content) == (200, kept.content)


def test_who_may_see_everything_starts_a_pass_from_the_status_page(client, home):
    page = client.get(at(home, ANA, "/status")).text
    assert f'action="{at(home, ANA, "/status")}"' in page
    data = {"token": API}
    answer = client.post(at(home, ANA, "/status"), data=data, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(at(home, ANA, "/status?run="))
    assert client.post(f"{home}/status", data=data).status_code == 404
    assert client.post(at(home, SCHOOL, "/status"), data=data).status_code in (404, 405)


def test_a_reader_who_is_taken_out_of_the_settings_finds_nothing(tmp_path, write_settings):
    path = write_settings(text_of("https://a.example"), 'base_url = "https://a.example"\n')
    (tmp_path / "town").mkdir()
    settings = load(path)
    with open_store(settings) as store, Site(store, settings) as site:
        client = TestClient(site)
        assert client.get(at("", SCHOOL)).status_code == 200
        path.write_text(path.read_text().replace(SCHOOL, SCHOOL[::-1]))
        site.renew(load(path))
        assert client.get(at("", SCHOOL)).status_code == 404
        assert client.get(at("", SCHOOL[::-1])).status_code == 200


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (f'"{SCHOOL}"', '"too short"', "serve.readers, item 2.token: must have 16"),
        (f'"{SCHOOL}"', f'"{SCHOOL}/é"', "serve.readers, item 2.token: must have 16"),
        (SCHOOL, ANA, "serve.readers, item 2.token: is that of another reader"),
        ('"school"', '"ana"', "serve.readers, item 2.name: is that of another reader"),
        ('feeds = ["hills"]', 'feeds = ["hils"]', 'no feed "hils" (did you mean "hills"?)'),
        ('title = "Hills"', 'title = "H"\nhub = "https://hub.example/"', "would learn addresses"),
        ('id = "news"', 'id = "t"', '"t" is the path of what needs a token'),
    ],
)
def test_settings_that_would_give_something_away_are_refused(write_settings, old, new, said):
    text = text_of(HOST)
    assert old in text
    path = write_settings(text.replace(old, new), f'base_url = "{HOST}"\n')
    with pytest.raises(SettingsError) as caught:
        load(path)
    told = str(caught.value)
    assert said in told, told
    assert ANA not in told and SCHOOL not in told
    assert json.dumps(told)


def test_settings_do_not_show_tokens(write_settings):
    settings = load(write_settings(text_of(HOST), f'base_url = "{HOST}"\n'))
    assert ANA not in repr(settings) and SCHOOL not in str(settings.serve)
