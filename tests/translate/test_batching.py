"""Jobs in batches of like length, made while the first of them already run."""

from pipeline.translate.batching import Job, batches, longest_first
from pipeline.translate.masking import masked


def job(text: str) -> Job:
    return Job(masked(text, lambda _: True), text.split())


def test_jobs_come_longest_first_and_each_once() -> None:
    texts = ["word " * size for size in (3, 40, 7, 7, 1, 90)] + [""]
    sizes = [len(one.tokens) for one in longest_first(texts, job)]
    assert sizes == [90, 40, 7, 7, 3, 1, 0]


def test_a_text_is_taken_apart_when_its_batch_is_due() -> None:
    made: list[str] = []

    def counted(text: str) -> Job:
        made.append(text)
        return job(text)

    texts = [f"{number} " * 8 for number in range(1000)]
    first = next(batches(longest_first(texts, counted), 80))
    assert len(first) == 10
    assert len(made) < 100


def test_batches_are_bounded_by_their_padded_size() -> None:
    jobs = list(longest_first(["a " * size for size in range(1, 60)], job))
    found = list(batches(jobs, 100))
    assert [one for batch in found for one in batch] == jobs
    assert all(max(len(one.tokens) for one in batch) * len(batch) <= 100 for batch in found)


def test_a_job_over_the_limit_is_a_batch_of_its_own() -> None:
    found = list(batches([job("a " * 500), job("a"), job("b")], 100))
    assert [len(batch) for batch in found] == [1, 2]


def test_the_padded_size_counts_where_the_order_is_not_perfect() -> None:
    found = list(batches([job("a " * 10), job("a " * 50), job("a " * 10)], 100))
    assert [len(batch) for batch in found] == [2, 1]


def test_few_jobs_are_shared_out_among_the_workers() -> None:
    jobs = [job("a " * 20) for _ in range(40)]
    found = list(batches(jobs, 1024, workers=2))
    assert len(found) == 2
    assert min(map(len, found)) > 15
    assert [one for batch in found for one in batch] == jobs


def test_hardly_any_jobs_stay_together() -> None:
    jobs = [job("a " * 20) for _ in range(4)]
    assert [len(batch) for batch in batches(jobs, 1024, workers=8)] == [4]


def test_many_jobs_fill_their_batches() -> None:
    jobs = [job("a " * 20) for _ in range(1000)]
    found = list(batches(jobs, 100, workers=2))
    assert {len(batch) for batch in found} == {5}
