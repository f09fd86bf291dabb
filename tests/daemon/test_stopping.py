"""A daemon that is stopped, started again, or moved to another address."""

import contextlib
import signal
import socket
import urllib.request

import pytest

from pipeline.config import load
from pipeline.desk.locks import held
from pipeline.desk.progress import NoProgress
from tests.daemon.running import daemon, feed_of, logged, status, titles
from tests.ingest.site_under_test import running_site
from tests.waiting import LONG, held_port, until

pytestmark = pytest.mark.slow


def test_a_stopped_visit_goes_on_at_the_next_start(write_settings):
    with running_site() as site, held_port() as port:
        slugs = [f"page{number}" for number in range(4)]
        feed_of(site, slugs)
        place = write_settings(
            "host_delay = 2\n"
            f'[[sources]]\nid = "town"\nkind = "feed"\nurl = "{site.url("/feed.xml")}"\n'
            'every = "1d"\n[[feeds]]\nid = "news"\ntitle = "News"\n'
            f"[serve]\nport = {port}\n"
        )
        with daemon(place) as process:
            until(lambda: site.asked("/page0"))
            process.send_signal(signal.SIGTERM)
            assert process.wait(LONG) == 0
        assert not site.asked("/page3")
        with daemon(place) as process:
            until(lambda: site.asked("/page3"))
            until(lambda: len(titles(place)) == 4)
            process.send_signal(signal.SIGTERM)
            assert process.wait(LONG) == 0
        assert len(site.asked("/feed.xml")) == 1


def test_a_signal_ends_a_daemon_that_waits_for_a_lock_and_has_accepted_a_pass(place):
    token = "a-token-that-is-long-enough"
    place.write_text(place.read_text("utf-8").replace("[serve]", f'[serve]\ntoken = "{token}"'))
    port = load(place).serve.port
    with held(place.parent / "state", "source-town", NoProgress()), daemon(place) as process:
        until(lambda: logged(place, "1 source scheduled"))
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/api/run",
            method="POST",
            headers={"authorization": f"Bearer {token}"},
        )
        with urllib.request.urlopen(request, timeout=LONG) as answer:
            assert answer.status == 202
        process.send_signal(signal.SIGTERM)
        assert process.wait(LONG) == 0
        assert logged(place, "stopped") and not logged(place, "abandoned")
    with daemon(place) as process:  # makes the pass that was accepted
        until(lambda: status(place)["queues"]["passes"] == 0 and len(titles(place)) == 1)
        process.send_signal(signal.SIGTERM)
        assert process.wait(LONG) == 0


def test_the_server_moves_when_the_settings_say_so(place):
    old = load(place).serve.port

    def served(port: int) -> bool:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=LONG).close()
            return True
        return False

    with held_port() as new, socket.socket() as taken, daemon(place) as process:
        until(lambda: served(old))
        text = place.read_text("utf-8")
        place.write_text(text.replace(f"port = {old}", f"port = {new}"), "utf-8")
        until(lambda: served(new))
        until(lambda: not served(old))
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        busy = taken.getsockname()[1]
        place.write_text(text.replace(f"port = {old}", f"port = {busy}"), "utf-8")
        until(lambda: logged(place, f"the server stays at 127.0.0.1:{new}"))
        assert served(new)
        process.send_signal(signal.SIGTERM)
        assert process.wait(LONG) == 0


@pytest.mark.parametrize("lost", ["the folder", "the file", "replaced"])
def test_a_daemon_whose_database_was_deleted_says_so_and_ends(place, lost):
    state = place.parent / "state"
    with daemon(place) as process:
        until(lambda: len(titles(place)) == 1)
        if lost == "the folder":
            state.rename(state.with_name("gone"))
        elif lost == "the file":
            (state / "babelwire.sqlite").unlink()
        else:
            (state / "babelwire.sqlite").rename(state / "old.sqlite")
            (state / "babelwire.sqlite").write_bytes(b"")
        assert process.wait(LONG) == 1
        assert logged(place, "was deleted or replaced while the daemon ran")
        assert logged(place, "restore a backup")
