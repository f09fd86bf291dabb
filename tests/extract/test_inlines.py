"""Inline content: links, players, marks of notes, other languages, paragraphs in cells."""

import re

import pytest

from pipeline.article import Article
from pipeline.extract import extract, plain_text
from pipeline.translate.text import markup

PROSE = "The river rose by two metres on Monday, and the mayor asked everybody to stay at home. "
SITE = "https://news.example/story/12"


def read(inner: str, attributes: str = "lang=en") -> Article:
    page = (
        f"<!doctype html><html {attributes}><title>The river</title><body><article>"
        f"<h1>The river</h1><p>{PROSE * 4}</p>{inner}<p>{PROSE * 3}</p></article>"
    )
    return extract(page.encode(), SITE)


@pytest.mark.parametrize(
    ("links", "shown"),
    [
        ("<a href=/1>One</a><a href=/2>Two</a>", "One Two"),
        ("<span><a href=/1>One</a></span><em><a href=/2>Two</a></em>", "One Two"),
        ("<a href=/1>One</a>, <a href=/2>Two</a>", "One, Two"),
        ("<a href=/1>One</a><a href=/1>ness</a>", "Oneness"),
        ("<a href=/1>新华</a><a href=/2>社</a>", "新华社"),
        ("<a href=/1>One</a><a href=/2>)</a>", "One)"),
    ],
)
def test_adjacent_links_do_not_run_together(links: str, shown: str) -> None:
    article = read(f"<p>See {links} of it.</p>")
    assert f"See {shown} of it." in article.text
    assert plain_text(article.html) == article.text


@pytest.mark.parametrize(
    "link",
    [
        "<a href=/1></a>",
        "<a href=/1> </a>",
        "<a href=/1><b></b></a>",
        "<a href=/1><img src=/pixel.gif width=1 height=1></a>",
        "<b><a href=/1><img src='data:image/gif;base64,R0lGODlh'></a></b>",
    ],
)
def test_link_that_shows_nothing_leaves_no_tag(link: str) -> None:
    assert re.search("<p>Before +after</p>", read(f"<p>Before {link} after</p>").html)


def test_players_side_by_side_have_names_and_a_space() -> None:
    html = read(
        '<p>The flood as the town filmed it:<iframe src="https://www.youtube.com/embed/dQw4w9WgXcQ"></iframe>'
        '<iframe src="https://player.vimeo.com/video/12" title="vimeo.com"></iframe>'
        '<video src="/river.mp4"></video><audio src="/river.mp3" title="The roar"></audio></p>'
    ).html
    names = re.findall(r"(\s?)<a href[^>]*>([^<]*)</a>", html)
    assert [name for _, name in names] == ["Video (YouTube)", "Video (Vimeo)", "Video", "The roar"]
    assert all(space for space, _ in names)


NOTES = "<ol><li id=n1>A map of 1912.</li><li id=n:2>Tax roll, folio 44.</li></ol>"


@pytest.mark.parametrize(
    "mark",
    [
        "<sup><a href='#n1'>1</a></sup>",
        "<a href='#n1'><sup>1</sup></a>",
        "<sup id=r1><a class=footnote href='#n1'>1</a></sup>",
        "<a class=footnote-anchor href='#n1'><span id=r1></span>1</a>",
        "<a role=doc-noteref href='#n1'>1</a>",
    ],
)
def test_mark_of_a_note_is_raised_and_leads_to_it(mark: str) -> None:
    article = read(f"<p>Two horses.{mark} The miller had no use for them.</p>{NOTES}")
    assert f'Two horses.<sup><a href="{SITE}#n1">1</a></sup> The' in article.html
    assert "Two horses.[1] The" in article.text
    assert "A map of 1912." in article.text


def test_mark_in_brackets_keeps_them() -> None:
    article = read(f"<p>Two horses.<a href='#n%3A2'>[2]</a> The miller.</p>{NOTES}")
    assert f'Two horses.<a href="{SITE}#n%3A2">[2]</a> The' in article.html
    assert "Two horses.[2] The" in article.text


@pytest.mark.parametrize(
    "inner",
    [
        "<p><a href='#p1'>1</a> <a href='#p2'>2</a></p><h2 id=p1>Tar</h2><p>Oak.</p>",
        "<p>Water is H<sub>2</sub>O and a room 20 m<sup>2</sup>, see <a href='#n1'>below</a>.</p>",
    ],
)
def test_other_short_links_and_signs_are_no_marks(inner: str) -> None:
    assert f"{SITE}#" not in read(f"{inner}{NOTES}").html


@pytest.mark.parametrize(
    ("inner", "kept"),
    [
        (
            "<blockquote lang=la><p>Panta rhei omnia.</p></blockquote>",
            '<blockquote lang="la"><p>Panta rhei omnia.</p></blockquote>',
        ),
        (
            "<div lang=de-AT><p>Alles fließt.</p><p>Immer noch.</p></div>",
            '<p lang="de-AT">Alles fließt.</p>\n<p lang="de-AT">Immer noch.</p>',
        ),
        (
            "<p>He said <span lang=he dir=rtl>שלום</span> to all.</p>",
            '<p>He said <span lang="he" dir="rtl">שלום</span> to all.</p>',
        ),
        (
            "<p>He said <a href=/x lang=fr>bonjour</a> and <i lang=it>ciao</i>.</p>",
            '<a href="https://news.example/x" lang="fr">bonjour</a> and <em lang="it">ciao</em>',
        ),
        ("<pre lang=cy>Dydd da iawn</pre>", '<pre lang="cy">Dydd da iawn</pre>'),
        ("<ul lang=sv><li>Ett</li></ul>", '<ul lang="sv"><li>Ett</li></ul>'),
    ],
)
def test_what_is_in_another_language_says_so(inner: str, kept: str) -> None:
    html = read(inner).html
    assert kept in html
    document = markup.parse(html)
    assert document.render(document.texts, "fi") == html


def test_language_of_the_whole_article_is_not_repeated() -> None:
    inner = f"<div lang=hu><p lang=hu>{PROSE * 6}</p><p>{PROSE * 6}</p><p lang=en>A word.</p></div>"
    html = read(inner, "lang=en-US").html
    assert 'lang="hu"' not in html
    assert '<p lang="en">A word.</p>' in html


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("Round spots.<br><br>A yellow belly.", "Round spots. A yellow belly."),
        ("<b>Round</b> spots.<br/> <br/>A yellow belly.", "Round spots. A yellow belly."),
        ("<p>Round spots.</p><p>A yellow belly.</p>", "Round spots. A yellow belly."),
    ],
)
def test_cell_keeps_its_paragraphs_and_is_one_piece_of_text(cell: str, text: str) -> None:
    table = f"<table><tr><th>Newt</th><th>Signs</th></tr><tr><td>Smooth</td><td>{cell}</td></tr></table>"
    article = read(table)
    assert len(re.findall("<p>[^<]*(?:<strong>Round</strong>)?[^<]*</p>", article.html)) >= 4
    assert "<p>A yellow belly.</p></td>" in article.html
    assert f"Smooth\t{text}" in article.text
