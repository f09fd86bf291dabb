"""What a daemon is doing just now, for whoever asks `babelwire status` beside it.

In: a state directory and what is loaded, waiting and under way. Out: the same, read again. What is
missing or unreadable is a daemon of which nothing is known; nothing is refused.
"""

import json
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

_NAME = "daemon.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveState:
    """`models` are loaded, `steps` under way; `visits` wait to be translated and published."""

    process: int
    models: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    visits: int = 0


class Monitor:
    """Writes what the daemon of this process is doing, whenever that has changed."""

    def __init__(self, state_dir: Path) -> None:
        self._path = state_dir / _NAME
        self._last: LiveState | None = None

    def show(self, models: Sequence[str], steps: Sequence[str], visits: int) -> None:
        """Let others see this. A full disk hides it, and stops nothing."""
        vitals = LiveState(
            process=os.getpid(), models=tuple(models), steps=tuple(steps), visits=visits
        )
        if vitals == self._last:
            return
        temporary = self._path.with_suffix(".tmp")
        with suppress(OSError):
            temporary.write_text(json.dumps(asdict(vitals), ensure_ascii=False), "utf-8")
            temporary.replace(self._path)
            self._last = vitals

    def close(self) -> None:
        """The daemon has ended."""
        with suppress(OSError):
            self._path.unlink(missing_ok=True)


def read(state_dir: Path, process: int) -> LiveState:
    """What the daemon with this process id last showed."""
    try:
        data = json.loads((state_dir / _NAME).read_text("utf-8"))
        found = LiveState(
            process=data["process"],
            models=tuple(data["models"]),
            steps=tuple(data["steps"]),
            visits=data["visits"],
        )
    except (OSError, ValueError, KeyError, TypeError):
        return LiveState(process=process)
    return found if found.process == process else LiveState(process=process)
