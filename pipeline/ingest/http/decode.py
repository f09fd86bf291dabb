"""Undo the Content-Encoding of a body, within a bound.

`decode` takes the compressed body in chunks and returns the plain body as bytes.
Raises FetchError for a body that grows past its bound (a decompression bomb is never in memory as a
whole), for one that is truncated or broken, and for unknown encodings.
"""

import codecs
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

import brotli

from pipeline.errors import FetchError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
PIECE = 65_536
# A body may be a sequence of gzip members or zstd frames; each costs time, even an empty one.
MAX_FRAMES = 10_000
# The Accept-Encoding header (RFC 9110 §12.5.3): exactly what `decode` can undo.
ACCEPT_ENCODING = "gzip, deflate, br, zstd"


class Decoder(Protocol):
    """An incremental decompressor whose output per call is bounded."""

    def pieces(self, data: bytes) -> Iterator[bytes]:
        """Yield the decompressed `data` in chunks of bounded size."""

    @property
    def complete(self) -> bool:
        """Whether the compressed stream has reached its end marker."""


class _Plain:
    @property
    def complete(self) -> bool:
        return True

    def pieces(self, data: bytes) -> Iterator[bytes]:
        yield data


class _Zlib:
    """gzip (RFC 1952, also several members) and deflate (RFC 1950, also raw RFC 1951)."""

    def __init__(self, *, gzip: bool) -> None:
        self._wbits = 31 if gzip else 15
        self._gzip = gzip
        self._inner = zlib.decompressobj(self._wbits)
        self._members = 1
        self._started = False

    @property
    def complete(self) -> bool:
        return self._inner.eof or not self._started

    def pieces(self, data: bytes) -> Iterator[bytes]:
        if data and not self._started:
            self._started = True
            # RFC 9110 §8.4.1.2: some senders of "deflate" leave out the zlib wrapper.
            if not self._gzip and (data[0] & 0x0F) != 8:
                self._inner = zlib.decompressobj(-15)
        while data:
            if self._inner.eof:
                # Padding and other bytes after the end are ignored, as in browsers.
                if not self._gzip or not data.startswith(b"\x1f\x8b"):
                    return
                self._members += 1
                if self._members > MAX_FRAMES:
                    raise zlib.error(f"more than {MAX_FRAMES} members")
                self._inner = zlib.decompressobj(self._wbits)
            yield self._inner.decompress(data, PIECE)
            data = self._inner.unconsumed_tail or self._inner.unused_data
        while not self._inner.eof:
            rest = self._inner.decompress(b"", PIECE)
            if not rest:
                return
            yield rest


class _Brotli:
    """br (RFC 7932)."""

    def __init__(self) -> None:
        self._inner = brotli.Decompressor()
        self._started = False

    @property
    def complete(self) -> bool:
        return not self._started or bool(self._inner.is_finished())

    def pieces(self, data: bytes) -> Iterator[bytes]:
        self._started = self._started or bool(data)
        while not self._inner.is_finished():
            plain = self._inner.process(data, output_buffer_limit=PIECE)
            data = b""
            if plain:
                yield plain
            elif self._inner.can_accept_more_data():
                return


class _Zstd:
    """zstd (RFC 8878), also several frames; the window is at most 8 MiB (RFC 9659)."""

    def __init__(self) -> None:
        self._frames = 0
        self._inner = self._frame()
        self._started = False

    def _frame(self) -> zstd.ZstdDecompressor:
        self._frames += 1
        if self._frames > MAX_FRAMES:
            raise zstd.ZstdError(f"more than {MAX_FRAMES} frames")
        return zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: 23})

    @property
    def complete(self) -> bool:
        return not self._started or self._inner.eof

    def pieces(self, data: bytes) -> Iterator[bytes]:
        self._started = self._started or bool(data)
        while True:
            if self._inner.eof:
                data = data or self._inner.unused_data
                if not data.startswith(_ZSTD_MAGIC):
                    return
                self._inner = self._frame()
            plain = self._inner.decompress(data, max_length=PIECE)
            data = b""
            if plain:
                yield plain
            elif self._inner.needs_input:
                return


_BROKEN = (zlib.error, brotli.error, zstd.ZstdError)
# RFC 9110 §8.4 allows any number of encodings, applied one after another.
_MAX_ENCODINGS = 3
# Values that servers send by mistake and that are not encodings; browsers ignore them, too.
_NOT_ENCODINGS = frozenset(
    {"none", "utf-8", "utf8", "iso-8859-1", "text/html", "binary", "8bit", "7bit"}
)
_DECODERS: dict[str, Callable[[], Decoder]] = {
    "": _Plain,
    "identity": _Plain,
    "gzip": lambda: _Zlib(gzip=True),
    "x-gzip": lambda: _Zlib(gzip=True),
    "deflate": lambda: _Zlib(gzip=False),
    "br": _Brotli,
    "zstd": _Zstd,
}


# The beginnings of what is in an encoding (RFC 1952 §2.3, RFC 1950 §2.2, RFC 8878 §3.1.1).
_MARKS: dict[str, tuple[bytes, ...]] = {
    "gzip": (b"\x1f\x8b",),
    "x-gzip": (b"\x1f\x8b",),
    "deflate": (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda"),
    "zstd": (_ZSTD_MAGIC,),
}
_MARK = 64  # bytes


def gunzipped(content: bytes, thing: str, max_bytes: int) -> bytes:
    """Return `content`, decompressed if it is a gzip file (RFC 1952), as a ".xml.gz" is.

    Raises FetchError as `decode` does.
    """
    if not content.startswith(b"\x1f\x8b\x08"):
        return content
    pieces = (content[start : start + PIECE] for start in range(0, len(content), PIECE))
    return decode(pieces, "gzip", thing, max_bytes)


def decode(
    pieces: Iterable[bytes], encoding: str, thing: str, max_bytes: int, cut: int | None = None
) -> bytes:
    """Return the decoded body of at most `max_bytes` bytes; `thing` names it in errors.

    It is read no further than `cut` bytes (None: to its end). Raises FetchError when the body is
    larger, truncated, broken, or of an unknown encoding.
    """
    names = [
        one for part in encoding.lower().split(",") if (one := part.strip()) not in _NOT_ENCODINGS
    ]
    names = [one for one in names if one not in ("", "identity")]
    if len(names) > _MAX_ENCODINGS:
        raise FetchError(thing, f"is encoded {len(names):,} times over")
    for name in names:
        if name not in _DECODERS:
            raise FetchError(thing, f"has the unknown Content-Encoding {name[:100]!r}")
    if not names:
        return _decoded(pieces, "", thing, max_bytes, cut)
    # The last encoding was applied last. Each intermediate result has the same bound.
    body = b""
    for place in reversed(range(len(names))):
        name = names[place]
        # Compressed by the program and named by the server in front of it as well: applied once.
        if name in names[place + 1 :] and not _is_encoded(body, name):
            continue
        body = _decoded(pieces, name, thing, max_bytes, None if place else cut)
        pieces = [body]
    return body if cut is None else body[:cut]


def _is_encoded(body: bytes, name: str) -> bool:
    """Return whether a body is in an encoding, by its beginning; br has no mark."""
    if name == "br":
        return not body.removeprefix(codecs.BOM_UTF8)[:_MARK].isascii()
    return body.startswith(_MARKS[name])


def _decoded(
    pieces: Iterable[bytes], encoding: str, thing: str, max_bytes: int, cut: int | None
) -> bytes:
    decoder = _DECODERS[encoding]()
    body = bytearray()
    wire = 0
    try:
        for piece in pieces:
            wire += len(piece)
            for plain in decoder.pieces(piece):
                body += plain
                if cut is not None and len(body) >= cut:
                    return bytes(body[:cut])
                if len(body) > max_bytes or wire > max_bytes:
                    raise FetchError(
                        thing,
                        f"is larger than {max_bytes:,} bytes",
                        "raise fetch.max_bytes to allow it",
                    )
    except _BROKEN as error:
        raise FetchError(thing, f"is broken {encoding} data ({error})", retry=True) from error
    if not decoder.complete:
        raise FetchError(thing, f"breaks off in the middle of its {encoding} data", retry=True)
    return bytes(body)
