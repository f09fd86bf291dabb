"""Put declared shadow roots in the place of what their hosts hold, as a browser shows them.

In: the templates of a parsed page that declare a shadow root (HTML §4.12.3). Out: the same tree, in
which each of them is part of the text and its slots hold what the host's children fill them with
(DOM §4.2.2). Never raises. Linear in the number of elements.
"""

from collections.abc import Container, Sequence

from bs4 import Tag
from bs4.element import NavigableString, PageElement

SLOT = "slot"
"""The name of an element without a box of its own: a slot, and what was a shadow root."""

_MOST = 200  # children of a host that are moved: each is searched for among its siblings


def attach(templates: Sequence[Tag]) -> None:
    """Read the templates, in document order, as the content of their hosts.

    Of several in one host only the first counts. What a host holds beside an empty root stays: a
    script fills such a root.
    """
    hosts: dict[int, Tag] = {}
    for template in templates:
        if template.parent is not None:
            hosts.setdefault(id(template.parent), template)
    roots = {id(template) for template in hosts.values()}
    for template in hosts.values():
        slots = _slots(template, roots)
        if slots is not None and template.parent is not None:
            _fill(template, template.parent, slots)
            template.name = SLOT


def _slots(root: Tag, roots: Container[int]) -> dict[str, Tag] | None:
    """Return the slots of a root by name, without those of roots within; None of an empty root."""
    found: dict[str, Tag] = {}
    filled = False
    stack = [root]
    while stack:
        for child in stack.pop().contents:
            if isinstance(child, Tag):
                if id(child) in roots:
                    filled = True
                    continue
                if child.name == SLOT:
                    found.setdefault(str(child.attrs.get("name") or ""), child)
                stack.append(child)
            elif type(child) is NavigableString and child.strip():
                filled = True
    return found if filled or found else None


def _fill(template: Tag, host: Tag, slots: dict[str, Tag]) -> None:
    """Move the children of a host into the slots; a browser shows no others beside the root."""
    if len(host.contents) > _MOST:
        return
    given: dict[str, list[PageElement]] = {}
    for child in [child for child in host.contents if child is not template and _counts(child)]:
        name = str(child.attrs.get("slot") or "") if isinstance(child, Tag) else ""
        child.extract()
        if name in slots:
            given.setdefault(name, []).append(child)
    for name, children in given.items():
        slots[name].clear()  # what it shows where nothing fills it
        for child in children:
            slots[name].append(child)


def _counts(child: PageElement) -> bool:
    """Say whether a child is an element or a text: scripts and the like stay where they are."""
    if isinstance(child, Tag):
        return child.name not in ("script", "style", "template", "link", "meta")
    return type(child) is NavigableString and bool(child.strip())
