"""The pages of the list of entries: each entry once, whatever arrives meanwhile."""

from dataclasses import replace
from datetime import timedelta

import pytest

from pipeline.article import Reference
from pipeline.store import Store
from tests.store.databases import KINDS, fresh
from tests.store.test_store import ARTICLE, NOW, keep, translated


@pytest.fixture(params=KINDS)
def store(request, tmp_path):
    with Store(fresh(request.param, tmp_path)) as opened:
        yield opened


def announce(store, number, source="town", day=0):
    """An entry that has no article, first seen some days after NOW."""
    url = f"https://example.org/{source}/{number}"
    store.references.announce([Reference(source=source, url=url)], NOW + timedelta(days=day))


def pages(store, **filters):
    """The addresses of all pages, and something arrives after each of them."""
    seen, before = [], 0
    while found := store.catalogue.page(2, before=before, **filters):
        assert len(found) <= 2
        seen += [one.url for one in found]
        before = found[-1].reference
        announce(store, f"late-{before}", day=30)
    return seen


def test_every_entry_is_on_one_page_while_others_arrive(store):
    for number in range(5):
        announce(store, number)
    assert pages(store) == [f"https://example.org/town/{number}" for number in (4, 3, 2, 1, 0)]


def test_entries_are_filtered_by_source_state_time_and_language(store):
    for day, source in enumerate(("town", "hills", "town", "harbour")):
        announce(store, day, source, day)
    kept = keep(store, replace(ARTICLE, url="https://example.org/article"))
    store.translations.keep(kept.id, "d", translated(), NOW)
    everything = len(store.catalogue.page(99))
    assert everything == 5
    assert len(pages(store, sources=["town"])) >= 2
    harbour = store.catalogue.page(9, sources=["harbour", "hills"])
    assert [one.source for one in harbour] == ["harbour", "hills"]
    done = store.catalogue.page(9, states=["done", "failed"])
    assert [one.article for one in done] == [kept.id]
    assert done == store.catalogue.page(9, language=translated().language)
    assert store.catalogue.page(9, language="xx") == []
    late = store.catalogue.page(9, sources=["hills", "harbour"], since=NOW + timedelta(days=2))
    assert [one.source for one in late] == ["harbour"]
