"""Where a source is asked that has moved for good (RFC 9110 §15.4.2, §15.4.9).

In: a source, the move remembered of it, how asking went. Out: the source to ask, and the move to
remember. Pure. A moved source takes its headers, which may be a password, to no other host.
"""

from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from pipeline.article import Source
from pipeline.errors import BabelwireError
from pipeline.ingest import Move, next_move
from pipeline.store import SourceMove, SourceState


def asked(source: Source, state: SourceState, now: datetime) -> Source:
    """The source as it is asked now: at its new address once the move has held for a week."""
    known = _known(source, state)
    if known is None or not known.is_settled(now):
        return source
    same_host = urlsplit(known.url).hostname == urlsplit(source.url).hostname
    return replace(source, url=known.url, headers=source.headers if same_host else {})


def after_answer(
    source: Source, at: Source, state: SourceState, moved: str | None, now: datetime
) -> SourceMove | None:
    """The move to remember after `source`, asked as `at`, answered and said `moved`.

    A source that has moved on from its new address begins a new week.
    """
    if moved is None and at.url != source.url:
        moved = at.url
    move = next_move(_known(source, state), moved, now)
    return SourceMove(asked=source.url, url=move.url, since=move.since) if move else None


def after_failure(
    source: Source, at: Source, state: SourceState, error: BabelwireError
) -> SourceMove | None:
    """The move to remember after a failure: one whose new address is no good is forgotten, so that
    the settings' address is asked the next time."""
    lost = at.url != source.url and not error.retry
    return None if lost or _known(source, state) is None else state.move


def note(move: SourceMove | None, now: datetime) -> str:
    """What to tell a person of a move; "" where there is none."""
    if move is None:
        return ""
    settled = Move(url=move.url, since=move.since).is_settled(now)
    asked_there = ", and is asked there" if settled else ""
    return (
        f"has moved to {move.url} for good, it says since {move.since:%Y-%m-%d}{asked_there}: "
        "change its `url` in the settings"
    )


def _known(source: Source, state: SourceState) -> Move | None:
    """The move of the address that the settings have today."""
    move = state.move
    if move is None or move.asked != source.url:
        return None
    return Move(url=move.url, since=move.since)
