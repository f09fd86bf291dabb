"""Work on texts in batches of like length: what goes together, and in what order it goes on."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain

import pytest

from pipeline.translate.batching import carried_out
from pipeline.translate.work import Answer, Ask, Decoding, Work, together
from tests.translate.works import at_once

PLAIN, WIDE = Decoding(1), Decoding(2)


def asking(text: str, decoding: Decoding = PLAIN) -> Work[str]:
    """Asks for a text's words and returns the answer."""
    (answer,) = yield [Ask(text.split(), decoding)]
    return " ".join(answer.tokens)


class Model:
    """One that says words in capitals, and remembers its batches."""

    def __init__(self) -> None:
        self.batches: list[list[list[str]]] = []
        self.decodings: list[Decoding] = []

    def run(self, batch: Sequence[list[str]], decoding: Decoding) -> Iterator[Answer]:
        self.batches.append(list(batch))
        self.decodings.append(decoding)
        return (Answer([word.upper() for word in tokens], []) for tokens in batch)

    @property
    def lengths(self) -> list[list[int]]:
        return [[len(tokens) for tokens in batch] for batch in self.batches]

    @property
    def order(self) -> list[int]:
        return list(chain.from_iterable(self.lengths))


def through(
    model: Model,
    texts: Iterable[str],
    limit: int,
    workers: int = 1,
    work: Callable[[str], Work[str]] = asking,
) -> Iterator[str]:
    sizes = {text: len(text.split()) for text in texts}
    return carried_out(sizes, work, model.run, PLAIN, limit=limit, workers=workers)


def distinct(words: int, count: int) -> list[str]:
    return [f"{number} " + "a " * (words - 1) for number in range(count)]


def test_texts_go_longest_first_and_each_once() -> None:
    texts = ["word " * size for size in (3, 40, 7, 1, 90)]
    model = Model()
    found = list(through(model, texts, 100))
    assert sorted(found) == sorted(text.upper().strip() for text in texts)
    assert model.order == [90, 40, 7, 3, 1]


def test_work_begins_when_its_batch_is_due() -> None:
    begun: list[str] = []

    def counted(text: str) -> Work[str]:
        begun.append(text)
        return asking(text)

    model = Model()
    next(through(model, distinct(8, 1000), 80, work=counted))
    # Two batches under way for one worker, the next one when the first is there, and one text more.
    assert len(model.batches) == 3
    assert len(begun) == 31


def test_batches_are_bounded_by_their_padded_size() -> None:
    model = Model()
    list(through(model, ("a " * size for size in range(1, 60)), 100))
    assert model.order == list(range(59, 0, -1))
    assert all(max(lengths) * len(lengths) <= 100 for lengths in model.lengths)


def test_a_text_over_the_limit_is_a_batch_of_its_own() -> None:
    model = Model()
    list(through(model, ["a " * 500, "a", "b"], 100))
    assert model.lengths == [[500], [1, 1]]


def test_the_padded_size_counts_where_taking_out_changed_the_order() -> None:
    def without_addresses(text: str) -> Work[str]:
        return asking(" ".join(one for one in text.split() if one != "://"))

    texts = ["://  " * 60 + "a " * 10, "a " * 50, "b " * 10]
    model = Model()
    list(through(model, texts, 100, work=without_addresses))
    assert model.lengths == [[50, 10], [10]]


def test_few_texts_are_shared_out_among_the_workers() -> None:
    texts = distinct(20, 40)
    model = Model()
    list(through(model, texts, 1024, workers=2))
    assert len(model.batches) == 2
    assert min(map(len, model.batches)) > 15
    assert [" ".join(one) for batch in model.batches for one in batch] == list(
        map(str.strip, texts)
    )


def test_hardly_any_texts_stay_together() -> None:
    model = Model()
    list(through(model, distinct(20, 4), 1024, workers=8))
    assert [len(batch) for batch in model.batches] == [4]


def test_many_texts_fill_their_batches() -> None:
    model = Model()
    list(through(model, distinct(20, 1000), 100, workers=2))
    assert {len(batch) for batch in model.batches} == {5}


def test_what_is_asked_later_goes_with_what_is_as_long() -> None:
    def halves(text: str) -> Work[str]:
        first = yield from asking(text)
        if text.startswith("0 "):
            words = text.split()
            parts = [" ".join(words[:10]), " ".join(words[10:])]
            return " + ".join((yield from together([asking(part) for part in parts])))
        return first

    model = Model()
    texts = distinct(20, 10) + distinct(11, 50) + distinct(10, 50) + distinct(5, 50)
    found = list(through(model, texts, 100, work=halves))
    assert "0" + " A" * 9 + " +" + " A" * 10 in found
    later = ["a"] * 10
    (batch,) = [batch for batch in model.batches if later in batch]
    assert {len(tokens) for tokens in batch} <= {10, 11}


def test_what_is_decoded_otherwise_has_batches_of_its_own_after_the_others() -> None:
    def again(text: str) -> Work[str]:
        yield from asking(text)
        return (yield from asking(text, WIDE))

    model = Model()
    found = list(through(model, distinct(5, 7), 10, work=again))
    assert len(found) == 7
    assert all(len(batch) <= 2 for batch in model.batches)
    assert model.decodings.count(PLAIN) == model.decodings.count(WIDE) == 4
    assert model.decodings[0] == PLAIN


def test_few_later_questions_wait_for_one_another_while_the_workers_are_busy() -> None:
    def again(text: str) -> Work[str]:
        first = yield from asking(text)
        return (yield from asking(text, WIDE)) if text.startswith(("0 ", "7 ")) else first

    model = Model()
    list(through(model, distinct(10, 100), 50, work=again))
    assert [len(b) for b, d in zip(model.batches, model.decodings, strict=True) if d == WIDE] == [2]


def test_work_that_asks_nothing_has_a_result() -> None:
    model = Model()
    assert sorted(through(model, ["a", "b"], 10, work=at_once)) == ["a", "b"]
    assert model.batches == []
    assert list(through(model, [], 10)) == []


def test_what_stops_one_batch_stops_the_whole() -> None:
    def run(*_: object) -> Iterator[Answer]:
        raise RuntimeError("no model")

    with pytest.raises(RuntimeError):
        list(carried_out({"a": 1}, asking, run, PLAIN, limit=1, workers=1))


def test_works_together_ask_at_once_and_end_one_by_one() -> None:
    def twice(text: str) -> Work[str]:
        return (yield from asking((yield from asking(text))))

    work = together([asking("a"), at_once("b"), twice("c")])
    asked = next(work)
    assert [ask.tokens for ask in asked] == [["a"], ["c"]]
    asked = work.send([Answer(["1"], []), Answer(["2"], [])])
    assert [ask.tokens for ask in asked] == [["2"]]
    with pytest.raises(StopIteration) as end:
        work.send([Answer(["3"], [])])
    assert end.value.value == ["1", "b", "3"]
