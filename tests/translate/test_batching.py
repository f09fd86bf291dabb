"""Work on texts in batches of like length: what goes together, and in what order it goes on."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice

import pytest

from pipeline.errors import ModelError
from pipeline.translate.engine import batching
from pipeline.translate.engine.batching import carried_out
from pipeline.translate.engine.questions import Answer, Ask, Decoding, Work, together
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


class UnderWay(Model):
    """One that remembers how many batches were under way at most."""

    def __init__(self) -> None:
        super().__init__()
        self.now = self.most = 0

    def run(self, batch: Sequence[list[str]], decoding: Decoding) -> Iterator[Answer]:
        self.now += 1
        self.most = max(self.most, self.now)
        return self._answers(super().run(batch, decoding))

    def _answers(self, answers: Iterator[Answer]) -> Iterator[Answer]:
        self.now -= 1
        yield from answers


def through(
    model: Model,
    texts: Iterable[str],
    limit: int,
    workers: int = 1,
    work: Callable[[str], Work[str]] = asking,
) -> Iterator[str]:
    sizes = {text: len(text.split()) for text in texts}
    count = {"shares": workers, "workers": workers}
    return carried_out(sizes, work, model.run, PLAIN, limit=limit, **count)


@pytest.fixture
def two_planned(monkeypatch: pytest.MonkeyPatch) -> None:
    """No more batches are composed than one worker has."""
    monkeypatch.setattr(batching, "_PLANNED", 2)


def distinct(words: int, count: int) -> list[str]:
    return [f"{number} " + "a " * (words - 1) for number in range(count)]


def test_texts_go_longest_first_and_each_once() -> None:
    texts = ["word " * size for size in (3, 40, 7, 1, 90)]
    model = Model()
    found = list(through(model, texts, 100))
    assert sorted(found) == sorted(text.upper().strip() for text in texts)
    assert model.order == [90, 40, 7, 3, 1]


def test_work_begins_when_its_batch_is_due(two_planned: None) -> None:
    begun: list[str] = []

    def counted(text: str) -> Work[str]:
        begun.append(text)
        return asking(text)

    model = Model()
    next(through(model, distinct(8, 1000), 80, work=counted))
    # Two batches under way for one worker, and one text more.
    assert len(model.batches) == 2
    assert len(begun) == 21


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


def test_little_begins_early_where_more_was_expected_of_it(two_planned: None) -> None:
    begun: list[str] = []

    def shorter(text: str) -> Work[str]:
        begun.append(text)
        return asking(" ".join(text.split()[1:]))

    model = Model()
    next(through(model, distinct(11, 1000), 100, work=shorter))
    assert len(begun) < 60


def test_what_is_asked_later_goes_with_what_is_as_long() -> None:
    def halves(text: str) -> Work[str]:
        first = yield from asking(text)
        words = text.split()
        if words[0] != "0" or len(words) < 20:
            return first
        parts = [" ".join(words[:10]), " ".join(words[10:])]
        return " + ".join((yield from together([asking(part) for part in parts])))

    model = Model()
    texts = distinct(20, 10) + distinct(11, 50) + distinct(10, 50) + distinct(5, 50)
    found = list(through(model, texts, 100, work=halves))
    assert "0" + " A" * 9 + " +" + " A" * 10 in found
    later = ["a"] * 10
    (batch,) = [batch for batch in model.batches if later in batch]
    assert {len(tokens) for tokens in batch} <= {10, 11}


def test_answers_go_to_the_questions_in_whose_order_they_were_asked() -> None:
    def pair(text: str) -> Work[str]:
        short, long = yield [Ask([text], PLAIN), Ask([text] * 30, PLAIN)]
        return f"{len(short.tokens)} {short.tokens[0]} {len(long.tokens)}"

    found = list(through(Model(), "abcdefgh", 60, work=pair))
    assert sorted(found) == [f"1 {letter} 30" for letter in "ABCDEFGH"]


def test_of_two_as_long_the_one_that_waits_longer_goes_first() -> None:
    def again(text: str) -> Work[str]:
        return (yield from asking((yield from asking(text)), WIDE))

    model = Model()
    list(through(model, [f"{letter} {letter}" for letter in "abcdef"], 2, work=again))
    wide = [b[0][0] for b, d in zip(model.batches, model.decodings, strict=True) if d == WIDE]
    assert wide == list("ABCDEF")


def later(model: Model) -> list[int]:
    """The numbers of texts in the batches that were decoded otherwise."""
    return [len(b) for b, d in zip(model.batches, model.decodings, strict=True) if d == WIDE]


def again_every(number: int) -> Callable[[str], Work[str]]:
    def again(text: str) -> Work[str]:
        first = yield from asking(text)
        wanted = int(text.split()[0]) % number == 0
        return (yield from asking(text, WIDE)) if wanted else first

    return again


def test_what_is_decoded_otherwise_has_batches_of_its_own() -> None:
    model = Model()
    found = list(through(model, distinct(5, 7), 10, work=again_every(1)))
    assert len(found) == 7
    assert all(len(batch) <= 2 for batch in model.batches)
    assert model.decodings.count(PLAIN) == model.decodings.count(WIDE) == 4


def test_a_full_batch_of_them_goes_at_once(two_planned: None) -> None:
    model = Model()
    list(through(model, distinct(10, 500), 50, work=again_every(5)))
    assert set(later(model)) == {5}
    assert model.decodings.index(WIDE) < len(model.decodings) / 4


def test_few_of_them_wait_for_one_another_while_the_workers_are_busy(monkeypatch) -> None:
    for workers, expected in ((2, [5, 4, 1]), (4, [5, 3, 1, 1])):
        monkeypatch.setattr(batching, "_PLANNED", 2 * workers)
        model = Model()
        list(through(model, distinct(10, 50), 50, workers, again_every(5)))
        assert later(model) == expected


@pytest.mark.parametrize("shares", [1, 3])
def test_batches_are_the_same_however_many_are_computed_at_once(shares: int) -> None:
    def halves(text: str) -> Work[str]:
        first = yield from asking(text)
        words = text.split()
        if int(words[0]) % 3:
            return first
        half = len(words) // 2
        parts = [" ".join(words[:half]), " ".join(words[half:])]
        return " + ".join((yield from together([asking(part) for part in parts])))

    texts = distinct(30, 300) + distinct(17, 300) + distinct(16, 3)
    sizes = {text: len(text.split()) for text in texts}
    made = []
    for workers in (1, 2, 5, 32, 100):
        model = UnderWay()
        asked = {"limit": 100, "shares": shares, "workers": workers}
        found = sorted(carried_out(sizes, halves, model.run, PLAIN, **asked))
        made.append((found, model.batches))
        assert model.most == min(2 * workers, 64)
    assert all(one == made[0] for one in made)


def test_a_question_no_batch_was_made_for_before_is_not_lost() -> None:
    def other(text: str) -> Work[str]:
        return asking(text, WIDE)

    assert sorted(through(Model(), ["a", "b"], 10, work=other)) == ["A", "B"]


def test_work_that_asks_nothing_has_a_result() -> None:
    model = Model()
    assert sorted(through(model, ["a", "b"], 10, work=at_once)) == ["a", "b"]
    assert model.batches == []
    assert list(through(model, [], 10)) == []


def test_what_a_batch_has_answered_is_there_where_something_stops_it_then() -> None:
    def run(batch: Sequence[list[str]], _: Decoding) -> Iterator[Answer]:
        yield from (Answer(tokens, []) for tokens in batch[:5])
        raise ModelError("en_pt-1.0", "the model failed", "babelwire models verify")

    sizes = dict.fromkeys("abcdefgh", 1)
    results = carried_out(sizes, asking, run, PLAIN, limit=8, shares=1, workers=1)
    assert list(islice(results, 5)) == list("abcde")
    with pytest.raises(ModelError):
        next(results)


def test_what_stops_a_later_question_stops_the_whole() -> None:
    def run(batch: Sequence[list[str]], decoding: Decoding) -> Iterator[Answer]:
        if decoding == WIDE:
            raise ModelError("en_pt-1.0", "the model failed", "babelwire models verify")
        return (Answer(tokens, []) for tokens in batch)

    sizes = {str(number): 1 for number in range(9)}
    with pytest.raises(ModelError):
        list(carried_out(sizes, again_every(5), run, PLAIN, limit=2, shares=2, workers=2))


def test_what_stops_one_work_stops_the_whole_and_closes_the_others() -> None:
    closed: list[str] = []

    def broken(text: str) -> Work[str]:
        try:
            first = yield from asking(text)
            if text == "c":
                raise ValueError(text)
            return (yield from asking(first, WIDE))
        finally:
            closed.append(text)

    with pytest.raises(ValueError, match="c"):
        list(through(Model(), "abcdef", 2, work=broken))
    assert set(closed) >= set("abcd")


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
