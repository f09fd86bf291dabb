"""Follows permanent redirects of sources (RFC 9110 §15.4.2, §15.4.9). Pure functions.

Takes a source, its stored redirect and the result of a poll; returns the source with the address to
poll, and the redirect to store. The source's own headers, which may hold a password, are never sent
to another host.
"""

from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from pipeline.article import Source
from pipeline.errors import BabelwireError
from pipeline.ingest import Move, next_move
from pipeline.store import SourceMove, SourceState


def asked(source: Source, state: SourceState, now: datetime) -> Source:
    """The source to poll: at its new address once the redirect has been there for a week."""
    known = _known(source, state)
    if known is None or not known.is_settled(now):
        return source
    same_host = urlsplit(known.url).hostname == urlsplit(source.url).hostname
    return replace(source, url=known.url, headers=source.headers if same_host else {})


def after_answer(
    source: Source, at: Source, state: SourceState, moved: str | None, now: datetime
) -> SourceMove | None:
    """The redirect to store after `source`, polled as `at`, answered with a redirect to `moved`.

    A further redirect, from the new address to another one, begins a new week.
    """
    if moved is None and at.url != source.url:
        moved = at.url
    move = next_move(_known(source, state), moved, now)
    return SourceMove(asked=source.url, url=move.url, since=move.since) if move else None


def after_failure(
    source: Source, at: Source, state: SourceState, error: BabelwireError
) -> SourceMove | None:
    """The redirect to store after a failure: None if its new address failed for good, so that the
    address in the settings is polled next time."""
    lost = at.url != source.url and not error.retry
    return None if lost or _known(source, state) is None else state.move


def note(move: SourceMove | None, now: datetime) -> str:
    """A message for people about a redirect; "" if there is none."""
    if move is None:
        return ""
    settled = Move(url=move.url, since=move.since).is_settled(now)
    polled_there = ", and is polled there" if settled else ""
    return (
        f"redirects permanently to {move.url} since {move.since:%Y-%m-%d}{polled_there}: "
        "change its `url` in the settings"
    )


def _known(source: Source, state: SourceState) -> Move | None:
    """The stored redirect, if it is that of the address in the settings."""
    move = state.move
    if move is None or move.asked != source.url:
        return None
    return Move(url=move.url, since=move.since)
