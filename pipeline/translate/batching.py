"""Texts as jobs for a model, cut into batches of like length while the first ones already run.

In go texts, out come lists of jobs whose padded size is bounded. Pure, and lazy: a text is
tokenised when its batch is due, so that the model does not wait for all of them.
"""

import heapq
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from pipeline.translate.masking import Masked

_AHEAD: Final = 64
"""Jobs made beforehand and sorted by their word pieces; texts are only sorted by characters."""


@dataclass(frozen=True, slots=True)
class Job:
    """A text as the model gets it, and its word pieces."""

    masked: Masked
    tokens: list[str]


def longest_first(texts: Iterable[str], job: Callable[[str], Job]) -> Iterator[Job]:
    """The jobs of texts, those of most word pieces first, as near as no matter."""
    heap: list[tuple[int, int, Job]] = []
    for number, text in enumerate(sorted(texts, key=len, reverse=True)):
        made = job(text)
        heapq.heappush(heap, (-len(made.tokens), number, made))
        if len(heap) > _AHEAD:
            yield heapq.heappop(heap)[2]
    while heap:
        yield heapq.heappop(heap)[2]


def batches(jobs: Iterable[Job], limit: int) -> Iterator[list[Job]]:
    """Jobs by falling size in batches whose padded size, in word pieces, is at most `limit`.

    A job that is larger than the limit is a batch of its own.
    """
    batch: list[Job] = []
    longest = 0
    for job in jobs:
        size = max(longest, len(job.tokens))
        if batch and size * (len(batch) + 1) > limit:
            yield batch
            batch, size = [], len(job.tokens)
        batch.append(job)
        longest = size
    if batch:
        yield batch
