"""The list of entries and previews over HTTP, over a backend of values."""

import json
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest

from pipeline.desk.previewing import Busy, Overdue, TooLarge, Unusable, Wanted
from pipeline.errors import FetchError, ModelError, NoModel, NotAnArticle, StoreError
from pipeline.web.backend import Query

AUTHORISED = {"authorization": "Bearer s3cret"}


def listed(client, **words):
    answer = client.get(f"/api/articles?{urlencode(words, doseq=True)}", headers=AUTHORISED)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_entries_come_in_pages_whose_addresses_follow_one_another(client, backend):
    page, seen = listed(client, limit=2, source=["wire", "other"]), []
    while True:
        seen += [one["reference"] for one in page["articles"]]
        if page["next"] is None:
            break
        assert page["next"].startswith("/api/articles?")
        page = client.get(page["next"], headers=AUTHORISED).json()
    assert seen == [5, 4, 3, 2, 1]
    assert [one.before for one in backend.queried] == [0, 4, 2]
    assert {one.sources for one in backend.queried} == {("wire", "other")}


def test_each_filter_is_asked_for(client, backend):
    listed(
        client, source="wire", state=["done", "failed"], language="pt",
        since="2026-03-01T12:00:00+02:00", limit=100, before=9,
    )  # fmt: skip
    assert backend.queried == [
        Query(
            limit=100,
            before=9,
            sources=("wire",),
            states=("done", "failed"),
            language="pt",
            since=datetime(2026, 3, 1, 10, tzinfo=UTC),
        )
    ]
    listed(client, since="2026-03-01")
    assert backend.queried[1] == Query(since=datetime(2026, 3, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"limit": "0"}, "limit"),
        ({"limit": "101"}, "limit"),
        ({"limit": "²"}, "limit"),
        ({"before": "x"}, "before"),
        ({"before": "9" * 30}, "before"),
        ({"state": "lost"}, "lost"),
        ({"since": "yesterday"}, "since"),
        ({"since": "0001-01-01T00:00:00+14:00"}, "since"),
        ({"sources": "wire"}, "sources"),
    ],
)
def test_a_wrong_filter_is_told(client, backend, words, said):
    answer = client.get(f"/api/articles?{urlencode(words)}", headers=AUTHORISED)
    assert answer.status_code == 400 and said in answer.text
    assert backend.queried == []


def test_the_lists_and_previews_need_the_token(client, backend):
    for wrong in ({}, {"authorization": "Bearer wrong"}, {"authorization": "Basic s3cret"}):
        assert client.get("/api/articles", headers=wrong).status_code == 401
        assert client.post("/api/preview", headers=wrong, json={"html": "x"}).status_code == 401
    for _ in range(6):
        last = client.get("/api/articles", headers={"authorization": "Bearer guess"})
    assert last.status_code == 429 and "retry-after" in last.headers
    assert backend.queried == backend.wanted == []
    for _ in range(20):  # with the right one there is no limit
        listed(client)


def test_a_preview_is_asked_for_with_an_address_or_a_page(client, backend):
    asked = {"url": "https://example.org/1", "to": "pt", "language": "en", "source": "wire"}
    answer = client.post("/api/preview", headers=AUTHORISED, json=asked)
    assert answer.status_code == 200 and answer.json()["title"] == "The night ferry"
    assert answer.headers["cache-control"] == "no-store"
    client.post("/api/preview", headers=AUTHORISED, json={"html": "<p>Où?</p>"})
    assert backend.wanted == [Wanted(**asked), Wanted(html="<p>Où?</p>")]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"to": "pt"}',
        '{"url": 1}',
        '{"html": null}',
        '{"url": "https://example.org/", "file": "/etc/passwd"}',
        "[" * 100_000,
    ],
)
def test_a_wrong_request_for_a_preview_is_told(client, backend, content):
    answer = client.post("/api/preview", headers=AUTHORISED, content=content)
    assert answer.status_code == 400 and len(answer.text) < 200
    assert backend.wanted == []


def test_a_request_for_a_preview_may_be_as_large_as_a_page(client, backend):
    page = json.dumps({"html": "<p>é</p>" * 300_000})
    assert client.post("/api/preview", headers=AUTHORISED, content=page).status_code == 200
    bomb = json.dumps({"html": "x" * 13_000_000})
    assert client.post("/api/preview", headers=AUTHORISED, content=bomb).status_code == 413
    assert len(backend.wanted) == 1


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Unusable("ftp://x", "cannot be fetched"), 400),
        (TooLarge("https://x", "is too large"), 413),
        (NotAnArticle("https://x", "it is a consent wall"), 422),
        (NoModel("en → sw", "no model is installed"), 422),
        (ModelError("en_pt", "is broken"), 422),
        (FetchError("https://x", "answers with status 500", retry=True, status=500), 502),
        (Busy("preview", "4 previews are waiting", retry=True), 503),
        (Overdue("https://x", "took too long"), 504),
        (StoreError("/srv/secret.sqlite", "is damaged"), 503),
    ],
)
def test_what_a_preview_fails_with_has_its_status(client, backend, error, status):
    backend.previewed = error
    answer = client.post("/api/preview", headers=AUTHORISED, json={"html": "x"})
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/plain")
    assert "secret" not in answer.text and "Traceback" not in answer.text
    assert ("retry-after" in answer.headers) == isinstance(error, Busy)
