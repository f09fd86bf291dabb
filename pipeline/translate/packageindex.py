"""Argos's package index: which packages can be fetched, and fetching one.

In goes the index's address and a pair of languages, out comes a package file. Every request has
time-outs; without a network the error says how to install from a file instead.
"""

import re
from pathlib import Path
from typing import Any

import requests

from pipeline.errors import ModelError, NoModel
from pipeline.translate.routes import serves

INDEX = "https://raw.githubusercontent.com/argosopentech/argospm-index/main/index.json"
TIMEOUT = (10, 60)
"""Seconds to connect, and to wait between two bytes."""
_CHUNK = 1 << 18


def _by_hand(source: str, target: str) -> str:
    return (
        f"with no network, fetch the {source} → {target} .argosmodel file elsewhere and run "
        f"babelwire models install FILE"
    )


def read_index(index: str, remedy: str = "") -> list[dict[str, Any]]:
    """The entries of the index at `index` (the address of index.json or of its folder)."""
    url = index if index.endswith(".json") else f"{index.rstrip('/')}/index.json"
    try:
        with requests.get(url, timeout=TIMEOUT) as response:
            response.raise_for_status()
            entries = response.json()
    except requests.JSONDecodeError as error:
        raise ModelError(url, "the package index is no JSON", remedy) from error
    except requests.RequestException as error:
        reason = f"the package index cannot be reached ({type(error).__name__})"
        raise ModelError(url, reason, remedy, retry=True) from error
    if not isinstance(entries, list):
        raise ModelError(url, "the package index is no list of packages", remedy)
    return [entry for entry in entries if isinstance(entry, dict)]


def _version(entry: dict[str, Any]) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", str(entry.get("package_version", "")))]


def fetch(index: str, source: str, target: str, folder: Path) -> Path:
    """Download the newest package from `source` to `target` into `folder`; returns its path."""
    remedy = _by_hand(source, target)
    entries = [
        entry
        for entry in read_index(index, remedy)
        if serves(str(entry.get("from_code") or ""), source)
        and serves(str(entry.get("to_code") or ""), target)
    ]
    if not entries:
        raise NoModel(f"{source} → {target}", "the package index has no such package", remedy)
    links = max(entries, key=_version).get("links") or []
    path = folder / "package.argosmodel"
    problem: Exception | None = None
    for link in (link for link in links if str(link).startswith(("https://", "http://"))):
        try:
            with requests.get(link, timeout=TIMEOUT, stream=True) as response:
                response.raise_for_status()
                with path.open("wb") as file:
                    for chunk in response.iter_content(_CHUNK):
                        file.write(chunk)
            return path
        except requests.RequestException as error:
            problem = error
    reason = f"the package cannot be fetched ({type(problem).__name__ if problem else 'no link'})"
    raise ModelError(f"{source} → {target}", reason, remedy, retry=problem is not None) from problem
