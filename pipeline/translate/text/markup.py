"""Parse HTML into plain texts with spans, and write it again with translated texts.

`parse` takes a fragment or a whole document, and returns a Document: its texts, with the inline
elements as spans over them, and all other markup. `Document.render` takes the translated texts and
returns HTML of the same structure. Tags and attributes stay as written, except that bad nesting is
repaired; the attributes `alt` and `title` are texts of their own. Never raises.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from html import escape, unescape
from html.parser import HTMLParser

from pipeline.translate.text.segments import has_words

INLINE = frozenset(
    {"a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em"}
    | {"font", "i", "img", "input", "ins", "kbd", "label", "mark", "meter", "output", "q", "rp"}
    | {"rt", "rb", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time"}
    | {"tt", "u", "var", "wbr"}
)
"""Elements inside a sentence; every other element ends the text before it."""
VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param"}
    | {"source", "track", "wbr"}
)
"""Elements without content and end tag (HTML §13.1.2)."""
OPAQUE = frozenset(
    {"iframe", "math", "noscript", "object", "pre", "script", "style", "svg", "template"}
    | {"textarea"}
)
"""Elements whose whole content is not translated."""
VERBATIM = frozenset(["code", "kbd", "samp", "tt", "var"])
"""Inline elements whose content is not translated."""

_ATTRIBUTE = re.compile(r"""(?<=[\s"'])(alt|title)\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_HTML_LANG = re.compile(r"""(?<=\s)(lang|xml:lang)\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]+)""", re.I)
_SPACE = re.compile(r"[ \t\n\r\f]+")


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag as written; `attributes` has (start, end, number) of each text in an attribute."""

    raw: str
    attributes: tuple[tuple[int, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """An inline element over the characters [start, end) of its text.

    An empty range is an element without words (an image). `inner` is the HTML of content that is
    not translated, which replaces the range in the translation; None for other elements. `parent`
    is the number of the span around it (-1: none).
    """

    start: int
    end: int
    open: Tag
    close: str = ""
    inner: str | None = None
    parent: int = -1


@dataclass(frozen=True, slots=True)
class Text:
    """A plain text to translate, with collapsed white space; in `spans` parents come first.

    `foreign` are ranges of a translation that are still in the source language.
    """

    text: str
    spans: tuple[Span, ...] = ()
    foreign: tuple[tuple[int, int], ...] = ()


@dataclass(slots=True)
class Document:
    """A document: its `parts` in order are markup as written, tags, and numbers of `texts`."""

    parts: list[str | Tag | int] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)

    def render(self, translated: Sequence[Text], language: str, source: str = "") -> str:
        """Return the HTML with `translated` texts; words still in `source` get a `lang`."""
        out = []
        for part in self.parts:
            if isinstance(part, str):
                out.append(part)
            elif isinstance(part, Tag):
                out.append(_tag(part, translated, language))
            else:
                out.append(weave(translated[part], lambda t: _tag(t, translated, language), source))
        return "".join(out)


def _tag(tag: Tag, translated: Sequence[Text], language: str) -> str:
    raw = tag.raw
    for start, end, number in reversed(tag.attributes):
        raw = raw[:start] + escape(translated[number].text) + raw[end:]
    if re.match(r"<html[\s>]", raw, re.IGNORECASE):
        raw = _HTML_LANG.sub(lambda m: f'{m[1]}="{language}"', raw)
    return raw


def weave(text: Text, tag: Callable[[Tag], str], source: str = "") -> str:
    """Return a text as HTML with its spans, which must form a tree.

    Words that are still in the language `source` are put into `<span lang="…">`.
    """
    children: dict[int, list[int]] = {}
    for number, span in enumerate(text.spans):
        children.setdefault(span.parent, []).append(number)

    def piece(start: int, end: int, parent: int) -> str:
        out, at = [], start
        for number in sorted(children.get(parent, ()), key=lambda n: text.spans[n].start):
            span = text.spans[number]
            out.append(_words(text, at, span.start, source))
            inner = span.inner
            if inner is None:
                inner = piece(span.start, span.end, number)
            out.append(f"{tag(span.open)}{inner}{span.close}")
            at = span.end
        out.append(_words(text, at, end, source))
        return "".join(out)

    return piece(0, len(text.text), -1)


def _words(text: Text, start: int, end: int, source: str) -> str:
    """Return the characters [start, end) as HTML.

    The range has no tags inside, so that the language spans nest with the others.
    """
    out, at = [], start
    for low, high in text.foreign if source else ():
        low, high = max(low, at), min(high, end)
        if low < high and has_words(text.text[low:high]):
            inside = escape(text.text[low:high], quote=False)
            out.append(escape(text.text[at:low], quote=False))
            out.append(f'<span lang="{escape(source)}">{inside}</span>')
            at = high
    return "".join([*out, escape(text.text[at:end], quote=False)])


def parse(html: str) -> Document:
    """Parse `html`, a fragment or a whole page. Never raises: any input is valid for the parser."""
    parser = _Parser()
    parser.feed(html)
    parser.close()
    parser.finish()
    return parser.document


class _Parser(HTMLParser):
    """Collects runs of text and inline tags between block tags into a Document."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.document = Document()
        self._run: list[tuple[str, str, str]] = []  # (kind, element, raw or text)
        self._opaque: list[str] = []  # open elements, from an untranslated one on
        self._verbatim: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        raw = self.get_starttag_text() or ""
        if self._opaque:
            if tag not in VOID:
                self._opaque.append(tag)
            self._raw(raw)
        elif tag in INLINE:
            self._inline(tag, attrs, raw)
        elif tag not in VOID and (tag in OPAQUE or _untranslated(attrs)):
            self._flush()
            self._opaque.append(tag)
            self._raw(raw)
        else:
            self._block(tag, raw)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # The slash counts only in foreign content (svg, math), which is opaque.
        if self._opaque:
            self._raw(self.get_starttag_text() or "")
        else:
            self.handle_starttag(tag, attrs)

    def _inline(self, tag: str, attrs: list[tuple[str, str | None]], raw: str) -> None:
        if tag in VOID:
            self._run.append(("void", tag, raw))
            return
        if self._verbatim or tag in VERBATIM or _untranslated(attrs):
            self._verbatim.append(tag)
            self._run.append(("verbatim", tag, raw))
        else:
            self._run.append(("open", tag, raw))

    def _block(self, tag: str, raw: str) -> None:
        if tag == "br":
            self._run.append(("break", tag, raw))
            return
        self._flush()
        self.document.parts.append(self._with_attributes(raw))

    def handle_endtag(self, tag: str) -> None:
        raw = f"</{tag}>"
        if self._opaque:
            if tag in self._opaque:
                while self._opaque.pop() != tag:
                    continue
            self._raw(raw)
        elif tag in INLINE:
            if tag in self._verbatim:
                while self._verbatim.pop() != tag:
                    continue
            self._run.append(("close", tag, raw))
        else:
            self._flush()
            self._raw(raw)

    def handle_data(self, data: str) -> None:
        if self._opaque:
            raw_text = self._opaque[-1] in ("script", "style", "iframe", "noscript")
            self._raw(data if raw_text else escape(data, quote=False))
        else:
            self._run.append(("text", "", data))

    def handle_comment(self, data: str) -> None:
        self._other_markup(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self._other_markup(f"<!{decl}>")

    def handle_pi(self, data: str) -> None:
        self._other_markup(f"<?{data}>")

    def unknown_decl(self, data: str) -> None:
        self._other_markup(f"<![{data}]>")

    def _other_markup(self, raw: str) -> None:
        if self._opaque or not self._run:
            self._raw(raw)
        else:
            self._run.append(("void", "", raw))

    def _raw(self, raw: str) -> None:
        self.document.parts.append(raw)

    def finish(self) -> None:
        """End the last text; call it after all input is read."""
        self._flush()

    def _with_attributes(self, raw: str) -> Tag:
        found = []
        for match in _ATTRIBUTE.finditer(raw):
            group = 2 if match[2] is not None else 3
            text = _SPACE.sub(" ", unescape(match[group])).strip()
            if has_words(text):
                found.append((match.start(group), match.end(group), self._text(Text(text))))
        return Tag(raw, tuple(found))

    def _text(self, text: Text) -> int:
        self.document.texts.append(text)
        return len(self.document.texts) - 1

    def _flush(self) -> None:
        """Turn the run collected so far into a text, or into markup if it has no words."""
        run, self._run, self._verbatim = self._run, [], []
        if not run:
            return
        words = any(kind == "text" and has_words(raw) for kind, _, raw in run)
        if not words:
            for kind, _, raw in run:
                if kind == "text":
                    self._raw(escape(raw, quote=False))
                else:
                    self.document.parts.append(self._with_attributes(raw))
            return
        text, spans = _Run(self._with_attributes).build(run)
        self.document.parts.append(self._text(Text(text, tuple(spans))))


class _Run:
    """Builds one text with its spans from a run of text and inline tags."""

    def __init__(self, make_tag: Callable[[str], Tag]) -> None:
        self._make_tag = make_tag
        self._out: list[str] = []
        self._length = 0
        self._spans: list[Span] = []
        self._stack: list[tuple[str, int]] = []
        self._verbatim: tuple[int, int, list[str]] | None = None  # (depth, span, inner markup)

    def build(self, run: Sequence[tuple[str, str, str]]) -> tuple[str, list[Span]]:
        """Return the text with collapsed white space, and its spans with parents first."""
        handlers = {
            "text": self._text,
            "open": self._open,
            "verbatim": self._keep,
            "void": self._void,
            "break": self._break,
            "close": self._close,
        }
        for kind, element, raw in run:
            handlers[kind](element, raw)
        while self._stack:
            self._pop("")
        return "".join(self._out), self._spans

    def _add(self, text: str) -> None:
        self._out.append(text)
        self._length += len(text)

    def _text(self, _element: str, raw: str) -> None:
        if self._verbatim:
            self._verbatim[2].append(escape(raw, quote=False))
        text = _SPACE.sub(" ", raw)
        if text.startswith(" ") and self._out and self._out[-1][-1:] in (" ", "\n"):
            text = text[1:]
        if text:
            self._add(text)

    def _span(self, raw: str) -> int:
        parent = self._stack[-1][1] if self._stack else -1
        self._spans.append(Span(self._length, self._length, self._make_tag(raw), parent=parent))
        return len(self._spans) - 1

    def _open(self, element: str, raw: str) -> None:
        self._stack.append((element, self._span(raw)))

    def _keep(self, element: str, raw: str) -> None:
        if self._verbatim:
            self._verbatim[2].append(raw)
            self._stack.append((element, -2))
            return
        number = self._span(raw)
        self._stack.append((element, number))
        self._verbatim = (len(self._stack), number, [])

    def _void(self, element: str, raw: str) -> None:
        if self._verbatim:
            self._verbatim[2].append(raw)
        else:
            self._span(raw)
            if element:
                self._out.append("")  # so that the spaces on both sides of an image are kept

    def _break(self, _element: str, raw: str) -> None:
        if self._verbatim:
            self._verbatim[2].append(raw)
            return
        number = self._span(raw)
        self._add("\n")
        self._spans[number] = replace(self._spans[number], end=self._length, inner="")

    def _close(self, element: str, raw: str) -> None:
        if not any(name == element for name, _ in self._stack):
            # Its start tag is before this run (<b>one<p>two</b>): keep the end tag in its place.
            self._span(raw)
            return
        while self._stack[-1][0] != element:
            self._pop(f"</{self._stack[-1][0]}>")
        self._pop(raw)

    def _pop(self, raw: str) -> None:
        _, number = self._stack.pop()
        if self._verbatim and number != self._verbatim[1]:
            self._verbatim[2].append(raw)
            return
        inner = None
        if self._verbatim:
            inner, self._verbatim = "".join(self._verbatim[2]), None
        span = self._spans[number]
        self._spans[number] = replace(span, end=self._length, close=raw, inner=inner)


def _untranslated(attrs: Sequence[tuple[str, str | None]]) -> bool:
    values = dict(attrs)
    classes = (values.get("class") or "").split()
    return (values.get("translate") or "").lower() == "no" or "notranslate" in classes
