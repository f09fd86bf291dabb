"""The data types that the stages exchange.

Each stage takes and returns these frozen dataclasses. They hold plain values only (no database
rows, parsed trees or open files), so that a test can call a stage with a value and compare the
result with a value. Imports nothing but the standard library.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from email.message import Message
from typing import Any, Literal, Self

TextFrom = Literal["auto", "page", "entry"]
ContentMode = Literal["full", "bilingual", "summary", "titles"]
# What of an entry is in the language of its feed: all of it, its title, or nothing yet.
Scope = Literal["whole", "title", "original"]
LinkTarget = Literal["original", "page"]
# What a feed is published in unless its settings say.
FORMATS = ("rss", "atom", "json")

# The default `limit` and `backlog` of sources that may list the whole past of a site, 50,000 pages
# and more (sitemaps, index pages, plug-ins). Taking all of them must be asked for.
LISTED = 100
# What somebody has put together, page by page, is meant as it is.
_UNBOUND = frozenset({"folder", "urls", "feed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Selectors:
    """CSS selectors (Selectors Level 4) for the parts of a source's pages.

    Each field holds alternatives: the first selector that matches anything on a page is used. Where
    a field is empty or none of its selectors match, extraction finds that part by itself.

    `article` selects the element that holds the text, `remove` what does not belong to the text,
    `headline` the title, `author` the authors (all matching elements), `date` the date of
    publication, `next_page` the link to the article's next page.
    """

    article: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    headline: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    date: tuple[str, ...] = ()
    next_page: tuple[str, ...] = ()

    def missed(self, origins: Mapping[str, str]) -> tuple[str, ...]:
        """The selector fields that are set but matched nothing, by an article's `origins`."""
        facts = {"article": "text", "headline": "title", "author": "authors", "date": "published"}
        return tuple(
            kind
            for kind, fact in facts.items()
            if getattr(self, kind) and origins.get(fact) != "selector"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where articles are announced: a folder of pages, a list of URLs, a feed, a sitemap, an index
    page, or what a plug-in reads (`pipeline/plugins.py`).

    `kind` is the name of what it is. Exactly one of `url`, `urls` and `path` says where it is.
    `every` is in seconds; `cron` is a five-field crontab expression in the time zone `timezone` (an
    IANA name; "": UTC). At most one of the two is set; without either, the source is visited only
    by hand. `limit` is the most references taken in one pass (0: all). `backlog` is how many of the
    articles that a new source announces are ever taken, newest first (0: all).
    `language` (BCP 47) overrides what pages declare.

    `include` and `exclude` are shell patterns for article addresses ("*/news/*"): an address must
    match one of `include`, if there are any, and none of `exclude`. `links` are CSS selectors of
    the article links on an index page (empty: they are guessed). `max_age` is how old in seconds an
    announced article may be (0: any age); articles without a date always pass. `text` is where an
    article's text comes from: its page, its entry in the feed, or ("auto") the page, and the entry
    if the page is refused. `user_agent`, `headers` and `proxy` override those of the HTTP client;
    `headers` are sent to the source's own hosts only. `rights` is the licence of its articles, in a
    sentence. `article`, `remove`, `headline`, `author`, `date` and `next_page` are its `Selectors`.
    At most `join_pages` pages of one article are joined. Paragraphs that the source's articles
    repeat at their beginning or end are removed unless `keep_repeats` is set. `keep` and `drop` are
    the rules for its entries: see `keywords`.
    """

    id: str
    kind: str
    title: str = ""
    path: str = ""
    url: str = ""
    urls: tuple[str, ...] = ()
    language: str | None = None
    every: float | None = None
    cron: str | None = None
    timezone: str = ""
    limit: int = 0
    backlog: int = 0
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    max_age: float = 0
    text: TextFrom = "auto"
    user_agent: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    proxy: str = ""
    rights: str = ""
    article: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    headline: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    date: tuple[str, ...] = ()
    next_page: tuple[str, ...] = ()
    join_pages: int = 1
    keep_repeats: bool = False
    keep: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()

    @classmethod
    def of(cls, id: str, kind: str, **values: Any) -> Self:
        """A source with these values and, for all others, the defaults of its kind."""
        bound = 0 if kind in _UNBOUND else LISTED
        return cls(**{"id": id, "kind": kind, "limit": bound, "backlog": bound, **values})

    @property
    def selectors(self) -> Selectors:
        """The CSS selectors in its settings."""
        return Selectors(**{one.name: getattr(self, one.name) for one in fields(Selectors)})

    def non_defaults(self, names: Iterable[str]) -> dict[str, Any]:
        """Those of these fields that differ from the defaults of its kind, with their values."""
        default = Source.of(self.id, self.kind)
        values = {name: getattr(self, name) for name in names}
        return {name: one for name, one in values.items() if one != getattr(default, name)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """A file that belongs to an article: sound, video, a picture, a document.

    `url` is an absolute http(s) URL. `type` is the media type ("": unknown), `length` the size in
    bytes and `duration` how long it plays in seconds (0: unknown). `title` is plain text.
    """

    url: str
    type: str = ""
    length: int = 0
    duration: int = 0
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """What a feed says of an episode of a podcast, in Apple's podcast tags.

    `duration` is in seconds; it, `number` and `season` are 0 where they are not stated. `kind` is
    "full", "trailer", "bonus" or "". `explicit` is None where it is not stated. `image` is an
    absolute http(s) URL or "".
    """

    duration: int = 0
    number: int = 0
    season: int = 0
    kind: str = ""
    explicit: bool | None = None
    image: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryFacts:
    """What a feed says of an entry besides title, date and text; bounded, and plain text.

    `authors` are the entry's own, `feed_authors` those of the whole feed. `image` is an absolute
    http(s) URL or "". `site` is the title of the feed.
    """

    authors: tuple[str, ...] = ()
    feed_authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    episode: Episode | None = None
    image: str = ""
    site: str = ""


NO_FACTS = EntryFacts()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """An article that a source announces, with the facts the source gives.

    `url` is an absolute http(s) or file URL. `published` and `updated` (when the source says the
    article last changed) are time-zone aware. `html` is the article's text as the source gives it,
    unsanitised; "" where the source gives none or only a part. `guid` is the entry's id in its
    feed ("" without one). An entry that shares its address with others has the address with a
    fragment, which is of use to tell them apart only. `facts` are what else a feed says of it.
    """

    source: str
    url: str
    title: str | None = None
    published: datetime | None = None
    language: str | None = None
    html: str = ""
    updated: datetime | None = None
    guid: str = ""
    facts: EntryFacts = NO_FACTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """The validators of a response, for a conditional next request (RFC 9110 §13).

    `digest` is the SHA-256 of the body in hexadecimal. It recognises an unchanged body where the
    server sends no validators, or wrong ones.
    """

    etag: str | None = None
    last_modified: str | None = None
    digest: str | None = None


def charset_of(headers: Mapping[str, str]) -> str | None:
    """The charset parameter of Content-Type, or None. `headers` has lower-case names."""
    message = Message()
    message["content-type"] = headers.get("content-type", "")
    value = message.get_param("charset")
    return value if isinstance(value, str) else None


FROM_FEED = "babelwire-from-feed"
"""The header of a page that was made of an entry's own text; no server sends it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The bytes of one fetched document; `url` is its address after redirects.

    `headers` has lower-case names. `content` is decompressed (Content-Encoding and `.gz`) but not
    decoded to text: extraction does that.
    """

    reference: Reference
    url: str
    content: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    validators: Validators = Validators()

    @property
    def charset(self) -> str | None:
        """See `charset_of`."""
        return charset_of(self.headers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """The article of a page, without the rest of the page.

    `html` is sanitised HTML in a small fixed vocabulary, with absolute URLs and without the title;
    `text` is the same content as plain text, paragraphs separated by a blank line. `title` and
    `summary` are plain text. `url` is the canonical URL, or the page's address where the page names
    no plausible one. `language` is a lower-case BCP 47 primary tag ("en", "zh"), or None where
    neither the page nor detection gives one. Dates are time-zone aware. `partial` marks a teaser in
    front of a paywall. `origins` says for each field where its value was found ("json-ld",
    "og:title"). `enclosures` and `episode` come from the entry of its feed. `next_page` is the
    address of the article's next page, if it has several.
    """

    url: str
    title: str
    html: str
    text: str
    summary: str = ""
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    modified: datetime | None = None
    language: str | None = None
    image: str | None = None
    site: str | None = None
    section: str | None = None
    keywords: tuple[str, ...] = ()
    partial: bool = False
    origins: Mapping[str, str] = field(default_factory=dict)
    enclosures: tuple[Enclosure, ...] = ()
    episode: Episode | None = None
    next_page: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    """The texts of an article in another language; all other facts stay the article's.

    Where `source_language` == `language` and `models` == (), the texts are the original's. So they
    are where only `models` == (), but of an article that waits for its translation. With the scope
    "title", the title alone is translated.
    `models` names the Argos packages used, in order of translation ("en_pt-1.0"). `segments` counts
    the distinct segments that contain words, `fresh` those that a model translated now because the
    translation memory did not have them, `doubts` those whose translation still has a fault that
    the quality gate finds, `failed` those of `doubts` that stayed untranslated, at least in part.
    """

    language: str
    source_language: str
    title: str
    summary: str
    html: str
    models: tuple[str, ...] = ()
    segments: int = 0
    fresh: int = 0
    doubts: int = 0
    failed: int = 0
    scope: Scope = "whole"

    @property
    def by_machine(self) -> bool:
        """Whether a model translated these texts."""
        return bool(self.models)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSpec:
    """A feed to publish, once per language.

    `sources` are source ids (empty: all). `limit` is the most entries in the feed. `base_url` is
    the public address of the output folder without a trailing slash ("": none). `titles` and
    `descriptions` are by language; `title` and `description` are used where a language has none.
    `link` says whether entries link to the original or to their article page. `hub` is the address
    of a WebSub hub. `ttl` is how many minutes a reader may wait between two polls (0: not stated).
    `icon` and `logo` are addresses of a square and of a wide picture. With `archive` and a
    `base_url`, entries beyond `limit` are kept in archive documents (RFC 5005). With `once`, a
    story that several sources print in the same words is in the feed once: the earliest copy.
    With `originals`, an article whose translation waits is shown untranslated, and marked.
    `formats` are the names of the formats it is published in, the best known first. `keep` and
    `drop` are the rules for the articles it shows: see `keywords`.
    """

    id: str
    title: str
    description: str = ""
    sources: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    limit: int = 50
    content: ContentMode = "full"
    base_url: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)
    descriptions: Mapping[str, str] = field(default_factory=dict)
    link: LinkTarget = "original"
    hub: str = ""
    ttl: int = 0
    icon: str = ""
    logo: str = ""
    rights: str = ""
    archive: bool = True
    once: bool = False
    originals: bool = False
    formats: tuple[str, ...] = FORMATS
    keep: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One article in one language, as an entry of a feed. `scope` is what of it is translated.

    `id` is a permanent IRI (RFC 4287 §4.2.6), a different one per language. `url` is the address of
    the original. `published` and `updated` are time-zone aware. `source_title` and `source_url`
    name the publisher. `original_language` differs from `language` exactly where `by_machine` is
    true, or where nothing is translated yet. `page` is the address of the article page. `labels`
    are the categories in `language`, in the same order (empty: not translated). `image_type` and
    `image_bytes` are the media type and size of the lead image where known. `enclosures` and
    `episode` are the article's. `original_title` and `original_html` are the texts before
    translation ("" where there are none). `first_published` is when the feed first showed it, which
    decides its place there (None: at its date). Without `stated`, nobody says when it was
    published: `published` is when it was first seen.
    """

    id: str
    url: str
    title: str
    summary: str
    html: str
    language: str
    original_language: str
    by_machine: bool
    published: datetime
    updated: datetime
    authors: tuple[str, ...] = ()
    image: str | None = None
    categories: tuple[str, ...] = ()
    source_title: str = ""
    source_url: str = ""
    page: str = ""
    labels: tuple[str, ...] = ()
    rights: str = ""
    image_type: str = ""
    image_bytes: int = 0
    enclosures: tuple[Enclosure, ...] = ()
    episode: Episode | None = None
    original_title: str = ""
    original_html: str = ""
    first_published: datetime | None = None
    stated: bool = True
    scope: Scope = "whole"
