"""The metadata of an article: title, authors, dates, language, image, address; with their origins.

In: the tree of a page and its address. Out: `Metadata`. Never raises: a missing value is "", () or
None. Implausible declarations are ignored: a canonical URL of another site, the site's name as
title or author.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urlsplit

from bs4 import BeautifulSoup

from pipeline.extract.metadata import jsonld, nearbyauthors, nearbydate, people, published, titles
from pipeline.extract.metadata.facts import Facts, gather
from pipeline.extract.metadata.nearby import blocks_near
from pipeline.extract.metadata.published import Dates
from pipeline.extract.page import pictures, urls
from pipeline.extract.page.node import Node

_KEYWORDS = (
    "news_keywords", "keywords", "itemprop:keywords", "dc.subject", "dcterms.subject",
    "parsely-tags",
)  # fmt: skip
# What the address of a variant adds to an article's: /title/amp, /title/2, /title/print.
_VARIANT = re.compile(r"[a-z]{1,8}|\d{1,3}")
_NOWHERE = re.compile(r"(?:404|undefined|null|none|error|not-?found)(?:\.\w+)?", re.I)
_CODES = {
    "iw": "he",
    "in": "id",
    "nb": "no",
    "nn": "no",
    "cn": "zh",
    "jp": "ja",
    "kr": "ko",
    "gr": "el",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What a page says about its article.

    `base` is the URL that relative addresses are resolved against. `language_tag` is the declared
    language with its region, if it has one; it decides how dates are read. `dates` holds what the
    text near the title is to settle. `signed` is false where a byline near the title is to be
    preferred to `authors`. `verdict` is a fact check's on its claim. `origins` names where each
    value was found.
    """

    url: str
    base: str
    title: str = ""
    summary: str = ""
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    modified: datetime | None = None
    declared_language: str | None = None
    language_tag: str | None = None
    image: str | None = None
    site: str | None = None
    section: str | None = None
    keywords: tuple[str, ...] = ()
    article_body: str = ""
    kind: str = ""
    origins: Mapping[str, str] = field(default_factory=dict)
    dates: Dates = field(default_factory=Dates)
    signed: bool = False
    declared: bool = False
    paid: bool = False
    verdict: str = ""


def read(soup: BeautifulSoup, url: str) -> Metadata:
    """Return the metadata that a page declares; `url` is its address."""
    facts = gather(soup)
    base = urls.base_of(facts.base, url)
    sites = titles.site_names(facts, urls.site(url))
    declared, language_origin = _language(facts)
    title, title_origin = titles.choose(facts, sites, urls.site(url))
    signature = people.choose(facts, sites)
    tag = facts.language.lower() or declared
    when = published.choose(facts, url, tag)
    address, address_origin = _address(facts, url, base)
    if urlsplit(url).scheme not in ("http", "https"):
        # A saved page's relative URLs are resolved against the address it was saved from, or the
        # site's.
        base = urls.base_of(facts.base, next((found for found, _ in _declared(facts, base)), url))
    picture, picture_origin = _image(facts, base)
    summary, summary_origin = _summary(facts)
    site, site_origin = _site(facts)
    section, section_origin = _section(facts)
    keywords, keywords_origin = _keywords(facts)
    origins = {
        "title": title_origin,
        "authors": signature.origin,
        "published": when.origin,
        "modified": when.modified_origin,
        "language": language_origin,
        "url": address_origin,
        "image": picture_origin,
        "summary": summary_origin,
        "site": site_origin,
        "section": section_origin,
        "keywords": keywords_origin,
    }
    described = jsonld.describing(facts.things)
    bodies = [text for thing in described if isinstance(text := thing.get("articleBody"), str)]
    return Metadata(
        url=address,
        base=base,
        title=title,
        summary=summary,
        authors=signature.names,
        published=when.published,
        modified=when.modified,
        declared_language=declared,
        language_tag=tag,
        image=picture,
        site=site,
        section=section,
        keywords=keywords,
        article_body=max(bodies, key=len, default=""),
        kind=facts.first("og:type")[0].lower(),
        origins={name: origin for name, origin in origins.items() if origin},
        dates=when,
        signed=signature.sure,
        declared=jsonld.declares_article(facts.things),
        paid=jsonld.is_paid(described),
        verdict=jsonld.verdict(described),
    )


def with_nearby(metadata: Metadata, top: Node) -> Metadata:
    """Return the metadata with the date and byline near the title, where these are better."""
    origins = dict(metadata.origins)
    authors, tag = metadata.authors, metadata.language_tag
    surroundings = blocks_near(top, metadata.title)
    seen = metadata.dates
    when = published.settle(
        seen,
        lambda: nearbydate.find(surroundings, tag, anywhere=seen.published is None),
        nearbydate.lines(surroundings),
        tag,
    )
    if when.origin:
        origins["published"] = when.origin
    if not metadata.signed:
        found = nearbyauthors.find(surroundings, metadata.url)
        if found:
            authors, origins["authors"] = found, "near the title"
    return replace(metadata, published=when.published, authors=authors, origins=origins)


def primary(tag: str) -> str | None:
    """Return the lower-case primary subtag of a language tag (BCP 47), None if it is not valid."""
    word = tag.strip().replace("_", "-").split("-")[0].split(",")[0].lower()
    if not 2 <= len(word) <= 3 or not (word.isascii() and word.isalpha()):
        return None
    return _CODES.get(word, word)


def _language(facts: Facts) -> tuple[str | None, str]:
    candidates = [(facts.language, "html lang")]
    candidates += [
        (jsonld.plain(t.get("inLanguage")), "json-ld") for t in jsonld.describing(facts.things)
    ]
    for name in ("og:locale", "content-language", "language", "dc.language", "dcterms.language"):
        candidates += [(value, name) for value in facts.meta.get(name, ())[:1]]
    for text, origin in candidates:
        found = primary(text)
        if found:
            return found, origin
    return None, ""


def _address(facts: Facts, url: str, base: str) -> tuple[str, str]:
    """Return the canonical URL (RFC 6596) where it is on the same site and plausible."""
    local = urlsplit(url).scheme not in ("http", "https")
    for found, origin in _declared(facts, base):
        if local:
            fits = _is_page(found)
        else:
            fits = urls.same_site(found, url) and _is_plausible(found, url)
        if fits:
            return found.partition("#")[0], origin
    return url, "address"


def _declared(facts: Facts, base: str) -> Iterator[tuple[str, str]]:
    """Yield the addresses that a page declares as its own, each with where."""
    candidates = [(href, "rel=canonical") for href in facts.links.get("canonical", ())]
    candidates += [(value, "og:url") for value in facts.meta.get("og:url", ())]
    for href, origin in candidates:
        if found := urls.image(href, base):
            yield found, origin


def _is_page(canonical: str) -> bool:
    """Say whether a saved page may have been at an address: no article is at a site's root."""
    parts = urlsplit(canonical)
    return bool(parts.query or parts.path.strip("/"))


def _is_plausible(canonical: str, url: str) -> bool:
    """Say whether a canonical URL is not that of the home page, a section or an error page."""
    there, here = urlsplit(canonical), urlsplit(url)
    if there.query:
        return True
    parts, own = ([part for part in one.path.split("/") if part] for one in (there, here))
    if not own or parts == own:
        return True
    if not parts or _NOWHERE.fullmatch(parts[-1]):
        return False
    rest = own[len(parts) :]
    return own[: len(parts)] != parts or all(_VARIANT.fullmatch(part) for part in rest)


def _image(facts: Facts, base: str) -> tuple[str | None, str]:
    known = jsonld.by_id(facts.things)
    candidates = [(value, "og:image") for value in facts.meta.get("og:image", ())]
    candidates += [(value, "og:image") for value in facts.meta.get("og:image:secure_url", ())]
    for thing in jsonld.describing(facts.things):
        candidates += [(address, "json-ld") for address in jsonld.images(thing.get("image"), known)]
    for name in ("twitter:image", "twitter:image:src", "itemprop:image", "thumbnail"):
        candidates += [(value, name) for value in facts.meta.get(name, ())]
    candidates += [(href, "rel=image_src") for href in facts.links.get("image_src", ())]
    for value, origin in candidates:
        address = urls.image(value, base)
        if address and not pictures.is_placeholder(address):
            return address, origin
    return None, ""


def _summary(facts: Facts) -> tuple[str, str]:
    for name in ("og:description", "description", "twitter:description", "dc.description"):
        for value in facts.meta.get(name, ()):
            text = jsonld.plain(value)
            if len(text) > 20:
                return text, name
    for thing in jsonld.describing(facts.things):
        text = jsonld.plain(thing.get("description"))
        if len(text) > 20:
            return text, "json-ld"
    return "", ""


def _site(facts: Facts) -> tuple[str | None, str]:
    value, name = facts.first("og:site_name", "application-name")
    if value:
        return value, name
    for thing in jsonld.describing(facts.things):
        for text, _ in jsonld.people(thing.get("publisher"), jsonld.by_id(facts.things)):
            if text:
                return text, "json-ld"
    return None, ""


def _section(facts: Facts) -> tuple[str | None, str]:
    value, name = facts.first(
        "article:section", "section", "parsely-section", "itemprop:articlesection"
    )
    if value:
        return value, name
    for thing in jsonld.describing(facts.things):
        text = jsonld.plain(thing.get("articleSection"))
        if text:
            return text, "json-ld"
    return None, ""


def _keywords(facts: Facts) -> tuple[tuple[str, ...], str]:
    """Return article tags, else keywords; a list of more than twenty describes the site."""
    described = jsonld.describing(facts.things)
    sources = [
        (facts.meta.get("article:tag", []), "article:tag"),
        ([word for thing in described for word in jsonld.listed(thing.get("keywords"))], "json-ld"),
    ]
    sources += [(facts.meta.get(name, []), name) for name in _KEYWORDS]
    for found, origin in sources:
        words = [word.strip() for value in found for word in re.split("[,、;]", value)]
        unique = tuple(dict.fromkeys(word for word in words if 0 < len(word) <= 60))
        if unique:
            return (unique, origin) if len(unique) <= 20 else ((), "")
    return (), ""
