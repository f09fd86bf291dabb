"""The sentences of bench/data/sentences.toml, with names of towns, people and numbers filled in.

In: a seed. Out: pairs of an English sentence and its Portuguese translation, and as many English
sentences as are wanted, none of which is there twice. The same for the same seed.
"""

import random
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"


def pairs(seed: int = 1) -> list[tuple[str, str]]:
    """Each sentence once, in English and in Portuguese."""
    rng = random.Random(seed)
    found = []
    for one in _templates():
        values = _values(rng)
        found.append((one["en"].format(**values), one["pt"].format(**values)))
    return found


def news(seed: int = 1) -> Iterator[str]:
    """English sentences without end. Those that have no name and no number come once."""
    rng = random.Random(seed)
    known: set[str] = set()
    templates = [one["en"] for one in _templates()]
    while True:
        for template in rng.sample(templates, len(templates)):
            sentence = template.format(**_values(rng))
            if sentence not in known:
                known.add(sentence)
                yield sentence


def _templates() -> list[dict[str, str]]:
    return _data()["sentence"]


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads((DATA / "sentences.toml").read_text("utf-8"))


def _values(rng: random.Random) -> dict[str, str]:
    towns, first, last = (_data()[name].split() for name in ("towns", "first_names", "last_names"))
    town, other = rng.sample(towns, 2)
    person = f"{rng.choice(first)} {rng.choice(last)}"
    return {"town": town, "other": other, "person": person, "number": str(rng.randrange(2, 100))}
