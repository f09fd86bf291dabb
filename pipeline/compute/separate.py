"""Calls a function in a process of its own: one that may end the process it runs in.

`call` takes a function of a module, with its arguments, and returns what it returns or raises what
it raises. If the process ends, by a fault in a library or for want of memory, `Ended` says so, and
this one goes on. It ends when this one is killed.
"""

import os
import pickle
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from threading import Lock, Thread, Timer
from typing import IO, Any, TypeVar, cast

T = TypeVar("T")

# The program of the process. It finds the same modules as this one.
_PROGRAM = "import sys; sys.path[:] = sys.argv[1:]; from pipeline.compute.separate import answer"
_PROGRAM += "; answer()"
_TURN = 1.0  # seconds between two looks at the answer, between which a step can be cut off
_one_at_a_time = Lock()  # a process needs as much memory as a small daemon


class Ended(Exception):  # noqa: N818
    """The process has ended without an answer, with this exit code.

    A negative one is the number of a signal; 1: Python could not start it.
    """

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code

    def __str__(self) -> str:
        if self.code >= 0:
            return f"exit code {self.code}"
        try:
            return signal.Signals(-self.code).name
        except ValueError:
            return f"signal {-self.code}"


def call(
    function: Callable[..., T],
    *arguments: Any,
    limit: float | None = None,
    said: IO[bytes] | None = None,
) -> T:
    """The result of a function, called in a process of its own; one such process runs at a time.

    After `limit` seconds it is ended. What it writes to standard error goes to the file `said`, by
    default to this process's own.

    Raises:
        Ended: the process has ended without an answer.
        Exception: what the function raises.
    """
    while not _one_at_a_time.acquire(timeout=_TURN):
        pass
    try:
        answered, code = _answered(pickle.dumps((function, arguments)), limit, said)
    finally:
        _one_at_a_time.release()
    try:
        found = pickle.loads(answered)  # noqa: S301 - of a process of ours
    except (EOFError, pickle.UnpicklingError):
        raise Ended(code) from None
    if isinstance(found, Exception):
        raise found
    return cast(T, found)


def _answered(question: bytes, limit: float | None, said: IO[bytes] | None) -> tuple[bytes, int]:
    """What the process answers, and its exit code."""
    process = started(_PROGRAM, said)
    assert process.stdin is not None and process.stdout is not None
    timer = Timer(limit, process.kill) if limit is not None else None
    try:
        if timer is not None:
            timer.start()
        with suppress(BrokenPipeError):
            write(process.stdin, question)
        found = b"".join(iter(partial(read, process.stdout.fileno()), b""))
        return found, process.wait()  # it closes its end because it ends
    finally:
        if timer is not None:
            timer.cancel()
        end(process)


def started(program: str, said: IO[bytes] | None = None) -> subprocess.Popen[bytes]:
    """A process that runs a Python program, whose arguments are where this one finds its modules.

    Its standard input and output are pipes; its standard error goes to `said`, as for `call`.
    """
    return subprocess.Popen(  # noqa: S603 - this very program
        [sys.executable, "-c", program, *sys.path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=said,
        bufsize=0,
    )


def end(process: subprocess.Popen[bytes]) -> None:
    """Kill a process of `started`, if it has not ended, and close its pipes."""
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()


def write(file: IO[bytes], content: bytes) -> None:
    """Write all of the content to a file without a buffer."""
    left = memoryview(content)
    while left:
        left = left[os.write(file.fileno(), left) :]


def read(descriptor: int, most: int = 1 << 16) -> bytes:
    """The next bytes of a pipe, as soon as there are any; b"" at its end."""
    while not select.select([descriptor], [], [], _TURN)[0]:
        pass
    return os.read(descriptor, most)


# ---- in the other process


def answer() -> None:
    """Answer the one question on standard input, and end the process."""
    out = begin()
    function, arguments = pickle.load(sys.stdin.buffer)  # noqa: S301 - of who started this
    Thread(target=_end_with_parent, daemon=True).start()
    out.write(answered(function, arguments))
    out.flush()
    os._exit(0)  # the thread still reads


def begin() -> IO[bytes]:
    """Where answers are written to, in a process that was started to give them."""
    with suppress(OSError):  # where the kernel must end a process for its memory, then this one
        Path("/proc/self/oom_score_adj").write_text("1000", "ascii")
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what libraries print is no answer
    return out


def answered(function: Callable[..., object], arguments: Sequence[object]) -> bytes:
    """What the function returns or raises, as `portable` gives it, pickled."""
    found: object
    try:
        found = function(*arguments)
    except Exception as error:  # noqa: BLE001 - it is raised where the answer arrives
        found = portable(error)
    return pickle.dumps(found)


def portable(error: Exception) -> Exception:
    """The error as another process gets it, or what names it if it cannot be sent."""
    try:
        copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - of our own
    except Exception:  # noqa: BLE001 - such as one that holds an open file, or cannot be made again
        copy = None
    return copy if isinstance(copy, Exception) else named(error)


def named(error: Exception) -> RuntimeError:
    """An error that any process can read, in the place of this one."""
    return RuntimeError(f"{type(error).__name__}: {error}")


def _end_with_parent() -> None:
    """End this process when the other end of standard input is closed."""
    while os.read(0, 1):
        pass
    os._exit(1)
