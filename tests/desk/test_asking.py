"""Conditional requests: what validators belong to, and servers that answer 304 for ever."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.article import Reference, Source, Validators
from pipeline.cli.context import open_store
from pipeline.config import load
from pipeline.desk import Desk, Report, asking
from pipeline.store import Known, SourceState
from tests.conftest import PAGE
from tests.desk import town
from tests.sources import full_source

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SOURCE = Source(id="s", kind="feed", url="https://example.org/feed")
KNOWN = SourceState(
    validators=Validators(etag='"1"', last_modified="x", digest="d"),
    asked=asking.digest(SOURCE),
    full_at=NOW - timedelta(hours=1),
    last_run=NOW,
)


# ---- the decision


def test_what_was_answered_in_full_within_a_day_is_asked_conditionally():
    ask = asking.question(SOURCE, KNOWN, NOW)
    assert (ask.validators, ask.afresh, ask.checking) == (KNOWN.validators, False, False)


@pytest.mark.parametrize("age", [timedelta(days=1), timedelta(days=400), -timedelta(days=1)])
def test_answers_of_304_alone_are_believed_for_a_day(age):
    ask = asking.question(SOURCE, replace(KNOWN, full_at=NOW - age), NOW)
    assert (ask.validators, ask.checking) == (Validators(digest="d"), True)
    ask = asking.question(SOURCE, replace(KNOWN, full_at=None), NOW)
    assert ask.checking


def test_a_server_that_has_answered_wrongly_is_asked_in_full_each_time():
    ask = asking.question(SOURCE, replace(KNOWN, distrusted_at=NOW), NOW)
    assert (ask.validators, ask.checking) == (Validators(digest="d"), False)


def test_without_validators_nothing_is_checked():
    bare = replace(KNOWN, validators=Validators(digest="d"), full_at=None)
    ask = asking.question(SOURCE, bare, NOW)
    assert (ask.validators, ask.checking) == (Validators(digest="d"), False)


def test_validators_belong_to_every_setting_that_the_answer_depends_on(monkeypatch):
    full = full_source("feed")
    elsewhere = {
        *("id", "title", "every", "cron", "timezone", "limit", "backlog", "rights"),
        *("keep_repeats", "keep", "drop"),
    }
    for one in fields(Source):
        changed = replace(full, **{one.name: _other(getattr(full, one.name))})
        same = asking.digest(changed) == asking.digest(full)
        assert same == (one.name in elsewhere), one.name
        ask = asking.question(changed, replace(KNOWN, asked=asking.digest(full)), NOW)
        assert ask.afresh is not same
        assert (ask.validators == Validators()) is not same
    before = asking.digest(full)
    monkeypatch.setattr(asking, "__version__", "99.0")
    assert asking.digest(full) != before


def _other(value):
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, tuple):
        return (*value, "x")
    if isinstance(value, str) or value is None:
        return f"{value or ''}x"
    return {**value, "X": "y"}


# ---- over a site


class Press:
    """A site whose feed grows, asked at times of the test's own."""

    def __init__(self, site, settings: Path, answer) -> None:
        self.site, self.settings = site, settings
        self.now = NOW
        self.announced = 1
        self.answer = answer
        for number in range(6):
            site.page(f"/{number}", _story(number))
        site.routes["/feed.xml"] = self._feed

    def _feed(self, handler) -> None:
        items = "".join(
            f"<item><title>{_title(n)}</title><link>{self.site.url(f'/{n}')}</link></item>"
            for n in range(self.announced)
        )
        body = f'<rss version="2.0"><channel><title>T</title>{items}</channel></rss>'
        status, headers = self.answer(handler.headers, self.announced)
        handler.reply(b"" if status == 304 else body, status, "application/rss+xml", **headers)

    def run(self, **passed: float) -> Report:
        self.now += timedelta(**passed)
        loaded = load(self.settings)
        with open_store(loaded) as store:
            return Desk(loaded, store, clock=lambda: self.now).run()

    def new(self, **passed: float) -> int:
        return self.run(**passed).sources["town"].new

    def conditions(self) -> list[bool]:
        """Of each request for the feed so far, whether it was conditional."""
        asked = self.site.asked("/feed.xml")
        return ["If-None-Match" in one or "If-Modified-Since" in one for one in asked]

    def state(self) -> SourceState:
        with open_store(load(self.settings)) as store:
            return store.sources.state("town")


def _title(number: int) -> str:
    return f"The {('bridge', 'market', 'theatre', 'harbour', 'library', 'mill')[number]} news"


def _story(number: int) -> str:
    text = "".join(
        f"<p>The council met on day {day} and spoke of {_title(number).lower()} for an hour, and "
        f"of nothing but {_title(number).lower()} number {number * 7 + day}.</p>"
        for day in range(6)
    )
    return f"<html lang='en'><title>{_title(number)}</title><article>{text}</article></html>"


@pytest.fixture
def press(site, write_settings):
    def made(answer) -> Press:
        return Press(site, write_settings(town.SETTINGS.format(url=site.url("/feed.xml"))), answer)

    return made


def lying(headers, announced):
    conditional = "If-Modified-Since" in headers or "If-None-Match" in headers
    return (304, {}) if conditional else (200, {"Last_Modified": "Wed, 20 Nov 2024 07:30:00 GMT"})


def honest(headers, announced):
    tag = f'"{announced}"'
    return (304, {}) if headers.get("If-None-Match") == tag else (200, {"ETag": tag})


def always_new_tag(headers, announced):
    conditional = "If-None-Match" in headers
    return (304, {}) if conditional else (200, {"ETag": f'"{announced}"'})


@pytest.mark.parametrize("answer", [lying, always_new_tag])
def test_a_server_that_answers_304_for_ever_is_found_within_a_day_and_for_good(press, answer):
    made = press(answer)
    assert made.new() == 1
    made.announced = 3
    assert [made.new(hours=8), made.new(hours=8)] == [0, 0]
    assert made.conditions() == [False, True, True]
    report = made.run(hours=8)
    assert report.sources["town"].new == 2
    assert any("304" in note for note in report.sources["town"].notes)
    # Once in full, and once to see whether 304 is said to the old validators still.
    assert made.conditions()[3:] == [False, True]
    made.announced = 5
    assert made.new(minutes=10) == 2
    assert made.conditions()[5:] == [False]
    assert any("304" in note for note in made.state().notes)


@pytest.mark.parametrize("year", ["2041", "1980"])
def test_a_date_that_cannot_be_true_is_never_sent_back(press, year):
    def impossible(headers, announced):
        dated = {"Last_Modified": f"Sat, 16 Nov {year} 19:11:00 GMT"}
        return (304, {}) if "If-Modified-Since" in headers else (200, dated)

    made = press(impossible)
    made.new()
    made.announced = 3
    assert made.new(minutes=10) == 2
    assert made.conditions() == [False, False]


def test_an_honest_server_is_asked_in_full_once_a_day_at_most(press):
    made = press(honest)
    made.new()
    for _ in range(6):
        assert made.new(hours=8) == 0
    assert made.conditions() == [False, True, True, False, True, True, False]
    made.announced = 2
    assert made.new(hours=30) == 1  # in full anyway; and what is new was not denied
    assert made.conditions()[7:] == [False, True]
    assert made.state().distrusted_at is None
    assert made.new(hours=1) == 0
    assert made.conditions()[9:] == [True]


def test_other_settings_ask_afresh(press):
    made = press(honest)
    made.announced = 3
    text = made.settings.read_text("utf-8")
    made.settings.write_text(text.replace("[[feeds]]", 'exclude = ["*/1", "*/2"]\n[[feeds]]'))
    assert made.new() == 1
    made.settings.write_text(text)
    assert made.new(minutes=5) == 2
    assert made.conditions() == [False, False]
    assert made.new(minutes=5) == 0
    assert made.conditions() == [False, False, True]


def test_another_address_of_a_source_is_not_asked_with_the_validators_of_the_first(press):
    made = press(honest)
    made.new()
    made.site.routes["/second.xml"] = made.site.routes["/feed.xml"]
    made.announced = 1
    text = made.settings.read_text("utf-8")
    made.settings.write_text(text.replace("/feed.xml", "/second.xml"))
    assert made.run(minutes=5).sources["town"].announced == 1
    [asked] = made.site.asked("/second.xml")
    assert "If-None-Match" not in asked


def test_pages_are_read_again_with_other_selectors(press):
    made = press(honest)
    made.new()
    page = made.site.asked("/0")
    assert len(page) == 1
    text = made.settings.read_text("utf-8")
    made.settings.write_text(text.replace("[[feeds]]", 'headline = ["h2"]\n[[feeds]]'))
    made.site.routes["/0"] = lambda h: h.reply(_story(0), ETag='"same"')
    made.run(hours=7)
    made.run(hours=7)
    asked = made.site.asked("/0")
    assert [("If-None-Match" in one) for one in asked] == [False, False, True]


# ---- pages


@pytest.mark.parametrize("lies", [{"ETag": '"never"'}, {"Last-Modified": "Sat, 16 Nov 2041"}])
def test_a_page_whose_server_answers_304_for_ever_is_asked_in_full_once_a_day(
    site, write_settings, lies
):
    url = site.url("/bridge")
    text = ["The bridge is repaired."]

    def answer(handler) -> None:
        if "If-None-Match" in handler.headers or "If-Modified-Since" in handler.headers:
            handler.reply(b"", status=304, **lies)
            return
        page = PAGE.format(language="en", slug="bridge", title="Bridge", text=text[0], day=2)
        handler.reply(page.encode(), **lies)

    site.routes["/bridge"] = answer
    loaded = load(
        write_settings(
            f'host_delay = 0\n[[sources]]\nid = "town"\nkind = "urls"\nurls = ["{url}"]\n'
            '[[feeds]]\nid = "news"\ntitle = "News"\nlanguages = ["en"]\n'
        )
    )
    now = datetime.now(UTC)
    with open_store(loaded) as store:

        def tally(hours: int) -> tuple[int, int, bool]:
            """What a pass finds so many hours after the first, and whether it asked in full."""
            later = now + timedelta(hours=hours)
            found = Desk(loaded, store, clock=lambda: later).run().sources["town"]
            asked = {name.lower() for name in site.asked("/bridge")[-1]}
            conditional = bool(asked & {"if-none-match", "if-modified-since"})
            return found.changed, found.unchanged, not conditional

        tally(0)
        text[0] = "The bridge is closed again."
        assert tally(1) == (0, 1, False)  # believed
        assert tally(25) == (1, 0, True)
        assert tally(26) == (0, 1, False)
        assert tally(51) == (0, 1, True)  # in full, and the same
        assert tally(52) == (0, 1, False)


def test_a_page_is_asked_with_all_its_validators_for_a_day(tmp_path):
    known = Known(
        id=1,
        reference=Reference(source="s", url="https://example.org/a"),
        state="done",
        attempts=0,
        validators=KNOWN.validators,
        article="a",
        full_at=NOW - timedelta(hours=23),
        first_seen=NOW - timedelta(days=9),
    )
    assert asking.of_page(known, NOW) == KNOWN.validators
    assert asking.of_page(known, NOW, force=True) == Validators()
    for full_at in (NOW - timedelta(days=1), NOW + timedelta(days=9), None):
        assert asking.of_page(replace(known, full_at=full_at), NOW) == Validators(digest="d")
