"""What the style sheets in a page hide.

In: the elements of a parsed page. Out: the attribute `HIDDEN` on those that a rule hides, by
`display`, `visibility`, or clipping to nothing. Never raises. Read are rules for all media whose
selectors are made of names, classes, ids and descent (CSS Selectors 4 §17: the most specific one
counts, then the last one); a rule with any other selector is ignored, and the files that a page
links to are not there. Linear in the size of the page.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Final, NamedTuple

from bs4 import Tag

HIDDEN: Final = "hidden by style"  # no attribute of a page has spaces in its name
"""The attribute of an element that a rule hides; no markup can name one so."""

_MOST = 400_000  # characters of style sheets that are read
_RULES = 24  # rules on one class or id that are compared
_LONGEST = 400  # characters of a selector
_DECLARATIONS = 4000  # characters of a rule's declarations
_LEVELS = 60  # elements above one that are compared with a selector
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.S)
_STRING = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'")
_BRACE = re.compile("([{}])")
_MEDIA = re.compile(r"@media\s+(only\s+)?(all|screen)\s*", re.I)
_LAYER = re.compile(r"@layer\b[^;{]*", re.I)
_COMPOUND = re.compile(r"([a-z][\w-]*)?((?:[.#][\w-]+)*)", re.I)
_PART = re.compile(r"[.#][\w-]+")
# Of declarations in lower case: several times as fast as `re.I`.
_SAYS = re.compile(r"display|visibility|clip|-\d{4}")
_DECLARED = re.compile(r"(?:^|;)\s*(display|visibility)\s*:\s*([a-z-]+)\s*(!\s*important)?")
_CLIPS = re.compile(
    r"clip\s*:\s*rect\(\s*(0|1px)\w*[\s,]+(0|1px)\w*[\s,]+(0|1px)\w*[\s,]+(0|1px)\w*\s*\)"
    r"|clip-path\s*:\s*inset\(\s*(50|100)%"
)
_ABSOLUTE = re.compile(r"position\s*:\s*(absolute|fixed)")
_AWAY = re.compile(r"(^|[;\s])(left|top|text-indent)\s*:\s*-\d{4,}")
_HIDES = {"display": "none", "visibility": "hidden"}


class _Compound(NamedTuple):
    """A part of a selector without spaces: a name or "", classes, ids."""

    name: str
    classes: frozenset[str]
    ids: frozenset[str]


class _Rule(NamedTuple):
    """What a rule says of one property, for a selector: the last of `parts` is the element's."""

    parts: tuple[_Compound, ...]
    property: str
    hides: bool
    rank: tuple[bool, int, int, int]


def clips(style: str) -> bool:
    """Say whether declarations leave an element for screen readers only."""
    style = style.lower()
    if "clip" in style and _CLIPS.search(style) and _ABSOLUTE.search(style):
        return True
    if "-" not in style or _AWAY.search(style) is None:
        return False
    return "indent" in style or _ABSOLUTE.search(style) is not None


def mark(tags: Sequence[Tag]) -> None:
    """Set `HIDDEN` on the elements that the style sheets among them hide."""
    text = "\n".join(tag.get_text() for tag in tags if tag.name == "style" and _counts(tag))[:_MOST]
    if not re.search(r"none|hidden|clip|-\d{4}", text):
        return
    index: dict[str, list[_Rule]] = defaultdict(list)
    for number, (selectors, body) in enumerate(_rules(text)):
        for rule in _read(selectors, body, number):
            last = rule.parts[-1]
            key = next(iter(sorted(last.ids | last.classes)), "")
            if key and len(index[key]) < _RULES:
                index[key].append(rule)
    if not any(rule.hides for rules in index.values() for rule in rules):
        return
    sheet = _Sheet(index)
    for tag in tags:
        if tag.attrs and sheet.hides(tag):
            tag.attrs[HIDDEN] = ""


def _counts(style: Tag) -> bool:
    media = str(style.get("media") or "all").strip().lower()
    return media in ("all", "screen") and all(one.name != "noscript" for one in style.parents)


def _rules(text: str) -> Iterable[tuple[str, str]]:
    """Yield the selectors and declarations of the rules of a style sheet for all media."""
    # What is between braces; each odd one is a brace.
    pieces = _BRACE.split(_STRING.sub("''", _COMMENT.sub(" ", text)))
    blocks: list[bool] = []  # of each open block, whether the rules in it are read
    selectors, start = "", 0
    for place in range(1, len(pieces), 2):
        if pieces[place] == "{":
            words = pieces[place - 1].rpartition(";")[2].strip()
            read = not blocks or blocks[-1]
            if len(blocks) > _LEVELS:
                return
            if words.startswith("@"):
                blocks.append(read and bool(_MEDIA.fullmatch(words) or _LAYER.fullmatch(words)))
                continue
            blocks.append(False)
            if read:
                selectors, start = words, place + 1
        elif blocks:
            blocks.pop()
            if start and (not blocks or blocks[-1]):
                yield selectors, "".join(pieces[start:place])
                start = 0


def _read(selectors: str, body: str, number: int) -> Iterable[_Rule]:
    body = body[:_DECLARATIONS].lower()
    if _SAYS.search(body) is None:
        return
    said: list[tuple[str, bool, bool]] = []
    for name, value, important in _DECLARED.findall(body):
        said.append((name, value == _HIDES[name], bool(important)))
    if clips(body):
        said.append(("clip", True, False))
    if not said:
        return
    for selector in islice(selectors.split(","), _RULES):
        parts = _parts(selector)
        if parts:
            ids = sum(len(part.ids) for part in parts)
            rest = sum(len(part.classes) for part in parts)
            for name, hides, important in said:
                yield _Rule(parts, name, hides, (important, ids, rest, number))


def _parts(selector: str) -> tuple[_Compound, ...]:
    """Return the parts of a selector, () where it has any that are not read here."""
    found: list[_Compound] = []
    words = selector.replace(">", " ").split() if len(selector) <= _LONGEST else ()
    for word in words:
        match = _COMPOUND.fullmatch(word)
        if match is None:
            return ()
        names = _PART.findall(match[2])
        found.append(
            _Compound(
                (match[1] or "").lower(),
                frozenset(name for name in names if name[0] == "."),
                frozenset(name for name in names if name[0] == "#"),
            )
        )
    return tuple(found)


class _Sheet:
    """The rules of a page by a class or id of the elements that they are for."""

    def __init__(self, index: Mapping[str, Sequence[_Rule]]) -> None:
        self._index = index
        self._names = frozenset(key[1:] for key in index)
        self._keys: dict[int, frozenset[str]] = {}
        # Whether the elements around a parent fit a rule: siblings share it.
        self._above: dict[tuple[int, int], bool] = {}

    def hides(self, tag: Tag) -> bool:
        """Say whether the rule that counts most for any property of an element hides it."""
        if tag.attrs.get("id") not in self._names and self._names.isdisjoint(_classes(tag)):
            return False
        chosen: dict[str, _Rule] = {}
        keys = self._keys_of(tag)
        for rule in (rule for key in keys for rule in self._index.get(key, ())):
            before = chosen.get(rule.property)
            if before is not None and rule.rank < before.rank:
                continue
            if not _matches(rule.parts[-1], tag.name, keys):
                continue
            if len(rule.parts) > 1:
                known = (id(rule), id(tag.parent))
                if known not in self._above:
                    self._above[known] = self._fits_above(rule, tag)
                if not self._above[known]:
                    continue
            chosen[rule.property] = rule
        return any(rule.hides for rule in chosen.values())

    def _fits_above(self, rule: _Rule, tag: Tag) -> bool:
        wanted = len(rule.parts) - 2
        for above in islice(tag.parents, _LEVELS):
            if _matches(rule.parts[wanted], above.name, self._keys_of(above)):
                wanted -= 1
                if wanted < 0:
                    return True
        return False

    def _keys_of(self, tag: Tag) -> frozenset[str]:
        """Return the classes and the id of an element as selectors name them."""
        keys = self._keys.get(id(tag))
        if keys is None:
            name = tag.attrs.get("id")
            words = [f".{word}" for word in _classes(tag)[:_RULES]]
            keys = self._keys[id(tag)] = frozenset([*words, f"#{name}"] if name else words)
        return keys


def _classes(tag: Tag) -> list[str]:
    return str(tag.attrs.get("class") or "").split()


def _matches(part: _Compound, name: str, keys: frozenset[str]) -> bool:
    return (not part.name or part.name == name) and part.classes | part.ids <= keys
