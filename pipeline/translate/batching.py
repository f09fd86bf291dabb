"""Texts as jobs for a model, cut into batches of like length while the first ones already run.

In go texts, out come lists of jobs whose padded size is bounded. Pure, and lazy: a text is made a
job when its batch is due, so that the model does not wait for all of them.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from pipeline.translate.masking import Masked

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


def batches(
    sizes: Mapping[str, int], job: Callable[[str], Job], limit: int, workers: int = 1
) -> Iterator[list[Job]]:
    """Texts as jobs, the longest first, in batches of at most `limit` word pieces with padding.

    `sizes` are the texts' word pieces before anything is taken out of them, which orders them well:
    batches of like length have little padding and need few steps. Few texts are shared out among
    the `workers`, in as many batches for each; one larger than the limit is a batch of its own.
    """
    total = sum(sizes.values())
    if total <= _ROUNDS * workers * limit:
        shares = workers * math.ceil(total / (workers * limit))
        if shares > 1:
            limit = min(limit, max(_SMALLEST, math.ceil(_PADDED * total / shares)))
    batch: list[Job] = []
    longest = 0
    for text in sorted(sizes, key=sizes.__getitem__, reverse=True):
        made = job(text)
        padded = max(longest, len(made.tokens))
        if batch and padded * (len(batch) + 1) > limit:
            yield batch
            batch, padded = [], len(made.tokens)
        batch.append(made)
        longest = padded
    if batch:
        yield batch
