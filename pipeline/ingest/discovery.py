"""Read what a source announces, and fetch the page behind a reference.

`discover` takes a source, a client and the validators of the last visit, and returns the references
the source has now. `fetch` takes a reference and returns its page, or None if it is unchanged.
Raises SourceError when a whole source cannot be read, FetchError when one page cannot be fetched.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from pipeline import plugins
from pipeline.article import Page, Reference, Source, Validators
from pipeline.errors import BabelwireError, FetchError, SourceError
from pipeline.ingest.choosing import page_of, wanted
from pipeline.ingest.http.answers import NO_VALIDATORS
from pipeline.ingest.http.client import Client
from pipeline.ingest.http.requestsettings import request_settings
from pipeline.ingest.http.robots import Disallowed
from pipeline.ingest.http.sniffing import non_page_type
from pipeline.ingest.kinds.entries import is_file
from pipeline.ingest.kinds.feed import MAX_GUID
from pipeline.ingest.kinds.folder import read_page
from pipeline.ingest.kinds.kind import Discovery, each, source_error
from pipeline.ingest.kinds.registry import KINDS
from pipeline.ingest.plaintext import as_html, is_plain
from pipeline.ingest.urls import web_address

# The most bytes of an announced address: PostgreSQL indexes 2,704, and sitemaps.org allows as many.
_LONGEST = 2_048
# The response headers that extraction uses.
KEPT_HEADERS = ("content-type", "content-language", "last-modified")
# With these statuses the page exists but the site refuses it to us: a complete entry replaces it.
REFUSED = frozenset({401, 402, 403, 405, 406, 451})


def discover(source: Source, client: Client, validators: Validators = NO_VALIDATORS) -> Discovery:
    """Return what `source` announces; a conditional request if `validators` are given.

    A folder and a list of addresses always give all their references; other kinds give none when
    they are unchanged. What the source's patterns and `max_age` do not want is left out. A bad
    entry is a problem, not an error. Raises SourceError when the source as a whole cannot be read,
    PluginError when the plug-in that brings its kind is broken or breaks.
    """
    kind = KINDS[source.kind]
    if not getattr(source, kind.needs):
        raise SourceError(source.id, f"has no `{kind.needs}`", f"{source.kind} sources need it")
    plugin = KINDS.origin(source.kind)
    try:
        with plugins.contained(plugin, source.url or source.id):
            found = kind.read(source, client, validators)
            if plugin:
                found = _held(found, source)
    except FetchError as error:
        raise source_error(error) from error
    if source.include or source.exclude or source.max_age:
        chosen = wanted(found.references, source, datetime.now(UTC))
        found = replace(found, references=tuple(chosen))
    return _bounded(found)


def _held(found: Discovery, source: Source) -> Discovery:
    """What a plug-in's kind found, held to the contract of `Kind`; raises TypeError."""
    if not isinstance(found, Discovery):
        raise TypeError(f"gave a {type(found).__name__} instead of a Discovery")
    references, problems = each(found.references, lambda one: _checked(one, source))
    return replace(found, references=references, problems=(*found.problems, *problems))


def _bounded(found: Discovery) -> Discovery:
    """What was found without addresses that are too long to be stored, which are problems."""

    def fitting(one: Reference) -> Reference:
        if len(one.url.encode("utf-8", "surrogatepass")) > _LONGEST:
            raise FetchError(
                f"{one.url[:200]}…",
                f"is too long an address ({len(one.url):,} characters, {_LONGEST:,} are taken)",
                "exclude it with the source's `exclude`",
            )
        return one

    references, problems = each(found.references, fitting)
    return replace(found, references=references, problems=(*found.problems, *problems))


def _checked(reference: Reference, source: Source) -> Reference:
    """A plug-in's reference as the source's own. Raises FetchError for an address of no use: only a
    source that is files may lead to files, for what is read of them is published."""
    if not (source.path and reference.url.startswith("file:")):
        reference = replace(reference, url=web_address(reference.url))
    for key in ("published", "updated"):
        date = getattr(reference, key)
        if date is not None and date.tzinfo is None:
            raise FetchError(reference.url, f"is announced with a `{key}` without a time zone")
    return replace(reference, source=source.id, guid=reference.guid[:MAX_GUID])


def fetch(
    reference: Reference,
    client: Client,
    validators: Validators = NO_VALIDATORS,
    source: Source | None = None,
) -> Page | None:
    """Return the page behind `reference`, or None when `validators` still describe it.

    `source` gives the request settings, and says whether the entry's own text is used other_type.
    Without a source the page is fetched, and a complete entry replaces a page that the site
    refuses. Raises FetchError.
    """
    if reference.url.startswith("file:"):
        return read_page(reference, validators, client.options.max_bytes)
    text = source.text if source else "auto"
    if text == "auto" and has_no_page(reference):
        text = "entry"
    if text == "entry" and reference.html:
        return page_of(reference, validators)
    if is_file(reference.url, reference.facts):
        raise FetchError(
            reference.url,
            "is a file of its entry and no page, and its feed has no text",
            "exclude it with the source's `exclude`",
        )
    try:
        response = client.get(
            reference.url, validators, settings=request_settings(source), follow_refresh=True
        )
    except FetchError as error:
        if text == "page" or not reference.html or not is_refusal(error):
            raise
        return page_of(reference, validators)
    if response.not_modified:
        return None
    media_type, content = response.headers.get("content-type", ""), response.content
    headers = _kept(response.headers)
    if is_plain(media_type) and (page := as_html(content, response.charset, reference.title)):
        content, headers = page, {**headers, "content-type": "text/html; charset=utf-8"}
    elif other_type := non_page_type(media_type, content):
        raise FetchError(
            reference.url,
            f"is not an HTML page ({other_type})",
            "exclude it with the source's `exclude`",
        )
    return Page(
        reference=reference,
        url=response.url,
        content=content,
        headers=headers,
        validators=response.validators,
    )


def has_no_page(reference: Reference) -> bool:
    """Return whether no page is an entry's own: it shares its address, or that is of a file."""
    return "#" in reference.url or is_file(reference.url, reference.facts)


def is_refusal(error: BabelwireError) -> bool:
    """Return whether an error says that a page exists, but is refused to us."""
    return getattr(error, "status", None) in REFUSED or isinstance(error, Disallowed)


def _kept(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers to store, cut to 1,000 characters: a server may send megabytes of them."""
    return {name: headers[name][:1_000] for name in KEPT_HEADERS if name in headers}
