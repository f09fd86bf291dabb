#!/usr/bin/env python3
"""What becomes of the model's own faults: how many sentences the gate doubts, and what mends them.

In go the texts of English pages (the extraction benchmark's gold.json) or news documents (JSON
lines: `source`), out come two tables: how many sentences had each fault at first and have it still,
and in which ways they were translated again.

    PYTHONPATH=. python bench/doubts.py ../shared/bench/extraction/gold.json
"""

import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from pipeline.options import TranslateOptions
from pipeline.translate import Models
from pipeline.translate.engine.engine import Engine
from pipeline.translate.text.segments import normalise, sentences


def texts(path: Path) -> Iterator[str]:
    """The English texts of a file."""
    if path.suffix == ".jsonl":
        for line in path.read_text("utf-8").splitlines():
            yield " ".join(json.loads(line)["source"])
        return
    for page in json.loads(path.read_text("utf-8"))["pages"].values():
        text = page.get("text") or ""
        # Few pages say their language.
        if all(f" {word} " in text for word in ("the", "and", "of")):
            yield text


def main() -> None:
    """Measure and print Markdown."""
    found = dict.fromkeys(
        normalise(text[one.start : one.end])
        for text in texts(Path(sys.argv[1]))
        for one in sentences(text, "en")
    )
    with tempfile.TemporaryDirectory(prefix="babelwire-bench-") as folder:
        options = TranslateOptions(packages_dir=Path(folder))
        loaded = Engine(options).load(Models.of(options).route("en", "pt")[0])
        verdicts = [one.verdict for one in loaded.translate(list(found)) if one.verdict]
    first = Counter(fault for one in verdicts for fault in one.first)
    left = Counter(fault for one in verdicts for fault in one.left)
    ways = Counter(", ".join(one.tries) for one in verdicts)
    faulty = sum(bool(one.left) for one in verdicts)
    print(f"{len(found)} sentences, {len(verdicts)} doubted at first, {faulty} still\n")
    print("| fault | at first | still |\n|---|---|---|")
    for fault, count in first.most_common():
        print(f"| {fault} | {count} | {left[fault]} |")
    print("\n| translated again | sentences |\n|---|---|")
    for tried, count in ways.most_common():
        print(f"| {tried} | {count} |")


if __name__ == "__main__":
    main()
