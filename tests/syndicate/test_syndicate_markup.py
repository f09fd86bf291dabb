"""What of an entry's HTML reaches a reader, and what the note below it says."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pipeline.article import Entry
from pipeline.syndicate.content import content
from pipeline.syndicate.feedstrings import _WORDINGS, translated_note
from pipeline.syndicate.language import direction, language_name, language_tag
from pipeline.syndicate.markup import sanitise


def full_content(entry):
    return content(entry, "full")


BASE = "https://news.example.com/2026/story.html"
ENTRY = Entry(
    id="tag:x.example,2026:1/de",
    url=BASE,
    title="Titel",
    summary="Kurz",
    html="<p>Text</p>",
    language="de",
    original_language="en",
    by_machine=True,
    published=datetime(2026, 1, 1, tzinfo=UTC),
    updated=datetime(2026, 1, 1, tzinfo=UTC),
    source_title='The "Daily" <News>',
)


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<style>p{color:red}</style>",
        '<iframe src="https://x.example/"></iframe>',
        "<svg onload=alert(1)><script>1</script></svg>",
        "<img src=x.png width=1 height=1>",
        '<img src="https://t.example/p.gif" height="0">',
        '<img src="data:image/gif;base64,R0lGOD">',
        "<img alt=nothing>",
        "<input value=x><button>go</button>",
        "<!-- comment -->",
    ],
)
def test_dangerous_or_hollow_elements_vanish(html):
    assert sanitise(f"<p>a{html}b</p>", BASE) == "<p>ab</p>"


@pytest.mark.parametrize(
    ("html", "clean"),
    [
        ('<p onclick="x()" style="color:red" class="a" id="b">t</p>', "<p>t</p>"),
        ('<a href="javascript:alert(1)">t</a>', "<a>t</a>"),
        ('<a href=" java\nscript:alert(1)">t</a>', "<a>t</a>"),
        ('<a href="data:text/html,x">t</a>', "<a>t</a>"),
        ('<a href="file:///etc/passwd">t</a>', "<a>t</a>"),
        ('<blockquote cite="javascript:alert(1)">q</blockquote>', "<blockquote>q</blockquote>"),
        (
            '<a href="../x?a=1&amp;b=2">t</a>',
            '<a href="https://news.example.com/x?a=1&amp;b=2">t</a>',
        ),
        ('<a href="mailto:a@b.example">t</a>', '<a href="mailto:a@b.example">t</a>'),
        ('<img src="/i.jpg" alt="A">', '<img src="https://news.example.com/i.jpg" alt="A">'),
        ("<p>a &lt;b&gt; &amp;amp; c</p>", "<p>a &lt;b&gt; &amp;amp; c</p>"),
        ("<p>unclosed <b>bold", "<p>unclosed <b>bold</b></p>"),
        (
            '<table><tbody><tr><td colspan="2">1</td></tr></tbody></table>',
            '<table><tbody><tr><td colspan="2">1</td></tr></tbody></table>',
        ),
        (
            '<video src="javascript:x" poster="javascript:y" controls=""></video>',
            '<video controls=""></video>',
        ),
    ],
)
def test_what_is_kept_is_safe_and_absolute(html, clean):
    assert sanitise(html, BASE) == clean


def test_srcset_keeps_web_addresses_only():
    srcset = "https://c.example/w_1,h_2/a.jpg 1x, javascript:x 2x, https://c.example/b.jpg 3x"
    clean = sanitise(f'<img src="/a.jpg" srcset="{srcset}">', BASE)
    assert 'srcset="https://c.example/w_1,h_2/a.jpg 1x, https://c.example/b.jpg 3x"' in clean


def test_relative_links_without_a_base_are_dropped():
    assert sanitise('<a href="/x">t</a><img src="i.png">', "file:///x/y.html") == "<a>t</a>"


def test_sanitising_twice_changes_nothing():
    html = '<p>a &amp; <a href="/x">b</a> <img src="i.png" alt="&quot;"></p><hr>'
    assert sanitise(sanitise(html, BASE), BASE) == sanitise(html, BASE)


def test_the_note_names_language_and_source_in_the_readers_language():
    content = full_content(ENTRY)
    assert "Maschinell übersetzt (Originalsprache: Englisch)." in content
    assert f'<a href="{BASE}">The &quot;Daily&quot; &lt;News&gt;</a>' in content


def test_an_article_that_passed_through_has_a_source_but_no_machine_note():
    content = full_content(replace(ENTRY, by_machine=False, original_language="de"))
    assert "übersetzt" not in content and "Original:" in content


def test_a_language_without_wording_gets_english_marked_as_english():
    content = full_content(replace(ENTRY, language="sw"))
    assert '<p lang="en" dir="ltr"><small>Translated from English by machine.' in content


@pytest.mark.parametrize("language", sorted(_WORDINGS))
def test_every_wording_names_the_original_language(language):
    name = language_name("ja", language)
    assert name != "ja"
    assert name in translated_note(language, "ja")


def test_the_lead_image_is_shown_where_the_text_has_none():
    image = "https://news.example.com/lead.jpg?a=1&b=2"
    assert full_content(replace(ENTRY, image=image)).count("<img") == 1
    with_picture = replace(ENTRY, image=image, html='<p><img src="/other.jpg"></p>')
    assert full_content(with_picture).count("<img") == 1
    assert "<img" not in full_content(replace(ENTRY, image="data:image/gif;base64,R0"))


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("ar", "rtl"),
        ("fa-IR", "rtl"),
        ("az-Arab", "rtl"),
        ("ur", "rtl"),
        ("pa", "ltr"),
        ("en", "ltr"),
    ],
)
def test_direction(code, expected):
    assert direction(code) == expected


def test_language_tags_are_written_as_recommended():
    assert [language_tag(code) for code in ("ZH-hant-tw", "sr_latn", "es-419", "pb")] == [
        "zh-Hant-TW",
        "sr-Latn",
        "es-419",
        "pt-BR",
    ]
