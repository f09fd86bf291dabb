"""What a server answered, read without believing it.

In: answers of Requests. Out: the parts of them that the client works with: validators worth sending
back, where a redirect leads, how long to wait, the body piece by piece. Refuses nothing itself.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urljoin

import requests
import urllib3

from pipeline.article import Validators, charset_of
from pipeline.ingest.http.decode import PIECE
from pipeline.ingest.http.pacing import retry_after

# Characters of an ETag or a date that are remembered; longer ones are no use to anybody.
_LONGEST_VALIDATOR = 1_000
NO_VALIDATORS = Validators()


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What came back, after redirects.

    `url` is where it came from; `moved` is where permanent redirects alone led from the address
    asked for (None: nowhere). `headers` has lower-case names. `not_modified` means that the body is
    the one the validators described, and `content` is empty then.
    """

    url: str
    status: int
    content: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    validators: Validators = NO_VALIDATORS
    not_modified: bool = False
    moved: str | None = None

    @property
    def charset(self) -> str | None:
        """See `charset_of`."""
        return charset_of(self.headers)


class Session(requests.Session):
    """A session that looks at no redirect itself: Requests reads its whole body, whatever its size,
    even where redirects are not to be followed."""

    def get_redirect_target(self, _: requests.Response) -> str | None:
        """None: there is no redirect."""
        return None


def validator(value: str | None) -> str | None:
    """A validator that can be sent back as it came; http.client reads headers as Latin-1."""
    if value is None or len(value) > _LONGEST_VALIDATOR or not value.isprintable():
        return None
    return value.strip() or None


def header_text(value: str) -> str:
    """A header value as UTF-8 where it is that: http.client reads headers as Latin-1."""
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value


def target(here: str, location: str) -> str:
    """Where a redirect from `here` leads (RFC 9110 §10.2.2); perhaps no address at all."""
    location = header_text(location)
    try:
        return urljoin(here, location)
    except ValueError:
        return location


def wait_of(answer: requests.Response) -> float | None:
    """The seconds that an answer asks to be left alone for."""
    return retry_after(answer.headers.get("retry-after", ""), datetime.now(UTC))


def pieces(answer: requests.Response) -> Iterator[bytes]:
    """The body as it is on the wire: undoing its encoding is `decode`'s, which bounds it."""
    try:
        yield from answer.raw.stream(PIECE, decode_content=False)
    except ValueError as error:  # a chunk of negative size
        raise urllib3.exceptions.ProtocolError(str(error)) from error
