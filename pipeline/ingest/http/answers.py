"""Read the parts of an HTTP response that the client needs, without trusting the server.

Takes responses of Requests, and returns validators to send back, the target of a redirect, the
seconds to wait, and the body in chunks.
`pieces` raises urllib3's errors for a broken body; nothing else raises.
"""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin

import requests
import urllib3

from pipeline.article import Validators, charset_of
from pipeline.ingest.http.decode import PIECE
from pipeline.ingest.http.pacing import retry_after

# Longer ETags and dates, in characters, are not stored.
_LONGEST_VALIDATOR = 1_000
NO_VALIDATORS = Validators()
_FIRST_PAGE = datetime(1991, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=1)  # as far as clocks and zones are wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A response, after redirects.

    `url` is the address of the document. `moved` is the target that permanent redirects alone lead
    to from the requested address (None: no such redirect). `headers` has lower-case names.
    `not_modified` means that the body is still the one that the validators describe; `content` is
    then empty.
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
        """The charset in the Content-Type header, or None; see `charset_of`."""
        return charset_of(self.headers)


class Session(requests.Session):
    """A session that leaves redirects to the client.

    Requests reads the whole body of a redirect, of any size, even with `allow_redirects=False`.
    """

    def get_redirect_target(self, _: requests.Response) -> str | None:
        """Return None, so that Requests sees no redirect."""
        return None


def validator(value: str | None) -> str | None:
    """Return a validator as it may be sent back; None if it is missing, too long or unprintable."""
    if value is None or len(value) > _LONGEST_VALIDATOR or not value.isprintable():
        return None
    return value.strip() or None


def validators_of(headers: Mapping[str, str], content: bytes, now: datetime) -> Validators:
    """Return the validators of a response with this body; of a date only if it can be true.

    Servers must not state a Last-Modified later than now (RFC 9110 §8.8.2.1). To one of 2041, or of
    before the web, they answer 304 whatever has changed since.
    """
    modified = validator(headers.get("last-modified"))
    with suppress(ValueError, OverflowError):  # no date: nothing but a token
        date = parsedate_to_datetime(modified or "")
        date = date if date.tzinfo else date.replace(tzinfo=UTC)
        modified = modified if _FIRST_PAGE <= date <= now + _AHEAD else None
    return Validators(
        etag=validator(headers.get("etag")),
        last_modified=modified,
        digest=hashlib.sha256(content).hexdigest(),
    )


def header_text(value: str) -> str:
    """Return a header value decoded as UTF-8 if it is valid: http.client decodes it as Latin-1."""
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value


def redirect_target(here: str, location: str) -> str:
    """Return where a redirect from `here` leads (RFC 9110 §10.2.2); perhaps not a valid URL."""
    location = header_text(location)
    try:
        return urljoin(here, location)
    except ValueError:
        return location


def retry_after_of(answer: requests.Response) -> float | None:
    """Return the seconds in the Retry-After header, or None without a valid one."""
    return retry_after(answer.headers.get("retry-after", ""), datetime.now(UTC))


def pieces(answer: requests.Response) -> Iterator[bytes]:
    """Yield the body in chunks as sent: `decode` undoes its Content-Encoding, within a bound.

    Raises urllib3's HTTPError for a broken body.
    """
    try:
        yield from answer.raw.stream(PIECE, decode_content=False)
    except ValueError as error:  # a chunk of negative size
        raise urllib3.exceptions.ProtocolError(str(error)) from error
