"""Build a text with spans from a run of text and inline tags between two block tags.

`RunBuilder.build` takes the pieces of a run, as `markup` collects them, and returns the text with
collapsed white space, and its spans. Bad nesting is repaired. Never raises.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from html import escape

from pipeline.translate.text.notes import Piece, note_marks
from pipeline.translate.text.spans import STAND_INS, Span, Tag

_SPACE = re.compile(r"[ \t\n\r\f]+")


class RunBuilder:
    """Builds one text with its spans.

    Kinds of pieces: "text", "open", "close", "void", "break"; "verbatim" and "foreign" open an
    element whose content is not translated.
    """

    def __init__(self, make_tag: Callable[[str, bool], Tag]) -> None:
        """`make_tag` returns the Tag of a raw tag, whose content is translated or not."""
        self._make_tag = make_tag
        self._out: list[str] = []
        self._length = 0
        self._spans: list[Span] = []
        self._stack: list[tuple[str, int]] = []
        self._open_names = Counter[str]()
        # The element that is kept as it is: (its span, its inner HTML, what stands for it).
        self._kept: tuple[int, list[str], str] | None = None
        self._stand_ins = iter(STAND_INS)

    def build(self, run: Sequence[Piece]) -> tuple[str, list[Span]]:
        """Return the text with collapsed white space, and its spans with parents first."""
        handlers = {
            "text": self._text,
            "open": self._open,
            "verbatim": self._verbatim,
            "foreign": self._foreign,
            "void": self._void,
            "break": self._break,
            "close": self._close,
        }
        marks = note_marks(run)
        at = 0
        while at < len(run):
            kind, element, raw = run[at]
            if at in marks and not self._kept:
                self._mark(run[at : marks[at] + 1])
                at = marks[at]
            else:
                handlers[kind](element, raw)
            at += 1
        while self._stack:
            self._pop("")
        return "".join(self._out), self._spans

    def _add(self, text: str) -> None:
        self._out.append(text)
        self._length += len(text)

    def _mark(self, run: Sequence[Piece]) -> None:
        """Take a note mark out of the text: it becomes a span without words."""
        number = self._span(run[0][2], translated=False)
        inner = "".join(escape(raw, quote=False) if k == "text" else raw for k, _, raw in run[1:-1])
        self._spans[number] = replace(self._spans[number], close=run[-1][2], inner=inner)

    def _text(self, _element: str, raw: str) -> None:
        if self._kept:
            self._kept[1].append(escape(raw, quote=False))
            if self._kept[2]:
                return
        text = _SPACE.sub(" ", raw)
        if text.startswith(" ") and self._out and self._out[-1][-1:] in (" ", "\n"):
            text = text[1:]
        if text:
            self._add(text)

    def _span(self, raw: str, *, translated: bool = True) -> int:
        parent = self._stack[-1][1] if self._stack else -1
        tag = self._make_tag(raw, translated)
        self._spans.append(Span(self._length, self._length, tag, parent=parent))
        return len(self._spans) - 1

    def _push(self, element: str, number: int) -> None:
        self._stack.append((element, number))
        self._open_names[element] += 1

    def _open(self, element: str, raw: str) -> None:
        self._push(element, self._span(raw))

    def _verbatim(self, element: str, raw: str) -> None:
        self._keep(element, raw, "")

    def _foreign(self, element: str, raw: str) -> None:
        stand_in = next(self._stand_ins, None)
        self._keep(element, raw, chr(stand_in) if stand_in is not None else "")

    def _keep(self, element: str, raw: str, stand_in: str) -> None:
        if self._kept:
            self._kept[1].append(raw)
            self._push(element, -2)
            return
        number = self._span(raw, translated=False)
        if stand_in:  # its attributes are in its language, too
            self._spans[number] = replace(self._spans[number], open=Tag(raw, translated=False))
        self._push(element, number)
        self._kept = (number, [], stand_in)
        if stand_in:
            self._add(stand_in)

    def _void(self, element: str, raw: str) -> None:
        if self._kept:
            self._kept[1].append(raw)
        else:
            self._span(raw)
            if element:
                self._out.append("")  # so that the spaces on both sides of an image are kept

    def _break(self, _element: str, raw: str) -> None:
        if self._kept:
            self._kept[1].append(raw)
            return
        number = self._span(raw)
        self._add("\n")
        self._spans[number] = replace(self._spans[number], end=self._length, inner="")

    def _close(self, element: str, raw: str) -> None:
        if not self._open_names[element]:
            # Its start tag is before this run (<b>one<p>two</b>): keep the end tag in its place.
            self._span(raw)
            return
        while self._stack[-1][0] != element:
            self._pop(f"</{self._stack[-1][0]}>")
        self._pop(raw)

    def _pop(self, raw: str) -> None:
        element, number = self._stack.pop()
        self._open_names[element] -= 1
        inner = None
        if self._kept:
            if number != self._kept[0]:
                self._kept[1].append(raw)
                return
            inner, self._kept = "".join(self._kept[1]), None
        span = self._spans[number]
        self._spans[number] = replace(span, end=self._length, close=raw, inner=inner)
