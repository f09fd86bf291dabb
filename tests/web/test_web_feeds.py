"""The server as a feed reader meets it: over a real socket, with real conditional requests."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import feedparser
import pytest
import requests

from pipeline.article import Entry, FeedSpec
from pipeline.errors import BabelwireError, ServeError
from pipeline.syndicate import FORMATS
from pipeline.web import Server, application
from tests.waiting import LONG, held_port, until

FEED = FeedSpec(id="world", title="World <News>", languages=("pt", "ar"))
ENTRY = Entry(
    id="tag:wire.example.org,2026:1/pt",
    url="https://news.example.com/1",
    title="Olá",
    summary="Resumo",
    html="<p>Texto</p>",
    language="pt",
    original_language="en",
    by_machine=True,
    published=datetime(2026, 3, 1, tzinfo=UTC),
    updated=datetime(2026, 3, 1, tzinfo=UTC),
)


def age(file):
    """Publishes a file a minute earlier: its date is not told within the second it is from."""
    os.utime(file, (time.time() - 60,) * 2)


@pytest.fixture
def output(tmp_path):
    folder = tmp_path / "output"
    (folder / "world").mkdir(parents=True)
    for language in FEED.languages:
        for form in FORMATS:
            file = folder / "world" / f"{language}.{form.suffix}"
            file.write_bytes(form.build(FEED, language, [ENTRY]))
            age(file)
    (folder / "world" / "pt.archive-1.rss").write_bytes(FORMATS["rss"].build(FEED, "pt", [ENTRY]))
    (folder / "README.md").write_text("for people")
    (folder / ".hidden.rss").write_text("<rss/>")
    (folder / "world" / "notes.txt").write_text("private")
    (tmp_path / "secret.rss").write_text("secret")
    (folder / "world" / "leak.rss").symlink_to(tmp_path / "secret.rss")
    return folder


@pytest.fixture
def server(output):
    with Server(application(output), port=0) as running:
        yield running


def raw_status(server, target):
    """The status of a request whose target no client library would send."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=LONG) as connection:
        request = f"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        connection.sendall(request.encode("latin-1"))
        answer = b""
        while chunk := connection.recv(65536):
            answer += chunk
    assert b"secret" not in answer and b"root:" not in answer
    return int(answer.split(b" ", 2)[1])


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("world/pt.rss", "application/rss+xml; charset=utf-8"),
        ("world/pt.atom", "application/atom+xml; charset=utf-8"),
        ("world/pt.archive-1.rss", "application/rss+xml; charset=utf-8"),
    ],
)
def test_feeds_come_with_their_type_and_read_back(server, output, path, content_type):
    response = requests.get(server.url + path, timeout=LONG)
    assert response.status_code == 200
    assert response.headers["content-type"] == content_type
    assert response.content == (output / path).read_bytes()
    parsed = feedparser.parse(server.url + path)
    assert not parsed.bozo and parsed.entries[0].title == "Olá"


BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "path", "content_type"),
    [
        (BROWSER, "world/pt.rss", "text/xml; charset=utf-8"),
        (BROWSER, "world/pt.atom", "text/xml; charset=utf-8"),
        (BROWSER, "world/pt.json", "application/feed+json; charset=utf-8"),
        ("*/*", "world/pt.rss", "application/rss+xml; charset=utf-8"),
        # What readers ask for: feeds by name, HTML so as to find them in a page.
        (f"application/rss+xml, {BROWSER}", "world/pt.rss", "application/rss+xml; charset=utf-8"),
        (f"Application/Atom+XML, {BROWSER}", "world/pt.rss", "application/rss+xml; charset=utf-8"),
    ],
)
def test_a_browser_gets_a_feed_as_xml_it_shows_and_a_reader_as_a_feed(
    server, output, accept, path, content_type
):
    response = requests.get(server.url + path, headers={"accept": accept}, timeout=LONG)
    assert response.headers["content-type"] == content_type
    written = (output / path).read_bytes()
    if content_type.startswith("text/xml"):
        # With a page in it that a browser shows; a reader that poses as one loses nothing.
        assert b"feed-page" in response.content
        ours, plain = feedparser.parse(response.content), feedparser.parse(written)
        assert not ours.bozo and plain.entries
        for name in ("title", "link", "id", "content", "summary", "published"):
            assert [one.get(name) for one in ours.entries] == [
                one.get(name) for one in plain.entries
            ]
        for name in ("title", "link", "links", "id", "subtitle", "updated", "author"):
            assert ours.feed.get(name) == plain.feed.get(name), name
    else:
        assert response.content == written
    assert ("Accept," in response.headers["vary"]) == (not path.endswith(".json"))
    assert ("content-security-policy" in response.headers) == (content_type.startswith("text/xml"))


@pytest.mark.parametrize(
    ("suffix", "content_type"),
    [
        ("json", "application/feed+json; charset=utf-8"),
        ("opml", "text/x-opml; charset=utf-8"),
    ],
)
def test_other_formats_have_their_types(server, output, suffix, content_type):
    (output / f"feeds.{suffix}").write_text("{}")
    response = requests.get(f"{server.url}feeds.{suffix}", timeout=LONG)
    assert response.headers["content-type"] == content_type


def test_an_unchanged_feed_is_304_and_a_changed_one_is_not(server, output):
    url = f"{server.url}world/pt.rss"
    first = requests.get(url, timeout=LONG)
    etag, modified = first.headers["etag"], first.headers["last-modified"]
    assert etag.startswith('"') and parsedate_to_datetime(modified).tzinfo
    for headers in (
        {"If-None-Match": etag},
        {"If-None-Match": f'"other", W/{etag}'},
        {"If-None-Match": "*"},
        {"If-Modified-Since": modified},
    ):
        again = requests.get(url, headers=headers, timeout=LONG)
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == etag
    for headers in (
        {"If-None-Match": '"other"'},
        {"If-None-Match": '"other"', "If-Modified-Since": modified},
        {"If-Modified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"},
        {"If-Modified-Since": "yesterday"},
    ):
        assert requests.get(url, headers=headers, timeout=LONG).status_code == 200
    feed = output / "world" / "pt.rss"
    feed.write_bytes(first.content + b"\n")
    os.utime(feed, (time.time() + 60,) * 2)  # however long the next request takes
    changed = requests.get(url, headers={"If-None-Match": etag}, timeout=LONG)
    assert changed.status_code == 200 and changed.headers["etag"] != etag
    assert "last-modified" not in changed.headers  # it may still change within this second
    age(feed)
    assert "last-modified" in requests.get(url, timeout=LONG).headers


def test_feedparser_polls_conditionally(server):
    url = f"{server.url}world/pt.atom"
    first = feedparser.parse(url)
    assert feedparser.parse(url, etag=first.etag).status == 304


def test_head_has_the_headers_and_no_body(server):
    url = f"{server.url}world/pt.rss"
    head, get = requests.head(url, timeout=LONG), requests.get(url, timeout=LONG)
    assert head.content == b""
    for name in ("content-type", "content-length", "etag", "last-modified"):
        assert head.headers[name] == get.headers[name]


@pytest.mark.parametrize(
    "target",
    [
        "/../secret.rss",
        "/world/../../secret.rss",
        "/%2e%2e/secret.rss",
        "/..%2fsecret.rss",
        "/world/..%5c..%5csecret.rss",
        "//etc/passwd",
        "/%00",
        "/world/pt.rss%00.html",
        "/.hidden.rss",
        "/world/leak.rss",
        "/world/",
        "/world",
        "/README.md",
        "/world/notes.txt",
        "/world/none.rss",
        "/world/pt.rss/",
        "/" + "a" * 5000 + ".rss",
    ],
)
def test_nothing_but_published_files_is_served(server, target):
    assert raw_status(server, target) == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_other_methods_are_refused(server, method):
    assert requests.request(method, f"{server.url}world/pt.rss", timeout=LONG).status_code == 405


def test_the_index_lists_every_feed_with_links(server):
    page = requests.get(server.url, timeout=LONG)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "World &lt;News&gt;" in page.text and "português" in page.text
    assert "archive" not in page.text
    for path in ("world/pt.rss", "world/pt.atom", "world/pt.json", "world/ar.rss"):
        assert f'href="/{path}"' in page.text
    assert "leak" not in page.text and "secret" not in page.text


def test_the_index_of_nothing_says_what_to_do(tmp_path):
    with Server(application(tmp_path / "none"), port=0) as running:
        assert "babelwire run" in requests.get(running.url, timeout=LONG).text


def test_a_taken_port_is_a_clear_error(server, output):
    with pytest.raises(ServeError, match=f"127.0.0.1:{server.port}: the port is in use — "):
        Server(application(output), port=server.port)
    assert issubclass(ServeError, BabelwireError)


@pytest.mark.parametrize(("host", "port"), [("no.such.host.invalid", 0), ("127.0.0.1", 99999)])
def test_an_impossible_address_is_a_clear_error(output, host, port):
    with pytest.raises(ServeError, match=r"is no valid (address|port)"):
        Server(application(output), host=host, port=port)


def test_stop_frees_the_port_and_may_be_repeated(output):
    server = Server(application(output), port=0)
    server.start()
    server.stop()
    server.stop()
    with Server(application(output), port=server.port) as again:
        assert requests.get(again.url, timeout=LONG).status_code == 200


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_serve_stops_cleanly_on_a_signal(output, number):
    program = (
        "import sys; from pathlib import Path; from pipeline.web import application, serve\n"
        "serve(application(Path(sys.argv[1])), port=int(sys.argv[2])); print('stopped')"
    )
    with held_port() as port:
        process = subprocess.Popen(
            [sys.executable, "-c", program, str(output), str(port)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )

        def answers_or_ended():
            with contextlib.suppress(requests.ConnectionError):
                return requests.get(f"http://127.0.0.1:{port}/", timeout=LONG).ok
            return process.poll() is not None

        try:
            until(answers_or_ended)
            process.send_signal(number)
            out, err = process.communicate(timeout=LONG)
        finally:
            process.kill()
    assert (process.returncode, out, err) == (0, "stopped\n", "")


def test_small_answers_do_not_wait_for_acknowledgements(server):
    # asyncio switches Nagle's algorithm off on sockets that name their protocol, and on no others.
    assert server._socket.proto == socket.IPPROTO_TCP
