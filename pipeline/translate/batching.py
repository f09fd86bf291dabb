"""Texts as jobs for a model, cut into batches of like length while the first ones already run.

In go texts, out come lists of jobs whose padded size is bounded. Pure, and lazy: a text is
tokenised when its batch is due, so that the model does not wait for all of them.
"""

import heapq
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Final

from pipeline.translate.masking import Masked

_AHEAD: Final = 64
"""Jobs made beforehand and sorted by their word pieces; texts are only sorted by characters."""
_ROUNDS: Final = 2
"""Batches for each worker from which on their number needs no care."""
_PADDED: Final = 1.1
"""How much larger batches of like length are for their padding."""
_SMALLEST: Final = 128
"""Word pieces of a batch below which the steps for each piece take more time than the sharing
saves."""


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


def batches(jobs: Iterable[Job], limit: int, workers: int = 1) -> Iterator[list[Job]]:
    """Jobs by falling size in batches whose padded size, in word pieces, is at most `limit`.

    Few jobs are shared out among the `workers`, in as many batches for each; a job that is larger
    than the limit is a batch of its own.
    """
    coming = iter(jobs)
    ahead: list[Job] = []
    total = 0
    for job in coming:
        ahead.append(job)
        total += len(job.tokens)
        if total > _ROUNDS * workers * limit:
            break
    else:
        shares = workers * math.ceil(total / (workers * limit))
        if shares > 1:
            limit = min(limit, max(_SMALLEST, math.ceil(_PADDED * total / shares)))
    batch: list[Job] = []
    longest = 0
    for job in chain(ahead, coming):
        size = max(longest, len(job.tokens))
        if batch and size * (len(batch) + 1) > limit:
            yield batch
            batch, size = [], len(job.tokens)
        batch.append(job)
        longest = size
    if batch:
        yield batch
