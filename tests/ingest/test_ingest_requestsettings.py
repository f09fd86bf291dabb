"""The user agent, headers and proxy of a source, and which hosts may get them."""

import pytest

from pipeline.article import Source
from pipeline.errors import FetchError
from pipeline.ingest.http.requestsettings import request_settings

PAGE = "<p>The library stays open late.</p>"


def test_a_source_asks_in_its_own_manner(site, client):
    source = Source(
        id="s",
        kind="feed",
        url=site.url("/feed"),
        user_agent="Courier-Reader/2",
        headers={"Cookie": "session=abc", "X-Key": "k"},
    )
    client.get(site.page("/a", PAGE), settings=request_settings(source))
    (headers,) = site.asked("/a")
    assert headers["User-Agent"] == "Courier-Reader/2"
    assert (headers["Cookie"], headers["X-Key"]) == ("session=abc", "k")


def test_the_headers_of_a_source_go_to_no_other_host(site, client):
    source = Source(id="s", kind="feed", url="https://x.example/feed", headers={"Cookie": "s=abc"})
    client.get(site.page("/a", PAGE), settings=request_settings(source))
    assert "Cookie" not in site.asked("/a")[0]
    settings = request_settings(source)
    assert settings.headers_for("https://news.x.example/1")
    assert not settings.headers_for("https://evilx.example/1")
    assert not settings.headers_for("https://x.example.evil.example/1")


def test_a_proxy_is_asked_for_the_page(site, client):
    source = Source(id="s", kind="feed", url="http://x.example/", proxy=f"http://{site.authority}")
    site.routes["http://x.example/a"] = lambda h: h.reply(PAGE)
    assert (
        client.get("http://x.example/a", settings=request_settings(source)).content == PAGE.encode()
    )


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "0x7f.1", "169.254.169.254"])
def test_a_proxy_is_not_asked_for_private_addresses(site, client, host):
    source = Source(id="s", kind="feed", url="http://x.example/", proxy=f"http://{site.authority}")
    with pytest.raises(FetchError, match="private"):
        client.get(f"http://{host}:9/a", settings=request_settings(source))
    assert not [path for path, _ in site.log if "/a" in path]


def test_a_password_does_not_leave_encryption():
    source = Source(id="s", kind="feed", url="https://x.example/feed", headers={"Cookie": "key"})
    settings = request_settings(source)
    assert settings.headers_for("https://www.x.example/a") == {"Cookie": "key"}
    assert settings.headers_for("http://x.example/a") == {}
    assert settings.headers_for("https://y.example/a") == {}
    plain = Source(id="s", kind="feed", url="http://x.example/feed", headers={"Cookie": "key"})
    assert request_settings(plain).headers_for("http://x.example/a") == {"Cookie": "key"}
