"""Several processes and threads on one database: what they do at once, they do once."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from sqlalchemy import func, select, text

from pipeline.article import Article, Page, Reference, Translation
from pipeline.ingest import identity
from pipeline.store import Store, sqlite_url
from pipeline.store.database import LONGEST_KEY, Database, indexable
from pipeline.store.migrate import HEAD, migrate, revision
from pipeline.store.schema import appearances, articles, listings
from tests import newdatabases
from tests.store.databases import KINDS, fresh
from tests.waiting import LONG

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MANY = 8


def at_once(work: Callable[[int], Any], number: int = MANY) -> list[Any]:
    """What `work` returns for 0, 1, 2 …, called in threads that begin together."""
    barrier = Barrier(number)

    def one(place: int) -> Any:
        barrier.wait(LONG)
        return work(place)

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, range(number)))


@pytest.fixture(params=KINDS)
def url(request, tmp_path) -> str:
    return fresh(request.param, tmp_path)


@pytest.fixture
def stores(url) -> Iterator[list[Store]]:
    """As many processes would have, each its own."""
    with ExitStack() as opened:
        yield [opened.enter_context(Store(url)) for _ in range(MANY)]


def article(address: str, title: str = "The bridge") -> Article:
    return Article(
        url=address, title=title, html="<p>Words.</p>", text="Words.", language="en", origins={}
    )


def keep(store: Store, source: str, address: str, title: str = "The bridge"):
    store.references.announce([Reference(source=source, url=address)], NOW)
    [known] = store.references.named(source, [address])
    page = Page(reference=known.reference, url=address, content=b"<p>Words.</p>", headers={})
    return store.articles.keep(known, page, article(address, title), identity(address), NOW)


def count(store: Store, table) -> int:
    with store.database.read() as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.parametrize(
    "path", ["bridge", "sport/fähre?seite=2", "2026/03/01/" + "a-long-way-to-the-market-" * 20]
)
def test_sources_that_announce_one_address_at_once_share_its_article(stores, path):
    address = f"https://news.example.org/{path}"
    for turn in range(5):
        one = f"{address}-{turn}"
        kept = at_once(lambda place, one=one: keep(stores[place], f"s{place}", one))
        assert len({each.id for each in kept}) == 1
        assert sorted(each.change for each in kept) == ["new", *["same"] * (MANY - 1)]
    assert count(stores[0], articles) == 5 and count(stores[0], appearances) == 5 * MANY


def test_sources_that_change_one_article_at_once_leave_one_whole(stores):
    address = "https://news.example.org/bridge"
    keep(stores[0], "s0", address)

    def revised(place: int):
        title = f"The bridge, part {place}"
        return keep(stores[place], "s0", address, title).change

    assert set(at_once(revised)) == {"changed"}
    assert count(stores[0], articles) == 1


def test_an_article_is_listed_once_while_it_is_translated_and_announced(stores):
    """A visit of another source and the press store what belongs to the same article."""
    for turn in range(5):
        address = f"https://news.example.org/bridge-{turn}"
        kept = keep(stores[0], "s0", address)
        translation = Translation(
            title="A ponte",
            summary="",
            html="<p>Palavras.</p>",
            language="pt",
            source_language="en",
            models=("en_pt-1",),
            segments=1,
        )

        def work(place: int, address=address, kept=kept, translation=translation) -> None:
            if place == 0:
                stores[0].translations.keep(kept.id, "digest", translation, NOW)
            else:
                keep(stores[place], f"s{place}", address)

        at_once(work)
        keep(stores[0], "s0", address)  # whatever came first
    assert count(stores[0], listings) == 5 * MANY


def test_a_request_is_taken_once(stores):
    asked = [stores[0].pass_requests.add([], False, NOW) for _ in range(40)]

    def take(place: int) -> list[int]:
        found = []
        while (request := stores[place].pass_requests.take(NOW)) is not None:
            found.append(request.id)
        return found

    taken = [one for found in at_once(take) for one in found]
    assert sorted(taken) == asked


def test_segments_of_a_new_model_are_remembered_by_all_who_translate_with_it(stores):
    def put(place: int) -> None:
        stores[place].memory.put("en_pt-1", {f"Bridge {place}.": f"Ponte {place}."})

    at_once(put)
    found = stores[0].memory.get("en_pt-1", [f"Bridge {place}." for place in range(MANY)])
    assert len(found) == MANY


def test_first_starts_at_once_make_one_schema(url):
    def start(_: int) -> str | None:
        database = Database(url)
        try:
            migrate(database)
            with database.read() as connection:
                return revision(connection)
        finally:
            database.close()

    with newdatabases.migrated():
        assert at_once(start, 4) == [HEAD] * 4


def test_slow_readers_starve_nobody(url):
    """Twenty readers hold a connection each until all of them have one; a writer gets on."""
    readers = 20
    with Store(url) as store:
        met = Barrier(readers + 1)

        def read(_: int) -> int:
            with store.database.read() as connection:
                number = connection.scalar(text("SELECT 1"))
                met.wait(LONG)
                met.wait(LONG)
                return int(number or 0)

        with ThreadPoolExecutor(readers) as pool:
            reading = [pool.submit(read, place) for place in range(readers)]
            try:
                met.wait(LONG)
                store.pass_requests.add([], False, NOW)
                met.wait(LONG)
            except BrokenBarrierError:
                pytest.fail("not every reader got a connection")
            assert [one.result() for one in reading] == [1] * readers
        assert store.pass_requests.waiting() == 1


@pytest.mark.parametrize("letter", ["x", "ä", "日"])
def test_long_addresses_and_guids_are_stored_and_found(url, letter):
    """PostgreSQL indexes no more than 2,704 bytes, less where they cannot be compressed."""
    tail = "".join(f"{number * 7919 % 10007:x}{letter}" for number in range(900))
    with Store(url) as store:
        address = "https://news.example.org/" + tail
        short = "https://news.example.org/story"
        assert len(address.encode()) > LONGEST_KEY and len(indexable(address)) < 80
        store.references.announce([Reference(source="s", url=short, guid="g")], NOW)
        [known] = store.references.named("s", [short])
        page = Page(reference=known.reference, url=address, content=b"<p>", headers={})
        kept = store.articles.keep(known, page, article(address), identity(address), NOW)
        assert kept.change == "new"
        assert store.articles.of_key(identity(address)) == (kept.id, article(address))
        # Under another reference it is the same, and the longest key that fits is its own.
        other = replace(known.reference, url=short + "?from=rss", source="t")
        store.references.announce([other], NOW)
        [second] = store.references.named("t", [other.url])
        again = store.articles.keep(second, page, article(address), identity(address), NOW)
        assert (again.id, again.change) == (kept.id, "same")
    assert indexable("a" * LONGEST_KEY) == "a" * LONGEST_KEY


def test_many_threads_write_at_once_and_none_gives_up(tmp_path):
    with Store(sqlite_url(tmp_path)) as store, ThreadPoolExecutor(40) as pool:

        def work(number: int) -> None:
            for page in range(5):
                url = f"https://example.org/{number}/{page}"
                store.references.announce([Reference(source=f"s{number}", url=url)], NOW)
                assert len(store.references.due(f"s{number}", NOW)) == page + 1

        list(pool.map(work, range(40)))
        assert sum(store.references.counts().values()) == 200
