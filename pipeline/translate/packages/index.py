"""Read package indexes: which packages are available, and where.

`read_index` takes the address of an Argos index, of a mirror, or of a folder on disk, and returns
its offers. Requests have timeouts and a bound on the response.
Raises ModelError when the index cannot be fetched, or is not an index.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from pipeline.errors import ModelError
from pipeline.options import PACKAGE_INDEX
from pipeline.translate.packages.unpacking import describe

TIMEOUT = (10, 60)
"""Seconds to connect, and to wait for the next bytes."""
_MAX_INDEX = 32 << 20  # bytes; that of Argos has about 40 kB
_NAME = "index.json"
_REMEDY = (
    "check translate.package_index and the network; without one, download the .argosmodel file "
    "elsewhere and run `babelwire models install FILE`"
)


@dataclass(frozen=True, slots=True)
class Offer:
    """A package that an index offers. Codes are Argos's; `links` are tried in their order.

    `sha256` is the checksum of the file and `licence` its licence, if the index gives them (that
    of Argos does not, a mirror's may).
    """

    from_code: str
    to_code: str
    from_name: str
    to_name: str
    version: str
    links: tuple[str, ...]
    sha256: str = ""
    licence: str = ""

    @property
    def key(self) -> str:
        """The name of the package in reports: "en_pt-1.0"."""
        return f"{self.from_code}_{self.to_code}-{self.version}"


def number(version: str) -> list[int]:
    """Return a sort key for a version: "1.10" comes after "1.9"."""
    return [int(part) for part in re.findall(r"\d+", version)]


def is_local(place: str) -> bool:
    """Return whether an address is a path or a file: URL."""
    return urlsplit(place).scheme not in ("http", "https")


def local_path(place: str) -> Path:
    """Return the path of an address that is a path or a file: URL."""
    parts = urlsplit(place)
    return Path(unquote(parts.path)) if parts.scheme == "file" else Path(place).expanduser()


def read_index(index: str) -> list[Offer]:
    """Return the newest offer of each language pair in the index, ordered by pair.

    `index` is the URL or path of an index.json, or of the folder it is in. Entries that are
    unusable, or not translation packages, are left out. Raises ModelError.
    """
    place = index if index.endswith(".json") else f"{index.rstrip('/')}/{_NAME}"
    content = _local(place) if is_local(place) else _remote(place)
    try:
        entries = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ModelError(place, "the package index is no JSON", _REMEDY) from error
    if not isinstance(entries, list):
        raise ModelError(place, "the package index is no list of packages", _REMEDY)
    best: dict[tuple[str, str], Offer] = {}
    for entry in entries:
        offer = _offer(entry, place)
        if offer is None:
            continue
        pair = (offer.from_code, offer.to_code)
        if pair not in best or number(offer.version) > number(best[pair].version):
            best[pair] = offer
    return [best[pair] for pair in sorted(best)]


def _local(place: str) -> bytes:
    try:
        with local_path(place).open("rb") as file:
            return file.read(_MAX_INDEX)
    except OSError as error:
        reason = f"the package index cannot be read ({error.strerror or error})"
        raise ModelError(place, reason, _REMEDY) from error


def _remote(place: str) -> bytes:
    import requests  # takes long, and most commands download nothing

    try:
        with requests.get(place, timeout=TIMEOUT, stream=True) as response:
            response.raise_for_status()
            content = bytearray()
            for chunk in response.iter_content(1 << 16):
                content += chunk
                if len(content) > _MAX_INDEX:
                    raise ModelError(place, "the package index is far too large", _REMEDY)
    except requests.HTTPError as error:
        status = error.response.status_code
        reason = f"the server of the package index answers {status}"
        raise ModelError(place, reason, _REMEDY, retry=status >= 500) from error
    except requests.RequestException as error:
        reason = f"the package index cannot be reached ({type(error).__name__})"
        raise ModelError(place, reason, _REMEDY, retry=True) from error
    return bytes(content)


def _offer(entry: Any, place: str) -> Offer | None:
    try:
        about = describe(entry, place)
    except ModelError:
        return None  # one bad entry must not hide the others
    links = entry.get("links")
    stated = entry.get("sha256")
    return Offer(
        about.from_code,
        about.to_code,
        about.from_name,
        about.to_name,
        about.version,
        _links(links if isinstance(links, list) else [], place),
        stated.lower() if isinstance(stated, str) else "",
        str(entry.get("license") or entry.get("licence") or ""),
    )


def _links(links: Sequence[Any], place: str) -> tuple[str, ...]:
    """Return the addresses to try, in order.

    The file beside a mirror's index comes first: the links in it may lead to another server.
    """
    found: list[str] = []
    for link in (one for one in links if isinstance(one, str) and one):
        scheme = urlsplit(link).scheme
        if scheme not in ("", "http", "https"):
            continue  # Argos's index has IPFS links; a mirror's file: links must not be read
        name = link.rsplit("/", 1)[-1]
        beside = str(local_path(place).parent / name) if is_local(place) else urljoin(place, name)
        if not place.startswith(PACKAGE_INDEX.rsplit("/", 1)[0]) and name:
            found.append(beside)
        if scheme:
            found.append(link)
        elif not is_local(place):
            found.append(urljoin(place, link))
        elif ".." not in Path(link).parts:
            found.append(str(local_path(place).parent / link.lstrip("/")))
    return tuple(dict.fromkeys(found))
