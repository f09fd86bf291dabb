"""The answers for programs, and what is sent to everyone, over a backend of values."""

import pytest
from starlette.testclient import TestClient

from pipeline.web import application
from pipeline.web.api import Limit


def test_a_broken_store_is_503_and_keeps_its_secrets(backend, tmp_path):
    backend.broken = True
    client = TestClient(application(tmp_path, backend), raise_server_exceptions=False)
    for accept in ("text/html", "*/*"):
        response = client.get("/article/1/ar", headers={"accept": accept})
        assert response.status_code == 503 and "secret" not in response.text
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503


def test_metrics_are_prometheus_text(client):
    response = client.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain")
    lines = response.text.splitlines()
    assert "babelwire_articles 5.0" in lines
    assert 'babelwire_references{source="wire",state="waiting"} 2.0' in lines
    assert 'babelwire_source_failures{source="wire"} 3.0' in lines
    assert 'babelwire_last_run_stage_seconds{stage="fetch"} 1.5' in lines
    assert "babelwire_runs_total 7.0" in lines


AUTHORISED = {"authorization": "Bearer s3cret"}


def test_a_run_is_started_with_the_token_and_followed(backend, client):
    assert client.post("/api/run").status_code == 401
    assert client.post("/api/run", headers={"authorization": "Bearer wrong"}).status_code == 401
    response = client.post("/api/run", headers=AUTHORISED, json={"sources": ["wire"]})
    assert response.status_code == 202 and response.json()["id"] == "t1"
    assert client.post("/api/run", headers=AUTHORISED).status_code == 202
    assert backend.asked == [["wire"], []]
    progress = client.get(response.headers["location"], headers=AUTHORISED)
    assert progress.json()["state"] == "running"
    assert client.get(response.headers["location"]).status_code == 401


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("[]", 400),
        ("{", 400),
        ('{"sources": "wire"}', 400),
        ('{"sources": [1]}', 400),
        ('{"sources": ["none"]}', 404),
        ("x" * 20_000, 413),
    ],
)
def test_a_wrong_request_for_a_run_is_refused(backend, client, body, status):
    response = client.post("/api/run", headers=AUTHORISED, content=body)
    assert (response.status_code, backend.asked) == (status, [])


def test_the_button_on_the_status_page_starts_a_run(backend, client):
    data = {"source": "wire", "token": "s3cret"}
    response = client.post("/status", data=data, follow_redirects=False)
    assert (response.status_code, response.headers["location"]) == (303, "/status?run=t1&follow=1")
    assert backend.asked == [["wire"]]
    assert client.post("/status", data={"token": "x"}).status_code == 401


def test_guessing_the_token_is_slowed_down(backend, client):
    statuses = [
        client.post("/api/run", headers={"authorization": f"Bearer {n}"}).status_code
        for n in range(12)
    ]
    assert statuses == [401] * 10 + [429] * 2
    refused = client.post("/api/run", headers=AUTHORISED)
    assert refused.status_code == 429 and int(refused.headers["retry-after"]) <= 61
    assert backend.asked == []
    other = TestClient(client.app, client=("192.0.2.7", 50000))
    assert other.post("/api/run", headers=AUTHORISED).status_code == 202


def test_the_limit_forgets():
    now = [0.0]
    limit = Limit(2, 60, lambda: now[0])
    assert [limit.wait(), limit.wait(), limit.wait()] == [0, 0, 60]
    now[0] = 60.0
    assert limit.wait() == 0


def test_without_a_token_nobody_starts_a_run(backend, tmp_path):
    client = TestClient(application(tmp_path, backend))
    assert client.post("/api/run", headers={"authorization": "Bearer "}).status_code == 405
    assert client.post("/status", data={"token": ""}).status_code == 405
    assert "password" not in client.get("/status").text
    assert backend.asked == []


def test_feeds_may_be_read_by_pages_of_other_origins_and_are_compressed(tmp_path):
    (tmp_path / "world").mkdir()
    (tmp_path / "world" / "pt.rss").write_text("<rss>" + "text " * 1000)
    client = TestClient(application(tmp_path))
    response = client.get("/world/pt.rss", headers={"accept-encoding": "gzip"})
    assert response.headers["access-control-allow-origin"] == "*"
    assert response.headers["content-encoding"] == "gzip"
    plain = client.get("/world/pt.rss", headers={"accept-encoding": "gzip;q=0"})
    assert "content-encoding" not in plain.headers and plain.text == response.text
    assert plain.headers["etag"] != response.headers["etag"]
    assert "Accept-Encoding" in plain.headers["vary"]


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("br;q=0.5, gzip;q=1.0", "gzip"),
        ("gzip;q=0.5, *", "br"),
        ("x-gzip", "gzip"),
        ("br; q=0, gzip", "gzip"),
        ("*;q=0", None),
        ("identity", None),
        ("zstd", None),
    ],
)
def test_files_and_pages_come_in_the_coding_their_client_likes_best(
    tmp_path, client, accepted, coding
):
    (tmp_path / "pt.rss").write_text("<rss>" + "text " * 1000)
    for path in ("/pt.rss", "/assets/style.css"):
        with_coding = client.get(path, headers={"accept-encoding": accepted})
        assert with_coding.headers.get("content-encoding") == coding
        plain = client.get(path, headers={"accept-encoding": "identity"})
        assert with_coding.content == plain.content
        tag = with_coding.headers["etag"]
        assert (tag == plain.headers["etag"]) == (coding is None)
        again = client.get(path, headers={"accept-encoding": accepted, "if-none-match": tag})
        assert again.status_code == 304 and not again.content
