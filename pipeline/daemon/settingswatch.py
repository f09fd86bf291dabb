"""Notices that the settings file or one of its glossaries has changed, or that SIGHUP came.

Never raises: a file that cannot be read counts as missing.
"""

from itertools import chain
from pathlib import Path
from threading import Event

from pipeline.config import Settings


class SettingsWatch:
    """The times and sizes of the files, as they were last seen. `hang_up` is thread-safe."""

    def __init__(self, settings: Settings) -> None:
        self._asked = Event()
        self._seen = _stamp(settings)

    def hang_up(self) -> None:
        """Have the settings read again, changed or not."""
        self._asked.set()

    def changed(self, settings: Settings) -> bool:
        """Whether the files of these settings changed since the last call, or `hang_up` came."""
        asked = self._asked.is_set()
        self._asked.clear()
        before, self._seen = self._seen, _stamp(settings)
        return asked or before != self._seen


def _stamp(settings: Settings) -> list[tuple[int, int] | None]:
    """Times and sizes of the settings file and the glossary files."""
    glossaries = chain.from_iterable(settings.glossary_files.values())
    return [_written(path) for path in (settings.path, *glossaries)]


def _written(path: Path) -> tuple[int, int] | None:
    """A file's time in ns and size in bytes; None if it is missing."""
    try:
        state = path.stat()
    except OSError:
        return None
    return state.st_mtime_ns, state.st_size
