"""Package indexes: which packages can be had, and from where.

In goes the address of an Argos index, of a mirror of it, or a folder on disk; out come its offers.
What is no index is refused with the reason; every request has time-outs and a bounded answer.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import requests

from pipeline.errors import ModelError
from pipeline.options import PACKAGE_INDEX
from pipeline.translate.packages.unpacking import describe

TIMEOUT = (10, 60)
"""Seconds to connect, and to wait between two bytes."""
_MAX_INDEX = 32 << 20  # bytes; Argos's has some 40 kB
_NAME = "index.json"
_REMEDY = (
    "check translate.package_index and the network; without one, fetch the .argosmodel file "
    "elsewhere and run `babelwire models install FILE`"
)


@dataclass(frozen=True, slots=True)
class Offer:
    """A package that can be had. Codes are Argos's; `links` are tried in their order.

    `sha256` is the checksum of the file and `licence` its licence, where the index states them
    (Argos's own does not; a mirror's may).
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
        """The package's name in reports: "en_pt-1.0"."""
        return f"{self.from_code}_{self.to_code}-{self.version}"


def number(version: str) -> list[int]:
    """A version as what it sorts by: "1.10" after "1.9"."""
    return [int(part) for part in re.findall(r"\d+", version)]


def is_local(place: str) -> bool:
    """Whether an address is a path or a file: URL."""
    return urlsplit(place).scheme not in ("http", "https")


def local_path(place: str) -> Path:
    """The path of a path or a file: URL."""
    parts = urlsplit(place)
    return Path(unquote(parts.path)) if parts.scheme == "file" else Path(place).expanduser()


def read_index(index: str) -> list[Offer]:
    """The newest offer of each pair in the index, ordered by pair.

    `index` is the address of an index.json or of the folder it is in, or the same as a path.
    Entries that are no translation packages, or unusable, are left out. Raises ModelError.
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
        return None  # one odd entry hides no other
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
    """Where to try, in order. A mirror's own folder comes first: the links may lead elsewhere."""
    found: list[str] = []
    for link in (one for one in links if isinstance(one, str) and one):
        scheme = urlsplit(link).scheme
        if scheme not in ("", "http", "https"):
            continue  # Argos's index names IPFS too, and a mirror must not read files of ours
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
