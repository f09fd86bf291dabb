"""Waiting for what a test is about, never for a time: as long as a loaded machine needs."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

# Seconds after which something will not happen any more. It is reached only where it never would:
# give it to whatever wants a timeout.
LONG = 180.0
_PAUSE = 0.02  # seconds between two looks

Found = TypeVar("Found")


def until(found: Callable[[], Found], what: str = "it") -> Found:
    """What `found` gives as soon as that is true. Raises AssertionError after LONG seconds."""
    deadline = time.monotonic() + LONG
    while not (value := found()):
        assert time.monotonic() < deadline, f"{what} did not happen within {LONG:.0f} s"
        time.sleep(_PAUSE)
    return value


@contextmanager
def held_port() -> Iterator[int]:
    """A port on 127.0.0.1 on which nobody listens, and which nobody else is given meanwhile.

    A program that sets SO_REUSEADDR, as servers do, may listen there: a socket that is bound and
    does not listen is in nobody's way who does so too (socket(7)).
    """
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("127.0.0.1", 0))
        yield holder.getsockname()[1]
