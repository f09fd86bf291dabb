"""Parse HTML into plain texts with spans, and write it again with translated texts.

`parse` takes a fragment or a whole document, and returns a Document: its texts, with the inline
elements as spans over them, and all other markup. `Document.render` takes the translated texts and
returns HTML of the same structure. Tags and attributes stay as written, except that bad nesting is
repaired, and that the `lang` and `dir` of translated text become the target's; the attributes `alt`
and `title` are texts of their own. Never raises.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape, unescape
from html.parser import HTMLParser

from pipeline.translate.text.declared import in_target, is_foreign, is_source
from pipeline.translate.text.runs import RunBuilder
from pipeline.translate.text.segments import has_words
from pipeline.translate.text.spans import Tag, Text

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

# Their language is often that of the site, not of the article: the caller knows better.
_ROOTS = frozenset({"html", "body"})
# Elements whose end tag may be omitted, and what ends them.
_ENDED_BY = {
    "p": {"p", "div", "ul", "ol", "dl", "table", "blockquote", "figure", "section", "article"}
    | {"h1", "h2", "h3", "h4", "h5", "h6", "hr", "pre", "form", "aside", "header", "footer"},
    "li": {"li"},
    "dt": {"dt", "dd"},
    "dd": {"dt", "dd"},
    "td": {"td", "th", "tr"},
    "th": {"td", "th", "tr"},
    "tr": {"tr"},
}
_ATTRIBUTE = re.compile(r"""(?<=[\s"'])(alt|title)\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\n\r\f]+")


@dataclass(slots=True)
class Document:
    """A document: its `parts` in order are markup as written, tags, and numbers of `texts`."""

    parts: list[str | Tag | int] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)

    def render(self, translated: Sequence[Text], language: str, source: str = "") -> str:
        """Return the HTML with `translated` texts; words still in `source` get a `lang`."""

        def written(tag: Tag) -> str:
            raw = tag.raw
            for start, end, number in reversed(tag.attributes):
                raw = raw[:start] + escape(translated[number].text) + raw[end:]
            return in_target(raw, source, language) if tag.translated else raw

        out = []
        for part in self.parts:
            if isinstance(part, str):
                out.append(part)
            elif isinstance(part, Tag):
                out.append(written(part))
            else:
                out.append(weave(translated[part], written, source))
        return "".join(out)


def weave(text: Text, tag: Callable[[Tag], str], source: str = "") -> str:
    """Return a text as HTML with its spans, which must form a tree.

    Words that are still in the language `source` are put into `<span lang="…">`.
    """
    children: dict[int, list[int]] = {}
    for number, span in enumerate(text.spans):
        children.setdefault(span.parent, []).append(number)
    for several in children.values():
        several.sort(key=lambda n: text.spans[n].start)
    words = _Words(text, source)
    out: list[str] = []
    # Elements whose content is being written: (end, end tag, children that are still to come).
    # A list instead of recursion: a page may nest elements deeper than Python's stack.
    open_ones = [(len(text.text), "", iter(children.get(-1, ())))]
    at = 0
    while open_ones:
        end, close, coming = open_ones[-1]
        number = next(coming, -1)
        if number < 0:
            out += [words.between(at, end), close]
            at = max(at, end)
            open_ones.pop()
            continue
        span = text.spans[number]
        out += [words.between(at, span.start), tag(span.open)]
        at = max(at, span.start)
        if span.inner is None:
            open_ones.append((span.end, span.close, iter(children.get(number, ()))))
        else:
            out += [span.inner, span.close]
            at = max(at, span.end)
    return "".join(out)


class _Words:
    """Writes ranges of a text, which must be in order, as HTML."""

    def __init__(self, text: Text, source: str) -> None:
        self._text, self._source = text.text, source
        self._foreign = list(text.foreign if source else ())[::-1]

    def between(self, start: int, end: int) -> str:
        """Return the characters [start, end) as HTML.

        The range has no tags inside, so that the language spans nest with the others.
        """
        out, at = [], start
        while self._foreign and self._foreign[-1][0] < end:
            low, high = self._foreign[-1]
            low, high = max(low, at), min(high, end)
            if low < high and has_words(self._text[low:high]):
                inside = escape(self._text[low:high], quote=False)
                out.append(escape(self._text[at:low], quote=False))
                out.append(f'<span lang="{escape(self._source)}">{inside}</span>')
                at = high
            if self._foreign[-1][1] > end:
                break
            self._foreign.pop()
        return "".join([*out, escape(self._text[at:end], quote=False)])


def parse(html: str, source: str = "") -> Document:
    """Parse `html`, a fragment or a whole page. Never raises: any input is valid for the parser.

    What is declared to be in another language than `source` stays as it is; "" heeds no such
    declaration.
    """
    parser = _Parser(source)
    parser.feed(html)
    parser.close()
    parser.finish()
    return parser.document


class _Parser(HTMLParser):
    """Collects runs of text and inline tags between block tags into a Document."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.document = Document()
        self._source = source
        self._run: list[tuple[str, str, str]] = []  # (kind, element, raw or text)
        self._opaque: list[str] = []  # open elements, from an untranslated one on
        self._is_foreign = False  # whether the untranslated one is in another language
        # What is open around and in a part of a foreign element that is in the source's language.
        self._outside: list[tuple[list[str], list[str]]] = []
        self._verbatim: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        raw = self.get_starttag_text() or ""
        if self._opaque and self._is_foreign:
            self._leave_implied(tag)
        if self._opaque and not (self._is_foreign and self._enter_source(tag, attrs)):
            if tag not in VOID:
                self._opaque.append(tag)
            self._raw(raw)
            return
        foreign = tag not in _ROOTS and is_foreign(attrs, self._source)
        if self._outside and tag not in VOID:
            self._outside[-1][1].append(tag)
        if tag in INLINE:
            self._inline(tag, attrs, raw, foreign)
        elif tag not in VOID and (tag in OPAQUE or foreign or _untranslated(attrs)):
            self._flush()
            self._opaque.append(tag)
            self._is_foreign = foreign and tag not in OPAQUE
            self._raw(raw)
        else:
            self._block(tag, raw)

    def _leave_implied(self, tag: str) -> None:
        """End a foreign element whose end tag is omitted (HTML §13.1.2.4)."""
        if len(self._opaque) == 1 and tag in _ENDED_BY.get(self._opaque[0], ()):
            self._opaque.clear()

    def _enter_source(self, tag: str, attrs: list[tuple[str, str | None]]) -> bool:
        """Begin a part in the source's language inside a foreign element, if the tag does."""
        if tag in INLINE or tag in VOID or not is_source(attrs, self._source):
            return False
        self._outside.append((self._opaque, []))
        self._opaque = []
        return True

    def _leave_source(self, tag: str) -> None:
        """Note an end tag inside such a part, and end the part with its element."""
        outside, inside = self._outside[-1]
        if tag in inside:
            while inside.pop() != tag:
                continue
        if not inside:
            self._outside.pop()
            self._opaque, self._is_foreign = outside, True

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # The slash counts only in foreign content (svg, math), which is opaque.
        if self._opaque:
            self._raw(self.get_starttag_text() or "")
        else:
            self.handle_starttag(tag, attrs)

    def _inline(
        self, tag: str, attrs: list[tuple[str, str | None]], raw: str, foreign: bool
    ) -> None:
        if tag in VOID:
            self._run.append(("void", tag, raw))
        elif self._verbatim or tag in VERBATIM or foreign or _untranslated(attrs):
            first = not self._verbatim
            self._verbatim.append(tag)
            self._run.append(("foreign" if foreign and first else "verbatim", tag, raw))
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
        if self._outside and not self._opaque:
            self._leave_source(tag)

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

    def _with_attributes(self, raw: str, translated: bool = True) -> Tag:
        found = []
        for match in _ATTRIBUTE.finditer(raw):
            group = 2 if match[2] is not None else 3
            text = _SPACE.sub(" ", unescape(match[group])).strip()
            if has_words(text):
                found.append((match.start(group), match.end(group), self._text(Text(text))))
        return Tag(raw, tuple(found), translated)

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
        text, spans = RunBuilder(self._with_attributes).build(run)
        self.document.parts.append(self._text(Text(text, tuple(spans))))


def _untranslated(attrs: Sequence[tuple[str, str | None]]) -> bool:
    values = dict(attrs)
    classes = (values.get("class") or "").split()
    return (values.get("translate") or "").lower() == "no" or "notranslate" in classes
