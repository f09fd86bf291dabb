"""A daemon in a process of its own, and what its operator sees of it."""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import feedparser

from tests.conftest import PAGE, ROOT, babelwire
from tests.ingest.site_under_test import Site

TABLES = """
[serve]
port = {port}
[[sources]]
id = "town"
kind = "folder"
path = "pages"
every = "1s"
[[sources]]
id = "later"
kind = "folder"
path = "later"
[[feeds]]
id = "news"
title = "News"
"""


@contextlib.contextmanager
def daemon(settings: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "pipeline", "-c", str(settings), "daemon"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stderr=(settings.parent / "daemon.log").open("w"),
        text=True,
    )
    try:
        yield process
    except BaseException as error:
        error.add_note((settings.parent / "daemon.log").read_text()[-10_000:])
        raise
    finally:
        process.kill()
        process.wait()


def feed_of(site: Site, slugs: Sequence[str]) -> None:
    """Let a site have a page for each slug, and a feed of them at /feed.xml."""
    for slug in slugs:
        page = PAGE.format(language="en", slug=slug, title=slug, text=f"The {slug}.", day=2)
        site.page(f"/{slug}", page)
    items = "".join(f"<item><link>{site.url('/' + one)}</link></item>" for one in slugs)
    site.page("/feed.xml", f'<rss version="2.0"><channel>{items}</channel></rss>')


def titles(settings: Path) -> set[str]:
    path = settings.parent / "output" / "news" / "pt.rss"
    return (
        {one.link for one in feedparser.parse(path.read_bytes()).entries}
        if path.exists()
        else set()
    )


def status(settings: Path) -> dict[str, Any]:
    return json.loads(babelwire("-c", settings, "status", "--json").stdout)


def due(settings: Path) -> dict[str, Any]:
    return {one["id"]: one["next_due"] for one in status(settings)["sources"]}


def logged(settings: Path, words: str) -> bool:
    return words in (settings.parent / "daemon.log").read_text()
