"""Texts through a model in batches of like length, first attempts and later ones side by side.

In go texts' sizes and the work that each needs, out come the results as they are there. Lazy: work
begins when its text is due, so that the model does not wait for all of them, and a bounded number
of batches is under way. What is asked later in a work, as a doubted sentence's halves, goes in the
batches of what is as long. Which batches there are does not depend on time.
"""

import math
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from heapq import heappop, heappush
from typing import Final, Generic, NamedTuple

from pipeline.translate.engine.questions import Answer, Ask, Decoding, T, Work

Run = Callable[[Sequence[list[str]], Decoding], Iterable[Answer]]
"""Starts a batch at once; the answers, in its order, are waited for when they are taken."""

_ROUNDS: Final = 2
"""Batches for each worker from which on their number needs no care."""
_PADDED: Final = 1.1
"""How much larger batches of like length are for their padding."""
_AHEAD: Final = 2
"""Batches that wait where work begins early because more was expected of it."""
_SMALLEST: Final = 128
"""Word pieces of a batch below which the steps for each piece take more time than the sharing
saves."""


def carried_out(
    sizes: Mapping[str, int],
    work: Callable[[str], Work[T]],
    run: Run,
    decoding: Decoding,
    *,
    limit: int,
    workers: int,
) -> Iterator[T]:
    """The results of the `work` on each text, as they are there.

    `sizes` are the texts' word pieces before anything is taken out of them, which orders them well:
    the longest first, as batches of like length have little padding and need few steps. `decoding`
    is that of first attempts. A batch has at most `limit` word pieces with padding, or one text.
    Few texts are shared out among the `workers`, in as many batches for each.
    """
    queue = _Queue(sizes, work, decoding, _shared(sum(sizes.values()), limit, workers))
    flying: deque[tuple[list[_Asked[T]], Iterable[Answer]]] = deque()
    while True:
        # One for each worker to compute, and one to go on with.
        while len(flying) < 2 * workers:
            batch = queue.batch(idle=len(flying) < workers)
            if not batch:
                break
            texts = [one.ask.tokens for one in batch]
            flying.append((batch, run(texts, batch[0].ask.decoding)))
        yield from queue.results()
        if not flying:
            return
        for one, answer in zip(*flying.popleft(), strict=True):
            queue.answer(one, answer)
            yield from queue.results()


def _shared(total: int, limit: int, workers: int) -> int:
    """The largest batch of so many word pieces in all."""
    if total > _ROUNDS * workers * limit:
        return limit
    shares = workers * math.ceil(total / (workers * limit))
    return min(limit, max(_SMALLEST, math.ceil(_PADDED * total / shares))) if shares > 1 else limit


class _Begun(Generic[T]):
    """A work under way: how much it asked, and the answers there are, by the places they go to."""

    __slots__ = ("answers", "asked", "work")

    def __init__(self, work: Work[T]) -> None:
        self.work = work
        self.answers: dict[int, Answer] = {}
        self.asked = 0


class _Asked(NamedTuple, Generic[T]):
    """A question that waits, in the order in which they go: the longest first, then the oldest."""

    order: tuple[int, int]
    ask: Ask
    begun: _Begun[T]
    place: int

    @property
    def size(self) -> int:
        return -self.order[0]


class _Queue(Generic[T]):
    """What has not begun yet, what waits for a batch, and what is there."""

    def __init__(
        self,
        sizes: Mapping[str, int],
        work: Callable[[str], Work[T]],
        decoding: Decoding,
        limit: int,
    ) -> None:
        self._sizes, self._work, self._limit = sizes, work, limit
        self._fresh = deque(sorted(sizes, key=sizes.__getitem__, reverse=True))
        self._first: list[_Asked[T]] = []
        self._waiting = {decoding: self._first}
        self._results: list[T] = []
        self._count = 0

    def batch(self, *, idle: bool) -> list[_Asked[T]]:
        """What goes to the model next; [] where nothing does yet.

        What is decoded otherwise, and what is asked when every text has begun, waits until it fills
        a batch, unless a worker would be `idle`.
        """
        self._begin()
        first, *later = self._waiting.values()
        ready = [one for one in later if self._fills(one)]
        ready += [first] if idle or self._fresh or self._fills(first) else []
        ready += later if idle else []
        return next((self._taken(one) for one in ready if one), [])

    def answer(self, one: _Asked[T], answer: Answer) -> None:
        """Go on with a work if that was the last answer it waited for."""
        begun = one.begun
        begun.answers[one.place] = answer
        if len(begun.answers) == begun.asked:
            answers = [begun.answers[place] for place in range(begun.asked)]
            self._go_on(begun, partial(begun.work.send, answers))

    def results(self) -> Iterator[T]:
        """What is there since the last call."""
        found, self._results = self._results, []
        yield from found

    def _taken(self, waiting: list[_Asked[T]]) -> list[_Asked[T]]:
        batch: list[_Asked[T]] = []
        longest = 0
        while True:
            if waiting is self._first:
                self._begin()
            if not waiting:
                return batch
            longest = max(longest, waiting[0].size)
            if batch and longest * (len(batch) + 1) > self._limit:
                return batch
            batch.append(heappop(waiting))

    def _begin(self) -> None:
        """Begin with what may be longer than all that waits, for it goes first.

        Sizes tell only about how much will be asked: where two batches wait already, it is enough.
        """
        waiting = self._first
        while self._fresh and (
            not waiting
            or (self._sizes[self._fresh[0]] > waiting[0].size and not self._fills(waiting, _AHEAD))
        ):
            begun = _Begun(self._work(self._fresh.popleft()))
            self._go_on(begun, begun.work.__next__)

    def _go_on(self, begun: _Begun[T], step: Callable[[], Sequence[Ask]]) -> None:
        try:
            asks = step()
        except StopIteration as end:
            self._results.append(end.value)
            return
        begun.answers, begun.asked = {}, len(asks)
        for place, ask in enumerate(asks):
            self._count += 1
            one = _Asked((-len(ask.tokens), self._count), ask, begun, place)
            heappush(self._waiting.setdefault(ask.decoding, []), one)

    def _fills(self, waiting: Sequence[_Asked[T]], batches: int = 1) -> bool:
        """Whether what waits is as much as so many batches."""
        return bool(waiting) and waiting[0].size * len(waiting) >= batches * self._limit
