"""Sources → references → pages.

In: sources from the settings. Out: references to articles, and the bytes of their pages. Refuses
whatever is unsafe, endless or unreadable, one source and one page at a time.
"""

from pipeline.ingest.addressing import identity
from pipeline.ingest.client import Client, Response
from pipeline.ingest.discovery import Discovery, discover, fetch
from pipeline.ingest.polling import NO_HINTS, Poll, next_poll

__all__ = [
    "NO_HINTS",
    "Client",
    "Discovery",
    "Poll",
    "Response",
    "discover",
    "fetch",
    "identity",
    "next_poll",
]
