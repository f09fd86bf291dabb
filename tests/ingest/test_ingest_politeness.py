"""robots.txt, pacing, patience: the client against a site that asks for manners."""

import contextlib
import itertools
import socket
import threading
import time
import types
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from pipeline.errors import FetchError
from pipeline.ingest import Client
from pipeline.ingest.http import client as client_module
from pipeline.ingest.http.pacing import Hosts, rest_of, retry_after
from pipeline.ingest.http.robots import Answer, Disallowed, Robots, rules_of
from tests.ingest.site_under_test import running_site
from tests.waiting import LONG, until

PAGE = "<p>The library stays open late.</p>"
NOW = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)


class Clock:
    """Seconds that pass only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def hosts(clock):
    return Hosts(clock=clock, sleep=clock.sleep, dice=lambda: 1.0)


@pytest.fixture
def patient(options, hosts):
    with Client(options, hosts) as running:
        yield running


def robots(site, text, **kwargs):
    site.page("/robots.txt", text, ctype="text/plain", **kwargs)


def test_what_robots_txt_forbids_is_never_asked_for(site, client):
    robots(site, "\ufeffUser-agent: *\nDisallow: /private/\nAllow: /private/open.html\n")
    open_page = site.page("/private/open.html", PAGE)
    with pytest.raises(Disallowed, match=r"robots\.txt forbids it") as caught:
        client.get(site.url("/private/secret.html"))
    assert not caught.value.retry
    assert client.get(open_page).content == PAGE.encode()
    assert not site.asked("/private/secret.html")
    assert len(site.asked("/robots.txt")) == 1


def test_a_redirect_does_not_lead_around_robots_txt(site, client):
    robots(site, "User-agent: *\nDisallow: /private/")
    url = site.page("/a", b"", status=302, Location="/private/secret.html")
    with pytest.raises(Disallowed):
        client.get(url)
    assert not site.asked("/private/secret.html")


def test_robots_txt_means_us_by_our_name_not_by_our_contact(site, options):
    robots(site, "User-agent: example\nDisallow: /\n\nUser-agent: Babelwire\nDisallow: /no")
    site.page("/yes", PAGE)
    with Client(options) as client:
        assert client.get(site.url("/yes")).content
        with pytest.raises(Disallowed):
            client.get(site.url("/no"))


@pytest.mark.parametrize("status", [500, 503, 429])
def test_an_error_for_robots_txt_closes_the_site_for_now(site, client, status):
    robots(site, "oops", status=status)
    with pytest.raises(Disallowed, match="cannot be fetched") as caught:
        client.get(site.page("/a", PAGE))
    assert caught.value.retry
    assert caught.value.wait
    assert "ten minutes" in caught.value.remedy
    assert not site.asked("/a")


@pytest.mark.parametrize("status", [404, 401, 403, 410])
def test_no_robots_txt_opens_the_site(site, client, status):
    robots(site, "Disallow: /", status=status)
    assert client.get(site.page("/a", PAGE)).content


def test_robots_txt_is_heeded_only_where_the_options_say_so(site, options):
    robots(site, "User-agent: *\nDisallow: /")
    with Client(options.model_copy(update={"obey_robots": False})) as client:
        assert client.get(site.page("/a", PAGE)).content


def test_robots_txt_is_read_again_after_a_day_and_sooner_after_an_error(clock):
    answers = [Answer(500), Answer(200, b"User-agent: *\nDisallow: /a"), Answer(404)]
    known = Robots(clock)

    def check(url):
        return known.check(url, "babelwire", lambda _: answers.pop(0))

    with pytest.raises(Disallowed):
        check("http://x.example/b")
    clock.now += 601
    assert check("http://x.example/b") == 0
    clock.now += 20 * 3600
    with pytest.raises(Disallowed):
        check("http://x.example/a")
    clock.now += 5 * 3600
    assert check("http://x.example/a") == 0


@pytest.mark.parametrize(
    ("text", "delay"),
    [
        ("Crawl-delay: 3", 3),
        ("Crawl-delay: 0.5", 0.5),
        ("Request-rate: 1/10", 10),
        ("Request-rate: 5/10", 2),
        ("Crawl-delay: soon", 0),
        ("Crawl-delay: -5", 0),
        ("Crawl-delay: inf", 0),
        ("Crawl-delay: 1e20", 86_400),
        ("Request-rate: 1/99999999999999999999999d", 86_400),
    ],
)
def test_crawl_delay(text, delay):
    rules = rules_of(Answer(200, f"User-agent: *\n{text}\nDisallow: /x".encode()))
    assert rules.delay("babelwire") == delay


def test_the_crawl_delay_stands_between_all_requests_to_a_host(site, patient, clock):
    robots(site, "User-agent: *\nCrawl-delay: 3")
    for path in "ab":
        patient.get(site.page(f"/{path}", PAGE))
    assert clock.slept == [pytest.approx(3), pytest.approx(3)]


def test_the_delay_is_counted_from_the_end_of_the_request_before(hosts, clock):
    for slept in ([], [3], [3, 3]):
        with hosts.turn("x.example", 3, 60):
            assert clock.slept == slept
            clock.now += 10  # longer than the delay
    clock.now += 2
    with hosts.turn("x.example", 3, 60) as waited:
        assert clock.slept == [3, 3, 1] and waited == 1
    clock.now += 3
    with hosts.turn("x.example", 3, 60) as waited:
        assert waited == 0


def test_a_crawl_delay_beyond_all_patience_puts_the_page_off(site, patient):
    robots(site, "User-agent: *\nCrawl-delay: 900")
    with pytest.raises(FetchError, match="left alone") as caught:
        patient.get(site.page("/a", PAGE))
    assert caught.value.retry
    assert caught.value.wait == pytest.approx(900, abs=1)
    assert caught.value.thing == site.url("/a")


def test_a_busy_server_gets_the_time_it_asks_for_and_is_asked_again(site, patient, clock):
    def busy(h):
        if len(site.asked("/a")) > 2:
            h.reply(PAGE)
        else:
            h.reply("slow down", status=429, Retry_After="3")

    site.routes["/a"] = busy
    assert patient.get(site.url("/a")).content == PAGE.encode()
    assert clock.slept == [pytest.approx(3), pytest.approx(3)]


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_a_long_wait_is_handed_on_and_the_host_left_alone(site, patient, form):
    date = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    value = {"seconds": "3600", "date": date}[form]
    site.page("/a", "busy", status=503, Retry_After=value)
    with pytest.raises(FetchError) as caught:
        patient.get(site.url("/a"))
    assert 0 < caught.value.wait <= 3601  # the date was written when the tests were collected
    with pytest.raises(FetchError, match="left alone"):
        patient.get(site.page("/b", PAGE))
    assert not site.asked("/b")
    assert len(site.asked("/a")) == 1


def test_a_broken_page_does_not_make_its_host_ill(site, patient, clock):
    cut = b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\nConnection: close\r\n\r\n<p>"
    site.routes["/cut"] = lambda h: h.raw(cut)
    with pytest.raises(FetchError):
        patient.get(site.url("/cut"))
    assert patient.get(site.page("/a", PAGE)).content
    assert clock.slept == []


def test_a_host_that_fails_is_left_alone_ever_longer(hosts):
    rests = []
    for _ in range(4):
        rests.append(hosts.failed("x.example"))
        hosts._clock.now += rests[-1]
    assert rests == [2, 4, 8, 16]
    hosts.succeeded("x.example")
    assert hosts.failed("x.example") == 2


def test_requests_that_fail_together_count_once_and_the_longest_rest_holds(hosts, clock):
    assert [hosts.failed("x.example") for _ in range(3)] == [2, 2, 2]
    clock.now += 2
    assert hosts.failed("x.example") == 4
    assert hosts.failed("x.example", 100) == 100
    assert hosts.failed("x.example", 1) == 100


def test_rest_has_jitter_and_an_end():
    assert rest_of(1, None, 0.0) < rest_of(1, None, 1.0)
    assert rest_of(500, None, 1.0) == 3600
    assert rest_of(9, 5.0, 1.0) == 5


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        ("Fri, 20 Nov 2026 08:31:00 GMT", 60),
        ("Fri, 20 Nov 2026 08:29:00 GMT", 0),
        ("99999999999999999999", 86_400),
        ("-1", None),
        ("soon", None),
        ("", None),
        ("²", None),
    ],
)
def test_retry_after(value, seconds):
    assert retry_after(value, NOW) == seconds


def test_requests_to_one_host_do_not_overlap_and_to_two_hosts_do():
    hosts = Hosts(concurrency=1)
    inside, most = [], []
    both = threading.Barrier(2, timeout=LONG)

    def ask(host, meet):
        with hosts.turn(host, 0, 5):
            inside.append(host)
            most.append(inside.count(host))
            if meet:
                both.wait()
            inside.remove(host)

    def all_of(jobs):
        threads = [threading.Thread(target=ask, args=job) for job in jobs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(LONG)

    all_of([("a.example", False)] * 8)
    assert max(most) == 1
    # Each waits inside its turn for the other: with one queue for all hosts that would never end.
    all_of([("b.example", True), ("c.example", True)])
    assert both.n_waiting == 0
    assert not both.broken


def test_who_waits_for_a_host_is_let_go_when_the_program_ends(site, options):
    slow = options.model_copy(update={"host_delay": 60.0, "max_wait": 90.0})
    url = site.page("/a", PAGE)
    site.page("/robots.txt", "")
    with Client(slow) as client:
        said: list[str] = []

        def wait() -> None:
            with pytest.raises(FetchError) as caught:
                client.get(url)  # its robots.txt has had the first turn
            said.append(caught.value.reason)
            assert caught.value.not_sent

        threads = [threading.Thread(target=wait) for _ in range(3)]
        for thread in threads:
            thread.start()
        until(lambda: site.asked("/robots.txt"))
        client.stop()
        for thread in threads:
            thread.join(LONG)
        assert len(said) == 3 and all("left alone" in one for one in said)
        assert not site.asked("/a")


def test_who_comes_for_a_host_after_the_end_does_not_wait_for_it():
    hosts = Hosts(concurrency=1)
    refused: list[bool] = []

    def come() -> None:
        with pytest.raises(FetchError), hosts.turn("x.example", 60.0, 90.0):
            pass
        refused.append(True)

    with hosts.turn("x.example", 0.0, 1.0):
        hosts.stop()
        late = [threading.Thread(target=come) for _ in range(2)]
        for thread in late:
            thread.start()
        for thread in late:
            thread.join(LONG)
        assert len(refused) == 2


def test_a_client_goes_on_with_what_the_one_before_knew(site, options):
    robots(site, "User-agent: *\nDisallow: /private/")
    with Client(options) as first:
        first.get(site.page("/a", PAGE))
    other = options.model_copy(update={"timeout": 2.0})
    with Client(other, previous=first) as second, pytest.raises(Disallowed):
        second.get(site.url("/private/b"))
    assert len(site.asked("/robots.txt")) == 1


def test_a_host_that_is_not_there_is_a_failure_and_not_a_wait(client, monkeypatch):
    def nobody(*_, **__):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    with pytest.raises(FetchError, match="name is not known") as caught:
        client.get("http://nobody.example/page")
    assert caught.value.retry and not caught.value.not_sent


def test_a_slow_robots_txt_at_each_step_counts_in_the_time_of_all(site, options, monkeypatch):
    """Each port is a site of its own, with a robots.txt of its own."""
    late = [0.0]
    watch = types.SimpleNamespace(monotonic=lambda: time.monotonic() + late[0])
    monkeypatch.setattr(client_module, "time", watch)

    def slow(h):
        late[0] += 0.4 * options.total_timeout
        h.reply("User-agent: *", ctype="text/plain")

    with contextlib.ExitStack() as held:
        sites = [site, *(held.enter_context(running_site()) for _ in range(5))]
        for one, after in itertools.pairwise(sites):
            one.routes["/robots.txt"] = slow
            one.page("/a", b"", status=302, Location=after.url("/a"))
        everywhere = options.model_copy(update={"allow_private_hosts": ("127.0.0.1",)})
        with Client(everywhere) as client, pytest.raises(FetchError, match="took too long"):
            client.get(site.url("/a"))
        asked = [bool(one.asked("/robots.txt")) for one in sites]
        assert asked == [True] * 4 + [False] * 2  # the first one's is no step of a redirect
