"""What publishing costs, by the number of articles stored and by the number of entries shown.

    python bench/publish.py [--pages] [STORED …]      (default: 1000 10000 100000)
    python bench/publish.py --entries 50 200

The first prints, for stores of that many articles and a feed of 50 entries in three formats, the
milliseconds (medians of seven) of publishing after one new article, of publishing where nothing
has changed, of reading the newest entries, and of what the index page asks, and those of dividing
the past into archive documents. With `--pages` entries lead to pages of their articles, all of
which there are but that of the new one. The second prints what each format costs to build, its
bytes, and the cost of the fingerprint that tells an unchanged feed, as a share of the build.
"""

import argparse
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from pipeline.article import Article, Entry, FeedSpec, Page, Reference, Translation
from pipeline.config import Settings, load
from pipeline.desk import Report
from pipeline.desk.articlepages import FOLDER, PageWriter
from pipeline.desk.press import Press
from pipeline.store import Store, sqlite_url
from pipeline.store.schema import appearances, articles, listings, translations
from pipeline.syndicate import FORMATS, archive_fingerprint, fingerprint, path
from pipeline.web import StoreBackend

FEED = FeedSpec(
    id="world",
    title="World",
    languages=("en", "pt", "ar"),
    limit=10_000,
    base_url="https://wire.example.org",
)
PARAGRAPH = "<p>" + 'A sentence of the news with <a href="/a">a link</a> in it. ' * 12 + "</p>"


def shown_entries(count: int) -> list[Entry]:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    return [
        Entry(
            id=f"tag:wire.example.org,2026:{number}/pt",
            url=f"https://news.example.com/{number}",
            title=f"Headline {number}",
            summary="A summary of two lines. " * 5,
            html=PARAGRAPH * 8,
            language="pt",
            original_language="en",
            by_machine=True,
            published=start + timedelta(minutes=number),
            updated=start + timedelta(minutes=number),
        )
        for number in range(count)
    ]


def by_entries(counts: list[int]) -> None:
    for count in counts:
        shown = shown_entries(count)
        builds = {form.name: partial(form.build, FEED, "pt", shown) for form in FORMATS}
        builds["fingerprint"] = partial(fingerprint, FEED, "pt", shown)
        sizes = {name: len(build()) for name, build in builds.items()}
        medians = timed(builds)
        for name, milliseconds in medians.items():
            share = milliseconds / medians["RSS 2.0"]
            print(
                f"{count:6} entries  {name:14} {milliseconds:8.1f} ms  "
                f"{sizes[name]:9,} bytes  {share:5.2f} × RSS"
            )


def timed(cases: dict[str, Callable[[], object]], rounds: int = 7) -> dict[str, float]:
    """The median milliseconds of each, all of them in every round."""
    times: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(rounds):
        for name, work in cases.items():
            begun = time.perf_counter()
            work()
            times[name].append((time.perf_counter() - begun) * 1000)
    return {name: statistics.median(values) for name, values in times.items()}


SETTINGS = """
languages = ["pt"]
base_url = "https://wire.example.org"
[[sources]]
id = "s"
kind = "urls"
title = "The Wire"
urls = ["https://news.example.com/"]
[[feeds]]
id = "world"
title = "World"
"""
START = datetime(2020, 1, 1, tzinfo=UTC)


def fill(store: Store, count: int) -> None:
    """That many articles, straight into the tables: the usual way would take an hour."""

    def rows() -> Iterator[tuple[dict[str, object], ...]]:
        for number in range(count):
            url = f"https://news.example.com/{number}"
            name, dated = (
                str(uuid.uuid5(uuid.NAMESPACE_URL, url)),
                START + timedelta(minutes=number),
            )
            words = {"title": f"Headline {number}", "summary": "A summary.", "html": PARAGRAPH * 3}
            facts = {"authors": [], "keywords": [], "origins": {}, "partial": False, "text": ""}
            dates = {"first_seen": dated, "updated_at": dated, "dated": dated, "published": dated}
            yield (
                {"id": name, "key": url, "source": "s", "url": url, "language": "en"}
                | {**words, **facts, **dates, "digest": "d"},
                {"source": "s", "article": name, "dated": dated},
                {"article": name, "language": "pt", "digest": "d", "source_language": "en"}
                | {**words, "models": ["m"], "segments": 1, "doubts": 0, "updated_at": dated},
                {"source": "s", "language": "pt", "article": name, "dated": dated},
            )

    tables = (articles, appearances, translations, listings)
    waiting: list[tuple[dict[str, object], ...]] = []
    with store.database.write() as connection:
        for row in [*rows(), ()]:
            if row:
                waiting.append(row)
            if waiting and (len(waiting) == 1000 or not row):
                for table, values in zip(tables, zip(*waiting, strict=True), strict=True):
                    connection.execute(table.insert(), list(values))
                waiting = []


def announce(store: Store, number: int) -> None:
    """One more article, as the desk stores it."""
    url, now = f"https://new.example.com/{number}", START + timedelta(days=999, minutes=number)
    store.references.announce([Reference(source="s", url=url)], now)
    (known,) = store.references.named("s", [url])
    article = Article(url=url, title=f"New {number}", html=PARAGRAPH, text="", published=now)
    page = Page(reference=known.reference, url=url, content=b"")
    kept = store.articles.keep(known, page, article, url, now)
    words = Translation(
        language="pt",
        source_language="en",
        title=f"Novo {number}",
        summary="",
        html=PARAGRAPH,
        models=("m",),
    )
    store.translations.keep(kept.id, "d", words, now)


def publish(settings: Settings, store: Store, *, pages: bool = False) -> Report:
    report = Report(started=START)
    press = Press(settings, store, report, lambda: START)
    if pages:
        press.prepare()
    press.publish(settings.feeds[0], "pt")
    if pages:
        press.finish()
    return report


def article_pages(settings: Settings, store: Store) -> None:
    """Take the pages of all articles for written, as `kept_back` does with documents."""
    (settings.output_dir / FOLDER).mkdir(parents=True, exist_ok=True)
    publish(settings, store, pages=True)
    edition = PageWriter(settings, store, Report(started=START), lambda: START).edition
    while due := store.article_pages.due(edition, 10_000):
        store.article_pages.wrote(due, edition)
    assert publish(settings, store, pages=True).pages == 0


def kept_back(settings: Settings, store: Store) -> None:
    """Divide the past into archive documents, and take all but the last for written: to write
    2,000 of them takes minutes, and is done once."""
    (feed,) = settings.feeds
    report = Report(started=START)
    press = Press(settings, store, report, lambda: START)
    press.publish(replace(feed, archive=False), "pt")
    closed = store.archives.extent(feed.id, "pt").documents
    note = f"{archive_fingerprint(feed, 'pt')}:{closed - 1}"
    store.publications.wrote(path(feed, "pt", "archive"), note, START)
    for form in FORMATS:
        file = settings.output_dir / path(feed, "pt", form.suffix, closed - 1)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()


def by_stored(count: int, *, pages: bool = False) -> None:
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "babelwire.toml"
        file.write_text(SETTINGS + ('link = "page"\n' if pages else ""))
        settings = load(file)
        with Store(sqlite_url(settings.state_dir)) as store:
            fill(store, count)
            begun = time.perf_counter()
            kept_back(settings, store)
            publish(settings, store)
            first = time.perf_counter() - begun
            if pages:
                article_pages(settings, store)
            numbers = iter(range(10_000))

            def changed() -> None:
                announce(store, next(numbers))
                report = publish(settings, store, pages=pages)
                assert len(report.written) >= len(FORMATS) and report.pages == pages

            def unchanged() -> None:
                report = publish(settings, store, pages=pages)
                assert report.written == [] and report.pages == 0

            room = StoreBackend(store, settings.feeds, settings.sources)
            cases = {
                "one new article": changed,
                "nothing new": unchanged,
                "newest entries": lambda: store.translations.newest("pt", ("s",), 50),
                "index page": room.feeds,
            }
            medians = timed(cases)
    for case, milliseconds in medians.items():
        print(f"{count:7,} articles stored  {case:16} {milliseconds:8.1f} ms", flush=True)
    print(f"{count:7,} articles stored  first publication {first * 1000:8.1f} ms", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("stored", nargs="*", type=int, default=[1000, 10_000, 100_000])
    parser.add_argument("--pages", action="store_true")
    parser.add_argument("--entries", nargs="+", type=int)
    arguments = parser.parse_args()
    if arguments.entries:
        by_entries(arguments.entries)
    else:
        for count in arguments.stored:
            by_stored(count, pages=arguments.pages)


if __name__ == "__main__":
    main()
