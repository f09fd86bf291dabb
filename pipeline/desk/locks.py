"""What only one process may do at a time, whoever starts it: a daemon, a hand, a script.

In: the state directory and a name. Out: a held lock, or who holds it. The locks are the kernel's
(flock): they go with their process, however that dies.
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
    """Hold a lock; where another process or thread holds it, say so and wait.

    Raises:
        StoreError: the state directory cannot be used.
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
    with _signed(state_dir, name, lock):
        yield


@contextmanager
def daemons_own(state_dir: Path) -> Iterator[None]:
    """Be the one daemon of a state directory.

    Raises:
        BabelwireError: another daemon is; its process id is named.
        StoreError: the state directory cannot be used.
    """
    lock = _lock(state_dir, "daemon")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise BabelwireError(
            str(state_dir),
            f"a daemon works here already (process {_holder(state_dir, 'daemon')})",
            "stop that one first, or give this one its own state_dir",
        ) from None
    except OSError as error:
        raise _unusable(state_dir, error) from error
    with _signed(state_dir, "daemon", lock):
        yield


def daemon_at(state_dir: Path) -> int | None:
    """The process id of the daemon that works in a state directory, None where there is none."""
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
def _signed(state_dir: Path, name: str, lock: FileLock) -> Iterator[None]:
    signature = state_dir / "locks" / f"{name}.pid"
    try:
        signature.write_text(str(os.getpid()), "ascii")
        yield
    except OSError as error:
        raise _unusable(state_dir, error) from error
    finally:
        signature.unlink(missing_ok=True)
        lock.release()


def _holder(state_dir: Path, name: str) -> str:
    try:
        return (state_dir / "locks" / f"{name}.pid").read_text("ascii")
    except OSError:
        return "?"  # it has just taken the lock, or just left


def _unusable(state_dir: Path, error: OSError) -> StoreError:
    return StoreError(
        str(state_dir),
        f"cannot be used ({error.strerror})",
        "set `state_dir` to a folder you may write to",
    )
