"""A summary ends at a sentence, in any script; what is whole stays as it is."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape

import feedparser
import pytest

from pipeline.article import Entry, FeedSpec
from pipeline.syndicate import FORMATS
from pipeline.syndicate.content import content
from pipeline.syndicate.pages.articleview import article_view
from pipeline.syndicate.pages.listing import headline
from pipeline.syndicate.summaries import summary_of

ENTRY = Entry(
    id="urn:uuid:6fa459ea-ee8a-3ca4-894e-db77e160355e",
    url="https://example.org/a",
    title="Title",
    summary="",
    html="",
    language="en",
    original_language="en",
    by_machine=False,
    published=datetime(2026, 3, 1, tzinfo=UTC),
    updated=datetime(2026, 3, 1, tzinfo=UTC),
)
TEXTS = {
    "en": "The old bridge by Dr. Meyer was closed on 3 June. Nobody knows when it will open again. "
    "The mayor waits.",
    "de": "Die alte Brücke von Dr. Meyer wurde am 3. Mai gesperrt. Niemand weiß, wann sie wieder "
    "öffnet. Der Bürgermeister wartet.",
    "zh": "旧桥于五月三日关闭。没有人知道它什么时候会重新开放。市长正在等待。",
    "hi": "पुराना पुल तीन मई को बंद हो गया। कोई नहीं जानता कि वह फिर कब खुलेगा। महापौर प्रतीक्षा कर रहे हैं।",
    "ar": "أغلق الجسر القديم في الثالث من مايو. لا أحد يعرف متى سيفتح من جديد. رئيس البلدية ينتظر.",
    "am": "አሮጌው ድልድይ በግንቦት ሦስት ተዘጋ። መቼ እንደገና እንደሚከፈት ማንም አያውቅም። ከንቲባው እየጠበቁ ነው።",
}


def of(language: str, summary: str, *paragraphs: str) -> str:
    html = "".join(f"<p>{one}</p>" for one in paragraphs)
    return summary_of(replace(ENTRY, language=language, summary=summary, html=html))


def sentences(language: str) -> list[str]:
    return re.split(r"(?<=[。।።])\s*|(?<=[^\d.r]\.) ", TEXTS[language].strip())


@pytest.mark.parametrize("mark", ["…", " ...", "[…]", ""])
@pytest.mark.parametrize("language", TEXTS)
def test_what_was_cut_off_is_completed_from_the_text(language, mark):
    text = TEXTS[language]
    second = sentences(language)[1]
    whole = text[: text.index(second) + len(second)]
    cut = text[: text.index(second) + len(second) // 2].rstrip() + mark
    assert of(language, cut, "Anything.", text) == whole


@pytest.mark.parametrize("language", TEXTS)
def test_of_a_summary_of_its_own_what_is_cut_off_goes(language):
    first, second, *_ = sentences(language)
    text = TEXTS[language]
    cut = text[: text.index(second) + len(second) // 2] + "…"
    assert of(language, cut, "Other words.") == first


@pytest.mark.parametrize("language", TEXTS)
def test_if_not_one_sentence_is_left_the_text_says_how_it_begins(language):
    first, *_ = sentences(language)
    assert of(language, first[: len(first) // 2] + "…", "Other. Words.") == "Other. Words."


@pytest.mark.parametrize(
    "said",
    [
        "The bridge stays closed until autumn",
        "“Nobody knows.”",
        "What now?",
        "它什么时候开放？」",
        "คำอธิบายสั้น",
        "",
    ],
)
def test_what_is_whole_stays(said):
    assert of("en", said, TEXTS["en"]) == said


def test_nothing_is_left_out_where_nothing_better_is_known():
    assert of("en", "The bridge that was…") == "The bridge that was…"
    long = "word " * 400
    assert of("en", "word word word…", long) == "word word word…"


def test_summary_feeds_contain_it():
    entry = replace(ENTRY, summary="It rains. It will ra…", html="<p>Other.</p>")
    assert "<p>It rains.</p>" in content(entry, "summary")


FEED = FeedSpec(id="news", title="News", languages=("en", "de", "ar"))
TOLD = {
    "a summary that its page cut off": (
        replace(ENTRY, summary="It rains. Nobody kno…", html="<p>It rains. Nobody knows why.</p>"),
        ("Title", "It rains. Nobody knows why."),
    ),
    "no title in this language": (
        replace(
            ENTRY,
            title=" ",
            original_title="عنوان المقال",
            summary="Es regnet.",
            language="de",
            original_language="ar",
            by_machine=True,
        ),
        ("عنوان المقال", "Es regnet."),
    ),
    "not translated yet": (
        replace(
            ENTRY,
            title="Der Hafen",
            summary="Am Abend & kommt das Schiff. Danach ist es wied[…]",
            html="<p>Sonst nichts.</p>",
            language="ar",
            original_language="de",
            scope="original",
        ),
        ("[de] Der Hafen", "Am Abend & kommt das Schiff."),
    ),
    "neither title nor summary": (replace(ENTRY, title=""), ("https://example.org/a", "")),
}


@pytest.mark.parametrize("what", TOLD)
def test_an_entry_is_called_the_same_in_every_feed_and_on_every_page(what):
    entry, (title, summary) = TOLD[what]
    [item] = json.loads(FORMATS["json"].build(FEED, entry.language, [entry]))["items"]
    assert (item["title"], item.get("summary", "")) == (title, summary)
    for form in ("rss", "atom"):
        [read] = feedparser.parse(FORMATS[form].build(FEED, entry.language, [entry])).entries
        assert unescape(read.title) == title
        assert not summary or unescape(read.summary) == summary
    view = article_view(entry, "a", [entry.language])
    assert (view.title, view.summary) == (title, summary)
    listed = headline(entry, "a")
    assert (listed.title, listed.snippet) == (title, summary)
