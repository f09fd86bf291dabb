"""Calls functions in a process of its own that is kept for the next call, within a time limit.

`Kept.call` takes a function of a module, with its arguments; it returns what the function returns
or raises what it raises. Whatever the function does, also in C, the call ends in time: the process
is killed, and the next call starts another. `separate.call` starts one for each call, which takes
more than a second.
"""

import os
import pickle
import struct
import subprocess
from collections.abc import Callable
from queue import SimpleQueue
from threading import Event, Lock, Thread, Timer
from time import monotonic
from typing import Any, TypeVar, cast

from pipeline.compute import separate

T = TypeVar("T")

IDLE = 300.0
"""Seconds without a call after which the process is ended: it holds about 130 MB of memory."""
_PROGRAM = (
    "import sys; sys.path[:] = sys.argv[1:]; from pipeline.compute.kept import serve; serve()"
)
_LENGTH = struct.Struct(">Q")  # before each question and each answer


class Late(Exception):  # noqa: N818
    """The function was not done within its limit."""


class Kept:
    """A process that answers one call after another, started by the first. Thread-safe."""

    def __init__(self, idle: float = IDLE) -> None:
        self._idle = idle
        self._turn = Lock()  # to call, or to end the process
        self._process: subprocess.Popen[bytes] | None = None
        self._end: Timer | None = None  # of a process without calls
        self._calls = 0
        self._closed = False

    def call(self, function: Callable[..., T], *arguments: Any, limit: float) -> T:
        """The result of a function; waiting for other calls counts towards the `limit`, in seconds.

        Raises:
            Late: there was no result within the limit.
            separate.Ended: the process has ended without an answer, by itself or by `close`.
            Exception: what the function raises.
        """
        until = monotonic() + limit
        if not self._turn.acquire(timeout=max(limit, 0)):
            raise Late
        try:
            self._calls += 1
            if self._end is not None:
                self._end.cancel()
            found = self._answer(pickle.dumps((function, arguments)), until - monotonic())
            self._end = _timer(self._idle, self._end_idle, self._calls)
        finally:
            self._turn.release()
        if isinstance(found, Exception):
            raise found
        return cast(T, found)

    def close(self) -> None:
        """End the process, and a call that is under way: it and later ones raise Ended."""
        self._closed = True
        if (process := self._process) is not None:
            process.kill()
        with self._turn:
            self._discard()

    def _end_idle(self, calls: int) -> None:
        with self._turn:
            if self._calls == calls:  # else there was another since
                self._discard()

    def _answer(self, question: bytes, limit: float) -> object:
        if self._process is None or self._process.poll() is not None:
            self._discard()
            self._process = separate.started(_PROGRAM)
        process, late = self._process, Event()
        if self._closed:
            process.kill()

        def kill() -> None:
            late.set()
            process.kill()

        killer = _timer(max(limit, 0), kill)
        try:
            answer = _exchanged(process, question)
        except (OSError, EOFError):
            answer = None
        finally:
            killer.cancel()
            killer.join()  # it may be killing at this moment
            if late.is_set():
                self._discard()
        if answer is not None:
            return pickle.loads(answer)  # noqa: S301 - of a process of ours
        if late.is_set():
            raise Late
        code = process.wait()
        self._discard()
        raise separate.Ended(code)

    def _discard(self) -> None:
        if self._end is not None:
            self._end.cancel()
        process, self._process = self._process, None
        if process is not None:
            separate.end(process)


def _timer(seconds: float, function: Callable[..., None], *arguments: object) -> Timer:
    found = Timer(seconds, function, arguments)
    found.daemon = True  # the process ends with this one anyway
    found.start()
    return found


def _exchanged(process: subprocess.Popen[bytes], question: bytes) -> bytes:
    """The answer to a question. Raises EOFError or OSError if the process ends."""
    assert process.stdin is not None and process.stdout is not None
    separate.write(process.stdin, _LENGTH.pack(len(question)) + question)
    [length] = _LENGTH.unpack(_read(process.stdout.fileno(), _LENGTH.size))
    return _read(process.stdout.fileno(), length)


def _read(descriptor: int, length: int) -> bytes:
    """So many bytes. Raises EOFError if there are fewer."""
    found = bytearray()
    while len(found) < length:
        part = separate.read(descriptor, min(length - len(found), 1 << 16))
        if not part:
            raise EOFError
        found += part
    return bytes(found)


# ---- in the other process


def serve() -> None:
    """Answer the questions on standard input until it is closed, which ends the process at once."""
    out = separate.begin()
    questions: SimpleQueue[bytes] = SimpleQueue()
    Thread(target=_receive, args=(questions,), daemon=True).start()
    while True:
        function, arguments = pickle.loads(questions.get())  # noqa: S301 - of who started this
        answer = separate.answered(function, arguments)
        out.write(_LENGTH.pack(len(answer)) + answer)
        out.flush()


def _receive(questions: SimpleQueue[bytes]) -> None:
    try:
        while True:
            [length] = _LENGTH.unpack(_read(0, _LENGTH.size))
            questions.put(_read(0, length))
    except EOFError:
        os._exit(1)  # who asked is gone
