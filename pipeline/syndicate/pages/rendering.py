"""Renders article pages; the templates and stylesheet are shared by all pages.

Takes an `ArticleView`; returns HTML that needs no script and loads nothing from other sites except
the article's pictures. It is the same for the server and for the output folder.
"""

from collections.abc import Sequence
from functools import cache
from importlib import resources
from urllib.parse import urlsplit

from jinja2 import ChoiceLoader, Environment, PackageLoader, select_autoescape

from pipeline.syndicate.formats import FORMATS
from pipeline.syndicate.pages import pagestrings
from pipeline.syndicate.pages.articleview import ArticleView
from pipeline.syndicate.pages.listing import Channel, by_language

# The Content-Security-Policy: no scripts; pictures, sound and video may come from other sites.
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' https: http:; "
    "media-src https: http:; form-action 'self'; base-uri 'none'"
)
ASSETS = {
    "style.css": "text/css; charset=utf-8",
    "icon.svg": "image/svg+xml",
    "favicon.ico": "image/x-icon",
}
"""The files below `assets/` that pages load, with their media types."""


@cache
def asset(name: str) -> bytes:
    """The content of a file that the pages load, one of ASSETS."""
    return resources.files(__package__).joinpath("data", name).read_bytes()


def environment(*packages: str) -> Environment:
    """A Jinja environment with the templates of `packages`, which may extend those here."""
    loaders = [PackageLoader(one) for one in (*packages, "pipeline.syndicate.pages")]
    made = Environment(
        loader=ChoiceLoader(loaders),
        autoescape=select_autoescape(),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(
        tag=pagestrings.tag,
        side=pagestrings.side,
        name=pagestrings.name,
        moment=pagestrings.moment,
        day=pagestrings.day,
        number=pagestrings.number,
        policy=POLICY,
        formats=FORMATS,
        # Defaults, for pages that do not set them.
        base="",
        live=True,
        with_status=True,
    )
    made.filters["by_language"] = by_language
    return made


@cache
def _environment() -> Environment:
    return environment()


def base_path(base_url: str) -> str:
    """The path of the public address: "/wire" for https://example.org/wire/."""
    return urlsplit(base_url).path.rstrip("/")


def page_path(article: str, language: str) -> str:
    """The path of an article page below the public address."""
    return f"article/{article}/{language}"


def index_page(
    feeds: Sequence[Channel],
    spoken: str,
    *,
    base: str,
    lists: bool,
    live: bool,
    with_status: bool = True,
) -> str:
    """The page that lists the feeds, with words in the language `spoken`.

    `base` is the path that links begin with; with `lists` there are links to OPML files. A page
    that is not `live` is a file: titles lead to the feeds' first format, not to their pages. Only
    `with_status` does a live page link to the status page.
    """
    return (
        _environment()
        .get_template("index.html")
        .render(
            feeds=feeds,
            spoken=spoken,
            words=pagestrings.words(spoken),
            base=base,
            lists=lists,
            live=live,
            with_status=with_status,
        )
    )


def article_page(
    view: ArticleView,
    base_url: str,
    *,
    base: str | None = None,
    live: bool = True,
    with_status: bool = True,
    indexed: bool = False,
    spoken: str = "",
) -> str:
    """The article page, with words in the language `spoken` ("": in the article's).

    `base_url` is the public address of the output folder. `base` is the path that links begin with
    (None: that of `base_url`). A page that is not `live` is a file: it has no links to search and
    status, which need the server, and contains its Content-Security-Policy. Only `with_status` does
    a live page link to the status page. `indexed`: search engines may index a translation.
    """
    spoken = pagestrings.spoken(spoken or view.language)
    return (
        _environment()
        .get_template("article.html")
        .render(
            article=view,
            # OpenGraph and hreflang need absolute addresses.
            root=base_url.rstrip("/"),
            base=base_path(base_url) if base is None else base,
            live=live,
            with_status=with_status,
            indexed=indexed,
            spoken=spoken,
            words=pagestrings.words(spoken),
        )
    )
