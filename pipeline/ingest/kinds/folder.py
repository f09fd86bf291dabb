"""Read folders of saved pages.

`list_pages` takes a source with a folder and returns its pages as references, sorted by path.
`read_page` takes the reference of one and returns the page.
Raises SourceError when the folder cannot be read; FetchError when a page is unreadable, empty, too
large, or not a regular file.
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
    """Return the pages under `source.path` sorted by path, the listing's validators, and problems.

    The listing's digest covers names, sizes and modification times: it changes when a page is
    added, changed or removed, and no page is read for it. Raises SourceError when the folder does
    not exist or cannot be read.
    """
    root = Path(source.path)
    if not root.is_dir():
        reason = "is no folder" if root.exists() else "does not exist"
        raise SourceError(
            str(root), reason, f"create it, or correct the path of source {source.id!r}"
        )
    problems: list[BabelwireError] = []

    def note(error: OSError) -> None:
        problems.append(_unreadable(Path(error.filename or root), error))

    references, listing = [], hashlib.sha256()
    for path in sorted(_files(root, note)):
        url = path.absolute().as_uri()
        try:
            stamp = _time_and_size(path.stat())
        except OSError as error:
            note(error)
            stamp = "?"
        listing.update(f"{url}\n{stamp}\n".encode())
        references.append(Reference(source=source.id, url=url, language=source.language))
    if problems and not references and problems[0].thing == str(root):
        raise SourceError(problems[0].thing, problems[0].reason, problems[0].remedy)
    return references, Validators(digest=listing.hexdigest()), problems


def read_page(reference: Reference, validators: Validators, max_bytes: int) -> Page | None:
    """Return the page at a file URL, or None when it has not changed.

    It has not changed if its modification time and size (kept as `etag`), or its digest, are those
    in `validators`. Raises FetchError.
    """
    path = file_path(reference.url)
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise FetchError(str(path), "is no regular file")
        stamp = _time_and_size(status)
        if stamp == validators.etag:
            return None
        # O_NONBLOCK: a pipe that replaced the file after the check would block until it is written.
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
        validators=Validators(etag=stamp, digest=digest),
    )


def file_path(url: str) -> Path:
    """Return the path of a file URL (RFC 8089).

    Raises FetchError when it is not the address of a file on this machine.
    """
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


def _time_and_size(status: os.stat_result) -> str:
    return f"{status.st_mtime_ns:x}-{status.st_size:x}"


def _unreadable(path: Path, error: OSError) -> FetchError:
    return FetchError(
        str(path),
        f"cannot be read ({error.strerror or error})",
        "check that it exists and that babelwire may read it",
    )
