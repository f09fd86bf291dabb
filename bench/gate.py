#!/usr/bin/env python3
"""What becomes of broken translations: failures forced on the quality gate, one after the other.

Without data the model is one that breaks the first hypothesis, or all of them, in a known way. Out
comes a table of what the checks found, what was tried, and what would be published.

With news documents (JSON lines: `source` and `reference`) come two more: how many translations by
people the checks take for faulty, and of how many, each broken in one way, they see it.

    PYTHONPATH=. python bench/gate.py [../shared/bench/translation/news.en-pt.jsonl]
"""

import json
import random
import re
import sys
from pathlib import Path

from pipeline.translate.engine.batching import carried_out
from pipeline.translate.engine.faults import faults
from pipeline.translate.engine.gate import Hypothesis, Output, Way, checked
from pipeline.translate.engine.questions import Decoding, Work

SOURCE = "The council paid 1,250 euros for the bridge in 1998, as https://a.example/x says."
GOOD = "O conselho pagou 1.250 euros pela ponte em 1998, como diz https://a.example/x."
BROKEN = {
    "empty": "",
    "only punctuation": "…",
    "a loop": "a ponte da cidade " * 12,
    "a stutter": GOOD.replace("ponte", "ponte ponte"),
    "far too long": GOOD + " Mais uma coisa dita" * 15,
    "cut": "O conselho",
    "left in English": SOURCE,
    "another script": "Совет заплатил 1250 евро за мост в 1998 году, https://a.example/x.",
    "a number lost": GOOD.replace("1998", "noventa"),
    "a number invented": GOOD.replace("1998", "1998 e 2044"),
    "an address lost": GOOD.replace("https://a.example/x", "o sítio"),
    "none": GOOD,
}


def outcome(first: str, later: str) -> str:
    """A row's last cells, where attempts after the first give `later`."""

    def attempt(_: str, way: Way) -> Work[Output | None]:
        yield from ()  # nothing is asked of a model
        return Output(first if way == "plain" else later, "")

    def work(text: str) -> Work[Hypothesis]:
        return checked(text, attempt, ("en", "pt"))

    asked = {"limit": 1, "shares": 1, "workers": 1}
    (one,) = carried_out({SOURCE: 1}, work, lambda *_: (), Decoding(1), **asked)
    if one.verdict is None:
        return "– | – | published"
    if one.verdict.kept:
        end = "source published, marked"
    else:
        end = "published, in doubt" if one.verdict.left else "second attempt published"
    return f"{', '.join(one.verdict.first)} | {', '.join(one.verdict.tries)} | {end}"


def number_changed(_: str, target: str, dice: random.Random) -> str:
    """One digit of a number of two digits and more is another."""
    places = [m.start() + 1 for m in re.finditer(r"\d{2,}", target)]
    if not places:
        return target
    at = dice.choice(places)
    return f"{target[:at]}{(int(target[at]) + 4) % 10}{target[at + 1 :]}"


def number_lost(_: str, target: str, dice: random.Random) -> str:
    """A number of two digits and more is gone."""
    found = list(re.finditer(r"\d[\d.,]*\d", target))
    return target.replace(dice.choice(found)[0], "", 1) if found else target


def word_twice(_: str, target: str, dice: random.Random) -> str:
    """A word of five letters and more stands twice."""
    found = list(re.finditer(r"\b[^\W\d_]{5,}\b", target))
    if not found:
        return target
    at = dice.choice(found)
    return f"{target[: at.end()]} {at[0]}{target[at.end() :]}"


def looped(_: str, target: str, __: random.Random) -> str:
    """The first four words come again and again, up to four times the length."""
    words = target.split()
    return " ".join(words[:4] * (1 + len(words))) if len(words) > 4 else target


def cut(source: str, target: str, __: random.Random) -> str:
    """Three quarters of a sentence of 80 letters and more are missing."""
    return target[: len(target) // 4] if len(source) > 80 else target


def left(source: str, target: str, __: random.Random) -> str:
    """It is not translated."""
    return source if len(source.split()) > 6 else target


def measure(path: Path) -> None:
    """Print how often the checks are wrong, and how often they are right."""
    documents = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    pairs = [
        (source.strip(), reference.strip())
        for one in documents
        for source, reference in zip(one["source"], one["reference"], strict=True)
    ]
    wrong = [found for source, target in pairs if (found := faults(source, target, ("en", "pt")))]
    print(f"\n{len(pairs)} translations by people: {len(wrong)} taken for faulty", end=" ")
    print({name: sum(name in one for one in wrong) for name in sorted({*sum(wrong, ())})})
    print("\n| broken by | sentences | seen |\n|---|---|---|")
    for breaking in (number_changed, number_lost, word_twice, looped, cut, left):
        dice = random.Random(7)
        broken = [(source, target, breaking(source, target, dice)) for source, target in pairs]
        broken = [one for one in broken if one[1] != one[2] and not faults(*one[:2], ("en", "pt"))]
        seen = sum(bool(faults(source, text, ("en", "pt"))) for source, _, text in broken)
        name = breaking.__name__.replace("_", " ")
        print(f"| {name} | {len(broken)} | {seen / len(broken):.3f} |")


def main() -> None:
    """Print Markdown."""
    print("| forced | later attempts | found | tried | what became of it |\n|---|---|---|---|---|")
    for name, text in BROKEN.items():
        print(f"| {name} | the same | {outcome(text, text)} |")
        print(f"| {name} | good | {outcome(text, GOOD)} |")
    if sys.argv[1:]:
        measure(Path(sys.argv[1]))


if __name__ == "__main__":
    main()
