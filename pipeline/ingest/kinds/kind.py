"""What a kind of source is: how it is asked, and what comes of it.

In: a source, the client, what is known of its last answer. Out: a Discovery. This is the contract
of the built-in kinds (`registry.py`) and of those that plug-ins bring (`pipeline/plugins.py`).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from pipeline.article import Reference, Source, Validators
from pipeline.errors import BabelwireError, FetchError, SourceError
from pipeline.ingest.http.answers import NO_VALIDATORS, Response
from pipeline.ingest.http.client import Client
from pipeline.ingest.http.decode import gunzipped
from pipeline.ingest.http.requestsettings import request_settings
from pipeline.ingest.polling import NO_HINTS, PollHints, http_hints


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """What a source announces now.

    `validators` belong to the answer and make the next discovery cheap: store them only when
    `references` are stored too, for an `unchanged` feed is not read again and gives none.
    `problems` has one error for each entry that cannot be used. `hints` are the source's wishes
    about when to be asked again, `moved` its new address where it has moved for good. `notes` say
    what a person may want to know of a source that works.
    """

    references: tuple[Reference, ...] = ()
    validators: Validators = NO_VALIDATORS
    unchanged: bool = False
    problems: tuple[BabelwireError, ...] = ()
    hints: PollHints = NO_HINTS
    moved: str | None = None
    title: str = ""
    language: str | None = None
    notes: tuple[str, ...] = ()


Entry = TypeVar("Entry")
Read = Callable[[Source, Client, Validators], Discovery]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of source.

    `description` says in a few words what it reads. `read` asks a source what it announces; a kind
    whose sources are one document at an address makes it with `one_document`. It raises SourceError
    when the source as a whole cannot be read; a bad entry is one of `Discovery.problems`. `client`
    keeps to robots.txt, to the pace of hosts and to the bounds of the settings: a kind that asks by
    other means sees to these itself. References are made for the source (`source=source.id`), the
    newest first; their addresses are http or https, and files for a kind that `needs` a path; their
    dates are time-zone aware. `Reference.html` is an article's own text where the source has it
    whole: it is not sanitised yet. `Reference.facts` are bounded and plain text already, as in
    `entryfacts.py`.

    `needs` is the key of the settings that says where a source is: `url`, `urls` or `path`. A
    source with a `url` is asked what is new, and pages it announced before are looked at again now
    and then; `urls` and `path` give all they have each time. `media_types` are the types of the
    documents it reads that no other kind does: `babelwire add` tries links of these types as
    sources of this kind.
    """

    description: str
    read: Read
    needs: Literal["url", "urls", "path"] = "url"
    media_types: tuple[str, ...] = ()


LISTS = 5
"""How many times as large as a page a feed or a sitemap may be: sitemaps.org allows 50 MB."""


def one_document(
    parse: Callable[[Response, Source], Discovery],
    accept: str,
    *,
    follow_refresh: bool = False,
    times: int = 1,
) -> Read:
    """Return the `read` of a kind whose sources are one document each, at `source.url`.

    The document is requested conditionally, with `accept` as the Accept header. If it has changed,
    it is unpacked from gzip, and `parse` returns what is in it. With `follow_refresh`, pages that
    only refresh to another address are followed. It may be `times` as large as a page. Validators,
    redirects and max-age are added here.
    """

    def read(source: Source, client: Client, validators: Validators) -> Discovery:
        response = ask(
            source.url,
            source,
            client,
            validators,
            accept,
            follow_refresh=follow_refresh,
            times=times,
        )
        if response.not_modified:
            return unchanged(response)
        found = parse(unpacked(response, client, times), source)
        return replace(
            found,
            validators=response.validators,
            hints=http_hints(found.hints, response.headers),
            moved=response.moved,
        )

    return read


def each(
    entries: Iterable[Entry], read: Callable[[Entry], Reference]
) -> tuple[tuple[Reference, ...], tuple[BabelwireError, ...]]:
    """Return the references of the entries, and a problem for each that raises FetchError."""
    references: list[Reference] = []
    problems: list[BabelwireError] = []
    for entry in entries:
        try:
            references.append(read(entry))
        except FetchError as error:
            problems.append(error)
    return tuple(references), tuple(problems)


def ask(
    url: str,
    source: Source,
    client: Client,
    validators: Validators,
    accept: str,
    *,
    follow_refresh: bool = False,
    times: int = 1,
) -> Response:
    """Request an address with the settings of its source. Raises SourceError.

    The document may be `times` as large as a page.
    """
    try:
        return client.get(
            url,
            validators,
            accept=accept,
            settings=request_settings(source),
            follow_refresh=follow_refresh,
            times=times,
        )
    except FetchError as error:
        raise source_error(error) from error


def source_error(error: FetchError) -> SourceError:
    """The same failure, as one of a whole source."""
    return SourceError(
        error.thing,
        error.reason,
        error.remedy,
        retry=error.retry,
        status=error.status,
        wait=error.wait,
        not_sent=error.not_sent,
    )


def unpacked(response: Response, client: Client, times: int = 1) -> Response:
    """The answer with its document unpacked, where that is a gzip file. Raises SourceError."""
    try:
        content = gunzipped(response.content, response.url, client.options.max_bytes * times)
    except FetchError as error:
        raise source_error(error) from error
    return replace(response, content=content)


def unchanged(response: Response) -> Discovery:
    """What an answer comes to that says that nothing has changed."""
    return Discovery(
        validators=response.validators,
        unchanged=True,
        hints=http_hints(NO_HINTS, response.headers),
        moved=response.moved,
    )
