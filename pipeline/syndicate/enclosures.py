"""The files of an entry, sound, video and pictures, and what a podcast's player is told of them.

Takes an Entry; returns values for the format builders, with URIs of the web only and without
characters that XML forbids. Never raises.
"""

from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from pipeline.article import Enclosure, Entry, Episode
from pipeline.syndicate.markup import is_public
from pipeline.syndicate.xmltext import plain_line, uri

# Of a file of which nobody says what it is (RFC 2046 §4.5.1): RSS and JSON Feed require a type.
_ANY = "application/octet-stream"
# The media types of pictures (IANA's registry) by the endings of their names. Not those of the
# module `mimetypes`: it reads files of the machine, and the bytes of a feed depend on no machine.
_PICTURES = {
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
    "avif": "image/avif",
    "svg": "image/svg+xml",
    "bmp": "image/bmp",
    "tiff": "image/tiff",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """An entry's lead image: media type ("": unknown) and length in bytes (0: unknown)."""

    url: str
    type: str = ""
    length: int = 0


def picture_of(entry: Entry) -> Picture | None:
    """The lead image with its media type: the stated one, else guessed from its name."""
    url = uri(entry.image or "")
    if not is_public(url):
        return None
    ending = urlsplit(url).path.rpartition(".")[2].lower()
    media_type = entry.image_type or _PICTURES.get(ending, "")
    return Picture(url=url, type=media_type, length=max(entry.image_bytes, 0))


def files_of(entry: Entry) -> tuple[Enclosure, ...]:
    """The enclosures of an entry, each file once; also its lead image if its length is known.

    An RSS enclosure must state a length, and readers take one of 0 for unknown.
    """
    found: dict[str, Enclosure] = {}
    for one in entry.enclosures:
        url = uri(one.url)
        if is_public(url):
            file = replace(one, url=url, type=one.type or _ANY, title=plain_line(one.title))
            found.setdefault(url, file)
    picture = picture_of(entry)
    if picture and picture.type and picture.length:
        lead = Enclosure(url=picture.url, type=picture.type, length=picture.length)
        found.setdefault(picture.url, lead)
    return tuple(found.values())


def timed(files: tuple[Enclosure, ...], episode: Episode | None) -> tuple[Enclosure, ...]:
    """The files, the first with the duration of the episode if it is sound or video without one."""
    if not files or episode is None or files[0].duration or not is_playable(files[0]):
        return files
    return (replace(files[0], duration=episode.duration), *files[1:])


def is_playable(file: Enclosure) -> bool:
    """Whether a file is sound or video."""
    return file.type.startswith(("audio/", "video/"))


def episode_of(entry: Entry, files: tuple[Enclosure, ...]) -> Episode | None:
    """What is said of the episode, with the duration of its first file; None if nothing is."""
    said = entry.episode or Episode()
    image = uri(said.image)
    said = replace(
        said,
        image=image if is_public(image) else "",
        duration=said.duration or next((one.duration for one in files), 0),
    )
    return said if said != Episode() else None
