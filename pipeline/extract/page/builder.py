"""Build Beautiful Soup's tree from lxml's parser events, faster than Beautiful Soup does.

In: the events of lxml's HTML parser. Out: the same tree as Beautiful Soup's own builder makes.
Raises TooDeepError where elements are nested deeper than allowed. XML namespaces are not supported:
HTML has none.
"""

import sys
from collections.abc import Iterator
from typing import Any, Final

from bs4 import BeautifulSoup, Tag
from bs4.builder._lxml import LXMLTreeBuilder
from bs4.element import AttributeValueList, Comment, Doctype, NavigableString, PageElement

_SPACES: Final = " \n\t\f\r"
_KEPT: Final = LXMLTreeBuilder.DEFAULT_PRESERVE_WHITESPACE_TAGS
_CONTAINERS: Final = LXMLTreeBuilder.DEFAULT_STRING_CONTAINERS
SHADOW: Final = frozenset({"shadowrootmode", "shadowroot"})
"""Attributes of a template that declares a shadow root (HTML §4.12.3): today's, the first."""
_VOID: Final = LXMLTreeBuilder.DEFAULT_EMPTY_ELEMENT_TAGS or set()
_SPECIAL: Final = frozenset({*_VOID, *_CONTAINERS, *_KEPT})


class Element(Tag):
    """A tag that keeps in the class the attributes which are the same for all tags of a page.

    Beautiful Soup sets about twenty of them on every tag, which takes half the time and memory of
    building a tree.
    """

    parser_class = BeautifulSoup
    namespace = None
    prefix = None
    sourceline = None
    sourcepos = None
    hidden = False
    known_xml = False
    can_be_empty_element = False
    cdata_list_attributes = None
    preserve_whitespace_tags = _KEPT
    interesting_string_types = Tag.MAIN_CONTENT_STRING_TYPES
    attribute_value_list_class = AttributeValueList
    _namespaces: dict[str, str] = {}  # noqa: RUF012 - Beautiful Soup's, never changed
    next_element = None
    next_sibling = None


class TooDeepError(Exception):
    """More elements are open at once than the builder accepts."""


class Builder(LXMLTreeBuilder):
    """Beautiful Soup's lxml builder, which links each element behind the one before.

    Beautiful Soup lets a builder insert anywhere and repairs the links around the place. A parser's
    events come in document order, so every element is appended.

    `tags` holds the elements in document order; reading it is faster than walking the tree.
    `shadows` holds those templates among them that declare a shadow root.

    With more than `deepest` elements open at once it raises TooDeepError. If `flat`, it drops the
    elements below that depth instead and puts their content into the deepest one.
    """

    def __init__(self, deepest: int = sys.maxsize, *, flat: bool = False) -> None:
        super().__init__(multi_valued_attributes=None)
        self._deepest = deepest
        self._flat = flat

    def initialize_soup(self, soup: BeautifulSoup) -> None:
        """Start a new tree."""
        super().initialize_soup(soup)
        self._parent: Tag = soup
        self._last: PageElement | None = None
        self.tags: list[Tag] = []
        self.shadows: list[Tag] = []
        self._text: list[str] = []
        self._left_out = 0  # open elements that were dropped because they are nested too deeply
        # The class of the strings of the innermost open element, and whether white space is
        # preserved in it; for each open element its parent, and the same of that.
        self._kind: tuple[type[NavigableString], bool] = (NavigableString, False)
        self._open: list[tuple[Tag, tuple[type[NavigableString], bool]]] = []

    def start(
        self,
        tag: str | bytes,
        attrib: dict[Any, Any],
        nsmap: dict[Any, Any] | None = None,  # noqa: ARG002 - lxml's interface
    ) -> None:
        """Open an element. lxml makes a dictionary of attributes for each that has any."""
        if self._text:
            self._string()
        if len(self._open) >= self._deepest:
            if not self._flat:
                raise TooDeepError
            self._left_out += 1
            return
        name = str(tag)
        element = Element.__new__(Element)
        element.name = name
        element.attrs = attrib or {}
        element.contents = []
        self._append(element)
        self.tags.append(element)
        self._open.append((self._parent, self._kind))
        self._parent = element
        if name in _SPECIAL:
            self._note(element, name)

    def _note(self, element: Tag, name: str) -> None:
        """Note what is special about an element that was opened."""
        if name in _VOID:
            element.can_be_empty_element = True
            if name == "meta":
                self.set_up_substitutions(element)
        elif name == "template" and not SHADOW.isdisjoint(element.attrs):
            self.shadows.append(element)  # its strings are text of the page
        elif name in _CONTAINERS:
            self._kind = _CONTAINERS[name], self._kind[1]
            element.interesting_string_types = {_CONTAINERS[name]}
        elif name in _KEPT:
            self._kind = self._kind[0], True

    def end(self, tag: str | bytes) -> None:
        """Close an element and the elements within it that are still open."""
        if self._text:
            self._string()
        if self._left_out:
            self._left_out -= 1
            return
        name = str(tag)
        depth, parent = len(self._open), self._parent
        while depth and parent.name != name:
            depth -= 1
            parent = self._open[depth][0]
        if depth:
            self._parent, self._kind = self._open[depth - 1]
            del self._open[depth - 1 :]

    def data(self, data: str | bytes) -> None:
        """Collect a piece of text; one text may come in several pieces."""
        self._text.append(str(data))

    def comment(self, text: str | bytes) -> None:
        """Append a comment."""
        self._special(str(text), Comment)

    def doctype(self, name: str, pubid: str, system: str) -> None:
        """Append the document type declaration."""
        self._special(Doctype._string_for_name_and_ids(name, pubid, system), Doctype)

    def pi(self, target: str, data: str) -> None:
        """Append a processing instruction."""
        self._special(f"{target} {data}", self.processing_instruction_class)

    def close(self) -> None:
        """Finish the tree."""
        if self._text:
            self._string()

    def _special(self, text: str, kind: type[NavigableString]) -> None:
        if self._text:
            self._string()
        self._text.append(text)
        self._string(kind)

    def _string(self, kind: type[NavigableString] | None = None) -> None:
        """Append the collected text, with the string class of elements such as `script`.

        Mere white space becomes one space or line break, as Beautiful Soup does it.
        """
        text = self._text[0] if len(self._text) == 1 else "".join(self._text)
        self._text.clear()
        if text.isspace() and not text.strip(_SPACES) and not self._kind[1]:
            text = "\n" if "\n" in text else " "
        string = str.__new__(kind or self._kind[0], text)
        string.next_element = string.next_sibling = None
        self._append(string)

    def _append(self, item: PageElement) -> None:
        """Link an element or string, of which nothing is known to follow, behind the last one."""
        parent, last = self._parent, self._last
        item.parent = parent
        item.previous_element = last
        if last is not None:
            last.next_element = item
        contents = parent.contents
        if contents:
            before = contents[-1]
            item.previous_sibling = before
            before.next_sibling = item
        else:
            item.previous_sibling = None
        contents.append(item)
        self._last = item


def within(tag: Tag, *names: str) -> Iterator[Tag]:
    """Yield the elements in an element that have one of these names, in document order.

    Beautiful Soup's own search asks each element several times as many questions.
    """
    return (one for one in tag.descendants if isinstance(one, Tag) and one.name in names)


def around(tag: PageElement, *names: str) -> Tag | None:
    """Return the innermost element with one of these names around another, None without one."""
    return next((one for one in tag.parents if one.name in names), None)


def tags_of(soup: BeautifulSoup) -> list[Tag]:
    """Return the elements of a page just parsed, of which none was removed, in document order."""
    builder: object = soup.builder
    if isinstance(builder, Builder):
        return builder.tags
    return [tag for tag in soup.descendants if isinstance(tag, Tag)]
