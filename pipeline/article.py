"""The data every stage speaks.

In and out of each stage go these frozen dataclasses and nothing else. They hold plain values (no
database rows, no parsed trees, no open files), so that a test calls a stage with a value and
compares a value. Standard library only.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from email.message import Message
from typing import Any, Literal, Self

TextFrom = Literal["auto", "page", "entry"]
ContentMode = Literal["full", "bilingual", "summary"]
LinkTarget = Literal["original", "page"]
# What a feed is published in unless its settings say.
FORMATS = ("rss", "atom", "json")

# A sitemap or an archive page lists a site's whole past, and so may what a plug-in reads: unless
# somebody says so, 50,000 pages are not meant. The `limit` and the `backlog` of such sources that
# name none.
LISTED = 100
# What somebody has put together, page by page, is meant as it is.
_UNBOUND = frozenset({"folder", "urls", "feed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Selectors:
    """CSS selectors (Selectors Level 4) of what stands where on the pages of a source.

    Of each kind the first that fits anything on a page is taken; without any, or where none fits,
    what they would select is looked for. `article` is what holds the text, `remove` what is no part
    of it, `headline` the title, `author` the authors (every element that fits), `date` the date of
    publication, `next_page` the link to the article's next page.
    """

    article: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    headline: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    date: tuple[str, ...] = ()
    next_page: tuple[str, ...] = ()

    def missed(self, origins: Mapping[str, str]) -> tuple[str, ...]:
        """Return the kinds that select nothing on a page whose facts have these origins."""
        told = {"article": "text", "headline": "title", "author": "authors", "date": "published"}
        return tuple(
            kind
            for kind, fact in told.items()
            if getattr(self, kind) and origins.get(fact) != "selector"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Something that announces articles: a folder of pages, a list of addresses, a feed, a sitemap,
    an index page, or what a plug-in reads (`pipeline/plugins.py`).

    `kind` is the name of what it is. Exactly one of `url`, `urls` and `path` says where it is.
    `every` is in seconds; `cron` is a five-field crontab expression in the time zone `timezone` (an
    IANA name; "": UTC); at most one of them is set and neither means "only by hand". `limit` is the
    most references one pass takes (0: all), `backlog` how many of those that a new source announces
    are ever taken, the newest first (0: all).
    `language` (BCP 47) overrules what pages declare.

    `include` and `exclude` are shell patterns for article addresses ("*/news/*"): where `include`
    has any, an address must match one, and it must match none of `exclude`. `links` are CSS
    selectors of an index page's article links (none: guessed). `max_age` is how old in seconds an
    announced article may be (0: any age; undated ones pass). `text` says where an article's words
    come from: its page, its entry in the feed, or ("auto") the page and, where that is refused,
    the entry. `user_agent`, `headers` and `proxy` overrule the fetcher's own; `headers` are sent to
    the source's own hosts alone. `rights` is the licence of its articles, in a sentence.
    `article`, `remove`, `headline`, `author`, `date` and `next_page` are its `Selectors`. Of an
    article of several pages, at most `join_pages` are joined. Paragraphs that its articles repeat
    at their edges are left out, unless it says `keep_repeats`.
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

    @classmethod
    def of(cls, id: str, kind: str, **values: Any) -> Self:
        """A source that has, but for these values, the defaults of its kind."""
        bound = 0 if kind in _UNBOUND else LISTED
        return cls(**{"id": id, "kind": kind, "limit": bound, "backlog": bound, **values})

    @property
    def selectors(self) -> Selectors:
        """What its settings say of where things stand on its pages."""
        return Selectors(**{one.name: getattr(self, one.name) for one in fields(Selectors)})

    def told(self, names: Iterable[str]) -> dict[str, Any]:
        """Of these fields those that need writing down: not at the defaults of its kind."""
        default = Source.of(self.id, self.kind)
        values = {name: getattr(self, name) for name in names}
        return {name: one for name, one in values.items() if one != getattr(default, name)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """An article a source announces, and what the source itself says of it.

    `url` is an absolute http(s) or file URL. `published`, and `updated`, when the source says that
    it last changed, are always time-zone aware. `html` is the article's own text as the source
    gives it, unsanitised, where it looks complete ("": it is only announced).
    """

    source: str
    url: str
    title: str | None = None
    published: datetime | None = None
    language: str | None = None
    html: str = ""
    updated: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What a server said of a response so that the next request can be conditional (RFC 9110 §13).

    `digest` is the SHA-256 of the body in hexadecimal: it tells an unchanged body from a server
    that sends no validators, or wrong ones.
    """

    etag: str | None = None
    last_modified: str | None = None
    digest: str | None = None


def charset_of(headers: Mapping[str, str]) -> str | None:
    """The charset parameter of Content-Type, where the server sent one; names in lower case."""
    message = Message()
    message["content-type"] = headers.get("content-type", "")
    value = message.get_param("charset")
    return value if isinstance(value, str) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The bytes of one document as they came, with the address they came from after redirects.

    `headers` has lower-case names. `content` is decompressed (Content-Encoding and `.gz` undone)
    but not decoded to text: that is extraction's.
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
    """What a page says, without anything that is not the article.

    `html` is sanitised HTML in a small fixed vocabulary with absolute URLs and no title at its top;
    `text` is the same content as plain text, paragraphs separated by a blank line. `title` and
    `summary` are plain text. `url` is the canonical URL (the page's address where the page names no
    plausible other). `language` is a lower-case BCP 47 primary tag ("en", "zh") or None where
    neither the page nor detection could say. Dates are time-zone aware. `partial` marks a teaser
    before a wall. `origins` says for each field where its value was found ("json-ld", "og:title").
    `next_page` is where the article goes on, if it has several pages.
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
    next_page: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    """An article's words in another language; everything else stays the article's.

    `source_language` == `language` and `models` == () mean that it passed through untouched.
    `models` names the Argos packages used, in hop order ("en_pt-1.0"). `segments` counts the
    distinct segments with words in them, `fresh` those a model translated now and the memory did
    not know, `doubts` those whose translation still has a fault that shows by itself, `failed`
    those of them that stayed, wholly or in part, in the source's words.
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

    @property
    def by_machine(self) -> bool:
        """Whether a model wrote these words."""
        return bool(self.models)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSpec:
    """A feed to publish, once per language.

    `sources` are source ids (empty: all); `limit` is the number of entries kept; `base_url` is the
    public address of the output folder without a trailing slash ("" where there is none).
    `titles` and `descriptions` hold the words per language; `title` and `description` serve where
    a language has none. `link` says whether entries link to the original or to their article page.
    `hub` is a WebSub hub's address, `ttl` the minutes a reader may wait between two polls (0:
    unsaid), `icon` and `logo` are addresses of a square and of a wide picture. `archive`: what no
    longer fits is kept in archive documents (RFC 5005), where there is a `base_url` to link them.
    With `once`, a story that several sources print in the same words is in the feed once, as the
    first of them had it. `formats` are the names of what it is published in, the best known first.
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
    formats: tuple[str, ...] = FORMATS


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One article in one language as a feed shows it.

    `id` is permanent and an IRI (RFC 4287 §4.2.6), distinct per language. `url` is the original.
    `published` and `updated` are time-zone aware. `source_title` and `source_url` name who wrote
    it; `original_language` differs from `language` exactly where `by_machine` is true. `page` is
    the address of the article's article page. `labels` are the categories in `language`, one for
    one (empty: not translated). `image_type` and `image_bytes` describe the lead image where known.
    `original_title` and `original_html` are the words before translation ("" where not at hand).
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
    original_title: str = ""
    original_html: str = ""
