"""What is the same in every language: addresses, handles, hashtags, emoji.

The functions take a text and find, remove or blank them. Pure functions; never raises.
"""

import re
from typing import Final

from pipeline.translate.text.spans import STAND_INS

_ADDRESS = r"(?:https?://|www\.)[^\s<>\"”»]*[\w/=&#]|(?<![\w.+@-])@?[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
ADDRESS: Final = re.compile(_ADDRESS)
"""Web and mail addresses, and accounts of federated networks (@user@host)."""
_HANDLE = r"(?<![\w&])[@#]\w+(?:\.\w+)*"
EMOJI: Final = (
    "(?:[\u2190-\u21ff\u2300-\u23ff\u2460-\u27bf\u2900-\u2bff\U0001f000-\U0001faff]"
    "[\ufe0e\ufe0f\u200d\u20e3\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]*+)++"
)
"""The pattern of one or more emoji."""
_STAND_IN = f"[{chr(STAND_INS[0])}-{chr(STAND_INS[-1])}]"
KEPT: Final = re.compile(f"{_ADDRESS}|{_HANDLE}|{EMOJI}|{_STAND_IN}")
"""Addresses, handles, hashtags and emoji; also what stands for an element in another language."""


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


def may_have_kept(text: str) -> bool:
    """Return False for texts that cannot match KEPT: faster than the pattern."""
    return not text.isascii() or "#" in text or _may_have_address(text)


def _may_have_address(text: str) -> bool:
    return "@" in text or "://" in text or "www." in text
