"""What a running daemon is doing, in a file that `babelwire status` reads.

The daemon writes its loaded models, running steps and waiting visits to `daemon.json` in the state
folder. Nothing is raised: a missing or unreadable file gives an empty state.
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
    """The state of the daemon with the id `process`.

    `models` are loaded, `steps` are running, `visits` is how many wait to be published.
    """

    process: int
    models: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    visits: int = 0


class Monitor:
    """Writes the state of the daemon in this process, whenever it has changed."""

    def __init__(self, state_dir: Path) -> None:
        self._path = state_dir / _NAME
        self._last: LiveState | None = None

    def show(self, models: Sequence[str], steps: Sequence[str], visits: int) -> None:
        """Write this state. If the disk is full, nothing is written and nothing raised."""
        state = LiveState(
            process=os.getpid(), models=tuple(models), steps=tuple(steps), visits=visits
        )
        if state == self._last:
            return
        temporary = self._path.with_suffix(".tmp")
        with suppress(OSError):
            temporary.write_text(json.dumps(asdict(state), ensure_ascii=False), "utf-8")
            temporary.replace(self._path)
            self._last = state

    def close(self) -> None:
        """Remove the file: the daemon has ended."""
        with suppress(OSError):
            self._path.unlink(missing_ok=True)


def read(state_dir: Path, process: int) -> LiveState:
    """The last state of the daemon with this process id; an empty one if there is none."""
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
