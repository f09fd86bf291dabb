"""What the hostile site answers with: broken HTTP, odd encodings, feeds and sitemaps to fill in."""

import gzip
import json
import select
import socket
import struct
import time
import zlib
from collections.abc import Callable

import brotli

from tests.conftest import PAGE
from tests.ingest.site_under_test import Handler, Route
from tests.waiting import LONG

try:
    from compression import zstd
except ImportError:
    from backports import zstd

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close\r\n"
LAUGHS = "<!DOCTYPE r [<!ENTITY a0 'ha'>{}]>".format(
    "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10))
)


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
    """Until the client has had enough, or the end of the test."""

    def route(h: Handler) -> None:
        h.raw(before)
        end = time.monotonic() + LONG
        while time.monotonic() < end:
            h.raw(piece)
            # Where nothing is sent, only what can be read (nothing: the end) tells that it left.
            if select.select([h.connection], [], [], pause)[0]:
                return

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
    head = f'{before}<rss version="2.0"><channel><title>T</title>{more}'
    return f"{head}{''.join(items)}</channel></rss>"


def item(link: str, more: str = "") -> str:
    return f"<item><title>A story</title><link>{link}</link>{more}</item>"


def feed(text: str | bytes, **headers: str) -> Route:
    """A feed; {site} in it is the address of its host."""

    def route(h: Handler) -> None:
        body = text.replace("{site}", h.site).encode() if isinstance(text, str) else text
        h.reply(body, **{"ctype": "application/rss+xml"} | headers)

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
