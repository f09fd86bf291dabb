"""Pace the requests to each host: concurrency, delay, and backoff after failures.

`Hosts.turn` takes a host name and blocks until a request to it may begin; `succeeded` and `failed`
record how it went. `retry_after` parses the header of that name.
Raises FetchError, with the seconds to wait, when the turn is further away than the caller waits.
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

# After a failure the host gets no request for 2 seconds, then 4, 8 … up to an hour, with jitter.
FIRST_REST = 2.0
LONGEST_REST = 3_600.0
LONGEST_WAIT = 86_400.0
# Hosts kept at once; the longest unused are dropped, unless they are busy or in backoff.
MAX_HOSTS = 8_192


def retry_after(value: str, now: datetime) -> float | None:
    """Return the seconds of a Retry-After header, in either of its forms (RFC 9110 §10.2.3).

    Returns None for an invalid value. Never negative, and at most a day: some hosts ask for years
    by mistake.
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
    """Return the backoff in seconds after `failures` in a row: exponential, with jitter.

    `wait` is what the host itself asked for; it takes precedence. `dice` is a random number from 0
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
    """When each host may be asked again; safe to share between threads.

    At most `concurrency` requests to a host run at once, and one begins no sooner than the delay
    after the previous one has ended. `clock` and `sleep` are in seconds, `dice` returns numbers
    from 0 to 1; tests replace them.
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
        """Wait until a request to `host` may begin; the block is the request.

        Yields the seconds waited. `delay` is the least seconds between this request and the
        previous one. Raises FetchError (`retry`, `not_sent`) when the turn is more than `patience`
        seconds away, or after `stop`.
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
        """Take one of the host's places and return the time at which its request may begin."""
        with state.free:
            state.waiting += 1
            try:
                while state.busy >= self._concurrency:
                    # Checked before waiting, too: after `stop` no further notification comes.
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
            # With several places, the next request keeps its delay from the start of this one.
            state.last = begin
            return begin

    def stop(self) -> None:
        """End all waiting, now and later, because the program ends: `turn` raises FetchError."""
        self._stopped.set()
        with self._lock:
            states = list(self._hosts.values())
        for state in states:
            with state.free:
                state.free.notify_all()

    def succeeded(self, host: str) -> None:
        """Record that the host works: its failures are reset."""
        state = self._host(host)
        with state.free:
            state.failures = 0

    def failed(self, host: str, wait: float | None = None) -> float:
        """Record a failure, or a Retry-After of `wait` seconds; return the seconds of backoff.

        Requests that ran at the same time and fail together count as one failure.
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
        "it is retried later",
        retry=True,
        wait=max(wait, 1.0),
        not_sent=True,
    )
