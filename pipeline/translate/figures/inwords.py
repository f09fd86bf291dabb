"""Find numbers that a text says in words: "twelve", "vinte e um".

`says` takes a text, its language and a number. The words are those of num2words; for a language
that it does not have, the answer is that it is not known. Pure functions; never raises.
"""

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache
from typing import Final

from pipeline.translate.text.tags import primary

_NAMES: Final = {"nb": "no", "nn": "no", "pb": "pt_BR", "kk": "kz"}
_LEAST_STEM: Final = 4  # letters
_ENDING: Final = 2  # letters that inflection changes
_LARGEST: Final = 10**15
_HUNDRED: Final = 100
_NO_LETTER = re.compile(r"[^\w\s]|_")


def says(text: str, language: str, amount: Decimal) -> bool | None:
    """Return whether a text in `language` says a whole number in words; None if not known."""
    if amount % 1 or abs(amount) > _LARGEST:
        return False
    words = _words(primary(language), abs(int(amount)))
    if not words:
        return None
    plain = f" {_plain(text)}"
    if any(f" {stem}" in plain for stem in words):
        return True
    # "hundred", "hundert" without the "one" of num2words.
    power_of_ten = abs(amount) >= _HUNDRED and not str(int(abs(amount))).strip("0").strip("1")
    return power_of_ten and any(
        len(word) >= _LEAST_STEM and words[0].rstrip().endswith(word[:-_ENDING] or word)
        for word in plain.split()
    )


@lru_cache(maxsize=1024)
def _words(language: str, number: int) -> tuple[str, ...]:
    """Return a number in words, without the letters that inflection changes."""
    from num2words import num2words

    found = []
    for kind in ("cardinal", "ordinal"):
        try:
            said = _plain(num2words(number, lang=_NAMES.get(language, language), to=kind))
        except (NotImplementedError, KeyError, ValueError, OverflowError, IndexError, TypeError):
            continue
        *before, last = said.split() or [""]
        cut = _ENDING if len(last) >= _LEAST_STEM + _ENDING else int(len(last) >= _LEAST_STEM)
        found.append(" ".join([*before, last[: len(last) - cut] if cut else f"{last} "]))
    return tuple(found)


def _plain(text: str) -> str:
    """Return the words of a text in lower case without accents, hyphens and commas."""
    apart = unicodedata.normalize("NFD", text.casefold())
    letters = "".join(char for char in apart if not unicodedata.combining(char))
    return " ".join(_NO_LETTER.sub(" ", letters).split()) + " "
