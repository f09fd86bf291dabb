"""Find where elements touch: the edge is the end of a segment, though no space is there.

`touching` takes a text with spans and returns the positions at which to divide it. A model would
take the words on both sides for one, and a link would lose its words. Pure; never raises.
"""

import re

from pipeline.translate.text.spans import Span, Text

_LINK = re.compile(r"<a[\s>]", re.IGNORECASE)
_ELEMENT = re.compile(r"<(\w+)")
_HREF = re.compile(r"""\shref\s*=\s*("[^"]*"|'[^']*'|[^\s>"']+)""", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[^\W_A-Z][)\]\"'”’»]?[.!?…][)\]\"'”’»]?$")
_LEAST = 3  # letters of what is taken for a word
_STYLES = frozenset({"span", "font", "small", "big", "sup", "sub"})  # they divide words, too
_LIST = 3  # links in a row with only spaces between are a list of links


def touching(text: Text) -> list[int]:
    """Return the positions, in order, at which the edges of elements divide a sentence.

    They are: between a link and another element with letters on both sides and no space; between
    other elements where a small letter meets a capital ("<i>Herald</i><b>Tribune</b>"), or with
    whole words on both sides; at an element after a full stop without a space; between the links of
    a list.
    """
    starts: dict[int, list[Span]] = {}
    ends: dict[int, list[Span]] = {}
    for span in text.spans:
        if span.start < span.end and text.text[span.start : span.end] != "\n":
            starts.setdefault(span.start, []).append(span)
            ends.setdefault(span.end, []).append(span)
    found = {
        at
        for at in starts.keys() | ends.keys()
        if _divides(text.text, at, ends.get(at, []), starts)
    }
    return sorted(found | _in_lists(text))


def _divides(text: str, at: int, ended: list[Span], starts: dict[int, list[Span]]) -> bool:
    if not 0 < at < len(text) or text[at - 1].isspace() or text[at].isspace():
        return False
    started = starts.get(at, [])
    left, right = text[at - 1], text[at]
    if right.isupper() and _SENTENCE_END.search(text[max(0, at - 4) : at]):
        return True
    if not (ended and started and left.isalnum() and right.isalnum()):
        return False
    hrefs = [_href(span) for span in (*ended, *started) if _LINK.match(span.open.raw)]
    if hrefs:
        # One link in two elements has one address on both sides.
        return not (len(hrefs) > 1 and len(set(hrefs)) == 1)
    if left.islower() and right.isupper():
        return True
    # "<b>W</b><i>ater</i>" and a word in two <span> are one word, "<b>Read</b><i>more</i>" are two.
    names = [_name(span) for span in (*ended, *started)]
    fragment = min(_edge_words(text, at)) < _LEAST
    return not (fragment or len(set(names)) == 1 or _STYLES.intersection(names))


def _in_lists(text: Text) -> set[int]:
    """Return the starts of the links of lists, but the first one of each."""
    found: set[int] = set()
    row: list[Span] = []
    for span in [s for s in text.spans if s.start < s.end and _LINK.match(s.open.raw)]:
        between = text.text[row[-1].end : span.start] if row else "-"
        if between.strip() or row[-1].end > span.start:
            row = []
        row.append(span)
        if len(row) >= _LIST:
            found.update(one.start for one in (row[1:] if len(row) == _LIST else row[-1:]))
    return found


def _edge_words(text: str, at: int) -> tuple[int, int]:
    """Return the numbers of letters that are next to a position, on both sides."""
    before = next(
        (n for n in range(_LEAST) if not text[max(0, at - n - 1) : at - n].isalpha()), _LEAST
    )
    after = next((n for n in range(_LEAST) if not text[at + n : at + n + 1].isalpha()), _LEAST)
    return before, after


def _name(span: Span) -> str:
    found = _ELEMENT.match(span.open.raw)
    return found[1].lower() if found else ""


def _href(span: Span) -> str:
    found = _HREF.search(span.open.raw)
    return found[1].strip("\"'") if found else ""
