"""Builds the published files from entries: feeds, OPML, the front page, article pages.

Takes a FeedSpec, a language and entries; returns the bytes of one file. Reads and writes no files.
Raises PublishError for a language code that is no BCP 47 tag. `ping` notifies a WebSub hub.
"""

from typing import TYPE_CHECKING

from pipeline import lazily
from pipeline.syndicate.feeds import atom, fitted, json_feed, rss  # they are in FORMATS then
from pipeline.syndicate.opml import OPML_TYPE, opml  # has the name of its module

if TYPE_CHECKING:
    from pipeline.syndicate.common import (
        Archive,
        address,
        archive_fingerprint,
        feed_id,
        fingerprint,
        path,
        shown,
    )
    from pipeline.syndicate.formats import FORMATS, Format, formats_of
    from pipeline.syndicate.frontpage import FRONT_PAGE_NAME, WRITTEN_BY, front_page
    from pipeline.syndicate.style import STYLESHEET_NAME, stylesheet
    from pipeline.syndicate.websub import ping

__all__ = [
    "FORMATS",
    "FRONT_PAGE_NAME",
    "OPML_TYPE",
    "STYLESHEET_NAME",
    "WRITTEN_BY",
    "Archive",
    "Format",
    "address",
    "archive_fingerprint",
    "atom",
    "feed_id",
    "fingerprint",
    "fitted",
    "formats_of",
    "front_page",
    "json_feed",
    "opml",
    "path",
    "ping",
    "rss",
    "shown",
    "stylesheet",
]

__getattr__ = lazily.exports(__name__)
