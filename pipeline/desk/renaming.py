"""Finds a source again whose id in the settings was changed, so that its articles stay its own.

`adopt` takes the settings and the store, and returns which ids took over what was stored under
which others. The rule: an id that is no more in the settings, and one that was never visited, of
the same kind at the same place.
"""

import logging
from threading import Event

from pipeline.article import Source
from pipeline.config import Settings
from pipeline.desk.locks import held
from pipeline.desk.progress import Progress
from pipeline.store import Store

log = logging.getLogger(__name__)


def place(source: Source) -> str:
    """What a source is and where, whatever it is called."""
    return f"{source.kind} {source.url or source.path or ' '.join(source.urls)}"


def adopt(
    settings: Settings, store: Store, progress: Progress, stopping: Event | None = None
) -> dict[str, str]:
    """Give what is stored of renamed sources to their new ids; returns {new id: old id}.

    Raises:
        Stopped: `stopping` was set while another process visited a source.
        StoreError: the database or the state folder cannot be used.
    """
    known = store.sources.places()
    lost = {where: name for name, where in known.items() if where and name not in settings.sources}
    renamed: dict[str, str] = {}
    if not lost:
        return renamed
    for source in settings.sources.values():
        old = "" if known.get(source.id) else lost.pop(place(source), "")
        if not old:
            continue
        with held(settings.state_dir, f"source-{old}", progress, stopping):
            if store.sources.rename(old, source.id):
                renamed[source.id] = old
                log.info("%s", note(old), extra={"source": source.id})
    return renamed


def note(old: str) -> str:
    """A message for people about a source that had another id."""
    return f"was `{old}` before: the articles of that id are its own"
