"""Computes by workers on other machines, and in this process while there are none.

`Cluster` is a `Compute`. Batches and pages are pure functions, so what a worker took with it when
it died is computed again: the result is the same. What two workers died of is computed in a process
of its own (`alone`), and so is what one died of where there is no other.
"""

import logging
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from pipeline import __version__
from pipeline.article import Article
from pipeline.compute import alone, tasks
from pipeline.compute.bundles import Bundles
from pipeline.compute.link import Done, Failed, Job, Killed, Link, Lost, unusable
from pipeline.compute.pages import PageWork, extract_here
from pipeline.compute.state import ComputeState, WorkerState
from pipeline.errors import BabelwireError, DeadlyText
from pipeline.options import ComputeOptions, TranslateOptions
from pipeline.translate import Model
from pipeline.translate.engine.batches import BatchTranslator, Elsewhere, Here, Hypotheses, Pending
from pipeline.translate.engine.cores import cores
from pipeline.translate.packages.identity import weights_digest

log = logging.getLogger(__name__)

_PAGES = tasks.pages_of(__version__)
_DEADLY = (
    "one of its texts ended the process that translated it",
    "see `babelwire status`; it is tried again when the article or the model changes",
)


class Cluster:
    """Workers, and this process in their stead. Thread-safe."""

    def __init__(self, options: ComputeOptions, translating: TranslateOptions) -> None:
        self._options = options
        self._translating = translating
        self._link = Link(options)
        self._bundles = Bundles(self._width, self._extract_bundle)
        self._counts = _Counts(options.scheduler)
        self._lock = threading.Lock()
        self._models: dict[str, str] = {}
        self._deadly: set[tuple[str, tuple[str, ...]]] = set()
        self._told: set[str] = set()
        self._embedded = ""

    @property
    def elsewhere(self) -> Elsewhere:
        """See Compute.elsewhere."""
        return self._translator

    def _translator(self, model: Model, here: Here) -> BatchTranslator:
        return _Remote(self, model, here)

    # ---- batches

    def wanted(self, model: Model) -> tasks.Wanted:
        """How workers know the model. Raises ModelError."""
        digest = weights_digest(model)
        with self._lock:
            self._models[digest] = model.key
        return tasks.Wanted(digest, model.key, self._translating.compute_type)

    def width(self, wanted: tasks.Wanted) -> int:
        """How many batches for the model are computed at once, by workers or in this process."""
        what = tasks.model_of(__version__, wanted.digest)
        there = self._link.threads(what) if self._link.ready(what) else 0
        return there or self._translating.threads or cores()

    def send(
        self, wanted: tasks.Wanted, texts: Sequence[list[str]], options: Mapping[str, Any]
    ) -> Job | None:
        """Send a batch to a worker; None: there is none."""
        what = tasks.model_of(__version__, wanted.digest)
        if not self._link.ready(what):
            return None
        return self._link.submit(what, tasks.translate, __version__, wanted, texts, options)

    def received(
        self,
        job: Job | None,
        wanted: tasks.Wanted,
        texts: Sequence[list[str]],
        options: Mapping[str, Any],
        here: Callable[[], Sequence[Hypotheses]],
    ) -> Sequence[Hypotheses | None]:
        """Wait for a batch, and compute it otherwise if it is lost; None for deadly texts.

        Raises RuntimeError.
        """
        ended = self._settled(job, lambda: self.send(wanted, texts, options))
        if isinstance(ended, Done):
            batch: tasks.Batch = ended.value
            self._counts.done(ended.worker, batch.seconds, batches=1, pieces=sum(map(len, texts)))
            return batch.texts
        if not isinstance(ended, Killed):
            self._counts.local(self._why(ended, wanted.key), batches=1)
            return here()
        self._counts.alone(len(texts))
        host = tasks.Host(self._translating.packages_dir, 1, self._translating.device)
        found = alone.translated(host, wanted, texts, options)
        for tokens, one in zip(texts, found, strict=True):
            if one is None:
                self._put_aside(wanted.digest, tokens)
        return found

    def is_deadly(self, wanted: tasks.Wanted, tokens: Sequence[str]) -> bool:
        """Whether the text ended a process before."""
        with self._lock:
            return (wanted.digest, tuple(tokens)) in self._deadly

    def _put_aside(self, digest: str, tokens: Sequence[str]) -> None:
        with self._lock:
            self._deadly.add((digest, tuple(tokens)))
        self._counts.deadly()
        log.error("a text ended the processes that translated it: %s", "".join(tokens)[:200])

    def _settled(
        self, job: Job | None, again: Callable[[], Job | None]
    ) -> Done | Failed | Killed | None:
        """How a task ended, sent `again` while it is lost; None: there is no worker for it.

        Killed: workers died while they had it, perhaps of it.
        """
        while job is not None:
            ended = self._link.outcome(job)
            if not isinstance(ended, Lost):
                return ended
            if ended.suspect and not self._link.threads(job.what):
                return Killed()
            job = again()
        return None

    def _why(self, ended: Failed | None, key: str = "") -> str:
        """Why this process computes by itself; `key` is the model that it is about."""
        if ended is not None:
            return f"a worker failed: {ended.error}"
        lacks = f"this {key} and babelwire {__version__}" if key else f"babelwire {__version__}"
        return self._link.trouble or f"no worker has {lacks}"

    # ---- pages

    def extract(self, work: PageWork) -> Article:
        """See Compute.extract."""
        found = self._bundles.extract(work)
        if isinstance(found, Exception):
            raise found
        return found

    def _width(self) -> int:
        return self._link.threads(_PAGES) if self._link.ready(_PAGES) else 0

    def _extract_bundle(self, works: Sequence[PageWork]) -> Sequence[Article | Exception]:
        ended = self._settled(self._send_pages(works), lambda: self._send_pages(works))
        if isinstance(ended, Done):
            bundle: tasks.Bundle = ended.value
            self._counts.done(ended.worker, bundle.seconds, pages=len(works))
            return bundle.articles
        if isinstance(ended, Killed):
            self._counts.alone(len(works))
            return self._alone(works)
        self._counts.local(self._why(ended), pages=len(works))
        return [_here(one) for one in works]

    def _send_pages(self, works: Sequence[PageWork]) -> Job | None:
        if not self._link.ready(_PAGES):
            return None
        return self._link.submit(_PAGES, tasks.extract, __version__, works)

    def _alone(self, works: Sequence[PageWork]) -> list[Article | Exception]:
        host = tasks.Host(self._translating.packages_dir, 1)
        try:
            found = alone.extracted(host, works)
        except RuntimeError as error:
            return [error] * len(works)
        return [
            self._deadly_page(work) if one is None else one
            for work, one in zip(works, found, strict=True)
        ]

    def _deadly_page(self, work: PageWork) -> BabelwireError:
        self._counts.deadly()
        reason = "reading this page ended the process that did it"
        return BabelwireError(work.url, reason, "exclude it with the source's `exclude`")

    # ---- what there is

    def connect(self) -> None:
        """Begin to connect, and wait for nothing: the first work does it otherwise."""
        self._link.start()

    def look(self, models: Sequence[Model]) -> ComputeState:
        """The state after connecting, with what workers lack of these models."""
        for model in models:
            self.wanted(model)
        self._link.ready(_PAGES)
        return self.state()

    def state(self) -> ComputeState:
        """See Compute.state. Logs once why a worker gets no work."""
        offers = self._link.offers()
        with self._lock:
            models = dict(self._models)
        trouble = self._link.trouble if self._link.used else ""
        workers = {}
        for address, offer in offers.items():
            refused = tuple(unusable(offer, models))
            for line in refused:
                if f"{address} {line}" not in self._told:
                    self._told.add(f"{address} {line}")
                    log.warning("the worker %s %s", address, line)
            names = tuple(sorted(set(offer.models.values())))
            workers[address] = WorkerState(
                address=address, threads=offer.threads, models=names, refused=refused
            )
        if not trouble and self._link.used and not any(not one.refused for one in workers.values()):
            trouble = "no worker can be used" if workers else "no worker is connected"
        found = self._counts.state(workers, connected=not self._link.trouble, trouble=trouble)
        return replace(found, embedded=self._embedded)

    def note(self, embedded: str) -> None:
        """See Compute.note."""
        self._embedded = embedded

    @property
    def is_closed(self) -> bool:
        """Whether `close` was called."""
        return self._link.is_closed

    def close(self) -> None:
        """See Compute.close."""
        self._link.close()


def _here(work: PageWork) -> Article | Exception:
    try:
        return extract_here(work)
    except Exception as error:  # noqa: BLE001 - it is raised by who asked for the page
        return error


class _Remote:
    """A model whose batches are computed by workers: see BatchTranslator."""

    def __init__(self, cluster: Cluster, model: Model, here: Here) -> None:
        self._cluster = cluster
        self._wanted = cluster.wanted(model)
        self._load = here
        self._lock = threading.Lock()
        self._loaded: BatchTranslator | None = None

    @property
    def num_translators(self) -> int:
        """See BatchTranslator.num_translators."""
        return self._cluster.width(self._wanted)

    def translate_batch(self, batch: Sequence[list[str]], **options: Any) -> Sequence[Pending]:
        """See BatchTranslator.translate_batch."""
        options.pop("asynchronous", None)
        deadly = [self._cluster.is_deadly(self._wanted, tokens) for tokens in batch]
        texts = [tokens for tokens, dead in zip(batch, deadly, strict=True) if not dead]
        if prefix := options.get("target_prefix"):
            options["target_prefix"] = prefix[: len(texts)]  # all are the same
        under_way = _UnderWay(self._cluster, self._wanted, texts, options, self._here)
        numbers = iter(range(len(texts)))
        return [_Pending(under_way, None if dead else next(numbers)) for dead in deadly]

    def _here(self) -> BatchTranslator:
        """The model in this process, loaded when it is first needed. Raises ModelError."""
        with self._lock:
            if self._loaded is None:
                self._loaded = self._load()
            return self._loaded


class _UnderWay:
    """A batch under way. It starts at once, also where it is computed in this process."""

    def __init__(
        self,
        cluster: Cluster,
        wanted: tasks.Wanted,
        texts: Sequence[list[str]],
        options: Mapping[str, Any],
        here: Here,
    ) -> None:
        self._wait: Callable[[], Sequence[Hypotheses | None]]
        self._found: Sequence[Hypotheses | None] | None = None if texts else ()

        def started() -> Callable[[], Sequence[Hypotheses]]:
            pending = here().translate_batch(texts, **options, asynchronous=True)
            return lambda: [one.result() for one in pending]

        job = cluster.send(wanted, texts, options) if texts else None
        compute = started() if texts and job is None else lambda: started()()
        self._wait = partial(cluster.received, job, wanted, texts, options, compute)

    def results(self) -> Sequence[Hypotheses | None]:
        """Wait for the results, in order; None for deadly texts. Raises RuntimeError."""
        if self._found is None:
            self._found = self._wait()
        return self._found


@dataclass(frozen=True, slots=True)
class _Pending:
    """A text of a batch under way, by its `number`; None: a deadly one, which was not sent."""

    batch: _UnderWay
    number: int | None

    def result(self) -> Hypotheses:
        """See Pending.result. Raises DeadlyText for a text that ended processes."""
        found = None if self.number is None else self.batch.results()[self.number]
        if found is None:
            raise DeadlyText("", *_DEADLY)
        return found


class _Counts:
    """What was computed where. Thread-safe."""

    def __init__(self, scheduler: str) -> None:
        self._lock = threading.Lock()
        self._state = ComputeState(scheduler=scheduler, process=os.getpid())
        self._workers: dict[str, WorkerState] = {}

    def done(
        self, address: str, seconds: float, *, batches: int = 0, pieces: int = 0, pages: int = 0
    ) -> None:
        """Count what a worker has computed; `seconds` only of batches."""
        with self._lock:
            one = self._workers.get(address) or WorkerState(address=address)
            self._workers[address] = replace(
                one,
                batches=one.batches + batches,
                pieces=one.pieces + pieces,
                pages=one.pages + pages,
                seconds=one.seconds + (seconds if batches else 0.0),
            )

    def local(self, why: str, *, batches: int = 0, pages: int = 0) -> None:
        """Count what this process has computed, and why. The first of a kind is logged."""
        with self._lock:
            one = self._state
            if one.local_why != why:
                log.warning("computing here: %s", why)
            self._state = replace(
                one,
                local_batches=one.local_batches + batches,
                local_pages=one.local_pages + pages,
                local_why=why,
            )

    def alone(self, number: int) -> None:
        """Count texts or pages that are computed in a process of their own."""
        with self._lock:
            self._state = replace(self._state, alone=self._state.alone + number)

    def deadly(self) -> None:
        """Count a text or page that was put aside."""
        with self._lock:
            self._state = replace(self._state, deadly=self._state.deadly + 1)

    def state(
        self, workers: Mapping[str, WorkerState], *, connected: bool, trouble: str
    ) -> ComputeState:
        """The counts, with these workers, and those that are gone only in the sums."""
        with self._lock:
            found = []
            for address, one in sorted(workers.items()):
                done = self._workers.get(address) or one
                found.append(
                    replace(done, threads=one.threads, models=one.models, refused=one.refused)
                )
            return replace(self._state, connected=connected, trouble=trouble, workers=tuple(found))
