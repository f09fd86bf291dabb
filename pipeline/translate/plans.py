"""Divide a stream of articles into windows, and each article into texts and segments.

`next_window` takes the stream and returns the articles to translate together. `plan_of` takes an
article and returns its document, texts and segments. Never raises.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipeline.article import Article
from pipeline.translate.packages.package import Model
from pipeline.translate.text.blocks import Block, block
from pipeline.translate.text.markup import Document, parse
from pipeline.translate.text.segments import UNSPACED_SCRIPTS
from pipeline.translate.text.spans import Text
from pipeline.translate.text.tags import primary

WINDOW = 64
"""Articles in one window: enough to fill batches, few enough to hold in memory."""
WINDOW_CHARACTERS = 2_000_000
"""A window ends at so many characters of HTML, even with fewer articles."""
# Plans of articles up to so many characters are cached for their next target language.
_CACHED = 100_000
# Ruby annotations give the reading of words. They mean nothing beside a translation of these, but
# stay on words in another script, which stay as they are.
_RUBY = re.compile(r"(<ruby\b.*?</ruby\s*>)", re.S)
_READING = re.compile(r"<(rt|rp)\b[^>]*>.*?</\1>", re.S)
_RUBY_TAG = re.compile(r"</?ruby\b[^>]*>")
_READ = re.compile(rf"(?:<[^>]*>|[{UNSPACED_SCRIPTS}])*")
_WITH_RUBY = frozenset({"ja", "zh", "zt", "ko"})
_FOREIGN_SHARE = 0.5  # of an article's letters; with more its declarations of languages are wrong


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
    document = _document(_without_readings(html, language), language)
    texts = [Text(title), Text(summary), *document.texts]
    return document, tuple(block(text, language) for text in texts)


def _without_readings(html: str, language: str) -> str:
    """Return HTML without the readings of words that are translated from `language`."""
    out = []
    for part in _RUBY.split(html) if "<ruby" in html else [html]:
        bare = _READING.sub("", part)
        stays = part.startswith("<ruby") and _READ.fullmatch(bare)
        if stays and primary(language) not in _WITH_RUBY:
            out.append(part)
        else:
            out.append(_RUBY_TAG.sub("", bare))
    return "".join(out)


def _document(html: str, language: str) -> Document:
    """Return an article's document; what it declares to be in another language stays as it is.

    Such declarations are ignored if they are on most of the article: they are a template's or an
    editor's, as extraction read the article's language from its words.
    """
    document = parse(html, language)
    if "lang" not in html:
        return document
    whole = parse(html)
    left, right = (sum(len(one.text) for one in found.texts) for found in (document, whole))
    return document if left >= _FOREIGN_SHARE * right else whole


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


def refuse_string(texts: Sequence[str]) -> None:
    """Raise TypeError for a string, which is a sequence of strings, too: its characters."""
    if isinstance(texts, str | bytes):
        raise TypeError(f"a list of texts is needed, not {type(texts).__name__}")
