"""Builds the page at the root of the output folder, which lists the feeds.

Takes FeedSpecs; returns HTML with relative addresses only, so that it works wherever the folder is
served. Raises PublishError for a language code that is no BCP 47 tag.
"""

from collections.abc import Iterator, Sequence
from html import escape

from pipeline.article import FeedSpec
from pipeline.syndicate.common import GENERATOR, description, path, title
from pipeline.syndicate.formats import formats_of
from pipeline.syndicate.language import direction, language_name, language_tag
from pipeline.syndicate.pages.pagestrings import words
from pipeline.syndicate.style import STYLESHEET_NAME

FRONT_PAGE_NAME = "index.html"


def front_page(feeds: Sequence[FeedSpec], name: str = "babelwire") -> bytes:
    """The feeds by language, with their formats; a link to the OPML file if there is one."""
    listed = any(feed.base_url for feed in feeds)
    lines = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        # Near the beginning: the first bytes show that babelwire wrote the page and may replace it.
        f'<meta name="generator" content="{GENERATOR}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(name)}</title>",
        f'<link rel="stylesheet" href="{STYLESHEET_NAME}">',
        *_heads(feeds),
        f"</head><body><main><h1>{escape(name)}</h1>",
        *_languages(feeds),
        f'<p><a href="feeds.opml" type="text/x-opml">{escape(words("en")["all_feeds"])}</a></p>'
        if listed
        else "",
        "</main></body></html>",
    ]
    return "\n".join(filter(None, lines)).encode() + b"\n"


def _codes(feeds: Sequence[FeedSpec]) -> list[str]:
    return sorted({code for feed in feeds for code in feed.languages})


def _heads(feeds: Sequence[FeedSpec]) -> Iterator[str]:
    """The <link> elements by which feed readers and browsers discover the feeds."""
    for code in _codes(feeds):
        for feed in feeds:
            for form in formats_of(feed)[:1] if code in feed.languages else ():
                yield (
                    f'<link rel="alternate" type="{escape(form.media_type)}" '
                    f'hreflang="{language_tag(code)}" title="{escape(title(feed, code))}" '
                    f'href="{escape(path(feed, code, form.suffix))}">'
                )


def _languages(feeds: Sequence[FeedSpec]) -> Iterator[str]:
    for code in _codes(feeds):
        tag = language_tag(code)
        yield f'<section lang="{tag}" dir="{direction(tag)}"><h2>{language_name(code, code)}</h2>'
        for feed in sorted(feeds, key=lambda feed: feed.id):
            if code in feed.languages:
                yield f"<h3>{escape(title(feed, code), quote=False)}</h3>"
                if description(feed, code) != title(feed, code):
                    yield f"<p>{escape(description(feed, code), quote=False)}</p>"
                links = (
                    f'<a href="{escape(path(feed, code, form.suffix))}" '
                    f'type="{escape(form.media_type)}">{escape(form.label)}</a>'
                    for form in formats_of(feed)
                )
                yield f"<p>{' '.join(links)}</p>"
        yield "</section>"
