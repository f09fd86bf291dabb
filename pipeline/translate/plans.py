"""Articles taken apart, some at a time: what there is to translate of each.

In goes a stream of articles, out come windows of them, and each one's texts and sentences. It
refuses nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from pipeline.article import Article
from pipeline.translate.packages.package import Model
from pipeline.translate.text.blocks import Block, block
from pipeline.translate.text.markup import Document, Text, parse

WINDOW = 64
"""Articles taken from the stream at a time: enough to fill batches, little enough to hold."""
WINDOW_CHARACTERS = 2_000_000
"""Of articles taken at a time, where they are long."""
# Characters of an article that is kept in parts for its next target language.
_REMEMBERED = 100_000
# How words are read (ruby) is told to readers of the original only: it would stand amid sentences.
_READINGS = re.compile(r"<(rt|rp)\b[^>]*>.*?</\1>|</?ruby\b[^>]*>", re.S)


@dataclass(frozen=True, slots=True)
class Plan:
    """An article taken apart: its title, its summary and its document's texts, in that order."""

    article: Article
    language: str
    document: Document
    blocks: tuple[Block, ...]
    route: tuple[Model, ...]

    @property
    def segments(self) -> dict[str, None]:
        """The distinct segments in order."""
        return dict.fromkeys(s for part in self.blocks for s in part.segments)


def taken_apart(article: Article, language: str, route: tuple[Model, ...]) -> Plan:
    """An article, whose language is known, taken apart for its way into another language."""
    parts = article.title, article.summary, article.html, article.language or ""
    short = len(article.html) <= _REMEMBERED
    document, blocks = _apart(*parts) if short else _apart.__wrapped__(*parts)
    return Plan(article, language, document, blocks, route)


@lru_cache(maxsize=2 * WINDOW)
def _apart(
    title: str, summary: str, html: str, language: str
) -> tuple[Document, tuple[Block, ...]]:
    """An article's document, and the sentences of all its texts: the same for every target."""
    document = parse(_READINGS.sub("", html))
    texts = [Text(title), Text(summary), *document.texts]
    return document, tuple(block(text, language) for text in texts)


def taken(stream: Iterator[Article]) -> list[Article]:
    """The next articles to translate together: bounded in number and in characters."""
    window: list[Article] = []
    characters = 0
    for article in stream:
        window.append(article)
        characters += len(article.html)
        if len(window) >= WINDOW or characters >= WINDOW_CHARACTERS:
            break
    return window
