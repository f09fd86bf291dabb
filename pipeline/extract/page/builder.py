"""lxml's events in, Beautiful Soup's tree out, without the detours of building it.

In: the events of lxml's HTML parser. Out: the tree that Beautiful Soup's own builder makes of them.
It refuses XML namespaces, which HTML has none of.
"""

import sys
from typing import Any, Final

from bs4 import BeautifulSoup, Tag
from bs4.builder._lxml import LXMLTreeBuilder
from bs4.element import AttributeValueList, Comment, Doctype, NavigableString, PageElement

_SPACES: Final = " \n\t\f\r"
_KEPT: Final = LXMLTreeBuilder.DEFAULT_PRESERVE_WHITESPACE_TAGS
_CONTAINERS: Final = LXMLTreeBuilder.DEFAULT_STRING_CONTAINERS
_VOID: Final = LXMLTreeBuilder.DEFAULT_EMPTY_ELEMENT_TAGS or set()


class Element(Tag):
    """A tag whose attributes that are the same for all of a page's tags belong to the class.

    Beautiful Soup sets two dozen of them on every tag; half the time and memory of a tree go there.
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


class TooDeepError(Exception):
    """More elements are open at once than the builder was told to take."""


class Builder(LXMLTreeBuilder):
    """Beautiful Soup's builder on lxml that links elements as they come.

    Beautiful Soup lets its builders insert anywhere and mends the links around; a parser's events
    come in the order of the page, so each element only follows the one before.

    `tags` holds the elements in the order of the page, which is quicker than to walk the tree.

    With more than `deepest` elements open at once it raises TooDeepError, or else, told to be
    `flat`, leaves out those that lie deeper and puts what they hold into the deepest.
    """

    def __init__(self, deepest: int = sys.maxsize, *, flat: bool = False) -> None:
        super().__init__(multi_valued_attributes=None)
        self._deepest = deepest
        self._flat = flat

    def initialize_soup(self, soup: BeautifulSoup) -> None:
        """Begin a tree."""
        super().initialize_soup(soup)
        self._open: list[Tag] = []
        self._parent: Tag = soup
        self._last: PageElement | None = None
        self.tags: list[Tag] = []
        self._text: list[str] = []
        self._left_out = 0  # elements open now that lie too deep
        # What strings are made of here, and whether white space is kept: of each open element.
        self._kinds: list[tuple[type[NavigableString], bool]] = [(NavigableString, False)]

    def start(
        self,
        tag: str | bytes,
        attrib: dict[Any, Any],
        nsmap: dict[Any, Any] | None = None,  # noqa: ARG002 - lxml's interface
    ) -> None:
        """Open an element. lxml gives the attributes as a dictionary that is not ours to keep."""
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
        element.attrs = self.attribute_dict_class(attrib)
        element.contents = []
        self._append(element)
        self.tags.append(element)
        if name in _VOID:
            element.can_be_empty_element = True
            if name == "meta":
                self.set_up_substitutions(element)
        kind = self._kinds[-1]
        if name in _CONTAINERS:
            kind = _CONTAINERS[name], kind[1]
            element.interesting_string_types = {kind[0]}
        elif name in _KEPT:
            kind = kind[0], True
        self._kinds.append(kind)
        self._open.append(self._parent)
        self._parent = element

    def end(self, tag: str | bytes) -> None:
        """Close an element, and those within it that are still open."""
        if self._text:
            self._string()
        if self._left_out:
            self._left_out -= 1
            return
        name = str(tag)
        depth = len(self._open)
        parent = self._parent
        while depth and parent.name != name:
            depth -= 1
            parent = self._open[depth]
        if depth:
            self._parent = self._open[depth - 1]
            del self._open[depth - 1 :], self._kinds[depth:]

    def data(self, data: str | bytes) -> None:
        """Collect text, which comes in pieces."""
        self._text.append(str(data))

    def comment(self, text: str | bytes) -> None:
        """Keep a comment as one."""
        self._special(str(text), Comment)

    def doctype(self, name: str, pubid: str, system: str) -> None:
        """Keep the document type declaration."""
        self._special(Doctype._string_for_name_and_ids(name, pubid, system), Doctype)

    def pi(self, target: str, data: str) -> None:
        """Keep a processing instruction as one."""
        self._special(f"{target} {data}", self.processing_instruction_class)

    def close(self) -> None:
        """End the tree."""
        if self._text:
            self._string()

    def _special(self, text: str, kind: type[NavigableString]) -> None:
        if self._text:
            self._string()
        self._append(kind(self._spaced(text)))

    def _string(self) -> None:
        """Append the collected text, with the class it has in elements such as `script`."""
        text = self._text[0] if len(self._text) == 1 else "".join(self._text)
        self._text.clear()
        kind = self._kinds[-1][0]
        string = str.__new__(kind, self._spaced(text))
        string.next_element = string.next_sibling = None
        self._append(string)

    def _spaced(self, text: str) -> str:
        """White space alone becomes one space or line break, as Beautiful Soup has it."""
        if text.strip(_SPACES) or self._kinds[-1][1]:
            return text
        return "\n" if "\n" in text else " "

    def _append(self, item: PageElement) -> None:
        """Link an element or string behind everything there is so far."""
        parent, last = self._parent, self._last
        item.parent = parent
        item.next_element = item.next_sibling = None
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


def tags_of(soup: BeautifulSoup) -> list[Tag]:
    """Return the elements of a page just parsed, in their order."""
    builder: object = soup.builder
    if isinstance(builder, Builder):
        return builder.tags
    return [tag for tag in soup.descendants if isinstance(tag, Tag)]
