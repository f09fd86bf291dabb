"""newsboat, as its user runs it: polls feeds over HTTP, and what it knows afterwards."""

import shutil
import sqlite3
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.waiting import LONG


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An entry as newsboat knows it."""

    feed: str
    title: str
    content: str
    guid: str
    date: int
    unread: bool


class Newsboat:
    """A subscriber of these addresses, with a folder of its own. Skips where it isn't installed."""

    def __init__(self, folder: Path, urls: Sequence[str]) -> None:
        if not shutil.which("newsboat"):
            pytest.skip("newsboat is not installed (Debian: apt-get install newsboat)")
        self._folder = folder
        (folder / "urls").write_text("\n".join(urls) + "\n")

    def poll(self) -> list[Item]:
        """Reload all feeds; returns all entries that it has ever been shown."""
        files = ["-u", self._folder / "urls", "-c", self._folder / "cache.db", "-C", "/dev/null"]
        command = ["newsboat", *files, "-x", "reload"]
        subprocess.run(command, check=True, timeout=LONG, capture_output=True)
        with sqlite3.connect(self._folder / "cache.db") as cache:
            query = "select feedurl, title, content, guid, pubDate, unread from rss_item"
            rows = cache.execute(query).fetchall()
        return [
            Item(feed=row[0], title=row[1], content=row[2], guid=row[3], date=row[4], unread=row[5])
            for row in rows
        ]
