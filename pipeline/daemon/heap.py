"""Returns free memory of the process to the system (glibc only; elsewhere it does nothing).

glibc gives each thread a memory arena of its own and keeps freed memory in it. Visits, extraction
and translation run in some thirty threads, and each of them processes a large page at some time.
Without this module, the daemon would after a week use as much memory as if all had done so at once.
"""

import ctypes
import sys
from collections.abc import Callable

_M_ARENA_MAX = -8  # malloc.h
_ARENAS = 4


def _glibc(name: str) -> Callable[..., int] | None:
    """The function of glibc with this name; None in other C libraries."""
    if sys.platform != "linux":
        return None
    return getattr(ctypes.CDLL(None), name, None)


def limit_arenas() -> None:
    """Limit glibc to four arenas for all threads. Call it before threads are started."""
    if mallopt := _glibc("mallopt"):
        mallopt(_M_ARENA_MAX, _ARENAS)


def release_free_memory() -> None:
    """Return free memory to the system. Takes some ten milliseconds; other threads continue."""
    if malloc_trim := _glibc("malloc_trim"):
        malloc_trim(0)
