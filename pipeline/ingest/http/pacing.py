"""How often a host is asked, and when it is left alone.

In: a host's name, and how asking it went. Out: its turn, when that has come. Refuses to wait longer
than it is told to: a host that wants a long rest is an error with the seconds to wait in it.
"""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from threading import Condition, Event, Lock

from pipeline.errors import FetchError

# A host that fails is left alone for 2 seconds, 4, 8 … an hour at most, each with jitter.
FIRST_REST = 2.0
LONGEST_REST = 3_600.0
LONGEST_WAIT = 86_400.0
# Hosts remembered at once; those at rest, and of them the longest unused, make room.
MAX_HOSTS = 8_192


def retry_after(value: str, now: datetime) -> float | None:
    """The seconds that a Retry-After asks for, in either of its forms (RFC 9110 §10.2.3).

    None where it says nothing; never negative, and at most a day: a host that means years, as some
    do by mistake, is asked once a day.
    """
    text = value.strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:10]), LONGEST_WAIT)
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    seconds = (date.replace(tzinfo=date.tzinfo or UTC) - now).total_seconds()
    return min(max(seconds, 0.0), LONGEST_WAIT)


def rest_of(failures: int, wait: float | None, dice: float) -> float:
    """The seconds to leave a host alone after `failures` in a row: exponential, with jitter.

    `wait` is what the host itself asked for, which then holds; `dice` is a random number from 0
    to 1.
    """
    if wait:
        return wait
    rest: float = min(FIRST_REST * 2.0 ** min(max(failures, 1) - 1, 30), LONGEST_REST)
    return rest * (0.5 + 0.5 * dice)


@dataclass(slots=True)
class _Host:
    free: Condition = field(default_factory=Condition)
    busy: int = 0
    waiting: int = 0
    last: float = float("-inf")
    rests_until: float = 0.0
    failures: int = 0


class Hosts:
    """The hosts asked so far and when each may be asked again; usable from many threads.

    At most `concurrency` requests to a host run at once, and one begins no sooner than the delay
    after the one before it has ended. `clock` and `sleep` are in seconds, `dice` gives numbers from
    0 to 1: tests give their own.
    """

    def __init__(
        self,
        concurrency: int = 1,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] | None = None,
        dice: Callable[[], float] = random.random,
    ) -> None:
        self._concurrency = concurrency
        self._clock = clock
        self._stopped = Event()
        self._sleep = sleep or self._stopped.wait
        self._dice = dice
        self._hosts: dict[str, _Host] = {}
        self._lock = Lock()

    @contextmanager
    def turn(self, host: str, delay: float, patience: float) -> Iterator[float]:
        """Wait for the turn of a request to `host`, and hold it; gives the seconds waited.

        `delay` is the seconds between this request and the one before it. Raises FetchError, to be
        tried again, when the turn is more than `patience` seconds away, or after `stop`.
        """
        state = self._host(host)
        began = self._clock()
        begin = self._enter(state, host, delay, began + patience, began)
        try:
            while (left := begin - self._clock()) > 0:
                self._sleep(left)
                if self._stopped.is_set():
                    raise _busy(host, left)
            yield max(0.0, self._clock() - began)
        finally:
            with state.free:
                state.busy -= 1
                state.last = max(state.last, self._clock())
                state.free.notify()

    def _enter(self, state: _Host, host: str, delay: float, latest: float, began: float) -> float:
        """Take one of the host's places; the moment at which its request may begin."""
        with state.free:
            state.waiting += 1
            try:
                while state.busy >= self._concurrency:
                    # Looked at before waiting too: who comes after `stop` is woken by nobody.
                    left = max(0.0, latest - self._clock())
                    if self._stopped.is_set() or not state.free.wait(timeout=left):
                        raise _busy(host, latest - began)
            finally:
                state.waiting -= 1
            begin = max(state.last + delay, state.rests_until, self._clock())
            if begin > latest:
                state.free.notify()
                raise _busy(host, begin - self._clock())
            state.busy += 1
            # With several places, the next request keeps its distance from this one's beginning.
            state.last = begin
            return begin

    def stop(self) -> None:
        """Let nobody wait any more, now or later: the program ends."""
        self._stopped.set()
        with self._lock:
            states = list(self._hosts.values())
        for state in states:
            with state.free:
                state.free.notify_all()

    def succeeded(self, host: str) -> None:
        """The host answered as it should: its failures are forgotten."""
        state = self._host(host)
        with state.free:
            state.failures = 0

    def failed(self, host: str, wait: float | None = None) -> float:
        """The host failed, or asked for rest (`wait` seconds); gives the seconds it is left alone.

        Requests of one moment that fail together count once.
        """
        state = self._host(host)
        with state.free:
            now = self._clock()
            if now >= state.rests_until:
                state.failures += 1
            rest = rest_of(state.failures, wait, self._dice())
            state.rests_until = max(state.rests_until, now + rest)
            return state.rests_until - now

    def _host(self, name: str) -> _Host:
        with self._lock:
            state = self._hosts.pop(name, None) or _Host()
            self._hosts[name] = state
            if len(self._hosts) > MAX_HOSTS:
                self._make_room()
            return state

    def _make_room(self) -> None:
        now = self._clock()
        for name, state in list(self._hosts.items())[: MAX_HOSTS // 8]:
            idle = not state.busy and not state.waiting
            if idle and now > max(state.last + LONGEST_REST, state.rests_until):
                del self._hosts[name]


def _busy(host: str, wait: float) -> FetchError:
    return FetchError(
        host,
        f"is to be left alone for another {max(wait, 1):,.0f} s",
        "it is asked again later",
        retry=True,
        wait=max(wait, 1.0),
        unasked=True,
    )
