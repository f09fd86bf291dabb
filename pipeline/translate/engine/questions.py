"""The protocol between the coroutines that translate a text and the batches of the model.

A coroutine (`Work`) yields a list of questions (`Ask`), at least one, that do not depend on each
other. It is sent the answers in the same order, and returns its result. `batching` runs many
coroutines and puts their questions into common batches.
"""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Decoding:
    """The decoding options of CTranslate2; all texts of a batch have the same.

    `no_repeat_ngram` is the length in word pieces of sequences that must not occur twice (0: no
    limit). `repetition_penalty` divides the scores of pieces that occur already (1: no penalty).
    """

    beam_size: int
    no_repeat_ngram: int = 0
    repetition_penalty: float = 1


@dataclass(frozen=True, slots=True)
class Ask:
    """A text for the model in word pieces, at least one."""

    tokens: list[str]
    decoding: Decoding


class Answer(NamedTuple):
    """A translation in word pieces, with a row of attention for each if it was requested."""

    tokens: list[str]
    attention: list[list[float]]


Work = Generator[Sequence[Ask], Sequence[Answer], T]
"""A coroutine that yields questions, is sent their answers, and returns a result."""


def together(works: Sequence[Work[T]]) -> Work[list[T]]:
    """Run several coroutines as one that asks their questions together; return their results."""
    results: dict[int, T] = {}
    asked: dict[int, Sequence[Ask]] = {}

    def advance(number: int, step: Callable[[], Sequence[Ask]]) -> None:
        try:
            asked[number] = step()
        except StopIteration as end:
            asked.pop(number, None)
            results[number] = end.value

    for number, work in enumerate(works):
        advance(number, work.__next__)
    while asked:
        answers = iter((yield [ask for asks in asked.values() for ask in asks]))
        for number, asks in list(asked.items()):
            advance(number, partial(works[number].send, [next(answers) for _ in asks]))
    return [results[number] for number in range(len(works))]
