"""Elements in a translation keep what is theirs, wherever the model moves its words."""

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from pipeline.article import Article, Translation
from pipeline.translate import Translator
from pipeline.translate.text.alignment import pharaoh, words
from pipeline.translate.text.blocks import block, rebuild
from pipeline.translate.text.markup import parse
from pipeline.translate.text.placing import place, untangle
from tests.translate.wordwise import word_by_word


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Translator:
    """One whose model turns the words of a sentence round."""
    return word_by_word(tmp_path_factory.mktemp("moved"))


def into(translator: Translator, html: str, target: str = "pt") -> str:
    return translator.html([html], "en", target)[0]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (
            "<a href='/1'>VIMEO</a><a href='/2'>the lake</a><a href='/3'>example</a>",
            "<a href='/1'>VIMEO</a><a href='/2'>lakeo theo</a><a href='/3'>exampleo</a>",
        ),
        ("<a href='/1'>politics</a><b>sport</b>", "<a href='/1'>politicso</a><b>sporto</b>"),
        (
            "see <i>the river</i><a href='/1'>the sea</a> now",
            "<i>rivero theo</i> seeo nowo <a href='/1'>seao theo</a>",
        ),
        ("the <em>herald</em><i>Tribune</i>", "<em>heraldo</em> theo <i>Tribune</i>"),
        ("<b>read</b><i>the report</i> now", "<b>reado</b> nowo <i>reporto theo</i>"),
        ("it ended.<a href='/1'>More news</a>", "endedo ito.<a href='/1'>newso More</a>"),
        (
            "<a href='/1'>red</a> <a href='/2'>green house</a> <a href='/3'>blue</a>",
            "<a href='/1'>redo</a> <a href='/2'>houseo greeno</a> <a href='/3'>blueo</a>",
        ),
    ],
)
def test_words_of_touching_elements_stay_in_them(moved: Translator, html, expected) -> None:
    assert expected in into(moved, f"<p>{html}</p>")


@pytest.mark.parametrize(
    "html",
    [
        "<a href='/1'>One</a><a href='/1'>ness</a>",
        "<b>W</b><i>ater</i>",
        "<span class='a'>govern</span><span class='b'>ment</span>",
        "the <a href='/1'>cat</a>s",
        "<a href='/1'>London</a> <a href='/2'>Bridge</a>",
    ],
)
def test_a_word_or_phrase_in_two_elements_is_one_segment(html: str) -> None:
    document = parse(f"<p>{html}</p>", "en")
    assert [len(block(text, "en").segments) for text in document.texts] == [1]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("the word<sup>1</sup> is new", "wordo<sup>1</sup> theo"),
        ("the word<sup><a href='#1'>1</a></sup> is new", "wordo<sup><a href='#1'>1</a></sup> theo"),
        ("the word,<sup>[2]</sup> is new", "wordo<sup>[2]</sup> theo"),
        ("it is new.<sup>1</sup><sup>2</sup> It stays.", "ito.<sup>1</sup><sup>2</sup> stayso It"),
        ("buy FOOBAR<sup>®</sup> now", "FOOBAR<sup>®</sup> buyo"),
        ("by Jones<a href='#2'>†</a> today", "Jones<a href='#2'>†</a> byo"),
        ("the bridge<sup>a</sup> is new", "bridgeo<sup>a</sup> theo"),
        ("ten km<sup>2</sup> of land", "kmo<sup>2</sup> teno"),
        ("the <b>word<sup>3</sup></b> is", "<b>wordo<sup>3</sup></b> theo"),
    ],
)
def test_note_marks_follow_their_word(moved: Translator, html: str, expected: str) -> None:
    out = into(moved, f"<p>{html}</p>")
    assert expected in out


@pytest.mark.parametrize(
    "html",
    [
        "the 1<sup>st</sup> day",
        "H<sub>2</sub>O",
        "XIX<sup>e</sup>",
        "word<b>,</b> word",
        "<b>5</b>",
    ],
)
def test_what_is_part_of_a_word_is_no_note_mark(html: str) -> None:
    [text] = parse(f"<p>so {html}</p>", "en").texts
    assert all(span.inner is None for span in text.spans)


def test_readings_are_not_read_as_words(moved: Translator) -> None:
    html = "<p>at <ruby>東京<rp>(</rp><rt>kyo</rt><rp>)</rp></ruby> now</p>"
    assert "<ruby>東京<rp>(</rp><rt>kyo</rt><rp>)</rp></ruby> ato" in into(moved, html)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<p lang="en">the house</p>', '<p lang="pt">houseo theo</p>'),
        ('<p lang="en-GB" dir="ltr">the house</p>', '<p lang="pt" dir="ltr">houseo theo</p>'),
        ('<p lang="fr">la maison</p>', '<p lang="fr">la maison</p>'),
        (
            "<p>he sang <i lang='fr' title='un chant'>la mer</i> then</p>",
            "<p>theno <i lang='fr' title='un chant'>la mer</i> sango heo</p>",
        ),
        (
            "<div lang=de><p>das Haus</p><p lang=en>the <b>house</b></p><p>da</p></div>"
            "<p>so it</p>",
            '<div lang=de><p>das Haus</p><p lang="pt"><b>houseo</b> theo</p><p>da</p></div>'
            "<p>ito soo</p>",
        ),
        ("<p lang=fr>la mer<p>the sea", "<p lang=fr>la mer<p>seao theo"),
        ("<p><code lang=en>make it</code> so</p>", "<code lang=en>make it</code>"),
        ('<html lang="fr"><p>the sea</p></html>', '<html lang="pt"><p>seao theo</p></html>'),
        ('<p lang="">the sea</p>', '<p lang="">seao theo</p>'),
    ],
)
def test_declared_languages_are_heeded(moved: Translator, html: str, expected: str) -> None:
    assert expected in into(moved, html)


def test_direction_becomes_that_of_the_target(tmp_path: Path) -> None:
    arabic = word_by_word(tmp_path, target="ar")
    html = (
        '<p lang="en" dir="ltr">THE SEA 12</p><bdo dir="ltr">A1</bdo><p lang="fr" dir="ltr">mer</p>'
    )
    out = into(arabic, html, "ar")
    assert '<p lang="ar" dir="rtl">' in out
    assert '<bdo dir="ltr">' in out
    assert '<p lang="fr" dir="ltr">mer</p>' in out


def article(html: str) -> Article:
    return Article(url="https://e.org/1", title="The sea", html=html, text="", language="en")


def test_a_declaration_on_most_of_an_article_is_wrong(moved: Translator) -> None:
    wrong = article('<div lang="fr"><p>the river and the sea</p></div><p>is so</p>')
    right = replace(wrong, html='<p>the river and the sea</p><p lang="fr">la mer</p>')
    done = [found for _, found in moved.translate([wrong, right], "pt")]
    assert isinstance(done[0], Translation) and isinstance(done[1], Translation)
    assert "seao" in done[0].html
    assert '<p lang="fr">la mer</p>' in done[1].html


def test_invisible_characters_divide_no_words(moved: Translator) -> None:
    html = "<p>the gov&shy;ern<b>&shy;ment</b> of par\u200blia\u200cment\ufeff</p>"
    assert re.sub("</?b>", "", into(moved, html)) == "<p>parliamento ofo governmento theo</p>"
    [text] = parse("<p>می\u200cخواهم ก\u200bข</p>").texts
    assert block(text, "fa").text == text  # where they are letters' companions they stay


def test_words_in_mathematical_letters_are_words(moved: Translator) -> None:
    assert moved.texts(["𝗻𝗲𝘄𝘀 of 𝑥"], "en", "pt") == ["𝑥 ofo newso"]


def test_no_element_that_had_words_is_without() -> None:
    source, target = "big old red city", "metropole"
    ranges = [(0, 3, -1), (4, 7, -1), (8, 11, -1), (12, 16, -1)]
    links = {(n, 0) for n in range(4)}
    placed = sorted(place(source, target, ranges, links))
    assert all(a < b for a, b in placed)
    assert all(a[1] <= b[0] for a, b in pairwise(placed))


@pytest.mark.parametrize(
    ("placed", "expected"),
    [
        ([(0, 20), (3, 8)], [(8, 20), (3, 8)]),  # the longer one makes room
        ([(0, 9), (4, 8)], [(0, 9), (10, 15)]),  # or the shorter one gets the word beside it
        ([(0, 9), (0, 9)], [(0, 9), (10, 15)]),
        ([(0, 21), (0, 21)], [(0, 10), (10, 21)]),
    ],
)
def test_an_element_inside_another_ones_place_keeps_words(placed, expected) -> None:
    text = "abcd efgh ijklm nopqr"
    ranges = [(0, 4, -1), (5, 9, -1)]
    assert untangle(placed, ranges, text) == expected


@pytest.mark.parametrize(
    "element", ["<i>{}</i>", "<b>{} ", "{}</b> ", '<a href="/{}">{}</a>', "{}<img> "]
)
def test_thousands_of_elements_come_out_as_they_were(element: str) -> None:
    html = "".join(element.replace("{}", f"w{n}") for n in range(3000))
    document = parse(f"<p>{html}</p>", "en")
    blocks = [block(text, "en") for text in document.texts]
    known = {one: one for part in blocks for one in part.segments}
    links = {one: pharaoh((n, n) for n in range(len(words(one)))) for one in known}
    done = [rebuild(part, known, "en", "pt", links) for part in blocks]
    assert document.render(done, "pt", "en") == document.render(document.texts, "pt", "en")
