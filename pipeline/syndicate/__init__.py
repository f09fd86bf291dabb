"""Entries to feeds.

In come a FeedSpec, a language and entries, out the bytes of one feed file; nothing is read or
written. Refused: a language code that is no language tag.
"""

from pipeline.syndicate.feeds import FORMATS, Format, atom, feed_id, rss

__all__ = ["FORMATS", "Format", "atom", "feed_id", "rss"]
