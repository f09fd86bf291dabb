#!/usr/bin/env python3
"""What asking a model for its attention costs, as a share of time.

In go news documents (JSON lines: `source`), out comes the processor time of translating their
sentences with attention over that without, round by round, taking turns. What else the machine does
is not counted.

    PYTHONPATH=. python bench/attention.py ../shared/bench/translation/news.en-pt.jsonl
"""

import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

from pipeline.options import TranslateOptions
from pipeline.translate import Models
from pipeline.translate.engine.engine import Engine
from pipeline.translate.text.segments import normalise

ROUNDS = 3


def main() -> None:
    """Measure and print."""
    documents = [json.loads(line) for line in Path(sys.argv[1]).read_text("utf-8").splitlines()]
    texts = list(dict.fromkeys(normalise(one) for d in documents for one in d["source"]))
    with tempfile.TemporaryDirectory(prefix="babelwire-bench-") as folder:
        models = Models(Path(folder))
        models.ensure_embedded()
        loaded = Engine(TranslateOptions(packages_dir=Path(folder))).load(models.installed()[0])
        shares = []
        for number in range(ROUNDS + 1):
            seconds = {}
            # Who begins changes, so that a machine that slows down is nobody's fault.
            for asked in (True, False) if number % 2 else (False, True):
                begun = time.process_time()
                list(loaded.translate(texts, texts if asked else ()))
                seconds[asked] = time.process_time() - begun
            if number:  # the first round warms up
                shares.append(seconds[True] / seconds[False] - 1)
                print(f"round {number}: {shares[-1]:+.1%} of time")
    print(
        f"median over {ROUNDS} rounds of {len(texts)} sentences: {statistics.median(shares):+.1%}"
    )


if __name__ == "__main__":
    main()
