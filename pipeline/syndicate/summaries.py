"""The title and the summary of an entry, the same in feeds of all formats and on pages.

Pages cut their descriptions at a number of characters, often in the middle of a word: a summary
ends at a sentence. Takes an Entry; returns one line of plain text. Never raises, but PublishError
for a code that is no language.
"""

from functools import lru_cache

import regex
import sentencex

from pipeline.article import Entry
from pipeline.syndicate.language import language_tag
from pipeline.syndicate.markup import fragment_root
from pipeline.syndicate.xmltext import plain_line, uri

# The end of a sentence in any script (UAX #44, Sentence_Terminal), in quotation marks or not.
_END = regex.compile(r"\p{STerm}[\p{Pe}\p{Pf}\p{Pi}\"']*$")
_CUT = ("…", "...", "[…]", "[...]", "(…)", "(...)")
# Characters: of a summary that is made of the text, and that one may become by its last sentence.
_ENOUGH, _MOST = 200, 800
# Characters of HTML that are read to complete a summary.
_READ = 20_000
# What is compared to find where a summary ends in the text: it may begin otherwise.
_COMPARED = 40


def entry_title(entry: Entry) -> str:
    """The title, else that of the original, else the summary, else the address: readers show
    nothing for an empty title.

    One that is not translated yet begins with its language: "[de] …".
    """
    own = plain_line(entry.title) or plain_line(entry.original_title)
    title = own or summary_of(entry) or uri(entry.url)
    if entry.scope != "original":
        return title
    tag = language_tag(entry.original_language)
    return f"[{'?' if tag == 'und' else tag}] {title}"


def summary_of(entry: Entry) -> str:
    """The summary; "" if there is none.

    One that its page has cut off is completed from the text, else ends with its last whole
    sentence, else is replaced by the first sentences of the text. Nothing else is changed: a line
    without a full stop is whole, unless the text goes on where it ends.
    """
    said = plain_line(entry.summary)
    bare = said.rstrip()
    for mark in _CUT:
        bare = bare.removesuffix(mark).rstrip()
    cut = bare != said
    if not bare or (not cut and _END.search(bare)):
        return said
    language = entry.language if entry.scope == "whole" else entry.original_language
    return _completed(said, bare, cut, entry.html[:_READ], language)


# All formats of a feed want the same, one after the other, and so do its pages.
@lru_cache(maxsize=256)
def _completed(said: str, bare: str, cut: bool, html: str, language: str) -> str:
    """A summary, and what is left of it without its marks that it is `cut`, made whole."""
    text = _text(html)
    at = text.find(bare[-_COMPARED:])
    if at >= 0:
        rest = _rest(text, at + len(bare[-_COMPARED:]), language)
        if rest is not None and len(bare) + len(rest) <= _MOST:
            return bare + rest
        cut = cut or rest is not None
    if not cut:
        return said
    whole = "".join(_sentences(bare, language)[:-1]).strip()
    return whole or _beginning(text, language) or said


def _rest(text: str, end: int, language: str) -> str | None:
    """What follows in the sentence that is under way at `end`; None if the text ends there."""
    at = 0
    for sentence in _sentences(text, language):
        at += len(sentence)
        if at >= end:
            rest = text[end:at].rstrip()
            return rest or None
    return None


def _beginning(text: str, language: str) -> str:
    """The first sentences of a text, until they are enough; "" if the first is too long."""
    taken = ""
    for sentence in _sentences(text, language):
        if len(taken) >= _ENOUGH or len(taken) + len(sentence) > _MOST:
            break
        taken += sentence
    return taken.strip()


def _sentences(text: str, language: str) -> list[str]:
    """The sentences with the spaces after them; joined, they are the text."""
    return [str(one) for one in sentencex.segment(language.partition("-")[0], text)]


def _text(html: str) -> str:
    """A text in one line, without headings and captions."""
    blocks = fragment_root(html).iter("p", "li", "blockquote")
    return " ".join(filter(None, (plain_line(block.text_content()) for block in blocks)))
