"""What the desk decides, value in and value out."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from pipeline.article import Article, FeedSpec, Reference, Source, Translation, Validators
from pipeline.desk import decisions
from pipeline.desk.completing import completed
from pipeline.errors import FetchError
from pipeline.store import Known, Published, SourceState

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def known(number: int) -> Known:
    return Known(
        id=number,
        reference=Reference(source="s", url=f"https://example.org/{number}"),
        state="done",
        attempts=0,
        validators=Validators(),
        article=None,
    )


def test_failures_are_tried_again_ever_more_rarely_and_not_for_ever():
    again = FetchError("u", "timed out", retry=True)
    waits = [decisions.retry_at(attempt, again, NOW) for attempt in range(11)]
    assert waits[0] == NOW + timedelta(minutes=5)
    assert waits[3] == NOW + timedelta(minutes=40)
    assert waits[8] == NOW + timedelta(minutes=1280)
    assert waits[9:] == [None, None]
    assert decisions.retry_at(0, FetchError("u", "404"), NOW) is None


def test_what_is_due_gone_or_was_never_wanted_is_not_looked_at_twice():
    states = ("done", "done", "skipped", "gone", "failed", "rejected")
    pages = [replace(known(number), state=state) for number, state in enumerate(states)]
    listed = Source(id="s", kind="urls", urls=("https://news.example.org/1",))
    folder = Source(id="s", kind="folder", path="/saved/pages")
    assert [one.id for one in decisions.revisits(listed, pages, [pages[0]], NOW)] == [1, 5]
    assert [one.id for one in decisions.revisits(folder, pages, [pages[0]], NOW)] == [1, 4, 5]
    forced = decisions.revisits(listed, pages, [], NOW, force=True)
    assert [one.id for one in forced] == [0, 1, 3, 4, 5]


def test_pages_are_looked_at_again_ever_more_rarely():
    feed = Source(id="s", kind="feed")
    page = replace(known(1), first_seen=NOW, fetched_at=NOW)
    looked, moment = [], NOW
    while moment < NOW + timedelta(days=8):
        moment += timedelta(minutes=30)
        if decisions.rechecks(feed, [page], moment):
            looked.append((moment - NOW) / timedelta(hours=1))
            page = replace(page, fetched_at=moment)
    assert looked == [6, 12, 24, 48, 96, 192]
    # One that is said to have changed is looked at at once, but not each time that is said.
    said = replace(page, fetched_at=NOW, stated=NOW)
    assert decisions.rechecks(feed, [said], NOW) == [said]
    seen = replace(said, fetched_at=NOW + timedelta(hours=1))
    assert decisions.rechecks(feed, [seen], NOW + timedelta(hours=1, minutes=59)) == []
    assert decisions.rechecks(feed, [seen], NOW + timedelta(hours=2)) == [seen]
    assert len(decisions.rechecks(feed, [said] * 1_000, NOW)) == 20
    assert decisions.rechecks(replace(feed, text="entry"), [said], NOW) == []


def test_the_backlog_of_a_new_source_alone_is_bounded():
    sitemap = Source(id="s", kind="sitemap", backlog=100)
    assert decisions.backlog(sitemap, SourceState()) == 100
    assert decisions.backlog(sitemap, SourceState(last_success=NOW)) == 0


def test_the_source_fills_what_the_page_leaves_open():
    bare = Article(url="u", title="Page's own", html="", text="")
    hint = Reference(source="s", url="u", title="Feed's", published=NOW)
    filled = completed(bare, hint)
    assert (filled.title, filled.published) == ("Page's own", NOW)
    assert filled.origins == {"published": "source"}


def test_wanted_joins_the_feeds_of_a_language():
    feeds = [
        FeedSpec(id="a", title="A", sources=("x", "y"), languages=("en", "pt")),
        FeedSpec(id="b", title="B", sources=("z", "y"), languages=("pt",)),
    ]
    assert decisions.wanted(feeds, ()) == {"en": ("x", "y"), "pt": ("x", "y", "z")}
    assert decisions.wanted(feeds, ["z"]) == {"pt": ("z",)}


def test_entry_ids_differ_by_language_and_content_only():
    def entry(language: str, title: str, content="full", plain_until=None):
        return decisions.to_entry(
            Published(
                id="6fa459ea-ee8a-3ca4-894e-db77e160355e",
                source="s",
                article=Article(url="https://example.org/x?y", title=title, html="", text=""),
                translation=Translation(
                    language=language, source_language="en", title=title, summary="", html=""
                ),
                dated=NOW,
                updated=NOW - timedelta(days=1),
                first_seen=NOW,
            ),
            {},
            "",
            content,
            plain_until,
        )

    one = entry("en", "a")
    assert one.id == "urn:uuid:1c433cbd-6aca-5476-9ff8-d8d0ead5da3b"  # as in version 0.1
    others = {entry("en", "a", content).id for content in ("bilingual", "summary")}
    assert len({one.id, *others}) == 3
    assert entry("en", "b", "summary").id in others
    assert entry("en", "a", "summary", NOW).id in others
    assert entry("en", "a", "summary", NOW + timedelta(seconds=1)).id == one.id
    assert one.id.startswith("urn:uuid:")
    assert one.id == entry("en", "changed").id
    assert one.id != entry("pt", "a").id
    assert (one.source_title, one.source_url) == ("example.org", "https://example.org/")
    assert one.updated == NOW


def test_an_entry_names_its_page_where_there_are_pages():
    article = Article(url="https://example.org/a", title="A", html="<p>A</p>", text="A")
    words = Translation(
        language="pt", source_language="en", title="A", summary="", html="", models=("en_pt",)
    )
    published = Published(
        id="6fa459ea-ee8a-3ca4-894e-db77e160355e",
        source="s",
        article=article,
        translation=words,
        dated=NOW,
        updated=NOW,
    )
    entry = decisions.to_entry(published, {}, "https://wire.example.org")
    assert entry.page == f"https://wire.example.org/article/{published.id}/pt"
    assert decisions.to_entry(published, {}).page == ""


def test_sources_of_one_host_are_visited_one_after_the_other():
    a, b, c = (
        Source(id=name, kind="feed", url=f"https://{host}.example/{name}")
        for name, host in (("a", "x"), ("b", "y"), ("c", "x"))
    )
    files = [Source(id=name, kind="folder", path="/p") for name in ("d", "e")]
    assert decisions.by_host([a, b, c, *files]) == [[a, c], [b], *([one] for one in files)]


def test_a_host_that_asks_for_more_time_gets_it_and_no_less_than_it_would():
    def retry(wait: float | None) -> datetime | None:
        return decisions.retry_at(0, FetchError("u", "busy", retry=True, wait=wait), NOW)

    assert retry(7200) == NOW + timedelta(hours=2)
    assert retry(3) == retry(None) == NOW + timedelta(minutes=5)


def test_entries_that_cannot_be_used_are_counted_and_a_few_are_told():
    problems = [FetchError(f"u{number}", "no address") for number in range(1_004)]
    assert decisions.summarised(problems[:4], "feed") == problems[:4]
    told = decisions.summarised(problems, "feed")
    assert told[:3] == problems[:3] and len(told) == 4
    assert "1,001 more entries" in str(told[3])


def test_only_the_page_of_a_stored_article_can_be_gone():
    stored = replace(known(1), article="a")
    gone = [FetchError("u", "gone", status=status) for status in (404, 410)]
    assert [decisions.is_gone(stored, error) for error in gone] == [True, True]
    assert [decisions.is_gone(known(1), error) for error in gone] == [False, False]
    assert not decisions.is_gone(stored, FetchError("u", "busy", status=503))


def test_a_change_that_was_seen_is_no_reason_to_look_at_once():
    page = replace(known(1), first_seen=NOW, fetched_at=NOW, stated=NOW)
    feed = Source(id="s", kind="feed")
    assert decisions.rechecks(feed, [page], NOW) == [page]
    seen = replace(page, stated_seen=NOW)
    assert decisions.rechecks(feed, [seen], NOW + timedelta(hours=5)) == []
    assert decisions.rechecks(feed, [seen], NOW + timedelta(hours=6)) == [seen]
