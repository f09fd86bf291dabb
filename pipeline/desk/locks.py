"""One pass at a time over one state directory, whoever starts it: a daemon, a hand, a script."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from pipeline.desk.progress import Progress
from pipeline.errors import StoreError


@contextmanager
def one_pass(state_dir: Path, progress: Progress) -> Iterator[None]:
    """Hold the pass lock; where another process holds it, say so and wait.

    The lock is the kernel's (flock): it goes with its process, however that dies.
    """
    holder = state_dir / "pass.pid"
    lock = FileLock(state_dir / "pass.lock")
    try:
        state_dir.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            other = holder.read_text() if holder.is_file() else "?"
            progress.note(f"waiting for the pass of process {other} to end")
            lock.acquire()
    except OSError as error:
        raise StoreError(
            str(state_dir),
            f"cannot be used ({error.strerror})",
            "set `state_dir` to a folder you may write to",
        ) from error
    try:
        holder.write_text(str(os.getpid()))
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()
