"""Decides which stored reference an announced entry is: by its guid, then by its address.

`recognised` takes the entries that a source announces and the references stored of it, and returns
the entries under the addresses to store them at, and the references that changed. The rule is the
table in docs/sources.md. Pure functions; never raises.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from pipeline.article import EntryFacts, Reference
from pipeline.ingest import identity, with_fragment
from pipeline.store import Known


@dataclass(frozen=True, slots=True)
class Recognised:
    """Entries to store, and stored references (by their number) that are to be fetched again.

    `moved` are the new addresses of entries, `retitled` those whose title changed. `nameless` lose
    their guid to another reference. `carried` are the facts of stored articles, by their id, whose
    enclosures or episode are announced otherwise than before: no page has to be fetched for them.
    """

    entries: list[Reference] = field(default_factory=list)
    moved: dict[int, str] = field(default_factory=dict)
    retitled: list[int] = field(default_factory=list)
    nameless: list[int] = field(default_factory=list)
    carried: dict[str, EntryFacts] = field(default_factory=dict)


def recognised(announced: Sequence[Reference], stored: Sequence[Known]) -> Recognised:
    """Return what the entries are; `stored` has the references of their guids and addresses."""
    by_guid = {one.reference.guid: one for one in stored if one.reference.guid}
    by_url = {one.reference.url: one for one in stored}
    guids = {one.guid for one in announced}
    found = Recognised()
    for entry in announced:
        known = by_guid.get(entry.guid) if entry.guid else None
        if known is not None:
            entry = _of_guid(entry, known, by_url, found)
        else:
            entry = _of_address(entry, by_url.get(entry.url), guids)
        there = by_url.get(entry.url)
        if there is not None and _is_retitled(entry, there):
            found.retitled.append(there.id)
        known = there or known
        if known is not None and known.article and _is_restated(entry, known):
            found.carried[known.article] = entry.facts
        found.entries.append(entry)
    return found


def _of_guid(
    entry: Reference, known: Known, by_url: Mapping[str, Known], found: Recognised
) -> Reference:
    """Return an entry whose guid is stored; with another address it has moved there."""
    if identity(entry.url) == identity(known.reference.url):
        return replace(entry, url=known.reference.url)
    if entry.url in by_url:
        found.nameless.append(known.id)  # two references were the same entry all the time
    else:
        found.moved[known.id] = entry.url
    return entry


def _of_address(entry: Reference, known: Known | None, guids: set[str]) -> Reference:
    """Return an entry whose guid is new; at a known address with another guid it is another one.

    Not where the other guid is announced no more, and the title is the same: some systems write a
    new guid with every change.
    """
    held = known.reference if known is not None else None
    if held is None or not (held.guid and entry.guid):
        return entry
    if held.guid not in guids and _folded(held.title) == _folded(entry.title):
        return entry
    return replace(entry, url=with_fragment(entry.url, entry.guid))


def _is_retitled(entry: Reference, known: Known) -> bool:
    before, now = _folded(known.reference.title), _folded(entry.title)
    return known.state == "done" and bool(before and now) and before != now


def _is_restated(entry: Reference, known: Known) -> bool:
    before, now = known.reference.facts, entry.facts
    return (before.enclosures, before.episode) != (now.enclosures, now.episode)


def _folded(title: str | None) -> str:
    return " ".join((title or "").casefold().split())
