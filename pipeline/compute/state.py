"""What a desk knows of its workers, for `status`, the status page, metrics and `doctor`.

`show` writes it to the state folder whenever it has changed, `read` gives it to any process. Only
OSErrors are possible, and none is raised: a missing or unreadable file gives None.
"""

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

_NAME = "compute.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerState:
    """A worker: its threads and models (names of packages), and what it has computed for this desk.

    `refused` says why it gets no work, or which model it lacks, and how to mend it ("": nothing is
    wrong). `seconds` is the time it computed, `pieces` the size of texts in word pieces.
    """

    address: str
    threads: int = 0
    models: tuple[str, ...] = ()
    batches: int = 0
    pieces: int = 0
    pages: int = 0
    seconds: float = 0.0
    refused: tuple[str, ...] = ()

    @property
    def throughput(self) -> float:
        """Word pieces in a second of its computing; 0: it has computed none."""
        return self.pieces / self.seconds if self.seconds else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ComputeState:
    """The workers of a desk, by address.

    `process` is the desk's. `trouble` says why the desk computes by itself at present ("": it does
    not), `embedded` why the scheduler that its process is to run does not (""). `local_batches` and
    `local_pages` were computed by the desk, the last time because of `local_why`; `alone` texts and
    pages in a process of their own, because they may have ended a worker; `deadly` of them ended
    that process, too, and were put aside.
    """

    scheduler: str
    process: int
    connected: bool = False
    trouble: str = ""
    embedded: str = ""
    workers: tuple[WorkerState, ...] = ()
    local_batches: int = 0
    local_pages: int = 0
    local_why: str = ""
    alone: int = 0
    deadly: int = 0


def show(folder: Path, state: ComputeState) -> None:
    """Write the state. If the disk is full, nothing is written and nothing raised."""
    temporary = folder / f"{_NAME}.{state.process}.tmp"
    text = json.dumps(asdict(state), ensure_ascii=False)
    with suppress(OSError):
        if (folder / _NAME).is_file() and (folder / _NAME).read_text("utf-8") == text:
            return
        temporary.write_text(text, "utf-8")
        temporary.replace(folder / _NAME)


def forget(folder: Path) -> None:
    """Remove the state: work is not given to workers any more."""
    with suppress(OSError):
        (folder / _NAME).unlink(missing_ok=True)


def read(folder: Path) -> ComputeState | None:
    """Return the state that was written last; None: there is none, or it cannot be read."""
    try:
        return from_dict(json.loads((folder / _NAME).read_text("utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def from_dict(data: dict[str, Any]) -> ComputeState:
    """The state that asdict made into this. Raises KeyError or TypeError for other values."""
    workers = tuple(
        WorkerState(**one | {"models": tuple(one["models"]), "refused": tuple(one["refused"])})
        for one in data["workers"]
    )
    return ComputeState(**data | {"workers": workers})
