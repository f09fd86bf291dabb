"""Headings without content: what is left of a section whose links were removed.

In: a container whose boilerplate has verdicts. Sets the verdict "orphan" of headings, and of labels
that end in a colon, with nothing below. Never raises. A heading with text, a picture or a table
below it stays.
"""

from dataclasses import dataclass

from pipeline.extract.page.elements import MEDIA
from pipeline.extract.page.node import Node

_LABEL = 60  # width of the longest paragraph that can be a label
_HEADING = 150  # width of the longest heading; a longer one is text in large letters
_LOWEST = 7  # the level of a label: lower than all headings


@dataclass(frozen=True, slots=True)
class _Step:
    """A part of the page: a heading (its level), content (0) or a gap left by a verdict (-1)."""

    level: int
    node: Node


def mark(container: Node) -> None:
    """Set the verdict of headings whose section was removed, and of those at the very end."""
    below = 0  # the highest level of heading met since the last content, from the end back
    ended, gap = True, False
    for step in reversed(_steps(container)):
        if step.level == 0:
            ended, gap, below = False, False, 0
        elif step.level < 0:
            gap = True
        elif ended or (gap and 0 < below <= step.level):
            step.node.verdict = "orphan"
        else:
            gap, below = False, step.level


def _steps(container: Node) -> list[_Step]:
    found: list[_Step] = []
    stack = [container]
    while stack:
        node = stack.pop()
        if node.verdict is not None:
            if node.chars or node.children:
                found.append(_Step(-1, node))
            continue
        level = _level(node)
        if level or node.leaf:
            text = bool(level) or bool(node.text())
            if text or any(inner.name in MEDIA for inner in (node, *node.inlines())):
                found.append(_Step(level, node))
            continue
        stack += node.nodes()[::-1]
    return found


def _level(node: Node) -> int:
    if len(node.name) == 2 and node.name[0] == "h" and node.name[1].isdigit():
        pictured = any(inner.name in MEDIA for inner in node.inlines())
        return 0 if pictured or node.chars > _HEADING else int(node.name[1])
    if node.leaf and node.name in ("p", "div", "span", "strong"):
        text = node.text()
        if len(text) <= _LABEL and text.endswith((":", "：")) and not node.links:
            return _LOWEST
    return 0
