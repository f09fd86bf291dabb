#!/usr/bin/env python3
"""What becomes of broken translations: failures forced on the quality gate, one after the other.

Nothing goes in: the model is one that breaks the first hypothesis, or all of them, in a known way.
Out comes a table of what the checks found, what was tried, and what would be published.

    PYTHONPATH=. python bench/gate.py
"""

from collections.abc import Iterator, Sequence

from pipeline.translate.gate import Way, checked

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

    def attempt(texts: Sequence[str], way: Way) -> Iterator[tuple[str, str, str]]:
        for text in texts:
            yield text, first if way == "plain" else later, ""

    (one,) = checked([SOURCE], attempt, "pt")
    if one.verdict is None:
        return "– | – | published"
    if one.verdict.kept:
        end = "source published, marked"
    else:
        end = "published, in doubt" if one.verdict.left else "second attempt published"
    return f"{', '.join(one.verdict.first)} | {', '.join(one.verdict.tries)} | {end}"


def main() -> None:
    """Print Markdown."""
    print("| forced | later attempts | found | tried | what became of it |\n|---|---|---|---|---|")
    for name, text in BROKEN.items():
        print(f"| {name} | the same | {outcome(text, text)} |")
        print(f"| {name} | good | {outcome(text, GOOD)} |")


if __name__ == "__main__":
    main()
