"""Entries to feeds.

In come a FeedSpec, a language and entries, out the bytes of one feed file; nothing is read or
written. Refused: a language code that is no language tag.
"""

from pipeline.syndicate.common import (
    Archive,
    address,
    archive_fingerprint,
    feed_id,
    fingerprint,
    path,
    shown,
)
from pipeline.syndicate.feeds import atom, json_feed, rss
from pipeline.syndicate.formats import FORMATS, Format, formats_of
from pipeline.syndicate.frontpage import FRONT_PAGE_NAME, front_page
from pipeline.syndicate.opml import OPML_TYPE, opml
from pipeline.syndicate.style import STYLESHEET_NAME, stylesheet
from pipeline.syndicate.websub import ping

__all__ = [
    "FORMATS",
    "FRONT_PAGE_NAME",
    "OPML_TYPE",
    "STYLESHEET_NAME",
    "Archive",
    "Format",
    "address",
    "archive_fingerprint",
    "atom",
    "feed_id",
    "fingerprint",
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
