"""What a source announces, and the pages behind it.

In: a source or a reference, a client, and what is known of the last answer. Out: references, or a
page, or the word that nothing changed. Refuses nothing itself: what cannot be had comes as the
SourceError or FetchError of the place that refused it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from pipeline.article import Page, Reference, Source, Validators
from pipeline.errors import BabelwireError, FetchError, SourceError
from pipeline.ingest.client import ACCEPT_FEED, NO_VALIDATORS, Client, web_address
from pipeline.ingest.feed import newest_first, parse_feed
from pipeline.ingest.folder import list_pages, read_page


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """What a source announces now.

    `validators` belong to the answer and make the next discovery cheap: store them only when
    `references` are stored too, for an `unchanged` feed is not read again and gives none.
    `problems` has one error for each entry that cannot be used.
    """

    references: tuple[Reference, ...] = ()
    validators: Validators = NO_VALIDATORS
    unchanged: bool = False
    problems: tuple[BabelwireError, ...] = ()


def discover(source: Source, client: Client, validators: Validators = NO_VALIDATORS) -> Discovery:
    """Ask `source` what it announces; conditionally where `validators` say something.

    A folder and a list of addresses always give all their references; a feed gives none when it is
    unchanged. A bad entry is a problem, not an error. Raises SourceError when the source as a whole
    cannot be read.
    """
    return _DISCOVER[source.kind](source, client, validators)


def fetch(
    reference: Reference, client: Client, validators: Validators = NO_VALIDATORS
) -> Page | None:
    """The page behind `reference`, or None when it is the one `validators` describe.

    Raises FetchError.
    """
    if reference.url.startswith("file:"):
        return read_page(reference, validators, client.options.max_bytes)
    response = client.get(reference.url, validators)
    if response.not_modified:
        return None
    return Page(
        reference=reference,
        url=response.url,
        content=response.content,
        headers=response.headers,
        validators=response.validators,
    )


def _folder(source: Source, _: Client, validators: Validators) -> Discovery:
    references, listing, problems = list_pages(source)
    return Discovery(
        references=newest_first(references),
        validators=listing,
        unchanged=listing.digest == validators.digest,
        problems=tuple(problems),
    )


def _urls(source: Source, _: Client, validators: Validators) -> Discovery:
    references: list[Reference] = []
    problems: list[BabelwireError] = []
    for url in source.urls:
        try:
            address = web_address(url)
        except FetchError as error:
            problems.append(error)
        else:
            references.append(Reference(source=source.id, url=address, language=source.language))
    return Discovery(
        references=newest_first(references),
        validators=validators,
        problems=tuple(problems),
    )


def _feed(source: Source, client: Client, validators: Validators) -> Discovery:
    try:
        response = client.get(source.url, validators, accept=ACCEPT_FEED)
    except FetchError as error:
        raise SourceError(error.thing, error.reason, error.remedy, retry=error.retry) from error
    if response.not_modified:
        return Discovery(validators=response.validators, unchanged=True)
    feed = parse_feed(response.content, response.url, source, datetime.now(UTC), response.headers)
    return Discovery(
        references=newest_first(feed.references),
        validators=response.validators,
        problems=feed.problems,
    )


_DISCOVER: dict[str, Callable[[Source, Client, Validators], Discovery]] = {
    "folder": _folder,
    "urls": _urls,
    "feed": _feed,
}
