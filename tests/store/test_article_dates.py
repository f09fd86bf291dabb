"""When an article counts as updated: what its page says of that is believed of the past alone."""

from dataclasses import replace
from datetime import timedelta

import pytest

from pipeline.store import Store, sqlite_url
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
