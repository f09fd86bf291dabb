"""Notifies WebSub hubs of the feed files that have changed since they were last notified.

Takes feeds and the store, which knows what each file was made of, and what its hub was last told.
A hub that fails stays owed: its files are announced again, without any feed being built again.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.article import FeedSpec
from pipeline.errors import PluginError
from pipeline.store import HUB_SUFFIX, Store


@dataclass(frozen=True, slots=True)
class Notice:
    """A changed file: its address, the key of what its hub was told, and what is to be told."""

    topic: str
    mark: str
    made_of: str


def owed(feeds: Iterable[FeedSpec], store: Store) -> dict[str, list[Notice]]:
    """The notices that hubs have not received yet, by the address of the hub."""
    announced = [feed for feed in feeds if feed.hub]
    found: dict[str, list[Notice]] = {}
    if not announced:
        return found
    from pipeline.syndicate import address, path  # takes long, and few feeds have a hub

    made_of = store.publications.fingerprints()
    for feed in announced:
        for language in feed.languages:
            for suffix in _suffixes(feed):
                name = path(feed, language, suffix)
                mark = f"{name}{HUB_SUFFIX}"
                topic = address(feed, language, suffix)
                if topic and name in made_of and made_of[name] != made_of.get(mark):
                    found.setdefault(feed.hub, []).append(Notice(topic, mark, made_of[name]))
    return found


def notify(
    hub: str, notices: Sequence[Notice], store: Store, clock: Callable[[], datetime]
) -> None:
    """Notify a hub, and store that it was. Raises PublishError if the hub fails."""
    from pipeline.syndicate import ping

    ping(hub, [one.topic for one in notices])
    for one in notices:
        store.publications.wrote(one.mark, one.made_of, clock())


def lines(found: Mapping[str, Sequence[Notice]]) -> list[str]:
    """For people: how many files each hub has not been told of."""
    counts = {hub: len(notices) for hub, notices in found.items()}
    return [
        f"hub {hub}: {'1 file' if number == 1 else f'{number} files'} to be announced"
        for hub, number in counts.items()
    ]


def _suffixes(feed: FeedSpec) -> list[str]:
    from pipeline.syndicate import formats_of

    try:
        return [form.suffix for form in formats_of(feed)]
    except PluginError:  # the pass says so
        return []
