"""The names of months and days of the week in a language, and patterns of such names.

Pure functions; never raises. Source: the CLDR, through Babel (Unicode Technical Standard 35,
part 4).
"""

import copy
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from babel import localedata

from pipeline.translate.figures.conventions import locale_of

# Where words stand apart and have no articles or prepositions in front: other scripts have.
_APART = re.compile("[a-z\u00df-\u024f\u0370-\u052f]+")


@lru_cache(maxsize=64)
def calendar_names(language: str, what: str, width: str) -> tuple[tuple[int, str], ...]:
    """Return (number, name) of the "months" or "days" (0: Monday), without full stops.

    They are read from a copy of the CLDR's data: reading stand-alone names through Babel 2.18 puts
    them into the data of other languages.
    """
    locale = locale_of(language)
    if locale is None:
        return ()
    own: Any = copy.deepcopy(localedata.load(str(locale)))
    names = localedata.LocaleDataDict(own)[what]
    return tuple(
        (number, name.rstrip("."))
        for context in ("format", "stand-alone")
        for number, name in names[context][width].items()
    )


def is_apart(name: str) -> bool:
    """Return whether a name is of a script whose words stand apart, without prefixes."""
    return _APART.fullmatch(name.casefold()) is not None


def any_of(names: Iterable[str]) -> str:
    """Return the alternatives of a pattern that matches any of the names, the longest first."""
    return "|".join(sorted(map(re.escape, names), key=len, reverse=True))
