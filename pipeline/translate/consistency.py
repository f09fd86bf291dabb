"""Write the names of an article the same way in all of its sentences.

`spelt_alike` takes the segments of an article, their translations and the names that the article
declares, and returns the translations to change. A model that copies a name in most sentences and
misspells it in one ("Inverewe", "Invere") knows no other name for it. Pure; never raises.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from pipeline.translate.engine import names

_LEAST = 5  # letters of a name: shorter ones are like too many words
_MENTIONS = 3  # segments that make a word with a capital a name of the article


def spelt_alike(
    translations: Mapping[str, str], declared: Iterable[str], fixed: Collection[str] = ()
) -> dict[str, str]:
    """Return {segment: translation} for those in which a name is misspelt.

    `translations` has the segments of one article. Names are the words with a capital of the
    `declared` texts (authors, title) and those that three segments have. One is put in the place of
    a word with fewer letters, where more translations have the name than such a word; of declared
    ones, as many. The segments `fixed` (corrections by people) do not change.
    """
    said = {segment: _names(segment) for segment in translations}
    times = Counter(name for row in said.values() for name in row)
    known = {name for text in declared for name in _names(text)}
    wanted = {name for name, number in times.items() if number >= _MENTIONS or name in known}
    found = {segment: _names(text) for segment, text in translations.items()}
    changed: dict[str, str] = {}
    for name in sorted(wanted):
        at = [segment for segment, row in said.items() if name in row]
        kept = [segment for segment in at if name in found[segment]]
        twins = {one: twin for one in at if (twin := _twin(name, said[one], found[one]))}
        # One that is declared needs no majority.
        if not kept or len(twins) >= len(kept) + (name in known):
            continue
        for segment, twin in twins.items():
            if segment not in fixed:
                text = changed.get(segment, translations[segment])
                changed[segment] = re.sub(rf"(?<!\w){re.escape(twin)}(?!\w)", name, text)
    return changed


def _names(text: str) -> set[str]:
    found = (text[start:end] for start, end in names.words(text))
    return {word for word in found if len(word) >= _LEAST and word[0].isupper()}


def _twin(name: str, here: Collection[str], there: Collection[str]) -> str:
    """Return the one word of a translation that is a misspelt name; "" without one."""
    if name in there:
        return ""
    alike = [word for word in there if word not in here and _is_misspelt(word, name)]
    return alike[0] if len(alike) == 1 else ""


def _is_misspelt(word: str, name: str) -> bool:
    """Return whether a word is a name with fewer letters, the same ones in the same order.

    Not with other letters: "Micronésia" and "Vitória" are translations. One letter less at the end
    is another ending.
    """
    return names.is_rest(word, name) and 2 * len(word) > len(name) and word != name[:-1]
