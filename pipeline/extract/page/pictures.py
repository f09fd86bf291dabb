"""Where pages keep the address of a picture, and which addresses are none.

In: the attributes of an element, or an address. Out: whether a picture is there to be shown. Never
raises.
"""

import re
from collections.abc import Mapping
from itertools import chain, islice

from bs4 import Tag
from bs4.element import NavigableString

from pipeline.extract.page.elements import PICTURES

LAZY = (
    "data-src",
    "data-original",
    "data-lazy-src",
    "data-full-src",
    "data-hi-res-src",
    "data-image",
    "data-img-src",
    "data-actualsrc",
    "data-url",
    "data-echo",
    "data-cfsrc",
    "data-defer-src",
    "data-native-src",
)
"""Attributes in which pages keep the address of a picture until a script loads it."""
LAZY_SETS = ("data-srcset", "data-lazy-srcset", "data-original-set", "srcset")
"""Attributes for candidates of a picture, and those that scripts turn into it."""
_PLACEHOLDER = re.compile(
    r"(spacer|blank|placeholder|pixel|transparent|1x1|grey|gray|loading|loader|lazy|trans)"
    r"[\w-]*\.(gif|png|svg|jpe?g|webp)|/(1x1|pixel|beacon)\b|feedburner|doubleclick|scorecardresearch"
)
_NEAR = 8  # siblings before and after a noscript
_DEEP = 4  # elements around a picture that hold nothing else


def is_placeholder(address: str) -> bool:
    """Say whether an address names a spacer, a loading indicator or a tracking pixel."""
    return _PLACEHOLDER.search(address.lower()) is not None


def has_address(attributes: Mapping[str, object]) -> bool:
    """Say whether an element names a picture that can be loaded."""
    for name in (*LAZY, *LAZY_SETS, "src"):
        address = str(attributes.get(name) or "").strip()
        inside = address.startswith(("data:", "about:", "#"))
        if address and not inside and not is_placeholder(address):
            return True
    return False


def waiting(noscript: Tag) -> Tag | None:
    """Return the picture beside a noscript that has no address until a script gives it one."""
    before = islice(noscript.previous_siblings, _NEAR)
    after = islice(noscript.next_siblings, _NEAR)
    for sibling in chain(before, after):
        picture = _sole(sibling) if isinstance(sibling, Tag) else None
        if picture is not None and not has_address(picture.attrs):
            return picture
    return None


def _sole(tag: Tag) -> Tag | None:
    """Return the picture that an element is or holds and nothing else."""
    for _ in range(_DEEP):
        if tag.name in PICTURES:
            sources = [one for one in tag.contents[:_NEAR] if isinstance(one, Tag)]
            return None if any(has_address(one.attrs) for one in sources) else tag
        inner: Tag | None = None
        if len(tag.contents) > _NEAR:
            return None
        for child in tag.contents:
            if isinstance(child, Tag) and inner is None and child.name != "noscript":
                inner = child
            elif isinstance(child, Tag) or (type(child) is NavigableString and child.strip()):
                return None
        if inner is None:
            return None
        tag = inner
    return None
