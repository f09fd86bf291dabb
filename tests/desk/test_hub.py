"""A WebSub hub hears of the feeds that have changed, of no others, and stops nothing."""

import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs

import pytest

from pipeline.cli.context import open_store
from pipeline.desk import Report
from pipeline.desk.press import Press
from tests.desk.test_archives import BASE, NOW, add, settings  # noqa: F401 - a fixture


@pytest.fixture
def hub():
    class Hub(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            self.server.topics.append(parse_qs(body)["hub.topic"])
            self.send_response(self.server.status)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Hub)
    server.topics, server.status = [], 202
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_hub_is_told_of_what_changed(settings, hub):  # noqa: F811
    feed = replace(settings.feeds[0], hub=f"http://127.0.0.1:{hub.server_port}/")

    def publish():
        report = Report(started=NOW)
        press = Press(settings, store, report, lambda: NOW)
        press.publish(feed, "en")
        press.finish()
        return report

    topics = [f"{BASE}/news/en.{suffix}" for suffix in ("rss", "atom", "json")]
    with open_store(settings) as store:
        for number in range(4):  # of which one goes into the archive, which is announced to nobody
            add(store, number)
        assert publish().failures == [] and hub.topics == [topics]
        assert publish().written == [] and hub.topics == [topics]
        add(store, 9)
        hub.status = 503
        report = publish()
        assert hub.topics == [topics, topics]
        assert [one.reason for one in report.failures] == [
            "refused the notification with status 503"
        ]
        assert "news/en.rss" in report.written
        hub.status = 202
        assert report.failures[0].stage == "notify"
        assert publish().written == [] and hub.topics == [topics] * 3  # told when it can be
        assert publish().failures == [] and hub.topics == [topics] * 3
        assert [name for name, _ in store.publications.written() if "hub" in name] == []
