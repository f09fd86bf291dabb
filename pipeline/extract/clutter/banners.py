"""Consent notices spread over several blocks: sentences and buttons that follow each other.

In: the lines of a container, in order. Out: the places of those that make up a notice. Never
raises. One sentence of a notice may as well be from a report about cookies; the buttons beside it
decide.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.extract.clutter import consent
from pipeline.extract.page import lexicon
from pipeline.extract.page.node import Node

_SENTENCE = 700  # characters of the longest block of a notice
_PLAIN = 300  # the same for a block without the word "cookie"
_SHORT = 130  # characters of a block that needs fewer signs: "You can change this at any time."
_SKIPPED = 2  # sentences without words of consent between two with them
_REACH = 7  # sentences of a notice before its first and after its last anchor
_GAP = 200  # characters of a block without a word of consent between two that have one
_LABEL = 30  # characters of a button whose words are not known
_STOP = re.compile(r"[.!?:。！？：।؟]\s*$")


_TOPICS = frozenset({"cookie", "accept", "choice"})


@dataclass(frozen=True, slots=True)
class Line:
    """A block: its text, the same normalised, and what is known of it.

    `free` says that it may be a button (it is no list item), `notice` that it is a notice by
    itself.
    """

    text: str
    words: str
    free: bool
    notice: bool


@dataclass(frozen=True, slots=True)
class Found:
    """The places of lines: those of notices, and those of other requests to the reader."""

    notices: frozenset[int]
    prompts: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Role:
    """The part that a line can have in a notice.

    `button`: the label of a known button; `label`: short enough for an unknown one. `notice`: a
    notice by itself. `prompt`: a request of another kind. `kinds`: the kinds of consent phrases in
    it. `short` and `plain`: short enough to count with fewer of them.
    """

    kinds: frozenset[str]
    button: bool = False
    label: bool = False
    notice: bool = False
    prompt: bool = False
    short: bool = False
    plain: bool = False

    @property
    def anchor(self) -> bool:
        return self.button or self.notice or self.prompt

    @property
    def hint(self) -> bool:
        """Whether it may belong to a notice between two lines that do; pronouns alone may not."""
        return self.near or (self.short and bool(self.kinds & _TOPICS))

    @property
    def near(self) -> bool:
        """The same beside only one such line: stricter, as an article's sentence may be there."""
        if "cookie" in self.kinds:
            return True
        enough = 2 if self.short else 3
        return bool(self.kinds & _TOPICS) and len(self.kinds) >= enough and self.plain


def find(lines: Sequence[Line]) -> Found:
    """Return the places of the lines that make up notices, and of prompts that stand alone."""
    roles = [_role(line) for line in lines]
    notices: set[int] = set()
    start = 0
    while start < len(roles):
        end = _end(lines, roles, start)
        first, last = _within_reach(roles, start, end)
        if last > first and _is_notice(roles[first:last], roles[last : last + 2]):
            notices.update(range(first, last))
        start = max(end, start + 1)
    prompts = (place for place, role in enumerate(roles) if role.prompt)
    return Found(frozenset(notices), frozenset(prompts))


def subject(leaves: Sequence[Node], title: str) -> frozenset[int]:
    """Return the ids of the paragraphs of an article whose title names cookies or privacy.

    They say what notices say; only what has a button beside it may be one.
    """
    if not consent.suspicious(title):
        return frozenset()
    buttons = [
        place
        for place, leaf in enumerate(leaves)
        if leaf.prose == 0 and lexicon.is_button(lexicon.normal(leaf.text()))
    ]
    near = {place for button in buttons for place in range(button - _REACH, button + _SKIPPED + 1)}
    # Each parent is searched once, however many blocks it holds.
    parents = {id(leaf.parent): leaf.parent for leaf in leaves if leaf.parent is not None}
    beside = {key for key, parent in parents.items() if parent.has_button()}
    return frozenset(
        id(leaf)
        for place, leaf in enumerate(leaves)
        if leaf.prose > 0 and place not in near and id(leaf.parent) not in beside
    )


def _role(line: Line) -> _Role:
    if line.free and lexicon.is_button(line.words):
        return _Role(frozenset(), button=True)
    if len(line.text) > _SENTENCE:
        return _Role(frozenset())
    said = consent.told(line.text)
    return _Role(
        said - {"prompt"},
        label=line.free and len(line.text) <= _LABEL and _STOP.search(line.text) is None,
        notice=line.notice,
        prompt=line.free and "prompt" in said,
        short=len(line.text) <= _SHORT,
        plain=len(line.text) <= _PLAIN,
    )


def _end(lines: Sequence[Line], roles: Sequence[_Role], start: int) -> int:
    """Return where the sequence of members that begins at `start` ends."""
    end = place = start
    gaps = 0
    if not (roles[start].anchor or roles[start].hint):
        return start
    while place < len(roles):
        if roles[place].anchor or roles[place].hint:
            end, gaps = place + 1, 0
        elif not roles[place].label:
            gaps += 1
            if gaps > _SKIPPED or len(lines[place].text) > _GAP:
                break
        place += 1
    return end


def _within_reach(roles: Sequence[_Role], start: int, end: int) -> tuple[int, int]:
    """Return the part of a sequence near its anchors, an empty one where it has none."""
    anchors = [place for place in range(start, end) if roles[place].anchor]
    if not anchors:
        return start, start
    first, last = anchors[0], anchors[-1] + 1
    return (
        first - _stretch(roles[max(start, first - _REACH) : first][::-1]),
        last + _stretch(roles[last : min(end, last + _REACH)]),
    )


def _stretch(roles: Sequence[_Role]) -> int:
    """Count the lines next to an anchor that belong to it, the nearest first."""
    count = skipped = 0
    for place, role in enumerate(roles, 1):
        if role.near and (role.short or not skipped):
            count, skipped = place, 0
        elif not role.label:
            skipped += 1
        if skipped > _SKIPPED:
            break
    return count


def _is_notice(roles: Sequence[_Role], after: Sequence[_Role]) -> bool:
    """Say whether lines make a notice: a button and words of consent, or several notices."""
    buttons = sum(role.button for role in roles)
    if buttons > 1:
        return True
    said = frozenset[str]().union(*(role.kinds for role in roles))
    notices = sum(role.notice for role in roles)
    prompts = sum(role.prompt for role in roles)
    if buttons:
        return notices + prompts > 0 or "cookie" in said or len(said) > 1
    if notices:
        return len(roles) > 1
    answered = any(role.label for role in (*roles, *after))
    return prompts > 0 and answered and all(role.short or role.prompt for role in roles)
