"""`add`, `sources add|remove|check|import|export`, against a site on this machine."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from pipeline.config import load
from tests.conftest import PAGE, babelwire

FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Town Herald</title>
<link>{site}/</link>
<description>News</description><language>en</language>
<item><title>The bridge is repaired</title><link>{site}/bridge</link>
<pubDate>Mon, 02 Feb 2026 09:00:00 GMT</pubDate></item></channel></rss>"""
HOME = (
    '<html><head><title>Town Herald</title><link rel="alternate" type="application/rss+xml" '
    'title="Town Herald" href="/feed.xml"></head><body><h1>Herald</h1></body></html>'
)


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            here = f"http://127.0.0.1:{self.server.server_address[1]}"
            story = PAGE.format(language="en", slug="x", title="The bridge", text="Done.", day=2)
            pages = {"/": HOME, "/feed.xml": FEED.format(site=here), "/bridge": story}
            body = pages.get(self.path, "").encode()
            self.send_response(200 if body else 404)
            kind = "application/rss+xml" if self.path == "/feed.xml" else "text/html"
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()


@pytest.fixture
def place(tmp_path: Path, write_settings) -> Path:
    (tmp_path / "pages").mkdir()
    path = write_settings(
        '# my sources\n[[sources]]\nid = "town"\nkind = "folder"\npath = "pages"\n'
        '[[feeds]]\nid = "news"\ntitle = "News"\nsources = ["town"]\n'
    )
    text = path.read_text("utf-8").replace("[fetch]", "[fetch]\nhost_delay = 0")
    path.write_text(text, "utf-8")
    return path


def test_add_finds_the_feed_says_why_and_keeps_comments(place, site):
    tried = babelwire("-c", place, "add", site, "--dry-run")
    assert tried.returncode == 0, tried.stderr
    assert "chosen  feed" in tried.stdout and f"{site}/feed.xml" in tried.stdout
    assert len(load(place).sources) == 1
    done = babelwire("-c", place, "add", site)
    assert done.returncode == 0, done.stderr
    source = load(place).sources["town-herald"]
    assert (source.kind, source.url) == ("feed", f"{site}/feed.xml")
    assert "# my sources" in place.read_text("utf-8")
    checked = babelwire("-c", place, "sources", "check", "town-herald", "--json")
    [row] = json.loads(checked.stdout)
    assert (row["articles"], row["language"]) == (1, "en")
    assert row["first"]["title"] == "The bridge"
    assert not (place.parent / "state" / "babelwire.sqlite").exists()

    listed = babelwire("-c", place, "sources", "export").stdout
    assert f"{site}/feed.xml" in listed
    removed = babelwire("-c", place, "sources", "remove", "town-herald")
    assert removed.returncode == 0, removed.stderr
    assert list(load(place).sources) == ["town"]
    again = babelwire("-c", place, "sources", "import", "-", stdin=listed)
    assert "1 source added" in again.stdout, again.stderr
    assert load(place).sources["town-herald"] == source  # with its schedule
    foreign = listed.replace("town-herald", "other").replace("/feed.xml", "/other.xml")
    foreign = foreign.replace('bw:every="1800"', 'bw:exclude="*/sport/*&#10;*/ads/*"')
    assert babelwire("-c", place, "sources", "import", "-", stdin=foreign).returncode == 0
    other = load(place).sources["other"]
    assert (other.every, other.exclude) == (1800, ("*/sport/*", "*/ads/*"))
    once_more = babelwire("-c", place, "sources", "import", "-", stdin=listed)
    assert "0 sources added, 1 existed already" in once_more.stdout
    written = place.read_text("utf-8")
    for address in (site, f"{site}/feed.xml", site.removeprefix("http://")):
        twice = babelwire("-c", place, "add", address)
        assert twice.returncode == 0, twice.stderr
        assert "town-herald has this address already: nothing is added" in twice.stdout
    otherwise = listed.replace("/feed.xml", "/feed.xml/").replace("http://", "https://")
    otherwise = babelwire("-c", place, "sources", "import", "-", stdin=otherwise)
    assert "0 sources added, 1 existed already" in otherwise.stdout
    assert place.read_text("utf-8") == written


def test_what_cannot_be_done_leaves_the_settings_alone(place):
    before = place.read_text("utf-8")
    for words in (
        ("add", "http://127.0.0.1:9/"),
        ("sources", "remove", "nobody"),
        ("sources", "check", "nobody"),
        ("sources", "import", "nowhere.opml"),
    ):
        done = babelwire("-c", place, *words)
        assert done.returncode in (1, 2), words
        assert done.stderr and "Traceback" not in done.stderr
    assert place.read_text("utf-8") == before


def test_removing_the_only_source_of_a_feed_takes_it_out_of_the_feed(place):
    assert babelwire("-c", place, "sources", "remove", "town").returncode == 0
    settings = load(place)
    assert settings.sources == {}
    assert settings.feeds[0].sources == ()


def test_a_feed_of_one_source_does_not_become_a_feed_of_all(place):
    text = place.read_text("utf-8")
    before = text + '\n[[sources]]\nid = "other"\nkind = "folder"\npath = "other"\n'
    assert load(place).feeds[0].sources == ("town",)
    place.write_text(before, encoding="utf-8")
    done = babelwire("-c", place, "sources", "remove", "town")
    assert done.returncode == 2 and 'the only source of the feed "news"' in done.stderr
    assert place.read_text("utf-8") == before
