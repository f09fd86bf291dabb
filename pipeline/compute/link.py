"""The desk's connection to the scheduler: which workers there are, and tasks that are under way.

`Link.ready` says whether anybody can do something, after a bounded wait. `submit` sends a task,
`outcome` waits for it and says how it ended. Nothing is raised for what happens to the scheduler
or to workers: a task is Lost, and whoever sent it computes it elsewhere.
"""

import logging
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Event
from typing import Any, NamedTuple

from pipeline import __version__
from pipeline.compute.security import configure, security
from pipeline.compute.tasks import on_worker
from pipeline.options import ComputeOptions
from pipeline.scheduleraddress import parsed

log = logging.getLogger(__name__)

OFFER = "babelwire"
"""The name of the metric with which a worker tells its version and its models."""
_PERIOD = 1.0  # seconds between two looks at the workers
_ANSWER = 5.0  # seconds in which the scheduler must answer
_GATHER = 60.0  # seconds in which a finished result must arrive
_TICK = 0.5  # seconds between two looks at a task under way
_LATE, _LATEST = 4.0, 5.0
"""A task is late after so many times the usual duration of its kind, and so many seconds."""


class Offer(NamedTuple):
    """What a worker says of itself: version of babelwire, threads, models (name by digest)."""

    version: str
    threads: int
    models: Mapping[str, str]
    resources: frozenset[str]


class Done(NamedTuple):
    """The task has this result, computed by the worker with this address."""

    value: Any
    worker: str


class Killed(NamedTuple):
    """The task was under way on several workers when they died."""


class Lost(NamedTuple):
    """Nobody computes the task any more. `suspect`: a worker died meanwhile, perhaps of it."""

    suspect: bool


class Failed(NamedTuple):
    """The task raised this error."""

    error: Exception


Outcome = Done | Killed | Lost | Failed


@dataclass(slots=True)
class Job:
    """A task under way, perhaps twice."""

    what: str
    call: Callable[..., Any]
    arguments: tuple[Any, ...]
    generation: int
    losses: int
    sent: float = field(default_factory=time.monotonic)
    event: Event = field(default_factory=Event)
    futures: list[Any] = field(default_factory=list)


class Usual:
    """How many seconds tasks take, a moving average for each kind. Thread-safe."""

    def __init__(self) -> None:
        self._seconds: dict[Callable[..., Any], float] = {}
        self._lock = threading.Lock()

    def took(self, kind: Callable[..., Any], seconds: float) -> None:
        """A task has ended after this time. Its kind is the function that it called."""
        with self._lock:
            usual = self._seconds.get(kind, seconds)
            self._seconds[kind] = 0.9 * usual + 0.1 * seconds

    def is_late(self, kind: Callable[..., Any], seconds: float) -> bool:
        """Whether a task of a kind should have ended by now; False where none of it ever has."""
        with self._lock:
            usual = self._seconds.get(kind)
        return usual is not None and seconds > max(_LATEST, _LATE * usual)


class Link:
    """A connection that is made at the first use, and made again whenever it is lost."""

    def __init__(self, options: ComputeOptions) -> None:
        self._options = options
        self._address = parsed(options.scheduler)
        configure()
        self._security = security(self._address, options.certificates, "desk")
        self._changed = threading.Condition()
        self._client: Any = None
        self._loop: Any = None
        self._offers: dict[str, Offer] = {}
        self._trouble = f"no scheduler answers at {self._address}"
        self._generation = 0
        self._losses = 0
        self._missing: dict[str, float] = {}
        self._usual = Usual()
        self._thread: threading.Thread | None = None
        self._closed = Event()

    @property
    def trouble(self) -> str:
        """Why there is no connection to the scheduler; "": there is one."""
        with self._changed:
            return self._trouble

    @property
    def used(self) -> bool:
        """Whether anything was asked of it."""
        return self._thread is not None

    @property
    def is_closed(self) -> bool:
        """Whether `close` was called."""
        return self._closed.is_set()

    def offers(self) -> dict[str, Offer]:
        """What the workers say of themselves, by address."""
        with self._changed:
            return dict(self._offers)

    def threads(self, what: str) -> int:
        """How many tasks can be computed at once that need `what`."""
        with self._changed:
            return self._threads(what)

    def _threads(self, what: str) -> int:
        return sum(one.threads for one in self._offers.values() if what in one.resources)

    def ready(self, what: str) -> bool:
        """Return whether a worker offers `what`.

        Where none has for less than the `wait` of the settings, wait for one until then.
        """
        with self._changed:
            if self._closed.is_set():
                return False
            self._start()
            while not self._threads(what):
                since = self._missing.setdefault(what, time.monotonic())
                left = since + self._options.wait - time.monotonic()
                if left <= 0 or self._closed.is_set():
                    return False
                self._changed.wait(min(left, _PERIOD))
            self._missing.pop(what, None)
            return True

    def start(self) -> None:
        """Begin to connect, and wait for nothing."""
        with self._changed:
            self._start()

    def _start(self) -> None:
        if self._thread is None and not self._closed.is_set():
            self._thread = threading.Thread(target=self._watch, name="workers", daemon=True)
            self._thread.start()

    # ---- tasks

    def submit(self, what: str, call: Callable[..., Any], *arguments: Any) -> Job | None:
        """Send a task to the workers that offer `what`; None: the connection is lost."""
        with self._changed:
            job = Job(what, call, arguments, self._generation, self._losses)
            client = self._client
        return job if client is not None and self._send(job, client) else None

    def _send(self, job: Job, client: Any, workers: list[str] | None = None) -> bool:
        name = job.call.__name__
        try:
            future = client.submit(
                on_worker,
                job.call,
                *job.arguments,
                key=f"{name}-{uuid.uuid4().hex}",
                pure=False,
                resources={job.what: 1},
                workers=workers,
                allow_other_workers=False,
            )
            job.futures.append(future)
            future.add_done_callback(lambda _: job.event.set())
        except Exception as error:  # noqa: BLE001 - a closed connection raises many kinds
            log.debug("a task could not be sent: %s", error)
            return False
        return True

    def outcome(self, job: Job) -> Outcome:
        """Wait for a task; say how it ended."""
        try:
            return self._outcome(job)
        finally:
            for future in job.futures:
                with suppress(Exception):  # the connection may be lost
                    future.cancel() if not future.done() else future.release()

    def _outcome(self, job: Job) -> Outcome:
        while not job.event.wait(_TICK):
            with self._changed:
                suspect = self._losses != job.losses
                if self._generation != job.generation or self._closed.is_set():
                    return Lost(suspect=False)
            if not self.threads(job.what):
                if not self.ready(job.what):
                    return Lost(suspect)
            elif len(job.futures) == 1 and self._is_late(job):
                self._send_again(job)
        return self._ended(job)

    def _ended(self, job: Job) -> Outcome:
        from distributed import KilledWorker

        done = next((one for one in job.futures if one.status == "finished"), None)
        future = done or next((one for one in job.futures if one.done()), job.futures[0])
        try:
            value, worker = future.result(timeout=_GATHER)
        except KilledWorker:
            return Killed()
        except Exception as error:  # noqa: BLE001 - what the task raised, or the connection
            if future.status == "error":
                return Failed(error)
            with self._changed:
                return Lost(suspect=self._losses != job.losses)
        self._usual.took(job.call, time.monotonic() - job.sent)
        return Done(value, worker)

    def _is_late(self, job: Job) -> bool:
        return self._usual.is_late(job.call, time.monotonic() - job.sent)

    def _send_again(self, job: Job) -> None:
        """Let another worker compute a late task, too: the first result counts."""
        with self._changed:
            client, offers = self._client, dict(self._offers)
        able = [address for address, one in offers.items() if job.what in one.resources]
        if client is None or len(able) < 2:
            return
        key = job.futures[0].key
        try:
            busy = client.sync(client.scheduler.processing, callback_timeout=_ANSWER)
        except Exception as error:  # noqa: BLE001 - the connection; the watch notices it, too
            log.debug("the scheduler did not say where a task is: %s", error)
            return
        others = [one for one in able if key not in busy.get(one, ())]
        if others and len(others) < len(able):
            self._send(job, client, others)

    # ---- the watch

    def _watch(self) -> None:
        while not self._closed.is_set():
            try:
                if self._client is None:
                    self._connect()
                client = self._client
                self._learn(client.sync(client.scheduler.identity, callback_timeout=_ANSWER))
            except Exception as error:  # noqa: BLE001 - the libraries raise many kinds
                self._lose(error)
            self._closed.wait(_PERIOD)
        self._lose(None)
        if self._loop is not None:
            self._loop.stop()

    def _connect(self) -> None:
        from distributed import Client
        from distributed.utils import LoopRunner

        if self._loop is None:
            # One for all connections: each that failed would leave a loop of its own behind.
            self._loop = LoopRunner(asynchronous=False)
            self._loop.start()
        client = Client(
            str(self._address),
            loop=self._loop.loop,
            security=self._security,
            set_as_default=False,
            timeout=_ANSWER,
            name="babelwire-desk",
        )
        with self._changed:
            self._client = client

    def _learn(self, identity: Mapping[str, Any]) -> None:
        offers = {}
        for address, one in identity["workers"].items():
            told = one["metrics"].get(OFFER)
            if told and one["status"] == "running":
                offers[address] = Offer(
                    str(told["version"]),
                    int(one["nthreads"]),
                    dict(told["models"]),
                    frozenset(name for name, amount in one["resources"].items() if amount),
                )
        with self._changed:
            self._losses += len(self._offers.keys() - offers.keys())
            if self._trouble:
                log.info("connected to the scheduler at %s", self._address)
            self._offers, self._trouble = offers, ""
            self._missing = {
                what: since for what, since in self._missing.items() if not self._threads(what)
            }
            self._changed.notify_all()

    def _lose(self, error: Exception | None) -> None:
        """Give up the connection; tasks under way are lost with it."""
        reason = f"no scheduler answers at {self._address}" if error else "closed"
        with self._changed:
            client, self._client = self._client, None
            if error and not self._trouble:
                log.warning("%s (%s: %s)", reason, type(error).__name__, error)
            self._offers, self._trouble = {}, reason
            self._generation += 1
            self._changed.notify_all()
        if client is not None:
            with suppress(Exception):  # it is given up, whatever it says
                client.close(timeout=1)

    def close(self) -> None:
        """End the connection."""
        self._closed.set()
        with self._changed:
            self._changed.notify_all()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(_ANSWER)


def offered(models: Mapping[str, str]) -> dict[str, Any]:
    """The value of the metric OFFER for a worker with these models."""
    return {"version": __version__, "models": dict(models)}


def unusable(offer: Offer, wanted: Mapping[str, str]) -> list[str]:
    """Say why a worker gets no work for models (name by digest), and how to mend it."""
    if offer.version != __version__:
        return [
            f"has babelwire {offer.version} instead of {__version__} — "
            f"pip install babelwire=={__version__} there"
        ]
    return [
        (
            f"has another {key} than the desk — copy the desk's package, or install it again there"
            if key in offer.models.values()
            else f"has no {key} — babelwire models install {' '.join(key.split('-')[0].split('_'))}"
        )
        for digest, key in sorted(wanted.items(), key=lambda pair: pair[1])
        if digest not in offer.models
    ]
