"""The daemon as its operator runs it: a process, signals, a settings file that changes."""

import contextlib
import json
import signal
import sys
import threading
import time
import urllib.request
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.article import Source
from pipeline.config import load
from pipeline.daemon.schedule import first_time, next_time, trigger
from pipeline.daemon.steps import Steps
from pipeline.errors import BabelwireError
from tests.conftest import EMBEDDED_KEY, babelwire, write_page
from tests.daemon.running import daemon, due, feed_of, logged, status, titles
from tests.ingest.site_under_test import running_site
from tests.waiting import LONG, held_port, until


class Clock:
    """Seconds that pass only when a test says so."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.slow
def test_a_daemon_publishes_makes_requested_passes_reloads_and_stops(place):
    folder = place.parent
    with daemon(place) as process:
        until(lambda: len(titles(place)) == 1)
        write_page(folder / "pages", "market", "The market moves", "Traders are glad of it.")
        until(lambda: len(titles(place)) == 2)

        second = babelwire("-c", place, "daemon")
        assert second.returncode == 1
        assert str(process.pid) in second.stderr

        until(lambda: status(place)["daemon"]["models"] == [EMBEDDED_KEY])
        assert status(place)["daemon"]["process"] == process.pid
        # A pass may just have ended whose next one is about to be scheduled.
        until(lambda: due(place)["town"] > status(place)["sources"][0]["last_success"])
        assert due(place)["later"] is None

        write_page(folder / "later", "harbour", "The harbour closes", "Ships must wait.")
        asked = babelwire("-c", place, "run", "later", "--json")
        assert asked.returncode == 0, asked.stderr
        assert f"process {process.pid}" in asked.stderr
        assert json.loads(asked.stdout)["sources"]["later"]["new"] == 1
        assert len(titles(place)) == 3

        by_hand = status(place)["sources"][1]["last_success"]
        right = place.read_text("utf-8")
        place.write_text(right + "\nnonsense = 1\n", "utf-8")
        process.send_signal(signal.SIGHUP)
        until(lambda: logged(place, "the old ones stay"))
        changed = right.replace('id = "later"', 'id = "later"\nevery = "1s"')
        place.write_text(changed.replace('title = "News"', 'title = "Wire news"'), "utf-8")
        until(lambda: logged(place, "settings read again"))
        port = load(place).serve.port
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=LONG) as page:
            assert b"Wire news" in page.read()
        # Its new interval holds, not what passes by hand have led to.
        until(lambda: status(place)["sources"][1]["last_success"] > by_hand)
        write_page(folder / "later", "school", "The school opens", "Children are ready.")
        until(lambda: len(titles(place)) == 4)

        process.send_signal(signal.SIGTERM)
        assert process.wait(LONG) == 0
    assert not logged(place, "Traceback")
    assert babelwire("-c", place, "run").returncode == 0  # by itself again


def test_nothing_to_schedule_is_said(place):
    place.write_text(place.read_text("utf-8").replace('every = "1s"', ""), "utf-8")
    done = babelwire("-c", place, "daemon")
    assert done.returncode == 1
    assert "no source has a schedule" in done.stderr


def test_a_restart_keeps_what_was_due():
    now = datetime(2026, 3, 2, tzinfo=UTC)
    hourly = Source(id="a", kind="folder", every=3600.0)
    due = now + timedelta(minutes=20)
    assert first_time(hourly, due, now) == due
    soon = now + timedelta(seconds=5)
    assert now <= first_time(hourly, now - timedelta(days=1), now) <= soon
    assert now <= first_time(hourly, None, now) <= soon
    assert first_time(hourly, now + timedelta(days=9), now) == now + timedelta(hours=1)
    nightly = Source(id="b", kind="folder", cron="0 3 * * *")
    assert first_time(nightly, None, now) is None
    assert now <= first_time(nightly, now - timedelta(hours=2), now) <= soon
    assert trigger(Source(id="c", kind="folder")) is None


def test_a_step_that_does_not_get_on_is_cut_off_and_one_that_does_is_not():
    clock = Clock()
    steps = Steps(limit=10, clock=clock)
    ended: list[str] = []

    def hang() -> None:
        try:
            with steps.step("hangs"):
                while True:
                    time.sleep(0)
        except BabelwireError as error:
            ended.append(error.reason)

    thread = threading.Thread(target=hang, daemon=True)
    thread.start()
    until(lambda: steps.under_way() == ["hangs"])
    with steps.step("slow") as on_progress:
        cut: list[tuple[str, float]] = []
        for _ in range(4):
            clock.now += 4
            on_progress()
            cut += steps.cut_off()
        assert cut == [("hangs", 12)]
        thread.join(LONG)
        assert ended == ["took too long and was cut off"]
        assert steps.under_way() == ["slow"] and steps.stuck() == []


@pytest.mark.skipif(
    sys.version_info < (3, 12) and sys.gettrace() is not None,
    reason="CPython 3.11 hangs where it traces and another thread's exception is pending",
)
def test_a_step_that_holds_out_is_named():
    clock = Clock()
    steps = Steps(limit=10, clock=clock)
    over = threading.Event()

    def hold_out() -> None:
        with contextlib.suppress(BabelwireError), steps.step("in C"):
            over.wait()  # no bytecode until this returns

    thread = threading.Thread(target=hold_out, daemon=True)
    thread.start()
    until(lambda: steps.under_way() == ["in C"])
    clock.now = 11
    assert steps.cut_off() == [("in C", 11)] and steps.stuck() == []
    clock.now = 20
    assert steps.cut_off() == [] and steps.stuck() == []
    clock.now = 21
    assert steps.stuck() == ["in C"]
    over.set()
    thread.join(LONG)
    assert steps.stuck() == []


def test_a_step_that_was_cut_off_and_went_on_can_be_cut_off_again():
    clock = Clock()
    steps = Steps(limit=10, clock=clock)
    pages: list[int] = []
    over = threading.Event()

    def work() -> None:
        with steps.step("visit") as on_progress:
            for page in range(2):
                on_progress()
                try:
                    pages.append(page)
                    while not over.is_set():
                        time.sleep(0)
                except BabelwireError as error:
                    pages.append(-1)
                    assert error.retry

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    for cut in range(2):
        until(lambda cut=cut: pages == [0, -1, 1, -1][: 2 * cut + 1])
        clock.now += 11
        assert steps.cut_off() == [("visit", 11)]
        assert steps.stuck() == []
    thread.join(LONG)
    over.set()
    assert pages == [0, -1, 1, -1] and steps.under_way() == []


def test_a_step_that_is_cut_off_when_it_ends_is_over():
    clock = Clock()
    steps = Steps(limit=10, clock=clock)
    ended = []

    def work() -> None:
        for _ in range(300):
            with contextlib.suppress(BabelwireError), steps.step("short"):
                clock.now += 11
        ended.append(sum(range(1_000)))  # nothing is raised after the last one

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    while thread.is_alive():
        steps.cut_off()
    assert ended and steps.under_way() == [] and steps.stuck() == []


def test_a_crontab_is_read_in_its_own_zone_summer_and_winter():
    source = Source(id="a", kind="folder", cron="30 7 * * mon-fri", timezone="Europe/Lisbon")
    friday = datetime(2026, 3, 27, 12, tzinfo=UTC)  # the clocks go forward on the 29th
    assert next_time(source, friday - timedelta(days=1)) == datetime(2026, 3, 27, 7, 30, tzinfo=UTC)
    assert next_time(source, friday) == datetime(2026, 3, 30, 6, 30, tzinfo=UTC)
    tokyo = Source(id="b", kind="folder", cron="0 9 * * *", timezone="Asia/Tokyo")
    assert next_time(tokyo, friday) == datetime(2026, 3, 28, 0, 0, tzinfo=UTC)
    assert next_time(Source(id="c", kind="folder", every=60.0), friday) is None


@pytest.mark.slow
def test_what_could_not_be_published_is_published_when_it_can_be(place):
    folder = place.parent / "output" / "news"
    folder.parent.mkdir()
    folder.write_text("a file where a folder should be")
    with daemon(place) as process:
        until(lambda: logged(place, "cannot be written"))
        folder.unlink()
        until(lambda: len(titles(place)) == 1)
        process.send_signal(signal.SIGTERM)
        assert process.wait(LONG) == 0


@pytest.mark.slow
def test_a_source_that_said_it_is_gone_is_asked_again_after_a_pass_that_found_it(write_settings):
    with running_site() as site, held_port() as port:
        site.page("/feed.xml", "gone", status=410)
        place = write_settings(
            f'host_delay = 0\n[[sources]]\nid = "town"\nkind = "feed"\n'
            f'url = "{site.url("/feed.xml")}"\nevery = "1s"\n'
            f'[[feeds]]\nid = "news"\ntitle = "News"\n[serve]\nport = {port}\n'
        )
        with daemon(place) as process:
            until(lambda: status(place)["sources"][0]["failures"] == 1)
            site.page("/feed.xml", '<rss version="2.0"><channel><title>T</title></channel></rss>')
            assert babelwire("-c", place, "run", "town").returncode == 0
            found = len(site.asked("/feed.xml"))
            until(lambda: len(site.asked("/feed.xml")) > found)
            process.send_signal(signal.SIGTERM)
            assert process.wait(LONG) == 0


@pytest.mark.slow
def test_a_host_that_wants_long_pauses_gets_them_and_loses_no_article(write_settings):
    with running_site() as site, held_port() as port:
        slugs = ("bridge", "market")
        site.page("/robots.txt", "User-agent: *\nCrawl-delay: 1")
        feed_of(site, slugs)
        place = write_settings(
            "max_wait = 0.5\n"
            f'[[sources]]\nid = "town"\nkind = "feed"\nurl = "{site.url("/feed.xml")}"\n'
            'every = "10m"\n[[feeds]]\nid = "news"\ntitle = "News"\n'
            f"[serve]\nport = {port}\n"
        )
        with daemon(place) as process:
            until(lambda: len(titles(place)) == 2)
            process.send_signal(signal.SIGTERM)
            assert process.wait(LONG) == 0
        assert [path for path, _ in site.log].count("/feed.xml") == 1
    assert status(place)["sources"][0]["failures"] == 0
    assert not logged(place, "Traceback")
