"""Find note marks: elements such as "<sup>1</sup>" that hang on the end of a word.

`note_marks` takes a run of text and inline tags, and returns which of its elements are note marks.
They are taken out of the text, because a model takes the mark for a part of the word, and put
behind the translation of the word. Pure; never raises.
"""

import re
from collections.abc import Sequence

Piece = tuple[str, str, str]
"""(kind, element, raw tag or text) of a run; see `runs`."""

_REACH = 12  # pieces of a run that a mark has at most, and that are searched beside it
_SYMBOL = re.compile(r"[*∗⁎†‡§¶#®™©℠¹²³⁰⁴-⁹]{1,4}|[\[(]\w{1,3}[\])]")
_NUMBER = re.compile(r"\d{1,3}(?:\s?[,;–-]\s?\d{1,3})*")
_RAISED = re.compile(r"[+\-−–]?\d{1,3}[+\-−–]?|TM|SM|MC|MD|R")  # in <sup> only
_LETTER = re.compile(r"[a-z]")
_WORD = re.compile(r"[^\W\d_]{2,}[.,;:!?…\"'”’»)]*$")
_COMMON = re.compile(r"[^\W\d_]*[^\W\d_A-ZÀ-Þ][a-zß-ÿ]$")


def note_marks(run: Sequence[Piece]) -> dict[int, int]:
    """Return the numbers of the pieces at which note marks begin and end.

    A mark follows a word or its punctuation without a space, and no word follows it without one.
    Elements inside a mark are a part of it. <rt> and <rp>, the readings in <ruby>, count as marks.
    """
    found: dict[int, int] = {}
    for start in range(len(run) - 1, -1, -1):
        kind, element, _ = run[start]
        if kind != "open":
            continue
        end = _end(run, start)
        if end < 0:
            continue
        if element in ("rt", "rp") or _is_mark(run, start, end, found):
            found[start] = end
    return found


def _end(run: Sequence[Piece], start: int) -> int:
    """Return the number of the end tag of an element, -1 for a long or badly nested one."""
    stack: list[str] = []
    for number in range(start, min(len(run), start + _REACH)):
        kind, element, _ = run[number]
        if kind == "open":
            stack.append(element)
        elif kind == "close":
            if stack.pop() != element:
                return -1
            if not stack:
                return number
        elif kind != "text":
            return -1
    return -1


def _is_mark(run: Sequence[Piece], start: int, end: int, found: dict[int, int]) -> bool:
    inside = "".join(raw for kind, _, raw in run[start:end] if kind == "text").strip()
    elements = {element for kind, element, _ in run[start:end] if kind == "open"}
    before = _before(run, start)
    if not inside or not before or before[-1].isspace() or _joins(_after(run, end, found)):
        return False
    if "sub" in elements:
        return False
    if _SYMBOL.fullmatch(inside):
        return True
    if "sup" not in elements:
        return "a" in elements and bool(_NUMBER.fullmatch(inside) and _WORD.search(before))
    if _LETTER.fullmatch(inside):
        # "1<sup>a</sup>", "XIX<sup>e</sup>" and "n<sup>o</sup>" are words.
        return bool(_COMMON.search(before) or before[-1] in '.,;:!?”"')
    return bool(_NUMBER.fullmatch(inside) or _RAISED.fullmatch(inside))


def _before(run: Sequence[Piece], start: int) -> str:
    """Return the end of the text before an element, "" at a line break or an image."""
    for number in range(start - 1, max(-1, start - _REACH), -1):
        kind, _, raw = run[number]
        if kind == "text":
            return raw
        if kind not in ("open", "close"):
            return ""
    return ""


def _after(run: Sequence[Piece], end: int, found: dict[int, int]) -> str:
    """Return the text behind an element, without other note marks."""
    number = end + 1
    for _ in range(_REACH):
        if number >= len(run):
            break
        kind, _, raw = run[number]
        if kind == "text":
            return raw
        if kind not in ("open", "close"):
            return ""
        number = found.get(number, number) + 1
    return ""


def _joins(after: str) -> bool:
    return after[:1].isalnum()
