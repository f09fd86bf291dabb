"""A feed format as another distribution brings it: the headlines as plain text."""

from collections.abc import Sequence

from babelwire.article import Entry, FeedSpec
from babelwire.syndicate import Format, shown


def build(feed: FeedSpec, language: str, entries: Sequence[Entry]) -> bytes:
    lines = [f"{feed.titles.get(language) or feed.title} ({language})"]
    lines += [f"{one.published:%Y-%m-%d}  {one.title}" for one in shown(feed, entries)]
    return ("\n".join(lines) + "\n").encode()


FORMAT = Format(name="Plain text", label="Text", suffix="txt", media_type="text/plain", build=build)
