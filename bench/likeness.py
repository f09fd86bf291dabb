"""Whether one story is known again in another paper, and two stories are told apart.

    python bench/likeness.py [../shared/bench/extraction/gold.json]

Edits each gold text as papers edit wire stories (a dateline, words changed, the end cut off) and
prints the share that is recognised and the share that a look-up by `keys` would have found; then
how many pairs of different texts were taken for one, and the cost.
"""

import itertools
import json
import random
import sys
import time
from pathlib import Path

from pipeline.ingest import fingerprint, is_same_story

GOLD = Path(__file__).parents[2] / "shared/bench/extraction/gold.json"
# The share of paragraphs kept, and the share of words changed.
EDITS = ((1, 0.0), (1, 0.02), (1, 0.05), (1, 0.1), (0.6, 0.02), (0.4, 0.02), (0.4, 0.05))


def edited(text: str, keep: float, change: float, dice: random.Random) -> str:
    paragraphs = [one for one in text.split("\n") if one.strip()]
    words = " ".join(paragraphs[: max(1, int(len(paragraphs) * keep))]).split(" ")
    changed = [dice.choice(words) if dice.random() < change else word for word in words]
    return f"TOLVADEN (Wire) - {' '.join(changed)}"


def main() -> None:
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else GOLD
    pages = json.loads(path.read_text("utf-8"))["pages"].values()
    texts = [page["text"] for page in pages if len(page.get("text") or "") > 600]
    began = time.perf_counter()
    prints = [fingerprint(text) for text in texts]
    each = (time.perf_counter() - began) / len(texts) * 1e3
    print(f"{len(texts)} texts, {sum(map(len, texts)) // len(texts):,} characters on average,")
    print(f"{each:.1f} ms a fingerprint\n\nkept  changed  recognised  looked up")
    dice = random.Random(5)
    for keep, change in EDITS:
        pairs = [
            (one, fingerprint(edited(text, keep, change, dice)))
            for one, text in zip(prints, texts, strict=True)
        ]
        found = sum(is_same_story(one, other) for one, other in pairs) / len(pairs)
        keys = sum(bool(set(one.keys) & set(other.keys)) for one, other in pairs) / len(pairs)
        print(f"{keep:4.0%}  {change:7.0%}  {found:10.1%}  {keys:9.1%}")
    different = list(itertools.combinations(zip(prints, texts, strict=True), 2))
    began = time.perf_counter()
    same = [(a, b) for (one, a), (other, b) in different if is_same_story(one, other)]
    cost = (time.perf_counter() - began) / len(different) * 1e6
    print(f"\n{len(same)} of {len(different):,} pairs of different texts taken for one", end="")
    print(f" ({cost:.0f} µs a pair)")
    for a, b in same:
        print(f"  {a[:40]!r} {b[:40]!r}")


if __name__ == "__main__":
    main()
