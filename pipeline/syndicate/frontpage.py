"""Builds the page at the root of the output folder, which lists the feeds: the server's index page.

Takes channels; returns HTML with relative addresses only, so that it works wherever the folder is
served. Raises PublishError for a language code that is no BCP 47 tag.
"""

from collections.abc import Sequence

from pipeline.syndicate.pages.listing import Channel
from pipeline.syndicate.pages.pagestrings import spoken
from pipeline.syndicate.pages.rendering import index_page

FRONT_PAGE_NAME = "index.html"
WRITTEN_BY = b'<meta name="generator" content="babelwire">'
"""What the beginning of the page says, by which babelwire knows that it may replace it."""


def front_page(feeds: Sequence[Channel], *, lists: bool) -> bytes:
    """The feeds by language, with their formats and latest articles, in the words of the first
    feed's language; links to OPML files if there are `lists`."""
    chosen = spoken(feeds[0].language) if feeds else "en"
    text = index_page(feeds, chosen, base=".", lists=lists, live=False)
    return text.encode("utf-8", "replace")
