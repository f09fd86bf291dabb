"""Read and change the languages that elements declare: `lang`, `xml:lang` and `dir`.

`is_foreign` and `is_source` take the attributes of an element, `in_target` takes a raw tag whose
content is translated and returns it with the target's language and direction. Languages are
compared by their primary subtag (RFC 5646 §2.2.1). Pure functions; never raises.
"""

import re
from collections.abc import Sequence

from pipeline.translate.text.tags import primary

Attributes = Sequence[tuple[str, str | None]]

_LANG = re.compile(r"""(?<=\s)(lang|xml:lang)\s*=\s*("[^"]*"|'[^']*'|[^\s>"']+)""", re.I)
_DIR = re.compile(r"""(?<=\s)(dir)\s*=\s*("[^"]*"|'[^']*'|[^\s>"']+)""", re.I)
_ELEMENT = re.compile(r"<(\w+)")
# Codes for one language: Argos's, withdrawn ones, and the macrolanguage of a written form.
_SAME = {"pb": "pt", "zt": "zh", "nb": "no", "nn": "no", "iw": "he", "in": "id", "ji": "yi"}
_SAME |= {"tl": "fil", "yue": "zh", "cmn": "zh"}
_UNKNOWN = frozenset({"", "und", "mul", "mis", "x"})  # they declare no language
_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "yi", "ps", "sd", "ug", "ckb", "dv"})


def is_foreign(attributes: Attributes, source: str) -> bool:
    """Return whether an element is declared to be in another language than `source`."""
    language = _declared(attributes)
    return bool(source) and language not in _UNKNOWN and language != _primary(source)


def is_source(attributes: Attributes, source: str) -> bool:
    """Return whether an element is declared to be in the language `source`."""
    return bool(source) and _declared(attributes) == _primary(source)


def in_target(raw: str, source: str, target: str) -> str:
    """Return the tag of a translated element with the target's `lang` and `dir`.

    The root of a document gets the target's language in any case, another element if it declares
    the source's. A direction stays unless it is the source's and the target's is another.
    """
    if "=" not in raw:
        return raw
    found = _ELEMENT.match(raw)
    element = found[1].lower() if found else ""

    def language(match: re.Match[str]) -> str:
        declared = _primary(match[2].strip("\"'"))
        mine = element == "html" or (bool(source) and declared == _primary(source))
        return f'{match[1]}="{target}"' if mine else match[0]

    def direction(match: re.Match[str]) -> str:
        mine = match[2].strip("\"'").lower() == _direction(source)
        return f'{match[1]}="{_direction(target)}"' if mine else match[0]

    raw = _LANG.sub(language, raw)
    if source and element not in ("bdo", "bdi") and _direction(source) != _direction(target):
        raw = _DIR.sub(direction, raw)
    return raw


def _declared(attributes: Attributes) -> str:
    values = dict(attributes)
    return _primary(values.get("lang") or values.get("xml:lang") or "")


def _primary(language: str) -> str:
    code = primary(language)
    return _SAME.get(code, code)


def _direction(language: str) -> str:
    return "rtl" if _primary(language) in _RIGHT_TO_LEFT else "ltr"
