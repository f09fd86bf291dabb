"""Builds HTTP responses: validators, compression, security headers.

Takes content and the headers of a request; returns a response with a strong ETag, a different one
per content coding (RFC 9110 §8.8.3), or 304 if the client's copy is current.
"""

import gzip
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass

import brotli
from starlette.datastructures import Headers
from starlette.responses import Response

from pipeline.syndicate.pages import POLICY

# Bytes. Compressing less than this saves hardly anything.
_WORTH_COMPRESSING = 1000
_WEIGHT = re.compile(r"\s*q\s*=\s*([01](?:\.\d*)?)\s*")


@dataclass(frozen=True, slots=True)
class Coding:
    """A content coding. `mark` is appended to its entity tags."""

    mark: str
    compress: Callable[[bytes], bytes]


# In order of preference. Brotli at 5 takes as long as gzip at 6, and gives a tenth fewer bytes.
CODINGS = {
    "br": Coding("br", lambda content: bytes(brotli.compress(content, quality=5))),
    "gzip": Coding("gz", lambda content: gzip.compress(content, compresslevel=6, mtime=0)),
}

SECURITY_HEADERS = {
    # `frame-ancestors` works in a header only, not in the <meta> element of a page.
    "content-security-policy": f"{POLICY}; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


def etag(content: bytes) -> str:
    """A strong entity tag over the content."""
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def coded(tag: str, coding: str) -> str:
    """The entity tag of the content with the tag `tag` in a content coding of CODINGS."""
    return f'{tag[:-1]}-{CODINGS[coding].mark}"'


def matches(headers: Headers, tag: str) -> bool:
    """Whether If-None-Match has the tag, or that of a coding (RFC 9110 §13.1.2: weak match)."""
    named = ",".join(headers.getlist("if-none-match"))
    if named.strip() == "*":
        return True
    # Proxies that compress turn strong tags into weak ones.
    tags = {one.strip().removeprefix("W/") for one in named.split(",")}
    return not tags.isdisjoint({tag, *(coded(tag, coding) for coding in CODINGS)})


def taken(headers: Headers) -> list[str]:
    """The codings of CODINGS that Accept-Encoding allows (RFC 9110 §12.5.3), preferred first."""
    weights: dict[str, float] = {}
    for item in headers.get("accept-encoding", "").lower().split(","):
        name, _, weight = item.partition(";")
        match = _WEIGHT.fullmatch(weight)
        weights[name.strip().removeprefix("x-")] = float(match[1]) if match else 1.0
    quality = {coding: weights.get(coding, weights.get("*", 0.0)) for coding in CODINGS}
    return sorted((one for one in CODINGS if quality[one] > 0), key=lambda one: -quality[one])


def compressed(content: bytes, coding: str) -> bytes:
    """The content in a coding, deterministic; unchanged if it is too short to gain anything."""
    if len(content) < _WORTH_COMPRESSING:
        return content
    return CODINGS[coding].compress(content)


def page(
    content: str | bytes,
    headers: Headers,
    *,
    status: int = 200,
    media_type: str = "text/html; charset=utf-8",
    cache: str = "no-cache",
) -> Response:
    """The response with a page, or 304 if the client's copy is current."""
    body = content.encode("utf-8", "replace") if isinstance(content, str) else content
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
    coding = next(iter(taken(headers)), "")
    if coding and (small := compressed(body, coding)) is not body:
        body = small
        fields["content-encoding"] = coding
        if status == 200:
            fields["etag"] = coded(tag, coding)
    return Response(body, status_code=status, headers={**fields, "content-type": media_type})
