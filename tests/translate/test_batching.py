"""Jobs in batches of like length, made while the first of them already run."""

from collections.abc import Iterable, Iterator

from pipeline.translate.batching import Job, batches
from pipeline.translate.masking import masked


def sizes(texts: Iterable[str]) -> dict[str, int]:
    return {text: len(text.split()) for text in texts}


def job(text: str) -> Job:
    return Job(masked(text, lambda _: True), text.split())


def cut(texts: Iterable[str], limit: int, workers: int = 1) -> Iterator[list[Job]]:
    return batches(sizes(texts), job, limit, workers)


def distinct(words: int, count: int) -> list[str]:
    return [f"{number} " + "a " * (words - 1) for number in range(count)]


def test_jobs_come_longest_first_and_each_once() -> None:
    texts = ["word " * size for size in (3, 40, 7, 1, 90)] + [""]
    found = [len(one.tokens) for batch in cut(texts, 100) for one in batch]
    assert found == [90, 40, 7, 3, 1, 0]


def test_a_text_is_taken_apart_when_its_batch_is_due() -> None:
    made: list[str] = []

    def counted(text: str) -> Job:
        made.append(text)
        return job(text)

    first = next(batches(sizes(distinct(8, 1000)), counted, 80))
    assert len(first) == 10
    assert len(made) == 11


def test_batches_are_bounded_by_their_padded_size() -> None:
    found = list(cut(("a " * size for size in range(1, 60)), 100))
    assert [len(one.tokens) for batch in found for one in batch] == list(range(59, 0, -1))
    assert all(max(len(one.tokens) for one in batch) * len(batch) <= 100 for batch in found)


def test_a_job_over_the_limit_is_a_batch_of_its_own() -> None:
    found = list(cut(["a " * 500, "a", "b"], 100))
    assert [len(batch) for batch in found] == [1, 2]


def test_the_padded_size_counts_where_taking_out_changed_the_order() -> None:
    def without_addresses(text: str) -> Job:
        return Job(masked(text, lambda _: True), [one for one in text.split() if one != "://"])

    texts = ["://  " * 60 + "a " * 10, "a " * 50, "b " * 10]
    found = list(batches(sizes(texts), without_addresses, 100))
    assert [[len(one.tokens) for one in batch] for batch in found] == [[10, 50], [10]]


def test_few_texts_are_shared_out_among_the_workers() -> None:
    texts = distinct(20, 40)
    found = list(cut(texts, 1024, workers=2))
    assert len(found) == 2
    assert min(map(len, found)) > 15
    assert [one.masked.segment for batch in found for one in batch] == texts


def test_hardly_any_texts_stay_together() -> None:
    assert [len(batch) for batch in cut(distinct(20, 4), 1024, workers=8)] == [4]


def test_many_texts_fill_their_batches() -> None:
    found = list(cut(distinct(20, 1000), 100, workers=2))
    assert {len(batch) for batch in found} == {5}
