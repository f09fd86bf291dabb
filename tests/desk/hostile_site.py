# ruff: noqa: E501 - a route a line
"""A hostile news site: pages, feeds, sitemaps and robots.txt files that no program should meet.

Each route is a host of its own (127.1.0.1, 127.1.0.2 …), as fifty sources are, so that what one of
them does to its host is nobody else's trouble. What a source over it must come to is beside it: the
words its line in the report must have, or FINE where its article must be published all the same.
"""

import gzip
import json
import socket
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import brotli

from tests.conftest import PAGE, ROOT
from tests.ingest.site_under_test import Handler, Site, serving

try:
    from compression import zstd
except ImportError:
    from backports import zstd

Route = Callable[[Handler], None]
FINE = ""
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close\r\n"
FEED = HEAD.replace(b"text/html", b"application/rss+xml")
LAUGHS = "<!DOCTYPE r [<!ENTITY a0 'ha'>{}]>".format(
    "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trap:
    """A route and what a source over it comes to; `robots` is the host's robots.txt."""

    kind: str
    route: Route
    says: str
    robots: Route | None = None


def article(slug: str = "good", body: str = "It was about time.") -> bytes:
    return PAGE.format(
        language="en", slug=slug, title=f"The {slug} news", text=body, day=2
    ).encode()


WHOLE = article()


def answer(body: bytes | str = WHOLE, status: int = 200, **headers: str) -> Route:
    return lambda h: h.reply(body, status, **headers)


def raw(*parts: bytes) -> Route:
    return lambda h: h.raw(*parts)


def framed(head: bytes, body: bytes, before: bytes = HEAD) -> Route:
    return raw(before + head + b"\r\n\r\n", body)


def chunked(*chunks: bytes) -> Route:
    return framed(b"Transfer-Encoding: chunked", b"".join(chunks))


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def for_ever(before: bytes, piece: bytes, pause: float = 0.0) -> Route:
    """Until the client has had enough."""

    def route(h: Handler) -> None:
        h.raw(before)
        until = time.monotonic() + 20
        while time.monotonic() < until:
            h.raw(piece)
            time.sleep(pause)

    return route


def reset(before: bytes) -> Route:
    def route(h: Handler) -> None:
        h.raw(before)
        h.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        h.connection.close()

    return route


def bomb(encoding: str) -> Route:
    """A small body that decompresses to one of 20 MiB: many times what the client may read."""
    pack: Callable[[bytes], bytes] = {
        "gzip": gzip.compress,
        "deflate": zlib.compress,
        "br": lambda data: brotli.compress(data, quality=1),
        "zstd": zstd.compress,
    }[encoding]
    return lambda h: h.reply(pack(b" " * 20_971_520), Content_Encoding=encoding)


def cookies(h: Handler) -> None:
    """Ninety large cookies, and a redirect to itself."""
    flood = [b"Set-Cookie: c%d=%s" % (n, b"x" * 3_900) for n in range(90)]
    h.raw(b"\r\n".join([b"HTTP/1.1 302 Found", b"Location: /page", *flood, b"", b""]))


def rss(*items: str, before: str = "", more: str = "") -> str:
    return f'{before}<rss version="2.0"><channel><title>T</title>{more}{"".join(items)}</channel></rss>'


def item(link: str, more: str = "") -> str:
    return f"<item><title>A story</title><link>{link}</link>{more}</item>"


def feed(text: str | bytes, **headers: str) -> Route:
    """A feed; {site} in it is the address of its host."""

    def route(h: Handler) -> None:
        body = text.replace("{site}", h.site).encode() if isinstance(text, str) else text
        h.reply(body, ctype="application/rss+xml", **headers)

    return route


def sitemap(*entries: str, root: str = "urlset") -> str:
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return f'<{root} xmlns="{space}">{"".join(entries)}</{root}>'


def json_feed(*items: object, **more: object) -> Route:
    def route(h: Handler) -> None:
        known = {"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": items}
        text = json.dumps(known | more).replace("{site}", h.site)
        h.reply(text, ctype="application/feed+json")

    return route


BOMB = gzip.compress(b" " * 20_000_000) * 10
GOOD = item("{site}/page")
LINK = {"id": "1", "url": "{site}/page", "title": "A story"}
NO_RULES = answer(b"", 404)

PAGES: dict[str, tuple[Route, str]] = {
    # ---- HTTP
    "http 0.9": (raw(WHOLE), "no proper HTTP"),
    "http 1.0": (raw(HEAD.replace(b"/1.1", b"/1.0") + b"\r\n", WHOLE), FINE),
    "bare line feeds": (raw(HEAD.replace(b"\r\n", b"\n") + b"\n", WHOLE), FINE),
    "early hints": (raw(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 3 + HEAD, b"\r\n", WHOLE), FINE),
    "endless hints": (raw(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 5_000), "no proper HTTP"),
    "endless 100": (for_ever(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), "no proper HTTP"),
    "switching": (raw(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"), "HTTP 101"),
    "status 999": (raw(b"HTTP/1.1 999 Denied\r\nContent-Length: 0\r\n\r\n"), "HTTP 999"),
    "status 000": (raw(b"HTTP/1.1 000 None\r\n\r\n"), "no proper HTTP"),
    "status minus": (raw(b"HTTP/1.1 -200 OK\r\n\r\n"), "no proper HTTP"),
    "nothing": (raw(), "broke off"),
    "silence": (for_ever(b"", b"", 0.2), "took too long"),
    "silent body": (for_ever(HEAD + b"\r\n<p>", b"", 0.2), "took too long"),
    "drip": (for_ever(HEAD + b"\r\n", b"x", 0.05), "took too long"),
    "drip of headers": (for_ever(HEAD, b"X-A: b\r\n", 0.2), "took too long"),
    "endless headers": (for_ever(HEAD, b"X-A: b\r\n"), "no proper HTTP"),
    "one endless header": (for_ever(HEAD + b"X-A: ", b"b" * 9_000), "no proper HTTP"),
    "endless body": (for_ever(HEAD + b"\r\n", b"<p>more and more</p>" * 500), "larger than|took too long"),
    "endless chunks": (for_ever(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", chunk(b"a" * 9_000)), "larger than|took too long"),
    "endless chunk line": (for_ever(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"0" * 9_000), "no proper HTTP"),
    "endless trailers": (for_ever(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunk(WHOLE) + b"0\r\n", b"X: y\r\n"), "took too long"),
    "reset at once": (reset(b""), "broke off"),
    "reset in a header": (reset(HEAD + b"X-"), "broke off"),
    "reset in the body": (reset(HEAD + b"Content-Length: 9999\r\n\r\n" + WHOLE[:400]), "broke off"),
    "length too long": (framed(b"Content-Length: 99999", WHOLE), "breaks off"),
    "length of garbage": (framed(b"Content-Length: many", WHOLE), FINE),
    "lengths that differ": (framed(b"Content-Length: 5\r\nContent-Length: 7", WHOLE), "no proper HTTP"),
    "length negative": (framed(b"Content-Length: -1", WHOLE), FINE),
    "chunk cut": (chunked(b"400\r\n" + WHOLE[:300]), "breaks off"),
    "chunk of garbage": (chunked(chunk(WHOLE[:300]), b"zz\r\nxx\r\n"), "breaks off"),
    "chunk negative": (chunked(b"-5\r\nhello\r\n"), "no proper HTTP"),
    "chunk without end": (chunked(chunk(WHOLE)), "no proper HTTP"),
    "chunks well": (chunked(chunk(WHOLE[:500]), chunk(WHOLE[500:]), b"0\r\n\r\n"), FINE),
    "no tls": (answer(), "not secure"),
    # ---- encodings
    "gzip bomb": (bomb("gzip"), "larger than|took too long"),
    "deflate bomb": (bomb("deflate"), "larger than|took too long"),
    "br bomb": (bomb("br"), "larger than|took too long"),
    "zstd bomb": (bomb("zstd"), "larger than|took too long"),
    "gzip members": (lambda h: h.reply(gzip.compress(b"") * 30_000, Content_Encoding="gzip"), "broken gzip"),
    "zstd frames": (lambda h: h.reply(zstd.compress(b"") * 30_000, Content_Encoding="zstd"), "broken zstd"),
    "gzip cut": (lambda h: h.reply(gzip.compress(WHOLE)[:-40], Content_Encoding="gzip"), "breaks off"),
    "gzip that is none": (answer(Content_Encoding="gzip"), "broken gzip"),
    "gzip and rubbish": (lambda h: h.reply(gzip.compress(WHOLE) + b"\0rubbish", Content_Encoding="gzip"), FINE),
    "br cut": (lambda h: h.reply(brotli.compress(WHOLE)[:-40], Content_Encoding="br"), "breaks off"),
    "unknown encoding": (answer(Content_Encoding="rot13"), "unknown Content-Encoding"),
    # ---- charsets
    "unknown charset": (answer(ctype="text/html; charset=klingon"), FINE),
    "charset zlib": (answer(ctype="text/html; charset=zlib"), FINE),
    "charset idna": (answer(ctype="text/html; charset=idna"), FINE),
    "charset punycode": (answer(ctype="text/html; charset=punycode"), FINE),
    "charset undefined": (answer(ctype="text/html; charset=undefined"), FINE),
    "charset utf-7": (answer(ctype="text/html; charset=utf-7"), FINE),
    "charset twice": (answer(ctype='text/html; charset="utf-8"; charset=x'), FINE),
    "charset empty": (answer(ctype="text/html; charset="), FINE),
    "utf-16 in utf-8's name": (lambda h: h.reply(WHOLE.decode().encode("utf-16")), FINE),
    "no type": (raw(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", WHOLE), FINE),
    "type of garbage": (answer(ctype=";;;=/\xff"), FINE),
    # ---- statuses
    **{f"status {n}": (answer("no", n), f"HTTP {n}") for n in (400, 401, 402, 403, 404, 405, 406, 407, 410, 418, 451, 500, 501, 502, 503, 504, 511)},
    "304 unasked": (answer(b"", 304), "HTTP 304"),
    "204": (answer(b"", 204), "HTTP 204"),
    "206": (answer(WHOLE[:300], 206), "HTTP 206"),
    "429 for ever": (answer("slow down", 429), "HTTP 429"),
    "429 soon": (answer("slow down", 429, Retry_After="0"), "HTTP 429|left alone"),
    "retry in years": (answer("no", 503, Retry_After="999999999999"), "HTTP 503"),
    "retry negative": (answer("no", 503, Retry_After="-7"), "HTTP 503"),
    "retry in the past": (answer("no", 503, Retry_After="Mon, 01 Jan 0001 00:00:00 +1400"), "HTTP 503|left alone"),
    "retry at the end": (answer("no", 503, Retry_After="Fri, 31 Dec 9999 23:59:59 -1200"), "HTTP 503"),
    "empty": (answer(b""), "empty document"),
    "blank": (answer(b"\n \t\r\n" * 99), "empty document"),
    # ---- redirects
    "loop": (answer(b"", 302, Location="/page"), "redirects more than"),
    "loop that grows": (lambda h: h.reply(b"", 302, Location=f"/page?{'x' * len(h.path)}"), "redirects more than"),
    "cookies": (cookies, "redirects more than|HTTP 431"),
    "to nowhere": (answer(b"", 302), "HTTP 302"),
    "to an empty place": (answer(b"", 302, Location=""), "HTTP 302"),
    "to a file": (answer(b"", 302, Location="file:///etc/hostname"), "neither http nor https"),
    "to ftp": (answer(b"", 302, Location="ftp://example.org/"), "neither http nor https"),
    "to gopher": (answer(b"", 301, Location="gopher://127.0.0.1:6379/_x"), "neither http nor https"),
    "to data": (answer(b"", 302, Location="data:text/html,<p>hello"), "neither http nor https"),
    "to a script": (answer(b"", 302, Location="javascript:alert(1)"), "neither http nor https"),
    "to itself inside": (answer(b"", 302, Location="http://127.0.0.1:1/"), "private address"),
    "to ipv6 inside": (answer(b"", 302, Location="http://[::1]:1/"), "private address"),
    "to mapped ipv6": (answer(b"", 302, Location="http://[::ffff:127.0.0.1]:1/"), "private address"),
    "to metadata": (answer(b"", 307, Location="http://169.254.169.254/latest/"), "private address"),
    "to a number": (answer(b"", 302, Location="http://2130706433:1/"), "private address"),
    "to localhost": (answer(b"", 302, Location="http://localhost:1/"), "private address"),
    "to zero": (answer(b"", 302, Location="http://0.0.0.0:1/"), "private address"),
    "to a password": (answer(b"", 302, Location="http://a:secret@example.org/"), "user name or password"),
    "to rubbish": (answer(b"", 302, Location="http://["), "no valid address"),
    "to a great port": (answer(b"", 302, Location="http://x:99999/"), "no valid address"),
    "to a long address": (answer(b"", 302, Location="/" + "x" * 20_000), "address of"),
    "to bytes": (raw(b"HTTP/1.1 302 Found\r\nLocation: /\xff\xfe\x80\r\nConnection: close\r\n\r\n"), "HTTP 404"),
    "with a bomb behind it": (lambda h: h.reply(BOMB, 302, Location="/page", Content_Encoding="gzip"), "redirects more than"),
    "with a body without end": (for_ever(HEAD.replace(b"200 OK", b"302 Found") + b"Location: /page\r\n\r\n", b"x" * 90_000), "redirects more than"),
    "by meta for ever": (answer('<meta http-equiv="refresh" content="0;url=/page?2"><p>Wait'), "page"),
    # ---- what is no article
    "a picture": (answer(b"\xff\xd8\xff\xe0\0\x10JFIF" + bytes(range(256)) * 90), "binary data"),
    "a pdf": (answer(b"%PDF-1.7\n" + bytes(range(256)) * 90), "binary data"),
    "an archive": (answer(b"PK\x03\x04" + bytes(range(256)) * 90), "binary data"),
    "a film": (answer(b"\0\0\0\x18ftypmp42" + bytes(range(256)) * 90), "binary data"),
    "a gzip file": (lambda h: h.reply(gzip.compress(bytes(range(256)) * 90)), "page"),
    "nothing but zeros": (answer(bytes(9_000)), "page"),
    "json": (answer(b'{"error": "no"}' * 90, ctype="application/json"), "application/json"),
    "json in html's name": (answer(b'{"error": "no"}' * 90), "no HTML"),
    "a script": (answer("<script>document.write('x')</script>" * 99), "page"),
    "soft 404": (answer("<title>Page not found</title><h1>Page not found</h1><p>Sorry, the page you are looking for could not be found."), "page"),
    "a login": (answer("<title>Log in</title><h1>Log in</h1><form><p>Please log in to read on.<input type=password></form>"), "page"),
    "a challenge": (answer("<title>Just a moment...</title><h1>Checking your browser</h1><p>Enable JavaScript and cookies to continue"), "page"),
    "an error": (answer("<title>Error</title><h1>Internal Server Error</h1><p>Something went wrong. Please try again later."), "page"),
    # ---- pages
    "zeros inside": (answer(WHOLE.replace(b"winter", b"win\0ter\x08\x0b\x1b")), FINE),
    "deep": (answer(WHOLE.replace(b"<main>", b"<main>" + b"<div>" * 9_000)), FINE),
    "long": (answer(WHOLE.replace(b"</article>", b"<p>A word more.</p>" * 20_000 + b"</article>")), FINE),
    "canonical inside": (answer(WHOLE.replace(b"https://news.example.org/good", b"http://127.0.0.1:1/x")), FINE),
    "canonical script": (answer(WHOLE.replace(b"https://news.example.org/good", b"javascript:alert(1)")), FINE),
    "canonical rubbish": (answer(WHOLE.replace(b"https://news.example.org/good", b"http://[")), FINE),
    "base script": (answer(WHOLE.replace(b"<head>", b'<head><base href="javascript:x">')), FINE),
    "long tag": (raw(HEAD + b'ETag: "' + b"x" * 30_000 + b'"\r\n\r\n', WHOLE), FINE),
    "odd tag": (raw(HEAD + b'ETag: "\xff\xfe\x80\x01"\r\n\r\n', WHOLE), FINE),
    "large headers": (raw(HEAD + b"".join(b"X-%d: %s\r\n" % (n, b"y" * 9_000) for n in range(80)) + b"\r\n", WHOLE), FINE),
}  # fmt: skip

FEEDS: dict[str, tuple[Route, str]] = {
    "no feed": (feed("<html><body><p>Not here"), "no RSS or Atom feed"),
    "no bytes": (feed(b""), "empty document"),
    "zeros": (feed(bytes(5_000)), "feed"),
    "noise": (feed(bytes(range(256)) * 500), "feed"),
    "gone": (answer("gone", 410), "HTTP 410"),
    "only a doctype": (feed(LAUGHS), "no RSS or Atom feed"),
    "laughs": (feed(rss(item("{site}/page"), before=LAUGHS, more="<description>&a9;</description>")), FINE),
    "late laughs": (feed(rss(GOOD, before="<!--" + "x" * 9_000 + "-->" + LAUGHS, more="<description>&a9;</description>")), FINE),
    "external entity": (feed(rss(GOOD, before='<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>', more="<description>&x;</description>")), FINE),
    "external dtd": (feed(rss(GOOD, before='<!DOCTYPE r SYSTEM "http://127.0.0.1:1/x.dtd">')), FINE),
    "style sheet": (feed(rss(GOOD, before='<?xml-stylesheet href="http://127.0.0.1:1/x"?>')), FINE),
    "inclusion": (feed(rss(GOOD, more='<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>')), FINE),
    "utf-16": (lambda h: h.reply(rss(item(h.site + "/page"), before='<?xml version="1.0" encoding="utf-16"?>').encode("utf-16")), FINE),
    "odd charset": (lambda h: h.reply(rss(item(h.site + "/page")), ctype="text/xml; charset=punycode"), FINE),
    "unclosed": (feed(rss(GOOD).replace("</channel></rss>", "")), FINE),
    "half": (feed(rss(GOOD, "<item><title>Cut")[:-30]), FINE),
    "controls": (feed(rss(GOOD).replace("A story", "A\x08 &#0; &#xFFFF; \x1b story")), FINE),
    "first and last year": (feed(rss(item("{site}/page", "<pubDate>0001-01-01T00:00:00+14:00</pubDate>"), item("{site}/other", "<pubDate>9999-12-31T23:59:59-12:00</pubDate>"))), FINE),
    "one id for all": (feed(rss(item("{site}/page", "<guid>1</guid>"), item("{site}/other", "<guid>1</guid>"))), FINE),
    "without links": (feed(rss(GOOD, *(f"<item><title>t{n}</title></item>" for n in range(900)))), "more entries that cannot be used"),
    "script links": (feed(rss(GOOD, *(item(f"javascript:alert({n})") for n in range(900)))), "more entries that cannot be used"),
    "links inside": (feed(rss(item("http://127.0.0.1:1/x"), item("http://[::1]:1/"), item("file:///etc/passwd"))), "private address"),
    "endless link": (feed(rss(GOOD, item("{site}/" + "x" * 99_000))), "address of"),
    "a hundred thousand": (feed(rss(GOOD, *(f"<item><link>{{site}}/{n}</link><pubDate>Mon, 02 Mar 1998 10:00:00 GMT</pubDate></item>" for n in range(100_000)))), "larger than"),
    "two thousand": (feed(rss(item("{site}/page", "<pubDate>Mon, 02 Mar 2026 10:00:00 GMT</pubDate>"), *(item(f"{{site}}/x?{n}") for n in range(2_000)))), FINE),
    "bomb": (lambda h: h.reply(gzip.compress(b" " * 20_000_000)), "larger than|took too long"),
    "json": (json_feed(LINK), FINE),
    "json of odd types": (json_feed(LINK, 7, None, [], {"url": 7}, {"url": "{site}/page", "title": ["x"], "date_published": 7, "content_html": 7}, language=7), "without a link"),
    "json of half characters": (json_feed(LINK | {"title": "a\ud800b", "content_html": "<p>\udfff\0 " + "word " * 90}), FINE),
    "json half link": (json_feed(LINK, {"url": "{site}/\ud800"}), "no valid address"),
    "json in year one": (json_feed(LINK | {"date_published": "0001-01-01T00:00:00+14:00"}), FINE),
    "json without end": (feed(b'{"version": "https://jsonfeed.org/version/1", "items": ' + b"[" * 90_000), "broken JSON"),
    "json number": (feed(b'{"version": "https://jsonfeed.org/version/1", "items": ' + b"9" * 90_000), "broken JSON"),
}  # fmt: skip

SITEMAPS: dict[str, tuple[Route, str]] = {
    "itself": (feed(sitemap("<sitemap><loc>{site}/feed</loc></sitemap>", root="sitemapindex")), "nothing but itself"),
    "many": (feed(sitemap(*(f"<sitemap><loc>{{site}}/none?{n}</loc></sitemap>" for n in range(9_000)), root="sitemapindex")), "HTTP 404"),
    "bad addresses": (feed(sitemap("<url><loc>{site}/page</loc></url>", *(f"<url><loc>javascript:{n}</loc></url>" for n in range(3_000)))), "more entries that cannot be used"),
    "utf-16": (lambda h: h.reply(('<?xml version="1.0" encoding="utf-16"?>' + sitemap(f"<url><loc>{h.site}/page</loc></url>")).encode("utf-16")), FINE),
    "year one": (feed(sitemap("<url><loc>{site}/page</loc><lastmod>0001-01-01T00:00:00+14:00</lastmod></url>")), FINE),
    "laughs": (feed(LAUGHS + sitemap("<url><loc>{site}/page</loc></url><url><loc>&a9;</loc></url>")), "entry without an address"),
    "unclosed": (feed("<urlset>" + "<url>" * 99_000), "more entries that cannot be used"),
    "html": (feed("<html><p>Not here"), "no XML sitemap"),
}  # fmt: skip

INDEXES: dict[str, tuple[Route, str]] = {
    "no links": (answer("<html><p>Nothing here"), "no links"),
    "bad links": (answer('<html><a href="http://[">The mayor of the town said a lot today</a><a href="javascript:x">The mayor of the town has said more today</a>'), "no links"),
    "base": (answer('<html><base href="javascript:x"><h2><a href="/2026/03/02/page">The mayor of the town said a lot today</a></h2>'), "links"),
    "deep": (answer("<html>" + "<div>" * 9_000 + "<p>"), "no links"),
}  # fmt: skip

RULES: dict[str, tuple[Route, str]] = {
    "everything": (answer("User-agent: *\nDisallow: /\n"), "robots.txt forbids"),
    "large": (for_ever(HEAD + b"\r\nUser-agent: *\nDisallow: /page\n", b"# and so on\n" * 900), "robots.txt forbids"),
    "large and open": (for_ever(HEAD + b"\r\nUser-agent: *\nDisallow: /x\n", b"# and so on\n" * 900), FINE),
    "no rules but a page": (answer(WHOLE), FINE),
    "zeros": (answer(bytes(5_000)), FINE),
    "empty": (answer(b""), FINE),
    "wild cards": (answer("User-agent: *\nDisallow: /" + "*a" * 200 + "b$\n"), FINE),
    "thirty thousand": (answer("User-agent: *\n" + "".join(f"Disallow: /{n}*x\n" for n in range(30_000))), FINE),
    "forbidden": (answer("no", 403), FINE),
    "loop": (answer(b"", 302, Location="/robots.txt"), FINE),
    "inside": (answer(b"", 302, Location="http://127.0.0.1:1/"), FINE),
    "broken": (answer("oops", 500), "robots.txt cannot be had"),
    "busy": (answer("slow", 429), "robots.txt cannot be had"),
    "drip": (for_ever(HEAD + b"\r\n", b"x", 0.05), "robots.txt cannot be had"),
    "reset": (reset(b""), "robots.txt cannot be had"),
    "a delay of days": (answer("User-agent: *\nCrawl-delay: 86400\n"), "left alone"),
    "a delay of garbage": (answer("User-agent: *\nCrawl-delay: soon\n"), FINE),
    "a delay without end": (answer("User-agent: *\nCrawl-delay: 1e999\n"), FINE),
    "a delay below zero": (answer("User-agent: *\nCrawl-delay: -5\n"), FINE),
}  # fmt: skip


def traps() -> dict[str, Trap]:
    """Every route by a name of its own."""
    found = {f"page: {n}": Trap(kind="urls", route=r, says=s) for n, (r, s) in PAGES.items()}
    found |= {f"feed: {n}": Trap(kind="feed", route=r, says=s) for n, (r, s) in FEEDS.items()}
    found |= {f"map: {n}": Trap(kind="sitemap", route=r, says=s) for n, (r, s) in SITEMAPS.items()}
    found |= {f"index: {n}": Trap(kind="index", route=r, says=s) for n, (r, s) in INDEXES.items()}
    return found | {
        f"robots: {n}": Trap(kind="urls", route=answer(), says=s, robots=r)
        for n, (r, s) in RULES.items()
    }


def place(number: int, port: int) -> str:
    """The address of a host by its number."""
    return f"http://127.1.{number // 250}.{number % 250 + 1}:{port}"


class HostileSite(Site):
    """All the traps, each at an address of its own: `/page` for pages, `/feed` for the others."""

    def __init__(self, found: dict[str, Trap]) -> None:
        super().__init__("0.0.0.0")
        self.traps = list(found.values())

    def route_of(self, h: Handler) -> Route | None:
        """What answers a request."""
        high, low = map(int, h.connection.getsockname()[0].split(".")[2:])
        number = 250 * high + low - 1
        h.site = place(number, self.server_port)
        trap = self.traps[number] if number < len(self.traps) else None
        path = h.path.partition("?")[0]
        if path == "/robots.txt":
            return trap.robots if trap else None
        if trap is None or path == ("/page" if trap.kind == "urls" else "/feed"):
            return trap.route if trap else answer()
        if path not in ("/page", "/other"):
            return None
        return answer(article(h.site.replace(":", "-") + path[1:]))


@contextmanager
def running() -> Iterator[int]:
    """The site's port. It runs in a process of its own: endless answers want a whole processor."""
    process = subprocess.Popen(
        [sys.executable, "-m", __name__],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    try:
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()


def main() -> None:
    """Serve until standard input ends."""
    with serving(HostileSite(traps())) as site:
        sys.stdout.write(f"{site.server_port}\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main()
