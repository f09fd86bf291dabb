"""The simulation of bench/cluster.py: workers that sleep as long as a model would have computed.

In: articles. Out: words a second for 1 to 32 simulated workers. The desk is real: it segments,
batches, checks and sends; only the model's time is slept. Answers are recorded once, by the model.
"""

import os
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from pipeline.article import Article
from pipeline.compute.cluster import Cluster
from pipeline.options import ComputeOptions, TranslateOptions
from pipeline.translate import Model, Translator
from pipeline.translate.engine.batches import BatchTranslator, Here

WORKERS = (1, 2, 4, 8, 16, 24, 32)
_A_PROCESS = 4  # simulated workers of one thread in a process
_LONG = 300.0


def simulate(texts: Sequence[Article], packages: Path, folder: Path) -> None:
    """Print the throughput by the number of simulated workers."""
    options = TranslateOptions(packages_dir=packages, threads=1)
    recorder = Recorder()
    translator = Translator(options, None, None, None, recorder)
    for _ in translator.translate(texts, "pt"):
        pass
    words = sum(len(one.text.split()) for one in texts)
    per_piece = recorder.seconds / recorder.pieces
    path = folder / "recording.pickle"
    path.write_bytes(pickle.dumps((recorder.answers, per_piece)))
    print(f"SIMULATION: {words:,} words, {words / recorder.seconds:,.0f} words/s a model's thread")
    for number in WORKERS:
        rate, missed = _measured(texts, options, path, number, words)
        print(f"SIMULATION: {number} workers: {rate:,.0f} words/s", missed, flush=True)


def _measured(
    texts: Sequence[Article],
    options: TranslateOptions,
    path: Path,
    number: int,
    words: int,
) -> tuple[float, str]:
    import cluster as bench

    with bench.Machines(options.packages_dir) as machines:
        machines.scheduler()
        sizes = [min(_A_PROCESS, number - at) for at in range(0, number, _A_PROCESS)]
        command = [sys.executable, __file__, machines.address, str(options.packages_dir), str(path)]
        started = [
            subprocess.Popen([*command, str(size)], stderr=subprocess.DEVNULL) for size in sizes
        ]
        one = Cluster(ComputeOptions(scheduler=machines.address, wait=_LONG), options)
        try:
            wait_for(one, len(sizes))
            rates = []
            for _ in range(2):  # the first one loads
                translator = Translator(options, None, None, None, one.elsewhere)
                began = time.perf_counter()
                for _, found in translator.translate(texts, "pt"):
                    assert not isinstance(found, Exception), found
                rates.append(words / (time.perf_counter() - began))
            state = one.state()
            return rates[-1], f"({state.local_batches} batches on the desk)"
        finally:
            one.close()
            for process in started:
                process.kill()
                process.wait()


def wait_for(cluster: Cluster, workers: int) -> None:
    """Wait until so many workers are connected."""
    cluster.connect()
    deadline = time.monotonic() + _LONG
    while len(cluster.state().workers) < workers:
        if time.monotonic() > deadline:
            raise SystemExit("the workers did not connect")
        time.sleep(0.1)


def _key(tokens: Sequence[str], options: dict[str, Any]) -> tuple[Any, ...]:
    names = ("beam_size", "no_repeat_ngram_size", "repetition_penalty", "return_attention")
    return (tuple(tokens), *(options.get(name) for name in names))


class Recorder:
    """An `Elsewhere` that computes here and keeps every answer, and the time of all."""

    def __init__(self) -> None:
        self.answers: dict[Any, tuple[Any, Any]] = {}
        self.seconds, self.pieces = 0.0, 0

    def __call__(self, _: Model, here: Here) -> BatchTranslator:
        self._model = here()
        self.num_translators = 1
        return self  # type: ignore[return-value]

    def translate_batch(self, batch: Sequence[list[str]], **options: Any) -> list[Any]:
        began = time.perf_counter()
        found = [one.result() for one in self._model.translate_batch(batch, **options)]
        self.seconds += time.perf_counter() - began
        self.pieces += sum(map(len, batch))
        for tokens, one in zip(batch, found, strict=True):
            self.answers[_key(tokens, options)] = (one.hypotheses, one.attention)
        return [SimpleNamespace(result=lambda one=one: one) for one in found]


class Sleeping:
    """In the place of ctranslate2.Translator: answers after the time that the model took."""

    def __init__(self, *_: Any, inter_threads: int = 1, **__: Any) -> None:
        self.num_translators = inter_threads
        self._one = threading.Semaphore(inter_threads)

    def translate_batch(self, batch: Sequence[list[str]], **options: Any) -> list[Any]:
        found = [ANSWERS.get(_key(one, options)) for one in batch]
        if None in found:
            raise RuntimeError("this text was not recorded")
        with self._one:
            time.sleep(PER_PIECE * sum(map(len, batch)))
        done = [SimpleNamespace(hypotheses=one[0], attention=one[1]) for one in found if one]
        return [SimpleNamespace(result=lambda one=one: one) for one in done]


ANSWERS: dict[Any, tuple[Any, Any]] = {}
PER_PIECE = 0.0


def be_worker(address: str, packages: str, path: str, threads: str) -> None:
    """Be a worker that sleeps instead of computing."""
    global ANSWERS, PER_PIECE
    import ctranslate2

    from pipeline.compute.tasks import Host
    from pipeline.compute.worker import work
    from pipeline.scheduleraddress import parsed

    ANSWERS, PER_PIECE = pickle.loads(Path(path).read_bytes())
    ctranslate2.Translator = Sleeping
    host = Host(Path(packages), int(threads))
    os._exit(work(parsed(address), host, lambda _: None))


if __name__ == "__main__":
    be_worker(*sys.argv[1:])
