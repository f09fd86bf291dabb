"""When an article counts as updated: what its page says of that is believed of the past alone."""

from dataclasses import replace
from datetime import timedelta

import pytest

from pipeline.store import Store, sqlite_url
from tests.store.databases import KINDS, fresh, older
from tests.store.test_store import ARTICLE, NOW, keep, translated

EARLIER, AHEAD = NOW - timedelta(hours=3), NOW + timedelta(days=400)


@pytest.fixture
def store(tmp_path):
    with Store(sqlite_url(tmp_path)) as opened:
        yield opened


def kept(store, article, now=NOW):
    found = keep(store, article, now=now)
    store.translations.keep(found.id, "x", translated(), NOW)
    return found, store.translations.newest("pt", ["s"], 1)[0].updated


@pytest.mark.parametrize(
    ("modified", "moment"),
    [(None, ARTICLE.published), (EARLIER, EARLIER), (AHEAD, NOW)],
    ids=("unknown", "in the past", "in the future"),
)
def test_a_new_article_was_updated_when_its_page_says_but_not_in_the_future(
    store, modified, moment
):
    assert kept(store, replace(ARTICLE, modified=modified))[1] == moment


@pytest.mark.parametrize(
    ("modified", "moment"),
    [
        (None, timedelta(hours=5)),
        (NOW + timedelta(hours=4), timedelta(hours=4)),
        (EARLIER, timedelta(hours=5)),  # it says the same as before of other words
        (AHEAD, timedelta(hours=5)),
    ],
    ids=("unknown", "since", "as before", "in the future"),
)
def test_a_changed_article_was_updated_between_the_last_time_and_now(store, modified, moment):
    assert kept(store, replace(ARTICLE, modified=EARLIER))[1] == EARLIER
    changed = replace(ARTICLE, title="Another title", modified=modified)
    found, updated = kept(store, changed, NOW + timedelta(hours=5))
    assert (found.change, updated) == ("changed", NOW + moment)


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_published_before_feeds_had_an_order_of_their_own_stays_in_order(kind, tmp_path):
    url = fresh(kind, tmp_path)
    with older(url, "0015") as connection:
        for number, dated in enumerate(("2026-01-05", "2026-01-01", "2026-02-01", "2026-01-09")):
            name, at = f"a{number}", f"'{dated} 03:04:05.000000'"
            for statement in (
                "INSERT INTO articles (id, key, source, url, title, summary, html, text, authors,"
                f" keywords, partial, origins, digest, first_seen, updated_at, dated) VALUES"
                f" ('{name}', '{name}', 's', '{name}', 'T', '', '', '', '[]', '[]', false, '{{}}',"
                f" 'd', {at}, {at}, {at})",
                f"INSERT INTO appearances (source, article, dated) VALUES ('s', '{name}', {at})",
                "INSERT INTO translations (article, language, digest, source_language, title,"
                " summary, html, models, segments, doubts, updated_at) VALUES"
                f" ('{name}', 'pt', 'd', 'en', 'T', '', '', '[]', 0, 0, {at})",
                "INSERT INTO listings (source, language, article, dated) VALUES"
                f" ('s', 'pt', '{name}', {at})",
            ):
                connection.exec_driver_sql(statement)
    with Store(url) as store:
        published = [one.id for one in store.translations.newest("pt", ["s"], 9)]
        assert published == ["a2", "a3", "a0", "a1"]
        store.listings.publish("pt", ["s"], NOW)  # nothing is new
        late = keep(store, replace(ARTICLE, published=NOW - timedelta(days=4000)))
        store.translations.keep(late.id, "d", translated(), NOW)
        store.listings.publish("pt", ["s"], NOW)
        now = [one.id for one in store.translations.newest("pt", ["s"], 9)]
        assert now == [late.id, *published]
