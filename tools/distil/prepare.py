"""Vary a corpus the way a news translator meets text: headlines, quotations, dashes, stand-ins.

    python -m tools.distil.prepare CORPUS OUT [--share 0.12] [--seed 1] [--rare WORDS...]

CORPUS has a sentence a line. OUT gets `--share` of them once more, each varied in one way, to be
translated by the teacher beside the corpus itself. The ways are language-neutral.

With `--rare`, the one way is to put rare words in the place of others: those of the corpus, and
those of files with a word a line (a Hunspell dictionary is one). Most words that exist nowhere come
from rare ones, and no corpus has enough of those (Fadaee et al. 2017, "Data Augmentation for
Low-Resource Neural Machine Translation").
"""

import argparse
import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

NAME = re.compile(r"(?<=[a-zà-ÿ,] )[A-ZÀ-Ý][a-zà-ÿ]+(?: [A-ZÀ-Ý][a-zà-ÿ]+)*")
NUMBER = re.compile(r"(?<![\w.,])\d[\d.,]*\d(?![\w%])")
WORD = re.compile(r"(?<![\w'’-])[a-zà-ÿ]{5,}(?![\w'’-])")
ENDING = 2  # letters; words with the same ones are often of the same kind
RARE = 4  # a word is rare that the corpus has so often at most
SMALL = 40  # so many of the commonest words stay small in a title


def title(text: str, small: frozenset[str]) -> str | None:
    """Capitalise a short sentence without its full stop as headlines are, but for `small` words."""
    words = text.rstrip(".").split()
    if not 3 <= len(words) <= 14 or not text.endswith("."):
        return None
    return " ".join(
        word if number and word in small else word[:1].upper() + word[1:]
        for number, word in enumerate(words)
    )


def headline(text: str, _chance: random.Random) -> str | None:
    """Leave the full stop of a short sentence away."""
    return text[:-1] if text.endswith(".") and len(text.split()) <= 14 else None


def name(text: str, chance: random.Random) -> str | None:
    """Put one or two placeholders ("N1") where names are."""
    places = list(NAME.finditer(text))
    if not places:
        return None
    chosen = sorted(chance.sample(places, min(len(places), chance.randint(1, 2))), key=_start)
    for number, place in reversed(list(enumerate(chosen, 1))):
        text = f"{text[: place.start()]}N{number}{text[place.end() :]}"
    return text


def number(text: str, chance: random.Random) -> str | None:
    """Write numbers as the two-digit ones that stand in for figures."""
    if not NUMBER.search(text):
        return None
    return NUMBER.sub(lambda _: str(chance.randrange(21, 99)), text)


def dash(text: str, chance: random.Random) -> str | None:
    """Set what stands between two commas between dashes."""
    parts = text.split(", ")
    if len(parts) != 3:
        return None
    mark = chance.choice([" - ", " — ", " – "])
    return mark.join(parts)


def quotation(text: str, chance: random.Random) -> str | None:
    """Quote some words of the sentence, or all of it, with straight or curly marks."""
    left, right = chance.choice([('"', '"'), ("“", "”"), ("'", "'"), ("‘", "’")])
    words = text.split()
    if len(words) < 5 or any(mark in text for mark in "\"“”'‘’"):
        return None
    if chance.random() < 0.3:
        return f"{left}{text}{right}"
    start = chance.randrange(1, len(words) - 2)
    end = chance.randrange(start, min(len(words) - 1, start + 4))
    words[start] = left + words[start]
    words[end] += right
    return " ".join(words)


def pair(text: str, _chance: random.Random) -> str | None:
    """Say a short sentence twice, as captions and refrains do."""
    return f"{text} {text}" if len(text.split()) < 8 else None


def rare(text: str, words: Mapping[str, Sequence[str]], chance: random.Random) -> str | None:
    """Replace one to three words by rare ones with the same ending, which `words` are listed by."""
    places = [one for one in WORD.finditer(text) if words.get(one[0][-ENDING:])]
    if not places:
        return None
    chosen = sorted(chance.sample(places, min(len(places), chance.randint(1, 3))), key=_start)
    for place in reversed(chosen):
        other = chance.choice(words[place[0][-ENDING:]])
        text = f"{text[: place.start()]}{other}{text[place.end() :]}"
    return text


def rare_words(sentences: Iterable[str], lists: Iterable[Path]) -> dict[str, list[str]]:
    """Return by their ending the words that `sentences` have seldom, of them and of word lists.

    What follows a slash in a line of a list is left out: Hunspell's marks.
    """
    counts = Counter(word for text in sentences for word in WORD.findall(text))
    more = {
        word
        for one in lists
        for line in one.read_text(encoding="utf-8", errors="replace").split("\n")
        if WORD.fullmatch(word := line.partition("/")[0].strip())
    }
    found: dict[str, list[str]] = {}
    for word in sorted(counts.keys() | more):
        if counts[word] <= RARE:
            found.setdefault(word[-ENDING:], []).append(word)
    return found


Way = Callable[[str, random.Random], str | None]

WAYS: tuple[Way, ...] = (
    headline,
    name,
    name,
    number,
    dash,
    quotation,
    pair,
)


def _start(place: re.Match[str]) -> int:
    return place.start()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--share", type=float, default=0.12)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rare", type=Path, nargs="*", help="rare words only, of these files too")
    given = parser.parse_args()
    chance = random.Random(given.seed)
    sentences = given.corpus.read_text(encoding="utf-8").rstrip("\n").split("\n")
    ways = WAYS
    if given.rare is None:
        counts = Counter(word for text in sentences for word in text.split() if word.islower())
        small = frozenset(word for word, _ in counts.most_common(SMALL))
        ways = (lambda text, _: title(text, small), *WAYS)
    else:
        words = rare_words(sentences, given.rare)
        ways = (lambda text, chance: rare(text, words, chance),)
    wanted = int(given.share * len(sentences))
    varied: list[str] = []
    for text in chance.sample(sentences, len(sentences)):
        if len(varied) == wanted:
            break
        found = chance.choice(ways)(text, chance)
        if found:
            varied.append(found)
    given.out.write_text("\n".join(varied) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
