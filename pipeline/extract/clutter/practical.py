"""The practical lines of a local notice: where, when, whom to call.

In: the blocks of an article's container, and the page's address. Out: the places of such lines.
Never raises. They follow a paragraph as its siblings. One line is not enough, for sites end their
pages with one as well; nor are lines with the site's own address, or only with dates.
"""

import re
from collections.abc import Sequence

from pipeline.extract.clutter import stamps
from pipeline.extract.clutter.blockrules import Block
from pipeline.extract.page import lexicon, urls

_LONGEST = 160  # characters
_EMAIL = re.compile(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)+)")
_LABELLED = re.compile(r"[^\W\d_][^:：.!?]{1,30}\s?[:：]\s?\S")
_SENTENCE = re.compile("[!?…。！？؟।]$|\\w{3}[.]$")
_NUMBER = re.compile(r"(?<!\w)\d\d")


def find(blocks: Sequence[Block], url: str) -> list[int]:
    """Return the places of the lines: two or more in a row, one of them beyond suspicion."""
    found: list[int] = []
    place = 1
    while place < len(blocks):
        end, before = place, blocks[place - 1]
        while before.solid and end < len(blocks) and _is_beside(blocks[end], before, url):
            end += 1
        if end - place > 1 and any(not block.bad for block in blocks[place:end]):
            found.extend(range(place, end))
        place = max(end, place + 1)
    return found


def _is_beside(block: Block, before: Block, url: str) -> bool:
    """Say whether a block is a line built like the paragraph before it, with no link."""
    node, other = block.node, before.node
    if node.parent is not other.parent or node.name != other.name or block.bad >= 3:
        return False
    return (not block.linked or "@" in block.text) and is_line(block.text, url)


def is_line(text: str, url: str) -> bool:
    """Say whether a text may be a practical line: "Tickets: 0231 5550", "Mill Street 14"."""
    if len(text) > _LONGEST or "©" in text or _SENTENCE.search(text):
        return False
    if "site" in lexicon.kinds(lexicon.normal(text)):
        return False
    if any(urls.same_site(f"https://{host}/", url) for host in _EMAIL.findall(text)):
        return False
    told = _NUMBER.search(text) and not stamps.is_stamp(text)
    return bool(told or _LABELLED.match(text) or _EMAIL.search(text))
