"""Collect article pages from the sources in the settings.

`discover` reads a source and returns references to articles; `fetch` returns the page behind a
reference. What is unsafe, endless or unreadable raises SourceError (a whole source) or FetchError
(one page), and stops nothing else.
"""

from typing import TYPE_CHECKING

from pipeline import lazily

# At once: what its module is called too, which would hide it.
from pipeline.ingest.likeness import Fingerprint, fingerprint, is_same_story, likeness

if TYPE_CHECKING:
    from pipeline.ingest.addressing import clean, identity
    from pipeline.ingest.discovery import discover, fetch, has_no_page, is_refusal
    from pipeline.ingest.finding import Candidate, Check, Finding, check, find_sources
    from pipeline.ingest.http.answers import Response
    from pipeline.ingest.http.client import Client
    from pipeline.ingest.http.pacing import Hosts
    from pipeline.ingest.kinds.entries import with_fragment
    from pipeline.ingest.kinds.kind import Discovery, Kind, one_document
    from pipeline.ingest.kinds.registry import KINDS
    from pipeline.ingest.opml import Subscriptions, read_opml, source_id, write_opml
    from pipeline.ingest.polling import NO_HINTS, Move, Poll, PollHints, next_move, next_poll

__all__ = [
    "KINDS",
    "NO_HINTS",
    "Candidate",
    "Check",
    "Client",
    "Discovery",
    "Finding",
    "Fingerprint",
    "Hosts",
    "Kind",
    "Move",
    "Poll",
    "PollHints",
    "Response",
    "Subscriptions",
    "check",
    "clean",
    "discover",
    "fetch",
    "find_sources",
    "fingerprint",
    "has_no_page",
    "identity",
    "is_refusal",
    "is_same_story",
    "likeness",
    "next_move",
    "next_poll",
    "one_document",
    "read_opml",
    "source_id",
    "with_fragment",
    "write_opml",
]

__getattr__ = lazily.exports(__name__)
