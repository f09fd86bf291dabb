"""Which of the announced articles a source wants, and the page that an entry is by itself.

In: references, and the source with its patterns and bounds. Out: the wanted ones; or the bytes of a
page made of an entry's own text. Refuses nothing: what is not wanted is left out silently.
"""

import hashlib
import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from fnmatch import translate
from functools import lru_cache
from html import escape

from pipeline.article import Page, Reference, Source, Validators


def wanted(references: Iterable[Reference], source: Source, now: datetime) -> list[Reference]:
    """Those that fit the source's `include` and `exclude` patterns and are not over `max_age`."""
    include, exclude = _patterns(source.include), _patterns(source.exclude)
    oldest = now - timedelta(seconds=source.max_age) if source.max_age else None
    return [
        one
        for one in references
        if (not include or any(pattern.match(one.url) for pattern in include))
        and not any(pattern.match(one.url) for pattern in exclude)
        and not (oldest and one.published and one.published < oldest)
    ]


def page_of(reference: Reference, validators: Validators) -> Page | None:
    """The page that an entry's own text makes; None when it is the one `validators` describe."""
    published = reference.published
    head = f'<meta charset="utf-8"><title>{escape(reference.title or "")}</title>'
    if published is not None:
        stamp = published.isoformat()
        head += f'<meta property="article:published_time" content="{stamp}">'
    language = f' lang="{escape(reference.language)}"' if reference.language else ""
    content = (
        f"<!DOCTYPE html><html{language}><head>{head}</head><body><article>"
        f"<h1>{escape(reference.title or '')}</h1>{reference.html}</article></body></html>"
    ).encode("utf-8", "replace")
    digest = hashlib.sha256(content).hexdigest()
    if digest == validators.digest:
        return None
    return Page(
        reference=reference,
        url=reference.url,
        content=content,
        headers={"content-type": "text/html; charset=utf-8"},
        validators=Validators(digest=digest),
    )


@lru_cache(maxsize=512)
def _patterns(patterns: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(translate(one)) for one in patterns)
