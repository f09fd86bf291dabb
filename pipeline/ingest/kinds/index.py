"""Parse index pages: find the links to articles on a front page, a section or a list.

`parse_index` takes the HTML of a page and returns references in the page's order. The links are
those that the source's CSS selectors match; without selectors they are guessed, and links to
services, lists, files and other sites are left out.
Raises SourceError when the page has no article links, or when a selector is invalid.
"""

import re
import tomllib
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from urllib.parse import unquote, urlsplit

import soupsieve
from bs4 import BeautifulSoup, Tag

from pipeline.article import Reference, Source
from pipeline.errors import BabelwireError, FetchError, SourceError
from pipeline.ingest.addressing import identity
from pipeline.ingest.html import base_of, read_html
from pipeline.ingest.kinds.timestamps import plausible, read_date
from pipeline.ingest.text import language_of, plain
from pipeline.ingest.urls import absolute, web_address

MAX_LINKS = 10_000
# The score of a link to an article, see `_score`; and the score that is accepted on a page where no
# link reaches the first.
ENOUGH = 3
BARELY = 2

_DATA = tomllib.loads(files("pipeline.ingest").joinpath("data/links.toml").read_text("utf-8"))
_ENDINGS = tuple(_DATA["endings"])
_SERVICES = frozenset(_DATA["services"])
_LISTS = frozenset(_DATA["lists"])
_CHROME = frozenset(_DATA["chrome"])
_ROLES = frozenset(_DATA["roles"])
_CHROME_WORDS = frozenset(_DATA["chrome_words"])
_TEASERS = frozenset(_DATA["teasers"])
_WORD = re.compile(r"[a-z]+")
_DATED = re.compile(r"/(?:19|20)\d{2}[/_-]?(?:0?[1-9]|1[0-2])(?:[/_-]|\d{2}\b)")
_NUMBERED = re.compile(r"(?:^|[^\d])\d{4,}(?:$|[^\d])")
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """What an index page announces; `guessed` says that the source has no selectors."""

    references: tuple[Reference, ...]
    problems: tuple[BabelwireError, ...] = ()
    title: str = ""
    language: str | None = None
    guessed: bool = True


def parse_index(
    content: bytes, url: str, source: Source, now: datetime, charset: str | None = None
) -> Index:
    """Return the article links of a page that came from `url`, in its order, each article once.

    Raises SourceError when the page has none, or when a selector of the source is invalid.
    """
    page = read_html(content, charset)
    base = base_of(page, url)
    chosen = _selected(page, source) if source.links else page.find_all("a", href=True)
    found: dict[str, tuple[Reference, int]] = {}
    problems: list[BabelwireError] = []
    chrome: dict[int, bool] = {}
    times = _times(page)
    for link in chosen[:MAX_LINKS]:
        href = str(link.get("href", "")).strip()
        if not href or href.startswith("#"):
            continue
        try:
            address = web_address(absolute(base, href))
        except FetchError as error:
            if source.links:
                problems.append(error)
            continue
        words = plain(link.get_text(" ")[:4_000], markup=False)
        score = ENOUGH if source.links else _checked_score(link, address, words, url, chrome)
        if score < BARELY:
            continue
        known, before = found.get(identity(address), (None, 0))
        # The picture and the heading of a teaser are two links to one article.
        if known is None or len(words) > len(known.title or ""):
            known = Reference(
                source=source.id,
                url=known.url if known else address,
                title=words or None,
                published=plausible(_date(link, times), now),
                language=source.language,
            )
        found[identity(address)] = known, max(score, before)
    enough = min(ENOUGH, max((score for _, score in found.values()), default=0))
    references = tuple(one for one, score in found.values() if score >= enough)
    if not references:
        raise SourceError(
            url,
            "has no links to articles" + (" that its selectors match" if source.links else ""),
            "name the links with `links`, CSS selectors, in the settings of the source",
        )
    html = page.find("html")
    title = page.find("title")
    return Index(
        references=references,
        problems=tuple(problems),
        title=plain(title.get_text(), markup=False) if isinstance(title, Tag) else "",
        language=language_of(html.get("lang")) if isinstance(html, Tag) else None,
        guessed=not source.links,
    )


def _selected(page: BeautifulSoup, source: Source) -> list[Tag]:
    links: list[Tag] = []
    for selector in source.links:
        try:
            matches = soupsieve.select(selector, page)
        except (soupsieve.SelectorSyntaxError, NotImplementedError, ValueError) as error:
            reason = str(error).splitlines()[0]
            raise SourceError(
                selector, f"is no CSS selector ({reason})", f"correct source {source.id!r}"
            ) from error
        for match in matches:
            # A selector may match the link itself, or the teaser or heading around it.
            links += [match] if match.get("href") else match.find_all("a", href=True)
    return links


def _checked_score(link: Tag, address: str, words: str, page: str, chrome: dict[int, bool]) -> int:
    """Return the score of a link; 0 if it cannot lead to an article."""
    parts = urlsplit(address)
    if not _same_site(parts.hostname or "", urlsplit(page).hostname or ""):
        return 0
    path = unquote(parts.path).lower()
    segments = [one for one in path.split("/") if one]
    if identity(address) == identity(page) or (not segments and not parts.query):
        return 0
    if path.endswith(_ENDINGS) or _SERVICES.intersection(segments):
        return 0
    if segments and segments[-1] in _LISTS:
        return 0
    if "nofollow" in (link.get("rel") or ()) or _in_chrome(link, chrome):
        return 0
    return _score(link, segments, parts.query, words)


def _score(link: Tag, segments: list[str], query: str, words: str) -> int:
    """Return a score for how much a link looks like the headline of an article.

    The text counts most: the name of a section is one or two words, a headline is a sentence. The
    address, and the elements around the link, can make up for a short text.
    """
    # A Han character or kana counts as half a word; other scripts separate words by spaces.
    length = len(words.split()) + len(_WIDE.findall(words)) // 2
    slug = segments[-1] if segments else ""
    score = (length >= 3) + (length >= 5) + (length >= 7)
    score += bool(_DATED.search("/" + "/".join(segments)))
    score += bool(_NUMBERED.search(slug) or _NUMBERED.search(query))
    is_slug = slug.count("-") + slug.count("_") >= 3
    score += 2 * is_slug
    score += any(parent.name in _TEASERS for parent in [link, *link.parents][:4])
    # A single word is a button, a page number or a name, not a headline.
    return 0 if length < 2 and not is_slug and not link.find("img") else score


def _in_chrome(link: Tag, known: dict[int, bool]) -> bool:
    """Return whether an element around the link is navigation; `known` caches the answers."""
    path: list[int] = []
    answer = False
    for parent in link.parents:
        if id(parent) in known:
            answer = known[id(parent)]
            break
        path.append(id(parent))
        if _is_chrome(parent):
            answer = True
            break
    known.update(dict.fromkeys(path, answer))
    return answer


def _is_chrome(element: Tag) -> bool:
    if element.name in _CHROME or str(element.get("role", "")).lower() in _ROLES:
        return True
    if element.name in ("body", "html", "main", "[document]"):
        return False
    classes = element.get("class") or ""
    named = classes if isinstance(classes, str) else " ".join(classes)
    names = f"{named} {element.get('id') or ''}".lower()
    return bool(_CHROME_WORDS.intersection(_WORD.findall(names)))


def _times(page: BeautifulSoup) -> dict[int, list[Tag]]:
    """Return the first two `time` elements inside each element, by the element's id().

    Collected once for the page, because one element may contain ten thousand links.
    """
    known: dict[int, list[Tag]] = {}
    for time in page.find_all("time", datetime=True):
        for parent in time.parents:
            held = known.setdefault(id(parent), [])
            if len(held) > 1:
                break  # its ancestors have two already
            held.append(time)
    return known


def _date(link: Tag, times: dict[int, list[Tag]]) -> datetime | None:
    """Return the date of the teaser around a link, if the teaser has exactly one."""
    for parent in [link, *link.parents][:4]:
        if parent.name in ("body", "html", "main", "ul", "ol", "table", "section"):
            return None
        if held := times.get(id(parent)):
            return read_date(str(held[0]["datetime"])) if len(held) == 1 else None
    return None


def _same_site(host: str, page: str) -> bool:
    """Return whether `host` belongs to the site of `page`: equal except for www, or a subdomain."""
    host, page = host.lower().removeprefix("www."), page.lower().removeprefix("www.")
    return host == page or host.endswith(f".{page}")
