"""The settings file as it is written: its sections, keys, types and defaults."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from pipeline.article import ContentMode, LinkTarget
from pipeline.config.values import Cron, HttpUrl, Identifier, Language, OptionalHttpUrl, Seconds
from pipeline.options import FetchOptions, Options, TranslateOptions


class _SourceSettings(Options):
    id: Identifier
    title: str = ""
    language: Language | None = None
    every: Seconds | None = None
    cron: Cron | None = None
    limit: int = Field(default=0, ge=0)


class FolderSettings(_SourceSettings):
    """A folder of saved article pages."""

    kind: Literal["folder"]
    path: Path


class UrlsSettings(_SourceSettings):
    """A list of article addresses."""

    kind: Literal["urls"]
    urls: tuple[HttpUrl, ...] = Field(min_length=1)


class FeedSourceSettings(_SourceSettings):
    """An RSS or Atom feed whose entries' pages are fetched."""

    kind: Literal["feed"]
    url: HttpUrl


SourceSettings = Annotated[
    FolderSettings | UrlsSettings | FeedSourceSettings, Field(discriminator="kind")
]


class FeedSettings(Options):
    """A feed to publish."""

    id: Identifier
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


class ServeOptions(Options):
    """Where the feeds are served. Who has the `token` may start passes ("": nobody)."""

    host: str = "127.0.0.1"
    port: int = Field(default=8765, ge=1, le=65_535)
    token: str = Field(default="", pattern=r"^([\x21-\x7e]{16,})?$", repr=False)


class Document(Options):
    """The settings file as it is written."""

    state_dir: Path = Path("state")
    output_dir: Path = Path("output")
    database: str = ""
    base_url: OptionalHttpUrl = ""
    languages: tuple[Language, ...] = Field(min_length=1)
    fetch: FetchOptions = FetchOptions()
    translate: TranslateOptions = TranslateOptions()
    serve: ServeOptions = ServeOptions()
    sources: tuple[SourceSettings, ...] = ()
    feeds: tuple[FeedSettings, ...] = ()
