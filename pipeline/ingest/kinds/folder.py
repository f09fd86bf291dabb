"""Folders of saved pages.

In: a folder, or the file URL of one page in it. Out: its pages in sorted order as references, or a
page's bytes. Refuses, one at a time, what is unreadable, empty, no regular file, or too large.
"""

import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from email.utils import formatdate
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pipeline.article import Page, Reference, Source, Validators
from pipeline.errors import BabelwireError, FetchError, SourceError
from pipeline.ingest.http.decode import PIECE, decode

SUFFIXES = (".html", ".htm", ".html.gz", ".htm.gz")


def list_pages(source: Source) -> tuple[list[Reference], Validators, list[BabelwireError]]:
    """The pages under `source.path`, sorted by path; validators of the listing; what went wrong.

    The listing's digest covers names, sizes and times of change, so that it tells whether anything
    was added, changed or removed without reading a page. Raises SourceError.
    """
    root = Path(source.path)
    if not root.is_dir():
        reason = "is no folder" if root.exists() else "does not exist"
        raise SourceError(
            str(root), reason, f"make it, or correct the path of source {source.id!r}"
        )
    problems: list[BabelwireError] = []

    def note(error: OSError) -> None:
        problems.append(_unreadable(Path(error.filename or root), error))

    references, listing = [], hashlib.sha256()
    for path in sorted(_files(root, note)):
        url = path.absolute().as_uri()
        try:
            mark = _mark(path.stat())
        except OSError as error:
            note(error)
            mark = "?"
        listing.update(f"{url}\n{mark}\n".encode())
        references.append(Reference(source=source.id, url=url, language=source.language))
    if problems and not references and problems[0].thing == str(root):
        raise SourceError(problems[0].thing, problems[0].reason, problems[0].remedy)
    return references, Validators(digest=listing.hexdigest()), problems


def read_page(reference: Reference, validators: Validators, max_bytes: int) -> Page | None:
    """The page at a file URL; None when its mark (time and size) or its digest is the known one.

    Raises FetchError.
    """
    path = file_path(reference.url)
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise FetchError(str(path), "is no regular file")
        mark = _mark(status)
        if mark == validators.etag:
            return None
        # A pipe put in its place since the check must not make the reader wait for a writer.
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as stream:
            content = decode(
                iter(lambda: stream.read(PIECE), b""),
                "gzip" if path.name.lower().endswith(".gz") else "",
                str(path),
                max_bytes,
            )
    except OSError as error:
        raise _unreadable(path, error) from error
    if not content.strip():
        raise FetchError(str(path), "is empty", "save the page again, or remove the file")
    digest = hashlib.sha256(content).hexdigest()
    if digest == validators.digest:
        return None
    return Page(
        reference=reference,
        url=reference.url,
        content=content,
        headers={"last-modified": formatdate(status.st_mtime, usegmt=True)},
        validators=Validators(etag=mark, digest=digest),
    )


def file_path(url: str) -> Path:
    """The path that a file URL names (RFC 8089). Raises FetchError where it names none here."""
    parts = urlsplit(url)
    path = unquote(parts.path, errors="surrogateescape")
    if parts.scheme != "file" or parts.netloc not in ("", "localhost") or "\0" in path:
        raise FetchError(url, "is not the address of a file on this machine")
    return Path(path)


def _files(root: Path, note: Callable[[OSError], None]) -> Iterator[Path]:
    for folder, folders, names in os.walk(root, onerror=note):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if name.lower().endswith(SUFFIXES) and not name.startswith("."):
                yield Path(folder, name)


def _mark(status: os.stat_result) -> str:
    return f"{status.st_mtime_ns:x}-{status.st_size:x}"


def _unreadable(path: Path, error: OSError) -> FetchError:
    return FetchError(
        str(path),
        f"cannot be read ({error.strerror or error})",
        "check that it exists and its rights",
    )
