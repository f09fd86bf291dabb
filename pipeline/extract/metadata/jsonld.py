"""The JSON-LD object that describes the article, and plain values from it.

In: the JSON-LD objects of a page. Out: the article's object, its strings, names and images. Never
raises. Only kinds of CreativeWork count: no lists, breadcrumbs, sites or organisations.
"""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any, Final

ARTICLE: Final = re.compile(
    r"(article|posting|report|review|recipe|newsarticle|analysis|opinion|liveblog|interview|howto"
    r"|scholarly|creativework|story)$",
    re.I,
)
_PAGE = re.compile(r"(webpage|itempage|qapage|faqpage|medicalwebpage)$", re.I)
_TAGS = re.compile(r"<[^>]+>")


def kinds(thing: dict[str, Any]) -> list[str]:
    """Return the names of an object's types without their vocabulary."""
    value = thing.get("@type", thing.get("type", ()))
    values = value if isinstance(value, list) else [value]
    return [re.split(r"[/#:]", item)[-1] for item in values if isinstance(item, str)]


def describing(things: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the objects that may describe the article, the likeliest first."""
    first = [thing for thing in things if any(ARTICLE.search(kind) for kind in kinds(thing))]
    rest = [thing for thing in things if any(_PAGE.search(kind) for kind in kinds(thing))]
    first.sort(key=lambda thing: not (thing.get("headline") or thing.get("articleBody")))
    return first + rest


def declares_article(things: list[dict[str, Any]]) -> bool:
    """Say whether an object is an article's: by its type, and with a headline or a date."""
    return any(
        any(ARTICLE.search(kind) for kind in kinds(thing))
        and bool(thing.get("headline") or thing.get("datePublished"))
        for thing in things
    )


def is_paid(found: list[dict[str, Any]]) -> bool:
    """Say whether an article is not free to read: schema.org's isAccessibleForFree."""
    return any(str(thing.get("isAccessibleForFree")).lower() == "false" for thing in found)


def by_id(things: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the objects by their `@id`, to resolve references to them."""
    found: dict[str, dict[str, Any]] = {}
    for thing in things:
        name = thing.get("@id")
        if isinstance(name, str) and len(thing) > 1:
            found.setdefault(name, thing)
    return found


def plain(value: Any) -> str:
    """Return a string value as plain text: no markup, no entities, white space collapsed."""
    if isinstance(value, list):
        value = next((item for item in value if isinstance(item, str | dict)), "")
    if isinstance(value, dict):
        value = value.get("@value", value.get("name", ""))
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return ""
    return " ".join(unescape(_TAGS.sub(" ", unescape(value))).split())


def listed(value: Any) -> Iterator[str]:
    """Yield the strings of a value that is a string or a list of them."""
    for item in value if isinstance(value, list) else [value]:
        text = plain(item)
        if text:
            yield text


def people(value: Any, known: dict[str, dict[str, Any]]) -> Iterator[tuple[str, bool]]:
    """Yield names, each with whether it is an organisation's; references are resolved once."""
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, str):
            yield plain(item), False
        elif isinstance(item, dict):
            name = item.get("name")
            if not name and isinstance(item.get("@id"), str):
                item = known.get(item["@id"], item)
                name = item.get("name")
            organised = any(kind.endswith(("Organization", "WebSite")) for kind in kinds(item))
            for text in listed(name):
                yield text, organised


def images(value: Any, known: dict[str, dict[str, Any]]) -> Iterator[str]:
    """Yield the addresses of images: a string, an ImageObject, a list of either."""
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            if not item.get("url") and isinstance(item.get("@id"), str):
                item = known.get(item["@id"], item)
            for key in ("url", "contentUrl"):
                if isinstance(item.get(key), str):
                    yield item[key]
                    break


def verdict(found: list[dict[str, Any]]) -> str:
    """Return the verdict of a fact check, "Mostly false": schema.org's ClaimReview."""
    for thing in found:
        ratings = thing.get("reviewRating") if "ClaimReview" in kinds(thing) else None
        for rating in ratings if isinstance(ratings, list) else [ratings]:
            name = plain(rating.get("alternateName")) if isinstance(rating, dict) else ""
            if any(map(str.isalpha, name)):
                return name
    return ""
