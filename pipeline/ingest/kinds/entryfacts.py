"""Read what a feed says of an entry besides title, date and text: authors, categories, enclosures.

`reader` takes the address of an RSS or Atom feed, and returns a function from the element of an
entry to its facts; `facts_of_item` takes an item of a JSON Feed. Facts are EntryFacts, bounded in
number and length. What is too long, no web address or not in its format is left out. Never raises.

RSS 2.0, RFC 4287, Dublin Core, Media RSS 1.5.1, Apple's podcast tags, JSON Feed 1.1.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any
from urllib.parse import urldefrag, urlsplit

from lxml import etree

from pipeline.article import Enclosure, EntryFacts, Episode
from pipeline.errors import FetchError
from pipeline.ingest.text import media_type, plain
from pipeline.ingest.urls import absolute, web_address

MAX_NAMES = 10
MAX_CATEGORIES = 20
MAX_ENCLOSURES = 10
_LONGEST_NAME = 100  # characters
_LONGEST_CATEGORY = 60
_LONGEST_TITLE = 200
_LONGEST_ADDRESS = 2_000
_LARGEST = 10**13  # bytes
_LONGEST = 10 * 24 * 3_600  # seconds
_HIGHEST = 100_000  # episodes and seasons

# The spellings of namespaces that feeds use (in lower case), by a short name; "" is RSS and Atom.
_NAMESPACES = (
    ("itunes", re.compile(r"itunes\.com/dtds/podcast")),
    ("media", re.compile(r"search\.yahoo\.com/mrss")),
    ("dc", re.compile(r"purl\.org/dc/(?:elements|terms)")),
    ("", re.compile(r"^$|w3\.org/2005/atom|purl\.org/(?:atom/|rss/1\.0/?$)|backend\.userland")),
)
_MEDIA_TYPE = re.compile(r"[a-z]{2,20}/[a-z0-9][a-z0-9.+-]{0,80}")
# The types of files by the endings of their names, where a feed does not state them.
_ENDINGS = {
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "aac": "audio/aac",
    "ogg": "audio/ogg",
    "oga": "audio/ogg",
    "opus": "audio/ogg",
    "flac": "audio/flac",
    "wav": "audio/wav",
    "mp4": "video/mp4",
    "m4v": "video/mp4",
    "mov": "video/quicktime",
    "webm": "video/webm",
    "ogv": "video/ogg",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
    "pdf": "application/pdf",
    "epub": "application/epub+zip",
}
_MAIL = re.compile(r"[^\s<>()@]{1,100}@[^\s<>()@]{1,200}")
_AROUND = re.compile(r"^[\s(<\[\"',;:]+|[\s)>\]\"',;:]+$")
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,4}):(\d{1,2})(?:\.\d*)?")
_YES, _NO = frozenset({"yes", "true", "explicit"}), frozenset({"no", "false", "clean"})


def reader(url: str) -> Callable[[etree._Element], EntryFacts]:
    """Return a function from an RSS `item` or an Atom `entry` of the feed at `url` to its facts."""
    feed_authors: dict[etree._Element | None, tuple[str, ...]] = {}

    def facts(entry: etree._Element) -> EntryFacts:
        feed = entry.getparent()
        if feed not in feed_authors:
            feed_authors[feed] = _feed_authors(feed)
        base = _base(entry, url)
        named = [(*_name(one), one) for one in entry]
        media = list(_media(named))
        return EntryFacts(
            authors=_authors(named),
            feed_authors=feed_authors[feed],
            categories=_categories(named),
            enclosures=_enclosures(named, media, base),
            episode=_episode(named, base),
            image=_image(named, media, base),
        )

    return facts


def facts_of_item(item: dict[str, Any], feed: dict[str, Any], url: str) -> EntryFacts:
    """Return the facts of an item of a JSON Feed."""
    pictures = (_address(url, item.get(key)) for key in ("image", "banner_image"))
    attachments = [one for one in _listed(item.get("attachments")) if isinstance(one, dict)]
    return EntryFacts(
        authors=_names(_json_names(item)),
        feed_authors=_names(_json_names(feed)),
        categories=_bounded_words(_listed(item.get("tags"))),
        enclosures=_merged(
            _enclosure(
                _address(url, one.get("url")),
                one.get("mime_type"),
                one.get("size_in_bytes"),
                one.get("duration_in_seconds"),
                one.get("title"),
            )
            for one in attachments
        ),
        image=next(filter(None, pictures), ""),
    )


def _json_names(thing: dict[str, Any]) -> Iterator[Any]:
    # `author`, of version 1.0, is one object.
    for one in (*_listed(thing.get("authors")), thing.get("author")):
        yield one.get("name") if isinstance(one, dict) else None


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


# ---- RSS and Atom

_Named = list[tuple[str, str, etree._Element]]


def _name(element: etree._Element) -> tuple[str, str]:
    """Return the short name of an element's namespace ("?": another) and its local name."""
    return _parted(element.tag) if isinstance(element.tag, str) else ("?", "")


@lru_cache(maxsize=512)
def _parted(tag: str) -> tuple[str, str]:
    uri, _, name = tag.lower().rpartition("}")
    uri = uri.removeprefix("{")
    return next((short for short, one in _NAMESPACES if one.search(uri)), "?"), name


def _base(entry: etree._Element, url: str) -> str:
    try:
        return absolute(url, entry.base or "")
    except (FetchError, ValueError):
        return url


def _authors(named: _Named) -> tuple[str, ...]:
    """Return the names of the entry's authors; of a podcast's tag only where there are no others.

    Shows write their own name into it.
    """
    people = [
        one for space, name, one in named if (space, name) in (("", "author"), ("dc", "creator"))
    ]
    shows = [one for space, name, one in named if (space, name) == ("itunes", "author")]
    return _names(map(_person, people)) or _names(map(_person, shows))


def _feed_authors(feed: etree._Element | None) -> tuple[str, ...]:
    """Return the authors of a feed (RFC 4287 §4.2.1), which are those of entries without any."""
    found = () if feed is None else feed.iterchildren("{*}author")
    return _names(_person(one) for one in found if _name(one)[0] in ("", "itunes"))


def _person(element: etree._Element) -> str:
    name = next(element.iterchildren("{*}name"), None)
    return _text(element if name is None else name)


def _categories(named: _Named) -> tuple[str, ...]:
    def words() -> Iterator[str]:
        for space, name, one in named:
            if (space, name) == ("", "category"):
                yield one.get("label") or one.get("term") or _text(one)
            elif (space, name) == ("dc", "subject"):
                yield _text(one)
            elif name == "keywords" and space in ("itunes", "media"):
                yield from _text(one).split(",")

    return _bounded_words(words())


def _media(named: _Named) -> Iterator[etree._Element]:
    """Yield the entry's `media:content`; of a group, which has one file in several forms, one."""
    for space, name, one in named:
        if (space, name) == ("media", "content"):
            yield one
        elif (space, name) == ("media", "group"):
            forms = [form for form in one if _name(form) == ("media", "content")]
            first = [form for form in forms if form.get("isDefault") == "true"]
            yield from (first or forms)[:1]


def _enclosures(named: _Named, media: list[etree._Element], base: str) -> tuple[Enclosure, ...]:
    def found() -> Iterator[Enclosure | None]:
        for space, name, one in named:
            if (space, name) == ("", "enclosure"):
                url = _address(base, one.get("url") or one.get("href"))
                yield _enclosure(url, one.get("type"), one.get("length"))
            elif (space, name) == ("", "link") and one.get("rel") == "enclosure":
                url, title = _address(base, one.get("href")), one.get("title")
                yield _enclosure(url, one.get("type"), one.get("length"), title=title)
        for one in media:
            url, kind = _address(base, one.get("url")), one.get("medium") or ""
            file = _enclosure(url, one.get("type"), one.get("fileSize"), one.get("duration"))
            if file and (kind or file.type).startswith(("audio", "video")):
                yield file

    return _merged(found())


def _episode(named: _Named, base: str) -> Episode | None:
    said: dict[str, etree._Element] = {}
    for space, name, one in named:
        if space == "itunes":
            said.setdefault(name, one)

    def text(name: str) -> str:
        return _text(said[name]).lower() if name in said else ""

    image = said.get("image")
    found = Episode(
        duration=_seconds(text("duration")),
        number=_number(text("episode"), _HIGHEST),
        season=_number(text("season"), _HIGHEST),
        kind=text("episodetype") if text("episodetype") in ("full", "trailer", "bonus") else "",
        explicit=True if text("explicit") in _YES else False if text("explicit") in _NO else None,
        image="" if image is None else _address(base, image.get("href") or image.get("url")),
    )
    return found if found != Episode() else None


def _image(named: _Named, media: list[etree._Element], base: str) -> str:
    """Return the entry's picture: a large one of Media RSS, a thumbnail, or the podcast's."""

    def found() -> Iterator[str | None]:
        for one in media:
            if (one.get("medium") or one.get("type") or "").startswith("image"):
                yield one.get("url")
        outer = [one for _, name, one in named if name == "group"]
        for parent in (None, *media, *outer):
            inside = named if parent is None else [(*_name(one), one) for one in parent]
            yield from (
                one.get("url")
                for space, name, one in inside
                if (space, name) == ("media", "thumbnail")
            )
        for space, name, one in named:
            if (space, name) == ("itunes", "image"):
                yield one.get("href")

    return next(filter(None, (_address(base, url) for url in found())), "")


def _text(element: etree._Element) -> str:
    """Return the text of an element, without that of its children."""
    return element.text or ""


# ---- values


def _address(base: str, value: Any) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > _LONGEST_ADDRESS:
        return ""
    try:
        found = web_address(absolute(base, value))
    except FetchError:
        return ""
    return found if found != urldefrag(base).url else ""  # "https://" is resolved to the base


def _enclosure(
    url: str, kind: Any, length: Any = None, duration: Any = None, title: Any = None
) -> Enclosure | None:
    if not url:
        return None
    stated = media_type(kind) if isinstance(kind, str) else ""
    ending = urlsplit(url).path.rpartition("/")[2].rpartition(".")[2].lower()
    return Enclosure(
        url=url,
        type=stated if _MEDIA_TYPE.fullmatch(stated) else _ENDINGS.get(ending, ""),
        length=_number(length, _LARGEST),
        duration=_seconds(duration),
        title=plain(title, markup=False, limit=_LONGEST_TITLE),
    )


def _merged(found: Iterable[Enclosure | None]) -> tuple[Enclosure, ...]:
    """Return the enclosures, each file once, sound and video first."""
    files: dict[str, Enclosure] = {}
    for one in found:
        known = files.get(one.url) if one else None
        if one and known:
            files[one.url] = replace(
                known,
                type=known.type or one.type,
                length=known.length or one.length,
                duration=known.duration or one.duration,
                title=known.title or one.title,
            )
        elif one and len(files) < MAX_ENCLOSURES:
            files[one.url] = one
    return tuple(
        sorted(files.values(), key=lambda one: not one.type.startswith(("audio/", "video/")))
    )


def _number(value: Any, most: int) -> int:
    """Return a whole number from 0 to `most`, 0 for anything else."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value if 0 <= value <= most else 0
    text = value.strip() if isinstance(value, str) else ""
    plain_number = text.isascii() and text.isdigit() and len(text) < 20
    return int(text) if plain_number and int(text) <= most else 0


def _seconds(value: Any) -> int:
    """Return a duration as seconds, hours:minutes:seconds or minutes:seconds; 0 for others."""
    if isinstance(value, float):
        return int(value) if 0 <= value <= _LONGEST else 0
    text = value.strip() if isinstance(value, str) else value
    if isinstance(text, str) and (match := _CLOCK.fullmatch(text)):
        hours, minutes, seconds = (int(one or 0) for one in match.groups())
        text = 3_600 * hours + 60 * minutes + seconds
    elif isinstance(text, str):
        text = text.partition(".")[0]
    return _number(text, _LONGEST)


def _names(texts: Iterable[Any]) -> tuple[str, ...]:
    """Return people's names, each once; of "jane@example.org (Jane Doe)" the name."""
    lines = (plain(text, markup=True, limit=4 * _LONGEST_NAME) for text in texts)
    names = (_AROUND.sub("", _MAIL.sub(" ", line)) for line in lines)
    return _once(names, _LONGEST_NAME, MAX_NAMES)


def _bounded_words(texts: Iterable[Any]) -> tuple[str, ...]:
    """Return categories, each once; addresses are none: Blogger marks kinds of entries so."""
    words = (plain(text, markup=True, limit=_LONGEST_CATEGORY + 1) for text in texts)
    return _once(words, _LONGEST_CATEGORY, MAX_CATEGORIES)


def _once(words: Iterable[str], longest: int, most: int) -> tuple[str, ...]:
    """Return the first `most` words that are different, no addresses, and not too long."""
    found: dict[str, str] = {}
    for word in words:
        address = word.lower().startswith(("http:", "https:"))
        if word and len(word) <= longest and not address:
            found.setdefault(word.casefold(), word)
        if len(found) == most:
            break
    return tuple(found.values())
