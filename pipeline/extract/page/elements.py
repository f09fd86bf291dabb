"""Kinds of HTML elements, by name.

Constants only: the names of headings, of items of lists and tables, of inline elements, of
emphasis, of pictures and other media, and of elements whose content is never text. An element in no
set but the first three is a block.
"""

from typing import Final

SUBHEADINGS: Final = frozenset({"h2", "h3", "h4", "h5", "h6"})
HEADINGS: Final = SUBHEADINGS | {"h1"}
ITEMS: Final = frozenset({"td", "th", "li", "dt", "dd"})
INLINE: Final = frozenset({
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn",
    "em", "font", "i", "ins", "kbd", "label", "mark", "nobr", "q", "rb", "rp", "rt", "rtc",
    "ruby", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u",
    "var", "wbr", "br", "img", "picture", "source", "math", "svg", "audio", "video", "iframe",
    "embed", "object", "amp-img", "input", "meta", "link", "track", "canvas",
    "slot", "button",
})  # fmt: skip
MEDIA: Final = frozenset({
    "img", "picture", "video", "audio", "iframe", "embed", "object", "amp-img",
})  # fmt: skip
EMPHASIS: Final = frozenset({"em", "i", "strong", "b", "small"})
PICTURES: Final = frozenset({"img", "picture", "amp-img"})
UNSEEN: Final = frozenset({
    "script", "style", "template", "noscript", "head", "title", "meta", "link", "base", "svg",
    "canvas", "button", "select", "option", "textarea", "input", "datalist", "dialog", "nav",
    "menu", "map", "area", "param", "source", "track", "frameset", "noframes", "applet",
    "progress", "meter",
})  # fmt: skip
