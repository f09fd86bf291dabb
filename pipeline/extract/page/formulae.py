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
_THICKNESS = re.compile(r"\d{0,9}\.?\d{0,9}")
# The separator between the cells of a table that only aligns one formula.
_CONTINUED = re.compile(r", ([=≤≥<>≈≡∼≅≠→⇒⇔∈])(?:,(?= ))?")
_BRACKETS = frozenset("([{|‖⟨")
_OPENED = re.compile(r"[^\w√]")


def is_drawing(tag: Tag) -> bool:
    """Say whether an element is MathJax's or KaTeX's drawing of a formula also given as MathML."""
    if tag.attrs.get("aria-hidden") != "true" and "MathJax_Preview" not in str(tag.get("class")):
        return False
    return bool(_DRAWN.search(f"{tag.name} {tag.get('class')}"))


def tex(script: Tag) -> str:
    """Return the TeX of a `<script type="math/tex">`, "" for any other script."""
    if not str(script.get("type", "")).lower().startswith("math/tex"):
        return ""
    return _SPACE.sub(" ", script.get_text()).strip()


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
