"""What is in plug-ins that do not keep to the contract, or break."""

from pathlib import Path

from babelwire.article import Reference
from babelwire.ingest import Discovery, Kind
from babelwire.syndicate import Format


def _raise(*_: object) -> bytes:
    raise ZeroDivisionError("in a plug-in")


def _files(source, client, validators) -> Discovery:
    """An address on the web that leads to files of the machine."""
    secret = Path(source.title).as_uri()
    return Discovery(references=(Reference(source="another", url=secret),))


NO_KIND = "a string"
NO_NEED = Kind(description="", read=_raise, needs="nothing")
RAISES = Kind(description="raises", read=_raise)
GIVES_NOTHING = Kind(description="gives None", read=lambda *_: None)
FILES = Kind(description="leads to files", read=_files)
OTHER_SUFFIX = Format(name="", label="", suffix="x", media_type="text/plain", build=_raise)
PAGES = Format(name="", label="", suffix="html", media_type="text/html", build=_raise)
FAILS = Format(name="Fails", label="F", suffix="fails", media_type="text/plain", build=_raise)
