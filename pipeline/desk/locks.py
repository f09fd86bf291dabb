"""Locks for what only one process may do at a time in a state folder.

There is one lock per source, one for publishing and one for the daemon. They are kernel locks
(flock), so that they are released when their process ends, however it ends. A file beside each
names the process that holds it.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from pipeline.desk.progress import Progress
from pipeline.errors import BabelwireError, StoreError


@contextmanager
def held(state_dir: Path, name: str, progress: Progress) -> Iterator[None]:
    """Hold a lock. If another process or thread holds it, say so in `progress` and wait.

    Raises:
        StoreError: the state folder cannot be used.
    """
    lock = _lock(state_dir, name)
    try:
        try:
            lock.acquire(timeout=0)
        except Timeout:
            other = _holder(state_dir, name)
            if other != str(os.getpid()):
                progress.note(f"waiting for process {other} to finish ({name})")
            lock.acquire()
    except OSError as error:
        raise _unusable(state_dir, error) from error
    with _pid_file(state_dir, name, lock):
        yield


@contextmanager
def daemon_lock(state_dir: Path) -> Iterator[None]:
    """Hold the lock of the only daemon of a state folder.

    Raises:
        BabelwireError: another daemon holds it; the message names its process id.
        StoreError: the state folder cannot be used.
    """
    lock = _lock(state_dir, "daemon")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise BabelwireError(
            str(state_dir),
            f"a daemon is running here already (process {_holder(state_dir, 'daemon')})",
            "stop it first, or give this one its own state_dir",
        ) from None
    except OSError as error:
        raise _unusable(state_dir, error) from error
    with _pid_file(state_dir, "daemon", lock):
        yield


def daemon_at(state_dir: Path) -> int | None:
    """The process id of the running daemon of a state folder (0: unknown); None: there is none.

    Raises:
        StoreError: the state folder cannot be used.
    """
    if not (state_dir / "locks" / "daemon.lock").exists():
        return None
    lock = _lock(state_dir, "daemon")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        holder = _holder(state_dir, "daemon")
        return int(holder) if holder.isdigit() else 0
    except OSError as error:
        raise _unusable(state_dir, error) from error
    lock.release()
    return None


def _lock(state_dir: Path, name: str) -> FileLock:
    folder = state_dir / "locks"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unusable(state_dir, error) from error
    return FileLock(folder / f"{name}.lock", thread_local=False)


@contextmanager
def _pid_file(state_dir: Path, name: str, lock: FileLock) -> Iterator[None]:
    path = state_dir / "locks" / f"{name}.pid"
    try:
        path.write_text(str(os.getpid()), "ascii")
        yield
    except OSError as error:
        raise _unusable(state_dir, error) from error
    finally:
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
