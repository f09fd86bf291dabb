"""Lists the feeds in the output folder, for the index page of a server without a store.

Takes the output folder; returns a `Channel` per feed and language. Raises nothing: a feed whose
files cannot be read or parsed is listed by the name of its folder.
"""

from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from pipeline import safexml
from pipeline.syndicate import FORMATS
from pipeline.syndicate.pages import Channel


def channels(root: Path) -> tuple[Channel, ...]:
    """Every feed and language under `root`, sorted by feed, then language."""
    return tuple(_channels(root))


def _channels(root: Path) -> Iterator[Channel]:
    suffixes = [f".{name}" for name in FORMATS.usable()]
    for folder in _sorted(root):
        if not folder.is_dir() or folder.name.startswith("."):
            continue
        languages: dict[str, list[Path]] = {}
        for file in _sorted(folder):
            # A second dot is an archive document's ("pt.archive-3.rss"): feeds link to those.
            hidden = file.name.startswith(".") or file.is_symlink() or "." in file.stem
            if file.suffix in suffixes and not hidden:
                languages.setdefault(file.stem, []).append(file)
        for language, files in sorted(languages.items()):
            files.sort(key=lambda file: suffixes.index(file.suffix))
            yield Channel(
                feed=folder.name,
                language=language,
                title=_title(files) or folder.name,
                description="",
                formats=tuple(file.suffix[1:] for file in files),
                languages=tuple(sorted(languages)),
            )


def _sorted(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _title(files: list[Path]) -> str:
    """The feed's title: the first `title` of the first XML file that has one."""
    tags = ["title", "{http://www.w3.org/2005/Atom}title"]
    # Atom first: in RSS, which has no typed text, a title's angle brackets are disarmed.
    for file in sorted(files, key=lambda file: file.suffix != ".atom"):
        if file.suffix not in (".atom", ".rss"):
            continue
        try:
            for _, element in safexml.events(file, tag=tags):
                return (element.text or "").strip()
        except (OSError, etree.XMLSyntaxError):
            continue
    return ""
