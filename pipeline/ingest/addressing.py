"""One article, many addresses.

In: the absolute web address of a page. Out: the same without what only traces its reader (`clean`),
or what tells whether two addresses mean one article (`identity`). Refuses nothing: what is no web
address comes back as it is.
"""

import re
import tomllib
from functools import lru_cache
from importlib.resources import files
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from w3lib.url import canonicalize_url

_DATA = tomllib.loads(files(__package__).joinpath("data/tracking.toml").read_text("utf-8"))
_NAMES = frozenset([*_DATA["names"], *_DATA["sessions"]])
_SESSION = re.compile(r";(?:" + "|".join(_DATA["sessions"]) + r")=[^/?#;]*", re.IGNORECASE)
_PREFIXES = tuple(_DATA["prefixes"])
_VALUES = {name: frozenset(values) for name, values in _DATA["values"].items()}
_RENDERINGS = {name: frozenset(values) for name, values in _DATA["renderings"].items()}
_SEGMENTS = frozenset(_DATA["paths"]["segments"])
_ENDINGS = tuple(_DATA["paths"]["endings"])
_HOSTS = tuple(_DATA["paths"]["hosts"])
_DEFAULTS = frozenset(_DATA["paths"]["defaults"])
_PORTS = {"http": 80, "https": 443}


def clean(url: str) -> str:
    """`url` without fragment, tracking parameters, session ids, default port, dot segments or a
    capital host.

    The page behind it is the same by RFC 3986 §6.2 and by what the parameters are for; the rest,
    and so the scheme, the slash at its end and the order of its parameters, stays.
    """
    try:
        parts = urlsplit(url.strip())
        if parts.scheme.lower() not in _PORTS or not parts.hostname:
            return url
        plain = urlsplit(canonicalize_url(urlunsplit(parts._replace(query="", fragment=""))))
        host = _host(plain.hostname or "", plain.port, plain.scheme)
    except ValueError:
        return url
    # A query of unknown grammar ("?12345") is left alone; only what is dropped decides.
    pairs = parts.query.split("&") if parts.query else []
    kept = [pair for pair in pairs if not _traces(*_pair(pair))]
    path = _SESSION.sub("", plain.path)
    return urlunsplit((plain.scheme, host, path, "&".join(kept), ""))


@lru_cache(maxsize=16_384)
def identity(url: str) -> str:
    """What is equal for addresses that most likely mean the same article; not itself an address.

    On top of `clean`: http is https, a slash at the end or an "index.html" is none, "www." is
    none, AMP and print views are the page itself, and parameters are sorted.
    """
    cleaned = clean(url)
    parts = urlsplit(cleaned)
    if parts.scheme not in _PORTS:
        return cleaned
    host = parts.netloc.removeprefix("www.")
    for prefix in _HOSTS:
        # Not "amp.com" or "amp.dev": what is left must still be a host of two labels.
        if host.startswith(prefix) and "." in host.removeprefix(prefix):
            host = host.removeprefix(prefix)
    segments = parts.path.split("/")
    if segments[-1].lower() in _DEFAULTS:
        segments.pop()
    kept = [one for one in segments if one and one.lower() not in _SEGMENTS]
    if kept:
        kept[-1] = _without_ending(kept[-1])
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    query = urlencode(sorted(pair for pair in pairs if not _renders(*pair)))
    return f"//{host}/{'/'.join(kept)}" + (f"?{query}" if query else "")


def _host(name: str, port: int | None, scheme: str) -> str:
    name = f"[{name}]" if ":" in name else name.rstrip(".")
    return name if port in (None, _PORTS[scheme]) else f"{name}:{port}"


def _pair(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name, value


def _traces(name: str, value: str) -> bool:
    name = name.lower()
    if name in _NAMES or name.startswith(_PREFIXES):
        return True
    return value.lower() in _VALUES.get(name, ())


def _renders(name: str, value: str) -> bool:
    values = _RENDERINGS.get(name.lower(), frozenset())
    return "" in values or value.lower() in values


def _without_ending(segment: str) -> str:
    for ending in _ENDINGS:
        if segment.lower().endswith(ending):
            return segment[: -len(ending)]
    return segment
