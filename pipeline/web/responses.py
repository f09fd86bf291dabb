"""Responses as every page makes them: validators, compression, headers that keep browsers safe.

In come content and a request's headers, out a response with a strong ETag that differs per coding
(RFC 9110 §8.8.3), or 304 where the client has it.
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

# Below this the header of a coding costs more than it saves.
_WORTH_COMPRESSING = 1000
_WEIGHT = re.compile(r"\s*q\s*=\s*([01](?:\.\d*)?)\s*")


@dataclass(frozen=True, slots=True)
class Coding:
    """A content coding; `mark` distinguishes its entity tags."""

    mark: str
    compress: Callable[[bytes], bytes]


# The preferred first. At 5 Brotli takes as long as gzip at 6, and a tenth less backend.
CODINGS = {
    "br": Coding("br", lambda content: bytes(brotli.compress(content, quality=5))),
    "gzip": Coding("gz", lambda content: gzip.compress(content, compresslevel=6, mtime=0)),
}

SECURITY_HEADERS = {
    # Only here: a page cannot say of itself who may frame it.
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
    """The tag of the form of what has `tag` in a content coding of CODINGS."""
    return f'{tag[:-1]}-{CODINGS[coding].mark}"'


def matches(headers: Headers, tag: str) -> bool:
    """Whether If-None-Match names the tag, or that of a coded form (§13.1.2: weakly)."""
    named = ",".join(headers.getlist("if-none-match"))
    if named.strip() == "*":
        return True
    # Proxies that compress make our tags weak.
    tags = {one.strip().removeprefix("W/") for one in named.split(",")}
    return not tags.isdisjoint({tag, *(coded(tag, coding) for coding in CODINGS)})


def taken(headers: Headers) -> list[str]:
    """The codings of CODINGS that Accept-Encoding allows (§12.5.3), the best liked first."""
    weights: dict[str, float] = {}
    for item in headers.get("accept-encoding", "").lower().split(","):
        name, _, weight = item.partition(";")
        match = _WEIGHT.fullmatch(weight)
        weights[name.strip().removeprefix("x-")] = float(match[1]) if match else 1.0
    liked = {coding: weights.get(coding, weights.get("*", 0.0)) for coding in CODINGS}
    return sorted((one for one in CODINGS if liked[one] > 0), key=lambda one: -liked[one])


def compressed(content: bytes, coding: str) -> bytes:
    """The content in a coding, the same bytes each time; as it is where that is no gain."""
    if len(content) < _WORTH_COMPRESSING:
        return content
    return CODINGS[coding].compress(content)


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
    coding = next(iter(taken(headers)), "")
    if coding and (small := compressed(body, coding)) is not body:
        body = small
        fields["content-encoding"] = coding
        if status == 200:
            fields["etag"] = coded(tag, coding)
    return Response(body, status_code=status, headers={**fields, "content-type": media_type})
