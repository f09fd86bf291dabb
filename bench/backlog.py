#!/usr/bin/env python3
"""Whether a backlog of any length is translated at the same speed, and in the same memory.

Made articles of news sentences go through the translator over a memory in a database file, as in a
pass. Each backlog has a process of its own; out come words a second (by the clock and by the CPUs'
time), the memory after a tenth of it and its peak. Then the pass is made again, for which no
segment may be translated, and known segments are looked up.

    PYTHONPATH=. python bench/backlog.py DATA.jsonl [--articles 100,1000,10000] [--distinct 1.0]

`--distinct` is the share of sentences that no article before had: with 0.05 the bookkeeping is
measured more than the model, and 10,000 articles take minutes instead of hours.
"""

import argparse
import json
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from pipeline.article import Article, Translation
from pipeline.options import TranslateOptions
from pipeline.store import Store, sqlite_url
from pipeline.translate import Models, Translator
from pipeline.translate.memory import memory_key

SENTENCES = 20  # of an article
LOOKED_UP = 100_000  # segments


def articles(data: Path, count: int, distinct: float) -> Iterator[Article]:
    """Made articles: each sentence is a new mixture of two halves, or one that was there before."""
    lines = data.read_text("utf-8").splitlines()
    sentences = [s for line in lines for s in json.loads(line)["source"]]
    rng, known = random.Random(1), [sentences[0]]
    for number in range(count):
        text = []
        for _ in range(SENTENCES):
            if rng.random() < distinct:
                one, other = rng.choice(sentences).split(), rng.choice(sentences).split()
                fresh = " ".join([*one[: len(one) // 2], *other[len(other) // 2 :]])
                if len(known) < 5_000:
                    known.append(fresh)
                text.append(fresh)
            else:
                text.append(rng.choice(known))
        body = "".join(f"<p>{' '.join(text[at : at + 4])}</p>" for at in range(0, len(text), 4))
        yield Article(
            url=f"https://example.org/{number}",
            title=text[0],
            summary="",
            html=body,
            text="",
            language="en",
        )


def resident(peak: bool = False) -> float:
    """This process's memory in MB."""
    status = Path("/proc/self/status").read_text("ascii")
    found = re.search(rf"{'VmHWM' if peak else 'VmRSS'}:\s+(\d+)", status)
    return int(found[1]) / 1024 if found else 0.0


def backlog(data: Path, folder: Path, count: int, distinct: float) -> None:
    """Translate so many articles into an empty memory, then again."""
    options = TranslateOptions(packages_dir=folder / "packages")
    store = Store(sqlite_url(folder / f"state-{count}"))
    translator = Translator(options, store.memory)
    translator.texts(["Good morning."], "en", "pt")
    words, early = 0, 0.0

    def progress(more: int) -> None:
        nonlocal words
        words += more

    clock, cpu = time.perf_counter(), time.process_time()
    stream = articles(data, count, distinct)
    fresh = 0
    for number, (_, done) in enumerate(translator.translate(stream, "pt", progress)):
        fresh += done.fresh if isinstance(done, Translation) else 0
        if number == count // 10:
            early = resident()
    clock, cpu = time.perf_counter() - clock, time.process_time() - cpu
    again = time.perf_counter()
    second = sum(
        done.fresh
        for _, done in translator.translate(articles(data, count, distinct), "pt")
        if isinstance(done, Translation)
    )
    again = time.perf_counter() - again
    print(
        f"| {count:,} | {fresh:,} | {words / clock:,.0f} | {words / cpu:,.0f} | {early:.0f} MB "
        f"| {resident(True):.0f} MB | {second} | {again:.1f} s |",
        flush=True,
    )


def look_up(folder: Path) -> None:
    """The time of looking known segments up in the database's memory."""
    options = TranslateOptions(packages_dir=folder / "packages")
    key = memory_key(Models.of(options).route("en", "pt")[0], options)
    memory = Store(sqlite_url(folder / "looked-up")).memory
    pairs = {f"Sentence number {n} of a day's news.": f"Frase {n}." for n in range(LOOKED_UP)}
    memory.put(key, pairs)
    begun = time.perf_counter()
    found = memory.get(key, pairs)
    taken = time.perf_counter() - begun
    assert found == pairs
    print(f"\n{len(found):,} known segments looked up in {taken:.2f} s")


def main() -> None:
    """Measure and print Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--articles", default="100,1000,10000", help="numbers of articles")
    parser.add_argument("--distinct", type=float, default=1.0, help="share of new sentences")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        backlog(args.data, args.folder, args.one, args.distinct)
        return
    with tempfile.TemporaryDirectory(prefix="babelwire-bench-") as name:
        Models.of(TranslateOptions(packages_dir=Path(name) / "packages"))
        print(
            "| articles | segments translated | words/s | words per CPU second "
            "| memory after a tenth | peak | second pass | in |\n|---|---|---|---|---|---|---|---|",
            flush=True,
        )
        for count in map(int, args.articles.split(",")):
            command = [sys.executable, __file__, str(args.data), "--one", str(count)]
            command += ["--folder", name, "--distinct", str(args.distinct)]
            subprocess.run(command, check=True)
        look_up(Path(name))


if __name__ == "__main__":
    main()
