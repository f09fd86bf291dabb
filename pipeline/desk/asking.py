"""Decides how a source is asked: what it was asked before may be asked conditionally, at times.

Takes a source, its state and the time; returns the validators to ask with. Validators belong to
what was asked (address, settings, version of the readers), and a server that answers 304 is asked
in full now and then, as some answer so for ever. Pure; never raises.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta

from pipeline import __version__
from pipeline.article import Source, Validators
from pipeline.ingest import KINDS
from pipeline.store import Known, SourceState

# How long answers of 304 alone are believed.
FULL_EVERY = timedelta(days=1)
# The settings that change neither the request nor what is read of the answer.
_ELSEWHERE = frozenset(
    {"id", "title", "every", "cron", "timezone", "limit", "backlog", "rights", "keep_repeats"}
    | {"keep", "drop"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """How a source is asked. `asked` is a digest of what is asked, to store with the validators.

    `afresh`: nothing of the last answer holds any more. `checking`: it is asked in full although
    its validators would do, to see whether its answers of 304 are true.
    """

    asked: str
    validators: Validators
    afresh: bool = False
    checking: bool = False


def question(source: Source, state: SourceState, now: datetime, *, force: bool = False) -> Question:
    """Return how a source is asked at its present address."""
    asked = digest(source)
    known = state.validators
    if force or state.asked != asked:
        return Question(asked=asked, validators=Validators(), afresh=state.asked != asked)
    if not is_conditional(known):
        return Question(asked=asked, validators=known)
    believed = state.full_at is not None and now - FULL_EVERY < state.full_at <= now
    if state.distrusted_at is None and believed:
        return Question(asked=asked, validators=known)
    whole = replace(known, etag=None, last_modified=None)
    return Question(asked=asked, validators=whole, checking=state.distrusted_at is None)


def of_page(known: Known, now: datetime, *, force: bool = False) -> Validators:
    """Return the validators to ask for a known page with.

    Some servers answer 304 for ever, and some change a page without changing its date: once a day a
    page that is looked at again is asked for in full.
    """
    if force:
        return Validators()
    full_at = known.full_at or known.first_seen
    if full_at is not None and now - FULL_EVERY < full_at <= now:
        return known.validators
    return replace(known.validators, etag=None, last_modified=None)


def is_conditional(validators: Validators) -> bool:
    """Whether a request with these validators may be answered by 304."""
    return bool(validators.etag or validators.last_modified)


def digest(source: Source) -> str:
    """A SHA-256, in hexadecimal, of what the answer and the reading of it depend on."""
    values = {
        one.name: getattr(source, one.name) for one in fields(source) if one.name not in _ELSEWHERE
    }
    plain = {
        name: sorted(value.items()) if isinstance(value, Mapping) else value
        for name, value in values.items()
    }
    made_by = (__version__, KINDS.origin(source.kind))
    return hashlib.sha256(repr((made_by, sorted(plain.items()))).encode()).hexdigest()


def distrust(since: datetime) -> str:
    """A message for people about a server whose answers of 304 are not true."""
    return (
        f"answers 304 although it has changed (found on {since:%Y-%m-%d}): it is asked in full "
        "each time"
    )
