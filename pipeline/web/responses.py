"""Responses as every page makes them: validators, compression, headers that keep browsers safe.

In come content and a request's headers, out a response with a strong ETag that differs per coding
(RFC 9110 §8.8.3), or 304 where the client has it.
"""

import gzip
import hashlib
import re

from starlette.datastructures import Headers
from starlette.responses import Response

# Below this a gzip header costs more than it saves.
_WORTH_COMPRESSING = 1000

SECURITY_HEADERS = {
    # No script at all. Pictures, sound and video are the articles' own.
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' https: http:; "
        "media-src https: http:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


def etag(content: bytes) -> str:
    """A strong entity tag over the content."""
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def coded(tag: str) -> str:
    """The tag of the gzipped form of what has `tag`."""
    return f'{tag[:-1]}-gz"'


def matches(headers: Headers, tag: str) -> bool:
    """Whether If-None-Match names the tag, or that of its gzipped form (§13.1.2: weakly)."""
    named = ",".join(headers.getlist("if-none-match"))
    if named.strip() == "*":
        return True
    # Proxies that compress make our tags weak.
    tags = {one.strip().removeprefix("W/") for one in named.split(",")}
    return tag in tags or coded(tag) in tags


def takes_gzip(headers: Headers) -> bool:
    """Whether Accept-Encoding allows gzip (§12.5.3)."""
    for item in headers.get("accept-encoding", "").lower().split(","):
        name, _, weight = item.partition(";")
        if name.strip() in ("gzip", "x-gzip", "*"):
            return re.fullmatch(r"\s*q\s*=\s*0(\.0*)?\s*", weight) is None
    return False


def compressed(content: bytes) -> bytes:
    """The content gzipped, the same bytes each time; as it is where that is no gain."""
    if len(content) < _WORTH_COMPRESSING:
        return content
    return gzip.compress(content, compresslevel=6, mtime=0)


def page(
    content: str,
    headers: Headers,
    *,
    status: int = 200,
    media_type: str = "text/html; charset=utf-8",
    cache: str = "no-cache",
) -> Response:
    """A page; 304 where the client has it."""
    body = content.encode("utf-8", "replace")
    tag = etag(body)
    fields = {
        **SECURITY_HEADERS,
        "cache-control": cache,
        "vary": "Accept-Encoding, Accept-Language",
    }
    if status == 200:
        fields["etag"] = tag
        if "if-none-match" in headers and matches(headers, tag):
            return Response(status_code=304, headers=fields)
    if takes_gzip(headers) and (small := compressed(body)) is not body:
        body = small
        fields["content-encoding"] = "gzip"
        if status == 200:
            fields["etag"] = coded(tag)
    return Response(body, status_code=status, headers={**fields, "content-type": media_type})
