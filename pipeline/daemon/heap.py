"""Keeps the daemon as small as what it holds.

In: nothing. Out: memory that is free given back to the system, where the C library is glibc. It
refuses nothing: elsewhere it does nothing.

glibc gives each thread an arena of its own and keeps what is freed in it. Visits, extraction and
translation run in some thirty threads, each of which has a large page some day: without this, the
daemon is after a week as large as if they had had it all at once.
"""

import ctypes
import sys
from collections.abc import Callable

_M_ARENA_MAX = -8  # malloc.h
_ARENAS = 4


def _glibc(name: str) -> Callable[..., int] | None:
    """A function of glibc, None in other C libraries."""
    if sys.platform != "linux":
        return None
    return getattr(ctypes.CDLL(None), name, None)


def share_arenas() -> None:
    """Have threads share a few arenas: to be called before they begin."""
    if mallopt := _glibc("mallopt"):
        mallopt(_M_ARENA_MAX, _ARENAS)


def give_back() -> None:
    """Give free memory back to the system: some ten milliseconds, during which others work on."""
    if malloc_trim := _glibc("malloc_trim"):
        malloc_trim(0)
