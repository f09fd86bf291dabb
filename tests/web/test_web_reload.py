"""What is served takes other settings on while it goes on serving."""

import threading
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from pipeline.cli.context import open_store
from pipeline.cli.daemon import Site
from pipeline.config import Settings, load
from tests.waiting import LONG, until

TEXT = """
languages = ["en"]
[serve]
token = "{token}"
[[sources]]
id = "{source}"
kind = "folder"
path = "pages"
[[feeds]]
id = "news"
title = "{title}"
"""
TOKEN = "a-token-that-is-long-enough"
BEARER = {"authorization": f"Bearer {TOKEN}"}


def settings(folder: Path, **words: str) -> Settings:
    path = folder / "babelwire.toml"
    text = TEXT.format(**{"title": "News", "source": "town", "token": TOKEN, **words})
    path.write_text(text, "utf-8")
    (folder / "pages").mkdir(exist_ok=True)
    return load(path)


def trigger(client: TestClient, source: str) -> dict[str, Any]:
    response = client.post("/api/run", json={"sources": [source]}, headers=BEARER)
    assert response.status_code == 202, response.text
    return dict(response.json())


def run(client: TestClient, triggered: dict[str, Any]) -> dict[str, Any]:
    response = client.get(f"/api/runs/{triggered['id']}", headers=BEARER)
    assert response.status_code == 200, response.text
    return dict(response.json())


def test_new_settings_are_served_and_no_thread_stays(tmp_path: Path) -> None:
    first = settings(tmp_path)
    with open_store(first) as store, Site(store, first) as site:
        client = TestClient(site)
        trigger(client, "town")
        for number in range(30):
            site.renew(settings(tmp_path, title=f"News {number}"))
            assert f"News {number}" in client.get("/").text
        workers = [one for one in threading.enumerate() if one.name.startswith("triggered")]
        assert len(workers) == 1


def test_a_pass_that_waits_outlives_new_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipeline.cli import daemon

    go, seen = threading.Event(), []
    real = daemon.do_pass_with_lines

    def slow(used: Settings, *rest: Any, **more: Any) -> Any:
        seen.append([*used.sources])
        assert go.wait(LONG)
        return real(used, *rest, **more)

    monkeypatch.setattr(daemon, "do_pass_with_lines", slow)
    first = settings(tmp_path)
    with open_store(first) as store, Site(store, first) as site:
        client = TestClient(site)
        running, waiting = trigger(client, "town"), trigger(client, "town")
        site.renew(settings(tmp_path, source="other"))
        go.set()
        until(lambda: run(client, waiting)["state"] not in ("waiting", "running"))
        last = run(client, waiting)
        assert run(client, running)["state"] == "done"
        # The second finds that the new settings have no such source, and says so.
        assert last["state"] == "failed"
        assert seen == [["town"], ["other"]]


def test_passes_that_were_accepted_are_made_at_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipeline.cli import daemon

    begun, made = threading.Event(), []
    real = daemon.do_pass_with_lines

    def slow(used: Settings, store: Any, only: list[str], say: Any, stopping: Any, **more: Any):
        if not made:  # the first server is stopped during its first pass
            begun.set()
            assert stopping.wait(LONG)
        report = real(used, store, only, say, stopping, **more)
        if not report.interrupted:
            made.append(only)
        return report

    monkeypatch.setattr(daemon, "do_pass_with_lines", slow)
    first = settings(tmp_path)
    with open_store(first) as store:
        with Site(store, first) as site:
            client = TestClient(site)
            trigger(client, "town")
            assert begun.wait(LONG)
            assert client.post("/api/run", json={"sources": []}, headers=BEARER).status_code == 202
            assert site.close()
        assert store.pass_requests.waiting() == 2 and made == []
        made.append(["only the next server makes passes"])
        with Site(store, first) as site:
            site.go_on()
            until(lambda: len(made) == 3, "the accepted passes")
            assert store.pass_requests.waiting() == 0
    assert made[1:] == [["town"], []]
