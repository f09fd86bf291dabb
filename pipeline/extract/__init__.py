"""Extract the article of a page: without consent notices, boilerplate and clutter.

In: the bytes of an article page, its address, and the charset that HTTP declared. Out: an
`Article`. Raises NotAnArticle for walls, error pages, index pages and files that are no HTML.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from html import unescape
from itertools import islice

from bs4 import BeautifulSoup, Tag

from pipeline.article import Article, Selectors
from pipeline.charsets import decode
from pipeline.errors import NotAnArticle
from pipeline.extract import languages, metadata, obstacles, paging, refusals, selected
from pipeline.extract.body import content, hidden, scripts
from pipeline.extract.body.render import Body, render
from pipeline.extract.clutter import (
    bylines,
    captions,
    chrome,
    consent,
    mistaken,
    offers,
    others,
    teasers,
    trim,
)
from pipeline.extract.metadata import Metadata
from pipeline.extract.metadata.names import is_person, people_in
from pipeline.extract.page import formats, garbage, prose, styles
from pipeline.extract.page.builder import tags_of, within
from pipeline.extract.page.node import Node, measure, take_out, width
from pipeline.extract.page.outline import outline
from pipeline.extract.page.parsing import parse, refuse

__all__ = [
    "NotAnArticle",
    "extract",
    "first_sentences",
    "is_person",
    "people_in",
    "plain_text",
]

_NONE = Selectors()
_SUMMARY = 300  # characters
_TITLES = 6  # titles and main headings by which a page is judged
_POOR = 250  # width of text below which the page is read again with unseen elements
_SENTENCES = 60  # width of the shortest text that is taken from JSON-LD alone
_BARE = 1200  # width of text below which the data of a page's scripts are read
_FREE = 6000  # width of the longest text before an offer of a subscription
_SENTENCE = re.compile(r"(?<=[.!?…。！？।؟])\s+|(?<=[。！？])")


@garbage.paused()
def extract(
    html: bytes,
    url: str,
    *,
    charset: str | None = None,
    language: str | None = None,
    selectors: Selectors = _NONE,
    part: int = 1,
) -> Article:
    """Return the article of a page.

    `charset` is the one that HTTP declared; it may be wrong. `language` (a BCP 47 tag) overrides
    what the page declares and what its text looks like. `selectors` override what would be found;
    the origin of what they select, the text included, is "selector". `part` is the page's number in
    an article of several pages. Pure: no I/O, and the same bytes give the same article.

    Raises:
        NotAnArticle: the page holds no article; the error says why.
        TypeError: `html` is no bytes.
    """
    if not isinstance(html, bytes):
        # Text has lost the bytes that tell its charset; the checks of bytes would fail obscurely.
        raise TypeError(f"extract() wants the bytes of a page, not {type(html).__name__}")
    refuse(html, url)
    text, _ = decode(html, charset)
    if (format_ := formats.other(text)) is not None:
        raise NotAnArticle(url, *format_)
    soup = parse(text)
    styles.mark(tags_of(soup))
    facts = selected.facts(soup, selectors, metadata.read(soup, url))
    if selectors.next_page:
        following = selected.next_page(soup, selectors.next_page, url, facts.base)
    else:
        following = paging.next_page(soup, url, facts.base, part)
    tops = {tag.name: tag for tag in tags_of(soup)[::-1] if tag.name in ("body", "html")}
    root = tops.get("body") or tops.get("html")
    if root is None:
        raise NotAnArticle(url, "not HTML", "take it out of the source")
    selected.remove(root, selectors.remove)
    chosen = selected.article(soup, selectors.article)
    if chosen is not None:
        facts = replace(facts, origins={**facts.origins, "text": "selector"})
    reading = _read(root if chosen is None else chosen, facts, chosen=chosen is not None)
    for element, above in reading.hidden:
        whole = _read(element, reading.facts, chosen=True, lead=above).body
        if hidden.completes(whole, reading.body):
            reading = replace(reading, body=whole)
            break
    if chosen is None and width(reading.body.text) < _POOR:
        other = _read(root, facts, lenient=True)
        if width(other.body.text) > 2 * width(reading.body.text):
            reading = other
    facts, body = reading.facts, reading.body
    if chosen is None and width(body.text) < _BARE:
        body = _from_scripts(soup, reading)
    short = width(body.text) < refusals.SHORT  # searching the tree takes time
    told = (facts.kind == "article", facts.published is not None, bool(facts.authors))
    finding = refusals.Finding(
        titles=_titles(soup, facts) if short else (),
        text=body.text,
        page=reading.page,
        links=reading.linked if facts.kind != "article" else 0.0,
        consent=reading.noticed,
        declared=facts.declared or all(told[1:]),
        facts=sum(told),
        found=obstacles.find(root, reading.container, facts.base) if short else frozenset(),
    )
    reason = refusals.reason(finding)
    if reason is not None:
        brief = refusals.is_brief(reason)
        raise NotAnArticle(url, reason, refusals.remedy(reason), retry=brief)
    return replace(_article(facts, body, _is_partial(reading, body), language), next_page=following)


@dataclass(frozen=True, slots=True)
class _Reading:
    """What was found on a page.

    `container` holds the article. `page` is the beginning of all text that is shown, `linked` the
    share of text in links (0 to 1), `noticed` the width of the consent notices. `offered` says that
    an offer of a subscription follows the article, which is not too long to be free. `hidden` holds
    hidden elements that may contain the whole article, each with the blocks shown above the
    article's beginning.
    """

    facts: Metadata
    container: Node
    body: Body
    page: str
    linked: float
    noticed: int
    offered: bool
    hidden: Sequence[tuple[Tag, Sequence[Node]]]


def _read(
    root: Tag,
    facts: Metadata,
    *,
    lenient: bool = False,
    chosen: bool = False,
    lead: Sequence[Node] = (),
) -> _Reading:
    """Read the page under `root`: find the article in it, unless `root` is it already (`chosen`).

    `lead` are blocks from elsewhere on the page to put above a chosen article.
    """
    top = outline(root, lenient=lenient)
    page = _opening(top)
    linked = top.links / max(1, top.chars)
    noticed, long, named = _strip(top, facts, lenient=lenient)
    facts = metadata.with_nearby(facts, top)
    if not chosen and others.mark(top, facts.title):
        prose.resum(top)
    container = top if chosen else content.choose(top)
    mistaken.restore(named, container, top)
    around = top.chars
    if not chosen:
        facts, lead = _lead(container, top, facts)
    container = content.joined(lead, container)
    known = bylines.Facts(facts.title, facts.authors, facts.site or "", facts.base)
    trim.trim(container, known)
    captions.gather(container)
    measure(container)
    if container.chars:
        linked = container.links / container.chars
    body = _body(container, facts, around)
    offered = width(body.text) <= _FREE and offers.follows(top, container)
    whole = [] if chosen else hidden.candidates(long, container)
    return _Reading(facts, container, body, page, linked, noticed, offered, whole)


def _opening(top: Node) -> str:
    """Return the text of a page as far as walls are told by it: all of a short page's."""
    texts: list[str] = []
    size = 0
    for leaf in top.leaves():
        if size > refusals.OPENING:
            break
        if text := leaf.text():
            texts.append(text)
            size += len(text)
    return " ".join(texts)


def _lead(container: Node, top: Node, facts: Metadata) -> tuple[Metadata, list[Node]]:
    """Return the facts, and the blocks of the standfirst that the article does not repeat.

    One that it repeats becomes the summary unless the page declares the same one: above
    the text it would be a repetition.
    """
    found = content.standfirst(container, top, facts.title)
    lead = [leaf for leaf in found if not content.repeats(container, leaf)]
    summing = " ".join(leaf.text() for leaf in found if leaf not in lead)
    if summing and not content.says(facts.summary, summing):
        origins = {**facts.origins, "summary": "standfirst"}
        facts = replace(facts, summary=summing, origins=origins)
    return facts, lead


def _titles(soup: BeautifulSoup, facts: Metadata) -> tuple[str, ...]:
    """Return the titles that a page shows: the article's, the head's, the main headings."""
    tags = islice(within(soup, "title", "h1"), _TITLES)
    shown = [" ".join(tag.get_text(" ").split()) for tag in tags]
    return tuple(dict.fromkeys(text for text in (facts.title, *shown) if text))


def plain_text(html: str) -> str:
    """Return the text of an article's HTML, paragraphs separated by a blank line."""
    soup = parse(f"<html><body>{html}</body></html>")
    return render(outline(soup.body), "", "").text if isinstance(soup.body, Tag) else ""


def _strip(top: Node, facts: Metadata, *, lenient: bool) -> tuple[int, list[Node], list[Node]]:
    """Set the verdicts of the nodes around the article.

    Returns the width of the consent notices in characters, the long hidden elements, and those
    judged by their names alone.
    """
    unseen = chrome.mark_hidden(top)
    if lenient:
        unseen = hidden.reveal(unseen, facts.title)
    long = [node for node in unseen if node.chars >= hidden.LEAST]
    take_out(unseen, top)
    before = top.chars
    take_out(consent.mark(top), top)
    noticed = before - top.chars
    prose.weigh(top)
    teasers.mark(top, facts.base)
    prose.resum(top)
    named = chrome.mark(top, facts.verdict)
    measure(top)
    prose.resum(top)
    return noticed, long, named


def _body(container: Node, facts: Metadata, around: int) -> Body:
    """Render the article; from JSON-LD where the page's own markup holds far less of it."""
    body = render(container, facts.base, facts.title)
    declared = facts.article_body
    if not body.text.strip() and width(declared) > _SENTENCES:
        return _from_text(declared, facts) or body
    if width(declared) > 2 * width(body.text) + 400 and around < 2 * width(declared):
        return _from_text(declared, facts) or body
    return body


def _from_scripts(soup: BeautifulSoup, reading: _Reading) -> Body:
    """Return the article from the data of the page's scripts where those hold far more of it."""
    facts, body = reading.facts, reading.body
    other = _from_text(scripts.find(soup), facts)
    if other is not None and width(other.text) > 2 * width(body.text) + 400:
        return other
    return body


def _is_partial(reading: _Reading, body: Body) -> bool:
    """Say whether a text is only the free beginning of an article.

    An offer of a subscription follows it, or the page says that the article is not free and shows
    little. A text from the page's data is whole.
    """
    size = width(body.text)
    if size > _FREE or size > 2 * reading.container.chars + _POOR:
        return False
    return reading.offered or (reading.facts.paid and size < _BARE)


def _from_text(text: str, facts: Metadata) -> Body | None:
    markup = unescape(text) if "&lt;" in text else text
    if "<p" not in markup and "<br" not in markup:
        parts = [part.strip() for part in re.split(r"\n\s*\n|\r?\n", markup) if part.strip()]
        markup = "".join(f"<p>{part}</p>" for part in parts)
    soup = parse(f"<html><body>{markup}</body></html>")
    if not isinstance(soup.body, Tag):
        return None
    return render(outline(soup.body), facts.base, facts.title)


def _article(facts: Metadata, body: Body, partial: bool, wanted: str | None) -> Article:
    origins = dict(facts.origins)
    spoken, said_by = languages.decide(f"{facts.title}\n{body.text}", facts.declared_language)
    if wanted:
        spoken, origins["language"] = metadata.primary(wanted), "settings"
    elif said_by == "text":
        origins["language"] = "text"
    image = facts.image or (body.images[0] if body.images else None)
    if image and not facts.image:
        origins["image"] = "body"
    summary = facts.summary or first_sentences(body.text)
    if summary and not facts.summary:
        origins["summary"] = "body"
    title = facts.title or first_sentences(body.text, 90)
    if title and not facts.title:
        origins["title"] = "body"
    return Article(
        url=facts.url,
        title=title,
        html=body.html,
        text=body.text,
        summary=summary,
        authors=facts.authors,
        published=facts.published,
        modified=facts.modified,
        language=spoken,
        image=image,
        site=facts.site,
        section=facts.section,
        keywords=facts.keywords,
        partial=partial,
        origins=_sorted(origins),
    )


def _sorted(origins: Mapping[str, str]) -> dict[str, str]:
    return dict(sorted(origins.items()))


def first_sentences(text: str, most: int = _SUMMARY) -> str:
    """Return whole sentences from the beginning of a text, up to `most` characters."""
    start = " ".join(text[: 4 * most].split("\n\n")[0].split())
    if len(start) <= most:
        return start
    taken = ""
    for sentence in _SENTENCE.split(start):
        if len(taken) + len(sentence) > most:
            break
        taken = f"{taken} {sentence}".strip()
    return taken or f"{start[:most].rsplit(' ', 1)[0]}…"
