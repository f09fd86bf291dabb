"""What a feed format is, and the formats by name: the built-in ones and those of plug-ins.

In: the name in a feed's settings. Out: its Format. Raises PluginError for a name that nothing has.
"""

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass

from pipeline import plugins
from pipeline.article import FeedSpec
from pipeline.errors import PluginError

log = logging.getLogger(__name__)

# Endings of other files in the output folder, and of what the store notes under a feed's path.
TAKEN = frozenset(
    {"archive", "css", "htm", "html", "hub", "ico", "opml", "png", "rules", "shown", "svg"}
)
_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+")  # RFC 6838 §4.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A feed format.

    `suffix` is the ending of its files without the dot, and its name in the settings; `name` is
    what it is called in full ("RSS 2.0"), `label` in a link ("RSS"). `media_type` has no
    parameters; `charset` is what text is encoded in ("": it is no text).

    `build(feed, language, entries)` gives the bytes of one file, of a FeedSpec, the code of the
    language and Entry objects in any order. It depends on nothing else, so that the same input
    gives the same bytes, and raises PublishError where it cannot. `babelwire.syndicate.shown(feed,
    entries)` gives the entries as a feed shows them: what it showed last first, each once,
    `feed.limit` at most.

    `archived`: archive documents (RFC 5005) are written in it as well, and `build` takes a fourth
    argument, the `Archive` that says which. Of the built-in formats alone, so that none of a
    plug-in can hold up an archive.
    """

    name: str
    label: str
    suffix: str
    media_type: str
    build: Callable[..., bytes]
    archived: bool = False
    charset: str = "utf-8"


def _fault(name: str, form: Format) -> str:
    """What is wrong with a plug-in's format, "" where nothing is."""
    if form.suffix != name:
        return f'has the suffix "{form.suffix}", which must be its name'
    if name in TAKEN:
        return f"has the ending of other files (.{name})"
    if not _MEDIA_TYPE.fullmatch(form.media_type):
        return f'has no media type, but "{form.media_type}"'
    if form.archived:
        return "is `archived`, which built-in formats alone are"
    return "" if callable(form.build) else "has a `build` that cannot be called"


FORMATS = plugins.Registry(plugins.FORMATS, Format, _fault)


def formats_of(feed: FeedSpec) -> tuple[Format, ...]:
    """The formats that a feed is published in, but for those whose plug-in cannot be used."""
    found = []
    for name in feed.formats:
        try:
            found.append(FORMATS[name])
        except PluginError as error:
            log.debug("%s", error)  # logged when it was found; the pass reports it
    return tuple(found)
