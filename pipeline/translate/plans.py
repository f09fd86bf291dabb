"""Divide a stream of articles into windows, and each article into texts and segments.

`next_window` takes the stream and returns the articles to translate together. `plan_of` takes an
article and returns its document, texts and segments. Never raises.
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
"""Articles in one window: enough to fill batches, few enough to hold in memory."""
WINDOW_CHARACTERS = 2_000_000
"""A window ends at so many characters of HTML, even with fewer articles."""
# Plans of articles up to so many characters are cached for their next target language.
_CACHED = 100_000
# Ruby annotations give the reading of the original's words; in a translation they would only
# interrupt the sentences.
_RUBY = re.compile(r"<(rt|rp)\b[^>]*>.*?</\1>|</?ruby\b[^>]*>", re.S)


@dataclass(frozen=True, slots=True)
class Plan:
    """An article and what is to be translated of it.

    `blocks` are those of its title, its summary and its document's texts, in that order. `language`
    is the target language, `route` the models that lead there.
    """

    article: Article
    language: str
    document: Document
    blocks: tuple[Block, ...]
    route: tuple[Model, ...]

    @property
    def segments(self) -> dict[str, None]:
        """The distinct segments, in order; used as an ordered set."""
        return dict.fromkeys(s for part in self.blocks for s in part.segments)


def plan_of(article: Article, language: str, route: tuple[Model, ...]) -> Plan:
    """Return the plan of an article, whose language must be known, for a target language."""
    parts = article.title, article.summary, article.html, article.language or ""
    short = len(article.html) <= _CACHED
    document, blocks = _parsed(*parts) if short else _parsed.__wrapped__(*parts)
    return Plan(article, language, document, blocks, route)


@lru_cache(maxsize=2 * WINDOW)
def _parsed(
    title: str, summary: str, html: str, language: str
) -> tuple[Document, tuple[Block, ...]]:
    """Return an article's document and the blocks of its texts: the same for every target."""
    document = parse(_RUBY.sub("", html))
    texts = [Text(title), Text(summary), *document.texts]
    return document, tuple(block(text, language) for text in texts)


def next_window(stream: Iterator[Article]) -> list[Article]:
    """Return the next articles to translate together: bounded in number and in characters."""
    window: list[Article] = []
    characters = 0
    for article in stream:
        window.append(article)
        characters += len(article.html)
        if len(window) >= WINDOW or characters >= WINDOW_CHARACTERS:
            break
    return window
