"""Work that asks a model for translations, as coroutines: each goes on when its answers are there.

A coroutine yields its questions, one at least, all at once that do not depend on each other, and is
sent the answers in their order; what it returns is its result. Who runs it (`batching.py`) decides
with what else its questions go to the model. Pure.
"""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Decoding:
    """How a model searches: what goes in one batch must have in common.

    `no_repeat_ngram` is the length in word pieces from which on none may come twice (0: any may),
    `repetition_penalty` divides the scores of pieces that are there already (1: no penalty).
    """

    beam_size: int
    no_repeat_ngram: int = 0
    repetition_penalty: float = 1


@dataclass(frozen=True, slots=True)
class Ask:
    """A text for the model in word pieces, one at least."""

    tokens: list[str]
    decoding: Decoding


class Answer(NamedTuple):
    """A translation in word pieces, with a row of attention for each where that was wanted."""

    tokens: list[str]
    attention: list[list[float]]


Work = Generator[Sequence[Ask], Sequence[Answer], T]
"""Yields questions, is sent their answers, and returns what it makes of them."""


def together(works: Sequence[Work[T]]) -> Work[list[T]]:
    """Several works as one, whose questions are asked at the same time."""
    results: dict[int, T] = {}
    asked: dict[int, Sequence[Ask]] = {}

    def go_on(number: int, step: Callable[[], Sequence[Ask]]) -> None:
        try:
            asked[number] = step()
        except StopIteration as end:
            asked.pop(number, None)
            results[number] = end.value

    for number, work in enumerate(works):
        go_on(number, work.__next__)
    while asked:
        answers = iter((yield [ask for asks in asked.values() for ask in asks]))
        for number, asks in list(asked.items()):
            go_on(number, partial(works[number].send, [next(answers) for _ in asks]))
    return [results[number] for number in range(len(works))]
