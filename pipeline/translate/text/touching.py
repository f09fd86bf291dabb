"""Find where elements touch: the edge is the end of a segment, though no space is there.

`touching` takes a text with spans and returns the positions at which to divide it. A model would
take the words on both sides for one, and a link would lose its words. Pure; never raises.
"""

import re

from pipeline.translate.text.spans import Span, Text

_LINK = re.compile(r"<a[\s>]", re.IGNORECASE)
_HREF = re.compile(r"""\shref\s*=\s*("[^"]*"|'[^']*'|[^\s>"']+)""", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[^\W_A-Z][)\]\"'”’»]?[.!?…][)\]\"'”’»]?$")
_LIST = 3  # links in a row with only spaces between are a list of links


def touching(text: Text) -> list[int]:
    """Return the positions, in order, at which the edges of elements divide a sentence.

    They are: between a link and another element with letters on both sides and no space; between
    other elements where a small letter meets a capital ("<i>Herald</i><b>Tribune</b>"); at an
    element after a full stop without a space; between the links of a list.
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
    return left.islower() and right.isupper()


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


def _href(span: Span) -> str:
    found = _HREF.search(span.open.raw)
    return found[1].strip("\"'") if found else ""
