"""What a visit asks the database: that it never looks through all that is stored.

The plans are SQLite's own (EXPLAIN QUERY PLAN) for every statement of a pass over one source, and
of what the pages of the server ask.
"""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import event

from pipeline.cli.context import open_store
from pipeline.cli.overview import overview
from pipeline.config import load
from pipeline.desk import Desk, prune
from pipeline.web import StoreBackend
from tests.conftest import settings_in
from tests.desk.test_identity import feed, item, page
from tests.ingest.site_under_test import running_site

# Tables that grow with the articles. (What failed is listed, all of it.)
GROWING = {
    *("articles", "translations", "references", "appearances", "listings", "pages", "memory"),
    *("search_texts", "archived", "article_pages", "verdicts", "sketches", "pending"),
}
SETTINGS = """
[[sources]]
id = "town"
kind = "feed"
url = "{url}"
[[sources]]
id = "county"
kind = "folder"
path = "county"
[[feeds]]
id = "news"
title = "News"
[[feeds]]
id = "once"
title = "Once"
once = true
drop = ["title: nothing of the kind"]
"""


@pytest.fixture(scope="module")
def opened(tmp_path_factory, packages_dir):
    """Settings and store after a pass, and the plans of two visits: one with news, one without."""
    folder = tmp_path_factory.mktemp("plans")
    (folder / "county").mkdir()
    with running_site() as site:
        for slug in ("bridge", "market"):
            site.page(f"/{slug}", page(slug))
        first = item(site.url("/bridge"), "g-bridge", "bridge", full=False)
        tables = SETTINGS.format(url=feed(site, first))
        settings = load(
            settings_in(folder, packages_dir, tables, 'base_url = "https://w.example.org"')
        )
        with open_store(settings) as store:
            Desk(settings, store).run()
            feed(site, item(site.url("/market"), "g-market", "market", full=False), first)
            desk = Desk(settings, store)
            with_news = plans(store, lambda: desk.run(["town"]))
            assert store.articles.count() == 2
            yield settings, store, with_news, plans(store, lambda: desk.run(["town"]))


def plans(store, work) -> list[tuple[str, list[str]]]:
    """Each statement of some work on the store, and the lines of its plan."""
    asked = []

    def note(_connection, _cursor, statement, values, _context, many):
        if re.match(r"\s*(SELECT|WITH|INSERT|UPDATE|DELETE)\b", statement):
            asked.append((statement, values[0] if many else values))

    event.listen(store.database.engine, "before_cursor_execute", note)
    work()
    event.remove(store.database.engine, "before_cursor_execute", note)
    assert asked
    with store.database.read() as connection:
        explained = [
            (one, connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {one}", values).all())
            for one, values in dict(asked).items()
        ]
    return [(statement, [row[3] for row in rows]) for statement, rows in explained]


# An index of a few rows among many is read as a whole.
OF_FEW = ("ix_references_failing", "ix_articles_gone_at", "ix_translations_doubted")
# Asks whether there is any row, and reads one.
ANY = "SELECT article_pages.article \nFROM article_pages\n LIMIT ? OFFSET ?"


READ = re.compile(r"(SCAN|SEARCH) (\w+?)(?:_\d+)?\b(.*)")
# What one of these alone finds in a growing table is much of it.
POOR = re.compile(r"\((language=\?|state=\?|first_seen[<>]\?)\)$")


def scans(found) -> list[tuple[str, str]]:
    """The statements that read all or much of a growing table, and what of it."""
    return [
        (line, statement)
        for statement, lines in found
        for line in lines
        if (read := READ.match(line)) is not None
        and read[2] in GROWING
        and (read[1] == "SCAN" or POOR.search(read[3]))
        and statement != ANY
        and not line.endswith(OF_FEW)
    ]


def test_a_visit_looks_through_nothing(opened):
    _, _, with_news, nothing_new = opened
    assert scans(with_news) == scans(nothing_new) == []


def test_a_visit_sorts_only_what_it_found_by_its_key(opened):
    _, _, with_news, _ = opened
    reads = re.compile(
        r"(SEARCH|SCAN) (articles|translations)(_\d+)?\b(?!.*\((id|article|story)=\?)"
    )
    sorting = [
        (statement, lines)
        for statement, lines in with_news
        if any("TEMP B-TREE" in line for line in lines) and any(map(reads.match, lines))
    ]
    assert sorting == []


def test_pages_status_and_pruning_look_through_nothing(opened):
    settings, store, *_ = opened
    backend = StoreBackend(store, settings.feeds, settings.sources)
    for work in (
        backend.feeds,
        lambda: backend.entries("once", "pt"),
        lambda: backend.search("bridge", "pt", 1),
        lambda: (backend.status(), backend.lacking()),
        lambda: overview(settings, store),
        lambda: prune(settings, store, datetime.now(UTC)),
    ):
        assert scans(plans(store, work)) == []
