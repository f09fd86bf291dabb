"""What is the same in every language: addresses, handles, hashtags, emoji.

The functions take a text and find, remove or blank them. Pure functions; never raises.
"""

import re
from collections.abc import Callable
from typing import Final

from pipeline.translate.text.spans import STAND_INS

_REST = r"[^\s<>\"”»]*[\w/=&#]"  # of a web address
_DENSE = "\u0e00-\u0eff\u3000-\u9fff\uac00-\ud7af"  # scripts without spaces between words
# The usual ends of domains: those of countries, and generic ones.
_ENDS = (
    "[a-z]{2}|com|org|net|edu|gov|mil|int|info|biz|news|blog|app|dev|tech|online|site|shop|store|"
    "xyz|cloud|media|live|social|digital|agency|museum|travel|tv|pro|name"
)
_LETTER = rf"[^\W_{_DENSE}]"
_LABEL = rf"(?:{_LETTER}|-){{2,63}}"  # RFC 1034, section 3.1; one letter is an abbreviation
_DOMAIN = (
    rf"(?:\b|(?<=[{_DENSE}]))(?<![_.@/-])(?<!{_LETTER})(?=[\w-]{{2,63}}\.)(?=[\d-]*[^\W\d_])"
    rf"{_LABEL}(?:\.{_LABEL})*\.(?:{_ENDS})(?![\w.]*@|_|{_LETTER}|\.\w)(?:/(?:{_REST})?)?"
)
_ADDRESS = (
    rf"(?:https?://|www\.){_REST}|{_DOMAIN}|"
    r"(?<![\w.+@-])(?:@[\w.+-]+@[\w-]+(?:\.[\w-]+)*|[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
)
ADDRESS: Final = re.compile(_ADDRESS)
"""Web and mail addresses, domains (bbc.co.uk), and accounts of federated networks (@user@host).

A domain ends in two letters, or in one of the usual generic ends; other words with a point between
them lack a space ("the end.The next").
"""
_POINT = re.compile(r"\.[a-z]{2}")
_HANDLE = r"(?<![\w&])[@#]\w+(?:\.\w+)*"
_PICTURES = "\u2190-\u21ff\u2300-\u23ff\u2460-\u27bf\u2900-\u2bff\U0001f000-\U0001faff"
EMOJI: Final = (
    f"(?:[{_PICTURES}][\ufe0e\ufe0f\u200d\u20e3\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]*+)++"
)
"""The pattern of one or more emoji."""
_STAND_IN = f"{chr(STAND_INS[0])}-{chr(STAND_INS[-1])}"
KEPT: Final = re.compile(f"{_ADDRESS}|{_HANDLE}|{EMOJI}|[{_STAND_IN}]")
"""Addresses, handles, hashtags and emoji; also what stands for an element in another language."""
_SIGN = re.compile(f"[#{_PICTURES}{_STAND_IN}]")


def addresses(text: str) -> list[str]:
    """Return the addresses in a text."""
    return ADDRESS.findall(text) if _may_have_address(text) else []


def without_addresses(text: str) -> str:
    """Return a text with each address replaced by a space."""
    return ADDRESS.sub(" ", text) if _may_have_address(text) else text


def without_kept(text: str) -> str:
    """Return a text with each match of KEPT replaced by a space."""
    return KEPT.sub(" ", text) if may_have_kept(text) else text


def blanked(text: str) -> str:
    """Return a text with each character of a match of KEPT replaced by a space."""
    return KEPT.sub(lambda found: " " * len(found[0]), text) if may_have_kept(text) else text


def outside(text: str, change: Callable[[str], str]) -> str:
    """Return a text with what is between the matches of KEPT changed."""
    if not may_have_kept(text):
        return change(text)
    out, at = [], 0
    for match in KEPT.finditer(text):
        out += [change(text[at : match.start()]), match[0]]
        at = match.end()
    return "".join([*out, change(text[at:])])


def may_have_kept(text: str) -> bool:
    """Return False for texts that cannot match KEPT: faster than the pattern."""
    return _may_have_address(text) or _SIGN.search(text) is not None


def _may_have_address(text: str) -> bool:
    return "@" in text or "://" in text or "www." in text or bool(_POINT.search(text))
