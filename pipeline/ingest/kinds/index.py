"""Reading an index page: the links to articles on a front page, a section or an archive.

In: the HTML of one page, and the CSS selectors of its article links if its source has any. Out:
references in the page's order. Refuses links that lead to services, lists, files and other sites,
unless a selector names them.
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
# Marks a link needs to be taken for one to an article, see `_marks`; and on a page where none has
# as many.
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
    """What an index page announces; `guessed` says that no selector told which links to take."""

    references: tuple[Reference, ...]
    problems: tuple[BabelwireError, ...] = ()
    title: str = ""
    language: str | None = None
    guessed: bool = True


def parse_index(
    content: bytes, url: str, source: Source, now: datetime, charset: str | None = None
) -> Index:
    """The article links of a page that came from `url`, in its order, each story once.

    Raises SourceError when the page has none, or a selector of the source is wrong.
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
        marks = ENOUGH if source.links else _marks_of(link, address, words, url, chrome)
        if marks < BARELY:
            continue
        known, before = found.get(identity(address), (None, 0))
        # The picture of a teaser and its heading are two links to one story.
        if known is None or len(words) > len(known.title or ""):
            known = Reference(
                source=source.id,
                url=known.url if known else address,
                title=words or None,
                published=plausible(_date(link, times), now),
                language=source.language,
            )
        found[identity(address)] = known, max(marks, before)
    enough = min(ENOUGH, max((marks for _, marks in found.values()), default=0))
    references = tuple(one for one, marks in found.values() if marks >= enough)
    if not references:
        raise SourceError(
            url,
            "has no links to articles" + (" that its selectors fit" if source.links else ""),
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
            # A selector may name the link itself, or the teaser or heading around it.
            links += [match] if match.get("href") else match.find_all("a", href=True)
    return links


def _marks_of(link: Tag, address: str, words: str, page: str, chrome: dict[int, bool]) -> int:
    """The marks of a link; 0 where it cannot lead to an article."""
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
    return _marks(link, segments, parts.query, words)


def _marks(link: Tag, segments: list[str], query: str, words: str) -> int:
    """How much a link looks like a headline over an article.

    The text counts most: a section's name is one or two words, a headline is a sentence. The
    address and the place may make up for a short one.
    """
    # A Han character or kana is about half a word; other scripts divide words by spaces.
    length = len(words.split()) + len(_WIDE.findall(words)) // 2
    slug = segments[-1] if segments else ""
    marks = (length >= 3) + (length >= 5) + (length >= 7)
    marks += bool(_DATED.search("/" + "/".join(segments)))
    marks += bool(_NUMBERED.search(slug) or _NUMBERED.search(query))
    spelt = slug.count("-") + slug.count("_") >= 3
    marks += 2 * spelt
    marks += any(parent.name in _TEASERS for parent in [link, *link.parents][:4])
    # A button, a pager or a name is no headline, wherever it leads.
    return 0 if length < 2 and not spelt and not link.find("img") else marks


def _in_chrome(link: Tag, known: dict[int, bool]) -> bool:
    """Whether an element around the link is navigation; remembered for each element seen."""
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
    """The first two dates in each element that has any: looked for once, since ten thousand links
    may stand in one."""
    known: dict[int, list[Tag]] = {}
    for time in page.find_all("time", datetime=True):
        for parent in time.parents:
            held = known.setdefault(id(parent), [])
            if len(held) > 1:
                break  # and so has whatever it is in
            held.append(time)
    return known


def _date(link: Tag, times: dict[int, list[Tag]]) -> datetime | None:
    """The date of the teaser that a link stands in, where it has exactly one."""
    for parent in [link, *link.parents][:4]:
        if parent.name in ("body", "html", "main", "ul", "ol", "table", "section"):
            return None
        if held := times.get(id(parent)):
            return read_date(str(held[0]["datetime"])) if len(held) == 1 else None
    return None


def _same_site(host: str, page: str) -> bool:
    """Whether two hosts are one site as an index page means it: equal but for www, or within."""
    host, page = host.lower().removeprefix("www."), page.lower().removeprefix("www.")
    return host == page or host.endswith(f".{page}")
