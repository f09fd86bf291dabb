"""An article as a page shows it: both texts, side by side where they match.

In comes an Entry, out sanitised HTML and a sentence that tells what translated it. Nothing is
refused.
"""

from dataclasses import dataclass

from pipeline.article import Entry
from pipeline.syndicate.content import pairs
from pipeline.syndicate.markup import sanitise
from pipeline.syndicate.wording import translated_note


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Safe HTML. `pairs` are (translated, original) blocks, None where the shapes differ;
    `note` is plain text."""

    html: str
    original_html: str
    pairs: tuple[tuple[str, str], ...] | None
    note: str


def reading(entry: Entry) -> Reading:
    """The texts of an entry, safe to put into a page."""
    ours = sanitise(entry.html, entry.url)
    note = translated_note(entry.language, entry.original_language) if entry.by_machine else ""
    theirs = sanitise(entry.original_html, entry.url) if entry.original_html else ""
    together = pairs(ours, theirs) if theirs else None
    return Reading(
        html=ours,
        original_html=theirs,
        pairs=None if together is None else tuple(together),
        note=note,
    )
