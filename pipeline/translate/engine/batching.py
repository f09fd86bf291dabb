"""Send texts to a model in batches of similar length; first and later attempts share batches.

`carried_out` takes the sizes of texts and a coroutine for each, and yields the coroutines' results
as they finish. A coroutine starts when its text is due, and a bounded number of batches is in
flight. Its later questions, such as the halves of a doubtful sentence, go into batches of texts of
their length. Raises what `run` raises.

The composition of batches depends neither on time nor on how many are computed at once: a model
rounds a text differently beside others, so that one in thousands gets another word. Feeds are the
same whether this process computes, or any number of workers elsewhere.
"""

import math
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from heapq import heappop, heappush
from typing import Final, Generic, NamedTuple

from pipeline.translate.engine.questions import Answer, Ask, Decoding, T, Work

Run = Callable[[Sequence[list[str]], Decoding], Iterable[Answer]]
"""Starts a batch at once; iterating over the answers, which are in its order, waits for them."""

_MANY_BATCHES: Final = 2
"""With more batches than this for each share, all workers are busy without further care."""
_PADDING: Final = 1.1
"""The factor by which padding enlarges a batch of similar lengths."""
_AHEAD: Final = 2
"""Coroutines are started early only until so many batches are waiting."""
_SMALLEST: Final = 128
"""The smallest batch, in word pieces: with smaller ones the decoding steps cost more time than more
workers save."""
_PLANNED: Final = 64
"""Batches are composed until so many have no answers: two for each of 32 workers."""


def carried_out(
    sizes: Mapping[str, int],
    work: Callable[[str], Work[T]],
    run: Run,
    decoding: Decoding,
    *,
    limit: int,
    shares: int,
    workers: int,
) -> Iterator[T]:
    """Yield the result of the `work` on each text as it finishes.

    `sizes` has the number of word pieces of each text before masking. The longest texts go first:
    batches of similar length have little padding and need few steps. `decoding` is that of first
    attempts. A batch has at most `limit` word pieces with padding, or one text. Few texts are
    divided into a multiple of `shares` batches: as many as this process computes at once. `workers`
    is how many are computed at once, here or elsewhere. Raises what `run` raises.
    """
    queue = _Queue(sizes, work, decoding, _batch_limit(sum(sizes.values()), limit, shares))
    planned: deque[list[_Question[T]]] = deque()
    in_flight: deque[tuple[list[_Question[T]], Iterable[Answer]]] = deque()
    while True:
        while (unanswered := len(planned) + len(in_flight)) < _PLANNED:
            batch = queue.batch(idle=unanswered < shares)
            if not batch:
                break
            planned.append(batch)
        # Each worker has one batch to compute and one waiting.
        while planned and len(in_flight) < 2 * workers:
            batch = planned.popleft()
            texts = [one.ask.tokens for one in batch]
            in_flight.append((batch, run(texts, batch[0].ask.decoding)))
        yield from queue.results()
        if not in_flight:
            return
        for one, answer in zip(*in_flight.popleft(), strict=True):
            queue.answer(one, answer)
            yield from queue.results()


def _batch_limit(total: int, limit: int, shares: int) -> int:
    """Return the limit of a batch, for `total` word pieces in all."""
    if total > _MANY_BATCHES * shares * limit:
        return limit
    batches = shares * math.ceil(total / (shares * limit))
    if batches <= 1:
        return limit
    return min(limit, max(_SMALLEST, math.ceil(_PADDING * total / batches)))


class _Running(Generic[T]):
    """A started coroutine: the number of its current questions, and the answers by position."""

    __slots__ = ("answers", "asked", "work")

    def __init__(self, work: Work[T]) -> None:
        self.work = work
        self.answers: dict[int, Answer] = {}
        self.asked = 0


class _Question(NamedTuple, Generic[T]):
    """A waiting question, ordered by size (the longest first), then by age."""

    order: tuple[int, int]
    ask: Ask
    running: _Running[T]
    place: int

    @property
    def size(self) -> int:
        return -self.order[0]


class _Queue(Generic[T]):
    """Texts whose coroutine has not started, questions that wait for a batch, and results."""

    def __init__(
        self,
        sizes: Mapping[str, int],
        work: Callable[[str], Work[T]],
        decoding: Decoding,
        limit: int,
    ) -> None:
        self._sizes, self._work, self._limit = sizes, work, limit
        self._unstarted = deque(sorted(sizes, key=sizes.__getitem__, reverse=True))
        self._first_attempts: list[_Question[T]] = []
        self._waiting = {decoding: self._first_attempts}
        self._results: list[T] = []
        self._count = 0

    def batch(self, *, idle: bool) -> list[_Question[T]]:
        """Return the next batch for the model, [] if there is none yet.

        Questions with another decoding, and those asked after every text has started, wait until
        they fill a batch, unless fewer than one for each share is under way (`idle`).
        """
        self._start_due()
        first, *later = self._waiting.values()
        ready = [one for one in later if self._fills(one)]
        ready += [first] if idle or self._unstarted or self._fills(first) else []
        ready += later if idle else []
        return next((self._take_batch(one) for one in ready if one), [])

    def answer(self, one: _Question[T], answer: Answer) -> None:
        """Store an answer; resume its coroutine if that was the last one it waited for."""
        running = one.running
        running.answers[one.place] = answer
        if len(running.answers) == running.asked:
            answers = [running.answers[place] for place in range(running.asked)]
            self._advance(running, partial(running.work.send, answers))

    def results(self) -> Iterator[T]:
        """Yield the results since the last call."""
        found, self._results = self._results, []
        yield from found

    def _take_batch(self, waiting: list[_Question[T]]) -> list[_Question[T]]:
        batch: list[_Question[T]] = []
        longest = 0
        while True:
            if waiting is self._first_attempts:
                self._start_due()
            if not waiting:
                return batch
            longest = max(longest, waiting[0].size)
            if batch and longest * (len(batch) + 1) > self._limit:
                return batch
            batch.append(heappop(waiting))

    def _start_due(self) -> None:
        """Start coroutines whose text may be longer than all waiting questions.

        The size of a text is only an estimate of its questions, so enough is started when _AHEAD
        batches are waiting.
        """
        waiting = self._first_attempts
        while self._unstarted and (
            not waiting
            or (
                self._sizes[self._unstarted[0]] > waiting[0].size
                and not self._fills(waiting, _AHEAD)
            )
        ):
            running = _Running(self._work(self._unstarted.popleft()))
            self._advance(running, running.work.__next__)

    def _advance(self, running: _Running[T], step: Callable[[], Sequence[Ask]]) -> None:
        try:
            asks = step()
        except StopIteration as end:
            self._results.append(end.value)
            return
        running.answers, running.asked = {}, len(asks)
        for place, ask in enumerate(asks):
            self._count += 1
            one = _Question((-len(ask.tokens), self._count), ask, running, place)
            heappush(self._waiting.setdefault(ask.decoding, []), one)

    def _fills(self, waiting: Sequence[_Question[T]], batches: int = 1) -> bool:
        """Return whether the waiting questions fill so many batches."""
        return bool(waiting) and waiting[0].size * len(waiting) >= batches * self._limit
