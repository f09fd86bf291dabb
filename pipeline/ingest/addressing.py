"""Remove tracking from article addresses, and recognise two addresses of one article.

`clean` takes the absolute URL of a page and returns the URL without tracking parameters and session
ids. `identity` returns a key that is equal for addresses of the same article.
Never raises: a string that is not an http or https URL is returned unchanged.
"""

import re
import tomllib
from functools import lru_cache
from importlib.resources import files
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from w3lib.url import canonicalize_url

_DATA = tomllib.loads(files(__package__).joinpath("data/tracking.toml").read_text("utf-8"))
_TRACKING_NAMES = frozenset([*_DATA["names"], *_DATA["sessions"]])
_SESSION = re.compile(r";(?:" + "|".join(_DATA["sessions"]) + r")=[^/?#;]*", re.IGNORECASE)
_TRACKING_PREFIXES = tuple(_DATA["prefixes"])
_TRACKING_VALUES = {name: frozenset(values) for name, values in _DATA["values"].items()}
_RENDERINGS = {name: frozenset(values) for name, values in _DATA["renderings"].items()}
_SEGMENTS = frozenset(_DATA["paths"]["segments"])
_ENDINGS = tuple(_DATA["paths"]["endings"])
_HOSTS = tuple(_DATA["paths"]["hosts"])
_DEFAULTS = frozenset(_DATA["paths"]["defaults"])
_PORTS = {"http": 80, "https": 443}


def clean(url: str) -> str:
    """Return `url` without fragment, tracking parameters, session ids, default port and dot
    segments, its host in lower case.

    The result still leads to the same page (RFC 3986 §6.2). Scheme, trailing slash and the order
    of the other parameters are kept.
    """
    try:
        parts = urlsplit(url.strip())
        if parts.scheme.lower() not in _PORTS or not parts.hostname:
            return url
        plain = urlsplit(canonicalize_url(urlunsplit(parts._replace(query="", fragment=""))))
        host = _host(plain.hostname or "", plain.port, plain.scheme)
    except ValueError:
        return url
    # Parameters are dropped one by one, so that a query without names ("?12345") stays as it is.
    pairs = parts.query.split("&") if parts.query else []
    kept = [pair for pair in pairs if not _is_tracking(*_pair(pair))]
    path = _SESSION.sub("", plain.path)
    return urlunsplit((plain.scheme, host, path, "&".join(kept), ""))


@lru_cache(maxsize=16_384)
def identity(url: str) -> str:
    """Return a key that is equal for addresses of most likely the same article; it is not a URL.

    In addition to what `clean` removes, it ignores the scheme, a trailing slash, "index.html",
    "www." and the markers of AMP and print views. Parameters are sorted.
    """
    cleaned = clean(url)
    parts = urlsplit(cleaned)
    if parts.scheme not in _PORTS:
        return cleaned
    host = parts.netloc.removeprefix("www.")
    for prefix in _HOSTS:
        # "amp.com" and "amp.dev" are sites of their own: the rest must have two labels.
        if host.startswith(prefix) and "." in host.removeprefix(prefix):
            host = host.removeprefix(prefix)
    segments = parts.path.split("/")
    if segments[-1].lower() in _DEFAULTS:
        segments.pop()
    kept = [part for part in segments if part and part.lower() not in _SEGMENTS]
    if kept:
        kept[-1] = _without_ending(kept[-1])
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    query = urlencode(sorted(pair for pair in pairs if not _is_rendering(*pair)))
    return f"//{host}/{'/'.join(kept)}" + (f"?{query}" if query else "")


def _host(name: str, port: int | None, scheme: str) -> str:
    name = f"[{name}]" if ":" in name else name.rstrip(".")
    return name if port in (None, _PORTS[scheme]) else f"{name}:{port}"


def _pair(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name, value


def _is_tracking(name: str, value: str) -> bool:
    name = name.lower()
    if name in _TRACKING_NAMES or name.startswith(_TRACKING_PREFIXES):
        return True
    return value.lower() in _TRACKING_VALUES.get(name, ())


def _is_rendering(name: str, value: str) -> bool:
    values = _RENDERINGS.get(name.lower(), frozenset())
    return "" in values or value.lower() in values


def _without_ending(segment: str) -> str:
    for ending in _ENDINGS:
        if segment.lower().endswith(ending):
            return segment[: -len(ending)]
    return segment
