"""Mend text that was encoded twice: UTF-8 that was read as another charset and encoded again.

In: text. Out: the text with "Ã©" as "é" and "РЎ" as "С" again, or the same text. Never raises.

Mended only where it is certain: the signs beyond ASCII of whole paragraphs, read back as the bytes
of one charset, are valid UTF-8, and give letters of one language. Text that was encoded once
practically never is; text that only quotes such signs has others beside them.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from itertools import islice

from pipeline.charsets.letters import fitness

_CODECS = ("cp1252", "cp1251", "cp1250")
_TIMES = 2  # how often a text was encoded too often
_LEAST = 3  # signs in paragraphs from which it is certain
_PARAGRAPH = 40  # characters
_MOST_OTHER = 0.2  # share of runs in a piece of text that are no UTF-8: a sign was lost
_FIT = 0.9  # see `letters.fitness`
# Text, and the values of attributes and of JSON.
_PIECE = re.compile(r'[^<>"\n]+')
_RUN = re.compile(r"[^\x00-\x7f]+")
_CONTROLS = "".join(map(chr, range(0x80, 0xA0)))


@dataclass(frozen=True, slots=True)
class _Table:
    """One charset: its bytes beyond ASCII by character, and how UTF-8 looks that is read in it."""

    bytes: dict[str, int]
    sign: re.Pattern[str]

    def read_back(self, run: str) -> str | None:
        """Return a run of characters as what its bytes are in UTF-8, None where they are not."""
        try:
            return bytes(self.bytes[char] for char in run).decode("utf-8")
        except (KeyError, UnicodeDecodeError):
            return None


def mended(text: str) -> str:
    """Return a text that was encoded several times as it was at first."""
    return text if text.isascii() else _mended(text, _TIMES) or text


def _mended(text: str, times: int) -> str:
    """Return the text without up to so many encodings, "" where that is not certain."""
    for name in _CODECS:
        found, changed = _once(text, _table(name))
        if changed and (further := _mended(found, times - 1) if times > 1 else ""):
            return further
        if changed and _is_language(changed):
            return found
    return ""


def _once(text: str, table: _Table) -> tuple[str, str]:
    """Return the text read back from a charset, and what has changed; "" where nothing has."""
    if sum(1 for _ in islice(table.sign.finditer(text), _LEAST)) < _LEAST:
        return text, ""
    wrong: list[tuple[int, int]] = []
    changed: list[str] = []
    certain = paragraphs = others = 0
    for piece in _PIECE.finditer(text):
        runs = _RUN.findall(piece.group())
        if not runs:
            continue
        back = [one for run in runs if (one := table.read_back(run)) is not None]
        is_paragraph = len(piece.group()) >= _PARAGRAPH
        if len(runs) - len(back) > _MOST_OTHER * len(runs):
            others += is_paragraph
            continue
        wrong.append(piece.span())
        changed += back
        if is_paragraph:
            paragraphs += 1
            certain += sum(map(len, back))
    if certain < _LEAST or others > paragraphs:
        return text, ""
    parts: list[str] = []
    position = 0
    for start, end in wrong:
        parts.append(text[position:start])
        parts.append(_RUN.sub(lambda run: _or_same(table, run.group()), text[start:end]))
        position = end
    return "".join([*parts, text[position:]]), " ".join(changed)


def _or_same(table: _Table, run: str) -> str:
    back = table.read_back(run)
    return run if back is None else back


def _is_language(text: str) -> bool:
    strange = any(unicodedata.category(char) in ("Cc", "Co", "Cn") for char in set(text))
    return not strange and fitness(text) >= _FIT


@cache
def _table(name: str) -> _Table:
    """Return the table of a charset; bytes that it does not have are control characters."""
    known = {char: ord(char) for char in _CONTROLS}
    for byte in range(0x80, 0x100):
        known[bytes([byte]).decode(name, "ignore") or chr(byte)] = byte
    leads = re.escape("".join(char for char, byte in known.items() if 0xC2 <= byte <= 0xF4))
    rest = re.escape("".join(char for char, byte in known.items() if byte < 0xC0))
    return _Table(known, re.compile(f"[{leads}][{rest}]"))
