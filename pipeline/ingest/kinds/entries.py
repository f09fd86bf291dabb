"""Tell the entries of a feed apart: by their guid, and by their address.

`told_apart` takes the references of one feed and returns the distinct ones. Entries of one address
with different guids (release notes, episodes that link to their show) are different articles: each
gets an address of its own, with a fragment.
`shared` returns the addresses that several entries of a feed have. Pure functions; never raises.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import replace
from urllib.parse import quote, urldefrag

from pipeline.article import EntryFacts, Reference, Source


def shared(entries: Iterable[tuple[str, str]]) -> set[str]:
    """Return the addresses, without fragments, of several entries.

    Entries are given as (address, guid); "" is no guid.
    """
    distinct = {(urldefrag(address).url, guid) for address, guid in entries if guid}
    times = Counter(address for address, _ in distinct)
    return {address for address, number in times.items() if number > 1}


def asked(source: Source, address: str, several: Collection[str], *, file: bool = False) -> Source:
    """Return a source as it is asked for an entry with this address, "" for one without any.

    A page that several entries link to has the text of none of them: the feed's text is taken. So
    it is of an episode whose link leads to its sound, a `file`: there is no page.
    """
    if address and urldefrag(address).url not in several and not file:
        return source
    return replace(source, text="entry") if source.text == "auto" else source


def is_file(address: str, facts: EntryFacts) -> bool:
    """Return whether an entry's address is that of a file that belongs to it, not of a page."""
    return any(one.url == address for one in facts.enclosures)


def told_apart(references: Iterable[Reference]) -> list[Reference]:
    """Return the distinct references, in order: the first of each guid, and of each address.

    A guid that several addresses have is none: some systems write the same one into every entry.
    """
    found = list(references)
    addresses: dict[str, set[str]] = {}
    for one in found:
        addresses.setdefault(one.guid, set()).add(one.url)
    found = [one if len(addresses[one.guid]) == 1 else replace(one, guid="") for one in found]
    several = shared((one.url, one.guid) for one in found)
    distinct: dict[str, Reference] = {}
    for one in found:
        url = with_fragment(one.url, one.guid) if one.guid and one.url in several else one.url
        distinct.setdefault(url, one if url == one.url else replace(one, url=url))
    return list(distinct.values())


def with_fragment(address: str, guid: str) -> str:
    """Return an address that is the entry's own: with the guid's fragment, or the guid as one."""
    if "#" in address:
        return address
    start, mark, fragment = guid.partition("#")
    own = fragment if mark and start == address and fragment else quote(guid, safe="/:=&?")
    return f"{address}#{own[:500]}"
