"""The client against a real server on loopback that behaves, and one that does not."""

import gzip
import socket
import struct
import zlib
from concurrent.futures import ThreadPoolExecutor

import brotli
import pytest

from pipeline import __version__
from pipeline.article import Validators
from pipeline.errors import FetchError, SettingsError
from pipeline.ingest import Client
from pipeline.ingest.http.decode import zstd
from pipeline.options import FetchOptions
from tests.waiting import held_port, until

PAGE = "<html><body><article>" + "<p>The library stays open late.</p>" * 20 + "</article>"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n"


def refusal(client, url):
    with pytest.raises(FetchError) as caught:
        client.get(url)
    assert url.partition("#")[0][:200] in str(caught.value) or "redirects to" in str(caught.value)
    return caught.value


def test_a_page_comes_with_its_headers_and_validators(site, client):
    url = site.page("/a", PAGE, ETag='"v1"', Last_Modified="Wed, 20 Nov 2024 07:30:00 GMT")
    response = client.get(url + "#comments")
    assert response.content == PAGE.encode()
    assert response.url == url
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.validators.etag == '"v1"'
    assert len(response.validators.digest) == 64
    (headers,) = site.asked("/a")
    assert headers["User-Agent"] == f"babelwire/{__version__} (+https://wire.example.org/about)"
    assert "If-None-Match" not in headers


def test_known_pages_are_asked_for_conditionally(site, client):
    def conditional(h):
        if h.headers.get("If-None-Match") == '"v1"':
            h.reply(b"", status=304, ETag='"v1"')
        else:
            h.reply(PAGE, ETag='"v1"', Last_Modified="Wed, 20 Nov 2024 07:30:00 GMT")

    site.routes["/a"] = conditional
    first = client.get(site.url("/a"))
    second = client.get(site.url("/a"), first.validators)
    assert second.not_modified
    assert second.validators == first.validators
    assert site.asked("/a")[1]["If-Modified-Since"] == "Wed, 20 Nov 2024 07:30:00 GMT"


def test_a_changing_tag_on_the_same_bytes_is_not_a_change(site, client):
    site.routes["/a"] = lambda h: h.reply(PAGE, ETag=f'"{len(site.log)}"')
    first = client.get(site.url("/a"))
    assert client.get(site.url("/a"), first.validators).not_modified


def test_a_stuck_tag_on_other_bytes_is_a_change(site, client):
    site.routes["/a"] = lambda h: h.reply(f"{PAGE}{len(site.log)}", ETag='"stuck"')
    first = client.get(site.url("/a"))
    assert not client.get(site.url("/a"), first.validators).not_modified


def test_not_modified_without_a_condition_is_an_error(site, client):
    assert refusal(client, site.page("/a", b"", status=304)).status == 304


@pytest.mark.parametrize(
    ("status", "retry"), [(404, False), (403, False), (410, False), (429, True), (503, True)]
)
def test_a_bad_status_says_whether_to_try_again(site, client, status, retry):
    error = refusal(client, site.page("/a", "no", status=status))
    assert (error.status, error.retry) == (status, retry)


@pytest.mark.parametrize("body", [b"", b" \n\t "])
def test_an_empty_answer_is_an_error(site, client, body):
    assert "empty" in refusal(client, site.page("/a", body)).reason


@pytest.mark.parametrize("status", [204, 206])
def test_an_answer_that_is_no_whole_document_is_an_error(site, client, status):
    assert refusal(client, site.page("/a", b"", status=status)).status == status


def test_redirects_are_followed_and_permanent_ones_reported(site, client):
    site.page("/c", PAGE)
    site.page("/b", b"", status=302, Location="c")
    site.page("/a", b"", status=301, Location="/b")
    response = client.get(site.url("/a"))
    assert response.url == site.url("/c")
    assert response.moved == site.url("/b")


def test_a_redirect_loop_ends(site, client):
    site.page("/a", b"", status=302, Location="/b")
    site.page("/b", b"", status=302, Location="/a")
    refusal(client, site.url("/a"))
    assert len(site.log) <= 6


def test_a_cookie_set_by_a_redirect_is_sent_back_but_not_kept(site, client):
    def gate(h):
        if "seen=1" in h.headers.get("Cookie", ""):
            h.reply(PAGE)
        else:
            h.reply(b"", status=302, Location="/a", Set_Cookie="seen=1; Path=/")

    site.routes["/a"] = gate
    assert client.get(site.url("/a")).content == PAGE.encode()
    client.get(site.url("/a"))
    assert "Cookie" not in site.asked("/a")[2]


@pytest.mark.parametrize(
    "target",
    [
        "file:///etc/hostname",
        "ftp://example.org/",
        "javascript:alert(1)",
        "http://[",
        "//",
        "data:,",
    ],
)
def test_redirects_elsewhere_than_the_web_are_refused(site, client, target):
    refusal(client, site.page("/a", b"", status=302, Location=target))


@pytest.mark.parametrize(
    "url",
    ["file:///etc/hostname", "http://", "http://[", "http://ex.org:99999/", "mailto:a@b.c", ""],
)
def test_only_web_addresses_are_asked(client, url):
    with pytest.raises(FetchError):
        client.get(url)


@pytest.mark.parametrize("userinfo", ["editor:sesame@", "sesame@", ":sesame@", "a%40sesame@"])
def test_passwords_in_addresses_are_refused_and_not_shown(site, client, userinfo):
    url = f"http://{userinfo}{site.authority}/a"
    for asked in (url, site.page("/b", b"", status=302, Location=url)):
        with pytest.raises(FetchError, match="user name or password") as caught:
            client.get(asked)
        assert "sesame" not in str(caught.value)
    assert not site.asked("/a")


@pytest.mark.parametrize("host", ["127.0.0.2", "[::1]", "0.0.0.0", "2130706434"])
def test_private_addresses_are_refused(site, client, host):
    error = refusal(client, f"http://{host}:{site.server_port}/a")
    assert "private" in error.reason or "not known" in error.reason
    assert not site.log


def test_a_redirect_inwards_is_refused_before_connecting(site, client):
    with socket.create_server(("127.0.0.1", 0)) as canary:
        canary.setblocking(False)  # who connects is there at once
        inside = f"http://127.0.0.1:{canary.getsockname()[1]}/"
        error = refusal(client, site.page("/a", b"", status=302, Location=inside))
        assert "private" in error.reason
        with pytest.raises(BlockingIOError):
            canary.accept()


def test_a_wrong_exemption_is_a_settings_error():
    with pytest.raises(SettingsError, match="allow_private_hosts"):
        Client(FetchOptions(allow_private_hosts=("10.0.0.0/99",)))


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "raw-deflate"])
def test_compressed_bodies(site, client, encoding):
    data = {
        "gzip": gzip.compress(PAGE.encode()),
        "deflate": zlib.compress(PAGE.encode()),
        "raw-deflate": zlib.compress(PAGE.encode())[2:-4],
    }[encoding]
    url = site.page("/a", data, Content_Encoding=encoding.removeprefix("raw-"))
    assert client.get(url).content == PAGE.encode()


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "deflate", "br", "zstd"])
@pytest.mark.parametrize("times", [1, 2])
def test_an_encoding_that_is_named_twice_is_undone_as_often_as_it_was_applied(
    site, client, encoding, times
):
    encode = {"deflate": zlib.compress, "br": brotli.compress, "zstd": zstd.compress}
    data = PAGE.encode()
    for _ in range(times):
        data = encode.get(encoding, gzip.compress)(data)
    lines = b"Content-Encoding: %b\r\n" % encoding.encode() * 2
    site.routes["/a"] = lambda h: h.raw(HEAD, lines, b"\r\n", data)
    assert client.get(site.url("/a")).content == PAGE.encode()
    url = site.page("/b", data, Content_Encoding=f"{encoding}, {encoding}")
    assert client.get(url).content == PAGE.encode()


def test_what_breaks_off_within_the_second_encoding_is_no_page(site, client):
    data = gzip.compress(gzip.compress(PAGE.encode())[:-20])
    assert refusal(client, site.page("/a", data, Content_Encoding="gzip, gzip")).retry


def test_a_decompression_bomb_is_refused(site, client):
    bomb = gzip.compress(b" " * 50_000_000)
    assert len(bomb) < 200_000
    error = refusal(client, site.page("/a", bomb, Content_Encoding="gzip"))
    assert "larger than 200,000 bytes" in error.reason


def test_an_endless_body_is_refused(site, client):
    def endless(h):
        h.raw(HEAD, b"\r\n")
        for _ in range(100_000):
            h.raw(b"<p>more</p>" * 1000)

    site.routes["/a"] = endless
    assert "larger" in refusal(client, site.url("/a")).reason


CUT = {
    "length": [HEAD, b"Content-Length: 9999\r\n\r\n", PAGE.encode()],
    "chunk": [HEAD, b"Transfer-Encoding: chunked\r\n\r\n", b"400\r\n" + PAGE.encode()[:500]],
    "bad chunk": [HEAD, b"Transfer-Encoding: chunked\r\n\r\n", b"zz\r\n" + PAGE.encode()],
    "gzip": [HEAD, b"Content-Encoding: gzip\r\n\r\n", gzip.compress(PAGE.encode())[:-20]],
    "not gzip": [HEAD, b"Content-Encoding: gzip\r\n\r\n", PAGE.encode()],
    "nothing": [],
    "no http": [b"\x16\x03\x01 what is this\r\n\r\n"],
    "bad status": [b"HTTP/1.1 abc OK\r\n\r\n"],
    "endless headers": [HEAD, b"X-A: b\r\n" * 5000, b"\r\n", PAGE.encode()],
    "long header": [HEAD, b"X-A: " + b"b" * 100_000 + b"\r\n\r\n", PAGE.encode()],
}


@pytest.mark.parametrize("case", CUT)
def test_a_broken_answer_is_a_passing_error_and_never_half_a_page(site, client, case):
    site.routes["/a"] = lambda h: h.raw(*CUT[case])
    assert refusal(client, site.url("/a")).retry


def test_a_reset_connection_is_a_passing_error(site, client):
    def reset(h):
        h.raw(HEAD, b"Content-Length: 9999\r\n\r\n", b"<p>")
        h.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        h.connection.close()

    site.routes["/a"] = reset
    assert refusal(client, site.url("/a")).retry


def drip(prefix, piece):
    """Sends the piece again and again, until the client hangs up or for LONG seconds."""

    def route(h):
        h.raw(*prefix)
        until(lambda: h.raw(piece))

    return route


@pytest.mark.parametrize(
    "route",
    [
        pytest.param(drip([HEAD, b"\r\n"], b"x"), id="body"),
        pytest.param(drip([HEAD], b"X-A: b\r\n"), id="headers"),
        pytest.param(drip([], b"H"), id="status line"),
        pytest.param(drip([], b"HTTP/1.1 100 Continue\r\n\r\n"), id="endless 100"),
    ],
)
def test_a_dripping_server_is_given_up_at_the_deadline(site, options, route):
    left = []

    def watched(h):
        try:
            route(h)
        except ConnectionError:
            left.append(True)

    site.routes["/a"] = watched
    site.page("/robots.txt", "")
    with Client(options.model_copy(update={"total_timeout": 1.5})) as client:
        client.get(site.page("/b", PAGE))
        error = refusal(client, site.url("/a"))
    assert error.retry
    until(lambda: left, "the client's hanging up")


def test_nobody_at_home():
    opened = Client(FetchOptions(allow_private_hosts=("127.0.0.1",)))
    with held_port() as port, opened:
        error = refusal(opened, f"http://127.0.0.1:{port}/")
    assert "refuses connections" in error.reason
    assert error.retry


def test_one_client_serves_many_threads(site, client):
    for number in range(40):
        site.page(f"/{number}", f"<p>page {number}</p>")
    with ThreadPoolExecutor(8) as pool:
        bodies = list(pool.map(lambda n: client.get(site.url(f"/{n}")).content, range(40)))
    assert bodies == [f"<p>page {n}</p>".encode() for n in range(40)]


def test_validators_of_another_page_do_not_hide_this_one(site, client):
    url = site.page("/a", PAGE)
    assert client.get(url, Validators(digest="0" * 64)).content
