"""The settings file as pydantic models: its sections, keys, types and defaults.

Paths are as written in the file; `config.settings` makes them absolute.
"""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from pipeline import plugins
from pipeline.article import FORMATS, LISTED, ContentMode, LinkTarget, TextFrom
from pipeline.config.values import (
    Address,
    Age,
    Cron,
    DatabaseUrl,
    FeedId,
    Format,
    HttpUrl,
    Identifier,
    Kept,
    Keyword,
    Language,
    OptionalHttpUrl,
    PathToken,
    Seconds,
    Selector,
    TimeZone,
    Token,
)
from pipeline.options import ComputeOptions, FetchOptions, Options, PollOptions, TranslateOptions


class _SourceSettings(Options):
    id: Identifier
    title: str = ""
    language: Language | None = None
    every: Seconds | None = None
    cron: Cron | None = None
    timezone: TimeZone = ""
    limit: int = Field(default=0, ge=0)
    rights: str = ""
    article: tuple[Selector, ...] = ()
    remove: tuple[Selector, ...] = ()
    headline: tuple[Selector, ...] = ()
    author: tuple[Selector, ...] = ()
    date: tuple[Selector, ...] = ()
    keep_repeats: bool = False
    keep: tuple[Keyword, ...] = ()
    drop: tuple[Keyword, ...] = ()


class _WebSettings(_SourceSettings):
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    user_agent: str = Field(default="", max_length=300)
    headers: dict[str, str] = Field(default_factory=dict, repr=False)
    proxy: OptionalHttpUrl = Field(default="", repr=False)
    next_page: tuple[Selector, ...] = ()
    join_pages: int = Field(default=1, ge=1, le=50)


class FolderSettings(_SourceSettings):
    """A folder of saved article pages."""

    kind: Literal["folder"]
    path: Path


class UrlsSettings(_WebSettings):
    """A list of article addresses."""

    kind: Literal["urls"]
    urls: tuple[HttpUrl, ...] = Field(min_length=1)


class _AnnouncingSettings(_WebSettings):
    url: HttpUrl
    max_age: Age = 0
    backlog: int = Field(default=0, ge=0)


class FeedSourceSettings(_AnnouncingSettings):
    """An RSS, Atom or JSON feed; the pages of its entries are fetched."""

    kind: Literal["feed"]
    text: TextFrom = "auto"


class _ListingSettings(_AnnouncingSettings):
    backlog: int = Field(default=LISTED, ge=0)
    limit: int = Field(default=LISTED, ge=0)


class SitemapSettings(_ListingSettings):
    """An XML sitemap, a sitemap index or a news sitemap."""

    kind: Literal["sitemap"]


class IndexSettings(_ListingSettings):
    """A page that links to articles."""

    kind: Literal["index"]
    links: tuple[Selector, ...] = ()


class PluginSettings(_ListingSettings):
    """A source of a kind that a plug-in brings, which says what of this it goes by."""

    kind: str
    url: Address = ""
    urls: tuple[HttpUrl, ...] = ()
    path: Path | None = None
    text: TextFrom = "auto"
    links: tuple[Selector, ...] = ()


PLUGIN = "plug-in"


def _tag(source: Any) -> str | None:
    """Which model a source's table is of, by its `kind`; None: it has none."""
    kind = source.get("kind") if isinstance(source, dict) else getattr(source, "kind", None)
    if not isinstance(kind, str):
        return None
    known = kind not in plugins.KINDS.built_in and plugins.KINDS.knows(kind)
    return PLUGIN if known else kind


SourceSettings = Annotated[
    Annotated[FolderSettings, Tag("folder")]
    | Annotated[UrlsSettings, Tag("urls")]
    | Annotated[FeedSourceSettings, Tag("feed")]
    | Annotated[SitemapSettings, Tag("sitemap")]
    | Annotated[IndexSettings, Tag("index")]
    | Annotated[PluginSettings, Tag(PLUGIN)],
    Discriminator(_tag),
]


DEFAULT_FEED = "all"
"""The id of the feed that there is where the settings have none."""


class FeedSettings(Options):
    """A feed to publish."""

    id: FeedId
    title: str = Field(min_length=1)
    description: str = ""
    sources: tuple[str, ...] = ()
    languages: tuple[Language, ...] = ()
    limit: int = Field(default=50, ge=1, le=1000)
    content: ContentMode = "full"
    link: LinkTarget = "original"
    titles: dict[Language, str] = Field(default_factory=dict)
    descriptions: dict[Language, str] = Field(default_factory=dict)
    hub: OptionalHttpUrl = ""
    ttl: int = Field(default=0, ge=0, le=40_320)
    icon: OptionalHttpUrl = ""
    logo: OptionalHttpUrl = ""
    rights: str = ""
    archive: bool = True
    once: bool = False
    originals: bool = False
    formats: tuple[Format, ...] = Field(default=FORMATS, min_length=1)
    keep: tuple[Keyword, ...] = ()
    drop: tuple[Keyword, ...] = ()


class ReaderOptions(Options):
    """Somebody who may read feeds (empty: all), at addresses that begin with /t/ and the token."""

    name: str = Field(min_length=1, max_length=100)
    token: PathToken = Field(repr=False)
    feeds: tuple[str, ...] = ()


class ServeOptions(Options):
    """The address of the built-in server. The `token` lets a client request passes ("": nobody).

    With `readers`, only they are shown anything.
    """

    host: str = "127.0.0.1"
    port: int = Field(default=8765, ge=1, le=65_535)
    token: Token = Field(default="", repr=False)
    readers: tuple[ReaderOptions, ...] = ()


class RetentionOptions(Options):
    """How long data is kept, in seconds; None: for ever.

    `pages` is for fetched pages, which `reextract` needs. `articles` counts from an article's date;
    articles that a feed shows or a source still announces are always kept. `memory` is for the
    translation memory, of which at most the `memory_segments` newest segments are kept (0: all).
    """

    pages: Kept = 30 * 86_400.0
    articles: Kept = 366 * 86_400.0
    memory: Kept = 366 * 86_400.0
    memory_segments: int = Field(default=1_000_000, ge=0)


class ImageOptions(Options):
    """The image cache: at most `max_images` images of `max_bytes` in all, `image_bytes` each."""

    cache: bool = False
    max_images: int = Field(default=20_000, ge=1)
    max_bytes: int = Field(default=1_000_000_000, ge=1_000_000)
    image_bytes: int = Field(default=5_000_000, ge=1_000, le=100_000_000)


class Document(Options):
    """The whole settings file."""

    state_dir: Path = Path("state")
    output_dir: Path = Path("output")
    database: DatabaseUrl = Field(default="", repr=False)
    base_url: OptionalHttpUrl = ""
    export_pages: bool = True
    index_translations: bool = False
    languages: tuple[Language, ...] = Field(min_length=1)
    fetch: FetchOptions = FetchOptions()
    poll: PollOptions = PollOptions()
    translate: TranslateOptions = TranslateOptions()
    compute: ComputeOptions = ComputeOptions()
    serve: ServeOptions = ServeOptions()
    images: ImageOptions = ImageOptions()
    retention: RetentionOptions = RetentionOptions()
    glossary: dict[Language, tuple[Path, ...]] = Field(default_factory=dict)
    sources: tuple[SourceSettings, ...] = ()
    feeds: tuple[FeedSettings, ...] = ()
