"""The made articles, feeds and settings of `bench/growth.py`.

`fill` writes a database of any number of articles and sources; `SourceServer` serves the feeds of
its sources, and a new article where one is asked for.
"""

import argparse
import hashlib
import random
import subprocess
import sys
import uuid
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from pipeline.desk import Report
from pipeline.desk.report import SourceReport
from pipeline.errors import SourceError
from pipeline.store import Store, sqlite_url
from pipeline.store.schema import (
    appearances,
    articles,
    listings,
    memory,
    memory_models,
    pages,
    passes,
    references,
    search_texts,
    translations,
)
from pipeline.store.schema import sources as source_states

A_DAY = 70  # articles: so that 1,000 fill the two weeks that the status page shows
ANNOUNCED = 20  # entries of a source's feed
AT_ONCE = 1000
PASSES = 20  # as many as the status page shows
FAILING = 50  # one source of so many
# Sentences of all articles: so that a new article needs no model, only the translation memory.
_WORDS = [
    *("council", "bridge", "winter", "market", "river", "school", "budget", "mayor", "harbour"),
    *("train", "morning", "people", "report", "season", "ferry", "garden", "minister", "street"),
    *("library", "storm", "museum", "village", "engine", "letter"),
]
_DICE = random.Random(7)
SENTENCES = [" ".join(["The", *_DICE.sample(_WORDS, 11)]) + "." for _ in range(60)]
TITLES = [" ".join(_DICE.sample(_WORDS, 6)).capitalize() for _ in range(30)]


def name_of(source: int) -> str:
    return f"s{source:04}"


def url_of(number: int, sources: int) -> str:
    return f"https://news.example.com/{name_of(number % sources)}/{number}"


def body(number: int) -> list[str]:
    """The paragraphs of an article: about 1,200 characters."""
    chosen = random.Random(number).sample(SENTENCES, 15)
    return [" ".join(chosen[at : at + 5]) for at in range(0, 15, 5)]


def dated(number: int, count: int, now: datetime) -> datetime:
    """When an article was published: the last of them two hours ago."""
    return now - timedelta(hours=2) - timedelta(days=1) / A_DAY * (count - 1 - number)


def settings_text(sources: int, root: str) -> str:
    """Three feeds: of all sources, of three of them, and of three with each story once."""
    all_sources = [name_of(one) for one in range(sources)]
    visited = sources // 2
    three = [name_of(one % sources) for one in range(visited, visited + 3)]
    lines = [
        'languages = ["en", "pt"]',
        "[fetch]",
        'allow_private_hosts = ["127.0.0.1"]',
        "host_delay = 0",
        "[retention]",
        'pages = "5000d"',
        'articles = "5000d"',
        'memory = "5000d"',
    ]
    for one in all_sources:
        lines += [
            "[[sources]]",
            f'id = "{one}"',
            'kind = "feed"',
            f'url = "{root}/feed/{one}.xml"',
            'every = "30m"',
        ]
    for name, members, more in (
        ("all", all_sources, ""),
        ("three", three, ""),
        ("stories", three, "once = true"),
    ):
        lines += ["[[feeds]]", f'id = "{name}"', f'title = "Feed {name}"', more]
        lines += [f"sources = {members!r}".replace("'", '"')]
    return "\n".join(lines) + "\n"


def fill(folder: Path, sources: int, count: int) -> None:
    """Write a database with so many articles: with their references, pages, translations into two
    languages, texts for search, and three segments each in the translation memory. Each source was
    visited, some without success; the last passes were over all sources."""
    folder.mkdir(parents=True)
    with Store(sqlite_url(folder / "state")) as store:
        now = datetime.now(UTC)
        with store.database.write() as connection:
            for number, key in enumerate(("en_pt-1.9 b2", "en_pt-1.9 b2#gate"), 1):
                connection.execute(memory_models.insert().values(id=number, key=key))
            connection.execute(source_states.insert(), [_state(one, now) for one in range(sources)])
            connection.execute(passes.insert(), list(_passes(sources, now)))
        for start in range(0, count, AT_ONCE):
            rows: dict[Any, list[dict[str, Any]]] = {}
            for number in range(start, min(start + AT_ONCE, count)):
                for table, row in _rows(number, sources, count, now):
                    rows.setdefault(table, []).append(row)
            with store.database.write() as connection:
                for table, values in rows.items():
                    connection.execute(table.insert(), values)
    (folder / "made").touch()


def _failure(source: int) -> SourceError:
    reason = "answers 503" if source % 3 else "is no RSS or Atom feed"
    return SourceError(f"https://news.example.com/{name_of(source)}.xml", reason, "see the site")


def _fails(source: int) -> bool:
    return source % FAILING == 7


def _state(source: int, now: datetime) -> dict[str, Any]:
    fails = _fails(source)
    return {
        "id": name_of(source),
        "last_run": now,
        "last_success": now - timedelta(days=2 * fails),
        "failures": 96 * fails,
        "error": str(_failure(source)) if fails else None,
        "due_at": now + timedelta(minutes=30),
        "interval": 1800.0,
        "notes": [],
        "left": 0,
    }


def _passes(sources: int, now: datetime) -> Iterator[dict[str, Any]]:
    for back in range(PASSES, 0, -1):
        report = Report(started=now - timedelta(hours=back), seconds={"fetch": 20.0}, words=500)
        report.sources = {name_of(one): SourceReport(announced=20) for one in range(sources)}
        for one in filter(_fails, range(sources)):
            report.fail("discover", _failure(one), source=name_of(one))
        yield {
            "started": report.started,
            "finished": report.started + timedelta(minutes=1),
            "sources": list(report.sources),
            "exit_code": 1,
            "report": report.as_dict(),
        }


def _rows(number: int, sources: int, count: int, now: datetime) -> Iterator[tuple[Any, Any]]:
    url, source, at = url_of(number, sources), name_of(number % sources), dated(number, count, now)
    paragraphs, title = body(number), TITLES[number % len(TITLES)]
    html, text = "".join(f"<p>{one}</p>" for one in paragraphs), "\n\n".join(paragraphs)
    name = str(uuid.uuid5(uuid.NAMESPACE_URL, url))
    digest = hashlib.sha256(url.encode()).hexdigest()
    words = {"title": title, "summary": paragraphs[0][:200], "html": html}
    yield (
        articles,
        {"id": name, "key": url, "source": source, "url": url, "language": "en", "text": text}
        | {**words, "authors": ["Ada"], "keywords": [], "origins": {}, "partial": False}
        | {"digest": digest, "published": at, "first_seen": at, "updated_at": at, "dated": at}
        | {"story": name},
    )
    yield appearances, {"source": source, "article": name, "dated": at}
    yield (
        references,
        {"id": number + 1, "source": source, "url": url, "guid": url, "title": title, "html": ""}
        | {"state": "done", "attempts": 0, "article": name, "published": at, "first_seen": at}
        | {"announced_at": now, "fetched_at": at + 0.8 * (now - at)}
        | {"stated": at, "stated_seen": at},
    )
    yield (
        pages,
        {"reference": number + 1, "url": url, "headers": {}, "fetched_at": at}
        | {"content": zlib.compress(html.encode())},
    )
    for language in ("en", "pt"):
        yield (
            translations,
            {"article": name, "language": language, "digest": digest, "source_language": "en"}
            | {**words, "models": ["en_pt-1.9"], "segments": 16, "doubts": 0, "updated_at": at},
        )
        yield (
            listings,
            {"source": source, "language": language, "article": name, "dated": at}
            | {"first_published": at},
        )
        yield (
            search_texts,
            {"article": name, "language": language, "title": title, "text": text},
        )
    for part in range(3):
        segment = f"{paragraphs[part][:80]} {number}"
        key = hashlib.sha256(segment.encode()).digest()[:16]
        both = {"digest": key, "source": segment, "created": at}
        yield memory, both | {"model": 1, "target": segment}
        yield memory, both | {"model": 2, "target": "1|"}


NEW_PAGE = """<!DOCTYPE html><html lang="en"><head><title>{title}</title>
<meta property="og:type" content="article">
<meta property="article:published_time" content="{at}"></head>
<body><main><article><h1>{title}</h1>{html}</article></main></body></html>"""


class SourceServer(BaseHTTPRequestHandler):
    """Serves `/feed/ID.xml`; after `/new/ID` that feed has one more entry, with a page here.

    The first new article of a feed has all sentences and titles, later ones some of them.
    """

    sources = 0
    count = 0
    begun = datetime.now(UTC)
    new: dict[str, list[datetime]] = {}  # noqa: RUF012 - of the one server

    def do_GET(self) -> None:
        kind, _, name = self.path.strip("/").partition("/")
        if kind == "new":
            self.new.setdefault(name, []).append(datetime.now(UTC))
            self._answer("text/plain", "")
        elif kind == "feed":
            self._answer("application/rss+xml", self._feed(name.removesuffix(".xml")))
        elif kind == "page":
            self._answer("text/html; charset=utf-8", self._page(*name.split("/")[:2]))
        else:
            self.send_error(404)

    def _feed(self, name: str) -> str:
        root, found = f"http://{self.headers['Host']}", []
        made = self.new.get(name, [])
        for place in range(len(made) - 1, max(-1, len(made) - 1 - ANNOUNCED), -1):
            title = TITLES[place % len(TITLES)]
            found.append((f"{root}/page/{name}/{place}-{self.begun:%H%M%S}", title, made[place]))
        number = int(name[1:]) + (self.count - 1 - int(name[1:])) // self.sources * self.sources
        while number >= 0 and len(found) < ANNOUNCED:
            at = dated(number, self.count, self.begun)
            found.append((url_of(number, self.sources), TITLES[number % len(TITLES)], at))
            number -= self.sources
        items = "".join(
            f"<item><title>{title}</title><link>{url}</link><guid>{url}</guid></item>"
            for url, title, _ in found
        )
        return f'<rss version="2.0"><channel><title>{name}</title>{items}</channel></rss>'

    def _page(self, name: str, place: str) -> str:
        number = int(place.partition("-")[0])
        title = TITLES[number % len(TITLES)]
        paragraphs = SENTENCES if number == 0 else body(10_000_000 + number)
        lines = TITLES if number == 0 else []
        html = "".join(f"<h2>{one}</h2>" for one in lines)
        html += "".join(f"<p>{one}</p>" for one in paragraphs)
        return NEW_PAGE.format(title=title, at=self.new[name][number].isoformat(), html=html)

    def _answer(self, media_type: str, text: str) -> None:
        content = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Nothing is logged."""

    @staticmethod
    @contextmanager
    def process(sources: int, count: int) -> Iterator[str]:
        """A server in a process of its own, for a block; yields its address."""
        command = [sys.executable, __file__, str(sources), str(count)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout is not None
            try:
                yield f"http://127.0.0.1:{server.stdout.readline().strip()}"
            finally:
                server.terminate()


def main() -> None:
    """Serve until ended; print the port first."""
    parser = argparse.ArgumentParser()
    parser.add_argument("sources", type=int)
    parser.add_argument("count", type=int)
    arguments = parser.parse_args()
    SourceServer.sources, SourceServer.count = arguments.sources, arguments.count
    server = ThreadingHTTPServer(("127.0.0.1", 0), SourceServer)
    print(server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
