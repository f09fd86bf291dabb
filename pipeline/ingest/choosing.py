"""Filter references by a source's settings, and make a page of an entry's own text.

`wanted` takes references and returns those that the source's `include`, `exclude` and `max_age`
allow. `page_of` takes a reference with an entry's HTML and returns a page.
Never raises; references that are not wanted are left out without a message.
"""

import hashlib
import json
import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from fnmatch import translate
from functools import lru_cache
from html import escape

from pipeline.article import FROM_FEED, Page, Reference, Source, Validators


def wanted(references: Iterable[Reference], source: Source, now: datetime) -> list[Reference]:
    """Return the references that fit the source's patterns and are not older than `max_age`.

    References without a date pass `max_age`.
    """
    include, exclude = _patterns(source.include), _patterns(source.exclude)
    oldest = now - timedelta(seconds=source.max_age) if source.max_age else None
    return [
        reference
        for reference in references
        if (not include or any(pattern.match(reference.url) for pattern in include))
        and not any(pattern.match(reference.url) for pattern in exclude)
        and not (oldest and reference.published and reference.published < oldest)
    ]


def page_of(reference: Reference, validators: Validators) -> Page | None:
    """Return a page made of the entry's own title, date and HTML.

    Returns None when its digest is the one in `validators`: the entry has not changed.
    """
    published = reference.published
    # The feed says that it is an article, however short: the notes on an episode, a short message.
    head = f'<meta charset="utf-8"><title>{escape(reference.title or "")}</title>'
    thing = {"@context": "https://schema.org", "@type": "Article", "headline": reference.title}
    said = json.dumps(thing).replace("<", "\\u003c")
    head += f'<script type="application/ld+json">{said}</script>'
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
        headers={"content-type": "text/html; charset=utf-8", FROM_FEED: "yes"},
        validators=Validators(digest=digest),
    )


@lru_cache(maxsize=512)
def _patterns(patterns: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(translate(pattern)) for pattern in patterns)
