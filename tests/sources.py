"""Sources with everything set, for tests of what carries them: no field can be forgotten."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, get_type_hints

from pipeline.article import Source, TextFrom
from pipeline.config.document import (
    FeedSourceSettings,
    FolderSettings,
    IndexSettings,
    SitemapSettings,
    UrlsSettings,
)

# What the settings of each kind know.
KINDS: dict[str, type[Any]] = {
    "folder": FolderSettings,
    "urls": UrlsSettings,
    "feed": FeedSourceSettings,
    "sitemap": SitemapSettings,
    "index": IndexSettings,
}
# Values that must be of a certain form, and a value for each type of the other fields.
_FORMS: dict[str, Any] = {
    "url": "https://news.example.org/a?b=1&c=<2>",
    "urls": ("https://news.example.org/1", "https://news.example.org/2"),
    "path": "/saved/pages",
    "language": "pt",
    "timezone": "Europe/Lisbon",
    "proxy": "http://proxy.example.org:3128",
    "include": ("*/news/*", '*/"world"/*'),
    "every": 12_345_678.5,
    "cron": "30 6 * * mon-fri",
    "max_age": 8_640_000.0,
    "join_pages": 7,
}
_VALUES: dict[Any, Any] = {
    str: 'Says "so" & <more> — 新闻',
    bool: True,
    int: 0,  # the settings' default for some kinds is another
    tuple[str, ...]: ("main .first", "p:not(.second) > a[rel~='x']"),
    TextFrom: "page",
    Mapping[str, str]: {"Cookie": "a=1", "Authorization": "Basic xyz"},
}


def full_source(kind: str, *, cron: bool = False) -> Source:
    """A source of a kind with each field set that the kind has: its times by interval or `cron`.

    A new field of a type that is not known here is a KeyError.
    """
    types = get_type_hints(Source)
    left_out = {"every"} if cron else {"cron", "timezone"}
    values = {
        one.name: _FORMS[one.name] if one.name in _FORMS else _VALUES[types[one.name]]
        for one in fields(Source)
        if one.name not in {"id", "kind"} | left_out and one.name in KINDS[kind].model_fields
    }
    return Source(id="a-source_1", kind=kind, **values)
