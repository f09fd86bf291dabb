"""Locks for what only one process may do at a time in a state folder, and signs of life.

There is one lock per source, one for publishing and one for the daemon. They are kernel locks
(flock), so that they are released when their process ends, however it ends. A file beside each
names the process that holds it. A sign of life is a lock, too: the daemon and every running pass
hold one. Who asks shares it for a moment, so that nobody who asks is in the way of another.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from pipeline.desk.progress import Progress
from pipeline.errors import BabelwireError, StoreError

if TYPE_CHECKING:
    from filelock import FileLock  # `status` asks for signs of life only, which need none of it

_TURN = 0.2  # seconds between two looks at whether to go on waiting for a lock
_ALIVE = "daemon-alive"
_LEFT = 86_400.0  # seconds after which the sign of a killed pass is removed


class Stopped(BabelwireError):  # noqa: N818
    """The process ends, so that the lock was not waited for."""


class SignOfLife:
    """Shows that something goes on in this process, until `end`.

    Raises StoreError if the state folder cannot be used.
    """

    def __init__(self, state_dir: Path, name: str) -> None:
        self._path = _path(state_dir, name)
        try:
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
            fcntl.flock(self._descriptor, fcntl.LOCK_EX)  # who asks holds it for a moment only
        except OSError as error:
            raise _unusable(state_dir, error) from error

    def end(self) -> None:
        """Take the sign away."""
        with suppress(OSError):
            self._path.unlink(missing_ok=True)
        os.close(self._descriptor)


@contextmanager
def held(
    state_dir: Path, name: str, progress: Progress, stopping: Event | None = None
) -> Iterator[None]:
    """Hold a lock. If another process or thread holds it, say so in `progress` and wait.

    Raises:
        Stopped: `stopping` was set meanwhile.
        StoreError: the state folder cannot be used.
    """
    lock = _lock(state_dir, name)
    try:
        _wait(lock, state_dir, name, progress, stopping)
    except OSError as error:
        raise _unusable(state_dir, error) from error
    with _pid_file(state_dir, name, lock):
        yield


def _wait(
    lock: FileLock, state_dir: Path, name: str, progress: Progress, stopping: Event | None
) -> None:
    try:
        lock.acquire(timeout=0)
    except TimeoutError:
        other = _holder(state_dir, name)
        if other != str(os.getpid()):
            progress.note(f"waiting for process {other} to finish ({name})")
    while not lock.is_locked:
        if stopping is not None and stopping.is_set():
            raise Stopped(name, "was not waited for, because the process ends")
        with suppress(TimeoutError):
            lock.acquire(timeout=_TURN)


@contextmanager
def daemon_lock(state_dir: Path) -> Iterator[None]:
    """Hold the lock of the only daemon of a state folder.

    Only daemons take it: who asks whether one runs cannot make one refuse that just starts.

    Raises:
        BabelwireError: another daemon holds it; the message names its process id.
        StoreError: the state folder cannot be used.
    """
    lock = _lock(state_dir, "daemon")
    try:
        lock.acquire(timeout=0)
    except TimeoutError:
        raise BabelwireError(
            str(state_dir),
            f"a daemon is running here already (process {_holder(state_dir, 'daemon')})",
            "stop it first, or give this one its own state_dir",
        ) from None
    except OSError as error:
        raise _unusable(state_dir, error) from error
    with _pid_file(state_dir, "daemon", lock), ExitStack() as signs:
        signs.callback(SignOfLife(state_dir, _ALIVE).end)
        yield


def daemon_at(state_dir: Path) -> int | None:
    """The process id of the running daemon of a state folder (0: unknown); None: there is none.

    Changes nothing.
    """
    if not _is_alive(state_dir, _ALIVE):
        return None
    holder = _holder(state_dir, "daemon")
    return int(holder) if holder.isdigit() else 0


def pass_sign(state_dir: Path, number: int) -> SignOfLife:
    """Show that a pass is running.

    Raises:
        StoreError: the state folder cannot be used.
    """
    return SignOfLife(state_dir, f"pass-{number}")


def is_running(state_dir: Path, number: int) -> bool:
    """Whether the pass with this number is running, in whatever process. Changes nothing."""
    return _is_alive(state_dir, f"pass-{number}")


def passes_running(state_dir: Path) -> bool:
    """Whether any pass is running. Changes nothing."""
    signs = (state_dir / "locks").glob("pass-*.lock")
    return any(_is_alive(state_dir, one.stem) for one in signs)


def sweep(state_dir: Path) -> None:
    """Remove the signs that killed passes have left. Raises nothing: the next call tries again."""
    with suppress(OSError):
        for path in (state_dir / "locks").glob("pass-*.lock"):
            # A young one may just be taken.
            if time.time() - path.stat().st_mtime > _LEFT and not _is_alive(state_dir, path.stem):
                path.unlink(missing_ok=True)


def _is_alive(state_dir: Path, name: str) -> bool:
    try:
        descriptor = os.open(state_dir / "locks" / f"{name}.lock", os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False


def _lock(state_dir: Path, name: str) -> FileLock:
    """The lock. Its `acquire` raises TimeoutError."""
    from filelock import FileLock

    return FileLock(_path(state_dir, name), thread_local=False)


def _path(state_dir: Path, name: str) -> Path:
    folder = state_dir / "locks"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unusable(state_dir, error) from error
    return folder / f"{name}.lock"


@contextmanager
def _pid_file(state_dir: Path, name: str, lock: FileLock) -> Iterator[None]:
    """Name this process beside the lock that it holds, and release the lock at the end."""
    path = state_dir / "locks" / f"{name}.pid"
    try:
        try:
            path.write_text(str(os.getpid()), "ascii")
        except OSError as error:
            raise _unusable(state_dir, error) from error
        yield
    finally:
        with suppress(OSError):
            path.unlink(missing_ok=True)
        lock.release()


def _holder(state_dir: Path, name: str) -> str:
    try:
        return (state_dir / "locks" / f"{name}.pid").read_text("ascii")
    except OSError:
        return "?"  # the lock has just been taken or released


def _unusable(state_dir: Path, error: OSError) -> StoreError:
    return StoreError(
        str(state_dir),
        f"cannot be used ({error.strerror})",
        "set `state_dir` to a folder you may write to",
    )
