"""Language codes of the settings: which are valid, and which one was meant by one that is not.

Takes a code, or what was written instead: a code of three letters, a withdrawn one, the code of a
country, the name of a language. Everything is read from the data of Unicode (CLDR). Never raises.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global

# Codes that Argos packages use but the Unicode locale data does not have.
_ARGOS_CODES = {"pb": "Portuguese (Brazil)", "zt": "Chinese (traditional)"}

# Percents of a country's people who speak a language that is rarely meant.
_FEW = 1.0


def is_language(code: str) -> bool:
    """Whether a lower-case code is a language's, and the shortest one of that language."""
    if code in _ARGOS_CODES:
        return True
    if re.fullmatch(r"[a-z]{2,3}", code) is None or len(_current(code)) == 2:
        return False
    try:
        return bool(Locale.parse(code))
    except (UnknownLocaleError, ValueError):
        return False


def name_of(code: str) -> str:
    """The English name of a language; the code itself if it has none."""
    return _ARGOS_CODES.get(code) or Locale("en").languages.get(code, code)


def meant(text: str) -> list[str]:
    """The codes of the languages that were probably meant, the most probable first."""
    word = text.strip().lower()
    found = [_current(word), *_by_name(word)]
    parts = re.split(r"[-_]", word)
    if len(parts) > 1:
        found += [parts[0], _current(parts[0])]
    found.append(_of_country(word))
    return [one for one in dict.fromkeys(found) if one and one != word and is_language(one)]


def doubt(code: str) -> str:
    """The language that was probably meant by a valid code that is also a country's; "": none.

    "se" is Northern Sami and Sweden, "br" Breton and Brazil. Only languages that few people speak
    in any country are doubted.
    """
    country = _of_country(code)
    if not country or country == code or not is_language(code):
        return ""
    countries = get_global("territory_languages").values()
    shares = [spoken[code]["population_percent"] for spoken in countries if code in spoken]
    return country if shares and max(shares) < _FEW else ""


def question(*codes: str) -> str:
    """What to ask where no model has been found for valid codes: see `doubt`; "" for nothing."""
    found = [(code, doubt(code)) for code in codes]
    asked = [
        f'"{code}" is {name_of(code)}: did you mean "{other}" ({name_of(other)})?'
        for code, other in found
        if other
    ]
    return " ".join(asked)


def hint(text: str) -> str:
    """The languages that were probably meant, as a question; "" where there is none."""
    codes = [f'"{code}" ({name_of(code)})' for code in meant(text)]
    return f"did you mean {' or '.join(codes[:3])}?" if codes else ""


def _current(code: str) -> str:
    """The code that has replaced another ("eng" → "en", "iw" → "he"); "": none has."""
    return str(get_global("language_aliases").get(code, "")).partition("_")[0]


def _of_country(code: str) -> str:
    """The language that most people of a country speak of those that are official there."""
    spoken = get_global("territory_languages").get(code.upper(), {})
    official = {
        name.partition("_")[0]: facts["population_percent"]
        for name, facts in spoken.items()
        if facts["official_status"] in ("official", "de_facto_official")
    }
    return max(official, key=lambda name: official[name], default="")


def _by_name(word: str) -> Iterator[str]:
    """Languages with this name, in English or in the language itself."""
    if len(word) < 3 and word.isascii():
        return
    code = _names().get(_plain(word))
    if code:
        yield code


@cache
def _names() -> dict[str, str]:
    """{name without accents: code}. Asked for only to explain a wrong code: it takes a second."""
    found: dict[str, str] = {}
    for code, name in Locale("en").languages.items():
        if len(code) > 2:
            continue
        found.setdefault(_plain(name), code)
        try:
            own = Locale.parse(code).languages.get(code)
        except (UnknownLocaleError, ValueError):
            continue
        if own:
            found.setdefault(_plain(own), code)
    return found


def _plain(word: str) -> str:
    parts = unicodedata.normalize("NFKD", word.casefold())
    return "".join(one for one in parts if not unicodedata.combining(one))
