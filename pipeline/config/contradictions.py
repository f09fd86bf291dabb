"""Finds problems between several keys of the settings, or between a key and the disk.

Takes the data of the file before it is checked, so that they are found beside any other problem.
A value of a wrong type is left to that check. Never raises.
"""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline import plugins
from pipeline.article import Source
from pipeline.config import readers
from pipeline.config.document import FeedSettings
from pipeline.config.places import Location
from pipeline.config.problems import LISTS, Problem, nearest, tables
from pipeline.options import FetchOptions, PollOptions


def contradictions(data: Mapping[str, Any], folder: Path) -> Iterator[Problem]:
    """All of them. Paths are relative to `folder`, that of the settings file."""
    for key in ("state_dir", "output_dir"):
        place = _path(data.get(key), folder)
        if place is not None and place.exists() and not place.is_dir():
            yield Problem((key,), f"{place} is a file — name a folder")
    yield from _duplicate_ids(data)
    for at, source in tables(data, "sources"):
        yield from _of_source(at, source, folder)
    for at, feed in tables(data, "feeds"):
        yield from _of_feed(at, feed, data)
    yield from _of_times(data)
    yield from _of_compute(data, folder)
    yield from readers.contradictions(data)
    yield from _of_images(data)


def _duplicate_ids(data: Mapping[str, Any]) -> Iterator[Problem]:
    for name in LISTS:
        seen: set[str] = set()
        for place, item in tables(data, name):
            given = item.get("id")
            if isinstance(given, str):
                if given in seen:
                    yield Problem((*place, "id"), f'"{given}" is taken — give each its own id')
                seen.add(given)


def _of_source(at: Location, source: Mapping[str, Any], folder: Path) -> Iterator[Problem]:
    kind = source.get("kind")
    if "every" in source and "cron" in source:
        yield Problem((*at, "every"), "is there beside `cron` — keep one of them")
    if source.get("timezone") and "cron" not in source:
        yield Problem((*at, "timezone"), "needs a `cron` — add one, or remove the timezone")
    if source.get("next_page") and source.get("join_pages", 1) == 1:
        yield Problem(
            (*at, "next_page"), "has no effect while `join_pages` is 1 — set it to 2 or more"
        )
    headers = source.get("headers")
    for name in headers if isinstance(headers, dict) else ():
        if name in Source.__dataclass_fields__:
            yield Problem(
                (*at, "headers", name), f"belongs above the table headers — move {name} there"
            )
    if isinstance(kind, str) and kind not in plugins.KINDS.built_in and plugins.KINDS.knows(kind):
        places = [name for name in ("url", "urls", "path") if source.get(name)]
        if len(places) != 1:
            present = " and ".join(f"`{name}`" for name in places) or "none"
            yield Problem(at, f"needs one of `url`, `urls` and `path`, but has {present}")
    if kind == "folder":
        place = _path(source.get("path"), folder)
        # A missing folder may be on a disk that is mounted later: it stops its source only.
        if place is not None and place.exists() and not place.is_dir():
            yield Problem((*at, "path"), f"{place} is no folder — make it one, or correct the path")


def _of_feed(at: Location, feed: Mapping[str, Any], data: Mapping[str, Any]) -> Iterator[Problem]:
    known = [one["id"] for _, one in tables(data, "sources") if isinstance(one.get("id"), str)]
    sources = feed.get("sources")
    for number, name in enumerate(sources if isinstance(sources, list) else []):
        if isinstance(name, str) and name not in known:
            near = nearest(name, known)
            yield Problem(
                (*at, "sources", number),
                f'there is no source "{name}"{near} — name one of [[sources]]',
            )
    if data.get("base_url"):
        return
    if feed.get("link") == "page":
        yield Problem(
            (*at, "link"),
            '"page" needs the public address of the article pages — '
            'set `base_url`, or write "original"',
        )
    if feed.get("hub"):
        yield Problem(
            (*at, "hub"), "needs the public address of the feeds — set `base_url`, or remove it"
        )
    for name in ("titles", "descriptions"):
        table = feed.get(name)
        for key in table if isinstance(table, dict) else ():
            if key in FeedSettings.model_fields:
                yield Problem(
                    (*at, name, key), f"belongs above the table {name} — move {key} there"
                )


def _of_images(data: Mapping[str, Any]) -> Iterator[Problem]:
    images = data.get("images")
    if not isinstance(images, dict) or images.get("cache") is not True:
        return
    if not data.get("base_url"):
        text = "needs the public address of the images — set `base_url`, or remove it"
        yield Problem(("images", "cache"), text)
    for at, feed in tables(data, "feeds"):
        if feed.get("id") == "images":
            text = '"images" is the path of the image cache — choose another id'
            yield Problem((*at, "id"), text)


def _of_times(data: Mapping[str, Any]) -> Iterator[Problem]:
    """Of two bounds the smaller one must not be the larger."""
    pairs = (
        ("poll", "shortest", "longest", PollOptions()),
        ("fetch", "timeout", "total_timeout", FetchOptions()),
    )
    for section, small, large, defaults in pairs:
        table = data.get(section)
        if not isinstance(table, dict) or not {small, large} & table.keys():
            continue
        if section == "fetch" and large not in table:
            continue  # it grows with the timeout
        first, second = (table.get(one, getattr(defaults, one)) for one in (small, large))
        if _is_number(first) and _is_number(second) and first > second:
            key = small if small in table else large
            yield Problem(
                (section, key),
                f"{small} ({first:g}) is more than {large} ({second:g}), which ends it — "
                f"set {large} to {first:g} or more",
            )


def _of_compute(data: Mapping[str, Any], folder: Path) -> Iterator[Problem]:
    """What the section [compute] needs besides the address of a scheduler."""
    table = data.get("compute")
    if not isinstance(table, dict):
        return
    scheduler = table.get("scheduler", "")
    if not scheduler:
        for key in ("embedded", "certificates"):
            if table.get(key):
                yield Problem(
                    ("compute", key),
                    "has no effect without a scheduler — "
                    'add scheduler = "tcp://127.0.0.1:8786", or remove it',
                )
        return
    certificates = _path(table.get("certificates"), folder)
    if isinstance(scheduler, str) and scheduler.startswith("tls:") and certificates is None:
        yield Problem(
            ("compute", "scheduler"),
            "tls needs certificates — make them with `babelwire cluster certificates DIR`, "
            'and add certificates = "DIR"',
        )
    if certificates is not None and certificates.exists() and not certificates.is_dir():
        yield Problem(("compute", "certificates"), f"{certificates} is no folder — name a folder")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _path(value: Any, folder: Path) -> Path | None:
    if not isinstance(value, str) or not value or "\0" in value:
        return None
    return Path(os.path.normpath(folder / Path(value).expanduser()))
