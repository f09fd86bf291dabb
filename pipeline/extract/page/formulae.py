"""Formulae as one line of text, from MathML or TeX.

In: a `math` element, or a script that holds TeX. Out: a line such as
"x = (− b ± √(b^2 − 4 a c))/(2 a)". Never raises. The drawing that MathJax or KaTeX adds beside the
MathML is recognised here as well, so that no formula is read twice.
"""

import re

from bs4 import Tag
from bs4.element import NavigableString

_DEEPEST = 40  # levels of nesting that are read
_SPACE = re.compile(r"\s+")
_SKIPPED = frozenset({"annotation", "annotation-xml", "mphantom", "mspace", "maligngroup", "none"})
_DRAWN = re.compile(r"katex-html|mathjax|mjx-|mwe-math-fallback", re.I)
_SCRIPTED = re.compile(r"mathjax|mjx|mwe-math|math/tex", re.I)
_MOST = 40  # elements that are searched for MathML
_FEW = 8  # children of such an element
# Names of elements and classes for formulae; MathJax's and KaTeX's own have more parts.
_NAMED = re.compile(
    r"(^|[\s-])(math|tex|latex|katex|arithmatex|mwe-math-fallback-image-\w+)([\s-]|$)"
)
_SERVICE = re.compile(r"[/.](la|math|mime)?tex\b|[?&](tex|latex|chl)=|/equation\?", re.I)
_DELIMITERS = (
    ("\\(", "\\)"),
    ("\\[", "\\]"),
    ("$$", "$$"),
    ("{\\displaystyle ", "}"),
    ("{\\textstyle ", "}"),
    ("$", "$"),
)
_TEX = re.compile(r"[\\^_={}<>+]|^\W*\w{1,2}\W*$")
# TeX in the text, as MathJax finds it: `$` only where what is between two of them looks like TeX,
# for prices have one each.
_WRITTEN = re.compile(
    r"\\\((.{1,300}?)\\\)|\\\[(.{1,300}?)\\\]|\$\$([^$]{1,300})\$\$"
    r"|(?<![\w\\$])\$(?=\S)([^$\n]{1,120})(?<=\S)\$(?![\w$])",
    re.S,
)
_CLEAR = re.compile(r"[\\^_{]|^[^\W\d_](\([^\W\d_]\))?(\s?[=<>+-].*)?$", re.S)
_THICKNESS = re.compile(r"\d{0,9}\.?\d{0,9}")
# The separator between the cells of a table that only aligns one formula.
_CONTINUED = re.compile(r", ([=≤≥<>≈≡∼≅≠→⇒⇔∈])(?:,(?= ))?")
_BRACKETS = frozenset("([{|‖⟨")
_OPENED = re.compile(r"[^\w√]")


def is_drawing(tag: Tag) -> bool:
    """Say whether an element is MathJax's or KaTeX's drawing of a formula also given as MathML."""
    if tag.attrs.get("aria-hidden") != "true":
        return False
    names = f"{tag.name} {tag.get('class')}"
    if tag.name == "nobr" and tag.parent is not None:
        names = str(tag.parent.get("class"))  # MathJax 2
    return bool(_DRAWN.search(names))


def line(tag: Tag) -> str | None:
    """Return a formula in one line, "" for one that another element tells, None for no formula."""
    name = tag.name
    if name == "math":
        return said(tag) or _annotation(tag) or None
    if name == "script":
        text = _tex(tag)
        return "" if text and _told_before(tag) else text or None
    if name == "img":
        return _of_image(tag) if tag.attrs.get("alt") else None
    if name in ("span", "div"):
        return _of_box(tag)
    if name == "mjx-container" or ("-" in name and _NAMED.search(name)):
        math = _math(tag)
        if math is not None:
            return said(math) or _annotation(math) or None
        plain = not any(isinstance(child, Tag) for child in tag.contents)
        return (_bare(tag.get_text()) or None) if plain and name != "mjx-container" else None
    return None


def is_block(tag: Tag) -> bool:
    """Say whether a formula stands in a line of its own."""
    attrs = (tag if "-" in tag.name else _math(tag) or tag).attrs
    if str(attrs.get("display", "")) in ("true", "block") or "block" in attrs:
        return True
    return "mode=display" in str(attrs.get("type")) or tag.name == "div"


def may_hold(text: str) -> bool:
    """Say whether a text has the signs between which formulae are written as TeX."""
    return "\\(" in text or "\\[" in text or "$" in text


def written(text: str) -> list[tuple[str, bool]]:
    """Return the parts of a text, and which of them are formulae written as TeX: `\\(x^2\\)`."""
    found: list[tuple[str, bool]] = []
    end = 0
    for match in _WRITTEN.finditer(text):
        inner = next(group for group in match.groups() if group)
        if inner.strip() and (match[4] is None or _CLEAR.search(inner)):
            found += [(text[end : match.start()], False), (inner.strip(), True)]
            end = match.end()
    return [*found, (text[end:], False)]


def _of_image(image: Tag) -> str | None:
    """Return the TeX of a picture that is named a formula, or drawn from TeX by a service."""
    alt = str(image.get("alt"))
    named = _NAMED.search(str(image.get("class"))) or _SERVICE.search(str(image.get("src")))
    if not named or not _TEX.search(alt):
        return None
    return "" if _told_before(image) else _bare(alt)


def _of_box(tag: Tag) -> str | None:
    """Return the formula of an element that holds MathML, or TeX between its signs, and no more."""
    names = str(tag.attrs.get("class") or "")
    if not names and tag.name == "div":
        return None
    if "MathJax_Preview" in names:
        return "" if _SCRIPTED.search(_beside(tag.find_next_sibling())) else None
    inner = [child for child in tag.contents[:_FEW] if isinstance(child, Tag)]
    if tag.name == "span" and len(inner) == 1 and inner[0].name == "math":
        return line(inner[0])  # often not shown: the twin of a picture
    if inner or not _NAMED.search(names):
        return None
    text = _SPACE.sub(" ", tag.get_text()).strip()
    bare = _bare(text)
    return bare if bare != text else None


def _math(tag: Tag) -> Tag | None:
    """Return the MathML in an element; drawings are not searched."""
    stack, seen = [tag], 0
    while stack and seen < _MOST:
        seen += 1
        one = stack.pop()
        if one.name == "math":
            return one
        if one.name not in ("svg", "nobr") and one.attrs.get("aria-hidden") != "true":
            inner = [child for child in one.contents[:_FEW] if isinstance(child, Tag)]
            stack.extend(reversed(inner))
    return None


def _told_before(tag: Tag) -> bool:
    """Say whether the element before holds the same formula as MathML."""
    before = tag.find_previous_sibling()
    if not isinstance(before, Tag) or not _SCRIPTED.search(_beside(before)):
        return False
    return _math(before) is not None


def _beside(tag: object) -> str:
    if not isinstance(tag, Tag):
        return ""
    return f"{tag.name} {tag.get('class')} {tag.get('id')} {tag.get('type')}"


def _tex(script: Tag) -> str:
    """Return the TeX of a `<script type="math/tex">`, "" for any other script."""
    if not str(script.get("type", "")).lower().startswith("math/tex"):
        return ""
    return _SPACE.sub(" ", script.get_text()).strip()


def _annotation(math: Tag) -> str:
    """Return the TeX that comes with MathML of which nothing can be told."""
    for note in math.find_all("annotation"):
        if "tex" in str(note.get("encoding")).lower():
            return _bare(note.get_text())
    return ""


def _bare(text: str) -> str:
    """Return TeX without the signs around it, and without the style that MediaWiki adds."""
    text = _SPACE.sub(" ", text).strip()
    for opening, closing in _DELIMITERS:
        inner = text[len(opening) : -len(closing)]
        if text.startswith(opening) and text.endswith(closing) and inner.strip():
            return inner.strip()
    return text


def said(math: Tag) -> str:
    """Return a formula in one line: fractions with "/", powers with "^", indices with "_".

    Content MathML and unknown elements (MathML Core, W3C) are read as the sequence of their parts.
    """
    return _SPACE.sub(" ", _row(math, 0)).strip()


def _row(tag: Tag, depth: int) -> str:
    return " ".join(part for child in _parts(tag) if (part := _one(child, depth + 1)))


def _parts(tag: Tag) -> list[Tag]:
    return [child for child in tag.contents if isinstance(child, Tag)]


def _one(tag: Tag, depth: int) -> str:
    name = tag.name.rpartition(":")[2].lower()
    if name in _SKIPPED or depth > _DEEPEST:
        return ""
    parts = _parts(tag)
    if not parts:
        return "".join(str(text) for text in tag.contents if type(text) is NavigableString).strip()
    if name == "semantics":
        return _one(parts[0], depth + 1)
    if name in ("mtable", "mtr", "mlabeledtr"):
        rows = (_one(part, depth + 1) for part in parts)
        line = ("; " if name == "mtable" else ", ").join(row for row in rows if row)
        return line if name != "mtable" or _is_fenced(tag) else _CONTINUED.sub(r" \1 ", line)
    if name == "msqrt":
        return f"√({_row(tag, depth)})"
    if name == "mfenced":
        return f"{tag.get('open', '(')}{_row(tag, depth)}{tag.get('close', ')')}"
    build = _ATOP if name == "mfrac" and _has_no_line(tag) else _SCRIPTS.get(name)
    if build is None or len(parts) < len(build):
        return _row(tag, depth)
    words = [_one(part, depth + 1) for part in parts]
    if name in ("mover", "munder") and not any(map(str.isalnum, words[1])):
        return f"{words[0]}{words[1]}"  # an accent, a brace
    return "".join(sign + _whole(word) for sign, word in zip(build, words, strict=False))


_ATOP = ("", "¦")  # a fraction without its line: UnicodeMath's sign (Unicode Technical Note 28)


def _has_no_line(fraction: Tag) -> bool:
    thickness = _THICKNESS.match(str(fraction.get("linethickness", "")).strip())
    digits = thickness[0].replace(".", "") if thickness else ""
    return bool(digits) and not digits.strip("0")


def _is_fenced(table: Tag) -> bool:
    """Say whether a table is a matrix or a list of cases: an opening bracket stands before it."""
    before = table.find_previous_sibling()
    return (table.parent is not None and table.parent.name.endswith("mfenced")) or (
        before is not None and before.get_text().strip() in _BRACKETS
    )


# The signs written before each part of an element with two or three parts.
_SCRIPTS = {
    "mfrac": ("", "/"),
    "msup": ("", "^"),
    "msub": ("", "_"),
    "msubsup": ("", "_", "^"),
    "mover": ("", "^"),
    "munder": ("", "_"),
    "munderover": ("", "_", "^"),
    "mroot": ("√", "^1/"),
}


def _whole(words: str) -> str:
    """Put brackets around anything longer than a name or a number."""
    if len(words) < 2 or _is_bracketed(words) or not _OPENED.search(words):
        return words
    return f"({words})"


def _is_bracketed(words: str) -> bool:
    """Say whether the first bracket of the words is closed by the last one."""
    inner = words.removeprefix("√")
    if not inner.startswith("(") or not inner.endswith(")"):
        return False
    depth = 0
    for place, sign in enumerate(inner, 1):
        depth += (sign == "(") - (sign == ")")
        if not depth:
            return place == len(inner)
    return False
